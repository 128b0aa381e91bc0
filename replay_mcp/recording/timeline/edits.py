"""Edits and choices that the person made in fields, as opposed to values that the page set."""

from collections import OrderedDict
from typing import Final

from replay_mcp.recording.dom.attributes import attribute
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.elements import Element
from replay_mcp.recording.dom.forms import filled_form, has_suggestions, is_number_field, is_search_field
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
"""A click on a field, its label or what surrounds it explains a change this soon after."""
_BY_PRESS_MS: Final = 400
"""A click elsewhere, e.g. on a suggestion, explains a new value this soon after."""
_QUIET_MS: Final = 300
_TYPING_MS: Final = 3_000
"""Maximum time between typed letters, where only their pace shows that they are typed."""
_AROUND_LEVELS: Final = 4
_NEAR_LEVELS: Final = 3
_MAX_FIELDS: Final = 500
_MAX_LENGTH: Final = 1_000_000
_CHECKED_ROLES: Final = frozenset({"checkbox", "radio", "switch"})


class Edits:
    """Records edits and choices: how long a field's value is, never the value."""

    def __init__(self, pending: PendingRows, shown: ShownText, targets: Targets) -> None:
        self._pending = pending
        self._shown_text = shown
        self._targets = targets
        self._lengths: OrderedDict[tuple[int, int], tuple[int, int]] = OrderedDict()
        """By tab and field: time and length of the latest recorded value."""
        self._latest_edits: OrderedDict[tuple[int, int], PendingAction] = OrderedDict()
        """By tab and field."""

    def take(self, tab: Tab, event: Event) -> None:
        """Handle the new value of a field."""
        id, value = whole(event.data.get("id")), text(event.data.get("text"))
        if id is None:
            return
        checked = event.data.get("isChecked") is True
        by_hand = tab.focused == id
        tab.respond(
            event.timestamp,
            "input",
            RESPONSE_MS,
            lambda action: not action.superseded and (not by_hand or id in action.nodes),
        )
        at, node = tab.latest_choice
        unchosen = not checked and node != id and 0 <= event.timestamp - at <= RADIO_MS
        if unchosen:
            return
        before = self._previous_length(tab, event, id, len(value))
        if id >= 0 and not _is_choice(self._targets.document(tab), id):  # below 0: a field that the page just made
            self._shown_text.remember_typed(tab.number, id, value)  # also if the page wrote it: it may repeat it
        if not value and (typed_before := self._latest_edits.get((tab.number, id))):
            typed_before.emptied = True
        if id < 0 or event.data.get("userTriggered") is False:
            return  # a field outside of any document, or a value that the page set
        if self._is_continued(tab, id):
            self._continue(tab, event, len(value), before, checked=checked)
        elif self._is_by_person(tab, event, id, len(value), before):
            self._begin(tab, event, id, value, before, checked=checked)
        elif (
            tab.latest_click is not None
            and tab.latest_click.browser_answer == "file chooser"
            and tab.latest_click is tab.action
        ):
            tab.action_at = event.timestamp  # the click lasts until a file is chosen
        elif value and _is_file(self._targets.document(tab), id):  # dropped on it: no page can set such a value
            self._begin(tab, event, id, value, before, checked=checked)

    def editor(self, tab: Tab, id: int) -> Editor | None:
        """The editor that took the focus; None if it is a form field or not editable."""
        document = tab.document.current()
        editable = [node for node in document.lineage(id) if traits(node).editable]
        return Editor(self, tab, document, editable[-1]) if editable else None

    def write(self, tab: Tab, event: Event, id: int, length: int) -> None:
        """Record an edit of an editor, which now has this length."""
        if self._is_continued(tab, id):
            self._continue(tab, event, length, None, checked=False)
        else:
            self._begin(tab, event, id, "*" * min(length, _MAX_LENGTH), None, checked=False)

    def remember(self, tab: Tab, id: int, text: str) -> None:
        """Remember text that was written into a text node."""
        self._shown_text.remember_typed(tab.number, id, text)

    def _previous_length(self, tab: Tab, event: Event, id: int, length: int) -> tuple[int, int] | None:
        """Time and length of a field's previous value; remember the new one."""
        key = tab.number, id
        before = self._lengths.pop(key, None)
        if before is not None and before[0] < tab.loaded_at:
            before = None  # of another document, in which the id was that of another field
        self._lengths[key] = event.timestamp, length
        if len(self._lengths) > _MAX_FIELDS:
            self._lengths.popitem(last=False)
        return before

    def _is_continued(self, tab: Tab, id: int) -> bool:
        """Whether another value of a field continues the current edit: a letter typed, a slider dragged."""
        action = tab.action
        return (
            action is not None
            and (action.kind == "typing" or action.element.role == "slider")
            and tab.is_typing
            and action.nodes[:1] == (id,)
        )

    def _continue(self, tab: Tab, event: Event, length: int, before: tuple[int, int] | None, *, checked: bool) -> None:
        action = tab.action
        if action is None:
            return
        if action.kind == "typing" and action.has_autocomplete and before is not None and abs(length - before[1]) > 1:
            return  # the page completed what was typed
        action.count += 1
        action.until = tab.action_at = event.timestamp
        if action.kind == "typing":
            action.characters, action.min_characters, action.emptied = (
                length,
                min(action.min_characters, length),
                not length,
            )
        else:
            action.choice = _choice(action.element, checked=checked)
        if checked:
            tab.latest_choice = event.timestamp, action.nodes[0]

    def _begin(
        self, tab: Tab, event: Event, id: int, value: str, before: tuple[int, int] | None, *, checked: bool
    ) -> None:
        if self._pending.refuses("typing"):  # a choice is refused too: telling it apart would need the document
            tab.ignore_action()
            return
        target = self._targets.find(tab, id)
        found = target.element
        action = PendingAction(
            event.timestamp, tab.number, "change" if found.toggle or checked else "typing",
            page=tab.page, key=found.key, element=found, nodes=target.nodes,
        )  # fmt: skip
        if action.kind == "typing":
            action.characters = action.min_characters = len(value)
            action.characters_before = before[1] if before else _initial_length(tab.document.current(), id)
            node = tab.document.current().node(id)
            action.has_autocomplete = node is not None and has_suggestions(node)
        else:
            action.choice = _choice(found, checked=checked)
        self._set_form(tab, action, id)
        self._latest_edits[tab.number, id] = action
        if len(self._latest_edits) > _MAX_FIELDS:
            self._latest_edits.popitem(last=False)
        tab.begin(self._pending.add(action))
        tab.complete(action)
        tab.is_typing = True
        if action.kind == "typing" and tab.focused is None:  # it was focused before the recording began
            tab.focused = id
        if checked:
            tab.latest_choice = event.timestamp, id

    def _set_form(self, tab: Tab, action: PendingAction, id: int) -> None:
        """Set the form that is filled in, and whether typing the field again counts as a correction."""
        document = tab.document.current()
        lineage = document.lineage(id)
        if not lineage or action.element.sort == "unread":
            return
        action.searches = is_search_field(lineage, action.element.label)
        if not (action.searches or has_suggestions(lineage[0])):
            action.form = filled_form(document, lineage)
            action.retypable = not is_number_field(lineage[0])

    def _is_by_person(self, tab: Tab, event: Event, id: int, length: int, before: tuple[int, int] | None) -> bool:
        """Whether the person set a field's value: it has the focus, it was clicked, or it grows letter by letter."""
        document = self._targets.document(tab)
        lineage = document.lineage(id)
        if not lineage:
            return tab.focused == id or tab.focused is None
        action = tab.latest_click
        since = event.timestamp - action.completed_at if action is not None else _PRESSED_MS + 1
        pressed = action is not None and since <= _PRESSED_MS and _is_around(document, action, id)
        if _is_hidden(lineage[0]) or _is_unchecked_radio(lineage[0], event):
            return False
        if _is_choice(document, id):
            alone = tag_of(lineage[0]) == "select" and self._is_alone(tab, event, since)
            return pressed or alone or _has_focus(document, tab.focused, id)
        by_button = action is not None and since <= _PRESSED_MS and action.element.sort == "control"
        if length == 0 and by_button:
            return False  # the button cleared the field, or the page emptied a sent form
        steps = before is not None and event.timestamp - before[0] <= _TYPING_MS and abs(length - before[1]) == 1
        if _has_focus(document, tab.focused, id):
            jumps = not steps and length != 1
            return not (jumps and since <= _BY_PRESS_MS and not pressed)
        return pressed or steps or (tab.focused is None and length == 1)

    def _is_alone(self, tab: Tab, event: Event, since: int) -> bool:
        """Whether nothing else could have set a list's value: choosing by keys is recorded as an input alone."""
        others = [at for key, (at, _) in list(self._lengths.items())[-2:-1] if key[0] == tab.number]
        quiet = event.timestamp - max(tab.changed_at, *others, 0) > _QUIET_MS
        return quiet and since > _PRESSED_MS


def _is_hidden(field: Node) -> bool:
    """Whether a field is hidden: pages keep one beside a custom control, to send it with the form."""
    return attribute(field, "aria-hidden") == "true" or attribute(field, "type") == "hidden"


def _is_unchecked_radio(field: Node, event: Event) -> bool:
    """Whether a radio button was unchecked, which only choosing another one does."""
    return attribute(field, "type") == "radio" and event.data.get("isChecked") is not True


def _choice(element: Element, *, checked: bool) -> Choice:
    if element.role in _CHECKED_ROLES:
        return "checked" if checked else "unchecked"
    return "moved" if element.role == "slider" else "other"


def _has_focus(document: Document, focused: int | None, id: int) -> bool:
    """Whether a field, or the custom element around it, has the focus."""
    if focused is None or focused == id:
        return focused == id
    return any(node.id == focused and "-" in tag_of(node) for node in document.lineage(id, _AROUND_LEVELS))


def _is_choice(document: Document, id: int) -> bool:
    node = document.node(id)
    if node is None:
        return False
    return tag_of(node) == "select" or attribute(node, "type").lower() in CHOICE_TYPES


def _is_file(document: Document, id: int) -> bool:
    node = document.node(id)
    return node is not None and attribute(node, "type").lower() == "file"


def _is_around(document: Document, action: PendingAction, id: int) -> bool:
    """Whether a click was on a field, on its label, or on what the page draws in its place."""
    lineage = document.lineage(id)
    if not action.nodes or any(node.id == action.nodes[0] for node in lineage) or id in action.nodes:
        return bool(action.nodes)
    own_id = attribute(lineage[0], "id") if lineage else ""
    labels = [document.node(node) for node in action.nodes[:_AROUND_LEVELS]]
    if own_id and any(label is not None and attribute(label, "for") == own_id for label in labels):
        return True
    near = {node.id for node in lineage[1:_NEAR_LEVELS] if tag_of(node) not in ("html", "body", "form", "")}
    return not near.isdisjoint(action.nodes[:_NEAR_LEVELS])


def _initial_length(document: Document, id: int) -> int | None:
    """How many characters a field had when it was recorded first; None if none were."""
    node = document.node(id)
    return len(attribute(node, "value")) or None if node is not None else None
