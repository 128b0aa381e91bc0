"""The problems of a recording, for a list of sessions. All text in them is masked."""

from typing import Final

from msgspec import Struct

from replay_mcp.recording.summary.summary import summarize
from replay_mcp.recording.timeline.reader import Timeline
from replay_mcp.recording.timeline.row_text import short_target
from replay_mcp.recording.timeline.rows import Flag

MAX_PROBLEMS: Final = 50
"""Maximum problems that are named; the others are counted."""
_MAX_TEXT: Final = 120


class ListedProblem(Struct, frozen=True):
    """A row with flags.

    Attributes:
        start: milliseconds from the start of the recording.
        what: what the row is about.
    """

    start: int
    flags: tuple[Flag, ...]
    what: str


class SessionProblems(Struct, frozen=True):
    """How a session went.

    Attributes:
        duration: milliseconds.
        outcome: `success`, `failed` or `not shown`.
        summary: what happened, in a few sentences; empty if too little did.
        problems: the first ones, in time order.
        count: number of all problems.
    """

    duration: int
    outcome: str
    summary: str
    problems: list[ListedProblem]
    count: int


def session_problems(session_id: str, timeline: Timeline) -> SessionProblems:
    """How a session went."""
    summary = summarize(session_id, timeline) or {"session_outcome": {"description": ""}, "computed": {}}
    flagged = [row for row in timeline.rows if row.flags]
    return SessionProblems(
        duration=timeline.end - timeline.start,
        outcome=summary["computed"].get("outcome", "not shown"),
        summary=summary["session_outcome"]["description"],
        problems=[
            ListedProblem(round(row.seconds * 1000), row.flags, short_target(row)[:_MAX_TEXT])
            for row in flagged[:MAX_PROBLEMS]
        ],
        count=len(flagged),
    )
