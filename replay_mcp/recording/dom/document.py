"""The DOM of one tab, rebuilt from a full snapshot and mutations.

Recordings come from strangers: ids may repeat or form cycles, trees may be endless. Nothing recurses, walks are
bounded, and applying a mutation takes time in proportion to its entries. Children are ordered only when they are
queried.
"""

import itertools
import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import Final

from replay_mcp.recording.rrweb.types import ELEMENT, TEXT, AddedNode, Mutation, Node

from .attributes import attributes, set_attributes, text_length
from .children import Children
from .work_budget import WorkBudget

MAX_NODES: Final = 200_000
"""Maximum number of nodes; further ones are dropped."""
MAX_BYTES: Final = 24 * 1024 * 1024
"""Maximum number of bytes of the nodes' JSON text; further nodes are dropped."""
MAX_TEXT_LENGTH: Final = 4_000
"""Maximum length of a text node; longer ones are truncated."""
MAX_CLIMB: Final = 200
"""Maximum number of ancestors visited."""
MAX_WALK: Final = 1_000
"""Maximum number of descendants visited."""

_SCANNED_PER_VISIT: Final = 16
"""Nodes whose tag can be compared in the time of one visit."""
_SLACK_BYTES: Final = 24 * 1024 * 1024
SWEEP_AFTER: Final = 100_000
"""After this many new nodes or additions, or `_SLACK_BYTES` more bytes, nodes outside the document are dropped."""
_BYTES_PER_NODE: Final = 300
"""Approximate memory of a node, without its text."""


class Document:
    """The nodes of a full snapshot, changed by mutations.

    Attributes:
        root: the document node's id; None without a snapshot that could be read.
        truncated: whether there were more nodes than are kept.
        changes: how many mutations were applied.
    """

    def __init__(
        self, work: WorkBudget, root: Node | None = None, size: int = 0, *, sweep_after: int = SWEEP_AFTER
    ) -> None:
        """Visits are charged to `work`; `size` is the number of bytes of the snapshot's JSON text."""
        self._work = work
        self._sweep_after = sweep_after
        self.truncated = False
        self.changes = 0
        self._nodes: dict[int, Node] = {}
        self._children = Children()
        self._known: dict[int, tuple[list[int], list[Node]]] = {}
        """By parent, its children, and the list of ids from which they were taken."""
        self._bytes = self._swept_bytes = size
        self.root = root.id if root else None
        if root is not None:
            self._nodes[root.id] = root
            self._index(root, 0)
            if size > MAX_BYTES or len(self._nodes) > MAX_NODES:
                self._sweep()
        self._swept_nodes, self._swept_count = len(self._nodes), self._children.count

    @property
    def memory_bytes(self) -> int:
        """Approximate size in memory."""
        return self._bytes + _BYTES_PER_NODE * len(self._nodes)

    def node(self, id: int | None) -> Node | None:
        """The node with this id, if there is one."""
        return None if id is None else self._nodes.get(id)

    def lineage(self, id: int | None, limit: int = MAX_CLIMB) -> list[Node]:
        """The node and its ancestors, nearest first, at most `limit` of them; empty for an unknown or removed node."""
        found: list[Node] = []
        nodes, emptied = self._nodes, self._children.emptied
        while id is not None and len(found) < limit and (node := nodes.get(id)):
            found.append(node)
            id = node.parent
            if id in emptied and self._was_removed_with_parent(node):
                break
        self._work.visits_left -= len(found)
        return found

    def attached(self, id: int) -> Node | None:
        """The node, if it is part of the document."""
        lineage = self.lineage(id)
        return lineage[0] if lineage and lineage[-1].id == self.root else None

    def _was_removed_with_parent(self, node: Node) -> bool:
        """Whether the node was removed with its parent: a parent that is added again comes back empty."""
        return node.parent is not None and (node.born or 0) < self._children.emptied.get(node.parent, 0)

    def children(self, node: Node) -> list[Node]:
        """The child nodes in order."""
        if node.type == TEXT:
            return []
        nodes, parent = self._nodes, node.id
        ordered = self._children.of(node, nodes)
        known = self._known.get(parent)
        if known is not None and known[0] is ordered:
            self._work.visits_left -= 1 + len(known[1])
            return known[1]
        self._work.visits_left -= 1 + len(ordered)
        found = [child for id in ordered if (child := nodes.get(id)) is not None and child.parent == parent]
        if parent in self._children.emptied:
            found = [child for child in found if not self._was_removed_with_parent(child)]
        self._known[parent] = ordered, found
        return found

    def walk(self, node: Node, skip: Callable[[Node], bool] = lambda _: False) -> Iterator[Node]:
        """Yield the node and its descendants in document order, within bounds, without subtrees of nodes to `skip`."""
        stack = [node]
        left = MAX_WALK
        while stack:
            node = stack.pop()
            if node.type == TEXT:
                yield node
            elif not skip(node):
                yield node
                if left:
                    children = self.children(node)[:left]
                    left -= len(children)  # count nodes on the stack, too
                    stack += reversed(children)

    def with_tags(self, tags: Container[str]) -> Iterator[Node]:
        """Yield the elements of the document with one of these tags."""
        self._work.visits_left -= len(self._nodes) // _SCANNED_PER_VISIT
        return self._attached(node for node in self._nodes.values() if node.tag_name in tags)

    def with_attributes_like(self, names: re.Pattern[bytes]) -> Iterator[Node]:
        """Yield the elements, attached or not, whose attributes may match: `names` is searched in their JSON text."""
        self._work.visits_left -= len(self._nodes) // _SCANNED_PER_VISIT
        return (
            node
            for node in self._nodes.values()
            if node.type == ELEMENT and (node.known is not None or names.search(bytes(node.attributes)))
        )

    def with_attribute(self, name: str, value: str) -> Iterator[Node]:
        """Yield the elements of the document with this attribute."""
        self._work.visits_left -= len(self._nodes) // _SCANNED_PER_VISIT
        written = b'"%s"' % value.encode()
        return self._attached(
            node
            for node in self._nodes.values()
            if (node.known is not None or written in bytes(node.attributes)) and attributes(node).get(name) == value
        )

    def _attached(self, among: Iterable[Node]) -> Iterator[Node]:
        return (node for node in itertools.islice(among, MAX_WALK) if self.attached(node.id))

    def apply(self, mutation: Mutation) -> None:
        """Apply a mutation, as rrweb does: removals, then additions, texts and attributes."""
        nodes = self._nodes
        self.changes += 1
        if mutation.removes:
            root = self.root
            removed = [
                nodes.pop(each.id, None) for each in mutation.removes if each.id != root
            ]  # no recorder removes the root
            self._forget(filter(None, removed))
        if mutation.adds:
            self._add(mutation.adds)
            self._bytes += mutation.size
        for changed in mutation.texts:
            if node := nodes.get(changed.id):
                node.text_content = (changed.value or "")[:MAX_TEXT_LENGTH]
                self._bytes += len(node.text_content)
        for changed in mutation.attributes:
            if node := nodes.get(changed.id):
                self._bytes += set_attributes(node, changed.attributes)
        if self._bytes > self._swept_bytes + _SLACK_BYTES or self._nodes_since() > self._sweep_after:
            self._sweep()

    def _nodes_since(self) -> int:
        """Number of nodes added since the last sweep, even if they are gone again."""
        return max(len(self._nodes) - self._swept_nodes, self._children.count - self._swept_count)

    def _contains(self, id: int, parent: int) -> bool:
        """Whether a node is an ancestor of another one. Undetected cycles do no harm: they are not attached."""
        return id == self.root or (self._work.visits_left > 0 and any(above.id == id for above in self.lineage(parent)))

    def _add(self, adds: Sequence[AddedNode]) -> None:
        nodes = self._nodes
        refused: set[int] = set()
        count = self._children.count
        for place, add in enumerate(adds):
            node, parent = add.node, add.parent_id
            id = node.id
            if id in nodes:
                if self._contains(id, parent):  # a node cannot be added inside itself
                    refused.add(place)
                    continue
                self._forget((nodes.pop(id),))
            node.parent, node.born = parent, count
            nodes[id] = node
            if node.child_nodes:
                self._index(node, count)
        self._children.add([add for place, add in enumerate(adds) if place not in refused] if refused else adds)

    def _forget(self, gone: Iterable[Node]) -> None:
        """Forget the children of nodes that were moved or removed."""
        known = self._known
        if known:
            gone = [*gone]
            for node in gone:
                known.pop(node.id, None)
                if node.parent is not None:
                    known.pop(node.parent, None)
        self._children.remove(gone)

    def _index(self, root: Node, count: int) -> None:
        """Add the descendants of a node to the index, level by level."""
        nodes = self._nodes
        known = {self.root, *(above.id for above in self.lineage(root.id))}
        found = [root]
        for node in found:  # the list grows
            id = node.id
            for child in node.child_nodes:
                if child.id not in known:
                    known.add(child.id)
                    if child.id in nodes:
                        self._forget((nodes[child.id],))
                    child.parent, child.born = id, count
                    nodes[child.id] = child
                    found.append(child)

    def _sweep(self) -> None:
        """Drop the nodes outside the document, and the JSON text from which nodes were decoded."""
        nodes = self._nodes
        refilled = self._children.emptied.keys() & nodes.keys()
        for node in nodes.values() if refilled else ():
            if node.parent in refilled and self._was_removed_with_parent(node):
                node.parent = None
        kept: dict[int, Node] = {}
        attached: dict[int | None, bool] = {None: False, self.root: True}
        """For nodes whose parent is not in `kept`, because it is gone or comes later."""
        size = 0
        for id, node in nodes.items():
            parent = node.parent
            if parent not in kept:
                found = attached.get(parent)
                if found is None:
                    found = parent in nodes and self._is_attached(parent, attached)
                found = attached[id] = found or id == self.root
                if not found:
                    continue
            size += _detach(node)
            if size > MAX_BYTES or len(kept) >= MAX_NODES:
                self.truncated = True
                break
            kept[id] = node
        self._children.keep(kept)
        self._known.clear()
        self._nodes = kept
        self._bytes = self._swept_bytes = size
        self._swept_nodes, self._swept_count = len(kept), self._children.count

    def _is_attached(self, id: int | None, attached: dict[int | None, bool]) -> bool:
        """Whether a node has an attached ancestor; results for the nodes in between are stored in `attached`."""
        climbed: list[int | None] = []
        above = id
        while above not in attached:
            climbed.append(above)
            attached[above] = False  # until known, and in a cycle
            node = self.node(above)
            above = None if node is None else node.parent
        attached.update(dict.fromkeys(climbed, attached[above]))
        return attached[above]


def _detach(node: Node) -> int:
    """Detach a node from the JSON text that it was decoded from, and truncate its text; return its approximate size."""
    if node.text_content and len(node.text_content) > MAX_TEXT_LENGTH:
        node.text_content = node.text_content[:MAX_TEXT_LENGTH]
    if node.known is not None:
        return 50 + len(node.text_content or "") + text_length(node.known)
    node.attributes = node.attributes.copy()
    return 50 + len(node.text_content or "") + len(bytes(node.attributes))
