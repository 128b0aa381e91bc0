"""`create-session-summaries`."""

from typing import Annotated, Final

from pydantic import Field

from replay_mcp.api.endpoints import RECORDINGS_LIST, SNAPSHOT_SOURCES, SNAPSHOTS, SUMMARIES_CREATE
from replay_mcp.api.types import MAX_SUMMARY_SESSIONS, FocusArea, SessionId
from replay_mcp.context import ToolContext
from replay_mcp.progress import Progress
from replay_mcp.summarizing.summarize import Summarized, Summarizer, Wanted
from replay_mcp.tools._tool import Detail, Params, tool
from replay_mcp.views.budget import ids_size, ids_within_budget
from replay_mcp.views.result import Result
from replay_mcp.views.summaries import SummaryRow, counts, fit_rows

_NAMES_BUDGET: Final = 11_500
"""Characters for the ids that have no row; 300 UUIDs take a little more."""
_RESULT_BUDGET: Final = 38_000
"""Characters for the rows and these ids, which leaves room for the counts and the note."""

_STILL_WORKING: Final = (
    "PostHog may still be working on those in missing, and keeps what it finished: call again with them in a few"
    " minutes, or with source: local."
)
_TIME_IS_UP: Final = "The time was over before all were done: call again with the ids in missing."
_BRIEF: Final = "Segments and problems are left out for room: ask for fewer ids to have them."


class CreateSummariesParams(Params):
    """The sessions, a focus area, and the source of the summaries."""

    session_ids: Annotated[
        list[SessionId], Field(min_length=1, max_length=MAX_SUMMARY_SESSIONS, description="1 to 300 recording ids.")
    ]
    focus_area: FocusArea | None = None
    source: Annotated[
        Wanted,
        Field(description="local: computed from the timeline. auto: PostHog's where it makes any."),
    ] = "auto"
    detail: Detail = "concise"


class CreateSummariesResult(Result):
    """The summaries; ids without one are named."""

    counts: dict[str, int] = Field(default={}, description="all sessions, by how they ended or why there is none")
    results: list[SummaryRow] = Field(default=[])
    missing: list[str] = Field(default=[], description="not summarised yet: ask again for them")
    did_not_fit: list[str] = Field(default=[], description="summarised: ask for them, they come at once")
    not_named: int | None = Field(default=None, description="how many more ids of these two kinds there are")
    note: str | None = None


@tool(
    title="Summarise sessions",
    level="read",
    uses=(SUMMARIES_CREATE, RECORDINGS_LIST, SNAPSHOT_SOURCES, SNAPSHOTS),
)
async def create_session_summaries(params: CreateSummariesParams, context: ToolContext) -> CreateSummariesResult:
    """Summarise 1 to 300 sessions: outcome, segments, problems, each with its source and a link.

    Computed ones cite timeline refs and guess nothing. PostHog's, where it makes any, may take minutes.
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


def _note(source: Wanted, done: Summarized, *, lacking: bool, brief: bool) -> str | None:
    notes: list[str] = []
    if done.stopped_by is not None:
        notes.append(f"{done.stopped_by.why} {done.stopped_by.next}")
    elif done.missing:
        notes.append(_STILL_WORKING if source == "posthog" and done.pending else _TIME_IS_UP)
    late = sum(id in done.pending and not summary.entry.error for id, summary in done.summaries.items())
    if source == "auto" and lacking:
        notes.append("This PostHog build makes no summaries, so they are computed.")
    elif source == "auto" and done.posthog_stopped_by is not None:
        notes.append(
            f"PostHog was not asked for all: {done.posthog_stopped_by.why} What it did not answer is computed."
        )
    elif source == "auto" and late:
        notes.append(
            f"The API had not answered for {late} of them, so those are computed; source: posthog asks it again."
        )
    notes += [_BRIEF] if brief else []
    return " ".join(notes) or None
