"""Accessors for untrusted JSON: the value if it has the expected type, else a neutral one. They never raise.

Decoded JSON has values of exactly these classes, and comparing classes is the fastest check.
"""

import sys
from typing import Any, Final

_LARGEST: Final = sys.float_info.max


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
    """The number, or None; also None for a boolean, and for a number that is not finite or beyond those of a float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if -_LARGEST <= value <= _LARGEST else None


def whole(value: Any) -> int | None:
    """The integer, or None; also None for a boolean."""
    return value if type(value) is int else None
