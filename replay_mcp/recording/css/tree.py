"""The elements around an element in its tree: above, beside, and in slots. Cached, for a document that rests."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from replay_mcp.recording.dom.attributes import attribute, attributes
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.rrweb.types import ELEMENT, Node
from replay_mcp.recording.rrweb.untrusted import text

MAX_ANCESTORS: Final = 120
"""Maximum number of ancestors of an element that selectors can refer to."""
_FIRST: Final = (1, 1, 1, 1)


class ElementTree:
    """The trees of a document that does not change meanwhile, and of its shadow trees."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._facts: dict[int, tuple[dict[str, Any], frozenset[str]]] = {}
        self._above: dict[int, list[Node]] = {}
        self._names_above: dict[int, frozenset[str]] = {}
        self._sets: dict[frozenset[str], frozenset[str]] = {}
        self._siblings: dict[int, tuple[list[Node], dict[int, tuple[int, int, int, int]]]] = {}
        self._slots_by_host: dict[int, dict[str, Node]] = {}

    def facts(self, node: Node) -> tuple[dict[str, Any], frozenset[str]]:
        """The attributes and classes of an element."""
        found = self._facts.get(node.id)
        if found is None:
            known = attributes(node)
            found = self._facts[node.id] = known, frozenset(text(known.get("class")).split())
        return found

    def above(self, node: Node) -> list[Node]:
        """The ancestors of an element in its tree, nearest first; in a shadow tree, the last one is the host."""
        found = self._above.get(node.id)
        if found is not None:
            return found
        parent = self._document.node(node.parent)
        if parent is None or parent.type != ELEMENT:
            found = []
        elif node.is_shadow:
            found = [parent]
        elif (known := self._above.get(parent.id)) is not None:
            found = [parent, *known[: MAX_ANCESTORS - 1]]
        else:
            found = [*self._climb(node)]
        self._above[node.id] = found
        return found

    def _climb(self, node: Node) -> Iterator[Node]:
        lineage = self._document.lineage(node.id, MAX_ANCESTORS)
        for below, each in pairwise(lineage):
            if each.type != ELEMENT:
                return
            yield each
            if below.is_shadow:
                return

    def names_above(self, node: Node) -> frozenset[str]:
        """The classes (`.name`) and ids (`#name`) of the ancestors in an element's tree, and of its host.

        Equal sets are the same object.
        """
        place = node.parent if node.parent is not None and not node.is_shadow else -node.id
        found = self._names_above.get(place)
        if found is None:
            above = self.above(node)
            known = self._names_above.get(above[0].parent or 0) if above and not node.is_shadow else None
            if known is not None and not above[0].is_shadow:
                names = known.union(self._names_of(above[0]))
            else:
                names = frozenset(name for each in above for name in self._names_of(each))
            found = self._names_above[place] = self._sets.setdefault(names, names)
        return found

    def _names_of(self, node: Node) -> list[str]:
        known, classes = self.facts(node)
        names = [f".{name}" for name in classes]
        if id := text(known.get("id")):
            names.append(f"#{id}")
        return names

    def siblings(self, node: Node) -> list[Node]:
        """The elements beside an element, itself included, in order."""
        return self._around(node)[0]

    def places(self, node: Node) -> tuple[int, int, int, int]:
        """The place of an element from the start and the end: among its siblings, and among those with its tag."""
        return self._around(node)[1].get(node.id, _FIRST)

    def _around(self, node: Node) -> tuple[list[Node], dict[int, tuple[int, int, int, int]]]:
        key = -1 if node.parent is None else 2 * node.parent + bool(node.is_shadow)
        found = self._siblings.get(key)
        if found is None:
            parent = self._document.node(node.parent)
            shadow = bool(node.is_shadow)
            children = self._document.children(parent) if parent else ()
            siblings = [each for each in children if each.type == ELEMENT and bool(each.is_shadow) == shadow]
            tags: dict[str, list[Node]] = {}
            for each in siblings:
                tags.setdefault(each.tag_name, []).append(each)
            typed = {each.id: (at, len(same) - at + 1) for same in tags.values() for at, each in enumerate(same, 1)}
            places = {each.id: (at, len(siblings) - at + 1, *typed[each.id]) for at, each in enumerate(siblings, 1)}
            found = self._siblings[key] = siblings, places
        return found

    def slots(self, host: int) -> dict[str, Node]:
        """The slots of a shadow tree by name."""
        found = self._slots_by_host.get(host)
        if found is None:
            found = self._slots_by_host[host] = {}
            node = self._document.node(host)
            for child in self._document.children(node) if node else ():
                for each in self._document.walk(child) if child.is_shadow else ():
                    if each.tag_name.lower() == "slot":
                        found.setdefault(attribute(each, "name"), each)
        return found
