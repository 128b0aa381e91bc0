"""What saved filters count: their evaluation when they are read, as PostHog's hourly job leaves it."""

import sqlite3
from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.local.app import LocalApi
from replay_mcp.local.http.call import Call
from replay_mcp.local.playlists.saved_filters import COOLDOWN_MS, evaluate_due
from replay_mcp.local.playlists.universal_filters import DEFAULT_FILTERS, UniversalFilters
from replay_mcp.local.store.clock import to_ms
from tests.conftest import Local, http_client
from tests.local.answers import PLAYLISTS
from tests.seeding import NOW, add_event, add_item, add_playlist, add_recording, ago

pytestmark = pytest.mark.anyio
LONG = {"type": "recording", "key": "duration", "value": 30, "operator": "gt"}
ERRORS = {"type": "recording", "key": "console_error_count", "value": 1, "operator": "gte"}
NOTHING = {"count": None, "has_more": None, "watched_count": None, "increased": None, "last_refreshed_at": None}


def universal(*filters: Any, operand: str = "AND", **others: Any) -> dict[str, Any]:
    """Filters as the app saves them."""
    group = {"type": operand, "values": [{"type": operand, "values": list(filters)}]}
    return {"date_from": "-7d", "duration": [LONG], "filter_group": group, "order": "start_time"} | others


@pytest.fixture
def _recordings(local: Local) -> None:
    with local.store.connection() as db:
        for number in range(3):
            add_recording(db, f"s{number}", console_error_count=number, start_time=ago(hours=2 + number))
            add_event(db, f"s{number}", "order placed" if number == 2 else "order failed")
        add_recording(db, "short", duration=4, active_seconds=3)
        add_recording(db, "old", start_time=ago(days=5))


async def saved(local: Local, filters: Any) -> str:
    made = await local.http.post(PLAYLISTS, json={"type": "filters", "filters": filters})
    assert made.json()["recordings_counts"]["saved_filters"] == NOTHING
    return made.json()["short_id"]


async def counts(local: Local, short_id: str, later: int = 0) -> dict[str, Any]:
    """What the playlist counts when it is read so many milliseconds later, and once more in the list."""
    app = LocalApi(local.store, clock=lambda: to_ms(NOW) + later)
    key = local.http.headers["authorization"].removeprefix("Bearer ")
    async with http_client(app, key) as http:
        read = (await http.get(f"{PLAYLISTS}/{short_id}")).json()
        listed = (await http.get(PLAYLISTS, params={"type": "filters"})).json()["results"]
    assert [each for each in listed if each["short_id"] == short_id] == [read]
    return read["recordings_counts"]["saved_filters"]


@pytest.mark.usefixtures("_recordings")
@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (universal(), 4),
        (universal(duration=[]), 5),
        (universal(ERRORS), 2),
        (universal(ERRORS, {"type": "events", "id": "order failed"}), 1),
        (universal(ERRORS, {"type": "events", "id": "order failed"}, operand="OR"), 3),
        (universal(date_from=None), 3),
        (universal(limit=2), 2),
        ({"date_from": "-7d"}, 4),
        ({"foo": "bar"}, 3),
        ({"properties": [ERRORS], "session_recording_duration": LONG}, 2),
    ],
)
async def test_a_saved_filter_counts_what_it_finds(local: Local, filters: dict[str, Any], count: int):
    assert (await counts(local, await saved(local, filters)))["count"] == count


@pytest.mark.usefixtures("_recordings")
async def test_the_count_says_what_the_requester_watched_and_when_it_was_made(local: Local):
    await local.http.patch("/api/environments/1/session_recordings/s1", json={"viewed": True})
    assert await counts(local, await saved(local, universal(ERRORS))) == snapshot(
        {
            "count": 2,
            "has_more": False,
            "watched_count": 1,
            "increased": False,
            "last_refreshed_at": "2026-11-20T12:00:00Z",
        }
    )


@pytest.mark.usefixtures("_recordings")
async def test_more_than_a_page_has_more(local: Local):
    with local.store.connection() as db:
        for number in range(50):
            add_recording(db, f"more{number}")
    found = await counts(local, await saved(local, universal()))
    assert (found["count"], found["has_more"]) == (50, True)


@pytest.mark.usefixtures("_recordings")
async def test_an_evaluation_holds_for_an_hour_and_the_next_says_whether_it_found_more(local: Local):
    short_id = await saved(local, universal(ERRORS))
    found = [(await counts(local, short_id))["count"]]
    with local.store.connection() as db:
        add_recording(db, "new", console_error_count=1)
    for later in (COOLDOWN_MS, COOLDOWN_MS + 1, 2 * COOLDOWN_MS + 2):
        each = await counts(local, short_id, later)
        found.append((each["count"], each["increased"], each["last_refreshed_at"]))
    assert found == snapshot(
        [
            2,
            (2, False, "2026-11-20T12:00:00Z"),
            (3, True, "2026-11-20T13:00:00.001000Z"),
            (3, False, "2026-11-20T14:00:00.002000Z"),
        ]
    )


@pytest.mark.usefixtures("_recordings")
async def test_changed_filters_are_evaluated_at_once_and_not_compared_with_the_old_ones(local: Local):
    short_id = await saved(local, universal(ERRORS))
    assert (await counts(local, short_id))["count"] == 2
    app = LocalApi(local.store, clock=lambda: to_ms(NOW) + 1)
    async with http_client(app, local.http.headers["authorization"].removeprefix("Bearer ")) as http:
        changed = await http.patch(f"{PLAYLISTS}/{short_id}", json={"filters": universal()})
    found = await counts(local, short_id, 2)
    assert changed.json()["recordings_counts"]["saved_filters"]["count"] == 2
    assert (found["count"], found["increased"]) == (4, False)


@pytest.mark.parametrize(
    "filters",
    [
        DEFAULT_FILTERS,
        universal({"type": "cohort", "key": "id", "value": 1}),
        universal({"type": "actions", "id": 1}),
        universal(LONG, operand="XOR"),
        universal({"key": "console_error_count", "type": "recording", "value": [2**64], "operator": "gt", "x": 1}),
        universal(filter_group={"values": "all"}),
        universal(date_from="soon"),
        ["a"],
        "text",
    ],
)
async def test_filters_that_cannot_be_applied_are_not_counted(local: Local, filters: Any):
    assert await counts(local, await saved(local, filters)) == NOTHING


@pytest.mark.usefixtures("_recordings")
async def test_a_failing_evaluation_keeps_what_the_last_one_found(local: Local):
    short_id = await saved(local, universal(ERRORS))
    before = await counts(local, short_id)
    with local.store.connection() as db:
        db.execute("UPDATE session_recording_playlist SET filters = '[]'")
    assert await counts(local, short_id, COOLDOWN_MS + 1) == before
    with local.store.connection() as db:
        assert db.execute("SELECT tried_at - refreshed_at FROM saved_filter_count").fetchone()[0] == COOLDOWN_MS + 1


@pytest.mark.usefixtures("_recordings")
async def test_collections_and_playlists_with_items_are_not_evaluated(local: Local):
    with local.store.connection() as db:
        add_playlist(db, "coll0001")
        add_item(db, add_playlist(db, "item0001", type="filters", filters='{"date_from":"-7d"}'), "s1")
    await local.http.get(PLAYLISTS)
    with local.store.connection() as db:
        assert db.execute("SELECT count(*) FROM saved_filter_count").fetchone()[0] == 0


@pytest.mark.usefixtures("_recordings")
async def test_a_store_that_is_being_written_to_delays_no_request(local: Local):
    short_id = await saved(local, universal(ERRORS))
    other = sqlite3.connect(local.store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert (await counts(local, short_id))["count"] == 2
    other.close()
    with local.store.connection() as db:
        assert db.execute("SELECT count(*) FROM saved_filter_count").fetchone()[0] == 0


def test_what_does_not_fit_into_the_time_is_left_to_later_requests(call: Call):
    ids = [add_playlist(call.db, f"filt000{number}", type="filters", filters='{"a":1}') for number in range(3)]
    assert evaluate_due(call, ids, seconds=0) == []
    assert [each.playlist_id for each in evaluate_due(call, ids)] == ids
    assert evaluate_due(call, ids) == []


def test_universal_filters_become_a_recordings_query():
    pageview = {"type": "events", "id": "$pageview", "properties": [{"key": "$browser", "value": "Firefox"}]}
    level = {"type": "log_entry", "key": "level", "value": ["error"], "operator": "exact"}
    source = {"type": "recording", "key": "snapshot_source", "value": ["web"], "operator": "exact"}
    person = {"type": "person", "key": "email", "value": "a", "operator": "icontains"}
    filters = universal(pageview, level, source, person, ERRORS, operand="OR", filter_test_accounts=True, limit=20)
    assert UniversalFilters.model_validate(filters).query() == snapshot(
        {
            "date_from": "-7d",
            "date_to": None,
            "filter_test_accounts": True,
            "order": "start_time",
            "limit": 20,
            "operand": "OR",
            "having_predicates": [
                {"key": "duration", "operator": "gt", "value": 30},
                {"type": "recording", "key": "snapshot_source", "value": ["web"], "operator": "exact"},
            ],
            "events": [{"type": "events", "id": "$pageview", "properties": [{"key": "$browser", "value": "Firefox"}]}],
            "console_log_filters": [{"type": "log_entry", "key": "level", "value": ["error"], "operator": "exact"}],
            "properties": [
                {"type": "person", "key": "email", "value": "a", "operator": "icontains"},
                {"type": "recording", "key": "console_error_count", "value": 1, "operator": "gte"},
            ],
        }
    )


def test_filters_of_older_apps_become_a_recordings_query():
    filters = {
        "date_to": "-1d",
        "events": [{"id": "$pageview", "type": "events"}],
        "actions": [{"id": 1, "type": "actions"}],
        "properties": [ERRORS],
        "console_logs": ["error", "warn"],
        "console_search_query": "refused",
        "session_recording_duration": LONG,
        "duration_type_filter": "active_seconds",
    }
    assert UniversalFilters.model_validate(filters).query() == snapshot(
        {
            "date_from": "-3d",
            "date_to": "-1d",
            "filter_test_accounts": None,
            "order": "start_time",
            "limit": None,
            "operand": "AND",
            "having_predicates": [{"key": "active_seconds", "operator": "gt", "value": 30}],
            "events": [{"id": "$pageview", "type": "events"}],
            "actions": [{"id": 1, "type": "actions"}],
            "properties": [{"type": "recording", "key": "console_error_count", "value": 1, "operator": "gte"}],
            "console_log_filters": [
                {"type": "log_entry", "key": "level", "value": ["error", "warn"]},
                {"type": "log_entry", "key": "message", "value": "refused"},
            ],
        }
    )
