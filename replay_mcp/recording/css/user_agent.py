"""What a browser's own style sheet decides: which elements are never rendered, and which are inline."""

from collections.abc import Mapping
from typing import Any, Final

from replay_mcp.recording.rrweb.untrusted import text

from .form_states import is_set

NEVER: Final = frozenset(
    {
        "head", "script", "style", "template", "noscript", "title", "link", "meta", "datalist", "param", "source",
        "track", "area", "base", "noembed", "noframes", "rp",
        # in drawings, and rarely elsewhere
        "defs", "symbol", "clippath", "mask", "metadata", "desc", "lineargradient", "radialgradient", "pattern",
        "marker", "filter",
    }
)  # fmt: skip
"""The tags of elements that are not rendered, whatever a page declares."""
WITH_FALLBACK: Final = frozenset({"iframe", "video", "audio", "canvas", "object", "frame"})
"""The tags of elements whose content is only for browsers that do not know them."""

_BLOCK: Final = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "caption", "center", "col", "colgroup", "dd", "details",
        "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frame", "frameset",
        "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "listing", "main", "menu",
        "nav", "ol", "optgroup", "option", "p", "plaintext", "pre", "search", "section", "summary", "table", "tbody",
        "td", "tfoot", "th", "thead", "tr", "ul", "xmp",
    }
)  # fmt: skip
_INLINE_BLOCK: Final = frozenset({"button", "input", "meter", "progress", "select", "textarea"})
REPLACED: Final = frozenset(
    {"img", "video", "audio", "canvas", "iframe", "object", "embed", "svg", "image", *_INLINE_BLOCK}
)
"""The tags of elements that have a width and height even if they are inline."""


def is_never_rendered(tag: str, known: Mapping[str, Any]) -> bool:
    """Whether an element with this tag, in lower case, is not rendered, whatever a page declares."""
    if tag in NEVER:
        return True
    if tag == "input":
        return text(known.get("type")).lower() == "hidden"
    return tag == "audio" and not is_set(known, "controls")


def is_hidden(known: Mapping[str, Any]) -> bool:
    """Whether the attribute `hidden` hides an element that a page declares no `display` for."""
    return is_set(known, "hidden") and not is_found_hidden(known)


def default_display(tag: str, known: Mapping[str, Any]) -> str:
    """The `display` of an element for which a page declares none, without the attribute `hidden`."""
    if tag == "dialog" and not is_set(known, "open"):
        return "none"
    if tag in _BLOCK:
        return "block"
    if tag in _INLINE_BLOCK:
        return "inline-block"
    return "contents" if tag == "slot" else "inline"


def is_found_hidden(known: Mapping[str, Any]) -> bool:
    """Whether the content of an element is hidden until a search in the page finds it."""
    return text(known.get("hidden")).lower() == "until-found"
