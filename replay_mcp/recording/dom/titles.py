"""Titles of pages."""

from replay_mcp.recording.rrweb.types import Node

from .document import Document
from .elements import is_typed, text_of
from .traits import tag_of


def title(document: Document) -> str:
    """The document's title and first heading, as far as they are there; not masked."""
    titled, headed = _own(document, "title"), _own(document, "h1")
    headed = None if headed and is_typed(document, headed.id) else headed
    named = "".join(child.text_content or "" for child in document.children(titled)).strip() if titled else ""
    heading = text_of(document, headed) if headed else ""
    if heading and named and not named.startswith(heading):
        return f"{named} / {heading}"
    return named or heading


def _own(document: Document, tag: str) -> Node | None:
    """The first element with this tag that belongs to the document itself: not to a frame in it, nor to a picture."""
    return next((node for node in document.with_tags((tag,)) if not _is_foreign(document, node)), None)


def _is_foreign(document: Document, node: Node) -> bool:
    return any(
        tag_of(above) in ("iframe", "frame", "svg", "symbol", "object") for above in document.lineage(node.id)[1:]
    )
