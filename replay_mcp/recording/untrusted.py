"""Reading JSON that a stranger wrote: the value if it is of the expected kind, else a neutral one. Nothing raises."""

import math
from typing import Any, cast


def obj(value: Any) -> dict[str, Any]:
    """The JSON object, or an empty one."""
    return cast(dict[str, Any], value) if isinstance(value, dict) else {}


def arr(value: Any) -> list[Any]:
    """The JSON list, or an empty one."""
    return cast(list[Any], value) if isinstance(value, list) else []


def text(value: Any) -> str:
    """The string, or an empty one."""
    return value if isinstance(value, str) else ""


def number(value: Any) -> float | None:
    """The finite number, or None; a boolean is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def whole(value: Any) -> int | None:
    """The whole number, or None; a boolean is none."""
    return None if isinstance(value, bool) or not isinstance(value, int) else value
