"""The segments and tracks of one tab, from which any moment can be read quickly."""

import zlib
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from replay_mcp.errors import DeadlineExceeded
from replay_mcp.recording.rrweb.events import MAX_TIMESTAMP, Event, EventReader, EventType

from .checkpoint import LEVEL, pack, unpack
from .page import RecordedPage
from .pointer import Position, positions
from .track import Track

CHECKPOINT_BYTES: Final = 1024 * 1024
"""Bytes of events after which a checkpoint is made, if the document is not larger."""
CHUNK_BYTES: Final = 64 * 1024
"""Bytes of events that are compressed together. The latest ones of each tab are not compressed yet."""
POINTER_MS: Final = 40
"""Step of the pointer's positions."""
CHANGE_MS: Final = 100
"""Step of the changes: a player needs no more than ten screens a second."""
_MOMENT_BYTES: Final = 200
TOO_LATE: Final = "The time for reading the screen ran out."
_PACKED_RATIO: Final = 6
"""How many times its size the fields of a compressed event inflate to, approximately."""


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


def replay(segment: ScreenSegment, until: int, expired: Callable[[], bool]) -> RecordedPage:
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


class TabLog:
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
        page = replay(self.segments[-1], MAX_TIMESTAMP, lambda: False)
        if not with_document:
            page.document = None
        self._checkpoint = pack(page)
        self._threshold = max(CHECKPOINT_BYTES, page.memory_bytes // 2)
        return added + len(self._checkpoint)
