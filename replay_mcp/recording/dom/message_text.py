"""Whether a text on a page is a message, judged by its words and by the elements around it."""

import itertools
import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from replay_mcp.recording.rrweb.types import ELEMENT, Node

from .attributes import attribute
from .colours import is_red
from .document import Document
from .elements import MAX_TEXT_LENGTH
from .message_marks import Tone
from .message_words import is_harmless, meaning_of
from .traits import tag_of, traits
from .types import Meaning, Place, Sort
from .visibility import Visibility

MAX_MESSAGE_LENGTH: Final = 400
"""A longer text is part of the page, not a message."""
MAX_FIELD_MESSAGE_LENGTH: Final = 200
"""A longer text is not a message about a field."""
_MAX_LEVELS: Final = 8
_TONE_LEVELS: Final = 5
_FIELD_LEVELS: Final = 4
_MAX_VICINITY: Final = 30
_INLINE: Final = frozenset(
    {
        "a",
        "abbr",
        "b",
        "bdi",
        "big",
        "br",
        "cite",
        "em",
        "font",
        "i",
        "mark",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "u",
        "var",
        "wbr",
    }
)
_LIVE: Final = frozenset[Place | None]({"alert", "status", "message"})
_FEW_WORDS: Final = 3
_QUESTION: Final = re.compile(r"[?\uff1f](?:\s|$)")


class Site(Struct, frozen=True):
    """The place of a text in the document, with the marks of the elements around it.

    Attributes:
        block: the nearest block element.
        message: the element made for messages that holds the text, if any.
        place: what kind of place `message` is.
        tone: the tone that the marks of the elements around it give.
        named: whether these marks name errors, not only colours.
        excluded: whether no text there can be a message.
        lineage: the elements around the text, nearest first.
    """

    block: Node
    message: Node | None
    place: Place | None
    tone: Tone
    named: bool
    excluded: bool
    lineage: tuple[Node, ...]


def site_of(document: Document, id: int, new: frozenset[int], opened: frozenset[int] | None = None) -> Site | None:
    """The site of an element's text; None if the element is not in the document.

    Args:
        document: the document.
        id: the element.
        new: ids of the elements that were just added or revealed. The outermost place among them is the message.
        opened: those of them that were not there, or hidden as a whole; None: all.
    """
    opened = new if opened is None else opened
    lineage = document.lineage(id)
    if not lineage or lineage[-1].id != document.root:
        return None
    elements = tuple(node for node in lineage if node.type == ELEMENT)
    block = next((node for node in elements if tag_of(node) not in _INLINE), None)
    if block is None:
        return None
    if elements[0].id != block.id and block.id not in opened and _earlier_sorts(document, block, opened):
        block = elements[elements.index(block) - 1]  # a hint beside a control
    near = elements[:_MAX_LEVELS]
    places = [node for node in near if traits(node).place not in (None, "dialog") and not _holds_field(document, node)]
    added = [node for node in places if node.id in new]
    message = added[-1] if added else places[0] if places else None
    if message is not None and not added:
        message = _child_with_text(document, message, elements)
    tone, named = _tone(document, elements[:_TONE_LEVELS], opened)
    place = None if message is None else _place(elements, message)
    return Site(block, message, place, tone, named, _is_excluded(elements, message), elements)


def _place(elements: tuple[Node, ...], message: Node) -> Place | None:
    at = next((index for index, node in enumerate(elements) if node.id == message.id), 0)
    return next((place for node in elements[at:] if (place := traits(node).place) and place != "dialog"), None)


def _child_with_text(document: Document, message: Node, elements: tuple[Node, ...]) -> Node:
    """The child of a place for messages that holds the text, if the place has several children; else the place."""
    inner = [child for child in document.children(message) if child.type == ELEMENT]
    if len(inner) < 2:
        return message
    at = next((index for index, node in enumerate(elements) if node.id == message.id), 0)
    return elements[at - 1] if at else message


def _holds_field(document: Document, node: Node) -> bool:
    """Whether an element holds a field: its names then describe the field, not a message."""
    found = traits(node)
    if found.sort == "field":
        return True
    if found.place != "error" or found.marks.place == "field":
        return False
    left = _MAX_VICINITY
    for inner in document.walk(node):
        left -= 1
        if inner.type == ELEMENT and traits(inner).sort == "field" and tag_of(inner) != "label":
            return True
        if not left:
            break
    return False


def _tone(document: Document, near: tuple[Node, ...], opened: frozenset[int]) -> tuple[Tone, bool]:
    for node in near:
        marks = traits(node).marks
        if not marks.tone or _holds_field(document, node):
            continue
        if marks.named or marks.place or _earlier_sorts(document, node, opened) != {"control"}:
            return marks.tone, marks.named
    return "", False


def _earlier_sorts(document: Document, node: Node, opened: frozenset[int]) -> set[Sort]:
    """Which of controls and fields an element holds that were there before: with them, it is a part of the page."""
    near = itertools.islice(document.walk(node), _MAX_VICINITY)
    earlier = (each for each in near if each.type == ELEMENT and each.id not in opened)
    return {sort for each in earlier if (sort := traits(each).sort) in ("control", "field")}


def _is_excluded(elements: tuple[Node, ...], message: Node | None) -> bool:
    """Whether the text belongs to something other than a message: a control, a label, a table, a menu."""
    above = False
    for node in elements:
        found = traits(node)
        if found.editable or found.marks.leaving or found.sort in ("control", "link"):
            return True
        if found.sort == "field" and tag_of(node) != "label":
            return True
        if not above and not found.may_hold_message:
            return True
        if found.marks.place == "message" and found.marks.unseen:
            return True
        above = above or (message is not None and node.id == message.id)
    return False


def visible_text(visibility: Visibility, node: Node, limit: int = 4 * MAX_TEXT_LENGTH) -> str:
    """The visible text of an element: text nodes of one parent joined, others separated by a space."""
    pieces: list[str] = []
    length, last = 0, None
    for piece in visibility.texts(node):
        if piece.parent != last and pieces:
            pieces.append(" ")
        last = piece.parent
        pieces.append((piece.text_content or "")[:limit])
        length += len(pieces[-1])
        if length > limit:
            break
    return " ".join("".join(pieces).split())


def meaning_at(document: Document, site: Site, text: str) -> Meaning:
    """What a text reports, judged by its words and its site."""
    if site.excluded or len(text) > MAX_MESSAGE_LENGTH:
        return ""
    plain = meaning_of(text, bare=True)
    if plain == "error" and site.tone == "done" and site.place in _LIVE:
        return "done"  # a green message: the error word is part of a name
    if _QUESTION.search(text):
        return plain or ("error" if _is_red_question(document, site, text) else "")
    if plain or is_harmless(text):
        is_message = site.place in _LIVE or site.tone == "done"
        return "done" if is_message and meaning_of(text) == "done" else plain  # a single word: "Saved"
    if site.tone == "error":
        message = _meaning_in_red(document, site, text)
    elif site.tone == "done" and site.place in _LIVE:
        message: Meaning = "done" if meaning_of(text) != "error" and len(text.split()) > 1 else ""
    elif site.place == "alert" and not site.tone:
        message = meaning_of(text)
    else:
        long_enough = not site.tone and len(text.split()) >= _FEW_WORDS
        message = "error" if long_enough and _is_beside_field(document, site) and is_red(document, site.block) else ""
    if message or site.place in ("dialog", "heading") or len(text) > MAX_FIELD_MESSAGE_LENGTH:
        return message
    return "error" if _is_of_invalid_field(document, site) else ""


def _is_red_question(document: Document, site: Site, text: str) -> bool:
    """Whether a question is the error message of an empty or invalid field: "How many days?"."""
    if site.place in ("dialog", "heading"):
        return False
    if site.tone != "error":
        return site.place == "alert" and _is_beside_invalid_field(document, site)
    marked = site.named or site.place == "error" or not text.rstrip().endswith("?")
    return marked and _is_beside_field(document, site)


def _meaning_in_red(document: Document, site: Site, text: str) -> Meaning:
    worded = meaning_of(text)
    if not site.named and site.place not in _LIVE:
        long_enough = len(text.split()) >= _FEW_WORDS
        return worded or ("error" if long_enough and _is_beside_field(document, site) else "")
    if len(text.split()) >= _FEW_WORDS or site.place in ("alert", "status"):
        return "error"
    return "error" if worded and _is_beside_field(document, site) else ""


def _is_beside_invalid_field(document: Document, site: Site) -> bool:
    return any(attribute(inner, "aria-invalid") == "true" for inner in _vicinity(document, site, _FIELD_LEVELS))


def _is_beside_field(document: Document, site: Site) -> bool:
    return any(
        traits(inner).sort == "field" and tag_of(inner) != "label" for inner in _vicinity(document, site, _FIELD_LEVELS)
    )


def _is_of_invalid_field(document: Document, site: Site) -> bool:
    """Whether an invalid field names an element around the text as its description."""
    ids = {id for node in site.lineage[:4] if (id := attribute(node, "id"))}
    if not ids:
        return False
    for inner in _vicinity(document, site, _FIELD_LEVELS):
        if attribute(inner, "aria-invalid") not in ("true", "spelling", "grammar"):
            continue
        named = f"{attribute(inner, 'aria-describedby')} {attribute(inner, 'aria-errormessage')}".split()
        if not ids.isdisjoint(named):
            return True
    return False


def _vicinity(document: Document, site: Site, levels: int) -> Iterator[Node]:
    """Yield the elements around a text, nearest first, within bounds."""
    left = _MAX_VICINITY
    below: int | None = None
    for above in site.lineage[1 : levels + 1]:
        for inner in document.walk(above, lambda each, known=below: each.id == known):
            if inner.type == ELEMENT:
                yield inner
                left -= 1
            if left <= 0:
                return
        below = above.id
