"""The style sheets of a document, as far as the recording holds their text."""

from collections.abc import Iterator
from typing import Final

from replay_mcp.recording.rrweb.types import TEXT
from replay_mcp.recording.rrweb.untrusted import text

from .attributes import attributes
from .document import Document

MAX_CSS_LENGTH: Final = 2_000_000
"""Most characters of style sheets that are read."""
_TAGS: Final = ("style", "link")


def style_sheets(document: Document) -> Iterator[str]:
    """The text of each style sheet, `MAX_CSS_LENGTH` in all: what the recorder inlined, else what is in the element."""
    left = MAX_CSS_LENGTH
    for node in document.with_tags(_TAGS):
        css = text(attributes(node).get("_cssText"))
        pieces = [css] if css else [child.text_content or "" for child in document.children(node) if child.type == TEXT]
        for piece in pieces:
            if left > 0:
                yield piece[:left]
            left -= len(piece)
