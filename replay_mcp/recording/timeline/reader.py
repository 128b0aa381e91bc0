"""The timeline of a recording: bytes in, rows out.

`TimelineReader` takes a recording of any size in chunks. Nothing of it is kept but what the rows need.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from replay_mcp.errors import DeadlineExceeded, UnreadableRecording
from replay_mcp.recording.rrweb.clock import StrayFilter
from replay_mcp.recording.rrweb.events import Event, EventReader
from replay_mcp.recording.rrweb.formats import Lines
from replay_mcp.recording.rrweb.mobile import MobileReplay
from replay_mcp.recording.rrweb.order import EventSorter
from replay_mcp.recording.rrweb.repeats import Repeats
from replay_mcp.redaction import Redaction

from .coverage import Coverage
from .event_handlers import EventHandlers
from .finished_rows import finish
from .flags import judge
from .rows import Row

_ASK_EVERY: Final = 16
_TOO_LATE: Final = "The time for reading the recording ran out."


class Timeline(Struct, frozen=True, forbid_unknown_fields=True):
    """What happened in a recording.

    Attributes:
        start: where `seconds` count from, epoch milliseconds: the first block's, else the first event's time.
        end: time of the last.
        windows: PostHog's ids of the browser tabs, the first tab's first; empty where it has none.
        rows: in the order of time.
        totals: how many rows of each kind there are, with those that were left out.
    """

    start: int
    end: int
    windows: tuple[str, ...]
    rows: tuple[Row, ...]
    totals: dict[str, int]
    coverage: Coverage

    @property
    def tabs(self) -> int:
        """How many browser tabs there were."""
        return len(self.windows)

    def packed(self) -> bytes:
        """The timeline as JSON bytes, for `unpacked`."""
        return msgspec.json.encode(self)

    @classmethod
    def unpacked(cls, packed: bytes) -> "Timeline":
        """The timeline that `packed` gave.

        Raises:
            ValueError: the bytes are something else, or another version packed them.
        """
        try:
            return _TIMELINE.decode(packed)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ValueError("The bytes are no timeline of this version.") from error


_TIMELINE: Final = msgspec.json.Decoder(Timeline)


class TimelineReader:
    """Reads a recording in chunks.

    Args:
        redaction: how recorded text is masked; what it masks is in no row.
        blocks: when the blocks begin that the recording is stored in, epoch milliseconds: a block that gives no event
            went missing, which the API does not tell.
        expired: whether the time for reading is over; asked between lines and events, since a few bytes may take long.
    """

    def __init__(
        self, redaction: Redaction, blocks: Sequence[int] = (), expired: Callable[[], bool] = lambda: False
    ) -> None:
        self._expired = expired
        self._count = len(blocks)
        self._blocks = sorted(set(blocks))
        self._seen: set[int] = set()
        self._asked = 0
        self._lines = Lines(self._ask)
        self._clock = StrayFilter()
        self._order = EventSorter()
        self._repeats = Repeats()
        self._mobile = MobileReplay()
        self._handlers = EventHandlers(redaction)
        self._broken = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes, cut anywhere.

        Raises:
            DeadlineExceeded: the time was over in the middle of them; what was read until then counts.
        """
        if self._expired():
            raise DeadlineExceeded(_TOO_LATE)
        self._read(self._lines.feed(chunk))

    def finish(self) -> Timeline:
        """The timeline of everything that was fed.

        Raises:
            UnreadableRecording: there is no event in it; the reason says what was found instead.
        """
        self._read(self._lines.finish())
        for event in self._clock.finish():
            self._pass(self._order.add(event))
        self._pass(self._order.finish())
        self._write(self._repeats.finish())
        self._handlers.finish()
        if self._handlers.span is None:
            found = self._lines.describe_contents(self._broken)
            raise UnreadableRecording(f"There is no rrweb event in it, but {found}.")
        first, end = self._handlers.span
        start = min([first, *self._blocks[:1]])
        pending, tabs = self._handlers.pending, self._handlers.tabs
        entries = judge(pending.entries, {tab.number: tab.last for tab in tabs})
        return Timeline(
            start=start,
            end=end,
            windows=tabs.names,
            rows=finish(entries, start),
            totals=dict(sorted((Counter(entry.kind for entry in entries) + pending.beyond).items())),
            coverage=self._coverage(start, end),
        )

    def _read(self, lines: Iterable[bytes]) -> None:
        reader = EventReader(lines)
        for event in reader:
            self._ask()
            if self._blocks:
                self._seen.add(bisect_right(self._blocks, event.timestamp))
            for accepted in self._clock.add(event):
                self._pass(self._order.add(accepted))
        self._broken += reader.broken

    def _pass(self, ordered: Iterable[Event]) -> None:
        """Events in the order of time."""
        for event in ordered:
            self._write(self._repeats.take(event))

    def _write(self, events: Iterable[Event]) -> None:
        for event in events:
            for web_event in self._mobile.web_events(event):
                self._handlers.add(web_event)

    def _ask(self) -> None:
        self._asked += 1
        if self._asked % _ASK_EVERY == 0 and self._expired():
            raise DeadlineExceeded(_TOO_LATE)

    def _missing(self, start: int, end: int) -> Iterator[tuple[float, float]]:
        """The stretches, in seconds, whose blocks gave no event."""
        stretch: tuple[int, int] | None = None
        for place, begin in enumerate(self._blocks, 1):
            if place in self._seen:
                continue
            until = self._blocks[place] if place < len(self._blocks) else max(end, begin)
            if stretch and stretch[1] == begin:
                stretch = stretch[0], until
            else:
                if stretch:
                    yield (stretch[0] - start) / 1000, (stretch[1] - start) / 1000
                stretch = begin, until
        if stretch:
            yield (stretch[0] - start) / 1000, (stretch[1] - start) / 1000

    def _coverage(self, start: int, end: int) -> Coverage:
        handlers = self._handlers
        return Coverage(
            events=handlers.events,
            blocks=self._count,
            missing_blocks=len(self._blocks) - len(self._seen - {0}),
            missing=tuple(self._missing(start, end)),
            broken=self._broken + self._lines.lost + sum(tab.document.broken for tab in handlers.tabs),
            repeated=self._order.repeated + self._repeats.repeated,
            late=self._order.late,
            cut_off=self._lines.cut_off,
            strays=self._clock.strays,
            unknown=handlers.unknown + handlers.page.unknown_plugins,
            unread_kinds=handlers.unread,
            picture_windows=self._mobile.pictures,
            tabs_without_snapshot=sum(not tab.document.has_snapshot for tab in handlers.tabs),
            unreadable_documents=sum(tab.document.unreadable for tab in handlers.tabs),
            truncated_documents=sum(tab.document.truncated for tab in handlers.tabs),
            unknown_targets=handlers.person.unknown_targets,
            unread_tabs=handlers.tabs.unread,
            unexamined=handlers.work.refused,
            pauses=handlers.page.pauses,
            relative_times=handlers.page.relative_times,
            extension_lines=handlers.page.foreign_lines,
            rows_left_out={**handlers.pending.beyond},
        )


def read_timeline(chunks: Iterable[bytes], redaction: Redaction) -> Timeline:
    """The timeline of a recording that is given in chunks.

    Raises:
        UnreadableRecording: see `TimelineReader.finish`.
    """
    reader = TimelineReader(redaction)
    for chunk in chunks:
        reader.feed(chunk)
    return reader.finish()
