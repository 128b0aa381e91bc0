"""Translates recordings of mobile apps into the events of a web recorder.

PostHog's mobile recorders send wireframes instead of a DOM, and touches with coordinates instead of an element. The
translation gives the rest of the reader a document, mutations of it, and touches on its nodes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import orjson
from msgspec import Raw, Struct

from .events import Event, EventType, IncrementalSource, MouseInteractions
from .untrusted import arr, number, obj, text, whole
from .wireframe_nodes import BODY, KEYBOARD, NO_NODE, ScreenChanges, element
from .wireframes import AppScreen

MAX_WINDOWS: Final = 200
"""Maximum number of windows whose screens are kept."""
SETTLE_MS: Final = 1_500
"""Boxes that move or appear up to this long after a swipe were scrolled."""
SWIPE_PIXELS: Final = 30
"""A touch that moves farther, horizontally plus vertically, is a swipe."""

_LOCATED_TOUCHES: Final = frozenset({MouseInteractions.CLICK, MouseInteractions.TOUCH_END})
"""The touches for which the touched box is looked up."""
_FINGER: Final = 2
"""rrweb's pointer type of a finger."""
_FINGER_MS: Final = 10_000
"""After this long, a finger counts as lifted even if no lift was recorded."""
_LOOKUPS: Final = 300_000
_LOOKUPS_PER_EVENT: Final = 200
_LOOKUPS_PER_BOX: Final = 20
"""Box visits that a window may cause: initially, and more for each event and each box in an event."""


class _WireframeSnapshot(Struct, gc=False):
    wireframes: Raw = Raw()


class WebEvent(NamedTuple):
    """An rrweb event without its time: the type and the data."""

    type: int
    data: dict[str, Any]


class _Meta(NamedTuple):
    """The name that the app gives a screen, and its size in pixels."""

    name: str = ""
    width: float = 0
    height: float = 0


@dataclass(slots=True)
class _AppWindow:
    """One window of an app.

    Attributes:
        meta: the name and size of the screen at the latest full snapshot.
        screen: its boxes.
        keyboard: top edge of the keyboard in pixels; None while it is closed.
        finger: where and when a finger went down that is not lifted yet.
        swiped: time of the latest swipe, epoch milliseconds.
        lookups: box visits left.
    """

    meta: _Meta
    screen: AppScreen = field(default_factory=AppScreen)
    keyboard: float | None = None
    finger: tuple[float, float, int] | None = None
    swiped: int = 0
    lookups: int = _LOOKUPS

    def spend_lookups(self) -> bool:
        """Whether all boxes may be visited; if so, charge the visits."""
        enough = self.lookups >= len(self.screen)
        self.lookups -= len(self.screen) if enough else 0
        return enough

    def is_scrolling(self, timestamp: int) -> bool:
        """Whether a finger is scrolling the screen at that time."""
        held = self.finger is not None and timestamp - self.finger[2] <= _FINGER_MS
        return held or timestamp - self.swiped <= SETTLE_MS


class MobileReplay:
    """Translates the events of each window, in time order. Events of web recordings pass unchanged."""

    def __init__(self) -> None:
        self._windows: dict[str, _AppWindow] = {}
        self._metas: dict[str, _Meta] = {}
        self._pictures: set[str] = set()

    @property
    def pictures(self) -> int:
        """Number of windows recorded as screenshots, which cannot be read."""
        return len(self._pictures)

    def web_events(self, event: Event) -> Iterable[Event]:
        """The events that a web recorder would have recorded; an event of a web recorder is returned as it is."""
        if event.window_id not in self._windows and event.type not in (EventType.META, EventType.FULL_SNAPSHOT):
            return (event,)
        if event.type == EventType.FULL_SNAPSHOT and event.window_id not in self._windows:
            peeked = event.read(_WireframeSnapshot)
            if peeked is None or not bytes(peeked.wireframes):
                return (event,)
        translated = self.translated(event.window_id, event.timestamp, event.type, event.data)
        return (event,) if translated is None else [_event(event, web) for web in translated]

    def translated(self, window_id: str, timestamp: int, kind: int, data: dict[str, Any]) -> list[WebEvent] | None:
        """Translate the parts of an event; None if they stay as they are.

        An event without visible effect becomes one that only shows that the recorder was running.
        """
        if kind == EventType.META:
            if window_id in self._metas or len(self._metas) < MAX_WINDOWS:
                self._metas[window_id] = _meta(data)
            return None
        if kind == EventType.FULL_SNAPSHOT:
            return self._snapshot(window_id, timestamp, data)
        window = self._windows.get(window_id)
        if window is None:
            return None
        window.lookups += _LOOKUPS_PER_EVENT
        if kind == EventType.CUSTOM and data.get("tag") == "keyboard":
            return [_keyboard(window, obj(data.get("payload")))]
        source = whole(data.get("source")) if kind == EventType.INCREMENTAL_SNAPSHOT else None
        if source == IncrementalSource.MUTATION:
            window.lookups += _LOOKUPS_PER_BOX * sum(
                len(arr(data.get(name))) for name in ("adds", "updates", "removes")
            )
            return _changed(window, timestamp, window.screen.change(data))
        return [_touch(window, timestamp, data)] if source == IncrementalSource.MOUSE_INTERACTION else None

    def _snapshot(self, window_id: str, timestamp: int, data: dict[str, Any]) -> list[WebEvent] | None:
        wireframes = data.get("wireframes")
        if not isinstance(wireframes, list):
            self._windows.pop(window_id, None)
            return None
        window, meta = self._windows.get(window_id), self._metas.get(window_id, _Meta())
        if window is None and len(self._windows) >= MAX_WINDOWS:
            return [_RUNNING]
        if window is None or window.meta.name != meta.name:
            window = self._windows[window_id] = _AppWindow(meta)
            events = [_full(window.screen.draw(wireframes))]
        else:
            window.meta = meta
            events = _changed(window, timestamp, window.screen.redraw(wireframes))
        if window.screen.is_picture:
            self._pictures.add(window_id)
        return events


_RUNNING: Final = WebEvent(EventType.LOAD, {})


def _event(event: Event, web: WebEvent) -> Event:
    raw = {"type": int(web.type), "data": web.data, "timestamp": event.timestamp}
    line = orjson.dumps([event.window_id, raw])
    return Event(event.window_id, event.timestamp, web.type, Raw(orjson.dumps(web.data)), line)


def _meta(data: dict[str, Any]) -> _Meta:
    return _Meta(text(data.get("href")), number(data.get("width")) or 0, number(data.get("height")) or 0)


def _full(document: dict[str, Any]) -> WebEvent:
    return WebEvent(EventType.FULL_SNAPSHOT, {"node": document, "initialOffset": {"left": 0, "top": 0}})


def _changed(window: _AppWindow, timestamp: int, changes: ScreenChanges) -> list[WebEvent]:
    """The events of a change of the screen: a mutation, or a full snapshot if a finger scrolled the screen."""
    if changes.is_empty:
        return [_RUNNING]
    values = [
        _incremental(IncrementalSource.INPUT, id=node, text=value, isChecked=False, userTriggered=False)
        for node, value in changes.values.items()  # it is not recorded whether a person typed it
    ]
    mutation = dict(changes.mutation)
    if changes.moved and window.is_scrolling(timestamp):
        if not changes.has_mutation:
            return [_RUNNING, *values]
        if window.spend_lookups():
            return [_full(window.screen.document()), *values]
    if not changes.has_mutation:
        mutation["attributes"] = [{"id": BODY, "attributes": {"data-redrawn": ""}}]
    return [_incremental(IncrementalSource.MUTATION, **mutation), *values]


def _touch(window: _AppWindow, timestamp: int, data: dict[str, Any]) -> WebEvent:
    """A touch on the node at these coordinates; a touch on the keyboard is typing."""
    kind, x, y = whole(data.get("type")), number(data.get("x")), number(data.get("y"))
    if x is not None and y is not None:
        if kind == MouseInteractions.TOUCH_START:
            window.finger = x, y, timestamp
        elif kind == MouseInteractions.TOUCH_END and window.finger:
            if abs(x - window.finger[0]) + abs(y - window.finger[1]) > SWIPE_PIXELS:
                window.swiped = timestamp
            window.finger = None
        if window.keyboard is not None and y >= window.keyboard:
            return _incremental(IncrementalSource.TOUCH_MOVE, positions=[])
    node = BODY
    if kind in _LOCATED_TOUCHES:
        examined = len(window.screen) > 0 and window.spend_lookups()
        node = window.screen.at(x, y, data.get("id")) if examined else NO_NODE
    pointer = whole(data.get("pointerType"))
    return _incremental(
        IncrementalSource.MOUSE_INTERACTION,
        type=kind,
        id=node,
        x=x,
        y=y,
        pointerType=_FINGER if pointer is None else pointer,
    )


def _keyboard(window: _AppWindow, payload: dict[str, Any]) -> WebEvent:
    """The keyboard opening or closing, as a visible change of the screen."""
    if payload.get("open") is not True:
        window.keyboard = None
        return _incremental(IncrementalSource.MUTATION, removes=[{"parentId": BODY, "id": KEYBOARD}])
    top, height = number(payload.get("y")), number(payload.get("height"))
    if top is None and height is not None and window.meta.height > height > 0:
        top = window.meta.height - height
    window.keyboard = top
    node = element(KEYBOARD, "div", {"aria-label": "keyboard"})
    return _incremental(IncrementalSource.MUTATION, adds=[{"parentId": BODY, "nextId": None, "node": node}])


def _incremental(source: IncrementalSource, **fields: Any) -> WebEvent:
    empty: dict[str, Any] = {}
    if source == IncrementalSource.MUTATION:
        empty = {"texts": [], "attributes": [], "removes": [], "adds": []}
    return WebEvent(EventType.INCREMENTAL_SNAPSHOT, {"source": int(source), **empty, **fields})
