"""What the tag and attributes of a node say about it, found once."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from replay_mcp.recording.rrweb.types import TEXT, Node
from replay_mcp.recording.untrusted import text

from .attributes import attribute, attributes

Sort = Literal["control", "field", "link", "content", "media", "page", "unknown"]
"""What a click on an element can be expected to do.

A control does something; a field takes the focus; a link goes elsewhere; content is other text or a picture; of media
(canvas, video, frames) the recording does not hold what happens inside; page is the background; unknown: the recording
does not hold the element.
"""

Place = Literal["alert", "dialog", "status", "heading", "error", "message", "text"]
"""Where a text stands: an ARIA alert, dialog or status, a heading, an element whose class or id speaks of errors or of
messages, or anywhere."""

_FIELD_TAGS = frozenset({"select", "textarea", "option", "label"})
BUTTON_TYPES = frozenset({"button", "submit", "reset", "image"})
CHOICE_TYPES = frozenset({"checkbox", "radio", "range", "color", "file"})
FIELD_ROLES = frozenset(
    {"textbox", "searchbox", "combobox", "listbox", "option", "checkbox", "radio", "switch", "slider"}
)
CONTROL_ROLES = frozenset({"button", "tab", "menuitem", "menuitemcheckbox", "menuitemradio", "treeitem"})
_SORTS: Final[dict[Sort, frozenset[str]]] = {
    "page": frozenset({"tag html", "tag body", "tag "}),
    "media": frozenset({"tag canvas", "tag video", "tag audio", "tag iframe", "tag object", "tag embed"}),
    "field": frozenset(f"tag {tag}" for tag in _FIELD_TAGS) | FIELD_ROLES,
    "link": frozenset({"link"}),
    "control": CONTROL_ROLES | {"tag button", "tag summary"},
}
"""Tags and roles of each sort; of two sorts the first."""
_SORTED: Final = frozenset[str]().union(*_SORTS.values())
INTERACTIVE: Final = frozenset[Sort]({"control", "field", "link"})
"""What a person acts on."""
_UNREAD_TAGS = frozenset({"script", "style", "noscript", "template", "select", "textarea", "head"})
_TAG = re.compile(r"[a-z][a-z0-9-]*")
_MAX_NAMES: Final = 300
_ROLES: Final[dict[str, Place]] = {"alert": "alert", "alertdialog": "alert", "dialog": "dialog", "status": "status"}
_HEADINGS: Final = frozenset({"h1", "h2", "h3"})
_ERROR_NAME: Final = re.compile(r"(?:^|[\s_-])(?:errors?|invalid|danger|failure)(?:$|[\s_-])", re.IGNORECASE)
_MESSAGE_NAME: Final = re.compile(
    r"(?:^|[\s_-])(?:alert|toast|snackbar|notification|notice|flash)(?:$|[\s_-])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Traits:
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
        found = node.traits = _OF_TEXT if node.type == TEXT else _traits(node)
    return found


def is_unread(node: Node) -> bool:
    """Whether the text of a node is not for reading."""
    return traits(node).unread


def place_of(node: Node) -> Place | None:
    """What texts in a node are for."""
    return traits(node).place


def tag_of(node: Node) -> str:
    """The tag in lower case; empty where it is none."""
    tag = node.tag_name[:40].lower()
    return tag if _TAG.fullmatch(tag) else ""


def _traits(node: Node) -> Traits:
    found = attributes(node)
    value = found.get("contenteditable")
    editable = value is not None and value is not False and text(value).lower() != "false"
    unread = (
        editable
        or node.tag_name in _UNREAD_TAGS
        or found.get("hidden") not in (None, False)
        or found.get("aria-hidden") == "true"
        or "display:none" in text(found.get("style")).replace(" ", "")
    )
    return Traits(_sort(node, editable=editable), _place(node), unread, editable)


def _sort(node: Node, *, editable: bool) -> Sort:
    tag, role = tag_of(node), attribute(node, "role").lower()
    if tag == "input":
        return "control" if attribute(node, "type").lower() in BUTTON_TYPES else "field"
    if tag in ("a", "area"):
        return "link" if attribute(node, "href") else "control"
    if editable:
        return "field"
    named = {role, f"tag {tag}"} & _SORTED
    for sort, names in _SORTS.items() if named else ():
        if not named.isdisjoint(names):
            return sort
    return "content"


def _place(node: Node) -> Place | None:
    tag, found = node.tag_name, attributes(node)
    if tag in _HEADINGS:
        return "heading"
    if place := _ROLES.get(text(found.get("role")).lower()):
        return place
    if found.get("aria-live") in ("polite", "assertive"):
        return "status"
    if tag == "dialog":
        return "dialog"
    return _named(text(found.get("class"))[:_MAX_NAMES]) or _named(text(found.get("id"))[:_MAX_NAMES])


@lru_cache(maxsize=4096)
def _named(names: str) -> Place | None:
    """What an element's classes or its id say that it is for. Pages use few classes many times."""
    if _ERROR_NAME.search(names):
        return "error"
    return "message" if _MESSAGE_NAME.search(names) else None
