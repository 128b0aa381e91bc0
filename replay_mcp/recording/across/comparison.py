"""Compares sessions: the parts of a comparison that were asked for, over all sessions and both sides of a split."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from replay_mcp.recording.timeline.reader import Timeline

from .pages import PageTime, WaitGroup, page_times, wait_groups
from .problems import Group, problem_groups
from .requests import RequestGroup, request_groups
from .sessions import ComparedSession, Known, Sessions, compared_sessions, persons_of
from .steps import StepReached, follow_steps, resolve_steps
from .windows import Windows

Part = Literal["problems", "requests", "pages"]
"""What is compared beside the steps."""
ALL_PARTS: Final[tuple[Part, ...]] = ("problems", "requests", "pages")


@dataclass(frozen=True, slots=True)
class SessionCounts:
    """How many sessions, of how many persons, with which outcomes.

    Attributes:
        outcomes: sessions by outcome; every outcome is present.
    """

    sessions: int
    persons: int
    outcomes: Mapping[str, int]

    @classmethod
    def of(cls, sessions: Iterable[ComparedSession]) -> "SessionCounts":
        """Count sessions."""
        counted = list(sessions)
        outcomes: Counter[str] = Counter({"success": 0, "failed": 0, "not shown": 0})
        outcomes.update(session.outcome.name for session in counted)
        return cls(len(counted), persons_of(counted), dict(outcomes))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What sessions have in common.

    Attributes:
        parts: what was asked for beside the steps.
        sessions: of the current window, in the order in which their timelines were given.
        earlier: of the earlier window; None if none was compared.
        matching: ids of the current sessions that meet the condition of the split; None without a split.
        groups: the problems, if they were asked for.
        windows: how the problems changed since the earlier window.
        steps: how far the sessions went.
        earlier_steps: the same for the sessions of the earlier window.
    """

    parts: frozenset[Part]
    sessions: Sessions
    earlier: Sessions | None
    matching: frozenset[str] | None
    groups: Sequence[Group]
    windows: Windows | None
    steps: Sequence[StepReached]
    earlier_steps: Sequence[StepReached]
    requests: Sequence[RequestGroup]
    pages: Sequence[PageTime]
    waits: Sequence[WaitGroup]

    def sides(self) -> tuple[list[ComparedSession], list[ComparedSession]]:
        """The sessions that meet the condition of the split, and the others."""
        matching = self.matching or frozenset()
        current = self.sessions.values()
        return [each for each in current if each.id in matching], [each for each in current if each.id not in matching]


def compare(
    timelines: Mapping[str, Timeline],
    known: Mapping[str, Known] | None = None,
    *,
    parts: Collection[Part] = ("problems",),
    steps: Sequence[str] = (),
    matching: Collection[str] | None = None,
    earlier: Mapping[str, Timeline] | None = None,
    expired: Callable[[], bool] = lambda: False,
) -> Comparison:
    """Compare the sessions of timelines given by session id.

    Args:
        timelines: of the current window.
        known: what is known about sessions of both windows beside their timelines.
        parts: what to compare beside the steps.
        steps: see `steps.RULE`.
        matching: ids of the sessions that meet the condition of a split.
        earlier: timelines of an earlier window.
        expired: returns whether the deadline has passed; called before each session, and for each step of it.

    Raises:
        DeadlineExceeded: the deadline passed.
    """
    sessions = compared_sessions(timelines, known or {}, expired)
    before = None if earlier is None else compared_sessions(earlier, known or {}, expired)
    groups = problem_groups(sessions) if "problems" in parts else []
    resolved = resolve_steps(steps, [*sessions.values(), *(before or {}).values()], expired) if steps else []
    return Comparison(
        parts=frozenset(parts),
        sessions=sessions,
        earlier=before,
        matching=None if matching is None else frozenset(matching),
        groups=groups,
        windows=Windows(groups, sessions, problem_groups(before), before)
        if before is not None and "problems" in parts
        else None,
        steps=follow_steps(resolved, sessions, expired),
        earlier_steps=follow_steps(resolved, before, expired) if before is not None else [],
        requests=request_groups(sessions) if "requests" in parts else [],
        pages=page_times(sessions) if "pages" in parts else [],
        waits=wait_groups(sessions) if "pages" in parts else [],
    )
