"""Elements as a person would name them: which control was meant, what it says, how code finds it again."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from .added_text import Node
from .mirror import ELEMENT, TEXT, Mirror
from .rows import RowElement, Sort
from .untrusted import obj, text

MAX_LABEL_LENGTH: Final = 80
"""Longest label of an element, in characters."""
MAX_ATTRIBUTE_LENGTH: Final = 2_000
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

_LABELS = ("aria-label", "title", "alt", "placeholder")
_FIELD_TAGS = frozenset({"select", "textarea", "option", "label"})
_BUTTON_TYPES = frozenset({"button", "submit", "reset", "image"})
_CHOICE_TYPES = frozenset({"checkbox", "radio", "range", "color", "file"})
_FIELD_ROLES = frozenset(
    {"textbox", "searchbox", "combobox", "listbox", "option", "checkbox", "radio", "switch", "slider"}
)
_CONTROL_ROLES = frozenset({"button", "tab", "menuitem", "menuitemcheckbox", "menuitemradio", "treeitem"})
_SORTS: Final[dict[Sort, frozenset[str]]] = {
    "page": frozenset({"tag html", "tag body", "tag "}),
    "media": frozenset({"tag canvas", "tag video", "tag audio", "tag iframe", "tag object", "tag embed"}),
    "field": frozenset(f"tag {tag}" for tag in _FIELD_TAGS) | _FIELD_ROLES,
    "link": frozenset({"link"}),
    "control": _CONTROL_ROLES | {"tag button", "tag summary"},
}
"""Tags and roles of each sort; of two sorts the first."""
_SORTED: Final = frozenset[str]().union(*_SORTS.values())
_PICTURE_TAGS = frozenset({"img", "svg", "picture"})
_UNREAD_TAGS = frozenset({"script", "style", "noscript", "template", "select", "textarea", "head"})
_TAG = re.compile(r"[a-z][a-z0-9-]*")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Element:
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
UNSEEN: Final = Element("", "", "", "", "", "unread")
PAGE: Final = Element("", "page", "", "", "page", "page")


def element(mirror: Mirror, id: int | None, show: Callable[[str, int], str]) -> Element:
    """The element that a click on node `id` meant: the nearest ancestor that one can interact with, else the node.

    `show` makes recorded text fit to show, masked and escaped, at most so many characters of it.
    """
    lineage = list(mirror.lineage(id))
    if not lineage:
        return UNKNOWN
    sorts: list[Sort] = [_sort(node) for _, node in lineage]
    place = next((place for place, sort in enumerate(sorts) if sort in ("control", "field", "link")), None)
    if place is None:
        place = next((place for place, (_, node) in enumerate(lineage) if node.get("type") == ELEMENT), None)
        if place is None or sorts[place] == "page":
            return PAGE
    node = lineage[place][1]
    sort = sorts[place]
    label = _label(mirror, place, [node for _, node in lineage])
    if sort == "content" and not label and _tag(node) not in _PICTURE_TAGS:
        sort = "page"
    found_by = show(selector(node), 100)
    shown = show(label, MAX_LABEL_LENGTH) if label else ""
    noun = _noun(node)
    classes = " ".join([attribute(above, "class") for _, above in lineage])
    marks = set(classes.split()) if "ph-no-" in classes else set[str]()
    return Element(
        label=shown,
        role=noun,
        selector=found_by,
        tag=_tag(node),
        key=f"{noun} {found_by or shown}".strip(),
        sort=sort,
        no_rage=not marks.isdisjoint({"ph-no-rageclick", "ph-no-capture"}),
        no_dead="ph-no-deadclick" in marks,
        toggle=_is_toggle(node),
    )


def part(mirror: Mirror, id: int, show: Callable[[str, int], str]) -> RowElement:
    """The part of a page that is scrolled: `PAGE` for the document itself."""
    node = next((node for _, node in mirror.lineage(id)), None)
    if node is None or _sort(node) == "page":
        return PAGE.shown
    return RowElement(_noun(node), selector=show(selector(node), 100), tag=_tag(node))


def text_of(mirror: Mirror, node: Node, limit: int = MAX_TEXT_LENGTH) -> str:
    """The text inside a node that a person sees, as far as the DOM tells; never what stands in a field."""
    found: list[str] = []
    length = 0
    for piece in _pieces_of_text(mirror, node):
        found.append(piece[: 4 * limit])
        length += len(piece)
        if length > 4 * limit:
            break
    return _SPACE.sub(" ", " ".join(found))


def has_text(mirror: Mirror, node: Node) -> bool:
    """Whether `text_of` finds any."""
    return any(_pieces_of_text(mirror, node))


def _pieces_of_text(mirror: Mirror, node: Node) -> Iterator[str]:
    for inner in mirror.walk(node, is_unread):
        if inner.get("type") == TEXT and (piece := text(inner.get("textContent"))[:MAX_ATTRIBUTE_LENGTH].strip()):
            yield piece


def attribute(node: Node, name: str) -> str:
    """An attribute's text, as far as anybody reads; empty when it has none."""
    return text(obj(node.get("attributes")).get(name))[:MAX_ATTRIBUTE_LENGTH]


def selector(node: Node) -> str:
    """How code finds the element: its steadiest attribute, e.g. `[data-attr=pay]`; empty when it has none."""
    for name in SELECTOR_ATTRIBUTES:
        if value := attribute(node, name)[:400]:
            return f"[{name}={value}]"
    return ""


def is_typed(mirror: Mirror, id: int) -> bool:
    """Whether a node is inside something that the person writes into."""
    return any(is_editable(node) for _, node in mirror.lineage(id))


def is_unread(node: Node) -> bool:
    """Whether its text is not for reading: code, hidden, or written by the person."""
    tag = node.get("tagName")
    if type(tag) is not str:
        return False
    attributes = obj(node.get("attributes"))
    if not attributes:
        return tag in _UNREAD_TAGS
    return (
        tag in _UNREAD_TAGS
        or attributes.get("hidden") not in (None, False)
        or attributes.get("aria-hidden") == "true"
        or "display:none" in text(attributes.get("style")).replace(" ", "")
        or is_editable(node)
    )


def _tag(node: Node) -> str:
    tag = text(node.get("tagName"))[:40].lower()
    return tag if _TAG.fullmatch(tag) else ""


def _sort(node: Node) -> Sort:
    tag, role = _tag(node), attribute(node, "role").lower()
    if tag == "input":
        return "control" if attribute(node, "type").lower() in _BUTTON_TYPES else "field"
    if tag in ("a", "area"):
        return "link" if attribute(node, "href") else "control"
    if is_editable(node):
        return "field"
    named = {role, f"tag {tag}"} & _SORTED
    for sort, names in _SORTS.items() if named else ():
        if not named.isdisjoint(names):
            return sort
    return "content"


def is_editable(node: Node) -> bool:
    """Whether the person writes into it: its text is typed."""
    attributes = obj(node.get("attributes"))
    value = attributes.get("contenteditable")
    return value is not None and value is not False and text(value).lower() != "false"


def _is_toggle(node: Node) -> bool:
    tag, role = _tag(node), attribute(node, "role").lower()
    kind = attribute(node, "type").lower()
    return (
        tag in ("select", "option")
        or (tag == "input" and kind in _CHOICE_TYPES)
        or role in ("checkbox", "radio", "switch", "option")
    )


def _noun(node: Node) -> str:
    """What people call it: its role, or its tag; fields with their type."""
    tag, kind = _tag(node), attribute(node, "type").lower()
    role = attribute(node, "role").lower()
    if tag == "input":
        if kind in _BUTTON_TYPES:
            return "button"
        return {"checkbox": "checkbox", "radio": "radio", "range": "slider", "file": "file field"}.get(kind, "field")
    if tag == "a":
        return "link"
    known = role in _FIELD_ROLES or role in _CONTROL_ROLES or role == "link"
    if known:
        return role
    return "field" if is_editable(node) else {"textarea": "field", "select": "choice"}.get(tag, tag)


def _label(mirror: Mirror, place: int, lineage: list[Node]) -> str:
    node = lineage[place]
    if label := attribute(node, "aria-label").strip():
        return label
    if (
        _tag(node) == "input"
        and attribute(node, "type").lower() in _BUTTON_TYPES
        and (value := attribute(node, "value"))
    ):
        return value
    own = "" if any(map(is_editable, lineage)) else text_of(mirror, node, MAX_LABEL_LENGTH)
    if own:
        return own
    if _sort(node) == "field" and (label := _label_of_field(mirror, place, lineage)):
        return label
    for name in _LABELS:
        if label := attribute(node, name).strip():
            return label
    return next((attribute(inner, "alt") for inner in mirror.walk(node) if attribute(inner, "alt")), "")


def _label_of_field(mirror: Mirror, place: int, lineage: list[Node]) -> str:
    """The text of the `label` around a field, or of the one among its parent's children that is for it."""
    id = attribute(lineage[place], "id")
    for above in lineage[place + 1 : place + 4]:
        if _tag(above) == "label":
            return text_of(mirror, above, MAX_LABEL_LENGTH)
        for inner in mirror.walk(above):
            if id and _tag(inner) == "label" and attribute(inner, "for") == id:
                return text_of(mirror, inner, MAX_LABEL_LENGTH)
    return ""
