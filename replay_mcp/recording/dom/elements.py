"""Elements as rows show them: which control a click meant, its role and name, and a selector that finds it."""

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
"""Maximum length of an element's text."""

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
"""Attributes by which code finds an element, the most stable first."""

_PICTURE_PARTS = frozenset({"path", "g", "use", "circle", "rect", "line", "polygon", "polyline", "ellipse"})
_PICTURE_TAGS = frozenset({"img", "svg", "picture"})


class Element(Struct, frozen=True):
    """An element of a page, with its name.

    Attributes:
        label: its accessible name, masked.
        role: its role, else its tag.
        selector: the attribute by which code finds it, e.g. `[data-testid=pay]`; masked.
        tag: its HTML tag.
        key: identifies the same element in other sessions: role and selector, else role and label.
        sort: see `Sort`.
        no_rage: whether the page excludes it from rage clicks (`ph-no-rageclick`, `ph-no-capture`).
        no_dead: whether the page excludes it from dead clicks (`ph-no-deadclick`).
        toggle: whether its value is chosen, not typed: a checkbox, a list, a slider and the like.
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
        """The element as rows show it."""
        return RowElement(self.role, self.label, self.selector, self.tag, self.sort)


UNKNOWN: Final = Element("", "", "", "", "", "unknown")
UNREAD: Final = Element("", "", "", "", "", "unread")
PAGE: Final = Element("", "page", "", "", "page", "page")


def element(document: Document, id: int | None, show: Callable[[str, int], str]) -> Element:
    """The element that a click on a node meant: the nearest interactive one, else the node itself.

    Args:
        document: the document at the time of the click.
        id: the clicked node.
        show: masks and escapes recorded text, and truncates it to a number of characters.
    """
    lineage = document.lineage(id)
    if not lineage:
        return UNKNOWN
    index = control_index(lineage)
    if index is None:
        index = next((index for index, node in enumerate(lineage) if _is_nameable(node)), None)
        if index is None or traits(lineage[index]).sort == "page":
            return PAGE
    node = lineage[index]
    sort = sort_of(node)
    label = name_of(document, node, lineage[index:])
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
    """Whether a node is an element other than a shape inside a picture."""
    return node.type == ELEMENT and tag_of(node) not in _PICTURE_PARTS


def control_index(lineage: Sequence[Node]) -> int | None:
    """The index of the nearest interactive element in a lineage; None if there is none."""
    return next((index for index, node in enumerate(lineage) if traits(node).sort in INTERACTIVE), None)


def sort_of(node: Node) -> Sort:
    """The sort of an element; a link that runs code is a control."""
    sort = traits(node).sort
    runs_code = sort == "link" and attribute(node, "href").strip().lower().startswith("javascript:")
    return "control" if runs_code else sort


def scrolled_element(document: Document, id: int, show: Callable[[str, int], str]) -> RowElement:
    """The element that was scrolled: `PAGE` for the document itself."""
    node = document.node(id)
    if node is None or traits(node).sort == "page":
        return PAGE.shown
    return RowElement(_role_name(node), selector=show(selector(node), 100), tag=tag_of(node))


def text_of(document: Document, node: Node, limit: int = MAX_TEXT_LENGTH) -> str:
    """The text of a node without what its attributes hide; never the value of a field."""
    return rendered_text(document, node, 4 * limit)


def has_text(document: Document, node: Node) -> bool:
    """Whether `text_of` finds any text."""
    return any(
        inner.type == TEXT and inner.text_content and not inner.text_content.isspace()
        for inner in document.walk(node, is_unread)
    )


def selector(node: Node) -> str:
    """The most stable attribute by which code finds an element, e.g. `[data-attr=pay]`; empty without any."""
    for name in SELECTOR_ATTRIBUTES:
        if value := attribute(node, name)[:400]:
            return f"[{name}={value}]"
    return ""


def is_inside_editable(document: Document, id: int) -> bool:
    """Whether a node is inside an editable element (`contenteditable`)."""
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
    """The word for an element that people use: its role, else its tag; inputs by their type."""
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
