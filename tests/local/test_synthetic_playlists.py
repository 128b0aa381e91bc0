"""The seven computed playlists: what each holds, in which order, and for whom."""

import json
import sqlite3
from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.api.types import SYNTHETIC_PREFIX
from replay_mcp.local.playlists.synthetic import SYNTHETIC_PLAYLISTS
from replay_mcp.local.store.accounts import NewKey
from tests.conftest import Local
from tests.local.answers import PLAYLISTS, answer
from tests.seeding import DAY_MS, add_event, add_recording, ago

pytestmark = pytest.mark.anyio

WATCH_HISTORY = "synthetic-watch-history"
COMMENTED = "synthetic-commented"
SHARED = "synthetic-shared"
EXPORTED = "synthetic-exported"
SUMMARISED = "synthetic-summarised"
EXPIRING = "synthetic-expiring"
FRUSTRATED = "synthetic-frustrated"


def insert(db: sqlite3.Connection, table: str, **columns: Any) -> None:
    row = {"team_id": 1, "created_at": ago(hours=1)} | columns
    marks = ", ".join(f":{name}" for name in row)
    db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", row)


async def shown(local: Local, short_id: str, **query: int) -> list[str]:
    """Session ids of a playlist's recordings."""
    page = (await local.http.get(f"{PLAYLISTS}/{short_id}/recordings", params=query)).json()
    return [recording["id"] for recording in page["results"]]


async def count(local: Local, short_id: str) -> int | None:
    playlist = (await local.http.get(f"{PLAYLISTS}/{short_id}")).json()
    return playlist["recordings_counts"]["collection"]["count"]


@pytest.fixture
def _others(local: Local) -> None:
    """A second user, and a second environment of the organisation."""
    local.client(NewKey("bo@example.com", 1, ("*",)))
    local.client(NewKey("bo@example.com", 2, ("*",)))


@pytest.fixture
def _recordings(local: Local) -> None:
    with local.store.connection() as db:
        for number in range(5):
            add_recording(db, f"session-{number}")


async def test_a_computed_playlist_is_retrieved_without_a_stored_row(local: Local):
    response = await local.http.get(f"{PLAYLISTS}/{WATCH_HISTORY}/")
    assert answer(response) == snapshot(
        (
            200,
            {
                "id": -1,
                "short_id": "synthetic-watch-history",
                "name": "Watch history",
                "derived_name": None,
                "description": "Recordings you have watched",
                "pinned": False,
                "created_at": None,
                "created_by": None,
                "deleted": False,
                "filters": {},
                "last_modified_at": None,
                "last_modified_by": None,
                "recordings_counts": {
                    "saved_filters": {
                        "count": None,
                        "has_more": None,
                        "watched_count": None,
                        "increased": None,
                        "last_refreshed_at": None,
                    },
                    "collection": {
                        "count": None,
                        "has_more": False,
                        "watched_count": 0,
                        "increased": None,
                        "last_refreshed_at": None,
                    },
                },
                "type": "collection",
                "is_synthetic": True,
            },
        )
    )


async def test_the_registry_matches_the_live_server_s(local: Local):
    registry = [
        (playlist.id, playlist.short_id, playlist.name, playlist.description) for playlist in SYNTHETIC_PLAYLISTS
    ]
    assert all(playlist.short_id.startswith(SYNTHETIC_PREFIX) for playlist in SYNTHETIC_PLAYLISTS)
    assert registry == snapshot(
        [
            (-1, "synthetic-watch-history", "Watch history", "Recordings you have watched"),
            (-2, "synthetic-commented", "Recordings with comments", "Recordings that have team comments"),
            (-3, "synthetic-shared", "Shared recordings", "Recordings that have been shared externally"),
            (
                -4,
                "synthetic-exported",
                "Exported recordings",
                "Recordings that have been exported as clips or screenshots",
            ),
            (
                -5,
                "synthetic-summarised",
                "Summarised sessions",
                "Sessions with AI-generated summaries. Ask PostHog AI to summarize sessions for you.",
            ),
            (-6, "synthetic-expiring", "Expiring soon", "Recordings that will expire in the next 10 days"),
            (
                -7,
                "synthetic-frustrated",
                "Frustration signals",
                "Sessions with rage clicks or errors in the last 7 days",
            ),
        ]
    )
    listed = (await local.http.get(PLAYLISTS)).json()["results"]
    assert [playlist["short_id"] for playlist in listed] == [playlist.short_id for playlist in SYNTHETIC_PLAYLISTS]


@pytest.mark.usefixtures("_others", "_recordings")
async def test_the_watch_history_is_the_requesters_own_newest_view_first(local: Local):
    with local.store.connection() as db:
        insert(db, "session_recording_viewed", user_id=1, session_id="session-1", created_at=ago(hours=3))
        insert(db, "session_recording_viewed", user_id=1, session_id="session-2", created_at=ago(hours=1))
        insert(db, "session_recording_viewed", user_id=1, session_id="session-gone", created_at=ago(hours=2))
        insert(db, "session_recording_viewed", user_id=2, session_id="session-3")
        insert(db, "session_recording_viewed", user_id=1, session_id="session-4", team_id=2)
    assert (await shown(local, WATCH_HISTORY), await count(local, WATCH_HISTORY)) == snapshot(
        (["session-2", "session-1"], 3)
    )


@pytest.mark.usefixtures("_recordings")
async def test_marking_a_recording_as_viewed_makes_the_watch_history_grow(local: Local):
    await local.http.patch("/api/environments/1/session_recordings/session-3", json={"viewed": True})
    assert await shown(local, WATCH_HISTORY) == ["session-3"]
    playlist = (await local.http.get(f"{PLAYLISTS}/{WATCH_HISTORY}")).json()
    assert playlist["recordings_counts"] == snapshot(
        {
            "saved_filters": {
                "count": None,
                "has_more": None,
                "watched_count": None,
                "increased": None,
                "last_refreshed_at": None,
            },
            "collection": {
                "count": 1,
                "has_more": False,
                "watched_count": 1,
                "increased": None,
                "last_refreshed_at": None,
            },
        }
    )


@pytest.mark.usefixtures("_others", "_recordings")
async def test_commented_recordings_have_a_replay_comment_that_is_not_deleted(local: Local):
    with local.store.connection() as db:
        insert(db, "comment", scope="Replay", item_id="session-1", content="a", created_at=ago(hours=3))
        insert(db, "comment", scope="Replay", item_id="session-2", content="b", created_at=ago(hours=2))
        insert(db, "comment", scope="Replay", item_id="session-1", content="c", created_at=ago(hours=1))
        insert(db, "comment", scope="Replay", item_id="session-3", content="d", deleted=1)
        insert(db, "comment", scope="recording", item_id="session-4", content="e")
        insert(db, "comment", scope="Replay", item_id="session-0", content="f", team_id=2)
    assert (await shown(local, COMMENTED), await count(local, COMMENTED)) == snapshot((["session-1", "session-2"], 2))


@pytest.mark.usefixtures("_others", "_recordings")
async def test_shared_recordings_have_sharing_switched_on(local: Local):
    with local.store.connection() as db:
        insert(db, "sharing_configuration", session_id="session-1", created_at=ago(hours=2))
        insert(db, "sharing_configuration", session_id="session-2", created_at=ago(hours=1))
        insert(db, "sharing_configuration", session_id="session-1", created_at=ago(hours=3))
        insert(db, "sharing_configuration", session_id="session-3", enabled=0)
        insert(db, "sharing_configuration", session_id="session-4", team_id=2)
    assert (await shown(local, SHARED), await count(local, SHARED)) == snapshot((["session-2", "session-1"], 2))


@pytest.mark.usefixtures("_others", "_recordings")
async def test_exported_recordings_are_named_by_an_asset_newest_first_and_once(local: Local):
    def export(context: dict[str, Any], **columns: Any) -> None:
        insert(db, "exported_asset", export_context=json.dumps(context), **columns)

    with local.store.connection() as db:
        export({"session_recording_id": "session-1"}, created_at=ago(hours=3))
        export({"session_recording_id": "session-2"}, created_at=ago(hours=2))
        export({"session_recording_id": "session-1"}, created_at=ago(hours=1))
        export({"session_recording_id": ""})
        export({"session_recording_id": None})
        export({"insight": "session-3"})
        export({"session_recording_id": "session-4"}, team_id=2)
    assert (await shown(local, EXPORTED), await count(local, EXPORTED)) == snapshot((["session-1", "session-2"], 2))


@pytest.mark.usefixtures("_others", "_recordings")
async def test_summarised_sessions_have_a_stored_summary_of_any_focus(local: Local):
    with local.store.connection() as db:
        insert(db, "session_summary", session_id="session-1", summary="{}", created_at=ago(hours=3))
        insert(db, "session_summary", session_id="session-2", summary="{}", created_at=ago(hours=2))
        insert(db, "session_summary", session_id="session-1", summary="{}", focus_area="checkout")
        insert(db, "session_summary", session_id="session-4", summary="{}", team_id=2)
    assert (await shown(local, SUMMARISED), await count(local, SUMMARISED)) == snapshot((["session-1", "session-2"], 2))


@pytest.mark.usefixtures("_others")
async def test_expiring_recordings_expire_within_ten_days_the_next_first(local: Local):
    now = ago()
    with local.store.connection() as db:
        add_recording(db, "in-11-days", expiry_time=now + 11 * DAY_MS)
        add_recording(db, "in-10-days", expiry_time=now + 10 * DAY_MS)
        add_recording(db, "just-later", expiry_time=now + 10 * DAY_MS + 1)
        add_recording(db, "tomorrow", expiry_time=now + DAY_MS)
        add_recording(db, "expired", expiry_time=now - 1)
        add_recording(db, "deleted", expiry_time=now + DAY_MS, deleted_at=now)
        add_recording(db, "elsewhere", expiry_time=now + DAY_MS, team_id=2)
    assert (await shown(local, EXPIRING), await count(local, EXPIRING)) == snapshot((["tomorrow", "in-10-days"], 2))


async def test_a_recording_that_expires_at_this_moment_still_counts(local: Local):
    with local.store.connection() as db:
        add_recording(db, "now", expiry_time=ago())
    assert await count(local, EXPIRING) == 1


@pytest.mark.usefixtures("_others")
async def test_frustrated_sessions_score_more_than_five_in_seven_days_the_worst_first(local: Local):
    def session(session_id: str, rage_clicks: int, exceptions: int, **columns: Any) -> None:
        add_recording(db, session_id)
        for event, times in (("$rageclick", rage_clicks), ("$exception", exceptions), ("$pageview", 9)):
            for _ in range(times):
                add_event(db, session_id, event, **columns)

    with local.store.connection() as db:
        session("score-5", 1, 1)
        session("score-6", 0, 3)
        session("also-6", 2, 0)
        session("score-10", 2, 2)
        session("score-4", 0, 2)
        session("long-ago", 5, 5, timestamp=ago(days=7) - 1)
        session("a-week-ago", 3, 0, timestamp=ago(days=7))
        session("to-come", 5, 5, timestamp=ago(hours=-1))
        add_event(db, "elsewhere", "$rageclick", team_id=2)
        for _ in range(3):
            add_event(db, "", "$rageclick")
    assert (await shown(local, FRUSTRATED), await count(local, FRUSTRATED)) == snapshot(
        (["score-10", "a-week-ago", "also-6", "score-6"], 4)
    )


async def test_at_most_a_thousand_frustrated_sessions_are_kept(local: Local):
    with local.store.connection() as db:
        db.execute("BEGIN")
        for number in range(1001):
            for _ in range(2):
                add_event(db, f"session-{number}", "$rageclick")
        db.commit()
    assert await count(local, FRUSTRATED) == 1000


async def test_at_most_ten_thousand_expiring_recordings_are_kept(local: Local):
    with local.store.connection() as db:
        db.execute("BEGIN")
        for number in range(10_001):
            add_recording(db, f"session-{number}", expiry_time=ago(days=-5))
        db.commit()
    assert await count(local, EXPIRING) == 10_000


@pytest.mark.usefixtures("_others", "_recordings")
async def test_the_watched_count_of_a_computed_playlist_is_the_requester_s_own(local: Local):
    with local.store.connection() as db:
        for session_id in ("session-1", "session-2", "session-3"):
            insert(db, "sharing_configuration", session_id=session_id)
        insert(db, "session_recording_viewed", user_id=1, session_id="session-1")
        insert(db, "session_recording_viewed", user_id=2, session_id="session-2")
    playlist = (await local.http.get(f"{PLAYLISTS}/{SHARED}")).json()
    assert playlist["recordings_counts"] == snapshot(
        {
            "saved_filters": {
                "count": None,
                "has_more": None,
                "watched_count": None,
                "increased": None,
                "last_refreshed_at": None,
            },
            "collection": {
                "count": 3,
                "has_more": False,
                "watched_count": 1,
                "increased": None,
                "last_refreshed_at": None,
            },
        }
    )


@pytest.mark.usefixtures("_recordings")
async def test_limit_and_offset_choose_among_the_ids_before_missing_recordings_are_dropped(local: Local):
    with local.store.connection() as db:
        for number in range(4):
            insert(db, "sharing_configuration", session_id=f"session-{number}", created_at=ago(hours=number))
        insert(db, "sharing_configuration", session_id="session-gone", created_at=ago(hours=1, minutes=30))
    pages = [await shown(local, SHARED, limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert pages == snapshot([["session-0", "session-1"], ["session-2"], ["session-3"], []])
