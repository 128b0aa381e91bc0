"""Reasons why a click needs no answer from the page, such as a file chooser that the browser opens unrecorded."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from replay_mcp.recording.rrweb.types import ELEMENT, Node

from .attributes import attribute, attributes
from .document import Document
from .elements import control_index
from .style_rules import shows_by_style
from .traits import tag_of

_OPENS_NATIVELY: Final = ("popovertarget", "commandfor")
_CONSTRAINED_TYPES: Final = frozenset({"email", "url", "number", "date", "time", "month", "week", "datetime-local"})
_CONSTRAINTS: Final = ("required", "pattern", "min", "max", "minlength")
_FIELDS: Final = frozenset({"input", "select", "textarea"})
_UNRECORDED: Final = frozenset({"canvas", "object", "embed"})
_NEAR_LEVELS: Final = 3
_NEAR_SIBLINGS: Final = 2
_MAX_INNER: Final = 40


def reason_from_element(lineage: Sequence[Node]) -> str:
    """Why a click needs no answer from the page, judged by the clicked node and its ancestors alone.

    Args:
        lineage: the clicked node and its ancestors, nearest first.

    Returns:
        A key of `NOT_JUDGED`; empty if the click needs an answer.
    """
    index = control_index(lineage)
    for node in lineage[: 0 if index is None else index + 1]:
        if tag_of(node) == "input" and attribute(node, "type").lower() == "file":
            return "file chooser"
    for node in () if index is None else lineage[index : index + 2]:
        if any(_has(node, name) for name in _OPENS_NATIVELY):
            return "popover"
        if _has(node, "disabled") or attribute(node, "aria-disabled") == "true":
            return "disabled"
        if _is_selected(node):
            return "selected"
    return ""


def reason_from_document(document: Document, id: int) -> str:
    """Why a click needs no answer from the page, judged by the rest of the document.

    Slower than `reason_from_element`: call it only for clicks that got no answer.

    Args:
        document: the document at the time of the click.
        id: the clicked node.

    Returns:
        A key of `NOT_JUDGED`; empty if the click needs an answer.
    """
    lineage = document.lineage(id)
    index = control_index(lineage)
    if index is None:
        return ""
    above = lineage[index:]
    if _is_validated_by_browser(document, above):
        return "validation"
    if _is_beside_unrecorded(document, above):
        return "canvas"
    return "styles" if shows_by_style(document, above) else ""


def _has(node: Node, name: str) -> bool:
    return attributes(node).get(name) not in (None, False)


def _is_selected(node: Node) -> bool:
    role = attribute(node, "role").lower()
    return (
        attribute(node, "aria-current") not in ("", "false")
        or (role in ("tab", "option") and attribute(node, "aria-selected") == "true")
        or (role in ("radio", "menuitemradio") and attribute(node, "aria-checked") == "true")
    )


def _is_validated_by_browser(document: Document, lineage: Sequence[Node]) -> bool:
    """Whether it submits a form that the browser validates first, with a bubble at the first invalid field."""
    button = lineage[0]
    submits = tag_of(button) in ("button", "input") and attribute(button, "type").lower() in ("", "submit", "image")
    form = next((node for node in lineage if tag_of(node) == "form"), None)
    if not submits or form is None or _has(form, "novalidate") or _has(button, "formnovalidate"):
        return False
    return any(_is_constrained(inner) for inner in document.walk(form))


def _is_constrained(node: Node) -> bool:
    tag = tag_of(node)
    if tag not in _FIELDS and "-" not in tag:
        return False
    return any(_has(node, name) for name in _CONSTRAINTS) or attribute(node, "type").lower() in _CONSTRAINED_TYPES


def _is_beside_unrecorded(document: Document, lineage: Sequence[Node]) -> bool:
    """Whether a canvas or similar is nearby, in which the page may have drawn an answer that is not recorded."""
    for node, above in pairwise(lineage[: _NEAR_LEVELS + 1]):
        siblings = [each for each in document.children(above) if each.type == ELEMENT]
        index = next((index for index, each in enumerate(siblings) if each is node), 0)
        before, after = siblings[max(index - _NEAR_SIBLINGS, 0) : index], siblings[index + 1 :][:_NEAR_SIBLINGS]
        for sibling in [*before, *after]:
            inner = zip(range(_MAX_INNER), document.walk(sibling), strict=False)
            if any(_is_unrecorded(document, each) for _, each in inner):
                return True
    return False


def _is_unrecorded(document: Document, node: Node) -> bool:
    tag = tag_of(node)
    return tag in _UNRECORDED or (tag == "iframe" and not document.children(node))
