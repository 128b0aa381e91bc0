"""Untrusted JSON text: decoded within bounds, and repaired if it is not quite JSON."""

import re
from codecs import iterdecode
from collections.abc import Callable
from typing import Any, Final

import orjson

from replay_mcp import exact_json

MAX_LINE_BYTES: Final = 32 * 1024 * 1024
"""A longer line counts as broken."""
BLANK: Final = b" \t\r\n\xef\xbb\xbf"
"""White space and the UTF-8 byte order mark."""
MAX_VALUES: Final = 1_000_000
"""Maximum number of JSON values decoded at once: as objects they take up to 100 times the bytes of their text."""
MAX_OBJECTS: Final = 300_000
"""Maximum number of JSON objects decoded at once: dictionaries take the most memory."""


def parse(line: bytes) -> Any:
    """The value of a JSON text; None if it is not valid, or too large to decode at once."""
    try:
        return None if too_large(line, MAX_LINE_BYTES) else orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


def written(value: Any) -> bytes:
    """The JSON text of a value, copied: orjson's own result occupies kilobytes more than its length.

    Raises:
        orjson.JSONEncodeError: the value is nested too deeply.
    """
    return bytes(memoryview(exact_json.dumps(value)))


def too_large(text: bytes, limit: int) -> bool:
    """Whether a JSON text has more than `limit` bytes, `MAX_VALUES` values or `MAX_OBJECTS` objects."""
    return (
        len(text) > limit
        or (len(text) > MAX_VALUES and max(map(text.count, (b",", b"["))) >= MAX_VALUES)
        or (len(text) > MAX_OBJECTS and text.count(b"{") >= MAX_OBJECTS)
    )


def loads(text: bytes, decode: Callable[[bytes], Any] = orjson.loads) -> Any:
    """The value of a JSON text, repaired if necessary.

    Args:
        text: the JSON text.
        decode: decodes it; raises `orjson.JSONDecodeError`.

    Raises:
        orjson.JSONDecodeError: the text cannot be repaired.
    """
    try:
        return decode(text)
    except orjson.JSONDecodeError:
        return decode(repaired(text))


def repaired(text: bytes) -> bytes:
    """JSON text without what strict JSON forbids: half surrogate pairs, raw control characters, other encodings.

    A control character becomes a space, which is also valid between values. Text with more than `MAX_LINE_BYTES` is
    returned unchanged.
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
"""Bytes decoded at a time: as characters they may take four times the memory."""
_NO_CONTROLS: Final = b" " * 32 + bytes(range(32, 256))
_BACKSLASH: Final = rb"\\"
_ESCAPED: Final = rb"\u"
_MARK: Final = b"\0"
"""Temporarily replaces an escaped backslash, so that `\\\\ud83d` is not taken for half a surrogate pair."""
# Browsers write half surrogate pairs where they truncate a text.
_HALVES: Final = re.compile(
    rb"\\u[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD])[c-fC-F][0-9a-fA-F]{2})"
)
_REPLACEMENT: Final = rb"\ufffd"
