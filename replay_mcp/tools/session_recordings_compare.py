"""`session-recordings-compare`."""

from datetime import datetime
from typing import Annotated, Final

import anyio
from pydantic import AliasChoices, Field

from replay_mcp.api.endpoints import RECORDINGS_LIST, SNAPSHOT_SOURCES, SNAPSHOTS
from replay_mcp.api.types import SessionId
from replay_mcp.context import ToolContext
from replay_mcp.reading.read_timelines import Timelines, read_timelines
from replay_mcp.tools._filters import RecordingFilters
from replay_mcp.tools._tool import tool
from replay_mcp.tools._why_nothing import why_nothing
from replay_mcp.views.budget import within_budget
from replay_mcp.views.comparison import NotCompared, ProblemGroup
from replay_mcp.views.result import Result, Time

GROUPS_BUDGET: Final = 24_000
_NOT_FOUND: Final = "No recording in this environment has this id."
_NOT_FOUND_FILTERED: Final = "No recording in this environment has this id and matches the filters."
_MORE: Final = "More recordings match than were read: raise limit (at most 20), or narrow the filters."


class CompareParams(RecordingFilters):
    """The recordings, by id or by the main filters of session-recordings-list."""

    session_ids: (
        Annotated[list[SessionId], Field(min_length=1, max_length=20, description="1 to 20 ids, instead of filters.")]
        | None
    ) = Field(default=None, validation_alias=AliasChoices("session_ids", "ids"))
    limit: Annotated[int, Field(ge=1, le=20, description="Recordings to read, newest first.")] = 10


class CompareResult(Result):
    """Problems, those in the most recordings first."""

    date_from: str | None = Field(default=None, description="the window applied, inclusive")
    date_to: str | None = Field(default=None, description="absent: now")
    data_from: Time | None = Field(default=None, description="start of the oldest recording: there is no data before")
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
    page = (await params.find(context, limit=limit)).page
    recordings = page.results[:limit]
    seconds = context.timing.deadline - (anyio.current_time() - started)
    timelines = await read_timelines(recordings, context, seconds=seconds)
    found = {recording.id for recording in recordings}
    missing = _NOT_FOUND_FILTERED if params.narrowed else _NOT_FOUND
    not_read = {id: missing for id in wanted if id not in found} | dict(timelines.unreadable)
    more = not wanted and bool(page.next_cursor or page.more or len(page.results) > limit)
    empty = not (timelines.by_id or not_read or timelines.not_tried)
    note = await why_nothing(params, context) if empty else _MORE if more else None
    return _result(params, timelines, not_read, context, note=note, data_from=await params.data_from(context))


def _result(
    params: CompareParams,
    timelines: Timelines,
    not_read: dict[str, str],
    context: ToolContext,
    *,
    note: str | None,
    data_from: datetime | None,
) -> CompareResult:
    from replay_mcp.recording.comparison import compare  # noqa: PLC0415 - imported on first use for a faster start

    groups = compare(timelines.by_id)
    shown = within_budget([ProblemGroup.of(group, context) for group in groups], GROUPS_BUDGET)
    affected = {id for group in groups for id in group.session_ids} | timelines.partly_read.keys()
    stop = timelines.stopped_by
    return CompareResult(
        **params.window,
        data_from=data_from,
        compared=len(timelines.by_id),
        without_problems=[id for id in timelines.by_id if id not in affected],
        groups=shown,
        groups_left_out=len(groups) - len(shown) or None,
        not_read=[NotCompared(id=id, why=why) for id, why in not_read.items()],
        partly_read=[NotCompared(id=id, why=why) for id, why in timelines.partly_read.items()],
        not_tried=[*timelines.not_tried],
        stopped_by=f"{stop.why} {stop.next}" if stop else None,
        note=note,
    )
