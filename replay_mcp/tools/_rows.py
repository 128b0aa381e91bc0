"""Playlists and recordings as several tools show them: concise rows, or the documented object."""

from typing import Annotated, Any, Self

from pydantic import Field

from replay_mcp.api.models import Playlist, Recording
from replay_mcp.recording.redaction import Redaction, map_strings, visible

from ._budget import bounded
from ._tool import Documented, Replay, Result, Time

Arguments = dict[str, Any]
Next = Annotated[Arguments | None, Field(description="Arguments to add for the next page; absent on the last.")]


class PlaylistRow(Result):
    """A playlist, concise."""

    short_id: str
    name: str | None = None
    description: str | None = None
    type: str | None = Field(default=None, description="collection (hand-picked) or filters (a saved filter)")
    is_synthetic: bool | None = Field(default=None, description="true: computed by PostHog, cannot be changed")
    recordings: int | None = Field(default=None, description="how many; absent while the API has not counted them")
    pinned: bool | None = None
    deleted: bool | None = None
    created_by: str | None = None
    last_modified_at: Time | None = None
    link: str

    @classmethod
    def of(cls, playlist: Playlist, replay: Replay) -> Self:
        """The concise row."""
        name = playlist.name or playlist.derived_name
        return cls(
            short_id=playlist.short_id,
            name=visible(name) if name else None,
            description=visible(playlist.description),
            type=playlist.type,
            is_synthetic=playlist.is_synthetic or None,
            recordings=playlist.recording_count,
            pinned=playlist.pinned or None,
            deleted=playlist.deleted or None,
            created_by=playlist.created_by and playlist.created_by.email,
            last_modified_at=playlist.last_modified_at,
            link=replay.links.playlist(playlist.short_id),
        )


class PlaylistDetails(PlaylistRow):
    """A playlist with its filters, which an update of a `filters` playlist needs."""

    filters: Any = None

    @classmethod
    def of(cls, playlist: Playlist, replay: Replay) -> Self:
        """The row and the filters, unless they are too large to show."""
        row = PlaylistRow.of(playlist, replay)
        return cls(**dict(row), **bounded({"filters": playlist.filters}))


class RecordingRow(Result):
    """A recording in a list, concise; counts that are 0 and flags that are false are left out."""

    id: str
    start_time: Time | None = None
    recording_duration: int | None = Field(default=None, description="seconds")
    person: str | None = None
    start_url: str | None = Field(default=None, description="recorded text; without its query")
    click_count: int | None = None
    console_error_count: int | None = None
    viewed: bool | None = Field(default=None, description="by the owner of the server's key")
    ongoing: bool | None = None
    matches_filters: bool | None = None
    link: str

    @classmethod
    def of(cls, recording: Recording, replay: Replay) -> Self:
        """The concise row."""
        return cls(
            id=recording.id,
            start_time=recording.start_time,
            recording_duration=recording.recording_duration,
            person=_person(recording, replay.redaction),
            start_url=_without_query(recording.start_url, replay.redaction),
            click_count=recording.click_count or None,
            console_error_count=recording.console_error_count or None,
            viewed=recording.viewed or None,
            ongoing=recording.ongoing or None,
            matches_filters=None if recording.matches_filters is not False else False,
            link=replay.links.recording(recording.id),
        )


class RecordingDetails(RecordingRow):
    """One recording's metadata."""

    end_time: Time | None = None
    active_seconds: int | None = None
    keypress_count: int | None = None
    mouse_activity_count: int | None = None
    console_log_count: int | None = None
    console_warn_count: int | None = None
    activity_score: float | None = None
    viewers: list[str] | None = Field(default=None, description="others who viewed it")
    distinct_id: str | None = None
    expiry_time: Time | None = Field(default=None, description="when PostHog drops it")
    snapshot_source: str | None = Field(default=None, description="web or mobile")
    has_summary: bool | None = None
    summary: str | None = Field(default=None, description="outcome as a stored summary has it")

    @classmethod
    def of(cls, recording: Recording, replay: Replay) -> Self:
        """All that is worth a model's attention."""
        row: dict[str, Any] = dict(RecordingRow.of(recording, replay))
        redaction = replay.redaction
        if recording.start_url:
            row["start_url"] = redaction.url(recording.start_url)
        outcome = recording.summary_outcome
        return cls(
            **row,
            end_time=recording.end_time,
            active_seconds=recording.active_seconds,
            keypress_count=recording.keypress_count,
            mouse_activity_count=recording.mouse_activity_count,
            console_log_count=recording.console_log_count,
            console_warn_count=recording.console_warn_count,
            activity_score=recording.activity_score,
            viewers=recording.viewers,
            distinct_id=recording.distinct_id and redaction.identity(recording.distinct_id),
            expiry_time=recording.expiry_time,
            snapshot_source=recording.snapshot_source,
            has_summary=recording.has_summary or None,
            summary=redaction.text(outcome.description) if outcome and outcome.description else None,
        )


def playlist_row(playlist: Playlist, replay: Replay, detail: str) -> PlaylistRow | Documented:
    """The concise row, or the documented object with `link` beside its fields."""
    if detail == "concise":
        return PlaylistRow.of(playlist, replay)
    return _documented_playlist(playlist, replay)


def playlist_details(playlist: Playlist, replay: Replay, detail: str) -> PlaylistDetails | Documented:
    """The row with its filters, or the documented object with `link` beside its fields."""
    if detail == "concise":
        return PlaylistDetails.of(playlist, replay)
    return _documented_playlist(playlist, replay)


def recording_row(recording: Recording, replay: Replay, detail: str) -> RecordingRow | Documented:
    """The concise row, or the documented object with `link` beside its fields."""
    return RecordingRow.of(recording, replay) if detail == "concise" else documented_recording(recording, replay)


def documented_recording(recording: Recording, replay: Replay) -> Documented:
    """The documented object with recorded text redacted, and `link` beside its fields."""
    shown = recording.documented()
    redaction = replay.redaction
    if isinstance(url := shown.get("start_url"), str):
        shown["start_url"] = redaction.url(url)
    if redaction.level == "strict":
        shown |= {"person": None, "distinct_id": None}
    elif recording.person and isinstance(recording.person.properties, dict):
        map_strings(shown["person"]["properties"], lambda value: _property(value, redaction))
    return Documented(bounded(shown) | {"link": replay.links.recording(recording.id)})


def _documented_playlist(playlist: Playlist, replay: Replay) -> Documented:
    return Documented(bounded(playlist.documented()) | {"link": replay.links.playlist(playlist.short_id)})


def _property(value: str, redaction: Redaction) -> str:
    """A person's property: recorded URLs are masked; what identifies the person stays."""
    return redaction.url(value) if "://" in value else visible(value)


def _person(recording: Recording, redaction: Redaction) -> str | None:
    label = (recording.person.label if recording.person else None) or recording.distinct_id
    return redaction.identity(label) if label else None


def _without_query(url: str | None, redaction: Redaction) -> str | None:
    return redaction.url(url.partition("?")[0].partition("#")[0], 120) if url else None
