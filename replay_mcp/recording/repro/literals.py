"""Recorded text in TypeScript: as a string literal, as part of a comment, as a regular expression.

A stranger wrote it. Nothing of it may end a literal, a comment or a line, or look like something else to a reader.
"""

import re
from typing import Final

MAX_COMMENT: Final = 200
"""Maximum length of recorded text in a comment."""

_ESCAPES: Final = {"'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
# Invisible although Python calls them printable: joiners, fillers, variation selectors.
_INVISIBLE: Final = frozenset(
    {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10)}
    | set(range(0xE0100, 0xE01F0))
)
_NUMBERS: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_SPECIAL: Final = re.compile(r"[\\^$.*+?()\[\]{}|/]")


def literal(text: str) -> str:
    """A string literal in single quotation marks."""
    return f"'{''.join(_ESCAPES.get(char) or _visible(char) for char in text)}'"


def comment(text: str) -> str:
    """A text for a comment of one line, shortened."""
    cut = text if len(text) <= MAX_COMMENT else text[: MAX_COMMENT - 1] + "…"
    return "".join(_visible(char) for char in cut)


def beginning_pattern(text: str) -> str:
    """A regular expression that matches texts with this beginning."""
    return f"new RegExp({literal('^' + _pattern(text))})"


def text_pattern(text: str) -> str:
    """What finds a text on a page: a string literal, or a regular expression that takes any number for each number.

    Numbers of orders, times and counts differ from one run to the next.
    """
    if not _NUMBERS.search(text):
        return literal(text)
    parts = [_pattern(part) for part in _NUMBERS.split(text)]
    return f"new RegExp({literal('[0-9.,]+'.join(parts))})"


def _pattern(text: str) -> str:
    """A pattern for a text with any white space."""
    return r"\s+".join(_SPECIAL.sub(r"\\\g<0>", word) for word in text.split(" "))


def _visible(char: str) -> str:
    """A character, or the escapes of its UTF-16 units if it cannot be seen."""
    code = ord(char)
    if char.isprintable() and code not in _INVISIBLE:
        return char
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
