"""`session-recording-delete`: permanent, so a person decides unless the server's level says otherwise."""

import json
from typing import Any

import pytest
from inline_snapshot import snapshot

from tests.agent import Connect
from tests.conftest import Local
from tests.faults import Fault, Faults
from tests.seeding import add_recording

pytestmark = pytest.mark.anyio
TOOL = "session-recording-delete"
ERAS = pytest.mark.parametrize("mode", ["auto", "legacy"])


@pytest.fixture(autouse=True)
def recordings(local: Local) -> None:
    with local.store.connection() as db:
        for number in range(25):
            add_recording(db, f"s{number:02}")


async def left(local: Local) -> int:
    with local.store.connection() as db:
        return db.execute("SELECT count(*) FROM recording WHERE deleted_at IS NULL").fetchone()[0]


@ERAS
async def test_a_person_who_confirms_is_asked_once_and_obeyed(connect: Connect, local: Local, mode: str) -> None:
    async with connect(mode=mode, person=True) as agent:
        result = await agent.call(TOOL, ids=["s00", "nope"])
        assert result == snapshot({"complete": False, "done": ["s00"], "not_found": ["nope"]})
        assert agent.questions == [
            "Permanently delete 1 recording (s00 of 2026-11-20 10:00 UTC)? This cannot be undone."
        ]
        assert (await agent.call("session-recording-get", id="s00"))["found"] is False
    assert await left(local) == 24


@ERAS
@pytest.mark.parametrize("person", [False, None])
async def test_a_person_who_does_not_confirm_stops_it(
    connect: Connect, local: Local, mode: str, person: bool | None
) -> None:
    async with connect(mode=mode, person=person) as agent:
        assert await agent.fail(TOOL, ids=["s00"]) == snapshot(
            {
                "kind": "not_confirmed",
                "what": "session-recording-delete failed",
                "why": "The person did not confirm.",
                "next": "Do not try again unless they ask for it.",
            }
        )
    assert await left(local) == 25


@ERAS
async def test_a_client_that_cannot_ask_is_pointed_to_the_setting(connect: Connect, local: Local, mode: str) -> None:
    async with connect(mode=mode, mute=True) as agent:
        assert await agent.fail(TOOL, ids=["s00"]) == snapshot(
            {
                "kind": "not_confirmed",
                "what": "session-recording-delete failed",
                "why": "A person must confirm this, but this MCP client cannot ask.",
                "next": "Ask the person to do it in the PostHog app, or to start this server with REPLAY_MCP_PERMISSION=delete.",
            }
        )
    assert await left(local) == 25


async def test_level_delete_runs_without_asking_in_chunks(connect: Connect, local: Local, faults: Faults) -> None:
    async with connect(permission="delete") as agent:
        result = await agent.call(TOOL, ids=[f"s{number:02}" for number in range(25)])
    assert (result["complete"], len(result["done"])) == (True, 25)
    assert [line for line in faults.lines if line.startswith("POST")] == snapshot(
        [
            "POST /api/environments/1/session_recordings/bulk_delete/",
            "POST /api/environments/1/session_recordings/bulk_delete/",
        ]
    )
    assert await left(local) == 0


async def test_a_build_without_bulk_for_keys_deletes_one_by_one(connect: Connect, local: Local, faults: Faults) -> None:
    faults.always(Fault(status=403, method="POST"))
    async with connect(permission="delete") as agent:
        result = await agent.call(TOOL, ids=["s00", "s01", "s02"])
    assert result["complete"]
    assert await left(local) == 22


async def test_an_empty_deletion_asks_nobody(connect: Connect) -> None:
    async with connect(person=True) as agent:
        assert await agent.call(TOOL, ids=["nope"]) == snapshot({"complete": False, "not_found": ["nope"]})
        assert agent.questions == []


async def test_a_read_only_server_does_not_run_it(connect: Connect, local: Local) -> None:
    async with connect(permission="read", person=True) as agent:
        assert (await agent.fail(TOOL, ids=["s00"]))["kind"] == "not_permitted"
    assert await left(local) == 25


@pytest.mark.parametrize("answer", [{"success": True, "deleted_count": 0}, {"success": False, "deleted_count": 0}])
async def test_silently_skipped_ids_are_not_reported_as_deleted(
    connect: Connect, local: Local, faults: Faults, answer: dict[str, object]
) -> None:
    faults.then(Fault(passes=True), Fault(status=200, body=json.dumps(answer | {"total_requested": 2}).encode()))
    async with connect(permission="delete") as agent:
        result = await agent.call(TOOL, ids=["s00", "s01"])
    assert result == snapshot(
        {"complete": False, "failed": [{"ids": ["s00", "s01"], "why": "The API reported a failure without a reason."}]}
    )
    assert await left(local) == 25


@ERAS
@pytest.mark.parametrize("content", [None, {}, {"confirm": "yes"}, {"confirm": 1}, {"other": True}])
async def test_only_a_plain_yes_is_a_yes(connect: Connect, local: Local, mode: str, content: Any) -> None:
    async with connect(mode=mode, person=content if content is not None else {}) as agent:
        assert (await agent.fail(TOOL, ids=["s00"]))["kind"] == "not_confirmed"
    assert await left(local) == 25
