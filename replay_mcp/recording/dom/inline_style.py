"""The declarations of a `style` attribute, and rrweb's changes of them."""

import re
from typing import Any, Final, cast

_DECLARATION: Final = re.compile(r"((?:[^;\"'()]|\"[^\"]*\"|'[^']*'|\([^()]*\)|[\"'()])+)")
_IMPORTANT: Final = " !important"


def declarations(style: str) -> dict[str, str]:
    """The declared values by property, in lower case; the last declaration of a property counts."""
    found: dict[str, str] = {}
    for declared in _DECLARATION.finditer(style):
        name, colon, value = declared[1].partition(":")
        name, value = name.strip().lower(), value.strip()
        if colon and name and value:
            found.pop(name, None)
            found[name] = value
    return found


def patched(style: str, patch: dict[str, Any]) -> str:
    """A style after a change: by property, the new value, a list of value and priority, or False for a removal."""
    found = declarations(style)
    for property, change in patch.items():
        name = property.lower()
        found.pop(name, None)
        value, priority = _value_and_priority(change)
        if value:
            found[name] = value + (_IMPORTANT if priority == "important" else "")
    return "; ".join(f"{name}: {value}" for name, value in found.items())


def _value_and_priority(change: Any) -> tuple[str, str]:
    if isinstance(change, list):
        value, priority = [*cast("list[Any]", change), "", ""][:2]
        return (value if isinstance(value, str) else ""), (priority if isinstance(priority, str) else "")
    return (change if isinstance(change, str) else ""), ""
