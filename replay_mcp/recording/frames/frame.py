"""A recorded page as one static HTML document that loads nothing and runs nothing.

Tags, attributes, URLs and style sheets are written from allow-lists, under a policy that forbids the rest. Text is
masked, and typed values are bullets.

A frame does not show: pictures and videos (grey boxes stand for them), fonts, backgrounds that were loaded, animations
in pictures, what a style sheet shows while the pointer is on an element, and the top layer. A scrolled page is shifted,
without what sticks; in a scrolled element, only its elements are, not its own text.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from replay_mcp.recording.css.deadline import Expired, check, checked, never
from replay_mcp.recording.dom.attributes import attribute, attributes
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.traits import tag_of, traits
from replay_mcp.recording.rrweb.types import ELEMENT, TEXT, Node
from replay_mcp.recording.rrweb.untrusted import text
from replay_mcp.recording.screen.outline import Show
from replay_mcp.recording.screen.page import RecordedPage
from replay_mcp.recording.screen.roles import FIELDS
from replay_mcp.recording.screen.states import ElementState

from . import tags
from .attributes import Attributes, pixels
from .base import BASE, HEAD
from .css import StyleWriter
from .fields import FIELD_TAGS, Fields
from .images import image, is_whole_image
from .parts import live_states, measured, parts_of, scrolled, styled
from .selectors import Mentions
from .sheets import Sheets
from .svg import SVG_TAGS, SVG_TEXT, svg_attributes
from .tags import Place
from .text import NOT_RECORDED, Masking, Texts, escaped

MAX_BYTES: Final = 5_000_000
"""Maximum number of bytes of a frame."""
MAX_BODY_BYTES: Final = 2_500_000
"""Maximum number of bytes without the style sheets."""
MAX_NODES: Final = 60_000
"""Maximum number of nodes read; further ones are left out."""
MAX_DEPTH: Final = 400
"""Maximum depth of the elements; browsers flatten deeper trees."""

_DOCUMENT: Final = 0
_DOCTYPE: Final = 1
_CHECK_EVERY: Final = 64
"""Number of nodes between two checks of the deadline."""
_KEPT_PLACE: Final = "<style></style>"
_PAGE: Final = Place("body")
"""What the content of a page is in."""


class _End(Struct, frozen=True):
    """What is written after the content of an element.

    Attributes:
        block: whether text after it does not continue the text before.
    """

    written: str
    block: bool = True


_Entry = tuple[Node, Place] | _End


class _FrameWriter:
    """Writes the frame of one page."""

    def __init__(self, page: RecordedPage, document: Document, show: Show, expired: Expired) -> None:
        self._expired = expired
        self._state = page.state
        self._document = document
        self._pieces: list[str] = []
        self._size = 0
        sheets = page.styles.sheets(document)
        masking = Masking(show)
        self._mask = masking.one
        self._texts = Texts(masking, self._pieces, self._count)
        self._states = ElementState(page, document)
        self._renamed: set[str] = set()
        writer = StyleWriter(masking.one, self._renamed, expired)
        texts = checked((css for each in sheets.values() for css in each), expired, every=1)
        self._attributes = Attributes(masking, Mentions(texts), writer)
        self._fields = Fields(document, self._states, self._attributes, masking)
        self._sheets = Sheets(sheets, writer, self._pieces)
        self._stack: list[_Entry] = []

    def write(self, root: Node) -> str:
        """The frame of the document with this root."""
        html, body, content = parts_of(self._document, root)
        kinds = [child.type for child in self._document.children(root)]
        self._put(
            f"{'<!DOCTYPE html>' if _DOCTYPE in kinds else ''}<html{self._page_attributes(html, root)}><head>{HEAD}"
        )
        self._sheets.place(root.id, BASE)
        self._put(f"</head><body{self._start_attributes(body, 'body')}>")
        self._stack = [_End("</body></html>")]
        self._push_content(body, content, "body", _PAGE)
        self._run()
        self._sheets.fill(MAX_BYTES - self._size)
        return "".join(self._pieces)

    def _push_content(self, host: Node | None, more: Sequence[Node], name: str, place: Place) -> None:
        self._stack += [(child, place) for child in reversed(more)]
        if host is not None:
            self._push_children(host, name, place)

    def _page_attributes(self, html: Node | None, root: Node) -> str:
        """The attributes of `html`, shifted by the scroll position of its document."""
        left, top = self._state.scrolled.get(root.id, (0, 0))
        shift = f"position:relative;left:{-left:.0f}px;top:{-top:.0f}px" if left or top else ""
        return self._start_attributes(html, "html", shift)

    def _start_attributes(self, node: Node | None, tag: str, *more: str) -> str:
        known = {} if node is None else attributes(node)
        styles = [self._attributes.style(known), *more]
        return styled([*self._attributes.of(tag, known, typed=False)], styles)

    def _run(self) -> None:
        visits = MAX_NODES
        while self._stack:
            entry = self._stack.pop()
            if isinstance(entry, _End):
                if entry.block:
                    self._texts.flush()
                self._put(entry.written)
            elif visits and self._size < MAX_BODY_BYTES and entry[1].depth < MAX_DEPTH:
                if visits % _CHECK_EVERY == 0:
                    check(self._expired)
                visits -= 1
                self._enter(*entry)
        self._texts.flush()

    def _put(self, piece: str) -> None:
        self._pieces.append(piece)
        self._count(piece)

    def _count(self, piece: str) -> None:
        self._size += len(piece) if piece.isascii() else len(piece.encode())

    def _enter(self, node: Node, place: Place) -> None:
        if node.type == TEXT:
            self._text(node.text_content or "", place)
        elif node.type != ELEMENT or (place.parent == "colgroup" and tag_of(node) != "col"):
            return
        elif place.svg:
            self._picture(node, tag_of(node), place)
        elif (tag := tag_of(node)) in tags.DROPPED:
            self._put(_KEPT_PLACE)
        else:
            self._element(node, tag, place)

    def _text(self, text: str, place: Place) -> None:
        if not text or (place.svg and place.parent not in SVG_TEXT) or place.parent == "colgroup":
            return
        if place.parent in tags.WRAPPED_IN and not text.isspace():
            before, after = tags.WRAPPED_IN[place.parent]
            self._put(before)
            self._stack.append(_End(after))
        self._texts.add("".join("•" if not char.isspace() else char for char in text) if place.typed else text)

    def _element(self, node: Node, tag: str, place: Place) -> None:
        if not tags.is_inline(tag):
            self._texts.flush()
        name = self._name(tag, place)
        if place.parent in tags.WRAPPED_IN and not tags.is_part(name):
            before, after = tags.WRAPPED_IN[place.parent]
            self._put(before)
            self._stack.append(_End(after))
            place = place._replace(parent="td", open=0, depth=place.depth + 3)
            name = self._name(tag, place)
        if name != tag:
            self._renamed.add(tag)
        if tag in FIELD_TAGS:
            self._put(self._fields.written(node, tag, live_states(node, self._states), typed=place.typed))
        elif tag == "svg":
            self._picture(node, tag, place)
        elif tag in tags.BOXES:
            self._box(node, tag, name, place)
        else:
            self._plain(node, tag, name, place)

    def _name(self, tag: str, place: Place) -> str:
        if tag in tags.TAGS:
            return tags.name_in(tag, place)
        if tags.is_custom(tag) or tag in FIELD_TAGS or tag == "svg":
            return tag
        return f"replay-{tag}" if tag and "-" not in tag else "replay-unknown"

    def _plain(self, node: Node, tag: str, name: str, place: Place) -> None:
        known = attributes(node)
        typed = place.typed or traits(node).editable or attribute(node, "role").lower() in FIELDS
        own = [*self._attributes.of(tag, known, typed=typed), *live_states(node, self._states)]
        if name == "button":
            own.append(("type", "button"))
        styles = [self._attributes.style(known), *scrolled(self._state, node)]
        if "rr_width" in known and not self._document.children(node):
            own.append(("data-replay-box", ""))
            styles += measured(known, inline=tags.is_inline(tag))
            end = "" if name in tags.VOID else f"{NOT_RECORDED}</{name}>"
            self._put(f"<{name}{styled(own, styles)}>{end}")
            return
        line = "\n" if name == "pre" else ""  # the parser drops the first line break
        self._put(f"<{name}{styled(own, styles)}>{line}")
        if name not in tags.VOID:
            self._stack.append(_End(f"</{name}>", block=not tags.is_inline(tag)))
            self._push_children(node, name, tags.inside(name, place, typed=typed))

    def _push_children(self, node: Node, name: str, place: Place) -> None:
        """Push the content of an element; its shadow tree goes into a template."""
        children = self._document.children(node)[:MAX_NODES]
        shadow = [child for child in children if child.is_shadow]
        if not shadow:
            self._stack += [(child, place) for child in reversed(children)]
            return
        if not (tags.is_custom(name) or name in tags.HOSTS or name.startswith("replay-")):
            self._stack += [(child, place) for child in reversed(shadow)]
            return
        self._texts.flush()
        self._put('<template shadowrootmode="open">')
        self._sheets.place(node.id, BASE)
        self._stack += [(child, place) for child in reversed(children) if not child.is_shadow]
        self._stack.append(_End("</template>"))
        within = Place("template", depth=place.depth + 1, typed=place.typed)
        self._stack += [(child, within) for child in reversed(shadow)]

    def _box(self, node: Node, tag: str, name: str, place: Place) -> None:
        """Write what is shown in place of an image, a frame and the like."""
        known = attributes(node)
        own = [*self._attributes.of(tag, known, typed=place.typed), *live_states(node, self._states)]
        inner = next((child for child in self._document.children(node) if child.type == _DOCUMENT), None)
        styles = [self._attributes.style(known)]
        if tag == "img" and (source := image(known)):
            self._put(f'<img src="{source}"{styled(own, [*styles, *measured(known)])}>')
            return
        styles += [f"--replay-{side}:{size}" for side in ("width", "height") if (size := pixels(known.get(side)))]
        styles += measured(known)
        if tag == "iframe" and inner is not None:
            self._put(f"<{name}{styled(own, styles)}>")
            self._frame(inner, name, place)
            return
        word = self._mask(attribute(node, "alt")[:100]) if tag == "img" and not place.typed else ""
        start = styled([*own, ("data-replay-box", "")], styles)
        self._put(f"<{name}{start}>{escaped(word) or NOT_RECORDED}</{name}>")

    def _frame(self, root: Node, name: str, place: Place) -> None:
        """Write the document in a frame as a shadow tree."""
        html, body, content = parts_of(self._document, root)
        self._renamed |= {"html", "body"}
        self._put('<template shadowrootmode="open">')
        self._sheets.place(root.id, BASE)
        self._put(f"<replay-html{self._page_attributes(html, root)}>")
        self._put(f"<replay-body{self._start_attributes(body, 'body')}>")
        self._stack.append(_End(f"</replay-body></replay-html></template></{name}>"))
        self._push_content(body, content, "replay-body", Place("replay-body", depth=place.depth + 4))

    def _picture(self, node: Node, tag: str, place: Place) -> None:
        """Write a picture, or an element in it."""
        name = "g" if tag == "a" else tag
        if name not in SVG_TAGS:
            return
        known = attributes(node)
        own = [*self._attributes.of_picture(known), *svg_attributes(known)]
        if name == "image":
            source = text(known.get("href", known.get("xlink:href")))
            name = "image" if is_whole_image(source) else "rect"
            own = [(key, value) for key, value in own if not key.endswith("href")]
            own += [("href", source)] if name == "image" else []
        if name not in SVG_TEXT or name == "text":
            self._texts.flush()
        start = styled(own, [self._attributes.style(known), *measured(known)])
        self._put(f"<{name}{start}>")
        self._stack.append(_End(f"</{name}>", block=name not in SVG_TEXT))
        within = place._replace(parent=name, svg=True, depth=place.depth + 1)
        self._stack += [(child, within) for child in reversed(self._document.children(node)[:MAX_NODES])]


def render_frame(page: RecordedPage, show: Show, expired: Expired = never) -> str:
    """The page as a static HTML document of at most `MAX_BYTES`; an empty page without a document.

    Args:
        page: with the state at one moment.
        show: masks and escapes recorded text, and truncates it to a number of characters.
        expired: whether the deadline passed.

    Raises:
        DeadlineExceeded: the deadline passed.
    """
    document = page.document
    root = None if document is None else document.node(document.root)
    if document is None or root is None:
        return f"<!DOCTYPE html><html><head>{HEAD}</head><body></body></html>"
    return _FrameWriter(page, document, show, expired).write(root)
