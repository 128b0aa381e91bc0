"""The input of `session-recordings-compare`, and the recordings that it names."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final, Literal, Self, get_args

from pydantic import Field, WithJsonSchema, model_validator

from replay_mcp.api.models import RecordingPage
from replay_mcp.api.types import DateBound
from replay_mcp.context import ToolContext
from replay_mcp.errors import InvalidArguments, MalformedResponse
from replay_mcp.tools._conditions import Conditions
from replay_mcp.tools._filters import RecordingFilters
from replay_mcp.tools._recording_ids import RecordingId
from replay_mcp.tools._why_nothing import unmet_conditions

MAX_RECORDINGS: Final = 100
_HOURS: Final = {"h": 1, "d": 24, "w": 168, "m": 730, "q": 2_190, "y": 8_766}
"""Hours of the units of relative dates, months and longer ones on average."""

Part = Literal["problems", "requests", "pages"]
_TEXTS: Final = {"type": "array", "items": {"type": "string"}}

Split = Annotated[
    Conditions,
    Field(min_length=1),
    WithJsonSchema(
        {
            "type": "array",
            "description": "As `where`: counts with and without.",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("on", "key", "op", "value")},
            },
        }
    ),
]
"""Conditions like those of `where`, whose schema has the choices."""
Steps = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=200)]],
    Field(min_length=2, max_length=8),
    WithJsonSchema(_TEXTS | {"description": "Funnel: 2 to 8 URL parts, events, elements."}),
]
Ids = Annotated[
    list[RecordingId],
    Field(min_length=1, max_length=MAX_RECORDINGS),
    WithJsonSchema(_TEXTS | {"description": "Instead of filters.", "maxItems": MAX_RECORDINGS}),
]
Show = Annotated[
    list[Part],
    Field(min_length=1),
    WithJsonSchema(
        _TEXTS
        | {
            "description": "Default problems, with steps none; pages: time, slow waits.",
            "items": {"type": "string", "enum": [*get_args(Part)]},
        }
    ),
]


class CompareParams(RecordingFilters):
    """The recordings, by id or by the main filters of session-recordings-list."""

    session_ids: Ids | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_RECORDINGS, description="Newest first.")] = 10
    show: Show | None = None
    steps: Steps | None = None
    split: Split | None = None
    versus: Annotated[DateBound, Field(description="Start of an earlier window.")] | None = None

    @property
    def parts(self) -> "tuple[Part, ...]":
        """What to show beside the steps."""
        return tuple(self.show or (() if self.steps else ("problems",)))

    @model_validator(mode="after")
    def _has_windows(self) -> Self:
        if self.versus is not None and self.session_ids is not None:
            raise ValueError("versus compares two windows of time: leave out session_ids, or versus")
        if self.versus is not None and _hours_ago(self.versus) <= _hours_ago(self.date_from):
            raise ValueError("versus must be earlier than date_from, where the earlier window ends")
        try:
            _ = self.earlier_window
        except OverflowError:
            raise ValueError("no window can end before date_from: use a later date") from None
        return self

    @property
    def earlier_window(self) -> tuple[str, str] | None:
        """Start and end of the earlier window; a date as the end means that whole day, so it is the day before."""
        if self.versus is None:
            return None
        try:
            return self.versus, (date.fromisoformat(self.date_from) - timedelta(days=1)).isoformat()
        except ValueError:  # relative, or with a time
            return self.versus, self.date_from

    async def first_data(self, context: ToolContext) -> datetime | None:
        """The start of the oldest recording, if the windows begin before it."""
        return await self.model_copy(update={"date_from": self.versus or self.date_from}).data_from(context)

    async def find_earlier(self, context: ToolContext) -> RecordingPage | None:
        """Fetch the recordings of the earlier window, with the same filters; None without `versus`."""
        if self.earlier_window is None:
            return None
        start, end = self.earlier_window
        return (await self.find(context, limit=self.limit, date_from=start, date_to=end)).page

    async def find_matching(self, context: ToolContext, ids: list[str]) -> frozenset[str] | None:
        """Fetch which of the recordings meet the conditions of `split`; None without one.

        Raises:
            InvalidArguments: a condition searches what is masked, so that nothing would match.
            MalformedResponse: recordings that meet them would count as others.
        """
        if self.split is None:
            return None
        if not ids:
            return frozenset()
        filters = RecordingFilters.model_construct(
            session_ids=ids, where=self.split, date_from=self.date_from, date_to=self.date_to
        )
        if reason := await filters.masked_reason(context):
            raise InvalidArguments(reason.replace("where finds", "split finds", 1))
        page = (await filters.find(context, limit=len(ids))).page
        if page.more or page.unreadable or "results" not in page.model_fields_set:
            raise MalformedResponse(
                "The API's response does not list all recordings that meet the conditions of split."
            )
        return frozenset(recording.id for recording in page.results).intersection(ids)

    def unmet_split(self, context: ToolContext) -> AsyncIterator[str]:
        """One sentence for each condition of `split` whose property or value does not exist in the window."""
        return unmet_conditions(self.split or (), self.search_window, context)


def _hours_ago(bound: str) -> float:
    """How long ago a bound of a window is."""
    if bound.startswith("-"):
        return int(bound[1:-1]) * _HOURS[bound[-1]]
    moment = datetime.fromisoformat(bound)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (datetime.now(UTC) - moment).total_seconds() / 3_600
