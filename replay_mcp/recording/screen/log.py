"""Keeps the events that change what tabs show, with checkpoints, so that any moment can be read quickly."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from replay_mcp.recording.rrweb.events import Event, EventType, IncrementalSource, MouseInteractions
from replay_mcp.recording.rrweb.untrusted import text, whole

from .page import RecordedPage
from .segments import TabLog, TabScreens, replay
from .track import MAX_MOMENTS
from .typed_log import TypedLog, TypedRun

MAX_BYTES: Final = 64 * 1024 * 1024
"""Maximum number of bytes of segments kept of a recording; later changes of its pages are not kept."""
_TRACKED_TABS: Final = 10
"""Tabs with tracks of full length; later ones have short tracks, so that all of them are bounded."""
_FEW_MOMENTS: Final = 200
_SOURCES: Final = frozenset[int | None](
    {
        IncrementalSource.MUTATION,
        IncrementalSource.SCROLL,
        IncrementalSource.VIEWPORT_RESIZE,
        IncrementalSource.INPUT,
        IncrementalSource.STYLE_SHEET_RULE,
        IncrementalSource.STYLE_DECLARATION,
        IncrementalSource.ADOPTED_STYLE_SHEET,
    }
)
_INTERACTIONS: Final = frozenset[int | None](
    {
        MouseInteractions.MOUSE_DOWN,
        MouseInteractions.CLICK,
        MouseInteractions.DBL_CLICK,
        MouseInteractions.CONTEXT_MENU,
        MouseInteractions.TOUCH_START,
        MouseInteractions.TOUCH_END,
        MouseInteractions.FOCUS,
        MouseInteractions.BLUR,
    }
)


class Screens(Struct, frozen=True):
    """What the tabs of a recording showed at any moment.

    Attributes:
        tabs: by number.
        typed: what the visitor typed.
        until: the last moment until which segments are kept, epoch milliseconds; None if all are.
        size: bytes in memory.
    """

    tabs: Mapping[int, TabScreens]
    typed: Sequence[TypedRun]
    until: int | None
    size: int

    def page(self, tab: int, timestamp: int, expired: Callable[[], bool] = lambda: False) -> RecordedPage | None:
        """The page of a tab at a moment, with all events up to it; None if the tab had no event yet.

        Args:
            tab: its number.
            timestamp: epoch milliseconds.
            expired: returns whether the deadline has passed.

        Raises:
            DeadlineExceeded: the deadline passed.
        """
        kept = self.tabs.get(tab)
        if kept is None:
            return None
        place = bisect_right(kept.segments, timestamp, key=lambda segment: segment.start) - 1
        return replay(kept.segments[place], timestamp, expired) if place >= 0 else None


class ScreenLog:
    """Collects the events of a recording, in time order.

    Args:
        max_bytes: how much of them is kept.
        needed_from: what comes before this time makes room for later events, epoch milliseconds.

    Attributes:
        since: the time from which events are kept; 0 unless earlier ones made room.
    """

    def __init__(self, max_bytes: int = MAX_BYTES, needed_from: int = 0) -> None:
        self.since = 0
        self._max_bytes = max_bytes
        self._needed_from = needed_from
        self._tabs: dict[int, TabLog] = {}
        self._typed = TypedLog()
        self._bytes = 0
        self._now = 0
        self._until: int | None = None

    def add(self, tab: int, event: Event) -> None:
        """Add an event of a tab."""
        self._now = event.timestamp
        log = self._tabs.get(tab)
        if log is None:
            log = self._tabs[tab] = TabLog(MAX_MOMENTS if len(self._tabs) < _TRACKED_TABS else _FEW_MOMENTS)
        log.moved(event)
        if not _changes_screen(event):
            return
        log.changed(event)
        if self._until is not None:
            return
        self._bytes += log.add(event)
        while self._bytes > self._max_bytes and self._until is None:
            if not self._make_room():
                self._until = event.timestamp

    @property
    def is_full(self) -> bool:
        """Whether later events are not kept."""
        return self._until is not None

    def typed(self, tab: int, field: int, value: str) -> None:
        """Add the value that a field has after the latest event."""
        self._typed.add(self._now, tab, field, value)

    def finish(self) -> Screens:
        """The screens of all events so far."""
        for log in self._tabs.values():
            self._bytes += log.complete() + log.tracks_bytes
        tabs = {number: log.screens() for number, log in self._tabs.items()}
        return Screens(tabs, self._typed.runs(), self._until, self._bytes + self._typed.characters)

    def _make_room(self) -> bool:
        """Drop the earliest segment; return whether there was one that is not needed."""
        logs = [log for log in self._tabs.values() if log.segments]
        earliest = min(logs, key=lambda log: log.segments[0].start, default=None)
        if earliest is None or earliest.next_start > self._needed_from:
            return False
        self.since = max(self.since, earliest.next_start)
        self._bytes -= earliest.segments.pop(0).size
        return True


def _changes_screen(event: Event) -> bool:
    if event.type == EventType.INCREMENTAL_SNAPSHOT:
        source = event.source
        if source == IncrementalSource.MOUSE_INTERACTION:
            return whole(event.data.get("type")) in _INTERACTIONS
        return source in _SOURCES
    if event.type == EventType.CUSTOM:
        return text(event.data.get("tag")).startswith("$")
    return event.type in (EventType.FULL_SNAPSHOT, EventType.META)
