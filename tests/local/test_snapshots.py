"""A recording's snapshot data."""

import gzip
import json
import tracemalloc
from typing import Any

import httpx2
import pytest
from inline_snapshot import snapshot

from replay_mcp.api import endpoints as e
from replay_mcp.api import params as p
from replay_mcp.client.client import open_client
from replay_mcp.client.in_process import InProcessTransport
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import NewKey
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.ingest import RecordingData, store_recording
from tests.conftest import BASE_URL, Local
from tests.local.answers import RECORDINGS, answer, error
from tests.local.test_snappy import unsnap
from tests.recording.rrweb import START, lines, meta, move
from tests.seeding import NOW, add_recording, ago

pytestmark = pytest.mark.anyio

SNAPSHOTS = f"{RECORDINGS}/long/snapshots"


@pytest.fixture(autouse=True)
def _recordings(local: Local) -> None:
    """A recording of 25 blocks with one event each, and one without blocks."""
    with local.store.connection() as db:
        team = accounts.find_team(db, 1)
        assert team is not None
        raw = lines(meta(0, "http://shop.example/café"), *[move(number * 30_000) for number in range(1, 25)])
        store_recording(db, team, RecordingData("long", "d1", raw), to_ms(NOW))
        add_recording(db, "bare")


def blob(start: Any, end: Any, **more: Any) -> dict[str, Any]:
    return {"source": "blob_v2", "start_blob_key": start, "end_blob_key": end} | more


async def times(local: Local, **query: Any) -> list[int]:
    """The events' times after the start, in half minutes."""
    response = await local.http.get(SNAPSHOTS, params=query)
    assert response.status_code == 200
    return [(json.loads(line)[1]["timestamp"] - START) // 30_000 for line in response.text.split("\n")]


async def test_without_a_source_the_blocks_are_listed_oldest_first(local: Local):
    response = await local.http.get(SNAPSHOTS)
    sources = response.json()["sources"]
    assert [source["blob_key"] for source in sources] == [str(key) for key in range(25)]
    assert (response.status_code, sources[:2]) == snapshot(
        (
            200,
            [
                {
                    "source": "blob_v2",
                    "start_timestamp": "2026-11-20T10:00:00Z",
                    "end_timestamp": "2026-11-20T10:00:00Z",
                    "blob_key": "0",
                },
                {
                    "source": "blob_v2",
                    "start_timestamp": "2026-11-20T10:00:30Z",
                    "end_timestamp": "2026-11-20T10:00:30Z",
                    "blob_key": "1",
                },
            ],
        )
    )


async def test_a_recording_without_blocks_lists_none_and_has_none(local: Local):
    assert answer(await local.http.get(f"{RECORDINGS}/bare/snapshots")) == (200, {"sources": []})
    assert error(await local.http.get(f"{RECORDINGS}/bare/snapshots", params=blob(0, 0))) == snapshot(
        (404, "invalid_request", "not_found", "Session recording not found", None)
    )


async def test_blocks_are_jsonl_without_a_trailing_line_feed(local: Local):
    response = await local.http.get(SNAPSHOTS, params=blob(0, 1))
    names = "content-type", "cache-control", "content-disposition"
    assert {name: response.headers[name] for name in names} == snapshot(
        {"content-type": "application/jsonl", "cache-control": "max-age=3600", "content-disposition": "inline"}
    )
    assert [json.loads(line) for line in response.content.split(b"\n")] == snapshot(
        [
            [
                "window-1",
                {
                    "type": 4,
                    "data": {"href": "http://shop.example/café", "width": 1280, "height": 800},
                    "timestamp": 1795168800000,
                },
            ],
            [
                "window-1",
                {
                    "type": 3,
                    "data": {"source": 1, "positions": [{"x": 1, "y": 2, "id": 7, "timeOffset": 0}]},
                    "timestamp": 1795168830000,
                },
            ],
        ]
    )
    assert not response.content.endswith(b"\n")


async def test_both_ends_of_a_range_are_included(local: Local):
    assert await times(local, **blob(3, 5)) == [3, 4, 5]
    assert await times(local, **blob(24, 24)) == [24]


async def test_twenty_one_blocks_are_served_and_twenty_two_are_refused(local: Local):
    assert await times(local, **blob(4, 24)) == list(range(4, 25))
    assert error(await local.http.get(SNAPSHOTS, params=blob(0, 21))) == snapshot(
        (400, "validation_error", "invalid_input", "Cannot request more than 20 blob keys at once", None)
    )
    assert (await local.http.get(SNAPSHOTS, params=blob(12, 33))).status_code == 400  # before the range is checked


@pytest.mark.parametrize(
    "query",
    [
        {"source": "blob_v2"},
        {"source": "blob_v2", "start_blob_key": 0},
        {"source": "blob_v2", "end_blob_key": 0},
        {"source": "blob_v2", "start_blob_key": "", "end_blob_key": 0},
        {"source": "blob_v2", "blob_key": 0},
    ],
)
async def test_a_range_needs_both_ends(local: Local, query: dict[str, Any]):
    assert error(await local.http.get(SNAPSHOTS, params=query)) == snapshot(
        (400, "validation_error", "invalid_input", "Must provide both start blob key and end blob key", None)
    )


@pytest.mark.parametrize(("start", "end"), [(0, "a"), ("a", 1), ("1.5", 2), ("0x1", 2), ("1" * 5_000, 2)])
async def test_keys_are_whole_numbers(local: Local, start: Any, end: Any):
    assert error(await local.http.get(SNAPSHOTS, params=blob(start, end))) == snapshot(
        (400, "validation_error", "invalid_input", "Blob keys must be integers", None)
    )


@pytest.mark.parametrize(("start", "end"), [(25, 25), (20, 25), (-1, 0), (-2, -1), (3, 2), (10**30, 10**30)])
async def test_keys_that_the_recording_does_not_have_are_out_of_range(local: Local, start: int, end: int):
    assert error(await local.http.get(SNAPSHOTS, params=blob(start, end))) == snapshot(
        (404, "invalid_request", "not_found", "Block index out of range", None)
    )


async def test_other_sources_are_refused(local: Local):
    queries = [
        {"source": "blob"},
        {"source": "realtime"},
        {"source": ""},
        {"source": "blob_v2_lts"},
        blob(0, 1, decompress="maybe"),
    ]
    assert [error(await local.http.get(SNAPSHOTS, params=query)) for query in queries] == snapshot(
        [
            (
                400,
                "validation_error",
                "invalid_input",
                "Invalid source must be one of [blob_v2, blob_v2_ts, None]",
                None,
            ),
            (
                400,
                "validation_error",
                "invalid_input",
                "Invalid source must be one of [blob_v2, blob_v2_ts, None]",
                None,
            ),
            (400, "validation_error", "blank", "This field may not be blank.", "source"),
            (400, "validation_error", "invalid_input", "Must provide a blob key", None),
            (400, "validation_error", "invalid_input", "Must be a valid boolean.", "decompress"),
        ]
    )


async def test_nothing_has_a_long_term_copy(local: Local):
    query = {"source": "blob_v2_lts", "blob_key": "session_recordings_lts/1/long/data"}
    assert error(await local.http.get(SNAPSHOTS, params=query)) == snapshot(
        (404, "invalid_request", "not_found", "Recording not found", None)
    )


async def test_a_recording_that_may_not_be_seen_gives_no_data(local: Local):
    local.client(NewKey("other@b.example", environment=2, scopes=("*",), organization="Other"))
    with local.store.connection() as db:
        add_recording(db, "expired", expiry_time=to_ms(NOW) - 1)
        add_recording(db, "foreign", team_id=2)
        add_recording(db, "shredded", team_id=2, deleted_at=ago(hours=1), deleted_by="x@b.example")
    for session_id in ("unknown", "expired", "foreign", "shredded"):
        for query in ({}, blob(0, 0), {"source": "nonsense"}):
            response = await local.http.get(f"{RECORDINGS}/{session_id}/snapshots", params=query)
            assert error(response) == (404, "invalid_request", "not_found", "Recording not found", None)


async def test_a_deleted_recording_is_a_410_with_who_and_when(local: Local):
    await local.http.delete(f"{RECORDINGS}/long")
    answers = [answer(await local.http.get(SNAPSHOTS, params=query)) for query in ({}, blob(0, 0))]
    assert answers[0] == answers[1]
    assert answers[0] == snapshot(
        (
            410,
            {
                "error": "recording_deleted",
                "message": "This recording has been permanently deleted",
                "deleted_at": "2026-11-20T12:00:00Z",
                "deleted_by": "you@localhost.local",
            },
        )
    )


async def test_one_damaged_block_does_not_hide_the_others_and_only_damaged_ones_are_a_502(local: Local):
    with local.store.connection() as db:
        db.execute("UPDATE recording_block SET data = x'00' WHERE id = 4")
        db.execute("UPDATE recording_block SET data = CAST('no gzip at all' AS BLOB) WHERE id = 5")
        db.execute("UPDATE recording_block SET data = substr(data, 1, length(data) - 9) WHERE id = 6")
        db.execute("DELETE FROM recording_block WHERE id = 8")
    assert await times(local, **blob(2, 8)) == [2, 6, 8, 9]  # the next block takes the number of a deleted one
    assert error(await local.http.get(SNAPSHOTS, params=blob(3, 5))) == snapshot(
        (
            502,
            "server_error",
            "recording_blocks_unavailable",
            "Couldn't load this recording's data. Try again, and if it keeps happening contact support.",
            None,
        )
    )


async def test_compressed_blocks_are_framed_snappy(local: Local):
    response = await local.http.get(SNAPSHOTS, params=blob(0, 1, decompress="false"))
    assert response.headers["content-type"] == "application/octet-stream"
    body, blocks = response.content, list[bytes]()
    while body:
        size = int.from_bytes(body[:4], "big")
        blocks.append(unsnap(body[4 : 4 + size]))
        body = body[4 + size :]
    plain = await local.http.get(SNAPSHOTS, params=blob(0, 1, decompress="true"))
    assert b"\n".join(blocks) == plain.content
    assert len(blocks) == 2


@pytest.fixture
def streaming(local: Local) -> httpx2.AsyncClient:
    """A client that receives the API's answer while it is sent."""
    return httpx2.AsyncClient(
        transport=InProcessTransport(local.app), base_url=BASE_URL, headers=dict(local.http.headers)
    )


@pytest.mark.parametrize("decompress", ["true", "false"])
async def test_deleting_a_recording_while_it_is_read_breaks_off_the_body(
    local: Local, streaming: httpx2.AsyncClient, decompress: str
) -> None:
    async def read_and_delete() -> None:
        async with streaming.stream("GET", SNAPSHOTS, params=blob(0, 20, decompress=decompress)) as response:
            assert response.status_code == 200
            async for _ in response.aiter_raw():
                await local.http.delete(f"{RECORDINGS}/long")

    async with streaming:
        with pytest.raises(httpx2.RemoteProtocolError):
            await read_and_delete()


async def test_damaged_blocks_at_the_end_end_the_body(local: Local, streaming: httpx2.AsyncClient) -> None:
    with local.store.connection() as db:
        db.execute("UPDATE recording_block SET data = x'00' WHERE id > 2")
    async with streaming:
        response = await streaming.get(SNAPSHOTS, params=blob(0, 20))
    assert response.content.count(b"\n") == 1
    assert not response.content.endswith(b"\n")


async def test_a_reader_that_leaves_early_is_not_a_crash(
    streaming: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    async with streaming, streaming.stream("GET", SNAPSHOTS, params=blob(0, 20)) as response:
        await anext(response.aiter_raw())
    assert [record for record in caplog.records if record.name.startswith("replay_mcp")] == []


async def test_a_large_recording_is_never_held_in_memory_whole(local: Local) -> None:
    line = b'["window-1",' + b"0123456789abcdef" * 4096 + b"]"
    block = b"\n".join([line] * 128)  # 8 MiB, of 21
    with local.store.connection() as db:
        add_recording(db, "large")
        packed = gzip.compress(block, 1)
        rows = [("large", key, key, packed) for key in range(21)]
        columns = "session_id, start_time, end_time, data"
        db.executemany(f"INSERT INTO recording_block ({columns}) VALUES (?, ?, ?, ?)", rows)
    key = local.http.headers["authorization"].removeprefix("Bearer ")
    transport = InProcessTransport(local.app)
    request = p.SnapshotsRead(id="large", source="blob_v2", start_blob_key=0, end_blob_key=20)
    size = 0
    async with open_client(
        origin=BASE_URL, api_key=key, prefix="environments", environment="1", transport=transport
    ) as api:
        tracemalloc.start()
        try:
            async with api.stream(e.SNAPSHOTS, request) as chunks:
                async for chunk in chunks:
                    size += len(chunk)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert size == 21 * len(block) + 20
    assert peak < 4 * len(block)  # one being read, and one being unpacked, which takes twice its size


async def test_snapshots_need_the_read_scope(local: Local):
    nobody = local.client(NewKey("ines@shop.example", environment=1, scopes=("session_recording_playlist:write",)))
    assert error(await nobody.get(SNAPSHOTS)) == snapshot(
        (
            403,
            "authentication_error",
            "permission_denied",
            "API key missing required scope 'session_recording:read'",
            None,
        )
    )
