"""Form fields of frames: bullets for what was typed, and what was chosen."""

from collections.abc import Iterable
from typing import Final

from replay_mcp.recording.dom.attributes import attribute, attributes
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.traits import BUTTON_TYPES, tag_of
from replay_mcp.recording.rrweb.types import TEXT, Node
from replay_mcp.recording.screen.states import ElementState

from .attributes import Attributes, named
from .text import Masking, bullets, escaped

FIELD_TAGS: Final = frozenset({"input", "select", "textarea"})

_LABELS: Final = {"submit": "Submit", "reset": "Reset"}
_WITHOUT_VALUE: Final = frozenset({"color", "file", "range"})
_TYPED: Final = frozenset({"email", "password", "search", "tel", "text", "url"})
"""Types that show any value; the others refuse bullets."""
_MAX_OPTIONS: Final = 1_000


class Fields:
    """Writes the form fields of one frame."""

    def __init__(self, document: Document, states: ElementState, attributes: Attributes, masking: Masking) -> None:
        self._document = document
        self._states = states
        self._attributes = attributes
        self._mask = masking.one

    def written(self, node: Node, tag: str, more: Iterable[tuple[str, str]], *, typed: bool) -> str:
        """A field as HTML.

        Args:
            node: the field.
            tag: one of `FIELD_TAGS`.
            more: further attributes.
            typed: whether what is around it was typed.
        """
        known = attributes(node)
        kept = self._attributes.of(tag, known, typed=typed)
        own = [(name, value) for name, value in kept if name != "aria-valuetext"] + [*more]
        if style := self._attributes.style(known):
            own.append(("style", style))
        if tag == "select":
            return f"<select{named(own)}>{self._options(node)}</select>"
        if tag == "textarea":
            return f"<textarea{named(own)}>\n{bullets(self._states.value_length(node) or 0)}</textarea>"
        kind = attribute(node, "type").lower()
        if kind == "hidden":
            return "<style></style>"
        return f"<input{named([*own, *self._shown(node, kind)])}>"

    def _shown(self, node: Node, kind: str) -> Iterable[tuple[str, str]]:
        """The attributes of an `input` that say what it shows."""
        if kind in BUTTON_TYPES:
            label = attribute(node, "alt" if kind == "image" else "value") or _LABELS.get(kind, "")
            yield "type", "button"
            yield "value", self._mask(label[:500])
        elif kind in ("checkbox", "radio"):
            yield "type", kind
            if self._states.is_checked(node):
                yield "checked", ""
        elif kind in _WITHOUT_VALUE:
            yield "type", kind
        else:
            yield "type", kind if kind in _TYPED else "text"
            yield "value", bullets(self._states.value_length(node) or 0)

    def _options(self, select: Node) -> str:
        found: list[str] = []
        for child in self._document.children(select)[:_MAX_OPTIONS]:
            if tag_of(child) == "optgroup":
                inner = self._document.children(child)[: _MAX_OPTIONS - len(found)]
                options = "".join(self._option(each) for each in inner if tag_of(each) == "option")
                found.append(f"<optgroup{self._named(child)}>{options}</optgroup>")
            elif tag_of(child) == "option":
                found.append(self._option(child))
        return "".join(found)

    def _option(self, option: Node) -> str:
        texts = [child.text_content or "" for child in self._document.children(option) if child.type == TEXT]
        chosen = ' selected=""' if self._states.is_checked(option) else ""
        return f"<option{self._named(option)}{chosen}>{escaped(self._mask(''.join(texts)[:500]))}</option>"

    def _named(self, node: Node) -> str:
        return named(self._attributes.of(tag_of(node), attributes(node), typed=False))
