"""An MCP client for tests: it calls tools and reads results as a model does."""

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import anyio
from mcp import Client
from mcp.types import CallToolResult, TextContent


@dataclass
class Agent:
    """A connected client; `questions` lists the questions that its person was asked."""

    client: Client
    questions: list[str]

    async def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Call a tool and return the result's JSON; an error fails the test."""
        result = await self.client.call_tool(tool, arguments)
        assert not result.is_error, text_of(result)
        assert result.structured_content == json.loads(text_of(result))
        return json.loads(text_of(result))

    async def fail(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Call a tool and return the error's JSON; a success fails the test."""
        result = await self.client.call_tool(tool, arguments)
        assert result.is_error, text_of(result)
        assert result.structured_content is None
        return json.loads(text_of(result))["error"]


class Listener:
    """Records progress notifications; `reached` is set once progress comes to `wanted`."""

    def __init__(self, wanted: float = 1) -> None:
        self.heard: list[tuple[float, float | None, str | None]] = []
        self.reached = anyio.Event()
        self._wanted = wanted

    async def __call__(self, progress: float, total: float | None, message: str | None) -> None:
        self.heard.append((progress, total, message))
        if progress >= self._wanted:
            self.reached.set()


def text_of(result: CallToolResult) -> str:
    [block] = result.content
    assert isinstance(block, TextContent)
    return block.text


Connect = Callable[..., AbstractAsyncContextManager[Agent]]
