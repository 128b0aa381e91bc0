"""A source of summaries: what it finds arrives while it still works."""

import math
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

import anyio
from anyio.streams.memory import MemoryObjectSendStream

from replay_mcp.caches.summaries import Summary

Found: TypeAlias = tuple[str, Summary]
"""A session's id and its summary, or the reason why it has none."""
Send: TypeAlias = MemoryObjectSendStream[Found]


@asynccontextmanager
async def streamed(run: Callable[[Send], Awaitable[None]]) -> AsyncGenerator[AsyncIterator[Found]]:
    """Iterate over what `run` sends; the iteration ends when `run` has returned."""
    send, receive = anyio.create_memory_object_stream[Found](math.inf)

    async def feed() -> None:
        with send:
            await run(send)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(feed)
        with receive:
            yield receive
