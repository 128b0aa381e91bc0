"""The nodes and mutations of a mobile screen, as rrweb writes them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

NodeJson: TypeAlias = dict[str, Any]
"""A node as rrweb writes it."""
MutationJson: TypeAlias = dict[str, list[dict[str, Any]]]
"""`texts`, `attributes`, `removes` and `adds` as rrweb writes them; added nodes have no children."""

NO_NODE: Final = -1
"""rrweb's id of an unknown node."""
DOCUMENT, HTML, HEAD, BODY, KEYBOARD = 1, 2, 3, 4, 5
"""Ids of the nodes that every screen has; the keyboard's is used while it is open."""


@dataclass(slots=True)
class ScreenChanges:
    """The changes of a screen.

    Attributes:
        mutation: added, removed and changed nodes, as rrweb writes them.
        moved: whether boxes moved or changed their size.
        redrawn: whether pictures or the values of fields changed.
        values: the new values of fields, by the ids of their nodes; placeholders are left out.
    """

    mutation: MutationJson = field(
        default_factory=lambda: {
            "texts": list[NodeJson](),
            "attributes": list[NodeJson](),
            "removes": list[NodeJson](),
            "adds": list[NodeJson](),
        }
    )
    moved: bool = False
    redrawn: bool = False
    values: dict[int, str] = field(default_factory=dict[int, str])

    @property
    def is_empty(self) -> bool:
        """Whether the screen looks the same as before."""
        return not (self.moved or self.redrawn or self.has_mutation)

    @property
    def has_mutation(self) -> bool:
        """Whether boxes were added or removed, or changed their texts or states."""
        return any(self.mutation.values())

    def add(self, parent: int, node: NodeJson) -> None:
        """Add a node as the last child of a parent."""
        self.mutation["adds"].append({"parentId": parent, "nextId": None, "node": node})


def element(id: int, tag: str, attributes: dict[str, str], children: Iterable[NodeJson] = ()) -> NodeJson:
    """An element as rrweb writes it."""
    return {"type": 2, "tagName": tag, "attributes": attributes, "childNodes": [*children], "id": id}
