"""Texts that a mutation shows, because it adds or reveals them, and which of them are messages."""

import re
from collections.abc import Container, Iterator
from typing import Final

from msgspec import Struct

from replay_mcp.recording.rrweb.types import ELEMENT, TEXT, AddedNode, Mutation, Node
from replay_mcp.recording.rrweb.untrusted import text

from .attributes import attributes
from .document import Document
from .elements import is_inside_editable, selector, text_of
from .message_text import MAX_MESSAGE_LENGTH, Site, meaning_at, site_of, visible_text
from .message_words import meaning_of
from .traits import Place, is_unread, place_of, traits
from .types import Meaning
from .visibility import Visibility, opens_dialog

MAX_CANDIDATES: Final = 64
"""Maximum number of nodes examined in one mutation."""
MAX_LEAVING: Final = 5
"""Maximum number of removed elements examined in one mutation."""
MAX_BARE_LENGTH: Final = 160
"""A longer text outside the places made for messages is not a message."""
FEW: Final = 3
"""Up to this many texts outside the places made for messages may answer an action; more are part of the page."""

MAX_VISIBLE_REGION: Final = 80
"""Maximum number of nodes searched for revealed texts in a part of the page that was visible before."""

_MAX_REGION: Final = 6
_NEAR: Final = 4
_NEAR_EDITABLE: Final = 8
_MAX_REMOVED_TEXTS: Final = 64
_ROLES_ALWAYS_READ: Final = ("alert", "dialog")
_ROLE: Final = b'"role"'
_TITLE: Final = re.compile(r"[^\W\d_]{2}")


class Notice(Struct, frozen=True):
    """A text that a page showed. Not masked.

    Attributes:
        owner: id of the element that holds it.
        place: what kind of place it is in.
        selector: the attribute by which code finds the element.
        meaning: whether it reports an error or a success; empty for neither.
        few: whether few other texts came with it; only outside the places made for messages.
        source: id of the text node that showed it.
        titled: whether a new heading that reports nothing came with it; only outside the places made for messages.
    """

    owner: int
    place: Place
    selector: str
    text: str
    meaning: Meaning
    few: bool = False
    source: int = 0
    titled: bool = False


class BeforeMutation:
    """The state of a document before a mutation: which texts the mutation removes, and which were visible.

    Attributes:
        leaving: messages that the mutation removes with their elements.
        is_rerender: whether the mutation renders a large part of the page again.
        removed: texts that the mutation removes; none if it is a rerender.
        typed: texts that the mutation removes from an editable element, by id of the element.
    """

    def __init__(self, visibility: Visibility, mutation: Mutation, known: Container[int]) -> None:
        document = visibility.document
        self.leaving = list(_leaving_messages(visibility, mutation, known))
        self.is_rerender = bool(mutation.adds) and len(mutation.removes) > MAX_CANDIDATES
        self.removed = frozenset[str]() if self.is_rerender else frozenset(_removed_texts(document, mutation))
        self.typed = dict(_typed_texts(document, mutation))
        self._regions: dict[int, set[int] | None] = {}
        for change in mutation.attributes[:MAX_CANDIDATES]:
            node = document.node(change.id)
            if node is None or len(self._regions) >= _MAX_REGION or not visibility.may_reveal(change, node):
                continue
            region = document.node(node.parent) if traits(node).sort in ("field", "control") else node
            if region is not None and region.id not in self._regions:
                self._regions[region.id] = None if opens_dialog(change, node) else _readable(visibility, region)

    @property
    def may_reveal(self) -> bool:
        """Whether the mutation may reveal texts."""
        return bool(self._regions)

    def revealed(self, visibility: Visibility) -> Iterator[Node]:
        """Yield the text nodes that the mutation revealed; call it after applying the mutation."""
        for id, before in self._regions.items():
            region = visibility.document.node(id)
            if region is not None and visibility.is_visible(id):
                texts = visibility.texts(region) if before is None else visibility.texts(region, MAX_VISIBLE_REGION)
                yield from (each for each in texts if before is None or each.id not in before)

    def opened(self, document: Document, revealed: Node) -> list[int]:
        """Ids of the elements around a revealed text that were hidden before."""
        lineage = [above.id for above in document.lineage(revealed.parent)]
        regions = (at for at, id in enumerate(lineage) if id in self._regions)
        at = next(regions, None)
        return lineage[: 0 if at is None else at + (self._regions[lineage[at]] is None)]


def _readable(visibility: Visibility, region: Node) -> set[int] | None:
    """The visible text nodes of a part of the page; None if all of it is hidden."""
    if not visibility.is_visible(region.id):
        return None
    return {each.id for each in visibility.texts(region, MAX_VISIBLE_REGION)}


def notices(
    visibility: Visibility, mutation: Mutation, before: BeforeMutation, ticking: Container[int] = ()
) -> Iterator[Notice]:
    """Yield the texts that an applied mutation showed, each once.

    A mutation may add thousands of nodes. The first ones are read completely, the others only for ARIA roles.

    Args:
        visibility: the document's visibility, after the mutation.
        mutation: the mutation.
        before: the state before the mutation.
        ticking: ids of text nodes that change by themselves, such as clocks; their texts are left out.
    """
    examined = _ShownTexts(visibility, mutation, before, ticking)
    yield from examined.dialogs()
    yield from examined.messages()
    yield from examined.bare()


class _ShownTexts:
    """Sorts the texts of one mutation into those in places made for messages and others."""

    def __init__(
        self, visibility: Visibility, mutation: Mutation, before: BeforeMutation, ticking: Container[int]
    ) -> None:
        self._visibility = visibility
        self._document = visibility.document
        self._removed, self._is_rerender = before.removed, before.is_rerender
        first = mutation.adds[:MAX_CANDIDATES]
        revealed = list(before.revealed(visibility))[:MAX_CANDIDATES]
        self._nodes = [add.node for add in first] + [add.node for add in _with_role(mutation)]
        texts = [node.id for node in self._nodes if node.type == TEXT]
        texts += [each.id for each in mutation.texts[:MAX_CANDIDATES] if each.id not in ticking]
        texts += [each.id for each in revealed]
        self._above_revealed = [above for each in revealed for above in self._document.lineage(each.parent, _NEAR)]
        self._new = frozenset(node.id for node in [*self._nodes, *self._above_revealed])
        added = (node.id for node in self._nodes)
        self._opened = frozenset([*added, *(id for each in revealed for id in before.opened(self._document, each))])
        self._texts = dict.fromkeys(texts)
        self._sites: dict[int, Site | None] = {}
        self._seen: set[int] = set()
        self._blocks: dict[int, tuple[Site, int]] = {}
        self._has_title = False

    def dialogs(self) -> Iterator[Notice]:
        """Yield the dialogs that were added or revealed, whole."""
        for node in self._nodes:
            if node.type == ELEMENT and place_of(node) == "dialog":
                yield from self._dialog(node)
        for node in self._above_revealed:
            if place_of(node) == "dialog":
                yield from self._dialog(node)

    def _dialog(self, node: Node) -> Iterator[Notice]:
        if node.id in self._seen or not self._visibility.is_visible(node.id):
            return
        self._seen.add(node.id)
        found = visible_text(self._visibility, node)
        if found and found not in self._removed:
            judged_text = found if len(found) <= MAX_MESSAGE_LENGTH else ""  # a dialog may hold terms or a form
            site = site_of(self._document, node.id, self._new)
            message: Meaning = meaning_at(self._document, site, judged_text) if site and judged_text else ""
            yield Notice(node.id, "dialog", selector(node), found, message)

    def messages(self) -> Iterator[Notice]:
        """Yield the texts in places made for messages."""
        for id in self._texts:
            node = self._document.node(id)
            if node is None or node.parent is None or not (node.text_content or "").strip():
                continue
            site = self._site(node.parent)
            if site is None:
                continue
            if site.message is None or site.excluded:
                self._blocks.setdefault(site.block.id, (site, id))
            elif site.message.id not in self._seen:
                self._seen.add(site.message.id)
                yield from self._message(site, site.message, id)
        for node in self._nodes:  # of a large mutation
            if node.type == ELEMENT and place_of(node) == "alert" and node.id not in self._seen:
                self._seen.add(node.id)
                if (site := self._site(node.id)) and not site.excluded:
                    yield from self._message(site, node, node.id)

    def _site(self, parent: int) -> Site | None:
        if parent not in self._sites:
            self._sites[parent] = site_of(self._document, parent, self._new, self._opened)
        return self._sites[parent]

    def _message(self, site: Site, node: Node, source: int) -> Iterator[Notice]:
        found = visible_text(self._visibility, node)
        is_rerender = node.id in self._new and found in self._removed  # rendered again, not a new message
        if not found or is_rerender or not self._visibility.is_visible(node.id):
            return
        place = site.place or "text"
        if len(found) > MAX_MESSAGE_LENGTH and place in ("error", "message"):
            return
        message = meaning_at(self._document, site, found)
        self._has_title |= place == "heading" and not message and _TITLE.search(found) is not None
        yield Notice(node.id, place, selector(node), found, message, source=source)

    def bare(self) -> Iterator[Notice]:
        """Yield short texts outside the places made for messages: the first ones, and those that report something."""
        few = len(self._blocks) <= FEW
        for number, (site, source) in enumerate(self._blocks.values()):
            block = site.block
            is_plain = number > 0 and not few and site.tone != "error" and not self._has_meaning(source)
            if is_plain and number >= FEW:
                continue
            own = visible_text(self._visibility, block, MAX_BARE_LENGTH) if number == 0 or not site.excluded else ""
            if (
                not own
                or len(own) > MAX_BARE_LENGTH
                or own in self._removed
                or is_inside_editable(self._document, block.id)
            ):
                continue
            message = "" if is_plain else meaning_at(self._document, site, own)
            if (message or (number < FEW and not self._is_rerender)) and self._visibility.is_visible(block.id):
                marked = site.tone == "error" or not meaning_of(own, bare=True)  # by a field or a colour, not by words
                place: Place = "error" if message == "error" and marked else "text"
                yield Notice(block.id, place, "", own, message, few and not site.excluded, source, self._has_title)

    def _has_meaning(self, source: int) -> bool:
        """Whether the text node reports something by itself."""
        node = self._document.node(source)
        return node is not None and bool(meaning_of((node.text_content or "").strip(), bare=True))


def _with_role(mutation: Mutation) -> Iterator[AddedNode]:
    """Yield the nodes beyond the first ones that are alerts or dialogs by role."""
    others = mutation.adds[MAX_CANDIDATES:]
    for add in others if others and _ROLE in mutation.adds_text else ():
        node = add.node
        if _ROLE in bytes(node.attributes) and text(attributes(node).get("role")).startswith(_ROLES_ALWAYS_READ):
            yield add


def _leaving_messages(visibility: Visibility, mutation: Mutation, known: Container[int]) -> Iterator[Notice]:
    """Yield the alerts, dialogs and errors that a mutation, not applied yet, removes with their elements.

    A mutation that removes many elements renders part of the page again, and is left out. Elements in `known` are left
    out, too.
    """
    for removed in mutation.removes if len(mutation.removes) <= MAX_LEAVING else ():
        node = visibility.document.node(removed.id)
        if node is None or node.id in known or place_of(node) not in ("alert", "dialog", "error"):
            continue
        if (
            traits(node).may_hold_message
            and visibility.is_visible(node.id)
            and (found := visible_text(visibility, node))
        ):
            yield Notice(node.id, place_of(node) or "text", selector(node), found, "")


def _removed_texts(document: Document, mutation: Mutation) -> Iterator[str]:
    """Yield the texts that a mutation removes: a text that the mutation also adds is rendered again."""
    left = _MAX_REMOVED_TEXTS
    for removed in mutation.removes if mutation.adds else ():
        node = document.node(removed.id)
        for inner in document.walk(node, is_unread) if node else ():
            if inner.type == TEXT and (found := " ".join((inner.text_content or "").split())):
                yield found
                left -= 1
            elif inner.type == ELEMENT and place_of(inner) and (found := text_of(document, inner)):
                yield found
            if left <= 0:
                return


def _typed_texts(document: Document, mutation: Mutation) -> Iterator[tuple[int, str]]:
    """Yield the texts that a mutation changes or removes in editable elements: the page may repeat them elsewhere."""
    changed = [each.id for each in mutation.removes[:MAX_LEAVING]] + [each.id for each in mutation.texts[:MAX_LEAVING]]
    for id in changed:
        lineage = document.lineage(id, _NEAR_EDITABLE)
        editable = next((node for node in reversed(lineage) if traits(node).editable), None)
        if editable is not None:
            pieces = [inner.text_content or "" for inner in document.walk(lineage[0]) if inner.type == TEXT]
            yield editable.id, " ".join(pieces)
