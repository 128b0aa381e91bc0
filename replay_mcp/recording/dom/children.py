"""The children of nodes, put in order when they are asked for.

Most nodes are added and removed again without a question about them. So additions wait in batches, and a question about
a parent looks through the batches that name it.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from replay_mcp.recording.rrweb.types import AddedNode, Node

_BATCH: Final = 2_000
"""Smaller mutations share a batch: a question takes a look at each."""


class _Batch:
    """Additions in their order.

    Attributes:
        start: how many came before.
        adds: they themselves.
    """

    __slots__ = ("_first", "_indexed", "_last", "adds", "start")

    def __init__(self, start: int, adds: list[AddedNode]) -> None:
        self.start = start
        self.adds = adds
        self._first: dict[int, int] = {}
        self._last: dict[int, int] = {}
        self._indexed = 0

    def to(self, parent: int, since: int) -> list[Node]:
        """The nodes that were added to a parent after so many additions."""
        if self._indexed < len(self.adds):
            self._index()
        last = self._last.get(parent)
        if last is None:
            return []
        begin = max(self._first[parent], since - self.start)
        return [add.node for add in self.adds[begin : last + 1] if add.parent_id == parent]

    def _index(self) -> None:
        """Note between which places each parent is named."""
        start, self._indexed = self._indexed, len(self.adds)
        parents = [add.parent_id for add in self.adds[start:]]
        last = range(start, self._indexed)
        self._first = dict(zip(reversed(parents), reversed(last), strict=True)) | self._first
        self._last.update(zip(parents, last, strict=True))


class Children:
    """Ids of children by parent, with those of children that are gone: they still say where others were put.

    Attributes:
        count: how many nodes were added.
    """

    def __init__(self) -> None:
        self._orders: dict[int, list[int]] = {}
        self._since: dict[int, int] = {}
        """By parent, after how many additions those begin that are not in its order yet."""
        self._batches: list[_Batch] = []
        self.count = 0
        self._gone: dict[int, int | None] = {}

    def add(self, adds: Sequence[AddedNode]) -> None:
        """Take what a mutation added."""
        if len(adds) < _BATCH and self._batches and len(self._batches[-1].adds) < _BATCH:
            self._batches[-1].adds += adds
        else:
            self._batches.append(_Batch(self.count, [*adds]))
        self.count += len(adds)

    def remove(self, node: Node) -> None:
        """Forget a node's children, and remember where it was."""
        self._gone[node.id] = node.following
        self._orders.pop(node.id, None)
        self._since[node.id] = self.count

    def of(self, parent: Node, nodes: Mapping[int, Node]) -> list[int]:
        """The ids of the children that a node has or had, in order; `nodes`: those that are there."""
        id = parent.id
        order = self._orders.get(id)
        if order is None:
            order = self._orders[id] = list(dict.fromkeys(child.id for child in parent.child_nodes))
        since = self._since.get(id, 0)
        if since < self.count:
            self._since[id] = self.count
            if added := self._added(id, since, nodes):
                order = self._orders[id] = _inserted(order, added, self._gone)
        return order

    def _added(self, parent: int, since: int, nodes: Mapping[int, Node]) -> list[Node]:
        """The nodes that were added to a parent after so many additions, and are there."""
        found: list[Node] = []
        for batch in self._batches if since < self._batches[-1].start else self._batches[-1:]:
            if batch.start + len(batch.adds) > since:
                found += batch.to(parent, since)
        return [node for node in found if nodes.get(node.id) is node]

    def keep(self, nodes: Mapping[int, Node]) -> None:
        """Let go of all but these nodes and their places."""
        orders: dict[int, list[int]] = {}
        for id, node in nodes.items():
            if node.child_nodes or id in self._orders:
                found = (nodes.get(child) for child in self.of(node, nodes))
                orders[id] = [child.id for child in found if child and child.parent == id]
                node.child_nodes = ()
        since = self._since
        kept = [
            add
            for batch in self._batches
            for place, add in enumerate(batch.adds, batch.start)
            if nodes.get(add.node.id) is add.node and place >= since.get(add.parent_id, 0)
        ]
        for add in kept:
            if add.node.following is not None and add.node.following in self._gone:
                add.node.following = _still_there(add.node.following, self._gone)
        self.count = len(kept)
        self._batches = [_Batch(start, kept[start : start + _BATCH]) for start in range(0, len(kept), _BATCH)]
        self._orders, self._since, self._gone = orders, dict.fromkeys(orders, len(kept)), {}


def _still_there(following: int | None, gone: Mapping[int, int | None]) -> int | None:
    """The sibling that follows, or the one after it where that is gone."""
    for _ in range(len(gone)):
        if following is None or following not in gone:
            break
        following = gone[following]
    return following


def _inserted(order: Sequence[int], nodes: Sequence[Node], gone: Mapping[int, int | None]) -> list[int]:
    """The order with nodes put in one after the other, each before the sibling that it names, else last."""
    after: dict[int | None, int | None] = {}
    before: dict[int | None, int | None] = {}
    last: int | None = None  # None stands for both ends
    for id in order:
        after[last], before[id] = id, last
        last = id
    after[last], before[None] = None, last
    for node in nodes:
        id, following = node.id, node.following
        if following not in before:
            following = _still_there(following, gone)
        if following not in before or following == id:
            following = None
        if id in before:  # it was moved
            after[before[id]], before[after[id]] = after[id], before[id]
        previous = before[following]
        after[previous] = before[following] = id
        before[id], after[id] = previous, following
    ordered: list[int] = []
    at = after[None]
    while at is not None:
        ordered.append(at)
        at = after[at]
    return ordered
