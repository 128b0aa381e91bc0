"""`session-recordings-compare`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Final, Self

import anyio
from pydantic import AliasChoices, Field

from replay_mcp.api.endpoints import RECORDINGS_LIST, SNAPSHOT_SOURCES, SNAPSHOTS
from replay_mcp.api.models import Recording
from replay_mcp.api.types import SessionId
from replay_mcp.context import ToolContext
from replay_mcp.errors import DeadlineExceeded, ReplayError
from replay_mcp.reading.read_many import ReadResults, read_many
from replay_mcp.reading.read_recording import Reading
from replay_mcp.recording.timeline.row_text import effect
from replay_mcp.tools._filters import RecordingFilters
from replay_mcp.tools._tool import tool
from replay_mcp.views.budget import within_budget
from replay_mcp.views.result import Result
from replay_mcp.views.timeline import CoverageReport, row_link

if TYPE_CHECKING:
    from replay_mcp.recording.comparison import Group
    from replay_mcp.recording.timeline.reader import Timeline

GROUPS_BUDGET: Final = 24_000
MAX_SESSIONS_NAMED: Final = 20


class CompareParams(RecordingFilters):
    """The recordings, by id or by the main filters of session-recordings-list."""

    session_ids: (
        Annotated[list[SessionId], Field(min_length=1, max_length=20, description="1 to 20 ids, instead of filters.")]
        | None
    ) = Field(default=None, validation_alias=AliasChoices("session_ids", "ids"))
    limit: Annotated[int, Field(ge=1, le=20, description="Recordings to read, newest first.")] = 10


class Example(Result):
    """The best example of a problem."""

    id: str
    ref: str
    seconds: float
    effect: str = ""
    link: str


class ProblemGroup(Result):
    """The same problem in one or more recordings."""

    problem: str = Field(description="a flag, or failed_request or console_error without a preceding action")
    page: str = ""
    target: str = ""
    error: str | None = Field(default=None, description="what it was followed by")
    sessions: int
    times: int
    session_ids: list[str]
    example: Example

    @classmethod
    def of(cls, group: "Group", context: ToolContext) -> Self:
        """Build the group with its best example."""
        best = group.sightings[0]
        return cls(
            problem=group.problem,
            page=group.page,
            target=group.target,
            error=group.error or None,
            sessions=len(group.session_ids),
            times=len(group.sightings),
            session_ids=list(group.session_ids[:MAX_SESSIONS_NAMED]),
            example=Example(
                id=best.session_id,
                ref=best.row.ref,
                seconds=best.row.seconds,
                effect=effect(best.row),
                link=row_link(best.row, best.session_id, context),
            ),
        )


class NotCompared(Result):
    """A recording that could not be read, or only partly."""

    id: str
    why: str


class CompareResult(Result):
    """Problems, those in the most recordings first."""

    date_from: str | None = Field(default=None, description="the window applied, inclusive")
    date_to: str | None = Field(default=None, description="absent: now")
    compared: int = Field(description="recordings read")
    without_problems: list[str] = Field(default=[], description="ids")
    groups: list[ProblemGroup] = Field(default=[])
    groups_left_out: int | None = Field(default=None, description="rarer ones that did not fit")
    not_read: list[NotCompared] = Field(default=[])
    partly_read: list[NotCompared] = Field(default=[])
    not_tried: list[str] = Field(default=[], description="call again with these as session_ids")
    stopped_by: str | None = Field(default=None, description="why the rest was not tried, and what to do")
    note: str | None = None


@tool(title="Compare recordings", level="read", uses=(RECORDINGS_LIST, SNAPSHOT_SOURCES, SNAPSHOTS))
async def session_recordings_compare(params: CompareParams, context: ToolContext) -> CompareResult:
    """Read up to 20 recordings and group their problems by page, element and error.

    Each problem comes with its sessions and the best example. Reads whole recordings: start with few.
    """
    started = anyio.current_time()
    wanted = list(dict.fromkeys(params.session_ids or []))
    limit = len(wanted) or params.limit
    page = await params.find(context, limit=limit)
    recordings = page.results[:limit]
    found = {recording.id for recording in recordings}
    missing = _NOT_FOUND_FILTERED if params.narrowed else _NOT_FOUND
    outcome = _Outcome(not_read={id: missing for id in wanted if id not in found})
    many = await _read_all(recordings, outcome, context, context.timing.deadline - (anyio.current_time() - started))
    if many.stopped_by is not None and not outcome.timelines:
        raise many.stopped_by
    outcome.not_read |= {id: f"{error.why} {error.next}" for id, error in many.failed.items()}
    more = not wanted and bool(page.next_cursor or page.more or len(page.results) > limit)
    return _result(params, recordings, outcome, many, context, more=more)


_NOT_FOUND: Final = "No recording in this environment has this id."
_NOT_FOUND_FILTERED: Final = "No recording in this environment has this id and matches the filters."
_CONTINUE: Final = "Call again with the ids in not_tried; recordings that were read are cached."
_ASK_FOR_LESS: Final = "Ask for fewer recordings, or read one with session-recording-timeline."


@dataclass
class _Outcome:
    """Timelines by recording id, and why other recordings could not be read, or only partly."""

    not_read: dict[str, str]
    partly_read: dict[str, str] = field(default_factory=dict[str, str])
    timelines: "dict[str, Timeline]" = field(default_factory=dict)


async def _read_all(
    recordings: Sequence[Recording], outcome: _Outcome, context: ToolContext, seconds: float
) -> ReadResults:
    done = 0

    async def collect(recording: Recording, reading: Reading) -> None:
        outcome.timelines[recording.id] = reading.timeline
        coverage = CoverageReport.of(reading.timeline.coverage)
        if reading.stopped_by is not None:
            outcome.partly_read[recording.id] = reading.stopped_by.why
        elif not coverage.complete:
            outcome.partly_read[recording.id] = "; ".join(coverage.problems)

    async def report(recording: Recording, failure: ReplayError | None) -> None:
        nonlocal done
        del recording, failure
        done += 1
        message = f"read {done} of {len(recordings)} recordings"
        await context.conversation.progress(done, len(recordings), message)

    many = await read_many(recordings, context, seconds=seconds, on_read=collect, on_done=report)
    if isinstance(many.stopped_by, DeadlineExceeded):
        many.stopped_by = DeadlineExceeded(many.stopped_by.why, next=_CONTINUE if outcome.timelines else _ASK_FOR_LESS)
    return many


def _note(params: CompareParams, *, empty: bool, more: bool) -> str | None:
    if empty:
        return params.why_nothing()
    return "More recordings match than were read: raise limit (at most 20), or narrow the filters." if more else None


def _result(
    params: CompareParams,
    recordings: Sequence[Recording],
    outcome: _Outcome,
    many: ReadResults,
    context: ToolContext,
    *,
    more: bool,
) -> CompareResult:
    from replay_mcp.recording.comparison import compare  # noqa: PLC0415 - imported on first use for a faster start

    order = {recording.id: place for place, recording in enumerate(recordings)}  # they finished in any order
    timelines = dict(sorted(outcome.timelines.items(), key=lambda pair: order[pair[0]]))
    groups = compare(timelines)
    shown = within_budget([ProblemGroup.of(group, context) for group in groups], GROUPS_BUDGET)
    affected = {id for group in groups for id in group.session_ids} | outcome.partly_read.keys()
    stop = many.stopped_by
    return CompareResult(
        **params.window,
        compared=len(timelines),
        without_problems=[id for id in timelines if id not in affected],
        groups=shown,
        groups_left_out=len(groups) - len(shown) or None,
        not_read=[NotCompared(id=id, why=why) for id, why in outcome.not_read.items()],
        partly_read=[NotCompared(id=id, why=why) for id, why in outcome.partly_read.items()],
        not_tried=many.not_tried,
        stopped_by=f"{stop.why} {stop.next}" if stop else None,
        note=_note(params, empty=not (timelines or outcome.not_read or many.not_tried), more=more),
    )
