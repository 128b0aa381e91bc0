"""`session-recording-playlist-recordings-remove`."""

from collections.abc import Collection, Sequence

from replay_mcp.api.endpoints import (
    PLAYLIST_RECORDINGS_BULK_DELETE,
    PLAYLIST_RECORDINGS_LIST,
    PLAYLIST_RECORDINGS_REMOVE,
    PLAYLISTS_LIST,
)
from replay_mcp.api.params import PlaylistItem, PlaylistItemsBulk
from replay_mcp.api.types import StoredShortId
from replay_mcp.context import ToolContext
from replay_mcp.errors import ServerFault
from replay_mcp.reading.membership import membership
from replay_mcp.tools._bulk import BulkChange, change_all, check_success, lacks_bulk
from replay_mcp.tools._bulk_results import ManyResult
from replay_mcp.tools._recording_ids import RecordingIds
from replay_mcp.tools._tool import Params, tool


class RemoveRecordingsParams(Params):
    """The recordings to remove, and the playlist."""

    short_id: StoredShortId
    session_recording_ids: RecordingIds


class RemoveRecordingsResult(ManyResult):
    """`done` ids are no longer in the playlist."""


@tool(
    title="Remove recordings from a playlist",
    level="curate",
    uses=(PLAYLIST_RECORDINGS_REMOVE, PLAYLIST_RECORDINGS_BULK_DELETE, PLAYLIST_RECORDINGS_LIST, PLAYLISTS_LIST),
)
async def session_recording_playlist_recordings_remove(
    params: RemoveRecordingsParams, context: ToolContext
) -> RemoveRecordingsResult:
    """Remove 1 to 100 recordings from a collection playlist.

    The recordings are not deleted and can be added again.
    """

    async def remove(id: str, seconds: float) -> None:
        request = PlaylistItem(short_id=params.short_id, session_recording_id=id)
        try:
            check_success(await context.api.call(PLAYLIST_RECORDINGS_REMOVE, request, deadline=seconds))
        except ServerFault as error:
            why = f"{error.why} It does so if the recording is not in the playlist."
            raise ServerFault(why, status=error.status, next=_CHECK) from error

    async def remove_many(ids: Sequence[str], seconds: float) -> Collection[str] | None:
        request = PlaylistItemsBulk(short_id=params.short_id, session_recording_ids=list(ids))
        answer = await context.api.call(PLAYLIST_RECORDINGS_BULK_DELETE, request, deadline=seconds)
        if lacks_bulk(answer):
            # The build took "bulk_delete" for a recording id and added it: remove it again.
            await remove("bulk_delete", seconds)
            return None
        return answer.failed_ids

    async def removed(ids: Sequence[str]) -> Collection[str]:
        return [id for id, inside in (await membership(params.short_id, ids, context)).items() if not inside]

    outcome = await change_all(params.session_recording_ids, context, BulkChange(remove, remove_many, removed))
    return RemoveRecordingsResult.of(outcome, _CHECK)


_CHECK = "List its recordings with session-recording-playlist-recordings-list and remove those that are still there."
