"""`session-recording-playlist-recordings-add`."""

from collections.abc import Collection, Sequence

import anyio
from pydantic import Field

from replay_mcp.api.endpoints import (
    PLAYLIST_RECORDINGS_ADD,
    PLAYLIST_RECORDINGS_BULK_ADD,
    PLAYLIST_RECORDINGS_LIST,
    PLAYLIST_RECORDINGS_REMOVE,
    PLAYLISTS_LIST,
    RECORDINGS_LIST,
)
from replay_mcp.api.params import PlaylistItem, PlaylistItemsBulk
from replay_mcp.api.types import StoredShortId
from replay_mcp.context import ToolContext
from replay_mcp.errors import ReplayError
from replay_mcp.reading.listing import list_missing
from replay_mcp.reading.membership import membership
from replay_mcp.tools._bulk import BulkChange, change_all, check_success, lacks_bulk
from replay_mcp.tools._bulk_results import ManyResult
from replay_mcp.tools._recording_ids import RecordingIds
from replay_mcp.tools._tool import Params, tool

_LISTING_SECONDS = 15.0


class AddRecordingsParams(Params):
    """The recordings to add, and the playlist."""

    short_id: StoredShortId
    session_recording_ids: RecordingIds


class AddRecordingsResult(ManyResult):
    """`done` ids are in the playlist, even if they were before; those in `not_found` were not added."""

    note: str | None = Field(default=None, description="why it was not checked that the ids have recordings")


@tool(
    title="Add recordings to a playlist",
    level="curate",
    uses=(
        PLAYLIST_RECORDINGS_ADD,
        PLAYLIST_RECORDINGS_BULK_ADD,
        PLAYLIST_RECORDINGS_LIST,
        PLAYLIST_RECORDINGS_REMOVE,
        PLAYLISTS_LIST,
        RECORDINGS_LIST,
    ),
)
async def session_recording_playlist_recordings_add(
    params: AddRecordingsParams, context: ToolContext
) -> AddRecordingsResult:
    """Add 1 to 100 recordings to a collection playlist; not possible for saved filters and synthetic playlists."""
    wanted = list(dict.fromkeys(params.session_recording_ids))
    started = anyio.current_time()
    # The API adds ids that no recording has (live behaviour).
    try:
        not_found, note = await list_missing(wanted, context, seconds=_LISTING_SECONDS), None
    except ReplayError as error:
        not_found, note = [], f"It was not checked that the ids have recordings. {error.why}"
    left = context.timing.deadline - (anyio.current_time() - started)

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

    existing = [id for id in wanted if id not in not_found]
    outcome = await change_all(existing, context, BulkChange(add, add_many, added), deadline=left)
    result = AddRecordingsResult.of(outcome, _CHECK, not_found=not_found)
    return result.model_copy(update={"note": note})


_CHECK = (
    "List its recordings with session-recording-playlist-recordings-list. Adding them again is safe: a playlist has "
    "each recording once."
)
