"""Parts of pages that the recorder left out because the page excludes them: `ph-no-capture`, `rr-block`."""

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from replay_mcp.recording.dom.attributes import attribute
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.elements import selector, text_of
from replay_mcp.recording.dom.traits import tag_of
from replay_mcp.recording.rrweb.types import ELEMENT, Node

from .shown_text import ShownText

MAX_PARTS: Final = 20
"""Maximum number of different parts of a recording."""
MAX_SEARCHES: Final = 50
"""Maximum number of times that documents are searched."""

_MAX_CLASSES: Final = 3
_MAX_LENGTH: Final = 100
_MAX_LABEL_DISTANCE: Final = 3
_MARK: Final = re.compile(b'"rr_width"')
"""The recorder keeps the class and the size of a blocked element, and nothing else."""


class BlockedPart(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """An element whose content was not recorded. Text in it is masked.

    Attributes:
        selector: tag and classes; the recorder leaves out all other attributes.
        label: text of the label around it or before it; empty if there is none.
        inside: selector of the nearest element around it that has one; empty if there is none.
        page: URL of the first page that showed it.
    """

    selector: str
    label: str = ""
    inside: str = ""
    page: str = ""


class BlockedParts:
    """Collects the blocked parts of documents."""

    def __init__(self, shown: ShownText) -> None:
        self._shown_text = shown
        self._found: dict[tuple[str, str, str], BlockedPart] = {}
        self._searches = 0

    @property
    def found(self) -> tuple[BlockedPart, ...]:
        """The different parts, in the order in which they were found."""
        return tuple(self._found.values())

    def search(self, document: Document, page: str) -> None:
        """Search a document that may have blocked parts."""
        self._searches += 1
        if self._searches > MAX_SEARCHES or len(self._found) >= MAX_PARTS:
            return
        for node in document.with_attributes_like(_MARK):
            if attribute(node, "rr_width") and not document.children(node) and document.attached(node.id):
                part = self._part(document, node, page)
                self._found.setdefault((part.selector, part.label, part.inside), part)
                if len(self._found) >= MAX_PARTS:
                    return

    def _part(self, document: Document, node: Node, page: str) -> BlockedPart:
        classes = attribute(node, "class").split()[:_MAX_CLASSES]
        above = document.lineage(node.id)[1:]
        inside = next((found for each in above if (found := selector(each))), "")
        label = _label(document, node, above)
        return BlockedPart(
            self._shown_text.text(".".join([tag_of(node), *classes]), _MAX_LENGTH),
            self._shown_text.text(label, _MAX_LENGTH) if label else "",
            self._shown_text.text(inside, _MAX_LENGTH) if inside else "",
            page,
        )


def _label(document: Document, node: Node, above: Sequence[Node]) -> str:
    around = next((each for each in above[:_MAX_LABEL_DISTANCE] if tag_of(each) == "label"), None)
    if around is None and above:
        beside = [each for each in document.children(above[0]) if each.type == ELEMENT]
        place = next((place for place, each in enumerate(beside) if each.id == node.id), 0)
        around = beside[place - 1] if place and tag_of(beside[place - 1]) == "label" else None
    return " ".join(text_of(document, around, _MAX_LENGTH).split()) if around else ""
