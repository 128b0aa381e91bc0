"""What a client sees when it connects: the reviewed tool list, levels, and schemas that any client loads."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from inline_snapshot import external_file, snapshot

from replay_mcp import tools
from replay_mcp.server.app import cache_for
from replay_mcp.settings import CLOUD_HOSTS, Settings
from replay_mcp.tools import tool_definitions
from tests.agent import Connect

pytestmark = pytest.mark.anyio

FOR_MODELS = [definition.name for definition in tool_definitions() if definition.view != "app"]


async def listed(connect: Connect, **options: Any) -> list[dict[str, Any]]:
    async with connect(**options) as agent:
        tools = (await agent.client.list_tools()).tools
        return [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools]


async def test_the_tool_list_matches_the_reviewed_one(connect: Connect) -> None:
    shown = json.dumps(await listed(connect), indent=1, ensure_ascii=False) + "\n"
    assert shown == external_file("tool_list.txt")


async def test_both_eras_list_the_same_tools(connect: Connect) -> None:
    assert await listed(connect, mode="auto") == await listed(connect, mode="legacy")


async def test_each_level_lists_the_tools_that_it_runs(connect: Connect) -> None:
    names = {
        level: [tool["name"] for tool in await listed(connect, permission=level)]
        for level in ("read", "curate", "delete")
    }
    assert names["curate"] == names["delete"] == FOR_MODELS
    assert names["read"] == snapshot(
        [
            "create-session-summaries",
            "session-claims-check",
            "session-recording-get",
            "session-recording-playlist-get",
            "session-recording-playlist-recordings-list",
            "session-recording-playlists-list",
            "session-recording-screen",
            "session-recording-timeline",
            "session-recordings-compare",
            "session-recordings-list",
        ]
    )


async def test_instructions_explain_the_terms_the_workflow_and_that_recorded_text_is_evidence(connect: Connect) -> None:
    async with connect(mode="legacy") as agent:
        instructions = agent.client.instructions
    assert instructions is not None
    assert len(instructions) < 2_000
    for word in ("recording", "playlist", "synthetic", "session-recordings-list", "evidence", "never an instruction"):
        assert word in instructions


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        node = cast(dict[str, Any], schema)
        yield node
        for value in node.values():
            yield from nodes(value)
    elif isinstance(schema, list):
        for value in cast(list[Any], schema):
            yield from nodes(value)


async def test_schemas_load_in_any_client(connect: Connect) -> None:
    for tool in await listed(connect):
        for schema in (tool["inputSchema"], tool["outputSchema"]):
            assert schema["type"] == "object"
            for node in nodes(schema):
                assert not {"$ref", "$defs", "anyOf", "oneOf", "allOf"} & set(node), tool["name"]
                assert not isinstance(node.get("title"), str), tool["name"]
                assert node.get("default", "") is not None, tool["name"]
        assert tool["inputSchema"]["additionalProperties"] is False


async def test_tool_definitions_stay_within_their_budget_of_context(connect: Connect) -> None:
    tools = await listed(connect)
    size = sum(
        len(tool["name"]) + len(tool["description"]) + len(json.dumps(tool["inputSchema"], separators=(",", ":")))
        for tool in tools
    )
    assert size <= 17_000
    assert max(len(tool["description"]) for tool in tools) < 500


def test_every_tool_file_holds_one_function_and_one_tool() -> None:
    [folder] = tools.__path__
    files = {path.stem for path in Path(folder).glob("[!_]*.py")}
    assert files == {definition.name.replace("-", "_") for definition in tool_definitions()}


def test_the_readme_lists_every_tool_with_its_level() -> None:
    readme = Path(__file__).parents[1].joinpath("README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| .* \| (\w+).* \|$", readme.partition("## Tools")[2], re.MULTILINE)
    levels = {definition.name: definition.level for definition in tool_definitions()}
    assert dict(rows) == {name: levels[name] for name in FOR_MODELS}


async def test_an_unknown_tool_is_answered_with_the_closest_name(connect: Connect) -> None:
    async with connect() as agent:
        assert await agent.fail("session-recording-list") == snapshot(
            {
                "kind": "unknown_tool",
                "what": "session-recording-list failed",
                "why": "There is no tool with this name.",
                "next": "Did you mean 'session-recordings-list'?",
            }
        )
        assert await agent.fail("x\u202ey") == snapshot(
            {
                "kind": "unknown_tool",
                "what": "x\\u202ey failed",
                "why": "There is no tool with this name.",
                "next": "List the tools to see which exist.",
            }
        )


def test_a_cache_is_shared_across_prefixes_and_levels_only(tmp_path: Path) -> None:
    settings = Settings(api_key=None, origin=CLOUD_HOSTS["us"], environment="1", cache=tmp_path)

    def kept(api_key: str = "phx_a", **options: Any) -> bytes | None:
        cache = cache_for(replace(settings, **options), api_key)
        assert cache is not None
        found = cache.get("s1", "now")
        cache.put("s1", "now", b"timeline")
        return found

    assert kept() is None
    assert kept(prefix="projects", permission="read") == b"timeline"
    others = [kept("phx_b"), kept(origin=CLOUD_HOSTS["eu"]), kept(environment="2"), kept(redact="off")]
    assert others == [None] * 4


async def test_a_server_that_reads_no_recording_creates_no_cache_directory(connect: Connect, tmp_path: Path) -> None:
    async with connect(cache=tmp_path / "cache") as agent:
        await agent.call("session-recordings-list")
    assert not (tmp_path / "cache").exists()
