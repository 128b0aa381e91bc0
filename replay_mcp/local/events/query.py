"""The events query of a request, as a strict model: the part of PostHog's `EventsQuery` that is supported here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from replay_mcp.local.errors import invalid
from replay_mcp.local.store.property_filters import PropertyFilter

DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 10_000
"""Larger limits are reduced to this; PostHog's maximum is 50,000."""

PROPERTIES_SQL: Final = """
    CASE WHEN e.session_id = '' OR json_type(e.properties, '$."$session_id"') IS NOT NULL THEN e.properties
    ELSE json_set(e.properties, '$."$session_id"', e.session_id) END
"""
"""Events of an import may have no `$session_id` among their properties, which every event of PostHog's has."""

COLUMNS: Final[Mapping[str, str]] = {
    "uuid": "e.uuid",
    "event": "e.event",
    "timestamp": "e.timestamp",
    "distinct_id": "e.distinct_id",
    "properties": PROPERTIES_SQL,
    "properties.$session_id": "nullif(e.session_id, '')",
}
"""SQL of the columns."""
AGGREGATES: Final[Mapping[str, str]] = {
    "count()": "count(*)",
    "min(timestamp)": "min(e.timestamp)",
    "max(timestamp)": "max(e.timestamp)",
}
"""SQL of the aggregates."""
TIMES: Final = frozenset({"timestamp", "min(timestamp)", "max(timestamp)"})

_IGNORED: Final = frozenset({"tags", "modifiers", "response", "version"})
"""Fields of PostHog's EventsQuery that are accepted but have no effect here."""
_PROPERTY: Final = re.compile(
    r"properties\.(?:`(?P<quoted>[^`\\\"\x00-\x1f]{1,200})`|(?P<plain>[A-Za-z_$][\w$]{0,199}))", re.ASCII
)
"""A property as HogQL names it."""
_ORDER: Final = re.compile(r"(.*\S)\s+(ASC|DESC)", re.IGNORECASE)


class EventsQueryFields(BaseModel):
    """The fields of a query; others are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    kind: str
    select: Annotated[list[str], Field(min_length=1, max_length=100)]
    after: str | None = None
    before: str | None = None
    event: str | None = None
    properties: Annotated[list[PropertyFilter], Field(max_length=100)] | None = None
    order_by: Annotated[list[str] | None, Field(max_length=100, alias="orderBy")] = None
    limit: int | None = None
    offset: int | None = None

    @property
    def page_size(self) -> int:
        """Rows per page."""
        return min(self.limit, MAX_LIMIT) if self.limit and self.limit > 0 else DEFAULT_LIMIT


@dataclass(frozen=True, slots=True)
class Selection:
    """What a query selects.

    Attributes:
        columns: the selected expressions, as the request names them.
        grouped: the SQL of those that rows are grouped by; None without an aggregate.
        order: the SQL of the order, with directions.
    """

    columns: tuple[str, ...]
    grouped: tuple[str, ...] | None
    order: tuple[str, ...]

    @property
    def sql(self) -> list[str]:
        """SQL of the columns."""
        return [_sql(column) for column in self.columns]


def parse_query(body: Mapping[str, Any]) -> EventsQueryFields:
    """Parse the body of a request.

    Raises:
        ApiFailure: 400 if the query is missing, of another kind, or has fields that are not supported.
    """
    query = body.get("query")
    if not isinstance(query, Mapping):
        raise invalid("This field is required.", code="required", attr="query")
    fields = {name: value for name, value in cast(Mapping[str, Any], query).items() if name not in _IGNORED}
    if fields.get("kind") != "EventsQuery":
        kind = str(fields.get("kind"))[:100]
        raise invalid(f"Queries of kind {kind!r} are not supported by the local API; it supports EventsQuery.")
    known = [field.alias or name for name, field in EventsQueryFields.model_fields.items()]
    if unknown := [name for name in fields if name not in known]:
        raise invalid(
            f"{unknown[0][:100]!r} is not supported in events queries by the local API; it supports {', '.join(known)}."
        )
    try:
        return EventsQueryFields.model_validate(fields)
    except ValidationError as error:
        raise invalid(error.json(include_url=False)) from error


def selection(query: EventsQueryFields) -> Selection:
    """Check what the query selects and its order, which is by default PostHog's: counts, then times, newest first.

    Raises:
        ApiFailure: 400 for an expression that is not supported.
    """
    columns = tuple(query.select)
    aggregates = [column for column in columns if column in AGGREGATES]
    plain = [column for column in columns if column not in AGGREGATES]
    for column in plain:
        _sql(column)
    if query.order_by:
        order = [_order(text, columns if aggregates else ()) for text in query.order_by]
    else:
        order = [_default_order(columns, aggregates)]
    if not aggregates and "uuid" not in columns:
        order.append("e.uuid ASC")  # a tie has an order of its own, so that pages do not overlap
    return Selection(columns, tuple(_sql(column) for column in plain) if aggregates else None, tuple(order))


def _sql(column: str) -> str:
    sql = COLUMNS.get(column) or AGGREGATES.get(column)
    if sql is None and (match := _PROPERTY.fullmatch(column)):
        sql = _property(match["quoted"] or match["plain"])
    if sql is None:
        known = ", ".join([*COLUMNS, *AGGREGATES, "properties.key"])
        raise invalid(f"The expression {column[:100]!r} is not supported by the local API; it supports {known}.")
    return sql


def _property(key: str) -> str:
    path = f"""e.properties, '$."{key.replace("'", "''")}"'"""
    # SQLite reads booleans as numbers.
    return f"CASE json_type({path}) WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE json_extract({path}) END"


def _order(text: str, selected: Sequence[str]) -> str:
    match = _ORDER.fullmatch(text.strip())
    column, direction = (match[1], match[2].upper()) if match else (text.strip(), "ASC")
    sql = _sql(column)
    if column in AGGREGATES and not selected:
        raise invalid(f"Rows can be ordered by {column!r} only if an aggregate is selected.")
    if column not in AGGREGATES and selected and column not in selected:
        raise invalid(f"Groups can be ordered by {column!r} only if it is selected.")
    return f"{sql} {direction}"


def _default_order(columns: Sequence[str], aggregates: Sequence[str]) -> str:
    if aggregates:
        return f"{_sql('count()' if 'count()' in aggregates else aggregates[0])} DESC"
    return "e.timestamp DESC" if "timestamp" in columns else f"{_sql(columns[0])} ASC"
