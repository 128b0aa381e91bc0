"""Confirmations: what an answer counts for, in the 2026 protocol, and how a person sees all ids, in both."""

from collections.abc import Sequence
from typing import Any

import pytest
from inline_snapshot import snapshot
from mcp.types import (
    CallToolResult,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequiredResult,
    InputResponses,
)

from replay_mcp.errors import NotConfirmed
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import NewKey
from replay_mcp.local.store.clock import to_ms
from replay_mcp.server.confirmations import NotCounted, Seals
from replay_mcp.timing import Timing
from tests.agent import Agent, Connect
from tests.conftest import Local
from tests.seeding import NOW, add_recording

pytestmark = pytest.mark.anyio
TOOL = "session-recording-delete"
ERAS = pytest.mark.parametrize("mode", ["auto", "legacy"])
YES: InputResponses = {"confirm": ElicitResult(action="accept", content={"confirm": True})}
ASKED = "Permanently delete 1 recording (s0 of 2026-11-20 10:00 UTC)? This cannot be undone."


@pytest.fixture(autouse=True)
async def recordings(local: Local) -> None:
    with local.store.connection() as db:
        for id in ("s0", "s1"):
            add_recording(db, id)


def left(local: Local) -> int:
    with local.store.connection() as db:
        return db.execute("SELECT count(*) FROM recording WHERE deleted_at IS NULL").fetchone()[0]


async def repeat(agent: Agent, state: str | None, ids: Sequence[str] = ("s0",), tool: str = TOOL) -> Any:
    """Repeat a call with the person's agreement."""
    return await agent.client.session.call_tool(
        tool, {"ids": list(ids)}, input_responses=YES, request_state=state, allow_input_required=True
    )


async def ask(agent: Agent, ids: Sequence[str] = ("s0",)) -> str:
    """Call the tool; return the state of the question."""
    asked = await agent.client.session.call_tool(TOOL, {"ids": list(ids)}, allow_input_required=True)
    assert isinstance(asked, InputRequiredResult)
    assert asked.request_state is not None
    return asked.request_state


def question(result: object) -> str:
    """The question that a call ends with."""
    assert isinstance(result, InputRequiredResult), result
    [request] = (result.input_requests or {}).values()
    assert isinstance(request, ElicitRequest)
    assert isinstance(request.params, ElicitRequestFormParams)
    return request.params.message


def form(result: object) -> dict[str, Any]:
    """The fields of the form that a call ends with."""
    assert isinstance(result, InputRequiredResult), result
    [request] = (result.input_requests or {}).values()
    return request.model_dump(by_alias=True)["params"]["requestedSchema"]["properties"]


async def test_an_answer_counts_once(connect: Connect, local: Local) -> None:
    async with connect() as agent:
        state = await ask(agent)
        done = await repeat(agent, state)
        assert isinstance(done, CallToolResult)
        with local.store.connection() as db:  # the recording is back: the old answer must not delete it again
            db.execute("UPDATE recording SET deleted_at = NULL")
        assert question(await repeat(agent, state)) == f"The earlier answer was already used. {ASKED}"
    assert left(local) == 2


async def test_a_refusal_counts_once_too(connect: Connect, local: Local) -> None:
    async with connect() as agent:
        state = await ask(agent)
        no: InputResponses = {"confirm": ElicitResult(action="decline")}
        await agent.client.session.call_tool(TOOL, {"ids": ["s0"]}, input_responses=no, request_state=state)
        assert question(await repeat(agent, state)) == f"The earlier answer was already used. {ASKED}"
    assert left(local) == 2


@pytest.mark.parametrize("other", ["origin", "environment", "key"])
async def test_an_answer_for_another_origin_environment_or_key_does_not_count(
    connect: Connect, local: Local, other: str
) -> None:
    with local.store.connection() as db:
        account = NewKey(accounts.first_key(db).email, environment=2, scopes=("*",))
        key = accounts.add_key(db, account, to_ms(NOW)).value
    options = {"origin": "https://posthog.example.com", "environment": "2", "key": key}
    async with connect() as elsewhere, connect(**{other: options[other]}) as here:
        state = await ask(elsewhere)
        if other == "environment":
            with local.store.connection() as db:
                db.execute("UPDATE recording SET team_id = 2")
        again = question(await repeat(here, state))
    assert again == f"The earlier answer took more than 10 minutes or belongs to another question. {ASKED}"
    assert left(local) == 2


async def test_an_answer_for_other_ids_does_not_count(connect: Connect, local: Local) -> None:
    async with connect() as agent:
        both = await ask(agent, ["s0", "s1"])
        assert question(await repeat(agent, both)).endswith(f"belongs to another question. {ASKED}")
        assert left(local) == 2
        await agent.client.session.call_tool(
            TOOL, {"ids": ["s1"]}, input_responses=YES, request_state=await ask(agent, ["s1"])
        )
        # The same call, but one of its recordings is gone since the question.
        assert question(await repeat(agent, both, ["s0", "s1"])) == snapshot(
            "The recordings have changed since the earlier answer. Permanently delete 1 recording (s0 of 2026-11-20 10:00 UTC)? This cannot be undone."
        )
    assert left(local) == 1


async def test_a_late_answer_does_not_count(connect: Connect, local: Local) -> None:
    async with connect(timing=Timing(confirmation=1e-6)) as agent:
        again = question(await repeat(agent, await ask(agent)))
    assert again.startswith("The earlier answer took more than")
    assert left(local) == 2


async def test_any_replica_with_the_same_key_takes_the_answer(connect: Connect, local: Local) -> None:
    async with connect() as asking, connect() as answering:
        done = await repeat(answering, await ask(asking))
    assert isinstance(done, CallToolResult)
    assert left(local) == 1


async def test_used_seals_are_remembered_until_they_expire() -> None:
    now = 0.0
    seals = Seals(600, max_used=2, clock=lambda: now)
    first, second, third = (seals.create(["a"], 0) for _ in range(3))
    assert [seals.use(first, ["a"]), seals.use(second, ["a"])] == [0, 0]
    with pytest.raises(NotCounted, match="already used"):
        seals.use(first, ["a"])
    with pytest.raises(NotConfirmed, match="too many"):
        seals.use(third, ["a"])
    now = 601.0
    assert seals.use(third, ["a"]) == 0


MANY = [f"{number:02}{'x' * 34}" for number in range(100)]
SHOW, AGREE = {"confirm": False, "show_more": True}, {"confirm": True}


@ERAS
async def test_a_person_can_see_all_ids_before_they_agree(connect: Connect, local: Local, mode: str) -> None:
    with local.store.connection() as db:
        for id in MANY:
            add_recording(db, id)
    async with connect(mode=mode, person=[SHOW, AGREE]) as agent:
        assert (await agent.call(TOOL, ids=MANY))["complete"]
    first, whole = agent.questions
    assert first.endswith(
        "09xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx of 2026-11-20 10:00 UTC and 90 more)? This cannot be undone."
    )
    assert whole == f"Permanently delete 100 recordings? This cannot be undone. All ids: {', '.join(MANY)}"
    assert left(local) == 2


@ERAS
async def test_long_ids_are_shown_in_parts(connect: Connect, local: Local, mode: str) -> None:
    long = [f"{number:02}{'y' * 198}" for number in range(30)]
    with local.store.connection() as db:
        for id in long:
            add_recording(db, id)
    async with connect(mode=mode, person=[SHOW, SHOW, {"confirm": True, "show_more": False}]) as agent:
        assert (await agent.call(TOOL, ids=long))["complete"]
    _, *parts = agent.questions
    assert [part.partition(": ")[0] for part in parts] == snapshot(
        [
            "Permanently delete 30 recordings? This cannot be undone. Ids 1 to 19",
            "Permanently delete 30 recordings? This cannot be undone. Ids 20 to 30",
        ]
    )
    assert ", ".join(part.partition(": ")[2] for part in parts) == ", ".join(long)


@ERAS
async def test_asking_to_see_more_is_not_agreeing(connect: Connect, local: Local, mode: str) -> None:
    with local.store.connection() as db:
        for id in MANY[:11]:
            add_recording(db, id)
    async with connect(mode=mode, person=[{"confirm": True, "show_more": True}, {"confirm": False}]) as agent:
        assert (await agent.fail(TOOL, ids=MANY[:11]))["why"] == "The person did not confirm."
    assert (len(agent.questions), left(local)) == (2, 13)


async def test_the_form_offers_more_ids_while_there_are_any(connect: Connect, local: Local) -> None:
    with local.store.connection() as db:
        for id in MANY[:11]:
            add_recording(db, id)
    async with connect() as agent:
        [few, many] = [
            await agent.client.session.call_tool(TOOL, {"ids": ids}, allow_input_required=True)
            for ids in (MANY[:10], MANY[:11])
        ]
    assert [form(few), form(many)] == snapshot(
        [
            {"confirm": {"default": False, "description": "Yes, do it", "title": "Confirm", "type": "boolean"}},
            {
                "confirm": {"default": False, "description": "Yes, do it", "title": "Confirm", "type": "boolean"},
                "show_more": {
                    "default": False,
                    "description": "Show more ids first; nothing is done yet",
                    "title": "Show More",
                    "type": "boolean",
                },
            },
        ]
    )
