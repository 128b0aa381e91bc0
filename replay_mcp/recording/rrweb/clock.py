"""Leaves out stray events: the few that a wrong clock dated far away from all others."""

from dataclasses import dataclass, field
from typing import Final

from .events import Event

STRAY_MS: Final = 7 * 24 * 3_600_000
"""Events closer together than this may belong to one visit. A session may last longer, because its id may be reused."""
CONFIRMING_EVENTS: Final = 5
"""Number of events in one period that confirm its time."""
HELD_BYTES: Final = 8 * 1024 * 1024
"""Maximum number of bytes of held events; with more, a period is accepted without confirmation."""
MAX_PERIODS: Final = 64
"""Maximum number of periods; events outside them are strays."""


@dataclass(slots=True)
class _Period:
    """A stretch of time with events no further apart than `STRAY_MS`. Times are epoch milliseconds.

    Attributes:
        held: events that are not confirmed yet; None once the period is accepted.
    """

    start: int
    end: int
    held: list[Event] | None = field(default_factory=list[Event])

    def holds(self, timestamp: int) -> bool:
        return self.start - STRAY_MS <= timestamp <= self.end + STRAY_MS


class StrayFilter:
    """Holds back the first events of each period until others confirm its time.

    Attributes:
        strays: number of unconfirmed events, which were left out.
    """

    def __init__(self) -> None:
        self.strays = 0
        self._current: _Period | None = None
        self._periods: list[_Period] = []
        self._bytes = 0

    def add(self, event: Event) -> list[Event]:
        """Add an event; return the events that are now accepted."""
        timestamp, period = event.timestamp, self._current
        if period is None or not period.start <= timestamp <= period.end:
            period = self._period(timestamp)
            if period is None:
                self.strays += 1
                return []
            period.start, period.end = min(period.start, timestamp), max(period.end, timestamp)
        if period.held is None:
            return [event]
        period.held.append(event)
        self._bytes += len(event.line)
        return self._accept(period) if len(period.held) >= CONFIRMING_EVENTS or self._bytes > HELD_BYTES else []

    def finish(self) -> list[Event]:
        """End the recording; return the held events that are accepted after all, because no period has many."""
        doubtful = [period for period in self._periods if period.held is not None]
        most = 0 if len(doubtful) < len(self._periods) else max((_size(period) for period in doubtful), default=0)
        accepted: list[Event] = []
        for period in doubtful:
            if 2 * _size(period) >= most > 0:
                accepted += self._accept(period)
            else:
                self.strays += _size(period)
        return accepted

    def _period(self, timestamp: int) -> _Period | None:
        if self._current and self._current.holds(timestamp):
            return self._current
        period = next((each for each in self._periods if each.holds(timestamp)), None)
        if period is None and len(self._periods) < MAX_PERIODS:
            period = _Period(timestamp, timestamp)
            self._periods.append(period)
        self._current = period
        return period

    def _accept(self, period: _Period) -> list[Event]:
        held, period.held = period.held or [], None
        self._bytes -= sum(len(event.line) for event in held)
        return held


def _size(period: _Period) -> int:
    return len(period.held or ())
