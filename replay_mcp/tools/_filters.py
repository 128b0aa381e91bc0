"""The filters that find recordings, as the tools that list and compare them take them."""

from typing import Annotated, Any, Final

from pydantic import Field

from replay_mcp.api.params import RecordingsList
from replay_mcp.api.types import DateBound, SessionId

from ._tool import Params

DEFAULT_WINDOW: Final = "-3d"
"""The API's own default; always sent, so that the window told is the window applied."""

Seconds = Annotated[int, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]


class RecordingFilters(Params):
    """Filters combine with AND."""

    date_from: Annotated[DateBound, Field(description="Start of the window: `-24h`, `-7d` or ISO, UTC.")] = (
        DEFAULT_WINDOW
    )
    date_to: Annotated[DateBound, Field(description="End of the window; absent: now.")] | None = None
    min_duration_seconds: Annotated[Seconds, Field(description="This long or longer.")] | None = None
    max_duration_seconds: Seconds | None = None
    min_active_seconds: Annotated[Seconds, Field(description="Time with activity.")] | None = None
    min_clicks: Count | None = None
    min_console_errors: Annotated[Count, Field(description="1: sessions with any error.")] | None = None
    visited_url: (
        Annotated[str, Field(min_length=1, max_length=500, description="Part of any URL visited in the session.")]
        | None
    ) = None
    event: (
        Annotated[
            str,
            Field(min_length=1, max_length=200, description="Has this event.", examples=["$rageclick", "$exception"]),
        ]
        | None
    ) = None
    person_uuid: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    distinct_ids: Annotated[list[Annotated[str, Field(max_length=400)]], Field(min_length=1, max_length=100)] | None = (
        None
    )
    session_ids: (
        Annotated[
            list[SessionId], Field(min_length=1, max_length=100, description="Exactly these, whatever the window.")
        ]
        | None
    ) = None
    filter_test_accounts: Annotated[bool, Field(description="Leave out internal and test users.")] = False

    @property
    def window(self) -> dict[str, str | None]:
        """The window that is applied, as results tell it; none where ids are given."""
        applied = self.session_ids is None
        return {"date_from": self.date_from if applied else None, "date_to": self.date_to if applied else None}

    @property
    def narrowed(self) -> bool:
        """Whether a filter besides the window and the ids is set."""
        return not self.model_fields_set <= {
            "session_ids",
            "date_from",
            "date_to",
            "limit",
            "order",
            "detail",
            "cursor",
        }

    def request(self, **more: Any) -> RecordingsList:
        """The API's request for these filters, with `more` of its fields; None leaves a field out."""
        fields: dict[str, Any] = {
            "date_from": self.date_from,
            "date_to": self.date_to,
            "session_ids": self.session_ids,
            "person_uuid": self.person_uuid,
            "distinct_ids": self.distinct_ids,
            "having_predicates": self._metrics() or None,
            "filter_test_accounts": self.filter_test_accounts or None,
            **more,
        }
        if self.visited_url is not None:
            visited = {"type": "recording", "key": "visited_page", "operator": "icontains", "value": self.visited_url}
            fields["properties"] = [visited]
        if self.event is not None:
            fields["events"] = [{"type": "events", "id": self.event, "name": self.event, "order": 0}]
        return RecordingsList.model_validate({name: value for name, value in fields.items() if value is not None})

    def why_nothing(self) -> str:
        """What to say when no recording matches."""
        if self.session_ids:
            return "None of these ids has a recording here: not captured, expired, deleted, or of another environment."
        return (
            f"No recording from {self.date_from} to {self.date_to or 'now'} matches. Widen date_from or drop a filter; "
            "sessions may also go unrecorded (sampling, triggers, replay switched off)."
        )

    def _metrics(self) -> list[dict[str, Any]]:
        bounds = (
            ("duration", "gte", self.min_duration_seconds),
            ("duration", "lte", self.max_duration_seconds),
            ("active_seconds", "gte", self.min_active_seconds),
            ("click_count", "gte", self.min_clicks),
            ("console_error_count", "gte", self.min_console_errors),
        )
        return [
            {"type": "recording", "key": key, "operator": operator, "value": value}
            for key, operator, value in bounds
            if value is not None
        ]
