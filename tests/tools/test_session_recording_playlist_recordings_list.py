"""`session-recording-playlist-recordings-list`."""

import json
from typing import Any

import pytest
from inline_snapshot import snapshot

from tests.agent import Agent
from tests.conftest import Local
from tests.seeding import add_item, add_playlist, add_recording, ago

pytestmark = pytest.mark.anyio
TOOL = "session-recording-playlist-recordings-list"


def fill(local: Local, count: int) -> None:
    with local.store.connection() as db:
        playlist = add_playlist(db, "aaaaaaaa")
        for number in range(count):
            add_recording(db, f"s{number:02}", start_time=ago(hours=number + 1))
            add_item(db, playlist, f"s{number:02}", position=number)


async def test_recordings_come_most_recently_added_first(agent: Agent, local: Local) -> None:
    fill(local, 2)
    assert await agent.call(TOOL, short_id="aaaaaaaa") == snapshot(
        {
            "results": [
                {
                    "id": "s01",
                    "start_time": "2026-11-20T10:00:00Z",
                    "recording_duration": 60,
                    "person": "person-of-s01",
                    "start_url": "shop.example/",
                    "click_count": 3,
                    "link": "https://us.posthog.com/project/1/replay/s01",
                },
                {
                    "id": "s00",
                    "start_time": "2026-11-20T11:00:00Z",
                    "recording_duration": 60,
                    "person": "person-of-s00",
                    "start_url": "shop.example/",
                    "click_count": 3,
                    "link": "https://us.posthog.com/project/1/replay/s00",
                },
            ]
        }
    )


async def test_a_collection_is_paged_completely_although_the_api_does_not_page_it(agent: Agent, local: Local) -> None:
    fill(local, 5)
    ids: list[str] = []
    page = {"next": {"offset": 0}}
    while "next" in page:
        page = await agent.call(TOOL, short_id="aaaaaaaa", limit=2, **page["next"])
        ids += [row["id"] for row in page["results"]]
    assert ids == ["s04", "s03", "s02", "s01", "s00"]


async def test_the_api_limit_of_fifty_is_reported(agent: Agent, local: Local) -> None:
    fill(local, 51)
    page = await agent.call(TOOL, short_id="aaaaaaaa", limit=50)
    assert (len(page["results"]), page.get("next"), page["note"]) == snapshot(
        (
            50,
            None,
            "The API returns only the 50 recordings most recently added to a collection; open the link for older ones.",
        )
    )


async def test_a_synthetic_playlist_is_paged_by_the_api(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        for number in range(3):
            add_recording(db, f"s{number}")
            db.execute("INSERT INTO session_recording_viewed VALUES (1, 1, ?, ?)", (f"s{number}", ago(hours=number)))
    first = await agent.call(TOOL, short_id="synthetic-watch-history", limit=2)
    second = await agent.call(TOOL, short_id="synthetic-watch-history", limit=2, **first["next"])
    assert [row["id"] for row in first["results"] + second["results"]] == ["s0", "s1", "s2"]


async def test_an_empty_result_says_why(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_playlist(db, "empty")
        add_playlist(db, "saved", type="filters", filters='{"a": 1}')
        add_item(db, add_playlist(db, "gone"), "no-such-recording")
    notes = {name: await agent.call(TOOL, short_id=name) for name in ("empty", "saved", "gone")}
    notes["past the end"] = await agent.call(TOOL, short_id="gone", offset=9)
    assert notes == snapshot(
        {
            "empty": {"note": "The playlist is empty."},
            "saved": {
                "note": "This playlist is a saved filter, which this API route does not evaluate. Get its filters with session-recording-playlist-get and translate them into the arguments of session-recordings-list."
            },
            "gone": {
                "note": "The playlist's recordings were deleted, have expired, or are older than a year, so none can be shown."
            },
            "past the end": {"note": "The offset is beyond the last recording."},
        }
    )


async def test_an_unknown_playlist_is_reported(agent: Agent) -> None:
    assert await agent.fail(TOOL, short_id="nope") == snapshot(
        {
            "kind": "not_found",
            "what": "session-recording-playlist-recordings-list 'nope' failed",
            "why": "The API has no such object (404).",
            "next": "Check the id: session-recordings-list and session-recording-playlists-list show what exists in this environment.",
        }
    )
    assert (await agent.fail(TOOL, short_id="nope", limit=51))["kind"] == "invalid_arguments"


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
async def test_gaps_in_a_synthetic_playlist_do_not_end_paging(agent: Agent, local: Local, limit: int) -> None:
    with local.store.connection() as db:
        for number in range(8):
            deleted = {"deleted_at": ago(hours=1)} if number in {0, 3, 4} else {}
            add_recording(db, f"s{number}", **deleted)
            db.execute("INSERT INTO session_recording_viewed VALUES (1, 1, ?, ?)", (f"s{number}", ago(hours=number)))
    ids: list[str] = []
    page: dict[str, Any] = {"next": {"offset": 0}}
    while "next" in page:
        page = await agent.call(TOOL, short_id="synthetic-watch-history", limit=limit, **page["next"])
        ids += [row["id"] for row in page.get("results", [])]
    assert ids == ["s1", "s2", "s5", "s6", "s7"]


async def test_a_synthetic_page_cut_by_size_loses_nothing(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        for number in range(4):
            add_recording(db, f"s{number}", distinct_id=f"d{number}")
            db.execute("INSERT INTO session_recording_viewed VALUES (1, 1, ?, ?)", (f"s{number}", ago(hours=number)))
            properties = json.dumps({f"note {key}": "x" * 400 for key in range(35)})
            db.execute(
                "INSERT INTO person (id, team_id, uuid, properties, created_at) VALUES (?, 1, ?, ?, 0)",
                (number + 1, f"uuid-{number}", properties),
            )
            db.execute("INSERT INTO person_distinct_id VALUES (1, ?, ?)", (f"d{number}", number + 1))
    ids: list[str] = []
    page: dict[str, Any] = {"next": {"offset": 0}}
    while "next" in page:
        page = await agent.call(TOOL, short_id="synthetic-watch-history", detail="full", **page["next"])
        ids += [row["id"] for row in page["results"]]
    assert ids == ["s0", "s1", "s2", "s3"]
