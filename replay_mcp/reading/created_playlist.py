"""Looks up a playlist whose creation got no response, because a second request might create a second one."""

from datetime import datetime, timedelta
from typing import Final

from replay_mcp.api.endpoints import PLAYLISTS_LIST
from replay_mcp.api.models import Playlist
from replay_mcp.api.params import PlaylistCreate, PlaylistsList
from replay_mcp.context import ToolContext
from replay_mcp.errors import OutcomeUnknown, ReplayError, ServerFault
from replay_mcp.reading.read_back import READ_BACK_SECONDS
from replay_mcp.redaction import visible

_MAX_CLOCK_SKEW: Final = timedelta(seconds=5)
_SEARCH: Final = (
    "Search for it with session-recording-playlists-list (search: its name) in a minute, and create it again only if "
    "it does not exist: a second call may create a second playlist."
)
_SEVERAL: Final = "Read them with session-recording-playlist-get and keep one; do not create another."


async def find_created(lost: ReplayError, request: PlaylistCreate, sent_at: datetime, context: ToolContext) -> Playlist:
    """Find the playlist that a request without a response created, by its name and time.

    Raises:
        OutcomeUnknown: no playlist matches, or several do.
        ServerFault: the API failed and no playlist matches.
    """
    query = PlaylistsList(search=request.name, collection_type="custom", user=True, order="-created_at", limit=100)
    try:
        page = await context.api.call(PLAYLISTS_LIST, query, deadline=READ_BACK_SECONDS)
    except ReplayError as error:
        raise OutcomeUnknown(f"{lost.why} Searching for it failed: {error.why}", next=_SEARCH) from error
    created = [
        playlist
        for playlist in page.results
        if _matches(playlist, request)
        and playlist.created_at is not None
        and playlist.created_at >= sent_at - _MAX_CLOCK_SKEW
    ]
    if len(created) == 1:
        return created[0]
    if not created and isinstance(lost, ServerFault):
        raise ServerFault(lost.why, status=lost.status, next=_SEARCH) from lost
    if not created:
        raise OutcomeUnknown(f"{lost.why} No playlist has this name yet.", next=_SEARCH)
    ids = ", ".join(repr(visible(playlist.short_id)) for playlist in created[:5])
    why = f"{lost.why} {len(created)} playlists of this name were created at that time: {ids}."
    raise OutcomeUnknown(why, next=_SEVERAL)


def _matches(playlist: Playlist, request: PlaylistCreate) -> bool:
    wanted = ((request.name or "").strip(), request.type, (request.description or "").strip(), request.filters or {})
    return wanted == ((playlist.name or "").strip(), playlist.type, playlist.description, playlist.filters or {})
