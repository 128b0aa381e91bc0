"""Requests of the Replay API: one flat model per endpoint with its path, query and body fields.

Unset fields are not sent. Fields named in the endpoint's path fill it; the others become the query (GET, DELETE) or the
JSON body.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from .events import EventsQuery
from .models import PlaylistType
from .types import MAX_SUMMARY_SESSIONS, FocusArea, FreeJson, PlaylistName, SessionId, ShortId


class ApiRequest(BaseModel):
    """Base of all requests."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    def wire(self) -> dict[str, Any]:
        """The fields that were set, by their names in the API, as JSON types."""
        return self.model_dump(mode="json", exclude_unset=True, by_alias=True)


class PlaylistsList(ApiRequest):
    """Query of the playlists list.

    The page documents created_by, limit, offset and short_id (which the live server ignores); the rest is live.
    """

    limit: Annotated[int, Field(ge=1, le=500)] | None = None
    offset: Annotated[int, Field(ge=0)] | None = None
    created_by: int | None = None
    short_id: str | None = None
    order: Literal["last_modified_at", "-last_modified_at", "created_at", "-created_at", "name", "-name"] | None = None
    search: str | None = None
    user: bool | None = None
    type: PlaylistType | None = None
    collection_type: Literal["synthetic", "custom"] | None = None
    pinned: bool | None = None
    date_from: str | None = None
    date_to: str | None = None
    session_recording_id: SessionId | None = None


class PlaylistFields(ApiRequest):
    """Writable fields of a playlist. `_create_in_folder` is write-only (live behaviour)."""

    name: PlaylistName | None = None
    derived_name: PlaylistName | None = None
    description: str | None = None
    pinned: bool | None = None
    deleted: bool | None = None
    filters: FreeJson = None
    type: PlaylistType | None = None
    create_in_folder: Annotated[str | None, Field(alias="_create_in_folder")] = None


class PlaylistCreate(PlaylistFields):
    """Body of a playlist's creation; `type` is effectively required and cannot be changed later."""


class PlaylistPath(ApiRequest):
    """A playlist by its short_id."""

    short_id: ShortId


class PlaylistUpdate(PlaylistFields):
    """Body of a playlist's update; updates of a `filters` playlist must include its filters (live behaviour)."""

    short_id: ShortId


class PlaylistRecordingsList(PlaylistPath):
    """A playlist's recordings; `limit` and `offset` only apply to synthetic playlists (live behaviour)."""

    limit: Annotated[int, Field(ge=1)] | None = None
    offset: Annotated[int, Field(ge=0)] | None = None


class PlaylistItem(PlaylistPath):
    """One recording of a playlist."""

    session_recording_id: SessionId


class PlaylistItemsBulk(PlaylistPath):
    """Several recordings of a playlist, 1 to 20."""

    session_recording_ids: list[SessionId]


class RecordingsList(ApiRequest):
    """Query of the recordings list (live behaviour; the page documents limit and offset only).

    `date_from`/`date_to` are relative (`-7d`, `-24h`) or ISO; the server's default window is the last 3 days. The
    presence of `offset` switches from cursor to offset paging. `failed_request_filters` is an extension of the local
    API; PostHog rejects unknown parameters.
    """

    limit: Annotated[int, Field(ge=1)] | None = None
    offset: Annotated[int, Field(ge=0)] | None = None
    after: str | None = None
    date_from: str | None = None
    date_to: str | None = None
    order: str | None = None
    order_direction: Literal["ASC", "DESC"] | None = None
    session_ids: list[SessionId] | None = None
    session_recording_id: SessionId | None = None
    person_uuid: str | None = None
    distinct_ids: list[str] | None = None
    filter_test_accounts: bool | None = None
    properties: list[dict[str, JsonValue]] | None = None
    having_predicates: list[dict[str, JsonValue]] | None = None
    events: list[dict[str, JsonValue]] | None = None
    actions: list[dict[str, JsonValue]] | None = None
    console_log_filters: list[dict[str, JsonValue]] | None = None
    failed_request_filters: list[dict[str, JsonValue]] | None = None
    comment_text: dict[str, JsonValue] | None = None
    operand: Literal["AND", "OR"] | None = None
    hide_viewed_recordings: Literal["current-user", "any-user"] | None = None


class RecordingPath(ApiRequest):
    """A recording by its session id."""

    id: SessionId


class RecordingUpdate(RecordingPath):
    """Body of a recording's update: at least one of the two must be true (live behaviour; the page says `person`)."""

    viewed: bool | None = None
    analyzed: bool | None = None
    player_metadata: dict[str, JsonValue] | None = None


class RecordingsBulkDelete(ApiRequest):
    """Several recordings, 1 to 100; `date_from` limits how far back the server searches (default: the retention)."""

    session_recording_ids: list[SessionId]
    date_from: str | None = None


class SnapshotsRead(RecordingPath):
    """Blocks `start_blob_key` to `end_blob_key`, both inclusive; their difference is at most 20 (live behaviour)."""

    source: Literal["blob_v2", "blob_v2_lts"]
    start_blob_key: Annotated[int, Field(ge=0)] | None = None
    end_blob_key: Annotated[int, Field(ge=0)] | None = None
    blob_key: str | None = None
    decompress: bool | None = None


class SummariesCreate(ApiRequest):
    """Sessions to summarise, 1 to 300, and an optional focus."""

    session_ids: Annotated[list[SessionId], Field(min_length=1, max_length=MAX_SUMMARY_SESSIONS)]
    focus_area: FocusArea | None = None


class QueryCreate(ApiRequest):
    """A query to run."""

    query: EventsQuery
