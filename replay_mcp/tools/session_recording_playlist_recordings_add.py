"""`session-recording-playlist-recordings-add`."""

from collections.abc import Collection, Sequence

from replay_mcp.api.endpoints import (
    PLAYLIST_RECORDINGS_ADD,
    PLAYLIST_RECORDINGS_BULK_ADD,
    PLAYLIST_RECORDINGS_LIST,
    PLAYLIST_RECORDINGS_REMOVE,
    PLAYLISTS_LIST,
)
from replay_mcp.api.params import PlaylistItem, PlaylistItemsBulk
from replay_mcp.api.types import StoredShortId
from replay_mcp.context import ToolContext
from replay_mcp.reading.membership import membership
from replay_mcp.tools._bulk import BulkChange, ManyResult, RecordingIds, change_all, check_success, lacks_bulk
from replay_mcp.tools._tool import Params, tool


class AddRecordingsParams(Params):
    """The recordings to add, and the playlist."""

    short_id: StoredShortId
    session_recording_ids: RecordingIds


class AddRecordingsResult(ManyResult):
    """`done` ids are in the playlist, even if they were before."""


@tool(
    title="Add recordings to a playlist",
    level="curate",
    uses=(
        PLAYLIST_RECORDINGS_ADD,
        PLAYLIST_RECORDINGS_BULK_ADD,
        PLAYLIST_RECORDINGS_LIST,
        PLAYLIST_RECORDINGS_REMOVE,
        PLAYLISTS_LIST,
    ),
)
async def session_recording_playlist_recordings_add(
    params: AddRecordingsParams, context: ToolContext
) -> AddRecordingsResult:
    """Add 1 to 100 recordings to a collection playlist; not possible for saved filters and synthetic playlists.

    The API does not check that an id exists: use ids from session-recordings-list.
    """

    def item(session_recording_id: str) -> PlaylistItem:
        return PlaylistItem(short_id=params.short_id, session_recording_id=session_recording_id)

    async def add_many(ids: Sequence[str], seconds: float) -> Collection[str] | None:
        request = PlaylistItemsBulk(short_id=params.short_id, session_recording_ids=list(ids))
        answer = await context.api.call(PLAYLIST_RECORDINGS_BULK_ADD, request, deadline=seconds)
        if lacks_bulk(answer):
            # The build took "bulk_add" for a recording id and added it: remove it again.
            await context.api.call(PLAYLIST_RECORDINGS_REMOVE, item("bulk_add"))
            return None
        return ()

    async def add(id: str, seconds: float) -> None:
        check_success(await context.api.call(PLAYLIST_RECORDINGS_ADD, item(id), deadline=seconds))

    async def added(ids: Sequence[str]) -> Collection[str]:
        return [id for id, inside in (await membership(params.short_id, ids, context)).items() if inside]

    outcome = await change_all(params.session_recording_ids, context, BulkChange(add, add_many, added))
    return AddRecordingsResult.of(outcome, _CHECK)


_CHECK = (
    "List its recordings with session-recording-playlist-recordings-list. Adding them again is safe: a playlist has "
    "each recording once."
)
