"""JSON text of strangers, decoded within bounds: a line, a document too large to decode at once, a line to mend.

Lines and documents come in older and foreign forms; all become `[windowId, event]` pairs.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import orjson

from .untrusted import arr, obj

MAX_LINE_BYTES: Final = 32 * 1024 * 1024
"""A longer line counts as broken."""
MAX_VALUES: Final = 1_000_000
"""Most JSON values that are decoded at a time: as objects they take up to 100 times the bytes of their text."""


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
    """Whether a JSON text has more than `limit` bytes, or more than `MAX_VALUES` values."""
    return len(text) > limit or (len(text) > MAX_VALUES and max(map(text.count, (b",", b"[", b"{"))) >= MAX_VALUES)


def pairs(value: Any) -> Iterator[Any]:
    """The `[windowId, event]` pairs of a line or document in an older or foreign form; what is none stays as it is."""
    found = arr(value)
    if not found or not isinstance(found[0], dict | list):
        found = [value]
    for element in found:
        fields = obj(element)
        data = fields.get("data")
        if "type" in fields:
            yield _pair(fields)
        elif isinstance(data, list):
            yield from ([fields.get("window_id"), raw] for raw in arr(data))
        elif snapshots := arr(obj(data).get("snapshots")) or arr(fields.get("snapshots")):
            yield from (_pair(obj(raw)) for raw in snapshots)
        else:
            yield element


def _pair(raw: dict[str, Any]) -> list[Any]:
    """An event by itself: rrweb's own names no tab, PostHog's export does."""
    return [raw.get("windowId", ""), raw]


def elements(line: bytes) -> Iterator[Any]:
    """The events of an array that is too large to decode at once, one by one, as far as it is intact."""
    if not line.startswith(b"[{") or len(line) > MAX_LINE_BYTES:
        return
    document = line.decode("utf-8", "replace")
    decoder = json.JSONDecoder(strict=False)
    place = 1
    try:
        while True:
            element, end = decoder.raw_decode(document, place)
            yield from pairs(element)
            separator = _SEPARATOR.match(document, end)
            if separator is None:
                return
            place = separator.end()
    except (ValueError, RecursionError):
        yield None


_SEPARATOR = re.compile(r"\s*,\s*")


# Browsers write half surrogate pairs where they cut a text, and some exports raw control characters; strict JSON has
# neither. The first alternatives step over escaped backslashes and whole pairs.
_MENDABLE = re.compile(
    r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|[\x00-\x1f]"
)


def mended(line: bytes) -> bytes:
    """A line without what strict JSON does not have: half surrogate pairs, raw control characters, other encodings."""
    return _MENDABLE.sub(_mend, line.decode("utf-8", "replace")).encode() if len(line) <= MAX_LINE_BYTES else b""


def _mend(match: re.Match[str]) -> str:
    found = match[0]
    if len(found) == 1:
        return f"\\u{ord(found):04x}"
    return "\\ufffd" if len(found) == 6 else found
