"""The deadline of reading a screen, checked in loops that a page can make long."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from replay_mcp.errors import DeadlineExceeded

Item = TypeVar("Item")
Expired = Callable[[], bool]
"""Whether the deadline passed."""
CHECK_EVERY: Final = 256
"""Number of rules between two checks."""


def never() -> bool:
    """No deadline."""
    return False


def check(expired: Expired) -> None:
    """Stop at the deadline.

    Raises:
        DeadlineExceeded: it passed.
    """
    if expired():
        raise DeadlineExceeded("The time for reading the screen ran out.")


def checked(items: Iterable[Item], expired: Expired, every: int = CHECK_EVERY) -> Iterator[Item]:
    """Yield items; check the deadline before the first one, and then before each one of so many.

    Raises:
        DeadlineExceeded: it passed.
    """
    for number, item in enumerate(items):
        if number % every == 0:
            check(expired)
        yield item
