"""Parts of documents, and the styles that stand for sizes and scroll positions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from replay_mcp.recording.dom.attributes import attribute, attributes
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.traits import tag_of
from replay_mcp.recording.rrweb.types import ELEMENT, Node
from replay_mcp.recording.rrweb.untrusted import number
from replay_mcp.recording.screen.page import PageState
from replay_mcp.recording.screen.states import ElementState

from .attributes import named, pixels
from .selectors import FOCUS

_SCROLLED: Final = "--replay-top:"


def parts_of(document: Document, root: Node) -> tuple[Node | None, Node | None, list[Node]]:
    """The `html` and `body` elements of a document, and what is in it besides them and the head."""
    children = document.children(root)
    html = next((child for child in children if tag_of(child) == "html"), None)
    inner = [] if html is None else document.children(html)
    body = next((child for child in inner if tag_of(child) == "body"), None)
    rest = [child for child in (*inner, *children) if child is not html and child is not body]
    return html, body, [child for child in rest if child.type == ELEMENT and tag_of(child) != "head"]


def measured(known: Mapping[str, Any], *, inline: bool = False) -> list[str]:
    """The styles that give a blocked element its recorded size."""
    sizes = [f"{side}:{size}" for side in ("width", "height") if (size := pixels(known.get(f"rr_{side}")))]
    return [*sizes, "box-sizing:border-box", *(["display:inline-block"] if inline else [])] if sizes else []


def scrolled(state: PageState, node: Node) -> Iterator[str]:
    """The styles that shift the content of a scrolled element."""
    known = attributes(node)
    left, top = state.scrolled.get(node.id) or (
        number(known.get("rr_scrollLeft")) or 0,
        number(known.get("rr_scrollTop")) or 0,
    )
    if left or top:
        yield f"--replay-left:{-left:.0f}px;{_SCROLLED}{-top:.0f}px"


def styled(own: Sequence[tuple[str, str]], styles: Sequence[str]) -> str:
    """Attributes with a `style` as HTML."""
    style = ";".join(filter(None, styles))
    found = [*own, ("style", style)] if style else own
    return named([*found, ("data-replay-scrolled", "")] if _SCROLLED in style else found)


def live_states(node: Node, states: ElementState) -> Iterator[tuple[str, str]]:
    """The attributes that stand for states of a live page."""
    if states.has_focus(node):
        yield FOCUS, ""
    if attribute(node, "rr_open_mode") == "modal":
        yield "data-replay-modal", ""
