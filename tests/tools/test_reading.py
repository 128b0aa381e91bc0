"""Reading a recording over the API: which requests are made, and what happens when some fail."""

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import anyio
import pytest
from inline_snapshot import snapshot
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from replay_mcp.api.endpoints import RECORDINGS_RETRIEVE
from replay_mcp.api.models import Recording
from replay_mcp.api.params import RecordingPath
from replay_mcp.client.client import open_client
from replay_mcp.client.in_process import InProcessTransport
from replay_mcp.client.plan import RatePlan
from replay_mcp.context import AppLinks, ToolContext
from replay_mcp.errors import DeadlineExceeded, Gone, ReplayError, UnreadableRecording
from replay_mcp.progress import Progress
from replay_mcp.reading.read_recording import Reading, read_recording
from replay_mcp.redaction import Redaction
from tests.conftest import BASE_URL, Local
from tests.faults import Fault, Faults
from tests.recording.rrweb import START, console, element, full, lines, meta, move, press
from tests.seeding import add_recording, checkout, clicks, record

pytestmark = pytest.mark.anyio

SNAPSHOTS = "/snapshots"
PASSES = Fault(path=SNAPSHOTS, passes=True)


def requested(faults: Faults) -> list[str]:
    """The requests for snapshots: `sources`, or the range of blocks."""
    queries = [seen.query for seen in faults.seen if seen.path.rstrip("/").endswith(SNAPSHOTS)]
    return [query.removeprefix("source=blob_v2&") or "sources" for query in queries]


class BreaksOff:
    """An ASGI app whose next bodies of blocks end in the middle of the chunk numbered `breaks_at`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.breaks_at: list[int] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        left = self.breaks_at.pop(0) if self.breaks_at and b"start_blob_key" in scope["query_string"] else None

        async def breaking(message: Message) -> None:
            nonlocal left
            if left is not None and message["type"] == "http.response.body":
                if left == 0:
                    await send({**message, "body": message["body"][: len(message["body"]) // 2], "more_body": True})
                    raise ConnectionError("broken off")
                left -= 1
            await send(message)

        await self._app(scope, receive, breaking)


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock a test moves forward, so that no test waits for a deadline."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


JUMPING = "asyncio", {"loop_factory": JumpingLoop}
"""The backend of tests that call `jump`."""


def jump(seconds: float) -> None:
    """Let `seconds` pass at once."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, JumpingLoop)
    loop.ahead += seconds


@pytest.fixture
def breaks(local: Local) -> BreaksOff:
    return BreaksOff(local.app)


@pytest.fixture
def faults(breaks: BreaksOff) -> Faults:
    return Faults(breaks)


@pytest.fixture
async def replay(local: Local, faults: Faults) -> AsyncIterator[ToolContext]:
    """A tool context on the local API."""
    key = local.http.headers["authorization"].removeprefix("Bearer ")
    async with (
        InProcessTransport(faults) as transport,
        open_client(origin=BASE_URL, api_key=key, prefix="environments", environment="1", transport=transport) as api,
    ):
        yield ToolContext(api, AppLinks(BASE_URL, "1"), Redaction(), "curate")


async def metadata(replay: ToolContext, id: str = "s1") -> Recording:
    return await replay.api.call(RECORDINGS_RETRIEVE, RecordingPath(id=id))


async def read(replay: ToolContext, id: str = "s1", deadline: float = 50) -> Reading:
    return await read_recording(await metadata(replay, id), replay, deadline=deadline)


def store(local: Local, recorded: list[bytes], id: str = "s1", **columns: Any) -> None:
    with local.store.connection() as db:
        record(db, id, recorded, **columns)


def blocks_read(reading: Reading) -> list[int]:
    """Numbers of the blocks whose clicks are in the timeline."""
    return sorted({int(row.seconds // 30) for row in reading.timeline.rows if row.kind == "click"})


@pytest.mark.parametrize(
    ("blocks", "ranges"),
    [
        (1, ["start_blob_key=0&end_blob_key=0"]),
        (21, ["start_blob_key=0&end_blob_key=20"]),
        (22, ["start_blob_key=0&end_blob_key=20", "start_blob_key=21&end_blob_key=21"]),
        (
            45,
            [
                "start_blob_key=0&end_blob_key=20",
                "start_blob_key=21&end_blob_key=41",
                "start_blob_key=42&end_blob_key=44",
            ],
        ),
    ],
)
async def test_twenty_one_blocks_are_read_per_request(
    replay: ToolContext, local: Local, faults: Faults, blocks: int, ranges: list[str]
) -> None:
    store(local, clicks(blocks))
    reading = await read(replay)
    assert requested(faults) == ["sources", *ranges]
    assert blocks_read(reading) == list(range(blocks))
    assert (reading.stopped_by, reading.timeline.coverage.blocks) == (None, blocks)
    assert (reading.timeline.coverage.missing_blocks, reading.timeline.coverage.broken) == (0, 0)


async def test_missing_blocks_are_not_requested(replay: ToolContext, local: Local, faults: Faults) -> None:
    store(local, clicks(5))
    keys = ["4", "0", "1", "3", "", None, "x", "²", "-1"]
    sources = [{"source": "blob_v2", "blob_key": key} for key in keys] + [{"source": "blob", "blob_key": "2"}]
    faults.then(Fault(status=200, path=SNAPSHOTS, body=json.dumps({"sources": sources}).encode()))
    assert blocks_read(await read(replay)) == [0, 1, 3, 4]
    assert requested(faults) == ["sources", "start_blob_key=0&end_blob_key=1", "start_blob_key=3&end_blob_key=4"]


async def test_long_term_copies_are_read_where_there_are_no_blocks(
    replay: ToolContext, local: Local, faults: Faults
) -> None:
    with local.store.connection() as db:
        add_recording(db, "s1")
    recorded = checkout()
    copies = ["session_recordings_lts/1/s1/a b", "session_recordings_lts/1/s1/2"]
    sources = [{"source": "blob_v2_lts", "blob_key": key, "start_timestamp": None} for key in copies]
    answers = json.dumps({"sources": sources}).encode(), b"\n".join(recorded[:10]), b"\n".join(recorded[10:])
    faults.then(*(Fault(status=200, path=SNAPSHOTS, body=body) for body in answers))
    reading = await read(replay)
    assert requested(faults) == snapshot(
        [
            "sources",
            "source=blob_v2_lts&blob_key=session_recordings_lts%2F1%2Fs1%2Fa+b",
            "source=blob_v2_lts&blob_key=session_recordings_lts%2F1%2Fs1%2F2",
        ]
    )
    coverage = reading.timeline.coverage
    assert (coverage.events, coverage.blocks, coverage.missing_blocks, coverage.broken) == (len(recorded), 0, 0, 0)


async def test_long_term_copies_are_not_read_beside_blocks(replay: ToolContext, local: Local, faults: Faults) -> None:
    store(local, clicks(1))
    sources = [{"source": "blob_v2_lts", "blob_key": "lts/1"}, {"source": "blob_v2", "blob_key": "0"}]
    faults.then(Fault(status=200, path=SNAPSHOTS, body=json.dumps({"sources": sources}).encode()))
    assert blocks_read(await read(replay)) == [0]
    assert requested(faults) == ["sources", "start_blob_key=0&end_blob_key=0"]


async def test_a_recording_without_data_is_distinguished_from_an_unknown_one(replay: ToolContext, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "s1")
    with pytest.raises(UnreadableRecording) as raised:
        await read(replay)
    assert (raised.value.why, raised.value.next) == snapshot(
        (
            "PostHog has no snapshot data for this recording.",
            "It may have expired, or not be ingested yet; session-recording-get shows when it was recorded.",
        )
    )


async def test_data_without_any_event_is_unreadable(replay: ToolContext, local: Local, faults: Faults) -> None:
    store(local, clicks(1))
    faults.then(PASSES, Fault(status=200, path=SNAPSHOTS, body=b'{"secret": "of the visitor"}'))
    with pytest.raises(UnreadableRecording) as raised:
        await read(replay)
    assert (raised.value.why, raised.value.next) == snapshot(
        ("The recording's data contains no events.", "It cannot be read; choose another recording.")
    )


async def test_a_block_left_out_by_the_api_is_counted(replay: ToolContext, local: Local, faults: Faults) -> None:
    store(local, clicks(3))
    with local.store.connection() as db:
        db.execute("UPDATE recording_block SET data = x'00' WHERE id = 2")
    reading = await read(replay)
    assert blocks_read(reading) == [0, 2]
    assert (reading.stopped_by, reading.timeline.coverage.missing_blocks) == (None, 1)


@pytest.mark.parametrize("anyio_backend", [JUMPING])
async def test_a_timeline_without_a_block_serves_the_next_pages_and_is_soon_read_again(
    replay: ToolContext, local: Local, faults: Faults
) -> None:
    store(local, clicks(3))
    faults.then(PASSES, Fault(status=200, path=SNAPSHOTS, body=b"\n".join(clicks(1))))
    assert (await read(replay)).timeline.coverage.missing_blocks == 2
    assert (await read(replay)).timeline.coverage.missing_blocks == 2
    assert len(requested(faults)) == 2
    jump(61)
    assert (await read(replay)).timeline.coverage.missing_blocks == 0
    assert len(requested(faults)) == 4


async def test_blocks_that_begin_in_the_same_millisecond_are_all_there(replay: ToolContext, local: Local) -> None:
    large = full(0, element(10, "p", "x" * 600_000))
    store(local, lines(meta(0, "https://shop.example/"), large, press(0, 10), *[move(at) for at in (1_000, 2_000)]))
    with local.store.connection() as db:
        db.execute("UPDATE recording_block SET start_time = ?", (START,))  # as PostHog's blocks do
        starts = [row["start_time"] - START for row in db.execute("SELECT start_time FROM recording_block")]
    assert starts == [0, 0]
    assert (await read(replay)).timeline.coverage.missing_blocks == 0


FAILURES = {
    "500": [Fault(status=500, path=SNAPSHOTS)],
    "502": [Fault(status=502, path=SNAPSHOTS)] * 4,
    "503": [Fault(status=503, path=SNAPSHOTS)] * 4,
    "404": [
        Fault(status=404, path=SNAPSHOTS, body=b'{"type": "invalid_request", "detail": "Block index out of range"}')
    ],
}


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.parametrize("failing", [0, 1, 2])
async def test_a_range_that_fails_leaves_the_others_readable(
    replay: ToolContext, local: Local, faults: Faults, name: str, failing: int
) -> None:
    store(local, clicks(45))
    faults.then(PASSES, *[PASSES] * failing, *FAILURES[name])
    reading = await read(replay)
    ranges = [range(21), range(21, 42), range(42, 45)]
    assert blocks_read(reading) == [block for place, keys in enumerate(ranges) if place != failing for block in keys]
    assert reading.stopped_by is not None
    assert name in reading.stopped_by.why
    assert reading.timeline.coverage.missing_blocks == len(ranges[failing])


async def test_a_part_that_failed_is_read_at_the_next_call(replay: ToolContext, local: Local, faults: Faults) -> None:
    store(local, clicks(22))
    faults.then(PASSES, PASSES, *FAILURES["500"])
    assert (await read(replay)).stopped_by is not None
    again = await read(replay)
    assert (again.stopped_by, blocks_read(again)) == (None, list(range(22)))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=429, path=SNAPSHOTS, headers={"Retry-After": "3600"}),
        Fault(status=401, path=SNAPSHOTS),
        Fault(status=403, path=SNAPSHOTS),
    ],
)
async def test_nothing_more_is_requested_when_the_next_request_would_fail_too(
    replay: ToolContext, local: Local, faults: Faults, fault: Fault
) -> None:
    store(local, clicks(45))
    faults.then(PASSES, PASSES, fault)
    reading = await read(replay)
    assert blocks_read(reading) == list(range(21))
    assert reading.stopped_by is not None
    assert str(fault.status) in reading.stopped_by.why
    assert requested(faults) == ["sources", "start_blob_key=0&end_blob_key=20", "start_blob_key=21&end_blob_key=41"]


async def test_a_429_that_soon_ends_is_waited_out(replay: ToolContext, local: Local, faults: Faults) -> None:
    store(local, clicks(22))
    faults.then(PASSES, PASSES, Fault(status=429, path=SNAPSHOTS, headers={"Retry-After": "2"}))
    reading = await read(replay)
    assert (reading.stopped_by, blocks_read(reading)) == (None, list(range(22)))


@pytest.mark.parametrize("name", ["500", "502"])
async def test_if_nothing_can_be_read_the_reason_is_raised(
    replay: ToolContext, local: Local, faults: Faults, name: str
) -> None:
    store(local, clicks(22))
    faults.then(PASSES, *FAILURES[name] * 2)
    with pytest.raises(ReplayError, match=name):
        await read(replay)


async def test_a_recording_whose_data_answers_404_has_no_data(
    replay: ToolContext, local: Local, faults: Faults
) -> None:
    store(local, clicks(22))
    gone = b'{"type": "invalid_request", "code": "not_found", "detail": "Session recording not found"}'
    faults.then(PASSES, *[Fault(status=404, path=SNAPSHOTS, body=gone)] * 2)
    with pytest.raises(UnreadableRecording, match="no snapshot data"):
        await read(replay)


async def test_a_recording_deleted_between_two_ranges_is_gone(
    replay: ToolContext, local: Local, faults: Faults
) -> None:
    store(local, clicks(45))
    gone = b'{"error": "recording_deleted", "message": "This recording has been permanently deleted"}'
    faults.then(PASSES, PASSES, Fault(status=410, path=SNAPSHOTS, body=gone))
    with pytest.raises(Gone):
        await read(replay)
    assert len(requested(faults)) == 3


@pytest.mark.parametrize(("breaks_at", "came", "broken"), [(19, 10, 0), (20, 11, 1)])
async def test_a_body_that_breaks_off_is_reported_as_far_as_it_arrived(
    replay: ToolContext, local: Local, faults: Faults, breaks: BreaksOff, breaks_at: int, came: int, broken: int
) -> None:
    store(local, clicks(45))
    breaks.breaks_at = [breaks_at]  # a block and a line feed each: within a line feed, within the eleventh block
    reading = await read(replay)
    assert blocks_read(reading) == [*range(came), *range(21, 45)]
    assert reading.stopped_by is not None
    assert reading.timeline.coverage.broken == broken
    assert len(requested(faults)) == 4  # a body is not requested twice


async def test_a_single_body_that_breaks_off_is_reported_as_far_as_it_arrived(
    replay: ToolContext, local: Local, breaks: BreaksOff
) -> None:
    store(local, clicks(21))
    breaks.breaks_at = [19]
    reading = await read(replay)
    assert blocks_read(reading) == list(range(10))
    assert reading.stopped_by is not None


async def test_a_truncated_gzip_body_is_reported_as_far_as_it_arrived(
    replay: ToolContext, local: Local, faults: Faults
) -> None:
    store(local, clicks(22))
    packed = gzip.compress(b"\n".join(clicks(21)))[:-8]
    faults.then(PASSES, Fault(status=200, path=SNAPSHOTS, body=packed, headers={"content-encoding": "gzip"}))
    reading = await read(replay)
    assert blocks_read(reading) == list(range(22))
    assert reading.stopped_by is not None
    assert reading.stopped_by.why == "The API's response was truncated."


async def test_without_time_nothing_is_requested(replay: ToolContext, local: Local, faults: Faults) -> None:
    store(local, clicks(1))
    with pytest.raises(DeadlineExceeded) as raised:
        await read(replay, deadline=0)
    assert (raised.value.why, requested(faults)) == snapshot(("Reading the recording timed out.", []))


@pytest.mark.parametrize("anyio_backend", [JUMPING])
async def test_when_the_time_runs_out_what_was_read_is_reported(
    replay: ToolContext, local: Local, faults: Faults
) -> None:
    store(local, clicks(45))
    faults.then(PASSES, PASSES, Fault(path=SNAPSHOTS, stall=True))
    readings: list[Reading] = []

    async def reads() -> None:
        readings.append(await read(replay))

    with anyio.fail_after(1_000):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(reads)
            await faults.stalled.wait()
            jump(50)
    [reading] = readings
    assert blocks_read(reading) == list(range(21))
    assert isinstance(reading.stopped_by, DeadlineExceeded)
    assert re.fullmatch(r"The API did not respond within \d+ seconds\.", reading.stopped_by.why)
    assert len(requested(faults)) == 3


async def test_a_reader_that_stops_ends_the_request_and_caches_nothing(
    replay: ToolContext, local: Local, faults: Faults
) -> None:
    store(local, clicks(22))
    faults.then(PASSES, PASSES, Fault(path=SNAPSHOTS, stall=True))
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read, replay)
            await faults.stalled.wait()
            tasks.cancel_scope.cancel()
        await faults.stall_ended.wait()
    assert blocks_read(await read(replay)) == list(range(22))


async def test_a_recording_is_read_once(replay: ToolContext, local: Local, faults: Faults) -> None:
    store(local, clicks(22))
    first = await read(replay)
    assert len(requested(faults)) == 3
    assert (await read(replay)).timeline is first.timeline
    assert len(requested(faults)) == 3


async def test_two_readers_at_once_get_the_same(replay: ToolContext, local: Local) -> None:
    store(local, checkout())
    readings: list[Reading] = []

    async def reads() -> None:
        readings.append(await read(replay))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(reads)
        tasks.start_soon(reads)
    first, second = readings
    assert first.timeline == second.timeline
    assert len(first.timeline.rows) > 10


async def test_events_added_to_a_recording_are_read(replay: ToolContext, local: Local, faults: Faults) -> None:
    store(local, clicks(2))
    before = await read(replay)
    store(local, clicks(4))
    after = await read(replay)
    assert (blocks_read(before), blocks_read(after)) == ([0, 1], [0, 1, 2, 3])
    assert after.timeline.rows[: len(before.timeline.rows)] == before.timeline.rows
    assert len(requested(faults)) == 4


@pytest.mark.parametrize("status", [404, 410])
async def test_the_timeline_of_a_deleted_recording_is_forgotten(
    replay: ToolContext, local: Local, faults: Faults, status: int
) -> None:
    store(local, clicks(1))
    known = await metadata(replay)
    await read(replay)
    store(local, clicks(2))
    body = b'{"type": "invalid_request", "detail": "Session recording not found"}'
    faults.then(Fault(status=status, path=SNAPSHOTS, body=body))
    with pytest.raises((Gone, UnreadableRecording)):
        await read(replay)
    assert await replay.timelines.get(known) is None


@dataclass
class Listener:
    """A conversation that keeps the progress it receives."""

    heard: list[tuple[float, float, str]] = field(default_factory=list[tuple[float, float, str]])

    async def progress(self, done: float, total: float, message: str) -> None:
        self.heard.append((done, total, message))

    async def confirm(self, question: Sequence[str], ids: Sequence[str]) -> None:
        raise AssertionError(question, ids)


async def test_progress_counts_the_requests_for_a_recording(replay: ToolContext, local: Local) -> None:
    noise = [console(30_000 * block + 1, "info", "x" * 150_000, block) for block in range(22)]
    store(local, clicks(22) + lines(*noise))
    progress = Progress(listener := Listener(), total=1, heartbeat=60)
    await read_recording(await metadata(replay), replay, deadline=50, progress=progress)
    assert listener.heard == snapshot([(1, 2, "1 of 2: part 1"), (2, 2, "2 of 2: part 2")])


async def test_each_request_is_counted_against_the_budget(replay: ToolContext, local: Local) -> None:
    store(local, clicks(22))
    counted = replace(replay, plan=RatePlan("free", clock=lambda: 0.0))
    for _ in range(4):
        await read(counted)
        await replay.timelines.drop("s1")
    assert (counted.plan.ready_in(0), counted.plan.ready_in(1)) == (0.0, 60.0)
