"""The recordings that players have open. They are read in steps, each within a request, so that no thread outlives one.

What is kept of a recording is bounded, however large it is: rows by kind, screens and tracks by size.
"""

import sqlite3
import threading
import time
from collections.abc import Sequence
from typing import Final

from cachetools import LRUCache
from msgspec import Struct

from replay_mcp.errors import DeadlineExceeded, UnreadableRecording
from replay_mcp.local.store.blocks import block_times, read_block
from replay_mcp.recording.screen.log import ScreenLog, Screens
from replay_mcp.recording.timeline.reader import Timeline, TimelineReader
from replay_mcp.redaction import Redaction

MOST_OPEN: Final = 4
"""Recordings that are kept. The one used longest ago makes room."""
STEP_SECONDS: Final = 1.0
BLOCK_SECONDS: Final = 30.0
"""Time limit for one block, or for finishing. One that takes longer is assumed to be malicious."""
REDACTION: Final = Redaction("standard")


class OpenRecording(Struct, frozen=True):
    """A recording that has been read."""

    timeline: Timeline
    screens: Screens


class BlocksRead(Struct, frozen=True):
    """How many of a recording's blocks have been read."""

    read: int
    of: int


class _SteppedReading:
    """The reading of one state of a recording."""

    def __init__(self, change: int, blocks: Sequence[int], starts: Sequence[int]) -> None:
        self.change = change
        self.lock = threading.Lock()
        self.done: OpenRecording | None = None
        self._blocks = blocks
        self._read = 0
        self._ends = 0.0
        self._log = ScreenLog()
        self._reader = TimelineReader(REDACTION, starts, lambda: time.monotonic() > self._ends, self._log)

    def go_on(self, db: sqlite3.Connection, seconds: float) -> OpenRecording | BlocksRead:
        """Read for about so many seconds, at least one block, or to the end.

        Raises:
            UnreadableRecording: it contains no event.
            DeadlineExceeded: a block took too long.
        """
        until = time.monotonic() + seconds
        while self.done is None:
            self._ends = time.monotonic() + BLOCK_SECONDS
            if self._read == len(self._blocks):
                self.done = OpenRecording(self._reader.finish(), self._log.finish())
                break
            self._feed(db, self._blocks[self._read])
            self._read += 1
            if time.monotonic() >= until:
                return BlocksRead(self._read, len(self._blocks))
        return self.done

    def _feed(self, db: sqlite3.Connection, block: int) -> None:
        try:
            lines = read_block(db, block)
        except UnreadableRecording:  # the timeline reports a block without events as missing
            return
        self._reader.feed(lines + b"\n")


class OpenRecordings:
    """Reads recordings for players, and keeps the latest ones.

    Args:
        seconds: how long a request reads before it reports progress.
    """

    def __init__(self, seconds: float = STEP_SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._known: LRUCache[str, _SteppedReading] = LRUCache(MOST_OPEN)

    def read(self, db: sqlite3.Connection, session_id: str, change: int) -> OpenRecording | BlocksRead:
        """Go on reading a recording; return it once it has been read to the end.

        One that has changed since it was read is read again. A reading in progress goes on all the same: a recording
        that grows faster than it is read would never be shown.

        Raises:
            UnreadableRecording: it contains no event.
            DeadlineExceeded: a part of it took too long.
        """
        with self._lock:
            reading = self._known.get(session_id)
            if reading is None or (reading.done is not None and reading.change != change):
                blocks = block_times(db, session_id)
                reading = _SteppedReading(
                    change, [block.id for block in blocks], [block.start_time for block in blocks]
                )
                self._known[session_id] = reading
        with reading.lock:
            try:
                return reading.go_on(db, self._seconds)
            except (UnreadableRecording, DeadlineExceeded):
                self.drop(session_id)
                raise

    def get(self, session_id: str) -> OpenRecording | None:
        """A recording that was read to the end and is still kept."""
        with self._lock:
            reading = self._known.get(session_id)
        return None if reading is None else reading.done

    def drop(self, session_id: str) -> None:
        """Forget a recording."""
        with self._lock:
            self._known.pop(session_id, None)
