"""`session-recording-playlists-list`."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from replay_mcp.api.endpoints import PLAYLISTS_LIST
from replay_mcp.api.models import PlaylistType
from replay_mcp.api.params import PlaylistsList
from replay_mcp.context import ToolContext
from replay_mcp.reading.creators import check_creator, created_by
from replay_mcp.tools._recording_ids import RecordingId
from replay_mcp.tools._tool import Offset, Params, tool
from replay_mcp.views.budget import within_budget
from replay_mcp.views.result import Result
from replay_mcp.views.rows import Next, PlaylistRow, unreadable_note

Creator = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if type(value) is int else value),
    Field(max_length=320),
    AfterValidator(check_creator),
]
Order = Literal["last_modified_at", "-last_modified_at", "created_at", "-created_at", "name", "-name"]


class ListPlaylistsParams(Params):
    """Filters combine with AND."""

    search: Annotated[str, Field(max_length=200, description="Part of the name, any case.")] | None = None
    type: Annotated[PlaylistType, Field(description="filters: saved filters; collection: the others.")] | None = None
    kind: (
        Annotated[
            Literal["custom", "synthetic"], Field(description="custom: made by people; synthetic: computed by PostHog.")
        ]
        | None
    ) = None
    pinned: Annotated[bool, Field(description="true: only pinned ones.")] = False
    created_by: Annotated[Creator, Field(description="E-mail, user id or me.")] | None = None
    session_recording_id: (
        Annotated[RecordingId, Field(description="Only custom playlists with this recording.")] | None
    ) = None
    order: Order = "-last_modified_at"
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    offset: Offset = 0

    @model_validator(mode="after")
    def _kind_fits(self) -> Self:
        if self.session_recording_id and self.kind == "synthetic":
            raise ValueError("session_recording_id only finds custom playlists; leave kind out")
        return self


class ListPlaylistsResult(Result):
    """One page of playlists."""

    count: int = Field(description="playlists that match, on all pages")
    results: list[PlaylistRow] = Field(default=[])
    next: Next = None
    note: str | None = None


@tool(title="List playlists", level="read", uses=(PLAYLISTS_LIST,))
async def session_recording_playlists_list(params: ListPlaylistsParams, context: ToolContext) -> ListPlaylistsResult:
    """List playlists; in the default order synthetic ones (computed by PostHog, "Watch history") come first.

    Returns each one's short_id for the other playlist tools.
    """
    kind = (
        "custom" if params.session_recording_id else params.kind
    )  # synthetic ones ignore that filter (live behaviour)
    filters = {"search": params.search, "type": params.type, "collection_type": kind, "pinned": params.pinned or None}
    filters["session_recording_id"] = params.session_recording_id
    if params.created_by is not None:
        filters |= await created_by(params.created_by, context)
    request = PlaylistsList.model_validate(
        {"limit": params.limit, "offset": params.offset, "order": params.order}
        | {name: value for name, value in filters.items() if value is not None}
    )
    page = await context.api.call(PLAYLISTS_LIST, request)
    rows = within_budget([PlaylistRow.of(playlist, context) for playlist in page.results])
    cut = len(rows) < len(page.results)
    shown_to = params.offset + len(rows) + (0 if cut else page.unreadable)
    return ListPlaylistsResult(
        count=page.count,
        results=rows,
        next={"offset": shown_to} if rows and shown_to < page.count else None,
        note=unreadable_note(page) or (None if rows else _why_nothing(params, page.count)),
    )


def _why_nothing(params: ListPlaylistsParams, count: int) -> str:
    if count:
        return f"offset {params.offset} is beyond the last of {count} playlists."
    return "No playlist matches; deleted ones are not listed. Drop a filter, or create a playlist."
