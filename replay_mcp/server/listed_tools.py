"""The tools as MCP lists them: data that is generated, so that listing them imports no tool and builds no model.

`docs/generate.py` writes the file from the tools' definitions, and CI compares both.
"""

from functools import cache
from importlib.resources import files
from typing import Any, Final

import msgspec
from msgspec import Struct

from replay_mcp.server.schema import flat_schema
from replay_mcp.settings import Permission
from replay_mcp.tools import ToolDefinition, View

FILE: Final = "listed_tools.json"


class ListedTool(Struct, frozen=True):
    """A tool without its function.

    Attributes:
        level: see `ToolDefinition`, as for `idempotent`, `destructive` and `view`.
        parameters: the flat schema of the input.
        output_schema: the flat schema of the result.
    """

    name: str
    title: str
    description: str
    level: Permission
    idempotent: bool
    destructive: bool
    parameters: dict[str, Any]
    output_schema: dict[str, Any]
    view: View

    @classmethod
    def from_definition(cls, definition: ToolDefinition[Any, Any]) -> "ListedTool":
        """Build the listing of a tool, which builds its models."""
        return cls(
            name=definition.name,
            title=definition.title,
            description=definition.description,
            level=definition.level,
            idempotent=definition.idempotent,
            destructive=definition.destructive,
            parameters=flat_schema(definition.params),
            output_schema=flat_schema(definition.result),
            view=definition.view,
        )


@cache
def listed_tools() -> tuple[ListedTool, ...]:
    """All tools, by name. A server of many callers, each with an `MCPServer` of their own, reads the file once."""
    return msgspec.json.decode(files(__package__ or "").joinpath(FILE).read_bytes(), type=tuple[ListedTool, ...])
