"""`session-recording-playlist-recordings-add`."""

from collections.abc import Collection, Sequence

from replay_mcp.api.endpoints import PLAYLIST_RECORDINGS_ADD, PLAYLIST_RECORDINGS_BULK_ADD, PLAYLIST_RECORDINGS_REMOVE
from replay_mcp.api.params import PlaylistItem, PlaylistItemsBulk
from replay_mcp.api.types import StoredShortId

from ._many import ManyResult, RecordingIds, check_success, each
from ._tool import Params, Replay, tool


class AddRecordingsParams(Params):
    """Which recordings, into which playlist."""

    short_id: StoredShortId
    session_recording_ids: RecordingIds


class AddRecordingsResult(ManyResult):
    """`done` ids are in the playlist now, whether or not they were before."""


@tool(
    title="Add recordings to a playlist",
    level="curate",
    uses=(PLAYLIST_RECORDINGS_ADD, PLAYLIST_RECORDINGS_BULK_ADD, PLAYLIST_RECORDINGS_REMOVE),
)
async def session_recording_playlist_recordings_add(params: AddRecordingsParams, replay: Replay) -> AddRecordingsResult:
    """Put 1 to 100 recordings into a collection playlist; saved filters and synthetic playlists take none.

    The API does not check that an id exists: take ids from session-recordings-list.
    """

    def item(session_recording_id: str) -> PlaylistItem:
        return PlaylistItem(short_id=params.short_id, session_recording_id=session_recording_id)

    async def add_many(ids: Sequence[str]) -> Collection[str] | None:
        request = PlaylistItemsBulk(short_id=params.short_id, session_recording_ids=list(ids))
        answer = await replay.api.call(PLAYLIST_RECORDINGS_BULK_ADD, request)
        check_success(answer)
        if answer.total_requested is None:
            # A build without the bulk route took "bulk_add" for a recording's id and added it: take it out again.
            await replay.api.call(PLAYLIST_RECORDINGS_REMOVE, item("bulk_add"))
            return None
        return ()

    async def add(session_recording_id: str) -> None:
        check_success(await replay.api.call(PLAYLIST_RECORDINGS_ADD, item(session_recording_id)))

    outcome = await each(params.session_recording_ids, replay, single=add, bulk=add_many)
    return AddRecordingsResult.of(outcome)
