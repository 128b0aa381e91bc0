"""Staying within the rate limits of a key: what of the budget for reading snapshots is left, and when there is more."""

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from typing import Final

from replay_mcp.errors import RateLimited

from .rates import BY_TIER, TIERS, Rate, Tier

RELEARN_SECONDS: Final = 3_600.0
"""So long a plan is assumed that a refusal suggested: the key's other users may have been the reason."""

UNDER_WAY: Final = 3
"""So many requests may be under way when one is refused, and are no proof of a larger plan."""


class RatePlan:
    """Counts one key's snapshot requests of this process, and knows what PostHog allows.

    Args:
        tier: the organisation's plan. It cannot be asked for; a lower one is assumed once the API refuses sooner. None:
            a host that is not known to limit anything.
        clock: seconds, monotonic.
    """

    def __init__(self, tier: Tier | None = "paid", clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._first_tier: Tier | None = tier
        self._tier: Tier | None = tier
        self._learnt = 0.0
        self._sent: deque[float] = deque(maxlen=max(rate.requests for rates in BY_TIER.values() for rate in rates))
        self._closed_until = 0.0

    @contextmanager
    def request(self) -> Generator[None]:
        """Count the request that is sent inside. If the API refuses it, none is sent until it allows more."""
        self._sent.append(self._clock())
        try:
            yield
        except RateLimited as error:
            self._refused(error)
            raise

    def ready_in(self, requests: int) -> float:
        """Seconds until so many requests may be sent at once; 0 when they may now."""
        now = self._clock()
        if now - self._learnt > RELEARN_SECONDS:
            self._tier = self._first_tier
        waits = [self._closed_until - now]
        for rate in BY_TIER[self._tier] if self._tier else ():
            recent = _within(self._sent, rate, now)
            over = len(recent) + min(requests, rate.requests) - rate.requests
            if over > 0:
                waits.append(recent[over - 1] + rate.window_ms / 1000 - now)
        return max(0.0, *waits)

    def _refused(self, error: RateLimited) -> None:
        now = self._clock()
        wait = 60.0 if error.retry_after is None else error.retry_after
        self._closed_until = now + min(wait, RELEARN_SECONDS)  # no server's mistake may close the tool for longer
        accepted = list(self._sent)[:-1]
        # The smallest plan that allows what was accepted so far; another process may use the key as well.
        fitting: list[Tier] = [
            tier
            for tier in TIERS
            if all(len(_within(accepted, rate, now)) <= rate.requests + UNDER_WAY for rate in BY_TIER[tier])
        ]
        if fitting:
            self._tier, self._learnt = fitting[0], now


def _within(times: Iterable[float], rate: Rate, now: float) -> list[float]:
    return [at for at in times if now - at < rate.window_ms / 1000]
