"""`recordings_counts`: exact shapes, whose views count, and failures that never fail the request."""

import json
from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.local.store.accounts import NewKey
from tests.conftest import Local
from tests.local.answers import PLAYLISTS
from tests.seeding import add_item, add_playlist, ago

pytestmark = pytest.mark.anyio


def watch(local: Local, *session_ids: str, user_id: int = 1) -> None:
    with local.store.connection() as db:
        for session_id in session_ids:
            db.execute(
                "INSERT INTO session_recording_viewed VALUES (1, ?, ?, ?)", (user_id, session_id, ago(minutes=1))
            )


def cache(local: Local, playlist_id: int, session_ids: list[str] | str, **columns: Any) -> None:
    """Store the result of a background evaluation of the playlist's filter."""
    row: dict[str, Any] = {"has_more": 0, "previous_ids": None, "refreshed_at": None} | columns
    row |= {"id": playlist_id, "ids": session_ids if isinstance(session_ids, str) else json.dumps(session_ids)}
    with local.store.connection() as db:
        db.execute(
            "INSERT INTO saved_filter_count (playlist_id, session_ids, has_more, previous_ids, refreshed_at)"
            " VALUES (:id, :ids, :has_more, :previous_ids, :refreshed_at)",
            row,
        )


async def counts(local: Local, short_id: str) -> Any:
    """The counts of one playlist, which must be the same retrieved and listed."""
    retrieved = (await local.http.get(f"{PLAYLISTS}/{short_id}")).json()
    listed = (await local.http.get(PLAYLISTS)).json()["results"]
    assert [playlist for playlist in listed if playlist["short_id"] == short_id] == [retrieved]
    return retrieved["recordings_counts"]


async def test_a_collection_counts_all_its_items_and_those_the_requester_watched(local: Local):
    local.client(NewKey("bo@example.com", 1, ("*",)))
    watch(local, "session-1", "elsewhere")
    watch(local, "session-2", "session-3", user_id=2)
    with local.store.connection() as db:
        playlist_id = add_playlist(db, "coll0001")
        for position in range(3):
            add_item(db, playlist_id, f"session-{position + 1}", position)
    assert await counts(local, "coll0001") == snapshot(
        {
            "saved_filters": {
                "count": None,
                "has_more": None,
                "watched_count": None,
                "increased": None,
                "last_refreshed_at": None,
            },
            "collection": {"count": 3, "watched_count": 1},
        }
    )


async def test_a_playlist_without_items_has_a_null_count(local: Local):
    with local.store.connection() as db:
        add_playlist(db, "coll0001")
    assert await counts(local, "coll0001") == snapshot(
        {
            "saved_filters": {
                "count": None,
                "has_more": None,
                "watched_count": None,
                "increased": None,
                "last_refreshed_at": None,
            },
            "collection": {"count": None, "watched_count": 0},
        }
    )


async def test_a_saved_filter_counts_what_its_last_evaluation_found(local: Local):
    watch(local, "session-1", "session-3")
    with local.store.connection() as db:
        playlist_id = add_playlist(db, "filt0001", type="filters", filters='{"a":1}')
    cache(
        local,
        playlist_id,
        ["session-1", "session-2"],
        has_more=1,
        previous_ids='["session-1"]',
        refreshed_at=ago(hours=1),
    )
    assert await counts(local, "filt0001") == snapshot(
        {
            "saved_filters": {
                "count": 2,
                "has_more": True,
                "watched_count": 1,
                "increased": True,
                "last_refreshed_at": "2026-11-20T11:00:00Z",
            },
            "collection": {"count": None, "watched_count": 0},
        }
    )


@pytest.mark.parametrize(
    ("previous_ids", "increased"), [(None, False), ("[]", True), ('["a"]', True), ('["a","b"]', False)]
)
async def test_an_increase_needs_an_earlier_evaluation_that_found_fewer(
    local: Local, previous_ids: str | None, increased: bool
):
    with local.store.connection() as db:
        playlist_id = add_playlist(db, "filt0001", type="filters")
    cache(local, playlist_id, ["session-1", "session-2"], previous_ids=previous_ids)
    assert (await counts(local, "filt0001"))["saved_filters"]["increased"] is increased


async def test_an_evaluation_may_have_found_nothing(local: Local):
    with local.store.connection() as db:
        playlist_id = add_playlist(db, "filt0001", type="filters")
    cache(local, playlist_id, [])
    assert (await counts(local, "filt0001"))["saved_filters"] == snapshot(
        {"count": 0, "has_more": False, "watched_count": 0, "increased": False, "last_refreshed_at": None}
    )


async def test_an_empty_collection_shows_a_cached_evaluation_and_one_with_items_does_not(local: Local):
    with local.store.connection() as db:
        empty, full = add_playlist(db, "empty001"), add_playlist(db, "full0001")
        add_item(db, full, "session-1")
    cache(local, empty, ["session-1"])
    cache(local, full, ["session-1"])
    assert (await counts(local, "empty001"))["saved_filters"]["count"] == 1
    assert (await counts(local, "full0001"))["saved_filters"] == snapshot(
        {"count": None, "has_more": None, "watched_count": None, "increased": None, "last_refreshed_at": None}
    )


async def test_a_list_counts_a_thousand_ids_of_an_evaluation_and_a_single_playlist_counts_all(local: Local):
    session_ids = [f"session-{number}" for number in range(1001)]
    watch(local, "session-0", "session-1000")
    with local.store.connection() as db:
        playlist_id = add_playlist(db, "filt0001", type="filters")
    cache(local, playlist_id, session_ids)
    retrieved = (await local.http.get(f"{PLAYLISTS}/filt0001")).json()["recordings_counts"]["saved_filters"]
    page = (await local.http.get(PLAYLISTS, params={"type": "filters"})).json()
    listed = page["results"][0]["recordings_counts"]["saved_filters"]
    assert [(each["count"], each["watched_count"]) for each in (retrieved, listed)] == [(1001, 2), (1000, 1)]


@pytest.mark.parametrize("broken", [{"session_ids": "{"}, {"session_ids": "[]", "previous_ids": "{"}], ids=str)
async def test_an_unreadable_evaluation_counts_as_none(local: Local, broken: dict[str, str]):
    with local.store.connection() as db:
        playlist_id = add_playlist(db, "filt0001", type="filters")
        other = add_playlist(db, "filt0002", type="filters")
    cache(local, playlist_id, **broken)
    cache(local, other, ["session-1"])
    assert (await counts(local, "filt0001"))["saved_filters"]["count"] is None
    assert (await counts(local, "filt0002"))["saved_filters"]["count"] == 1


async def test_counts_that_fail_are_null_and_do_not_fail_the_request(local: Local, caplog: pytest.LogCaptureFixture):
    with local.store.connection() as db:
        add_item(db, add_playlist(db, "coll0001"), "session-1")
        db.execute("DROP TABLE session_recording_viewed")
    collection, synthetic = await counts(local, "coll0001"), await counts(local, "synthetic-shared")
    assert (
        collection
        == synthetic
        == snapshot(
            {
                "saved_filters": {
                    "count": None,
                    "has_more": None,
                    "watched_count": None,
                    "increased": None,
                    "last_refreshed_at": None,
                },
                "collection": {"count": None, "watched_count": None},
            }
        )
    )
    assert set(caplog.messages) >= {
        "the recordings of 1 playlists could not be counted",
        "the recordings of synthetic-shared could not be counted",
    }
