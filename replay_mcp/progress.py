"""Progress notifications of long calls."""

from collections.abc import Awaitable
from typing import Self, TypeVar

import anyio

from replay_mcp.context import Conversation, ToolContext
from replay_mcp.errors import ReplayError

T = TypeVar("T")


class Progress:
    """Counts what is completed and sends a notification for each, or for several that complete together.

    Args:
        conversation: sends the notifications.
        total: how many there are.
        heartbeat: seconds without a completion after which a notification is sent; clients may end silent calls.

    Attributes:
        total: may be set once it is known.
    """

    def __init__(self, conversation: Conversation, *, total: int, heartbeat: float) -> None:
        self._conversation = conversation
        self.total = total
        self._heartbeat = heartbeat
        self._completed: set[str] = set()
        self._beats = 0

    @classmethod
    def of(cls, context: ToolContext, *, total: int) -> Self:
        """Report to the client of a call, in its heartbeat."""
        return cls(context.conversation, total=total, heartbeat=context.timing.heartbeat)

    async def complete(self, *names: str) -> None:
        """Report ids or parts as completed, in one notification that names the last; repeated ones count once."""
        if self._completed.issuperset(names):
            return
        self._completed.update(names)
        self._beats = 0
        await self._report(len(self._completed), names[-1])

    async def run(self, work: Awaitable[T]) -> T:
        """Await `work`, and send heartbeats until it returns.

        Raises:
            ReplayError: raised by `work`.
        """
        outcomes: list[T] = []
        failures: list[ReplayError] = []
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._send_heartbeats)
            try:
                outcomes.append(await work)
            except ReplayError as error:  # raised below, because the task group would wrap it
                failures.append(error)
            tasks.cancel_scope.cancel()
        if failures:
            raise failures[0]
        return outcomes[0]

    async def _send_heartbeats(self) -> None:
        while True:
            await anyio.sleep(self._heartbeat)
            if len(self._completed) >= self.total:
                continue  # only the result remains to be written
            self._beats += 1
            fraction = self._beats / (self._beats + 10)  # progress must increase, but not reach the next one
            await self._report(len(self._completed) + fraction, "still waiting")

    async def _report(self, done: float, message: str) -> None:
        await self._conversation.progress(done, self.total, f"{len(self._completed)} of {self.total}: {message}")
