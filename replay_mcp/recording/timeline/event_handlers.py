"""Passes each event of a recording to its handler, which collects rows."""

from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

from replay_mcp.recording.dom.work_budget import WorkBudget
from replay_mcp.recording.rrweb.events import MAX_TIMESTAMP, Event, EventType, IncrementalSource
from replay_mcp.redaction import Redaction

from .page_events import PageEvents
from .pending_rows import PendingRows
from .rendering import RENDERING, UNREAD_SOURCES, UNREAD_TYPES
from .shown_text import ShownText
from .tab import Tab
from .tabs import Tabs
from .user_events import ACTIVITY_SOURCES, UserEvents

_TYPES: Final = frozenset(EventType)
_SOURCES: Final = frozenset[int | None](IncrementalSource)
_Handler: TypeAlias = Callable[[Tab, Event], None]


class EventObserver(Protocol):
    """Is passed everything that is read, in time order and without repeated events."""

    def add(self, tab: int, event: Event) -> None:
        """Take an event of a tab."""
        ...

    def typed(self, tab: int, field: int, value: str) -> None:
        """Take the value that a field has after the latest event."""
        ...


class EventHandlers:
    """Handles events in time order, after the observer.

    Attributes:
        events: how many events were handled.
        unknown: how many had an unknown type or source.
        unread: how many had a known type or source that is not read.
    """

    def __init__(self, redaction: Redaction, observer: EventObserver | None = None) -> None:
        self._observer = observer
        self.events = 0
        self.unknown = 0
        self.unread = 0
        self._start, self._end = MAX_TIMESTAMP, 0
        self.pending = PendingRows()
        self.work = WorkBudget()
        self.tabs = Tabs(self.work)
        shown = ShownText(redaction, None if observer is None else observer.typed)
        self.page = PageEvents(self.pending, shown, self.tabs, self.work)
        self.person = UserEvents(self.pending, shown, self.tabs, self.page, self.work)
        self._by_type: dict[int, _Handler] = {
            EventType.DOM_CONTENT_LOADED: self.page.loading,
            EventType.FULL_SNAPSHOT: self.page.snapshot,
            EventType.INCREMENTAL_SNAPSHOT: self._incremental,
            EventType.META: self.page.meta,
            EventType.CUSTOM: self.page.custom,
            EventType.PLUGIN: self.page.plugin,
        }
        self._by_source: dict[int | None, _Handler] = {
            IncrementalSource.MUTATION: self.page.mutation,
            IncrementalSource.MOUSE_INTERACTION: self.person.pointer,
            IncrementalSource.SCROLL: self.person.scroll,
            IncrementalSource.VIEWPORT_RESIZE: self.page.resize,
            IncrementalSource.INPUT: self.person.input,
            IncrementalSource.SELECTION: self.person.select,
            IncrementalSource.LOG: self.page.plugin,
            **dict.fromkeys(RENDERING, self.page.rendering),
        }

    @property
    def span(self) -> tuple[int, int] | None:
        """Times of the first and the last event, epoch milliseconds; None without events."""
        return (self._start, self._end) if self.events else None

    def add(self, event: Event) -> None:
        """Handle the next event."""
        tab = self.tabs.of(event)
        if tab is None:
            return
        if self._observer is not None:
            self._observer.add(tab.number, event)
        timestamp = event.timestamp
        self.events += 1
        self.work.earn(len(event.line))
        tab.last_event_at = max(tab.last_event_at, timestamp)
        self._start, self._end = min(self._start, timestamp), max(self._end, timestamp)
        if tab.awaiting_event:
            tab.note_event(timestamp)
        if handle := self._by_type.get(event.type):
            handle(tab, event)
        elif event.type in UNREAD_TYPES:
            self.unread += 1
        elif event.type not in _TYPES:
            self.unknown += 1

    def finish(self) -> None:
        """Complete the rows after the last event."""
        for tab in self.tabs:
            tab.settle_doubts(all=True)
            self.page.title_visit(tab)
        self.page.finish()
        if self.events:
            self.person.finish(self._end)

    def _incremental(self, tab: Tab, event: Event) -> None:
        source = event.source
        if source in ACTIVITY_SOURCES:
            self.person.note_activity(tab, event.timestamp)
        if handle := self._by_source.get(source):
            handle(tab, event)
        elif source in UNREAD_SOURCES:
            self.unread += 1
        elif source not in _SOURCES:
            self.unknown += 1
