"""Reading a recording over the API: its blocks in as few requests as can be, streamed into the reader."""

import time
from collections.abc import AsyncIterator, Sequence
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
    from replay_mcp.recording.timeline.reader import Timeline, TimelineReader

from replay_mcp.context import ToolContext

FEED_BYTES: Final = 1024 * 1024
"""So many bytes are read at a time in a worker thread."""

# These say something about the key or the time left: the next request would fail in the same way.
_HOPELESS: Final = (Unauthenticated, Forbidden, Gone, RateLimited, DeadlineExceeded)


@dataclass(frozen=True, slots=True)
class Reading:
    """A recording's timeline.

    Attributes:
        stopped_by: why parts of it are missing; None if all was read.
    """

    timeline: "Timeline"
    stopped_by: ReplayError | None = None


async def read_recording(recording: Recording, context: ToolContext, *, deadline: float) -> Reading:
    """The timeline of a recording, from what was read before or from the API, within `deadline` seconds.

    What can be read is told even if a part of the recording cannot.

    Raises:
        Gone: the recording was deleted.
        UnreadableRecording: there is no data (any more), or no event in it.
        ReplayError: nothing could be read, for the reason given.
    """
    ends = anyio.current_time() + deadline
    async with context.timelines.lock(recording.id):  # who asks at the same time finds it read
        if (known := await context.timelines.get(recording)) is not None:
            return Reading(known)
        try:
            reading = await _Fetch(recording, context, ends).reading()
        except (Gone, NotFound) as error:
            await context.timelines.drop(recording.id)
            if isinstance(error, Gone):
                raise
            raise UnreadableRecording(_NO_DATA, next=_WHY_NO_DATA) from error
        if reading.stopped_by is None:
            await context.timelines.put(recording, reading.timeline)
        return reading


class _Fetch:
    def __init__(self, recording: Recording, context: ToolContext, ends: float) -> None:
        self._id = recording.id
        self._context = context
        self._ends = ends

    async def reading(self) -> Reading:
        from replay_mcp.recording.timeline.reader import TimelineReader  # noqa: PLC0415 - a server lists its tools sooner

        with self._context.plan.request():
            path = RecordingPath(id=self._id)
            sources = (await self._context.api.call(SNAPSHOT_SOURCES, path, deadline=self._remaining())).sources
        requests = snapshot_requests(self._id, sources)
        if not requests:
            raise UnreadableRecording(_NO_DATA, next=_WHY_NO_DATA)
        ends = time.monotonic() + self._remaining()  # threads have no loop's clock
        reader = TimelineReader(self._context.redaction, _starts(sources), lambda: time.monotonic() > ends)
        failures: list[ReplayError] = []
        for done, request in enumerate(requests):
            try:
                await self._read(request, reader, done, len(requests))
            except ReplayError as error:
                failures.append(error)
                if isinstance(error, _HOPELESS):
                    break
        if failures and isinstance(failures[-1], Gone):
            raise failures[-1]
        try:
            timeline = await anyio.to_thread.run_sync(reader.finish)
        except UnreadableRecording:
            raise (
                failures[-1]
                if failures
                else UnreadableRecording(
                    "The recording's data holds no event.", next="Nothing can be read of it; choose another recording."
                )
            ) from None
        return Reading(timeline, failures[-1] if failures else None)

    async def _read(self, request: SnapshotsRead, reader: "TimelineReader", done: int, total: int) -> None:
        between = b"\n" if done else b""  # bodies end without a line feed
        fed = 0
        with self._context.plan.request():
            async with self._context.api.stream(SNAPSHOTS, request, deadline=self._remaining()) as chunks:
                async for piece in _gathered(chunks):
                    await anyio.to_thread.run_sync(reader.feed, between + piece)
                    between = b""
                    fed += 1
                    await self._context.conversation.progress(done + fed / (fed + 4), total, "reading the recording")

    def _remaining(self) -> float:
        """Seconds left.

        Raises:
            DeadlineExceeded: none are.
        """
        remaining = self._ends - anyio.current_time()
        if remaining <= 0:
            raise DeadlineExceeded("The time for reading the recording ran out.")
        return remaining


_NO_DATA: Final = "PostHog has no snapshot data of this recording."
_WHY_NO_DATA: Final = "It may have expired, or still be on its way; session-recording-get tells when it was recorded."


async def _gathered(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The bytes in larger pieces: each goes to a thread."""
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
        yield b"".join(pieces)  # what came before the body broke off
        raise
    yield b"".join(pieces)


def _starts(sources: Sequence[SnapshotSource]) -> list[int]:
    """When the blocks begin, epoch milliseconds."""
    return [
        int(source.start_timestamp.timestamp() * 1000)
        for source in sources
        if is_block(source) and source.start_timestamp is not None
    ]
