"""The DOM of one tab as rrweb tells it: a full snapshot, then mutations. Only what the timeline asks of it is kept.

Every structure comes from strangers: ids may repeat or form cycles, trees may be endless. Nothing recurses, walks are
bounded, and a removed or replaced node costs constant time.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, cast

from .added_text import Node
from .additions import TEXT_CONTENT, Additions, amend
from .effort import Effort
from .untrusted import arr, obj, text, whole

MAX_NODES: Final = 150_000
"""Most nodes of a snapshot; what comes beyond is not known."""
MAX_ADDED_BYTES: Final = 24 * 1024 * 1024
"""Most bytes of JSON text of the nodes that were added and are still there; beyond, the earliest are not known."""
MAX_CHANGED_LENGTH: Final = 16_000_000
"""Most characters of texts and attributes that a snapshot's nodes are given."""
MAX_TEXT: Final = 2_000
"""Most characters of a changed text or attribute that are kept."""
LARGE_SNAPSHOT: Final = 4 * 1024 * 1024
"""Bytes of JSON text from which on the texts of a snapshot are cut."""
MAX_TEXT_LENGTH: Final = 4_000
"""Most characters of one text or attribute of such a snapshot."""
MAX_CLIMB: Final = 200
"""Most ancestors that are looked at."""
MAX_WALK: Final = 1_000
"""Most descendants that are looked at."""
ELEMENT: Final = 2
TEXT: Final = 3

_KEPT_ATTRIBUTES: Final = frozenset(
    {
        "alt", "aria-hidden", "aria-label", "aria-live", "class", "contenteditable", "data-attr", "data-cy", "data-qa",
        "data-test", "data-test-id", "data-testid", "for", "hidden", "href", "id", "name", "open", "placeholder",
        "role", "style", "tabindex", "title", "type", "value",
    }
)  # fmt: skip
_NEAR: Final = 200
"""Most siblings among which the one that a new node precedes is looked for."""
_SKIMMED: Final = 16
"""Nodes that take as long to pass over as one to look at."""
_PASSED: Final = 256
"""Ids in a list that take as long to pass over as one node to look at."""
_TIDY_BYTES: Final = 8 * 1024 * 1024
"""With so many more bytes of added nodes and changes than were left the last time, what was removed is let go of."""


class Mirror:
    """One tab's document: the nodes of the full snapshot, and those that mutations added.

    A node of the snapshot counts as such until it, or a node around it, is removed.

    Attributes:
        root: id of the document node.
        truncated: whether there were more nodes, or changes of them, than are kept.
    """

    def __init__(self, effort: Effort, root: Any = None, size: int = 0) -> None:
        """`effort`: what looking at nodes is counted with; `size`: bytes of the snapshot's JSON text."""
        self._effort = effort
        self._size = min(size, LARGE_SNAPSHOT)
        self.truncated = False
        self._nodes: dict[int, Node] = {}
        self._parents: dict[int, int] = {}
        self._tidied = 0
        self._changed_length = 0
        self.root = whole(obj(root).get("id"))
        if self.root is not None:
            try:
                self._load(root)
            except (TypeError, KeyError):
                self._load(_sound(root))
        if size > LARGE_SNAPSHOT:
            for node in self._nodes.values():
                _shorten(node)
        self._added = Additions(effort, max(self._nodes, default=0))

    @property
    def weight(self) -> int:
        """About how many bytes of memory it takes."""
        return self._size + 700 * len(self._nodes) + 2 * self._changed_length + 3 * self._added.size

    def lineage(self, id: int | None) -> Iterator[tuple[int, Node]]:
        """The node and its ancestors, nearest first, with their ids; nothing for an unknown or removed node."""
        for _ in range(MAX_CLIMB):
            if id is None:
                return
            self._effort.left -= 1
            if node := self._nodes.get(id):
                yield id, node
                id = self._parents.get(id)
            elif addition := self._added.get(id):
                yield id, addition["node"]
                id = addition["parentId"]
            else:
                return

    def attached(self, id: int) -> Node | None:
        """The node, if it is part of the document, and no ancestor of it was removed."""
        lineage = list(self.lineage(id))
        return lineage[0][1] if lineage and lineage[-1][0] == self.root else None

    def children(self, node: Node) -> list[Node]:
        """Its child nodes that are still there, in order."""
        if node.get("type") == TEXT:
            return []
        id, nodes = node["id"], self._nodes
        own = arr(node.get("childNodes"))[:MAX_WALK] if nodes.get(id) is node else []
        children = [child for child in own if nodes.get(child["id"]) is child]
        latest, all_placed = 0, True
        for addition in self._added.under(id):
            if addition["node"]["id"] in nodes:
                continue
            place = _place(children, addition["nextId"], latest)
            all_placed &= place is not None
            latest = len(children) if place is None else place
            children.insert(latest, addition["node"])
            if len(children) >= MAX_WALK:
                break
        if not all_placed:
            order = self._order(id, own)
            children.sort(key=lambda child: order.get(child["id"], len(order)))
        self._effort.left -= 1 + len(own) + len(children)
        return children

    def _order(self, parent: int, own: list[Node]) -> dict[int, int]:
        """The places of the children that a node ever had: one that is gone still tells where others were put."""
        order = [child["id"] for child in own]
        known = set(order)
        for addition in itertools.islice(self._added.ever_under(parent), MAX_WALK):
            id, following = addition["node"]["id"], addition["nextId"]
            if id in known:
                order.remove(id)
            known.add(id)
            order.insert(order.index(following) if following in known and following != id else len(order), id)
        self._effort.left -= len(order) ** 2 // _PASSED
        return {id: place for place, id in enumerate(order)}

    def walk(self, node: Node, skip: Callable[[Node], bool] = lambda _: False) -> Iterator[Node]:
        """The node and its descendants in document order, bounded, without the subtrees of nodes to `skip`."""
        stack = [node]
        left = MAX_WALK
        while stack:
            node = stack.pop()
            if not skip(node):
                yield node
                children = self.children(node)[:left] if left else []
                left -= len(children)  # those to come count: a node may be told to be in itself
                stack += reversed(children)

    def find(self, tag: str) -> Node | None:
        """An element with this tag that is part of the document."""
        self._effort.left -= len(self._nodes) // _SKIMMED
        own = (node for node in self._nodes.values() if node.get("tagName") == tag)
        added = (node for node in self._added.holding(b'"tagName":"%s"' % tag.encode()) if node["tagName"] == tag)
        return next(self._attached(own, added), None)

    def with_attribute(self, name: str, value: str) -> Iterator[Node]:
        """The elements of the document with this attribute."""
        self._effort.left -= len(self._nodes) // _SKIMMED
        own = (node for node in self._nodes.values() if obj(node.get("attributes")).get(name) == value)
        return self._attached(own, self._added.holding(b'"%s":"%s"' % (name.encode(), value.encode())))

    def _attached(self, *among: Iterable[Node]) -> Iterator[Node]:
        for node in itertools.islice(itertools.chain(*among), MAX_WALK):
            if self.attached(node["id"]):
                yield node

    def apply(self, mutation: dict[str, Any], adds: bytes) -> None:
        """Apply a mutation, as rrweb does: removals, then additions, texts and attributes.

        Args:
            mutation: its data, of which `removes`, `texts` and `attributes` are read.
            adds: the JSON text of its `adds`.
        """
        for removed in arr(mutation.get("removes")):
            if type(removed) is dict and type(id := cast(Node, removed).get("id")) is int:
                if id == self.root:
                    continue  # no recorder means that
                if node := self._nodes.get(id):
                    self._remove(node)
                self._added.remove(id)
        self._added.add(adds)
        for changed in arr(mutation.get("texts")):
            self._change(obj(changed).get("id"), {TEXT_CONTENT: text(obj(changed).get("value"))})
        for changed in arr(mutation.get("attributes")):
            given = obj(obj(changed).get("attributes"))
            if kept := _KEPT_ATTRIBUTES & given.keys():
                self._change(obj(changed).get("id"), {name: given[name] for name in kept})
        if self._added.size > self._tidied + _TIDY_BYTES:
            self.truncated |= not self._added.keep(self._is_attached, MAX_ADDED_BYTES)
            self._tidied = self._added.size

    def _remove(self, node: Node) -> None:
        """Forget a node of the snapshot and all in it: what of that moved elsewhere was added again."""
        nodes = self._nodes
        del nodes[node["id"]]
        removed = [node]
        for each in removed:  # it grows
            for child in each.get("childNodes") or ():
                if nodes.get(child["id"]) is child:
                    del nodes[child["id"]]
                    removed.append(child)

    def _change(self, id: Any, values: dict[str, Any]) -> None:
        """Some attributes of a node, or its text, have other values."""
        if type(id) is not int:
            return
        values = {name: _short(value) for name, value in values.items()}
        node = self._nodes.get(id)
        if node is None:
            self._added.change(id, values)
        elif self._changed_length < MAX_CHANGED_LENGTH:
            self._changed_length += sum(len(value) for value in values.values() if type(value) is str)
            amend(node, values)
        else:
            self.truncated = True

    def _is_attached(self, id: int) -> bool:
        return self.attached(id) is not None

    def _load(self, root: Any) -> None:
        """Index a tree, level by level. Snapshots have thousands of nodes, hence little work for each.

        Raises:
            TypeError, KeyError: something in it is no node.
        """
        nodes, parents = self._nodes, self._parents
        found: list[Node] = [root]
        for node in itertools.islice(found, MAX_NODES):  # it grows
            id = node["id"]
            if type(id) is not int:
                raise TypeError("the id of a node is no whole number")
            nodes[id] = node
            if children := node.get("childNodes"):
                found += children
                for child in children:
                    parents[child["id"]] = id
        self.truncated |= len(found) > MAX_NODES


def _shorten(node: Node) -> None:
    """Cut the texts of a node to what anybody reads: a few may hold all of a large snapshot."""
    node["textContent"] = text(node.get("textContent"))[:MAX_TEXT_LENGTH]
    attributes = obj(node.get("attributes"))
    node["attributes"] = {
        name: value[:MAX_TEXT_LENGTH] if isinstance(value, str) else value
        for name, value in attributes.items()
        if name in _KEPT_ATTRIBUTES
    }


def _sound(root: Any) -> Node:
    """A tree of which every node has a whole number as id, and nodes as children; what is none is left out."""
    pending = [obj(root)]
    while pending:
        node = pending.pop()
        node["childNodes"] = [child for child in arr(node.get("childNodes")) if type(obj(child).get("id")) is int]
        pending += node["childNodes"]
    return obj(root)


def _place(siblings: list[Any], following: Any, latest: int) -> int | None:
    """Where a new node goes: before the sibling with the id `following`, which mostly is the one added just before.

    None where no such sibling is near.
    """
    if following is None:
        return len(siblings)
    if latest < len(siblings) and siblings[latest].get("id") == following:
        return latest
    for place in range(len(siblings) - 1, max(-1, len(siblings) - 1 - _NEAR), -1):
        if siblings[place].get("id") == following:
            return place
    return None


def _short(value: Any) -> Any:
    """A changed value as it is kept: no long text, and no object, as rrweb writes changes of a style."""
    if isinstance(value, str):
        return value[:MAX_TEXT]
    return "" if isinstance(value, dict | list) else value
