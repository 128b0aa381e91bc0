"""Sorts a nearly sorted stream of events by time: tabs send in turns, and failed uploads are sent again."""

import heapq
from collections import deque
from typing import Final

from .copies import without_delay
from .events import Event

HOLD_MS: Final = 30_000
"""An event may arrive after others that are up to this much later, and is still put in its place."""
HOLD_BYTES: Final = 2 * 1024 * 1024
"""Maximum number of bytes of held lines; with more, the earliest is released."""
_SAME_TIME: Final = 50
"""Maximum number of events with one timestamp that are compared to find a repeated line."""


class EventSorter:
    """Sorts events by time and drops repeated lines, as far as the held events allow.

    Attributes:
        repeated: number of repeated lines, which were dropped: recorders send again what may have been lost.
        late: number of events that came too late to be sorted; they are passed on where they came.
    """

    def __init__(self) -> None:
        self.repeated = 0
        self.late = 0
        self._waiting: deque[Event] = deque()
        """Held events in time order, as most events come."""
        self._earlier: list[tuple[int, int, Event]] = []
        """A heap of held events that came out of order, numbered as they came."""
        self._count = 0
        self._bytes = 0
        self._newest = 0
        self._time = 0
        self._line = b""
        """The first line passed on with this time."""
        self._lines: list[bytes] = []
        """All lines passed on with this time, without their delays; empty while there is only one."""

    def add(self, event: Event) -> list[Event]:
        """Add an event; return the events that are now in order."""
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
        """End the stream; return the events that are still held."""
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
        """Whether the same line was passed on with this time; `delay` may differ."""
        lines = self._lines = self._lines or [without_delay(self._line)]
        line = without_delay(line)
        if line in lines:
            return True
        if len(lines) < _SAME_TIME and sum(map(len, lines)) < HOLD_BYTES:
            lines.append(line)
        return False
