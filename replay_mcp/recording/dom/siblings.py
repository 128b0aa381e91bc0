"""The order of child nodes, put together for a parent when it is asked for."""

from collections.abc import Mapping, Sequence

from ..rrweb.types import AddedNode, Node


class Siblings:
    """Ids of children by parent, with those of children that are gone, which still say where others were put.

    Attributes:
        count: additions that were not put in order yet.
    """

    def __init__(self) -> None:
        self.count = 0
        self._orders: dict[int, list[int]] = {}
        self._latest: list[Sequence[AddedNode]] = []
        self._waiting: dict[int, list[Node]] = {}

    def added(self, adds: Sequence[AddedNode]) -> None:
        """A mutation added these nodes."""
        self._latest.append(adds)
        self.count += len(adds)

    def of(self, parent: Node) -> list[int]:
        """The ids of the children that a node has or had, in order."""
        if self._latest:
            self.settle()
        id = parent.id
        order = self._orders.get(id)
        if order is None:
            order = _own(parent)
        if waiting := self._waiting.pop(id, None):
            order = _inserted(order, waiting)
        self._orders[id] = order
        return order

    def settle(self) -> None:
        """Sort what was added by parent."""
        waiting, orders = self._waiting, self._orders
        for adds in self._latest:
            for add in adds:
                node = add.node
                if node.id in orders or node.id in waiting:  # it was there before, with other children
                    orders.pop(node.id, None)
                    waiting.pop(node.id, None)
                if (others := waiting.get(add.parentId)) is None:
                    waiting[add.parentId] = [node]
                else:
                    others.append(node)
        self._latest.clear()
        self.count = 0

    def keep(self, nodes: Mapping[int, Node]) -> None:
        """Let go of the children of all nodes but these, and of children that are gone."""
        self.settle()
        orders: dict[int, list[int]] = {}
        for id, node in nodes.items():
            if node.childNodes or id in self._orders or id in self._waiting:
                orders[id] = [each for each in self.of(node) if (child := nodes.get(each)) and child.parent == id]
                node.childNodes = ()
        self._orders, self._waiting = orders, {}


def _own(parent: Node) -> list[int]:
    return list(dict.fromkeys(child.id for child in parent.childNodes))


def _inserted(order: list[int], nodes: Sequence[Node]) -> list[int]:
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
        if following not in before or following == id:
            following = None
        if id in before:
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
