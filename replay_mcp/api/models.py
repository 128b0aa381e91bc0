"""Responses of the Replay API, with all fields of the documentation page and the live server.

Models are immutable, keep unknown fields (so that `detail: "full"` is complete), and accept both the documented and the
live shape where they differ. Times are timezone-aware.
"""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Final, Literal, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    model_validator,
)

from .types import FreeJson, ListOf

RESPONSE_VERSION: Final = 4
"""`version` of recordings responses in the supported PostHog builds (live behaviour)."""

MAX_ROWS: Final = 10_000
"""Maximum number of rows of a page; the API's own limits are 500 and 1,000."""

Moment = Annotated[datetime, AfterValidator(lambda moment: moment if moment.tzinfo else moment.replace(tzinfo=UTC))]
"""A time; without an offset it is assumed to be UTC."""
Number = int | float
_MAX_COUNTS: Final = 100

PlaylistType = Literal["collection", "filters"]


class ApiModel(BaseModel):
    """Base of all responses. With `empty_ok`, an empty body is accepted and gives the defaults."""

    # defer_build: models are compiled on first use for a faster start.
    model_config = ConfigDict(frozen=True, extra="allow", protected_namespaces=(), defer_build=True)
    empty_ok: ClassVar[bool] = False

    def documented(self) -> dict[str, Any]:
        """The object as the API sent it: only the fields that were set, including unknown ones, as JSON types."""
        return self.model_dump(mode="json", exclude_unset=True)


class User(ApiModel):
    """A PostHog user, as nested in playlists (`created_by`, `last_modified_by`)."""

    id: int | None = None
    uuid: str | None = None
    distinct_id: str | None = None
    first_name: str = ""
    last_name: str = ""
    email: str | None = None
    is_email_verified: bool | None = None
    hedgehog_config: JsonValue = None
    role_at_organization: str | None = None


class SavedFilterCounts(ApiModel):
    """Counts from the last background evaluation of a saved filter; all null before the first one."""

    count: int | None = None
    has_more: bool | None = None
    watched_count: Number | None = None
    increased: bool | None = None
    last_refreshed_at: Moment | None = None


class CollectionCounts(ApiModel):
    """`count` is null instead of 0 (live behaviour); `watched_count` is that of the requesting user."""

    count: int | None = None
    watched_count: Number | None = None


class RecordingsCounts(ApiModel):
    """Number of recordings in a playlist."""

    saved_filters: SavedFilterCounts = SavedFilterCounts()
    collection: CollectionCounts = CollectionCounts()


def _few(counts: Any) -> Any:
    if isinstance(counts, dict) and len(cast(Any, counts)) > _MAX_COUNTS:
        raise ValueError(f"it has more than {_MAX_COUNTS} groups of counts")
    return cast(Any, counts)


class Playlist(ApiModel):
    """A collection (hand-picked), a saved filter, or a computed (synthetic) playlist with a negative id.

    `recordings_counts` stays a plain mapping: the documentation page shows arbitrary keys, the live server the two of
    `RecordingsCounts`.
    """

    id: int
    short_id: str
    name: str | None = None
    derived_name: str | None = None
    description: str = ""
    pinned: bool = False
    created_at: Moment | None = None
    created_by: User | None = None
    deleted: bool = False
    filters: FreeJson = None
    last_modified_at: Moment | None = None
    last_modified_by: User | None = None
    recordings_counts: Annotated[dict[str, dict[str, JsonValue]], BeforeValidator(_few)] | None = None
    type: str | None = None
    is_synthetic: bool = False

    @property
    def recording_count(self) -> int | None:
        """Number of recordings in the playlist, or None if the API did not count them."""
        counts = self.recordings_counts or {}
        if self.type == "collection" and counts.get("collection", {}).get("count", 0) is None:
            return 0  # the API sends null for none (live behaviour)
        for group in ("collection", "saved_filters"):
            count = counts.get(group, {}).get("count")
            if isinstance(count, int):
                return count
        return None


class Page(ApiModel):
    """Base of list responses; unreadable rows are dropped and counted.

    Anyone who can send a recording can give its person invalid properties, which must not hide all other recordings.
    `unreadable` counts dropped rows. A page without a readable row is rejected.
    """

    row: ClassVar[type[ApiModel]]

    unreadable: Annotated[int, Field(exclude=True)] = 0

    @model_validator(mode="before")
    @classmethod
    def _drop_unreadable(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        page = cast(dict[str, Any], value)
        if not isinstance(page.get("results"), list):
            return page
        rows: list[ApiModel] = []
        sent = cast(list[Any], page["results"])
        if len(sent) > MAX_ROWS:
            raise ValueError(f"it has {len(sent)} rows; the limit is {MAX_ROWS}")
        for row in sent:
            with suppress(ValidationError):
                rows.append(cls.row.model_validate(row))
        return page | {"results": rows or sent, "unreadable": len(sent) - len(rows) if rows else 0}


class PlaylistPage(Page):
    """One page of playlists; `next` and `previous` are absolute URLs."""

    row = Playlist

    count: int
    next: str | None = None
    previous: str | None = None
    results: ListOf[Playlist]


class Person(ApiModel):
    """The recorded person; an unknown person has null id and name and one distinct id."""

    id: int | None = None
    name: str | None = None
    distinct_ids: ListOf[str] = []
    properties: FreeJson = None
    created_at: Moment | None = None
    uuid: str | None = None
    last_seen_at: Moment | None = None

    @property
    def label(self) -> str | None:
        """The person's e-mail, else the name, else the first distinct id."""
        email = self.properties.get("email") if isinstance(self.properties, dict) else None
        if isinstance(email, str) and email:
            return email
        return self.name or next(iter(self.distinct_ids), None)


class SummaryOutcome(ApiModel):
    """The outcome of the session according to a stored summary."""

    description: str | None = None
    success: bool | None = None


class Recording(ApiModel):
    """One recorded session's metadata. Durations are whole seconds, counts whole numbers."""

    id: str
    distinct_id: str | None = None
    viewed: bool = False
    viewers: ListOf[str] = []
    recording_duration: Number | None = None
    active_seconds: Number | None = None
    inactive_seconds: Number | None = None
    start_time: Moment | None = None
    end_time: Moment | None = None
    click_count: Number | None = None
    keypress_count: Number | None = None
    mouse_activity_count: Number | None = None
    console_log_count: Number | None = None
    console_warn_count: Number | None = None
    console_error_count: Number | None = None
    start_url: str | None = None
    person: Person | None = None
    retention_period_days: Number | None = None
    expiry_time: Moment | None = None
    recording_ttl: Number | None = None
    snapshot_source: str | None = None
    snapshot_library: str | None = None
    ongoing: bool | None = None
    activity_score: float | None = None
    has_summary: bool | None = None
    summary_outcome: SummaryOutcome | None = None
    external_references: ListOf[dict[str, JsonValue]] | None = None
    matches_filters: bool | None = None


class RecordingPage(Page):
    """One page of recordings.

    The live server sends `has_next`, `version` and, in cursor mode, `next_cursor`; the documentation page shows
    `count`, `next` and `previous`. A playlist's recordings are documented as "no body", hence `empty_ok`.
    """

    empty_ok: ClassVar[bool] = True
    row = Recording

    results: ListOf[Recording] = []
    has_next: bool | None = None
    version: int | None = None
    next_cursor: str | None = None
    count: int | None = None
    next: str | None = None
    previous: str | None = None

    @property
    def more(self) -> bool:
        """Whether another page exists, in either shape."""
        return bool(self.has_next or self.next_cursor or self.next)


class Success(ApiModel):
    """`{"success": true}`; also the response where the page documents no body, or the object itself."""

    empty_ok: ClassVar[bool] = True

    success: bool = True


class BulkAdded(Success):
    """Response of `bulk_add`; it only counts newly added ids (live behaviour)."""

    added_count: Number | None = None
    total_requested: int | None = None


class BulkDeleted(Success):
    """Response of both `bulk_delete` routes; missing ids are skipped, not failed (live behaviour)."""

    deleted_count: Number | None = None
    total_requested: int | None = None
    failed_ids: ListOf[str] = []


class SnapshotSource(ApiModel):
    """A block of a recording. Keys of `blob_v2` blocks are whole numbers; long-term copies have a path and no times."""

    source: str
    start_timestamp: Moment | None = None
    end_timestamp: Moment | None = None
    blob_key: str | None = None


class SnapshotSources(ApiModel):
    """The blocks of a recording, oldest first."""

    sources: ListOf[SnapshotSource] = Field(default_factory=list[SnapshotSource])


class ErrorBody(ApiModel):
    """The API's error body; recordings routes sometimes send `{"error": …}` instead (live behaviour)."""

    type: str | None = None
    code: str | None = None
    detail: str | None = None
    attr: str | None = None
    error: str | None = None
