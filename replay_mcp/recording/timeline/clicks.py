"""Clicks and taps: once each, however many events tell of it."""

from dataclasses import dataclass
from typing import Final

from replay_mcp.recording.rrweb.events import Event, IncrementalSource, MouseInteractions
from replay_mcp.recording.rrweb.untrusted import number, whole

TAP_MS: Final = 1_000
"""A click on the element where a finger was lifted so long before is that same tap."""

SWIPE_PIXELS: Final = 30
"""A finger that moved farther, horizontally plus vertically, did not tap."""


@dataclass(frozen=True, slots=True)
class _Touches:
    """Clicks at one element of a window, the latest at `timestamp`; `open` of them have no click yet."""

    node: int | None
    timestamp: int
    open: int


class Clicks:
    """Tells which events are clicks of their own."""

    def __init__(self) -> None:
        self._taps: dict[str, _Touches] = {}
        self._starts: dict[str, tuple[float, float]] = {}

    def is_new_click(self, event: Event) -> bool:
        """Whether the event is a click, or a finger lifted where it was put down and that no click has told of.

        The second click of a double click is one, the double click is not. Events come in the order of time.
        """
        if event.source != IncrementalSource.MOUSE_INTERACTION:
            return False
        kind, node = whole(event.data.get("type")), whole(event.data.get("id"))
        if kind == MouseInteractions.TOUCH_START:
            self._starts[event.window_id] = _place(event)
        if kind not in (MouseInteractions.CLICK, MouseInteractions.TOUCH_END):
            return False
        if kind == MouseInteractions.TOUCH_END and self._moved(event):
            return False
        taps = self._taps.get(event.window_id)
        if taps is None or taps.node != node or event.timestamp - taps.timestamp > TAP_MS:
            taps = _Touches(node, event.timestamp, 0)
        if kind == MouseInteractions.CLICK and taps.open:
            self._taps[event.window_id] = _Touches(node, taps.timestamp, taps.open - 1)
            return False
        self._taps[event.window_id] = _Touches(node, event.timestamp, taps.open + (kind == MouseInteractions.TOUCH_END))
        return True

    def _moved(self, event: Event) -> bool:
        """Whether the finger was lifted elsewhere than it was put down: a swipe."""
        start = self._starts.pop(event.window_id, None)
        if start is None:
            return False
        x, y = _place(event)
        return abs(x - start[0]) + abs(y - start[1]) > SWIPE_PIXELS


def _place(event: Event) -> tuple[float, float]:
    return number(event.data.get("x")) or 0.0, number(event.data.get("y")) or 0.0
