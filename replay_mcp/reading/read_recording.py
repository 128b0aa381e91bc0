"""Reads a recording over the API: streams its blocks, in as few requests as possible, into the timeline reader."""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import anyio

from replay_mcp.api.blocks import is_block, snapshot_requests
from replay_mcp.api.endpoints import SNAPSHOT_SOURCES, SNAPSHOTS
from replay_mcp.api.models import Recording, SnapshotSource
from replay_mcp.api.params import RecordingPath, SnapshotsRead
from replay_mcp.errors import (
    DeadlineExceeded,
    Forbidden,
    Gone,
    NotFound,
    RateLimited,
    ReplayError,
    Unauthenticated,
    UnreadableRecording,
)

if TYPE_CHECKING:
    from replay_mcp.recording.screen.log import ScreenLog, Screens
    from replay_mcp.recording.timeline.reader import Timeline, TimelineReader

from replay_mcp.context import ToolContext
from replay_mcp.progress import Progress

FEED_BYTES: Final = 1024 * 1024
"""Bytes that a worker thread reads at a time."""

# Errors about the key, the recording or the deadline: the next request would fail in the same way.
_FATAL: Final = (Unauthenticated, Forbidden, Gone, RateLimited, DeadlineExceeded)


@dataclass(frozen=True, slots=True)
class Reading:
    """A recording's timeline.

    Attributes:
        stopped_by: why parts of it are missing; None if it is complete.
        screens: what its tabs showed; None unless they were wanted.
    """

    timeline: "Timeline"
    stopped_by: ReplayError | None = None
    screens: "Screens | None" = None


async def read_recording(
    recording: Recording,
    context: ToolContext,
    *,
    deadline: float,
    progress: Progress | None = None,
    with_screens: bool = False,
) -> Reading:
    """Read the timeline of a recording, and the screens if wanted, from the cache or the API.

    If a part of the recording cannot be read, the timeline covers the rest.

    Args:
        recording: its metadata.
        context: the tool's context.
        deadline: seconds.
        progress: counts the parts of the recording, one for each request; None if the caller counts recordings.
        with_screens: whether to return the screens as well.

    Raises:
        Gone: the recording was deleted.
        UnreadableRecording: the recording has no data, or no events.
        ReplayError: nothing could be read.
    """
    ends = anyio.current_time() + deadline
    async with context.timelines.lock(recording.id):  # concurrent callers then find it in the cache
        known, screens = await context.timelines.get(recording), context.screens.get(recording)
        if known is not None and (screens is not None or not with_screens):
            return Reading(known, screens=screens)
        try:
            async with _turn(context, ends):
                reading = await _Fetch(recording, context, ends, progress, with_screens=with_screens).reading()
        except (Gone, NotFound) as error:
            await context.drop_recording(recording.id)
            if isinstance(error, Gone):
                raise
            raise UnreadableRecording(_NO_DATA, next=_WHY_NO_DATA) from error
        if reading.stopped_by is None:
            await context.timelines.put(recording, reading.timeline)
            if reading.screens is not None:
                context.screens.put(recording, reading.screens, reading.timeline)
        return reading


@asynccontextmanager
async def _turn(context: ToolContext, ends: float) -> AsyncGenerator[None]:
    """Wait until few enough other recordings are being read.

    Raises:
        DeadlineExceeded: the deadline passed first.
    """
    turns = context.workload.recordings
    try:
        try:
            turns.acquire_nowait()
        except anyio.WouldBlock:
            with anyio.fail_after(ends - anyio.current_time()):
                await turns.acquire()
    except TimeoutError as error:
        raise DeadlineExceeded(
            "This server was busy with other recordings.", next="Try again in a minute; nothing is wrong with this one."
        ) from error
    try:
        yield
    finally:
        turns.release()


class _Fetch:
    def __init__(
        self, recording: Recording, context: ToolContext, ends: float, progress: Progress | None, *, with_screens: bool
    ) -> None:
        self._id = recording.id
        self._with_screens = with_screens
        self._context = context
        self._ends = ends
        self._progress = progress

    async def reading(self) -> Reading:
        from replay_mcp.recording.timeline.reader import TimelineReader  # noqa: PLC0415 - imported on first use for a faster start

        with self._context.plan.request():
            path = RecordingPath(id=self._id)
            sources = (await self._context.api.call(SNAPSHOT_SOURCES, path, deadline=self._remaining())).sources
        requests = snapshot_requests(self._id, sources)
        if not requests:
            raise UnreadableRecording(_NO_DATA, next=_WHY_NO_DATA)
        ends = time.monotonic() + self._remaining()  # worker threads cannot use the event loop's clock
        log = _screen_log() if self._with_screens else None
        reader = TimelineReader(self._context.redaction, _starts(sources), lambda: time.monotonic() > ends, log)
        failures: list[ReplayError] = []
        if self._progress is not None:
            self._progress.total = len(requests)
        for done, request in enumerate(requests):
            await self._complete(done)
            try:
                await self._read(request, reader, is_first=not done)
            except ReplayError as error:
                failures.append(error)
                if isinstance(error, _FATAL):
                    break
        if failures and isinstance(failures[-1], Gone):
            raise failures[-1]
        try:
            timeline = await anyio.to_thread.run_sync(reader.finish, limiter=self._context.workload.threads)
        except UnreadableRecording:
            raise (
                failures[-1]
                if failures
                else UnreadableRecording(
                    "The recording's data contains no events.", next="It cannot be read; choose another recording."
                )
            ) from None
        screens = None
        if log is not None:
            screens = await anyio.to_thread.run_sync(log.finish, limiter=self._context.workload.threads)
        await self._complete(len(requests))
        return Reading(timeline, failures[-1] if failures else None, screens)

    async def _complete(self, parts: int) -> None:
        if parts and self._progress is not None:
            await self._progress.complete(f"part {parts}")

    async def _read(self, request: SnapshotsRead, reader: "TimelineReader", *, is_first: bool) -> None:
        between = b"" if is_first else b"\n"  # bodies end without a line feed
        threads = self._context.workload.threads
        with self._context.plan.request():
            async with self._context.api.stream(SNAPSHOTS, request, deadline=self._remaining()) as chunks:
                async for piece in _gathered(chunks):
                    await anyio.to_thread.run_sync(reader.feed, between + piece, limiter=threads)
                    between = b""

    def _remaining(self) -> float:
        """Seconds until the deadline.

        Raises:
            DeadlineExceeded: the deadline has passed.
        """
        remaining = self._ends - anyio.current_time()
        if remaining <= 0:
            raise DeadlineExceeded("Reading the recording timed out.")
        return remaining


def _screen_log() -> "ScreenLog":
    from replay_mcp.recording.screen.log import ScreenLog  # noqa: PLC0415 - imported on first use for a faster start

    return ScreenLog()


_NO_DATA: Final = "PostHog has no snapshot data for this recording."
_WHY_NO_DATA: Final = "It may have expired, or not be ingested yet; session-recording-get shows when it was recorded."


async def _gathered(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Join chunks into larger pieces, each of which is passed to a worker thread."""
    pieces: list[bytes] = []
    size = 0
    try:
        async for chunk in chunks:
            pieces.append(chunk)
            size += len(chunk)
            if size >= FEED_BYTES:
                yield b"".join(pieces)
                pieces, size = [], 0
    except ReplayError:
        yield b"".join(pieces)  # the data before the failure
        raise
    yield b"".join(pieces)


def _starts(sources: Sequence[SnapshotSource]) -> list[int]:
    """The start times of the blocks in epoch milliseconds."""
    return [
        int(source.start_timestamp.timestamp() * 1000)
        for source in sources
        if is_block(source) and source.start_timestamp is not None
    ]
