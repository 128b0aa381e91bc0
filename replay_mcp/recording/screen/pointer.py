"""Where mouse or finger was, as mouse and touch events report it."""

from collections.abc import Iterator
from typing import Any, Final

from replay_mcp.recording.rrweb.events import Event, EventType, IncrementalSource, MouseInteractions
from replay_mcp.recording.rrweb.untrusted import arr, number, obj, whole

MAX_POSITIONS: Final = 1_000
"""Maximum number of positions read of an event; posthog-js collects half a second of them."""
MAX_DELAY_MS: Final = 60_000
"""Positions that are older than their event by more are ignored."""
MAX_PIXELS: Final = 10**5
"""Positions further away are ignored."""

_MOVES: Final = frozenset[int | None](
    {IncrementalSource.MOUSE_MOVE, IncrementalSource.TOUCH_MOVE, IncrementalSource.DRAG}
)
_PRESSES: Final = frozenset[int | None](
    {
        MouseInteractions.MOUSE_DOWN,
        MouseInteractions.MOUSE_UP,
        MouseInteractions.CLICK,
        MouseInteractions.DBL_CLICK,
        MouseInteractions.CONTEXT_MENU,
        MouseInteractions.TOUCH_START,
        MouseInteractions.TOUCH_END,
    }
)

Position = tuple[int, int]
"""Pixels from the left and the top of the viewport."""


def positions(event: Event) -> Iterator[tuple[int, Position]]:
    """The positions that an event reports, each with its time in epoch milliseconds."""
    if event.type != EventType.INCREMENTAL_SNAPSHOT:
        return
    if event.source == IncrementalSource.MOUSE_INTERACTION:
        if whole(event.data.get("type")) in _PRESSES and (found := _position(event.data)):
            yield event.timestamp, found
    elif event.source in _MOVES:
        for moved in arr(event.data.get("positions"))[:MAX_POSITIONS]:
            data = obj(moved)
            offset = whole(data.get("timeOffset")) or 0
            if (found := _position(data)) and -MAX_DELAY_MS <= offset <= 0:
                yield event.timestamp + offset, found


def _position(data: dict[str, Any]) -> Position | None:
    x, y = number(data.get("x")), number(data.get("y"))
    if x is None or y is None or max(abs(x), abs(y)) > MAX_PIXELS:
        return None
    return round(x), round(y)
