"""Events in the order of time, from a stream that is nearly so: tabs send in turns, and what failed is sent again."""

import heapq
from typing import Final

from .copies import without_delay
from .events import Event

HOLD_MS: Final = 30_000
"""So long after an event's time an earlier one may still arrive and take its place."""
HOLD_BYTES: Final = 2 * 1024 * 1024
"""Most bytes of lines that wait; with more, the earliest waits no longer."""
_SAME_TIME: Final = 50
"""Most events of one time among which a repeated line is looked for."""


class InOrder:
    """Puts events into the order of time and drops repeated lines, within the bounds of what it holds.

    Attributes:
        repeated: lines dropped because the same one was there already: recorders send again what may have been lost.
        late: events that came too late for their place; they are passed on where they came.
    """

    def __init__(self) -> None:
        self.repeated = 0
        self.late = 0
        self._waiting: list[tuple[int, int, Event]] = []
        self._count = 0
        self._bytes = 0
        self._newest = 0
        self._time = 0
        self._lines: list[bytes] = []

    def add(self, event: Event) -> list[Event]:
        """Take an event; the events whose turn it is then."""
        timestamp = event.timestamp
        self._count += 1
        heapq.heappush(self._waiting, (timestamp, self._count, event))
        self._bytes += len(event.line)
        self._newest = max(self._newest, timestamp)
        ready: list[Event] = []
        while self._waiting and (self._waiting[0][0] <= self._newest - HOLD_MS or self._bytes > HOLD_BYTES):
            self._next(ready)
        return ready

    def finish(self) -> list[Event]:
        """The events that were still waiting."""
        ready: list[Event] = []
        while self._waiting:
            self._next(ready)
        return ready

    def _next(self, ready: list[Event]) -> None:
        timestamp, _, event = heapq.heappop(self._waiting)
        self._bytes -= len(event.line)
        line = without_delay(event.line)
        if timestamp > self._time:
            self._time = timestamp
            self._lines = [line]
        elif timestamp < self._time:
            self.late += 1
        elif line in self._lines:
            self.repeated += 1
            return
        elif len(self._lines) < _SAME_TIME and sum(map(len, self._lines)) < HOLD_BYTES:
            self._lines.append(line)
        ready.append(event)
