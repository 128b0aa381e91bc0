"""Names of the elements of an outline, not masked."""

from collections.abc import Sequence
from typing import Final

from replay_mcp.recording.dom.attributes import attribute
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.names import labelled_by, name_of
from replay_mcp.recording.dom.rendered_text import rendered_text
from replay_mcp.recording.dom.traits import is_never_read, tag_of
from replay_mcp.recording.rrweb.types import Node

from .roles import CONTROLS

_CAPTIONS: Final = {"fieldset": "legend", "figure": "figcaption", "svg": "title", "table": "caption"}
_MAX_LENGTH: Final = 320


def name_of_role(document: Document, node: Node, role: str, lineage: Sequence[Node]) -> str:
    """The accessible name of an element with a role; empty if it has none."""
    if role in CONTROLS:
        return name_of(document, node, lineage)
    return (
        labelled_by(document, node, lineage)
        or attribute(node, "aria-label").strip()
        or attribute(node, "alt").strip()
        or _caption(document, node)
        or attribute(node, "title").strip()
    )


def _caption(document: Document, node: Node) -> str:
    tag = _CAPTIONS.get(tag_of(node))
    if tag is None:
        return ""
    found = next((child for child in document.children(node) if tag_of(child) == tag), None)
    if found is None or is_never_read(found):
        return ""
    return rendered_text(document, found, _MAX_LENGTH, whole=True)
