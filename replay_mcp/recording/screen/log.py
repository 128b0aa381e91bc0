"""Keeps the events that change what tabs show, with checkpoints, so that any moment can be read quickly."""

import zlib
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from replay_mcp.errors import DeadlineExceeded
from replay_mcp.recording.rrweb.events import Event, EventReader, EventType, IncrementalSource, MouseInteractions
from replay_mcp.recording.rrweb.untrusted import text, whole

from .checkpoint import LEVEL, pack, unpack
from .page import RecordedPage

CHECKPOINT_BYTES: Final = 1024 * 1024
"""Bytes of events after which a checkpoint is made, if the document is not larger."""
MAX_BYTES: Final = 64 * 1024 * 1024
"""Maximum number of compressed bytes kept of a recording; later moments cannot be read."""
MAX_TYPED: Final = 20_000
"""Maximum number of typed values kept: the latest ones."""
MAX_TYPED_CHARACTERS: Final = 4_000_000
"""Maximum number of characters of all typed values kept."""

_PACKED_RATIO: Final = 6
"""How many times its size the fields of a compressed event inflate to, approximately."""
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


class TypedValue(Struct, frozen=True, gc=False):
    """The value of a field after typing, which pages may repeat anywhere."""

    timestamp: int
    tab: int
    field: int
    value: str


class ScreenSegment(Struct, frozen=True, gc=False):
    """Consecutive events of a tab.

    Attributes:
        start: time of the first event, epoch milliseconds.
        checkpoint: the page before them; empty at the beginning of a tab.
        events: their compressed lines.
    """

    start: int
    checkpoint: bytes
    events: bytes


class TabScreens(Struct, frozen=True):
    """The segments of a tab in time order.

    Attributes:
        drawn: when the first document was recorded; None if none was.
    """

    segments: tuple[ScreenSegment, ...]
    drawn: int | None


class Screens(Struct, frozen=True):
    """What the tabs of a recording showed at any moment.

    Attributes:
        tabs: by number.
        typed: what the visitor typed, in time order.
        until: the last moment that is kept, epoch milliseconds; None if all are.
        size: bytes in memory.
    """

    tabs: Mapping[int, TabScreens]
    typed: Sequence[TypedValue]
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
        return _replay(kept.segments[place], timestamp, expired) if place >= 0 else None


def _replay(segment: ScreenSegment, until: int, expired: Callable[[], bool]) -> RecordedPage:
    """The page after the events of a segment up to a moment."""
    page = unpack(segment.checkpoint) if segment.checkpoint else RecordedPage()
    for event in EventReader(zlib.decompress(segment.events).split(b"\n")):
        if event.timestamp > until:
            break
        if expired():
            raise DeadlineExceeded("The time for reading the screen ran out.")
        page.apply(event)
    return page


class _TabLog:
    """The segments of one tab, and its events since the latest one.

    Attributes:
        drawn: see `TabScreens`.
    """

    def __init__(self) -> None:
        self.segments: list[ScreenSegment] = []
        self.drawn: int | None = None
        self._checkpoint = b""
        self._events: list[Event] = []
        self._bytes = 0
        self._threshold = CHECKPOINT_BYTES

    def add(self, event: Event) -> int:
        """Add an event; return how many bytes the segments have more."""
        added = 0
        if event.type == EventType.FULL_SNAPSHOT:
            self.drawn = event.timestamp if self.drawn is None else self.drawn
            if self._bytes > CHECKPOINT_BYTES // 2:
                added = self._advance(with_document=False)  # the snapshot replaces it
        self._events.append(event)
        self._bytes += len(event.line) * (_PACKED_RATIO if event.cv else 1)
        return added + (self._advance() if self._bytes >= self._threshold else 0)

    def _advance(self, *, with_document: bool = True) -> int:
        """Complete the segment and make the next checkpoint; return how many bytes the segment has."""
        events = self._events
        page = unpack(self._checkpoint) if self._checkpoint else RecordedPage()
        added = self.complete()
        for event in events:
            page.apply(event)
        if not with_document:
            page.document = None
        self._checkpoint = pack(page)
        self._threshold = max(CHECKPOINT_BYTES, page.memory_bytes // 2)
        return added

    def complete(self) -> int:
        """Complete the segment; return how many bytes it has."""
        if not self._events:
            return 0
        lines = zlib.compress(b"\n".join(event.line for event in self._events), LEVEL)
        self.segments.append(ScreenSegment(self._events[0].timestamp, self._checkpoint, lines))
        self._events, self._bytes = [], 0
        return len(self._checkpoint) + len(lines)


class ScreenLog:
    """Collects the events of a recording, in time order."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._tabs: dict[int, _TabLog] = {}
        self._typed: deque[TypedValue] = deque()
        self._typed_characters = 0
        self._bytes = 0
        self._now = 0
        self._until: int | None = None

    def add(self, tab: int, event: Event) -> None:
        """Add an event of a tab."""
        self._now = event.timestamp
        if self._until is not None or not _changes_screen(event):
            return
        self._bytes += self._tabs.setdefault(tab, _TabLog()).add(event)
        if self._bytes > self._max_bytes:
            self._until = event.timestamp

    def typed(self, tab: int, field: int, value: str) -> None:
        """Add the value that a field has after the latest event."""
        self._typed.append(TypedValue(self._now, tab, field, value))
        self._typed_characters += len(value)
        while len(self._typed) > MAX_TYPED or self._typed_characters > MAX_TYPED_CHARACTERS:
            self._typed_characters -= len(self._typed.popleft().value)

    def finish(self) -> Screens:
        """The screens of all events so far."""
        for log in self._tabs.values():
            self._bytes += log.complete()
        tabs = {number: TabScreens(tuple(log.segments), log.drawn) for number, log in self._tabs.items()}
        return Screens(tabs, tuple(self._typed), self._until, self._bytes + self._typed_characters)


def _changes_screen(event: Event) -> bool:
    if event.type == EventType.INCREMENTAL_SNAPSHOT:
        source = event.source
        if source == IncrementalSource.MOUSE_INTERACTION:
            return whole(event.data.get("type")) in _INTERACTIONS
        return source in _SOURCES
    if event.type == EventType.CUSTOM:
        return text(event.data.get("tag")).startswith("$")
    return event.type in (EventType.FULL_SNAPSHOT, EventType.META)
