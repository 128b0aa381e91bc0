"""What a person sees of a mutation: nothing, decoration of the pressed control, or a change of the page."""

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from replay_mcp.recording.rrweb.types import ELEMENT, TEXT, AddedNode, ChangedAttributes, Mutation, Node

from .attributes import attribute, attributes
from .document import Document
from .traits import tag_of, traits


class ChangeKind(Enum):
    """How visible a change is, and which actions it can answer.

    DECORATION: an empty element or a style; inside the pressed control, it answers nothing.
    STATE: an attribute; inside the pressed control, it answers nothing if it is reverted at once.
    MESSAGE_REMOVED: a message disappears; it answers only an action on the message.
    VISIBLE: everything else.
    """

    DECORATION = auto()
    STATE = auto()
    MESSAGE_REMOVED = auto()
    VISIBLE = auto()


class Change(Struct, frozen=True):
    """A part of a mutation.

    Attributes:
        inside: ids of the changed node, or the parent of an added or removed one, and of its ancestors.
        in_control: whether one of these is a control or link.
        key: for a state, the node and the attribute; for a removed message, the node.
        before: for a state, the previous value; None if there was none, or it is not known.
        after: for a state, the new value.
    """

    kind: ChangeKind
    inside: frozenset[int]
    in_control: bool = False
    key: tuple[int, str] = (0, "")
    before: str | None = None
    after: str | None = None


MAX_CHANGES: Final = 60
"""A mutation with more entries is a visible change of the page."""

_INVISIBLE_TAGS: Final = frozenset({"script", "style", "link", "meta", "title", "head", "noscript", "template", "base"})
_PLAIN_TAGS: Final = frozenset(
    {"span", "div", "i", "b", "em", "ripple", "mat-ripple", "md-ripple", "ion-ripple-effect"}
)
_BUSY: Final = re.compile(r"spin|load|progress|pending|skeleton|busy|icon|check|badge|fa-|tick|dot", re.IGNORECASE)
_TRANSIENT: Final = re.compile(
    r"focus|hover|press|ripple|wave|(?:^|-|_)ink(?:$|-|_)|highlight|touch|pointer|activated|\bclicked\b|tap",
    re.IGNORECASE,
)
"""Classes and tags for the states of a hovered, pressed or focused control, and for their decoration."""
_ANIMATED: Final = re.compile(r"anim|enter|leav|transition|appear|motion", re.IGNORECASE)
_INVISIBLE_ATTRIBUTES: Final = frozenset(
    {
        "focused",
        "focus-visible",
        "hovered",
        "pressed",
        "tabindex",
        "aria-activedescendant",
        "aria-describedby",
        "name",
        "id",
        "aria-controls",
        "aria-owns",
        "nonce",
    }
)
_INVISIBLE_STYLES: Final = re.compile(
    r"user-select|cursor|touch-action|outline|transition|will-change|tap-highlight|touch-callout|caret-color|overscroll|"
    r"^--.*(?:ripple|press|hover|focus|pointer|mouse|(?:^|-)[xy]$)"
)
_MESSAGE_ROLES: Final = frozenset({"status", "alert", "log"})
_MESSAGE_CLASS: Final = re.compile(r"toast|snackbar|notification|notice|flash", re.IGNORECASE)
_MAX_INNER: Final = 60
_MASKED: Final = re.compile(r"\*+")
"""A masked value of a field: every value of this length looks the same."""


def changes(document: Document, mutation: Mutation) -> list[Change]:
    """The parts of a mutation that a person may see; call it before applying the mutation."""
    count = len(mutation.adds) + len(mutation.removes) + len(mutation.texts) + len(mutation.attributes)
    if count > MAX_CHANGES:
        return [Change(ChangeKind.VISIBLE, frozenset())]
    return [
        *_added(document, mutation.adds),
        *_removed(document, mutation),
        *_changed_texts(document, mutation),
        *(found for each in mutation.attributes for found in _changed_attributes(document, each)),
    ]


def _change(kind: ChangeKind, lineage: Sequence[Node]) -> Change:
    ids = frozenset(node.id for node in lineage)
    return Change(kind, ids, any(traits(node).sort in ("control", "link") for node in lineage))


def _added(document: Document, adds: Sequence[AddedNode]) -> Iterator[Change]:
    own = {add.node.id: add for add in adds}
    tops: dict[int, list[Node]] = {}
    for add in adds:
        top, parents = add, {add.node.id}
        while (above := own.get(top.parent_id)) is not None and above.node.id not in parents:
            parents.add(above.node.id)
            top = above
        tops.setdefault(top.node.id, []).append(add.node)
    for id, nodes in tops.items():
        parent = own[id].parent_id
        kind = _kind_of_nodes(_with_inner(nodes))
        around = document.node(parent)
        if kind is not None and not (around is not None and tag_of(around) in _INVISIBLE_TAGS):
            yield _change(kind, document.lineage(parent))


def _with_inner(nodes: Sequence[Node]) -> list[Node]:
    found = [*nodes]
    for node in found:  # the list grows
        found += node.child_nodes
    return found


def _kind_of_nodes(nodes: Sequence[Node]) -> ChangeKind | None:
    """The kind of change by added or removed nodes; None if nothing is visible."""
    if nodes and nodes[0].type == ELEMENT and _is_invisible(nodes[0]):
        return None
    kind: ChangeKind | None = None
    for node in nodes:
        if node.type == TEXT:
            if node.text_content and not node.text_content.isspace():
                return ChangeKind.VISIBLE
        elif node.type == ELEMENT and tag_of(node) not in _INVISIBLE_TAGS:
            if not _is_empty_box(node):
                return ChangeKind.VISIBLE
            kind = ChangeKind.DECORATION
    return kind


def _is_invisible(node: Node) -> bool:
    return (
        tag_of(node) in _INVISIBLE_TAGS
        or _attribute_text(attributes(node).get("hidden")) is not None
        or attribute(node, "type") == "hidden"
        or "display:none" in attribute(node, "style").replace(" ", "")
    )


def _is_empty_box(node: Node) -> bool:
    """Whether an element shows nothing by itself: no picture, no field, no loading indicator."""
    if tag_of(node) not in _PLAIN_TAGS and not _TRANSIENT.search(tag_of(node)):
        return False
    return not (attribute(node, "role") or attribute(node, "aria-label") or _BUSY.search(attribute(node, "class")))


def _removed(document: Document, mutation: Mutation) -> Iterator[Change]:
    for removed in mutation.removes:
        node = document.node(removed.id)
        if node is None or _is_tooltip(node):
            continue
        inner = [each for _, each in zip(range(_MAX_INNER), document.walk(node), strict=False)]
        if len(inner) == _MAX_INNER:
            yield Change(ChangeKind.VISIBLE, frozenset())
        elif any(map(_is_message, inner)):
            yield Change(ChangeKind.MESSAGE_REMOVED, frozenset(), key=(removed.id, ""))
        elif (kind := _kind_of_nodes(inner)) is not None:
            above = document.lineage(removed.id)[1:]
            if not (above and tag_of(above[0]) in _INVISIBLE_TAGS):
                yield _change(kind, above)


def _is_message(node: Node) -> bool:
    """Whether an element is a message, which may disappear by itself after a while."""
    return node.type == ELEMENT and (
        attribute(node, "role") in _MESSAGE_ROLES
        or attribute(node, "aria-live") in ("polite", "assertive")
        or _MESSAGE_CLASS.search(attribute(node, "class")) is not None
    )


def _is_tooltip(node: Node) -> bool:
    """Whether an element is a tooltip, which disappears when something else is pressed."""
    return node.type == ELEMENT and (attribute(node, "role") == "tooltip" or "tooltip" in attribute(node, "class"))


def _changed_texts(document: Document, mutation: Mutation) -> Iterator[Change]:
    for changed in mutation.texts:
        lineage = document.lineage(changed.id)
        if not lineage or (len(lineage) > 1 and tag_of(lineage[1]) in _INVISIBLE_TAGS):
            continue
        before, after = (lineage[0].text_content or "").strip(), (changed.value or "").strip()
        if before != after:
            yield _change(ChangeKind.VISIBLE, lineage)


def _changed_attributes(document: Document, changed: ChangedAttributes) -> Iterator[Change]:
    node = document.node(changed.id)
    if node is None or tag_of(node) in _INVISIBLE_TAGS:
        return
    known = attributes(node)
    place: Change | None = None
    for name, value in changed.attributes.items():
        if name in _INVISIBLE_ATTRIBUTES or (name.startswith("data-") and _TRANSIENT.search(name)):
            continue
        same = _attribute_text(known.get(name)) == _attribute_text(value)
        if same and not (name == "value" and _MASKED.fullmatch(str(value))):
            continue
        kind = _kind_of_attribute(document, node, name, value)
        if kind is not None:
            place = place or _change(kind, document.lineage(node.id))
            before, after = _attribute_text(known.get(name)), _attribute_text(value)
            yield replace(place, kind=kind, key=(node.id, name), before=before, after=after)


def _attribute_text(value: Any) -> str | None:
    """An attribute's value as text; None if the element does not have it."""
    return None if value is None or value is False else str(value)


def _kind_of_attribute(document: Document, node: Node, name: str, value: Any) -> ChangeKind | None:
    if name == "style":
        return _kind_of_style(document, node, value)
    if name == "class":
        tokens = {*attribute(node, "class").split()} ^ {*(_attribute_text(value) or "").split()}
        if all(_TRANSIENT.search(token) for token in tokens):
            return None
        is_animated = all(_TRANSIENT.search(token) or _ANIMATED.search(token) for token in tokens)
        is_fading = _TRANSIENT.search(attribute(node, "class")) is not None and _is_empty_box(
            node
        )  # a ripple fades out
        return ChangeKind.DECORATION if is_animated or is_fading else ChangeKind.STATE
    return ChangeKind.STATE


def _kind_of_style(document: Document, node: Node, value: Any) -> ChangeKind | None:
    """The kind of change by a style: an object holds the changed declarations, a string all of them."""
    if isinstance(value, dict):
        names = {str(name) for name in value}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    else:
        before, after = _declarations(attribute(node, "style")), _declarations(_attribute_text(value) or "")
        names = {name.split(":")[0] for name in before ^ after}
    if all(_INVISIBLE_STYLES.search(name) for name in names):
        return None
    inner = zip(range(_MAX_INNER), document.walk(node), strict=False)
    empty = not any(each.type == TEXT and (each.text_content or "").strip() for _, each in inner)
    return ChangeKind.DECORATION if empty else ChangeKind.STATE


def _declarations(style: str) -> set[str]:
    return {declared.replace(" ", "") for declared in style.split(";") if ":" in declared}
