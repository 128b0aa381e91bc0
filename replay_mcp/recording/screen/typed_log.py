"""What the visitor typed, by time: a page may repeat it anywhere, and screens mask it."""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from replay_mcp.recording.timeline.typed_text import MAX_VALUES

MAX_FIELDS: Final = 1_000
"""Maximum number of fields whose values are kept: the latest ones."""
MAX_RUNS: Final = 50
"""Maximum number of runs kept of one field: the latest ones."""
MAX_CHARACTERS: Final = 8_000_000
"""Maximum number of characters of all values. Beyond it, fields lose all but their latest run."""
MAX_STEPS: Final = 10_000
"""Maximum number of lengths kept of one run; the later half is kept, and what it contains is masked all the time."""


class TypedRun(Struct, gc=False):
    """Values of a field, each the beginning of the longest one.

    Attributes:
        tab: number of the tab.
        field: id of the field.
        text: the longest value.
        times: when the field had another value, epoch milliseconds.
        lengths: the lengths of these values.
    """

    tab: int
    field: int
    text: str
    times: list[int]
    lengths: list[int]

    def add(self, timestamp: int, value: str) -> bool:
        """Add a value, if it is the beginning of the longest one or the other way round."""
        if not (value.startswith(self.text) or self.text.startswith(value)):
            return False
        self.text = max(self.text, value, key=len)
        self.times.append(timestamp)
        self.lengths.append(len(value))
        if len(self.times) > MAX_STEPS:
            del self.times[1 : MAX_STEPS // 2], self.lengths[1 : MAX_STEPS // 2]
            self.lengths[0] = len(self.text)
        return True

    def values_at(self, timestamp: int) -> list[tuple[int, str]]:
        """The times and texts of the latest values until a moment, and the longest one."""
        place = bisect_right(self.times, timestamp)
        if not place:
            return []
        latest = range(max(0, place - MAX_VALUES), place)
        found = [(self.times[each], self.text[: self.lengths[each]]) for each in latest]
        return [(self.times[place - 1], self.text[: max(self.lengths[:place])]), *found]


class TypedLog:
    """Collects the values of fields in time order. The latest value of a field is dropped last."""

    def __init__(self) -> None:
        self._fields: dict[tuple[int, int], deque[TypedRun]] = {}
        self.characters = 0

    def add(self, timestamp: int, tab: int, field: int, value: str) -> None:
        """Add the value that a field has from now on."""
        runs = self._fields.pop((tab, field), None) or deque()
        self._fields[tab, field] = runs  # the latest field comes last
        before = len(runs[-1].text) if runs else 0
        if runs and runs[-1].add(timestamp, value):
            self.characters += len(runs[-1].text) - before
        else:
            runs.append(TypedRun(tab, field, value, [timestamp], [len(value)]))
            self.characters += len(value)
        if len(runs) > MAX_RUNS:
            self.characters -= len(runs.popleft().text)
        if len(self._fields) > MAX_FIELDS:
            self._drop_field()
        if self.characters > MAX_CHARACTERS:
            self._shrink()

    def runs(self) -> Sequence[TypedRun]:
        """All runs, those of the latest field last."""
        return [run for runs in self._fields.values() for run in runs]

    def _shrink(self) -> None:
        for runs in self._fields.values():
            while len(runs) > 1:
                self.characters -= len(runs.popleft().text)
        while self.characters > MAX_CHARACTERS:
            self._drop_field()

    def _drop_field(self) -> None:
        runs = self._fields.pop(next(iter(self._fields)))
        self.characters -= sum(len(run.text) for run in runs)


def values_at(runs: Sequence[TypedRun], timestamp: int) -> Iterator[tuple[int, int, str]]:
    """Yield tab, field and value of what was typed until a moment, the latest last."""
    found = [(time, value, run) for run in runs for time, value in run.values_at(timestamp)]
    for _, value, run in sorted(found, key=lambda each: each[0]):
        yield run.tab, run.field, value
