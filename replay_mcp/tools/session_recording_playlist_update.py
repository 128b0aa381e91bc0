"""`session-recording-playlist-update`."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from replay_mcp.api.endpoints import PLAYLISTS_RETRIEVE, PLAYLISTS_UPDATE
from replay_mcp.api.params import PlaylistPath, PlaylistUpdate
from replay_mcp.api.types import PlaylistName, StoredShortId
from replay_mcp.context import ToolContext
from replay_mcp.errors import OutcomeUnknown
from replay_mcp.reading.read_back import read_back
from replay_mcp.tools._saved_filters import SavedFilters, refuse_masked
from replay_mcp.tools._tool import Params, tool
from replay_mcp.views.result import Result
from replay_mcp.views.rows import PlaylistDetails

_CHECK = "Check it with session-recording-playlist-get in a minute. Repeating the same update is safe."


class UpdatePlaylistParams(Params):
    """The fields to change; omitted ones keep their values."""

    short_id: StoredShortId
    name: PlaylistName | None = None
    description: Annotated[str, Field(max_length=2000)] | None = None
    filters: Annotated[SavedFilters, Field(description="Replaces a saved filter's filters.")] | None = None
    pinned: bool | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if all(value is None for value in (self.name, self.description, self.filters, self.pinned)):
            raise ValueError("nothing to change: give name, description, filters or pinned")
        return self


class UpdatePlaylistResult(Result):
    """The playlist after the update."""

    playlist: PlaylistDetails


@tool(title="Update a playlist", level="curate", uses=(PLAYLISTS_RETRIEVE, PLAYLISTS_UPDATE))
async def session_recording_playlist_update(params: UpdatePlaylistParams, context: ToolContext) -> UpdatePlaylistResult:
    """Change a playlist's name, description, filters or pinned mark.

    Omitted fields keep their values. The type cannot be changed.
    """
    refuse_masked(params.filters, context.redaction)
    changes = params.model_dump(exclude_none=True)
    if params.filters is None:
        before = await context.api.call(PLAYLISTS_RETRIEVE, PlaylistPath(short_id=params.short_id))
        if before.type == "filters":
            changes["filters"] = before.filters  # the API removes filters that are absent (live behaviour)
    try:
        playlist = await context.api.call(PLAYLISTS_UPDATE, PlaylistUpdate.model_validate(changes))
    except OutcomeUnknown as lost:
        playlist = await read_back(
            lost,
            PLAYLISTS_RETRIEVE,
            PlaylistPath(short_id=params.short_id),
            context,
            shows_change=lambda found: all(getattr(found, name) == value for name, value in changes.items()),
            check=_CHECK,
        )
    return UpdatePlaylistResult(playlist=PlaylistDetails.of(playlist, context))
