"""Reading many recordings: a few at a time, within the key's rate limits, and no longer than there is time."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import anyio

from replay_mcp.api.models import Recording
from replay_mcp.context import ToolContext
from replay_mcp.errors import DeadlineExceeded, Forbidden, RateLimited, ReplayError, Unauthenticated
from replay_mcp.reading.reading import Reading, read_recording

REQUESTS_EACH: Final = 2
"""Snapshot requests that a recording of at most 21 blocks takes."""
AT_ONCE: Final = 3
"""Recordings that are fetched at a time."""

# The next recording would fail in the same way.
_HOPELESS: Final = (Unauthenticated, RateLimited)

Take = Callable[[Recording, Reading], Awaitable[None]]
Settled = Callable[[Recording, ReplayError | None], Awaitable[None]]


@dataclass
class ManyReadings:
    """What became of each recording, kept up to date while the work goes on.

    Attributes:
        not_tried: ids of those that were not read, nor failed.
        read: ids of those that were read.
        failed: why others cannot be read, by id.
        stopped_by: why the rest was not tried.
    """

    not_tried: list[str]
    read: list[str] = field(default_factory=list[str])
    failed: dict[str, ReplayError] = field(default_factory=dict[str, ReplayError])
    stopped_by: ReplayError | None = None


async def read_each(
    recordings: Sequence[Recording], context: ToolContext, *, seconds: float, take: Take, settled: Settled
) -> ManyReadings:
    """Read the recordings and give each one's reading to `take`; stop at what the next would fail of too.

    Args:
        recordings: each once.
        context: what to read with.
        seconds: time for all together.
        take: is awaited with each that could be read, a few at the same time.
        settled: is awaited after each that was read and taken, or that cannot be read, and then with the reason.
    """
    ends = anyio.current_time() + seconds
    many = ManyReadings(not_tried=[recording.id for recording in recordings])
    budget = _Budget(context, ends)
    waiting = list(reversed(recordings))

    async def work() -> None:
        while waiting and many.stopped_by is None:
            recording, failure = waiting.pop(), None
            try:
                async with budget.share(recording):
                    reading = await read_recording(
                        recording, context.without_progress(), deadline=ends - anyio.current_time()
                    )
            except ReplayError as error:
                if isinstance(error, _HOPELESS) or (isinstance(error, Forbidden) and not many.read):
                    many.stopped_by = error
                    return
                many.failed[recording.id] = failure = error
            else:
                await take(recording, reading)
                many.read.append(recording.id)
            many.not_tried.remove(recording.id)
            await settled(recording, failure)

    with anyio.move_on_at(ends) as scope:
        async with anyio.create_task_group() as tasks:
            for _ in range(AT_ONCE):
                tasks.start_soon(work)
    if scope.cancelled_caught and many.stopped_by is None:
        many.stopped_by = DeadlineExceeded(f"{seconds:.0f} seconds were not enough.")
    return many


class _Budget:
    """The key's limit on reading snapshots, shared by recordings that are read at the same time."""

    def __init__(self, context: ToolContext, ends: float) -> None:
        self._context = context
        self._ends = ends
        self._reserved = 0
        self._turn = anyio.Lock()

    @asynccontextmanager
    async def share(self, recording: Recording) -> AsyncGenerator[None]:
        """Wait until there is room for a recording, unless it was read before.

        Raises:
            RateLimited: that is not before the deadline.
        """
        if await self._context.timelines.get(recording) is not None:
            yield
            return
        async with self._turn:
            while wait := self._context.plan.ready_in(self._reserved + REQUESTS_EACH):
                if wait >= self._ends - anyio.current_time():
                    raise RateLimited("The key's budget for reading snapshots is used up for now.", retry_after=wait)
                await anyio.sleep(wait)
            self._reserved += REQUESTS_EACH
        try:
            yield
        finally:
            self._reserved -= REQUESTS_EACH
