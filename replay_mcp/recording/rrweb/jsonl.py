"""JSON text of strangers, decoded within bounds, and mended where it is not quite JSON."""

import re
from codecs import iterdecode
from typing import Any, Final

import orjson

MAX_LINE_BYTES: Final = 32 * 1024 * 1024
"""A longer line counts as broken."""
BLANK: Final = b" \t\r\n\xef\xbb\xbf"
"""White space, and what some editors put before a file's first letter."""
MAX_VALUES: Final = 1_000_000
"""Most JSON values that are decoded at a time: as objects they take up to 100 times the bytes of their text."""
MAX_OBJECTS: Final = 300_000
"""Most JSON objects that are decoded at a time: dictionaries take the most memory."""


def parse(line: bytes) -> Any:
    """The JSON value; None when it is none, or too large to decode at once."""
    try:
        return None if too_large(line, MAX_LINE_BYTES) else orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


def written(value: Any) -> bytes:
    """The JSON text of a value, for keeping: what orjson gives takes kilobytes more than it holds.

    Raises:
        orjson.JSONEncodeError: it is nested deeper than can be written.
    """
    return bytes(memoryview(orjson.dumps(value)))


def too_large(text: bytes, limit: int) -> bool:
    """Whether a JSON text has more than `limit` bytes, `MAX_VALUES` values or `MAX_OBJECTS` objects."""
    return (
        len(text) > limit
        or (len(text) > MAX_VALUES and max(map(text.count, (b",", b"["))) >= MAX_VALUES)
        or (len(text) > MAX_OBJECTS and text.count(b"{") >= MAX_OBJECTS)
    )


def loads(text: bytes) -> Any:
    """The JSON value of a text, which is mended if it is none as it is.

    Raises:
        orjson.JSONDecodeError: there is none.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return orjson.loads(repaired(text))


def repaired(text: bytes) -> bytes:
    """JSON text without what strict JSON does not have: half surrogate pairs, raw control characters, other encodings.

    A control character becomes a space, which is right between values, too. More than `MAX_LINE_BYTES` stay as they
    are.
    """
    if len(text) > MAX_LINE_BYTES:
        return text
    slices = (text[at : at + _SLICE] for at in range(0, len(text), _SLICE))
    decoded = iterdecode(slices, "utf-8", "replace")
    text = b"".join(part.encode().translate(_NO_CONTROLS) for part in decoded).replace(_BACKSLASH, _MARK)
    if _ESCAPED in text:
        text = _without_half_pairs(text)
    return text.replace(_MARK, _BACKSLASH)


def _without_half_pairs(text: bytes) -> bytes:
    whole = bytearray(text)
    for half in _HALVES.finditer(text):
        whole[half.start() : half.end()] = _REPLACEMENT
    return bytes(whole)


_SLICE: Final = 65_536
"""Bytes that are decoded at a time: as characters they may take four times the room."""
_NO_CONTROLS: Final = b" " * 32 + bytes(range(32, 256))
_BACKSLASH: Final = rb"\\"
_ESCAPED: Final = rb"\u"
_MARK: Final = b"\0"
"""Stands for an escaped backslash meanwhile, so that `\\\\ud83d` is seen to be none of the halves."""
# Browsers write them where they cut a text.
_HALVES: Final = re.compile(
    rb"\\u[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD])[c-fC-F][0-9a-fA-F]{2})"
)
_REPLACEMENT: Final = rb"\ufffd"
