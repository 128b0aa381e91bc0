"""Recording ids in every form in which people and models give them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from inline_snapshot import snapshot

from replay_mcp.local.store.clock import to_ms
from tests.agent import Agent, Connect
from tests.conftest import Local
from tests.faults import Fault, Faults
from tests.seeding import add_playlist, add_recording, ago

pytestmark = pytest.mark.anyio
BEGAN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def uuid7(moment: datetime, last: int) -> str:
    """An id as PostHog's libraries make it."""
    digits = f"{to_ms(moment):012x}7abc8def{last:012x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


ID = uuid7(BEGAN, 1)
NEXT = uuid7(BEGAN + timedelta(seconds=1), 2)
LATER = uuid7(BEGAN + timedelta(hours=1), 3)


@pytest.fixture(autouse=True)
def recordings(local: Local) -> None:
    with local.store.connection() as db:
        for id in (ID, NEXT, LATER, "s1", "s2"):
            add_recording(db, id)
        add_playlist(db, "aaaaaaaa")


@pytest.mark.parametrize(
    "given",
    [
        {"id": ID.upper()},
        {"session_id": f"https://us.posthog.com/project/1/replay/{ID}?t=37"},
        {"session_ids": [f" https://us.posthog.com/project/1/replay/home/{ID}#x "]},
        {"ids": ID},
        {"id": f"https://us.posthog.com/project/1/replay/home?sessionRecordingId={ID}"},
        {"id": f"https://us.posthog.com/project/1/replay/recent?order=start_time&sessionRecordingId={ID}"},
        {"session_recording_ids": [ID], "id": None},
        {"session_recording_id": f"{ID[:35]}…"},
    ],
)
async def test_tools_for_one_recording_take_its_id_in_any_form(agent: Agent, given: dict[str, Any]) -> None:
    assert (await agent.call("session-recording-get", **given))["recording"]["id"] == ID


@pytest.mark.parametrize("name", ["id", "ids", "session_id", "session_ids", "session_recording_id"])
async def test_tools_for_many_take_links_and_one_id_under_any_name(agent: Agent, name: str) -> None:
    links = [f"https://eu.posthog.com/project/1/replay/{ID}", "s1", ID.upper()]
    assert (await agent.call("session-recording-update", viewed=True, **{name: links}))["done"] == [ID, "s1"]
    assert (await agent.call("session-recording-update", viewed=True, **{name: links[0]}))["done"] == [ID]


async def test_claims_take_links_and_upper_case(agent: Agent) -> None:
    claims = [
        {"kind": "clicked", "session_ids": [f"https://us.posthog.com/replay/{ID}"]},
        {"kind": "clicked", "id": LATER.upper()},
    ]
    checked = await agent.call("session-claims-check", claims=claims)
    assert [result["id"] for result in checked["results"]] == [ID, LATER]


async def test_one_recording_is_not_several(agent: Agent) -> None:
    assert (await agent.fail("session-recording-get", ids=["s1", "s2"]))["why"] == snapshot(
        'id: this tool takes one recording; call it once for each, got ["s1","s2"]'
    )
    assert (await agent.fail("session-recording-get", id="s1", session_id="s2"))["why"] == snapshot(
        "unknown argument 'session_id'; valid arguments: id, detail"
    )
    assert (await agent.fail("session-recording-playlist-recordings-add", short_id="aaaaaaaa", id="s1"))[
        "why"
    ] == snapshot(
        "argument 'session_recording_ids' is required; unknown argument 'id'; valid arguments: short_id, session_recording_ids"
    )


async def test_an_id_that_was_recorded_in_upper_case_is_found(agent: Agent, local: Local, faults: Faults) -> None:
    with local.store.connection() as db:
        add_recording(db, ID.upper())
    assert (await agent.call("session-recording-get", id=ID.upper()))["recording"]["id"] == ID.upper()
    assert (await agent.call("session-recording-get", id=ID))["recording"]["id"] == ID
    assert len(faults.seen) == 3


async def test_an_upper_case_id_without_a_recording_is_reported_as_given(agent: Agent) -> None:
    assert await agent.call("session-recording-update", ids=[uuid7(BEGAN, 9).upper()], viewed=True) == snapshot(
        {"complete": False, "not_found": ["01A1F82F-1E80-7ABC-8DEF-000000000009"]}
    )


async def test_the_beginning_of_an_id_means_the_only_recording_of_its_time(agent: Agent, faults: Faults) -> None:
    assert (await agent.call("session-recording-get", id=LATER[:8] + "..."))["recording"]["id"] == LATER
    assert [seen.query for seen in faults.seen] == snapshot(
        [
            "limit=1&date_from=-1826d&session_ids=%5B%2201a1f866%22%5D",
            "limit=500&date_from=-1826d",
            "",
        ]
    )


async def test_a_beginning_with_the_whole_time_is_looked_up_in_the_day_after_it(agent: Agent, faults: Faults) -> None:
    assert (await agent.call("session-recording-get", id=LATER[:13]))["recording"]["id"] == LATER
    assert faults.seen[1].query == snapshot(
        "limit=500&date_from=2026-11-20T09%3A00%3A00%2B00%3A00&date_to=2026-11-21T10%3A00%3A00%2B00%3A00"
    )


async def test_a_beginning_is_compared_with_all_recordings(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, f"{LATER[:9]}ffff-4000-8000-000000000001", start_time=ago(days=9))
    assert (
        "2 recordings have ids that start with it" in (await agent.fail("session-recording-get", id=LATER[:8]))["why"]
    )


async def test_several_beginnings_need_one_list_and_are_limited(agent: Agent, faults: Faults) -> None:
    unknown = [f"ffffff{number:02x}" for number in range(11)]
    await agent.call("session-recording-update", ids=[*unknown[:9], LATER[:8]], viewed=True)
    assert sum("limit=500" in seen.query for seen in faults.seen) == 1
    assert (await agent.fail("session-recording-update", ids=unknown, viewed=True))["why"] == snapshot(
        "11 of the ids are not whole, and one call takes at most 10 such ids."
    )


async def test_a_beginning_of_several_ids_is_refused_with_them(agent: Agent) -> None:
    assert (await agent.fail("session-recording-get", id=ID[:8]))["why"] == snapshot(
        "'01a1f82f' is not a whole id, and 2 recordings have ids that start with it: 01a1f82f-2268-7abc-8def-000000000002, 01a1f82f-1e80-7abc-8def-000000000001."
    )


async def test_a_beginning_is_also_found_where_recordings_were_given_new_dates(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "01010101-0000-7000-8000-000000000001", start_time=ago(days=9))
        add_recording(db, "abcdef12-0000-4000-8000-000000000001")
    for start, id in (
        ("01010101-00", "01010101-0000-7000-8000-000000000001"),
        ("ABCDEF12-0000-4", "abcdef12-0000-4000-8000-000000000001"),
    ):
        assert (await agent.call("session-recording-get", id=start))["recording"]["id"] == id


async def test_a_beginning_that_cannot_be_shown_to_be_unique_is_refused(
    agent: Agent, local: Local, faults: Faults
) -> None:
    page = (await local.http.get("/api/environments/1/session_recordings/?limit=1")).json()
    faults.then(Fault(passes=True), Fault(status=200, body=orjson.dumps(page | {"has_next": True})))
    assert (await agent.fail("session-recording-get", id=LATER[:8]))["why"] == snapshot(
        "'01a1f866' is not a whole id, and too many recordings were made to tell which one it means."
    )


async def test_the_beginning_of_an_id_deletes_nothing(connect: Connect) -> None:
    async with connect(permission="delete") as agent:
        assert await agent.call("session-recording-delete", ids=[LATER[:13]]) == snapshot(
            {"complete": False, "not_found": ["01a1f866-0d00"]}
        )
        assert (await agent.call("session-recording-delete", ids=[LATER.upper()]))["done"] == [LATER]


async def test_ids_in_their_own_form_are_not_looked_up(agent: Agent, faults: Faults) -> None:
    for id in (ID, "s1", "nope"):
        await agent.call("session-recording-get", id=id)
    assert len(faults.seen) == 3
