"""`session-recording-playlist-get`."""

import pytest
from inline_snapshot import snapshot

from tests.agent import Agent, Connect
from tests.conftest import Local
from tests.seeding import add_item, add_playlist

pytestmark = pytest.mark.anyio
TOOL = "session-recording-playlist-get"


async def test_a_playlist_comes_with_its_filters_and_link(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_playlist(db, "aaaaaaaa", type="filters", filters='{"date_from": "-7d", "empty": null}')
    assert await agent.call(TOOL, short_id="aaaaaaaa") == snapshot(
        {
            "found": True,
            "playlist": {
                "short_id": "aaaaaaaa",
                "name": "Playlist aaaaaaaa",
                "type": "filters",
                "recordings": 0,
                "created_by": "you@localhost.local",
                "last_modified_at": "2026-11-19T12:00:00Z",
                "link": "https://us.posthog.com/project/1/replay/playlists/aaaaaaaa",
                "filters": {"date_from": "-7d", "empty": None},
            },
        }
    )


async def test_a_collection_shows_how_many_recordings_it_holds(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_item(db, add_playlist(db, "aaaaaaaa"), "s1")
    assert (await agent.call(TOOL, short_id="aaaaaaaa"))["playlist"]["recordings"] == 1


async def test_a_synthetic_playlist_is_marked(agent: Agent) -> None:
    assert await agent.call(TOOL, short_id="synthetic-expiring") == snapshot(
        {
            "found": True,
            "playlist": {
                "short_id": "synthetic-expiring",
                "name": "Expiring soon",
                "description": "Recordings that will expire in the next 10 days",
                "type": "collection",
                "is_synthetic": True,
                "recordings": 0,
                "link": "https://us.posthog.com/project/1/replay/playlists/synthetic-expiring",
            },
        }
    )


async def test_an_unknown_playlist_is_not_found_rather_than_a_failure(agent: Agent) -> None:
    assert await agent.call(TOOL, short_id="nope") == snapshot(
        {
            "found": False,
            "note": "This environment has no such playlist. If it was deleted, session-recording-playlist-delete can restore it.",
        }
    )


async def test_an_unknown_environment_is_a_failure_that_names_the_setting(connect: Connect) -> None:
    async with connect(environment="77") as agent:
        assert await agent.fail(TOOL, short_id="nope") == snapshot(
            {
                "kind": "environment_not_found",
                "what": "session-recording-playlist-get 'nope' failed",
                "why": "The API has no such environment (404).",
                "next": "Check POSTHOG_ENVIRONMENT_ID, and that POSTHOG_HOST is the project's region.",
            }
        )


async def test_filters_too_large_to_read_are_replaced_by_their_size(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_playlist(db, "aaaaaaaa", type="filters", filters='{"a": "%s"}' % ("x" * 50_000))
    assert (await agent.call(TOOL, short_id="aaaaaaaa"))["playlist"]["filters_left_out"] == snapshot(
        "50008 characters; see them in PostHog"
    )
    full = await agent.call(TOOL, short_id="aaaaaaaa", detail="full")
    assert full["playlist"]["documented"]["filters"] == snapshot({"a": "(left out: 50002 characters)"})


async def test_the_short_id_is_required(agent: Agent) -> None:
    assert await agent.fail(TOOL) == snapshot(
        {
            "kind": "invalid_arguments",
            "what": "session-recording-playlist-get failed",
            "why": "argument 'short_id' is required",
            "next": "Correct the arguments and call the tool again.",
        }
    )
