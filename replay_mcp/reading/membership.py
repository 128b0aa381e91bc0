"""Checks which recordings are in a playlist."""

from collections.abc import Sequence

import anyio

from replay_mcp.api.endpoints import PLAYLIST_RECORDINGS_LIST, PLAYLISTS_LIST
from replay_mcp.api.params import PlaylistRecordingsList, PlaylistsList
from replay_mcp.context import ToolContext
from replay_mcp.errors import ReplayError
from replay_mcp.reading.read_back import READ_BACK_SECONDS

_MAX_PLAYLISTS = 500
"""Maximum page size of the playlists list (live behaviour)."""
_MAX_CONCURRENT = 5


async def membership(short_id: str, ids: Sequence[str], context: ToolContext) -> dict[str, bool]:
    """Whether each id is in the playlist; ids that cannot be checked within `READ_BACK_SECONDS` are left out.

    Raises:
        ReplayError: the playlist's recordings cannot be read.
    """
    ends = anyio.current_time() + READ_BACK_SECONDS
    request = PlaylistRecordingsList(short_id=short_id)
    page = await context.api.call(PLAYLIST_RECORDINGS_LIST, request, deadline=READ_BACK_SECONDS)
    known = {recording.id: True for recording in page.results if recording.id in ids}
    limiter = anyio.CapacityLimiter(_MAX_CONCURRENT)

    async def check(id: str) -> None:
        query = PlaylistsList(session_recording_id=id, collection_type="custom", limit=_MAX_PLAYLISTS)
        async with limiter:
            try:
                left = max(ends - anyio.current_time(), 0.001)
                playlists = await context.api.call(PLAYLISTS_LIST, query, deadline=left)
            except ReplayError:  # leave it unknown
                return
        inside = any(playlist.short_id == short_id for playlist in playlists.results)
        if inside or not (playlists.next or playlists.unreadable):
            known[id] = inside

    # The page has the 50 most recently added items, without those whose recording is gone. Check the others one by one.
    async with anyio.create_task_group() as tasks:
        for id in ids:
            if id not in known:
                tasks.start_soon(check, id)
    return known
