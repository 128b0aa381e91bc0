"""Messages of a new page that no markup marks as messages: sentences that report success or failure."""

import itertools
from collections.abc import Iterator
from typing import Final

from replay_mcp.recording.rrweb.types import TEXT, Node

from .message_text import site_of, visible_text
from .message_words import meaning_of
from .messages import MAX_BARE_LENGTH, Notice
from .traits import tag_of
from .visibility import Visibility

MAX_NODES: Final = 300
"""Only this many nodes, from the beginning of the page, are examined."""
_LIST_TAGS: Final = frozenset({"li", "article", "dd"})


def bare_messages(visibility: Visibility) -> Iterator[Notice]:
    """The messages outside lists, links and tables."""
    document = visibility.document
    root = document.node(document.root)
    seen: set[int] = set()
    for node in itertools.islice(document.walk(root), MAX_NODES) if root else ():
        if node.type == TEXT and meaning_of((node.text_content or "").strip(), bare=True):
            yield from _message_around(visibility, node, seen)


def _message_around(visibility: Visibility, node: Node, seen: set[int]) -> Iterator[Notice]:
    site = site_of(visibility.document, node.parent or 0, frozenset())
    if (
        site is None
        or site.excluded
        or site.block.id in seen
        or any(tag_of(each) in _LIST_TAGS for each in site.lineage)
    ):
        return
    seen.add(site.block.id)
    found = visible_text(visibility, site.block, MAX_BARE_LENGTH)
    message = meaning_of(found, bare=True) if len(found) <= MAX_BARE_LENGTH else ""
    if message and visibility.is_visible(site.block.id):
        yield Notice(site.block.id, "text", "", found, message, few=True, source=node.id)
