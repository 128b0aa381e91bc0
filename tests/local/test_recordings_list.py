"""The recordings list: shapes, window, order, pages, single ids, and the recording object."""

import base64
import json
from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.local.errors import ApiFailure
from replay_mcp.local.http.call import Call
from replay_mcp.local.recordings.handlers import list_recordings_query, recordings_by_ids
from replay_mcp.local.recordings.query_timeout import time_limit
from replay_mcp.local.store.accounts import NewKey
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.database import Store
from replay_mcp.recording.summary.summary import VERSION
from tests.conftest import Local
from tests.local.answers import RECORDINGS, answer, error
from tests.seeding import NOW, add_recording, ago

pytestmark = pytest.mark.anyio


async def ids(local: Local, **query: Any) -> list[str]:
    """Ids of the answer, in its order."""
    response = await local.http.get(RECORDINGS, params=query)
    assert response.status_code == 200, response.text
    return [recording["id"] for recording in response.json()["results"]]


async def shape(local: Local, **query: Any) -> dict[str, Any]:
    """The answer with ids in place of the recordings."""
    body = (await local.http.get(RECORDINGS, params=query)).json()
    return body | {"results": [recording["id"] for recording in body["results"]]}


def add_several(local: Local, count: int, **columns: Any) -> None:
    with local.store.connection() as db:
        for number in range(count):
            add_recording(db, f"s{number:03}", start_time=ago(hours=1 + number), **columns)


def cursor(**position: Any) -> str:
    return base64.b64encode(json.dumps(position).encode()).decode()


# ---- the object -----------------------------------------------------------------------------------------------------


def add_watched_recording(local: Local) -> None:
    """One recording with a person, viewers, a summary and a linked issue."""
    local.client(NewKey("ines@shop.example", environment=1, scopes=("*",)))
    local.client(NewKey("ada@shop.example", environment=1, scopes=("*",)))
    with local.store.connection() as db:
        add_recording(
            db, "s1", snapshot_source="mobile", snapshot_library="posthog-ios", last_ingested_at=ago(minutes=4)
        )
        db.execute(
            "INSERT INTO person VALUES (7, 1, 'uuid-7', ?, ?, ?)",
            ('{"email": "maya@example.com", "name": "Maya"}', ago(days=9), ago(hours=2)),
        )
        for distinct_id in ("person-of-s1", "another-id"):
            db.execute("INSERT INTO person_distinct_id VALUES (1, ?, 7)", (distinct_id,))
        for user_id in (1, 2, 3):
            db.execute("INSERT INTO session_recording_viewed VALUES (1, ?, 's1', ?)", (user_id, ago(hours=1)))
        summary = json.dumps({"session_outcome": {"description": "Paid.", "success": True}, "segments": []})
        db.execute(
            "INSERT INTO session_summary (team_id, session_id, summary, created_at, rules) VALUES (1, 's1', ?, ?, ?)",
            (summary, ago(hours=1), VERSION),
        )
        reference = json.dumps({"provider": "linear", "title": "Fix checkout"})
        db.execute("INSERT INTO external_reference (session_id, reference) VALUES ('s1', ?)", (reference,))


async def test_the_list_shows_a_recording_without_its_metadata_from_the_recorder(local: Local):
    add_watched_recording(local)
    assert answer(await local.http.get(RECORDINGS)) == snapshot(
        (
            200,
            {
                "results": [
                    {
                        "id": "s1",
                        "distinct_id": "person-of-s1",
                        "viewed": True,
                        "viewers": ["ada@shop.example", "ines@shop.example"],
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
                        "start_url": "http://shop.example/",
                        "person": {
                            "id": 7,
                            "name": "maya@example.com",
                            "distinct_ids": ["person-of-s1"],
                            "properties": {"email": "maya@example.com", "name": "Maya"},
                            "created_at": "2026-11-11T12:00:00Z",
                            "uuid": "uuid-7",
                            "last_seen_at": "2026-11-20T10:00:00Z",
                        },
                        "retention_period_days": 30,
                        "expiry_time": "2026-12-20T00:00:00Z",
                        "recording_ttl": 30,
                        "snapshot_source": "web",
                        "snapshot_library": None,
                        "ongoing": True,
                        "activity_score": 40.0,
                        "has_summary": True,
                        "summary_outcome": {"description": "Paid.", "success": True},
                        "external_references": [],
                        "matches_filters": True,
                    }
                ],
                "has_next": False,
                "version": 4,
            },
        )
    )


async def test_retrieve_shows_the_recorder_s_metadata_but_neither_score_nor_outcome(local: Local):
    add_watched_recording(local)
    assert answer(await local.http.get(f"{RECORDINGS}/s1")) == snapshot(
        (
            200,
            {
                "id": "s1",
                "distinct_id": "person-of-s1",
                "viewed": True,
                "viewers": ["ada@shop.example", "ines@shop.example"],
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
                "start_url": "http://shop.example/",
                "person": {
                    "id": 7,
                    "name": "maya@example.com",
                    "distinct_ids": ["person-of-s1"],
                    "properties": {"email": "maya@example.com", "name": "Maya"},
                    "created_at": "2026-11-11T12:00:00Z",
                    "uuid": "uuid-7",
                    "last_seen_at": "2026-11-20T10:00:00Z",
                },
                "retention_period_days": 30,
                "expiry_time": "2026-12-20T00:00:00Z",
                "recording_ttl": 30,
                "snapshot_source": "mobile",
                "snapshot_library": "posthog-ios",
                "ongoing": True,
                "activity_score": None,
                "has_summary": True,
                "summary_outcome": None,
                "external_references": [{"provider": "linear", "title": "Fix checkout"}],
                "matches_filters": True,
            },
        )
    )


async def test_an_unknown_person_has_the_distinct_id_and_a_uuid_that_does_not_change(local: Local):
    with local.store.connection() as db:
        add_recording(db, "s1", distinct_id="anonymous")
        add_recording(db, "s2", distinct_id="anonymous")
    people = [recording["person"] for recording in (await local.http.get(RECORDINGS)).json()["results"]]
    assert people[0] == people[1]
    assert people[0] == snapshot(
        {
            "id": None,
            "name": None,
            "distinct_ids": ["anonymous"],
            "properties": {},
            "created_at": None,
            "uuid": "4a3b330c-f0e1-5c73-b97f-3d1948120978",
            "last_seen_at": None,
        }
    )


async def test_a_person_s_name_is_email_name_username_or_the_distinct_id(local: Local):
    properties = {
        "s1": {"email": "a@b.c", "name": "Ada", "username": "ada"},
        "s2": {"name": "Ada", "username": "ada"},
        "s3": {"email": "", "name": 5, "username": "ada"},
        "s4": {"plan": "pro"},
    }
    with local.store.connection() as db:
        for number, (session_id, values) in enumerate(properties.items(), 1):
            add_recording(db, session_id)
            person = (number, f"uuid-{number}", json.dumps(values))
            db.execute("INSERT INTO person VALUES (?, 1, ?, ?, 0, NULL)", person)
            db.execute("INSERT INTO person_distinct_id VALUES (1, ?, ?)", (f"person-of-{session_id}", number))
    found = (await local.http.get(RECORDINGS)).json()["results"]
    assert {recording["id"]: recording["person"]["name"] for recording in found} == snapshot(
        {"s4": "person-of-s4", "s3": "ada", "s2": "Ada", "s1": "a@b.c"}
    )


async def test_computed_fields_follow_the_live_server_s_rules(local: Local):
    with local.store.connection() as db:
        add_recording(db, "busy", duration=10, active_seconds=12, last_ingested_at=ago(minutes=4, seconds=59))
        add_recording(db, "done", start_time=ago(days=1), last_ingested_at=ago(minutes=5))
        add_recording(db, "last day", start_time=ago(days=2), retention_period_days=3)
    found = (await local.http.get(RECORDINGS)).json()["results"]
    fields = "inactive_seconds", "ongoing", "recording_ttl", "expiry_time"
    assert {recording["id"]: [recording[field] for field in fields] for recording in found} == snapshot(
        {
            "busy": [0, True, 30, "2026-12-20T00:00:00Z"],
            "done": [20, False, 29, "2026-12-19T00:00:00Z"],
            "last day": [20, False, 1, "2026-11-21T00:00:00Z"],
        }
    )


# ---- what is listed -------------------------------------------------------------------------------------------------


async def test_the_default_window_is_three_days_and_ends_now(local: Local):
    with local.store.connection() as db:
        add_recording(db, "now", start_time=to_ms(NOW))
        add_recording(db, "ahead", start_time=to_ms(NOW) + 1)
        add_recording(db, "three days", start_time=ago(days=3))
        add_recording(db, "earlier", start_time=ago(days=3) - 1)
    assert await ids(local) == ["now", "three days"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"date_from": "-7d"}, ["hour", "day", "week"]),
        ({"date_from": '"-7d"'}, ["hour", "day", "week"]),
        ({"date_from": "-24h"}, ["hour", "day"]),
        ({"date_from": "-30d", "date_to": "-2h"}, ["day", "week", "month"]),
        ({"date_from": "2026-11-13T12:00:00Z", "date_to": "2026-11-19T12:00:00Z"}, ["day", "week"]),
        ({"date_from": "2026-11-20", "date_to": "2026-11-21"}, ["hour"]),
        ({"date_from": "2026-11-19", "date_to": "2026-11-19"}, ["day"]),
        ({"date_from": "2026-11-19", "date_to": "2026-11-19T00:00"}, []),
        ({"date_from": "null", "date_to": "null"}, ["hour", "day"]),
        ({"kind": "RecordingsQuery", "tags": "{}", "modifiers": "{}", "response": "null"}, ["hour", "day"]),
        ({"date_from": "all"}, ["hour", "day", "week", "month"]),
    ],
)
async def test_the_window_is_relative_or_iso_and_includes_its_ends(
    local: Local, query: dict[str, str], expected: list[str]
):
    with local.store.connection() as db:
        starts = {"hour": ago(hours=1), "day": ago(days=1), "week": ago(days=7), "month": ago(days=29)}
        for session_id, start in starts.items():
            add_recording(db, session_id, start_time=start)
    assert await ids(local, **query) == expected


async def test_an_invalid_date_is_refused(local: Local):
    refused = [await local.http.get(RECORDINGS, params={name: "soon"}) for name in ("date_from", "date_to")]
    assert [error(response) for response in refused] == snapshot(
        [
            (
                400,
                "validation_error",
                "invalid_input",
                "Invalid date value 'soon'. Use an ISO date (YYYY-MM-DD) or relative shorthand like `-7d`.",
                "date_from",
            ),
            (
                400,
                "validation_error",
                "invalid_input",
                "Invalid date value 'soon'. Use an ISO date (YYYY-MM-DD) or relative shorthand like `-7d`.",
                "date_to",
            ),
        ]
    )


async def test_expired_deleted_and_foreign_recordings_are_never_returned(local: Local):
    local.client(NewKey("other@b.example", environment=2, scopes=("*",), organization="Other"))
    with local.store.connection() as db:
        add_recording(db, "expires now", expiry_time=to_ms(NOW))
        add_recording(db, "expired", expiry_time=to_ms(NOW) - 1)
        add_recording(db, "deleted", deleted_at=ago(hours=1), deleted_by="you@localhost.local")
        add_recording(db, "foreign", team_id=2)
    everything = json.dumps(["expires now", "expired", "deleted", "foreign"])
    assert await ids(local) == ["expires now"]
    assert await ids(local, session_ids=everything) == ["expires now"]
    for hidden in ("expired", "deleted", "foreign"):
        assert await ids(local, session_recording_id=hidden) == ["expires now"]


# ---- order and pages ------------------------------------------------------------------------------------------------

ORDERS = {
    "start_time": {"start_time": [ago(hours=3), ago(hours=1), ago(hours=2)]},
    "duration": {"duration": [1, 3, 2]},
    "recording_duration": {"duration": [1, 3, 2]},
    "active_seconds": {"active_seconds": [1, 3, 2]},
    "inactive_seconds": {"active_seconds": [50, 10, 30]},
    "click_count": {"click_count": [1, 3, 2]},
    "keypress_count": {"keypress_count": [1, 3, 2]},
    "mouse_activity_count": {"mouse_activity_count": [1, 3, 2]},
    "console_error_count": {"console_error_count": [1, 3, 2]},
    "activity_score": {"activity_score": [1.5, 3.25, 2.0]},
    "recording_ttl": {"retention_period_days": [30, 365, 90]},
    "surfacing_score": {"start_time": [ago(hours=3), ago(hours=1), ago(hours=2)]},
}


@pytest.mark.parametrize("order", ORDERS)
async def test_every_order_descends_by_default_and_its_pages_chain(local: Local, order: str):
    ((column, values),) = ORDERS[order].items()
    with local.store.connection() as db:
        for name, value in zip(("low", "high", "middle"), values, strict=True):
            add_recording(db, name, **{column: value})
    assert await ids(local, order=order) == ["high", "middle", "low"]
    assert await ids(local, order=order, order_direction="ASC") == ["low", "middle", "high"]
    for direction, expected in (("DESC", ["high", "middle", "low"]), ("ASC", ["low", "middle", "high"])):
        assert await chained(local, order=order, order_direction=direction, limit=1) == expected


async def chained(local: Local, **query: Any) -> list[str]:
    """Ids of all pages, following the cursors."""
    found: list[str] = []
    page = await shape(local, **query)
    while True:
        found += page["results"]
        assert page["has_next"] == ("next_cursor" in page)
        if not page["has_next"]:
            return found
        page = await shape(local, **query, after=page["next_cursor"])


async def test_ties_go_by_session_id_in_the_same_direction(local: Local):
    with local.store.connection() as db:
        for session_id in ("b", "a", "c"):
            add_recording(db, session_id, click_count=1)
    for order in ("click_count", "start_time"):
        assert await ids(local, order=order) == ["c", "b", "a"]
        assert await ids(local, order=order, order_direction="ASC") == ["a", "b", "c"]
        assert await chained(local, order=order, limit=2) == ["c", "b", "a"]


async def test_a_page_by_cursor_is_not_counted(local: Local):
    add_several(local, 3)
    assert await shape(local) == snapshot({"results": ["s000", "s001", "s002"], "has_next": False, "version": 4})
    page = await shape(local, limit=2)
    assert page == snapshot(
        {
            "results": ["s000", "s001"],
            "has_next": True,
            "version": 4,
            "next_cursor": "eyJvcmRlcl92YWx1ZSI6IjIwMjYtMTEtMjBUMTA6MDA6MDArMDA6MDAiLCJzZWNvbmRhcnlfdmFsdWUiOiJzMDAxIn0=",
        }
    )
    assert json.loads(base64.b64decode(page["next_cursor"])) == snapshot(
        {"order_value": "2026-11-20T10:00:00+00:00", "secondary_value": "s001"}
    )
    assert await shape(local, limit=2, after=page["next_cursor"]) == snapshot(
        {"results": ["s002"], "has_next": False, "version": 4}
    )


async def test_a_page_by_offset_is_counted_and_linked_as_the_page_documents(local: Local):
    add_several(local, 5)
    assert [
        await shape(local, limit=2, offset=0),
        await shape(local, limit=2, offset=2),
        await shape(local, limit=2, offset=4),
        await shape(local, limit=2, offset=9),
        await shape(local, offset=-3),
    ] == snapshot(
        [
            {
                "results": ["s000", "s001"],
                "has_next": True,
                "version": 4,
                "count": 5,
                "next": "http://replay.test/api/environments/1/session_recordings?limit=2&offset=2",
                "previous": None,
            },
            {
                "results": ["s002", "s003"],
                "has_next": True,
                "version": 4,
                "count": 5,
                "next": "http://replay.test/api/environments/1/session_recordings?limit=2&offset=4",
                "previous": "http://replay.test/api/environments/1/session_recordings?limit=2",
            },
            {
                "results": ["s004"],
                "has_next": False,
                "version": 4,
                "count": 5,
                "next": None,
                "previous": "http://replay.test/api/environments/1/session_recordings?limit=2&offset=2",
            },
            {
                "results": [],
                "has_next": False,
                "version": 4,
                "count": 5,
                "next": None,
                "previous": "http://replay.test/api/environments/1/session_recordings?limit=2&offset=7",
            },
            {
                "results": ["s000", "s001", "s002", "s003", "s004"],
                "has_next": False,
                "version": 4,
                "count": 5,
                "next": None,
                "previous": None,
            },
        ]
    )


async def test_links_keep_the_filters_and_the_path_as_requested(local: Local):
    add_several(local, 3)
    response = await local.http.get("/api/projects/1/session_recordings/?order=duration&limit=1&offset=1&date_from=-1d")
    body = response.json()
    assert (body["next"], body["previous"]) == snapshot(
        (
            "http://replay.test/api/projects/1/session_recordings/?date_from=-1d&limit=1&offset=2&order=duration",
            "http://replay.test/api/projects/1/session_recordings/?date_from=-1d&limit=1&order=duration",
        )
    )


async def test_a_page_has_fifty_recordings_by_default(local: Local):
    add_several(local, 53)
    query = {"date_from": "-30d"}
    assert [len(await ids(local, **query, limit=limit)) for limit in (1, 52, 10_000, 0, -5)] == [1, 52, 53, 50, 50]
    assert len(await ids(local, **query)) == 50


async def test_a_cursor_is_for_pages_without_offset(local: Local):
    add_several(local, 3)
    page = await shape(local, limit=1)
    assert (await shape(local, limit=1, offset=0, after=page["next_cursor"]))["results"] == page["results"]


@pytest.mark.parametrize(
    "after",
    [
        "no base64!",
        "ÿ",
        base64.b64encode(b"no json").decode(),
        base64.b64encode(b"[1, 2]").decode(),
        cursor(order_value="2026-11-20T00:00:00+00:00"),
        cursor(order_value=None, secondary_value="s1"),
        cursor(order_value="yesterday", secondary_value="s1"),
        cursor(order_value=5, secondary_value="s1"),
    ],
)
async def test_a_broken_cursor_is_a_500_with_the_list_s_own_message(local: Local, after: str):
    assert answer(await local.http.get(RECORDINGS, params={"after": after})) == snapshot(
        (500, {"error": "An internal server error occurred. Please try again later."})
    )


async def test_the_answer_states_how_long_its_steps_took(local: Local):
    header = (await local.http.get(RECORDINGS)).headers["server-timing"]
    steps = [step.partition(";dur=") for step in header.split(", ")]
    assert [name for name, _, _ in steps] == ["convert_filters", "query_for_recordings", "make_response"]
    assert all(float(milliseconds) >= 0 for _, _, milliseconds in steps)


# ---- single ids -----------------------------------------------------------------------------------------------------


async def test_session_ids_come_in_the_given_order_whatever_their_age(local: Local):
    add_several(local, 4)
    with local.store.connection() as db:
        add_recording(db, "old", start_time=ago(days=20))
    wanted = json.dumps(["s002", "old", "unknown", "s000", "s002", "s003"])
    assert await ids(local, session_ids=wanted) == ["s002", "old", "s000", "s003"]
    assert await ids(local, session_ids=wanted, order="duration", date_from="-1h") == ["s002", "old", "s000", "s003"]
    assert await chained(local, session_ids=wanted, limit=1) == ["s002", "old", "s000", "s003"]


async def test_an_empty_list_of_session_ids_finds_no_recordings(local: Local):
    add_several(local, 1)
    assert await shape(local, session_ids="[]") == snapshot({"results": [], "has_next": False, "version": 4})


async def test_session_ids_must_match_the_filters_too(local: Local):
    add_several(local, 2)
    with local.store.connection() as db:
        add_recording(db, "long", duration=900)
    having = json.dumps([{"type": "recording", "key": "duration", "operator": "gt", "value": 100}])
    assert await ids(local, session_ids='["s000", "long"]', having_predicates=having) == ["long"]


async def test_a_named_recording_comes_first_and_shows_whether_it_matches(local: Local):
    add_several(local, 3)
    with local.store.connection() as db:
        add_recording(db, "old", start_time=ago(days=20))

    async def marked(**query: Any) -> list[tuple[str, bool]]:
        found = (await local.http.get(RECORDINGS, params=query)).json()["results"]
        return [(recording["id"], recording["matches_filters"]) for recording in found]

    assert await marked(session_recording_id="s002") == snapshot([("s002", True), ("s000", True), ("s001", True)])
    assert await marked(session_recording_id="old") == snapshot(
        [("old", False), ("s000", True), ("s001", True), ("s002", True)]
    )
    assert await marked(session_recording_id="unknown") == snapshot([("s000", True), ("s001", True), ("s002", True)])
    assert await chained(local, session_recording_id="s001", limit=1) == ["s001", "s000", "s002"]


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
@pytest.mark.parametrize(
    ("named", "all_ids"), [("s001", ["s001", "s000", "s002"]), ("old", ["old", "s000", "s001", "s002"])]
)
async def test_with_an_offset_a_named_recording_is_the_first_of_all_once(
    local: Local, named: str, all_ids: list[str], limit: int
):
    add_several(local, 3)
    with local.store.connection() as db:
        add_recording(db, "old", start_time=ago(days=20))
    url, found = f"{RECORDINGS}?session_recording_id={named}&limit={limit}&offset=0", list[list[str]]()
    while url:
        page = (await local.http.get(url)).json()
        found.append([recording["id"] for recording in page["results"]])
        assert (page["count"], page["has_next"]) == (len(all_ids), page["next"] is not None)
        url = page["next"]
    assert found == [all_ids[start : start + limit] for start in range(0, len(all_ids), limit)]
    back = await shape(local, session_recording_id=named, limit=limit, offset=1)
    assert back["results"] == all_ids[1 : 1 + limit]


@pytest.mark.parametrize("start", [{"offset": -1}, {"offset": 0, "after": "no cursor"}])
async def test_a_named_recording_is_shown_wherever_the_first_page_begins(local: Local, start: dict[str, Any]):
    add_several(local, 2)
    assert (await shape(local, session_recording_id="s001", **start))["results"] == ["s001", "s000"]


# ---- the strict model -----------------------------------------------------------------------------------------------


async def test_unknown_and_wrong_parameters_are_400_with_a_list_as_json_text(local: Local):
    queries: list[dict[str, str]] = [
        {"foo": "1"},
        {"session_recording_id": "123"},
        {"limit": "many"},
        {"order": "-start_time"},
        {"order_direction": "down"},
        {"session_ids": "s1"},
        {"session_ids": "[1]"},
        {"filter_test_accounts": "perhaps"},
        {"operand": "XOR"},
        {"hide_viewed_recordings": "everybody"},
        {"properties": '[{"key": "duration", "type": "weather", "operator": "gt", "value": 1}]'},
        {"properties": '[{"key": "duration", "type": "recording", "operator": "about", "value": 1}]'},
        {"properties": '[{"key": "duration", "unit": "s"}]'},
        {"properties": '{"key": "duration"}'},
        {"events": "[5]"},
        {"personal_api_key": "phx_secret"},
    ]
    responses = [await local.http.get(RECORDINGS, params=query) for query in queries]
    assert {(response.status_code, *list(response.json().values())[:2], response.json()["attr"]) for response in responses} == {
        (400, "validation_error", "invalid_input", None)
    }  # fmt: skip
    details = [json.loads(response.json()["detail"]) for response in responses]
    assert all(list(problem) >= ["input", "loc", "msg", "type", "url"] for problems in details for problem in problems)
    assert [
        [(problem["type"], problem["loc"], problem["msg"]) for problem in problems] for problems in details
    ] == snapshot(
        [
            [("extra_forbidden", ["foo"], "Extra inputs are not permitted")],
            [("string_type", ["session_recording_id"], "Input should be a valid string")],
            [("int_parsing", ["limit"], "Input should be a valid integer, unable to parse string as an integer")],
            [
                (
                    "literal_error",
                    ["order"],
                    "Input should be 'duration', 'recording_duration', 'inactive_seconds', 'active_seconds', 'start_time', 'console_error_count', 'click_count', 'keypress_count', 'mouse_activity_count', 'activity_score', 'recording_ttl' or 'surfacing_score'",
                )
            ],
            [("literal_error", ["order_direction"], "Input should be 'ASC' or 'DESC'")],
            [("list_type", ["session_ids"], "Input should be a valid list")],
            [("string_type", ["session_ids", 0], "Input should be a valid string")],
            [("bool_parsing", ["filter_test_accounts"], "Input should be a valid boolean, unable to interpret input")],
            [("literal_error", ["operand"], "Input should be 'AND' or 'OR'")],
            [("literal_error", ["hide_viewed_recordings"], "Input should be 'current-user' or 'any-user'")],
            [
                (
                    "literal_error",
                    ["properties", 0, "type"],
                    "Input should be 'event', 'person', 'session', 'recording', 'log_entry', 'element', 'cohort', 'group', 'hogql', 'feature' or 'event_metadata'",
                )
            ],
            [
                (
                    "literal_error",
                    ["properties", 0, "operator"],
                    "Input should be 'exact', 'is_not', 'icontains', 'not_icontains', 'regex', 'not_regex', 'gt', 'gte', 'lt', 'lte', 'is_set', 'is_not_set', 'is_date_exact', 'is_date_before', 'is_date_after', 'between', 'not_between', 'in' or 'not_in'",
                )
            ],
            [("extra_forbidden", ["properties", 0, "unit"], "Extra inputs are not permitted")],
            [("list_type", ["properties"], "Input should be a valid list")],
            [("model_type", ["events", 0], "Input should be a valid dictionary or instance of Entity")],
            [("extra_forbidden", ["personal_api_key"], "Extra inputs are not permitted")],
        ]
    )


async def test_parameter_names_of_older_clients_are_tolerated(local: Local):
    add_several(local, 1)
    tolerated = {"version": "4", "hogql_filtering": "1", "as_query": "true", "add_events_to_property_queries": "1"}
    assert await ids(local, **tolerated, user_modified_filters='{"duration": 5}', actions="[]") == ["s000"]


@pytest.mark.parametrize("value", ["[" * 2_000, '{"a":' * 2_000, "\ud83d", "NaN", "1e999", "", "\x00"])
async def test_hostile_values_are_refused_and_nothing_breaks(local: Local, value: str):
    for name in ("properties", "limit", "session_ids", "comment_text", "order"):
        encoded = "".join(f"%{byte:02x}" for byte in value.encode("utf-8", "surrogatepass"))
        assert (await local.http.get(f"{RECORDINGS}?{name}={encoded}")).status_code == 400


async def test_hostile_numbers_and_ids_find_nothing_and_break_nothing(local: Local):
    add_several(local, 1)
    queries: list[dict[str, Any]] = [
        {"offset": 2**63},
        {"limit": 2**63, "offset": 2**63},
        {"limit": -(2**63)},
        {"session_recording_id": '"\\u0000"'},
        {"person_uuid": "' OR 1=1 --"},
    ]
    assert [await ids(local, **query) for query in queries] == [[], [], ["s000"], ["s000"], []]
    assert (await local.http.get(RECORDINGS, params={"offset": 2**80})).status_code == 400


async def test_a_query_that_takes_too_long_is_a_429(store: Store):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    with store.connection() as db:
        with pytest.raises(ApiFailure) as caught, time_limit(db, 0.05):
            db.execute(endless).fetchone()
        assert (caught.value.status, caught.value.body) == snapshot(
            (
                429,
                {
                    "type": "throttled_error",
                    "code": "throttled",
                    "detail": "Query timeout exceeded. Try again later.",
                    "attr": None,
                },
            )
        )
        assert db.execute("SELECT 1").fetchone()[0] == 1  # the connection can be used again, without the limit


@pytest.mark.parametrize("table", ["recording", "session_recording_viewed"])
async def test_a_store_that_cannot_be_read_is_a_500_with_the_list_s_own_message(local: Local, table: str):
    with local.store.connection() as db:
        db.execute(f"DROP TABLE {table}")
    assert answer(await local.http.get(RECORDINGS)) == snapshot(
        (500, {"error": "An internal server error occurred. Please try again later."})
    )


# ---- used by playlists ----------------------------------------------------------------------------------------------


def test_recordings_by_id_keep_the_order_and_are_bounded_by_age_and_number(call: Call):
    for number in range(4):
        add_recording(call.db, f"s{number}", start_time=ago(days=number))
    call.db.execute("INSERT INTO external_reference (session_id, reference) VALUES ('s1', '{\"id\": 5}')")

    def found(*session_ids: str, since: int | None = None, limit: int = 50) -> tuple[list[str], bool]:
        recordings, more = recordings_by_ids(
            call, session_ids, date_from_ms=since, limit=limit, external_references=True
        )
        return [recording.id for recording in recordings], more

    assert found("s3", "s0", "gone", "s1", "s0") == (["s3", "s0", "s1"], False)
    assert found("s3", "s0", "s1", limit=2) == (["s3", "s0"], True)
    assert found("s3", "s0", "s1", since=ago(days=1)) == (["s0", "s1"], False)
    assert found() == ([], False)
    for wanted, expected in ((True, [{"id": 5}]), (False, [])):
        (recording,), _ = recordings_by_ids(call, ["s1"], date_from_ms=None, limit=1, external_references=wanted)
        assert recording.external_references == expected


def test_a_query_within_some_sessions_keeps_its_window_and_shows_references(call: Call):
    for number in range(4):
        add_recording(call.db, f"s{number}", start_time=ago(days=number))
    call.db.execute("INSERT INTO external_reference (session_id, reference) VALUES ('s1', '{\"id\": 5}')")
    page = list_recordings_query(call, {"date_from": "-2d", "limit": "1"}, within=["s3", "s1", "s2"])
    assert [(recording.id, recording.external_references) for recording in page.results] == [("s1", [{"id": 5}])]
    assert page.has_next
    assert list_recordings_query(call, {"session_ids": '["s0", "s3"]'}, within=["s3"]).results[0].id == "s3"
    assert list_recordings_query(call, {}, within=[]).results == []


@pytest.mark.parametrize(
    "query",
    [
        {"foo": "1"},
        {"session_ids": json.dumps([""] * 10_001)},
        {"distinct_ids": json.dumps([""] * 10_001)},
        {"properties": json.dumps([{"key": "duration", "value": 1}] * 101)},
        {"properties": json.dumps([{"key": "duration", "value": [1] * 1_001}])},
        {"properties": json.dumps([{"key": "x" * 401, "value": 1}])},
        {"events": json.dumps([{"id": "x" * 401}])},
    ],
)
def test_the_contents_of_one_query_are_bounded(call: Call, query: dict[str, str]):
    with pytest.raises(ApiFailure) as caught:
        list_recordings_query(call, query, within=[])
    assert caught.value.status == 400
