"""`session-recordings-list`."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from inline_snapshot import snapshot

from tests.agent import Agent, Connect, text_of
from tests.conftest import Local
from tests.faults import Fault, Faults
from tests.seeding import add_event, add_recording, ago

pytestmark = pytest.mark.anyio
TOOL = "session-recordings-list"


async def test_a_page_is_compact_and_repeats_its_window(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "s1", console_error_count=2, start_url="http://shop.example/pay?email=a@b.example#x")
        add_recording(db, "s2", start_time=ago(hours=1), click_count=0)
        db.execute("INSERT INTO session_recording_viewed VALUES (1, 1, 's2', ?)", (ago(hours=1),))
    assert await agent.call(TOOL) == snapshot(
        {
            "date_from": "-3d",
            "data_from": "2026-11-20T10:00:00Z",
            "total": 2,
            "results": [
                {
                    "id": "s2",
                    "start_time": "2026-11-20T11:00:00Z",
                    "recording_duration": 60,
                    "person": "person-of-s2",
                    "start_url": "shop.example/",
                    "viewed": True,
                    "link": "https://us.posthog.com/project/1/replay/s2",
                },
                {
                    "id": "s1",
                    "start_time": "2026-11-20T10:00:00Z",
                    "recording_duration": 60,
                    "person": "person-of-s1",
                    "start_url": "shop.example/pay",
                    "click_count": 3,
                    "console_error_count": 2,
                    "link": "https://us.posthog.com/project/1/replay/s1",
                },
            ],
        }
    )


async def test_the_full_detail_masks_recorded_text_and_keeps_the_rest(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "s1", start_url="http://shop.example/pay?email=a@b.example")
    result = await agent.call(TOOL, detail="full")
    [row] = result["results"]
    row["documented"]["person"]["uuid"] = "derived from the distinct id"
    assert row == snapshot(
        {
            "id": "s1",
            "start_time": "2026-11-20T10:00:00Z",
            "recording_duration": 60,
            "person": "person-of-s1",
            "start_url": "shop.example/pay",
            "click_count": 3,
            "link": "https://us.posthog.com/project/1/replay/s1",
            "documented": {
                "id": "s1",
                "distinct_id": "person-of-s1",
                "viewed": False,
                "viewers": [],
                "recording_duration": 60,
                "active_seconds": 40,
                "inactive_seconds": 20,
                "start_time": "2026-11-20T10:00:00Z",
                "end_time": "2026-11-20T10:01:00Z",
                "click_count": 3,
                "keypress_count": 2,
                "mouse_activity_count": 50,
                "console_log_count": 1,
                "console_warn_count": 0,
                "console_error_count": 0,
                "start_url": "http://shop.example/pay?email=***",
                "person": {
                    "id": None,
                    "name": None,
                    "distinct_ids": ["person-of-s1"],
                    "properties": {},
                    "created_at": None,
                    "uuid": "derived from the distinct id",
                    "last_seen_at": None,
                },
                "retention_period_days": 30,
                "expiry_time": "2026-12-20T00:00:00Z",
                "recording_ttl": 30,
                "snapshot_source": "web",
                "snapshot_library": None,
                "ongoing": False,
                "activity_score": 40.0,
                "has_summary": False,
                "summary_outcome": None,
                "external_references": [],
                "matches_filters": True,
            },
        }
    )


async def test_every_filter_reaches_the_api_in_its_own_form(agent: Agent, faults: Faults) -> None:
    await agent.call(
        TOOL, date_from="-30d", date_to="2026-11-19", min_duration_seconds=10, max_duration_seconds=600,
        min_clicks=1, min_console_errors=2, visited_url="/pay", console_text="failed", console_level="error",
        event="$rageclick", failed_request_status="5xx", person="0192f7a8-0000-7000-8000-000000000000",
        where=[
            {"key": "device", "value": "Mobile"},
            {"key": "country", "value": ["de", "fr"]},
            {"on": "person", "key": "plan", "op": "is_not", "value": "free"},
            {"on": "recording", "key": "keypress_count", "op": "gte", "value": 3},
            {"on": "recording", "key": "start_url", "op": "icontains", "value": "/home"},
            {"on": "recording", "key": "failed_request_host", "op": "icontains", "value": "api."},
        ],
        hide_viewed=True, filter_test_accounts=True, order="activity_score", order_direction="ASC", limit=5,
    )  # fmt: skip
    sent = {name: decoded(values[0]) for name, values in parse_qs(faults.seen[0].query).items()}
    assert sent == snapshot(
        {
            "limit": 5,
            "date_from": "-30d",
            "date_to": "2026-11-19",
            "order": "activity_score",
            "order_direction": "ASC",
            "person_uuid": "0192f7a8-0000-7000-8000-000000000000",
            "filter_test_accounts": True,
            "properties": [
                {"type": "person", "key": "plan", "operator": "is_not", "value": "free"},
                {
                    "type": "session",
                    "key": "$entry_current_url",
                    "operator": "regex",
                    "value": "(?i)^(?:(?:[^/?#]*//[^/?#@]*@)?[^?#;=@]*|[^#]*#[^?=&;@]*)/home[^@/?#]*(?:[/?#]|$)",
                },
                {"type": "recording", "key": "visited_page", "operator": "icontains", "value": "/pay"},
                {
                    "type": "recording",
                    "key": "visited_page",
                    "operator": "regex",
                    "value": "(?i)^(?:(?:[^/?#]*//[^/?#@]*@)?[^?#;=@]*|[^#]*#[^?=&;@]*)/pay[^@/?#]*(?:[/?#]|$)",
                },
            ],
            "having_predicates": [
                {"type": "recording", "key": "duration", "operator": "gte", "value": 10},
                {"type": "recording", "key": "console_error_count", "operator": "gte", "value": 2},
                {"type": "recording", "key": "duration", "operator": "lte", "value": 600},
                {"type": "recording", "key": "click_count", "operator": "gte", "value": 1},
                {"type": "recording", "key": "keypress_count", "operator": "gte", "value": 3},
            ],
            "events": [
                {
                    "type": "events",
                    "id": "$rageclick",
                    "name": "$rageclick",
                    "order": 0,
                    "properties": [
                        {"type": "event", "key": "$device_type", "operator": "exact", "value": "Mobile"},
                        {"type": "event", "key": "$geoip_country_code", "operator": "exact", "value": ["DE", "FR"]},
                    ],
                }
            ],
            "console_log_filters": [
                {"type": "log_entry", "key": "level", "operator": "exact", "value": ["error"]},
                {"type": "log_entry", "key": "message", "operator": "icontains", "value": "failed"},
            ],
            "failed_request_filters": [
                {"type": "recording", "key": "failed_request_host", "operator": "icontains", "value": "api."},
                {"type": "recording", "key": "failed_request_status", "operator": "between", "value": [500, 599]},
            ],
            "hide_viewed_recordings": "current-user",
        }
    )


def decoded(value: str) -> Any:
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value


async def test_filters_choose_the_recordings(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "short", duration=5, active_seconds=1, click_count=0, keypress_count=0)
        add_recording(db, "errors", console_error_count=3)
        add_recording(db, "old", start_time=ago(days=5))
        add_recording(db, "visited")
        db.execute("INSERT INTO recording_url VALUES ('visited', 'http://shop.example/Pay/now', 0)")
        lines = [("errors", "error", "Payment failed"), ("visited", "info", "Payment sent")]
        db.executemany("INSERT INTO console_log (session_id, timestamp, level, message) VALUES (?, 0, ?, ?)", lines)
        failed = [("errors", "api.shop.example", 503), ("visited", "api.shop.example", 404), ("visited", "cdn.x", 503)]
        db.executemany("INSERT INTO failed_request VALUES (?, ?, ?)", failed)
        add_event(db, "errors", "$rageclick")
        db.execute("INSERT INTO session_recording_viewed VALUES (1, 1, 'short', ?)", (ago(hours=1),))

    def on(key: str, op: str, value: Any) -> dict[str, Any]:
        return {"on": "recording", "key": key, "op": op, "value": value}

    async def found(**filters: Any) -> set[str]:
        return {row["id"] for row in (await agent.call(TOOL, **filters)).get("results", [])}

    assert await found() == {"short", "errors", "visited"}
    assert await found(date_from="-7d") == {"short", "errors", "visited", "old"}
    assert await found(date_from="-7d", date_to="-4d") == {"old"}
    assert await found(max_duration_seconds=5) == {"short"}
    assert await found(min_duration_seconds=6) == {"errors", "visited"}
    assert await found(min_clicks=1) == {"errors", "visited"}
    assert await found(min_console_errors=1) == {"errors"}
    assert await found(where=on("active_seconds", "gte", 2)) == {"errors", "visited"}
    assert await found(where=on("active_seconds", "lte", "39")) == {"short"}
    assert await found(where=[on("keypress_count", "gte", 2)]) == {"errors", "visited"}
    assert await found(where=on("visited_page", "icontains", "/PAY/")) == {"visited"}
    assert await found(visited_url="/pay/") == {"visited"}
    assert await found(console_text="PAYMENT") == {"errors", "visited"}
    assert await found(console_level="info") == {"visited"}
    assert await found(console_text="payment", console_level="error") == {"errors"}
    assert await found(console_text="sent", console_level="error") == set()
    assert await found(failed_request_status="5xx") == {"errors", "visited"}
    assert await found(failed_request_status=404) == {"visited"}
    host = on("failed_request_host", "icontains", "API.")
    assert await found(where=host) == {"errors", "visited"}
    assert await found(where=host, failed_request_status="5xx") == {"errors"}
    assert await found(event="$rageclick") == {"errors"}
    assert await found(person="person-of-short") == {"short"}
    assert await found(session_ids=["old", "short"]) == {"old", "short"}
    assert await found(hide_viewed=True) == {"errors", "visited"}


async def test_pages_chain_by_cursor(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        for number in range(5):
            add_recording(db, f"s{number}", start_time=ago(hours=number + 1))
    assert await walk(agent, limit=2) == [f"s{number}" for number in range(5)]


async def test_pages_cut_by_size_continue_where_they_were_cut(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        for number in range(4):
            add_recording(db, f"s{number}", start_time=ago(hours=number + 1))
            add_person(db, f"person-of-s{number}", number, json.dumps({f"note {key}": "x" * 400 for key in range(35)}))
    first = await agent.call(TOOL, detail="full", limit=3)
    assert [row["id"] for row in first["results"]] == ["s0", "s1"]
    assert await walk(agent, detail="full", limit=3) == ["s0", "s1", "s2", "s3"]


def add_person(db: Any, distinct_id: str, number: int, properties: str) -> None:
    db.execute(
        "INSERT INTO person (id, team_id, uuid, properties, created_at) VALUES (?, 1, ?, ?, ?)",
        (number + 1, f"uuid-{number}", properties, ago(days=9)),
    )
    db.execute("INSERT INTO person_distinct_id VALUES (1, ?, ?)", (distinct_id, number + 1))


async def walk(agent: Agent, **arguments: Any) -> list[str]:
    page = await agent.call(TOOL, **arguments)
    ids = [row["id"] for row in page["results"]]
    while "next" in page:
        page = await agent.call(TOOL, **arguments, **page["next"])
        ids += [row["id"] for row in page.get("results", [])]
    return ids


async def test_an_empty_result_says_why(agent: Agent) -> None:
    assert await agent.call(TOOL, date_from="-1d") == snapshot(
        {
            "date_from": "-1d",
            "total": 0,
            "note": "There is no recording from -1d to now. Widen date_from; some sessions are not recorded (sampling, triggers, replay disabled).",
        }
    )
    assert await agent.call(TOOL, session_ids=["nope"]) == snapshot(
        {
            "total": 0,
            "note": "No recording in this environment has one of these ids: they were not captured, have expired, were deleted, or belong to another environment.",
        }
    )


async def test_twenty_rows_stay_within_six_thousand_characters(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        for number in range(20):
            session_id = f"01975f7e-6c3a-7d2e-9d63-1f0a3c5b7e{number:02}"
            add_recording(db, session_id, distinct_id=f"d{number}", start_url="https://shop.example/products/12")
            add_person(db, f"d{number}", number, json.dumps({"email": f"someone{number}@example.com"}))
    result = await agent.client.call_tool(TOOL, {"limit": 20})
    shown = text_of(result)
    assert len(json.loads(shown)["results"]) == 20
    assert len(shown) <= 6_000


async def test_invisible_and_control_characters_in_recorded_text_are_shown_escaped(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "s1", distinct_id="a\u202eb\x1b[31m\nIgnore", start_url="http://x.example/\u200bpay")
    [row] = (await agent.call(TOOL))["results"]
    assert (row["person"], row["start_url"]) == snapshot(("a\\u202eb\\u001b[31m\\nIgnore", "x.example/\\u200bpay"))


async def test_strict_redaction_hides_who_was_recorded(connect: Connect, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "s1")
    async with connect(redact="strict") as agent:
        [row] = (await agent.call(TOOL))["results"]
        [full] = (await agent.call(TOOL, detail="full"))["results"]
    assert "person" not in row
    assert (full["documented"]["person"], full["documented"]["distinct_id"]) == (None, None)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (
            {"date_from": "last week"},
            snapshot(
                "date_from: use a relative date such as '-24h' or '-7d', or ISO such as '2026-11-01', got \"last week\""
            ),
        ),
        (
            {"date_from": "7d"},
            snapshot("date_from: use a relative date such as '-24h' or '-7d', or ISO such as '2026-11-01', got \"7d\""),
        ),
        ({"min_clicks": -1}, snapshot("min_clicks: should be greater than or equal to 0, got -1")),
        (
            {"failed_request_status": "200"},
            snapshot("failed_request_status: String should match pattern '^[45](xx|\\d\\d)$', got \"200\""),
        ),
        (
            {"failed_request_status": 600},
            snapshot("failed_request_status: String should match pattern '^[45](xx|\\d\\d)$', got \"600\""),
        ),
        ({"failed_request_status": True}, snapshot("failed_request_status: should be a valid string, got true")),
        ({"console_level": "log"}, snapshot("console_level: should be 'info', 'warn' or 'error', got \"log\"")),
        ({"limit": 101}, snapshot("limit: should be less than or equal to 100, got 101")),
        (
            {"order": "-start_time"},
            snapshot(
                "order: should be 'start_time', 'recording_duration', 'active_seconds', 'inactive_seconds', 'click_count', 'keypress_count', 'mouse_activity_count', 'console_error_count', 'activity_score' or 'recording_ttl', got \"-start_time\""
            ),
        ),
        (
            {"session_ids": []},
            snapshot("session_ids: List should have at least 1 item, got []"),
        ),
        (
            {"min_duration": 5},
            snapshot("unknown argument 'min_duration'; did you mean 'min_duration_seconds'?"),
        ),
    ],
)
async def test_an_invalid_filter_is_refused_with_the_valid_ones(
    reader: Agent, arguments: dict[str, Any], why: str
) -> None:
    assert (await reader.fail(TOOL, **arguments))["why"] == why


async def test_a_refusal_of_the_api_reaches_the_model_as_bad_input(agent: Agent, faults: Faults) -> None:
    faults.then(Fault(status=400, body=b'{"type":"validation_error","code":"invalid_input","detail":"no","attr":null}'))
    assert await agent.fail(TOOL) == snapshot(
        {
            "kind": "bad_request",
            "what": "session-recordings-list failed",
            "why": "The API rejected the input: 'no'.",
            "next": "Correct the value that the API names and call again.",
        }
    )


async def test_posthog_s_refusal_of_failed_request_filters_comes_with_an_alternative(
    agent: Agent, faults: Faults
) -> None:
    problem = {"type": "extra_forbidden", "loc": ["failed_request_filters"], "msg": "Extra inputs are not permitted"}
    detail = {"type": "validation_error", "code": "invalid_input", "detail": json.dumps([problem]), "attr": None}
    faults.then(Fault(status=400, body=json.dumps(detail).encode()))
    assert await agent.fail(TOOL, failed_request_status="5xx") == snapshot(
        {
            "kind": "invalid_arguments",
            "what": "session-recordings-list failed",
            "why": "PostHog cannot filter recordings by failed requests; failed_request_status and the key failed_request_host work with the local API only.",
            "next": "Leave it out. Find candidates by console_text, min_console_errors or visited_url; session-recording-timeline with min_status: 400 shows the failed requests of a recording.",
        }
    )


async def test_the_documented_shape_is_paged_by_offset(agent: Agent, local: Local, faults: Faults) -> None:
    rows = [{"id": f"s{number}"} for number in range(5)]
    for start in (0, 0, 2, 4):  # the second answers whether there are recordings before the window
        page = {"count": 5, "next": "https://x/?offset" if start < 4 else None, "results": rows[start : start + 2]}
        faults.then(Fault(status=200, body=json.dumps(page).encode()))
    assert await walk(agent, limit=2) == ["s0", "s1", "s2", "s3", "s4"]
    assert [parse_qs(seen.query).get("offset") for seen in faults.seen] == [None, None, ["2"], ["4"]]


async def test_an_unreadable_cursor_is_reported(agent: Agent) -> None:
    assert await agent.fail(TOOL, cursor="bm9uc2Vuc2U=") == snapshot(
        {
            "kind": "invalid_arguments",
            "what": "session-recordings-list failed",
            "why": "The API did not accept this cursor. The API failed with 500 (Internal Server Error).",
            "next": "Start again without a cursor.",
        }
    )
    assert await agent.fail(TOOL, cursor="@x~y") == snapshot(
        {
            "kind": "invalid_arguments",
            "what": "session-recordings-list failed",
            "why": "'@x~y' is not a cursor of this tool.",
            "next": "Start again without a cursor.",
        }
    )


async def test_an_unreadable_row_does_not_affect_others(agent: Agent, faults: Faults) -> None:
    deep: Any = "bottom"
    for _ in range(400):
        deep = [deep]
    rows: list[dict[str, Any]] = [
        {"id": "s1", "recording_duration": 12.5, "start_time": "2026-11-20T10:00:00", "person": {"properties": {}}},
        {"id": "deep", "person": {"properties": {"a": deep}}},
        {"id": 7},
        {"id": "s2"},
    ]
    faults.then(Fault(status=200, body=json.dumps({"results": rows, "has_next": False}).encode()))
    assert await agent.call(TOOL) == snapshot(
        {
            "date_from": "-3d",
            "results": [
                {
                    "id": "s1",
                    "start_time": "2026-11-20T10:00:00Z",
                    "recording_duration": 12,
                    "link": "https://us.posthog.com/project/1/replay/s1",
                },
                {"id": "s2", "link": "https://us.posthog.com/project/1/replay/s2"},
            ],
            "note": "2 rows of the API's response could not be read and are omitted.",
        }
    )


async def test_invisible_text_and_secrets_in_the_documented_object_are_escaped_and_masked(
    agent: Agent, faults: Faults
) -> None:
    row = {
        "id": "s1",
        "distinct_id": "a\u202eb",
        "viewers": ["v\u200bw@example.com"],
        "snapshot_library": "web\u200b",
        "summary_outcome": {"description": "mail maya@example.com"},
        "external_references": [{"url": "https://x.example/?token=abc"}],
        "person": {
            "name": "n\u200b",
            "distinct_ids": ["d\u2028"],
            "properties": {
                "k\u200b": "/reset?token=SECRET",
                "card": "4111 1111 1111 1111",
                "email": "maya@example.com",
            },
        },
        "unknown\u200b": "x\u202e",
    }
    faults.then(Fault(status=200, body=json.dumps({"results": [row]}).encode()))
    [shown] = (await agent.call(TOOL, detail="full"))["results"]
    assert shown["documented"] == snapshot(
        {
            "id": "s1",
            "distinct_id": "a\\u202eb",
            "viewers": ["v\\u200bw@example.com"],
            "person": {
                "name": "n\\u200b",
                "distinct_ids": ["d\\u2028"],
                "properties": {"k\\u200b": "/reset?token=***", "card": "[card]", "email": "maya@example.com"},
            },
            "snapshot_library": "web\\u200b",
            "summary_outcome": {"description": "mail [email]"},
            "external_references": [{"url": "https://x.example/?token=***"}],
            "unknown\\u200b": "x\\u202e",
        }
    )


async def test_an_object_of_many_small_values_is_cut_and_ends(agent: Agent, faults: Faults) -> None:
    row = {"id": "s1"} | {f"field {number}": number for number in range(3_000)}
    faults.then(Fault(status=200, body=json.dumps({"results": [row]}).encode()))
    [shown] = (await agent.call(TOOL, detail="full"))["results"]
    assert shown["documented"] == snapshot({"left_out": "51791 characters in 3001 fields"})


async def test_placeholders_that_clients_fill_in_count_as_absent(agent: Agent) -> None:
    filled = {"event": "", "visited_url": "", "person": "", "min_clicks": None, "detail": None, "limit": None}
    assert await agent.call(TOOL, **filled) == await agent.call(TOOL)


async def test_links_quote_the_characters_of_ids(agent: Agent, faults: Faults) -> None:
    faults.then(Fault(status=200, body=json.dumps({"results": [{"id": "x) [click](https://evil) ?a#b"}]}).encode()))
    [row] = (await agent.call(TOOL))["results"]
    assert row["link"] == snapshot(
        "https://us.posthog.com/project/1/replay/x%29%20%5Bclick%5D%28https%3A%2F%2Fevil%29%20%3Fa%23b"
    )
