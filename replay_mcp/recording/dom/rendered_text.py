"""The text of a node as the page renders it: inline elements joined, blocks separated, slots filled."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from replay_mcp.recording.rrweb.types import ELEMENT, TEXT, Node

from .attributes import attribute
from .document import MAX_WALK, Document
from .traits import is_unread, tag_of

MAX_PIECE_LENGTH: Final = 2_000
"""Maximum number of characters read from one text node."""

_SPACE: Final = re.compile(r"\s+")
_INLINE: Final = frozenset(
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "g", "i",
        "ins", "kbd", "label", "mark", "output", "q", "s", "samp", "slot", "small", "span", "strong", "sub", "sup",
        "svg", "text", "time", "tspan", "tt", "u", "var", "wbr",
    }
)  # fmt: skip
_MAX_HOST_CLIMB: Final = 30


def rendered_text(
    document: Document, node: Node, limit: int, skip: Callable[[Node], bool] = is_unread, *, whole: bool = False
) -> str:
    """The text of a node: all of it, or at least its first `limit` characters.

    Args:
        document: the document that holds the node.
        node: the node.
        limit: in characters, before white space is collapsed.
        skip: whether to leave out the text of a node.
        whole: whether to read `node` itself even if `skip` applies to it.
    """
    pieces: list[str] = []
    length = 0
    visits = MAX_WALK
    stack: list[Node | None] = [node]  # None: a space
    while stack and visits and length <= limit:
        each = stack.pop()
        if each is None:
            pieces.append(" ")
            continue
        visits -= 1
        if each.type == TEXT:
            piece = (each.text_content or "")[:MAX_PIECE_LENGTH]
            pieces.append(piece)
            length += len(piece)
        elif (whole and each is node) or not skip(each):
            stack += _with_gaps(flat_children(document, each)[:visits], inline=_is_inline(each))
    return _SPACE.sub(" ", "".join(pieces)).strip()


def _with_gaps(children: Sequence[Node], *, inline: bool) -> list[Node | None]:
    """The children, last first, with None for a space: around a block, and between two elements."""
    found: list[Node | None] = [] if inline else [None]
    following = TEXT
    for child in reversed(children):
        if child.type == following == ELEMENT:
            found.append(None)
        found.append(child)
        following = child.type
    return found if inline else [*found, None]


def flat_children(document: Document, node: Node) -> list[Node]:
    """The children that a node renders: a host renders its shadow tree, a slot the nodes assigned to it."""
    children = document.children(node)
    if tag_of(node) == "slot" and (given := _slotted(document, node)):
        return given
    shadow = [child for child in children if child.is_shadow]
    return shadow or children


def host_of(document: Document, node: Node) -> Node | None:
    """The host of the shadow tree that a node is in."""
    lineage = document.lineage(node.id, _MAX_HOST_CLIMB)
    for each, above in pairwise(lineage):
        if each.is_shadow:
            return above
    return None


def light_children(document: Document, host: Node) -> list[Node]:
    """The children of a host outside its shadow tree."""
    return [child for child in document.children(host) if not child.is_shadow]


def _slotted(document: Document, slot: Node) -> list[Node]:
    host = host_of(document, slot)
    if host is None:
        return []
    name = attribute(slot, "name")
    return [child for child in light_children(document, host) if _slot_name(child) == name]


def _slot_name(node: Node) -> str:
    return "" if node.type == TEXT else attribute(node, "slot")


def _is_inline(node: Node) -> bool:
    tag = tag_of(node)
    return tag in _INLINE or "-" in tag
