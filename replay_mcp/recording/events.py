"""The events of a recording: rrweb's constants, and the lines that hold the events (PostHog's `blob_v2` JSONL).

A line is `[windowId, event]`; older exports also hold `{"window_id": …, "data": [event, …]}`. Lines come from browsers
that anybody may run, so every size is bounded and what cannot be read is counted, never fatal.
"""

import re
import zlib
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Any, Final, NamedTuple, cast

import orjson

from replay_mcp.errors import UnreadableRecording

from .untrusted import arr, number, obj, whole

MAX_LINE_BYTES: Final = 64 * 1024 * 1024
"""A longer line counts as broken."""
MAX_INFLATED_BYTES: Final = 64 * 1024 * 1024
"""Most bytes that the compressed fields of one event may hold; the largest seen in practice is under 1 MB."""
MAX_WINDOW_ID_LENGTH: Final = 200
MIN_TIMESTAMP: Final = 1_262_304_000_000
"""2010-01-01. Nothing was recorded earlier: an earlier time is another unit, or a clock that was never set."""
MAX_TIMESTAMP: Final = 4_102_444_800_000
"""2100-01-01. Far enough from the end of the calendar for every date that is computed from a recording's times."""
COMPRESSION_VERSION: Final = "2024-10"
"""The only `cv` there is."""


class EventType(IntEnum):
    """rrweb's `EventType`."""

    DOM_CONTENT_LOADED = 0
    LOAD = 1
    FULL_SNAPSHOT = 2
    INCREMENTAL_SNAPSHOT = 3
    META = 4
    CUSTOM = 5
    PLUGIN = 6


class IncrementalSource(IntEnum):
    """rrweb's `IncrementalSource`: what an incremental snapshot tells of."""

    MUTATION = 0
    MOUSE_MOVE = 1
    MOUSE_INTERACTION = 2
    SCROLL = 3
    VIEWPORT_RESIZE = 4
    INPUT = 5
    TOUCH_MOVE = 6
    MEDIA_INTERACTION = 7
    STYLE_SHEET_RULE = 8
    CANVAS_MUTATION = 9
    FONT = 10
    LOG = 11
    DRAG = 12
    STYLE_DECLARATION = 13
    SELECTION = 14
    ADOPTED_STYLE_SHEET = 15
    CUSTOM_ELEMENT = 16


class MouseInteractions(IntEnum):
    """rrweb's `MouseInteractions`."""

    MOUSE_UP = 0
    MOUSE_DOWN = 1
    CLICK = 2
    CONTEXT_MENU = 3
    DBL_CLICK = 4
    FOCUS = 5
    BLUR = 6
    TOUCH_START = 7
    TOUCH_MOVE_DEPARTED = 8
    TOUCH_END = 9
    TOUCH_CANCEL = 10


CONSOLE_PLUGIN: Final = "rrweb/console@1"
NETWORK_PLUGIN: Final = "rrweb/network@1"


class Event(NamedTuple):
    """One rrweb event.

    Attributes:
        window_id: the browser tab that recorded it.
        timestamp: epoch milliseconds.
        type: an `EventType`, or a number that newer recorders use.
        raw: the event as recorded; its `cv` fields are compressed until `inflate`.
        line: the `blob_v2` line that holds it, without the line feed.
    """

    window_id: str
    timestamp: int
    type: int
    raw: dict[str, Any]
    line: bytes

    @property
    def data(self) -> dict[str, Any]:
        """The event's `data`; empty where that is no object, as in a compressed full snapshot."""
        return obj(self.raw.get("data"))

    @property
    def source(self) -> int | None:
        """The `IncrementalSource` of an incremental snapshot, else None."""
        return whole(self.data.get("source")) if self.type == EventType.INCREMENTAL_SNAPSHOT else None


class EventReader:
    """The events of lines, in the lines' order.

    Attributes:
        broken: lines, or events within a line, that could not be read so far.
    """

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = lines
        self.broken = 0

    def __iter__(self) -> Iterator[Event]:
        for line in self._lines:
            line = line.rstrip()  # noqa: PLW2901 - the same line
            value = _parse(line)
            if value is None and line:
                line = _mended(line)  # noqa: PLW2901
                value = _parse(line)
            if isinstance(value, dict):
                yield from self._unfolded(obj(value))
            elif event := _event(arr(value), line):
                yield event
            elif line:
                self.broken += 1

    def _unfolded(self, older: dict[str, Any]) -> Iterator[Event]:
        for raw in arr(older.get("data")) or [None]:
            pair = [older.get("window_id"), raw]
            try:
                event = _event(pair, orjson.dumps(pair))
            except orjson.JSONEncodeError:  # nested deeper than can be written again
                event = None
            if event is None:
                self.broken += 1
            else:
                yield event


def inflate(event: Event, *, limit: int = MAX_INFLATED_BYTES) -> Event:
    """The event with its compressed fields readable; the same event when nothing is compressed.

    Args:
        event: of any kind; `cv` says whether fields are compressed, and how (live behaviour).
        limit: most bytes that all its fields may hold together.

    Raises:
        UnreadableRecording: an unknown `cv`, a field that is not compressed JSON, or more than `limit` bytes.
    """
    version = event.raw.get("cv")
    if version is None:
        return event
    if version != COMPRESSION_VERSION:
        raise UnreadableRecording(f"An event is compressed as {str(version)[:20]!r}; only '2024-10' is known.")
    packed = event.raw.get("data")
    data: Any
    if isinstance(packed, str):
        data, _ = _inflate(packed, limit)
    else:
        data = dict(obj(packed))
        for name in ("adds", "removes", "texts", "attributes"):
            if isinstance(field := data.get(name), str):
                data[name], limit = _inflate(field, limit)
    raw = {name: value for name, value in event.raw.items() if name != "cv"} | {"data": data}
    return event._replace(raw=raw)


def _inflate(packed: str, limit: int) -> tuple[Any, int]:
    """The value, and what remains of the limit. PostHog writes the gzip bytes as latin-1 characters."""
    try:
        decoder = zlib.decompressobj(wbits=31)
        inflated = decoder.decompress(packed.encode("latin-1"), limit + 1)
        if len(inflated) > limit:
            raise UnreadableRecording("An event inflates to more bytes than are read.")
        if not decoder.eof:
            raise UnreadableRecording("A compressed field of an event is cut off.")
        return orjson.loads(inflated), limit - len(inflated)
    except (UnicodeEncodeError, zlib.error, orjson.JSONDecodeError) as error:
        raise UnreadableRecording("A compressed field of an event is damaged.") from error


def _parse(line: bytes) -> Any:
    try:
        return orjson.loads(line) if len(line) <= MAX_LINE_BYTES else None
    except orjson.JSONDecodeError:
        return None


# Browsers write half surrogate pairs where they cut a text, and some exports raw control characters; strict JSON has
# neither. The first alternatives step over escaped backslashes and whole pairs.
_MENDABLE = re.compile(
    r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|[\x00-\x1f]"
)


def _mended(line: bytes) -> bytes:
    return _MENDABLE.sub(_mend, line.decode("utf-8", "replace")).encode() if len(line) <= MAX_LINE_BYTES else b""


def _mend(match: re.Match[str]) -> str:
    found = match[0]
    if len(found) == 1:
        return f"\\u{ord(found):04x}"
    return "\\ufffd" if len(found) == 6 else found


def _event(pair: list[Any], line: bytes) -> Event | None:
    """The event of a `[windowId, event]` pair, or None when it is none. Every event passes here, hence few calls."""
    if len(pair) != 2:
        return None
    window_id, raw = pair
    if type(window_id) is not str or len(window_id) > MAX_WINDOW_ID_LENGTH or type(raw) is not dict:
        return None
    fields = cast(dict[str, Any], raw)
    kind, timestamp = fields.get("type"), fields.get("timestamp")
    if type(timestamp) is not int:
        fraction = number(timestamp)
        timestamp = None if fraction is None else round(fraction)
    if type(kind) is not int or timestamp is None or not MIN_TIMESTAMP <= timestamp <= MAX_TIMESTAMP:
        return None
    return Event(window_id, timestamp, kind, fields, line)
