"""Media queries, evaluated for a desktop browser with a mouse and a window of a known size."""

import re
from collections.abc import Callable
from functools import lru_cache
from math import isclose
from operator import ge, gt, le, lt
from typing import Final

MAX_QUERY_LENGTH: Final = 2_000
"""A longer query does not match."""
_MAX_NESTED: Final = 20
_INNERMOST: Final = re.compile(r"\(([^()]*)\)")
_WORD: Final = re.compile(r"[^\s]+")
_BOOLEAN: Final = re.compile(r"\s*(?:(?:and|or|not|[01])\s*)+")
_LENGTH: Final = re.compile(r"([+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}))\s*(px|r?em|pt|in|cm|mm|dpi|dppx|x)?")
_RATIO: Final = re.compile(r"(\d{1,6})\s*/\s*(\d{1,6})")
_RANGE: Final = re.compile(r"([^<>=]+?)\s*([<>]=?|=)\s*([^<>=]+?)(?:\s*([<>]=?)\s*([^<>=]+))?")
_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {"<": lt, "<=": le, ">": gt, ">=": ge, "=": isclose}
_UNITS: Final = {"px": 1.0, "em": 16.0, "rem": 16.0, "pt": 4 / 3, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
_TYPES: Final = {"all": "1", "screen": "1", "only": "", "print": "0", "speech": "0", "tty": "0", "projection": "0"}
_FEATURES: Final = {
    "hover": "hover",
    "any-hover": "hover",
    "pointer": "fine",
    "any-pointer": "fine",
    "prefers-reduced-motion": "no-preference",
    "prefers-color-scheme": "light",
    "prefers-contrast": "no-preference",
    "prefers-reduced-transparency": "no-preference",
    "forced-colors": "none",
    "inverted-colors": "none",
    "scripting": "enabled",
    "update": "fast",
    "overflow-block": "scroll",
    "display-mode": "browser",
    "dynamic-range": "standard",
}
_UNSET: Final = frozenset({"none", "no-preference"})
"""The values with which a feature without a value does not match."""


@lru_cache(maxsize=1024)
def media_matches(query: str, width: int, height: int) -> bool:
    """Whether a list of media queries matches; `width` and `height` in CSS pixels."""
    query = query.strip().lower()
    if len(query) > MAX_QUERY_LENGTH:
        return False
    return not query or any(_matches(each, width, height) for each in query.split(","))


def supports_matches(condition: str) -> bool:
    """Whether an `@supports` condition is taken to hold: what a page asks for, a current browser has."""
    condition = condition.strip().lower()
    return not condition.startswith("not") and not condition.startswith("(-moz-")


def _matches(query: str, width: int, height: int) -> bool:
    for _ in range(_MAX_NESTED):
        replaced = _INNERMOST.sub(lambda found: f" {_group(found[1], width, height):d} ", query)
        if replaced == query:
            break
        query = replaced
    return _boolean(query)


def _group(content: str, width: int, height: int) -> bool:
    """Whether what is in parentheses holds: a feature, or conditions already evaluated to 0 and 1."""
    return _boolean(content) if _BOOLEAN.fullmatch(content) else _feature(content.strip(), width, height)


def _boolean(query: str) -> bool:
    """The value of `not`, `and` and `or` of media types, 0 and 1. `not` before a type negates the whole query."""
    words = [_TYPES.get(word, word) for word in _WORD.findall(query)]
    words = [word for word in words if word]
    negated = len(words) > 1 and words[0] == "not" and "or" not in words
    result, pending, inverse = True, "and", False
    for word in words[1:] if negated else words:
        if word in ("and", "or"):
            pending = word
        elif word == "not":
            inverse = not inverse
        else:
            value = (word == "1") != inverse
            result = (result and value) if pending == "and" else (result or value)
            inverse = False
    return bool(words) and result != negated


def _feature(written: str, width: int, height: int) -> bool:  # noqa: PLR0911 - a return for each form
    name, colon, value = (each.strip() for each in written.partition(":"))
    if colon:
        for prefix, compare in (("min-", ge), ("max-", le)):
            if name.startswith(prefix):
                have, wanted = _measure(name.removeprefix(prefix), width, height), _number(value)
                return have is not None and wanted is not None and compare(have, wanted)
        if name == "orientation":
            return value == ("portrait" if height >= width else "landscape")
        if name in _FEATURES:
            return _FEATURES[name] == value
        return _compared(name, "=", value, width, height)
    if found := _RANGE.fullmatch(written):
        first, operator, second, then, third = found.groups()
        return _compared(first, operator, second, width, height) and (
            then is None or _compared(second, then, third, width, height)
        )
    if name in _FEATURES:
        return _FEATURES[name] not in _UNSET
    return bool(_measure(name, width, height))


def _compared(left: str, operator: str, right: str, width: int, height: int) -> bool:
    sides = [_value(each.strip(), width, height) for each in (left, right)]
    return sides[0] is not None and sides[1] is not None and _COMPARE[operator](sides[0], sides[1])


def _value(written: str, width: int, height: int) -> float | None:
    measured = _measure(written, width, height)
    return _number(written) if measured is None else measured


def _measure(name: str, width: int, height: int) -> float | None:  # noqa: PLR0911 - a return for each
    """The value of a feature that has a size; None for another one."""
    match name:
        case "width" | "device-width" | "inline-size":
            return width
        case "height" | "device-height" | "block-size":
            return height
        case "aspect-ratio" | "device-aspect-ratio":
            return width / max(height, 1)
        case "resolution" | "-webkit-device-pixel-ratio":
            return 1
        case "color":
            return 8
        case "monochrome" | "color-index" | "grid":
            return 0
        case _:
            return None


def _number(written: str) -> float | None:
    if found := _RATIO.fullmatch(written):
        return int(found[1]) / max(int(found[2]), 1)
    found = _LENGTH.fullmatch(written)
    if found is None:
        return None
    if found[2] == "dpi":
        return float(found[1]) / 96
    return float(found[1]) * _UNITS.get(found[2] or "", 1)
