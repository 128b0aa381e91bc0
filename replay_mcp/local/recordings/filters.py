"""The filters of the recordings list as SQL conditions on `recording AS r`."""

from collections.abc import Callable, Sequence
from typing import Annotated, Final

import orjson
from pydantic import BaseModel, ConfigDict, Field

from replay_mcp.local.errors import invalid
from replay_mcp.local.http.call import Call
from replay_mcp.local.store.property_filters import PropertyFilter, matcher_text, numbers

from .conditions import Condition, among, combine
from .failed_requests import KEYS as FAILED_REQUEST_KEYS
from .failed_requests import failed_request_condition
from .text_search import console_condition, visited_condition

METRICS: Final[dict[str, str]] = {
    "duration": "r.duration",
    "recording_duration": "r.duration",
    "active_seconds": "r.active_seconds",
    "inactive_seconds": "r.inactive_seconds",
    "click_count": "r.click_count",
    "keypress_count": "r.keypress_count",
    "mouse_activity_count": "r.mouse_activity_count",
    "console_log_count": "r.console_log_count",
    "console_warn_count": "r.console_warn_count",
    "console_error_count": "r.console_error_count",
    "activity_score": "r.activity_score",
}
"""Numeric columns of a recording that filters and orders may use."""

_TEXTS = {
    "snapshot_source": "r.snapshot_source",
    "snapshot_library": "r.snapshot_library",
    "start_url": "r.start_url",
    "distinct_id": "r.distinct_id",
}
_SESSION_KEYS = {"$session_duration": "duration", "$entry_current_url": "start_url"}
_SESSION_COUNTS = {"$pageview_count": "$pageview", "$autocapture_count": "$autocapture", "$screen_count": "$screen"}
_COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_NOT_INDEXED = frozenset({"console_log_count", "console_warn_count"})


class Entity(BaseModel):
    """An event that a session must contain; `id` is the event's name, null for any event."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: Annotated[str, Field(max_length=400)] | None
    properties: Annotated[list[PropertyFilter], Field(max_length=100)] | None = None


def visible(call: Call) -> Condition:
    """Recordings of the team that are neither deleted nor expired; no request shows others."""
    return Condition("r.team_id = ? AND r.deleted_at IS NULL AND +r.expiry_time >= ?", (call.team.id, call.now))


def property_conditions(call: Call, filters: Sequence[PropertyFilter], operand: str) -> list[Condition]:
    """Conditions for top-level property filters, which the caller joins with `operand`.

    With `AND`, the positive filters on failed requests must all match the same request.

    Raises:
        ApiFailure: 400, as for `property_condition`.
    """
    one_request = [
        filter
        for filter in filters
        if operand == "AND" and filter.type == "recording" and filter.key in FAILED_REQUEST_KEYS and not filter.negative
    ]
    conditions = [property_condition(call, filter) for filter in filters if filter not in one_request]
    return [*conditions, failed_request_condition(call, one_request)] if one_request else conditions


def property_condition(call: Call, filter: PropertyFilter) -> Condition:
    """The condition for a top-level property filter.

    Raises:
        ApiFailure: 400 if the type or key is not supported, or the value does not fit the operator.
    """
    by_type: dict[str, Callable[[Call, PropertyFilter], Condition]] = {
        "recording": recording_condition,
        "session": _session_condition,
        "person": _person_condition,
        "event": _event_condition,
        "log_entry": lambda call, line: console_condition(call, [line], "AND"),
    }
    if filter.type not in by_type:
        raise invalid(
            f"Properties of type {filter.type!r} are not supported by the local API; it supports {', '.join(by_type)}."
        )
    return by_type[filter.type](call, filter)


def recording_condition(call: Call, filter: PropertyFilter) -> Condition:
    """A filter on a recording's metrics, texts, visited pages, failed requests or comments."""
    if filter.key in METRICS:
        meets = _metric(METRICS[filter.key], filter)
        if filter.key in _NOT_INDEXED or filter.negative:
            return meets
        found = f"SELECT session_id FROM recording r WHERE r.team_id = ? AND r.deleted_at IS NULL AND {meets.sql}"  # noqa: S608
        return among(call, found, (call.team.id, *meets.parameters), meets)
    if filter.key in _TEXTS:
        return Condition(f"text_matches(?, {_TEXTS[filter.key]})", (matcher_text(filter, call.now),))
    if filter.key == "visited_page":
        return visited_condition(call, filter)
    if filter.key in FAILED_REQUEST_KEYS:
        return failed_request_condition(call, [filter])
    if filter.key == "comment_text":
        return sessions_condition(commented_sessions(call, filter))
    known = ", ".join([*METRICS, *_TEXTS, "visited_page", *FAILED_REQUEST_KEYS, "comment_text"])
    raise invalid(f"Unknown recording property {filter.key!r}; the local API supports {known}.")


def entity_condition(call: Call, entity: Entity) -> Condition:
    """Sessions with an event of this name that meets all of the entity's filters."""
    of_event: list[Condition] = []
    of_session: list[Condition] = []
    for filter in entity.properties or []:
        if filter.type == "event":
            of_event.append(_event_matches(call, filter))
        elif filter.type == "person":
            of_session.append(_person_condition(call, filter))
        else:
            raise invalid(f"Properties of type {filter.type!r} are not supported within events by the local API.")
    if entity.id is not None:
        of_event.append(Condition("e.event = ?", (entity.id,)))
    event = combine(of_event, "AND") if of_event else Condition("TRUE")
    condition = _has_event(call, event)
    if entity.id is not None:
        found = "SELECT e.session_id FROM event e WHERE e.team_id = ? AND e.event = ?"
        named = among(call, found, (call.team.id, entity.id), condition)
        if (
            named.sessions is not None and len(of_event) > 1
        ):  # those of the sessions with an event that meets the other filters
            named = combine([named, condition], "AND")
        condition = named
    return combine([condition, *of_session], "AND")


def commented_sessions(call: Call, filter: PropertyFilter) -> list[str]:
    """Ids of the sessions whose comments meet the filter.

    Raises:
        ApiFailure: 400 if the operator is not `is_set`, `exact` or `icontains`.
    """
    if filter.operator not in {"is_set", "exact", "icontains"}:
        raise invalid(f"Unsupported operator for comment search: {filter.operator}")
    rows = call.db.execute(
        "SELECT DISTINCT item_id FROM comment"
        " WHERE team_id = ? AND scope = 'recording' AND deleted = 0 AND content <> '' AND text_matches(?, content)",
        (call.team.id, matcher_text(filter, call.now)),
    )
    return [row["item_id"] for row in rows]


def sessions_condition(session_ids: Sequence[str]) -> Condition:
    """Only these sessions."""
    ids = orjson.dumps(list(session_ids)).decode()
    found = "SELECT value AS session_id FROM json_each(?)"
    return Condition(f"r.session_id IN ({found})", (ids,), len(session_ids), found, of_session=True)


def no_test_accounts(call: Call) -> Condition:
    """Recordings of persons without an e-mail address in one of the team's test domains."""
    tester = """
        SELECT 1 FROM person_distinct_id d JOIN person p ON p.id = d.person_id JOIN json_each(?) domain
        WHERE d.team_id = r.team_id AND d.distinct_id = r.distinct_id AND '@' || lower(domain.value)
            = lower(substr(json_extract(p.properties, '$.email'), -length(domain.value) - 1))
    """
    return Condition(f"NOT EXISTS ({tester})", (orjson.dumps(call.team.test_account_domains).decode(),))


def not_viewed(call: Call, *, by_anybody: bool) -> Condition:
    """Recordings that neither the requesting user nor, with `by_anybody`, anyone in the team has viewed."""
    by = "" if by_anybody else f" AND v.user_id = {call.user.id}"
    sql = f"""
        NOT EXISTS (SELECT 1 FROM session_recording_viewed v
        WHERE v.team_id = r.team_id AND v.session_id = r.session_id{by})
    """  # noqa: S608 - a number of ours
    return Condition(sql)


def of_person(call: Call, person_uuid: str) -> Condition:
    """Recordings with any of a person's distinct ids."""
    query = """
        SELECT distinct_id FROM person p JOIN person_distinct_id d ON d.person_id = p.id
        WHERE p.team_id = ? AND p.uuid = ?
    """
    rows = call.db.execute(query, (call.team.id, person_uuid))
    return of_distinct_ids(call, [row["distinct_id"] for row in rows])


def of_distinct_ids(call: Call, distinct_ids: Sequence[str]) -> Condition:
    """Recordings with one of these distinct ids."""
    ids = orjson.dumps(list(distinct_ids)).decode()
    check = Condition("r.distinct_id IN (SELECT value FROM json_each(?))", (ids,))
    found = f"SELECT session_id FROM recording r WHERE r.team_id = ? AND {check.sql}"  # noqa: S608 - our own text
    return among(call, found, (call.team.id, ids), check)


def _session_condition(call: Call, filter: PropertyFilter) -> Condition:
    if filter.key in _SESSION_COUNTS:
        event = _SESSION_COUNTS[filter.key]
        here = f"e.session_id = r.session_id AND e.event = '{event}' AND +e.team_id = r.team_id"
        count = f"(SELECT count(*) FROM event e WHERE {here})"  # noqa: S608 - our own text
        return _metric(count, filter)
    if filter.key in _SESSION_KEYS:
        return recording_condition(call, filter.model_copy(update={"key": _SESSION_KEYS[filter.key]}))
    known = ", ".join([*_SESSION_KEYS, *_SESSION_COUNTS])
    raise invalid(f"Unknown session property {filter.key!r}; the local API supports {known}.")


def _person_condition(call: Call, filter: PropertyFilter) -> Condition:
    query = """
        SELECT distinct_id FROM person p JOIN person_distinct_id d ON d.person_id = p.id
        WHERE p.team_id = ? AND json_matches(?, ?, p.properties)
    """
    rows = call.db.execute(query, (call.team.id, matcher_text(filter.positive(), call.now), filter.key))
    return _denied(of_distinct_ids(call, [row["distinct_id"] for row in rows]), filter)


def _event_condition(call: Call, filter: PropertyFilter) -> Condition:
    return _denied(_has_event(call, _event_matches(call, filter.positive())), filter)


def _event_matches(call: Call, filter: PropertyFilter) -> Condition:
    return Condition("json_matches(?, ?, e.properties)", (matcher_text(filter, call.now), filter.key))


def _has_event(call: Call, event: Condition) -> Condition:
    # The plus makes SQLite use the index by session instead of reading all of the team's events of this name.
    sql = f"EXISTS (SELECT 1 FROM event e WHERE e.session_id = r.session_id AND +e.team_id = ? AND {event.sql})"  # noqa: S608
    return Condition(sql, (call.team.id, *event.parameters), of_session=True)


def _metric(column: str, filter: PropertyFilter) -> Condition:
    match filter.operator:
        case "is_set":
            return Condition("TRUE")
        case "is_not_set":
            return Condition("FALSE")
        case "gt" | "gte" | "lt" | "lte":
            return Condition(f"{column} {_COMPARISONS[filter.operator]} ?", tuple(numbers(filter)))
        case "between" | "not_between":
            return _denied(Condition(f"{column} BETWEEN ? AND ?", tuple(numbers(filter))), filter)
        case "exact" | "in" | "is_not" | "not_in":
            values = numbers(filter)
            return _denied(Condition(f"{column} IN ({', '.join('?' * len(values))})", tuple(values)), filter)
        case _:
            raise invalid(f"Operator {filter.operator!r} does not apply to the number {filter.key!r}.")


def _denied(condition: Condition, filter: PropertyFilter) -> Condition:
    return condition.denied() if filter.negative else condition
