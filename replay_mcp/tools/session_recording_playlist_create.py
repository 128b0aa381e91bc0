"""`session-recording-playlist-create`."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from replay_mcp.api.endpoints import PLAYLISTS_CREATE, PLAYLISTS_LIST
from replay_mcp.api.models import Playlist, PlaylistType
from replay_mcp.api.params import PlaylistCreate, PlaylistsList
from replay_mcp.api.types import Filters, PlaylistName
from replay_mcp.context import ToolContext
from replay_mcp.errors import OutcomeUnknown, ReplayError, ServerFault
from replay_mcp.reading.read_back import READ_BACK_SECONDS
from replay_mcp.redaction import visible
from replay_mcp.tools._tool import Detail, Params, tool
from replay_mcp.views.result import Result
from replay_mcp.views.rows import PlaylistDetails

_MAX_CLOCK_SKEW: Final = timedelta(seconds=5)
_FOUND: Final = "The API's response was lost; this playlist of the same name was created at that time."
_SEARCH: Final = (
    "Search for it with session-recording-playlists-list (search: its name) in a minute, and create it again only if "
    "it does not exist: a second call may create a second playlist."
)
_SEVERAL: Final = "Read them with session-recording-playlist-get and keep one; do not create another."


class CreatePlaylistParams(Params):
    """The new playlist."""

    name: Annotated[PlaylistName, Field(min_length=1)]
    description: Annotated[str, Field(max_length=2000)] | None = None
    type: Annotated[PlaylistType, Field(description="Cannot change later.")] = "collection"
    filters: (
        Annotated[
            Filters,
            Field(description="PostHog's universal filters; required with type filters, else not allowed."),
        ]
        | None
    ) = None
    pinned: bool | None = None
    folder: Annotated[str, Field(max_length=400, description="Folder in PostHog's project tree.")] | None = None
    detail: Detail = "concise"

    @model_validator(mode="after")
    def _filters_fit_type(self) -> Self:
        if self.type == "filters" and not self.filters:
            raise ValueError("type 'filters' needs non-empty filters")
        if self.type == "collection" and self.filters:
            raise ValueError("a collection cannot have filters; leave them out, or use type 'filters'")
        return self


class CreatePlaylistResult(Result):
    """The playlist as it was created."""

    playlist: PlaylistDetails
    note: str | None = Field(default=None, description="how it was found if the API's response was lost")


@tool(title="Create a playlist", level="curate", uses=(PLAYLISTS_CREATE, PLAYLISTS_LIST), idempotent=False)
async def session_recording_playlist_create(params: CreatePlaylistParams, context: ToolContext) -> CreatePlaylistResult:
    """Create a playlist: a collection for hand-picked recordings (default), or a saved filter.

    Add to a collection with session-recording-playlist-recordings-add. Two calls create two playlists.
    """
    fields = params.model_dump(exclude={"detail", "folder"}, exclude_none=True)
    if params.folder is not None:
        fields["_create_in_folder"] = params.folder
    sent_at, note = datetime.now(UTC), None
    try:
        playlist = await context.api.call(PLAYLISTS_CREATE, PlaylistCreate.model_validate(fields))
    except (OutcomeUnknown, ServerFault) as lost:  # the API may fail after creating it
        playlist, note = await _created(lost, params, sent_at, context), _FOUND
    return CreatePlaylistResult(playlist=PlaylistDetails.of(playlist, context, params.detail), note=note)


async def _created(
    lost: ReplayError, params: CreatePlaylistParams, sent_at: datetime, context: ToolContext
) -> Playlist:
    """Find the playlist that a request without a response created, by its name and time.

    Raises:
        OutcomeUnknown: no playlist matches, or several do.
        ServerFault: the API failed and no playlist matches.
    """
    query = PlaylistsList(search=params.name, collection_type="custom", user=True, order="-created_at", limit=100)
    try:
        page = await context.api.call(PLAYLISTS_LIST, query, deadline=READ_BACK_SECONDS)
    except ReplayError as error:
        raise OutcomeUnknown(f"{lost.why} Searching for it failed: {error.why}", next=_SEARCH) from error
    created = [
        playlist
        for playlist in page.results
        if _matches(playlist, params)
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


def _matches(playlist: Playlist, params: CreatePlaylistParams) -> bool:
    wanted = (params.name.strip(), params.type, (params.description or "").strip(), params.filters or {})
    return wanted == ((playlist.name or "").strip(), playlist.type, playlist.description, playlist.filters or {})
