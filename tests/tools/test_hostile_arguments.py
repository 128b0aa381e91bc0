"""Values that no schema expects, in every argument of every tool: each call is answered, and none crashes."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.api.types import MAX_INTEGER
from replay_mcp.tools import tool_definitions
from tests.agent import Agent, Connect, text_of
from tests.conftest import Local
from tests.seeding import add_playlist, checkout, record

pytestmark = pytest.mark.anyio

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
    "session-recording-update": {"id": "s1", "viewed": True},
    "session-recording-delete": {"ids": ["nothing"]},
}


def deep(levels: int) -> Any:
    value: Any = 1
    for level in range(levels):
        value = {"a": value} if level % 2 else [value]
    return value


HOSTILE: list[Any] = [
    2**53, -(2**53), 2**63, 2**64, -(2**64), 10**30, 10**400, str(2**64), "9" * 5_000, "-" + "9" * 400,
    0, -1, 1.5, 1e19, 1e300, -0.0, float("inf"), float("-inf"), float("nan"), "1e999", "NaN",
    True, None, "", " ", "\x00", "a\x00b", "\ud800", "\u202e\u2066", "x" * 100_000, "'; DROP TABLE recording; --", "%00%2f..",
    "../../etc/passwd", "a/b", "-99999d", "-1d", "9999-12-31T23:59:59.999999+23:59", "0001-01-01", "2026-02-30", "٣",
    [], [[]], [None], [2**64], ["x"] * 1_000, ["\ud800"], [{}], {}, {"a": 2**64}, {"a": float("nan")}, {"\x00": "\x00"},
    {"": ""}, deep(99), deep(150), deep(240), b"bytes".decode(), "e" + "9" * 30, "e-1", "synthetic-" + "x" * 180,
]  # fmt: skip


@pytest.fixture(autouse=True)
def recording(local: Local) -> None:
    with local.store.connection() as db:
        record(db, "s1", checkout())
        add_playlist(db, "aaaaaaaa")


async def kind(agent: Agent, tool: str, arguments: dict[str, Any]) -> str:
    """The kind of the error, or "ok"."""
    result = await agent.client.call_tool(tool, arguments)
    if not result.is_error:
        return "ok"
    return text_of(result).split('"')[5]


@pytest.mark.slow
@pytest.mark.parametrize("tool", [definition.name for definition in tool_definitions()])
async def test_no_value_of_an_argument_crashes_a_tool(connect: Connect, tool: str) -> None:
    async with connect(permission="delete") as agent:
        [listed] = [listed for listed in (await agent.client.list_tools()).tools if listed.name == tool]
        kinds: dict[str, list[str]] = {}
        for name in listed.input_schema["properties"]:
            for value in HOSTILE:
                found = await kind(agent, tool, VALID.get(tool, {}) | {name: value})
                kinds.setdefault(found, []).append(f"{name}={str(value)[:50]!r}")
    assert "error" not in kinds, kinds["error"][:10]
    assert set(kinds) <= {"ok", "invalid_arguments", "not_found", "no_such_route", "bad_request"}, {
        found: at[:5] for found, at in kinds.items() if found not in {"ok", "invalid_arguments"}
    }


@pytest.mark.parametrize("value", [MAX_INTEGER, MAX_INTEGER + 1, 2**64])
async def test_integers_are_bounded_where_json_clients_lose_precision(agent: Agent, value: int) -> None:
    found = {
        "offset": await kind(agent, "session-recording-playlists-list", {"offset": value}),
        "seconds": await kind(agent, "session-recordings-list", {"min_duration_seconds": value}),
        "filters": await kind(
            agent, "session-recording-playlist-create", {"name": "x", "type": "filters", "filters": {"a": [value]}}
        ),
    }
    allowed = value == MAX_INTEGER
    assert found == {
        "offset": "ok" if allowed else "invalid_arguments",
        "seconds": "ok" if allowed else "invalid_arguments",
        "filters": "ok",  # PostHog's own, which the tools pass on
    }


async def test_an_integer_that_is_too_large_is_named_with_the_bounds(agent: Agent) -> None:
    assert (await agent.fail("session-recordings-list", min_duration_seconds=2**64))["why"] == snapshot(
        "min_duration_seconds: an integer must be from -9007199254740991 to 9007199254740991, got 18446744073709551616"
    )
