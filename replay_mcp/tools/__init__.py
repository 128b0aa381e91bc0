"""The tools, one per file. To add a tool, add a file; it is discovered automatically."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from replay_mcp.tools._tool import Params, ToolDefinition

__all__ = ["Params", "ToolDefinition", "tool_definitions"]


def tool_definitions() -> list[ToolDefinition[Any, Any]]:
    """All tools of this package, by name: module `x` defines tool `x`."""
    names = sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_"))
    return [getattr(import_module(f"{__name__}.{name}"), name) for name in names]
