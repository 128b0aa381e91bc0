"""The children of nodes, put in order when they are asked for.

Most nodes are added and removed again without a question about them. So additions wait, chained by their parent, and a
question about a parent puts its own in order, one after the other as they came: those of children that are gone again
still say where others were put.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from replay_mcp.recording.rrweb.types import AddedNode, Node

_NONE_BEFORE: Final = 0


class Children:
    """Ids of children by parent.

    Additions are numbered from 1, through the life of the document.

    Attributes:
        emptied: by id of a node that was removed, or added again, the number of the first addition that may be to it as
            it is now. What was in it before went with it.
    """

    def __init__(self) -> None:
        self.emptied: dict[int, int] = {}
        self._orders: dict[int, list[int]] = {}
        self._since: dict[int, int] = {}
        """By parent, the number of the first addition that is not in its order yet."""
        self._adds: list[AddedNode] = []
        self._start = 1
        self._last: dict[int, int] = {}
        """By parent, the number of the last addition to it; `_before` has that of the one before each."""
        self._before: list[int] = []

    @property
    def count(self) -> int:
        """The number of the next addition."""
        return self._start + len(self._adds)

    def add(self, adds: Iterable[AddedNode]) -> None:
        """Take what a mutation added."""
        self._adds += adds

    def remove(self, node: Node) -> None:
        """Forget a node's children."""
        self._orders.pop(node.id, None)
        self.emptied[node.id] = self._start + len(self._adds)

    def of(self, parent: Node, nodes: Mapping[int, Node]) -> list[int]:
        """The ids of a node's children in order, some of which may be gone; `nodes`: those that are there."""
        id = parent.id
        order = self._orders.get(id)
        if order is None:
            order = self._orders[id] = list(dict.fromkeys(child.id for child in parent.child_nodes))
        since = self._since.get(id, 0)
        if since < self.count:
            self._since[id] = self.count
            if added := self._added(id, max(since, self.emptied.get(id, 0))):
                order = self._orders[id] = _there(_inserted(order, added), id, nodes)
        return order

    def _added(self, parent: int, since: int) -> list[AddedNode]:
        """The additions to a parent from this number on."""
        if len(self._before) < len(self._adds):
            self._index()
        found: list[AddedNode] = []
        number = self._last.get(parent, _NONE_BEFORE)
        while number >= max(since, self._start):
            found.append(self._adds[number - self._start])
            number = self._before[number - self._start]
        found.reverse()
        return found

    def _index(self) -> None:
        last, chain, latest = self._last, self._before.append, self._last.get
        done = len(self._before)
        for number, parent in enumerate([add.parent_id for add in self._adds[done:]], self._start + done):
            chain(latest(parent, _NONE_BEFORE))
            last[parent] = number

    def keep(self, nodes: Mapping[int, Node]) -> None:
        """Let go of all but these nodes."""
        there = [add for add in self._adds if nodes.get(add.node.id) is add.node]
        unclear = _unclear(there, nodes)
        orders: dict[int, list[int]] = {}
        for id, node in nodes.items():
            if node.child_nodes or id in self._orders or id in unclear:
                orders[id] = _there(self.of(node, nodes), id, nodes)
                node.child_nodes = ()
        self._start = self.count
        self._adds = [add for add in there if add.parent_id not in orders]
        self._before, self._last = [], {}
        self._orders, self._since, self.emptied = orders, dict.fromkeys(orders, self.count), {}


def _unclear(there: Sequence[AddedNode], nodes: Mapping[int, Node]) -> set[int]:
    """The parents to which nodes were added before siblings that are gone, or were added again since."""
    later = {add.node.id for add in there}
    found: set[int] = set()
    for add in there:
        later.discard(add.node.id)
        following = add.next_id
        if following is not None and (following in later or following not in nodes):
            found.add(add.parent_id)
    return found


def _there(order: Iterable[int], parent: int, nodes: Mapping[int, Node]) -> list[int]:
    """Those children that are there, and not with another parent by now."""
    return [id for id in order if (node := nodes.get(id)) is not None and node.parent == parent]


def _inserted(order: Sequence[int], adds: Sequence[AddedNode]) -> Iterable[int]:
    """The order with nodes put in one after the other, each before the sibling that it names, else last."""
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
