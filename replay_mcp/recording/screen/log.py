"""Keeps the events that change what tabs show, with checkpoints, so that any moment can be read quickly."""

import zlib
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from replay_mcp.errors import DeadlineExceeded
from replay_mcp.recording.rrweb.events import (
    MAX_TIMESTAMP,
    Event,
    EventReader,
    EventType,
    IncrementalSource,
    MouseInteractions,
)
from replay_mcp.recording.rrweb.untrusted import text, whole

from .checkpoint import LEVEL, pack, unpack
from .page import RecordedPage
from .pointer import Position, positions
from .track import MAX_MOMENTS, Track
from .typed_log import TypedLog, TypedRun

CHECKPOINT_BYTES: Final = 1024 * 1024
"""Bytes of events after which a checkpoint is made, if the document is not larger."""
CHUNK_BYTES: Final = 64 * 1024
"""Bytes of events that are compressed together. The latest ones of each tab are not compressed yet."""
MAX_BYTES: Final = 64 * 1024 * 1024
"""Maximum number of bytes of segments kept of a recording; later changes of its pages are not kept."""
POINTER_MS: Final = 40
"""Step of the pointer's positions."""
CHANGE_MS: Final = 100
"""Step of the changes: a player needs no more than ten screens a second."""
_MOMENT_BYTES: Final = 200
_TRACKED_TABS: Final = 10
"""Tabs with tracks of full length; later ones have short tracks, so that all of them are bounded."""
_FEW_MOMENTS: Final = 200
TOO_LATE: Final = "The time for reading the screen ran out."
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


class ScreenSegment(Struct, frozen=True, gc=False):
    """Consecutive events of a tab.

    Attributes:
        start: time of the first event, epoch milliseconds.
        checkpoint: the page before them; empty at the beginning of a tab.
        chunks: their lines, compressed.
    """

    start: int
    checkpoint: bytes
    chunks: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return len(self.checkpoint) + sum(map(len, self.chunks))


class TabScreens(Struct, frozen=True):
    """The segments of a tab in time order. Times are epoch milliseconds.

    Attributes:
        drawn: when the first document was recorded; None if none was.
        changes: when the screen changed; of changes close together, the last. They are known to the end of the
            recording, also where segments are not.
        pointer: times and positions of mouse or finger.
    """

    segments: tuple[ScreenSegment, ...]
    drawn: int | None
    changes: tuple[int, ...]
    pointer: tuple[tuple[int, Position], ...]


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
        return _replay(kept.segments[place], timestamp, expired) if place >= 0 else None


def _replay(segment: ScreenSegment, until: int, expired: Callable[[], bool]) -> RecordedPage:
    """The page after the events of a segment up to a moment."""
    page = unpack(segment.checkpoint) if segment.checkpoint else RecordedPage()
    lines = (line for chunk in segment.chunks for line in zlib.decompress(chunk).split(b"\n"))
    for event in EventReader(lines):
        if event.timestamp > until:
            break
        if expired():
            raise DeadlineExceeded(TOO_LATE)
        page.apply(event)
    return page


class _TabLog:
    """The segments of one tab, and its events since the latest one.

    Attributes:
        drawn: see `TabScreens`.
    """

    def __init__(self, moments: int) -> None:
        self.segments: list[ScreenSegment] = []
        self.drawn: int | None = None
        self._checkpoint = b""
        self._start: int | None = None
        """Time of the first event since the latest segment."""
        self._chunks: list[bytes] = []
        self._lines: list[bytes] = []
        self._waiting = 0
        """Bytes of `_lines`, which are in no chunk yet."""
        self._bytes = 0
        self._threshold = CHECKPOINT_BYTES
        self._changes = Track[None](CHANGE_MS, moments)
        self._pointer = Track[Position](POINTER_MS, moments)

    def screens(self) -> TabScreens:
        """The segments and tracks so far."""
        changes = tuple(timestamp for timestamp, _ in self._changes.moments())
        return TabScreens(tuple(self.segments), self.drawn, changes, tuple(self._pointer.moments()))

    @property
    def next_start(self) -> int:
        """Time of the first event after the earliest segment; the end of time if there is none."""
        following = self.segments[1].start if len(self.segments) > 1 else self._start
        return MAX_TIMESTAMP if following is None else following

    @property
    def tracks_bytes(self) -> int:
        """Approximate size of the tracks in memory."""
        return _MOMENT_BYTES * (len(self._changes) + len(self._pointer))

    def moved(self, event: Event) -> None:
        """Add the positions that an event reports."""
        for timestamp, position in positions(event):
            self._pointer.put(timestamp, position)

    def changed(self, event: Event) -> None:
        """Note that an event changes the screen."""
        if event.type == EventType.FULL_SNAPSHOT and self.drawn is None:
            self.drawn = event.timestamp
        self._changes.put(event.timestamp, None)

    def add(self, event: Event) -> int:
        """Add an event; return how many bytes more are in memory, negative for less."""
        added = 0
        if event.type == EventType.FULL_SNAPSHOT and self._bytes > CHECKPOINT_BYTES // 2:
            added += self._advance(with_document=False)  # the snapshot replaces it
        if self._start is None:
            self._start = event.timestamp
        size = len(event.line)
        self._lines.append(event.line)
        self._waiting += size
        self._bytes += size * (_PACKED_RATIO if event.cv else 1)
        added += size
        if self._waiting >= CHUNK_BYTES:
            added += self._compress()
        return added + (self._advance() if self._bytes >= self._threshold else 0)

    def _compress(self) -> int:
        if not self._lines:
            return 0
        chunk = zlib.compress(b"\n".join(self._lines), LEVEL)
        self._chunks.append(chunk)
        waiting, self._waiting, self._lines = self._waiting, 0, []
        return len(chunk) - waiting

    def complete(self) -> int:
        """Complete the segment; return how many bytes more are in memory, negative for less."""
        added = self._compress()
        if self._start is None:
            return added
        self.segments.append(ScreenSegment(self._start, self._checkpoint, tuple(self._chunks)))
        self._start, self._chunks, self._bytes = None, [], 0
        return added

    def _advance(self, *, with_document: bool = True) -> int:
        """Complete the segment and make the next checkpoint; return how many bytes more are in memory."""
        added = self.complete()
        page = _replay(self.segments[-1], MAX_TIMESTAMP, lambda: False)
        if not with_document:
            page.document = None
        self._checkpoint = pack(page)
        self._threshold = max(CHECKPOINT_BYTES, page.memory_bytes // 2)
        return added + len(self._checkpoint)


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
        self._tabs: dict[int, _TabLog] = {}
        self._typed = TypedLog()
        self._bytes = 0
        self._now = 0
        self._until: int | None = None

    def add(self, tab: int, event: Event) -> None:
        """Add an event of a tab."""
        self._now = event.timestamp
        log = self._tabs.get(tab)
        if log is None:
            log = self._tabs[tab] = _TabLog(MAX_MOMENTS if len(self._tabs) < _TRACKED_TABS else _FEW_MOMENTS)
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
