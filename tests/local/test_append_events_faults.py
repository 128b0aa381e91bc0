# ruff: noqa: F401, F811 - fixtures of other test modules
"""Events appended under odd conditions, each of which was once handled wrongly."""

import socket
import sqlite3
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import httpx2
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replay_mcp.local.capture import messages
from replay_mcp.local.capture.bodies import read_message
from replay_mcp.local.capture.intake import Intake
from replay_mcp.local.errors import ApiFailure
from replay_mcp.local.store import accounts
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.database import Store
from replay_mcp.local.store.limits import Limits
from replay_mcp.local.store.retention import sweep
from tests.cli.test_local_intake import (
    http,  # pyright: ignore[reportUnusedImport] - a fixture
    local_server,
    sent_lines,
    shifted,
)
from tests.conftest import Local
from tests.examples import examples
from tests.local.test_append_events import (
    OLDER,
    add,
    check,
    check_blocks,
    clear,
    db,  # pyright: ignore[reportUnusedImport] - a fixture
    large,
    older_store,
    put,
    times_by_block,
)
from tests.recording.rrweb import START, click, custom, line, lines, meta
from tests.seeding import NOW, add_event, add_recording, ago, message


def test_late_events_before_a_moment_that_two_blocks_share_leave_the_blocks_in_order(db: sqlite3.Connection):
    clear(db)
    recorded = [large(0, "a"), large(10, "b"), large(10, "c"), large(10, "d"), line(click(5_000))]
    put(db, "grown", recorded)
    assert times_by_block(db, "grown") == [[0, 10, 10, 10], [5_000]]
    late = large(1, "late")
    add(db, "grown", [late])
    check_blocks(db, "grown")
    check(db, [*recorded, late])


def test_activity_is_measured_in_time_order_when_blocks_share_a_moment(db: sqlite3.Connection):
    clear(db)
    busy = [line({**click(10), "pad": f"{n}" + "x" * 200_000}) for n in range(3)]
    recorded = [large(0, "a"), *busy, line(click(5_000))]
    late = [large(1, "late"), line(custom(9_000, "idle"))]
    put(db, "grown", recorded)
    for each in late:
        add(db, "grown", [each])
    put(db, "whole", [*recorded, *late])
    query = "SELECT session_id, active_seconds FROM recording ORDER BY session_id"
    assert [tuple(row) for row in db.execute(query)] == [("grown", 8), ("whole", 8)]


@pytest.mark.slow
@examples(8)  # each compresses megabytes
@given(
    st.lists(st.sampled_from([0, 0, 0, 1, 1, 2, 5_000]), min_size=4, max_size=16).flatmap(
        lambda times: st.tuples(st.just(times), st.permutations(range(len(times))))
    )
)
def test_large_lines_at_few_moments_give_the_same_recording_in_any_order(
    db: sqlite3.Connection, sent: tuple[list[int], list[int]]
):
    clear(db)
    times, order = sent
    recorded = [large(at, f"{place}") for place, at in enumerate(times)]
    for place in order:
        add(db, "grown", [recorded[place]])
    check(db, recorded)


def test_a_recording_of_an_older_store_keeps_its_start_when_it_grows(tmp_path: Path):
    row = older_store(tmp_path / "old.sqlite", OLDER)
    with Store.open(tmp_path / "old.sqlite") as store, store.connection() as db:
        add(db, "grown", lines(click(1_000_000)))
        assert db.execute("SELECT start_url FROM recording").fetchone()[0] == row["start_url"]


def test_a_recording_of_an_older_store_counts_all_its_events_or_none_when_it_grows(tmp_path: Path):
    older_store(tmp_path / "old.sqlite", OLDER)
    with Store.open(tmp_path / "old.sqlite") as store, store.connection() as db:
        add(db, "grown", lines(click(1_000_000)))
        assert db.execute("SELECT event_count FROM recording").fetchone()[0] in {None, len(OLDER) + 1}


@pytest.mark.slow
def test_a_slow_reader_gets_everything_that_was_stored_at_its_request(tmp_path: Path, http: httpx2.Client):
    noise = Random(1)

    def bulky(at: int, size: int) -> Any:
        return shifted(custom(at, "noise", text=noise.randbytes(size).hex()))

    chunks = [[bulky(at, 300_000), bulky(at + 5_000, 200_000)] for at in range(0, 20 * 31_000, 31_000)]
    with local_server(tmp_path) as server:
        for chunk in chunks:
            assert server.send(http, message(server.token, "session-1", *chunk)).status_code == 200
        host, port = "127.0.0.1", int(server.origin.rpartition(":")[2])
        with socket.socket() as raw:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            raw.settimeout(30)
            raw.connect((host, port))
            path = "/api/environments/1/session_recordings/session-1/snapshots"
            query = "source=blob_v2&start_blob_key=0&end_blob_key=20"
            head = f"GET {path}?{query} HTTP/1.0\r\nHost: {host}:{port}\r\nAuthorization: Bearer {server.key}\r\n\r\n"
            raw.sendall(head.encode())
            got = bytearray(raw.recv(1_000))  # 20 MB do not fit into the socket's buffers
            late = message(server.token, "session-1", bulky(19 * 31_000 + 1, 300_000))
            assert server.send(http, late).status_code == 200
            while part := raw.recv(2**20):
                got += part
    found = Counter(bytes(got).partition(b"\r\n\r\n")[2].split(b"\n"))
    assert Counter(sent_lines(chunks)) - found == Counter()


@pytest.mark.anyio
async def test_blocks_can_be_requested_by_the_keys_that_were_listed(local: Local):
    take = taking(local.store)
    take(click(0), click(31_000), click(90_000))
    url = "/api/environments/1/session_recordings/session-1/snapshots"
    keys = [source["blob_key"] for source in (await local.http.get(url)).json()["sources"]]
    take(click(30_500), window="window-2")
    query = {"source": "blob_v2", "start_blob_key": keys[0], "end_blob_key": keys[-1]}
    served = (await local.http.get(url, params=query)).content.split(b"\n")
    times = [orjson.loads(text)[1]["timestamp"] - START for text in served]
    assert {0, 31_000, 90_000} <= set(times)


def taking(store: Store) -> Any:
    def take(*raws: Any, window: str = "window-1") -> Any:
        recorded = message(token, "session-1", *raws, window=window)
        return intake.take(messages.read(recorded, tokens=(), now=to_ms(NOW)), to_ms(NOW))

    intake = Intake(store, Limits())
    with store.connection() as db:
        team = accounts.find_team(db, 1)
        assert team
        token = team.api_token
    return take


@pytest.mark.parametrize("at", [95_000, 200_000, 3_600_000])
def test_a_recording_with_a_damaged_block_can_grow(store: Store, at: int):
    take = taking(store)
    take(*(click(at) for at in range(0, 100_000, 10_000)))
    with store.connection() as db:
        db.execute(
            "UPDATE recording_block SET data = x'00' WHERE start_time = (SELECT max(start_time) FROM recording_block)"
        )
    assert take(click(at)).stored == 1


def test_one_event_with_a_wrong_clock_does_not_remove_the_recording(store: Store):
    take = taking(store)
    take(click(0), click(50_000))
    take({**click(60_000), "timestamp": 1_300_000_000_000})
    with store.connection() as db:
        assert sweep(db, to_ms(NOW)) == 0


@pytest.mark.slow
def test_many_tiny_events_take_little_memory(tmp_path: Path, http: httpx2.Client):
    with local_server(tmp_path) as server:
        (recorded,) = message(server.token, "session-1")
        recorded["properties"]["$snapshot_data"] = [{}] * 300_000
        assert server.send(http, [recorded]).status_code in {200, 413}
        assert server.peak_kb() < 400_000


def test_a_form_with_many_fields_is_refused():
    with pytest.raises(ApiFailure) as caught:
        read_message(b"data=e30=" + b"&x=1" * 20, {}, 1_000)
    assert caught.value.status == 400


def test_a_recording_keeps_its_product_events_as_long_as_it_is_kept(store: Store):
    with store.connection() as db:
        add_recording(db, "kept", start_time=ago(days=60), retention_period_days=90)
        add_event(db, "kept", "$pageview", timestamp=ago(days=60))
        assert sweep(db, to_ms(NOW)) == 0
        assert db.execute("SELECT count(*) FROM event").fetchone()[0] == 1


def test_the_start_stays_unless_an_earlier_event_arrives(db: sqlite3.Connection):
    clear(db)
    put(db, "grown", lines(meta(0, "https://x/z"), meta(0, "https://x/a")))
    add(db, "grown", lines(click(1_000)))
    assert db.execute("SELECT start_url FROM recording").fetchone()[0] == "https://x/z"
