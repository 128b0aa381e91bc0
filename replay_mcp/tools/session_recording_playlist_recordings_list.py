"""`session-recording-playlist-recordings-list`."""

from typing import Annotated

from pydantic import Field

from replay_mcp.api.endpoints import PLAYLIST_RECORDINGS_LIST, PLAYLISTS_RETRIEVE
from replay_mcp.api.params import PlaylistPath, PlaylistRecordingsList
from replay_mcp.api.types import SYNTHETIC_PREFIX, ShortId
from replay_mcp.context import ToolContext
from replay_mcp.tools._tool import Detail, Offset, Params, tool
from replay_mcp.views.budget import within_budget
from replay_mcp.views.result import Result
from replay_mcp.views.rows import Next, RecordingRow, unreadable_note


class ListPlaylistRecordingsParams(Params):
    """The playlist, and the page of its recordings."""

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
    params: ListPlaylistRecordingsParams, context: ToolContext
) -> ListPlaylistRecordingsResult:
    """List the recordings in a collection or synthetic playlist, most recently added first.

    A saved filter has none: get it, and translate its filters into the arguments of session-recordings-list.
    """
    if params.short_id.startswith(SYNTHETIC_PREFIX):
        return await _computed(params, context)
    # The API ignores the limit and returns up to 50 recordings of a collection (live behaviour): page here instead.
    page = await context.api.call(PLAYLIST_RECORDINGS_LIST, PlaylistRecordingsList(short_id=params.short_id))
    here = page.results[params.offset : params.offset + params.limit]
    rows = within_budget([RecordingRow.of(recording, context, params.detail) for recording in here])
    shown_to = params.offset + len(rows)
    note = unreadable_note(page)
    if not rows:
        note = note or await _why_nothing(params, context)
    elif page.more and shown_to == len(page.results):
        note = (
            "The API returns only the 50 recordings most recently added to a collection; open the link for older ones."
        )
    return ListPlaylistRecordingsResult(
        results=rows, next={"offset": shown_to} if rows and shown_to < len(page.results) else None, note=note
    )


async def _computed(params: ListPlaylistRecordingsParams, context: ToolContext) -> ListPlaylistRecordingsResult:
    """Fetch a page of a synthetic playlist.

    The API slices the playlist's ids and then drops those without a recording (live behaviour), so any page may be
    short or empty. Pages therefore advance by the requested limit up to the playlist's count.
    """
    playlist = await context.api.call(PLAYLISTS_RETRIEVE, PlaylistPath(short_id=params.short_id))
    limit = params.limit
    while True:
        request = PlaylistRecordingsList(short_id=params.short_id, limit=limit, offset=params.offset)
        page = await context.api.call(PLAYLIST_RECORDINGS_LIST, request)
        rows = within_budget([RecordingRow.of(recording, context, params.detail) for recording in page.results])
        if len(rows) == len(page.results):
            break
        limit = len(rows)  # truncated: request only as many as fit, so that the next offset is known
    reached = params.offset + limit
    count = playlist.recording_count or 0
    gone = "" if rows else f"Recordings {params.offset} to {min(reached, count)} of {count} no longer exist."
    note = unreadable_note(page) or (gone if count else "The playlist is empty.")
    return ListPlaylistRecordingsResult(
        results=rows, next={"offset": reached} if reached < count else None, note=note or None
    )


async def _why_nothing(params: ListPlaylistRecordingsParams, context: ToolContext) -> str:
    if params.offset:
        return "The offset is beyond the last recording."
    playlist = await context.api.call(PLAYLISTS_RETRIEVE, PlaylistPath(short_id=params.short_id))
    if playlist.type == "filters":
        return (
            "This playlist is a saved filter, which this API route does not evaluate. Get its filters with "
            "session-recording-playlist-get and translate them into the arguments of session-recordings-list."
        )
    if playlist.recording_count:
        return "The playlist's recordings were deleted, have expired, or are older than a year, so none can be shown."
    return "The playlist is empty."
