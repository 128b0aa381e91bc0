"""Presses of a mouse button or finger. Each becomes a click, a tap, or a gesture.

Pinching, dragging, swiping and holding are gestures.
"""

from dataclasses import dataclass, field
from typing import Final

from replay_mcp.recording.rrweb.events import Event, MouseInteractions
from replay_mcp.recording.rrweb.untrusted import number, whole

from .pending_rows import PendingAction

TAP_MS: Final = 1_000
"""A click event belongs to the tap at the same place up to this long before."""
SWIPE_PIXELS: Final = 30
"""A pointer that moved farther between press and release, horizontally plus vertically, did not click."""
HOLD_MS: Final = 600
"""A finger held down longer opens a menu; that is not a tap."""
RELEASE_MS: Final = 100
"""Browsers send the click event at most this long after the release."""

_SAME_PIXELS: Final = 10
_FINGERS_MS: Final = 3_000
_MAX_PIXELS: Final = 1e6


@dataclass(slots=True)
class Press:
    """A mouse button or finger that went down.

    Attributes:
        node: id of the pressed node.
        action: the action that it begins; None if no more clicks are kept.
        released_at: when it was released.
        is_gesture: whether it is a gesture, not a click.
        has_click: whether its click was recorded.
    """

    timestamp: int
    node: int | None
    x: float
    y: float
    touch: bool
    action: PendingAction | None = None
    released_at: int | None = None
    is_gesture: bool = False
    has_click: bool = False

    def distance(self, event: Event) -> float:
        """The distance from the press to an event, in pixels, horizontally plus vertically."""
        x, y = position_of(event)
        return abs(x - self.x) + abs(y - self.y)


@dataclass(slots=True)
class _TouchSeries:
    """Touches and clicks at one place, the latest at `timestamp`; for `waiting` taps, no click event has come yet."""

    node: int | None
    timestamp: int
    x: float
    y: float
    waiting: int = 0


@dataclass(slots=True)
class Presses:
    """The presses in one browser tab. Events come in time order.

    Attributes:
        latest: the latest press.
        are_recorded: whether the recorder sends presses; some send only clicks.
    """

    latest: Press | None = None
    are_recorded: bool = False
    _fingers: list[int] = field(default_factory=list[int])
    _several: bool = False
    _touches: _TouchSeries | None = None

    def down(self, event: Event) -> Press:
        """Handle a mouse button or finger going down."""
        x, y = position_of(event)
        touch = whole(event.data.get("type")) == MouseInteractions.TOUCH_START
        self.are_recorded = True
        self.latest = Press(event.timestamp, whole(event.data.get("id")), x, y, touch)
        if touch and abs(x) + abs(y) < _MAX_PIXELS:
            self._fingers = [each for each in self._fingers if event.timestamp - each <= _FINGERS_MS]
            self._fingers.append(event.timestamp)
            self._several = len(self._fingers) > 1
        return self.latest

    def up(self, event: Event) -> None:
        """Handle the release of a mouse button."""
        press = self.latest
        if press is not None and not press.touch and press.released_at is None:
            press.released_at = event.timestamp
            press.is_gesture = press.distance(event) > SWIPE_PIXELS

    def cancel(self) -> None:
        """Handle a press that the browser used itself: to scroll, to zoom, to open its own menu."""
        self._fingers.clear()
        if self.latest is not None and not self.latest.has_click:
            self.latest.is_gesture = True

    def scrolled(self) -> None:
        """Handle scrolling: a finger that is down did it, and its release may not be recorded."""
        press = self.latest
        if press is not None and press.touch and press.released_at is None:
            self.cancel()

    def tap(self, event: Event) -> bool:
        """Handle a finger that was lifted. Return whether that is a tap that no click event has reported yet."""
        press, several = self.latest, self._several
        if self._fingers:
            self._fingers.pop(0)
        self._several = several and bool(self._fingers)
        if press is not None and press.touch and press.released_at is None:
            press.released_at = event.timestamp
            held = event.timestamp - press.timestamp > HOLD_MS
            press.is_gesture = press.is_gesture or several or held or press.distance(event) > SWIPE_PIXELS
            if press.is_gesture:
                return False
        elif several:
            return False
        return self._is_new(event, tap=True)

    def is_new_click(self, event: Event) -> bool:
        """Whether a click event is not the one of a tap already reported. The second of a double click is new."""
        return self._is_new(event, tap=False)

    def press_of(self, event: Event) -> Press | None:
        """The press that a click event completes; None for a click without one."""
        press = self.latest
        if press is None or press.has_click:
            return None
        late = press.released_at is not None and event.timestamp - press.released_at > RELEASE_MS and not press.touch
        elsewhere = position_of(event) == (0, 0) and press.distance(event) > SWIPE_PIXELS
        if late or elsewhere:
            return None
        return press

    def _is_new(self, event: Event, *, tap: bool) -> bool:
        node = whole(event.data.get("id"))
        x, y = position_of(event)
        touches = self._touches
        here = touches is not None and (touches.node == node or abs(touches.x - x) + abs(touches.y - y) <= _SAME_PIXELS)
        if touches is None or not here or event.timestamp - touches.timestamp > TAP_MS:
            touches = self._touches = _TouchSeries(node, event.timestamp, x, y)
        if not tap and touches.waiting:
            touches.waiting -= 1
            return False
        self._touches = _TouchSeries(node, event.timestamp, x, y, touches.waiting + tap)
        return True


def position_of(event: Event) -> tuple[float, float]:
    """The position of an event: pixels from the left and the top of the viewport."""
    return number(event.data.get("x")) or 0.0, number(event.data.get("y")) or 0.0
