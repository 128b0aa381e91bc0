"""States of elements, as outlines show them: `[checked]`, `[disabled]`, `[length=7]`."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Final

from replay_mcp.recording.css.form_states import form_state, is_set
from replay_mcp.recording.dom.attributes import attribute, attributes
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.traits import tag_of, traits
from replay_mcp.recording.rrweb.types import TEXT, Node
from replay_mcp.recording.rrweb.untrusted import text

from .page import FieldState, RecordedPage
from .roles import CHECKABLE, FIELDS, level_of, role_of

_ARIA: Final = {
    f"aria-{name}": name
    for name in (
        "expanded", "pressed", "selected", "invalid", "required", "readonly", "busy", "current", "sort",
    )
}  # fmt: skip
_MEASURES: Final = frozenset({"meter", "progressbar", "slider"})
_REQUIRABLE: Final = FIELDS | CHECKABLE | {"combobox", "listbox"}
_ALSO_FALSE: Final = frozenset({"expanded", "pressed"})
_MAX_STATE_LENGTH: Final = 20
_MAX_NODES: Final = 2_000


class ElementState:
    """The states of the elements of a page."""

    def __init__(self, page: RecordedPage, document: Document) -> None:
        self._state = page.state
        self._document = document
        self.focused = {node.id for node in document.lineage(page.state.focus)}

    def has_focus(self, node: Node) -> bool:
        """Whether an element has the focus."""
        return node.id == self._state.focus

    def focus_within(self, node: Node) -> bool:
        """Whether an element, or one in it, has the focus."""
        return node.id in self.focused

    def has_value(self, node: Node) -> bool:
        """Whether a field is filled in: a value, a choice, a tick."""
        if tag_of(node) == "select":
            return any(text for _, text in self.chosen(node))
        if attribute(node, "type").lower() in ("checkbox", "radio"):
            return self.is_checked(node)
        return self.value_length(node) != 0

    def is_checked(self, node: Node) -> bool:
        """Whether a native checkbox or radio button is checked, or an option is selected."""
        if tag_of(node) == "option":
            return self._is_chosen(node)
        changed = self._state.fields.get(node.id)
        return changed.checked if changed is not None else is_set(attributes(node), "checked")

    def is_disabled(self, node: Node, lineage: Sequence[Node]) -> bool:
        """Whether an element is disabled by itself or by a `fieldset` around it."""
        if attribute(node, "aria-disabled") == "true":
            return True
        if "-" in tag_of(node):  # custom elements, which may take part in forms
            return is_set(attributes(node), "disabled")
        return form_state("disabled", node, attributes(node), lineage)

    def value_length(self, node: Node) -> int | None:
        """The length of the value of a field that is typed into; None if it is not known."""
        if (changed := self._state.fields.get(node.id)) is not None:
            return changed.length
        if traits(node).editable:
            return sum(len(each.text_content or "") for each in self._document.walk(node) if each.type == TEXT)
        if tag_of(node) == "textarea" and "value" not in attributes(node):
            return sum(len(child.text_content or "") for child in self._document.children(node) if child.type == TEXT)
        if tag_of(node) in ("input", "textarea"):
            return len(attribute(node, "value"))
        return None

    def chosen(self, select: Node) -> list[tuple[int, str]]:
        """The ids and texts of the chosen options of a list."""
        options = [node for node in self._options(select) if self.is_checked(node)]
        if not options and role_of(select, ()) == "combobox" and select.id not in self._state.fields:
            enabled = (option for option in self._options(select) if not self.is_disabled(option, ()))
            options = [*itertools.islice(enabled, 1)]
        return [(option.id, self._option_text(option)) for option in options]

    def _options(self, select: Node) -> Iterator[Node]:
        for count, node in enumerate(self._document.walk(select)):
            if count > _MAX_NODES:
                return
            if tag_of(node) == "option":
                yield node

    def _option_text(self, option: Node) -> str:
        if label := attribute(option, "label"):
            return label
        texts = [child.text_content or "" for child in self._document.children(option) if child.type == TEXT]
        return " ".join("".join(texts).split())

    def _is_chosen(self, option: Node) -> bool:
        for above in self._document.lineage(option.id)[1:4]:
            if tag_of(above) == "select":
                changed = self._state.fields.get(above.id)
                if changed is not None:
                    return self._is_value(option, changed)
                if "value" in attributes(above) and attribute(above, "value"):
                    return attribute(above, "value") == self._value_of(option)
        return is_set(attributes(option), "selected")

    def _is_value(self, option: Node, changed: FieldState) -> bool:
        return len(value := self._value_of(option)) == changed.length and value.startswith(changed.value)

    def _value_of(self, option: Node) -> str:
        own = attributes(option).get("value")
        return text(own) if own is not None else self._option_text(option)

    def of(self, node: Node, role: str, lineage: Sequence[Node]) -> tuple[str, ...]:
        """The states of an element with a role, as an outline shows them.

        Args:
            node: the element.
            role: its role.
            lineage: its ancestors, nearest first.
        """
        known = attributes(node)
        states = [
            f"level={level_of(node)}" if role == "heading" else "",
            self._checked(node) if role in CHECKABLE else "",
            "disabled" if self.is_disabled(node, lineage) else "",
            *(_aria_state(node, name) for key, name in _ARIA.items() if key in known),
            _expanded(lineage[0]) if tag_of(node) == "summary" and lineage else "",
            "readonly" if "readonly" in known and is_set(attributes(node), "readonly") else "",
            "required" if role in _REQUIRABLE and is_set(attributes(node), "required") else "",
            _value(node) if role in _MEASURES else "",
            self._length(node, role),
            "active" if self.has_focus(node) else "",
        ]
        return tuple(dict.fromkeys(filter(None, states)))

    def _length(self, node: Node, role: str) -> str:
        """The length of the value of a field that is typed into."""
        typed = role in FIELDS or traits(node).editable or (role == "combobox" and tag_of(node) == "input")
        length = self.value_length(node) if typed else None
        return "" if length is None else f"length={length}"

    def _checked(self, node: Node) -> str:
        known = attribute(node, "aria-checked")
        if tag_of(node) == "input":
            return "checked" if self.is_checked(node) else "checked=mixed" if known == "mixed" else ""
        return {"true": "checked", "mixed": "checked=mixed"}.get(known, "")


def _value(node: Node) -> str:
    """The value of a progress bar, meter or slider that scripts draw."""
    own = attribute(node, "aria-valuetext") or attribute(node, "aria-valuenow")
    if not own and tag_of(node) in ("progress", "meter"):
        own = attribute(node, "value")
    return f"value={own}" if own.strip() else ""


def _expanded(details: Node) -> str:
    return "expanded" if is_set(attributes(details), "open") else "expanded=false"


def _aria_state(node: Node, name: str) -> str:
    value = attribute(node, f"aria-{name}")[:_MAX_STATE_LENGTH].lower()
    if not value or not value.isascii() or not value.replace("-", "").isalnum() or value == "none":
        return ""
    if value == "true":
        return name
    if value == "false":
        return f"{name}=false" if name in _ALSO_FALSE else ""
    return f"{name}={value}"
