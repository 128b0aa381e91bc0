"""What followed a problem in each session, from rows and outcomes only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from replay_mcp.recording.timeline.rows import Row

from .problems import Group, Problem, Sighting
from .sessions import ComparedSession, Sessions, endpoint_of

End = Literal["succeeded_after", "gave_up", "left", "not_known"]
"""How a session went on after the last sighting of a problem."""

RULES: Final[dict[str, str]] = {
    "retried": (
        "the element was pressed or edited again after the problem, several quick presses included; the request was"
        " sent again"
    ),
    "succeeded_after": (
        "after the last time, the same element worked (its request was answered with 2xx, or the page reported a"
        " success or, if no error was involved, responded), or the same request was answered with 2xx, or a slow click"
        " was answered after all. After an error also: the action itself reported a success, or the outcome of the"
        " session is a success shown later"
    ),
    "left": "nothing was clicked or edited any more, and the recording is complete",
    "gave_up": (
        "the problem was a failure (no response, an error message, a failed request of the action, a form never sent),"
        " and the person went on with other things and did not use the element again, or not with another result"
    ),
    "not_known": "everything else: the recording shows none of these, or its end is missing",
}
"""The published rules."""

_ERRORS: Final[frozenset[Problem]] = frozenset({"error_after", "error_shown", "failed_request", "console_error"})
_FAILURES: Final[frozenset[Problem]] = frozenset({"dead", "error_shown", "abandoned_form"})
_LATE: Final[frozenset[Problem]] = frozenset({"slow", "wait"})


@dataclass(frozen=True, slots=True)
class Aftermath:
    """In how many sessions a problem was followed by what; each session has one end.

    Attributes:
        retried: sessions that tried again, whatever came of it.
        ends: sessions by end, without those of none.
    """

    retried: int
    ends: dict[str, int]


def aftermath(group: Group, sessions: Sessions) -> Aftermath:
    """What followed a problem, over all sessions that have it."""
    retried = 0
    ends: Counter[str] = Counter()
    for id, sightings in group.by_session.items():
        session = sessions[id]
        again = _tries_after(group, session, sightings[0].row)
        retried += bool(again) or any(_is_repeated_press(sighting.row) for sighting in sightings)
        ends[_end(group, session, sightings[-1], [row for row in again if _is_after(row, sightings[-1].row)])] += 1
    return Aftermath(retried, dict(ends))


def _end(group: Group, session: ComparedSession, last: Sighting, again: Sequence[Row]) -> End:
    """How a session went on after the last sighting; `again` are the later tries."""
    if _has_succeeded(session, last, again):
        return "succeeded_after"
    if not session.is_whole_after(last.row.seconds):
        return "not_known"
    if not (session.actions and _is_after(session.actions[-1], last.row)):
        return "left"
    if not group.has_element:
        return "not_known"
    final = again[-1] if again else None
    failed = _is_failure(session, last) if final is None else _has_failed_again(session, final)
    return "gave_up" if failed else "not_known"


def _tries_after(group: Group, session: ComparedSession, first: Row) -> list[Row]:
    """The later uses of the element, or the later requests."""
    if first.kind == "network":
        found = session.requests[endpoint_of(first)]
    else:
        found = session.uses.get((group.page, group.target), ()) if group.has_element else ()
    return [row for row in found if _is_after(row, first)]


def _has_succeeded(session: ComparedSession, last: Sighting, again: Sequence[Row]) -> bool:
    if last.row.kind == "network":
        return any(_is_answered(row) for row in again)
    is_error = not _ERRORS.isdisjoint(last.problems)
    if any(_has_worked(session, row, is_error=is_error) for row in again):
        return True
    if is_error:
        return _is_done(session, last.row)
    was_late = not _LATE.isdisjoint(last.problems) and "dead" not in last.problems
    return was_late and last.row.response is not None and not session.outcomes.has_failed(last.row)


def _is_done(session: ComparedSession, action: Row) -> bool:
    """Whether an action with an error reported a success itself, or the session ended with one shown later."""
    if action.meaning == "done" and not session.outcomes.has_failed(action):
        return True
    done = session.outcome.completion
    return bool(session.outcome.success) and done is not None and not _is_after(action, done.row)


def _has_worked(session: ComparedSession, action: Row, *, is_error: bool) -> bool:
    """Whether a later use of the element worked; after an error, a response alone may be another error."""
    if action.kind != "click" or session.outcomes.has_failed(action) or not _LATE.issuperset(action.flags):
        return False
    if action.meaning == "done":
        return True
    requests = session.outcomes.requests_of(action)
    if requests:
        return all(map(_is_answered, requests))
    return action.response is not None and not is_error


def _is_failure(session: ComparedSession, sighting: Sighting) -> bool:
    return not _FAILURES.isdisjoint(sighting.problems) or session.outcomes.has_failed(sighting.row)


def _has_failed_again(session: ComparedSession, action: Row) -> bool:
    return "dead" in action.flags or session.outcomes.has_failed(action)


def _is_repeated_press(row: Row) -> bool:
    return row.kind == "click" and row.count > 1 and not row.beside


def _is_answered(request: Row) -> bool:
    return 200 <= (request.status or 0) < 300


def _is_after(row: Row, other: Row) -> bool:
    return int(row.ref[1:]) > int(other.ref[1:])
