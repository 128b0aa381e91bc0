"""`session-recording-playlist-create`."""

from datetime import UTC, datetime
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from replay_mcp.api.endpoints import PLAYLISTS_CREATE, PLAYLISTS_LIST
from replay_mcp.api.models import PlaylistType
from replay_mcp.api.params import PlaylistCreate
from replay_mcp.api.types import PlaylistName
from replay_mcp.context import ToolContext
from replay_mcp.errors import OutcomeUnknown, ServerFault
from replay_mcp.reading.created_playlist import find_created
from replay_mcp.tools._saved_filters import SavedFilters, refuse_masked
from replay_mcp.tools._tool import Params, tool
from replay_mcp.views.result import Result
from replay_mcp.views.rows import PlaylistDetails

_FOUND: Final = "The API's response was lost; this playlist of the same name was created at that time."


class CreatePlaylistParams(Params):
    """The new playlist."""

    name: Annotated[PlaylistName, Field(min_length=1)]
    description: Annotated[str, Field(max_length=2000)] | None = None
    type: Annotated[PlaylistType, Field(description="Cannot change later.")] = "collection"
    filters: (
        Annotated[
            SavedFilters,
            Field(description="PostHog's universal filters; only and always with type filters."),
        ]
        | None
    ) = None
    pinned: bool | None = None
    folder: Annotated[str, Field(max_length=400, description="In the project tree.")] | None = None

    @model_validator(mode="after")
    def _filters_fit_type(self) -> Self:
        if self.type == "filters" and not self.filters:
            raise ValueError("type 'filters' needs non-empty filters")
        if self.type == "collection" and self.filters:
            raise ValueError("a collection cannot have filters; leave them out, or use type 'filters'")
        return self


class CreatePlaylistResult(Result):
    """The playlist as it was created."""

    playlist: PlaylistDetails
    note: str | None = Field(default=None, description="how it was found if the API's response was lost")


@tool(title="Create a playlist", level="curate", uses=(PLAYLISTS_CREATE, PLAYLISTS_LIST), idempotent=False)
async def session_recording_playlist_create(params: CreatePlaylistParams, context: ToolContext) -> CreatePlaylistResult:
    """Create a playlist: a collection for hand-picked recordings (default), or a saved filter.

    Add to a collection with session-recording-playlist-recordings-add. Two calls create two playlists.
    """
    refuse_masked(params.filters, context.redaction)
    fields = params.model_dump(exclude={"folder"}, exclude_none=True)
    if params.folder is not None:
        fields["_create_in_folder"] = params.folder
    sent_at, note = datetime.now(UTC), None
    request = PlaylistCreate.model_validate(fields)
    try:
        playlist = await context.api.call(PLAYLISTS_CREATE, request)
    except (OutcomeUnknown, ServerFault) as lost:  # the API may fail after creating it
        playlist, note = await find_created(lost, request, sent_at, context), _FOUND
    return CreatePlaylistResult(playlist=PlaylistDetails.of(playlist, context), note=note)
