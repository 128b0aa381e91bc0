"""The recordings list's filters: properties of every type, every operator, and the other filters."""

import json
from typing import Any

import anyio
import pytest
from inline_snapshot import snapshot

from replay_mcp.errors import StoreError
from replay_mcp.local.store.accounts import NewKey, list_teams, set_test_account_domains
from tests.conftest import Local
from tests.local.answers import RECORDINGS, error
from tests.seeding import add_event, add_recording, ago

pytestmark = pytest.mark.anyio


async def ids(local: Local, **query: Any) -> set[str]:
    """Ids that the query finds; everything but text is sent as JSON."""
    response = await local.http.get(RECORDINGS, params=encoded(query))
    assert response.status_code == 200, response.text
    return {recording["id"] for recording in response.json()["results"]}


async def refusal(local: Local, **query: Any) -> str:
    """The reason why the query is refused."""
    status, kind, code, detail, _ = error(await local.http.get(RECORDINGS, params=encoded(query)))
    assert (status, kind, code) == (400, "validation_error", "invalid_input")
    return detail


def encoded(query: dict[str, Any]) -> dict[str, str]:
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in query.items()}


def on(type: str, key: str, operator: str, value: Any = None) -> list[dict[str, Any]]:
    """One property filter, as a list."""
    return [{"type": type, "key": key, "operator": operator, "value": value}]


def add_person(local: Local, session_id: str, properties: dict[str, Any], *more_ids: str) -> None:
    """The person of a recording."""
    with local.store.connection() as db:
        person = (f"uuid-of-{session_id}", json.dumps(properties), ago(days=9))
        cursor = db.execute(
            "INSERT INTO person (team_id, uuid, properties, created_at) VALUES (1, ?, ?, ?) RETURNING id", person
        )
        person_id = cursor.fetchone()["id"]
        for distinct_id in (f"person-of-{session_id}", *more_ids):
            db.execute("INSERT INTO person_distinct_id VALUES (1, ?, ?)", (distinct_id, person_id))


def add_rows(local: Local, table: str, *rows: tuple[Any, ...]) -> None:
    with local.store.connection() as db:
        db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


# ---- recording properties -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("gt", 60, {"long"}),
        ("gt", "60", {"long"}),
        ("gte", 60, {"long", "middle"}),
        ("lt", 60, {"short"}),
        ("lte", [60], {"short", "middle"}),
        ("exact", 60, {"middle"}),
        ("exact", [5, 600.0], {"short", "long"}),
        ("is_not", 60, {"short", "long"}),
        ("in", [5, 60], {"short", "middle"}),
        ("not_in", [5, 60], {"long"}),
        ("between", [5, 60], {"short", "middle"}),
        ("not_between", [5, 60], {"long"}),
        ("is_set", None, {"short", "middle", "long"}),
        ("is_not_set", None, set[str]()),
    ],
)
async def test_metrics_are_compared_as_numbers(local: Local, operator: str, value: Any, expected: set[str]):
    with local.store.connection() as db:
        for session_id, duration in (("short", 5), ("middle", 60), ("long", 600)):
            add_recording(db, session_id, duration=duration)
    wanted = on("recording", "duration", operator, value)
    assert await ids(local, having_predicates=wanted) == expected
    assert await ids(local, properties=wanted) == expected


@pytest.mark.parametrize(
    ("key", "columns"),
    [
        ("duration", {"duration": 900}),
        ("recording_duration", {"duration": 900}),
        ("active_seconds", {"active_seconds": 900}),
        ("inactive_seconds", {"duration": 1_000, "active_seconds": 10}),
        ("click_count", {"click_count": 900}),
        ("keypress_count", {"keypress_count": 900}),
        ("mouse_activity_count", {"mouse_activity_count": 900}),
        ("console_log_count", {"console_log_count": 900}),
        ("console_warn_count", {"console_warn_count": 900}),
        ("console_error_count", {"console_error_count": 900}),
        ("activity_score", {"activity_score": 900.5}),
    ],
)
async def test_every_metric_can_be_filtered(local: Local, key: str, columns: dict[str, Any]):
    with local.store.connection() as db:
        add_recording(db, "usual")
        add_recording(db, "wanted", **columns)
    assert await ids(local, having_predicates=on("recording", key, "gt", 500)) == {"wanted"}


async def test_snapshot_source_and_library_are_texts(local: Local):
    with local.store.connection() as db:
        add_recording(db, "site", start_url="http://shop.example/checkout")
        add_recording(db, "app", snapshot_source="mobile", snapshot_library="posthog-ios", start_url=None)
    assert await ids(local, properties=on("recording", "snapshot_source", "exact", "mobile")) == {"app"}
    assert await ids(local, properties=on("recording", "snapshot_library", "icontains", "IOS")) == {"app"}
    assert await ids(local, properties=on("recording", "start_url", "icontains", "checkout")) == {"site"}
    assert await ids(local, properties=on("recording", "start_url", "is_not_set")) == {"app"}


URLS = {
    "buyer": ["http://shop.example/", "http://shop.example/checkout?step=1"],
    "browser": ["http://shop.example/", "http://shop.example/product?id=7"],
    "nobody": [],
}


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("exact", "http://shop.example/product?id=7", {"browser"}),
        ("exact", ["http://shop.example/product?id=7", "http://shop.example/checkout?step=1"], {"buyer", "browser"}),
        ("is_not", "http://shop.example/product?id=7", {"buyer", "nobody"}),
        ("icontains", "CHECKOUT", {"buyer"}),
        ("not_icontains", "checkout", {"browser", "nobody"}),
        ("regex", r"/product\?id=\d+$", {"browser"}),
        ("not_regex", r"/product\?id=\d+$", {"buyer", "nobody"}),
        ("is_set", None, {"buyer", "browser"}),
        ("is_not_set", None, {"nobody"}),
    ],
)
async def test_a_visited_page_matches_any_url_and_its_negation_none(
    local: Local, operator: str, value: Any, expected: set[str]
):
    with local.store.connection() as db:
        for session_id, urls in URLS.items():
            add_recording(db, session_id)
            db.executemany("INSERT INTO recording_url VALUES (?, ?, 0)", [(session_id, url) for url in urls])
    assert await ids(local, properties=on("recording", "visited_page", operator, value)) == expected


# ---- session, person and event properties ---------------------------------------------------------------------------


async def test_session_properties_are_those_that_a_recording_contains(local: Local):
    with local.store.connection() as db:
        add_recording(db, "short", duration=5)
        add_recording(db, "long", duration=500, start_url="http://shop.example/sale")
        for number in range(3):
            add_event(db, "long", "$pageview", uuid=f"view-{number}")
        add_event(db, "short", "$autocapture")
    assert await ids(local, properties=on("session", "$session_duration", "gt", 60)) == {"long"}
    assert await ids(local, properties=on("session", "$entry_current_url", "icontains", "sale")) == {"long"}
    assert await ids(local, properties=on("session", "$pageview_count", "gte", 3)) == {"long"}
    assert await ids(local, properties=on("session", "$pageview_count", "between", [0, 2])) == {"short"}
    assert await ids(local, properties=on("session", "$autocapture_count", "exact", 1)) == {"short"}


PEOPLE: dict[str, dict[str, Any]] = {
    "maya": {"email": "maya@example.com", "plan": "pro", "seats": 12, "admin": True, "since": "2026-03-05T10:00:00Z"},
    "jonas": {"email": "jonas@example.org", "plan": "free", "seats": "3", "tags": ["a", "b"], "since": 1_767_225_600},
    "empty": {"plan": None, "seats": 2.5},
}


@pytest.mark.parametrize(
    ("key", "operator", "value", "expected"),
    [
        ("plan", "exact", "pro", {"maya"}),
        ("plan", "exact", ["pro", "free"], {"maya", "jonas"}),
        ("plan", "is_not", "pro", {"jonas", "empty", "nobody"}),
        ("plan", "is_set", None, {"maya", "jonas"}),
        ("plan", "is_not_set", None, {"empty", "nobody"}),
        ("plan", "in", ["free"], {"jonas"}),
        ("plan", "not_in", ["free", "pro"], {"empty", "nobody"}),
        ("email", "icontains", "@EXAMPLE.org", {"jonas"}),
        ("email", "icontains", ["maya@", "jonas@"], {"maya", "jonas"}),
        ("email", "not_icontains", "example", {"empty", "nobody"}),
        ("email", "regex", "^[mj].*@example", {"maya", "jonas"}),
        ("email", "not_regex", "^maya", {"jonas", "empty", "nobody"}),
        ("seats", "exact", 12, {"maya"}),
        ("seats", "exact", "12", {"maya"}),
        ("seats", "exact", 12.0, {"maya"}),
        ("seats", "gt", 2.9, {"maya", "jonas"}),
        ("seats", "lt", "3", {"empty"}),
        ("seats", "between", [2, 3], {"jonas", "empty"}),
        ("seats", "not_between", [2, 3], {"maya", "nobody"}),
        ("admin", "exact", True, {"maya"}),
        ("admin", "exact", "true", {"maya"}),
        ("tags", "icontains", '"b"', {"jonas"}),
        ("since", "is_date_exact", "2026-03-05", {"maya"}),
        ("since", "is_date_before", "2026-02-01", {"jonas"}),
        ("since", "is_date_after", "2026-01-01", {"maya"}),
        ("since", "is_date_after", "-1y", {"maya", "jonas"}),
        ("since", "is_date_exact", "2026-03-05T10:00:00Z", {"maya"}),
        ("email", "is_date_after", "-1y", set[str]()),
        ('quo"ted.$.[key]', "is_set", None, set[str]()),
    ],
)
async def test_person_properties_by_every_operator(
    local: Local, key: str, operator: str, value: Any, expected: set[str]
):
    with local.store.connection() as db:
        for session_id in (*PEOPLE, "nobody"):
            add_recording(db, session_id)
    for session_id, properties in PEOPLE.items():
        add_person(local, session_id, properties)
    assert await ids(local, properties=on("person", key, operator, value)) == expected


async def test_a_person_is_found_under_all_distinct_ids(local: Local):
    with local.store.connection() as db:
        add_recording(db, "identified")
        add_recording(db, "before", distinct_id="anonymous-1")
        add_recording(db, "other")
    add_person(local, "identified", {"email": "maya@example.com"}, "anonymous-1")
    both = {"identified", "before"}
    assert await ids(local, properties=on("person", "email", "exact", "maya@example.com")) == both
    assert await ids(local, person_uuid="uuid-of-identified") == both
    assert await ids(local, person_uuid="nobody") == set()
    assert await ids(local, distinct_ids=["anonymous-1", "person-of-other"]) == {"before", "other"}
    assert await ids(local, distinct_ids=["anonymous-1"], person_uuid="uuid-of-identified") == {"before"}
    assert await ids(local, distinct_ids=[]) == {"identified", "before", "other"}


async def test_many_distinct_ids_work_as_well_as_a_few(local: Local):
    with local.store.connection() as db:
        add_recording(db, "s1")
        add_recording(db, "s2")
    many = [f"id-{number}" for number in range(1_001)]
    assert await ids(local, distinct_ids=[*many, "person-of-s1"]) == {"s1"}


async def test_event_properties_need_one_event_and_their_negation_needs_none(local: Local):
    with local.store.connection() as db:
        add_recording(db, "paid")
        add_recording(db, "both")
        add_recording(db, "quiet")
        add_event(db, "paid", "order placed", properties='{"method": "card", "total": 103}')
        add_event(db, "both", "order placed", properties='{"method": "card", "total": 5}')
        add_event(db, "both", "order placed", properties='{"method": "transfer", "total": 7}')
    assert await ids(local, properties=on("event", "method", "exact", "card")) == {"paid", "both"}
    assert await ids(local, properties=on("event", "method", "is_not", "transfer")) == {"paid", "quiet"}
    assert await ids(local, properties=on("event", "method", "is_not_set")) == {"quiet"}
    assert await ids(local, properties=on("event", "total", "gt", 100)) == {"paid"}
    assert await ids(local, properties=[{"key": "method", "value": "transfer"}]) == {"both"}


async def test_events_of_another_team_do_not_count(local: Local):
    local.client(NewKey("other@b.example", environment=2, scopes=("*",), organization="Other"))
    with local.store.connection() as db:
        add_recording(db, "s1")
        add_event(db, "s1", "order placed", team_id=2, properties='{"method": "card"}')
    assert await ids(local, events=[{"id": "order placed"}]) == set()
    assert await ids(local, properties=on("event", "method", "exact", "card")) == set()


# ---- events ---------------------------------------------------------------------------------------------------------


async def test_an_event_filter_needs_one_event_that_matches_all_its_properties(local: Local):
    with local.store.connection() as db:
        for session_id in ("paid", "cheap", "quiet"):
            add_recording(db, session_id)
        add_event(db, "paid", "order placed", properties='{"method": "card", "total": 103}')
        add_event(db, "cheap", "order placed", properties='{"method": "card", "total": 5}')
        add_event(db, "cheap", "order placed", properties='{"method": "transfer", "total": 700}')
        add_event(db, "quiet", "$pageview")
    add_person(local, "paid", {"plan": "pro"})
    card = {"key": "method", "value": ["card"], "operator": "exact", "type": "event"}
    large = {"key": "total", "value": 100, "operator": "gt", "type": "event"}
    free = {"key": "plan", "value": "pro", "operator": "is_not", "type": "person"}
    order = {"id": "order placed", "name": "order placed", "type": "events", "order": 0, "math": "total"}
    assert await ids(local, events=[order]) == {"paid", "cheap"}
    assert await ids(local, events=[order | {"properties": [card, large]}]) == {"paid"}
    assert await ids(local, events=[order | {"properties": [card, free]}]) == {"cheap"}
    assert await ids(local, events=[order | {"properties": []}, {"id": "$pageview"}]) == set()
    assert await ids(local, events=[order, {"id": "$pageview"}], operand="OR") == {"paid", "cheap", "quiet"}
    assert await ids(local, events=[{"id": None}]) == {"paid", "cheap", "quiet"}
    assert await ids(local, events=[{"id": None, "properties": [large]}]) == {"paid", "cheap"}
    assert await ids(local, events=[{"id": "never"}]) == set()


async def test_a_common_event_is_found_as_well_as_a_rare_one(local: Local):
    with local.store.connection() as db:
        for session_id in ("viewer", "other"):
            add_recording(db, session_id)
        rows = [
            (f"uuid-{number}", 1, f"gone-{number}", "d", "$pageview", ago(hours=1), "{}") for number in range(5_001)
        ]
        db.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        add_event(db, "viewer", "$pageview")
    assert await ids(local, events=[{"id": "$pageview"}]) == {"viewer"}


# ---- console lines and comments -------------------------------------------------------------------------------------


async def test_console_filters_need_one_line_that_matches_all_or_any(local: Local):
    with local.store.connection() as db:
        for session_id in ("failing", "warned", "quiet"):
            add_recording(db, session_id)
        lines = [("failing", "error", "Payment failed"), ("failing", "info", "ok"), ("warned", "warn", "Payment slow")]
        db.executemany("INSERT INTO console_log (session_id, timestamp, level, message) VALUES (?, 0, ?, ?)", lines)
    loud = on("log_entry", "level", "exact", ["warn", "error"])
    payment = on("log_entry", "message", "icontains", "payment")
    slow = on("log_entry", "message", "regex", "slow$")
    assert await ids(local, console_log_filters=loud) == {"failing", "warned"}
    assert await ids(local, console_log_filters=loud + payment) == {"failing", "warned"}
    assert await ids(local, console_log_filters=on("log_entry", "level", "exact", "info") + payment) == set()
    assert await ids(local, console_log_filters=on("log_entry", "level", "exact", "log")) == {"failing"}
    assert await ids(local, console_log_filters=slow + on("log_entry", "level", "exact", "error"), operand="OR") == {
        "failing", "warned",
    }  # fmt: skip
    assert await ids(local, properties=payment) == {"failing", "warned"}


async def test_comments_of_recordings_are_searched(local: Local):
    with local.store.connection() as db:
        for session_id in ("praised", "blamed", "discussed", "removed", "silent", "empty"):
            add_recording(db, session_id)
        comments = [
            ("recording", "praised", "Great checkout", 0),
            ("recording", "blamed", "Broken Checkout", 0),
            ("Replay", "discussed", "checkout", 0),
            ("recording", "removed", "checkout", 1),
            ("recording", "empty", "", 0),
        ]
        db.executemany(
            "INSERT INTO comment (team_id, scope, item_id, content, deleted, created_at) VALUES (1, ?, ?, ?, ?, 0)",
            comments,
        )

    def about(operator: str, value: Any = None) -> dict[str, Any]:
        return on("recording", "comment_text", operator, value)[0]

    assert await ids(local, comment_text=about("icontains", "checkout")) == {"praised", "blamed"}
    assert await ids(local, comment_text=about("exact", "Great checkout")) == {"praised"}
    assert await ids(local, comment_text=about("is_set")) == {"praised", "blamed"}
    assert await ids(local, comment_text=about("icontains", "refund")) == set()
    assert await ids(local, comment_text=about("is_set"), session_ids=["silent", "blamed"]) == {"blamed"}
    assert await ids(local, properties=[about("icontains", "great")]) == {"praised"}
    assert await refusal(local, comment_text=about("regex", "x")) == snapshot(
        "Unsupported operator for comment search: regex"
    )


# ---- everything else ------------------------------------------------------------------------------------------------


async def test_the_operand_joins_properties_events_and_console_filters(local: Local):
    with local.store.connection() as db:
        add_recording(db, "long", duration=900)
        add_recording(db, "buyer")
        add_recording(db, "failing")
        add_recording(db, "none")
        add_event(db, "buyer", "order placed")
        db.execute(
            "INSERT INTO console_log (session_id, timestamp, level, message) VALUES ('failing', 0, 'error', 'x')"
        )
    query: dict[str, Any] = {
        "properties": on("recording", "duration", "gt", 100),
        "events": [{"id": "order placed"}],
        "console_log_filters": on("log_entry", "level", "exact", "error"),
    }
    assert await ids(local, **query) == set()
    assert await ids(local, **query, operand="OR") == {"long", "buyer", "failing"}
    short = on("recording", "duration", "lt", 100)
    assert await ids(local, **query, operand="OR", having_predicates=short) == {"buyer", "failing"}


async def test_test_accounts_are_people_of_the_team_s_domains(local: Local):
    emails = {"customer": "maya@example.com", "staff": "Ines@Shop.Example", "lookalike": "eve@notshop.example"}
    with local.store.connection() as db:
        set_test_account_domains(db, ["@SHOP.example", "b_d.%", " shop.example "])
        for session_id in (*emails, "nobody", "nameless"):
            add_recording(db, session_id)
    for session_id, email in emails.items():
        add_person(local, session_id, {"email": email})
    add_person(local, "nameless", {"name": "No e-mail"})
    everybody = {*emails, "nobody", "nameless"}
    assert await ids(local, filter_test_accounts=True) == everybody - {"staff"}
    assert await ids(local, filter_test_accounts=False) == everybody
    long = on("recording", "duration", "gt", 1)
    assert await ids(local, filter_test_accounts=True, properties=long, operand="OR") == everybody - {"staff"}


async def test_test_account_domains_replace_earlier_ones(local: Local):
    with local.store.connection() as db:
        add_recording(db, "staff")
        set_test_account_domains(db, ["shop.example"])
        set_test_account_domains(db, ["b.example"])
    add_person(local, "staff", {"email": "ines@shop.example"})
    assert await ids(local, filter_test_accounts=True) == {"staff"}
    with local.store.connection() as db:
        assert [team.test_account_domains for team in list_teams(db)] == [("b.example",)]


@pytest.mark.parametrize("domain", ["", "ines@shop.example", "shop example"])
async def test_an_invalid_domain_is_refused(local: Local, domain: str):
    with local.store.connection() as db:
        with pytest.raises(StoreError, match="is not a domain"):
            set_test_account_domains(db, ["shop.example", domain])
        assert [team.test_account_domains for team in list_teams(db)] == [()]


async def test_viewed_recordings_can_be_hidden(local: Local):
    local.client(NewKey("ines@shop.example", environment=1, scopes=("*",)))
    with local.store.connection() as db:
        for session_id in ("mine", "theirs", "fresh"):
            add_recording(db, session_id)
    add_rows(local, "session_recording_viewed", (1, 1, "mine", 0), (1, 2, "theirs", 0))
    assert await ids(local, hide_viewed_recordings="current-user") == {"theirs", "fresh"}
    assert await ids(local, hide_viewed_recordings="any-user") == {"fresh"}
    assert await ids(local, hide_viewed_recordings="any-user", session_ids=["mine"]) == {"mine"}


async def test_filters_on_data_that_the_local_api_does_not_keep_are_refused_with_the_reason(local: Local):
    assert [
        await refusal(local, properties=on("cohort", "id", "in", 5)),
        await refusal(local, properties=on("group", "industry", "exact", "tea")),
        await refusal(local, properties=[{"type": "hogql", "key": "properties.x = 1"}]),
        await refusal(local, actions=[{"id": 5}]),
        await refusal(local, properties=on("recording", "mood", "exact", "good")),
        await refusal(local, properties=on("session", "$channel_type", "exact", "Direct")),
        await refusal(local, events=[{"id": "x", "properties": on("element", "text", "exact", "Pay")}]),
        await refusal(local, console_log_filters=on("log_entry", "colour", "exact", "red")),
    ] == snapshot(
        [
            "Properties of type 'cohort' are not supported by the local API; it supports recording, session, person, event, log_entry.",
            "Properties of type 'group' are not supported by the local API; it supports recording, session, person, event, log_entry.",
            "Properties of type 'hogql' are not supported by the local API; it supports recording, session, person, event, log_entry.",
            "Actions are not supported by the local API; filter by the events that they match.",
            "Unknown recording property 'mood'; the local API supports duration, recording_duration, active_seconds, inactive_seconds, click_count, keypress_count, mouse_activity_count, console_log_count, console_warn_count, console_error_count, activity_score, snapshot_source, snapshot_library, start_url, distinct_id, visited_page, failed_request_status, failed_request_host, comment_text.",
            "Unknown session property '$channel_type'; the local API supports $session_duration, $entry_current_url, $pageview_count, $autocapture_count, $screen_count.",
            "Properties of type 'element' are not supported within events by the local API.",
            "Unknown log entry property 'colour'; the local API supports level, message.",
        ]
    )


async def test_a_value_that_does_not_fit_its_operator_is_refused(local: Local):
    assert [
        await refusal(local, properties=on("person", "plan", "exact")),
        await refusal(local, properties=on("person", "seats", "gt", "many")),
        await refusal(local, properties=on("person", "seats", "gt", [1, 2])),
        await refusal(local, properties=on("person", "seats", "gt", True)),
        await refusal(local, properties=on("person", "seats", "between", [1])),
        await refusal(local, properties=on("person", "since", "is_date_after", "soon")),
        await refusal(local, properties=on("person", "since", "is_date_after", 5)),
        await refusal(local, having_predicates=on("recording", "duration", "icontains", "6")),
        await refusal(local, having_predicates=on("recording", "duration", "exact", [])),
        await refusal(local, having_predicates=on("recording", "duration", "gt", "1e999")),
        json.loads(await refusal(local, events=[{"event": "$pageview"}]))[0]["msg"],
    ] == snapshot(
        [
            "The filter on 'plan' needs a value for operator 'exact'.",
            "The filter on 'seats' needs numbers for operator 'gt'.",
            "The filter on 'seats' needs one number for operator 'gt'.",
            "The filter on 'seats' needs numbers for operator 'gt'.",
            "The filter on 'seats' needs two numbers for operator 'between'.",
            "The filter on 'since' needs a date for operator 'is_date_after'.",
            "The filter on 'since' needs a date for operator 'is_date_after'.",
            "Operator 'icontains' does not apply to the number 'duration'.",
            "The filter on 'duration' needs numbers for operator 'exact'.",
            "The filter on 'duration' needs numbers for operator 'gt'.",
            "Field required",
        ]
    )


@pytest.mark.parametrize(
    "pattern",
    ["(", "[", "*", "(?P<x", r"(a)\1", "(?=a)", "(?<!a)b", "(?(1)a)", "x" * 1_001],
)  # fmt: skip
async def test_a_pattern_that_re2_does_not_know_is_refused(local: Local, pattern: str):
    detail = await refusal(local, properties=on("recording", "start_url", "regex", pattern))
    assert detail.startswith("Invalid regular expression in the filter on 'start_url': ")


@pytest.mark.parametrize("pattern", ["(.|.)" * 25 + "~", ".{0,60}" * 7 + "~", ".*.*.*x", "(a+)+$", "(.*)*~"])
async def test_no_pattern_can_stall_the_server(local: Local, pattern: str):
    with local.store.connection() as db:
        add_recording(db, "s1", start_url="http://shop.example/" + "a" * 1_000 + "!")
    with anyio.fail_after(60):
        await local.http.get(
            RECORDINGS, params={"properties": json.dumps(on("recording", "start_url", "regex", pattern))}
        )


async def test_ordinary_patterns_are_matched_fast_even_in_hostile_text(local: Local):
    with local.store.connection() as db:
        add_recording(db, "s1", start_url="http://shop.example/" + "a" * 400 + "!")
    patterns = {
        r"^https?://[^/]+/a{3,}!$": {"s1"},
        r"(?i)SHOP\.(example|test)/": {"s1"},
        r"(?P<host>shop)\.(?:example)?": {"s1"},
        r"a*a*b": set[str](),
        r"[]a]+\!": {"s1"},
        r"(ab|cd)?(?:http)": {"s1"},
        r"a+?!": {"s1"},
        "": {"s1"},
    }
    assert {pattern: await ids(local, properties=on("recording", "start_url", "regex", pattern)) for pattern in patterns} == patterns  # fmt: skip


async def test_values_are_never_run_as_sql(local: Local):
    with local.store.connection() as db:
        add_recording(db, "s1")
    hostile = "') OR 1=1; DROP TABLE recording; --"
    for query in (
        {"properties": on("recording", "snapshot_source", "exact", hostile)},
        {"properties": on("person", hostile, "exact", hostile)},
        {"properties": on("event", hostile, "icontains", hostile)},
        {"events": [{"id": hostile}]},
        {"distinct_ids": [hostile]},
        {"session_ids": [hostile]},
        {"comment_text": on("recording", "comment_text", "exact", hostile)[0]},
        {"console_log_filters": on("log_entry", "message", "exact", hostile)},
    ):
        assert await ids(local, **query) == set()
    assert await ids(local) == {"s1"}
