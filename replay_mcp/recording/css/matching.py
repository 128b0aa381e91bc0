"""Matches selectors with pseudo-classes against elements, across shadow trees, with bounded work."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, Protocol

from msgspec import structs

from replay_mcp.recording.dom.attributes import attribute
from replay_mcp.recording.dom.css_selectors import NTH, Compound, PseudoClass
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.rrweb.types import ELEMENT, TEXT, Node

from .form_states import form_state, is_field
from .tree import MAX_ANCESTORS, ElementTree

MAX_STEPS: Final = 5_000
"""Maximum number of compounds tested for one element; rules that need more do not match."""
MAX_TOTAL_STEPS: Final = 600_000
"""Maximum number of compounds tested for one state of a document."""
MAX_SIBLINGS: Final = 500
"""Maximum number of elements before an element that selectors can refer to."""
MAX_HAS: Final = 500
"""Maximum number of elements searched for `:has()`."""

_ANCHOR: Final = Compound("", "", frozenset(), (), (), "", (PseudoClass("scope"),))
Selector = tuple[Compound, ...]


class ElementStates(Protocol):
    """The states of elements that the document's attributes do not hold."""

    def is_checked(self, node: Node) -> bool:
        """Whether a checkbox, radio button or option is checked."""
        ...

    def has_value(self, node: Node) -> bool:
        """Whether a field is filled in: a value, a choice, a tick."""
        ...

    def has_focus(self, node: Node) -> bool:
        """Whether an element has the focus."""
        ...

    def focus_within(self, node: Node) -> bool:
        """Whether an element has the focus, or something in it has."""
        ...


class StateMatcher:
    """Matches selectors against the elements of a document that does not change meanwhile."""

    def __init__(self, document: Document, states: ElementStates) -> None:
        self._document = document
        self._states = states
        self.tree = ElementTree(document)
        self._has: dict[tuple[int, int], bool] = {}
        self._tried: dict[tuple[int, int, int, int], bool] = {}
        """For the current selector: a selector, a number of leading compounds, an element, the anchor of `:has()`."""
        self._anchors: list[int] = []
        self._left = MAX_STEPS
        self._total = MAX_TOTAL_STEPS

    def begin_element(self, rules: int) -> None:
        """Allow the work for one more element, to which so many rules may apply."""
        self._total -= MAX_STEPS - self._left
        self._left = max(min(MAX_STEPS, self._total), 0)
        self._total -= rules // 16

    def matches(self, selector: Selector, node: Node, host: int | None) -> bool:
        """Whether a selector of the tree of a host matches an element.

        Args:
            selector: its compounds.
            node: the element.
            host: id of the host of the shadow tree that the rule belongs to; None in the document.
        """
        self._tried.clear()
        if len(selector) == 1:
            return self._is(selector[0], node, host)
        return self._applies(selector, len(selector), node, host)

    def matches_slotted(self, selector: Selector, node: Node, host: int) -> bool:
        """Whether a selector that ends with `::slotted()` matches an element in a slot of a host."""
        self._tried.clear()
        given = next((each for each in selector[-1].conditions if each.name == "slotted"), None)
        if given is None or not self._any(given.selectors, node, None):
            return False
        of_slot = without_slotted(selector)
        if not of_slot:
            return True
        slot = self.tree.slots(host).get(attribute(node, "slot"))
        return slot is not None and self._applies(of_slot, len(of_slot), slot, host)

    def _applies(self, selector: Selector, length: int, node: Node, host: int | None) -> bool:
        place = id(selector), length, node.id, self._anchors[-1] if self._anchors else 0
        known = self._tried.get(place)
        if known is not None or self._left < 0:
            return bool(known)
        self._tried[place] = False
        last = selector[length - 1]
        found = self._is(last, node, host) and (
            length == 1
            or any(
                self._applies(selector, length - 1, each, host) for each in self._related(node, last.combinator, host)
            )
        )
        self._tried[place] = found
        return found

    def _related(self, node: Node, combinator: str, host: int | None) -> Iterable[Node]:
        if node.id == host:
            return ()
        if combinator in ("+", "~"):
            return self._earlier(node)[:1] if combinator == "+" else self._earlier(node)
        above = self.tree.above(node)
        return above[:1] if combinator == ">" else above

    def _earlier(self, node: Node) -> list[Node]:
        """The elements before an element among its siblings, nearest first."""
        place = self.tree.places(node)[0]
        earlier = self.tree.siblings(node)[max(place - 1 - MAX_SIBLINGS, 0) : place - 1]
        self._left -= len(earlier) // 16
        return earlier[::-1]

    def _is(self, compound: Compound, node: Node, host: int | None) -> bool:
        """Whether an element matches a compound. A host matches only `:host` and the like."""
        self._left -= 1
        if self._left < 0:
            return False
        if node.id == host:
            if compound.tag or compound.id or compound.classes or compound.attributes or not compound.conditions:
                return False
        else:
            known, classes = self.tree.facts(node)
            if not compound.matches(node, known, classes):
                return False
        return not compound.conditions or all(self._holds(each, node, host) for each in compound.conditions)

    def _holds(self, condition: PseudoClass, node: Node, host: int | None) -> bool:  # noqa: PLR0911 - a return for each
        name = condition.name
        if name in ("is", "where", "matches", "-webkit-any"):
            return self._any(condition.selectors, node, host)
        if name == "not":
            return not self._any(condition.selectors, node, host)
        if name in NTH:
            return self._is_nth(condition, node)
        if name == "has":
            return self._has_inside(condition, node, host)
        if name in ("host", "slotted"):
            if name == "host" and node.id != host:
                return False
            return not condition.selectors or self._any(condition.selectors, node, None)
        if name == "host-context":
            return node.id == host and any(
                self._any(condition.selectors, each, None)
                for each in self._document.lineage(node.id, MAX_ANCESTORS)
                if each.type == ELEMENT
            )
        return self._is_in_state(name, node)

    def _any(self, selectors: Iterable[Selector], node: Node, host: int | None) -> bool:
        return any(
            self._is(each[0], node, host) if len(each) == 1 else self._applies(each, len(each), node, host)
            for each in selectors
        )

    def _is_in_state(self, name: str, node: Node) -> bool:  # noqa: PLR0911 - a return for each
        match name:
            case "scope":
                return bool(self._anchors) and self._anchors[-1] == node.id
            case "focus" | "focus-visible":
                return self._states.has_focus(node)
            case "focus-within":
                return self._states.focus_within(node)
            case "checked":
                return self._states.is_checked(node)
            case "valid" | "invalid" | "user-valid" | "user-invalid":
                known = self.tree.facts(node)[0]
                missing = form_state("required", node, known, ()) and not self._states.has_value(node)
                return is_field(node) and missing == name.endswith("invalid")
            case "root":
                parent = self._document.node(node.parent)
                return parent is None or parent.type != ELEMENT
            case "empty":
                return not any(
                    each.type == ELEMENT or (each.type == TEXT and each.text_content)
                    for each in self._document.children(node)
                    if not each.is_shadow
                )
            case "defined":
                return True
            case _ if name.endswith(("-child", "-of-type")):
                return self._is_edge(name, node)
            case _:
                return form_state(name, node, self.tree.facts(node)[0], self.tree.above(node))

    def _is_edge(self, name: str, node: Node) -> bool:
        place = self.tree.places(node)
        first, last = place[2:] if name.endswith("type") else place[:2]
        return (first == 1 or name.startswith("last")) and (last == 1 or name.startswith("first"))

    def _is_nth(self, condition: PseudoClass, node: Node) -> bool:
        places = self.tree.places(node)
        place = places[2 * condition.name.endswith("type") + ("last" in condition.name)]
        step, behind = condition.step, place - condition.offset
        return behind == 0 if step == 0 else behind % step == 0 and behind // step >= 0

    def _has_inside(self, condition: PseudoClass, node: Node, host: int | None) -> bool:
        place = id(condition), node.id
        found = self._has.get(place)
        if found is None:
            self._anchors.append(node.id)
            found = any(
                self._applies(selector, len(selector), each, host)
                for selector in anchored(condition.selectors)
                for each in self._searched(node, selector)
            )
            self._anchors.pop()
            self._has[place] = found
        return found

    def _searched(self, node: Node, selector: Selector) -> Iterator[Node]:
        """The elements that the last compound of a selector in `:has()` can match."""
        starts = [node]
        if selector[1].combinator in ("+", "~"):
            place = self.tree.places(node)[0]
            starts = self.tree.siblings(node)[place : place + MAX_HAS]
        left = MAX_HAS
        for start in starts:
            if len(selector) == 2 and selector[1].combinator in (">", "+", "~"):
                around = self._document.children(node) if start is node else [start]
            else:
                around = self._document.walk(start, lambda each: bool(each.is_shadow))
            for each in around:
                left -= 1
                self._left -= 2
                if left < 0 or self._left < 0:
                    return
                if each.type == ELEMENT and each is not node and not each.is_shadow:
                    yield each


@lru_cache(maxsize=512)
def anchored(selectors: tuple[Selector, ...]) -> tuple[Selector, ...]:
    """The selectors in `:has()`, each after a compound that only the element itself matches."""
    return tuple(
        (_ANCHOR, structs.replace(selector[0], combinator=selector[0].combinator or " "), *selector[1:])
        for selector in selectors
    )


@lru_cache(maxsize=512)
def without_slotted(selector: Selector) -> Selector:
    """The selector of the slot in one that ends with `::slotted()`; empty if any slot will do."""
    last = selector[-1]
    conditions = tuple(each for each in last.conditions if each.name != "slotted")
    slot = structs.replace(last, conditions=conditions)
    plain = not (slot.tag or slot.id or slot.classes or slot.attributes or slot.negated or conditions)
    return () if plain and len(selector) == 1 else (*selector[:-1], slot)
