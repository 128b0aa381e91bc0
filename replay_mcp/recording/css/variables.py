"""Values with `var()`: replaced if the custom property is known, else unknown."""

import re
from collections.abc import Mapping
from typing import Final

UNKNOWN: Final = "?"
"""Stands for a custom property that is not known; no value has it."""

_MAX_STEPS: Final = 12
_MAX_LENGTH: Final = 1_000
_INNERMOST: Final = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)")
_SUM: Final = re.compile(
    r"calc\(\s*(-?\d{1,6}(?:\.\d{1,6})?)(%|px|rem)\s*\*\s*(-?\d{1,4})\s*\)|calc\(\s*(-?1)\s*\*\s*(\d{1,6})(%|px|rem)\s*\)"
)


def resolved(value: str, known: Mapping[str, str]) -> str:
    """A value without `var()`; `known` holds the custom properties."""
    for _ in range(_MAX_STEPS):
        found = _INNERMOST.search(value)
        if found is None or len(value) > _MAX_LENGTH:
            break
        name, fallback = found.groups()
        replacement = known.get(name, fallback or UNKNOWN)
        value = f"{value[: found.start()]}{replacement.strip() or UNKNOWN}{value[found.end() :]}"
    value = _SUM.sub(_product, value)
    return UNKNOWN if "var(" in value else value


def _product(found: re.Match[str]) -> str:
    if found[1]:
        return f"{float(found[1]) * int(found[3]):g}{found[2]}"
    return f"{int(found[4]) * int(found[5])}{found[6]}"
