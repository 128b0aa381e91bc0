"""Values that no schema expects, in every argument of every tool: each call is answered, and none crashes."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.api.types import MAX_INTEGER
from replay_mcp.server.listed_tools import listed_tools
from tests.agent import Agent, Connect
from tests.answers import assert_answer
from tests.conftest import Local
from tests.hostile import LARGE, VALUES
from tests.seeding import add_playlist, checkout, record

pytestmark = pytest.mark.anyio

TOOLS = {tool.name: tool for tool in listed_tools()}

VALID: dict[str, dict[str, Any]] = {
    "session-recording-timeline": {"id": "s1"},
    "session-recording-get": {"id": "s1"},
    "create-session-summaries": {"session_ids": ["s1"]},
    "session-claims-check": {"claims": [{"kind": "duration", "id": "s1", "seconds": 1}]},
    "session-recording-playlist-get": {"short_id": "aaaaaaaa"},
    "session-recording-playlist-recordings-list": {"short_id": "aaaaaaaa"},
    "session-recording-playlist-create": {"name": "New"},
    "session-recording-playlist-update": {"short_id": "aaaaaaaa", "name": "Other"},
    "session-recording-playlist-delete": {"short_id": "aaaaaaaa", "restore": True},
    "session-recording-playlist-recordings-add": {"short_id": "aaaaaaaa", "session_recording_ids": ["s1"]},
    "session-recording-playlist-recordings-remove": {"short_id": "aaaaaaaa", "session_recording_ids": ["s1"]},
    "session-recording-update": {"ids": ["s1"], "viewed": True},
    "session-recording-delete": {"ids": ["nothing"]},
}


@pytest.fixture(autouse=True)
def recording(local: Local) -> None:
    with local.store.connection() as db:
        record(db, "s1", checkout())
        add_playlist(db, "aaaaaaaa")


LONG = {"session-recordings-compare", "session-recordings-list", "session-recording-timeline"}
"""Tools that do much work for each value; tests with random arguments call them in every run."""
SHARE = 3
"""Each argument gets every third value, which takes a minute less; tests with random arguments draw from all."""


async def kind(agent: Agent, tool: str, arguments: dict[str, Any]) -> str:
    """The kind of the error, or "ok"."""
    return assert_answer(TOOLS[tool], await agent.client.call_tool(tool, arguments))


@pytest.mark.parametrize(
    "tool", [pytest.param(name, marks=pytest.mark.full if name in LONG else pytest.mark.slow) for name in TOOLS]
)
async def test_no_value_of_an_argument_crashes_a_tool(connect: Connect, tool: str) -> None:
    async with connect(permission="delete") as agent:
        kinds: dict[str, list[str]] = {}
        for place, name in enumerate(TOOLS[tool].parameters["properties"]):
            for value in [*VALUES, *LARGE][place % SHARE :: SHARE]:
                found = await kind(agent, tool, VALID.get(tool, {}) | {name: value})
                kinds.setdefault(found, []).append(f"{name}={str(value)[:50]!r}")
    expected = {"ok", "invalid_arguments", "not_found", "no_such_route", "bad_request"}
    assert {found: at[:5] for found, at in kinds.items() if found not in expected} == {}


@pytest.mark.parametrize("value", [MAX_INTEGER, MAX_INTEGER + 1, 2**64])
async def test_integers_are_bounded_where_json_clients_lose_precision(agent: Agent, value: int) -> None:
    found = {
        "offset": await kind(agent, "session-recording-playlists-list", {"offset": value}),
        "seconds": await kind(agent, "session-recordings-list", {"min_duration_seconds": value}),
        "filters": await kind(
            agent,
            "session-recording-playlist-create",
            {
                "name": "x",
                "type": "filters",
                "filters": {
                    "filter_group": {
                        "type": "AND",
                        "values": [{"type": "person", "key": "a", "operator": "gt", "value": value}],
                    }
                },
            },
        ),
    }
    allowed = value == MAX_INTEGER
    assert found == {
        "offset": "ok" if allowed else "invalid_arguments",
        "seconds": "ok" if allowed else "invalid_arguments",
        "filters": "ok",  # PostHog's own, which the tools pass on
    }


@pytest.mark.parametrize("value", [2**64, 1e19])
async def test_an_integer_that_is_too_large_is_named_with_the_bounds(agent: Agent, value: float) -> None:
    why = (await agent.fail("session-recordings-list", min_duration_seconds=value))["why"]
    bounds, _, got = why.rpartition(", got ")
    assert bounds == snapshot("min_duration_seconds: an integer must be from -9007199254740991 to 9007199254740991")
    assert float(got) == value
