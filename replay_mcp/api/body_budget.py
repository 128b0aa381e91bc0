"""A bound on the memory of all response bodies that are being read at the same time."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import anyio

MAX_BYTES: Final = 64 * 1024 * 1024
"""Bytes that the bodies of one client may hold together; see `BodyBudget.body` for the one exception."""


class BodyBudget:
    """Shares a number of bytes among the bodies that are being read.

    A body that finds no room waits for others to end, until its caller's deadline. The oldest body never waits, so the
    bodies cannot block one another; together they hold at most `limit` bytes and one body.
    """

    def __init__(self, limit: int = MAX_BYTES) -> None:
        self._limit = limit
        self._used = 0
        self._bodies: dict[Body, None] = {}
        self._room = anyio.Event()

    @contextmanager
    def body(self) -> Generator["Body"]:
        """A body to add to; its bytes are given back when the block ends."""
        body = Body(self)
        self._bodies[body] = None
        try:
            yield body
        finally:
            del self._bodies[body]
            self._used -= len(body.content)
            room, self._room = self._room, anyio.Event()
            room.set()

    async def take(self, body: "Body", size: int) -> None:
        """Wait until `body` may grow by `size` bytes."""
        while self._used + size > self._limit and next(iter(self._bodies)) is not body:
            await self._room.wait()
        self._used += size


class Body:
    """A response body in memory."""

    def __init__(self, budget: BodyBudget) -> None:
        self._budget = budget
        self.content = bytearray()

    async def add(self, chunk: bytes) -> None:
        """Append `chunk`, as soon as the budget has room for it."""
        await self._budget.take(self, len(chunk))
        self.content += chunk
