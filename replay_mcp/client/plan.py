"""Client-side rate limiting: tracks how many snapshot requests a key may still send, and when more are allowed."""

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from typing import Final

from replay_mcp.api.rates import BY_TIER, TIERS, Rate, Tier
from replay_mcp.errors import RateLimited

RELEARN_SECONDS: Final = 3_600.0
"""How long a smaller plan is assumed after a 429 response, which other users of the key may have caused."""

IN_FLIGHT: Final = 3
"""Requests that may be in flight when one is rejected; they do not prove a larger plan."""


class RatePlan:
    """Counts this process's snapshot requests with one key against PostHog's rate limits.

    Args:
        tier: the organisation's plan, which the API does not reveal; a lower one is assumed after an early 429
            response. None for a host without known limits.
        clock: monotonic seconds.
    """

    def __init__(self, tier: Tier | None = "paid", clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._first_tier: Tier | None = tier
        self._tier: Tier | None = tier
        self._learned_at = 0.0
        self._sent: deque[float] = deque(maxlen=max(rate.requests for rates in BY_TIER.values() for rate in rates))
        self._closed_until = 0.0
        self._rejection: RateLimited | None = None

    @contextmanager
    def request(self) -> Generator[None]:
        """Count the request sent in the block. If the API rejects it, `ready_in` waits until the API allows more."""
        self._sent.append(self._clock())
        try:
            yield
        except RateLimited as error:
            self._on_rate_limited(error)
            raise

    def ready_in(self, requests: int) -> float:
        """Seconds until this many requests may be sent at once; 0 if they may be sent now."""
        now = self._clock()
        if now - self._learned_at > RELEARN_SECONDS:
            self._tier = self._first_tier
        waits = [self._closed_until - now]
        for rate in BY_TIER[self._tier] if self._tier else ():
            recent = _within(self._sent, rate, now)
            over = len(recent) + min(requests, rate.requests) - rate.requests
            if over > 0:
                waits.append(recent[over - 1] + rate.window_ms / 1000 - now)
        return max(0.0, *waits)

    def refusal(self, wait: float) -> RateLimited:
        """The error of a request that is not sent because the next one is allowed only in `wait` seconds."""
        if self._rejection is not None and self._clock() < self._closed_until:
            return RateLimited(self._rejection.why, retry_after=wait)
        return RateLimited("The key's rate limit for reading snapshots is reached.", retry_after=wait)

    def _on_rate_limited(self, error: RateLimited) -> None:
        now = self._clock()
        self._rejection = error
        wait = 60.0 if error.retry_after is None else error.retry_after
        self._closed_until = now + min(wait, RELEARN_SECONDS)  # a wrong `Retry-After` must not block for longer
        accepted = list(self._sent)[:-1]
        # The smallest plan that allows the requests accepted so far; other processes may use the key as well.
        fitting: list[Tier] = [
            tier
            for tier in TIERS
            if all(len(_within(accepted, rate, now)) <= rate.requests + IN_FLIGHT for rate in BY_TIER[tier])
        ]
        if fitting:
            self._tier, self._learned_at = fitting[0], now


def _within(times: Iterable[float], rate: Rate, now: float) -> list[float]:
    return [at for at in times if now - at < rate.window_ms / 1000]
