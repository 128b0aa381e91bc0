"""Decodes a JSON string of any length while it streams in."""

import re
from typing import Final

import orjson

from .jsonl import loads

# Stops before an unfinished escape or surrogate pair.
_HEX: Final = rb"[0-9a-fA-F]"
_HIGH: Final = rb"\\u[dD][89abAB]" + _HEX + rb"{2}"
_UNICODE: Final = rb"\\u" + _HEX + rb"{4}"
_ESCAPE: Final = rb'\\["\\/bfnrt]'
_UNITS = re.compile(
    rb'(?:[^"\\]+|' + _ESCAPE + rb"|(?!" + _HIGH + rb")" + _UNICODE
    + rb"|" + _HIGH + rb"(?:" + _UNICODE + rb"|(?=[^\\]|" + _ESCAPE + rb")))*+"
)  # fmt: skip
_UNFINISHED = re.compile(rb"(?:[\xc0-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf7][\x80-\xbf]{0,2})\Z")
"""An unfinished UTF-8 character at the end."""
_QUOTE: Final = b'"'
_LONGEST_UNIT: Final = 12


class StringText:
    """Decodes one JSON string, including its quotes.

    Attributes:
        ended: whether the closing quote was found.
        rest: the bytes after it.
        broken: whether the string is not valid JSON; the text ends there.
    """

    def __init__(self) -> None:
        self.ended = False
        self.broken = False
        self.rest = b""
        self._held = b""
        self._begun = False

    def feed(self, chunk: bytes) -> bytes:
        """Decode the next bytes; return their text as UTF-8."""
        held = self._held + chunk
        start = 0 if self._begun else len(_QUOTE)
        self._begun = self._begun or bool(held)
        units = _UNITS.match(held, start)
        end = units.end() if units else start
        if held[end : end + 1] == _QUOTE:
            self.ended = True
            self.rest = held[end + 1 :]
        else:
            unfinished = _UNFINISHED.search(held, max(start, end - 3), end)
            end = unfinished.start() if unfinished else end
            self._held = held[end:]
            self.broken = len(self._held) > _LONGEST_UNIT
        return self._text(held[start:end])

    def _text(self, escaped: bytes) -> bytes:
        try:
            return str(loads(_QUOTE + escaped + _QUOTE)).encode()
        except orjson.JSONDecodeError:
            self.broken = True
            return b""
