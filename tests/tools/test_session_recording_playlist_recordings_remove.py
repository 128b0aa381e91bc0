"""`session-recording-playlist-recordings-remove`."""

import pytest
from inline_snapshot import snapshot

from tests.agent import Agent
from tests.conftest import Local
from tests.faults import Fault, Faults
from tests.seeding import add_item, add_playlist

pytestmark = pytest.mark.anyio
TOOL = "session-recording-playlist-recordings-remove"
BULK = "/bulk_delete"


@pytest.fixture(autouse=True)
def playlist(local: Local) -> None:
    with local.store.connection() as db:
        playlist = add_playlist(db, "aaaaaaaa")
        for number in range(25):
            add_item(db, playlist, f"s{number:02}", position=number)


def members(local: Local) -> list[str]:
    with local.store.connection() as db:
        return [row[0] for row in db.execute("SELECT session_id FROM session_recording_playlist_item ORDER BY 1")]


async def test_one_id_uses_the_documented_route(agent: Agent, local: Local, faults: Faults) -> None:
    assert await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids=["s00"]) == snapshot(
        {"complete": True, "done": ["s00"]}
    )
    assert faults.lines == ["DELETE /api/environments/1/session_recording_playlists/aaaaaaaa/recordings/s00/"]
    assert "s00" not in members(local)


async def test_several_ids_go_in_bulk_and_absent_ones_do_no_harm(agent: Agent, local: Local, faults: Faults) -> None:
    wanted = [f"s{number:02}" for number in range(24)] + ["never-there"]
    result = await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids=wanted)
    assert (result["complete"], result["done"]) == (True, wanted)
    assert len(faults.lines) == 2
    assert members(local) == ["s24"]


async def test_a_single_id_that_is_not_in_the_playlist_is_reported(agent: Agent) -> None:
    assert await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids=["never-there"]) == snapshot(
        {
            "complete": False,
            "failed": [
                {
                    "ids": ["never-there"],
                    "why": "The API failed with 500 (Internal Server Error). It does so if the recording is not in the playlist.",
                }
            ],
        }
    )


async def test_without_a_bulk_route_the_single_route_is_used(agent: Agent, local: Local, faults: Faults) -> None:
    faults.always(Fault(status=404, path=BULK))
    result = await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids=["s00", "never-there", "s01"])
    assert result == snapshot(
        {
            "complete": False,
            "done": ["s00", "s01"],
            "failed": [
                {
                    "ids": ["never-there"],
                    "why": "The API failed with 500 (Internal Server Error). It does so if the recording is not in the playlist.",
                }
            ],
        }
    )
    assert members(local)[0] == "s02"


async def test_a_lost_answer_is_read_back_and_the_request_is_not_repeated(agent: Agent, faults: Faults) -> None:
    faults.then(Fault(status=502, after=True))
    result = await agent.call(TOOL, short_id="aaaaaaaa", session_recording_ids=["s00"])
    assert (result, [seen.method for seen in faults.seen]) == (
        {"complete": True, "done": ["s00"]},
        ["DELETE", "GET", "GET"],
    )


async def test_an_unknown_playlist_is_reported(agent: Agent) -> None:
    assert await agent.fail(TOOL, short_id="nope", session_recording_ids=["s1", "s2"]) == snapshot(
        {
            "kind": "not_found",
            "what": "session-recording-playlist-recordings-remove 'nope' failed",
            "why": "The API has no such object (404).",
            "next": "Check the id: session-recordings-list and session-recording-playlists-list show what exists in this environment.",
        }
    )
