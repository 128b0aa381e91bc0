"""Keys by which two records of one event are recognised, without the parts in which they may differ."""

import re
from enum import IntEnum, auto
from typing import Final, TypeAlias

from .events import Event, EventType, IncrementalSource, MouseInteractions
from .untrusted import number, text, whole

_TAIL: Final = 300
"""Bytes at the end of a line that hold the scalar fields of the event."""
# `delay` followed only by scalar fields up to the end of the event: a field of the event, not of its data.
_DELAY: Final = re.compile(
    rb',\s*"delay"\s*:\s*-?[\d.eE+-]+'
    rb'(?=\s*(?:,\s*"\w+"\s*:\s*(?:-?[\d.eE+-]+|"[^"\\]*"|null|true|false)\s*)*\}\s*\]?\s*$)'
)
_TIME: Final = re.compile(rb'"timestamp"\s*:\s*(?:-?[\d.eE+-]+|"[^"\\]*")')
_WINDOW: Final = re.compile(rb'"window_?[iI]d"\s*:\s*(?:-?[\d.eE+-]+|"[^"\\]*"|null)')
_NUMBERS: Final = re.compile(rb'"(?!status"|responseStatus"|21")\w+"\s*:\s*-?[\d.]+(?:[eE][+-]?\d+)?')
_POINTER_ACTIONS: Final = frozenset[int | None](MouseInteractions) - {MouseInteractions.FOCUS, MouseInteractions.BLUR}


class EventKind(IntEnum):
    """Kinds of events, by how they are compared with others."""

    META = auto()
    SNAPSHOT = auto()
    POINTER = auto()
    INPUT = auto()
    SCROLL = auto()
    MOVE = auto()
    FOCUS = auto()
    NO_NODES = auto()
    OTHER = auto()


LOCATED: Final = (EventKind.POINTER, EventKind.INPUT, EventKind.SCROLL)
"""Actions at a place: a point of the screen, or a field."""
IDEMPOTENT: Final = (EventKind.META, EventKind.SCROLL, EventKind.MOVE, EventKind.FOCUS)
"""Events that mean the same when recorded twice."""
PAIRED_ONLY: Final = (EventKind.OTHER, EventKind.FOCUS, EventKind.NO_NODES)
"""Events that are compared only after their window turned out to have a duplicate or a second recorder."""

_TYPES: Final[dict[int, EventKind]] = {
    EventType.META: EventKind.META,
    EventType.FULL_SNAPSHOT: EventKind.SNAPSHOT,
    EventType.CUSTOM: EventKind.NO_NODES,
    EventType.PLUGIN: EventKind.NO_NODES,
}
_SOURCES: Final[dict[int, EventKind]] = {
    IncrementalSource.MOUSE_INTERACTION: EventKind.POINTER,
    IncrementalSource.INPUT: EventKind.INPUT,
    IncrementalSource.SCROLL: EventKind.SCROLL,
    IncrementalSource.MOUSE_MOVE: EventKind.MOVE,
    IncrementalSource.TOUCH_MOVE: EventKind.MOVE,
    IncrementalSource.DRAG: EventKind.MOVE,
    IncrementalSource.LOG: EventKind.NO_NODES,
    IncrementalSource.VIEWPORT_RESIZE: EventKind.NO_NODES,
}


Key: TypeAlias = tuple[object, ...]
"""What two records of one event have in common; empty if the event is not compared."""


def kind_of(event: Event) -> EventKind:
    """The kind of an event."""
    source = event.source
    if source is None:
        return _TYPES.get(event.type, EventKind.OTHER)
    kind = _SOURCES.get(source, EventKind.OTHER)
    if kind is EventKind.POINTER and whole(event.data.get("type")) not in _POINTER_ACTIONS:
        return EventKind.FOCUS
    return kind


def without_delay(line: bytes) -> bytes:
    """An event's line without its `delay`, which may differ between copies of one event."""
    at = max(0, len(line) - _TAIL)
    if line.find(b'"delay"', at) < 0:
        return line
    return line[:at] + _DELAY.sub(b"", line[at:])


def comparable(event: Event) -> Key:
    """An event's line without its time and window; for plugin events, also without most numbers."""
    line = without_delay(event.line)
    line = _TIME.sub(b"", line[line.find(b"{") :])
    if b'"window' in line:
        line = _WINDOW.sub(b"", line)
    return (_NUMBERS.sub(b"", line) if event.type == EventType.PLUGIN else line,)


def action_and_place(event: Event, kind: EventKind) -> Key:
    """What a person did and where, independent of node ids; empty for a click at 0,0, which a script made."""
    data = event.data
    if kind is EventKind.INPUT:
        return kind, data.get("isChecked") is True, text(data.get("text"))
    x, y = number(data.get("x")), number(data.get("y"))
    if kind is EventKind.SCROLL:
        return kind, x, y
    return (kind, whole(data.get("type")), x, y) if x or y else ()
