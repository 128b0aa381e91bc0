"""Accessors for untrusted JSON: the value if it has the expected type, else a neutral one. They never raise.

Decoded JSON has values of exactly these classes, and comparing classes is the fastest check.
"""

import math
from typing import Any


def obj(value: Any) -> dict[str, Any]:
    """The JSON object, or an empty one."""
    return value if value.__class__ is dict else {}


def arr(value: Any) -> list[Any]:
    """The JSON list, or an empty one."""
    return value if value.__class__ is list else []


def text(value: Any) -> str:
    """The string, or an empty one."""
    return value if isinstance(value, str) else ""


def number(value: Any) -> float | None:
    """The finite number, or None; also None for a boolean."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def whole(value: Any) -> int | None:
    """The integer, or None; also None for a boolean."""
    return value if type(value) is int else None
