"""Forms: which one a field belongs to, which control sends it, and which fields nobody means to send."""

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
    """The form that a node belongs to, given with its ancestors: the one around it, or the one that it names."""
    place = control_index(lineage)
    named = attribute(lineage[place], "form") if place is not None else ""
    if named:
        return next((node for node in document.with_attribute("id", named) if tag_of(node) == "form"), None)
    return next((node for node in lineage if tag_of(node) == "form"), None)


def submitted_form(document: Document, lineage: Sequence[Node]) -> int:
    """The id of the form that a click on a node, given with its ancestors, sends; 0 where it sends none."""
    place = control_index(lineage)
    form = form_of(document, lineage) if place is not None and _is_submit(lineage[place]) else None
    return form.id if form else 0


def filled_form(document: Document, lineage: Sequence[Node]) -> int:
    """The id of the form that typing into a field, given with its ancestors, fills in to be sent; 0 for none."""
    form = form_of(document, lineage)
    return form.id if form and is_submittable(document, form) else 0


def is_submittable(document: Document, form: Node) -> bool:
    """Whether a form has a control that sends it: one without is a calculator, a filter, or saves by itself."""
    inner = zip(range(_MAX_INNER), document.walk(form), strict=False)
    if any(_is_submit(node) for _, node in inner):
        return True
    id = attribute(form, "id")
    return bool(id) and any(_is_submit(node) for node in document.with_attribute("form", id))


def is_search_field(lineage: Sequence[Node], label: str) -> bool:
    """Whether a field, given with its ancestors, searches or filters: nobody means to send what stands in it."""
    field = lineage[0]
    if any(node.tag_name == "search" or attribute(node, "role") == "search" for node in lineage):
        return True
    named = " ".join([label, *(attribute(field, name) for name in _NAMING_ATTRIBUTES)])
    by_name = tag_of(field) == "input" and _SEARCH.search(named.replace("_", " "))  # a question is named q, too
    return bool(by_name) or _has_suggestions(field)


def is_number_field(field: Node) -> bool:
    """Whether a field holds a number that people try others of."""
    return attribute(field, "type") in ("number", "range") or attribute(field, "role") == "spinbutton"


def _has_suggestions(field: Node) -> bool:
    return attribute(field, "role") == "combobox" or attribute(field, "aria-autocomplete") in ("list", "both")


def _is_submit(node: Node) -> bool:
    tag = tag_of(node)
    if tag == "input":
        return attribute(node, "type").lower() in ("submit", "image")
    kind = attributes(node).get("type")
    if tag == "button":
        return str(kind or "").lower() in _SUBMIT_TYPES
    return "-" in tag and kind == "submit"
