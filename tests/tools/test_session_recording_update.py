"""`session-recording-update`."""

import pytest
from inline_snapshot import snapshot

from tests.agent import Agent, Connect
from tests.conftest import Local
from tests.seeding import add_recording

pytestmark = pytest.mark.anyio
TOOL = "session-recording-update"


async def test_a_viewed_mark_is_set(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "s1")
    assert await agent.call(TOOL, id="s1", viewed=True) == snapshot(
        {"id": "s1", "viewed": True, "link": "https://us.posthog.com/project/1/replay/s1"}
    )
    assert (await agent.call("session-recording-get", id="s1"))["recording"]["viewed"] is True


async def test_marking_only_as_analyzed_leaves_a_recording_unviewed(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "s1")
    await agent.call(TOOL, session_id="s1", analyzed=True)
    assert "viewed" not in (await agent.call("session-recording-get", id="s1"))["recording"]


async def test_a_recording_that_cannot_be_marked_is_reported(agent: Agent) -> None:
    assert await agent.fail(TOOL, id="nope", viewed=True) == snapshot(
        {
            "kind": "not_found",
            "what": "session-recording-update 'nope' failed",
            "why": "The API has no such object (404).",
            "next": "Check the id: session-recordings-list and session-recording-playlists-list show what exists in this environment.",
        }
    )
    assert await agent.fail(TOOL, id="s1", viewed=False) == snapshot(
        {
            "kind": "invalid_arguments",
            "what": "session-recording-update 's1' failed",
            "why": "set viewed or analyzed to true; the API cannot remove a mark",
            "next": "Correct the arguments and call the tool again.",
        }
    )
    assert await agent.fail(TOOL, id="s1") == snapshot(
        {
            "kind": "invalid_arguments",
            "what": "session-recording-update 's1' failed",
            "why": "set viewed or analyzed to true; the API cannot remove a mark",
            "next": "Correct the arguments and call the tool again.",
        }
    )


async def test_a_read_only_server_does_not_run_it(connect: Connect, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "s1")
    async with connect(permission="read") as agent:
        assert (await agent.fail(TOOL, id="s1", viewed=True))["kind"] == "not_permitted"
        assert "viewed" not in (await agent.call("session-recording-get", id="s1"))["recording"]
