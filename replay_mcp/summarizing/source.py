"""Sources of summaries, which yield each summary as soon as it is available."""

import math
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

import anyio
from anyio.streams.memory import MemoryObjectSendStream

from replay_mcp.caches.summaries import Summary

FoundSummary: TypeAlias = tuple[str, Summary]
"""A session's id, and its summary or the reason why it has none."""
Send: TypeAlias = MemoryObjectSendStream[FoundSummary]


@asynccontextmanager
async def streamed(run: Callable[[Send], Awaitable[None]]) -> AsyncGenerator[AsyncIterator[FoundSummary]]:
    """Iterate over the summaries that `run` sends, until it returns."""
    send, receive = anyio.create_memory_object_stream[FoundSummary](math.inf)

    async def feed() -> None:
        with send:
            await run(send)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(feed)
        with receive:
            yield receive
