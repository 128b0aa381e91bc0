"""Events in the order of time, from a stream that is nearly so: tabs send in turns, and what failed is sent again."""

import heapq
from collections import deque
from typing import Final

from .copies import without_delay
from .events import Event

HOLD_MS: Final = 30_000
"""So long after an event's time an earlier one may still arrive and take its place."""
HOLD_BYTES: Final = 2 * 1024 * 1024
"""Most bytes of lines that wait; with more, the earliest waits no longer."""
_SAME_TIME: Final = 50
"""Most events of one time among which a repeated line is looked for."""


class EventSorter:
    """Puts events into the order of time and drops repeated lines, within the bounds of what it holds.

    Attributes:
        repeated: lines dropped because the same one was there already: recorders send again what may have been lost.
        late: events that came too late for their place; they are passed on where they came.
    """

    def __init__(self) -> None:
        self.repeated = 0
        self.late = 0
        self._waiting: deque[Event] = deque()
        """In the order of time, as most events come."""
        self._earlier: list[tuple[int, int, Event]] = []
        """A heap of those that came after later ones, numbered as they came."""
        self._count = 0
        self._bytes = 0
        self._newest = 0
        self._time = 0
        self._line = b""
        """The line that was passed on first with this time."""
        self._lines: list[bytes] = []
        """All of them without their delays, once there are several."""

    def add(self, event: Event) -> list[Event]:
        """Take an event; the events whose turn it is then."""
        timestamp, waiting = event.timestamp, self._waiting
        if not waiting or timestamp >= waiting[-1].timestamp:
            waiting.append(event)
            self._newest = max(self._newest, timestamp)
        else:
            self._count += 1
            heapq.heappush(self._earlier, (timestamp, self._count, event))
        self._bytes += len(event.line)
        ready: list[Event] = []
        until = self._newest - HOLD_MS
        while self._bytes > HOLD_BYTES or (waiting and waiting[0].timestamp <= until) or self._has_earlier(until):
            self._next(ready)
        return ready

    def finish(self) -> list[Event]:
        """The events that were still waiting."""
        ready: list[Event] = []
        while self._waiting or self._earlier:
            self._next(ready)
        return ready

    def _has_earlier(self, until: int) -> bool:
        return bool(self._earlier) and self._earlier[0][0] <= until

    def _next(self, ready: list[Event]) -> None:
        if self._earlier and (not self._waiting or self._earlier[0][0] < self._waiting[0].timestamp):
            event = heapq.heappop(self._earlier)[2]
        else:
            event = self._waiting.popleft()
        self._bytes -= len(event.line)
        if event.timestamp > self._time:
            self._time, self._line, self._lines = event.timestamp, event.line, []
        elif event.timestamp < self._time:
            self.late += 1
        elif self._is_repeated(event.line):
            self.repeated += 1
            return
        ready.append(event)

    def _is_repeated(self, line: bytes) -> bool:
        """Whether the same line, but for its `delay`, was passed on with the same time."""
        lines = self._lines = self._lines or [without_delay(self._line)]
        line = without_delay(line)
        if line in lines:
            return True
        if len(lines) < _SAME_TIME and sum(map(len, lines)) < HOLD_BYTES:
            lines.append(line)
        return False
