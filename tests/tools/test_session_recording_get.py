"""`session-recording-get`."""

import pytest
from inline_snapshot import snapshot

from tests.agent import Agent
from tests.conftest import Local
from tests.faults import Fault, Faults
from tests.seeding import add_recording, ago

pytestmark = pytest.mark.anyio
TOOL = "session-recording-get"


async def test_metadata_is_compact_with_a_masked_url_and_a_link(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "s1", start_url="http://u:p@shop.example/pay?card=4111111111111111&x#token=abc")
    assert await agent.call(TOOL, id="s1") == snapshot(
        {
            "found": True,
            "recording": {
                "id": "s1",
                "start_time": "2026-11-20T10:00:00Z",
                "recording_duration": 60,
                "person": "person-of-s1",
                "start_url": "http://shop.example/pay?card=***&***#token=***",
                "click_count": 3,
                "link": "https://us.posthog.com/project/1/replay/s1",
                "end_time": "2026-11-20T10:01:00Z",
                "active_seconds": 40,
                "keypress_count": 2,
                "mouse_activity_count": 50,
                "console_log_count": 1,
                "console_warn_count": 0,
                "distinct_id": "person-of-s1",
                "expiry_time": "2026-12-20T00:00:00Z",
                "snapshot_source": "web",
            },
        }
    )


@pytest.mark.parametrize("name", ["id", "session_id", "session_recording_id"])
async def test_all_three_names_of_the_id_are_accepted(agent: Agent, local: Local, name: str) -> None:
    with local.store.connection() as db:
        add_recording(db, "s1")
    assert (await agent.call(TOOL, **{name: "s1"}))["recording"]["id"] == "s1"


async def test_an_unknown_id_is_not_found_rather_than_a_failure(agent: Agent) -> None:
    assert await agent.call(TOOL, id="nope") == snapshot(
        {
            "found": False,
            "note": "No recording has this id: it was not captured, expired, was deleted, or is in another environment.",
        }
    )


async def test_the_full_detail_adds_the_documented_object_unchanged(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "s1")
    result = await agent.call(TOOL, id="s1", detail="full")
    raw = (await local.http.get("/api/environments/1/session_recordings/s1/")).json()
    assert result["recording"]["documented"] == raw
    assert result["recording"].keys() >= (await agent.call(TOOL, id="s1"))["recording"].keys()


async def test_reading_does_not_mark_as_viewed(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "s1")
    await agent.call(TOOL, id="s1")
    assert "viewed" not in (await agent.call(TOOL, id="s1"))["recording"]


async def test_a_refused_key_is_reported_with_a_hint_about_regions(agent: Agent, faults: Faults) -> None:
    faults.then(
        Fault(status=401, body=b'{"detail": "Personal API key found in request Authorization header is invalid."}')
    )
    assert await agent.fail(TOOL, id="s1") == snapshot(
        {
            "kind": "unauthenticated",
            "what": "session-recording-get 's1' failed",
            "why": "The API does not accept the key (401).",
            "next": "Check the key (POSTHOG_PERSONAL_API_KEY, or the caller's own), and that POSTHOG_HOST (us or eu) is the key's region: keys of the EU cloud are not valid in the US cloud, and vice versa.",
        }
    )


async def test_two_names_at_once_are_refused(agent: Agent) -> None:
    assert await agent.fail(TOOL, id="s1", session_id="s2") == snapshot(
        {
            "kind": "invalid_arguments",
            "what": "session-recording-get 's1' failed",
            "why": "unknown argument 'session_id'; valid arguments: id, detail",
            "next": "Correct the arguments and call the tool again.",
        }
    )


@pytest.mark.parametrize("body", [b"<html>nginx 404</html>", b"", b'{"detail": "Endpoint not found."}'])
async def test_a_host_that_is_not_posthog_is_not_mistaken_for_a_missing_recording(
    agent: Agent, faults: Faults, body: bytes
) -> None:
    faults.then(Fault(status=404, body=body))
    assert await agent.fail(TOOL, id="s1") == snapshot(
        {
            "kind": "no_such_route",
            "what": "session-recording-get 's1' failed",
            "why": "The host has no such route (404).",
            "next": "Check that POSTHOG_HOST is the address of PostHog's app (not its ingestion host or a proxy page); an older build may lack this operation.",
        }
    )


async def test_others_who_viewed_it_are_named_by_all_in_detail_and_by_five_in_lists(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "s1")
        for number in range(2, 9):
            db.execute(
                "INSERT INTO user (id, uuid, distinct_id, email) VALUES (:id, :id, :id, :id || '@team.example')",
                {"id": number},
            )
            db.execute("INSERT INTO session_recording_viewed VALUES (1, ?, 's1', ?)", (number, ago(hours=number)))
    viewers = (await agent.call(TOOL, id="s1"))["recording"]["viewers"]
    [row] = (await agent.call("session-recordings-list"))["results"]
    assert (len(viewers), row["viewers"]) == (7, viewers[:5])
    assert viewers[0] == "2@team.example"
