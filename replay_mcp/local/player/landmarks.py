"""Where to begin to read for a later moment of a recording, and what the tabs were by then."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from replay_mcp.local.store.blocks import BlockTimes
from replay_mcp.recording.rrweb.events import Event, EventType, IncrementalSource
from replay_mcp.recording.rrweb.metadata import href
from replay_mcp.recording.screen.log import ScreenLog
from replay_mcp.recording.screen.track import Track

_STEP_MS: Final = 100
_MAX_MOMENTS: Final = 2_000
"""Maximum number of documents, addresses and sizes of a tab that are kept."""
_MAX_EVENT_BYTES: Final = 4_096
"""Larger events are not kept; addresses and sizes are short."""
_BEFORE_MS: Final = 1_000
"""Recorders report address and size a little before a document."""


class _TabLandmarks:
    """When the documents of a tab were recorded, and its addresses and sizes."""

    def __init__(self) -> None:
        self.documents = Track[None](_STEP_MS, _MAX_MOMENTS)
        self.addresses = Track[Event](_STEP_MS, _MAX_MOMENTS)
        self.sizes = Track[Event](_STEP_MS, _MAX_MOMENTS)


class Landmarks:
    """Passes events on to a log of screens, and keeps the numbers of tabs and their landmarks."""

    def __init__(self, log: ScreenLog) -> None:
        self.numbers: dict[str, int] = {}
        self._log = log
        self._tabs: dict[int, _TabLandmarks] = {}

    def add(self, tab: int, event: Event) -> None:
        """Take an event of a tab."""
        self.numbers[event.window_id] = tab
        known = self._tabs.get(tab)
        if known is None:
            known = self._tabs[tab] = _TabLandmarks()
        if event.type == EventType.FULL_SNAPSHOT:
            known.documents.put(event.timestamp, None)
        elif len(event.line) <= _MAX_EVENT_BYTES:
            if event.type == EventType.META or (event.type == EventType.CUSTOM and href(event)):
                known.addresses.put(event.timestamp, event)
            elif event.source == IncrementalSource.VIEWPORT_RESIZE:
                known.sizes.put(event.timestamp, event)
        self._log.add(tab, event)

    def typed(self, tab: int, field: int, value: str) -> None:
        """Take the value that a field has after the latest event."""
        self._log.typed(tab, field, value)

    def first_block(self, blocks: Sequence[BlockTimes], tab: int, timestamp: int) -> int:
        """The index of the block from which the screen of a tab at a moment can be read."""
        known = self._tabs.get(tab)
        times = [time for time, _ in known.documents.moments()] if known else []
        place = bisect_right(times, timestamp) - 1
        if place < 0:
            return 0
        begin = times[place] - _BEFORE_MS
        return next((index for index, block in enumerate(blocks) if block.end_time >= begin), 0)

    def before(self, timestamp: int) -> Iterator[tuple[int, Event]]:
        """What says where each tab was and how large before a moment, in time order."""
        found = [
            (tab, event)
            for tab, known in self._tabs.items()
            for track in (known.addresses, known.sizes)
            if (event := _latest(track, timestamp)) is not None
        ]
        yield from sorted(found, key=lambda each: each[1].timestamp)


def _latest(track: Track[Event], timestamp: int) -> Event | None:
    moments = track.moments()
    place = bisect_right(moments, timestamp - 1, key=lambda moment: moment[0]) - 1
    return moments[place][1] if place >= 0 else None


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
