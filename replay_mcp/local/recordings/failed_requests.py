"""Filters on a recording's failed requests, `failed_request_status` and `failed_request_host`; PostHog has none."""

from collections.abc import Sequence
from typing import Final

import orjson

from replay_mcp.local.http.call import Call
from replay_mcp.local.store.property_filters import PropertyFilter, matcher_text

from .conditions import Condition, among

KEYS: Final = {"failed_request_status": "f.status", "failed_request_host": "f.host"}
"""Recording properties and their columns."""

# Each step finds the next host in the index: there are few hosts but many requests.
_HOSTS: Final = """
    WITH RECURSIVE each (host) AS (
        SELECT min(host) FROM failed_request
        UNION ALL SELECT (SELECT min(host) FROM failed_request WHERE host > each.host) FROM each WHERE host IS NOT NULL
    )
    SELECT host FROM each WHERE host IS NOT NULL
"""
_STATUSES: Final = _HOSTS.replace("host", "status")


def failed_request_condition(call: Call, filters: Sequence[PropertyFilter]) -> Condition:
    """Sessions with a failed request that meets all filters; for a negative filter, without one that it excludes.

    A negative filter must be the only one.

    Raises:
        ApiFailure: 400 if a value does not fit its operator.
    """
    values = tuple(_values(call, filter.positive()) for filter in filters)
    one_of = "IN (SELECT value FROM json_each(?))"
    meets = " AND ".join(f"{KEYS[filter.key]} {one_of}" for filter in filters)
    found = f"SELECT f.session_id FROM failed_request f WHERE {meets}"  # noqa: S608 - our own text
    check = f"EXISTS ({found} AND f.session_id = r.session_id)"
    condition = among(call, found, values, Condition(check, values, of_session=True))
    return condition.denied() if any(filter.negative for filter in filters) else condition


def _values(call: Call, filter: PropertyFilter) -> str:
    """The statuses or hosts that meet a filter, as JSON."""
    query, name = (_STATUSES, "status") if filter.key == "failed_request_status" else (_HOSTS, "host")
    rows = call.db.execute(f"{query} AND text_matches(?, {name})", (matcher_text(filter, call.now),))
    return orjson.dumps([row[name] for row in rows]).decode()
