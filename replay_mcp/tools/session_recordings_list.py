"""`session-recordings-list`."""

from dataclasses import replace
from typing import Annotated, Final, Literal

from pydantic import Field

from replay_mcp.api.endpoints import EVENTS_QUERY, RECORDINGS_LIST
from replay_mcp.context import ToolContext
from replay_mcp.errors import InvalidArguments, ServerFault
from replay_mcp.tools._filters import AllRecordingFilters, FoundRecordings
from replay_mcp.tools._tool import Detail, tool
from replay_mcp.tools._why_nothing import why_nothing
from replay_mcp.views.budget import within_budget
from replay_mcp.views.recordings_cursor import START_AGAIN, RecordingsCursor
from replay_mcp.views.result import Result, Time
from replay_mcp.views.rows import Next, RecordingRow, unreadable_note

FULL_ROWS: Final = 10
"""Maximum page size with detail full: more rows would rarely fit and would be fetched again for the next page."""

Order = Literal[
    "start_time", "recording_duration", "active_seconds", "inactive_seconds", "click_count", "keypress_count",
    "mouse_activity_count", "console_error_count", "activity_score", "recording_ttl",
]  # fmt: skip


class ListRecordingsParams(AllRecordingFilters):
    """Filters combine with AND."""

    hide_viewed: Annotated[bool, Field(description="Omit what the key's owner has viewed.")] = False
    order: Order = "start_time"
    order_direction: Literal["ASC", "DESC"] = "DESC"
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=2000, description="From `next`, all else the same.")] | None = None
    detail: Detail = "concise"


class ListRecordingsResult(Result):
    """One page of recordings, and the applied window."""

    date_from: str | None = Field(default=None, description="the window applied, inclusive")
    date_to: str | None = Field(default=None, description="absent: now")
    data_from: Time | None = Field(default=None, description="start of the oldest recording: there is no data before")
    total: int | None = Field(default=None, description="recordings on all pages, where the API knows it")
    results: list[RecordingRow] = Field(default=[])
    next: Next = None
    note: str | None = None


@tool(title="Find recordings", level="read", uses=(RECORDINGS_LIST,), optional=(EVENTS_QUERY,))
async def session_recordings_list(params: ListRecordingsParams, context: ToolContext) -> ListRecordingsResult:
    """Find session recordings by time, length, activity, URL, console, event, failed request or person.

    Newest first; the last 3 days unless date_from is set. Bounds are inclusive; filters combine with AND: start with
    few. Returns ids for the other tools.
    """
    here = RecordingsCursor.parse(params.cursor)
    try:
        found = await _find(params, here, context)
    except ServerFault as error:
        if here.after is None:
            raise
        # The API responds with 500 to an invalid cursor (live behaviour).
        raise InvalidArguments(f"The API did not accept this cursor. {error.why}", next=START_AGAIN) from error
    page = found.page
    rows = [RecordingRow.of(recording, context, params.detail) for recording in page.results[here.skip :]]
    shown = within_budget(rows)
    if len(shown) < len(rows):
        following = replace(here, skip=here.skip + len(shown), way=found.way)
    elif page.next_cursor or page.more:
        offset = None if page.next_cursor else (here.offset or 0) + len(page.results) + page.unreadable
        following = RecordingsCursor(page.next_cursor, offset, way=found.way)
    else:
        following = None
    return ListRecordingsResult(
        **params.window,
        data_from=None if params.cursor else await params.data_from(context),
        total=page.count,
        results=shown,
        next={"cursor": following.text()} if following else None,
        note=unreadable_note(page) or (None if shown else await _why_nothing(params, context)),
    )


async def _find(params: ListRecordingsParams, position: RecordingsCursor, context: ToolContext) -> FoundRecordings:
    return await params.find(
        context,
        way=position.way if params.cursor else None,
        limit=min(params.limit, FULL_ROWS) if params.detail == "full" else params.limit,
        after=position.after,
        offset=position.offset,
        order=params.order,
        order_direction=params.order_direction,
        hide_viewed_recordings="current-user" if params.hide_viewed else None,
    )


async def _why_nothing(params: ListRecordingsParams, context: ToolContext) -> str:
    return "There are no more recordings." if params.cursor else await why_nothing(params, context)
