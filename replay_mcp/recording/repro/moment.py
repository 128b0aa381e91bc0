"""Finds the problem that a moment of a recording means, and the action that led to it."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from replay_mcp.recording.timeline.rows import AFTER_MS, Row

from .errors import NothingToReproduce
from .expectations import FAILED_STATUS, expectation, is_problem
from .spec import Expectation

ACTIONS: Final = frozenset({"click", "typing", "change"})
NEAR_SECONDS: Final = 10.0
"""A problem at most this far from the given second is meant."""

_MAX_LISTED: Final = 5


class Problem(Struct, frozen=True):
    """A problem and where it lies.

    Attributes:
        index: of the action's row, or of the `navigation` whose page failed while it loaded.
        asked: the row that was asked for, if an earlier equal action is taken in its place.
        expectation: what should have happened.
    """

    index: int
    asked: Row | None
    expectation: Expectation


def find_problem(rows: Sequence[Row], moment: str | float | None) -> Problem:
    """The problem at a moment.

    Args:
        rows: of the timeline.
        moment: the ref of a row, seconds from the start, or None for the first problem.

    Raises:
        NothingToReproduce: nothing failed then, or nobody did anything before it.
    """
    by_ref = {row.ref: row for row in rows}
    problems = [index for index, row in enumerate(rows) if row.kind in ACTIONS and is_problem(row)]
    if isinstance(moment, str):
        row = by_ref.get(moment)
        if row is None:
            raise NothingToReproduce(f"This recording has no row {moment!r}.{_listed(rows, problems)}")
        index, cause = _of_row(rows, row)
    elif moment is None:
        if not problems:
            raise NothingToReproduce("No rule found a problem in this recording.", next=_NAME_ONE)
        index, cause = problems[0], rows[problems[0]]
    else:
        near = [index for index in problems if _distance(rows[index], moment) <= NEAR_SECONDS]
        if not near:
            why = f"Nothing failed within {NEAR_SECONDS:g} s of {moment:g} s.{_listed(rows, problems)}"
            raise NothingToReproduce(why, next=_NAME_ONE)
        index = min(near, key=lambda each: _distance(rows[each], moment))
        cause = rows[index]
    first = _first_of_equal(rows, index, by_ref) if rows[index] is cause else index
    expected = expectation(rows[first] if first != index else cause, by_ref)
    return Problem(first, rows[index] if first != index else None, expected)


def is_equal(row: Row, other: Row) -> bool:
    """Whether two actions are the same on the same page."""
    return (row.kind, row.key, row.page) == (other.kind, other.key, other.page)


_NAME_ONE: Final = "Name the action that went wrong with --around and its ref, such as e17."


def _distance(row: Row, seconds: float) -> float:
    return max(row.seconds - seconds, seconds - (row.until or row.seconds), 0.0)


def _of_row(rows: Sequence[Row], row: Row) -> tuple[int, Row]:
    """The action that a row is or follows, and the row that reports what failed."""
    if row.kind in ACTIONS:
        return next(index for index, each in enumerate(rows) if each is row), row
    before = None
    for index, each in enumerate(rows):
        if each.kind in ACTIONS and row.ref in (*each.requests, *each.followed_by):
            return index, each
        if each.seconds > row.seconds:
            continue
        if each.tab == row.tab and (each.kind in ACTIONS or each.kind == "navigation"):
            before = index
    if before is None:
        raise NothingToReproduce(f"Nobody did anything before {row.ref}.", next=_NAME_ONE)
    action = rows[before]
    failed_alone = (row.status or 0) >= FAILED_STATUS or (row.kind == "console" and row.level == "error")
    late = row.seconds - (action.until or action.seconds) > AFTER_MS / 1000
    return before, row if failed_alone and (action.kind == "navigation" or late) else action


def _first_of_equal(rows: Sequence[Row], index: int, by_ref: dict[str, Row]) -> int:
    """The first of equal actions that failed alike without another one between them.

    Once the problem is solved, the first one succeeds, and the others cannot be done.
    """
    action = rows[index]
    kind = expectation(action, by_ref).kind
    for earlier in range(index - 1, -1, -1):
        row = rows[earlier]
        if row.tab != action.tab or row.kind not in (*ACTIONS, "navigation"):
            continue
        if not is_equal(row, action) or not is_problem(row) or expectation(row, by_ref).kind != kind:
            break
        index = earlier
    return index


def _listed(rows: Sequence[Row], problems: Sequence[int]) -> str:
    """Where the problems are, in words."""
    if not problems:
        return ""
    named = ", ".join(f"{rows[index].ref} ({rows[index].seconds:g} s)" for index in problems[:_MAX_LISTED])
    more = len(problems) - _MAX_LISTED
    return f" Its problems: {named}{f' and {more} more' if more > 0 else ''}."
