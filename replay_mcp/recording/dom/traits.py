"""What the tag and attributes of a node say about it, found once."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from replay_mcp.recording.rrweb.types import TEXT, Node
from replay_mcp.recording.rrweb.untrusted import text

from .attributes import MAX_REPEATED, attributes, decoded
from .types import Place, Sort

_FIELD_TAGS = frozenset({"select", "textarea", "option", "label"})
BUTTON_TYPES = frozenset({"button", "submit", "reset", "image"})
CHOICE_TYPES = frozenset({"checkbox", "radio", "range", "color", "file"})
FIELD_ROLES = frozenset(
    {"textbox", "searchbox", "combobox", "listbox", "option", "checkbox", "radio", "switch", "slider"}
)
CONTROL_ROLES = frozenset({"button", "tab", "menuitem", "menuitemcheckbox", "menuitemradio", "treeitem"})
_SORTS: Final[dict[Sort, frozenset[str]]] = {
    "page": frozenset({"html", "body", ""}),
    "media": frozenset({"canvas", "video", "audio", "iframe", "object", "embed"}),
    "field": _FIELD_TAGS,
    "link": frozenset[str](),
    "control": frozenset({"button", "summary"}),
}
_SORT_OF_TAG: Final[dict[str, Sort]] = {tag: sort for sort, tags in _SORTS.items() for tag in tags}
_SORT_OF_ROLE: Final[dict[str, Sort]] = {
    **dict.fromkeys(FIELD_ROLES, "field"), "link": "link", **dict.fromkeys(CONTROL_ROLES, "control"),
}  # fmt: skip
_PRECEDENCE: Final[list[Sort]] = [*_SORTS]
"""Of the sorts that tag and role give, the first counts."""
INTERACTIVE: Final = frozenset[Sort]({"control", "field", "link"})
"""What a person acts on."""
_UNREAD_TAGS = frozenset({"script", "style", "noscript", "template", "select", "textarea", "head"})
_TAG = re.compile(r"[a-z][a-z0-9-]*")
_MAX_NAMES: Final = 300
_MAX_TAG_LENGTH: Final = 40
_ROLES: Final[dict[str, Place]] = {"alert": "alert", "alertdialog": "alert", "dialog": "dialog", "status": "status"}
_HEADINGS: Final = frozenset({"h1", "h2", "h3"})
_ERROR_NAME: Final = re.compile(r"(?:^|[\s_-])(?:errors?|invalid|danger|failure)(?:$|[\s_-])", re.IGNORECASE)
_MESSAGE_NAME: Final = re.compile(
    r"(?:^|[\s_-])(?:alert|toast|snackbar|notification|notice|flash)(?:$|[\s_-])", re.IGNORECASE
)


class Traits(NamedTuple):
    """What a node is.

    Attributes:
        sort: what a click on it can be expected to do.
        place: what texts in it are for, where it is made for reporting something.
        unread: whether its text is not for reading: code, hidden, or written by the person.
        editable: whether the person writes into it: its text is typed.
    """

    sort: Sort = "page"
    place: Place | None = None
    unread: bool = False
    editable: bool = False


_OF_TEXT: Final = Traits()


def traits(node: Node) -> Traits:
    """What a node is, as of its latest attributes."""
    found = node.traits
    if found is None:
        if node.type == TEXT:
            found = _OF_TEXT
        elif node.known is None and len(written := bytes(node.attributes)) <= MAX_REPEATED:
            found = _of_text(node.tag_name[:_MAX_TAG_LENGTH], written)
        else:
            found = _traits(node.tag_name[:_MAX_TAG_LENGTH], attributes(node))
        node.traits = found
    return found


def is_unread(node: Node) -> bool:
    """Whether the text of a node is not for reading."""
    return traits(node).unread


def place_of(node: Node) -> Place | None:
    """What texts in a node are for."""
    return traits(node).place


@lru_cache(maxsize=1024)
def _lowered(tag: str) -> str:
    lowered = tag.lower()
    return lowered if _TAG.fullmatch(lowered) else ""


def tag_of(node: Node) -> str:
    """The tag in lower case; empty where it is none."""
    return _lowered(node.tag_name[:_MAX_TAG_LENGTH])


@lru_cache(maxsize=4096)
def _of_text(tag: str, written: bytes) -> Traits:
    """What a node with these attributes is. Pages have few kinds of elements, and many of each."""
    return _traits(tag, decoded(written))


def _traits(tag: str, known: Mapping[str, Any]) -> Traits:
    value = known.get("contenteditable")
    editable = value is not None and value is not False and text(value).lower() != "false"
    unread = (
        editable
        or tag in _UNREAD_TAGS
        or known.get("hidden") not in (None, False)
        or known.get("aria-hidden") == "true"
        or ("style" in known and "display:none" in text(known["style"]).replace(" ", ""))
    )
    role = text(known.get("role")).lower()
    return Traits(_sort(_lowered(tag), role, known, editable=editable), _place(tag, role, known), unread, editable)


def _sort(tag: str, role: str, known: Mapping[str, Any], *, editable: bool) -> Sort:
    if tag == "input":
        return "control" if text(known.get("type")).lower() in BUTTON_TYPES else "field"
    if tag in ("a", "area"):
        return "link" if text(known.get("href")) else "control"
    if editable:
        return "field"
    by_tag, by_role = _SORT_OF_TAG.get(tag), _SORT_OF_ROLE.get(role)
    if by_tag and by_role:
        return min(by_tag, by_role, key=_PRECEDENCE.index)
    return by_tag or by_role or "content"


def _place(tag: str, role: str, known: Mapping[str, Any]) -> Place | None:
    if tag in _HEADINGS:
        return "heading"
    if role and (place := _ROLES.get(role)):
        return place
    if known.get("aria-live") in ("polite", "assertive"):
        return "status"
    if tag == "dialog":
        return "dialog"
    by_class = _named(text(known["class"])[:_MAX_NAMES]) if "class" in known else None
    return by_class or (_named(text(known["id"])[:_MAX_NAMES]) if "id" in known else None)


@lru_cache(maxsize=4096)
def _named(names: str) -> Place | None:
    """What an element's classes or its id say that it is for. Pages use few classes many times."""
    if _ERROR_NAME.search(names):
        return "error"
    return "message" if _MESSAGE_NAME.search(names) else None
