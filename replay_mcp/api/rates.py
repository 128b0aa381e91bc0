"""PostHog's rate limits for personal API keys, as data: per key, in sliding windows (live behaviour)."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

Tier = Literal["free", "paid", "enterprise"]
"""An organisation's plan, which sets the limits on listing recordings and reading snapshots."""

TIERS: Final[tuple[Tier, ...]] = get_args(Tier)
"""The plans, smallest first."""
MINUTE_MS: Final = 60_000
HOUR_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `requests` in any `window_ms` milliseconds."""

    requests: int
    window_ms: int


def _rates(per_minute: int, per_hour: int) -> tuple[Rate, Rate]:
    """The burst rate and the sustained rate."""
    return Rate(per_minute, MINUTE_MS), Rate(per_hour, HOUR_MS)


EVERY_ENDPOINT: Final = _rates(240, 1200)
"""Limits on all requests of a key together."""
BY_TIER: Final[dict[Tier, tuple[Rate, Rate]]] = {
    "free": _rates(12, 60),
    "paid": _rates(60, 300),
    "enterprise": _rates(100, 400),
}
"""Additional limits on listing recordings and, counted separately, on reading snapshots."""
