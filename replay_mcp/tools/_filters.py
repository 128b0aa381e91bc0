"""Filters for recordings, shared by the tools that list and compare them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final, Literal, NamedTuple

from pydantic import AliasChoices, BeforeValidator, Field

from replay_mcp.api.endpoints import RECORDINGS_LIST
from replay_mcp.api.models import RecordingPage
from replay_mcp.api.params import RecordingsList
from replay_mcp.api.types import CARRIED, MAX_DISTINCT_ID_LENGTH, DateBound
from replay_mcp.context import ToolContext
from replay_mcp.errors import BadRequest, InvalidArguments
from replay_mcp.reading.oldest import data_from
from replay_mcp.reading.what_exists import SearchWindow
from replay_mcp.redaction import Redaction
from replay_mcp.tools._conditions import Conditions, PropertyCondition, event_filter, recordings_request
from replay_mcp.tools._masked_search import masked_in_text, masked_in_urls, shown_url_pattern
from replay_mcp.tools._masked_values import masked_values
from replay_mcp.tools._person import person_requests
from replay_mcp.tools._recording_ids import RecordingId
from replay_mcp.tools._tool import Params

DEFAULT_WINDOW: Final = "-3d"
"""The API's default; always sent, so that results report the window that was applied."""

_WINDOW: Final = {"session_ids", "date_from", "date_to"}

Seconds = Annotated[int, Field(ge=0), CARRIED]
Count = Annotated[int, Field(ge=0), CARRIED]
Text = Annotated[str, Field(min_length=1, max_length=500)]
Status = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if type(value) is int else value),
    Field(pattern=r"^[45](xx|\d\d)$", description="`5xx`, `4xx` or `404`. Local API only."),
]


class FoundRecordings(NamedTuple):
    """A page of recordings.

    Attributes:
        way: which way to identify the person found it; later pages need the same.
    """

    page: RecordingPage
    way: int


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
    where: Conditions | None = None
    person: (
        Annotated[
            str,
            Field(
                min_length=1,
                max_length=MAX_DISTINCT_ID_LENGTH,
                description="Whole e-mail, name, distinct id or uuid.",
            ),
        ]
        | None
    ) = Field(default=None, validation_alias=AliasChoices("person", "person_uuid", "distinct_id"))
    failed_request_status: Status | None = None
    session_ids: (
        Annotated[
            list[RecordingId], Field(min_length=1, max_length=100, description="Exactly these, whatever the window.")
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
        filters = (RecordingFilters.model_fields.keys() | AllRecordingFilters.model_fields.keys()) - _WINDOW
        return bool(self.model_fields_set & filters)

    async def find(self, context: ToolContext, *, way: int | None = None, **more: Any) -> FoundRecordings:
        """Fetch the API's page for these filters.

        Args:
            context: the tool's context.
            way: for a later page, how the first page identified the person.
            more: further fields of the request.

        Raises:
            InvalidArguments: the API does not support filters on failed requests.
        """
        if await self.masked_reason(context):
            return FoundRecordings(RecordingPage(), 0)
        requests = self.requests(context.redaction, more)
        found = FoundRecordings(RecordingPage(), 0)
        for number in range(len(requests)) if way is None else [min(way, len(requests) - 1)]:
            found = FoundRecordings(await _page(context, requests[number]), number)
            if found.page.results or found.page.more:
                break
        return found

    def requests(self, redaction: Redaction, more: Mapping[str, Any] | None = None) -> list[RecordingsList]:
        """The API requests for these filters, one for each way to identify the person, the likeliest first.

        Args:
            redaction: filters on text find only what it does not mask.
            more: further fields of the requests. Fields that are None are not sent.
        """
        fields = _joined(
            {"date_from": self.date_from, "date_to": self.date_to, "session_ids": self.session_ids},
            self._bounds(),
            recordings_request([*self._of_recordings()], redaction),
            {"properties": self._visited(redaction)},
            {"console_log_filters": self.console_filters(), "failed_request_filters": self.failed_request_filters()},
            {"events": self._events(redaction), "filter_test_accounts": self.filter_test_accounts or None},
            more or {},
        )
        return [RecordingsList.model_validate(_joined(fields, person)) for person in person_requests(self.person)]

    def _bounds(self) -> dict[str, Any]:
        return {
            "having_predicates": [
                _on("recording", key, operator, value)
                for name, (key, operator) in self.BOUNDS.items()
                if (value := getattr(self, name)) is not None
            ]
        }

    def _of_recordings(self) -> Iterator[PropertyCondition]:
        """The conditions that are not on the properties of `event`."""
        return (condition for condition in self.where or () if not self._is_of_event(condition))

    def _is_of_event(self, condition: PropertyCondition) -> bool:
        return self.event is not None and condition.on == "event" and not condition.names_event

    def _events(self, redaction: Redaction) -> list[dict[str, Any]]:
        if self.event is None:
            return []
        of_event = [condition.filter(redaction) for condition in self.where or () if self._is_of_event(condition)]
        event = event_filter(self.event)
        return [event | {"properties": of_event} if of_event else event]

    def _visited(self, redaction: Redaction) -> list[dict[str, Any]]:
        if self.visited_url is None:
            return []
        contains = _on("recording", "visited_page", "icontains", self.visited_url.removesuffix("="))
        if redaction.level == "off":
            return [contains]
        # Both, because the local API has an index for the first, and only the second leaves out what is masked.
        return [contains, _on("recording", "visited_page", "regex", shown_url_pattern(self.visited_url))]

    def console_filters(self) -> list[dict[str, Any]]:
        """Conditions that a single console line must meet."""
        return [] if self.console_text is None else [_on("log_entry", "message", "icontains", self.console_text)]

    def failed_request_filters(self) -> list[dict[str, Any]]:
        """Conditions that a single failed request must meet."""
        if (status := self.failed_request_status) is None:
            return []
        between = [int(status.replace("xx", "00")), int(status.replace("xx", "99"))]
        return [_on("recording", "failed_request_status", "between", between)]

    def masked(self, redaction: Redaction) -> str | None:
        """Why a filter searches what results mask, and therefore finds nothing; None if none does."""
        if self.visited_url is not None and masked_in_urls(self.visited_url, redaction):
            return (
                "visited_url finds nothing here: e-mails and the values of parameters are masked in URLs, and cannot "
                "be searched either. Search a part of the path; for a campaign, use where with the event property."
            )
        if self.console_text is not None and masked_in_text(self.console_text, redaction):
            return "console_text finds nothing here: e-mails and secrets are masked, and cannot be searched either."
        reasons = (condition.masked(redaction) for condition in self.where or ())
        return next((f"where finds nothing here: {reason}." for reason in reasons if reason), None)

    async def masked_reason(self, context: ToolContext) -> str | None:
        """Like `masked`, and whether results mask values of which a condition compares a part."""
        return self.masked(context.redaction) or await masked_values(self.where or (), self.search_window, context)

    @property
    def search_window(self) -> SearchWindow:
        """The window or the sessions in which names and values are looked up."""
        return SearchWindow(self.date_from, self.date_to, tuple(self.session_ids or ()))

    async def data_from(self, context: ToolContext) -> datetime | None:
        """The start of the oldest recording, if the window begins before it."""
        return None if self.session_ids else await data_from(self.date_from, context)

    def unfiltered(self) -> "RecordingFilters":
        """The same window or ids without the other filters."""
        return RecordingFilters.model_construct(
            date_from=self.date_from, date_to=self.date_to, session_ids=self.session_ids
        )


class AllRecordingFilters(RecordingFilters):
    """All filters, including those that only the list supports."""

    max_duration_seconds: Seconds | None = None
    min_clicks: Count | None = None
    console_level: (
        Annotated[
            Literal["info", "warn", "error"], Field(description="Level of a line; with console_text, of that line.")
        ]
        | None
    ) = None
    where: (
        Annotated[
            Conditions,
            Field(
                description="Properties. Of an event: device, os, browser, country, event (its name) or PostHog's key "
                "(with `event`, of that event); of a recording: duration, active_seconds, keypress_count, start_url …"
            ),
        ]
        | None
    ) = None

    BOUNDS: ClassVar[dict[str, tuple[str, str]]] = RecordingFilters.BOUNDS | {
        "max_duration_seconds": ("duration", "lte"),
        "min_clicks": ("click_count", "gte"),
    }

    def console_filters(self) -> list[dict[str, Any]]:
        """Conditions that a single console line must meet."""
        level = [] if self.console_level is None else [_on("log_entry", "level", "exact", [self.console_level])]
        return level + super().console_filters()


async def _page(context: ToolContext, request: RecordingsList) -> RecordingPage:
    try:
        return await context.api.call(RECORDINGS_LIST, request)
    except BadRequest as error:
        if "failed_request_filters" not in (error.detail or ""):
            raise
        raise InvalidArguments(
            "PostHog cannot filter recordings by failed requests; failed_request_status and the key "
            "failed_request_host work with the local API only.",
            next="Leave it out. Find candidates by console_text, min_console_errors or visited_url; "
            "session-recording-timeline with min_status: 400 shows the failed requests of a recording.",
        ) from error


def _joined(*parts: Mapping[str, Any]) -> dict[str, Any]:
    """One request from several parts: lists of the same name are joined, and empty fields left out."""
    fields: dict[str, Any] = {}
    for part in parts:
        for name, value in part.items():
            if value is None or value == []:
                continue
            fields[name] = [*fields[name], *value] if isinstance(fields.get(name), list) else value
    return fields


def _on(type: str, key: str, operator: str, value: Any) -> dict[str, Any]:
    return {"type": type, "key": key, "operator": operator, "value": value}
