"""The events of a recording: rrweb's constants, and the lines that hold the events (PostHog's `blob_v2` JSONL).

A line is `[windowId, event]`, or holds events in another form: see `envelopes`. Lines come from browsers that anybody
may run, so every size is bounded and what cannot be read is counted, never fatal.
"""

from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Any, Final, NamedTuple

import orjson

from replay_mcp.errors import UnreadableRecording
from replay_mcp.inflate import CutOff, Damaged, TooLarge
from replay_mcp.inflate import inflate as _inflated

from .envelopes import Allowance, events_in, events_in_text
from .jsonl import loads, mended, parse, too_large, written
from .untrusted import arr, number, obj, whole

MAX_INFLATED_BYTES: Final = 32 * 1024 * 1024
"""Most bytes that the compressed fields of one event may hold; the largest seen in practice is under 1 MB."""
MAX_WINDOW_ID_LENGTH: Final = 200
MIN_TIMESTAMP: Final = 1_262_304_000_000
"""2010-01-01. Nothing was recorded earlier: an earlier time is another unit, or a clock that was never set."""
MAX_TIMESTAMP: Final = 4_102_444_800_000
"""2100-01-01. Far enough from the end of the calendar for every date that is computed from a recording's times."""
COMPRESSION_VERSION: Final = "2024-10"
"""The only `cv` there is."""
PACKED_FIELDS: Final = ("adds", "removes", "texts", "attributes")
"""The fields of a mutation that `cv` speaks of; of a full snapshot it is the whole `data`."""


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


BEGIN: Final = b'{"parentId":'
"""What every addition of a mutation begins with in rrweb's form, and nothing else."""
EMPTY_LENGTH: Final = 24
"""No gzip of a list with something in it is so short."""
_ADDS: Final = b'"adds":[' + BEGIN
_ADDS_LAST: Final = b'}}]},"timestamp":'
_OTHERS: Final = (b'"texts":[', b'"attributes":[', b'"removes":[')
_NOTHING: Final = b"[]"
_LONG: Final = 1_000
_INCREMENTAL: Final = int(EventType.INCREMENTAL_SNAPSHOT)
"""As a plain number, which is compared faster."""

CONSOLE_PLUGIN: Final = "rrweb/console@1"
NETWORK_PLUGIN: Final = "rrweb/network@1"


class Event(NamedTuple):
    """One rrweb event.

    Attributes:
        window_id: the browser tab that recorded it.
        timestamp: epoch milliseconds.
        type: an `EventType`, or a number that newer recorders use.
        raw: the event as recorded; its `cv` fields are compressed until `inflate`, and a mutation's `adds` may be left
            in the line, which is most of a recording: see `adds`.
        line: the `blob_v2` line that holds it, without the line feed.
        adds_at: where in the line the JSON text of the `adds` is that were left there.
    """

    window_id: str
    timestamp: int
    type: int
    raw: dict[str, Any]
    line: bytes
    adds_at: slice | None = None

    @property
    def data(self) -> dict[str, Any]:
        """The event's `data`; empty where that is no object, as in a compressed full snapshot."""
        return obj(self.raw.get("data"))

    @property
    def source(self) -> int | None:
        """The `IncrementalSource` of an incremental snapshot, else None."""
        return whole(self.data.get("source")) if self.type == _INCREMENTAL else None


def adds(mutation: Event, limit: int = MAX_INFLATED_BYTES) -> bytes:
    """The JSON text of a mutation's `adds`; `[]` where there are none.

    Raises:
        UnreadableRecording: it is compressed and cannot be inflated, or has more than `limit` bytes.
    """
    found = mutation.data.get("adds")
    if isinstance(found, str) and is_packed(mutation):
        return _NOTHING if len(found) <= EMPTY_LENGTH else unpack(found, limit)
    if mutation.adds_at:
        return mutation.line[mutation.adds_at]
    try:
        return orjson.dumps(found or [])
    except orjson.JSONEncodeError as error:
        raise UnreadableRecording("The nodes of an event are nested too deeply.") from error


class EventReader:
    """The events of lines, in the lines' order.

    Attributes:
        broken: lines, or events within a line, that could not be read so far.
    """

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = lines
        self._allowance = Allowance()
        self.broken = 0

    def __iter__(self) -> Iterator[Event]:
        for line in self._lines:
            line = line.rstrip()  # noqa: PLW2901 - the same line
            adds_at = _adds_at(line) if len(line) > _LONG else None
            if adds_at:
                rest = parse(line[: adds_at.start] + _NOTHING + line[adds_at.stop :])
                if event := _event(rest, line, adds_at):
                    yield event
                    continue
            value = parse(line)
            if value is None and line:
                line = mended(line)  # noqa: PLW2901
                value = parse(line)
            if event := _event(value, line):
                yield event
            elif line:
                yield from self._unfolded(line, value)

    def _unfolded(self, line: bytes, value: Any) -> Iterator[Event]:
        """The events of a line that is not one `[windowId, event]`."""
        allowance = self._allowance
        for found in events_in_text(line, allowance) if value is None else events_in(value, allowance):
            try:
                event = _event([*found], written(found))
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
    if not is_packed(event):
        return event
    packed = event.raw.get("data")
    data: Any
    if isinstance(packed, str):
        data = decode(unpack(packed, limit))
    else:
        data = dict(obj(packed))
        for name in PACKED_FIELDS:
            if isinstance(field := data.get(name), str):
                text = unpack(field, limit)
                limit -= len(text)
                data[name] = decode(text)
    raw = {name: value for name, value in event.raw.items() if name != "cv"} | {"data": data}
    return event._replace(raw=raw)


def is_packed(event: Event) -> bool:
    """Whether fields of the event are compressed.

    Raises:
        UnreadableRecording: in a way that is not known.
    """
    version = event.raw.get("cv")
    if version not in (None, COMPRESSION_VERSION):
        try:
            told = str(version)[:20]
        except RecursionError:
            told = "nested lists"
        raise UnreadableRecording(f"An event is compressed as {told!r}; only '2024-10' is known.")
    return version is not None


def unpack(packed: str, limit: int = MAX_INFLATED_BYTES) -> bytes:
    """The JSON text of a compressed field. PostHog writes the gzip bytes as latin-1 characters.

    Raises:
        UnreadableRecording: it is not compressed, or of more than `limit` bytes.
    """
    try:
        return _inflated(packed.encode("latin-1"), limit)
    except (UnicodeEncodeError, Damaged) as error:
        raise UnreadableRecording("A compressed field of an event is damaged.") from error
    except TooLarge as error:
        raise UnreadableRecording("An event inflates to more bytes than are read.") from error
    except CutOff as error:
        raise UnreadableRecording("A compressed field of an event is cut off.") from error


def decode(text: bytes) -> Any:
    """The value of a JSON text.

    Raises:
        UnreadableRecording: it is no JSON, or has more than `MAX_VALUES` values.
    """
    if too_large(text, MAX_INFLATED_BYTES):
        raise UnreadableRecording("A field of an event has more values than are read.")
    try:
        return loads(text)
    except orjson.JSONDecodeError as error:
        raise UnreadableRecording("A compressed field of an event is damaged.") from error


def _adds_at(line: bytes) -> slice | None:
    """Where the array `adds` of a mutation is, if it is in rrweb's form; None if that cannot be told.

    A bare quote never stands inside a JSON string, and the first `}}]` ends the array: additions end in `}}`. Where the
    other arrays of a mutation come before, as recorders write them, so does the first that ends the data, too, which
    is found in a third of the time.
    """
    start = line.find(_ADDS)
    if start < 0:
        return None
    end = line.find(_ADDS_LAST, start) if all(line.find(name, 0, start) >= 0 for name in _OTHERS) else -1
    if end < 0:
        end = line.find(b"}}]", start)
    return slice(start + len(_ADDS) - len(BEGIN) - 1, end + 3) if end >= 0 else None


def _event(pair: Any, line: bytes, adds_at: slice | None = None) -> Event | None:
    """The event of a `[windowId, event]` pair, or None when it is none. Every event passes here, hence few calls."""
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
    return Event(window_id, timestamp, kind, fields, line, adds_at)
