"""Checks that every answer to an MCP client must pass, whatever the request was."""

import json
import re
from typing import Any

import jsonschema
from mcp.shared.exceptions import MCPError
from mcp.types import INTERNAL_ERROR, CallToolResult

from replay_mcp.server.listed_tools import ListedTool
from replay_mcp.server.tool import MAX_RESULT_CHARACTERS
from tests.agent import text_of
from tests.hostile import OTHER_SHAPE, OWN_SHAPE

MAX_ERROR_CHARACTERS = 4_000
INTERNALS = re.compile(
    r"Internal error|Traceback|pydantic|validation error|input_type|orjson|sqlite3\.|\b[A-Z][a-z]+(?:[A-Z][a-z]+)*(?:Error|Exception)\b"
)
"""Names of classes and libraries, which are of no use to a caller."""


def assert_answer(tool: ListedTool, result: CallToolResult) -> str:
    """Check a result of a tool, and return the kind of its error, or "ok"."""
    text = text_of(result)
    assert len(text) <= MAX_RESULT_CHARACTERS
    if tool.view == "app" and not result.is_error:  # only the view reads it, not a model
        jsonschema.validate(result.structured_content, tool.output_schema)
        return "ok"
    content = json.loads(text)
    if not result.is_error:
        jsonschema.validate(content, tool.output_schema)
        assert result.structured_content == content
        return "ok"
    assert result.structured_content is None
    assert content.keys() == {"error"}
    error: dict[str, Any] = content["error"]
    assert error.keys() == {"kind", "what", "why", "next"}
    assert all(isinstance(part, str) and part for part in error.values())
    assert error["kind"] != "error"
    assert_message(text)
    return error["kind"]


def assert_refusal(error: MCPError) -> None:
    """Check a JSON-RPC error."""
    assert error.code != INTERNAL_ERROR
    assert_message(error.message)


def assert_message(text: str) -> None:
    """Check that a message has a bounded length, no internals, and no key that was sent in the wrong place."""
    assert len(text) <= MAX_ERROR_CHARACTERS
    assert not INTERNALS.search(text), text
    assert OWN_SHAPE not in text
    assert OTHER_SHAPE not in text
