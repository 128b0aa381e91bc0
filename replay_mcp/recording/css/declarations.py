"""The declarations of the properties that decide whether an element is seen, split from longer ones."""

import re
from collections.abc import Iterator
from typing import Final

Declared = tuple[tuple[str, str], ...]
"""Properties and values, in lower case."""

MAX_DECLARATIONS: Final = 500
"""Maximum number of declarations read from one block."""
MAX_VALUE_LENGTH: Final = 300
"""Longer values are ignored."""

_SPLIT: Final = re.compile(r"(?:[^;\"'()]++|\"[^\"]*+\"|'[^']*+'|\([^()]*+\)|[\"'()])++")
_IMPORTANT: Final = re.compile(r"\s*!\s*important$")
_SPACE: Final = re.compile(r"\s+(?![^()]*\))")
_PLAIN: Final = frozenset(
    {
        "opacity", "overflow-x", "overflow-y", "height", "max-height", "min-height", "width", "max-width", "min-width",
        "flex-grow", "padding-top", "padding-bottom", "position", "left", "right", "top", "bottom", "transform",
        "translate", "scale", "clip", "clip-path", "content-visibility", "animation-name",
        "grid-template-rows",
    }
)  # fmt: skip
_ALIASES: Final = {
    "inline-size": "width", "block-size": "height", "max-inline-size": "max-width", "max-block-size": "max-height",
    "min-inline-size": "min-width", "min-block-size": "min-height", "inset-inline-start": "left",
    "inset-inline-end": "right", "inset-block-start": "top", "inset-block-end": "bottom",
    "overflow-inline": "overflow-x", "overflow-block": "overflow-y",
    "padding-block-start": "padding-top", "padding-block-end": "padding-bottom",
    "-webkit-transform": "transform", "-webkit-clip-path": "clip-path", "-webkit-animation-name": "animation-name",
}  # fmt: skip
_SHORTHANDS: Final = {
    "overflow": ("overflow-x", "overflow-y"), "inset": ("top", "right", "bottom", "left"),
    "inset-inline": ("left", "right"), "inset-block": ("top", "bottom"),
    "padding-block": ("padding-top", "padding-bottom"),
}  # fmt: skip
_GLOBAL: Final = frozenset({"inherit", "initial", "unset", "revert", "revert-layer"})
_VALUES: Final = {
    "visibility": frozenset({"visible", "hidden", "collapse"}),
    "position": frozenset({"static", "relative", "absolute", "fixed", "sticky", "-webkit-sticky"}),
    "overflow-x": frozenset({"visible", "hidden", "clip", "auto", "scroll", "overlay"}),
    "content-visibility": frozenset({"visible", "hidden", "auto"}),
}
_VALUES["overflow-y"] = _VALUES["overflow-x"]
_DISPLAY: Final = re.compile(
    r"none|contents|(?:(?:inline|block|run-in)\s*)?(?:flow|flow-root|flex|grid|table|ruby|list-item|block)?"
    r"|inline|inline-(?:block|flex|grid|table|list-item)|table-(?:row|cell|column|caption|row-group|column-group"
    r"|header-group|footer-group)|ruby-(?:base|text|base-container|text-container)|math|block math|inline math"
    r"|-webkit-(?:inline-)?(?:box|flex)|block ruby|inline ruby|(?:flow list-item|list-item flow|block flow list-item)"
)
_OPACITY: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?%?|(?:calc|min|max|clamp)\(.*\)")


def declared_in(body: str, custom: frozenset[str] = frozenset()) -> tuple[Declared, Declared]:
    """The declarations in a block that matter: normal ones, and important ones.

    Args:
        body: without braces and comments.
        custom: the custom properties to keep, too.
    """
    pieces = _SPLIT.findall(body) if '"' in body or "'" in body or "(" in body else body.split(";")
    normal: dict[str, str] = {}
    important: dict[str, str] = {}
    for piece in pieces[:MAX_DECLARATIONS]:
        name, _, value = piece.partition(":")
        name = name.strip()
        if name[:2] == "--":
            if name in custom:
                normal[name] = value.strip().lower()[:MAX_VALUE_LENGTH]
            continue
        for longhand, part, is_important in _tracked(name.lower(), value):
            (important if is_important else normal)[longhand] = part
    return tuple(normal.items()), tuple(important.items())


def custom_properties(body: str) -> dict[str, str]:
    """The custom properties in a block, by name."""
    found: dict[str, str] = {}
    for piece in body.split(";")[: 10 * MAX_DECLARATIONS]:
        name, _, value = piece.partition(":")
        name, value = name.strip(), value.strip()
        if name[:2] == "--" and len(value) <= MAX_VALUE_LENGTH:
            found[name] = value.lower()
    return found


def _tracked(name: str, value: str) -> Iterator[tuple[str, str, bool]]:
    """Yield the longhands of a declaration that matter, with their values, and whether they are important."""
    name = _ALIASES.get(name, name)
    plain = name in _PLAIN
    if not plain and name not in _READ_SPECIALLY:
        return
    value = value.strip().lower()
    if not value or len(value) > MAX_VALUE_LENGTH:
        return
    shorter = _IMPORTANT.sub("", value) if value.endswith("important") else value
    for longhand, part in ((name, shorter),) if plain else _longhands(name, shorter):
        if part and is_valid(longhand, part):
            yield longhand, part, shorter is not value and shorter != value


def _longhands(name: str, value: str) -> Iterator[tuple[str, str]]:
    if name in ("display", "visibility"):
        yield name, value
    elif name in _SHORTHANDS:
        longhands, parts = _SHORTHANDS[name], _SPACE.split(value)
        if len(parts) <= len(longhands):
            for place, longhand in enumerate(longhands):
                missing = place - 2 if 0 <= place - 2 < len(parts) else 0  # the opposite side, else the first
                yield longhand, parts[place if place < len(parts) else missing]
    elif name == "padding":
        parts = _SPACE.split(value)
        yield "padding-top", parts[0]
        yield "padding-bottom", parts[2] if len(parts) > 2 else parts[0]
    elif name == "flex":
        first = _SPACE.split(value)[0]
        yield "flex-grow", {"auto": "1", "none": "0", "initial": "0"}.get(first, first if first[:1].isdigit() else "1")
    else:
        yield "animation-name", value


_READ_SPECIALLY: Final = frozenset(
    {"display", "visibility", "padding", "flex", "animation", "-webkit-animation", *_SHORTHANDS}
)


def is_valid(name: str, value: str) -> bool:
    """Whether a browser accepts a value; it ignores a declaration with another one."""
    if value in _GLOBAL or "var(" in value or "env(" in value:
        return True
    if name == "display":
        return _DISPLAY.fullmatch(value) is not None
    if name == "opacity":
        return _OPACITY.fullmatch(value) is not None
    allowed = _VALUES.get(name)
    return allowed is None or value in allowed
