"""Enforcement of PostHog's rate limits, by a sliding window per key and rate, in memory."""

import math
import threading
from collections import deque
from typing import Any, Final

from cachetools import LRUCache

from replay_mcp.api.endpoints import RECORDINGS_LIST, SNAPSHOTS, Endpoint
from replay_mcp.api.rates import BY_TIER, EVERY_ENDPOINT, Rate, Tier
from replay_mcp.local.errors import throttled
from replay_mcp.local.store.accounts import Key

MAX_KEYS: Final = 1000
"""Maximum number of keys in memory; the one unused for longest is dropped first."""


class Bucket:
    """The requests of one key under one rate."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._times: deque[int] = deque(maxlen=rate.requests)

    def take(self, now: int) -> int:
        """Count a request and return 0, or return the milliseconds until one is allowed; rejected ones do not count."""
        while self._times and self._times[0] <= now - self._rate.window_ms:
            self._times.popleft()
        if len(self._times) == self._rate.requests:
            return self._times[0] + self._rate.window_ms - now
        self._times.append(now)
        return 0


class Throttle:
    """All rate limits of one server process; thread-safe.

    Args:
        tier: the organisation's plan, which determines the limits on listing recordings and reading snapshots.
    """

    def __init__(self, tier: Tier) -> None:
        self._by_tier = BY_TIER[tier]
        self._lock = threading.Lock()
        self._keys: LRUCache[str, dict[tuple[str, Rate], Bucket]] = LRUCache(MAX_KEYS)

    def check(self, key: Key, endpoint: Endpoint[Any, Any], now: int) -> None:
        """Count one request of the key.

        A request that one bucket rejects still counts in the others (live behaviour).

        Raises:
            ApiFailure: 429 with the seconds until every bucket accepts a request again.
        """
        limits = [("", rate) for rate in EVERY_ENDPOINT]
        if endpoint.name in {RECORDINGS_LIST.name, SNAPSHOTS.name}:
            limits += [(endpoint.name, rate) for rate in self._by_tier]
        with self._lock:
            buckets = self._keys.setdefault(key.value, {})
            waits = [buckets.setdefault(limit, Bucket(limit[1])).take(now) for limit in limits]
        if wait := max(waits):
            raise throttled(math.ceil(wait / 1000))
