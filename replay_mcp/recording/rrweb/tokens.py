"""Regular expressions that scan JSON text to the next bracket, past strings and nested values."""

import re
from typing import Final

ENCODED = re.compile(rb'"x(?:\\u00(?:01|5[eE]|9[cC]|[dD][aA])|\^|\xc2\x9c|\xc3\x9a)|"(?:\\[nrt]|\s){0,64}(?:[\[{]|\\")')
"""The beginning of a string that holds events: JSON, or zlib bytes as characters, from rrweb's packer."""
SCALAR = re.compile(rb'["\-0-9tfn]')
"""The beginning of a value other than an array or object."""
BLANKS = re.compile(rb"\s*+")
QUOTE: Final = ord('"')
CURLY: Final = ord("{")
SQUARE: Final = ord("[")
_BACKSLASH: Final = ord("\\")
CLOSING: Final = {SQUARE: ord("]"), CURLY: ord("}")}

_BETWEEN: Final = rb'[^"\[\]{}]*+'
_STRING: Final = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'


def _skipping(*values: bytes) -> bytes:
    # An atomic group, because nested possessive groups are broken in Python 3.11.2, which Debian 12 has.
    return rb"(?>" + _BETWEEN + rb"(?:(?:" + rb"|".join(values) + rb")" + _BETWEEN + rb")*)"


def _closed(inside: bytes) -> bytes:
    return rb"[\[{]" + inside + rb"[\]}]"


SKIPPED = re.compile(_skipping(_STRING), re.DOTALL)
"""Everything before the next bracket or unfinished string."""
STRING_REST = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
"""The rest of a string, without its closing quote."""
BRACKET = re.compile(_skipping(_STRING) + rb"[\[\]{}]", re.DOTALL)
"""Up to the next bracket."""
VALUE = re.compile(_BETWEEN + rb"(?:" + _STRING + rb"|[\[\]{}])", re.DOTALL)
"""Up to the end of the next string, or the next bracket."""
_NESTED: Final = _closed(_skipping(_STRING, _closed(_skipping(_STRING, _closed(_skipping(_STRING))))))
INNER_BRACKET = re.compile(_skipping(_STRING, _NESTED) + rb"([\[\]{}]?)", re.DOTALL)
"""Up to the next bracket, or the end of the bytes. Values nested up to three levels deep are skipped at once."""

WINDOW = re.compile(
    rb'"(?:window_id|windowId)"\s*:\s*("[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|null|true|false)\s*,', re.DOTALL
)
"""A field with a window id of any type, followed by another field."""
KEY_BYTES: Final = 1_300
"""Maximum number of bytes from the start of a key to the bracket after it: a fully escaped window id fits."""


def key_before(text: bytearray, at: int) -> bytes:
    """The key, as JSON, of the value at a position; empty if there is none, or it is too long."""
    before = bytes(text[max(0, at - KEY_BYTES) : at]).rstrip()
    if not before.endswith(b":"):
        return b""
    key = before[:-1].rstrip()
    begin = key.rfind(b'"', 0, -1)
    while begin > 0 and key[begin - 1] == _BACKSLASH:  # an escaped quote inside the key
        begin = key.rfind(b'"', 0, begin)
    return key[begin:] if begin >= 0 else b""
