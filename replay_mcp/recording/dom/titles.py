"""The title of a page: its `title` element and its first heading."""

from replay_mcp.recording.rrweb.types import Node

from .document import Document
from .elements import is_inside_editable, text_of
from .traits import tag_of


def title(document: Document) -> str:
    """The document's title and first heading, or the one that it has; empty without either. Not masked."""
    own, heading_element = page_title(document), _own_element(document, "h1")
    heading_element = None if heading_element and is_inside_editable(document, heading_element.id) else heading_element
    heading = text_of(document, heading_element) if heading_element else ""
    if heading and own and not own.startswith(heading):
        return f"{own} / {heading}"
    return own or heading


def page_title(document: Document) -> str:
    """The document's title; empty without one. Not masked."""
    element = _own_element(document, "title")
    return "" if element is None else "".join(child.text_content or "" for child in document.children(element)).strip()


def _own_element(document: Document, tag: str) -> Node | None:
    """The first element with this tag that is not inside a frame or a picture."""
    return next((node for node in document.with_tags((tag,)) if not _is_embedded(document, node)), None)


def _is_embedded(document: Document, node: Node) -> bool:
    return any(
        tag_of(above) in ("iframe", "frame", "svg", "symbol", "object") for above in document.lineage(node.id)[1:]
    )
