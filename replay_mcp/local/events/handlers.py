"""The query endpoint: product events, listed or counted (live behaviour)."""

import sqlite3
from collections.abc import Iterable
from datetime import UTC
from typing import Any, Final

import orjson

from replay_mcp.local.errors import invalid
from replay_mcp.local.http.call import Call, Reply
from replay_mcp.local.recordings.conditions import Condition, combine
from replay_mcp.local.recordings.query import date_parameter
from replay_mcp.local.recordings.query_timeout import time_limit
from replay_mcp.local.store.clock import from_ms
from replay_mcp.local.store.database import reading
from replay_mcp.local.store.property_filters import PropertyFilter, matcher_text, texts

from .query import TIMES, EventsQueryFields, parse_query, selection

DEFAULT_AFTER: Final = "-24h"
FUTURE_MS: Final = 5_000
"""Events up to this long after now are found by default: the clocks of visitors are not exact."""
QUERY_SECONDS: Final = 10.0
"""Queries that take longer are stopped."""
MAX_PAGE_BYTES: Final = 24 * 1024 * 1024
"""A page ends before its texts exceed this, with `hasMore`."""

_METADATA: Final = {"event": "e.event", "distinct_id": "e.distinct_id"}


def query_create(call: Call) -> Reply:
    """Run an events query.

    Raises 400 for another kind of query or an unsupported expression or filter, 429 if the query takes too long.
    """
    query = parse_query(call.body)
    selected = selection(query)
    where = combine(_conditions(call, query), "AND")
    sql = f"SELECT {', '.join(selected.sql)} FROM event e WHERE {where.sql}"  # noqa: S608 - our own text
    if selected.grouped:
        sql += f" GROUP BY {', '.join(selected.grouped)}"
    sql += f" ORDER BY {', '.join(selected.order)} LIMIT ? OFFSET ?"
    size, offset = query.page_size, max(query.offset or 0, 0)
    with reading(call.db), time_limit(call.db, QUERY_SECONDS):
        found = call.db.execute(sql, (*where.parameters, size + 1, min(offset, 2**53)))
        rows, more = _page(found, size)
    times = [place for place, column in enumerate(selected.columns) if column in TIMES]
    for row in rows:
        for place in times:
            row[place] = None if row[place] is None else _iso(row[place])
    body: dict[str, Any] = {
        "columns": list(selected.columns),
        "results": rows,
        "hasMore": more,
        "limit": size,
        "offset": offset,
    }
    return Reply(body)


def _page(found: Iterable[sqlite3.Row], size: int) -> tuple[list[list[Any]], bool]:
    rows: list[list[Any]] = []
    room = MAX_PAGE_BYTES
    for row in found:
        room -= sum(len(value) for value in row if isinstance(value, str))
        if len(rows) == size or (rows and room < 0):
            return rows, True
        rows.append(list(row))
    return rows, False


def _conditions(call: Call, query: EventsQueryFields) -> list[Condition]:
    first = date_parameter("after", query.after or DEFAULT_AFTER, call.now)
    last = date_parameter("before", query.before, call.now) if query.before else call.now + FUTURE_MS
    filters = query.properties or []
    named = [condition for filter in filters if (condition := _sessions(filter))]
    # The plus makes SQLite start from the sessions, of which there are few, instead of from the team's events.
    team = "+e.team_id = ?" if named else "e.team_id = ?"
    conditions = [
        *named,
        Condition(team, (call.team.id,)),
        Condition("e.timestamp > ? AND e.timestamp < ?", (first, last)),
    ]
    if query.event is not None:
        conditions.append(Condition("e.event = ?", (query.event,)))
    return [*conditions, *(_condition(call, filter) for filter in filters if not _sessions(filter))]


def _sessions(filter: PropertyFilter) -> Condition | None:
    """The condition for a filter that lists sessions; None for others."""
    if filter.type != "event" or filter.key != "$session_id" or filter.operator not in {"exact", "in"}:
        return None
    return Condition("e.session_id IN (SELECT value FROM json_each(?))", (orjson.dumps(texts(filter)).decode(),))


def _condition(call: Call, filter: PropertyFilter) -> Condition:
    match filter.type:
        case "event" if filter.key == "$session_id":
            return Condition("text_matches(?, nullif(e.session_id, ''))", (matcher_text(filter, call.now),))
        case "event":
            return Condition("json_matches(?, ?, e.properties)", (matcher_text(filter, call.now), filter.key))
        case "event_metadata" if filter.key in _METADATA:
            return Condition(f"text_matches(?, {_METADATA[filter.key]})", (matcher_text(filter, call.now),))
        case "event_metadata":
            raise invalid(f"Unknown event metadata {filter.key!r}; the local API supports {', '.join(_METADATA)}.")
        case _:
            raise invalid(
                f"Properties of type {filter.type!r} are not supported in events queries by the local API; "
                "it supports event, event_metadata."
            )


def _iso(timestamp: int) -> str:
    return from_ms(timestamp).astimezone(UTC).isoformat().replace("+00:00", "Z")
