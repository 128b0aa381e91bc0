"""The page visits of a recording: which page a tab showed at a moment, and how long a person viewed it."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from replay_mcp.recording.timeline.reader import Timeline
from replay_mcp.recording.timeline.rows import CLOCK_MS, Row

from .patterns import page_pattern

_LOAD_SECONDS: Final = 30.0
"""The request of a document that took longer to load is not found."""
_CLOCK: Final = CLOCK_MS / 1_000

Span = tuple[float, float]
"""Start and end in seconds."""


@dataclass(frozen=True, slots=True)
class PageVisit:
    """A visit to a page in one tab. Times are seconds from the start of the recording.

    Attributes:
        row: the navigation to it.
        page: see `page_pattern`.
        loading_since: when the document was requested; `start` if the page's own code showed the page.
        start: when it was shown.
        end: when the tab went to the next page, or the recording ended.
        load: the request of the document; None if there was none, or it was not found.
        seconds: how long it was shown in the tab that the person used, without the time in which the tab was hidden or
            the person was idle.
        is_last: whether the tab showed it until the recording ended.
    """

    row: Row
    page: str
    loading_since: float
    start: float
    end: float
    load: Row | None
    seconds: float
    is_last: bool


class Visits:
    """The page visits of one timeline."""

    def __init__(self, timeline: Timeline) -> None:
        length = max(0.0, (timeline.end - timeline.start) / 1_000)
        attention = _attention(timeline.rows, length)
        by_tab: dict[int, list[Row]] = {}
        documents: dict[tuple[int, str], list[Row]] = {}
        for row in timeline.rows:
            if row.kind == "navigation":
                by_tab.setdefault(row.tab, []).append(row)
            elif row.kind == "network" and not row.method:
                documents.setdefault((row.tab, _address(row.url)), []).append(row)
        self._by_tab: dict[int, list[PageVisit]] = {}
        for tab, rows in by_tab.items():
            ends = [*(row.seconds for row in rows[1:]), max(length, rows[-1].seconds)]
            self._by_tab[tab] = [
                _visit(row, end, _load(row, documents.get((tab, _address(row.page)), ())), attention[tab], rows[-1])
                for row, end in zip(rows, ends, strict=True)
            ]
        self._begins = {tab: [visit.loading_since for visit in visits] for tab, visits in self._by_tab.items()}

    def __iter__(self) -> Iterator[PageVisit]:
        return (visit for visits in self._by_tab.values() for visit in visits)

    def page_of(self, row: Row) -> str:
        """The page that a row belongs to; a request belongs to the page that its tab was loading or showing."""
        if row.kind != "network" or row.tab not in self._begins:
            return page_pattern(row.page)
        place = bisect_right(self._begins[row.tab], row.seconds) - 1
        return self._by_tab[row.tab][max(0, place)].page


class _Attention:
    """When the person viewed a tab, as stretches in time order that do not overlap."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._starts = [start for start, _ in spans]
        self._spans = spans
        self._before = [0.0, *accumulate(end - start for start, end in spans)]

    def between(self, start: float, end: float) -> float:
        """How many seconds of a stretch."""
        return max(0.0, self._until(end) - self._until(start))

    def _until(self, moment: float) -> float:
        place = bisect_right(self._starts, moment)
        if not place:
            return 0.0
        start, end = self._spans[place - 1]
        return self._before[place - 1] + min(end, moment) - start


def _visit(row: Row, end: float, load: Row | None, attention: _Attention, last: Row) -> PageVisit:
    return PageVisit(
        row,
        page_pattern(row.page),
        loading_since=row.seconds if load is None else min(load.seconds, row.seconds),
        start=row.seconds,
        end=end,
        load=load,
        seconds=attention.between(row.seconds, end),
        is_last=row is last,
    )


def _load(visit: Row, documents: Sequence[Row]) -> Row | None:
    """The request that loaded a page: the latest of those for its URL."""
    place = bisect_right(documents, visit.seconds + _CLOCK, key=lambda row: row.seconds)
    found = documents[place - 1] if place else None
    return found if found is not None and found.seconds >= visit.seconds - _LOAD_SECONDS else None


def _address(url: str) -> str:
    return url.partition("#")[0]


def _attention(rows: Sequence[Row], length: float) -> dict[int, _Attention]:
    """By tab, when the person viewed it: it was the tab in use, it was not hidden, and they were not idle."""
    first = next((row.previous_tab for row in rows if row.kind == "tab"), rows[0].tab if rows else 1)
    switches = [(0.0, first or 1)]
    absences: dict[int, list[Span]] = {}
    for row in rows:
        if row.kind == "tab":
            switches.append((row.seconds, row.tab))
        elif row.kind in ("hidden", "idle"):
            absences.setdefault(row.tab, []).append((row.seconds, length if row.until is None else row.until))
    used: dict[int, list[Span]] = {row.tab: [] for row in rows}
    for (start, tab), end in zip(switches, [*(start for start, _ in switches[1:]), length], strict=True):
        used.setdefault(tab, []).append((start, end))
    return {tab: _Attention(list(_without(spans, absences.get(tab, ())))) for tab, spans in used.items()}


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Spans in time order, those that overlap or meet as one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _without(spans: Sequence[Span], absences: Sequence[Span]) -> Iterator[Span]:
    """The parts of spans outside of absences; the spans are in time order."""
    first, absences = 0, _joined(absences)
    for start, end in spans:
        while first < len(absences) and absences[first][1] <= start:
            first += 1
        at = start
        for place in range(first, len(absences)):
            begins, ends = absences[place]
            if begins >= end:
                break
            if begins > at:
                yield at, begins
            at = max(at, ends)
        if end > at:
            yield at, end
