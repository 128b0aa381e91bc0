"""The form of saved filters: what PostHog's app and its hourly count read."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp import exact_json
from replay_mcp.errors import InvalidArguments
from replay_mcp.redaction import Redaction
from replay_mcp.tools._saved_filters import EXAMPLE, refuse_masked, universal_filters

EVENT: dict[str, Any] = {"type": "events", "id": "$rageclick"}
PERSON: dict[str, Any] = {"type": "person", "key": "email", "operator": "icontains", "value": "@example.com"}


def grouped(*conditions: Any, type: str = "AND") -> dict[str, Any]:
    return {"type": "AND", "values": [{"type": type, "values": list(conditions)}]}


def test_the_example_is_in_the_right_form() -> None:
    example = exact_json.loads(EXAMPLE)
    assert universal_filters(example) == example


def test_what_the_app_needs_is_completed() -> None:
    assert universal_filters({"date_from": "-7d", "filter_test_accounts": True}) == snapshot(
        {
            "date_from": "-7d",
            "filter_test_accounts": True,
            "duration": [],
            "filter_group": {"type": "AND", "values": [{"type": "AND", "values": []}]},
        }
    )


def test_conditions_directly_in_the_outer_group_are_put_into_an_inner_one() -> None:
    group = {"type": "OR", "values": [EVENT, PERSON]}
    assert universal_filters({"filter_group": group}) == {
        "duration": [],
        "filter_group": {"type": "OR", "values": [{"type": "OR", "values": [EVENT, PERSON]}]},
    }


@pytest.mark.parametrize(
    "condition",
    [
        EVENT | {"name": "$rageclick", "properties": [PERSON | {"type": "event"}]},
        {"type": "events", "id": None},
        {"type": "actions", "id": 7},
        PERSON | {"operator": "is_set", "value": None},
        {"type": "cohort", "key": "id", "value": 3},
        {"type": "hogql", "key": "properties.total > 3"},
        {"type": "log_entry", "key": "level", "operator": "exact", "value": ["error"]},
    ],
)
def test_conditions_of_all_kinds_are_kept(condition: dict[str, Any]) -> None:
    assert universal_filters({"filter_group": grouped(condition)})["filter_group"] == grouped(condition)


@pytest.mark.parametrize(
    ("filters", "why"),
    [
        (
            {"events": [EVENT]},
            snapshot(
                "PostHog has no 'events' at the top; its fields are date_from, date_to, duration, filter_group, filter_test_accounts, limit, order, order_direction"
            ),
        ),
        (
            {"x" * 1000: 1},
            snapshot(
                "PostHog has no 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… at the top; its fields are date_from, date_to, duration, filter_group, filter_test_accounts, limit, order, order_direction"
            ),
        ),
        ({"date_from": 7}, snapshot("date_from must be a relative date such as -7d, or an ISO date")),
        ({"limit": "20"}, snapshot("limit must be a whole number")),
        ({"filter_group": [EVENT]}, snapshot("filter_group must be an object")),
        ({"filter_group": {"values": [EVENT]}}, snapshot("filter_group: type must be AND or OR")),
        ({"filter_group": {"type": "AND"}}, snapshot("filter_group.values must be a list")),
        (
            {"filter_group": {"type": "AND", "values": [grouped(EVENT), EVENT]}},
            snapshot("filter_group: put all conditions into one inner group"),
        ),
        (
            {"filter_group": {"type": "AND", "values": [grouped(EVENT)]}},
            snapshot(
                "filter_group.values[0].values[0]: type must be one of actions, cohort, data_warehouse_person_property, element, event, event_metadata, events, feature, flag, group, hogql, log_entry, person, recording, session"
            ),
        ),
        ({"filter_group": grouped("$rageclick")}, snapshot("filter_group.values[0].values[0] must be an object")),
        (
            {"filter_group": grouped({"type": "event", "id": "$rageclick"})},
            snapshot("filter_group.values[0].values[0]: key must be the property's name"),
        ),
        (
            {"filter_group": grouped({"type": "url", "key": "a", "value": 1})},
            snapshot(
                "filter_group.values[0].values[0]: type must be one of actions, cohort, data_warehouse_person_property, element, event, event_metadata, events, feature, flag, group, hogql, log_entry, person, recording, session"
            ),
        ),
        (
            {"filter_group": grouped(PERSON | {"operator": "contains"})},
            snapshot(
                "filter_group.values[0].values[0]: operator must be one of between, exact, flag_evaluates_to, gt, gte, icontains, in, is_cleaned_path_exact, is_date_after, is_date_before, is_date_exact, is_not, is_not_set, is_set, lt, lte, max, min, not_between, not_icontains, not_in, not_regex, regex"
            ),
        ),
        (
            {"filter_group": grouped(PERSON | {"value": None})},
            snapshot("filter_group.values[0].values[0]: value is missing"),
        ),
        (
            {"filter_group": grouped({"type": "events", "id": 3})},
            snapshot("filter_group.values[0].values[0]: id must be the event's name, or null for any event"),
        ),
        (
            {"filter_group": grouped({"type": "actions", "id": None})},
            snapshot("filter_group.values[0].values[0]: id must be the action's id"),
        ),
        (
            {"filter_group": grouped(EVENT | {"properties": {"a": 1}})},
            snapshot("filter_group.values[0].values[0].properties must be a list"),
        ),
        (
            {"filter_group": grouped(EVENT | {"properties": [{"key": "a"}]})},
            snapshot(
                "filter_group.values[0].values[0].properties[0]: type must be one of cohort, data_warehouse_person_property, element, event, event_metadata, feature, flag, group, hogql, log_entry, person, recording, session"
            ),
        ),
        ({"filter_group": grouped(*[EVENT] * 101)}, snapshot("filter_group has more than 100 conditions")),
        (
            {"duration": [{"type": "recording", "key": "clicks", "operator": "gt", "value": 5}]},
            snapshot("duration[0]: type must be recording, and key one of active_seconds, duration, inactive_seconds"),
        ),
        (
            {"duration": [{"type": "recording", "key": "duration", "operator": "gt", "value": "5"}]},
            snapshot("duration[0]: value must be a number of seconds"),
        ),
        (
            {"duration": [{"type": "recording", "key": "duration", "operator": "is_set"}]},
            "duration[0]: value must be a number of seconds",
        ),
        ({"filter_group": {"type": {}, "values": []}}, "filter_group: type must be AND or OR"),
    ],
)
def test_what_posthog_would_not_understand_is_refused(filters: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match="The form is") as raised:
        universal_filters(filters)
    assert str(raised.value).removesuffix(f". The form is {EXAMPLE}") == why


@pytest.mark.parametrize("name", ["type", "operator"])
@pytest.mark.parametrize("value", [["exact"], {}])
def test_a_list_or_an_object_is_no_type_and_no_operator(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=rf"{name} must be one of .*The form is"):
        universal_filters({"filter_group": grouped(PERSON | {name: value})})


def on(type: str, key: str, operator: str, value: Any) -> dict[str, Any]:
    return {"type": type, "key": key, "operator": operator, "value": value}


@pytest.mark.parametrize(
    "condition",
    [
        on("recording", "visited_page", "icontains", "code=abc1"),
        on("recording", "visited_page", "regex", "abc1"),
        on("session", "$entry_current_url", "not_regex", ["abc1"]),
        on("event", "$current_url", "exact", ["/cart", "/cart?code=abc1"]),
        on("event", "api_key", "icontains", "abc1"),
        on("log_entry", "message", "icontains", "ada@b"),
        EVENT | {"properties": [on("event", "$current_url", "icontains", "code=abc1")]},
    ],
)
def test_conditions_on_what_is_masked_are_refused(condition: dict[str, Any]) -> None:
    filters = universal_filters({"filter_group": grouped(EVENT, condition)})
    with pytest.raises(InvalidArguments, match="condition 1 of filter_group cannot be saved"):
        refuse_masked(filters, Redaction("standard"))
    refuse_masked(filters, Redaction("off"))


def test_the_example_and_conditions_on_persons_search_nothing_masked() -> None:
    email = on("person", "email", "exact", ["ada@b.example"])
    for filters in (exact_json.loads(EXAMPLE), {"filter_group": grouped(email)}, {}):
        refuse_masked(universal_filters(filters), Redaction("standard"))
