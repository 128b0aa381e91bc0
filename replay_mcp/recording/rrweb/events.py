"""The events of a recording: rrweb's constants, and a reader for lines of events (PostHog's `blob_v2` JSONL).

A line is `[windowId, event]`, or holds events in another form: see `envelopes`. Anybody's browser may have written it,
so every size is bounded, and what cannot be read is counted, never fatal.
"""

import builtins
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Any, Final, TypeVar

import msgspec
import orjson
from msgspec import Raw, Struct

from replay_mcp.errors import UnreadableRecording

from .decode import check, decode_deep, decode_fields
from .envelopes import Allowance, events_in, events_in_text
from .jsonl import MAX_LINE_BYTES, loads, parse, repaired, too_large, written
from .untrusted import arr, number, obj, text

MAX_WINDOW_ID_LENGTH: Final = 200
MIN_LINE_BYTES: Final = 16
"""Minimum number of bytes of an event: its time alone takes 13."""
MIN_TIMESTAMP: Final = 1_262_304_000_000
"""2010-01-01. No recording is older: an earlier time is in another unit, or comes from a clock that was never set."""
MAX_TIMESTAMP: Final = 4_102_444_800_000
"""2100-01-01. Dates computed from a recording's times stay far from the end of Python's calendar."""


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
    """rrweb's `IncrementalSource`: what an incremental snapshot records."""

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


_INCREMENTAL: Final = int(EventType.INCREMENTAL_SNAPSHOT)

CONSOLE_PLUGIN: Final = "rrweb/console@1"
NETWORK_PLUGIN: Final = "rrweb/network@1"


S = TypeVar("S", bound=Struct)


class _SourceField(Struct, gc=False):
    source: int


class _EventFields(Struct, gc=False):
    type: int
    timestamp: int
    data: Raw = Raw()
    cv: str | None = None


_UNREAD: Final = -1
_SOURCES: Final = {b'{"source":%d' % source: int(source) for source in IncrementalSource}
"""The beginning of the data of an incremental snapshot, as recorders write it."""
_SOURCE_LENGTH: Final = max(map(len, _SOURCES)) + 1
_LINE: Final = msgspec.json.Decoder(tuple[str, _EventFields])


class Event:
    """One rrweb event.

    Attributes:
        window_id: the browser tab that recorded it.
        timestamp: epoch milliseconds.
        type: an `EventType`, or a number of a newer recorder.
        line: the `blob_v2` line that holds it, without the line feed.
        cv: PostHog's compression version, where fields of `data` are compressed.
    """

    __slots__ = ("_data", "_raw", "_source", "cv", "line", "timestamp", "type", "window_id")

    def __init__(  # noqa: PLR0917 - called for every event, and keywords are slower
        self, window_id: str, timestamp: int, type: int, raw: Raw, line: bytes, cv: str | None = None
    ) -> None:
        self.window_id = window_id
        self.timestamp = timestamp
        self.type = type
        self.line = line
        self.cv = cv
        self._raw = raw
        self._data: dict[str, Any] | None = None
        self._source: int | None = _UNREAD if type == _INCREMENTAL else None

    def in_window(self, window_id: str) -> "Event":
        """The event, assigned to another browser tab."""
        return Event(window_id, self.timestamp, self.type, self._raw, self.line, self.cv)

    @property
    def data_json(self) -> bytes:
        """The event's `data` as JSON text."""
        return bytes(self._raw)

    @property
    def data(self) -> dict[str, Any]:
        """The event's `data` decoded, except compressed fields; empty if it is not an object, or too large."""
        if self._data is None:
            data = self.data_json
            try:
                self._data = {} if not data or too_large(data, MAX_LINE_BYTES) else obj(loads(data))
            except orjson.JSONDecodeError:
                self._data = {}
        return self._data

    @property
    def source(self) -> int | None:
        """The `IncrementalSource` of an incremental snapshot, else None."""
        if self._source == _UNREAD:
            begin = bytes(memoryview(self._raw)[:_SOURCE_LENGTH])
            self._source = _SOURCES.get(begin[: begin.find(b",")])
            if self._source is None:
                found = decode_fields(_SourceField, self.data_json)
                self._source = None if found is None else found.source
        return self._source

    def read(self, kind: "builtins.type[S]") -> S | None:
        """Decode the event's `data` as this type; None if it does not fit."""
        return decode_fields(kind, self.data_json)


class EventReader:
    """Reads events from lines, in the order of the lines.

    Attributes:
        broken: number of lines, or events within a line, that could not be read so far.
    """

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = lines
        self._allowance = Allowance()
        self.broken = 0

    def __iter__(self) -> Iterator[Event]:
        for line in self._lines:
            line = line.rstrip()  # noqa: PLW2901 - the same line
            if len(line) < MIN_LINE_BYTES:  # trying to repair it would take much longer
                self.broken += bool(line)
                continue
            if event := _read(line):
                yield event
                continue
            value = parse(line)
            if value is None and line:
                line = repaired(line)  # noqa: PLW2901
                value = parse(line)
            if event := _event(value, line):
                yield event
            elif line:
                yield from self._events_in_other_form(line, value)

    def _events_in_other_form(self, line: bytes, value: Any) -> Iterator[Event]:
        """Yield the events of a line in another form than `[windowId, event]`."""
        allowance = self._allowance
        for found in events_in_text(line, allowance) if value is None else events_in(value, allowance):
            try:
                event = _event([*found], written(found))
            except orjson.JSONEncodeError:  # nested too deeply to be written
                event = None
            if event is None:
                self.broken += 1
            else:
                yield event


def _read(line: bytes) -> Event | None:
    """The event of a line in PostHog's form; None if the line is in another form."""
    try:
        check(line)
        window_id, event = decode_deep(_LINE, line)
    except (UnreadableRecording, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not MIN_TIMESTAMP <= event.timestamp <= MAX_TIMESTAMP or len(window_id) > MAX_WINDOW_ID_LENGTH:
        return None
    return Event(window_id, event.timestamp, event.type, event.data, line, event.cv)


def _event(pair: Any, line: bytes) -> Event | None:
    """The event of a decoded `[windowId, event]` pair; None if the value is not one."""
    parts = arr(pair)
    if len(parts) != 2:
        return None
    window_id, raw = parts
    if type(window_id) is not str or len(window_id) > MAX_WINDOW_ID_LENGTH:
        return None
    fields = obj(raw)
    kind, timestamp = fields.get("type"), fields.get("timestamp")
    if type(timestamp) is not int:
        fraction = number(timestamp)
        timestamp = None if fraction is None else round(fraction)
    if type(kind) is not int or timestamp is None or not MIN_TIMESTAMP <= timestamp <= MAX_TIMESTAMP:
        return None
    try:
        data = written(fields.get("data"))
    except orjson.JSONEncodeError:  # nested too deeply to be written
        return None
    cv = fields.get("cv")
    return Event(window_id, timestamp, kind, Raw(data), line, cv if cv is None else text(cv) or "unknown")
