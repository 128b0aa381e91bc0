"""A page as bytes, from which reading can continue."""

import zlib
from typing import Final

import msgspec
from msgspec import Raw, Struct

from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.work_budget import WorkBudget
from replay_mcp.recording.rrweb.types import AddedNode, Mutation, Node

from .page import PageState, RecordedPage
from .style_state import PackedStyles, StyleState

LEVEL: Final = 1
"""Level of zlib's compression: the fastest."""


class _PackedNode(Struct, array_like=True, gc=False):
    """A node without its children; `parent` is the id of its parent, 0 for the document node."""

    parent: int
    id: int
    type: int
    tag_name: str
    text_content: str | None
    is_shadow: bool
    attributes: Raw


class _PackedPage(Struct):
    """A page as plain values.

    Attributes:
        truncated: see `Document`.
        nodes: in document order, the document node first.
    """

    state: PageState
    styles: PackedStyles
    truncated: bool
    nodes: list[_PackedNode]


_EMPTY: Final = b"{}"
_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(_PackedPage)


def pack(page: RecordedPage) -> bytes:
    """The page as compressed bytes."""
    document = page.document
    nodes = [] if document is None else _packed_nodes(document)
    truncated = document is not None and document.truncated
    return zlib.compress(_ENCODER.encode(_PackedPage(page.state, page.styles.packed(), truncated, nodes)), LEVEL)


def unpack(packed: bytes) -> RecordedPage:
    """The page of bytes that `pack` returned."""
    found = _DECODER.decode(zlib.decompress(packed))
    if not found.nodes:
        return RecordedPage(found.state)
    root, *rest = found.nodes
    document = Document(WorkBudget(), _node(root))
    document.apply(Mutation([AddedNode(each.parent, _node(each)) for each in rest]))
    document.truncated |= found.truncated
    return RecordedPage(found.state, document, StyleState(found.styles))


def _packed_nodes(document: Document) -> list[_PackedNode]:
    root = document.node(document.root)
    if root is None:
        return []
    found: list[_PackedNode] = []
    stack = [root]
    while stack:
        node = stack.pop()
        written = bytes(node.attributes) if node.known is None else _ENCODER.encode(node.known)
        found.append(
            _PackedNode(
                node.parent or 0,
                node.id,
                node.type,
                node.tag_name,
                node.text_content,
                node.is_shadow is True,
                Raw(written or _EMPTY),
            )
        )
        stack += reversed(document.children(node))
    return found


def _node(packed: _PackedNode) -> Node:
    return Node(
        packed.id,
        packed.type,
        packed.tag_name,
        packed.text_content,
        packed.attributes,
        packed.is_shadow,
    )
