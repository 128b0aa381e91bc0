"""`create-session-summaries`."""

from typing import Annotated, Any, Final

from pydantic import Field

from replay_mcp.api.endpoints import SUMMARIES_CREATE
from replay_mcp.api.models import SummaryEntry
from replay_mcp.api.params import SummariesCreate
from replay_mcp.api.types import MAX_SUMMARY_SESSIONS, FocusArea, SessionId
from replay_mcp.errors import BadRequest, DeadlineExceeded
from replay_mcp.recording.redaction import MAX_LONG_TEXT, Redaction, map_strings

from ._budget import bounded, fitting
from ._tool import Detail, Documented, Params, Replay, Result, tool

DEADLINE_SECONDS: Final = 170.0
"""PostHog takes minutes for a session that it has not summarised before; the strictest known client waits 240 s."""
HEARTBEAT_SECONDS: Final = 10.0
"""How often waiting is reported; clients end calls that stay silent for a minute."""

# What builds without summaries answer (live behaviour).
_MAKES_NONE: Final = ("only supported in PostHog Cloud", "not enabled for this user")
_HOW_ELSE: Final = "This PostHog makes no summaries; look at the recordings with session-recording-get and their links."

_STILL_WORKING: Final = (
    "PostHog may still be working on them, and keeps what it finished: call again with the same ids in a few minutes, "
    "or with fewer ids."
)
MOST_LINES: Final = 12
"""Most segments and most problems told of one session; detail full has all."""
MOST_MISSING: Final = 50
ROWS_BUDGET: Final = 26_000
"""Characters for all rows, which leaves room for the ids that are missing."""


def makes_no_summaries(error: BadRequest) -> bool:
    """Whether the answer says that this build makes no summaries at all."""
    return any(words in (error.detail or "") for words in _MAKES_NONE)


class CreateSummariesParams(Params):
    """Which sessions, and what to look at."""

    session_ids: Annotated[
        list[SessionId], Field(min_length=1, max_length=MAX_SUMMARY_SESSIONS, description="1 to 300 recording ids.")
    ]
    focus_area: FocusArea | None = None
    detail: Detail = "concise"


class SummaryRow(Result):
    """One session's summary, concise, or why there is none."""

    session_id: str
    outcome: str | None = None
    success: bool | None = Field(default=None, description="absent: the session does not show it")
    segments: list[str] = Field(default=[], description="what happened, in order")
    problems: list[str] = Field(default=[], description="key actions with failures, in order")
    error: str | None = None
    error_message: str | None = None
    link: str
    documented: Documented = None


class CreateSummariesResult(Result):
    """The summaries; ids without an answer are named."""

    results: list[SummaryRow] = Field(default=[])
    missing: list[str] = Field(default=[], description="first ids without a row here; ask again for them")
    missing_count: int | None = Field(default=None, description="how many there are, if not all are listed")
    note: str | None = None


@tool(title="Summarise sessions", level="read", uses=(SUMMARIES_CREATE,))
async def create_session_summaries(params: CreateSummariesParams, replay: Replay) -> CreateSummariesResult:
    """Summarise 1 to 300 sessions: outcome, segments, problems, each with a link.

    On PostHog the first summary of a session takes minutes (ask for a few at a time); stored ones come at once.
    """
    ids = list(dict.fromkeys(params.session_ids))
    fields: dict[str, Any] = {"session_ids": ids}
    if params.focus_area:
        fields["focus_area"] = params.focus_area
    work = replay.api.call(SUMMARIES_CREATE, SummariesCreate.model_validate(fields), deadline=DEADLINE_SECONDS)
    try:
        answer = await replay.waiting(work, every=HEARTBEAT_SECONDS, total=len(ids), message="waiting for summaries")
    except BadRequest as error:
        if makes_no_summaries(error):
            raise BadRequest(error.why, status=error.status, next=_HOW_ELSE) from error
        raise
    except DeadlineExceeded as error:
        raise DeadlineExceeded(error.why, next=_STILL_WORKING) from error
    entries = answer.root
    answered = [id for id in ids if id in entries]
    shown = fitting([_row(id, entries[id], replay, params.detail) for id in answered], ROWS_BUDGET)
    given = set(answered[: len(shown)])
    missing = [id for id in ids if id not in given]
    return CreateSummariesResult(
        results=shown,
        missing=missing[:MOST_MISSING],
        missing_count=len(missing) if len(missing) > MOST_MISSING else None,
        note=_note(cut=len(shown) < len(answered), answered=bool(entries)),
    )


def _row(id: str, entry: SummaryEntry, replay: Replay, detail: str) -> SummaryRow:
    redaction = replay.redaction
    outcome = entry.session_outcome
    return SummaryRow(
        session_id=id,
        outcome=_text(outcome.description if outcome else None, redaction),
        success=outcome.success if outcome else None,
        segments=_segments(entry, redaction),
        problems=_problems(entry, redaction),
        error=entry.error,
        error_message=_text(entry.error_message, redaction),
        link=replay.links.recording(id),
        documented=_documented(entry, redaction) if detail == "full" else None,
    )


def _segments(entry: SummaryEntry, redaction: Redaction) -> list[str]:
    names = {segment.index: segment.name for segment in entry.segments or []}
    told = [(names.get(part.segment_index), part.summary) for part in entry.segment_outcomes or []]
    return _first([redaction.text(": ".join(text for text in pair if text)) for pair in told])


def _problems(entry: SummaryEntry, redaction: Redaction) -> list[str]:
    events = [event for group in entry.key_actions or [] for event in group.events or []]
    problems = [
        f"{int(event.milliseconds_since_start or 0) // 1000} s: {text}"
        for event in events
        if (event.exception or event.confusion or event.abandonment) and (text := _text(event.description, redaction))
    ]
    return _first(problems)


def _first(lines: list[str]) -> list[str]:
    more = len(lines) - MOST_LINES
    return [*lines[:MOST_LINES], f"… and {more} more"] if more > 0 else lines


def _text(text: str | None, redaction: Redaction) -> str | None:
    return redaction.text(text) if text else None


def _documented(entry: SummaryEntry, redaction: Redaction) -> dict[str, Any]:
    shown = entry.documented()
    map_strings(shown, lambda text: redaction.text(text, MAX_LONG_TEXT))
    return bounded(shown)


def _note(*, cut: bool, answered: bool) -> str | None:
    if cut:
        return "More summaries exist than fit one result: ask again for the ids in missing."
    return None if answered else "The API answered without any summary; this build may not make them."
