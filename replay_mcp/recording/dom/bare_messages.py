"""Messages of a new page that no markup marks as messages: sentences that report something, or that are new."""

import itertools
from collections.abc import Container, Iterator
from typing import Final

from replay_mcp.recording.rrweb.types import TEXT, Node

from .message_text import Site, meaning_at, site_of, visible_text
from .message_words import meaning_of
from .messages import FEW, MAX_BARE_LENGTH, Notice
from .traits import is_unread, place_of, tag_of, traits
from .visibility import Visibility

MAX_NODES: Final = 300
"""Only this many nodes, from the beginning of the page, are examined."""
_LIST_TAGS: Final = frozenset({"li", "article", "dd"})
_SENTENCE_WORDS: Final = 4
_NEAR: Final = 30


def bare_messages(visibility: Visibility) -> Iterator[Notice]:
    """The messages outside lists, links and tables."""
    seen: set[int] = set()
    for node in _texts(visibility):
        if meaning_of((node.text_content or "").strip(), bare=True):
            yield from _message_around(visibility, node, seen)


def texts_of_page(visibility: Visibility) -> frozenset[str]:
    """The texts of a page, to compare the next page with."""
    return frozenset(_plain(node) for node in _texts(visibility))


def added_messages(visibility: Visibility, known: Container[str]) -> list[Notice]:
    """The sentences that a page has beside the `known` texts of the page before; none if it is another page."""
    sites: dict[int, tuple[Site, Node]] = {}
    for node in _texts(visibility):
        if _plain(node) not in known and (site := _site(visibility, node)) is not None:
            sites.setdefault(site.block.id, (site, node))
        if len(sites) > FEW:
            return []
    found: list[Notice] = []
    for site, node in sites.values():
        shown = visible_text(visibility, site.block, MAX_BARE_LENGTH)
        is_sentence = len(_plain(node).split()) >= _SENTENCE_WORDS and len(shown) <= MAX_BARE_LENGTH
        if is_sentence and not _holds_control(visibility, site.block) and visibility.is_visible(site.block.id):
            meaning = meaning_at(visibility.document, site, shown)
            found.append(Notice(site.block.id, "text", "", shown, meaning, few=True, source=node.id))
    return found


def headings(visibility: Visibility) -> Iterator[Notice]:
    """The visible headings of a page."""
    for node in _texts(visibility):
        lineage = visibility.document.lineage(node.parent)
        heading = next((above for above in lineage if place_of(above) == "heading"), None)
        if heading is not None and visibility.is_visible(heading.id):
            shown = visible_text(visibility, heading, MAX_BARE_LENGTH)
            yield Notice(heading.id, "heading", "", shown, "", few=True, source=node.id)


def _site(visibility: Visibility, node: Node) -> Site | None:
    """The site of a text; None in lists, links, tables and the like."""
    site = site_of(visibility.document, node.parent or 0, frozenset())
    if site is None or site.excluded or any(tag_of(each) in _LIST_TAGS for each in site.lineage):
        return None
    return site


def _holds_control(visibility: Visibility, block: Node) -> bool:
    near = itertools.islice(visibility.document.walk(block), _NEAR)
    return any(traits(inner).sort in ("control", "field") for inner in near)


def _texts(visibility: Visibility) -> Iterator[Node]:
    document = visibility.document
    root = document.node(document.root)
    for node in itertools.islice(document.walk(root, is_unread), MAX_NODES) if root else ():
        if node.type == TEXT and _plain(node):
            yield node


def _plain(node: Node) -> str:
    return " ".join((node.text_content or "").split())


def _message_around(visibility: Visibility, node: Node, seen: set[int]) -> Iterator[Notice]:
    site = _site(visibility, node)
    if site is None or site.block.id in seen:
        return
    seen.add(site.block.id)
    found = visible_text(visibility, site.block, MAX_BARE_LENGTH)
    message = meaning_of(found, bare=True) if len(found) <= MAX_BARE_LENGTH else ""
    if message and visibility.is_visible(site.block.id):
        yield Notice(site.block.id, "text", "", found, message, few=True, source=node.id)
