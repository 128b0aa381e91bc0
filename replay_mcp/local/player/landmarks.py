"""Where to begin to read for a later moment of a recording."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from replay_mcp.local.store.blocks import BlockTimes
from replay_mcp.recording.rrweb.events import Event, EventType
from replay_mcp.recording.screen.log import ScreenLog
from replay_mcp.recording.screen.track import Track

_STEP_MS: Final = 100
_MAX_DOCUMENTS: Final = 2_000
"""Maximum number of documents of a tab whose times are kept."""
_BEFORE_MS: Final = 1_000
"""The address and the size of the window are recorded a little before a document."""


class Landmarks:
    """Passes events on to a log of screens, and keeps the numbers of tabs and the times of their documents."""

    def __init__(self, log: ScreenLog) -> None:
        self.numbers: dict[str, int] = {}
        self._log = log
        self._documents: dict[int, Track[None]] = {}

    def add(self, tab: int, event: Event) -> None:
        """Take an event of a tab."""
        self.numbers[event.window_id] = tab
        if event.type == EventType.FULL_SNAPSHOT:
            self._documents.setdefault(tab, Track(_STEP_MS, _MAX_DOCUMENTS)).put(event.timestamp, None)
        self._log.add(tab, event)

    def typed(self, tab: int, field: int, value: str) -> None:
        """Take the value that a field has after the latest event."""
        self._log.typed(tab, field, value)

    def first_block(self, blocks: Sequence[BlockTimes], tab: int, timestamp: int) -> int:
        """The index of the block from which the screen of a tab at a moment can be read."""
        documents = self._documents.get(tab)
        times = [time for time, _ in documents.moments()] if documents else []
        place = bisect_right(times, timestamp) - 1
        if place < 0:
            return 0
        begin = times[place] - _BEFORE_MS
        return next((index for index, block in enumerate(blocks) if block.end_time >= begin), 0)


class Renumbered:
    """Passes events on to a log of screens under the numbers that tabs have in the whole recording."""

    def __init__(self, log: ScreenLog, numbers: dict[str, int]) -> None:
        self._log = log
        self._numbers = numbers

    def add(self, tab: int, event: Event) -> None:
        """Take an event of a tab."""
        del tab
        number = self._numbers.get(event.window_id)
        if number is not None:
            self._log.add(number, event)

    def typed(self, tab: int, field: int, value: str) -> None:
        """Ignore it: what was typed in the whole recording is known."""
