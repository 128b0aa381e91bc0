"""Progress notifications of long calls."""

from collections.abc import Awaitable
from typing import TypeVar

import anyio

from replay_mcp.context import Conversation
from replay_mcp.errors import ReplayError

T = TypeVar("T")


class Progress:
    """Counts completed ids and sends a notification for each, or for several that complete together.

    Args:
        conversation: sends the notifications.
        total: number of ids.
        heartbeat: seconds without a completed id after which a notification is sent; clients may end silent calls.
    """

    def __init__(self, conversation: Conversation, *, total: int, heartbeat: float) -> None:
        self._conversation = conversation
        self._total = total
        self._heartbeat = heartbeat
        self._completed: set[str] = set()
        self._beats = 0

    async def complete(self, *ids: str) -> None:
        """Report ids as completed, in one notification that names the last; repeated ids count once."""
        if self._completed.issuperset(ids):
            return
        self._completed.update(ids)
        self._beats = 0
        await self._report(len(self._completed), ids[-1])

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
            if len(self._completed) >= self._total:
                continue  # only the result remains to be written
            self._beats += 1
            fraction = self._beats / (self._beats + 10)  # progress must increase, but not reach the next id
            await self._report(len(self._completed) + fraction, "still waiting")

    async def _report(self, done: float, message: str) -> None:
        await self._conversation.progress(done, self._total, f"{len(self._completed)} of {self._total}: {message}")
