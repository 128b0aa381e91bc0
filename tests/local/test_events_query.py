"""The query endpoint: product events of sessions, names of events with counts, and what is refused."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.local.store.accounts import NewKey
from tests.conftest import Local
from tests.local.answers import answer, error
from tests.seeding import add_event, ago

pytestmark = pytest.mark.anyio

QUERY = "/api/environments/1/query/"


async def post(local: Local, **fields: Any) -> Any:
    """The response to an events query."""
    return await local.http.post(QUERY, json={"query": {"kind": "EventsQuery"} | fields})


async def rows(local: Local, **fields: Any) -> list[list[Any]]:
    """The rows that an events query finds."""
    status, body = answer(await post(local, **fields))
    assert status == 200, body
    return body["results"]


async def names(local: Local, *properties: dict[str, Any], **fields: Any) -> list[Any]:
    """Names of the events that a query finds, oldest first."""
    found = await rows(local, select=["event"], orderBy=["timestamp"], properties=list(properties), **fields)
    return [name for (name,) in found]


async def refusal(local: Local, **fields: Any) -> str:
    """The reason why a query is refused."""
    status, kind, code, detail, _ = error(await post(local, **fields))
    assert (status, kind, code) == (400, "validation_error", "invalid_input")
    return detail


@pytest.fixture(autouse=True)
def _events(local: Local) -> None:
    """A visit with an order, another visit, an event without a session, and one of last week."""
    with local.store.connection() as db:
        add_event(db, "s1", "order placed", timestamp=ago(minutes=50), properties='{"total": 18.5, "plan": "pro"}')
        add_event(db, "s1", "cart opened", timestamp=ago(minutes=55), properties='{"$session_id": "s1", "items": 2}')
        add_event(db, "s2", "cart opened", timestamp=ago(minutes=40), properties='{"items": 3}')
        add_event(db, "", "server started", timestamp=ago(minutes=30), distinct_id="server")
        add_event(db, "s0", "signed up", timestamp=ago(days=7))


async def test_events_of_a_session_are_listed_in_order_of_time(local: Local):
    response = await post(
        local,
        select=["timestamp", "event", "distinct_id", "properties"],
        orderBy=["timestamp ASC"],
        properties=[{"type": "event", "key": "$session_id", "value": "s1"}],
    )
    assert answer(response) == snapshot(
        (
            200,
            {
                "columns": ["timestamp", "event", "distinct_id", "properties"],
                "results": [
                    ["2026-11-20T11:05:00Z", "cart opened", "person-of-s1", '{"$session_id": "s1", "items": 2}'],
                    [
                        "2026-11-20T11:10:00Z",
                        "order placed",
                        "person-of-s1",
                        '{"total":18.5,"plan":"pro","$session_id":"s1"}',
                    ],
                ],
                "hasMore": False,
                "limit": 100,
                "offset": 0,
            },
        )
    )


async def test_names_of_events_are_counted_with_the_last_time(local: Local):
    assert await rows(local, select=["event", "count()", "max(timestamp)"], after="all") == snapshot(
        [
            ["cart opened", 2, "2026-11-20T11:20:00Z"],
            ["order placed", 1, "2026-11-20T11:10:00Z"],
            ["server started", 1, "2026-11-20T11:30:00Z"],
            ["signed up", 1, "2026-11-13T12:00:00Z"],
        ]
    )


async def test_the_window_is_the_last_day_and_excludes_its_bounds(local: Local):
    at = "2026-11-20T11:05:00Z"
    assert await names(local) == snapshot(["cart opened", "order placed", "cart opened", "server started"])
    assert await names(local, after=at) == snapshot(["order placed", "cart opened", "server started"])
    assert await names(local, before=at) == snapshot([])


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        (
            {"type": "event", "key": "$session_id", "operator": "exact", "value": ["s1", "s2"]},
            snapshot(["cart opened", "order placed", "cart opened"]),
        ),
        ({"type": "event", "key": "$session_id", "operator": "is_not_set"}, snapshot(["server started"])),
        ({"type": "event", "key": "items", "operator": "gt", "value": 2}, snapshot(["cart opened"])),
        (
            {"type": "event_metadata", "key": "event", "operator": "is_not", "value": ["cart opened"]},
            snapshot(["order placed", "server started"]),
        ),
        ({"type": "event_metadata", "key": "distinct_id", "value": "server"}, snapshot(["server started"])),
    ],
)
async def test_filters_select_events(local: Local, filter: dict[str, Any], found: list[str]):
    assert await names(local, filter) == found


async def test_one_name_is_selected_by_event(local: Local):
    assert await rows(local, select=["distinct_id"], event="cart opened") == snapshot(
        [["person-of-s1"], ["person-of-s2"]]
    )


async def test_pages_follow_each_other(local: Local):
    pages = [answer(await post(local, select=["event"], limit=2, offset=offset))[1] for offset in (0, 2)]
    assert pages == snapshot(
        [
            {
                "columns": ["event"],
                "results": [["cart opened"], ["cart opened"]],
                "hasMore": True,
                "limit": 2,
                "offset": 0,
            },
            {
                "columns": ["event"],
                "results": [["order placed"], ["server started"]],
                "hasMore": False,
                "limit": 2,
                "offset": 2,
            },
        ]
    )


async def test_events_of_another_environment_are_not_found(local: Local):
    query = {"kind": "EventsQuery", "select": ["event"]}
    async with local.client(NewKey("bo@example.com", 2, ("query:read",))) as bo:
        response = await bo.post("/api/environments/2/query/", json={"query": query})
    assert response.json()["results"] == []


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (
            {"kind": "HogQLQuery", "query": "select 1"},
            snapshot("Queries of kind 'HogQLQuery' are not supported by the local API; it supports EventsQuery."),
        ),
        (
            {"select": ["person.properties.email"]},
            snapshot(
                "The expression 'person.properties.email' is not supported by the local API; it supports uuid, event, timestamp, distinct_id, properties, properties.$session_id, count(), min(timestamp), max(timestamp), properties.key."
            ),
        ),
        (
            {"select": ["event"], "where": ["event = 'a'"]},
            snapshot(
                "'where' is not supported in events queries by the local API; it supports kind, select, after, before, event, properties, orderBy, limit, offset."
            ),
        ),
        (
            {"select": ["event"], "orderBy": ["count()"]},
            snapshot("Rows can be ordered by 'count()' only if an aggregate is selected."),
        ),
        (
            {"select": ["event", "count()"], "orderBy": ["timestamp"]},
            snapshot("Groups can be ordered by 'timestamp' only if it is selected."),
        ),
        (
            {"select": ["event"], "after": "yesterday"},
            snapshot("Invalid date value 'yesterday'. Use an ISO date (YYYY-MM-DD) or relative shorthand like `-7d`."),
        ),
        (
            {"select": ["event"], "properties": [{"type": "cohort", "key": "id", "value": 1}]},
            snapshot(
                "Properties of type 'cohort' are not supported in events queries by the local API; it supports event, event_metadata."
            ),
        ),
        (
            {"select": ["event"], "properties": [{"type": "event_metadata", "key": "uuid", "value": "1"}]},
            snapshot("Unknown event metadata 'uuid'; the local API supports event, distinct_id."),
        ),
        (
            {"select": []},
            snapshot(
                '[{"type":"too_short","loc":["select"],"msg":"List should have at least 1 item after validation, not 0","input":[],"ctx":{"field_type":"List","min_length":1,"actual_length":0}}]'
            ),
        ),
    ],
)
async def test_what_is_not_supported_is_refused(local: Local, fields: dict[str, Any], reason: str):
    assert await refusal(local, **fields) == reason


async def test_a_body_without_a_query_is_refused(local: Local):
    assert error(await local.http.post(QUERY, json={})) == snapshot(
        (400, "validation_error", "required", "This field is required.", "query")
    )
