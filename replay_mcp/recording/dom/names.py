"""Accessible names, as W3C's accname computes them: `aria-labelledby`, `aria-label`, labels, contents, title."""

from collections.abc import Iterator, Sequence
from typing import Final

from replay_mcp.recording.rrweb.types import ELEMENT, TEXT, Node

from .attributes import attribute
from .document import Document
from .rendered_text import host_of, light_children, rendered_text
from .traits import BUTTON_TYPES, INTERACTIVE, is_never_read, is_unread, tag_of, traits

MAX_NAME_LENGTH: Final = 80
"""Maximum length of a name. A longer text is not the name of an element that contains controls."""

_MAX_REFERENCES: Final = 4
_NEAR_LEVELS: Final = 5
_NEAR_NODES: Final = 250
_SEARCHED_BYTES: Final = 12 * 1024 * 1024
"""In a larger document, references are resolved only near the element that makes them."""
_NAMED_BY_CONTENTS: Final = frozenset({"checkbox", "menuitemcheckbox", "menuitemradio", "option", "radio", "switch"})
_CONTAINERS: Final = frozenset({"application", "combobox", "grid", "listbox", "menu", "tree"})
_HOST_ATTRIBUTES: Final = ("aria-label", "label", "accessible-name")
_TYPED_ROLES: Final = frozenset({"searchbox", "spinbutton", "textbox"})
_LISTS: Final = frozenset({"combobox", "listbox"})
_FALLBACK_ATTRIBUTES: Final = ("title", "alt", "placeholder")
_PICTURE_ATTRIBUTES: Final = ("aria-label", "alt", "title")
_DEFAULT_BUTTON_NAMES: Final = {"submit": "Submit", "reset": "Reset"}


def name_of(document: Document, node: Node, lineage: Sequence[Node]) -> str:
    """The accessible name of an element, not masked; empty if it has none.

    Args:
        document: the document that holds the element.
        node: the element.
        lineage: the element and its ancestors, nearest first.
    """
    return (
        labelled_by(document, node, lineage)
        or attribute(node, "aria-label").strip()
        or _native_name(document, node, lineage)
        or _name_from_contents(document, node, lineage)
        or next((value for name in _FALLBACK_ATTRIBUTES if (value := attribute(node, name).strip())), "")
        or _picture_name(document, node)
        or _shown_value(document, node)
        or _name_of_host(document, node)
    )


def labelled_by(document: Document, node: Node, lineage: Sequence[Node]) -> str:
    """The names of the elements that `aria-labelledby` refers to; arguments as of `name_of`."""
    ids = attribute(node, "aria-labelledby").split()[:_MAX_REFERENCES]
    found = [
        attribute(each, "aria-label").strip() or ("" if _is_typed(each) else _name_text(document, each))
        for id in ids
        if (each := _find_element(document, lineage, "id", id)) is not None
    ]
    return " ".join(text for text in found if text)


def _is_typed(node: Node) -> bool:
    """Whether the content of an element is typed: it is no name."""
    return is_never_read(node) or attribute(node, "role").lower() in _TYPED_ROLES


def _native_name(document: Document, node: Node, lineage: Sequence[Node]) -> str:
    """The name that HTML gives an element: the value of a button, the label of a field."""
    tag, kind = tag_of(node), attribute(node, "type").lower()
    if tag == "input" and kind in BUTTON_TYPES:
        return attribute(node, "value") or _DEFAULT_BUTTON_NAMES.get(kind, "")
    if traits(node).sort != "field" or tag in ("label", "option"):
        return ""
    for above in lineage[1:]:
        if tag_of(above) == "label":
            return _name_text(document, above)
    id = attribute(node, "id")
    label = _find_element(document, lineage, "for", id) if id else None
    return (_name_text(document, label) if label is not None else "") or attribute(node, "label")


def _name_from_contents(document: Document, node: Node, lineage: Sequence[Node]) -> str:
    """The text of an element, if its role is named by its contents."""
    shown = traits(node)
    role = attribute(node, "role").lower()
    if any(traits(above).editable for above in lineage) or role in _CONTAINERS or role in _TYPED_ROLES:
        return ""
    if shown.sort == "field" and tag_of(node) not in ("label", "option") and role not in _NAMED_BY_CONTENTS:
        return ""
    if shown.sort == "content":
        return _text_of_content(document, node)
    return _name_text(document, node)


def _text_of_content(document: Document, node: Node) -> str:
    """The text of an element that is not interactive: all of it if short, else only its own text nodes."""
    text = rendered_text(document, node, 4 * MAX_NAME_LENGTH)
    if len(text) <= MAX_NAME_LENGTH and not _holds_control(document, node):
        return text
    direct = [child.text_content or "" for child in document.children(node) if child.type == TEXT]
    return " ".join("".join(direct).split())


def _holds_control(document: Document, node: Node) -> bool:
    return any(traits(inner).sort in INTERACTIVE for inner in document.walk(node) if inner is not node)


def _picture_name(document: Document, node: Node) -> str:
    """The text alternative of a picture inside an element without text."""
    if traits(node).sort == "content" and _holds_control(document, node):
        return ""
    for inner in document.walk(node, _is_hidden):
        for name in _PICTURE_ATTRIBUTES:
            if inner is not node and (value := attribute(inner, name).strip()):
                return value
    return ""


def _shown_value(document: Document, node: Node) -> str:
    """The text that an unnamed list box shows, as people call it: its placeholder, or the selected option."""
    if attribute(node, "role").lower() not in _LISTS or tag_of(node) in ("input", "select", "textarea"):
        return ""
    for inner in document.walk(node, _is_list_part):
        if inner.type == TEXT and (found := (inner.text_content or "").strip()):
            return found[: 4 * MAX_NAME_LENGTH]
    return ""


def _is_list_part(node: Node) -> bool:
    return is_unread(node) or attribute(node, "role").lower() in ("option", "menuitem", "group")


def _name_of_host(document: Document, node: Node) -> str:
    """The name of the custom element whose shadow tree holds an element: its label, or its own text."""
    host = host_of(document, node)
    if host is None or traits(node).sort not in INTERACTIVE:
        return ""
    named = next((value for name in _HOST_ATTRIBUTES if (value := attribute(host, name).strip())), "")
    if named or traits(node).sort == "field":
        return named
    text = " ".join(_name_text(document, child) for child in light_children(document, host))
    return " ".join(text.split())[: 4 * MAX_NAME_LENGTH]


def _name_text(document: Document, node: Node) -> str:
    if node.type == TEXT:
        return (node.text_content or "").strip()
    return rendered_text(document, node, 4 * MAX_NAME_LENGTH, _is_left_out_of_names, whole=True)


def _is_hidden(node: Node) -> bool:
    return attribute(node, "aria-hidden") == "true" or "none" in attribute(node, "style")


def _is_left_out_of_names(node: Node) -> bool:
    return is_unread(node) or (node.type == ELEMENT and tag_of(node) == "title")


def _find_element(document: Document, lineage: Sequence[Node], name: str, value: str) -> Node | None:
    """The nearest element with this attribute: every shadow tree has ids of its own."""
    seen: set[int] = set()
    for above in lineage[1 : _NEAR_LEVELS + 1]:
        for inner in _elements_near(document, above, seen):
            if attribute(inner, name) == value:
                return inner
    if document.memory_bytes > _SEARCHED_BYTES:
        return None
    return next(document.with_attribute(name, value), None)


def _elements_near(document: Document, node: Node, seen: set[int]) -> Iterator[Node]:
    """Yield the elements inside a node that are not in `seen`, within bounds."""
    stack = [node]
    while stack and len(seen) < _NEAR_NODES:
        each = stack.pop()
        if each.type == ELEMENT:
            if each.id not in seen:
                seen.add(each.id)
                yield each
            stack += [child for child in reversed(document.children(each)) if child.id not in seen]
