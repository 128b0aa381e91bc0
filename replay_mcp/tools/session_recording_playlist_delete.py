"""`session-recording-playlist-delete`."""

from typing import Annotated, Any

from pydantic import Field

from replay_mcp.api.endpoints import PLAYLISTS_RETRIEVE, PLAYLISTS_UPDATE
from replay_mcp.api.params import PlaylistPath, PlaylistUpdate
from replay_mcp.api.types import ShortId

from ._rows import PlaylistRow
from ._tool import Params, Replay, Result, tool


class DeletePlaylistParams(Params):
    """Which playlist, and which way."""

    short_id: ShortId
    restore: Annotated[bool, Field(description="true: bring a deleted playlist back.")] = False
    filters: (
        Annotated[
            dict[str, Any], Field(description="To restore a saved filter: its filters, as the deletion gave them.")
        ]
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
        filters = before.filters if before.type == "filters" else None  # pyright: ignore[reportAssignmentType]
    changes: dict[str, Any] = {"short_id": params.short_id, "deleted": not params.restore}
    if filters:
        changes["filters"] = filters  # without them the API refuses the update of a saved filter (live behaviour)
    playlist = await replay.api.call(PLAYLISTS_UPDATE, PlaylistUpdate.model_validate(changes))
    undo = {"short_id": params.short_id, "restore": True} | ({"filters": filters} if filters else {})
    return DeletePlaylistResult(
        deleted=playlist.deleted,
        playlist=PlaylistRow.of(playlist, replay),
        undo=undo if playlist.deleted else None,
    )
