"""rrweb's nodes and mutations as typed values (`@rrweb/types` 2.x).

Nodes refer to their parent by id: with `gc=False`, a cycle of references would never be freed.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from msgspec import Raw, Struct, field

ELEMENT: Final = 2
TEXT: Final = 3

if TYPE_CHECKING:
    _Id = int | None
    _Attributes = dict[str, Any] | None
    _Any = Any
else:
    _Id = _Attributes = _Any = None  # recordings must not set these fields: the decoder accepts only null


class Node(Struct, gc=False, rename="camel"):
    """A serialized node.

    Attributes:
        type: rrweb's `NodeType`.
        attributes: JSON text; read it through `dom.attributes`.
        is_shadow: true for a child of a shadow root; its parent is the host.
        child_nodes: the children of a node in a snapshot. Mutations add nodes one by one, with few exceptions.
        parent: id of the parent, once the node is in a document.
        born: number of additions to the document before this node.
        known: the kept attributes, once they are decoded.
        traits: the cached traits, until attributes change; see `dom.traits`.
    """

    id: int
    type: int = 0
    tag_name: str = ""
    text_content: str | None = None
    attributes: Raw = Raw()
    is_shadow: Any = None
    child_nodes: tuple["Node", ...] = ()
    parent: _Id = field(default=None, name="(parent)")
    born: _Id = field(default=None, name="(born)")
    known: _Attributes = field(default=None, name="(known)")
    traits: _Any = field(default=None, name="(traits)")


class AddedNode(Struct, gc=False, rename="camel"):
    """A node that a mutation adds to a parent, before the sibling `next_id`, or last."""

    parent_id: int
    node: Node
    next_id: int | None = None


class RemovedNode(Struct, gc=False, rename="camel"):
    """A node that a mutation removes, with everything in it."""

    id: int


class ChangedText(Struct, gc=False, rename="camel"):
    """The new text of a text node."""

    id: int
    value: str | None = None


class ChangedAttributes(Struct, gc=False, rename="camel"):
    """The new values of some attributes of an element; None removes one, an object changes parts of a style."""

    id: int
    attributes: dict[str, Any]


class Mutation(Struct, frozen=True):
    """A change of a document. rrweb applies removals first, then additions, texts and attributes.

    Attributes:
        size: bytes of the JSON text that it was decoded from.
        broken: number of invalid entries, which were left out.
        adds_text: the JSON text of `adds`.
    """

    adds: Sequence[AddedNode] = ()
    removes: Sequence[RemovedNode] = ()
    texts: Sequence[ChangedText] = ()
    attributes: Sequence[ChangedAttributes] = ()
    size: int = 0
    broken: int = 0
    adds_text: bytes = b""
