"""What is kept of style sheets between moments, which often have the same ones."""

from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """The values used latest.

    Args:
        number: maximum number of values.
        length: maximum length of all texts that values were made of; a value of more than half of it is not kept.
    """

    def __init__(self, number: int, length: int) -> None:
        self._number = number
        self._length = length
        self._values: dict[Key, tuple[Value, int]] = {}
        self._lock = Lock()

    def get(self, key: Key) -> Value | None:
        """The value for a key, if it is kept."""
        with self._lock:
            found = self._values.pop(key, None)
            if found is None:
                return None
            self._values[key] = found
            return found[0]

    def put(self, key: Key, value: Value, length: int) -> None:
        """Keep a value that was made of texts of this length, in place of those used longest ago."""
        if length > self._length // 2:
            return
        with self._lock:
            self._values[key] = value, length
            total = sum(each for _, each in self._values.values())
            for old in [*self._values]:
                if len(self._values) <= self._number and total <= self._length:
                    break
                total -= self._values.pop(old)[1]
