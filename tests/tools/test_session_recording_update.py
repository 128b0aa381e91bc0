"""`session-recording-update`."""

import pytest
from inline_snapshot import snapshot

from tests.agent import Agent, Connect
from tests.conftest import Local
from tests.faults import Fault, Faults
from tests.seeding import add_recording

pytestmark = pytest.mark.anyio
TOOL = "session-recording-update"


async def test_a_viewed_mark_is_set(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "s1")
    assert await agent.call(TOOL, ids="s1", viewed=True) == snapshot(
        {"complete": True, "done": ["s1"], "viewed": True, "link": "https://us.posthog.com/project/1/replay/s1"}
    )
    assert (await agent.call("session-recording-get", id="s1"))["recording"]["viewed"] is True


async def test_many_recordings_are_marked_and_unknown_ids_reported(agent: Agent, local: Local, faults: Faults) -> None:
    with local.store.connection() as db:
        for number in range(3):
            add_recording(db, f"s{number}")
    result = await agent.call(TOOL, ids=["nope", "s0", "s2", "s0"], viewed=True, analyzed=True)
    assert result == snapshot(
        {"complete": False, "done": ["s0", "s2"], "not_found": ["nope"], "viewed": True, "analyzed": True}
    )
    assert [seen.method for seen in faults.seen] == ["PATCH"] * 3
    listed = await agent.call("session-recordings-list")
    assert {row["id"]: row.get("viewed") for row in listed["results"]} == {"s0": True, "s1": None, "s2": True}


async def test_marking_only_as_analyzed_leaves_a_recording_unviewed(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "s1")
    await agent.call(TOOL, session_id="s1", analyzed=True)
    assert "viewed" not in (await agent.call("session-recording-get", id="s1"))["recording"]


async def test_a_limit_that_is_reached_midway_leaves_the_rest_untried(
    agent: Agent, local: Local, faults: Faults
) -> None:
    with local.store.connection() as db:
        for number in range(4):
            add_recording(db, f"s{number}")
    faults.always(Fault(status=429, headers={"Retry-After": "600"}, path="/s1"))
    faults.always(Fault(status=500, path="/s0"))
    assert await agent.call(TOOL, ids=["s0", "s3", "s1", "s2"], viewed=True) == snapshot(
        {
            "complete": False,
            "done": ["s3"],
            "failed": [{"ids": ["s0"], "why": "The API failed with 500 (Internal Server Error)."}],
            "not_tried": ["s1", "s2"],
            "stopped_by": "The API's rate limit for this key is reached (429). Wait 600 seconds, then call again.",
            "viewed": True,
            "link": "https://us.posthog.com/project/1/replay/s3",
        }
    )


async def test_an_update_without_a_mark_is_refused(agent: Agent) -> None:
    for arguments in ({"viewed": False}, {}):
        assert await agent.fail(TOOL, ids=["s1"], **arguments) == snapshot(
            {
                "kind": "invalid_arguments",
                "what": "session-recording-update failed",
                "why": "set viewed or analyzed to true; the API cannot remove a mark",
                "next": "Correct the arguments and call the tool again.",
            }
        )
    assert "at most 100 items" in (await agent.fail(TOOL, ids=["s"] * 101, viewed=True))["why"]


async def test_a_read_only_server_does_not_run_it(connect: Connect, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "s1")
    async with connect(permission="read") as agent:
        assert (await agent.fail(TOOL, id="s1", viewed=True))["kind"] == "not_permitted"
        assert "viewed" not in (await agent.call("session-recording-get", id="s1"))["recording"]
