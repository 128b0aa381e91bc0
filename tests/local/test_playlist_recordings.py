"""A playlist's recordings."""

import base64
import json
from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.local.store.accounts import NewKey
from tests.conftest import Local
from tests.local.answers import PLAYLISTS, answer, error
from tests.seeding import add_item, add_playlist, add_recording, ago

pytestmark = pytest.mark.anyio

COLLECTION = f"{PLAYLISTS}/coll0001/recordings"
FILTER = f"{PLAYLISTS}/filt0001/recordings"
LEGACY = f"{PLAYLISTS}/legacy01/recordings"
SHARED = f"{PLAYLISTS}/synthetic-shared/recordings"


@pytest.fixture(autouse=True)
def _playlists(local: Local) -> None:
    """A collection of an old, a missing and a new recording; a saved filter with an item; a legacy playlist."""
    with local.store.connection() as db:
        collection = add_playlist(db, "coll0001")
        saved_filter = add_playlist(db, "filt0001", type="filters", filters='{"date_from":"-30d"}')
        legacy = add_playlist(db, "legacy01", type=None)
        add_recording(db, "new")
        add_recording(db, "older", start_time=ago(days=20))
        add_recording(db, "last-year", start_time=ago(days=364), retention_period_days=1826)
        add_recording(db, "ages-ago", start_time=ago(days=366), retention_period_days=1826)
        for position, session_id in enumerate(("new", "ages-ago", "last-year", "missing", "older"), 1):
            add_item(db, collection, session_id, position)
        for playlist_id in (saved_filter, legacy):
            add_item(db, playlist_id, "new", 1)
            add_item(db, playlist_id, "older", 2)


async def ids(local: Local, path: str, **query: Any) -> list[str]:
    response = await local.http.get(path, params=query)
    assert response.status_code == 200
    return [recording["id"] for recording in response.json()["results"]]


async def test_a_page_has_the_recordings_and_shows_whether_there_are_more(local: Local):
    with local.store.connection() as db:
        add_item(db, add_playlist(db, "single01"), "new")
    response = await local.http.get(f"{PLAYLISTS}/single01/recordings/")
    assert answer(response) == snapshot(
        (
            200,
            {
                "results": [
                    {
                        "id": "new",
                        "distinct_id": "person-of-new",
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
                        "start_url": "http://shop.example/",
                        "person": {
                            "id": None,
                            "name": None,
                            "distinct_ids": ["person-of-new"],
                            "properties": {},
                            "created_at": None,
                            "uuid": "621d59f8-a639-5cb7-8eff-95268763850d",
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
                    }
                ],
                "has_next": False,
                "version": 4,
            },
        )
    )
    assert response.headers["server-timing"].startswith("query_for_recordings;dur=")


async def test_a_collection_shows_the_one_added_last_first_and_drops_missing_and_old_ones(local: Local):
    assert await ids(local, COLLECTION) == snapshot(["older", "last-year", "new"])


async def test_deleted_and_expired_recordings_are_dropped(local: Local):
    with local.store.connection() as db:
        db.execute("UPDATE recording SET expiry_time = ? WHERE session_id = 'new'", (ago(minutes=1),))
    await local.http.delete("/api/environments/1/session_recordings/last-year")
    assert await ids(local, COLLECTION) == ["older"]


async def test_a_collection_ignores_every_parameter(local: Local):
    whole = await ids(local, COLLECTION)
    assert await ids(local, COLLECTION, limit=1, offset=1, date_from="-1h", order="duration", unknown="x") == whole


async def test_at_most_fifty_of_a_collection_come_back(local: Local):
    with local.store.connection() as db:
        playlist_id = add_playlist(db, "large001")
        for number in range(52):
            add_recording(db, f"session-{number}", start_time=ago(hours=number))
            add_item(db, playlist_id, f"session-{number}", 100 - number)
    page = (await local.http.get(f"{PLAYLISTS}/large001/recordings", params={"limit": 100})).json()
    assert [recording["id"] for recording in page["results"]] == [f"session-{number}" for number in range(50)]
    assert (page["has_next"], list(page)) == (True, ["results", "has_next", "version", "next_cursor"])
    assert json.loads(base64.b64decode(page["next_cursor"])) == snapshot(
        {"order_value": "2026-11-18T11:00:00Z", "secondary_value": "session-49"}
    )


async def test_a_collection_of_fifty_has_no_next_page(local: Local):
    with local.store.connection() as db:
        playlist_id = add_playlist(db, "large001")
        for number in range(50):
            add_recording(db, f"session-{number}")
            add_item(db, playlist_id, f"session-{number}", number)
    page = (await local.http.get(f"{PLAYLISTS}/large001/recordings")).json()
    assert (len(page["results"]), page["has_next"], list(page)) == (50, False, ["results", "has_next", "version"])


async def test_recordings_of_a_playlist_carry_their_linked_issues(local: Local):
    with local.store.connection() as db:
        db.execute("INSERT INTO external_reference (session_id, reference) VALUES ('new', '{\"id\": \"LIN-1\"}')")
    shown = (await local.http.get(COLLECTION)).json()["results"]
    assert {recording["id"]: recording["external_references"] for recording in shown} == snapshot(
        {"older": [], "last-year": [], "new": [{"id": "LIN-1"}]}
    )


async def test_a_saved_filter_shows_its_items_in_the_query_strings_window_not_what_its_filters_match(local: Local):
    assert (await ids(local, FILTER), await ids(local, FILTER, date_from="-30d")) == snapshot(
        (["new"], ["new", "older"])
    )
    with local.store.connection() as db:
        db.execute("DELETE FROM session_recording_playlist_item WHERE playlist_id = 2")
    assert await ids(local, FILTER, date_from="-30d") == []


async def test_a_legacy_playlist_is_treated_like_a_saved_filter(local: Local):
    assert await ids(local, LEGACY, date_from="-30d", limit=1, order_direction="ASC") == snapshot(["older"])


@pytest.mark.parametrize("path", [FILTER, LEGACY])
@pytest.mark.parametrize("query", [{"unknown": "x"}, {"order": "tomato"}, {"after": "broken"}], ids=str)
async def test_query_strings_that_the_recordings_list_would_refuse_crash(
    local: Local, path: str, query: dict[str, str]
):
    response = await local.http.get(path, params=query)
    assert error(response) == snapshot((500, "server_error", "error", "A server error occurred.", None))


@pytest.mark.parametrize("path", [COLLECTION, SHARED, FILTER])
@pytest.mark.parametrize("query", [{"limit": "ten"}, {"offset": "x"}, {"limit": ""}, {"offset": "1.5"}], ids=str)
async def test_a_limit_or_offset_that_is_not_a_number_crashes(local: Local, path: str, query: dict[str, str]):
    response = await local.http.get(path, params=query)
    assert error(response) == snapshot((500, "server_error", "error", "A server error occurred.", None))


@pytest.mark.parametrize("query", [{"offset": "-1"}, {"limit": "-1"}, {"offset": "9" * 30}], ids=str)
async def test_an_invalid_window_crashes_only_a_computed_playlist(local: Local, query: dict[str, str]):
    assert (await local.http.get(COLLECTION, params=query)).status_code == 200
    response = await local.http.get(SHARED, params=query)
    assert error(response) == snapshot((500, "server_error", "error", "A server error occurred.", None))


@pytest.mark.parametrize("short_id", ["unknown1", "synthetic-x"])
async def test_an_unknown_playlist_is_not_found(local: Local, short_id: str):
    response = await local.http.get(f"{PLAYLISTS}/{short_id}/recordings")
    assert error(response) == snapshot((404, "invalid_request", "not_found", "Not found.", None))


async def test_a_computed_playlist_shows_fifty_by_default(local: Local):
    with local.store.connection() as db:
        for number in range(60):
            add_recording(db, f"session-{number}")
            values = (f"session-{number}", ago(minutes=number))
            db.execute("INSERT INTO sharing_configuration (team_id, session_id, created_at) VALUES (1, ?, ?)", values)
    first = (await local.http.get(SHARED)).json()
    assert (len(first["results"]), first["has_next"]) == (50, False)
    rest = (await local.http.get(SHARED, params={"limit": 50, "offset": 50})).json()
    assert [recording["id"] for recording in rest["results"]] == [f"session-{number}" for number in range(50, 60)]
    many = (await local.http.get(SHARED, params={"limit": 60})).json()
    assert (len(many["results"]), many["has_next"]) == (50, True)
    none = (await local.http.get(SHARED, params={"limit": 0})).json()
    assert none == {"results": [], "has_next": False, "version": 4}


async def test_a_recording_of_another_environment_is_not_shown(local: Local):
    local.client(NewKey("you@localhost.local", 2, ("*",)))
    with local.store.connection() as db:
        add_recording(db, "elsewhere", team_id=2)
        add_item(db, 1, "elsewhere", 9)
    assert "elsewhere" not in await ids(local, COLLECTION)
