"""The recordings that players have open. What is kept of each is bounded: rows by kind, screens and tracks by size."""

import sqlite3
import threading
from typing import Final

from cachetools import LRUCache
from msgspec import Struct

from replay_mcp.errors import DeadlineExceeded, UnreadableRecording
from replay_mcp.recording.screen.log import ScreenLog, Screens
from replay_mcp.recording.timeline.reader import Timeline

from .stepped_reading import STEP_SECONDS, BlocksRead, SteppedReading

MOST_OPEN: Final = 4
"""Recordings that are kept. The one used longest ago makes room."""


class OpenRecording(Struct, frozen=True):
    """A recording that has been read."""

    timeline: Timeline
    screens: Screens


class _Opening:
    """A recording that is being read, or was."""

    def __init__(self, change: int, db: sqlite3.Connection, session_id: str) -> None:
        self._log = ScreenLog()
        self._lock = threading.Lock()
        self.reading = SteppedReading(change, db, session_id, self._log)
        self.done: OpenRecording | None = None

    def go_on(self, db: sqlite3.Connection, seconds: float) -> OpenRecording | BlocksRead:
        found = self.reading.go_on(db, seconds)
        if isinstance(found, BlocksRead):
            return found
        with self._lock:
            if self.done is None:
                self.done = OpenRecording(found, self._log.finish())
            return self.done


class OpenRecordings:
    """Reads recordings for players, and keeps the latest ones.

    Args:
        seconds: how long a request reads before it reports progress.
    """

    def __init__(self, seconds: float = STEP_SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._known: LRUCache[str, _Opening] = LRUCache(MOST_OPEN)

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
            if opening is None or (opening.done is not None and opening.reading.change != change):
                opening = self._known[session_id] = _Opening(change, db, session_id)
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

    def drop(self, session_id: str) -> None:
        """Forget a recording."""
        with self._lock:
            self._known.pop(session_id, None)
