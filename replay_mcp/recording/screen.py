"""What a page showed: texts that appear in places made for telling people something, and titles of pages."""

import itertools
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal, cast

from .added_text import Node, first_additions, ids_with
from .elements import has_text, is_typed, is_unread, selector, text_of
from .messages import may_say, says
from .mirror import ELEMENT, MAX_CLIMB, TEXT, Mirror
from .rows import Says
from .untrusted import arr, obj, text, whole

Place = Literal["alert", "dialog", "status", "heading", "error", "message", "text"]
"""Where a text stands: an ARIA alert, dialog or status, a heading, an element whose class or id speaks of errors or of
messages, or anywhere."""

MAX_CANDIDATES: Final = 64
"""Most nodes of one mutation that are looked at."""
MAX_LEAVING: Final = 5
"""Most removed elements of one mutation that are looked at."""
MAX_NOTICE_LENGTH: Final = 400
"""A longer text in an element named for errors or messages is no notice but a part of the page."""
MAX_BARE_LENGTH: Final = 160
"""A longer text that stands anywhere is no notice."""

_NEAR: Final = 8
_MAX_NAMES: Final = 300
_ROLES: Final[dict[str, Place]] = {"alert": "alert", "alertdialog": "alert", "dialog": "dialog", "status": "status"}
_HEADINGS: Final = frozenset({"h1", "h2", "h3"})
_ERROR_NAME: Final = re.compile(r"(?:^|[\s_-])(?:errors?|invalid|danger|failure)(?:$|[\s_-])", re.IGNORECASE)
_MESSAGE_NAME: Final = re.compile(
    r"(?:^|[\s_-])(?:alert|toast|snackbar|notification|notice|flash)(?:$|[\s_-])", re.IGNORECASE
)
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


def notices(mirror: Mirror, mutation: dict[str, Any], adds: bytes) -> Iterator[Notice]:
    """The texts that an applied mutation brought, each once: in places made for telling people something, and others.

    A mutation may add thousands of nodes. Of the first ones all is looked at; of the others, ARIA's roles.

    Args:
        mirror: the DOM after the mutation.
        mutation: its `texts` and `attributes`.
        adds: the JSON text of its `adds`.
    """
    seen: set[int] = set()
    changed = [
        id for each in arr(mutation.get("texts"))[:MAX_CANDIDATES] if (id := whole(obj(each).get("id"))) is not None
    ]
    first, others = first_additions(adds, MAX_CANDIDATES)
    added = _Added(mirror, first)
    for id in [*added.outside(), *changed]:
        owner, place = added.around(id)
        if place and owner is not None and owner not in seen:
            seen.add(owner)
            yield from _notice(mirror, owner, place)
    for id, node in [*added.nodes.items(), *_with_role(mirror, others)]:
        if node.get("attributes") and (place := _place(node)) and id not in seen:
            seen.add(id)
            yield from _notice(mirror, id, place)
    yield from _bare(added, changed)
    for each in arr(mutation.get("attributes"))[:MAX_CANDIDATES]:
        yield from _revealed(mirror, obj(each), seen)


def _with_role(mirror: Mirror, adds: bytes) -> Iterator[tuple[int, Node]]:
    for role in (b'"role":"alert', b'"role":"dialog"'):
        for id in ids_with(adds, role):
            yield from itertools.islice(mirror.lineage(id), 1)


class _Added:
    """The first nodes that a mutation added, without asking the mirror, which would have to decode them again."""

    def __init__(self, mirror: Mirror, adds: list[Any]) -> None:
        self._mirror = mirror
        self._parents: dict[int, int] = {}
        self.nodes: dict[int, Node] = {}
        for add in adds:
            try:
                node, parent = add["node"], add["parentId"]
                id = node["id"]
            except (TypeError, KeyError, IndexError):
                continue
            if type(node) is dict and type(id) is int and type(parent) is int:
                self.nodes[id] = cast(Node, node)
                self._parents[id] = parent

    def outside(self) -> list[int]:
        """The elements that something was added to, and that were there before."""
        return sorted({*self._parents.values()} - self.nodes.keys())

    def around(self, id: int) -> tuple[int | None, Place | None]:
        """The nearest element at or around a node that is made for telling people something, else the nearest one."""
        nearest: int | None = None
        for above, node in itertools.islice(self.lineage(id), _NEAR):
            if node.get("type") == ELEMENT:
                if place := _place(node):
                    return above, place
                nearest = above if nearest is None else nearest
        return nearest, None

    def lineage(self, id: int) -> Iterator[tuple[int, Node]]:
        """The node and its ancestors."""
        for _ in range(MAX_CLIMB):
            if id not in self.nodes:
                break
            yield id, self.nodes[id]
            id = self._parents[id]
        yield from self._mirror.lineage(id)


def _bare(added: _Added, changed: list[int]) -> Iterator[Notice]:
    """Short texts outside of the places made for them: the first, and those that say something."""
    texts = [(id, node) for id, node in added.nodes.items() if node.get("type") == TEXT]
    texts += [pair for id in changed for pair in itertools.islice(added.lineage(id), 1)]
    short = [
        (id, bare) for id, node in texts if 0 < len(bare := text(node.get("textContent")).strip()) <= MAX_BARE_LENGTH
    ]
    any_message = may_say("\n".join(bare for _, bare in short))
    told: set[int] = set()
    for place, (id, bare) in enumerate(short if any_message else short[:1]):
        message = says(bare, bare=True) if any_message else ""
        if place == 0 or message:
            owner, made_for_it = added.around(id)
            unread = any(is_unread(above) for _, above in added.lineage(id))
            if made_for_it is None and owner is not None and owner not in told and not unread:
                told.add(owner)
                yield Notice(owner, "text", "", bare, message)


def _revealed(mirror: Mirror, change: dict[str, Any], seen: set[int]) -> Iterator[Notice]:
    """Places in an element that may have been hidden before."""
    id = whole(change.get("id"))
    if not _REVEALING & obj(change.get("attributes")).keys():
        return
    for _, node in itertools.islice(mirror.lineage(id), 1):
        for inner in mirror.walk(node):
            place = _place(inner)
            if place in ("alert", "dialog", "error") and inner["id"] not in seen:
                seen.add(inner["id"])
                yield from _notice(mirror, inner["id"], place)


def leaving(mirror: Mirror, mutation: dict[str, Any], known: Container[int]) -> Iterator[Notice]:
    """The alerts, dialogs and the like that a mutation, which is not applied yet, takes away with their elements.

    A mutation that removes many elements renders a part of the page anew, and is not looked at. `known`: ids of
    elements that need not be told.
    """
    removes = arr(mutation.get("removes"))
    for removed in removes if len(removes) <= MAX_LEAVING else ():
        id = whole(obj(removed).get("id"))
        for _, node in itertools.islice(mirror.lineage(id), 1):
            if node["id"] not in known and (place := _place(node)) in ("alert", "dialog", "error"):
                yield from _notice(mirror, node["id"], place)


def alerts(mirror: Mirror) -> Iterator[Notice]:
    """The ARIA alerts that stand on a page."""
    for node in mirror.with_attribute("role", "alert"):
        yield from _notice(mirror, node["id"], "alert")


def standing(mirror: Mirror, owner: int) -> bool:
    """Whether an element is still there and holds text."""
    node = mirror.attached(owner)
    return node is not None and has_text(mirror, node)


def title(mirror: Mirror) -> str:
    """The document's title and first heading, as far as they are there; not masked."""
    titled, headed = mirror.find("title"), mirror.find("h1")
    headed = None if headed and is_typed(mirror, headed["id"]) else headed
    named = "".join(text(child.get("textContent")) for child in mirror.children(titled)).strip() if titled else ""
    heading = text_of(mirror, headed) if headed else ""
    if heading and named and not named.startswith(heading):
        return f"{named} / {heading}"
    return named or heading


def _place(node: Node) -> Place | None:
    """Where the element stands. Many elements pass here, hence few calls."""
    tag, attributes = node.get("tagName"), node.get("attributes")
    if type(tag) is str and tag in _HEADINGS:
        return "heading"
    if not attributes or type(attributes) is not dict:
        return "dialog" if tag == "dialog" else None
    found = cast(dict[str, Any], attributes)
    role, named = found.get("role"), found.get("id")
    if role and (place := _ROLES.get(text(role).lower())):
        return place
    if "aria-live" in found and found["aria-live"] in ("polite", "assertive"):
        return "status"
    if tag == "dialog":
        return "dialog"
    by_class = _named(text(found["class"])[:_MAX_NAMES]) if "class" in found else None
    return by_class or (_named(text(named)[:_MAX_NAMES]) if named else None)


@lru_cache(maxsize=4096)
def _named(names: str) -> Place | None:
    """What an element's classes or its id say that it is for. Pages use few classes many times."""
    if _ERROR_NAME.search(names):
        return "error"
    return "message" if _MESSAGE_NAME.search(names) else None


def _notice(mirror: Mirror, owner: int, place: Place) -> Iterator[Notice]:
    node = mirror.attached(owner)
    if node is None or is_typed(mirror, owner):
        return
    found = text_of(mirror, node)
    if found and not (place in ("error", "message") and len(found) > MAX_NOTICE_LENGTH):
        told = found if len(found) <= MAX_NOTICE_LENGTH else ""  # a dialog may hold terms, or a whole form
        message = "error" if place == "error" else says(told, bare=place in ("dialog", "heading"))
        yield Notice(owner, place, selector(node), found, message)
