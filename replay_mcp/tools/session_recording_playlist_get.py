"""`session-recording-playlist-get`."""

from pydantic import Field

from replay_mcp.api.endpoints import PLAYLISTS_RETRIEVE
from replay_mcp.api.params import PlaylistPath
from replay_mcp.api.types import ShortId
from replay_mcp.context import ToolContext
from replay_mcp.errors import NotFound
from replay_mcp.tools._tool import Detail, Params, tool
from replay_mcp.views.result import Result
from replay_mcp.views.rows import PlaylistDetails


class GetPlaylistParams(Params):
    """The playlist to get."""

    short_id: ShortId
    detail: Detail = "concise"


class GetPlaylistResult(Result):
    """The playlist, if it exists."""

    found: bool
    playlist: PlaylistDetails | None = None
    note: str | None = Field(default=None, description="why nothing was found")


@tool(title="Get a playlist", level="read", uses=(PLAYLISTS_RETRIEVE,))
async def session_recording_playlist_get(params: GetPlaylistParams, context: ToolContext) -> GetPlaylistResult:
    """Get one playlist by short_id: name, type, filters, number of recordings.

    Its recordings: session-recording-playlist-recordings-list.
    """
    try:
        playlist = await context.api.call(PLAYLISTS_RETRIEVE, PlaylistPath(short_id=params.short_id))
    except NotFound:
        return GetPlaylistResult(
            found=False,
            note="This environment has no such playlist. If it was deleted, session-recording-playlist-delete can "
            "restore it.",
        )
    return GetPlaylistResult(found=True, playlist=PlaylistDetails.of(playlist, context, params.detail))
