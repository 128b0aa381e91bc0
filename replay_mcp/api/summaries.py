"""Session summaries: the API's response and its entries."""

from typing import Any, ClassVar, Final, Literal, cast

from pydantic import ConfigDict, Field, JsonValue, RootModel, model_validator

from .models import MAX_ROWS, ApiModel, Moment, Number, SummaryOutcome
from .types import ListOf

Failure = Literal["recording_not_found", "no_events_or_too_short", "summary_failed"]
FAILURES: Final[dict[Failure, str]] = {
    "recording_not_found": "No recording found for this session ID. The recording may not have been captured, may have"
    " expired, or may belong to a different team.",
    "no_events_or_too_short": "Recording has no usable events to summarize (typically because it is too short).",
    "summary_failed": "Failed to generate a summary for this session. Please try again later.",
}
"""Why a session has no summary, in the live server's words."""


class SegmentMeta(ApiModel):
    """Statistics of a segment; durations in whole seconds, percentages from 0 to 1 with 4 decimals."""

    duration: Number | None = None
    duration_percentage: float | None = None
    events_count: Number | None = None
    events_percentage: float | None = None
    key_action_count: Number | None = None
    failure_count: Number | None = None
    abandonment_count: Number | None = None
    confusion_count: Number | None = None
    exception_count: Number | None = None


class Segment(ApiModel):
    """A stretch of the session with one purpose."""

    index: int | None = None
    name: str | None = None
    start_event_id: str | None = None
    end_event_id: str | None = None
    meta: SegmentMeta | None = None


class KeyAction(ApiModel):
    """An event that the summary is based on."""

    description: str | None = None
    abandonment: bool | None = None
    confusion: bool | None = None
    exception: str | None = Field(default=None, description="blocking or non-blocking")
    event_id: str | None = None
    timestamp: Moment | None = None
    milliseconds_since_start: Number | None = None
    window_id: str | None = None
    current_url: str | None = None
    event: str | None = None
    event_type: str | None = None
    event_index: int | None = None
    session_id: str | None = None
    event_uuid: str | None = None


class SegmentKeyActions(ApiModel):
    """The key actions of one segment."""

    segment_index: int | None = None
    events: ListOf[KeyAction] | None = None


class SegmentOutcome(ApiModel):
    """How one segment ended."""

    segment_index: int | None = None
    summary: str | None = None
    success: bool | None = None


class Computed(ApiModel):
    """Our extension: marks a summary as computed by rules, with the rules' version, the coverage and the facts.

    Attributes:
        by: the program that computed it.
        version: version of the rules.
        missing: parts of the recording that could not be read.
        outcome: `success`, `failed` or `not shown`.
        failed_refs: refs of failed actions.
        clicks: number of clicks and taps.
        fields: number of fields that were filled in.
        segment_seconds: when each segment began and ended, in seconds from the start of the recording.
    """

    by: str = ""
    version: str = ""
    seconds: Number | None = None
    events: int | None = None
    rows: int | None = None
    complete: bool | None = None
    missing: ListOf[str] = Field(default_factory=list[str])
    outcome: str | None = None
    failed_refs: ListOf[str] = Field(default_factory=list[str])
    clicks: int | None = None
    fields: int | None = None
    segment_seconds: ListOf[ListOf[Number]] = Field(default_factory=list[list[Number]])
    focus: dict[str, JsonValue] | None = None


class SummaryEntry(ApiModel):
    """A session's entry in the response: a summary, or `error` with `error_message`."""

    segments: ListOf[Segment] | None = None
    key_actions: ListOf[SegmentKeyActions] | None = None
    segment_outcomes: ListOf[SegmentOutcome] | None = None
    session_outcome: SummaryOutcome | None = None
    sentiment: dict[str, JsonValue] | None = None
    error: str | None = Field(default=None, description="one of `FAILURES`")
    error_message: str | None = None
    computed: Computed | None = None

    @classmethod
    def failure(cls, error: "Failure", message: str = "") -> "SummaryEntry":
        """An entry without a summary; the default message is the live server's."""
        return cls(error=error, error_message=message or FAILURES[error])


class Summaries(RootModel[dict[str, SummaryEntry]]):
    """Entries by session id (live behaviour).

    The documentation page shows the request echoed back (`session_ids`, `focus_area`) instead; that shape is accepted
    as a response without entries. Older servers omit failed sessions.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)
    empty_ok: ClassVar[bool] = False

    @model_validator(mode="before")
    @classmethod
    def _documented_echo(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        answer = cast(dict[str, Any], value)
        if len(answer) > MAX_ROWS:
            raise ValueError(f"it has {len(answer)} entries; the limit is {MAX_ROWS}")
        return {} if isinstance(answer.get("session_ids"), list) else answer
