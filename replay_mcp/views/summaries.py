"""Session summaries in results."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Self

from pydantic import Field

from replay_mcp.api.summaries import Computed, KeyAction, SummaryEntry
from replay_mcp.caches.summaries import Summary
from replay_mcp.context import ToolContext
from replay_mcp.recording.rrweb.untrusted import number
from replay_mcp.redaction import MAX_LONG_TEXT, MAX_TEXT, Redaction, map_strings, visible
from replay_mcp.views.budget import limit_size, within_budget
from replay_mcp.views.result import Documented, Result

MAX_LINES: Final = 12
"""Maximum number of segments, and of problems, in a row; detail full has all."""
ROWS_BUDGET: Final = 24_000
"""Maximum characters of all rows; leaves room for the missing ids."""
SINGLE_ROW_BUDGET: Final = 34_000
"""Maximum characters of a single row."""
MAX_OUTCOME_LENGTH: Final = 1_100
"""PostHog's limit is 1,024 characters without escapes."""
MAX_REF_LENGTH: Final = 12
MAX_FAILED_REFS: Final = 20
"""Maximum number of failed actions in a row; detail full has more."""
MAX_BRIEF_LENGTH: Final = 400
"""Maximum length of the outcome in a row without segments and problems."""


class SummaryFacts(Result):
    """The facts that the sentences of a computed summary state, as data."""

    outcome: str | None = Field(default=None, description="success, failed or not shown")
    failed_refs: list[str] = Field(default=[], description="refs of actions that failed")
    clicks: int | None = None
    fields: int | None = Field(default=None, description="how many were filled in")

    @classmethod
    def of(cls, computed: Computed) -> Self:
        """The facts of a computed summary."""
        return cls(
            outcome=computed.outcome and visible(computed.outcome, MAX_TEXT),
            failed_refs=[visible(ref, MAX_REF_LENGTH) for ref in computed.failed_refs[:MAX_FAILED_REFS]],
            clicks=computed.clicks,
            fields=computed.fields,
        )


class SummaryRow(Result):
    """One session's summary, or why it has none."""

    session_id: str
    source: str = Field(
        default="", description="posthog: the API made it; local: computed from the timeline by rules, no model"
    )
    outcome: str | None = None
    success: bool | None = Field(default=None, description="absent: not shown")
    segments: list[str] = Field(default=[], description="in order of time; what mentions a focus is quoted")
    problems: list[str] = Field(default=[], description="key actions with failures; refs (e17) are the timeline's")
    computed: SummaryFacts | None = Field(default=None, description="of a computed one: its facts as data")
    read: str | None = Field(default=None, description="of a computed one: version of the rules, how much was read")
    error: str | None = None
    error_message: str | None = None
    link: str
    documented: Documented = None

    @classmethod
    def of(cls, id: str, summary: Summary, context: ToolContext, detail: str) -> Self:
        """Build the row, with the documented object if `detail` is full."""
        entry, redaction = summary.entry, context.redaction
        outcome = entry.session_outcome
        return cls(
            session_id=id,
            source=summary.source,
            outcome=_text(outcome.description if outcome else None, redaction, MAX_OUTCOME_LENGTH),
            success=outcome.success if outcome else None,
            segments=_segments(entry, redaction),
            problems=_problems(entry, redaction),
            computed=SummaryFacts.of(entry.computed) if entry.computed else None,
            read=_text(_read(entry.computed), redaction) if entry.computed else None,
            error=entry.error,
            error_message=_text(entry.error_message, redaction),
            link=context.links.recording(id),
            documented=_documented(entry, redaction) if detail == "full" else None,
        )

    @property
    def brief(self) -> "SummaryRow":
        """The row without segments, problems and facts."""
        outcome = self.outcome
        if outcome is not None and len(outcome) > MAX_BRIEF_LENGTH:
            outcome = f"{outcome[: MAX_BRIEF_LENGTH - 1]}…"
        return self.model_copy(
            update={"outcome": outcome, "segments": [], "problems": [], "computed": None, "read": None}
        )


def fit_rows(rows: Callable[[], Iterator[SummaryRow]]) -> tuple[list[SummaryRow], bool]:
    """The rows that fit one result: all of them in full, or else as many brief ones as possible.

    Args:
        rows: yields the rows lazily, so that rows which do not fit are not built.

    Returns:
        The rows, and whether segments and problems were omitted.
    """
    full: list[SummaryRow] = []
    used = 0
    for row in rows():
        used += len(row.model_dump_json())
        if used > (ROWS_BUDGET if full else SINGLE_ROW_BUDGET):
            break
        full.append(row)
    else:
        return full, False
    brief = within_budget((row.brief for row in rows()), ROWS_BUDGET)
    omitted = any(row.segments or row.problems for _, row in zip(brief, rows(), strict=False))
    return brief, omitted


def counts(summaries: Iterable[Summary]) -> dict[str, int]:
    """Number of sessions by outcome, most frequent first."""
    return dict(Counter(_end(each.entry) for each in summaries).most_common())


def _end(entry: SummaryEntry) -> str:
    if entry.error:
        return entry.error
    success = entry.session_outcome.success if entry.session_outcome else None
    return "not shown" if success is None else "success" if success else "failed"


def _read(computed: Computed) -> str:
    read = f"{computed.by}, rules {computed.version}: {computed.rows} rows, {computed.seconds} s"
    missing = "; ".join(computed.missing[:MAX_LINES])
    return f"{read}, incomplete: {missing}" if missing else f"{read}, the whole recording"


def _segments(entry: SummaryEntry, redaction: Redaction) -> list[str]:
    names = {segment.index: segment.name for segment in entry.segments or []}
    # Builds with a focus area may put what matches first.
    outcomes = sorted(entry.segment_outcomes or [], key=lambda part: part.segment_index or 0)
    segments = [(_seconds(entry, part.segment_index), names.get(part.segment_index), part.summary) for part in outcomes]
    return _first([redaction.text(": ".join(text for text in parts if text)) for parts in segments])


def _seconds(entry: SummaryEntry, index: int | None) -> str:
    """From when to when a segment lasted; of PostHog's summaries, the time of its first key action."""
    spans = entry.computed.segment_seconds if entry.computed else []
    found = spans[index] if index is not None and 0 <= index < len(spans) else []
    span = [round(side, 1) for side in map(number, found) if side is not None]
    if len(span) == len(("start", "end")):
        return f"{span[0]:g} to {span[1]:g} s"
    times = [
        event.milliseconds_since_start
        for group in entry.key_actions or []
        if group.segment_index == index
        for event in group.events or []
        if event.milliseconds_since_start is not None
    ]
    return f"from {int(min(times)) // 1000} s" if times else ""


def _problems(entry: SummaryEntry, redaction: Redaction) -> list[str]:
    events = [event for group in entry.key_actions or [] for event in group.events or []]
    return _first(
        [
            f"{int(event.milliseconds_since_start or 0) // 1000} s: {text}"
            for event in events
            if _is_problem(event) and (text := _text(event.description, redaction))
        ]
    )


def _is_problem(event: KeyAction) -> bool:
    return bool(event.exception or event.confusion or event.abandonment)


def _first(lines: list[str]) -> list[str]:
    more = len(lines) - MAX_LINES
    return [*lines[:MAX_LINES], f"… and {more} more"] if more > 0 else lines


def _text(text: str | None, redaction: Redaction, limit: int = MAX_TEXT) -> str | None:
    return redaction.text(text, limit) if text else None


def _documented(entry: SummaryEntry, redaction: Redaction) -> dict[str, Any]:
    shown = entry.documented()
    map_strings(shown, lambda text: redaction.text(text, MAX_LONG_TEXT))
    return limit_size(shown)
