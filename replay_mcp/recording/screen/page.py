"""The page in one browser tab at one moment: its document, and what the document does not hold."""

from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import Struct

from replay_mcp.errors import UnreadableRecording
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.work_budget import WorkBudget
from replay_mcp.recording.rrweb.decode import decode_fields, decode_mutation, decode_snapshot
from replay_mcp.recording.rrweb.events import Event, EventType, IncrementalSource, MouseInteractions
from replay_mcp.recording.rrweb.metadata import href
from replay_mcp.recording.rrweb.packed import inflate, is_packed
from replay_mcp.recording.rrweb.untrusted import number, obj, text, whole

from .style_state import StyleState

MAX_VALUE_LENGTH: Final = 500
"""Maximum characters kept of a field's value."""
MAX_PIXELS: Final = 10**7
"""Larger sizes and positions are ignored."""
MAX_FIELDS: Final = 5_000
"""Maximum number of fields, and of scrolled elements, whose state is kept."""

_ACTIONS: Final[dict[int, str]] = {
    MouseInteractions.MOUSE_DOWN: "pressed",
    MouseInteractions.CLICK: "clicked",
    MouseInteractions.DBL_CLICK: "double-clicked",
    MouseInteractions.CONTEXT_MENU: "right-clicked",
    MouseInteractions.TOUCH_START: "touched",
    MouseInteractions.TOUCH_END: "touched",
}


class FieldState(Struct, frozen=True, array_like=True):
    """The state of a form field since its latest change.

    Attributes:
        value: its value, truncated; it is never shown, except that of a list, which names an option.
        length: length of the whole value.
        checked: whether it is checked.
    """

    value: str
    length: int
    checked: bool


class LatestAction(Struct, frozen=True, array_like=True):
    """What the visitor did last.

    Attributes:
        verb: e.g. `clicked`.
        node: id of the element.
        timestamp: epoch milliseconds.
    """

    verb: str
    node: int
    timestamp: int


class PageState(Struct):
    """What a document does not hold. Sizes and positions are in CSS pixels.

    Attributes:
        url: as recorded.
        width: of the viewport; 0 if it is not recorded.
        fields: changed form fields, by node id.
        scrolled: positions of scrolled elements, by node id; the document node's is the page's.
        focus: id of the element with the focus.
        action: what the visitor did last on this page.
        unreadable: number of snapshots and mutations that could not be read since the latest full snapshot.
    """

    url: str = ""
    width: int = 0
    height: int = 0
    fields: dict[int, FieldState] = {}
    scrolled: dict[int, tuple[float, float]] = {}
    focus: int | None = None
    action: LatestAction | None = None
    unreadable: int = 0


class _SnapshotFields(Struct, rename={"initial_offset": "initialOffset"}):
    initial_offset: Any = None


class RecordedPage:
    """A page, changed by events in time order.

    Attributes:
        document: None until a full snapshot could be read.
    """

    def __init__(
        self, state: PageState | None = None, document: Document | None = None, styles: StyleState | None = None
    ) -> None:
        self.state = state or PageState()
        self.document = document
        self.styles = styles or StyleState()
        self._by_source: dict[int | None, Callable[[Event], None]] = {
            IncrementalSource.MUTATION: self._mutation,
            IncrementalSource.MOUSE_INTERACTION: self._interaction,
            IncrementalSource.SCROLL: self._scroll,
            IncrementalSource.VIEWPORT_RESIZE: self._size,
            IncrementalSource.INPUT: self._input,
            IncrementalSource.STYLE_SHEET_RULE: self._styles,
            IncrementalSource.STYLE_DECLARATION: self._styles,
            IncrementalSource.ADOPTED_STYLE_SHEET: self._styles,
        }

    @property
    def memory_bytes(self) -> int:
        """Approximate size in memory."""
        return self.document.memory_bytes if self.document is not None else 0

    def apply(self, event: Event) -> None:
        """Apply an event. One that cannot be read is counted and changes nothing."""
        if event.type == EventType.FULL_SNAPSHOT:
            self._snapshot(event)
        elif event.type == EventType.META:
            self._size(event)
            self._visit(event)
        elif event.type == EventType.CUSTOM and text(event.data.get("tag")).startswith("$"):
            self._visit(event)
        elif event.type == EventType.INCREMENTAL_SNAPSHOT and (handle := self._by_source.get(event.source)):
            handle(event)

    def _snapshot(self, event: Event) -> None:
        state = self.state
        self.document, self.styles, state.unreadable = None, StyleState(), 0
        state.fields, state.scrolled, state.focus, state.action = {}, {}, None, None  # ids are given anew
        try:
            root, written = decode_snapshot(event.data_json, packed=is_packed(event.cv))
        except UnreadableRecording:
            state.unreadable = 1
            return
        if root is None:
            state.unreadable = 1
            return
        self.document = Document(WorkBudget(), root, len(written))
        state.scrolled[root.id] = _initial_offset(event)

    def _visit(self, event: Event) -> None:
        self.state.url = href(event) or self.state.url

    def _size(self, event: Event) -> None:
        width, height = whole(event.data.get("width")), whole(event.data.get("height"))
        if width is not None and height is not None and 0 <= width <= MAX_PIXELS and 0 <= height <= MAX_PIXELS:
            self.state.width, self.state.height = width, height

    def _mutation(self, event: Event) -> None:
        if self.document is None:
            return
        try:
            mutation = decode_mutation(event.data_json, packed=is_packed(event.cv))
        except UnreadableRecording:
            self.state.unreadable += 1
            return
        self.styles.invalidate(self.document, mutation)
        self.document.apply(mutation)

    def _interaction(self, event: Event) -> None:
        kind, id = whole(event.data.get("type")), whole(event.data.get("id"))
        if id is None or kind is None:
            return
        if kind == MouseInteractions.FOCUS:
            self.state.focus = id
        elif kind == MouseInteractions.BLUR:
            self.state.focus = None if self.state.focus == id else self.state.focus
        elif verb := _ACTIONS.get(kind):
            self.state.action = LatestAction(verb, id, event.timestamp)

    def _scroll(self, event: Event) -> None:
        id = whole(event.data.get("id"))
        x, y = number(event.data.get("x")), number(event.data.get("y"))
        if id is not None and x is not None and y is not None and max(abs(x), abs(y)) <= MAX_PIXELS:
            _put(self.state.scrolled, id, (x, y))

    def _input(self, event: Event) -> None:
        id, value = whole(event.data.get("id")), text(event.data.get("text"))
        if id is None:
            return
        checked = event.data.get("isChecked") is True
        _put(self.state.fields, id, FieldState(value[:MAX_VALUE_LENGTH], len(value), checked))
        if event.data.get("userTriggered") is not False and self.state.focus == id:
            self.state.action = LatestAction("edited", id, event.timestamp)

    def _styles(self, event: Event) -> None:
        if self.document is not None:
            self.styles.apply(self.document, event)


def _initial_offset(event: Event) -> tuple[float, float]:
    """The scroll position of the page in a full snapshot that could be read."""
    data = event.data_json
    if event.cv:
        data = inflate(text(msgspec.json.decode(data)))
    found = decode_fields(_SnapshotFields, data)
    offset = obj(None if found is None else found.initial_offset)
    left, top = number(offset.get("left")) or 0, number(offset.get("top")) or 0
    return (left, top) if max(abs(left), abs(top)) <= MAX_PIXELS else (0, 0)


def _put(known: dict[int, Any], id: int, value: Any) -> None:
    """Set a value; beyond `MAX_FIELDS`, the one set longest ago is dropped."""
    known.pop(id, None)
    known[id] = value
    if len(known) > MAX_FIELDS:
        del known[next(iter(known))]
