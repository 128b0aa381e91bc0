"""Progress of a call that takes long: what is done, and in between that it still goes on."""

from collections.abc import Awaitable
from typing import TypeVar

import anyio

from replay_mcp.context import Conversation
from replay_mcp.errors import ReplayError

T = TypeVar("T")


class Progress:
    """Counts ids that are settled.

    Args:
        conversation: who is told.
        total: how many ids there are.
        every: seconds of silence after which is told that the work goes on; clients end calls that stay silent.
    """

    def __init__(self, conversation: Conversation, *, total: int, every: float) -> None:
        self._conversation = conversation
        self._total = total
        self._every = every
        self._settled: set[str] = set()
        self._beats = 0

    async def settled(self, id: str) -> None:
        """Tell that an id is done; one that is done again counts once."""
        if id in self._settled:
            return
        self._settled.add(id)
        self._beats = 0
        await self._tell(len(self._settled), id)

    async def beside(self, work: Awaitable[T]) -> T:
        """The outcome of `work`, while progress is told.

        Raises:
            ReplayError: `work` did.
        """
        outcomes: list[T] = []
        failures: list[ReplayError] = []
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._beat)
            try:
                outcomes.append(await work)
            except ReplayError as error:  # raised below: the task group would wrap it
                failures.append(error)
            tasks.cancel_scope.cancel()
        if failures:
            raise failures[0]
        return outcomes[0]

    async def _beat(self) -> None:
        while True:
            await anyio.sleep(self._every)
            if len(self._settled) >= self._total:
                continue  # all that is left is to write the result
            self._beats += 1
            creeping = self._beats / (self._beats + 10)  # progress must rise, and never as far as the next id's
            await self._tell(len(self._settled) + creeping, "still waiting")

    async def _tell(self, done: float, what: str) -> None:
        await self._conversation.progress(done, self._total, f"{len(self._settled)} of {self._total}: {what}")
