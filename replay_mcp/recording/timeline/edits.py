"""Edits and choices of the person: what was typed or chosen in fields, and never what a page put into them."""

from collections import OrderedDict
from typing import Final

from replay_mcp.recording.dom.attributes import attribute
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.elements import Element
from replay_mcp.recording.dom.forms import filled_form, is_number_field, is_search_field
from replay_mcp.recording.dom.traits import CHOICE_TYPES, tag_of, traits
from replay_mcp.recording.rrweb.events import Event
from replay_mcp.recording.rrweb.types import Node
from replay_mcp.recording.rrweb.untrusted import text, whole

from .editor import Editor
from .pending_rows import PendingAction, PendingRows
from .rows import RADIO_MS, RESPONSE_MS, Choice
from .shown_text import ShownText
from .tab import Tab
from .targets import Targets

_PRESSED_MS: Final = 1_000
"""A press on a field or its label, or what is around it, explains a change so soon after."""
_BY_PRESS_MS: Final = 400
"""A press elsewhere, e.g. on a suggestion, explains a whole new value so soon after."""
_QUIET_MS: Final = 300
_TYPING_MS: Final = 3_000
"""Letters of one field come at most so far apart where nothing else shows that they are typed."""
_AROUND_LEVELS: Final = 4
_NEAR_LEVELS: Final = 3
_MAX_FIELDS: Final = 500
_MAX_LENGTH: Final = 1_000_000
_CHECKED_ROLES: Final = frozenset({"checkbox", "radio", "switch"})


class Edits:
    """Writes down edits and choices: how long a field's value is, never which it is."""

    def __init__(self, pending: PendingRows, shown: ShownText, targets: Targets) -> None:
        self._pending = pending
        self._words = shown
        self._targets = targets
        self._lengths: OrderedDict[tuple[int, int], tuple[int, int]] = OrderedDict()
        """By tab and field: when its value was recorded last, and how long it was."""
        self._typed: OrderedDict[tuple[int, int], PendingAction] = OrderedDict()
        """By tab and field: the latest edit."""

    def take(self, tab: Tab, event: Event) -> None:
        """A field has a new value."""
        id, value = whole(event.data.get("id")), text(event.data.get("text"))
        if id is None:
            return
        checked = event.data.get("isChecked") is True
        by_hand = tab.focused == id
        tab.respond(
            event.timestamp,
            "input",
            RESPONSE_MS,
            lambda action: not action.outdone and (not by_hand or id in action.nodes),
        )
        at, node = tab.chosen
        unchosen = not checked and node != id and 0 <= event.timestamp - at <= RADIO_MS
        if unchosen:
            return
        before = self._length(tab, event, id, len(value))
        if not _is_choice(self._targets.document(tab), id):
            self._words.typed(tab.number, id, value)  # whoever wrote it: the page may repeat it
        if not value and (typed_before := self._typed.get((tab.number, id))):
            typed_before.emptied = True
        if id < 0 or event.data.get("userTriggered") is False:
            return  # a copy of a field that is in no document, or the page wrote it
        if self._goes_on(tab, id):
            self._go_on(tab, event, len(value), before, checked=checked)
        elif self._is_by_person(tab, event, id, len(value), before):
            self._begin(tab, event, id, value, before, checked=checked)
        elif tab.clicked is not None and tab.clicked.browser == "file chooser" and tab.clicked is tab.action:
            tab.acted_at = event.timestamp  # the click goes on until a file is chosen

    def editor(self, tab: Tab, id: int) -> Editor | None:
        """The editable part of the document that took the focus; None where it is a field, or anything else."""
        document = tab.document.current()
        editable = [node for node in document.lineage(id) if traits(node).editable]
        return Editor(self, tab, document, editable[-1]) if editable else None

    def write(self, tab: Tab, event: Event, id: int, length: int) -> None:
        """Something was written into an editable part of the document, which has this length now."""
        if self._goes_on(tab, id):
            self._go_on(tab, event, length, None, checked=False)
        else:
            self._begin(tab, event, id, "*" * min(length, _MAX_LENGTH), None, checked=False)

    def remember(self, tab: Tab, id: int, text: str) -> None:
        """A text node holds what was written."""
        self._words.typed(tab.number, id, text)

    def _length(self, tab: Tab, event: Event, id: int, length: int) -> tuple[int, int] | None:
        """When a field had its value before, and how long that was."""
        key = tab.number, id
        before = self._lengths.pop(key, None)
        self._lengths[key] = event.timestamp, length
        if len(self._lengths) > _MAX_FIELDS:
            self._lengths.popitem(last=False)
        return before

    def _goes_on(self, tab: Tab, id: int) -> bool:
        """Whether further values of the same field are the same edit: letters typed, a slider drawn."""
        action = tab.action
        return (
            action is not None
            and (action.kind == "typing" or action.element.role == "slider")
            and tab.typing
            and action.nodes[:1] == (id,)
        )

    def _go_on(self, tab: Tab, event: Event, length: int, before: tuple[int, int] | None, *, checked: bool) -> None:
        action = tab.action
        if action is None:
            return
        if action.kind == "typing" and action.completes and before is not None and abs(length - before[1]) > 1:
            return  # the page completed what was typed
        action.count += 1
        action.until = tab.acted_at = event.timestamp
        if action.kind == "typing":
            action.characters, action.least, action.emptied = length, min(action.least, length), not length
        else:
            action.choice = _choice(action.element, checked=checked)
        if checked:
            tab.chosen = event.timestamp, action.nodes[0]

    def _begin(
        self, tab: Tab, event: Event, id: int, value: str, before: tuple[int, int] | None, *, checked: bool
    ) -> None:
        if self._pending.refuses("typing"):  # or a choice: to tell that, too, would take looking
            tab.disregard()
            return
        target = self._targets.find(tab, id)
        found = target.element
        action = PendingAction(
            event.timestamp, tab.number, "change" if found.toggle or checked else "typing",
            page=tab.page, key=found.key, element=found, nodes=target.nodes,
        )  # fmt: skip
        if action.kind == "typing":
            action.characters = action.least = len(value)
            action.before = before[1] if before else None
            action.completes = _completes(tab.document.current(), id)
        else:
            action.choice = _choice(found, checked=checked)
        self._relate(tab, action, id)
        self._typed[tab.number, id] = action
        if len(self._typed) > _MAX_FIELDS:
            self._typed.popitem(last=False)
        tab.begin(self._pending.enter(action))
        tab.complete(action)
        tab.typing = True
        if action.kind == "typing" and tab.focused is None:  # it had the focus before the recording began
            tab.focused = id
        if checked:
            tab.chosen = event.timestamp, id

    def _relate(self, tab: Tab, action: PendingAction, id: int) -> None:
        """Say which form is filled in, and whether what is typed may be typed anew."""
        document = tab.document.current()
        lineage = document.lineage(id)
        if lineage and action.element.sort != "unread" and not is_search_field(lineage, action.element.label):
            action.form = filled_form(document, lineage)
            action.retypable = not is_number_field(lineage[0])

    def _is_by_person(self, tab: Tab, event: Event, id: int, length: int, before: tuple[int, int] | None) -> bool:
        """Whether the person gave a field its value: it has the focus, it was pressed, or letters are typed."""
        document = self._targets.document(tab)
        lineage = document.lineage(id)
        if not lineage:
            return tab.focused == id or tab.focused is None
        action = tab.clicked
        since = event.timestamp - action.last if action is not None else _PRESSED_MS + 1
        pressed = action is not None and since <= _PRESSED_MS and _is_around(document, action, id)
        if _is_kept_by_page(lineage[0]) or _is_taken_back(lineage[0], event):
            return False
        if _is_choice(document, id):
            alone = tag_of(lineage[0]) == "select" and self._is_alone(tab, event, since)
            return pressed or alone or _has_focus(document, tab.focused, id)
        by_button = action is not None and since <= _PRESSED_MS and action.element.sort == "control"
        if length == 0 and by_button:
            return False  # it emptied a form that was sent, or cleared a field
        steps = before is not None and event.timestamp - before[0] <= _TYPING_MS and abs(length - before[1]) == 1
        if _has_focus(document, tab.focused, id):
            jumps = not steps and length != 1
            return not (jumps and since <= _BY_PRESS_MS and not pressed)
        return pressed or steps or (tab.focused is None and length == 1)

    def _is_alone(self, tab: Tab, event: Event, since: int) -> bool:
        """Whether nothing else happened that could have given a list its value: keys choose without any other event."""
        others = [at for key, (at, _) in list(self._lengths.items())[-2:-1] if key[0] == tab.number]
        quiet = event.timestamp - max(tab.changed_at, *others, 0) > _QUIET_MS
        return quiet and since > _PRESSED_MS


def _is_kept_by_page(field: Node) -> bool:
    """Whether a page keeps a field beside a control of its own, to send it with a form."""
    return attribute(field, "aria-hidden") == "true" or attribute(field, "type") == "hidden"


def _is_taken_back(field: Node, event: Event) -> bool:
    """Whether a radio button is not chosen any more, which nobody does by hand."""
    return attribute(field, "type") == "radio" and event.data.get("isChecked") is not True


def _choice(element: Element, *, checked: bool) -> Choice:
    if element.role in _CHECKED_ROLES:
        return "checked" if checked else "unchecked"
    return "moved" if element.role == "slider" else "other"


def _has_focus(document: Document, focused: int | None, id: int) -> bool:
    """Whether a field has the focus, or the custom element that it is a part of."""
    if focused is None or focused == id:
        return focused == id
    return any(node.id == focused and "-" in tag_of(node) for node in document.lineage(id, _AROUND_LEVELS))


def _is_choice(document: Document, id: int) -> bool:
    node = document.node(id)
    if node is None:
        return False
    return tag_of(node) == "select" or attribute(node, "type").lower() in CHOICE_TYPES


def _is_around(document: Document, action: PendingAction, id: int) -> bool:
    """Whether a click was on a field, on its label, or on what is drawn in its place."""
    lineage = document.lineage(id)
    if not action.nodes or any(node.id == action.nodes[0] for node in lineage) or id in action.nodes:
        return bool(action.nodes)
    own_id = attribute(lineage[0], "id") if lineage else ""
    labels = [document.node(node) for node in action.nodes[:_AROUND_LEVELS]]
    if own_id and any(label is not None and attribute(label, "for") == own_id for label in labels):
        return True
    near = {node.id for node in lineage[1:_NEAR_LEVELS] if tag_of(node) not in ("html", "body", "form", "")}
    return not near.isdisjoint(action.nodes[:_NEAR_LEVELS])


def _completes(document: Document, id: int) -> bool:
    """Whether a page completes what is typed into a field."""
    node = document.node(id)
    if node is None:
        return False
    return attribute(node, "role").lower() == "combobox" or attribute(node, "aria-autocomplete") in ("list", "both")
