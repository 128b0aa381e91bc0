"""Large requests take turns with other writers: their changes are split into transactions of bounded size."""

import gzip
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import httpx2
import orjson
import pytest
from inline_snapshot import snapshot

from replay_mcp.local.app import LocalApi
from replay_mcp.local.capture import messages
from replay_mcp.local.capture.intake import Intake, IntakeResult
from replay_mcp.local.errors import ApiFailure
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import NewKey
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.database import Store, writing
from replay_mcp.local.store.limits import Limits
from replay_mcp.local.store.persons import MAX_MOVED_IDS, MAX_PROPERTIES_BYTES
from tests.cli.test_local_intake import Server, check_whole, local_server, sent_lines, shifted
from tests.conftest import http_client
from tests.local.answers import PLAYLISTS
from tests.local.test_append_events import check_blocks, put, state, stored_blocks
from tests.recording.rrweb import WINDOW, Raw, click, console, custom, meta
from tests.seeding import NOW, add_item, add_playlist, add_recording, ago, message

BLOCK = 31_000
"""Milliseconds; two events this far apart are in two blocks."""


@pytest.fixture
def db(store: Store) -> Iterator[sqlite3.Connection]:
    """A second connection, beside the one that stores."""
    with store.connection() as db:
        yield db


@pytest.fixture
def token(db: sqlite3.Connection) -> str:
    team = accounts.find_team(db, 1)
    assert team is not None
    return team.api_token


def take(store: Store, body: Any, limits: Limits = Limits()) -> IntakeResult:  # noqa: B008 - it is frozen
    now = to_ms(NOW)
    return Intake(store, limits).take(messages.read(body, tokens=(), now=now), now)


def refused(store: Store, body: Any, limits: Limits = Limits()) -> tuple[int, str]:  # noqa: B008 - it is frozen
    """Status and detail of the answer; check that nothing changed."""
    with store.connection() as db:
        before = list(db.iterdump())
        with pytest.raises(ApiFailure) as caught:
            take(store, body, limits)
        assert list(db.iterdump()) == before
    return caught.value.status, (caught.value.body or {})["detail"]


def traced(store: Store, act: Callable[[], Any]) -> list[list[str]]:
    """The statements of each write transaction of `act`, which uses one connection; those outside one are in the last."""
    found: list[list[str]] = []

    def trace(text: str) -> None:
        if text.startswith("BEGIN IMMEDIATE"):
            found.append([])
        elif found and found[-1][-1:] != [text]:  # SQLite traces a statement again for each trigger that it fires
            found[-1].append(text)

    with store.connection() as next_one:
        next_one.set_trace_callback(trace)
    act()
    with store.connection() as same:
        same.set_trace_callback(None)
    return found


def counts(transactions: list[list[str]], statement: str) -> list[int]:
    """How many statements of each transaction begin with `statement`; transactions without any are left out."""
    found = [sum(text.startswith(statement) for text in texts) for texts in transactions]
    return [count for count in found if count]


# ---- product events -------------------------------------------------------------------------------------------------


def paid(token: str, count: int, **properties: Any) -> dict[str, Any]:
    """Product events of one person, each of which sets its number as a property."""
    batch = [
        {
            "event": "paid",
            "uuid": f"0199a4c7-0000-7000-8000-{number:012}",
            "distinct_id": "maya",
            "properties": {"$session_id": "session-1"} | properties,
            "$set": {"last": number},
            "$set_once": {"first": number},
        }
        for number in range(count)
    ]
    return {"api_key": token, "batch": batch}


def stored_events(db: sqlite3.Connection) -> tuple[int, list[str]]:
    """The number of product events, and the first and last number that each person was given."""
    query = "SELECT json_extract(properties, '$.first', '$.last') AS numbers FROM person"
    return db.execute("SELECT count(*) FROM event").fetchone()[0], [row["numbers"] for row in db.execute(query)]


def test_product_events_are_stored_a_thousand_at_a_time_with_their_person_properties(
    store: Store, db: sqlite3.Connection, token: str
):
    transactions = traced(store, lambda: take(store, paid(token, 2_500)))
    assert counts(transactions, "INSERT OR IGNORE INTO event") == [1_000, 1_000, 500]
    assert counts(transactions, "UPDATE person SET") == [999, 1_000, 500]  # the first one made the person
    assert stored_events(db) == (2_500, ["[0,2499]"])


def test_large_product_events_are_stored_a_few_at_a_time(store: Store, db: sqlite3.Connection, token: str):
    transactions = traced(store, lambda: take(store, paid(token, 12, text="x" * 1_000_000)))
    assert counts(transactions, "INSERT OR IGNORE INTO event") == [5, 5, 2]
    assert stored_events(db) == (12, ["[0,11]"])


def test_events_of_a_person_with_many_properties_are_stored_a_few_at_a_time(
    store: Store, db: sqlite3.Connection, token: str
):
    take(store, paid(token, 1) | {"batch": [{"event": "a", "distinct_id": "maya", "$set": {"notes": "x" * 600_000}}]})
    transactions = traced(store, lambda: take(store, paid(token, 10)))
    assert counts(transactions, "INSERT OR IGNORE INTO event") == [4, 4, 2]
    assert stored_events(db) == (11, ["[0,9]"])


@pytest.mark.slow
def test_a_request_has_at_most_20_000_product_events(store: Store, token: str):
    tiny = {"event": "a", "distinct_id": "maya"}
    assert refused(store, {"api_key": token, "batch": [tiny] * 20_001}) == snapshot(
        (413, "The request has more than 20000 product events.")
    )


def test_a_session_that_would_have_too_many_product_events_refuses_the_whole_request(store: Store, token: str):
    body = paid(token, 3)
    body["batch"] += message(token, "session-2", click(0))
    assert refused(store, body, Limits(session_events=2)) == snapshot(
        (413, "Session 'session-1' would have more than 2 product events.")
    )


def test_product_events_that_are_already_stored_do_not_count_again(store: Store, db: sqlite3.Connection, token: str):
    few = Limits(session_events=3)
    for _ in range(2):
        take(store, paid(token, 3), few)
    take(store, paid(token, 3), Limits(session_events=1))
    assert stored_events(db) == (3, ["[0,2]"])
    assert refused(store, paid(token, 4), few)[0] == 413


@pytest.mark.slow
def test_an_interrupted_request_is_completed_when_it_is_sent_again(store: Store, db: sqlite3.Connection, token: str):
    """Another writer takes its turn, and holds the store longer than the request waits."""
    with store.connection() as taking:
        taking.execute("PRAGMA busy_timeout = 0")  # ten seconds by default
    taken, ended = threading.Event(), threading.Event()

    def hold() -> None:
        other = sqlite3.connect(store.path, isolation_level=None, timeout=30)
        while other.execute("SELECT count(*) FROM event").fetchone()[0] == 0:
            pass
        other.execute("BEGIN IMMEDIATE")
        taken.set()
        assert ended.wait(30)
        other.close()

    holder = threading.Thread(target=hold)
    holder.start()
    with pytest.raises(ApiFailure) as caught:
        take(store, paid(token, 6_000))
    ended.set()
    holder.join()
    assert (caught.value.status, caught.value.headers) == (503, {"Retry-After": "1"})
    stored = stored_events(db)[0]
    assert (taken.is_set(), 0 < stored < 6_000, stored % 1_000) == (True, True, 0)
    take(store, paid(token, 6_000))
    assert stored_events(db) == (6_000, ["[0,5999]"])


# ---- persons --------------------------------------------------------------------------------------------------------


def test_a_person_over_the_limit_of_properties_is_not_updated_but_their_events_are_stored(
    store: Store, db: sqlite3.Connection, token: str
):
    def set_properties(name: str, **properties: str) -> None:
        take(store, {"api_key": token, "batch": [{"event": name, "distinct_id": "maya", "$set": properties}]})

    set_properties("first", plan="pro", notes="x" * (MAX_PROPERTIES_BYTES - 100))
    set_properties("second", plan="basic", more="x" * 200)  # more than there is room for
    set_properties("third", plan="basic", notes="y" * (MAX_PROPERTIES_BYTES + 1))
    kept = db.execute("SELECT json_extract(properties, '$.plan'), length(properties) FROM person").fetchone()
    assert (kept[0], kept[1] > MAX_PROPERTIES_BYTES - 100) == ("pro", True)
    set_properties("fourth", plan="basic", notes="short")
    assert db.execute("SELECT properties FROM person").fetchone()[0] == '{"plan":"basic","notes":"short"}'
    assert stored_events(db)[0] == 4


@pytest.mark.parametrize(("ids", "persons"), [(MAX_MOVED_IDS, 1), (MAX_MOVED_IDS + 1, 2)])
def test_a_person_with_very_many_ids_is_not_merged_with_an_older_one(
    store: Store, db: sqlite3.Connection, token: str, ids: int, persons: int
):
    take(store, {"api_key": token, "batch": [{"event": "a", "distinct_id": name} for name in ("older", "newer")]})
    db.executemany("INSERT INTO person_distinct_id VALUES (1, ?, 2)", ((f"id-{number}",) for number in range(ids - 1)))
    joined = {"event": "$identify", "distinct_id": "older", "properties": {"$anon_distinct_id": "newer"}}
    take(store, {"api_key": token, "batch": [joined | {"$set": {"plan": "pro"}}]})
    query = "SELECT person_id, count(*) FROM person_distinct_id GROUP BY person_id"
    assert len(db.execute(query).fetchall()) == persons
    assert db.execute("SELECT json_extract(properties, '$.plan') FROM person WHERE id = 1").fetchone()[0] == "pro"


# ---- recorded events ------------------------------------------------------------------------------------------------


def grown_as_whole(db: sqlite3.Connection, raws: list[Raw]) -> None:
    """Check that the recording is the same as when all its lines come at once."""
    put(db, "whole", [orjson.dumps([WINDOW, raw]) for raw in raws])
    check_blocks(db, "session-1")
    grown, whole = state(db, "session-1"), state(db, "whole")
    for each in (grown, whole):
        del each["row"]["snapshot_library"]
    assert grown == whole


def test_recorded_events_are_stored_two_thousand_at_a_time(store: Store, db: sqlite3.Connection, token: str):
    raws = [meta(0, "https://shop.example/"), *(click(at) for at in range(1, 4_500))]
    transactions = traced(store, lambda: take(store, message(token, "session-1", *raws)))
    assert len(counts(transactions, "UPDATE recording SET start_time")) == 3
    grown_as_whole(db, raws)


@pytest.mark.slow
def test_console_lines_are_stored_in_batches_of_limited_characters(store: Store, db: sqlite3.Connection, token: str):
    raws = [console(at, "error", f"{at} " + "x" * 2_990) for at in range(250)]
    transactions = traced(store, lambda: take(store, message(token, "session-1", *raws)))
    stored = dict.fromkeys(text for texts in transactions for text in texts if text.startswith("INSERT INTO console"))
    assert [text.count("'error'") for text in stored] == [100, 100, 50]
    grown_as_whole(db, raws)


@pytest.mark.slow
def test_large_events_are_stored_in_batches_of_limited_bytes(store: Store, db: sqlite3.Connection, token: str):
    raws = [custom(at, "noise", text=Random(at).randbytes(1_000_000).hex()) for at in range(0, 500, 100)]
    transactions = traced(store, lambda: take(store, message(token, "session-1", *raws)))
    assert len(counts(transactions, "UPDATE recording SET start_time")) == 2
    grown_as_whole(db, raws)


def test_late_events_are_merged_into_eight_blocks_at_a_time(store: Store, db: sqlite3.Connection, token: str):
    raws = [click(at) for at in range(0, 20 * BLOCK, BLOCK)]
    late = [click(at + 5_000) for at in range(0, 20 * BLOCK, BLOCK)]
    take(store, message(token, "session-1", *raws))
    transactions = traced(store, lambda: take(store, message(token, "session-1", *late)))
    assert counts(transactions, "UPDATE recording_block SET start_time") == [8, 8, 4]
    assert len(stored_blocks(db, "session-1")) == 20
    grown_as_whole(db, [*raws, *late])


@pytest.mark.parametrize(("at", "blocks"), [(-1_000, 2), (1_000, 2), (15 * BLOCK + 4_000, 2), (29 * BLOCK + 1_000, 1)])
def test_a_late_event_changes_its_block_and_the_start_of_the_next_but_no_others(
    store: Store, db: sqlite3.Connection, token: str, at: int, blocks: int
):
    raws = [click(at) for at in range(0, 30 * BLOCK, BLOCK)]
    take(store, message(token, "session-1", *raws))
    transactions = traced(store, lambda: take(store, message(token, "session-1", click(at))))
    assert counts(transactions, "UPDATE recording_block") == [blocks]
    grown_as_whole(db, [*raws, click(at)])


def test_slow_work_is_done_before_the_store_is_locked(store: Store, db: sqlite3.Connection, token: str):
    take(store, message(token, "session-1", click(0)))
    transactions = traced(store, lambda: take(store, message(token, "session-1", click(1))))
    assert not any("substr(data" in text or "SELECT data" in text for texts in transactions for text in texts)
    grown_as_whole(db, [click(0), click(1)])


def test_one_refused_part_refuses_the_whole_request_however_large(store: Store, db: sqlite3.Connection, token: str):
    accounts.add_key(db, NewKey("other@b.example", environment=2, scopes=("*",)), to_ms(NOW))
    add_recording(db, "theirs", team_id=2)
    large = message(token, "session-1", *(click(at) for at in range(2_500)))
    assert refused(store, [*large, *message(token, "theirs", click(0))]) == snapshot(
        (400, "The $session_id belongs to a recording of another environment.")
    )
    take(store, message(token, "session-2", *(click(at) for at in range(2_000))))
    more = message(token, "session-2", *(click(at) for at in range(1_990, 2_600)))
    assert refused(store, [*large, *more], Limits(session_events=2_500)) == snapshot(
        (413, "Recording 'session-2' would have 2600 events; a recording has at most 2500.")
    )
    several = [*more[:1], *message(token, "session-2", *(click(at) for at in range(3_000, 3_600)), distinct_id="eve")]
    assert refused(store, several, Limits(session_events=3_000))[0] == 413


# ---- the API and retention ------------------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_a_playlist_is_counted_when_its_change_is_stored(store: Store, db: sqlite3.Connection):
    add_item(db, add_playlist(db, "aaaaaaaa"), "s1")
    app, key = LocalApi(store, clock=lambda: to_ms(NOW)), accounts.first_key(db).value
    answers: list[httpx2.Response] = []
    async with http_client(app, key) as http:
        with store.connection() as next_one:
            texts: list[str] = []
            next_one.set_trace_callback(texts.append)
        answers.append(await http.patch(f"{PLAYLISTS}/aaaaaaaa", json={"name": "b"}))
    counting = next(place for place, text in enumerate(texts) if "count(viewed.session_id)" in text)
    assert answers[0].json()["recordings_counts"]["collection"]["count"] == 1
    assert texts.index("BEGIN IMMEDIATE") < texts.index("COMMIT") < counting


def test_a_request_spends_few_transactions_on_expired_data_and_the_next_continues(
    store: Store, db: sqlite3.Connection, token: str
):
    for number in range(600):
        add_recording(db, f"old-{number}", start_time=ago(days=40))
    intake, left = Intake(store, Limits()), [600]
    for at in range(3):
        intake.take(messages.read(message(token, "new", click(at)), tokens=(), now=to_ms(NOW)), to_ms(NOW))
        query = "SELECT count(*) FROM recording WHERE session_id LIKE 'old-%'"
        left.append(db.execute(query).fetchone()[0])
    assert (left[-1], all(more >= fewer for more, fewer in pairwise(left)), left[1]) == (0, True, 100)


# ---- real processes -------------------------------------------------------------------------------------------------


def watched(path: Path, act: Callable[[], Any], query: str) -> tuple[Any, list[int]]:
    """The result of `act`, and the distinct counts that another writer sees in its turns meanwhile."""
    seen: dict[int, None] = {}
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as db, ThreadPoolExecutor() as pool:
        acting = pool.submit(act)
        while not acting.done():
            with writing(db):
                seen[db.execute(query).fetchone()[0]] = None
        return acting.result(), list(seen)


@pytest.mark.slow
def test_others_write_while_a_server_stores_many_product_events(tmp_path: Path):
    with local_server(tmp_path) as server, httpx2.Client(timeout=30) as http:
        body = gzip.compress(orjson.dumps(paid(server.token, 5_000)))
        answer, seen = watched(
            tmp_path / "s.sqlite",
            lambda: http.post(f"{server.origin}/batch/", content=body),
            "SELECT count(*) FROM event",
        )
    assert (answer.json(), set(seen) >= {1_000, 2_000, 3_000, 4_000}) == ({"status": 1}, True)


@pytest.mark.slow
def test_others_write_while_a_server_puts_late_events_among_many_blocks(tmp_path: Path):
    raws = [shifted(click(at)) for at in range(0, 40 * BLOCK, BLOCK)]
    late = [shifted(click(at + 5_000)) for at in range(0, 40 * BLOCK, BLOCK)]
    with local_server(tmp_path) as server, httpx2.Client(timeout=30) as http:
        assert server.send(http, message(server.token, "session-1", *raws)).json() == {"status": 1}
        answer, seen = watched(
            tmp_path / "s.sqlite",
            lambda: server.send(http, message(server.token, "session-1", *late)),
            "SELECT max(event_count) FROM recording",
        )
    assert (answer.json(), set(seen) >= {48, 56, 64, 72}) == ({"status": 1}, True)
    check_whole(tmp_path, "session-1", sent_lines([raws, late]))


@pytest.mark.slow
def test_a_request_during_which_the_server_was_killed_is_completed_when_sent_again(tmp_path: Path):
    def send(server: Server) -> None:
        body = gzip.compress(orjson.dumps(paid(server.token, 5_000)))
        with httpx2.Client(timeout=30) as http, suppress(httpx2.TransportError):
            http.post(f"{server.origin}/batch/", content=body)

    Store.open(tmp_path / "s.sqlite").close()
    with closing(sqlite3.connect(tmp_path / "s.sqlite", isolation_level=None)) as db, ThreadPoolExecutor() as pool:
        db.row_factory = sqlite3.Row
        with local_server(tmp_path) as server:
            sending = pool.submit(send, server)
            while stored_events(db)[0] < 2_000:
                pass
            server.process.kill()
            sending.result()
        stored, persons = stored_events(db)
        assert (stored < 5_000, persons) == (True, [f"[0,{stored - 1}]"])
        with local_server(tmp_path) as again:
            send(again)
        assert stored_events(db) == (5_000, ["[0,4999]"])
