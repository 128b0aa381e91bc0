"""Problems that sessions have in common, in results."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Self

from pydantic import Field

from replay_mcp.context import ToolContext
from replay_mcp.recording.timeline.row_text import effect
from replay_mcp.views.result import Result, Time
from replay_mcp.views.timeline import row_link

if TYPE_CHECKING:
    from replay_mcp.recording.across.comparison import Comparison, SessionCounts
    from replay_mcp.recording.across.problems import Group
    from replay_mcp.recording.across.sessions import ComparedSession
    from replay_mcp.recording.across.windows import Compared
    from replay_mcp.recording.timeline.rows import Row

MAX_PEOPLE: Final = 5
"""Maximum number of persons that a group names."""
MAX_TITLES: Final = 3
"""Maximum number of titles of pages that differ by ids only."""


class Example(Result):
    """The best example of a problem."""

    id: str
    ref: str
    seconds: float
    effect: str = ""
    link: str

    @classmethod
    def of(cls, session_id: str, row: "Row", context: ToolContext) -> Self:
        """Build the example with a link that plays it."""
        return cls(
            id=session_id,
            ref=row.ref,
            seconds=row.seconds,
            effect=effect(row),
            link=row_link(row, session_id, context),
        )


class Counts(Result):
    """Sessions, and how they ended."""

    sessions: int
    persons: int
    outcomes: dict[str, int] = Field(description="sessions by outcome")

    @classmethod
    def of(cls, counted: "SessionCounts") -> Self:
        """Build the counts."""
        return cls(sessions=counted.sessions, persons=counted.persons, outcomes=dict(counted.outcomes))


class SplitCounts(Result):
    """Both sides of the split."""

    matching: Counts = Field(description="sessions that meet all conditions of split")
    others: Counts


class SplitShare(Result):
    """How many sessions of each side of the split have a problem, and of how many."""

    matching: int
    matching_of: int
    others: int
    others_of: int


class ChangeSince(Result):
    """A problem since the earlier window."""

    change: str = Field(description="new, gone, more, fewer, same by share of the sessions read; or not_known")
    earlier: int = Field(description="sessions in the earlier window")
    earlier_of: int = Field(description="as `of`, in the earlier window")

    @classmethod
    def of(cls, compared: "Compared") -> Self:
        """Build the change."""
        return cls(change=compared.change, earlier=compared.before, earlier_of=compared.concerned_before)


class ProblemGroup(Result):
    """The same problem in one or more sessions."""

    problems: dict[str, int] = Field(
        description="rows by flag; failed_request and console_error: errors that followed no action"
    )
    page: str = ""
    titles: list[str] = Field(default=[], description="of pages that differ by ids")
    target: str = ""
    name: str | None = Field(default=None, description="the element's name")
    error: str | None = Field(default=None, description="what followed, or the text shown")
    sessions: int
    of: int = Field(description="sessions that used the element or, without one, visited the page")
    of_what: str
    persons: int
    people: list[str] = Field(default=[], description="some of the persons")
    presses: int | None = Field(default=None, description="of the element")
    requests: int | None = Field(default=None, description="failed ones")
    first_seen: Time
    last_seen: Time
    followed: dict[str, int] = Field(description="sessions; retried, and how it ended")
    since: ChangeSince | None = Field(default=None, description="with versus")
    split: SplitShare | None = None
    session_ids: list[str]
    example: Example

    @classmethod
    def about(cls, group: "Group", comparison: "Comparison", context: ToolContext) -> Self:
        """Build the group with all of its session ids and its best example."""
        from replay_mcp.recording.across.aftermath import aftermath  # noqa: PLC0415 - imported on first use for a faster start
        from replay_mcp.recording.across.sessions import persons_of  # noqa: PLC0415

        sessions = comparison.sessions
        moments = sorted(sessions[each.session_id].at(each.row) for each in group.sightings)
        after = aftermath(group, sessions)
        titles = list(dict.fromkeys(each.row.title for each in group.sightings if each.row.title))
        names = {each.row.element.name for each in group.sightings if each.row.element is not None}
        name = names.pop() if len(names) == 1 and group.has_element else ""
        windows = comparison.windows
        return cls(
            problems=group.problems,
            page=group.page,
            titles=titles[:MAX_TITLES] if len(titles) > 1 else [],
            target=group.target,
            name=name if name not in group.target else None,
            error=group.error or None,
            sessions=len(group.session_ids),
            of=group.concerned(sessions.values()),
            of_what="used the element" if group.has_element else "visited the page",
            persons=persons_of([sessions[id] for id in group.session_ids]),
            people=_people(sessions[id].known.label for id in group.session_ids),
            presses=group.presses or None,
            requests=group.requests or None,
            first_seen=_time(moments[0]),
            last_seen=_time(moments[-1]),
            followed=({"retried": after.retried} if after.retried else {}) | after.ends,
            since=None if windows is None else ChangeSince.of(windows.compared(group)),
            split=_split(group, comparison),
            session_ids=list(group.session_ids),
            example=Example.of(group.example.session_id, group.example.row, context),
        )


class GoneProblem(Result):
    """A problem of the earlier window that no session of the current one has."""

    problems: dict[str, int]
    page: str = ""
    target: str = ""
    error: str | None = None
    since: ChangeSince
    session_ids: list[str] = Field(default=[], description="of the earlier window")

    @classmethod
    def of(cls, group: "Group", compared: "Compared") -> Self:
        """Build the problem."""
        return cls(
            problems=group.problems,
            page=group.page,
            target=group.target,
            error=group.error or None,
            since=ChangeSince.of(compared),
            session_ids=list(group.session_ids),
        )


class NotCompared(Result):
    """A recording that could not be read, or only partly."""

    id: str
    why: str


def split_counts(comparison: "Comparison") -> SplitCounts | None:
    """Both sides of the split; None without one."""
    from replay_mcp.recording.across.comparison import SessionCounts  # noqa: PLC0415 - imported on first use for a faster start

    if comparison.matching is None:
        return None
    matching, others = comparison.sides()
    return SplitCounts(matching=Counts.of(SessionCounts.of(matching)), others=Counts.of(SessionCounts.of(others)))


def _people(labels: Iterable[str]) -> list[str]:
    return [*dict.fromkeys(filter(None, labels))][:MAX_PEOPLE]


def _split(group: "Group", comparison: "Comparison") -> SplitShare | None:
    if comparison.matching is None:
        return None
    matching, others = comparison.sides()

    def affected(side: "list[ComparedSession]") -> int:
        return sum(session.id in group.by_session for session in side)

    return SplitShare(
        matching=affected(matching),
        matching_of=group.concerned(matching),
        others=affected(others),
        others_of=group.concerned(others),
    )


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1_000, UTC)
