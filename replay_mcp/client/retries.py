"""When a request is sent again."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from replay_mcp.api.endpoints import Endpoint
from replay_mcp.errors import GATEWAY_STATUSES, ApiError, RateLimited, ReplayError, Unreachable, response_lost

from .exchange import Deadline

ATTEMPTS: Final = 4
"""Maximum number of requests of a call."""

_MIN_RETRY_AFTER: Final = 1.0
"""Minimum seconds before a rate-limited request is repeated, even if `Retry-After` is shorter or missing."""

T = TypeVar("T")


async def retry(send: Callable[[], Awaitable[T]], endpoint: Endpoint[Any, Any], ends: Deadline) -> T:
    """Await `send`, again after failures that may pass, until the deadline.

    Raises:
        DeadlineExceeded: the deadline passed.
        ReplayError: raised by the last `send`.
    """

    def hook(error: Exception) -> bool | float:
        return backoff(error, endpoint, ends.remaining())

    with ends.enforce():
        try:
            return await send()
        except ReplayError as error:
            failures = [error]
        # Entered at the first failure only: to build its loop takes a tenth of a request's time.
        import stamina  # noqa: PLC0415 - imported on first use for a faster start

        retries = stamina.retry_context(
            on=hook, attempts=ATTEMPTS, timeout=None, wait_initial=0.2, wait_max=5.0, wait_jitter=0.3
        )
        async for attempt in retries:
            with attempt:
                if failures:
                    raise failures.pop()
                return await send()
    raise AssertionError("stamina returns or raises")


def backoff(error: Exception, endpoint: Endpoint[Any, Any], remaining: float) -> bool | float:
    """Whether to retry with `remaining` seconds left: True, False, or the seconds to wait after a 429."""
    if not endpoint.idempotent or (endpoint.writes and isinstance(error, ReplayError) and response_lost(error)):
        return False
    if isinstance(error, RateLimited):
        wait = max(error.retry_after or 0.0, _MIN_RETRY_AFTER)
        return wait if wait < remaining - 1 else False
    if isinstance(error, ApiError):
        return error.status in GATEWAY_STATUSES and remaining > 1
    return isinstance(error, Unreachable) and remaining > 1
