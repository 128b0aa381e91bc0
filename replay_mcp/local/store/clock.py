"""Times in the store: integer milliseconds since the Unix epoch, UTC."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

DAY_MS: Final = 86_400_000

Clock = Callable[[], int]
"""Returns the current time in epoch milliseconds; a parameter, so that tests can choose it."""


def now_ms() -> int:
    """The current time in epoch milliseconds."""
    return to_ms(datetime.now(UTC))


def to_ms(moment: datetime) -> int:
    """Epoch milliseconds of an aware datetime."""
    return round(moment.timestamp() * 1000)


def from_ms(value: int) -> datetime:
    """Aware UTC datetime of epoch milliseconds."""
    return datetime.fromtimestamp(value / 1000, UTC)
