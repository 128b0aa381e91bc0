"""Elements as a person would name them: which control was meant, what it says, how code finds it again."""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from replay_mcp.recording.rrweb.types import ELEMENT, TEXT, Node

from .attributes import attribute
from .document import Document
from .names import MAX_NAME_LENGTH, name_of
from .rendered_text import rendered_text
from .traits import BUTTON_TYPES, CHOICE_TYPES, CONTROL_ROLES, FIELD_ROLES, INTERACTIVE, is_unread, tag_of, traits
from .types import RowElement, Sort

MAX_TEXT_LENGTH: Final = 200
"""Longest text of an element that appeared."""

SELECTOR_ATTRIBUTES: Final = (
    "data-attr",
    "data-testid",
    "data-test-id",
    "data-test",
    "data-cy",
    "data-qa",
    "id",
    "name",
)
"""Attributes that code finds an element by, the steadiest first."""

_PICTURE_PARTS = frozenset({"path", "g", "use", "circle", "rect", "line", "polygon", "polyline", "ellipse"})
_PICTURE_TAGS = frozenset({"img", "svg", "picture"})


class Element(Struct, frozen=True):
    """An element, named.

    Attributes:
        label: its accessible name; recorded text in it is masked.
        role: its role, else its tag.
        selector: the attribute that code finds it by, e.g. `[data-testid=pay]`; masked.
        tag: its HTML tag.
        key: what is the same for the same element in another session: tag and selector, else tag and label.
        sort: see `Sort`.
        no_rage: whether the page says that quick clicks on it mean nothing (`ph-no-rageclick`, `ph-no-capture`).
        no_dead: whether the page says that clicks on it need no answer (`ph-no-deadclick`).
        toggle: whether it is a checkbox, a list, a slider or the like, whose value nobody types.
    """

    label: str
    role: str
    selector: str
    tag: str
    key: str
    sort: Sort
    no_rage: bool = False
    no_dead: bool = False
    toggle: bool = False

    @property
    def shown(self) -> RowElement:
        """The element as rows have it."""
        return RowElement(self.role, self.label, self.selector, self.tag, self.sort)


UNKNOWN: Final = Element("", "", "", "", "", "unknown")
UNREAD: Final = Element("", "", "", "", "", "unread")
PAGE: Final = Element("", "page", "", "", "page", "page")


def element(document: Document, id: int | None, show: Callable[[str, int], str]) -> Element:
    """The element that a click on node `id` meant: the nearest ancestor that one can interact with, else the node.

    `show` makes recorded text fit to show, masked and escaped, at most so many characters of it.
    """
    lineage = document.lineage(id)
    if not lineage:
        return UNKNOWN
    place = control_index(lineage)
    if place is None:
        place = next((place for place, node in enumerate(lineage) if _is_nameable(node)), None)
        if place is None or traits(lineage[place]).sort == "page":
            return PAGE
    node = lineage[place]
    sort = sort_of(node)
    label = name_of(document, node, lineage[place:])
    if sort == "content" and not label and tag_of(node) not in _PICTURE_TAGS:
        sort = "page"
    found_by = show(selector(node), 100)
    shown = show(label, MAX_NAME_LENGTH) if label else ""
    noun = _role_name(node)
    classes = " ".join([attribute(above, "class") for above in lineage])
    marks = set(classes.split()) if "ph-no-" in classes else set[str]()
    return Element(
        label=shown,
        role=noun,
        selector=found_by,
        tag=tag_of(node),
        key=f"{noun} {found_by or shown}".strip(),
        sort=sort,
        no_rage=not marks.isdisjoint({"ph-no-rageclick", "ph-no-capture"}),
        no_dead="ph-no-deadclick" in marks,
        toggle=_is_toggle(node),
    )


def _is_nameable(node: Node) -> bool:
    """Whether a node is an element, and no stroke of a picture."""
    return node.type == ELEMENT and tag_of(node) not in _PICTURE_PARTS


def control_index(lineage: Sequence[Node]) -> int | None:
    """The place, among a node and its ancestors, of the nearest one that one can interact with."""
    return next((place for place, node in enumerate(lineage) if traits(node).sort in INTERACTIVE), None)


def sort_of(node: Node) -> Sort:
    """What a click on an element can be expected to do; a link that runs code is a control."""
    sort = traits(node).sort
    runs_code = sort == "link" and attribute(node, "href").strip().lower().startswith("javascript:")
    return "control" if runs_code else sort


def scrolled_element(document: Document, id: int, show: Callable[[str, int], str]) -> RowElement:
    """The part of a page that is scrolled: `PAGE` for the document itself."""
    node = document.node(id)
    if node is None or traits(node).sort == "page":
        return PAGE.shown
    return RowElement(_role_name(node), selector=show(selector(node), 100), tag=tag_of(node))


def text_of(document: Document, node: Node, limit: int = MAX_TEXT_LENGTH) -> str:
    """The text inside a node that a person sees, as far as the DOM tells; never what stands in a field."""
    return rendered_text(document, node, 4 * limit)


def has_text(document: Document, node: Node) -> bool:
    """Whether `text_of` finds any."""
    return any(
        inner.type == TEXT and inner.text_content and not inner.text_content.isspace()
        for inner in document.walk(node, is_unread)
    )


def selector(node: Node) -> str:
    """How code finds the element: its steadiest attribute, e.g. `[data-attr=pay]`; empty when it has none."""
    for name in SELECTOR_ATTRIBUTES:
        if value := attribute(node, name)[:400]:
            return f"[{name}={value}]"
    return ""


def is_inside_editable(document: Document, id: int) -> bool:
    """Whether a node is inside something that the person writes into."""
    return any(traits(node).editable for node in document.lineage(id))


def _is_toggle(node: Node) -> bool:
    tag, role = tag_of(node), attribute(node, "role").lower()
    kind = attribute(node, "type").lower()
    return (
        tag in ("select", "option")
        or (tag == "input" and kind in CHOICE_TYPES)
        or role in ("checkbox", "radio", "switch", "option")
    )


def _role_name(node: Node) -> str:
    """What people call it: its role, or its tag; fields with their type."""
    tag, kind = tag_of(node), attribute(node, "type").lower()
    role = attribute(node, "role").lower()
    if tag == "input":
        if kind in BUTTON_TYPES:
            return "button"
        return {"checkbox": "checkbox", "radio": "radio", "range": "slider", "file": "file field"}.get(kind, "field")
    if tag == "a":
        return "link"
    known = role in FIELD_ROLES or role in CONTROL_ROLES or role == "link"
    if known:
        return role
    return "field" if traits(node).editable else {"textarea": "field", "select": "choice"}.get(tag, tag)
