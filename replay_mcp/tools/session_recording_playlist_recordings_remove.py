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
from replay_mcp.tools._bulk import Change, ManyResult, RecordingIds, check_success, each, lacks_bulk
from replay_mcp.tools._tool import Params, tool


class RemoveRecordingsParams(Params):
    """Which recordings, out of which playlist."""

    short_id: StoredShortId
    session_recording_ids: RecordingIds


class RemoveRecordingsResult(ManyResult):
    """`done` ids are not in the playlist now."""


@tool(
    title="Remove recordings from a playlist",
    level="curate",
    uses=(PLAYLIST_RECORDINGS_REMOVE, PLAYLIST_RECORDINGS_BULK_DELETE, PLAYLIST_RECORDINGS_LIST, PLAYLISTS_LIST),
)
async def session_recording_playlist_recordings_remove(
    params: RemoveRecordingsParams, context: ToolContext
) -> RemoveRecordingsResult:
    """Take 1 to 100 recordings out of a collection playlist.

    The recordings themselves stay, and can be added again.
    """

    async def remove(id: str, seconds: float) -> None:
        request = PlaylistItem(short_id=params.short_id, session_recording_id=id)
        try:
            check_success(await context.api.call(PLAYLIST_RECORDINGS_REMOVE, request, deadline=seconds))
        except ServerFault as error:
            why = f"{error.why} It does so for a recording that is not in the playlist."
            raise ServerFault(why, status=error.status, next=_CHECK) from error

    async def remove_many(ids: Sequence[str], seconds: float) -> Collection[str] | None:
        request = PlaylistItemsBulk(short_id=params.short_id, session_recording_ids=list(ids))
        answer = await context.api.call(PLAYLIST_RECORDINGS_BULK_DELETE, request, deadline=seconds)
        if lacks_bulk(answer):
            # It took "bulk_delete" for a recording's id and added it: take it out again.
            await remove("bulk_delete", seconds)
            return None
        return answer.failed_ids

    async def removed(ids: Sequence[str]) -> Collection[str]:
        return [id for id, inside in (await membership(params.short_id, ids, context)).items() if not inside]

    outcome = await each(params.session_recording_ids, context, Change(remove, remove_many, removed))
    return RemoveRecordingsResult.of(outcome, _CHECK)


_CHECK = "See what is in it with session-recording-playlist-recordings-list, and remove what is still there."
