"""Limits the memory of all response bodies that are read concurrently."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import anyio

MAX_BYTES: Final = 64 * 1024 * 1024
"""Maximum size of all bodies of a client together; `BodyBudget` describes one exception."""


class BodyBudget:
    """Shares a number of bytes among concurrently read bodies.

    A body that exceeds the budget waits for others to finish, until its caller's deadline. The oldest body never waits,
    so bodies cannot deadlock; together they use at most `limit` bytes plus one body.
    """

    def __init__(self, limit: int = MAX_BYTES) -> None:
        self._limit = limit
        self._used = 0
        self._bodies: dict[BufferedBody, None] = {}
        self._released = anyio.Event()

    @contextmanager
    def body(self) -> Generator["BufferedBody"]:
        """Yield a new body; its bytes are released at the end of the block."""
        body = BufferedBody(self)
        self._bodies[body] = None
        try:
            yield body
        finally:
            del self._bodies[body]
            self._used -= len(body.content)
            released, self._released = self._released, anyio.Event()
            released.set()

    async def take(self, body: "BufferedBody", size: int) -> None:
        """Wait until `body` may grow by `size` bytes."""
        while self._used + size > self._limit and next(iter(self._bodies)) is not body:
            await self._released.wait()
        self._used += size


class BufferedBody:
    """A response body in memory."""

    def __init__(self, budget: BodyBudget) -> None:
        self._budget = budget
        self.content = bytearray()

    async def add(self, chunk: bytes) -> None:
        """Append `chunk` once the budget allows it."""
        await self._budget.take(self, len(chunk))
        self.content += chunk
