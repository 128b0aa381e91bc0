"""Recordings whose times count from 0 instead of 1970: how they are recognised, measured and dated.

A dated recording begins with a custom event that stores the date assigned to 0. Readers can therefore report that the
dates are not the session's own, and the same recording gets the same dates again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from .envelopes import Allowance, events_in_text
from .events import EventType
from .jsonl import parse, written
from .untrusted import arr, number, obj

RELATIVE_TIMES: Final = "replay-mcp/relative-times"
"""The tag of the custom event. Its payload is `{"zero": epoch milliseconds}`."""
MAX_RELATIVE_MS: Final = 14 * 24 * 3_600_000
"""Two weeks. Larger numbers are in other units: 2010 in seconds since 1970 is 1,262,304,000."""
_UNREADABLE: Final = b"{}"


@dataclass(frozen=True, slots=True)
class Span:
    """The first and last relative time, in milliseconds, and the window id of the first event that has one."""

    first: float
    last: float
    window_id: str


def is_relative(raw: dict[str, Any]) -> bool:
    """Whether an object is an event whose time counts from 0."""
    timestamp = number(raw.get("timestamp"))
    return type(raw.get("type")) is int and timestamp is not None and 0 <= timestamp <= MAX_RELATIVE_MS


def holds_relative(line: bytes) -> bool:
    """Whether a line holds an event whose time counts from 0."""
    return any(is_relative(raw) for _, raw in events_in_text(line))


def measure(lines: Iterable[bytes]) -> Span | None:
    """The span of the relative times in lines; None if there are none."""
    span: Span | None = None
    allowance = Allowance()
    for line in lines:
        for window_id, raw in events_in_text(line, allowance):
            if is_relative(raw):
                span = span or Span(raw["timestamp"], raw["timestamp"], window_id)
                span = Span(min(span.first, raw["timestamp"]), max(span.last, raw["timestamp"]), span.window_id)
    return span


def dated(lines: Iterable[bytes], zero: int, span: Span) -> Iterator[bytes]:
    """Yield `[windowId, event]` lines, with `zero` (epoch milliseconds) added to relative times."""
    payload = {"tag": RELATIVE_TIMES, "payload": {"zero": zero}}
    yield written([span.window_id, {"type": EventType.CUSTOM, "timestamp": zero + span.first, "data": payload}])
    allowance = Allowance()
    for line in lines:
        for window_id, raw in events_in_text(line, allowance):
            event = {**raw, "timestamp": zero + raw["timestamp"]} if is_relative(raw) else raw
            try:
                yield written([window_id, event])
            except orjson.JSONEncodeError:  # nested too deeply to be written
                yield _UNREADABLE


def zero_of(line: bytes) -> int | None:
    """The date assigned to 0, read from the line of the custom event; None for any other line."""
    if RELATIVE_TIMES.encode() not in line:
        return None
    _, raw = (*arr(parse(line)), None, None)[:2]
    data = obj(obj(raw).get("data"))
    zero = obj(data.get("payload")).get("zero")
    return zero if data.get("tag") == RELATIVE_TIMES and type(zero) is int else None
