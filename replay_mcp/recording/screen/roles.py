"""ARIA roles of elements: their own, else the ones that HTML gives them (HTML-AAM)."""

from collections.abc import Callable, Sequence
from typing import Final

from replay_mcp.recording.css.form_states import is_set
from replay_mcp.recording.dom.attributes import attribute, attributes
from replay_mcp.recording.dom.traits import tag_of
from replay_mcp.recording.rrweb.types import Node

GENERIC: Final = ""
"""The role of elements that only group others; outlines leave them out."""

_TAGS: Final = {
    "article": "article", "aside": "complementary", "blockquote": "blockquote", "button": "button",
    "caption": "caption", "datalist": "listbox", "dd": "definition", "dialog": "dialog", "dt": "term",
    "fieldset": "group", "figcaption": "caption", "figure": "figure", "h1": "heading", "h2": "heading",
    "h3": "heading", "h4": "heading", "h5": "heading", "h6": "heading", "hr": "separator", "li": "listitem",
    "main": "main", "math": "math", "menu": "list", "meter": "meter", "nav": "navigation", "ol": "list",
    "optgroup": "group", "option": "option", "output": "status", "p": "paragraph", "progress": "progressbar",
    "search": "search", "summary": "button", "table": "table", "td": "cell", "textarea": "textbox",
    "th": "columnheader", "tr": "row", "ul": "list",
    # no ARIA role, but content of their own
    "audio": "audio", "canvas": "canvas", "embed": "embed", "frame": "iframe", "iframe": "iframe", "object": "object",
    "video": "video",
}  # fmt: skip
_INPUTS: Final = {
    "button": "button", "checkbox": "checkbox", "color": "color", "date": "date", "datetime-local": "date",
    "file": "file", "image": "button", "month": "date", "number": "spinbutton", "radio": "radio", "range": "slider",
    "reset": "button", "search": "searchbox", "submit": "button", "time": "time", "week": "date",
}  # fmt: skip
_SECTIONING: Final = frozenset({"article", "aside", "main", "nav", "section"})
_LEFT_OUT: Final = frozenset(
    {
        "code", "deletion", "emphasis", "generic", "insertion", "mark", "none", "presentation", "rowgroup", "strong",
        "subscript", "superscript", "time",
    }
)  # fmt: skip
"""Roles of elements that only group others, or are words in a text."""
_SYNONYMS: Final = {"directory": "list", "image": "img"}
_ARIA: Final = frozenset(
    {
        "alert", "alertdialog", "application", "article", "banner", "blockquote", "button", "caption", "cell",
        "checkbox", "code", "columnheader", "combobox", "comment", "complementary", "contentinfo", "definition",
        "deletion", "dialog", "directory", "document", "emphasis", "feed", "figure", "form", "generic", "grid",
        "gridcell", "group", "heading", "image", "img", "insertion", "link", "list", "listbox", "listitem", "log",
        "main", "mark", "marquee", "math", "menu", "menubar", "menuitem", "menuitemcheckbox", "menuitemradio",
        "meter", "navigation", "none", "note", "option", "paragraph", "presentation", "progressbar", "radio",
        "radiogroup", "region", "row", "rowgroup", "rowheader", "scrollbar", "search", "searchbox", "separator",
        "slider", "spinbutton", "status", "strong", "subscript", "superscript", "switch", "tab", "table", "tablist",
        "tabpanel", "term", "textbox", "time", "timer", "toolbar", "tooltip", "tree", "treegrid", "treeitem",
    }
)  # fmt: skip
"""The roles of WAI-ARIA 1.3; others are ignored, as browsers do."""

FIELDS: Final = frozenset({"textbox", "searchbox", "spinbutton", "date", "time"})
"""Roles of fields that are typed into; only the length of their value is shown."""
CHECKABLE: Final = frozenset({"checkbox", "menuitemcheckbox", "menuitemradio", "radio", "switch"})
_LEVELS: Final = frozenset("123456789")
NAMED_BY_CONTENTS: Final = frozenset(
    {
        "button", "checkbox", "heading", "link", "menuitem", "menuitemcheckbox", "menuitemradio", "option", "radio",
        "switch", "tab", "treeitem",
    }
)  # fmt: skip
"""Roles whose contents are their name."""
CONTROLS: Final = NAMED_BY_CONTENTS | FIELDS | CHECKABLE | {"combobox", "listbox", "slider", "file", "color"}
"""Roles of what visitors use, and of headings."""
UNRECORDED: Final = frozenset({"audio", "canvas", "embed", "object", "video"})
"""Roles of elements whose content is not recorded."""


def role_of(node: Node, lineage: Sequence[Node]) -> str:
    """The role of an element; `GENERIC` if it only groups others.

    Args:
        node: the element.
        lineage: its ancestors, nearest first.
    """
    given = attribute(node, "role").lower().split()
    if own := next((role for role in given if role in _ARIA), ""):
        return GENERIC if own in _LEFT_OUT else _SYNONYMS.get(own, own)
    tag = tag_of(node)
    if tag in _BY_ATTRIBUTES:
        return _BY_ATTRIBUTES[tag](node)
    if tag in ("header", "footer"):
        inside = any(tag_of(above) in _SECTIONING for above in lineage)
        return GENERIC if inside else "banner" if tag == "header" else "contentinfo"
    return _TAGS.get(tag, GENERIC)


def _link(node: Node) -> str:
    return "link" if attributes(node).get("href") is not None else GENERIC


def _picture(node: Node) -> str:
    return "img" if (tag_of(node) == "img" and attributes(node).get("alt") != "") or _is_named(node) else GENERIC


def _input(node: Node) -> str:
    if attributes(node).get("list"):
        return "combobox"
    return _INPUTS.get(attribute(node, "type").lower(), "textbox")


def _select(node: Node) -> str:
    rows = attribute(node, "size").strip()
    listed = rows.isdecimal() and rows not in ("0", "1")
    return "listbox" if listed or is_set(attributes(node), "multiple") else "combobox"


def _section(node: Node) -> str:
    return GENERIC if not _is_named(node) else "form" if tag_of(node) == "form" else "region"


def _is_named(node: Node) -> bool:
    return any(attribute(node, name).strip() for name in ("aria-label", "aria-labelledby", "title"))


_BY_ATTRIBUTES: Final[dict[str, Callable[[Node], str]]] = {
    "a": _link, "area": _link, "form": _section, "img": _picture, "input": _input, "section": _section,
    "select": _select, "svg": _picture,
}  # fmt: skip
"""Tags whose role depends on attributes."""


def level_of(node: Node) -> str:
    """The level of a heading."""
    tag = tag_of(node)
    own = attribute(node, "aria-level")
    return own if own in _LEVELS else (tag[1] if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit() else "2")
