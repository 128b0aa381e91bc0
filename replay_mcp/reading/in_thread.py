"""Runs long computations in a thread, until the deadline or the cancellation of the call."""

import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import anyio
import anyio.from_thread

from replay_mcp.context import ToolContext

T = TypeVar("T")


async def in_thread(work: Callable[[Callable[[], bool]], T], context: ToolContext, ends: float) -> T:
    """Run `work` in a thread that reads recordings, and return its result.

    Args:
        work: is passed a function that returns whether the deadline has passed, and calls it often. In a call that was
            cancelled, that function raises the exception that ends the thread.
        context: the tool's context.
        ends: the deadline, in the event loop's time.
    """
    until = time.monotonic() + ends - anyio.current_time()

    def expired() -> bool:
        anyio.from_thread.check_cancelled()
        return time.monotonic() > until

    return await anyio.to_thread.run_sync(partial(work, expired), limiter=context.workload.threads)
