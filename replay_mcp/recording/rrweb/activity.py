"""Active time as PostHog measures it, computed event by event; the computation can be saved and resumed."""

from typing import Final, NamedTuple

from .events import Event, IncrementalSource

ACTIVITY_THRESHOLD_MS: Final = 5_000
"""Events up to this long after an activity count as active time (live behaviour of `active_seconds`)."""
ACTIVE_SOURCES: Final = frozenset[int | None](
    {
        IncrementalSource.MOUSE_MOVE,
        IncrementalSource.MOUSE_INTERACTION,
        IncrementalSource.SCROLL,
        IncrementalSource.VIEWPORT_RESIZE,
        IncrementalSource.INPUT,
        IncrementalSource.TOUCH_MOVE,
        IncrementalSource.MEDIA_INTERACTION,
        IncrementalSource.DRAG,
    }
)
"""Sources of events that count as activity (live behaviour)."""


class ActivityState(NamedTuple):
    """The state of an `Activity` between two events. Times are epoch milliseconds.

    Attributes:
        done: milliseconds in completed stretches.
        start: when the current stretch began; None if there is none.
        end: when its last event was.
        last_active: when the last activity was.
    """

    done: int = 0
    start: int | None = None
    end: int = 0
    last_active: int = 0


class Activity:
    """Adds up stretches of activity. A stretch ends with the last event within the threshold after an activity.

    Args:
        state: the state from which to resume.
    """

    def __init__(self, state: ActivityState = ActivityState()) -> None:  # noqa: B008 - the default is immutable
        self._done, self._start, self._end, self._last_active = state

    def add(self, event: Event) -> None:
        """Add an event; events come in time order."""
        timestamp, active = event.timestamp, event.source in ACTIVE_SOURCES
        if self._start is not None and timestamp <= self._last_active + ACTIVITY_THRESHOLD_MS:
            self._end = max(self._end, timestamp)
        else:
            self._done = self.milliseconds
            self._start = timestamp if active else None
            self._end = timestamp
        if active:
            self._last_active = timestamp

    @property
    def milliseconds(self) -> int:
        """Active time so far; a single activity counts as 1."""
        return self._done + (0 if self._start is None else max(1, self._end - self._start))

    @property
    def state(self) -> ActivityState:
        """The state from which another `Activity` can resume."""
        return ActivityState(self._done, self._start, self._end, self._last_active)
