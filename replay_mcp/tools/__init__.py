"""The tools, one per file. To add a tool, add a file and run `docs/generate.py`, which lists it."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from replay_mcp.reading.playback_links import id_in_link
from replay_mcp.tools._recording_ids import ID_NAMES, with_exact_ids, with_moment_of_link
from replay_mcp.tools._tool import Params, ToolDefinition, View

__all__ = [
    "ID_NAMES",
    "Params",
    "ToolDefinition",
    "View",
    "id_in_link",
    "tool_definition",
    "tool_definitions",
    "with_exact_ids",
    "with_moment_of_link",
]


def tool_definition(name: str) -> ToolDefinition[Any, Any]:
    """Import and return a tool: `a-tool` is `a_tool` in module `a_tool`."""
    module = name.replace("-", "_")
    return getattr(import_module(f"{__name__}.{module}"), module)


def tool_definitions() -> list[ToolDefinition[Any, Any]]:
    """All tools of this package, by name."""
    names = sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_"))
    return [tool_definition(name) for name in names]
