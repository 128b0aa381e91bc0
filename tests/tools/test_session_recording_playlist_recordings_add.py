"""`session-recording-playlist-recordings-add`."""

import json

import anyio
import pytest
from inline_snapshot import snapshot

from replay_mcp.timing import Timing
from tests.agent import Agent, Connect, Listener
from tests.conftest import Local
from tests.faults import Fault, Faults
from tests.seeding import add_playlist, add_recording

pytestmark = pytest.mark.anyio
TOOL = "session-recording-playlist-recordings-add"
BULK = "/bulk_add"
LISTED = "GET /api/environments/1/session_recordings/"


@pytest.fixture(autouse=True)
def playlist(local: Local) -> None:
    with local.store.connection() as db:
        for id in (*ids(45), "s1", "s2", "bad", "123"):
            add_recording(db, id)
        add_playlist(db, "aaaaaaaa")
        add_playlist(db, "saved", type="filters", filters='{"a": 1}')


def members(local: Local) -> set[str]:
    with local.store.connection() as db:
        return {row["session_id"] for row in db.execute("SELECT session_id FROM session_recording_playlist_item")}


def ids(count: int) -> list[str]:
    return [f"s{number:03}" for number in range(count)]


async def test_one_id_uses_the_documented_route(agent: Agent, local: Local, faults: Faults) -> None:
    assert await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids=["s1"]) == snapshot(
        {"complete": True, "done": ["s1"]}
    )
    assert faults.lines == [LISTED, "POST /api/environments/1/session_recording_playlists/aaaaaaaa/recordings/s1/"]
    assert members(local) == {"s1"}


async def test_several_ids_go_in_bulk_in_chunks_of_twenty(agent: Agent, local: Local, faults: Faults) -> None:
    result = await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids=ids(45))
    assert (result["complete"], result["done"]) == (True, ids(45))
    assert [len(json.loads(seen.body)["session_recording_ids"]) for seen in faults.seen[1:]] == [20, 20, 5]
    assert members(local) == set(ids(45))


async def test_while_the_api_keeps_a_bulk_request_waiting_progress_shows_that_the_call_is_alive(
    connect: Connect, faults: Faults
) -> None:
    faults.then(Fault(passes=True, path=BULK), Fault(stall=True, path=BULK))
    listener = Listener(wanted=20 + 1 / 11)
    async with connect(timing=Timing(heartbeat=0.02)) as agent:

        async def call() -> None:
            arguments = {"short_id": "aaaaaaaa", "session_recording_ids": ids(45)}
            await agent.client.call_tool(TOOL, arguments, progress_callback=listener)

        with anyio.fail_after(60):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(call)
                await listener.reached.wait()
                tasks.cancel_scope.cancel()
    reported = [heard for heard in listener.heard if heard[0] >= 20]
    assert reported[:2] == [(20, 45, "20 of 45: s019"), (20 + 1 / 11, 45, "20 of 45: still waiting")]


async def test_adding_again_changes_nothing_and_repeats_count_once(agent: Agent, local: Local) -> None:
    await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids=["s1"])
    again = await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids=["s1", "s2", "s1"])
    assert again == {"complete": True, "done": ["s1", "s2"]}
    assert members(local) == {"s1", "s2"}


@pytest.mark.parametrize("missing", [Fault(status=404, path=BULK), Fault(status=405, path=BULK)])
async def test_without_a_bulk_route_the_single_route_is_used(
    agent: Agent, local: Local, faults: Faults, missing: Fault
) -> None:
    faults.always(missing)
    result = await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids=ids(22))
    assert (result["complete"], result["done"]) == (True, ids(22))
    assert sum(line.endswith("bulk_add/") for line in faults.lines) == 1
    assert members(local) == set(ids(22))


async def test_a_build_that_takes_bulk_add_for_an_id_is_noticed_and_cleaned_up(
    agent: Agent, local: Local, faults: Faults
) -> None:
    await local.http.post("/api/environments/1/session_recording_playlists/aaaaaaaa/recordings/stray/")
    faults.then(Fault(status=200, body=b'{"success": true}', path=BULK))
    result = await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids=["s1", "s2"])
    assert result == snapshot({"complete": True, "done": ["s1", "s2"]})
    assert faults.lines == snapshot(
        [
            "GET /api/environments/1/session_recordings/",
            "POST /api/environments/1/session_recording_playlists/aaaaaaaa/recordings/bulk_add/",
            "DELETE /api/environments/1/session_recording_playlists/aaaaaaaa/recordings/bulk_add/",
            "POST /api/environments/1/session_recording_playlists/aaaaaaaa/recordings/s1/",
            "POST /api/environments/1/session_recording_playlists/aaaaaaaa/recordings/s2/",
        ]
    )


async def test_a_failure_midway_loses_nothing_and_says_what_was_done(
    agent: Agent, local: Local, faults: Faults
) -> None:
    faults.then(Fault(passes=True, path=BULK), Fault(status=429, headers={"Retry-After": "600"}, path=BULK))
    result = await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids=ids(22))
    assert result == snapshot(
        {
            "complete": False,
            "done": [
                "s000",
                "s001",
                "s002",
                "s003",
                "s004",
                "s005",
                "s006",
                "s007",
                "s008",
                "s009",
                "s010",
                "s011",
                "s012",
                "s013",
                "s014",
                "s015",
                "s016",
                "s017",
                "s018",
                "s019",
            ],
            "not_tried": ["s020", "s021"],
            "stopped_by": "The API's rate limit for this key is reached (429). Wait 600 seconds, then call again.",
        }
    )
    assert members(local) == set(ids(20))


async def test_ids_that_the_api_cannot_take_are_reported_one_by_one(agent: Agent, local: Local, faults: Faults) -> None:
    faults.always(Fault(status=500, path=BULK), Fault(status=500, path="/recordings/bad"))
    result = await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids=["s1", "bad", "s2"])
    assert result == snapshot(
        {
            "complete": False,
            "done": ["s1", "s2"],
            "failed": [{"ids": ["bad"], "why": "The API failed with 500 (Internal Server Error)."}],
        }
    )
    assert members(local) == {"s1", "s2"}


async def test_unknown_ids_are_reported_and_the_others_added(agent: Agent, local: Local, faults: Faults) -> None:
    result = await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids=["s1", "nope", "s2", "neither"])
    assert result == snapshot({"complete": False, "done": ["s1", "s2"], "not_found": ["nope", "neither"]})
    assert members(local) == {"s1", "s2"}
    before = len(faults.seen)
    assert await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids="nope") == snapshot(
        {"complete": False, "not_found": ["nope"]}
    )
    assert faults.lines[before:] == [LISTED]


async def test_if_the_ids_cannot_be_checked_they_are_added_with_a_note(
    agent: Agent, local: Local, faults: Faults
) -> None:
    faults.then(Fault(status=403, body=b'{"detail": "missing required scope \'session_recording:read\'"}'))
    assert await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids=["s1", "nope"]) == snapshot(
        {
            "complete": True,
            "done": ["s1", "nope"],
            "note": "It was not checked that the ids have recordings. The key lacks the scope 'session_recording:read' (403).",
        }
    )
    assert members(local) == {"s1", "nope"}


async def test_a_playlist_that_takes_no_recordings_fails_the_call(agent: Agent) -> None:
    two = ["s1", "s2"]
    assert await agent.fail(TOOL, short_id="saved", session_recording_ids=two) == snapshot(
        {
            "kind": "bad_request",
            "what": "session-recording-playlist-recordings-add 'saved' failed",
            "why": "The API rejected the input: \"Cannot add recordings to a playlist that is type 'filters'.\".",
            "next": "Correct the value that the API names and call again.",
        }
    )
    assert await agent.fail(TOOL, short_id="saved", session_recording_ids=["s1"]) == snapshot(
        {
            "kind": "bad_request",
            "what": "session-recording-playlist-recordings-add 'saved' failed",
            "why": "The API rejected the input: \"Cannot add recordings to a playlist that is type 'filters'.\".",
            "next": "Correct the value that the API names and call again.",
        }
    )
    assert await agent.fail(TOOL, short_id="nope", session_recording_ids=two) == snapshot(
        {
            "kind": "not_found",
            "what": "session-recording-playlist-recordings-add 'nope' failed",
            "why": "The API has no such object (404).",
            "next": "Check the id: session-recordings-list and session-recording-playlists-list show what exists in this environment.",
        }
    )
    assert await agent.fail(TOOL, short_id="synthetic-shared", session_recording_ids=two) == snapshot(
        {
            "kind": "invalid_arguments",
            "what": "session-recording-playlist-recordings-add 'synthetic-shared' failed",
            "why": 'short_id: a synthetic playlist is computed and cannot be changed, got "synthetic-shared"',
            "next": "Correct the arguments and call the tool again.",
        }
    )


async def test_a_build_closed_to_keys_is_reported_with_advice(agent: Agent, faults: Faults) -> None:
    faults.always(Fault(status=403, body=b'{"detail": "This action does not support Personal API Key access"}'))
    assert await agent.fail(TOOL, short_id="aaaaaaaa", session_recording_ids=["s1", "s2"]) == snapshot(
        {
            "kind": "forbidden",
            "what": "session-recording-playlist-recordings-add 'aaaaaaaa' failed",
            "why": "This PostHog build does not allow this operation with a personal API key, whatever its scopes (403).",
            "next": "Update PostHog (keys are allowed since August 2026), or do it in the PostHog app.",
        }
    )


async def test_one_to_a_hundred_ids_are_accepted(agent: Agent) -> None:
    for wrong in ([], ids(101), ["a/b"], 7):
        error = await agent.fail(TOOL, short_id="aaaaaaaa", session_recording_ids=wrong)
        assert error["kind"] == "invalid_arguments"


async def test_a_read_only_server_neither_lists_nor_runs_it(connect: Connect, local: Local) -> None:
    async with connect(permission="read") as agent:
        assert await agent.fail(TOOL, short_id="aaaaaaaa", session_recording_ids=["s1"]) == snapshot(
            {
                "kind": "not_permitted",
                "what": "session-recording-playlist-recordings-add 'aaaaaaaa' failed",
                "why": "The server runs at permission level 'read'; this tool needs 'curate'.",
                "next": "The person who runs the server can set REPLAY_MCP_PERMISSION=curate.",
            }
        )
        assert TOOL not in [tool.name for tool in (await agent.client.list_tools()).tools]
    assert members(local) == set()


async def test_an_answer_that_denies_success_is_a_failure(agent: Agent, faults: Faults) -> None:
    faults.always(Fault(status=200, body=b'{"success": false, "added_count": 0, "total_requested": 2}'))
    assert await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids=["s1", "s2"]) == snapshot(
        {
            "complete": False,
            "failed": [{"ids": ["s1", "s2"], "why": "The API reported that the request did not succeed."}],
            "note": "It was not checked that the ids have recordings. The API's response does not list all requested recordings.",
        }
    )


async def test_an_api_that_is_down_is_not_asked_for_every_id(agent: Agent, faults: Faults) -> None:
    faults.always(Fault(status=500))
    result = await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids=ids(30))
    assert (len(result["unknown"]), len(result["not_tried"]), len(faults.seen)) == (20, 10, 3)
    assert result["stopped_by"] == snapshot(
        "The API failed with 500 (Internal Server Error). The request was sent, so it may have been carried out."
    )


async def test_one_refused_id_in_a_chunk_is_found_by_the_single_route(
    agent: Agent, local: Local, faults: Faults
) -> None:
    refusal = b'{"detail": "Invalid id.", "attr": "session_recording_ids__1"}'
    faults.always(Fault(status=400, path=BULK, body=refusal), Fault(status=400, path="/recordings/bad", body=refusal))
    result = await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids=["s1", "bad", "s2"])
    assert result == snapshot(
        {
            "complete": False,
            "done": ["s1", "s2"],
            "failed": [
                {"ids": ["bad"], "why": "The API rejected the input: 'Invalid id.' (field 'session_recording_ids__1')."}
            ],
        }
    )
    assert members(local) == {"s1", "s2"}


async def test_ids_as_json_text_or_as_one_string_are_accepted(agent: Agent, local: Local) -> None:
    await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids='["s1", "s2"]')
    await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids="123")
    assert members(local) == {"s1", "s2", "123"}


@pytest.mark.parametrize("body", [b"", b"{}", b'{"detail": "upstream timed out"}'])
async def test_a_success_without_counts_is_read_back_and_not_mistaken_for_an_old_build(
    agent: Agent, faults: Faults, body: bytes
) -> None:
    faults.then(Fault(status=200, body=body, path=BULK))
    result = await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids=["s1", "s2"])
    assert result["unknown"] == ["s1", "s2"]
    assert [seen.method for seen in faults.seen if seen.method != "GET"] == ["POST"]


@pytest.mark.parametrize("body", [b'{"detail": "upstream timed out"}', b'{"error": "no"}'])
async def test_an_error_with_a_success_status_is_not_a_success(agent: Agent, faults: Faults, body: bytes) -> None:
    faults.then(Fault(status=200, body=body, method="POST"))
    result = await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids=["s1"])
    assert result["unknown"] == ["s1"]
