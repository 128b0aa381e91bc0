"""The ordered children of nodes, computed only when they are queried.

Most nodes are added and removed without any query. Additions therefore wait until their parent is queried, and are
then inserted in the order in which they came. Even the addition of a child that is gone matters: others may have been
inserted before it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from replay_mcp.recording.rrweb.types import AddedNode, Node

_BATCH: Final = 4_096
"""Number of additions that complete a batch."""
_SCANS: Final = 3
"""Number of parents found by scanning a batch before its additions are chained, which takes about as long."""
_NONE_BEFORE: Final = -1


class _Batch:
    """Consecutive additions, chained by parent once several of their parents were queried.

    Attributes:
        start: the number of the first addition.
        parents: ids of their parents, as of the latest `learn`.
        learnt: how many additions have their parent in `parents`.
    """

    def __init__(self, start: int) -> None:
        self.start = start
        self.adds: list[AddedNode] = []
        self.parents: set[int] = set()
        self.learnt = 0
        self._scans = 0
        self._last: dict[int, int] = {}
        """By parent, the index of its last addition; `_before` has the index of the one before each addition."""
        self._before: list[int] = []

    def learn(self) -> None:
        """Update `parents`."""
        self.parents.update([add.parent_id for add in self.adds[self.learnt :]])
        self.learnt = len(self.adds)

    def additions_to(self, parent: int, since: int) -> list[AddedNode]:
        """The additions to a parent, from number `since` on."""
        first = max(since - self.start, 0)
        if self._scans < _SCANS:
            self._scans += 1
            return [add for add in self.adds[first:] if add.parent_id == parent]
        if len(self._before) < len(self.adds):
            self._chain()
        found: list[AddedNode] = []
        place = self._last.get(parent, _NONE_BEFORE)
        while place >= first:
            found.append(self.adds[place])
            place = self._before[place]
        found.reverse()
        return found

    def _chain(self) -> None:
        last, chain, latest = self._last, self._before.append, self._last.get
        done = len(self._before)
        for place, add in enumerate(self.adds[done:] if done else self.adds, done):
            parent = add.parent_id
            chain(latest(parent, _NONE_BEFORE))
            last[parent] = place


class Children:
    """Ids of children by parent.

    Additions are numbered from 1, throughout the life of the document.

    Attributes:
        count: the number of the next addition.
        emptied: by id of a node that was removed or added again, the number of the first addition after that. Earlier
            children went with it.
    """

    def __init__(self) -> None:
        self.count = 1
        self.emptied: dict[int, int] = {}
        self._orders: dict[int, list[int]] = {}
        self._since: dict[int, int] = {}
        """By parent, the number of the first addition that is not inserted yet."""
        self._batches = [_Batch(self.count)]

    def add(self, adds: Sequence[AddedNode]) -> None:
        """Record the additions of a mutation."""
        if len(self._batches[-1].adds) >= _BATCH:
            self._batches.append(_Batch(self.count))
        self._batches[-1].adds += adds
        self.count += len(adds)

    def remove(self, nodes: Iterable[Node]) -> None:
        """Forget the children of nodes."""
        orders, count = self._orders, self.count
        for node in nodes:
            orders.pop(node.id, None)
            self.emptied[node.id] = count

    def of(self, parent: Node, nodes: Mapping[int, Node]) -> list[int]:
        """The ordered ids of a node's children; some may be gone.

        Args:
            parent: the node.
            nodes: all nodes of the document, by id.
        """
        id = parent.id
        order = self._before_additions(parent)
        since = self._since.get(id, 0)
        if since < self.count:
            self._since[id] = self.count
            if added := self._added(id, max(since, self.emptied.get(id, 0))):
                order = self._orders[id] = _present(_in_order(order, added), id, nodes)
        return order

    def _before_additions(self, parent: Node) -> list[int]:
        """The order before the waiting additions are inserted."""
        order = self._orders.get(parent.id)
        if order is None:
            order = self._orders[parent.id] = list(dict.fromkeys(child.id for child in parent.child_nodes))
        return order

    def _added(self, parent: int, since: int) -> list[AddedNode]:
        """The additions to a parent, from number `since` on."""
        found: list[AddedNode] = []
        for batch in self._batches:
            if batch.learnt < len(batch.adds):
                batch.learn()
            if parent in batch.parents and batch.start + len(batch.adds) > since:
                found += batch.additions_to(parent, since)
        return found

    def keep(self, nodes: Mapping[int, Node]) -> None:
        """Drop all nodes but these."""
        present = [
            (number, add)
            for batch in self._batches
            for number, add in enumerate(batch.adds, batch.start)
            if nodes.get(add.node.id) is add.node
        ]
        unclear = _parents_to_order([add for _, add in present], nodes)
        orders: dict[int, list[int]] = {}
        for id, node in nodes.items():
            if id in unclear:
                orders[id] = self.of(node, nodes)
            elif id in self._orders or node.child_nodes:
                orders[id] = self._before_additions(node)
            node.child_nodes = ()
        since = self._since.get
        rest = _Batch(self.count)
        rest.adds = [add for number, add in present if number >= since(add.parent_id, 0)]
        self.count += len(rest.adds)
        self._batches = [rest]
        self._orders = {id: _present(order, id, nodes) for id, order in orders.items()}
        self._since, self.emptied = {}, {}


def _parents_to_order(present: Sequence[AddedNode], nodes: Mapping[int, Node]) -> set[int]:
    """The parents with a node inserted before a sibling that is gone, elsewhere, or was added again later."""
    later = {add.node.id for add in present}
    found: set[int] = set()
    for add in present:
        later.discard(add.node.id)
        if add.next_id is None:
            continue
        following = nodes.get(add.next_id)
        if following is None or following.parent != add.parent_id or following.id in later:
            found.add(add.parent_id)
    return found


def _present(order: Iterable[int], parent: int, nodes: Mapping[int, Node]) -> list[int]:
    """The children that still exist and still have this parent."""
    return [id for id in order if (node := nodes.get(id)) is not None and node.parent == parent]


def _in_order(order: Sequence[int], adds: Sequence[AddedNode]) -> Iterable[int]:
    """The order after inserting nodes one by one, each before its `next_id` sibling, else last."""
    after: dict[int | None, int | None] = {}
    before: dict[int | None, int | None] = {}
    last: int | None = None  # None stands for both ends
    for id in order:
        after[last], before[id] = id, last
        last = id
    after[last], before[None] = None, last
    for add in adds:
        id, following = add.node.id, add.next_id
        if following not in before or following == id:
            following = None
        if id in before:  # it was moved
            after[before[id]], before[after[id]] = after[id], before[id]
        previous = before[following]
        after[previous] = before[following] = id
        before[id], after[id] = previous, following
    at = after[None]
    while at is not None:
        yield at
        at = after[at]
