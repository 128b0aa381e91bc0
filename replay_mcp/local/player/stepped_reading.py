"""Reads a recording in steps, each within a request, so that no thread outlives one."""

import sqlite3
import threading
import time
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from replay_mcp.errors import UnreadableRecording
from replay_mcp.local.store.blocks import block_times, read_block
from replay_mcp.recording.screen.log import ScreenLog
from replay_mcp.recording.timeline.reader import Timeline, TimelineReader
from replay_mcp.redaction import Redaction

STEP_SECONDS: Final = 1.0
BLOCK_SECONDS: Final = 30.0
"""Time limit for one block, or for finishing. One that takes longer is assumed to be malicious."""
REDACTION: Final = Redaction("standard")


class BlocksRead(Struct, frozen=True):
    """How many of a recording's blocks have been read."""

    read: int
    of: int


class SteppedReading:
    """The reading of one state of a recording.

    Args:
        change: number of the state.
        db: where its blocks are listed.
        session_id: of the recording.
        screens: collects what its tabs show; None if nobody needs it.
    """

    def __init__(self, change: int, db: sqlite3.Connection, session_id: str, screens: ScreenLog | None = None) -> None:
        blocks = block_times(db, session_id)
        self.change = change
        self.timeline: Timeline | None = None
        self._lock = threading.Lock()
        self._blocks: Sequence[int] = [block.id for block in blocks]
        self._read = 0
        self._ends = 0.0
        starts = [block.start_time for block in blocks]
        self._reader = TimelineReader(REDACTION, starts, lambda: time.monotonic() > self._ends, screens)

    def go_on(self, db: sqlite3.Connection, seconds: float) -> Timeline | BlocksRead:
        """Read for about so many seconds, at least one block, or to the end.

        Raises:
            UnreadableRecording: it contains no event.
            DeadlineExceeded: a block took too long.
        """
        until = time.monotonic() + seconds
        with self._lock:
            while self.timeline is None:
                self._ends = time.monotonic() + BLOCK_SECONDS
                if self._read == len(self._blocks):
                    self.timeline = self._reader.finish()
                    break
                self._feed(db, self._blocks[self._read])
                self._read += 1
                if time.monotonic() >= until:
                    return BlocksRead(self._read, len(self._blocks))
            return self.timeline

    def _feed(self, db: sqlite3.Connection, block: int) -> None:
        try:
            lines = read_block(db, block)
        except UnreadableRecording:  # the timeline reports a block without events as missing
            return
        self._reader.feed(lines + b"\n")
