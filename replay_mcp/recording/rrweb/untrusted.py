"""Reading JSON that a stranger wrote: the value if it is of the expected kind, else a neutral one. Nothing raises.

Decoded JSON has values of these very classes, and comparing classes is the quickest check.
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
    """The finite number, or None; a boolean is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def whole(value: Any) -> int | None:
    """The whole number, or None; a boolean is none."""
    return value if type(value) is int else None
