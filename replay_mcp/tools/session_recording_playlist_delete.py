"""`session-recording-playlist-delete`."""

from typing import Annotated, Any

from pydantic import Field

from replay_mcp.api.endpoints import PLAYLISTS_RETRIEVE, PLAYLISTS_UPDATE
from replay_mcp.api.params import PlaylistPath, PlaylistUpdate
from replay_mcp.api.types import Filters, StoredShortId
from replay_mcp.errors import BadRequest, ResultTooLarge

from ._budget import OBJECT_BUDGET, size
from ._rows import PlaylistRow
from ._tool import Params, Replay, Result, tool


class DeletePlaylistParams(Params):
    """Which playlist, and which way."""

    short_id: StoredShortId
    restore: Annotated[bool, Field(description="true: bring a deleted playlist back.")] = False
    filters: (
        Annotated[Filters, Field(description="To restore a saved filter: its filters, as the deletion gave them.")]
        | None
    ) = None


class DeletePlaylistResult(Result):
    """What became of it."""

    deleted: bool
    playlist: PlaylistRow
    undo: dict[str, Any] | None = Field(default=None, description="arguments that bring it back with this tool")


@tool(title="Delete or restore a playlist", level="curate", uses=(PLAYLISTS_RETRIEVE, PLAYLISTS_UPDATE))
async def session_recording_playlist_delete(params: DeletePlaylistParams, replay: Replay) -> DeletePlaylistResult:
    """Delete a playlist (its recordings stay), or restore a deleted one with restore: true.

    Deletion is reversible: the result says how. Synthetic playlists cannot be deleted.
    """
    filters = params.filters
    if not params.restore and filters is None:
        before = await replay.api.call(PLAYLISTS_RETRIEVE, PlaylistPath(short_id=params.short_id))
        if before.type == "filters" and isinstance(before.filters, dict):
            filters = before.filters
        if (characters := size(filters)) > OBJECT_BUDGET:
            raise ResultTooLarge(
                f"The saved filter has {characters} characters of filters, which would be needed to restore it.",
                next="It was not deleted. Delete it in the PostHog app.",
            )
    changes: dict[str, Any] = {"short_id": params.short_id, "deleted": not params.restore}
    if filters:
        changes["filters"] = filters  # without them the API refuses the update of a saved filter (live behaviour)
    try:
        playlist = await replay.api.call(PLAYLISTS_UPDATE, PlaylistUpdate.model_validate(changes))
    except BadRequest as error:
        if params.restore and not filters:
            how = "A saved filter needs `filters`: pass those of the deletion's `undo`, or any that it should have."
            raise BadRequest(error.why, status=error.status, next=how) from error
        raise
    undo = {"short_id": params.short_id, "restore": True} | ({"filters": filters} if filters else {})
    return DeletePlaylistResult(
        deleted=playlist.deleted,
        playlist=PlaylistRow.of(playlist, replay),
        undo=undo if playlist.deleted else None,
    )
