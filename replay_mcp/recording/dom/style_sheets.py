"""The style sheets whose text the recording holds."""

from collections.abc import Iterator
from typing import Final

from replay_mcp.recording.rrweb.types import TEXT
from replay_mcp.recording.rrweb.untrusted import text

from .attributes import attributes
from .document import Document

MAX_CSS_LENGTH: Final = 2_000_000
"""Maximum number of characters read from all style sheets of a document."""
_TAGS: Final = ("style", "link")


def style_sheets(document: Document) -> Iterator[str]:
    """Yield the text of each style sheet: what the recorder inlined, else the content of the element."""
    left = MAX_CSS_LENGTH
    for node in document.with_tags(_TAGS):
        css = text(attributes(node).get("_cssText"))
        pieces = [css] if css else [child.text_content or "" for child in document.children(node) if child.type == TEXT]
        for piece in pieces:
            if left > 0:
                yield piece[:left]
            left -= len(piece)
