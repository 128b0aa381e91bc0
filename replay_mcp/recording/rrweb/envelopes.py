"""The rrweb events in one JSON value, whatever envelope they come in.

Recordings are passed around as PostHog's exports and API answers, bodies of capture requests, arrays, pairs of a window
id and an event, rrweb's packed strings, and JSON within JSON strings. `events_in` reduces them to one form.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, Final

from replay_mcp.inflate import InflateError, inflate

from .json_documents import JsonSplitter
from .jsonl import MAX_LINE_BYTES, parse, repaired, too_large
from .untrusted import arr, obj

MAX_LEVELS: Final = 16
"""Maximum nesting of envelopes (lists, objects and strings). The deepest known form has 7."""
_BY_WINDOW: Final = ("snapshotsByWindowId", "snapshot_data_by_window_id")
_HOLDERS: Final = ("snapshots", "events", "batch", "$snapshot_data", "$snapshot_items", "data", "properties", "event")
"""Fields that hold events; the first one in an object counts."""
_WINDOW_IDS: Final = ("windowId", "window_id", "$window_id")
_SNAPSHOT_EVENTS: Final = frozenset({"$snapshot", "$snapshot_items"})
_SEGMENT: Final = {"segment_id"}
"""The fields of the header that Sentry writes before a segment's events."""
_PACKED = re.compile(r"x[\x01^\x9c\xda][\x00-\xff]*", re.DOTALL)
_JSON = re.compile(r'\s*[\[{"]')
_NUMBER = re.compile(r"\s*(?:\d{1,16}(?:\.\d{1,9})?)\s*")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_TIME_LENGTH: Final = 40
_PAIR: Final = 2

Inner = Iterator[tuple[str, Any]]
"""Values that may hold events, each with the window id that its envelope gives it."""


class Allowance:
    """Limits the bytes to which packed strings may unpack: a fixed amount, and more for each packed byte.

    rrweb's packer rarely shrinks a string to a tenth, so only crafted strings exceed the limit.
    """

    def __init__(self) -> None:
        self._left = 64 * 1024 * 1024

    def unpack(self, packed: bytes) -> bytes:
        """Unpack one string.

        Raises:
            InflateError: the string is damaged, or unpacks to more bytes than are left.
        """
        limit = min(MAX_LINE_BYTES, self._left + 20 * len(packed))
        self._left += 20 * len(packed) - limit
        unpacked = inflate(packed, limit, "zlib")
        self._left += limit - len(unpacked)
        return unpacked


def events_in(value: Any, allowance: Allowance | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the events in a value, in order, each with its window id as text ("" where none is given).

    Times given as text become epoch milliseconds. Nothing else in an event is checked or changed. A value in the place
    of an event that is not one is yielded as `{}`. Headers and product events, which some forms contain, are left out.

    Args:
        value: decoded JSON.
        allowance: shared by all values of one recording.
    """
    allowance = allowance or Allowance()
    levels: list[Inner] = [iter([("", value)])]
    while levels:
        found = next(levels[-1], None)
        if found is None:
            levels.pop()
            continue
        window_id, value = found
        if _is_event(obj(value)):
            yield _event(window_id, value)
            continue
        inner = _inside(window_id, value, allowance) if len(levels) < MAX_LEVELS else None
        if inner is None:
            yield window_id, {}
        else:
            levels.append(inner)


def events_in_text(text: bytes, allowance: Allowance | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the events in a JSON text as `events_in` does, even if it is broken or too large to decode at once."""
    allowance = allowance or Allowance()
    for value in _values(text):
        yield from events_in(value, allowance)


def _values(text: bytes) -> Iterator[Any]:
    """Yield the value of a JSON text, repaired if necessary.

    If an array or export is broken, or too large to decode at once, its elements are yielded one by one up to the
    break. What cannot be read is yielded as None.
    """
    value = _decoded(text)
    if value is not None:
        yield value
        return
    splitter = JsonSplitter()
    found = False
    for part in chain(splitter.feed(text), splitter.finish()):
        found = True
        yield _decoded(part)
    if splitter.broken or splitter.overlong or not found:
        yield None


def _decoded(text: bytes) -> Any:
    value = parse(text)
    return parse(repaired(text)) if value is None and not too_large(text, MAX_LINE_BYTES) else value


def window_text(window_id: Any) -> str | None:
    """A window id as text: "" for null; None if it is not a scalar."""
    if window_id is None:
        return ""
    if isinstance(window_id, bool):
        return str(window_id).lower()
    if isinstance(window_id, float) and window_id.is_integer():
        return str(int(window_id))
    return str(window_id) if isinstance(window_id, str | int | float) else None


def epoch_ms(time: str) -> float | None:
    """Epoch milliseconds from text: a number of milliseconds, or an ISO date and time (UTC without a zone)."""
    if len(time) > _MAX_TIME_LENGTH:
        return None
    if _NUMBER.fullmatch(time):
        return float(time) if "." in time else int(time)
    try:
        moment = datetime.fromisoformat(time.strip())
    except ValueError:
        return None
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) / timedelta(milliseconds=1)


def is_encoded(value: Any) -> bool:
    """Whether a value is a string of JSON, or one that rrweb's packer wrote."""
    return isinstance(value, str) and (_JSON.match(value) or _PACKED.match(value)) is not None


def _is_event(fields: dict[str, Any]) -> bool:
    return type(fields.get("type")) is int and "timestamp" in fields


def _event(window_id: str, raw: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    named = _inherited_window(raw, window_id)
    if named is None:
        return window_id, {}
    if isinstance(time := raw.get("timestamp"), str) and (timestamp := epoch_ms(time)) is not None:
        raw = {**raw, "timestamp": timestamp}
    return named, raw


def _inherited_window(fields: dict[str, Any], window_id: str) -> str | None:
    """The window id that an object has or inherits; None if it is not a scalar."""
    return window_text(next((fields[name] for name in _WINDOW_IDS if fields.get(name) is not None), window_id))


def _inside(window_id: str, value: Any, allowance: Allowance) -> Inner | None:
    """The values inside an envelope; None if it holds no events."""
    if isinstance(value, str):
        return _in_text(window_id, value, allowance)
    return _in_object(window_id, obj(value)) if isinstance(value, dict) else _in_list(window_id, arr(value))


def _in_object(window_id: str, fields: dict[str, Any]) -> Inner | None:
    if fields.keys() == _SEGMENT or _is_product_event(fields):
        return iter(())
    named = _inherited_window(fields, window_id)
    if named is None:
        return None
    for name in _BY_WINDOW:
        if windows := obj(fields.get(name)):
            return iter(windows.items())
    for name in _HOLDERS:
        held: Any = fields.get(name)
        if _may_hold(held):
            return iter([(named, held)])
    return None


def _is_product_event(fields: dict[str, Any]) -> bool:
    name = fields.get("event")
    return isinstance(name, str) and "properties" in fields and name not in _SNAPSHOT_EVENTS


def _in_list(window_id: str, values: list[Any]) -> Inner | None:
    if not values:
        return None
    if _may_hold(values[0]):
        return ((window_id, value) for value in values)
    if len(values) == _PAIR:
        return iter([(window_text(values[0]) or "", values[1])])
    return None


def _may_hold(value: Any) -> bool:
    """Whether a value may hold events."""
    return value.__class__ in {dict, list} or is_encoded(value)


def _in_text(window_id: str, text: str, allowance: Allowance) -> Inner | None:
    try:
        if _PACKED.fullmatch(text):
            return ((window_id, value) for value in _values(allowance.unpack(text.encode("latin-1"))))
        if _JSON.match(text):
            return ((window_id, value) for value in _values(text.encode()))
    except (InflateError, UnicodeEncodeError):
        return None
    return None
