"""`create-session-summaries`."""

import itertools
from contextlib import suppress
from typing import Annotated, Final, Literal

import anyio
from pydantic import Field

from replay_mcp.api.endpoints import RECORDINGS_LIST, SNAPSHOT_SOURCES, SNAPSHOTS, SUMMARIES_CREATE
from replay_mcp.api.types import MAX_SUMMARY_SESSIONS, FocusArea, SessionId
from replay_mcp.caches.summaries import Way
from replay_mcp.context import ToolContext
from replay_mcp.errors import DeadlineExceeded, EnvironmentNotFound, NoSummaries, ReplayError, Unauthenticated
from replay_mcp.progress import Progress
from replay_mcp.summarizing.posthog import Asking
from replay_mcp.summarizing.work import Work, compute
from replay_mcp.tools._tool import Detail, Params, tool
from replay_mcp.views.budget import size
from replay_mcp.views.result import Result
from replay_mcp.views.summaries import SummaryRow, counts, fitted

_NAMES_BUDGET: Final = 11_500
"""Characters for the ids that have no row; 300 UUIDs take a little more."""
_RESULT_BUDGET: Final = 38_000
"""Characters for the rows and these ids, which leaves room for the counts and the note."""

# Computing would fail in the same way; a key that may not have summaries made may still read recordings.
_REFUSALS: Final = (Unauthenticated, EnvironmentNotFound)

_STILL_WORKING: Final = (
    "PostHog may still be working on those in missing, and keeps what it finished: call again with them in a few"
    " minutes, or with source: local."
)
_TIME_IS_UP: Final = "The time was over before all were done: call again with the ids in missing."
_BRIEF: Final = "Segments and problems are left out for room: ask for fewer ids to have them."


Source = Literal["auto", "posthog", "local"]
_WAYS: Final[dict[Source, tuple[Way, ...]]] = {"auto": ("api", "here"), "posthog": ("api",), "local": ("here",)}


class CreateSummariesParams(Params):
    """Which sessions, what to look at, and who is to summarise."""

    session_ids: Annotated[
        list[SessionId], Field(min_length=1, max_length=MAX_SUMMARY_SESSIONS, description="1 to 300 recording ids.")
    ]
    focus_area: FocusArea | None = None
    source: Annotated[
        Source,
        Field(description="local: computed from the timeline. auto: PostHog's where it makes any."),
    ] = "auto"
    detail: Detail = "concise"


class CreateSummariesResult(Result):
    """The summaries; ids without one are named."""

    counts: dict[str, int] = Field(default={}, description="all sessions told, by how they ended or why there is none")
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
    progress = Progress(context.conversation, total=len(ids), every=context.pace.heartbeat)
    work = Work(
        ids,
        (params.focus_area or "").strip(),
        context,
        progress.settled,
        ends=anyio.current_time() + context.pace.deadline,
        tried_otherwise="here" in _WAYS[params.source],
    )
    await progress.beside(_summarise(params.source, work))
    told = [id for id in ids if id in work.told]
    shown, brief = fitted(lambda: (SummaryRow.of(id, work.told[id], context, params.detail) for id in told))
    room = min(_RESULT_BUDGET - sum(len(row.model_dump_json()) for row in shown), _NAMES_BUDGET)
    missing = _named(work.open, room)
    did_not_fit = _named(told[len(shown) :], room - sum(map(_length, missing)))
    return CreateSummariesResult(
        counts=counts(work.told[id] for id in told),
        results=shown,
        missing=missing,
        did_not_fit=did_not_fit,
        not_named=len(ids) - len(shown) - len(missing) - len(did_not_fit) or None,
        note=_note(params.source, work, brief=brief),
    )


async def _summarise(source: Source, work: Work) -> None:
    ways = _WAYS[source]
    with suppress(ReplayError):  # what cannot be recalled is made anew
        for way in ways:
            await work.recall(way)
    if "api" in ways and not ("here" in ways and work.context.summaries.lacking):
        await _ask(work, ways)
    if "here" in ways and not isinstance(work.stopped_by, _REFUSALS):
        await _compute(work)
    if work.stopped_by is not None and not work.told:
        raise work.stopped_by


async def _ask(work: Work, ways: tuple[Way, ...]) -> None:
    if not work.open:
        return
    summaries, pace = work.context.summaries, work.context.pace
    ends = min(work.ends, anyio.current_time() + pace.posthog) if "here" in ways else work.ends
    asking = Asking(work)
    await asking.run(ends)
    if asking.made_any:
        summaries.found_making()
    if work.lacking is not None:
        summaries.found_lacking()
        why = f"This PostHog build makes no session summaries. {work.lacking.why}"
        work.stopped_by = NoSummaries(why)
    elif work.stopped_by is None and work.open:
        work.stopped_by = work.unreachable


async def _compute(work: Work) -> None:
    """Compute what PostHog did not summarise, whatever kept it from that."""
    work.gave_up, work.stopped_by = work.stopped_by, None
    try:
        await compute(work)
    except DeadlineExceeded:
        return  # what is missing is named
    except ReplayError as error:
        work.stopped_by = error


def _length(id: str) -> int:
    """Characters of an id in the result."""
    return size(id) + 1


def _named(ids: list[str], budget: int) -> list[str]:
    """The first ids, as many as there is room for."""
    lengths = itertools.accumulate(map(_length, ids))
    return [id for id, length in zip(ids, lengths, strict=True) if length <= budget]


def _note(source: Source, work: Work, *, brief: bool) -> str | None:
    notes: list[str] = []
    if work.stopped_by is not None:
        notes.append(f"{work.stopped_by.why} {work.stopped_by.next}")
    elif work.open:
        notes.append(_STILL_WORKING if source == "posthog" and work.waiting else _TIME_IS_UP)
    if source == "auto" and work.context.summaries.lacking:
        notes.append("This PostHog build makes no summaries, so they are computed.")
    elif source == "auto" and work.gave_up is not None:
        notes.append(f"PostHog was not asked for all: {work.gave_up.why} What it did not answer is computed.")
    elif source == "auto" and (
        late := [id for id in work.told if id in work.waiting and not work.told[id].entry.error]
    ):
        notes.append(
            f"The API had not answered for {len(late)} of them, so those are computed; source: posthog asks it again."
        )
    notes += [_BRIEF] if brief else []
    return " ".join(notes) or None
