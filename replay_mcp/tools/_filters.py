"""Filters for recordings, shared by the tools that list and compare them."""

from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BeforeValidator, Field

from replay_mcp.api.endpoints import RECORDINGS_LIST
from replay_mcp.api.models import RecordingPage
from replay_mcp.api.params import RecordingsList
from replay_mcp.api.types import CARRIED, DateBound, SessionId
from replay_mcp.context import ToolContext
from replay_mcp.errors import BadRequest, InvalidArguments
from replay_mcp.tools._tool import Params

DEFAULT_WINDOW: Final = "-3d"
"""The API's default; always sent, so that results report the window that was applied."""

Seconds = Annotated[int, Field(ge=0), CARRIED]
Count = Annotated[int, Field(ge=0), CARRIED]
Text = Annotated[str, Field(min_length=1, max_length=500)]
Status = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if type(value) is int else value),
    Field(pattern=r"^[45](xx|\d\d)$", description="`5xx`, `4xx` or `404`. Local API only."),
]


class RecordingFilters(Params):
    """Filters combine with AND."""

    date_from: Annotated[
        DateBound, Field(description="Start: `-24h`, `-7d`, ISO, or a date in the project's timezone.")
    ] = DEFAULT_WINDOW
    date_to: Annotated[DateBound, Field(description="End, with that date; default: now.")] | None = None
    min_duration_seconds: Seconds | None = None
    min_console_errors: Annotated[Count, Field(description="1: sessions with any error.")] | None = None
    visited_url: Annotated[Text, Field(description="Part of a visited URL.")] | None = None
    console_text: Annotated[Text, Field(description="Part of a console line.")] | None = None
    event: (
        Annotated[
            str,
            Field(min_length=1, max_length=200, description="With this event.", examples=["$rageclick", "$exception"]),
        ]
        | None
    ) = None
    failed_request_status: Status | None = None
    session_ids: (
        Annotated[
            list[SessionId], Field(min_length=1, max_length=100, description="Exactly these, whatever the window.")
        ]
        | None
    ) = None
    filter_test_accounts: Annotated[bool, Field(description="Leave out internal and test users.")] = False

    BOUNDS: ClassVar[dict[str, tuple[str, str]]] = {
        "min_duration_seconds": ("duration", "gte"),
        "min_console_errors": ("console_error_count", "gte"),
    }
    """Metric and operator of each field that bounds a metric."""

    @property
    def window(self) -> dict[str, str | None]:
        """The applied window, as reported in results; none if ids are given."""
        applied = self.session_ids is None
        return {"date_from": self.date_from if applied else None, "date_to": self.date_to if applied else None}

    @property
    def narrowed(self) -> bool:
        """Whether any filter other than the window and the ids is set."""
        return not self.model_fields_set <= {
            "session_ids",
            "date_from",
            "date_to",
            "limit",
            "order",
            "detail",
            "cursor",
        }

    async def find(self, context: ToolContext, **more: Any) -> RecordingPage:
        """Fetch the API's page for these filters; `more` are further fields of the request.

        Raises:
            InvalidArguments: the API does not support filters on failed requests.
        """
        try:
            return await context.api.call(RECORDINGS_LIST, self.request(**more))
        except BadRequest as error:
            if "failed_request_filters" not in (error.detail or ""):
                raise
            raise InvalidArguments(
                "PostHog cannot filter recordings by failed requests; failed_request_* works with the local API only.",
                next="Leave it out. Find candidates by console_text, min_console_errors or visited_url; "
                "session-recording-timeline with min_status: 400 shows the failed requests of a recording.",
            ) from error

    def request(self, **more: Any) -> RecordingsList:
        """Build the API request for these filters and the fields in `more`; fields that are None are not sent."""
        fields: dict[str, Any] = {
            "date_from": self.date_from,
            "date_to": self.date_to,
            "session_ids": self.session_ids,
            "having_predicates": [
                _on("recording", key, operator, value)
                for name, (key, operator) in self.BOUNDS.items()
                if (value := getattr(self, name)) is not None
            ]
            or None,
            "console_log_filters": self.console_filters() or None,
            "failed_request_filters": self.failed_request_filters() or None,
            "filter_test_accounts": self.filter_test_accounts or None,
            **more,
        }
        if self.visited_url is not None:
            fields["properties"] = [_on("recording", "visited_page", "icontains", self.visited_url)]
        if self.event is not None:
            fields["events"] = [{"type": "events", "id": self.event, "name": self.event, "order": 0}]
        return RecordingsList.model_validate({name: value for name, value in fields.items() if value is not None})

    def console_filters(self) -> list[dict[str, Any]]:
        """Conditions that a single console line must meet."""
        return [] if self.console_text is None else [_on("log_entry", "message", "icontains", self.console_text)]

    def failed_request_filters(self) -> list[dict[str, Any]]:
        """Conditions that a single failed request must meet."""
        if (status := self.failed_request_status) is None:
            return []
        between = [int(status.replace("xx", "00")), int(status.replace("xx", "99"))]
        return [_on("recording", "failed_request_status", "between", between)]

    def why_nothing(self) -> str:
        """A note for a result without recordings."""
        if self.session_ids:
            return (
                "No recording in this environment has one of these ids: they were not captured, have expired, were "
                "deleted, or belong to another environment."
            )
        return (
            f"No recording from {self.date_from} to {self.date_to or 'now'} matches. Widen date_from or drop a filter; "
            "some sessions are not recorded (sampling, triggers, replay disabled)."
        )


class AllRecordingFilters(RecordingFilters):
    """All filters, including those that only the list supports."""

    max_duration_seconds: Seconds | None = None
    min_active_seconds: Annotated[Seconds, Field(description="Time with activity.")] | None = None
    max_active_seconds: Seconds | None = None
    min_clicks: Count | None = None
    min_keypresses: Count | None = None
    console_level: (
        Annotated[
            Literal["info", "warn", "error"], Field(description="Level of a line; with console_text, of that line.")
        ]
        | None
    ) = None
    failed_request_host: (
        Annotated[Text, Field(description="Part of the same request's host. Local API only.")] | None
    ) = None
    person_uuid: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    distinct_ids: Annotated[list[Annotated[str, Field(max_length=400)]], Field(min_length=1, max_length=100)] | None = (
        None
    )

    BOUNDS: ClassVar[dict[str, tuple[str, str]]] = RecordingFilters.BOUNDS | {
        "max_duration_seconds": ("duration", "lte"),
        "min_active_seconds": ("active_seconds", "gte"),
        "max_active_seconds": ("active_seconds", "lte"),
        "min_clicks": ("click_count", "gte"),
        "min_keypresses": ("keypress_count", "gte"),
    }

    def request(self, **more: Any) -> RecordingsList:
        """Build the API request for these filters and the fields in `more`; fields that are None are not sent."""
        return super().request(person_uuid=self.person_uuid, distinct_ids=self.distinct_ids, **more)

    def console_filters(self) -> list[dict[str, Any]]:
        """Conditions that a single console line must meet."""
        level = [] if self.console_level is None else [_on("log_entry", "level", "exact", [self.console_level])]
        return level + super().console_filters()

    def failed_request_filters(self) -> list[dict[str, Any]]:
        """Conditions that a single failed request must meet."""
        found = super().failed_request_filters()
        if self.failed_request_host is not None:
            found.append(_on("recording", "failed_request_host", "icontains", self.failed_request_host))
        return found


def _on(type: str, key: str, operator: str, value: Any) -> dict[str, Any]:
    return {"type": type, "key": key, "operator": operator, "value": value}
