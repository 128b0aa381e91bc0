"""The tools: one file, one tool. Adding one is adding a file; nothing else has to know."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from replay_mcp.tools._tool import Params, ToolDefinition

__all__ = ["Params", "ToolDefinition", "tool_definitions"]


def tool_definitions() -> list[ToolDefinition[Any, Any]]:
    """Every tool of this package, by name: `x.py` defines `x`."""
    names = sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_"))
    return [getattr(import_module(f"{__name__}.{name}"), name) for name in names]
