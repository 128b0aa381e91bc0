"""`session-recording-playlist-update`."""

import json

import pytest
from inline_snapshot import snapshot

from tests.agent import Agent
from tests.conftest import Local
from tests.faults import Faults
from tests.seeding import add_playlist

pytestmark = pytest.mark.anyio
TOOL = "session-recording-playlist-update"


async def test_a_collection_is_renamed(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_playlist(db, "aaaaaaaa")
    assert await agent.call(TOOL, short_id="aaaaaaaa", name="New", pinned=True) == snapshot(
        {
            "playlist": {
                "short_id": "aaaaaaaa",
                "name": "New",
                "type": "collection",
                "recordings": 0,
                "pinned": True,
                "created_by": "you@localhost.local",
                "last_modified_at": "2026-11-20T12:00:00Z",
                "link": "https://us.posthog.com/project/1/replay/playlists/aaaaaaaa",
            }
        }
    )


async def test_an_update_of_a_saved_filter_resends_its_filters(agent: Agent, local: Local, faults: Faults) -> None:
    with local.store.connection() as db:
        add_playlist(db, "aaaaaaaa", type="filters", filters='{"date_from": "-7d"}')
    result = await agent.call(TOOL, short_id="aaaaaaaa", description="kept")
    assert result["playlist"]["filters"] == {"date_from": "-7d"}
    assert json.loads(faults.seen[-1].body) == {"description": "kept", "filters": {"date_from": "-7d"}}


async def test_new_filters_replace_the_old_ones_without_reading_them_first(
    agent: Agent, local: Local, faults: Faults
) -> None:
    with local.store.connection() as db:
        add_playlist(db, "aaaaaaaa", type="filters", filters='{"date_from": "-7d"}')
    result = await agent.call(TOOL, short_id="aaaaaaaa", filters={"date_from": "-1d"})
    assert result["playlist"]["filters"] == snapshot(
        {"date_from": "-1d", "duration": [], "filter_group": {"type": "AND", "values": [{"type": "AND", "values": []}]}}
    )
    assert faults.lines == ["PATCH /api/environments/1/session_recording_playlists/aaaaaaaa/"]


async def test_a_playlist_that_cannot_be_updated_is_reported(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_playlist(db, "aaaaaaaa")
    assert await agent.fail(TOOL, short_id="synthetic-shared", name="x") == snapshot(
        {
            "kind": "invalid_arguments",
            "what": "session-recording-playlist-update 'synthetic-shared' failed",
            "why": 'short_id: a synthetic playlist is computed and cannot be changed, got "synthetic-shared"',
            "next": "Correct the arguments and call the tool again.",
        }
    )
    assert await agent.fail(TOOL, short_id="nope", name="x") == snapshot(
        {
            "kind": "not_found",
            "what": "session-recording-playlist-update 'nope' failed",
            "why": "The API has no such object (404).",
            "next": "Check the id: session-recordings-list and session-recording-playlists-list show what exists in this environment.",
        }
    )
    assert await agent.fail(TOOL, short_id="aaaaaaaa", filters={"date_from": "-1d"}) == snapshot(
        {
            "kind": "bad_request",
            "what": "session-recording-playlist-update 'aaaaaaaa' failed",
            "why": "The API rejected the input: 'You cannot update a collection to add filters'.",
            "next": "Correct the value that the API names and call again.",
        }
    )
    assert await agent.fail(TOOL, short_id="aaaaaaaa") == snapshot(
        {
            "kind": "invalid_arguments",
            "what": "session-recording-playlist-update 'aaaaaaaa' failed",
            "why": "nothing to change: give name, description, filters or pinned",
            "next": "Correct the arguments and call the tool again.",
        }
    )
