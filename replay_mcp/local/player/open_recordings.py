"""The recordings that players have open. What is kept of each is bounded: rows by kind, screens and tracks by size."""

import sqlite3
import threading
from collections.abc import Sequence
from typing import Final

from cachetools import LRUCache
from msgspec import Struct

from replay_mcp.errors import DeadlineExceeded, UnreadableRecording
from replay_mcp.local.store.blocks import BlockTimes, block_times
from replay_mcp.recording.screen.log import MAX_BYTES, ScreenLog, Screens
from replay_mcp.recording.timeline.reader import Timeline

from .landmarks import Landmarks
from .parts import LaterParts
from .stepped_reading import STEP_SECONDS, BlocksRead, SteppedReading

MOST_OPEN: Final = 4
"""Recordings that are kept. The one used longest ago makes room."""
PART_BYTES: Final = MAX_BYTES // 4


class OpenRecording(Struct, frozen=True):
    """A recording that has been read."""

    timeline: Timeline
    screens: Screens


class _KnownRecording:
    """A recording that is being read, or was."""

    def __init__(self, change: int, blocks: Sequence[BlockTimes], screen_bytes: int, part_bytes: int) -> None:
        self.change = change
        self.done: OpenRecording | None = None
        self.parts: LaterParts | None = None
        self._blocks = blocks
        self._part_bytes = part_bytes
        self._lock = threading.Lock()
        self._log = ScreenLog(screen_bytes)
        self._landmarks = Landmarks(self._log)
        self._reading = SteppedReading(blocks, self._landmarks)

    def go_on(self, db: sqlite3.Connection, seconds: float) -> OpenRecording | BlocksRead:
        found = self._reading.go_on(db, seconds)
        if isinstance(found, BlocksRead):
            return found
        with self._lock:
            if self.done is None:
                screens = self._log.finish()
                self.parts = LaterParts(self._blocks, self._landmarks, screens, self._part_bytes)
                self.done = OpenRecording(found, screens)
            return self.done


class OpenRecordings:
    """Reads recordings for players, and keeps the latest ones.

    Args:
        seconds: how long a request reads before it reports progress.
        screen_bytes: how much is kept of the screens of a recording's beginning.
        part_bytes: how much is kept of the screens of a later part.
    """

    def __init__(
        self, seconds: float = STEP_SECONDS, screen_bytes: int = MAX_BYTES, part_bytes: int = PART_BYTES
    ) -> None:
        self._seconds = seconds
        self._screen_bytes = screen_bytes
        self._part_bytes = part_bytes
        self._lock = threading.Lock()
        self._known: LRUCache[str, _KnownRecording] = LRUCache(MOST_OPEN)

    def read(self, db: sqlite3.Connection, session_id: str, change: int) -> OpenRecording | BlocksRead:
        """Go on reading a recording; return it once it has been read to the end.

        One that has changed since it was read is read again. A reading in progress goes on all the same: a recording
        that grows faster than it is read would never be shown.

        Raises:
            UnreadableRecording: it contains no event.
            DeadlineExceeded: a part of it took too long.
        """
        with self._lock:
            opening = self._known.get(session_id)
            if opening is None or (opening.done is not None and opening.change != change):
                opening = _KnownRecording(change, block_times(db, session_id), self._screen_bytes, self._part_bytes)
                self._known[session_id] = opening
        try:
            return opening.go_on(db, self._seconds)
        except (UnreadableRecording, DeadlineExceeded):
            self.drop(session_id)
            raise

    def get(self, session_id: str) -> OpenRecording | None:
        """A recording that was read to the end and is still kept."""
        with self._lock:
            opening = self._known.get(session_id)
        return None if opening is None else opening.done

    def screens(self, db: sqlite3.Connection, session_id: str, tab: int, timestamp: int) -> Screens | BlocksRead | None:
        """The screens that include a tab at a moment, in epoch milliseconds; None unless the recording is open.

        A moment that is not kept is read again, in steps as `read` does.

        Raises:
            UnreadableRecording: nothing near the moment can be read.
            DeadlineExceeded: a part took too long.
        """
        with self._lock:
            opening = self._known.get(session_id)
        if opening is None or opening.parts is None:
            return None
        return opening.parts.at(db, tab, timestamp, self._seconds)

    def drop(self, session_id: str) -> None:
        """Forget a recording."""
        with self._lock:
            self._known.pop(session_id, None)
