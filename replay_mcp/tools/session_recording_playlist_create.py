"""`session-recording-playlist-create`."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from replay_mcp.api.endpoints import PLAYLISTS_CREATE
from replay_mcp.api.models import PlaylistType
from replay_mcp.api.params import PlaylistCreate
from replay_mcp.api.types import Filters, PlaylistName

from ._rows import PlaylistDetails
from ._tool import Detail, Params, Replay, Result, tool


class CreatePlaylistParams(Params):
    """The new playlist."""

    name: Annotated[PlaylistName, Field(min_length=1)]
    description: Annotated[str, Field(max_length=2000)] | None = None
    type: Annotated[PlaylistType, Field(description="Cannot change later.")] = "collection"
    filters: (
        Annotated[
            Filters,
            Field(description="PostHog's universal filters; required with type filters, else not allowed."),
        ]
        | None
    ) = None
    pinned: bool | None = None
    folder: Annotated[str, Field(max_length=400, description="Where PostHog's project tree files it.")] | None = None
    detail: Detail = "concise"

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


@tool(title="Create a playlist", level="curate", uses=(PLAYLISTS_CREATE,), idempotent=False)
async def session_recording_playlist_create(params: CreatePlaylistParams, replay: Replay) -> CreatePlaylistResult:
    """Create a playlist: a collection to put recordings into (default), or a saved filter.

    Fill a collection with session-recording-playlist-recordings-add. Calling twice makes two.
    """
    fields = params.model_dump(exclude={"detail", "folder"}, exclude_none=True)
    if params.folder is not None:
        fields["_create_in_folder"] = params.folder
    playlist = await replay.api.call(PLAYLISTS_CREATE, PlaylistCreate.model_validate(fields))
    return CreatePlaylistResult(playlist=PlaylistDetails.of(playlist, replay, params.detail))
