"""`session-recording-playlist-delete`."""

from typing import Annotated, Any

import orjson
from pydantic import Field

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
async def session_recording_playlist_delete(params: DeletePlaylistParams, context: ToolContext) -> DeletePlaylistResult:
    """Delete a playlist (its recordings stay), or restore a deleted one with restore: true.

    Deletion is reversible: the result says how. Synthetic playlists cannot be deleted.
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
                f"The saved filter has {characters} characters of filters, which would be needed to restore it.",
                next="It was not deleted. Delete it in the PostHog app.",
            )
    changes: dict[str, Any] = {"short_id": params.short_id, "deleted": not params.restore}
    if filters:
        changes["filters"] = filters  # without them the API refuses the update of a saved filter (live behaviour)
    try:
        playlist = await context.api.call(PLAYLISTS_UPDATE, PlaylistUpdate.model_validate(changes))
    except OutcomeUnknown as lost:
        playlist = await _read_back(lost, path, before, context, _check(params.short_id, filters))
    except BadRequest as error:
        if params.restore and not filters:
            how = "A saved filter needs `filters`: pass those of the deletion's `undo`, or any that it should have."
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
    """The playlist as it is now; a deleted one cannot be read, so it is what it was `before`."""
    try:
        return await read_back(
            lost, PLAYLISTS_RETRIEVE, path, context, shows_change=lambda _: before is None, check=check
        )
    except OutcomeUnknown as error:
        if before is not None and isinstance(error.__cause__, NotFound):
            return before.model_copy(update={"deleted": True})
        raise


def _check(short_id: str, filters: dict[str, Any] | None) -> str:
    """How to check; a saved filter that is deleted can be restored with its filters only, so they are named."""
    check = "In a minute, see whether session-recording-playlist-get finds it. Calling again in the same way is safe."
    undo = orjson.dumps({"short_id": short_id, "restore": True, "filters": filters}).decode() if filters else ""
    return f"{check} These arguments restore it: {undo}" if 0 < len(undo) <= _MAX_UNDO else check


_MAX_UNDO = 4_000
