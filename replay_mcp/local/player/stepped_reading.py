"""Reads blocks of a recording in steps, each within a request, so that no thread outlives one."""

import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from replay_mcp.errors import UnreadableRecording
from replay_mcp.local.store.blocks import BlockTimes, read_block
from replay_mcp.recording.timeline.event_handlers import EventObserver
from replay_mcp.recording.timeline.reader import Timeline, TimelineReader
from replay_mcp.redaction import Redaction

STEP_SECONDS: Final = 1.0
BLOCK_SECONDS: Final = 30.0
"""Time limit for one block, or for finishing. One that takes longer is assumed to be malicious."""
REDACTION: Final = Redaction("standard")


class BlocksRead(Struct, frozen=True):
    """How many of the blocks have been read."""

    read: int
    of: int


class SteppedReading:
    """The reading of blocks.

    Args:
        blocks: the blocks.
        observer: is passed what is read.
        is_enough: returns whether the remaining blocks are not needed.
    """

    def __init__(
        self,
        blocks: Sequence[BlockTimes],
        observer: EventObserver | None = None,
        is_enough: Callable[[], bool] = lambda: False,
    ) -> None:
        self._lock = threading.Lock()
        self._blocks = blocks
        self._is_enough = is_enough
        self._read = 0
        self._ends = 0.0
        self._timeline: Timeline | None = None
        starts = [block.start_time for block in blocks]
        self._reader = TimelineReader(REDACTION, starts, lambda: time.monotonic() > self._ends, observer)

    def go_on(self, db: sqlite3.Connection, seconds: float) -> Timeline | BlocksRead:
        """Read for about so many seconds, at least one block, or to the end.

        Raises:
            UnreadableRecording: the blocks contain no event.
            DeadlineExceeded: a block took too long.
        """
        until = time.monotonic() + seconds
        with self._lock:
            while self._timeline is None:
                self._ends = time.monotonic() + BLOCK_SECONDS
                if self._read == len(self._blocks) or self._is_enough():
                    self._timeline = self._reader.finish()
                    break
                self._feed(db, self._blocks[self._read].id)
                self._read += 1
                if time.monotonic() >= until:
                    return BlocksRead(self._read, len(self._blocks))
            return self._timeline

    def _feed(self, db: sqlite3.Connection, block: int) -> None:
        try:
            lines = read_block(db, block)
        except UnreadableRecording:  # the timeline reports a block without events as missing
            return
        self._reader.feed(lines + b"\n")
