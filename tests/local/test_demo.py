import sqlite3
from typing import Any

import orjson
import pytest
from inline_snapshot import snapshot

from replay_mcp.local import accounts
from replay_mcp.local.blocks import read_lines
from replay_mcp.local.clock import to_ms
from replay_mcp.local.demo import load_demo
from tests.conftest import Local
from tests.local.answers import RECORDINGS
from tests.seeding import NOW, add_recording

pytestmark = pytest.mark.anyio

PLAYLISTS = "/api/environments/1/session_recording_playlists"


def load(db: sqlite3.Connection) -> int:
    team = accounts.find_team(db, 1)
    assert team is not None
    return load_demo(db, team, to_ms(NOW))


def requests(data: Any) -> list[dict[str, Any]]:
    """The network requests that an event's data holds."""
    return data["payload"]["requests"] if not isinstance(data, str) and data.get("plugin") == "rrweb/network@1" else []


async def listed(local: Local, **query: str) -> list[dict[str, Any]]:
    return (await local.http.get(RECORDINGS, params={"date_from": "-7d"} | query)).json()["results"]


async def test_the_demo_sessions_end_shortly_before_now(local: Local):
    with local.store.connection() as db:
        assert load(db) == 13
    assert [recording["end_time"] for recording in await listed(local)] == snapshot(
        [
            "2026-11-20T11:00:00Z",
            "2026-11-20T07:00:00Z",
            "2026-11-20T03:00:00Z",
            "2026-11-19T20:00:00Z",
            "2026-11-19T14:00:00Z",
            "2026-11-19T06:00:00Z",
            "2026-11-18T22:00:00Z",
            "2026-11-18T15:00:00Z",
            "2026-11-18T08:00:00Z",
            "2026-11-18T00:00:00Z",
            "2026-11-17T08:00:00Z",
            "2026-11-16T12:00:00Z",
            "2026-11-14T14:00:00Z",
        ]
    )


async def test_every_absolute_time_in_a_demo_recording_is_moved(local: Local):
    with local.store.connection() as db:
        load(db)
        for row in db.execute("SELECT session_id, start_time, end_time FROM recording").fetchall():
            for line in read_lines(db, row["session_id"]):
                event: dict[str, Any] = orjson.loads(line)[1]
                assert row["start_time"] <= event["timestamp"] <= row["end_time"]
                for request in requests(event["data"]):
                    assert row["start_time"] - 60_000 <= request["timeOrigin"] <= row["end_time"]
                    assert row["start_time"] - 60_000 <= request["timestamp"] <= row["end_time"]
            times = db.execute("SELECT timestamp FROM event WHERE session_id = ?", (row["session_id"],)).fetchall()
            assert times
            assert all(row["start_time"] - 60_000 <= time[0] <= row["end_time"] + 60_000 for time in times)


async def test_the_demo_s_staff_are_test_accounts(local: Local):
    with local.store.connection() as db:
        load(db)
    everybody, customers = await listed(local), await listed(local, filter_test_accounts="true")
    ids = {recording["id"] for recording in customers}
    staff = [recording["person"]["name"] for recording in everybody if recording["id"] not in ids]
    assert staff == snapshot(["ines@shop.example"])


async def test_anonymous_visitors_are_nobody(local: Local):
    with local.store.connection() as db:
        load(db)
    people = [recording["person"]["name"] for recording in await listed(local)]
    assert people == snapshot(
        [
            "maya.okafor@example.com",
            "jonas.weber@example.org",
            "nora.lindqvist@example.com",
            None,
            None,
            None,
            "elif.kaya@example.com",
            "tomas.herrera@example.org",
            None,
            "nora.lindqvist@example.com",
            None,
            None,
            "ines@shop.example",
        ]
    )


async def test_computed_playlists_have_something_to_show(local: Local):
    with local.store.connection() as db:
        load(db)
    playlists = (await local.http.get(PLAYLISTS)).json()["results"]
    counts = {playlist["name"]: playlist["recordings_counts"]["collection"]["count"] for playlist in playlists}
    assert counts == snapshot(
        {
            "Watch history": None,
            "Recordings with comments": 1,
            "Shared recordings": 1,
            "Exported recordings": 1,
            "Summarised sessions": 1,
            "Expiring soon": None,
            "Frustration signals": 2,
        }
    )
    first = (await listed(local))[0]
    assert first["viewers"] == ["ines@shop.example"]
    assert sum(recording["has_summary"] for recording in await listed(local)) == 1


async def test_a_store_that_has_recordings_is_left_alone(local: Local):
    with local.store.connection() as db:
        add_recording(db, "mine")
        before = list(db.iterdump())
        assert load(db) == 0
        assert list(db.iterdump()) == before


async def test_loading_the_demo_twice_changes_nothing(local: Local):
    with local.store.connection() as db:
        load(db)
        before = list(db.iterdump())
        assert load(db) == 0
        assert list(db.iterdump()) == before
