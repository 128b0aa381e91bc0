"""`create-session-summaries`."""

from typing import Annotated, Final

from pydantic import Field

from replay_mcp.api.endpoints import RECORDINGS_LIST, SNAPSHOT_SOURCES, SNAPSHOTS, SUMMARIES_CREATE
from replay_mcp.api.types import MAX_SUMMARY_SESSIONS, FocusArea
from replay_mcp.context import ToolContext
from replay_mcp.progress import Progress
from replay_mcp.summarizing.summarize import RequestedSource, Summarized, Summarizer
from replay_mcp.tools._recording_ids import RecordingId
from replay_mcp.tools._tool import Detail, Params, tool
from replay_mcp.views.budget import ids_size, ids_within_budget
from replay_mcp.views.result import Result
from replay_mcp.views.summaries import SummaryRow, counts, fit_rows

_NAMES_BUDGET: Final = 11_500
"""Maximum characters of the ids without a row; 300 UUIDs take slightly more."""
_RESULT_BUDGET: Final = 38_000
"""Maximum characters of the rows and these ids; leaves room for the counts and the note."""

_STILL_WORKING: Final = (
    "PostHog may still be working on the ids in missing, and stores the summaries that it completes. Call again with"
    " these ids in a few minutes, or now with source: local."
)
_TIME_IS_UP: Final = "Not all sessions could be summarised in time. Call again with the ids in missing."
_BRIEF: Final = "Segments and problems are omitted to save space. Call with fewer ids to get them."


class CreateSummariesParams(Params):
    """The sessions, a focus area, and the source of the summaries."""

    session_ids: Annotated[
        list[RecordingId], Field(min_length=1, max_length=MAX_SUMMARY_SESSIONS, description="1 to 300 recording ids.")
    ]
    focus_area: FocusArea | None = None
    source: Annotated[
        RequestedSource,
        Field(description="local: computed from the timeline. auto: PostHog's if available."),
    ] = "auto"
    detail: Detail = "concise"


class CreateSummariesResult(Result):
    """The summaries, and the ids without one."""

    counts: dict[str, int] = Field(default={}, description="number of sessions by outcome, or by error")
    results: list[SummaryRow] = Field(default=[])
    missing: list[str] = Field(default=[], description="not summarised yet; call again with these ids")
    did_not_fit: list[str] = Field(
        default=[], description="already summarised; call again with these ids to get them at once"
    )
    not_named: int | None = Field(default=None, description="number of further ids of these two kinds")
    note: str | None = None


@tool(
    title="Summarise sessions",
    level="read",
    uses=(SUMMARIES_CREATE, RECORDINGS_LIST, SNAPSHOT_SOURCES, SNAPSHOTS),
)
async def create_session_summaries(params: CreateSummariesParams, context: ToolContext) -> CreateSummariesResult:
    """Summarise 1 to 300 sessions: outcome, segments, problems, each with its source and a link.

    Computed ones cite timeline refs and guess nothing. PostHog's, if available, may take minutes.
    """
    ids = list(dict.fromkeys(params.session_ids))
    progress = Progress.of(context, total=len(ids))
    summarizer = Summarizer(ids, (params.focus_area or "").strip(), context, progress.complete)
    done = await progress.run(summarizer.run(params.source))
    shown, brief = fit_rows(lambda: (SummaryRow.of(*each, context, params.detail) for each in done.summaries.items()))
    room = min(_RESULT_BUDGET - sum(len(row.model_dump_json()) for row in shown), _NAMES_BUDGET)
    missing = ids_within_budget(done.missing, room)
    did_not_fit = ids_within_budget([*done.summaries][len(shown) :], room - ids_size(missing))
    return CreateSummariesResult(
        counts=counts(done.summaries.values()),
        results=shown,
        missing=missing,
        did_not_fit=did_not_fit,
        not_named=len(ids) - len(shown) - len(missing) - len(did_not_fit) or None,
        note=_note(params.source, done, lacking=context.summaries.unsupported, brief=brief),
    )


def _note(source: RequestedSource, done: Summarized, *, lacking: bool, brief: bool) -> str | None:
    notes: list[str] = []
    if done.stopped_by is not None:
        notes.append(f"{done.stopped_by.why} {done.stopped_by.next}")
    elif done.missing:
        notes.append(_STILL_WORKING if source == "posthog" and done.pending else _TIME_IS_UP)
    late = sum(id in done.pending and not summary.entry.error for id, summary in done.summaries.items())
    if source == "auto" and lacking:
        notes.append("This PostHog build does not support summaries, so they are computed.")
    elif source == "auto" and done.posthog_stopped_by is not None:
        notes.append(
            f"PostHog did not summarise all sessions: {done.posthog_stopped_by.why}"
            " The others are computed from timelines."
        )
    elif source == "auto" and late:
        notes.append(
            f"PostHog did not summarise {late} of the sessions in time, so their summaries are computed from timelines."
            " Call again with source: posthog to get PostHog's."
        )
    notes += [_BRIEF] if brief else []
    return " ".join(notes) or None
