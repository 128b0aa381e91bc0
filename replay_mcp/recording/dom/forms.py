"""Forms: which form an element belongs to, which control submits it, and which fields are not meant to be submitted."""

import re
from collections.abc import Sequence
from typing import Final

from replay_mcp.recording.rrweb.types import Node

from .attributes import attribute, attributes
from .document import Document
from .elements import control_index
from .traits import tag_of

_MAX_INNER: Final = 300
_SUBMIT_TYPES: Final = frozenset({"", "submit", "image"})
_SEARCH: Final = re.compile(
    r"\b(?:search|find|filter|query|look ?up|q|suche?n?|filtern|chercher|recherche|filtrer?|buscar?|pesquisar?|procurar"
    r"|cerca|ricerca|zoek(?:en)?)\b|検索|絞り込|搜索|查找|筛选|검색|필터|بحث",
    re.IGNORECASE,
)
_NAMING_ATTRIBUTES: Final = ("type", "role", "name", "id", "placeholder", "aria-label", "title")


def form_of(document: Document, lineage: Sequence[Node]) -> Node | None:
    """The form of an element: the one that its `form` attribute names, else the one around it.

    Args:
        document: the document that holds the element.
        lineage: the element and its ancestors, nearest first.
    """
    index = control_index(lineage)
    named = attribute(lineage[index], "form") if index is not None else ""
    if named:
        return next((node for node in document.with_attribute("id", named) if tag_of(node) == "form"), None)
    return next((node for node in lineage if tag_of(node) == "form"), None)


def submitted_form(document: Document, lineage: Sequence[Node]) -> int:
    """The id of the form that a click on the first element of `lineage` submits; 0 for none."""
    index = control_index(lineage)
    form = form_of(document, lineage) if index is not None and _is_submit(lineage[index]) else None
    return form.id if form else 0


def filled_form(document: Document, lineage: Sequence[Node]) -> int:
    """The id of the submittable form of the field that `lineage` starts with; 0 for none."""
    form = form_of(document, lineage)
    return form.id if form and is_submittable(document, form) else 0


def is_submittable(document: Document, form: Node) -> bool:
    """Whether a form has a submit button; without one, it is a calculator, a filter, or saves by itself."""
    inner = zip(range(_MAX_INNER), document.walk(form), strict=False)
    if any(_is_submit(node) for _, node in inner):
        return True
    id = attribute(form, "id")
    return bool(id) and any(_is_submit(node) for node in document.with_attribute("form", id))


def is_search_field(lineage: Sequence[Node], label: str) -> bool:
    """Whether the field that `lineage` starts with searches or filters: its value is not meant to be submitted."""
    field = lineage[0]
    if any(node.tag_name == "search" or attribute(node, "role") == "search" for node in lineage):
        return True
    named = " ".join([label, *(attribute(field, name) for name in _NAMING_ATTRIBUTES)])
    # `q` of a textarea is a question
    return tag_of(field) == "input" and _SEARCH.search(named.replace("_", " ")) is not None


def has_suggestions(field: Node) -> bool:
    """Whether a page completes what is typed into a field: people type parts, and choose."""
    return attribute(field, "role").lower() == "combobox" or attribute(field, "aria-autocomplete") in ("list", "both")


def is_number_field(field: Node) -> bool:
    """Whether a field holds a number: visitors try several without having mistyped any."""
    return attribute(field, "type") in ("number", "range") or attribute(field, "role") == "spinbutton"


def _is_submit(node: Node) -> bool:
    tag = tag_of(node)
    if tag == "input":
        return attribute(node, "type").lower() in ("submit", "image")
    kind = attributes(node).get("type")
    if tag == "button":
        return str(kind or "").lower() in _SUBMIT_TYPES
    return "-" in tag and kind == "submit"
