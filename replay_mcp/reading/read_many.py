"""Reads many recordings concurrently, within the key's rate limits and a deadline."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import anyio

from replay_mcp.api.models import Recording
from replay_mcp.context import ToolContext
from replay_mcp.errors import DeadlineExceeded, Forbidden, RateLimited, ReplayError, Unauthenticated
from replay_mcp.reading.read_recording import Reading, read_recording

REQUESTS_EACH: Final = 2
"""Snapshot requests for a recording of at most 21 blocks."""
MAX_CONCURRENT: Final = 3
"""Recordings that are fetched at the same time."""

# The next recording would fail in the same way.
_FATAL: Final = (Unauthenticated, RateLimited)

OnRead = Callable[[Recording, Reading], Awaitable[None]]
OnDone = Callable[[Recording, ReplayError | None], Awaitable[None]]


@dataclass
class ReadResults:
    """The state of each recording, updated while reading.

    Attributes:
        not_tried: ids of recordings that were neither read nor failed.
        read: ids of recordings that were read.
        failed: errors of recordings that cannot be read, by id.
        stopped_by: why the rest was not tried.
    """

    not_tried: list[str]
    read: list[str] = field(default_factory=list[str])
    failed: dict[str, ReplayError] = field(default_factory=dict[str, ReplayError])
    stopped_by: ReplayError | None = None


async def read_many(
    recordings: Sequence[Recording], context: ToolContext, *, seconds: float, on_read: OnRead, on_done: OnDone
) -> ReadResults:
    """Read the recordings; stop at an error that the others would have as well.

    Args:
        recordings: without duplicates.
        context: the tool's context.
        seconds: deadline for all recordings together.
        on_read: awaited with each recording that was read, concurrently.
        on_done: awaited after each recording; with the error if it cannot be read.
    """
    ends = anyio.current_time() + seconds
    many = ReadResults(not_tried=[recording.id for recording in recordings])
    budget = _Budget(context, ends)
    waiting = list(reversed(recordings))

    async def work() -> None:
        while waiting and many.stopped_by is None:
            recording, failure = waiting.pop(), None
            try:
                async with budget.share(recording):
                    reading = await read_recording(recording, context, deadline=ends - anyio.current_time())
            except ReplayError as error:
                if isinstance(error, _FATAL) or (isinstance(error, Forbidden) and not many.read):
                    many.stopped_by = error
                    return
                many.failed[recording.id] = failure = error
            else:
                await on_read(recording, reading)
                many.read.append(recording.id)
            many.not_tried.remove(recording.id)
            await on_done(recording, failure)

    with anyio.CancelScope(deadline=ends) as scope:
        async with anyio.create_task_group() as tasks:
            for _ in range(MAX_CONCURRENT):
                tasks.start_soon(work)
    if scope.cancelled_caught and many.stopped_by is None:
        many.stopped_by = DeadlineExceeded(f"{seconds:.0f} seconds were not enough.")
    return many


class _Budget:
    """Divides the key's rate limit for snapshots among recordings that are read concurrently."""

    def __init__(self, context: ToolContext, ends: float) -> None:
        self._context = context
        self._ends = ends
        self._reserved = 0
        self._lock = anyio.Lock()

    @asynccontextmanager
    async def share(self, recording: Recording) -> AsyncGenerator[None]:
        """Wait until the rate limit allows another recording, unless it is cached.

        Raises:
            RateLimited: the wait would exceed the deadline.
        """
        if await self._context.timelines.get(recording) is not None:
            yield
            return
        plan = self._context.plan
        async with self._lock:
            while wait := plan.ready_in(self._reserved + REQUESTS_EACH):
                if wait >= self._ends - anyio.current_time():
                    raise plan.refusal(wait)
                await anyio.sleep(wait)
            self._reserved += REQUESTS_EACH
        try:
            yield
        finally:
            self._reserved -= REQUESTS_EACH
