"""PostHog's query API, for product events: the query and the response.

PostHog's query endpoint runs queries of many kinds; this project uses `EventsQuery` only.
"""

from typing import Annotated, Any, Final, Literal, Self, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator

from .models import MAX_ROWS, ApiModel
from .types import ListOf

MAX_COLUMNS: Final = 100
"""Maximum number of columns of a response."""

Columns = Annotated[list[str], Field(min_length=1, max_length=MAX_COLUMNS)]


class EventsQuery(BaseModel):
    """A query of product events.

    `select` has HogQL expressions. With an aggregate among them (`count()`, `max(timestamp)`), rows are grouped by the
    others. `after` and `before` are ISO or relative dates, both exclusive; PostHog's default window is the last day.
    `properties` are property filters, joined by AND. PostHog returns 100 rows by default, at most 50,000.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    kind: Literal["EventsQuery"]
    select: Columns
    after: str | None = None
    before: str | None = None
    event: str | None = None
    properties: list[dict[str, JsonValue]] | None = None
    order_by: Annotated[Columns | None, Field(alias="orderBy")] = None
    limit: Annotated[int, Field(ge=1, le=MAX_ROWS)] | None = None
    offset: Annotated[int, Field(ge=0)] | None = None


def _few_rows(rows: Any) -> Any:
    if isinstance(rows, list) and len(cast(Any, rows)) > MAX_ROWS:
        raise ValueError(f"it has {len(cast(Any, rows))} rows; the limit is {MAX_ROWS}")
    return cast(Any, rows)


class EventsQueryResponse(ApiModel):
    """Rows with one value per column. A selected `properties` is JSON text, a timestamp ISO text (live behaviour)."""

    columns: ListOf[str]
    results: Annotated[ListOf[ListOf[JsonValue]], BeforeValidator(_few_rows)]
    has_more: Annotated[bool | None, Field(alias="hasMore")] = None

    @model_validator(mode="after")
    def _rectangular(self) -> Self:
        if len(self.columns) > MAX_COLUMNS:
            raise ValueError(f"it has {len(self.columns)} columns; the limit is {MAX_COLUMNS}")
        if any(len(row) != len(self.columns) for row in self.results):
            raise ValueError(f"a row does not have one value for each of the {len(self.columns)} columns")
        return self

    def rows(self) -> list[dict[str, JsonValue]]:
        """The rows as mappings by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.results]
