"""Traits of a node, derived from its tag and attributes and cached: sort, place for messages, whether it is hidden."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from replay_mcp.recording.rrweb.types import TEXT, Node
from replay_mcp.recording.rrweb.untrusted import text

from .attributes import MAX_REPEATED, attributes, decode_attributes
from .message_marks import NO_MARKS, Marks, marks_of
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
"""If tag and role give different sorts, the first in this order counts."""
INTERACTIVE: Final = frozenset[Sort]({"control", "field", "link"})
"""The sorts of elements that a person interacts with."""
_UNREAD_TAGS = frozenset({"script", "style", "noscript", "template", "select", "textarea", "head"})
_TAG = re.compile(r"[a-z][a-z0-9-]*")
_MAX_TAG_LENGTH: Final = 40
_ROLES: Final[dict[str, Place]] = {"alert": "alert", "alertdialog": "alert", "dialog": "dialog", "status": "status"}
_HEADINGS: Final = frozenset({"h1", "h2", "h3"})
_STYLE: Final = re.compile(r"(?<![\w-])(display|visibility)\s*:\s*([a-z-]+)", re.IGNORECASE)
_OFF_SCREEN: Final = re.compile(
    r"clip\s*:\s*rect\(|clip-path\s*:\s*inset\((?:50|100)%|(?:left|top|inset-inline-start|right)\s*:\s*-\d{4,}",
    re.IGNORECASE,
)
_NO_MESSAGE_TAGS: Final = frozenset(
    {
        "th",
        "td",
        "thead",
        "caption",
        "legend",
        "label",
        "option",
        "code",
        "pre",
        "nav",
        "figcaption",
        "title",
        "blockquote",
        "dt",
    }
)
_CONTROL_TAG: Final = re.compile(r"-(?:button|btn|link|tab|option|menu-?item|icon|badge|tag|chip)$")
"""Custom elements that are controls or similar, with the role in their shadow tree."""
_NO_MESSAGE_ROLES: Final = frozenset(
    {
        "cell", "gridcell", "columnheader", "rowheader", "row", "menu", "menubar", "navigation", "tablist", "log",
        "img", "figure", "tooltip", "timer", "progressbar", "meter", "tree", "listbox", "breadcrumb", "grid", "table",
    }
)  # fmt: skip
_LIVE: Final[dict[str, Place]] = {"polite": "status", "assertive": "alert"}
_PLACE_TAG: Final = re.compile(r"-(?:(dialog|modal)|toast|snackbar|notification|message-?(?:bar|strip)|callout)$")
"""Custom elements for dialogs and messages."""
_PLACE_TAGS: Final[dict[str, Place]] = {
    "dialog": "dialog", "output": "status", "mat-error": "alert", "ion-toast": "alert", "sl-alert": "alert",
    "fluent-message-bar": "alert",
}  # fmt: skip


class Traits(NamedTuple):
    """What a node is.

    Attributes:
        sort: see `Sort`.
        place: the kind of place for messages that it is; None if it is none.
        unread: whether its text is not read: it is code, hidden, or typed.
        editable: whether the person types into it (`contenteditable`).
        marks: see `Marks`.
        may_hold_message: whether text in it can be a message: not in controls, labels, tables, menus, logs and so on.
        hides: whether its own attributes hide it.
        displays: whether its own style displays it, whatever style sheets declare.
    """

    sort: Sort = "page"
    place: Place | None = None
    unread: bool = False
    editable: bool = False
    marks: Marks = NO_MARKS
    may_hold_message: bool = True
    hides: bool = False
    displays: bool = False


_TEXT_TRAITS: Final = Traits()


def traits(node: Node) -> Traits:
    """The traits of a node with its current attributes."""
    found = node.traits
    if found is None:
        if node.type == TEXT:
            found = _TEXT_TRAITS
        elif node.known is None and len(written := bytes(node.attributes)) <= MAX_REPEATED:
            found = _cached_traits(node.tag_name[:_MAX_TAG_LENGTH], written)
        else:
            found = _traits(node.tag_name[:_MAX_TAG_LENGTH], attributes(node))
        node.traits = found
    return found


def is_unread(node: Node) -> bool:
    """Whether the text of a node is not read: it is code, hidden, or typed."""
    return traits(node).unread


def is_never_read(node: Node) -> bool:
    """Whether the text of an element is code or typed."""
    return node.tag_name in _UNREAD_TAGS or traits(node).editable


def place_of(node: Node) -> Place | None:
    """The kind of place for messages that a node is; None if it is none."""
    return traits(node).place


@lru_cache(maxsize=1024)
def _lower_tag(tag: str) -> str:
    lowered = tag.lower()
    return lowered if _TAG.fullmatch(lowered) else ""


def tag_of(node: Node) -> str:
    """The tag in lower case; empty if it is not valid."""
    return _lower_tag(node.tag_name[:_MAX_TAG_LENGTH])


@lru_cache(maxsize=4096)
def _cached_traits(tag: str, written: bytes) -> Traits:
    """Cached, because a page has few kinds of elements, and many of each."""
    return _traits(tag, decode_attributes(written))


def _traits(tag: str, known: Mapping[str, Any]) -> Traits:
    value = known.get("contenteditable")
    editable = value is not None and value is not False and text(value).lower() != "false"
    style = text(known["style"]) if "style" in known else ""
    styled_hidden, displays = _traits_of_style(style) if style else (False, False)
    hides = known.get("hidden") not in (None, False) or styled_hidden or known.get("data-visible") == "false"
    unread = editable or tag in _UNREAD_TAGS or known.get("aria-hidden") == "true" or hides
    name, role = _lower_tag(tag), text(known.get("role")).lower()
    marks = marks_of(known) if known else NO_MARKS
    if marks.hiding or (style and not marks.unseen and _OFF_SCREEN.search(style)):
        marks = marks._replace(unseen=marks.unseen or not marks.hiding)
    sort = _sort(name, role, known, editable=editable)
    silent = name in _NO_MESSAGE_TAGS or role in _NO_MESSAGE_ROLES or _CONTROL_TAG.search(name) is not None
    may_hold_message = not (silent or marks.other or sort in INTERACTIVE)
    return Traits(sort, _place(name, role, known, marks), unread, editable, marks, may_hold_message, hides, displays)


def _traits_of_style(style: str) -> tuple[bool, bool]:
    """Whether a style hides, and whether it displays; the last declaration of each property counts."""
    last = {found[1].lower(): found[2].lower() for found in _STYLE.finditer(style)}
    display = last.get("display", "")
    return display == "none" or last.get("visibility") in ("hidden", "collapse"), display not in ("", "none", "unset")


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


def _place(tag: str, role: str, known: Mapping[str, Any], marks: Marks) -> Place | None:
    if tag in _HEADINGS:
        return "heading"
    if place := _ROLES.get(role) or _LIVE.get(text(known.get("aria-live"))) or _PLACE_TAGS.get(tag):
        return place
    if found := _PLACE_TAG.search(tag):
        return "dialog" if found[1] else "message"
    if marks.tone == "error" and not marks.other and (marks.named or marks.place == "field"):
        return "error"
    return "message" if marks.place == "message" else None
