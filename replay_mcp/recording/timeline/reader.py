"""Reads the timeline of a recording: bytes in, rows out.

`TimelineReader` takes a recording of any size in chunks and keeps only what rows need.
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

from .blocked_parts import BlockedPart
from .coverage import Coverage
from .event_handlers import EventHandlers, EventObserver
from .finished_rows import finish
from .flags import judge
from .rows import Row

_CHECK_EVERY: Final = 16
"""Lines and events between two checks of the deadline."""
_TOO_LATE: Final = "The time for reading the recording ran out."


class Timeline(Struct, frozen=True, forbid_unknown_fields=True):
    """What happened in a recording.

    Attributes:
        start: the time from which `seconds` count, epoch milliseconds: of the first block or event.
        end: the time of the last event.
        windows: PostHog's window ids by tab number; an empty string for other ids.
        rows: the rows in time order.
        totals: the number of rows of each kind, including those left out.
        viewport: width and height of the first window in CSS pixels; None if not recorded.
        user_agent: of the browser, if the page or a request reported it.
        blocked: parts of pages that the recorder left out.
    """

    start: int
    end: int
    windows: tuple[str, ...]
    rows: tuple[Row, ...]
    totals: dict[str, int]
    coverage: Coverage
    viewport: tuple[int, int] | None = None
    user_agent: str = ""
    blocked: tuple[BlockedPart, ...] = ()

    @property
    def tabs(self) -> int:
        """The number of browser tabs."""
        return len(self.windows)

    def packed(self) -> bytes:
        """Encode the timeline as JSON, for `unpacked`."""
        return msgspec.json.encode(self)

    @classmethod
    def unpacked(cls, packed: bytes) -> "Timeline":
        """Decode a timeline from the bytes of `packed`.

        Raises:
            ValueError: the bytes are no timeline of this version.
        """
        try:
            return _TIMELINE.decode(packed)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ValueError("The bytes are no timeline of this version.") from error


_TIMELINE: Final = msgspec.json.Decoder(Timeline)


class TimelineReader:
    """Reads a recording in chunks.

    Args:
        redaction: masks recorded text in all rows.
        blocks: start times of the recording's blocks, epoch milliseconds. A block without events is missing, which
            the API does not report.
        expired: returns whether the deadline has passed; called between lines and events, since a few bytes may take
            long.
        observer: is passed all events in time order, without repeated ones.
    """

    def __init__(
        self,
        redaction: Redaction,
        blocks: Sequence[int] = (),
        expired: Callable[[], bool] = lambda: False,
        observer: EventObserver | None = None,
    ) -> None:
        self._expired = expired
        self._count = len(blocks)
        self._blocks = sorted(set(blocks))
        self._nonempty_blocks: set[int] = set()
        self._checks = 0
        self._lines = Lines(self._check_deadline)
        self._clock = StrayFilter()
        self._order = EventSorter()
        self._repeats = Repeats()
        self._mobile = MobileReplay()
        self._handlers = EventHandlers(redaction, observer)
        self._broken = 0

    def feed(self, chunk: bytes) -> None:
        """Read the next bytes; chunks may end anywhere.

        Raises:
            DeadlineExceeded: the deadline passed; everything read before it is kept.
        """
        if self._expired():
            raise DeadlineExceeded(_TOO_LATE)
        self._read(self._lines.feed(chunk))

    def finish(self) -> Timeline:
        """Return the timeline of everything fed so far.

        Raises:
            UnreadableRecording: it contains no event; the message describes what was found instead.
        """
        self._read(self._lines.finish())
        for event in self._clock.finish():
            self._deduplicate(self._order.add(event))
        self._deduplicate(self._order.finish())
        self._handle(self._repeats.finish())
        self._handlers.finish()
        if self._handlers.span is None:
            found = self._lines.describe_contents(self._broken)
            raise UnreadableRecording(f"There is no rrweb event in it, but {found}.")
        first, end = self._handlers.span
        start = min([first, *self._blocks[:1]])
        pending, tabs = self._handlers.pending, self._handlers.tabs
        entries = judge(pending.entries, {tab.number: tab.last_event_at for tab in tabs})
        return Timeline(
            start=start,
            end=end,
            windows=tabs.window_ids,
            rows=finish(entries, start),
            totals=dict(sorted((Counter(entry.kind for entry in entries) + pending.left_out).items())),
            coverage=self._coverage(start, end),
            viewport=self._handlers.page.viewport,
            user_agent=self._handlers.page.user_agent,
            blocked=self._handlers.page.blocked.found,
        )

    def _read(self, lines: Iterable[bytes]) -> None:
        reader = EventReader(lines)
        for event in reader:
            self._check_deadline()
            if self._blocks:
                self._nonempty_blocks.add(bisect_right(self._blocks, event.timestamp))
            for accepted in self._clock.add(event):
                self._deduplicate(self._order.add(accepted))
        self._broken += reader.broken

    def _deduplicate(self, ordered: Iterable[Event]) -> None:
        """Take events in time order and drop repeated ones."""
        for event in ordered:
            self._handle(self._repeats.take(event))

    def _handle(self, events: Iterable[Event]) -> None:
        for event in events:
            for web_event in self._mobile.web_events(event):
                self._handlers.add(web_event)

    def _check_deadline(self) -> None:
        self._checks += 1
        if self._checks % _CHECK_EVERY == 0 and self._expired():
            raise DeadlineExceeded(_TOO_LATE)

    def _missing(self, start: int, end: int) -> Iterator[tuple[float, float]]:
        """The stretches, in seconds, whose blocks have no event."""
        stretch: tuple[int, int] | None = None
        for place, begin in enumerate(self._blocks, 1):
            if place in self._nonempty_blocks:
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
            missing_blocks=len(self._blocks) - len(self._nonempty_blocks - {0}),
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
            unread_tabs=handlers.tabs.unread_events,
            unexamined=handlers.work.refused,
            pauses=handlers.page.pauses,
            relative_times=handlers.page.relative_times,
            extension_lines=handlers.page.extension_lines,
            rows_left_out={**handlers.pending.left_out},
        )


def read_timeline(chunks: Iterable[bytes], redaction: Redaction) -> Timeline:
    """Read the timeline of a recording from chunks of bytes.

    Raises:
        UnreadableRecording: see `TimelineReader.finish`.
    """
    reader = TimelineReader(redaction)
    for chunk in chunks:
        reader.feed(chunk)
    return reader.finish()
