"""Which recordings are in a playlist."""

from collections.abc import Sequence

import anyio

from replay_mcp.api.endpoints import PLAYLIST_RECORDINGS_LIST, PLAYLISTS_LIST
from replay_mcp.api.params import PlaylistRecordingsList, PlaylistsList

from ._read_back import READ_BACK_SECONDS
from ._tool import Replay

_MOST_PLAYLISTS = 500
"""The longest page of playlists that the API gives (live behaviour)."""


async def members(short_id: str, ids: Sequence[str], replay: Replay) -> set[str]:
    """The ids that are in the playlist.

    Raises:
        ReplayError: that cannot be read within `READ_BACK_SECONDS`.
    """
    ends = anyio.current_time() + READ_BACK_SECONDS
    request = PlaylistRecordingsList(short_id=short_id)
    page = await replay.api.call(PLAYLIST_RECORDINGS_LIST, request, deadline=READ_BACK_SECONDS)
    found = {recording.id for recording in page.results}.intersection(ids)
    # The page holds the 50 most recently added, and no item whose recording is gone: ask for the others one by one.
    for id in ids:
        if id not in found:
            query = PlaylistsList(session_recording_id=id, collection_type="custom", limit=_MOST_PLAYLISTS)
            left = max(ends - anyio.current_time(), 0.001)
            playlists = await replay.api.call(PLAYLISTS_LIST, query, deadline=left)
            if any(playlist.short_id == short_id for playlist in playlists.results):
                found.add(id)
    return found
