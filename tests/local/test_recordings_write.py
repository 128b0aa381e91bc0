"""One recording: retrieve, mark as viewed, delete."""

import sqlite3
from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import NewKey
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.events import EventData
from replay_mcp.local.store.ingest import RecordingData, store_recording
from tests.conftest import Local
from tests.local.answers import PLAYLISTS, RECORDINGS, answer, error
from tests.recording.rrweb import START, console, lines, meta, move
from tests.seeding import NOW, add_item, add_playlist, add_recording, ago

pytestmark = pytest.mark.anyio

NOT_FOUND = (404, "invalid_request", "not_found", "Recording not found", None)
SECRET = "shown once, then shredded"


@pytest.fixture(autouse=True)
def _recordings(local: Local) -> None:
    """An ordinary recording, and three that nobody may see."""
    local.client(NewKey("other@b.example", environment=2, scopes=("*",), organization="Other"))
    with local.store.connection() as db:
        add_recording(db, "s1")
        add_recording(db, "expired", expiry_time=to_ms(NOW) - 1)
        add_recording(db, "deleted", deleted_at=ago(hours=1), deleted_by="you@localhost.local")
        add_recording(db, "foreign", team_id=2)


def store_full(local: Local, session_id: str) -> None:
    """A recording with blocks, URLs, console lines and an event."""
    with local.store.connection() as db:
        team = accounts.find_team(db, 1)
        assert team is not None
        events = [EventData("$pageview", START, "d1")]
        raw = lines(meta(0, f"http://shop.example/{SECRET}"), console(500, "error", SECRET), move(5_000))
        store_recording(db, team, RecordingData(session_id, "d1", raw, events=events), to_ms(NOW))


def count(db: sqlite3.Connection, table: str, session_id: str) -> int:
    return db.execute(f"SELECT count(*) FROM {table} WHERE session_id = ?", (session_id,)).fetchone()[0]


def viewed(local: Local) -> list[tuple[int, str]]:
    with local.store.connection() as db:
        return [(row["user_id"], row["session_id"]) for row in db.execute("SELECT * FROM session_recording_viewed")]


# ---- retrieve -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hidden", ["unknown", "expired", "deleted", "foreign", "%00"])
async def test_a_recording_that_may_not_be_seen_is_not_found(local: Local, hidden: str):
    assert error(await local.http.get(f"{RECORDINGS}/{hidden}")) == NOT_FOUND
    assert error(await local.http.patch(f"{RECORDINGS}/{hidden}", json={"viewed": True})) == NOT_FOUND
    assert error(await local.http.patch(f"{RECORDINGS}/{hidden}", json={"viewed": "perhaps"})) == NOT_FOUND
    assert viewed(local) == []


async def test_both_prefixes_and_an_optional_slash_lead_to_a_recording(local: Local):
    paths = [
        f"/api/{prefix}/1/session_recordings/s1{slash}"
        for prefix in ("environments", "projects")
        for slash in ("", "/")
    ]
    assert [(await local.http.get(path)).json()["id"] for path in paths] == ["s1"] * 4


async def test_reading_does_not_mark_as_viewed(local: Local):
    assert (await local.http.get(f"{RECORDINGS}/s1")).json()["viewed"] is False
    assert (await local.http.get(f"{RECORDINGS}/s1")).json()["viewed"] is False
    assert viewed(local) == []


# ---- update ---------------------------------------------------------------------------------------------------------


async def test_a_viewed_mark_shows_in_retrieve_list_and_watch_history(local: Local):
    assert answer(await local.http.patch(f"{RECORDINGS}/s1", json={"viewed": True})) == snapshot(
        (200, {"success": True})
    )
    assert (await local.http.get(f"{RECORDINGS}/s1")).json()["viewed"] is True
    assert (await local.http.get(RECORDINGS)).json()["results"][0]["viewed"] is True
    history = (await local.http.get(f"{PLAYLISTS}/synthetic-watch-history/recordings")).json()["results"]
    assert [recording["id"] for recording in history] == ["s1"]


async def test_a_colleague_sees_who_viewed(local: Local):
    await local.http.patch(f"{RECORDINGS}/s1", json={"viewed": True})
    colleague = local.client(NewKey("ines@shop.example", environment=1, scopes=("session_recording:read",)))
    found = (await colleague.get(f"{RECORDINGS}/s1")).json()
    assert (found["viewed"], found["viewers"]) == (False, ["you@localhost.local"])


@pytest.mark.parametrize(
    ("body", "marks"),
    [
        ({"viewed": True}, 1),
        ({"viewed": "true"}, 1),
        ({"viewed": True, "analyzed": False}, 1),
        ({"analyzed": True}, 0),
        ({"viewed": False, "analyzed": True}, 1),
        ({"viewed": True, "player_metadata": {"id": "s1"}, "person": {"name": "Eve"}, "id": "s2"}, 1),
    ],
)
async def test_a_viewed_key_marks_whatever_its_value(local: Local, body: dict[str, Any], marks: int):
    for method in ("PATCH", "PUT", "PATCH"):
        assert answer(await local.http.request(method, f"{RECORDINGS}/s1", json=body)) == (200, {"success": True})
    assert viewed(local) == [(1, "s1")] * marks


async def test_an_update_must_set_viewed_or_analyzed(local: Local):
    bodies: list[dict[str, Any]] = [{}, {"viewed": False}, {"viewed": False, "analyzed": False}, {"person": {"id": 1}}]
    refused = [await local.http.patch(f"{RECORDINGS}/s1", json=body) for body in bodies]
    assert {error(response) for response in refused} == snapshot(
        {(400, "validation_error", "invalid_input", "At least one of 'viewed' or 'analyzed' must be provided.", None)}
    )
    assert viewed(local) == []


async def test_fields_of_an_update_are_checked(local: Local):
    bodies: list[dict[str, Any]] = [
        {"viewed": "perhaps"},
        {"viewed": None},
        {"analyzed": []},
        {"viewed": True, "player_metadata": None},
    ]
    assert [error(await local.http.patch(f"{RECORDINGS}/s1", json=body)) for body in bodies] == snapshot(
        [
            (400, "validation_error", "invalid_input", "Must be a valid boolean.", "viewed"),
            (400, "validation_error", "null", "This field may not be null.", "viewed"),
            (400, "validation_error", "invalid_input", "Must be a valid boolean.", "analyzed"),
            (400, "validation_error", "null", "This field may not be null.", "player_metadata"),
        ]
    )
    assert viewed(local) == []


async def test_a_body_that_is_not_an_object_is_refused(local: Local):
    headers = {"Content-Type": "application/json"}
    refused = [await local.http.patch(f"{RECORDINGS}/s1", content=body, headers=headers) for body in (b"{", b"[1]")]
    assert [error(response)[:3] for response in refused] == snapshot(
        [(400, "invalid_request", "parse_error"), (400, "validation_error", "invalid_input")]
    )


# ---- delete ---------------------------------------------------------------------------------------------------------


async def test_a_deleted_recording_is_gone_everywhere_but_its_playlists_keep_its_place(local: Local):
    with local.store.connection() as db:
        add_item(db, add_playlist(db, "aaaaaaaa"), "s1")
    response = await local.http.delete(f"{RECORDINGS}/s1")
    assert (response.status_code, response.content) == (204, b"")
    assert error(await local.http.get(f"{RECORDINGS}/s1")) == NOT_FOUND
    assert (await local.http.get(RECORDINGS)).json()["results"] == []
    assert (await local.http.get(RECORDINGS, params={"session_ids": '["s1"]'})).json()["results"] == []
    playlist = (await local.http.get(f"{PLAYLISTS}/aaaaaaaa")).json()
    assert playlist["recordings_counts"]["collection"]["count"] == 1
    gone = await local.http.get(f"{RECORDINGS}/s1/snapshots?source=blob_v2&start_blob_key=0&end_blob_key=0")
    assert answer(gone) == snapshot(
        (
            410,
            {
                "error": "recording_deleted",
                "message": "This recording has been permanently deleted",
                "deleted_at": "2026-11-20T12:00:00Z",
                "deleted_by": "you@localhost.local",
            },
        )
    )


async def test_existence_is_not_checked_and_a_second_delete_changes_nothing(local: Local):
    await local.http.delete(f"{RECORDINGS}/s1")
    with local.store.connection() as db:
        before = list(db.iterdump())
    for session_id in ("s1", "deleted", "unknown"):
        assert (await local.http.delete(f"{RECORDINGS}/{session_id}")).status_code == 204
    with local.store.connection() as db:
        assert list(db.iterdump()) == before


async def test_another_team_s_recording_survives(local: Local):
    assert (await local.http.delete(f"{RECORDINGS}/foreign")).status_code == 204
    with local.store.connection() as db:
        row = db.execute("SELECT deleted_at FROM recording WHERE session_id = 'foreign'").fetchone()
    assert row["deleted_at"] is None


async def test_no_recorded_data_is_left_not_even_in_the_file(local: Local):
    store_full(local, "full")
    summaries = "/api/environments/1/session_summaries/create_session_summaries_individually"
    assert "error" not in (await local.http.post(summaries, json={"session_ids": ["full"]})).json()["full"]
    await local.http.delete(f"{RECORDINGS}/full")
    with local.store.connection() as db:
        tables = (
            "recording_block",
            "recording_url",
            "console_log",
            "failed_request",
            "session_summary",
            "external_reference",
        )
        assert {table: count(db, table, "full") for table in tables} == dict.fromkeys(tables, 0)
        assert count(db, "event", "full") == 1  # its own analytics
        row = dict(db.execute("SELECT * FROM recording WHERE session_id = 'full'").fetchone())
        assert (row["deleted_at"], row["deleted_by"], row["start_url"]) == (to_ms(NOW), "you@localhost.local", None)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert SECRET.encode() not in local.store.path.read_bytes()


async def test_deleting_needs_the_write_scope(local: Local):
    reader = local.client(NewKey("ines@shop.example", environment=1, scopes=("session_recording:read",)))
    refused = [
        await reader.delete(f"{RECORDINGS}/s1"),
        await reader.patch(f"{RECORDINGS}/s1", json={"viewed": True}),
        await reader.post(f"{RECORDINGS}/bulk_delete", json={"session_recording_ids": ["s1"]}),
    ]
    assert {error(response) for response in refused} == snapshot(
        {
            (
                403,
                "authentication_error",
                "permission_denied",
                "API key missing required scope 'session_recording:write'",
                None,
            )
        }
    )
    assert (await local.http.get(f"{RECORDINGS}/s1")).status_code == 200


# ---- bulk delete ----------------------------------------------------------------------------------------------------


async def bulk(local: Local, **body: Any) -> tuple[int, Any]:
    return answer(await local.http.post(f"{RECORDINGS}/bulk_delete", json=body))


async def test_a_bulk_delete_counts_what_was_there_and_skips_the_rest(local: Local):
    store_full(local, "full")
    wanted = ["s1", "full", "full", "unknown", "deleted", "foreign", 5, None]
    assert await bulk(local, session_recording_ids=wanted) == snapshot(
        (200, {"success": True, "deleted_count": 2, "total_requested": 8, "failed_ids": []})
    )
    assert await bulk(local, session_recording_ids=wanted) == snapshot(
        (200, {"success": True, "deleted_count": 0, "total_requested": 8, "failed_ids": []})
    )
    assert (await local.http.get(RECORDINGS)).json()["results"] == []


async def test_a_bulk_delete_looks_back_as_far_as_the_retention_or_date_from(local: Local):
    with local.store.connection() as db:
        add_recording(db, "week", start_time=ago(days=7))
        add_recording(db, "ages", start_time=ago(days=31), retention_period_days=365)
    wanted = ["week", "ages"]
    assert (await bulk(local, session_recording_ids=wanted, date_from="-1d"))[1]["deleted_count"] == 0
    assert (await bulk(local, session_recording_ids=wanted))[1]["deleted_count"] == 1
    assert (await bulk(local, session_recording_ids=wanted, date_from="-90d"))[1]["deleted_count"] == 1
    assert (await bulk(local, session_recording_ids=wanted, date_from=None))[1]["deleted_count"] == 0


async def test_a_bulk_delete_of_none_or_too_many_or_with_an_invalid_date_is_refused(local: Local):
    bodies: list[dict[str, Any]] = [
        {},
        {"session_recording_ids": []},
        {"session_recording_ids": "s1"},
        {"session_recording_ids": {"s1": True}},
        {"session_recording_ids": ["s1"] * 101},
        {"session_recording_ids": ["s1"], "date_from": "soon"},
        {"session_recording_ids": ["s1"], "date_from": 5},
    ]
    refused = [await local.http.post(f"{RECORDINGS}/bulk_delete", json=body) for body in bodies]
    assert [error(response) for response in refused] == snapshot(
        [
            (
                400,
                "validation_error",
                "invalid_input",
                "session_recording_ids must be provided as a non-empty array",
                None,
            ),
            (
                400,
                "validation_error",
                "invalid_input",
                "session_recording_ids must be provided as a non-empty array",
                None,
            ),
            (
                400,
                "validation_error",
                "invalid_input",
                "session_recording_ids must be provided as a non-empty array",
                None,
            ),
            (
                400,
                "validation_error",
                "invalid_input",
                "session_recording_ids must be provided as a non-empty array",
                None,
            ),
            (400, "validation_error", "invalid_input", "Cannot process more than 100 recordings at once", None),
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
                "Invalid date value '5'. Use an ISO date (YYYY-MM-DD) or relative shorthand like `-7d`.",
                "date_from",
            ),
        ]
    )
    assert (await bulk(local, session_recording_ids=["s1"] + ["x"] * 99))[0] == 200


async def test_deleted_data_is_not_left_in_the_log_beside_the_file_either(local: Local):
    with local.store.connection() as db:
        add_recording(db, "secret", start_url="http://shop.example/ONLY-HERE-1")
        db.execute(
            "INSERT INTO console_log (session_id, timestamp, level, message) VALUES ('secret', 1, 'log', 'ONLY-HERE-2')"
        )
    await local.http.delete(f"{RECORDINGS}/secret")
    files = list(local.store.path.parent.glob("*sqlite*"))
    assert files
    assert not any(b"ONLY-HERE" in file.read_bytes() for file in files)
