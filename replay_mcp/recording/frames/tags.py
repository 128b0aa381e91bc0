"""Tags of frames, and which of them the HTML parser would move or close where they are.

Scripts build trees that no HTML text gives, e.g. a `div` in a `p`. There the element gets a name that means nothing to
the parser (`replay-div`), so that it makes the same tree again; style sheets name both.
"""

from typing import Final, NamedTuple

_BLOCKS: Final = frozenset(
    {
        "address", "article", "aside", "blockquote", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt",
        "fieldset", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr",
        "li", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "summary", "table", "ul",
    }
)  # fmt: skip
"""Tags before which the parser closes a paragraph."""
_PARTS: Final = {
    "caption": ("table",), "colgroup": ("table",), "thead": ("table",), "tbody": ("table",), "tfoot": ("table",),
    "tr": ("table", "thead", "tbody", "tfoot"), "td": ("tr",), "th": ("tr",), "col": ("colgroup",),
    "rt": ("ruby",), "rp": ("ruby",),
}  # fmt: skip
"""Parts of tables and others, with the parents in which the parser leaves them."""
_INLINE: Final = frozenset(
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "font",
        "i", "ins", "kbd", "label", "mark", "meter", "output", "progress", "q", "ruby", "s", "samp", "slot",
        "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
    }
)  # fmt: skip
TAGS: Final = _BLOCKS | _INLINE | _PARTS.keys() | {"button", "legend"}
"""Tags that frames keep."""
VOID: Final = frozenset({"br", "col", "hr", "wbr"})
DROPPED: Final = frozenset(
    {
        "annotation", "annotation-xml", "area", "base", "basefont", "bgsound", "datalist", "frame", "frameset",
        "head", "link", "meta", "noembed", "noframes", "noscript", "param", "plaintext", "script", "source",
        "style", "template", "title", "track", "xmp",
    }
)  # fmt: skip
"""Tags of elements that are left out with their content. An empty `style` keeps their place among siblings."""
BOXES: Final = frozenset({"applet", "audio", "canvas", "embed", "iframe", "img", "object", "video"})
"""Tags of elements whose content is not recorded."""
HOSTS: Final = frozenset(
    {
        "article", "aside", "blockquote", "body", "div", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header",
        "main", "nav", "p", "section", "span",
    }
)  # fmt: skip
"""Tags of elements that may have a shadow tree; so may custom elements."""
WRAPPED_IN: Final = {
    "table": ("<tbody data-replay-wrap><tr data-replay-wrap><td data-replay-wrap>", "</td></tr></tbody>"),
    **dict.fromkeys(("thead", "tbody", "tfoot"), ("<tr data-replay-wrap><td data-replay-wrap>", "</td></tr>")),
    "tr": ("<td data-replay-wrap>", "</td>"),
}
"""What keeps the parser from moving content out of parts of a table that hold only other parts."""
_RESERVED: Final = frozenset(
    {
        "annotation-xml", "color-profile", "font-face", "font-face-src", "font-face-uri", "font-face-format",
        "font-face-name", "missing-glyph",
    }
)  # fmt: skip
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CELLS: Final = frozenset({"td", "th", "caption"})
_JOINING: Final = _INLINE - {"br", "input", "meter", "progress"} | {"tspan", "textpath"}
_SPECIAL: Final = _BLOCKS | _PARTS.keys() | {"button"}
_TRANSPARENT: Final = frozenset({"address", "div", "p"})

_P, _A, _BUTTON, _LI, _DD = 1, 2, 4, 8, 16


class Place(NamedTuple):
    """Where a node is in the frame.

    Attributes:
        parent: name of the element around it.
        open: what the parser would close, as bits.
        depth: number of elements around it.
        svg: whether it is in a picture.
        typed: whether its text was typed.
    """

    parent: str
    open: int = 0
    depth: int = 2
    svg: bool = False
    typed: bool = False


def is_custom(tag: str) -> bool:
    """Whether a tag is that of a custom element."""
    return "-" in tag and tag not in _RESERVED and not tag.startswith("replay-")


def is_inline(tag: str) -> bool:
    """Whether the text of an element continues the text around it."""
    return "-" in tag or tag in _JOINING


def is_part(name: str) -> bool:
    """Whether an element is a part of a table, under a name that the parser leaves where it is."""
    return name in _PARTS


def name_in(tag: str, place: Place) -> str:
    """The name with which the parser leaves an element of one of `TAGS` in its place."""
    return tag if _fits(tag, place) else f"replay-{tag}"


def _fits(tag: str, place: Place) -> bool:
    if (parents := _PARTS.get(tag)) is not None:
        return place.parent in parents
    if place.open & _P and tag in _BLOCKS:
        return False
    if tag in _HEADINGS:
        return place.parent not in _HEADINGS
    bit = _BITS.get(tag, 0)
    return not place.open & bit or bit == _P


_BITS: Final = {"p": _P, "a": _A, "button": _BUTTON, "li": _LI, "dd": _DD, "dt": _DD}


def inside(name: str, place: Place, **changes: bool) -> Place:
    """The place of the children of an element."""
    kept = place.open
    if name in _CELLS:
        kept = 0
    elif name in _SPECIAL:
        if name not in _TRANSPARENT:
            kept &= ~(_LI | _DD)
        if name == "table":
            kept &= ~(_P | _BUTTON)
        elif name == "button":
            kept &= ~_P
    return place._replace(parent=name, open=kept | _BITS.get(name, 0), depth=place.depth + 1, **changes)
