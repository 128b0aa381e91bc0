"""What every tool gets from the layer that runs it: crashes, oversize results and bad arguments reported in one shape."""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import httpx2
import pytest
from inline_snapshot import snapshot
from mcp import Client
from mcp.server.mcpserver import MCPServer
from pydantic import Field

from replay_mcp.client.client import open_client
from replay_mcp.context import AppLinks, ToolContext
from replay_mcp.errors import NotConfirmed
from replay_mcp.redaction import Redaction
from replay_mcp.server.tool import MAX_RESULT_CHARACTERS, ReplayTool
from replay_mcp.tools._tool import Params, ToolDefinition, tool
from replay_mcp.views.result import Result
from tests.agent import Agent
from tests.conftest import BASE_URL, Local

pytestmark = pytest.mark.anyio


class Size(Params):
    size: Annotated[int, Field(ge=0)]
    colour: str = "red"


class Text(Result):
    text: str
    empty: list[str] = Field(default=[])


@tool(title="Make a text", level="read", uses=())
async def make_text(params: Size, replay: ToolContext) -> Text:
    """A text of a given length.

    For tests.
    """
    if params.size == 13:
        raise RuntimeError("secret inside")
    await replay.conversation.progress(1, 1, "made")
    return Text(text="x" * params.size)


@asynccontextmanager
async def agent_of(definition: ToolDefinition[Any, Any], local: Local) -> AsyncGenerator[Agent]:
    transport = httpx2.ASGITransport(app=local.app)
    async with open_client(
        origin=BASE_URL, api_key="phx_k", prefix="projects", environment="1", transport=transport
    ) as api:
        replay = ToolContext(api, AppLinks(BASE_URL, "1"), Redaction(), "curate")
        async with Client(MCPServer("test", tools=[ReplayTool.from_definition(definition, replay)])) as client:
            yield Agent(client, [])


async def test_a_function_is_a_tool_with_its_docstring_as_description(local: Local) -> None:
    async with agent_of(make_text, local) as agent:
        [listed] = (await agent.client.list_tools()).tools
    assert (listed.name, listed.title, listed.description) == snapshot(
        ("make-text", "Make a text", "A text of a given length. For tests.")
    )


async def test_empty_values_are_not_shown(local: Local) -> None:
    async with agent_of(make_text, local) as agent:
        assert await agent.call("make-text", size=3) == {"text": "xxx"}


async def test_a_crash_is_logged_in_full_and_reported_without_its_text(
    local: Local, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "replay_mcp"):
        async with agent_of(make_text, local) as agent:
            assert await agent.fail("make-text", size=13) == snapshot(
                {
                    "kind": "error",
                    "what": "make-text failed",
                    "why": "Internal error in Replay MCP.",
                    "next": "Check the server's log and report the error.",
                }
            )
    [record] = caplog.records
    assert record.exc_text is not None
    assert "secret inside" in record.exc_text


async def test_a_result_too_long_for_a_model_is_refused(local: Local) -> None:
    async with agent_of(make_text, local) as agent:
        assert await agent.fail("make-text", size=MAX_RESULT_CHARACTERS) == snapshot(
            {
                "kind": "result_too_large",
                "what": "make-text failed",
                "why": "The result has 40011 characters; the limit is 40000.",
                "next": "Ask for fewer ids or rows, or leave out detail: full.",
            }
        )


async def test_all_wrong_arguments_are_named_up_to_a_bound(local: Local) -> None:
    wrong = {f"wrong{number}": 1 for number in range(6)} | {"size": "many", "color": "blue"}
    async with agent_of(make_text, local) as agent:
        error = await agent.fail("make-text", **wrong)
        hint = await agent.fail("make-text", size=1, color="blue")
    assert (error["why"], hint["why"]) == snapshot(
        (
            "size: should be a valid integer, unable to parse string as an integer, got \"many\"; unknown argument 'wrong0'; valid arguments: size, colour; unknown argument 'wrong1'; valid arguments: size, colour; unknown argument 'wrong2'; valid arguments: size, colour; unknown argument 'wrong3'; valid arguments: size, colour; and 3 more",
            "unknown argument 'color'; did you mean 'colour'?",
        )
    )


async def test_without_a_client_nobody_is_asked_and_progress_is_dropped(local: Local) -> None:
    transport = httpx2.ASGITransport(app=local.app)
    async with open_client(
        origin=BASE_URL, api_key="phx_k", prefix="projects", environment="1", transport=transport
    ) as api:
        replay = ToolContext(api, AppLinks(BASE_URL, "1"), Redaction(), "curate")
        await replay.conversation.progress(1, 2, "unheard")
        with pytest.raises(NotConfirmed, match="Delete everything"):
            await replay.confirm_unless("delete", ["Delete everything?"], ["a"])
        await replay.confirm_unless("curate", ["Nothing to ask"], ["a"])
