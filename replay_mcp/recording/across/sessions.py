"""The sessions that are compared: a timeline each, with what is known about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from replay_mcp.errors import DeadlineExceeded
from replay_mcp.recording.product_events import ProductEvent
from replay_mcp.recording.summary.outcome import ACTIONS, Outcome, Outcomes
from replay_mcp.recording.timeline.reader import Timeline
from replay_mcp.recording.timeline.rows import Row

from .patterns import element_pattern, page_pattern
from .visits import Visits

PRESSABLE: Final = ACTIONS
"""Kinds of rows in which a person uses an element."""

_TOO_LATE: Final = "Comparing so many rows took too long."
_FEWER: Final = "Compare fewer recordings."

PageElement = tuple[str, str]
"""A page and an element of it, as patterns."""
Endpoint = tuple[str, str]
"""Method and path pattern of a request."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about a session beside its timeline.

    Attributes:
        person: a text that is equal for sessions of one person; empty if the person is not known.
        label: what results call the person; empty if that is not known or not shown.
        ongoing: whether more of the session may be recorded.
        events: product events, in any order.
        has_all_events: whether no product event may be missing.
    """

    person: str = ""
    label: str = ""
    ongoing: bool = False
    events: Sequence[ProductEvent] = ()
    has_all_events: bool = True


@dataclass(frozen=True, slots=True)
class ComparedSession:
    """A session with what comparisons derive from its timeline.

    Attributes:
        pages: the pages that it visited; an empty one if a row's page is not known.
        actions: the rows of what the person did, in time order.
        uses: the actions by page and element.
        requests: all requests by method and path pattern, in time order.
    """

    id: str
    timeline: Timeline
    known: Known
    visits: Visits
    outcomes: Outcomes
    outcome: Outcome
    pages: frozenset[str]
    actions: tuple[Row, ...]
    uses: Mapping[PageElement, Sequence[Row]]
    requests: Mapping[Endpoint, Sequence[Row]]

    @classmethod
    def of(cls, id: str, timeline: Timeline, known: Known) -> Self:
        """Derive everything from a timeline."""
        visits = Visits(timeline)
        outcomes = Outcomes(timeline.rows, timeline.coverage)
        actions = tuple(row for row in timeline.rows if row.kind in PRESSABLE)
        uses: dict[PageElement, list[Row]] = {}
        for row in actions:
            uses.setdefault((visits.page_of(row), element_pattern(row)), []).append(row)
        requests: dict[Endpoint, list[Row]] = {}
        for row in timeline.rows:
            if row.kind == "network":
                requests.setdefault(endpoint_of(row), []).append(row)
        return cls(
            id=id,
            timeline=timeline,
            known=known,
            visits=visits,
            outcomes=outcomes,
            outcome=outcomes.of(timeline.rows),
            pages=frozenset(visits.page_of(row) for row in timeline.rows),
            actions=actions,
            uses=uses,
            requests=requests,
        )

    def is_whole_after(self, seconds: float) -> bool:
        """Whether everything that happened after a time was recorded and read."""
        return not self.known.ongoing and self.timeline.coverage.is_whole_after(seconds)

    def at(self, row: Row) -> int:
        """When a row happened, in epoch milliseconds."""
        return self.timeline.start + round(row.seconds * 1_000)


Sessions = Mapping[str, ComparedSession]
"""Sessions by id."""


def compared_sessions(
    timelines: Mapping[str, Timeline], known: Mapping[str, Known], expired: Callable[[], bool] = lambda: False
) -> dict[str, ComparedSession]:
    """Derive what comparisons need, for timelines given by session id.

    Args:
        timelines: with at most 5,000 rows of a kind each.
        known: what is known about the sessions; some may be missing.
        expired: returns whether the deadline has passed; called before each session.

    Raises:
        DeadlineExceeded: the deadline passed.
    """
    sessions: dict[str, ComparedSession] = {}
    for id, timeline in timelines.items():
        require_time(expired)
        sessions[id] = ComparedSession.of(id, timeline, known.get(id, Known()))
    return sessions


def require_time(expired: Callable[[], bool]) -> None:
    """Check the deadline of a comparison.

    Raises:
        DeadlineExceeded: it passed.
    """
    if expired():
        raise DeadlineExceeded(_TOO_LATE, next=_FEWER)


def persons_of(sessions: Sequence[ComparedSession]) -> int:
    """How many persons had these sessions; each session of an unknown person counts as another person."""
    return len({session.known.person or f"\0{session.id}" for session in sessions})


def endpoint_of(request: Row) -> Endpoint:
    """What a request was sent to, equal for all ids."""
    return request.method, page_pattern(request.url)
