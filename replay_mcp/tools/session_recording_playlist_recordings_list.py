"""`session-recording-playlist-recordings-list`."""

from typing import Annotated

from pydantic import Field

from replay_mcp.api.endpoints import PLAYLIST_RECORDINGS_LIST, PLAYLISTS_RETRIEVE
from replay_mcp.api.params import PlaylistPath, PlaylistRecordingsList
from replay_mcp.api.types import SYNTHETIC_PREFIX, ShortId

from ._budget import fitting
from ._rows import Next, RecordingRow
from ._tool import Detail, Offset, Params, Replay, Result, tool


class ListPlaylistRecordingsParams(Params):
    """Which playlist, which page."""

    short_id: ShortId
    limit: Annotated[int, Field(ge=1, le=50)] = 20
    offset: Offset = 0
    detail: Detail = "concise"


class ListPlaylistRecordingsResult(Result):
    """One page of the playlist's recordings."""

    results: list[RecordingRow] = Field(default=[])
    next: Next = None
    note: str | None = None


@tool(title="List a playlist's recordings", level="read", uses=(PLAYLIST_RECORDINGS_LIST, PLAYLISTS_RETRIEVE))
async def session_recording_playlist_recordings_list(
    params: ListPlaylistRecordingsParams, replay: Replay
) -> ListPlaylistRecordingsResult:
    """List the recordings in a collection or synthetic playlist, most recently added first.

    For a saved filter, get the playlist and pass its filters to session-recordings-list instead.
    """
    request = PlaylistRecordingsList(short_id=params.short_id)
    computed = params.short_id.startswith(SYNTHETIC_PREFIX)
    if computed:
        request = PlaylistRecordingsList(short_id=params.short_id, limit=params.limit, offset=params.offset)
    page = await replay.api.call(PLAYLIST_RECORDINGS_LIST, request)
    # A collection comes whole, up to the API's 50, whatever the limit (live behaviour): page through it here.
    here = page.results if computed else page.results[params.offset : params.offset + params.limit]
    rows = fitting([RecordingRow.of(recording, replay, params.detail) for recording in here])
    more_here = len(rows) < len(here) or (not computed and params.offset + len(rows) < len(page.results))
    more = more_here or (computed and len(page.results) == params.limit)
    note = None
    if not rows:
        note = await _why_nothing(params, replay)
    elif page.more and not computed and not more_here:
        note = "The API gives the 50 most recently added recordings of a collection; open the link for older ones."
    return ListPlaylistRecordingsResult(
        results=rows, next={"offset": params.offset + len(rows)} if rows and more else None, note=note
    )


async def _why_nothing(params: ListPlaylistRecordingsParams, replay: Replay) -> str:
    if params.offset:
        return "The offset is past the last recording."
    playlist = await replay.api.call(PLAYLISTS_RETRIEVE, PlaylistPath(short_id=params.short_id))
    if playlist.type == "filters":
        return (
            "This playlist is a saved filter, which the API does not evaluate here. Get its filters with "
            "session-recording-playlist-get and call session-recordings-list with them."
        )
    if playlist.recording_count:
        return "The playlist's recordings are deleted, expired, or older than a year, so none can be shown."
    return "The playlist is empty."
