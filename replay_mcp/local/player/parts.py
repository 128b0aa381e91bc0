"""Screens of a recording that is too large to keep them all: parts of it are read again when they are shown."""

import sqlite3
import threading
from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from replay_mcp.errors import DeadlineExceeded, UnreadableRecording
from replay_mcp.local.store.blocks import BlockTimes
from replay_mcp.recording.screen.log import ScreenLog, Screens

from .landmarks import Landmarks, Renumbered
from .stepped_reading import BlocksRead, SteppedReading

AHEAD_MS: Final = 120_000
"""How far a part reaches beyond the moment for which it is read, since players go on."""
MOST_PARTS: Final = 4
"""Parts that are kept, as many as players may watch one recording at different moments."""


class _Part:
    """Some blocks of a recording.

    Attributes:
        first: index of its first block.
        screens: of the part, once it has been read.
    """

    def __init__(
        self, blocks: Sequence[BlockTimes], first: int, timestamp: int, landmarks: Landmarks, most: int
    ) -> None:
        until = timestamp + AHEAD_MS
        last = max(index for index, block in enumerate(blocks) if index <= first or block.start_time <= until)
        self.first = first
        self.screens: Screens | None = None
        self._end = blocks[last].end_time
        self._lock = threading.Lock()
        self._log = ScreenLog(most, needed_from=timestamp)
        for tab, event in landmarks.before(blocks[first].start_time):
            self._log.add(tab, event)
        observer = Renumbered(self._log, landmarks.numbers)
        self._reading = SteppedReading(blocks[first : last + 1], observer, lambda: self._log.is_full)

    def covers(self, first: int, timestamp: int) -> bool:
        """Whether it includes a moment whose screen is read from this block."""
        full_at = None if self.screens is None else self.screens.until
        end = self._end if full_at is None else full_at
        return self.first <= first and self._log.since <= timestamp <= end

    def go_on(self, db: sqlite3.Connection, seconds: float) -> Screens | BlocksRead:
        found = self._reading.go_on(db, seconds)
        if isinstance(found, BlocksRead):
            return found
        with self._lock:
            if self.screens is None:
                self.screens = self._log.finish()
            return self.screens


class LaterParts:
    """The parts of a recording that were read again; the latest ones are kept.

    Args:
        blocks: all blocks of the recording.
        landmarks: of the recording.
        screens: of its beginning; what was typed is known for all of it.
        most: how much is kept of a part.
    """

    def __init__(self, blocks: Sequence[BlockTimes], landmarks: Landmarks, screens: Screens, most: int) -> None:
        self._blocks = blocks
        self._landmarks = landmarks
        self._screens = screens
        self._most = most
        self._lock = threading.Lock()
        self._parts: list[_Part] = []

    def at(self, db: sqlite3.Connection, tab: int, timestamp: int, seconds: float) -> Screens | BlocksRead:
        """The screens that include a tab at a moment; or how much of their part has been read.

        Raises:
            UnreadableRecording: nothing near the moment can be read.
            DeadlineExceeded: a part took too long.
        """
        if self._screens.until is None or timestamp <= self._screens.until or not self._blocks:
            return self._screens
        timestamp = min(timestamp, max(block.end_time for block in self._blocks))
        part = self._part(tab, timestamp)
        try:
            found = part.go_on(db, seconds)
        except (UnreadableRecording, DeadlineExceeded):
            with self._lock:
                self._parts = [each for each in self._parts if each is not part]
            raise
        if isinstance(found, BlocksRead):
            return found
        if found.until is not None and timestamp > found.until:  # a single change is larger than what is kept
            raise UnreadableRecording("Too much changed on the page before this moment.")
        return replace(found, typed=self._screens.typed)

    def _part(self, tab: int, timestamp: int) -> _Part:
        first = self._landmarks.first_block(self._blocks, tab, timestamp)
        with self._lock:
            for part in self._parts:
                if part.covers(first, timestamp):
                    self._parts = [*(each for each in self._parts if each is not part), part]
                    return part
            part = _Part(self._blocks, first, timestamp, self._landmarks, self._most)
            self._parts = [*self._parts[-(MOST_PARTS - 1) :], part]
            return part
