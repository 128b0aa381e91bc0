"""Which recordings are in a playlist."""

from collections.abc import Sequence

import anyio

from replay_mcp.api.endpoints import PLAYLIST_RECORDINGS_LIST, PLAYLISTS_LIST
from replay_mcp.api.params import PlaylistRecordingsList, PlaylistsList
from replay_mcp.context import ToolContext
from replay_mcp.errors import ReplayError
from replay_mcp.reading.read_back import READ_BACK_SECONDS

_MOST_PLAYLISTS = 500
"""The longest page of playlists that the API gives (live behaviour)."""
_ASKED_AT_ONCE = 5


async def membership(short_id: str, ids: Sequence[str], context: ToolContext) -> dict[str, bool]:
    """Whether the ids are in the playlist, as far as that can be read within `READ_BACK_SECONDS`.

    Raises:
        ReplayError: the playlist's recordings cannot be read.
    """
    ends = anyio.current_time() + READ_BACK_SECONDS
    request = PlaylistRecordingsList(short_id=short_id)
    page = await context.api.call(PLAYLIST_RECORDINGS_LIST, request, deadline=READ_BACK_SECONDS)
    known = {recording.id: True for recording in page.results if recording.id in ids}
    asking = anyio.CapacityLimiter(_ASKED_AT_ONCE)

    async def ask(id: str) -> None:
        query = PlaylistsList(session_recording_id=id, collection_type="custom", limit=_MOST_PLAYLISTS)
        async with asking:
            try:
                left = max(ends - anyio.current_time(), 0.001)
                playlists = await context.api.call(PLAYLISTS_LIST, query, deadline=left)
            except ReplayError:  # stays unknown
                return
        inside = any(playlist.short_id == short_id for playlist in playlists.results)
        if inside or not (playlists.next or playlists.unreadable):
            known[id] = inside

    # The page holds the 50 most recently added, and no item whose recording is gone: ask for the others one by one.
    async with anyio.create_task_group() as tasks:
        for id in ids:
            if id not in known:
                tasks.start_soon(ask, id)
    return known
