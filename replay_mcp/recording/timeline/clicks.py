"""Clicks and taps, each recorded once from its press on, however many events the browser sends."""

from collections.abc import Sequence
from typing import Final

from replay_mcp.recording.dom.attributes import attribute
from replay_mcp.recording.dom.browser_answers import reason_from_document
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.traits import INTERACTIVE, tag_of, traits
from replay_mcp.recording.rrweb.events import Event, MouseInteractions
from replay_mcp.recording.rrweb.types import Node
from replay_mcp.recording.rrweb.untrusted import number, whole

from .pending_rows import PendingAction, PendingRows
from .presses import Press, position_of
from .rows import RAGE_GAP_MS
from .tab import Tab
from .targets import Target, Targets

_SYNTHETIC_MS: Final = 50
"""A click without a press this soon after another is made by the browser or the page, e.g. on a label's field."""
_REMOVED_MS: Final = 50
"""Pages that act on release remove the pressed element this soon after."""
_RELATED_MS: Final = 500
"""The same, if one of the two elements contains the other."""
_FOCUS_MS: Final = 150
"""A field takes the focus this soon after a click on what surrounds it."""
_NEAR_LEVELS: Final = 5
_TOUCH: Final = 2
_MAX_PIXELS: Final = 1e6
_CHOSEN_BY_KEYS: Final = frozenset(
    {"option", "menuitem", "menuitemcheckbox", "menuitemradio", "treeitem", "tab", "radio"}
)
_FIELDS: Final = frozenset({"input", "textarea", "select"})


class Clicks:
    """Records clicks.

    Attributes:
        by_page: how many clicks the page's own code made.
    """

    def __init__(self, pending: PendingRows, targets: Targets) -> None:
        self.by_page = 0
        self._pending = pending
        self._targets = targets

    def take(self, tab: Tab, event: Event) -> None:
        """Handle a mouse interaction other than a focus change."""
        match whole(event.data.get("type")):
            case MouseInteractions.MOUSE_DOWN | MouseInteractions.TOUCH_START:
                self.finish(tab)  # completes the press before this one
                self._press(tab, tab.presses.down(event))
            case MouseInteractions.MOUSE_UP:
                tab.presses.up(event)
            case MouseInteractions.TOUCH_CANCEL | MouseInteractions.CONTEXT_MENU:
                tab.presses.cancel()
            case MouseInteractions.TOUCH_END:
                if tab.presses.tap(event):
                    self._complete(tab, event, tab.presses.latest)
                elif (press := tab.presses.latest) is not None and press.is_gesture and press.action is not None:
                    tab.drop(press.action)
            case MouseInteractions.CLICK:
                self._click(tab, event)
            case _:
                pass

    def finish(self, tab: Tab) -> None:
        """Complete the latest actions, while the document is as they left it."""
        self._complete_without_click(tab)
        for action in tab.unresolved_clicks:
            is_open = action.response is None or tab.doubts.concern(action)
            if is_open and not action.browser_answer and action.element.sort == "control":
                action.browser_answer = reason_from_document(self._targets.document(tab), action.nodes[0])
        tab.unresolved_clicks.clear()

    def focused(self, tab: Tab, event: Event, id: int) -> None:
        """Handle a field taking the focus: a click on what surrounds it counts as a click on the field."""
        action = tab.latest_click
        if (
            action is None
            or action.element.sort not in ("content", "page")
            or event.timestamp - action.completed_at > _FOCUS_MS
        ):
            return
        document = self._targets.document(tab)
        lineage = document.lineage(id, _NEAR_LEVELS)
        near = {node.id for node in lineage if tag_of(node) not in ("html", "body", "")}
        if lineage and tag_of(lineage[0]) in _FIELDS and not near.isdisjoint(action.nodes[:_NEAR_LEVELS]):
            _set_target(action, self._targets.find(tab, id))

    def _press(self, tab: Tab, press: Press) -> None:
        if self._pending.is_full("click"):
            return
        action = press.action = self._action(tab, press.timestamp, self._targets.find(tab, press.node))
        if action.element.sort == "content" and not action.browser_answer and self._field_has_focus(tab):
            action.browser_answer = "left"
        if press.touch:
            tab.await_response(action)
        else:
            tab.begin(action)

    def _click(self, tab: Tab, event: Event) -> None:
        if not tab.presses.is_new_click(event):
            if tab.latest_click is not None:  # the click event of a tap
                tab.latest_click.without_mouse = True
            return
        press = tab.presses.press_of(event)
        if press is not None:
            if press.is_gesture and not _is_on_button(press, whole(event.data.get("id"))):
                return
            self._complete(tab, event, press)
        elif self._belongs_to_previous(tab, event):
            return
        elif tab.presses.are_recorded and position_of(event) == (0, 0) and not self._is_by_keys(tab, event):
            self.by_page += 1
        else:
            self.finish(tab)
            self._complete(tab, event, None, by_keys=position_of(event) == (0, 0) and self._is_by_keys(tab, event))

    def _complete(self, tab: Tab, event: Event, press: Press | None, *, by_keys: bool = False) -> None:
        if self._pending.is_full("click"):
            self._pending.refuses("click")
            tab.ignore_action()
            return
        id = whole(event.data.get("id"))
        action = None
        if press is not None and not press.has_click:
            press.has_click = True
            action = press.action
            if action is not None and action.element.sort not in INTERACTIVE and id not in (None, press.node):
                target = self._targets.find(tab, id)
                if target.element.sort in INTERACTIVE or action.element.sort in ("page", "unknown"):
                    _set_target(action, target)
        if action is None:
            action = self._action(tab, event.timestamp, self._targets.find(tab, id))
        action.touch = event.data.get("pointerType") == _TOUCH or event.data.get("type") == MouseInteractions.TOUCH_END
        action.without_mouse = by_keys
        action.completed_at = max(action.completed_at, event.timestamp)
        tab.begin(action)
        self._add(tab, action, event.timestamp, _pixels(event.data.get("x")), _pixels(event.data.get("y")))
        if tab.focused is not None:
            self.focused(tab, event, tab.focused)

    def _field_has_focus(self, tab: Tab) -> bool:
        """Whether a field has the focus."""
        node = self._targets.document(tab).node(tab.focused)
        return node is not None and traits(node).sort == "field"

    def _complete_without_click(self, tab: Tab) -> None:
        """Record a press as a click if the page removed its element, e.g. a menu item, before the click event."""
        press = tab.presses.latest
        if (
            press is None
            or press.action is None
            or press.touch
            or press.has_click
            or press.is_gesture
            or not press.released_at
        ):
            return
        action = press.action
        removed = (
            action.response is not None and action.timestamp + action.response.ms <= press.released_at + _REMOVED_MS
        )
        if removed and self._targets.document(tab).attached(press.node or 0) is None:
            press.has_click = True
            self._add(tab, action, press.released_at, press.x, press.y)

    def _add(self, tab: Tab, action: PendingAction, timestamp: int, x: float, y: float) -> None:
        if self._pending.refuses("click"):
            tab.ignore_action()
            return
        action.completed_at = max(action.completed_at, timestamp)
        action.points = [(timestamp, x, y)]
        last = tab.latest_click
        action.is_repeat = (
            last is not None and last.nodes[:1] == action.nodes[:1] and timestamp - last.points[0][0] < RAGE_GAP_MS
        )
        tab.latest_click = self._pending.add(action)
        tab.complete(action)
        tab.unresolved_clicks.append(action)

    def _action(self, tab: Tab, timestamp: int, target: Target) -> PendingAction:
        action = PendingAction(timestamp, tab.number, "click", page=tab.page)
        _set_target(action, target)
        return action

    def _belongs_to_previous(self, tab: Tab, event: Event) -> bool:
        """Whether a click without a press was made by the browser or the page for the click before it."""
        last = tab.latest_click
        since = event.timestamp - last.completed_at if last else _RELATED_MS + 1
        if last is None or since > _RELATED_MS:
            return False
        lineage = self._targets.document(tab).lineage(whole(event.data.get("id")))
        related = bool(lineage) and (lineage[0].id in last.nodes or last.nodes[0] in {node.id for node in lineage})
        if tab.presses.are_recorded:
            folded = since <= _SYNTHETIC_MS or (related and position_of(event) == (0, 0))
        else:
            synthetic = _is_of_label(last, lineage) or (related and position_of(event) == (0, 0))
            folded = since <= _SYNTHETIC_MS and synthetic
        if folded and lineage and attribute(lineage[0], "type").lower() == "file":
            last.browser_answer = "file chooser"
        return folded

    def _is_by_keys(self, tab: Tab, event: Event) -> bool:
        """Whether the focus shows that a click without a press came from a key: Enter, Space, an arrow."""
        id, focused = whole(event.data.get("id")), tab.focused
        if id is None or focused is None:
            return False
        document = self._targets.document(tab)
        lineage, around = document.lineage(id), document.lineage(focused)
        if any(node.id == focused for node in lineage) or any(node.id == id for node in around):
            return True
        if any(attribute(node, "role") in _CHOSEN_BY_KEYS for node in lineage[:_NEAR_LEVELS]):
            return True
        return _is_submitted(document, lineage, around)


def _set_target(action: PendingAction, target: Target) -> None:
    """Set what an action was done to."""
    action.element, action.key = target.element, target.element.key
    action.nodes, action.control, action.browser_answer = target.nodes, target.control, target.browser_answer
    action.form = target.form


def _is_on_button(press: Press, id: int | None) -> bool:
    """Whether a long or moved press is a click nevertheless: it began and ended on the same button."""
    action = press.action
    return action is not None and action.element.tag in ("button", "a") and (id in action.nodes or id in action.control)


def _is_of_label(last: PendingAction, lineage: Sequence[Node]) -> bool:
    """Whether a click is the one that browsers make on a field when its label is clicked."""
    return last.element.role == "label" and bool(lineage) and tag_of(lineage[0]) in _FIELDS


def _is_submitted(document: Document, lineage: Sequence[Node], focused: Sequence[Node]) -> bool:
    """Whether Enter in a field clicked the button that sends the field's form."""
    forms = {node.id for node in focused if tag_of(node) == "form"}
    if any(node.id in forms for node in lineage):
        return True
    form = attribute(lineage[0], "form") if lineage else ""
    return bool(form) and any(attribute(node, "id") == form for node in focused)


def _pixels(value: object) -> float:
    return min(max(number(value) or 0.0, -_MAX_PIXELS), _MAX_PIXELS)
