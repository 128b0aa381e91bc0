"""How long people spent on each page, and where they waited."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final

from replay_mcp.recording.timeline.row_text import short_target
from replay_mcp.recording.timeline.rows import RESPONSE_MS, Row

from .patterns import element_pattern
from .requests import aborted_by_session
from .sessions import ComparedSession, Sessions
from .visits import PageVisit

LOADING: Final = ""
"""The target of waits for a page itself."""


@dataclass(frozen=True, slots=True)
class PageTime:
    """The time that people spent on a page.

    Attributes:
        sessions: how many visited it.
        visits: how often.
        median_seconds: median time of a visit, with the tab in use.
        seconds: time of all visits together.
        last: how many visits were still going on when the recording ended; their time is a minimum.
    """

    page: str
    sessions: int
    visits: int
    median_seconds: float
    seconds: float
    last: int


@dataclass(frozen=True, slots=True)
class VisitorWait:
    """A moment in which a person waited for a response.

    Attributes:
        milliseconds: until the response; None if it was given up.
    """

    session_id: str
    row: Row
    milliseconds: int | None


@dataclass(frozen=True, slots=True)
class WaitGroup:
    """Waits for the same element or page.

    Attributes:
        target: the element; empty if people waited for the page to load.
        name: the element as text.
    """

    page: str
    target: str
    name: str
    waits: tuple[VisitorWait, ...]

    @property
    def session_ids(self) -> tuple[str, ...]:
        """The ids of the sessions, each once."""
        return tuple(dict.fromkeys(wait.session_id for wait in self.waits))

    @property
    def ended(self) -> list[int]:
        """How long the waits that ended with a response were, in milliseconds."""
        return sorted(wait.milliseconds for wait in self.waits if wait.milliseconds is not None)

    @property
    def median_ms(self) -> int | None:
        """Median of the waits that ended with a response; None if none did."""
        return round(median(self.ended)) if self.ended else None

    @property
    def given_up(self) -> int:
        """How many waits ended without a response, because the request was sent again before it was answered."""
        return len(self.waits) - len(self.ended)

    @property
    def longest(self) -> VisitorWait:
        """The longest wait that ended with a response, else the first one."""
        return max(self.waits, key=lambda wait: wait.milliseconds or 0)


def page_times(sessions: Sessions) -> list[PageTime]:
    """The time spent on each page, the most first."""
    found: dict[str, list[tuple[str, PageVisit]]] = {}
    for session in sessions.values():
        for visit in session.visits:
            found.setdefault(visit.page, []).append((session.id, visit))
    times = [
        PageTime(
            page,
            sessions=len({id for id, _ in visits}),
            visits=len(visits),
            median_seconds=round(median(visit.seconds for _, visit in visits), 1),
            seconds=round(sum(visit.seconds for _, visit in visits), 1),
            last=sum(visit.is_last for _, visit in visits),
        )
        for page, visits in found.items()
    ]
    return sorted(times, key=lambda time: (-time.seconds, time.page))


def wait_groups(sessions: Sessions) -> list[WaitGroup]:
    """Where people waited longer than flags allow, by page and element; those in the most sessions first."""
    aborted = aborted_by_session(sessions)
    found: dict[tuple[str, str], list[VisitorWait]] = {}
    for session in sessions.values():
        for page, target, wait in _waits(session, aborted):
            found.setdefault((page, target), []).append(wait)
    groups = [
        WaitGroup(page, target, short_target(waits[0].row) if target else "", tuple(waits))
        for (page, target), waits in found.items()
    ]
    return sorted(groups, key=lambda group: (-len(group.session_ids), -len(group.waits), group.page, group.target))


def _waits(session: ComparedSession, aborted: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str, VisitorWait]]:
    for row in session.actions:
        if "slow" in row.flags or "wait" in row.flags:
            wait = VisitorWait(session.id, row, _waited(row, aborted[session.id]))
            yield session.visits.page_of(row), element_pattern(row), wait
    for visit in session.visits:
        took = visit.load.duration_ms if visit.load is not None else None
        if visit.load is not None and took is not None and took > RESPONSE_MS:
            yield visit.page, LOADING, VisitorWait(session.id, visit.load, took)


def _waited(row: Row, aborted: frozenset[str]) -> int | None:
    """How long a person waited after an action; None if its request was replaced before it was answered."""
    if row.waited_ms is not None:
        return row.waited_ms
    slow = row.slow_request
    if slow is not None and slow.ref in aborted:
        return None
    answered = row.response.ms if row.response is not None else 0
    return max(answered, slow.ms if slow is not None else 0) or None
