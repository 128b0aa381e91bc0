"""How far sessions went through given steps, in order, how long each step took, and what the others did last."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, Literal, get_args

from replay_mcp.recording.timeline.row_text import element_text
from replay_mcp.recording.timeline.rows import Row

from .patterns import page_pattern
from .sessions import PRESSABLE, ComparedSession, Sessions, require_time

MIN_STEPS: Final = 2
MAX_STEPS: Final = 8
CLOCK_SECONDS: Final = 1.0
"""Product events and rows come from different clocks: one may be this much earlier than the step before it."""

StepKind = Literal["url", "event", "element"]
_KINDS: Final[tuple[StepKind, ...]] = get_args(StepKind)

RULE: Final = (
    "A text with `/` is part of a visited URL. Another text is the name of an event, ignoring case, if any session has"
    " it; otherwise part of a visited URL; otherwise part of the role, name or selector of an element that was clicked"
    " or edited. `url:`, `event:` or `element:` before it decides. A session reaches a step when it matches at or after"
    " the moment of the step before it, for the first time"
)
"""The published rule of what a step matches."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step as given, and what it matches.

    Attributes:
        text: as given.
        kind: what it matches; None if nothing in any session matches it.
        part: the text that is searched, without case.
    """

    text: str
    kind: StepKind | None
    part: str


@dataclass(frozen=True, slots=True)
class Loss:
    """A session that did not reach a step, although it reached the one before.

    Attributes:
        last: the last action after the step before; None if there was none.
        is_certain: whether the rest of the session, and for an event its product events, were recorded and read.
    """

    session_id: str
    last: Row | None
    is_certain: bool


@dataclass(frozen=True, slots=True)
class StepReached:
    """How sessions reached a step.

    Attributes:
        session_ids: those that reached it.
        seconds: how long that took from the step before, for each of them; empty for the first step.
        losses: those that reached the step before, but not this one; nobody for the first step, and for one that
            nothing matches.
    """

    step: Step
    session_ids: tuple[str, ...]
    seconds: tuple[float, ...]
    losses: tuple[Loss, ...]

    @property
    def median_seconds(self) -> float | None:
        """The median time from the step before."""
        return round(median(self.seconds), 1) if self.seconds else None


@dataclass(frozen=True, slots=True)
class _Match:
    """Something that a step matches.

    Attributes:
        is_row: whether it is a row of the timeline, or else a product event.
        place: among the rows or the events of the session, in their order.
    """

    seconds: float
    is_row: bool
    place: int


def resolve_steps(
    texts: Sequence[str], sessions: Iterable[ComparedSession], expired: Callable[[], bool] = lambda: False
) -> list[Step]:
    """Decide what each step matches: the same in all sessions.

    Raises:
        DeadlineExceeded: `expired` returned that the deadline passed.
    """
    among = list(sessions)
    return [_resolved(text, among, expired) for text in texts]


def follow_steps(
    steps: Sequence[Step], sessions: Sessions, expired: Callable[[], bool] = lambda: False
) -> list[StepReached]:
    """How far each session went.

    Raises:
        DeadlineExceeded: `expired` returned that the deadline passed.
    """
    reached: list[list[tuple[str, float]]] = [[] for _ in steps]
    lost: list[list[Loss]] = [[] for _ in steps]
    for session in sessions.values():
        moments = _moments(steps, session, expired)
        for place, moment in enumerate(moments):
            reached[place].append((session.id, moment - moments[place - 1] if place else 0.0))
        if 0 < len(moments) < len(steps) and steps[len(moments)].kind is not None:
            lost[len(moments)].append(_loss(session, moments[-1], steps[len(moments)]))
    return [
        StepReached(
            step,
            tuple(id for id, _ in reached[place]),
            tuple(round(max(0.0, took), 2) for _, took in reached[place]) if place else (),
            tuple(lost[place]),
        )
        for place, step in enumerate(steps)
    ]


def _resolved(text: str, sessions: Sequence[ComparedSession], expired: Callable[[], bool]) -> Step:
    prefix, colon, rest = text.partition(":")
    kinds: tuple[StepKind, ...] = tuple(kind for kind in _KINDS if colon and prefix.strip().lower() == kind)
    part = (rest if kinds else text).strip().casefold()
    kinds = kinds or (("url",) if "/" in part else ("event", "url", "element"))
    for kind in kinds if part else ():
        step = Step(text, kind, part)
        for session in sessions:
            require_time(expired)
            if next(_matches(step, session), None) is not None:
                return step
    return Step(text, None, part)


def _moments(steps: Sequence[Step], session: ComparedSession, expired: Callable[[], bool]) -> list[float]:
    """When the session reached each step, as far as it went."""
    moments: list[float] = []
    used: dict[bool, _Match] = {}  # the last row and the last event
    for step in steps:
        require_time(expired)
        found = next((match for match in _matches(step, session) if _may_follow(match, used)), None)
        if found is None:
            break
        used[found.is_row] = found
        moments.append(found.seconds)
    return moments


def _may_follow(match: _Match, used: Mapping[bool, _Match]) -> bool:
    """Whether a match is after the last one of its own clock, and not before the last one of the other clock."""
    same, other = used.get(match.is_row), used.get(not match.is_row)
    return (same is None or match.place > same.place) and (
        other is None or match.seconds >= other.seconds - CLOCK_SECONDS
    )


def _matches(step: Step, session: ComparedSession) -> Iterator[_Match]:
    """What a step matches in a session, in time order."""
    rows = session.timeline.rows
    match step.kind:
        case "url":
            for row in rows:
                if row.kind == "navigation" and _in_url(step.part, row.page):
                    yield _of_row(row)
        case "element":
            for row in rows:
                if row.kind in PRESSABLE and row.element and step.part in element_text(row.element).casefold():
                    yield _of_row(row)
        case "event":
            custom = [_of_row(row) for row in rows if _is_custom(row, step.part)]
            events = [
                _Match(each.seconds, is_row=False, place=place)
                for place, each in enumerate(sorted(session.known.events, key=lambda each: each.seconds))
                if each.event.casefold() == step.part
            ]
            yield from sorted([*custom, *events], key=lambda match: match.seconds)
        case None:
            return


def _of_row(row: Row) -> _Match:
    return _Match(row.seconds, is_row=True, place=int(row.ref[1:]))


def _in_url(part: str, url: str) -> bool:
    return part in url.casefold() or part in page_pattern(url).casefold()


def _is_custom(row: Row, name: str) -> bool:
    return row.kind == "custom" and row.message.casefold() == name


def _loss(session: ComparedSession, since: float, step: Step) -> Loss:
    last = session.actions[-1] if session.actions and session.actions[-1].seconds >= since else None
    may_have_event = step.kind == "event" and not session.known.has_all_events
    return Loss(session.id, last, session.is_whole_after(since) and not may_have_event)
