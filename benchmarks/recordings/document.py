"""The DOM of a recorded page, and the mutations that rrweb writes when it changes."""

import itertools
from collections.abc import Iterator
from typing import Any, Final

from .recorder import Node

DOCUMENT: Final = 0
DOCTYPE: Final = 1
ELEMENT: Final = 2
TEXT: Final = 3


def element(tag: str, attributes: dict[str, Any], *children: Node) -> Node:
    """An element, without an id yet."""
    node: Node = {"type": ELEMENT, "tagName": tag, "attributes": attributes, "childNodes": [*children]}
    if tag in {"svg", "path"}:
        node["isSVG"] = True
    return node


def text(content: str) -> Node:
    """A text node, without an id yet."""
    return {"type": TEXT, "textContent": content}


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in document order."""
    yield node
    for child in node.get("childNodes", ()):
        yield from walk(child)


class Document:
    """A document whose nodes get ids as in rrweb: first in document order, later in the order of `adds`."""

    def __init__(self, html: Node) -> None:
        self._ids = itertools.count(1)
        doctype: Node = {"type": DOCTYPE, "name": "html", "publicId": "", "systemId": ""}
        self.root: Node = {"type": DOCUMENT, "childNodes": [doctype, html]}
        for node in walk(self.root):
            node["id"] = next(self._ids)

    def replace(self, parent: Node, old: list[Node], new: list[Node]) -> dict[str, list[Node]]:
        """Replace the siblings `old` in `parent` with `new`, or append `new` without `old`; return the mutation."""
        children: list[Node] = parent["childNodes"]
        at = _place(children, old[0]) if old else len(children)
        removes = [{"parentId": parent["id"], "id": node["id"]} for node in old]
        children[at : at + len(old)] = new
        after = children[at + len(new)]["id"] if at + len(new) < len(children) else None
        return {"removes": removes, "adds": [*self._add(parent, new, after)]}

    def _add(self, parent: Node, new: list[Node], after: int | None) -> Iterator[Node]:
        """One entry per node, the last sibling first, so that the id of the next sibling is always known."""
        for node in reversed(new):
            node["id"] = next(self._ids)
            bare: Node = {"childNodes": []} if node["type"] == ELEMENT else {}
            yield {"parentId": parent["id"], "nextId": after, "node": node | bare}
            after = node["id"]
        for node in new:
            yield from self._add(node, node.get("childNodes", []), None)


def _place(children: list[Node], node: Node) -> int:
    """The index of the node itself; an equal node does not count."""
    return next(place for place, child in enumerate(children) if child is node)
