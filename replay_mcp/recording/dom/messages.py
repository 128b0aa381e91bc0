"""What a page showed: texts that appear in places made for telling people something, and titles of pages."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from replay_mcp.recording.rrweb.types import ELEMENT, TEXT, AddedNode, ChangedAttributes, Mutation, Node
from replay_mcp.recording.rrweb.untrusted import text

from .attributes import attributes
from .document import MAX_CLIMB, Document
from .elements import has_text, is_typed, selector, text_of
from .message_words import may_say, says
from .traits import Place, place_of, traits
from .types import Says

MAX_CANDIDATES: Final = 64
"""Most nodes of one mutation that are looked at."""
MAX_LEAVING: Final = 5
"""Most removed elements of one mutation that are looked at."""
MAX_NOTICE_LENGTH: Final = 400
"""A longer text in an element named for errors or messages is no notice but a part of the page."""
MAX_BARE_LENGTH: Final = 160
"""A longer text that stands anywhere is no notice."""

_NEAR: Final = 8
_SOUGHT: Final = ("alert", "dialog")
_ROLE: Final = b'"role"'
_REVEALING: Final = frozenset({"hidden", "open", "style", "aria-hidden"})


@dataclass(frozen=True, slots=True)
class Notice:
    """A text that appeared. Not masked.

    Attributes:
        owner: id of the element that it stands in.
        selector: the attribute that code finds the element by.
        says: whether something failed or is done.
    """

    owner: int
    place: Place
    selector: str
    text: str
    says: Says


def notices(document: Document, mutation: Mutation) -> Iterator[Notice]:
    """The texts that an applied mutation brought, each once: in places made for telling people something, and others.

    A mutation may add thousands of nodes. Of the first ones everything is read; of the others, ARIA's roles.
    """
    seen: set[int] = set()
    changed = [each.id for each in mutation.texts[:MAX_CANDIDATES]]
    added = _Added(document, mutation.adds[:MAX_CANDIDATES])
    for id in [*added.outside(), *changed]:
        owner, place = added.around(id)
        if place and owner is not None and owner not in seen:
            seen.add(owner)
            yield from _notice(document, owner, place)
    for id, node in [*added.nodes.items(), *_with_role(mutation)]:
        if (place := place_of(node)) and id not in seen:
            seen.add(id)
            yield from _notice(document, id, place)
    yield from _bare(added, changed)
    for each in mutation.attributes[:MAX_CANDIDATES]:
        yield from _revealed(document, each, seen)


def _with_role(mutation: Mutation) -> Iterator[tuple[int, Node]]:
    """The nodes beyond the first ones that have one of these roles."""
    others = mutation.adds[MAX_CANDIDATES:]
    for add in others if others and _ROLE in mutation.adds_text else ():
        node = add.node
        if _ROLE in bytes(node.attributes) and text(attributes(node).get("role")).startswith(_SOUGHT):
            yield node.id, node


class _Added:
    """The first nodes that a mutation added, with the parents that it gave them."""

    def __init__(self, document: Document, adds: Sequence[AddedNode]) -> None:
        self._document = document
        self.nodes = {add.node.id: add.node for add in adds}
        self._parents = {add.node.id: add.parent_id for add in adds}

    def outside(self) -> list[int]:
        """The elements that something was added to, and that were there before."""
        return sorted({*self._parents.values()} - self.nodes.keys())

    def around(self, id: int) -> tuple[int | None, Place | None]:
        """The nearest element at or around a node that is made for telling people something, else the nearest one."""
        nearest: int | None = None
        for node in self.lineage(id, _NEAR):
            if node.type == ELEMENT:
                if place := place_of(node):
                    return node.id, place
                nearest = node.id if nearest is None else nearest
        return nearest, None

    def lineage(self, id: int, limit: int = MAX_CLIMB) -> list[Node]:
        """The node and its ancestors, at most so many."""
        found: list[Node] = []
        while id in self.nodes and len(found) < limit:
            found.append(self.nodes[id])
            id = self._parents[id]
        return found + self._document.lineage(id, limit - len(found))


def _bare(added: _Added, changed: list[int]) -> Iterator[Notice]:
    """Short texts outside of the places made for them: the first, and those that say something."""
    texts = [node for node in added.nodes.values() if node.type == TEXT]
    texts += [node for id in changed for node in added.lineage(id, 1)]
    short = [(node.id, bare) for node in texts if 0 < len(bare := (node.text_content or "").strip()) <= MAX_BARE_LENGTH]
    any_message = may_say("\n".join(bare for _, bare in short))
    told: set[int] = set()
    for place, (id, bare) in enumerate(short if any_message else short[:1]):
        message = says(bare, bare=True) if any_message else ""
        if place == 0 or message:
            owner, made_for_it = added.around(id)
            unread = any(traits(above).unread for above in added.lineage(id))
            if made_for_it is None and owner is not None and owner not in told and not unread:
                told.add(owner)
                yield Notice(owner, "text", "", bare, message)


def _revealed(document: Document, change: ChangedAttributes, seen: set[int]) -> Iterator[Notice]:
    """Places in an element that may have been hidden before."""
    if not _REVEALING & change.attributes.keys() or (node := document.node(change.id)) is None:
        return
    for inner in document.walk(node):
        place = place_of(inner)
        if place in ("alert", "dialog", "error") and inner.id not in seen:
            seen.add(inner.id)
            yield from _notice(document, inner.id, place)


def leaving(document: Document, mutation: Mutation, known: Container[int]) -> Iterator[Notice]:
    """The alerts, dialogs and the like that a mutation, which is not applied yet, takes away with their elements.

    A mutation that removes many elements renders a part of the page anew, and is left out. `known`: ids of elements
    that need not be reported.
    """
    for removed in mutation.removes if len(mutation.removes) <= MAX_LEAVING else ():
        node = document.node(removed.id)
        if node and node.id not in known and (place := place_of(node)) in ("alert", "dialog", "error"):
            yield from _notice(document, node.id, place)


def alerts(document: Document) -> Iterator[Notice]:
    """The ARIA alerts that stand on a page."""
    for node in document.with_attribute("role", "alert"):
        yield from _notice(document, node.id, "alert")


def standing(document: Document, owner: int) -> bool:
    """Whether an element is still there and holds text."""
    node = document.attached(owner)
    return node is not None and has_text(document, node)


def title(document: Document) -> str:
    """The document's title and first heading, as far as they are there; not masked."""
    titled, headed = document.find("title"), document.find("h1")
    headed = None if headed and is_typed(document, headed.id) else headed
    named = "".join(child.text_content or "" for child in document.children(titled)).strip() if titled else ""
    heading = text_of(document, headed) if headed else ""
    if heading and named and not named.startswith(heading):
        return f"{named} / {heading}"
    return named or heading


def _notice(document: Document, owner: int, place: Place) -> Iterator[Notice]:
    node = document.attached(owner)
    if node is None or is_typed(document, owner):
        return
    found = text_of(document, node)
    if found and not (place in ("error", "message") and len(found) > MAX_NOTICE_LENGTH):
        told = found if len(found) <= MAX_NOTICE_LENGTH else ""  # a dialog may hold terms, or a whole form
        message = "error" if place == "error" else says(told, bare=place in ("dialog", "heading"))
        yield Notice(owner, place, selector(node), found, message)
