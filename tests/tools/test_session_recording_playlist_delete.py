"""`session-recording-playlist-delete`."""

import pytest
from inline_snapshot import snapshot

from tests.agent import Agent
from tests.conftest import Local
from tests.seeding import add_item, add_playlist

pytestmark = pytest.mark.anyio
TOOL = "session-recording-playlist-delete"
GET = "session-recording-playlist-get"


async def test_the_arguments_that_a_deletion_returns_restore_the_whole_collection(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_item(db, add_playlist(db, "aaaaaaaa"), "s1")
    gone = await agent.call(TOOL, short_id="aaaaaaaa")
    assert gone == snapshot(
        {
            "deleted": True,
            "playlist": {
                "short_id": "aaaaaaaa",
                "name": "Playlist aaaaaaaa",
                "type": "collection",
                "recordings": 1,
                "deleted": True,
                "created_by": "you@localhost.local",
                "last_modified_at": "2026-11-19T12:00:00Z",
                "link": "https://us.posthog.com/project/1/replay/playlists/aaaaaaaa",
            },
            "undo": {"short_id": "aaaaaaaa", "restore": True},
        }
    )
    assert (await agent.call(GET, short_id="aaaaaaaa"))["found"] is False
    back = await agent.call(TOOL, **gone["undo"])
    assert back == snapshot(
        {
            "deleted": False,
            "playlist": {
                "short_id": "aaaaaaaa",
                "name": "Playlist aaaaaaaa",
                "type": "collection",
                "recordings": 1,
                "created_by": "you@localhost.local",
                "last_modified_at": "2026-11-19T12:00:00Z",
                "link": "https://us.posthog.com/project/1/replay/playlists/aaaaaaaa",
            },
        }
    )
    assert (await agent.call(GET, short_id="aaaaaaaa"))["playlist"]["recordings"] == 1


async def test_a_saved_filter_is_deleted_and_restored_with_its_filters(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_playlist(db, "aaaaaaaa", type="filters", filters='{"date_from": "-7d"}')
    gone = await agent.call(TOOL, short_id="aaaaaaaa")
    assert gone["undo"] == {"short_id": "aaaaaaaa", "restore": True, "filters": {"date_from": "-7d"}}
    assert (await agent.call(TOOL, **gone["undo"]))["deleted"] is False
    assert (await agent.call(GET, short_id="aaaaaaaa"))["playlist"]["filters"] == {"date_from": "-7d"}


async def test_a_playlist_that_cannot_be_deleted_is_reported(agent: Agent) -> None:
    assert await agent.fail(TOOL, short_id="synthetic-shared") == snapshot(
        {
            "kind": "invalid_arguments",
            "what": "session-recording-playlist-delete 'synthetic-shared' failed",
            "why": 'short_id: a synthetic playlist is computed and cannot be changed, got "synthetic-shared"',
            "next": "Correct the arguments and call the tool again.",
        }
    )
    assert await agent.fail(TOOL, short_id="nope") == snapshot(
        {
            "kind": "not_found",
            "what": "session-recording-playlist-delete 'nope' failed",
            "why": "The API has no such object (404).",
            "next": "Check the id: session-recordings-list and session-recording-playlists-list show what exists in this environment.",
        }
    )


async def test_a_saved_filter_that_could_not_be_restored_is_not_deleted(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_playlist(db, "aaaaaaaa", type="filters", filters='{"a": "%s"}' % ("x" * 40_000))
    assert await agent.fail(TOOL, short_id="aaaaaaaa") == snapshot(
        {
            "kind": "result_too_large",
            "what": "session-recording-playlist-delete 'aaaaaaaa' failed",
            "why": "The filters needed to restore this saved filter have 40008 characters, too many to return.",
            "next": "It was not deleted. Delete it in the PostHog app.",
        }
    )
    assert (await agent.call(GET, short_id="aaaaaaaa"))["found"]


async def test_restoring_a_saved_filter_without_its_filters_names_what_is_missing(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_playlist(db, "aaaaaaaa", type="filters", filters='{"a": 1}', deleted=1)
    assert await agent.fail(TOOL, short_id="aaaaaaaa", restore=True) == snapshot(
        {
            "kind": "bad_request",
            "what": "session-recording-playlist-delete 'aaaaaaaa' failed",
            "why": "The API rejected the input: 'You cannot remove all filters when updating a saved filter'.",
            "next": "A saved filter needs `filters`: pass those from the deletion's `undo`, or new ones.",
        }
    )
