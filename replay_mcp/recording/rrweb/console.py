"""Reads console calls, as recorded by rrweb's console plugin and by rrweb 1.x."""

from dataclasses import dataclass
from typing import Any, Final

import orjson

from .events import CONSOLE_PLUGIN, Event, EventType, IncrementalSource
from .untrusted import arr, obj, text

MAX_CONSOLE_MESSAGE_LENGTH: Final = 3_000

_WARNINGS: Final = frozenset({"warn", "countReset"})
_ERRORS: Final = frozenset({"error", "assert"})


@dataclass(frozen=True, slots=True)
class ConsoleLine:
    """One console call.

    Attributes:
        level: `info`, `warn` or `error`; other methods count as `info` (live behaviour).
        from_extension: whether a browser extension made the call.
    """

    timestamp: int
    window_id: str
    level: str
    message: str
    from_extension: bool


def console_line(event: Event) -> ConsoleLine | None:
    """The console call that an event recorded; None if it recorded something else."""
    call = _call(event)
    if call is None:
        return None
    method = text(call.get("level"))
    level = "error" if method in _ERRORS else "warn" if method in _WARNINGS else "info"
    message = " ".join(_argument(argument) for argument in arr(call.get("payload")))
    trace = " ".join(text(frame) for frame in arr(call.get("trace")))
    return ConsoleLine(
        timestamp=event.timestamp,
        window_id=event.window_id,
        level=level,
        message=message[:MAX_CONSOLE_MESSAGE_LENGTH],
        from_extension="-extension://" in trace,
    )


def _call(event: Event) -> dict[str, Any] | None:
    """The level, arguments and trace of a console call; rrweb 1.x puts them into an incremental snapshot."""
    if event.type == EventType.PLUGIN and event.data.get("plugin") == CONSOLE_PLUGIN:
        return obj(event.data.get("payload"))
    if event.type == EventType.INCREMENTAL_SNAPSHOT and event.source == IncrementalSource.LOG:
        return event.data
    return None


def _argument(argument: object) -> str:
    """A console argument, which is JSON text: strings are decoded, everything else stays as written."""
    written = text(argument)
    if written.startswith('"'):
        try:
            return text(orjson.loads(written))
        except orjson.JSONDecodeError:  # truncated by the recorder
            return written
    return written
