"""How long somebody was active: PostHog's measure, taken event by event, which can be put down and taken up again."""

from typing import Final, NamedTuple

from .events import Event, IncrementalSource

ACTIVITY_THRESHOLD_MS: Final = 5_000
"""So long after the last activity a stretch still counts as active (live behaviour of `active_seconds`)."""
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
"""What counts as activity (live behaviour)."""


class ActivityState(NamedTuple):
    """The measure between two events. Times are epoch milliseconds.

    Attributes:
        done: milliseconds of the stretches that have ended.
        start: when the stretch began that may go on; None for none.
        end: when its last event was.
        last_active: when the last activity was.
    """

    done: int = 0
    start: int | None = None
    end: int = 0
    last_active: int = 0


class Activity:
    """Adds up stretches: one begins with activity, and ends with the last event within the threshold of activity.

    Args:
        state: where to go on.
    """

    def __init__(self, state: ActivityState = ActivityState()) -> None:  # noqa: B008 - it is frozen
        self._done, self._start, self._end, self._last_active = state

    def add(self, event: Event) -> None:
        """Take an event, which is not older than the one before."""
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
        """Time in stretches so far; a lone activity counts as 1."""
        return self._done + (0 if self._start is None else max(1, self._end - self._start))

    @property
    def state(self) -> ActivityState:
        """What another `Activity` goes on with."""
        return ActivityState(self._done, self._start, self._end, self._last_active)
