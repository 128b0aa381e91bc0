"""`session-recording-playlist-delete`."""

from typing import Annotated, Any

from pydantic import Field

from replay_mcp import exact_json
from replay_mcp.api.endpoints import PLAYLISTS_RETRIEVE, PLAYLISTS_UPDATE
from replay_mcp.api.models import Playlist
from replay_mcp.api.params import PlaylistPath, PlaylistUpdate
from replay_mcp.api.types import Filters, StoredShortId
from replay_mcp.context import ToolContext
from replay_mcp.errors import BadRequest, NotFound, OutcomeUnknown, ResultTooLarge
from replay_mcp.reading.read_back import read_back
from replay_mcp.tools._tool import Params, tool
from replay_mcp.views.budget import OBJECT_BUDGET, size
from replay_mcp.views.result import Result
from replay_mcp.views.rows import PlaylistRow


class DeletePlaylistParams(Params):
    """The playlist to delete or restore."""

    short_id: StoredShortId
    restore: Annotated[bool, Field(description="true: restore a deleted playlist.")] = False
    filters: Annotated[Filters, Field(description="To restore a saved filter: its filters, from `undo`.")] | None = None


class DeletePlaylistResult(Result):
    """The playlist, and how to restore it."""

    deleted: bool
    playlist: PlaylistRow
    undo: dict[str, Any] | None = Field(default=None, description="arguments with which this tool restores it")


@tool(title="Delete or restore a playlist", level="curate", uses=(PLAYLISTS_RETRIEVE, PLAYLISTS_UPDATE))
async def session_recording_playlist_delete(params: DeletePlaylistParams, context: ToolContext) -> DeletePlaylistResult:
    """Delete a playlist (its recordings are kept), or restore a deleted one with restore: true.

    The result's undo restores it. Synthetic playlists cannot be deleted.
    """
    filters = params.filters
    path = PlaylistPath(short_id=params.short_id)
    before = None
    if not params.restore:
        before = await context.api.call(PLAYLISTS_RETRIEVE, path)
        if filters is None and before.type == "filters" and isinstance(before.filters, dict):
            filters = before.filters
        if (characters := size(filters)) > OBJECT_BUDGET:
            raise ResultTooLarge(
                f"The filters needed to restore this saved filter have {characters} characters, too many to return.",
                next="It was not deleted. Delete it in the PostHog app.",
            )
    changes: dict[str, Any] = {"short_id": params.short_id, "deleted": not params.restore}
    if filters:
        changes["filters"] = filters  # the API rejects updates of a saved filter without them (live behaviour)
    try:
        playlist = await context.api.call(PLAYLISTS_UPDATE, PlaylistUpdate.model_validate(changes))
    except OutcomeUnknown as lost:
        playlist = await _read_back(lost, path, before, context, _check(params.short_id, filters))
    except BadRequest as error:
        if params.restore and not filters:
            how = "A saved filter needs `filters`: pass those from the deletion's `undo`, or new ones."
            raise BadRequest(error.why, status=error.status, next=how) from error
        raise
    undo = {"short_id": params.short_id, "restore": True} | ({"filters": filters} if filters else {})
    return DeletePlaylistResult(
        deleted=playlist.deleted,
        playlist=PlaylistRow.of(playlist, context),
        undo=undo if playlist.deleted else None,
    )


async def _read_back(
    lost: OutcomeUnknown, path: PlaylistPath, before: Playlist | None, context: ToolContext, check: str
) -> Playlist:
    """Read the playlist back; a deleted one cannot be read, so return its state `before` the deletion."""
    try:
        return await read_back(
            lost, PLAYLISTS_RETRIEVE, path, context, shows_change=lambda _: before is None, check=check
        )
    except OutcomeUnknown as error:
        if before is not None and isinstance(error.__cause__, NotFound):
            return before.model_copy(update={"deleted": True})
        raise


def _check(short_id: str, filters: dict[str, Any] | None) -> str:
    """Advice to check the outcome, with the filters that a saved filter needs to be restored."""
    check = "In a minute, check whether session-recording-playlist-get finds it. Repeating the same call is safe."
    undo = exact_json.dumps({"short_id": short_id, "restore": True, "filters": filters}).decode() if filters else ""
    return f"{check} These arguments restore it: {undo}" if 0 < len(undo) <= _MAX_UNDO else check


_MAX_UNDO = 4_000
