"""Runs a recordings query in SQL: its conditions, order, page and cursor (live behaviour throughout)."""

import base64
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import orjson

from replay_mcp.local.errors import ApiFailure, invalid
from replay_mcp.local.http.call import Call
from replay_mcp.local.store.clock import from_ms, to_ms
from replay_mcp.local.store.property_filters import PropertyFilter

from . import filters
from .conditions import Condition, combine, narrowed
from .query import RecordingQuery, date_parameter
from .query_plan import best_way
from .query_timeout import time_limit, value_within
from .text_search import console_condition

DEFAULT_DATE_FROM: Final = "-3d"
MAX_OFFSET: Final = 2**53
QUERY_SECONDS: Final = 10.0
"""Queries that take longer are stopped."""
MAX_COUNT_STEPS: Final = 200_000
"""Instructions of SQLite's machine after which counting the matches of a first page is given up: a few milliseconds."""

_ORDERS: Final[dict[str, str]] = {
    **filters.METRICS,
    "start_time": "r.start_time",
    "recording_ttl": "r.expiry_time",
    "surfacing_score": "r.start_time",
}

_INDEXES: Final = {
    order: {"recording_duration": "duration", "recording_ttl": "expiry_time"}.get(name, name)
    for name, order in _ORDERS.items()
}


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The recordings that match a query.

    Attributes:
        rows: rows of `recording` on this page, in order.
        forced: the row of `session_recording_id`, shown before the first page. With `offset`, it counts as the first
            row.
        forced_matches: whether the forced row also meets the filters.
        has_next: whether there are more pages.
        next_cursor: cursor to the next page; None with an offset or on the last page.
        paged_by_offset: whether the page has an offset.
        count: number of rows on all pages, including the forced one; None where counting them would take too long, and
            on later pages of a cursor.
    """

    rows: list[sqlite3.Row]
    forced: sqlite3.Row | None
    forced_matches: bool
    has_next: bool
    next_cursor: str | None
    paged_by_offset: bool
    count: int | None


def run_query(
    call: Call, query: RecordingQuery, within: Sequence[str] | None = None, *, seconds: float = QUERY_SECONDS
) -> SearchResult:
    """Find the recordings that match a query.

    Args:
        call: the request.
        query: the parameters; `comment_text` is ignored here, because the caller searches comments.
        within: search these sessions only.
        seconds: time limit.

    Raises:
        ApiFailure: 400 for unsupported filters, 429 if the query takes too long, 500 for an invalid cursor.
    """
    with time_limit(call.db, seconds):
        sql = _QuerySql(call, query, within)
        found = sql.result()
    if found.count is None and not query.after:
        return replace(found, count=sql.cheap_count(found))
    return found


def encode_cursor(order_value: float | str, session_id: str) -> str:
    """Encode the cursor to the recordings after this session; times are ISO text (live behaviour)."""
    return base64.b64encode(orjson.dumps({"order_value": order_value, "secondary_value": session_id})).decode()


class _QuerySql:
    """The parts of a query's SQL."""

    def __init__(self, call: Call, query: RecordingQuery, within: Sequence[str] | None) -> None:
        self._call = call
        self._query = query
        conditions = _conditions(call, query)
        if within is not None:
            conditions.append(filters.sessions_condition(within))
        self._order, self._descending = _ORDERS[query.order], query.order_direction == "DESC"
        if query.session_ids is not None:  # in the order of the ids, regardless of `order`
            ids = orjson.dumps(list(dict.fromkeys(query.session_ids))).decode()
            self._source = Condition(
                "json_each(?) wanted CROSS JOIN recording r ON r.session_id = wanted.value", (ids,)
            )
            self._order, self._descending = "wanted.key", False
        else:
            window = self._window()
            wanted = query.page_size + 1 if query.offset is None else MAX_OFFSET  # with an offset, all rows are counted
            way = best_way(call, conditions, window, by_time=self._by_time, wanted=wanted)
            index = {"named": "session", "time": "start", "order": _INDEXES[self._order]}[way]
            self._source = Condition(f"recording r INDEXED BY recording_by_{index}")
            if way == "named":
                conditions = narrowed(conditions)
            conditions.append(Condition("r.start_time BETWEEN ? AND ?", window))
        self._where = combine([filters.visible(call), *conditions], "AND")

    def result(self) -> SearchResult:
        query = self._query
        forced = find_recording(self._call, query.session_recording_id) if query.session_recording_id else None
        forced_matches = forced is not None and self._matches(forced["session_id"])
        others = [Condition("r.session_id <> ?", (forced["session_id"],))] if forced else []
        start, size = max(query.offset or 0, 0), query.page_size
        is_first = not query.after if query.offset is None else start == 0
        if forced and query.offset is not None:
            start, size = (0, size - 1) if is_first else (start - 1, size)
        rows = self._rows(others, start, size + 1)
        has_next = len(rows) > size
        rows = rows[:size]
        return SearchResult(
            rows=rows,
            forced=forced if is_first else None,
            forced_matches=forced_matches,
            has_next=has_next,
            next_cursor=self._cursor(rows[-1]) if has_next and query.offset is None else None,
            paged_by_offset=query.offset is not None,
            count=self._count(*others) + len(others) if query.offset is not None else None,
        )

    def cheap_count(self, first_page: SearchResult) -> int | None:
        """Number of rows on all pages; None if counting them takes too long."""
        shown = len(first_page.rows) + (first_page.forced is not None)
        if not first_page.has_next:
            return shown
        if first_page.forced is not None:
            return None
        return value_within(self._call.db, MAX_COUNT_STEPS, *self._counting(self._where))

    def _rows(self, others: list[Condition], start: int, most: int) -> list[sqlite3.Row]:
        after: list[Condition] = []
        if position := self._position():
            compare = "<" if self._descending else ">"
            after = [Condition(f"({self._order}, r.session_id) {compare} (?, ?)", position)]
        where = combine([self._where, *others, *after], "AND")
        direction = "DESC" if self._descending else "ASC"
        # The page is selected first, usually from an index; its rows are read afterwards.
        sql = f"""
            SELECT r.*, page.order_value FROM (
                SELECT r.rowid AS id, {self._order} AS order_value FROM {self._source.sql} WHERE {where.sql}
                ORDER BY {self._order} {direction}, r.session_id {direction} LIMIT ? OFFSET ?
            ) page CROSS JOIN recording r ON r.rowid = page.id
            ORDER BY page.order_value {direction}, r.session_id {direction}
        """  # noqa: S608 - our own text; values are parameters
        window = (most, min(start, MAX_OFFSET))
        return self._call.db.execute(sql, (*self._source.parameters, *where.parameters, *window)).fetchall()

    def _count(self, *others: Condition) -> int:
        return self._call.db.execute(*self._counting(combine([self._where, *others], "AND"))).fetchone()[0]

    def _counting(self, where: Condition) -> tuple[str, tuple[Any, ...]]:
        sql = f"SELECT count(*) FROM {self._source.sql} WHERE {where.sql}"  # noqa: S608 - as above
        return sql, (*self._source.parameters, *where.parameters)

    def _matches(self, session_id: str) -> bool:
        if self._query.session_ids is not None and session_id not in self._query.session_ids:
            return False
        sql = f"SELECT 1 FROM recording r WHERE r.session_id = ? AND {self._where.sql}"  # noqa: S608 - as above
        return self._call.db.execute(sql, (session_id, *self._where.parameters)).fetchone() is not None

    def _cursor(self, row: sqlite3.Row) -> str:
        value = row["order_value"]
        if self._by_time:
            value = from_ms(value).isoformat()
        return encode_cursor(value, row["session_id"])

    def _position(self) -> tuple[float, str] | None:
        """The order value and session id after which the page starts; None for the first page."""
        if not self._query.after or self._query.offset is not None:
            return None
        try:
            position: dict[str, Any] = orjson.loads(base64.b64decode(self._query.after))
            value, session_id = position["order_value"], position["secondary_value"]
            value = to_ms(datetime.fromisoformat(value)) if self._by_time else float(value)
        except (ValueError, TypeError, KeyError) as error:
            raise broken_list() from error
        return value, str(session_id)

    def _window(self) -> tuple[int, int]:
        """The first and last start time, inclusive. If recordings are ordered by time, the cursor narrows it."""
        query, now = self._query, self._call.now
        first = date_parameter("date_from", query.date_from or DEFAULT_DATE_FROM, now)
        last = date_parameter("date_to", query.date_to, now, day_ends=True) if query.date_to else now
        if self._by_time and (position := self._position()):
            moment = int(position[0])
            return (first, min(last, moment)) if self._descending else (max(first, moment), last)
        return first, last

    @property
    def _by_time(self) -> bool:
        return self._order == _ORDERS["start_time"]


def broken_list() -> ApiFailure:
    """500 with the recordings list's own message, which differs from the other endpoints'."""
    return ApiFailure(500, {"error": "An internal server error occurred. Please try again later."})


def _conditions(call: Call, query: RecordingQuery) -> list[Condition]:
    """Conditions for all parameters except the dates and `comment_text`."""
    if query.actions:
        raise invalid("Actions are not supported by the local API; filter by the events that they match.")
    conditions = filters.property_conditions(call, _of_recording(query.having_predicates), "AND")
    if chosen := _operand_conditions(call, query):
        conditions += chosen if query.operand == "AND" else [combine(chosen, "OR")]
    if query.distinct_ids:
        conditions.append(filters.of_distinct_ids(call, query.distinct_ids))
    elif query.person_uuid:
        conditions.append(filters.of_person(call, query.person_uuid))
    if query.filter_test_accounts:
        conditions.append(filters.no_test_accounts(call))
    if query.hide_viewed_recordings and query.session_ids is None:
        conditions.append(filters.not_viewed(call, by_anybody=query.hide_viewed_recordings == "any-user"))
    return conditions


def _operand_conditions(call: Call, query: RecordingQuery) -> list[Condition]:
    """Conditions for the filters that `operand` joins."""
    properties = [*(query.properties or []), *_of_recording(query.failed_request_filters)]
    chosen = filters.property_conditions(call, properties, query.operand)
    chosen += [filters.entity_condition(call, entity) for entity in query.events or []]
    if query.console_log_filters:
        chosen.append(console_condition(call, query.console_log_filters, query.operand))
    return chosen


def _of_recording(chosen: Sequence[PropertyFilter] | None) -> list[PropertyFilter]:
    """The filters of a parameter that accepts only filters on recordings."""
    return [filter.model_copy(update={"type": "recording"}) for filter in chosen or []]


def find_recording(call: Call, session_id: str) -> sqlite3.Row | None:
    """The row of a recording; None if it is unknown, deleted, expired or of another team."""
    visible = filters.visible(call)
    sql = f"SELECT * FROM recording r WHERE r.session_id = ? AND {visible.sql}"  # noqa: S608 - our own text
    return call.db.execute(sql, (session_id, *visible.parameters)).fetchone()
