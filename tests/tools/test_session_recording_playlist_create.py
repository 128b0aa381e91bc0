"""`session-recording-playlist-create`."""

import json
from typing import Any

import pytest
from inline_snapshot import snapshot

from tests.agent import Agent
from tests.faults import Faults

pytestmark = pytest.mark.anyio
TOOL = "session-recording-playlist-create"
WEEK: dict[str, Any] = {
    "date_from": "-7d",
    "duration": [],
    "filter_group": {"type": "AND", "values": [{"type": "AND", "values": []}]},
}
"""The filters of the last week, in full."""


def with_value(value: Any) -> dict[str, Any]:
    """Filters with a condition on a person's property."""
    condition = {"type": "person", "key": "a", "operator": "exact", "value": value}
    return WEEK | {"filter_group": {"type": "AND", "values": [{"type": "AND", "values": [condition]}]}}


def without_short_id(result: dict[str, Any]) -> dict[str, Any]:
    """Replace short ids, which are random, in the link as well."""
    short_id = result["playlist"]["short_id"]
    return {
        name: value.replace(short_id, "SHORT_ID") if isinstance(value, str) else value
        for name, value in result["playlist"].items()
    }


async def test_a_collection_is_created(agent: Agent) -> None:
    result = await agent.call(TOOL, name="Checkout fails", description="Paying answers 500", pinned=True, folder="Team")
    assert without_short_id(result) == snapshot(
        {
            "short_id": "SHORT_ID",
            "name": "Checkout fails",
            "description": "Paying answers 500",
            "type": "collection",
            "recordings": 0,
            "pinned": True,
            "created_by": "you@localhost.local",
            "last_modified_at": "2026-11-20T12:00:00Z",
            "link": "https://us.posthog.com/project/1/replay/playlists/SHORT_ID",
        }
    )


@pytest.mark.parametrize("tool", [TOOL, "session-recording-playlist-update"])
async def test_a_saved_filter_searches_nothing_masked(agent: Agent, faults: Faults, tool: str) -> None:
    condition = {"type": "recording", "key": "visited_page", "operator": "icontains", "value": "code=abc1"}
    filters = {"filter_group": {"type": "AND", "values": [condition]}}
    more = {"name": "Found?", "type": "filters"} if tool == TOOL else {"short_id": "aaaaaaaa"}
    error = await agent.fail(tool, filters=filters, **more)
    assert (error["kind"], error["why"]) == snapshot(
        (
            "invalid_arguments",
            "filters: condition 0 of filter_group cannot be saved: e-mails and the values of parameters are masked in URLs; search a part of the path with icontains, or use the property of a parameter, such as utm_source.",
        )
    )
    assert not faults.seen


async def test_a_saved_filter_is_created_in_the_form_of_posthog_s_app(agent: Agent) -> None:
    result = await agent.call(TOOL, name="Last week", type="filters", filters={"date_from": "-7d"})
    assert without_short_id(result) == snapshot(
        {
            "short_id": "SHORT_ID",
            "name": "Last week",
            "type": "filters",
            "created_by": "you@localhost.local",
            "last_modified_at": "2026-11-20T12:00:00Z",
            "link": "https://us.posthog.com/project/1/replay/playlists/SHORT_ID",
            "filters": {
                "date_from": "-7d",
                "duration": [],
                "filter_group": {"type": "AND", "values": [{"type": "AND", "values": []}]},
            },
        }
    )


async def test_calling_twice_makes_two(agent: Agent) -> None:
    first = await agent.call(TOOL, name="Same")
    second = await agent.call(TOOL, name="Same")
    assert first["playlist"]["short_id"] != second["playlist"]["short_id"]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({}, snapshot("argument 'name' is required")),
        ({"name": ""}, snapshot('name: String should have at least 1 character, got ""')),
        (
            {"name": "x" * 401},
            snapshot(
                'name: String should have at most 400 characters, got "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'
            ),
        ),
        ({"name": "a", "type": "filters"}, snapshot("type 'filters' needs non-empty filters")),
        ({"name": "a", "type": "filters", "filters": {}}, snapshot("type 'filters' needs non-empty filters")),
        (
            {"name": "a", "filters": WEEK},
            snapshot("a collection cannot have filters; leave them out, or use type 'filters'"),
        ),
        ({"name": "a", "type": "tomato"}, snapshot("type: should be 'collection' or 'filters', got \"tomato\"")),
        (
            {"name": "a", "deleted": True},
            snapshot("unknown argument 'deleted'; valid arguments: name, description, type, filters, pinned, folder"),
        ),
    ],
)
async def test_a_playlist_that_the_api_would_refuse_is_refused_without_a_request(
    agent: Agent, arguments: dict[str, Any], why: str
) -> None:
    assert (await agent.fail(TOOL, **arguments))["why"] == why


async def test_a_creation_with_a_long_answer_is_not_reported_as_failed(agent: Agent) -> None:
    filters = with_value("x" * 28_000)
    result = await agent.call(TOOL, name="Long", type="filters", filters=filters)
    assert result["playlist"]["filters"] == filters


@pytest.mark.parametrize("filters", ['{"date_from": "-7d"}', {"date_from": "-7d"}])
async def test_filters_may_be_json_text(agent: Agent, filters: Any) -> None:
    result = await agent.call(TOOL, name="Text", type="filters", filters=filters)
    assert result["playlist"]["filters"] == WEEK


async def test_filters_nested_too_deeply_are_refused(agent: Agent) -> None:
    deep: Any = 1
    for _ in range(101):
        deep = [deep]
    error = await agent.fail(TOOL, name="Deep", type="filters", filters={"a": deep})
    assert "nested more than 100 levels" in error["why"]


async def test_integers_in_filters_keep_all_their_digits(agent: Agent) -> None:
    filters = with_value([2**64, -(10**30), 2**53 + 1])
    made = await agent.call(TOOL, name="Large", type="filters", filters=filters)
    short_id = made["playlist"]["short_id"]
    read = await agent.call("session-recording-playlist-get", short_id=short_id)
    larger = with_value(10**400)
    changed = await agent.call("session-recording-playlist-update", short_id=short_id, filters=larger)
    as_text = await agent.call("session-recording-playlist-update", short_id=short_id, filters=json.dumps(filters))
    gone = await agent.call("session-recording-playlist-delete", short_id=short_id)
    back = await agent.call("session-recording-playlist-delete", **gone["undo"])
    assert [each["playlist"]["filters"] for each in (made, read, changed, as_text)] == [
        filters,
        filters,
        larger,
        filters,
    ]
    assert gone["undo"]["filters"] == filters
    assert back["deleted"] is False
    assert (await agent.call("session-recording-playlist-get", short_id=short_id))["playlist"]["filters"] == filters


async def test_an_integer_of_more_digits_than_json_parsers_take_is_refused(agent: Agent) -> None:
    assert (await agent.fail(TOOL, name="Larger", type="filters", filters=with_value([10**4300])))["why"] == snapshot(
        'filters: an integer must have at most 4300 digits, got {"date_from":"-7d","duration":[],"filter_group":{"type":"AND","values":[{"type"…'
    )


async def test_a_filter_that_posthog_would_not_understand_is_refused_with_an_example(agent: Agent) -> None:
    assert (await agent.fail(TOOL, name="a", type="filters", filters={"url": "/checkout"}))["why"] == snapshot(
        'filters: PostHog has no \'url\' at the top; its fields are date_from, date_to, duration, filter_group, filter_test_accounts, limit, order, order_direction. The form is {"date_from":"-7d","filter_test_accounts":true,"duration":[{"type":"recording","key":"active_seconds","operator":"gt","value":5}],"filter_group":{"type":"AND","values":[{"type":"AND","values":[{"type":"events","id":"$rageclick","name":"$rageclick"},{"type":"recording","key":"visited_page","operator":"icontains","value":"/checkout"},{"type":"person","key":"email","operator":"icontains","value":["@example.com"]}]}]}}, got {"url":"/checkout"}'
    )
