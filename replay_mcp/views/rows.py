"""Playlists and recordings in results: concise rows, with the documented object on request."""

from typing import Annotated, Any, Final, Self

from pydantic import Field

from replay_mcp.api.models import Page, Playlist, Recording, User
from replay_mcp.context import ToolContext
from replay_mcp.redaction import Redaction, visible
from replay_mcp.views.budget import OBJECT_BUDGET, limit_size, size
from replay_mcp.views.result import Documented, Result, Time

MAX_VIEWERS_IN_LISTS: Final = 5
MAX_VIEWERS: Final = 100

Arguments = dict[str, Any]
Next = Annotated[Arguments | None, Field(description="Arguments to add for the next page; absent on the last.")]


class PlaylistRow(Result):
    """A concise playlist."""

    short_id: str
    name: str | None = None
    description: str | None = None
    type: str | None = Field(default=None, description="collection (hand-picked) or filters (a saved filter)")
    is_synthetic: bool | None = Field(default=None, description="true: computed by PostHog, cannot be changed")
    recordings: int | None = Field(default=None, description="how many; absent where the API did not count them")
    pinned: bool | None = None
    deleted: bool | None = None
    created_by: str | None = None
    last_modified_by: str | None = Field(default=None, description="if it is somebody else")
    last_modified_at: Time | None = None
    link: str
    documented: Documented = None

    @classmethod
    def of(cls, playlist: Playlist, context: ToolContext, detail: str = "concise") -> Self:
        """Build the row, with the documented object if `detail` is full."""
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
            created_by=(created_by := _user(playlist.created_by)),
            last_modified_by=modified_by if (modified_by := _user(playlist.last_modified_by)) != created_by else None,
            last_modified_at=playlist.last_modified_at,
            link=context.links.playlist(playlist.short_id),
            documented=limit_size(playlist.documented()) if detail == "full" else None,
        )


def _user(user: User | None) -> str | None:
    """A user's e-mail, else the name, else the id."""
    if user is None:
        return None
    name = user.email or f"{user.first_name} {user.last_name}".strip()
    return visible(name) if name else None if user.id is None else f"user {user.id}"


class PlaylistDetails(PlaylistRow):
    """A playlist with its filters, which updates of a `filters` playlist need."""

    filters: dict[str, Any] | None = None
    filters_left_out: str | None = Field(default=None, description="in place of filters too large to show")

    @classmethod
    def of(cls, playlist: Playlist, context: ToolContext, detail: str = "concise") -> Self:
        """Build the row with the filters, or a note if they are too large to show."""
        row: dict[str, Any] = dict(PlaylistRow.of(playlist, context, detail))
        if detail == "full" or not isinstance(playlist.filters, dict):
            return cls(**row)  # the documented object contains them
        if (characters := size(playlist.filters)) > OBJECT_BUDGET:
            return cls(**row, filters_left_out=f"{characters} characters; see them in PostHog")
        return cls(**row, filters=playlist.filters)


class RecordingRow(Result):
    """A concise recording in a list, without zero counts and false flags."""

    id: str
    start_time: Time | None = None
    recording_duration: int | None = Field(default=None, description="seconds")
    person: str | None = Field(default=None, description="as known now, perhaps not yet during the session")
    start_url: str | None = Field(default=None, description="recorded text; in lists without scheme and query")
    click_count: int | None = Field(default=None, description="as PostHog counts: a tap counts twice")
    console_error_count: int | None = None
    viewed: bool | None = Field(default=None, description="by the owner of the server's key")
    viewers: list[str] = Field(default=[], description="others who viewed it; at most 5 in lists")
    ongoing: bool | None = None
    matches_filters: bool | None = None
    link: str
    documented: Documented = None

    @classmethod
    def of(cls, recording: Recording, context: ToolContext, detail: str = "concise") -> Self:
        """Build the row, with the documented object if `detail` is full."""
        return cls(
            id=recording.id,
            start_time=recording.start_time,
            recording_duration=to_int(recording.recording_duration),
            person=_person(recording, context.redaction),
            start_url=_short_url(recording.start_url, context.redaction),
            click_count=to_int(recording.click_count) or None,
            console_error_count=to_int(recording.console_error_count) or None,
            viewed=recording.viewed or None,
            viewers=[visible(viewer) for viewer in recording.viewers[:MAX_VIEWERS_IN_LISTS]],
            ongoing=recording.ongoing or None,
            matches_filters=None if recording.matches_filters is not False else False,
            link=context.links.recording(recording.id),
            documented=_documented(recording, context.redaction) if detail == "full" else None,
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
    distinct_id: str | None = None
    expiry_time: Time | None = Field(default=None, description="when PostHog drops it")
    snapshot_source: str | None = Field(
        default=None, description="web (a browser, also on a phone) or mobile (a native app)"
    )
    has_summary: bool | None = None
    summary: str | None = Field(default=None, description="outcome as a stored summary has it")

    @classmethod
    def of(cls, recording: Recording, context: ToolContext, detail: str = "concise") -> Self:
        """Build the details, with the documented object if `detail` is full."""
        row: dict[str, Any] = dict(RecordingRow.of(recording, context, detail))
        redaction = context.redaction
        if recording.start_url:
            row["start_url"] = redaction.url(recording.start_url)
        row["viewers"] = [visible(viewer) for viewer in recording.viewers[:MAX_VIEWERS]]
        outcome = recording.summary_outcome
        return cls(
            **row,
            end_time=recording.end_time,
            active_seconds=to_int(recording.active_seconds),
            keypress_count=to_int(recording.keypress_count),
            mouse_activity_count=to_int(recording.mouse_activity_count),
            console_log_count=to_int(recording.console_log_count),
            console_warn_count=to_int(recording.console_warn_count),
            activity_score=recording.activity_score,
            distinct_id=recording.distinct_id and redaction.identity(recording.distinct_id),
            expiry_time=recording.expiry_time,
            snapshot_source=visible(recording.snapshot_source) if recording.snapshot_source else None,
            has_summary=recording.has_summary or None,
            summary=redaction.text(outcome.description) if outcome and outcome.description else None,
        )


def unreadable_note(page: Page) -> str | None:
    """A note about rows that could not be parsed."""
    return (
        f"{page.unreadable} rows of the API's response could not be read and are omitted." if page.unreadable else None
    )


def to_int(number: float | None) -> int | None:
    """A count or duration without the fraction that some builds send."""
    return None if number is None else int(number)


def _documented(recording: Recording, redaction: Redaction) -> dict[str, Any]:
    """The documented object with redacted text; under `strict` without unknown fields and those about the person."""
    shown = recording.documented()
    if redaction.level == "strict":
        shown = {name: value for name, value in shown.items() if name in Recording.model_fields}
        shown |= {"person": None, "distinct_id": None, "summary_outcome": None, "external_references": None}
    outcome = shown.get("summary_outcome")
    if recording.summary_outcome and recording.summary_outcome.description and outcome:
        outcome["description"] = redaction.text(recording.summary_outcome.description)
    redaction.properties(shown)
    return limit_size(shown)


def _person(recording: Recording, redaction: Redaction) -> str | None:
    label = (recording.person.label if recording.person else None) or recording.distinct_id
    return redaction.identity(label) if label else None


def _short_url(url: str | None, redaction: Redaction) -> str | None:
    """Host and path, which identify the page in a third of the characters."""
    if not url:
        return None
    page = redaction.url(url.partition("?")[0].partition("#")[0], 120)
    return page.removeprefix("https://").removeprefix("http://")
