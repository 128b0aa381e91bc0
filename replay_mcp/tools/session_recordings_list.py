"""`session-recordings-list`."""

import re
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field

from replay_mcp.api.endpoints import RECORDINGS_LIST
from replay_mcp.api.params import RecordingsList
from replay_mcp.api.types import DateBound, SessionId
from replay_mcp.errors import InvalidArguments, ServerFault
from replay_mcp.recording.redaction import visible

from ._budget import fitting
from ._rows import Next, RecordingRow, unreadable_note
from ._tool import Detail, Params, Replay, Result, tool

DEFAULT_WINDOW: Final = "-3d"
"""The API's own default; always sent, so that the window told is the window applied."""

FULL_ROWS: Final = 10
"""Most rows asked for at a time with detail full: more would seldom fit, and be fetched again for the next page."""

Order = Literal[
    "start_time", "recording_duration", "active_seconds", "inactive_seconds", "click_count", "keypress_count",
    "mouse_activity_count", "console_error_count", "activity_score", "recording_ttl",
]  # fmt: skip
Seconds = Annotated[int, Field(ge=0, le=10**9)]
Count = Annotated[int, Field(ge=0, le=10**9)]


class ListRecordingsParams(Params):
    """Filters combine with AND."""

    date_from: Annotated[DateBound, Field(description="Start of the window: `-24h`, `-7d` or ISO, UTC.")] = (
        DEFAULT_WINDOW
    )
    date_to: Annotated[DateBound, Field(description="End of the window; absent: now.")] | None = None
    min_duration_seconds: Annotated[Seconds, Field(description="This long or longer.")] | None = None
    max_duration_seconds: Seconds | None = None
    min_active_seconds: Annotated[Seconds, Field(description="Time with activity.")] | None = None
    min_clicks: Count | None = None
    min_console_errors: Annotated[Count, Field(description="1: sessions with any error.")] | None = None
    visited_url: (
        Annotated[str, Field(min_length=1, max_length=500, description="Part of any URL visited in the session.")]
        | None
    ) = None
    event: (
        Annotated[
            str,
            Field(min_length=1, max_length=200, description="Has this event.", examples=["$rageclick", "$exception"]),
        ]
        | None
    ) = None
    person_uuid: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    distinct_ids: Annotated[list[Annotated[str, Field(max_length=400)]], Field(min_length=1, max_length=100)] | None = (
        None
    )
    session_ids: (
        Annotated[
            list[SessionId], Field(min_length=1, max_length=100, description="Exactly these, whatever the window.")
        ]
        | None
    ) = None
    hide_viewed: Annotated[bool, Field(description="Leave out what the key's owner has viewed.")] = False
    filter_test_accounts: Annotated[bool, Field(description="Leave out internal and test users.")] = False
    order: Order = "start_time"
    order_direction: Literal["ASC", "DESC"] = "DESC"
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=2000, description="From `next`, with all else the same.")] | None = None
    detail: Detail = "concise"


class ListRecordingsResult(Result):
    """One page of recordings, and the window it was taken from."""

    date_from: str | None = Field(default=None, description="the window applied, inclusive")
    date_to: str | None = Field(default=None, description="absent: now")
    results: list[RecordingRow] = Field(default=[])
    next: Next = None
    note: str | None = None


@tool(title="Find recordings", level="read", uses=(RECORDINGS_LIST,))
async def session_recordings_list(params: ListRecordingsParams, replay: Replay) -> ListRecordingsResult:
    """Find session recordings by time, length, activity, errors, URL, event or person.

    Newest first; the last 3 days unless date_from says otherwise. Gives ids for the other tools. Start with few
    filters.
    """
    here = _Position.of(params.cursor)
    try:
        page = await replay.api.call(RECORDINGS_LIST, _request(params, here))
    except ServerFault as error:
        if here.after is None:
            raise
        # The API answers a cursor that it cannot read with a 500 (live behaviour).
        raise InvalidArguments(f"The API could not go on from this cursor. {error.why}", next=_START_AGAIN) from error
    rows = [RecordingRow.of(recording, replay, params.detail) for recording in page.results[here.skip :]]
    shown = fitting(rows)
    if len(shown) < len(rows):
        following = replace(here, skip=here.skip + len(shown))
    elif page.next_cursor or page.more:
        offset = None if page.next_cursor else (here.offset or 0) + len(page.results) + page.unreadable
        following = _Position(page.next_cursor, offset)
    else:
        following = None
    windowed = params.session_ids is None
    return ListRecordingsResult(
        date_from=params.date_from if windowed else None,
        date_to=params.date_to if windowed else None,
        results=shown,
        next={"cursor": following.cursor()} if following else None,
        note=unreadable_note(page) or (None if shown else _why_nothing(params)),
    )


def _request(params: ListRecordingsParams, position: "_Position") -> RecordingsList:
    fields: dict[str, Any] = {
        "limit": min(params.limit, FULL_ROWS) if params.detail == "full" else params.limit,
        "after": position.after,
        "offset": position.offset,
        "date_from": params.date_from,
        "date_to": params.date_to,
        "order": params.order,
        "order_direction": params.order_direction,
        "session_ids": params.session_ids,
        "person_uuid": params.person_uuid,
        "distinct_ids": params.distinct_ids,
        "having_predicates": _metrics(params) or None,
        "filter_test_accounts": params.filter_test_accounts or None,
        "hide_viewed_recordings": "current-user" if params.hide_viewed else None,
    }
    if params.visited_url is not None:
        visited = {"type": "recording", "key": "visited_page", "operator": "icontains", "value": params.visited_url}
        fields["properties"] = [visited]
    if params.event is not None:
        fields["events"] = [{"type": "events", "id": params.event, "name": params.event, "order": 0}]
    return RecordingsList.model_validate({name: value for name, value in fields.items() if value is not None})


def _metrics(params: ListRecordingsParams) -> list[dict[str, Any]]:
    bounds = (
        ("duration", "gte", params.min_duration_seconds),
        ("duration", "lte", params.max_duration_seconds),
        ("active_seconds", "gte", params.min_active_seconds),
        ("click_count", "gte", params.min_clicks),
        ("console_error_count", "gte", params.min_console_errors),
    )
    return [
        {"type": "recording", "key": key, "operator": operator, "value": value}
        for key, operator, value in bounds
        if value is not None
    ]


@dataclass(frozen=True, slots=True)
class _Position:
    """Where a page starts: after the API's cursor, or at an offset where the build gives none, less `skip` rows."""

    after: str | None = None
    offset: int | None = None
    skip: int = 0

    @classmethod
    def of(cls, cursor: str | None) -> Self:
        """Read our own cursor."""
        match = _CURSOR.fullmatch(cursor or "")
        if match is None:
            raise InvalidArguments(f"{visible(repr(cursor), 80)} is no cursor that this tool gave.", next=_START_AGAIN)
        return cls(match["after"] or None, int(match["offset"]) if match["offset"] else None, int(match["skip"] or 0))

    def cursor(self) -> str:
        """The cursor that `of` reads."""
        start = self.after or ("" if self.offset is None else f"@{self.offset}")
        return f"{start}~{self.skip}" if self.skip else start


# The API's cursors are base64, without `@` and `~`.
_CURSOR: Final = re.compile(r"(?:@(?P<offset>\d{1,9})|(?P<after>[^@~]*))(?:~(?P<skip>\d{1,4}))?")
_START_AGAIN: Final = "Start again without cursor."


def _why_nothing(params: ListRecordingsParams) -> str:
    if params.cursor:
        return "There are no more recordings."
    if params.session_ids:
        return "None of these ids has a recording here: not captured, expired, deleted, or of another environment."
    return (
        f"No recording from {params.date_from} to {params.date_to or 'now'} matches. Widen date_from or drop a filter; "
        "sessions may also go unrecorded (sampling, triggers, replay switched off)."
    )
