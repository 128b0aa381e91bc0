"""Which nodes of a document are visible, judged by their attributes and the style sheets."""

import itertools
from collections.abc import Iterator
from typing import Final

from replay_mcp.recording.rrweb.types import TEXT, ChangedAttributes, Mutation, Node
from replay_mcp.recording.rrweb.untrusted import text

from .attributes import attributes
from .display_rules import DisplayRules
from .document import Document
from .traits import is_never_read, place_of, tag_of, traits

MAX_REGION: Final = 250
"""Maximum number of nodes searched for texts."""
_MAX_INVALIDATED: Final = 100
"""If more elements change at once, the whole cache is cleared."""
_REVEALING_ATTRIBUTES = frozenset({"hidden", "open", "data-visible"})
_MESSAGES = frozenset({"alert", "status", "message", "error", "dialog"})
_REVEALING_CLASSES = frozenset(
    {".show", ".open", ".active", ".visible", ".is-visible", ".is-open", ".is-active", ".in", ".shown", ".opened"}
)


class Visibility:
    """Determines which nodes of a document are hidden, with a cache. Style sheets are read at first use."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._rules: DisplayRules | None = None
        self._hidden: dict[int, bool] = {}
        self._changes = document.changes

    def refresh(self) -> None:
        """Clear the cache if mutations were applied that were not passed to `invalidate`."""
        if self._changes != self.document.changes:
            self._changes = self.document.changes
            self._hidden.clear()

    def invalidate(self, mutation: Mutation) -> None:
        """Remove from the cache what a mutation may change; call it before applying the mutation."""
        if self._affects_other_nodes(mutation):
            self._hidden.clear()
        else:
            for change in mutation.attributes:
                self._hidden.pop(change.id, None)
        self._changes = self.document.changes + 1

    def _affects_other_nodes(self, mutation: Mutation) -> bool:
        """Whether a mutation may hide or reveal nodes other than those that it names."""
        hidden, rules = self._hidden, self._rules
        if rules is not None and rules.siblings and (mutation.adds or mutation.removes):
            return True
        if any(add.node.id in hidden or add.node.child_nodes for add in mutation.adds):
            return True
        changes = mutation.attributes
        if len(changes) > _MAX_INVALIDATED or any(
            "open" in change.attributes for change in changes
        ):  # content of `details`
            return True
        return rules is not None and not all(rules.names.isdisjoint(self._changed_names(change)) for change in changes)

    def _changed_names(self, change: ChangedAttributes) -> set[str]:
        """The names in a change, as selectors write them: attributes, ids, and classes that are added or removed."""
        names = {f"[{name}" for name in change.attributes}
        node = self.document.node(change.id)
        if node is not None and "class" in change.attributes:
            names |= _toggled_classes(change, node)
        if node is not None and "id" in change.attributes:
            names |= {f"#{text(attributes(node).get('id'))}", f"#{text(change.attributes['id'])}"}
        return names

    @property
    def rules(self) -> DisplayRules:
        """The rules of the document's style sheets."""
        if self._rules is None:
            self._rules = DisplayRules.of(self.document)
        return self._rules

    def hides(self, node: Node) -> bool:
        """Whether an element hides its content. `aria-hidden` hides only messages: people see the rest."""
        if node.type == TEXT:
            return False
        known = self._hidden.get(node.id)
        if known is None:
            known = self._hidden[node.id] = self._hides(node)
        return known

    def _hides(self, node: Node) -> bool:
        found = traits(node)
        if found.hides or found.marks.unseen or found.marks.hiding:
            return True
        if tag_of(node) == "dialog" and attributes(node).get("open") is None:
            return True
        around = self.document.node(node.parent)
        if around is not None and _is_closed(around, node):
            return True
        if found.displays:
            return False
        if attributes(node).get("aria-hidden") == "true" and found.place in _MESSAGES:
            return True
        return self.rules.hides_element(self.document, node)

    def is_visible(self, id: int) -> bool:
        """Whether a node is in the document, and neither it nor an ancestor is hidden."""
        lineage = self.document.lineage(id)
        if not lineage or lineage[-1].id != self.document.root:
            return False
        return not any(self.hides(each) for each in lineage)

    def texts(self, node: Node, limit: int = MAX_REGION) -> Iterator[Node]:
        """Yield the visible text nodes among the first `limit` nodes inside a node."""
        if is_never_read(node):
            return
        inside = self.document.walk(node, lambda each: each is not node and (traits(each).unread or self.hides(each)))
        for inner in itertools.islice(inside, limit):
            if inner.type == TEXT and inner.text_content and not inner.text_content.isspace():
                yield inner

    def may_reveal(self, change: ChangedAttributes, node: Node) -> bool:
        """Whether a change of attributes, not applied yet, may reveal hidden content."""
        values = change.attributes
        if not _REVEALING_ATTRIBUTES.isdisjoint(values):
            return True
        if "aria-hidden" in values and (traits(node).place in _MESSAGES or "[aria-hidden" in self.rules.names):
            return True
        if "style" in values and _sets_display(values["style"], attributes(node).get("style")):
            return True
        if "class" in values:
            names = _toggled_classes(change, node)
            if not names:
                return False
            return (
                not _REVEALING_CLASSES.isdisjoint(names)
                or not self.rules.names.isdisjoint(names)
                or traits(node).marks.hiding
            )
        return False


def _toggled_classes(change: ChangedAttributes, node: Node) -> set[str]:
    """The classes, as selectors, that a change adds or removes."""
    before, after = text(attributes(node).get("class")).split(), text(change.attributes["class"]).split()
    return {f".{name}" for name in {*before} ^ {*after}}


def opens_dialog(change: ChangedAttributes, node: Node) -> bool:
    """Whether a change opens a custom dialog element, which the style sheet in its shadow tree displays."""
    opened = change.attributes.get("open")
    return opened not in (None, False) and "-" in node.tag_name and place_of(node) in ("dialog", "alert")


def _is_closed(details: Node, below: Node) -> bool:
    """Whether a child is the hidden part of a closed `details`."""
    if tag_of(details) != "details" or attributes(details).get("open") is not None:
        return False
    return tag_of(below) != "summary"


def _sets_display(*styles: object) -> bool:
    return any("display" in each or "visib" in each for each in map(str, styles))
