"""Sentences of a new page that say that something is done or failed, and that nothing marks as messages."""

import itertools
from collections.abc import Iterator
from typing import Final

from replay_mcp.recording.rrweb.types import TEXT, Node

from .message_text import site_of, text_in
from .message_words import says
from .messages import MAX_BARE_LENGTH, Notice
from .traits import tag_of
from .visibility import Visibility

MAX_NODES: Final = 300
"""Most nodes that are looked at, the first ones."""
_LISTED: Final = frozenset({"li", "article", "dd"})


def sentences(visibility: Visibility) -> Iterator[Notice]:
    """Those outside of lists, links and tables."""
    document = visibility.document
    root = document.node(document.root)
    seen: set[int] = set()
    for node in itertools.islice(document.walk(root), MAX_NODES) if root else ():
        if node.type == TEXT and says((node.text_content or "").strip(), bare=True):
            yield from _around(visibility, node, seen)


def _around(visibility: Visibility, node: Node, seen: set[int]) -> Iterator[Notice]:
    site = site_of(visibility.document, node.parent or 0, frozenset())
    if site is None or site.excluded or site.block.id in seen or any(tag_of(each) in _LISTED for each in site.lineage):
        return
    seen.add(site.block.id)
    found = text_in(visibility, site.block, MAX_BARE_LENGTH)
    message = says(found, bare=True) if len(found) <= MAX_BARE_LENGTH else ""
    if message and visibility.shows(site.block.id):
        yield Notice(site.block.id, "text", "", found, message, few=True, source=node.id)
