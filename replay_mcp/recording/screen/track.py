"""A value over time, of which a bounded number of moments is kept."""

from typing import Final, Generic, TypeVar

MAX_MOMENTS: Final = 20_000
"""Maximum number of moments of a track."""

T = TypeVar("T")


class Track(Generic[T]):
    """The latest value in each step of time. If there are too many, steps become twice as long.

    Args:
        step: milliseconds of a step at first.
        most: maximum number of moments kept.
    """

    def __init__(self, step: int, most: int = MAX_MOMENTS) -> None:
        self.step = step
        self._most = most
        self._by_step: dict[int, tuple[int, T]] = {}

    def put(self, timestamp: int, value: T) -> None:
        """Add a value; those of a step may come in any order."""
        place = timestamp // self.step
        known = self._by_step.get(place)
        if known is not None and known[0] > timestamp:
            return
        self._by_step[place] = timestamp, value
        while len(self._by_step) > self._most:
            self._widen()

    def __len__(self) -> int:
        return len(self._by_step)

    def moments(self) -> list[tuple[int, T]]:
        """Times in epoch milliseconds and values, in time order."""
        return [self._by_step[place] for place in sorted(self._by_step)]

    def _widen(self) -> None:
        kept = self.moments()
        self.step *= 2
        self._by_step = {timestamp // self.step: (timestamp, value) for timestamp, value in kept}
