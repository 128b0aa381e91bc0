"""Session summaries."""

from pathlib import Path
from typing import Any

import anyio
import orjson
import pytest
from inline_snapshot import snapshot

from replay_mcp.local.recordings.summaries import store_summary
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import NewKey
from replay_mcp.local.store.append_events import append_events
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.database import Store, writing
from replay_mcp.local.store.ingest import RecordingData, store_recording
from replay_mcp.local.store.recording_rows import Origin
from replay_mcp.local.store.schema import MIGRATIONS
from replay_mcp.recording.rrweb.events import EventReader
from tests.conftest import Local
from tests.local.answers import PLAYLISTS, RECORDINGS, error
from tests.recording.rrweb import Raw, element, full, lines, meta, move, network, press, request, retexted
from tests.seeding import NOW, add_recording

pytestmark = pytest.mark.anyio

SUMMARIES = "/api/environments/1/session_summaries/create_session_summaries_individually"
PAY, NOTE = 10, 11
CHECKOUT = (
    meta(0, "http://shop.example/checkout"),
    full(10, element(PAY, "button", "Pay now", id="pay"), element(NOTE, "p", "-", role="status")),
    network(5_000, request(4_000, "http://shop.example/api/pay", 500)),
    move(9_000),
)
PAID = press(10_000, PAY), retexted(10_300, NOTE * 100, "Your order has been placed."), move(12_000)


def store_session(local: Local, session_id: str, *raws: Raw) -> None:
    with local.store.connection() as db:
        team = accounts.find_team(db, 1)
        assert team is not None
        store_recording(db, team, RecordingData(session_id, "d1", lines(*raws)), to_ms(NOW))


def grow_session(local: Local, session_id: str, *raws: Raw) -> None:
    with local.store.connection() as db, writing(db):
        team = accounts.find_team(db, 1)
        assert team is not None
        append_events(db, team, Origin(session_id, "d1"), list(EventReader(lines(*raws))), received_at=to_ms(NOW))


async def summarize(local: Local, *session_ids: str, **body: Any) -> Any:
    response = await local.http.post(SUMMARIES, json={"session_ids": list(session_ids)} | body)
    assert response.status_code == 200
    return response.json()


def stored(local: Local) -> list[tuple[str, str]]:
    """Sessions and focus areas of the stored summaries."""
    with local.store.connection() as db:
        rows = db.execute("SELECT session_id, focus_area FROM session_summary ORDER BY 1, 2")
        return [(row["session_id"], row["focus_area"]) for row in rows]


async def test_each_session_has_a_summary_or_the_reason_why_not(local: Local):
    local.client(NewKey("other@b.example", environment=2, scopes=("*",), organization="Other"))
    store_session(local, "s1", *CHECKOUT)
    store_session(local, "short", meta(0, "http://shop.example/"), move(900))
    store_session(local, "damaged", *CHECKOUT)
    with local.store.connection() as db:
        db.execute("UPDATE recording_block SET data = x'1f8b' WHERE session_id = 'damaged'")
        add_recording(db, "bare")
        add_recording(db, "foreign", team_id=2)
        add_recording(db, "expired", expiry_time=to_ms(NOW) - 1)
    asked = ("s1", "short", "damaged", "bare", "foreign", "expired", "unknown", "s1")
    assert await summarize(local, *asked) == snapshot(
        {
            "s1": {
                "segments": [
                    {
                        "index": 0,
                        "name": "Shop (shop.example/checkout)",
                        "start_event_id": "df1f9837",
                        "end_event_id": "011213fa",
                        "meta": {
                            "duration": 4,
                            "duration_percentage": 0.4456,
                            "events_count": 2,
                            "events_percentage": 1.0,
                            "key_action_count": 2,
                            "failure_count": 1,
                            "abandonment_count": 0,
                            "confusion_count": 0,
                            "exception_count": 1,
                        },
                    }
                ],
                "key_actions": [
                    {
                        "segment_index": 0,
                        "events": [
                            {
                                "description": 'Opened http://shop.example/checkout (e1): titled "Shop"',
                                "abandonment": False,
                                "confusion": False,
                                "exception": None,
                                "event_id": "df1f9837",
                                "timestamp": "2026-11-20T10:00:00.000Z",
                                "milliseconds_since_start": 0,
                                "window_id": "",
                                "current_url": "http://shop.example/checkout",
                                "event": "$pageview",
                                "event_type": None,
                                "event_index": 0,
                                "session_id": "s1",
                                "event_uuid": "1712dafe-c2ba-532e-ba9d-cccffc052865",
                            },
                            {
                                "description": "Request failed: POST http://shop.example/api/pay (e2): 500 after 12 ms",
                                "abandonment": False,
                                "confusion": False,
                                "exception": "non-blocking",
                                "event_id": "011213fa",
                                "timestamp": "2026-11-20T10:00:04.000Z",
                                "milliseconds_since_start": 4000,
                                "window_id": "",
                                "current_url": "http://shop.example/checkout",
                                "event": "request failed",
                                "event_type": None,
                                "event_index": 1,
                                "session_id": "s1",
                                "event_uuid": "57d2b106-6d7d-518c-8697-ab3045813a2c",
                            },
                        ],
                    }
                ],
                "segment_outcomes": [
                    {
                        "segment_index": 0,
                        "summary": "No clicks. Problems: 500 POST http://shop.example/api/pay (e2).",
                        "success": None,
                    }
                ],
                "session_outcome": {
                    "description": "Outcome not shown. 9 s: 1 page visit, no clicks. Problems: 500 POST http://shop.example/api/pay (e2). The recording ends on shop.example/checkout.",
                    "success": None,
                },
                "computed": {
                    "by": "Replay MCP",
                    "version": "11.0",
                    "seconds": 9.0,
                    "events": 4,
                    "rows": 2,
                    "complete": True,
                    "outcome": "not shown",
                    "failed_refs": [],
                    "clicks": 0,
                    "fields": 0,
                    "segment_seconds": [[0.0, 4.01]],
                },
            },
            "short": {
                "error": "no_events_or_too_short",
                "error_message": "Recording has no usable events to summarize (typically because it is too short).",
            },
            "damaged": {
                "error": "summary_failed",
                "error_message": "The recording cannot be read. A block of the recording is truncated or too large.",
            },
            "bare": {
                "error": "no_events_or_too_short",
                "error_message": "Recording has no usable events to summarize (typically because it is too short).",
            },
            "foreign": {
                "error": "recording_not_found",
                "error_message": "No recording found for this session ID. The recording may not have been captured, may have expired, or may belong to a different team.",
            },
            "expired": {
                "error": "recording_not_found",
                "error_message": "No recording found for this session ID. The recording may not have been captured, may have expired, or may belong to a different team.",
            },
            "unknown": {
                "error": "recording_not_found",
                "error_message": "No recording found for this session ID. The recording may not have been captured, may have expired, or may belong to a different team.",
            },
        }
    )
    assert stored(local) == [("s1", "")]


async def test_a_summary_is_made_once_and_returned_again(local: Local):
    store_session(local, "s1", *CHECKOUT)
    first = await summarize(local, "s1")
    with local.store.connection() as db:
        db.execute("UPDATE recording_block SET data = x'00'")
    assert await summarize(local, "s1") == first
    assert await summarize(local, "s1", focus_area="") == first
    assert await summarize(local, "s1", focus_area="   ") == first


async def test_a_summary_shows_in_list_retrieve_and_playlist(local: Local):
    store_session(local, "s1", *CHECKOUT, *PAID)
    before = (await local.http.get(RECORDINGS)).json()["results"][0]
    outcome = (await summarize(local, "s1"))["s1"]["session_outcome"]
    after = (await local.http.get(RECORDINGS)).json()["results"][0]
    assert [(found["has_summary"], found["summary_outcome"]) for found in (before, after)] == [
        (False, None),
        (True, outcome),
    ]
    retrieved = (await local.http.get(f"{RECORDINGS}/s1")).json()
    assert (retrieved["has_summary"], retrieved["summary_outcome"]) == (True, None)
    summarised = (await local.http.get(f"{PLAYLISTS}/synthetic-summarised/recordings")).json()["results"]
    assert [recording["id"] for recording in summarised] == ["s1"]


async def test_lists_show_no_outcome_of_a_recording_that_shows_none(local: Local):
    store_session(local, "s1", *CHECKOUT)
    assert (await summarize(local, "s1"))["s1"]["session_outcome"]["success"] is None
    found = (await local.http.get(RECORDINGS)).json()["results"][0]
    assert (found["has_summary"], found["summary_outcome"]) == (True, None)


async def test_each_focus_area_has_its_own_summary(local: Local):
    store_session(local, "s1", *CHECKOUT)
    focused = await summarize(local, "s1", focus_area=" payment ")
    assert stored(local) == [("s1", "payment")]
    found = (await local.http.get(RECORDINGS)).json()["results"][0]
    assert (found["has_summary"], found["summary_outcome"]) == (False, None)
    assert await summarize(local, "s1") != focused
    assert stored(local) == [("s1", ""), ("s1", "payment")]


async def test_a_summary_of_a_recording_deleted_or_grown_meanwhile_is_not_kept(local: Local):
    for session_id in ("deleted", "grown", "same"):
        store_session(local, session_id, *CHECKOUT)
    with local.store.connection() as db:
        before = db.execute("SELECT * FROM recording").fetchall()
    await local.http.delete(f"{RECORDINGS}/deleted")
    grow_session(local, "grown", *PAID)
    with local.store.connection() as db, writing(db):
        for row in before:
            store_summary(db, row, {"segments": []}, now=to_ms(NOW))
    assert stored(local) == [("same", "")]


async def test_a_recording_that_has_grown_is_summarised_again(local: Local):
    store_session(local, "s1", *CHECKOUT)
    first = (await summarize(local, "s1"))["s1"]
    grow_session(local, "s1", *PAID)
    second = (await summarize(local, "s1"))["s1"]
    assert [(each["session_outcome"]["success"], each["computed"]["events"]) for each in (first, second)] == [
        (None, 4),
        (True, 7),
    ]
    assert await summarize(local, "s1") == {"s1": second}
    assert stored(local) == [("s1", "")]
    found = (await local.http.get(RECORDINGS)).json()["results"][0]
    assert found["summary_outcome"] == second["session_outcome"]


async def test_summaries_from_other_rules_or_an_older_store_are_made_again(local: Local):
    store_session(local, "s1", *CHECKOUT)
    made = await summarize(local, "s1")
    with local.store.connection() as db:
        db.execute("UPDATE session_summary SET summary = '{}', rules = '', recording_change = -1")
    assert await summarize(local, "s1") == made
    with local.store.connection() as db:
        db.execute("UPDATE session_summary SET summary = '{}', rules = '2.9'")
    assert await summarize(local, "s1") == made


async def test_lists_show_no_outcome_from_other_rules(local: Local):
    store_session(local, "s1", *CHECKOUT, *PAID)
    made = await summarize(local, "s1")
    with local.store.connection() as db:
        db.execute("UPDATE session_summary SET rules = '2.9'")
    assert (await local.http.get(RECORDINGS)).json()["results"][0]["summary_outcome"] is None
    assert await summarize(local, "s1") == made
    found = (await local.http.get(RECORDINGS)).json()["results"][0]
    assert found["summary_outcome"] == made["s1"]["session_outcome"]


def test_summaries_that_other_rules_made_in_a_version_3_store_are_forgotten(tmp_path: Path):
    path = tmp_path / "replay.sqlite"
    with Store.open(path, migrations=MIGRATIONS[:3]) as store, store.connection() as db:
        accounts.ensure_first_account(db, to_ms(NOW))
        db.execute(
            "INSERT INTO session_summary (team_id, session_id, focus_area, summary, created_at) VALUES (1, 's1', '', '{}', 1)"
        )
    with Store.open(path) as store, store.connection() as db:
        assert db.execute("SELECT * FROM session_summary").fetchall() == []


async def test_concurrent_callers_get_the_same_summary(local: Local):
    store_session(local, "s1", *CHECKOUT)
    store_session(local, "s2", *CHECKOUT, *PAID)
    answers: list[Any] = []

    async def ask(focus: str) -> None:
        answers.append(await summarize(local, "s1", "s2", focus_area=focus))

    async with anyio.create_task_group() as group:
        for place in range(12):
            group.start_soon(ask, "pay" if place % 2 else "")
    assert len({orjson.dumps(answer, option=orjson.OPT_SORT_KEYS) for answer in answers}) == 2
    assert stored(local) == [("s1", ""), ("s1", "pay"), ("s2", ""), ("s2", "pay")]


async def test_wrong_fields_are_named(local: Local):
    bodies: list[dict[str, Any]] = [
        {},
        {"session_ids": []},
        {"session_ids": ["s"] * 301},
        {"session_ids": "s1"},
        {"session_ids": {"s1": 1}},
        {"session_ids": None},
        {"session_ids": ["s1", None]},
        {"session_ids": ["s1", ""]},
        {"session_ids": ["s1", ["s2"]]},
        {"session_ids": ["s1"], "focus_area": "x" * 501},
        {"session_ids": ["s1"], "focus_area": None},
        {"session_ids": ["s1"], "focus_area": []},
    ]
    assert [error(await local.http.post(SUMMARIES, json=body)) for body in bodies] == snapshot(
        [
            (400, "validation_error", "required", "This field is required.", "session_ids"),
            (400, "validation_error", "min_length", "Ensure this field has at least 1 elements.", "session_ids"),
            (400, "validation_error", "max_length", "Ensure this field has no more than 300 elements.", "session_ids"),
            (400, "validation_error", "not_a_list", 'Expected a list of items but got type "str".', "session_ids"),
            (400, "validation_error", "not_a_list", 'Expected a list of items but got type "dict".', "session_ids"),
            (400, "validation_error", "null", "This field may not be null.", "session_ids"),
            (400, "validation_error", "null", "This field may not be null.", "session_ids__1"),
            (400, "validation_error", "blank", "This field may not be blank.", "session_ids__1"),
            (400, "validation_error", "invalid_input", "Not a valid string.", "session_ids__1"),
            (400, "validation_error", "max_length", "Ensure this field has no more than 500 characters.", "focus_area"),
            (400, "validation_error", "null", "This field may not be null.", "focus_area"),
            (400, "validation_error", "invalid_input", "Not a valid string.", "focus_area"),
        ]
    )


async def test_three_hundred_sessions_and_a_long_focus_are_accepted(local: Local):
    answers = await summarize(local, *[f"s{number}" for number in range(300)], focus_area="x" * 500)
    assert len(answers) == 300


async def test_only_post_is_allowed_and_a_key_is_needed(local: Local):
    refused = [await local.http.request(method, SUMMARIES) for method in ("GET", "PUT", "PATCH", "DELETE")]
    refused.append(await local.client(None).post(SUMMARIES, json={"session_ids": ["s1"]}))
    assert [error(response) for response in refused] == snapshot(
        [
            (405, "invalid_request", "method_not_allowed", 'Method "GET" not allowed.', None),
            (405, "invalid_request", "method_not_allowed", 'Method "PUT" not allowed.', None),
            (405, "invalid_request", "method_not_allowed", 'Method "PATCH" not allowed.', None),
            (405, "invalid_request", "method_not_allowed", 'Method "DELETE" not allowed.', None),
            (401, "authentication_error", "not_authenticated", "Authentication credentials were not provided.", None),
        ]
    )


async def test_a_read_scope_is_enough(local: Local):
    reader = local.client(NewKey("ines@shop.example", environment=1, scopes=("session_recording:read",)))
    assert (await reader.post(SUMMARIES, json={"session_ids": ["s1"]})).status_code == 200


async def test_a_session_that_cannot_be_read_fails_alone(local: Local):
    for session_id in ("s1", "s2"):
        store_session(local, session_id, *CHECKOUT)
    with local.store.connection() as db:
        db.execute("UPDATE recording_block SET data = x'00' WHERE session_id = 's1'")
    answers = await summarize(local, "s1", "s2")
    assert {session_id: entry.get("error") for session_id, entry in answers.items()} == {
        "s1": "summary_failed",
        "s2": None,
    }
    assert stored(local) == [("s2", "")]


async def test_a_store_without_its_table_fails_each_session_alone(local: Local):
    store_session(local, "s1", *CHECKOUT)
    with local.store.connection() as db:
        db.execute("DROP TABLE session_summary")
    assert await summarize(local, "s1", "s2") == snapshot(
        {
            "s1": {
                "error": "summary_failed",
                "error_message": "Failed to generate a summary for this session. Please try again later.",
            },
            "s2": {
                "error": "recording_not_found",
                "error_message": "No recording found for this session ID. The recording may not have been captured, may have expired, or may belong to a different team.",
            },
        }
    )
