"""Presses of a mouse button or finger, and what becomes of each: a click, a tap, or a gesture.

An action begins at its press. Pinching, dragging, swiping and holding are gestures, not clicks.
"""

from dataclasses import dataclass, field
from typing import Final

from replay_mcp.recording.rrweb.events import Event, MouseInteractions
from replay_mcp.recording.rrweb.untrusted import number, whole

from .pending_rows import PendingAction

TAP_MS: Final = 1_000
"""A click where a finger was lifted so long before is that same tap."""
SWIPE_PIXELS: Final = 30
"""A pointer that moved farther between press and release, horizontally plus vertically, did not click."""
HOLD_MS: Final = 600
"""A finger that rested longer was held, which opens menus; it did not tap."""
RELEASE_MS: Final = 100
"""A browser sends the click at most so long after the release."""

_SAME_PIXELS: Final = 10
_FINGERS_MS: Final = 3_000
_MAX_PIXELS: Final = 1e6


@dataclass(slots=True)
class Press:
    """A pointer that was put down.

    Attributes:
        node: id of what was pressed.
        action: the action that begins with it; None where no more are kept.
        released: when it was lifted.
        gesture: whether it was no click.
        clicked: whether its click was recorded.
    """

    timestamp: int
    node: int | None
    x: float
    y: float
    touch: bool
    action: PendingAction | None = None
    released: int | None = None
    gesture: bool = False
    clicked: bool = False

    def distance(self, event: Event) -> float:
        """How far an event happened from it, in pixels, horizontally plus vertically."""
        x, y = place_of(event)
        return abs(x - self.x) + abs(y - self.y)


@dataclass(slots=True)
class _Taps:
    """Taps at one element, the latest at `timestamp`; `waiting` of them have no click event yet."""

    node: int | None
    timestamp: int
    x: float
    y: float
    waiting: int = 0


@dataclass(slots=True)
class Presses:
    """The presses of one tab. Events come in the order of time.

    Attributes:
        latest: the latest press.
        recorded: whether the tab's recorder sends presses at all; some send clicks only.
    """

    latest: Press | None = None
    recorded: bool = False
    _fingers: list[int] = field(default_factory=list[int])
    _several: bool = False
    _taps: _Taps | None = None

    def down(self, event: Event) -> Press:
        """A mouse button or finger was put down."""
        x, y = place_of(event)
        touch = whole(event.data.get("type")) == MouseInteractions.TOUCH_START
        self.recorded = True
        self.latest = Press(event.timestamp, whole(event.data.get("id")), x, y, touch)
        if touch and abs(x) + abs(y) < _MAX_PIXELS:
            self._fingers = [each for each in self._fingers if event.timestamp - each <= _FINGERS_MS]
            self._fingers.append(event.timestamp)
            self._several = len(self._fingers) > 1
        return self.latest

    def up(self, event: Event) -> None:
        """A mouse button was released."""
        press = self.latest
        if press is not None and not press.touch and press.released is None:
            press.released = event.timestamp
            press.gesture = press.distance(event) > SWIPE_PIXELS

    def cancel(self) -> None:
        """The browser took a press for itself: to scroll, to zoom, to open a menu of its own."""
        self._fingers.clear()
        if self.latest is not None and not self.latest.clicked:
            self.latest.gesture = True

    def scrolled(self) -> None:
        """The page was scrolled: by a finger, if one is down, of which no end may be recorded."""
        press = self.latest
        if press is not None and press.touch and press.released is None:
            self.cancel()

    def tap(self, event: Event) -> bool:
        """A finger was lifted: whether that is a tap which no click has reported yet."""
        press, several = self.latest, self._several
        if self._fingers:
            self._fingers.pop(0)
        self._several = several and bool(self._fingers)
        if press is not None and press.touch and press.released is None:
            press.released = event.timestamp
            held = event.timestamp - press.timestamp > HOLD_MS
            press.gesture = press.gesture or several or held or press.distance(event) > SWIPE_PIXELS
            if press.gesture:
                return False
        elif several:
            return False
        return self._is_new(event, tap=True)

    def is_new_click(self, event: Event) -> bool:
        """Whether a click event is none that a tap has reported; the second click of a double click is one."""
        return self._is_new(event, tap=False)

    def own(self, event: Event) -> Press | None:
        """The press that a click event completes; None where it was made without one."""
        press = self.latest
        if press is None or press.clicked:
            return None
        late = press.released is not None and event.timestamp - press.released > RELEASE_MS and not press.touch
        elsewhere = place_of(event) == (0, 0) and press.distance(event) > SWIPE_PIXELS
        if late or elsewhere:
            return None
        return press

    def _is_new(self, event: Event, *, tap: bool) -> bool:
        node = whole(event.data.get("id"))
        x, y = place_of(event)
        touches = self._taps
        here = touches is not None and (touches.node == node or abs(touches.x - x) + abs(touches.y - y) <= _SAME_PIXELS)
        if touches is None or not here or event.timestamp - touches.timestamp > TAP_MS:
            touches = self._taps = _Taps(node, event.timestamp, x, y)
        if not tap and touches.waiting:
            touches.waiting -= 1
            return False
        self._taps = _Taps(node, event.timestamp, x, y, touches.waiting + tap)
        return True


def place_of(event: Event) -> tuple[float, float]:
    """Pixels from the left and the top of the viewport."""
    return number(event.data.get("x")) or 0.0, number(event.data.get("y")) or 0.0
