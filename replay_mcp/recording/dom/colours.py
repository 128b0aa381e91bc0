"""Whether an element's text is red, by its style or the rules for its classes: red text beside a field is an error.

Class names alone are not enough, because build tools hash them.
"""

import colorsys
import re
from functools import lru_cache
from typing import Final

from replay_mcp.recording.rrweb.types import Node
from replay_mcp.recording.rrweb.untrusted import text

from .attributes import attribute, attributes
from .document import Document
from .style_sheets import style_sheets

_COLOUR: Final = re.compile(r"(?<![\w-])color\s*:\s*([^;}!]{3,60})")
_HEX: Final = re.compile(r"#([0-9a-f]{3,8})\b", re.IGNORECASE)
_RGB: Final = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)", re.IGNORECASE)
_NAMED: Final = frozenset({"red", "crimson", "darkred", "firebrick", "maroon", "indianred", "tomato", "orangered"})
_MAX_CLASSES: Final = 6
_MAX_OCCURRENCES: Final = 4
_MAX_RULE: Final = 600
_MAX_BLANKS: Final = 20
_SELECTOR_BOUNDARIES: Final = ("", "}", "{", ",", ";", "/")
"""What may precede a selector: the end of a rule or comment, or another selector."""
_REST_OF_SELECTOR: Final = re.compile(r"(?:\.[\w-]+)*\s*(?:,[^{}:]*)?")
_RED_HUES: Final = 0.06
_MIN_SATURATION: Final = 0.45
_LIGHTNESS: Final = (0.2, 0.75)


def is_red(document: Document, node: Node) -> bool:
    """Whether an element's style, or a rule for one of its classes, makes its text red."""
    own = _COLOUR.search(text(attributes(node).get("style")))
    if own is not None:
        return _is_red(own[1])
    names = attribute(node, "class").split()[:_MAX_CLASSES]
    return bool(names) and any(_is_red_class(tuple(style_sheets(document)), name) for name in names)


@lru_cache(maxsize=512)
def _is_red_class(sheets: tuple[str, ...], name: str) -> bool:
    """Cached, because a page repeats few classes."""
    wanted = f".{name}"
    for sheet in sheets:
        at = sheet.find(wanted)
        for _ in range(_MAX_OCCURRENCES):
            if at < 0:
                break
            opened = sheet.find("{", at, at + _MAX_RULE)
            starts_compound = sheet[max(0, at - _MAX_BLANKS) : at].rstrip()[-1:] in _SELECTOR_BOUNDARIES
            if starts_compound and opened >= 0 and _REST_OF_SELECTOR.fullmatch(sheet, at + len(wanted), opened):
                declared = _COLOUR.search(sheet[opened : sheet.find("}", opened) + 1][:_MAX_RULE])
                if declared is not None:
                    return _is_red(declared[1])
            at = sheet.find(wanted, at + 1)
    return False


@lru_cache(maxsize=512)
def _is_red(value: str) -> bool:
    if value.strip().lower() in _NAMED:
        return True
    rgb = _rgb(value)
    if rgb is None:
        return False
    hue, lightness, saturation = colorsys.rgb_to_hls(*(part / 255 for part in rgb))
    near = hue <= _RED_HUES or hue >= 1 - _RED_HUES
    return near and saturation >= _MIN_SATURATION and _LIGHTNESS[0] <= lightness <= _LIGHTNESS[1]


def _rgb(value: str) -> tuple[int, int, int] | None:
    if found := _HEX.search(value):
        digits = found[1] if len(found[1]) >= 6 else "".join(digit * 2 for digit in found[1][:3])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    if found := _RGB.search(value):
        return min(int(found[1][:3]), 255), min(int(found[2][:3]), 255), min(int(found[3][:3]), 255)
    return None
