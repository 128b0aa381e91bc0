"""The recordings list's query parameters as a strict model (live behaviour throughout)."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from replay_mcp.local.errors import invalid
from replay_mcp.local.store.dates import parse_moment
from replay_mcp.local.store.property_filters import PropertyFilter

from .filters import Entity

DEFAULT_LIMIT: Final = 50
MAX_LIMIT: Final = 1_000
"""Larger limits are reduced to this; the live server's maximum is not documented."""
MAX_IDS: Final = 10_000

_IGNORED = frozenset(
    {
        "version", "hogql_filtering", "as_query", "add_events_to_property_queries",
        "kind", "tags", "modifiers", "response",
    }
)  # fmt: skip
"""Fields of PostHog's RecordingsQuery that are accepted but have no effect here."""

Filters = Annotated[list[PropertyFilter], Field(max_length=100)]
Ids = Annotated[list[str], Field(max_length=MAX_IDS)]


class RecordingQuery(BaseModel):
    """The query parameters; unknown ones are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    date_from: str | None = None
    date_to: str | None = None
    order: Literal[
        "duration", "recording_duration", "inactive_seconds", "active_seconds", "start_time", "console_error_count",
        "click_count", "keypress_count", "mouse_activity_count", "activity_score", "recording_ttl", "surfacing_score",
    ] = "start_time"  # fmt: skip
    order_direction: Literal["ASC", "DESC"] = "DESC"
    limit: int | None = None
    offset: int | None = None
    after: str | None = None
    session_ids: Ids | None = None
    session_recording_id: str | None = None
    person_uuid: str | None = None
    distinct_ids: Ids | None = None
    filter_test_accounts: bool | None = None
    properties: Filters | None = None
    having_predicates: Filters | None = None
    events: Annotated[list[Entity], Field(max_length=100)] | None = None
    actions: list[dict[str, Any]] | None = None
    console_log_filters: Filters | None = None
    failed_request_filters: Filters | None = None
    comment_text: PropertyFilter | None = None
    operand: Literal["AND", "OR"] = "AND"
    hide_viewed_recordings: Literal["current-user", "any-user"] | None = None
    user_modified_filters: dict[str, Any] | None = None

    @property
    def page_size(self) -> int:
        """Recordings per page."""
        return min(self.limit, MAX_LIMIT) if self.limit and self.limit > 0 else DEFAULT_LIMIT


def parse_query(query: Mapping[str, str]) -> RecordingQuery:
    """Parse query parameters; values that are not JSON are strings.

    Raises:
        ApiFailure: 400 with the list of errors as JSON text.
    """
    values = {name: _decoded(value) for name, value in query.items() if name not in _IGNORED}
    try:
        return RecordingQuery.model_validate(values)
    except ValidationError as error:
        raise invalid(error.json()) from error


def date_parameter(attr: str, value: str, now: int, *, day_ends: bool = False) -> int:
    """Epoch milliseconds of a date parameter; for `day_ends`, see `parse_moment`.

    Raises:
        ApiFailure: 400 if the value is not a date. The live server silently uses the current time instead.
    """
    moment = parse_moment(value, now, day_ends=day_ends)
    if moment is None:
        hint = "Use an ISO date (YYYY-MM-DD) or relative shorthand like `-7d`."
        raise invalid(f"Invalid date value '{value[:100]}'. {hint}", attr=attr)
    return moment


def _decoded(value: str) -> Any:
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
