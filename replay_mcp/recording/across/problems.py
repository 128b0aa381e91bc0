"""Groups the problems of several sessions by page, element and error, ignoring ids and numbers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal

from replay_mcp.recording.timeline.rows import FLAGS, Flag, FollowingError, Row

from .patterns import element_pattern, error_fingerprint, generalised
from .sessions import PRESSABLE, ComparedSession, PageElement, Sessions

Problem = Literal[Flag, "failed_request", "console_error"]
"""A flag, or an error that followed no action."""
PROBLEMS: Final[tuple[Problem, ...]] = (*FLAGS, "failed_request", "console_error")

GroupKey = tuple[str, str, str]
"""Page, element and error, as patterns: equal in all sessions and windows."""

_RECENT_ACTIONS: Final = 5
"""Actions of a tab among which the cause of a shown error is searched."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One action that had a problem, or an error that followed none.

    Attributes:
        row: the action; without one, the request, message or text.
        problems: the flags of the action and of the errors that it led to.
        error: fingerprint of the error that followed, or of the text shown; empty if there was none.
        requests: how many failed requests followed.
        shown: the error messages that the page showed.
    """

    session_id: str
    row: Row
    problems: tuple[Problem, ...]
    error: str = ""
    requests: int = 0
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The same problem in one or more sessions.

    Attributes:
        page: host and path of the page, with ids as `:id`.
        target: the element, request or message.
        error: fingerprint of the error that followed, or of the text shown.
        by_session: the rows that show it, in time order, by session id.
        example: the sighting that shows it best.
    """

    page: str
    target: str
    error: str
    by_session: Mapping[str, Sequence[Sighting]]
    example: Sighting

    @property
    def key(self) -> GroupKey:
        """Identifies the group in other sessions."""
        return self.page, self.target, self.error

    @property
    def sightings(self) -> list[Sighting]:
        """The rows that show it, in the order of the sessions and of time."""
        return [sighting for sightings in self.by_session.values() for sighting in sightings]

    @property
    def session_ids(self) -> tuple[str, ...]:
        """The ids of the sessions that have it, each once."""
        return tuple(self.by_session)

    @property
    def problems(self) -> dict[str, int]:
        """The number of rows with each flag or error, in the order of the published rules."""
        counts = Counter(problem for sighting in self.sightings for problem in sighting.problems)
        return {problem: counts[problem] for problem in PROBLEMS if counts[problem]}

    @property
    def presses(self) -> int:
        """How often the element was pressed; one row may stand for several presses."""
        return sum(sighting.row.count for sighting in self.sightings if sighting.row.kind == "click")

    @property
    def requests(self) -> int:
        """How many failed requests belong to it."""
        return sum(sighting.requests for sighting in self.sightings)

    @property
    def has_element(self) -> bool:
        """Whether it is a problem with an element that people use, not with the page."""
        return self.example.row.kind in PRESSABLE

    def concerned(self, sessions: Iterable[ComparedSession]) -> int:
        """How many sessions used the element; for a problem without one, visited the page."""
        place: PageElement = self.page, self.target
        if self.has_element:
            return sum(place in session.uses for session in sessions)
        return sum(self.page in session.pages for session in sessions)


def problem_groups(sessions: Sessions) -> list[Group]:
    """Group the problems of the sessions: the most widespread first, then the most frequent."""
    found: dict[GroupKey, dict[str, list[Sighting]]] = {}
    for session in sessions.values():
        for sighting in _sightings(session):
            page = session.visits.page_of(sighting.row)
            group = found.setdefault((page, element_pattern(sighting.row), sighting.error), {})
            group.setdefault(session.id, []).append(sighting)
    groups = [
        Group(*key, by_session, min(chain.from_iterable(by_session.values()), key=_example_order))
        for key, by_session in found.items()
    ]
    return sorted(groups, key=_order)


def _sightings(session: ComparedSession) -> Iterator[Sighting]:
    """The problems of a session; errors that the page showed belong to the action before them."""
    rows = session.timeline.rows
    followed = {ref for row in rows for ref in row.followed_by}
    shown: dict[str, list[Row]] = {}
    alone: set[str] = set()
    recent: dict[int, list[Row]] = {}
    for row in rows:
        if row.kind in PRESSABLE:
            recent[row.tab] = [*recent.get(row.tab, [])[1 - _RECENT_ACTIONS :], row]
        elif row.kind == "text" and "error_shown" in row.flags:
            cause = _cause(row, recent.get(row.tab, ()), shown)
            if cause is None:
                alone.add(row.ref)
            else:
                shown.setdefault(cause.ref, []).append(row)
    for row in rows:
        texts = shown.get(row.ref, [])
        if (row.flags or texts) and (row.kind != "text" or row.ref in alone):
            yield _flagged(session.id, row, texts)
        elif row.weight == 4 and not row.flags and row.ref not in followed and row.kind in ("network", "console"):
            is_request = row.kind == "network"
            problem: Problem = "failed_request" if is_request else "console_error"
            yield Sighting(session.id, row, (problem,), requests=int(is_request))


def _cause(text: Row, recent: Sequence[Row], shown: Mapping[str, Sequence[Row]]) -> Row | None:
    """The action after which a text appeared: the latest that reports it for the first time, else the latest."""
    for action in reversed(recent):
        known = {each for row in shown.get(action.ref, ()) for each in row.texts}
        if not known.issuperset(text.texts) and not set(text.texts).isdisjoint(action.texts):
            return action
    return recent[-1] if recent else None


def _flagged(session_id: str, row: Row, texts: Sequence[Row]) -> Sighting:
    flags = {*row.flags, *(flag for text in texts for flag in text.flags)}
    shown = tuple(
        dict.fromkeys(text for each in (texts or ([row] if "error_shown" in row.flags else [])) for text in each.texts)
    )
    errors = sorted({_fingerprint(error) for error in row.errors})
    main = _main_error(errors) or (generalised(" ".join(shown[:1])) if "error_shown" in flags else "")
    return Sighting(
        session_id,
        row,
        tuple(flag for flag in FLAGS if flag in flags),
        error=main,
        requests=sum(len(error.refs) for error in row.errors if error.status is not None),
        shown=shown,
    )


def _fingerprint(error: FollowingError) -> str:
    return error_fingerprint(error.method, error.url, error.status, error.message)


def _main_error(errors: Sequence[str]) -> str:
    """The error that explains most: a failed request before a console message."""
    return next((error for error in errors if error[:1].isdigit()), errors[0] if errors else "")


def _example_order(sighting: Sighting) -> tuple[int, float]:
    """Sort key of examples: those with most problems and presses first, then the earliest."""
    return -len(sighting.problems) * 100 - min(sighting.row.count, 99), sighting.row.seconds


def _order(group: Group) -> tuple[int, int, int, GroupKey]:
    first = next(place for place, problem in enumerate(PROBLEMS) if problem in group.problems)
    return -len(group.session_ids), -len(group.sightings), first, group.key
