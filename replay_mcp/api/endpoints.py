"""The operations of the Replay API as data: the client calls them, the local API serves them.

`source` is the origin of a fact: "page" is the API documentation page, "live" the behaviour of the live server where
the page is silent.
"""

from dataclasses import dataclass
from typing import Any, Final, Generic, Literal, TypeVar
from urllib.parse import quote

from pydantic import BaseModel

from . import models as m
from . import params as p
from .events import EventsQueryResponse
from .summaries import Summaries
from .types import check_path_id

Method = Literal["GET", "POST", "PATCH", "DELETE"]
Prefix = Literal["environments", "projects"]
P = TypeVar("P", bound=p.ApiRequest)
R = TypeVar("R", bound=BaseModel | bytes)


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[P, R]):
    """One operation.

    Attributes:
        name: PostHog's operation name, by which the local API finds its handler.
        path: below `/api/{prefix}/{environment}`, without the trailing slash; `{field}` is a field of the params.
        params: the request model.
        result: the response model; `bytes` for a body that is not JSON.
        scope: the scope that a personal API key needs.
        source: where this operation is documented or was observed.
        idempotent: repeating the request has no further effect, so the client may retry it: reads after any lost
            response, writes only if they were certainly not carried out.
        quoted_query: query values are JSON text, as the recordings list expects them (live behaviour).
    """

    name: str
    method: Method
    path: str
    params: type[P]
    result: type[R]
    scope: str
    source: str
    idempotent: bool
    quoted_query: bool = False

    @property
    def writes(self) -> bool:
        """Whether the operation changes data, for which keys need a write scope."""
        return self.scope.endswith(":write")

    def url(self, prefix: Prefix, environment: str, fields: dict[str, object]) -> str:
        """Build the absolute path with validated and percent-encoded ids; removes the fields it uses from `fields`.

        Raises:
            ValueError: an id cannot be part of a path (see `check_path_id`).
        """
        segments = [_segment(part, fields) for part in self.path.split("/")[1:]]
        return "/".join(["/api", prefix, quote(check_path_id(environment), safe="@"), *segments, ""])


def _segment(part: str, fields: dict[str, object]) -> str:
    if part.startswith("{"):
        return quote(check_path_id(str(fields.pop(part[1:-1]))), safe="")
    return part


PLAYLIST_READ: Final = "session_recording_playlist:read"
PLAYLIST_WRITE: Final = "session_recording_playlist:write"
RECORDING_READ: Final = "session_recording:read"
RECORDING_WRITE: Final = "session_recording:write"
QUERY_READ: Final = "query:read"

_PLAYLISTS = "/session_recording_playlists"
_PLAYLIST = _PLAYLISTS + "/{short_id}"
_ITEM = _PLAYLIST + "/recordings/{session_recording_id}"
_RECORDINGS = "/session_recordings"
_RECORDING = _RECORDINGS + "/{id}"

PLAYLISTS_LIST: Final = Endpoint(
    name="session_recording_playlists_list",
    method="GET",
    path=_PLAYLISTS,
    params=p.PlaylistsList,
    result=m.PlaylistPage,
    scope=PLAYLIST_READ,
    source="page: List all session recording playlists",
    idempotent=True,
)
PLAYLISTS_CREATE: Final = Endpoint(
    name="session_recording_playlists_create",
    method="POST",
    path=_PLAYLISTS,
    params=p.PlaylistCreate,
    result=m.Playlist,
    scope=PLAYLIST_WRITE,
    source="page: Create session recording playlists",
    idempotent=False,
)
PLAYLISTS_RETRIEVE: Final = Endpoint(
    name="session_recording_playlists_retrieve",
    method="GET",
    path=_PLAYLIST,
    params=p.PlaylistPath,
    result=m.Playlist,
    scope=PLAYLIST_READ,
    source="page: Retrieve session recording playlists",
    idempotent=True,
)
PLAYLISTS_UPDATE: Final = Endpoint(
    name="session_recording_playlists_partial_update",
    method="PATCH",
    path=_PLAYLIST,
    params=p.PlaylistUpdate,
    result=m.Playlist,
    scope=PLAYLIST_WRITE,
    source="page: Update session recording playlists",
    idempotent=True,
)
PLAYLISTS_DESTROY: Final = Endpoint(
    name="session_recording_playlists_destroy",
    method="DELETE",
    path=_PLAYLIST,
    params=p.PlaylistPath,
    result=m.Success,
    scope=PLAYLIST_WRITE,
    source="page: Delete session recording playlists (always 405; set deleted with an update)",
    idempotent=True,
)
PLAYLIST_RECORDINGS_LIST: Final = Endpoint(
    name="session_recording_playlists_recordings_retrieve",
    method="GET",
    path=_PLAYLIST + "/recordings",
    params=p.PlaylistRecordingsList,
    result=m.RecordingPage,
    scope=PLAYLIST_READ,
    source="page: Retrieve session recording playlists recordings; live: the body",
    idempotent=True,
)
PLAYLIST_RECORDINGS_ADD: Final = Endpoint(
    name="session_recording_playlists_recordings_create",
    method="POST",
    path=_ITEM,
    params=p.PlaylistItem,
    result=m.Success,
    scope=PLAYLIST_WRITE,
    source="page: Create session recording playlists recordings; live: a second add changes nothing",
    idempotent=True,
)
PLAYLIST_RECORDINGS_REMOVE: Final = Endpoint(
    name="session_recording_playlists_recordings_destroy",
    method="DELETE",
    path=_ITEM,
    params=p.PlaylistItem,
    result=m.Success,
    scope=PLAYLIST_WRITE,
    source="page: Delete session recording playlists recordings; live: 500 when it is not a member",
    idempotent=False,
)
PLAYLIST_RECORDINGS_BULK_ADD: Final = Endpoint(
    name="session_recording_playlists_recordings_bulk_add_create",
    method="POST",
    path=_PLAYLIST + "/recordings/bulk_add",
    params=p.PlaylistItemsBulk,
    result=m.BulkAdded,
    scope=PLAYLIST_WRITE,
    source="live",
    idempotent=True,
)
PLAYLIST_RECORDINGS_BULK_DELETE: Final = Endpoint(
    name="session_recording_playlists_recordings_bulk_delete_create",
    method="POST",
    path=_PLAYLIST + "/recordings/bulk_delete",
    params=p.PlaylistItemsBulk,
    result=m.BulkDeleted,
    scope=PLAYLIST_WRITE,
    source="live",
    idempotent=True,
)
RECORDINGS_LIST: Final = Endpoint(
    name="session_recordings_list",
    method="GET",
    path=_RECORDINGS,
    params=p.RecordingsList,
    result=m.RecordingPage,
    scope=RECORDING_READ,
    source="page: List all session recordings; live: the filters and the answer's shape",
    idempotent=True,
    quoted_query=True,
)
RECORDINGS_RETRIEVE: Final = Endpoint(
    name="session_recordings_retrieve",
    method="GET",
    path=_RECORDING,
    params=p.RecordingPath,
    result=m.Recording,
    scope=RECORDING_READ,
    source="page: Retrieve session recordings",
    idempotent=True,
)
RECORDINGS_UPDATE: Final = Endpoint(
    name="session_recordings_partial_update",
    method="PATCH",
    path=_RECORDING,
    params=p.RecordingUpdate,
    result=m.Success,
    scope=RECORDING_WRITE,
    source="page: Update session recordings; live: the body and the answer",
    idempotent=True,
)
RECORDINGS_DESTROY: Final = Endpoint(
    name="session_recordings_destroy",
    method="DELETE",
    path=_RECORDING,
    params=p.RecordingPath,
    result=m.Success,
    scope=RECORDING_WRITE,
    source="page: Delete session recordings",
    idempotent=True,
)
RECORDINGS_BULK_DELETE: Final = Endpoint(
    name="session_recordings_bulk_delete_create",
    method="POST",
    path=_RECORDINGS + "/bulk_delete",
    params=p.RecordingsBulkDelete,
    result=m.BulkDeleted,
    scope=RECORDING_WRITE,
    source="live",
    idempotent=True,
)
SNAPSHOT_SOURCES: Final = Endpoint(
    name="session_recordings_snapshots_retrieve",
    method="GET",
    path=_RECORDING + "/snapshots",
    params=p.RecordingPath,
    result=m.SnapshotSources,
    scope=RECORDING_READ,
    source="live: without `source` the blocks are listed",
    idempotent=True,
)
SNAPSHOTS: Final = Endpoint(
    name="session_recordings_snapshots_retrieve",
    method="GET",
    path=_RECORDING + "/snapshots",
    params=p.SnapshotsRead,
    result=bytes,
    scope=RECORDING_READ,
    source="live: with `source` the blocks' JSONL is the body",
    idempotent=True,
)
SUMMARIES_CREATE: Final = Endpoint(
    name="create_session_summaries_individually",
    method="POST",
    path="/session_summaries/create_session_summaries_individually",
    params=p.SummariesCreate,
    result=Summaries,
    scope=RECORDING_READ,
    source="page: Create environments create session summaries; live: the answer's shape",
    idempotent=False,
)
EVENTS_QUERY: Final = Endpoint(
    name="query_create",
    method="POST",
    path="/query",
    params=p.QueryCreate,
    result=EventsQueryResponse,
    scope=QUERY_READ,
    source="docs: API queries; live: the window, and properties as JSON text",
    idempotent=True,
)

ENDPOINTS: Final[tuple[Endpoint[Any, Any], ...]] = (
    PLAYLISTS_LIST,
    PLAYLISTS_CREATE,
    PLAYLISTS_RETRIEVE,
    PLAYLISTS_UPDATE,
    PLAYLISTS_DESTROY,
    PLAYLIST_RECORDINGS_LIST,
    PLAYLIST_RECORDINGS_ADD,
    PLAYLIST_RECORDINGS_REMOVE,
    PLAYLIST_RECORDINGS_BULK_ADD,
    PLAYLIST_RECORDINGS_BULK_DELETE,
    RECORDINGS_LIST,
    RECORDINGS_RETRIEVE,
    RECORDINGS_UPDATE,
    RECORDINGS_DESTROY,
    RECORDINGS_BULK_DELETE,
    SNAPSHOT_SOURCES,
    SNAPSHOTS,
    SUMMARIES_CREATE,
    EVENTS_QUERY,
)
