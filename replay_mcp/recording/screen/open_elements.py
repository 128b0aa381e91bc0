"""Elements of a page whose content is being read into an outline."""

from msgspec import Struct

from replay_mcp.recording.rrweb.types import Node

from .items import Item


class OpenElement:
    """An element whose content is being read.

    Attributes:
        items: the items in it so far.
        pieces: the text since the latest item or line break.
        text_node: id of the node that the text began with; None before any text.
    """

    def __init__(self, node: Node, role: str, name: str, states: tuple[str, ...]) -> None:
        self.node = node
        self.role = role
        self.name = name
        self.states = states
        self.items: list[Item] = []
        self.pieces: list[str] = []
        self.text_node: int | None = None

    def add(self, id: int, text: str) -> None:
        """Add the text of a node."""
        if self.text_node is None and not text.isspace():
            self.text_node = id
        self.pieces.append(text)


class Leave(Struct, frozen=True):
    """Marks the end of an element on the stack: of an element, or of a block."""

    element: bool
