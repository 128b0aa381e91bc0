"""The visible outline of a page: elements with a role, their names, states and texts, in document order.

Elements without a role only group others and are left out. Text in an outline is masked.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

from replay_mcp.errors import DeadlineExceeded
from replay_mcp.recording.css.computed import ROOT, ComputedStyles, Rendering
from replay_mcp.recording.dom.attributes import attribute, attributes
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.elements import selector
from replay_mcp.recording.dom.rendered_text import flat_children
from replay_mcp.recording.dom.traits import tag_of, traits
from replay_mcp.recording.rrweb.types import ELEMENT, TEXT, Node

from .element_names import name_of_role
from .items import NOT_RECORDED, Item, Outline
from .open_elements import Leave, OpenElement
from .page import RecordedPage
from .roles import CONTROLS, FIELDS, GENERIC, NAMED_BY_CONTENTS, UNRECORDED, role_of
from .segments import TOO_LATE
from .states import ElementState

MAX_NAME_LENGTH: Final = 80
"""Maximum length of a name; longer contents are shown as text."""
MAX_TEXT_LENGTH: Final = 500
"""Maximum length of a text."""
MAX_NODES: Final = 40_000
"""Maximum number of nodes visited."""
MAX_ITEMS: Final = 10_000
"""Maximum number of items of an outline."""

MAX_VALUE_LENGTH: Final = 30
"""Maximum length of the value of a state."""
_BRACKETS: Final = str.maketrans("[]", "()")
_TYPED: Final = FIELDS | {"combobox", "cell", "gridcell", "listitem", "heading"}
"""Roles that elements keep although they are typed into."""
_PLAIN: Final = {
    **dict.fromkeys(("b", "div", "em", "i", "label", "small", "span", "strong", "tbody", "thead"), GENERIC),
    "li": "listitem", "ol": "list", "p": "paragraph", "td": "cell", "tr": "row", "ul": "list",
}  # fmt: skip
"""Tags whose role depends on attributes only, with the role that they have without any."""
_CHECK_EVERY: Final = 256
"""Nodes between two checks of the deadline."""

Show = Callable[[str, int], str]
"""Masks and escapes recorded text, and truncates it to a number of characters."""

_SHOWN_EMPTY: Final = (
    (CONTROLS - {"heading"}) | UNRECORDED | {"iframe", "progressbar", "meter", "dialog", "alertdialog", "blocked"}
)
"""Roles of elements that are shown even without a name and content."""
_OPAQUE: Final = FIELDS | UNRECORDED | {"slider", "file", "color", "blocked"}
"""Roles of elements whose content is not read: it is typed, or not recorded."""


_Entry = tuple[Node, Rendering] | Leave | None


class OutlineBuilder:
    """Builds outlines of a page.

    Args:
        page: a page with a document.
        show: masks recorded text.
        expired: returns whether the deadline has passed.
    """

    def __init__(self, page: RecordedPage, document: Document, show: Show, expired: Callable[[], bool]) -> None:
        self._expired = expired
        self._page = page
        self._document = document
        self._show = show
        self.states = ElementState(page, document)
        self.styles = ComputedStyles(
            document, page.styles.sheets(document), self.states, page.state.width, page.state.height, expired
        )
        self._special = {*page.state.scrolled, page.state.focus}
        self._unknown: dict[str, int] = {}
        self._count = 0

    def build(self, root: Node) -> Outline:
        """The outline of the document with this root.

        Raises:
            DeadlineExceeded: the deadline passed.
        """
        self._unknown, self._count = {}, 0
        top = OpenElement(root, GENERIC, "", ())
        opened = [top]
        stack: list[_Entry] = [(root, ROOT)]
        visits = MAX_NODES
        while stack and visits and self._count < MAX_ITEMS:
            entry = stack.pop()
            if entry is None:
                opened[-1].pieces.append(" ")
            elif isinstance(entry, Leave):
                self._flush(opened[-1])
                if entry.element:
                    self._leave(opened)
            else:
                visits -= 1
                if visits % _CHECK_EVERY == 0 and self._expired():
                    raise DeadlineExceeded(TOO_LATE)
                self._enter(*entry, opened, stack)
        truncated = bool(stack)
        while len(opened) > 1:
            self._flush(opened[-1])
            self._leave(opened)
        self._flush(top)
        return Outline(tuple(top.items), dict(self._unknown), self.styles.unrecorded, truncated)

    def _enter(self, node: Node, parent: Rendering, opened: list[OpenElement], stack: list[_Entry]) -> None:
        if node.type == TEXT:
            if parent.is_seen and node.text_content:
                opened[-1].add(node.id, node.text_content)
        elif node.type != ELEMENT:
            stack += self._content(node, parent)
        else:
            rendering = self.styles.of(node, parent)
            if rendering.transparent and self.states.focus_within(node):
                rendering = msgspec.structs.replace(rendering, transparent=False)  # scripts animate it, unrecorded
            if rendering.rendered:
                self._enter_element(node, rendering, opened, stack)

    def _enter_element(self, node: Node, rendering: Rendering, opened: list[OpenElement], stack: list[_Entry]) -> None:
        if rendering.unknown:
            self._unknown[rendering.unknown] = self._unknown.get(rendering.unknown, 0) + 1
        plain = self._is_plain(node)
        lineage = [node] if plain else self._document.lineage(node.id)
        if plain:
            role, states = (_PLAIN.get(node.tag_name, GENERIC) if rendering.is_seen else GENERIC), ()
        else:
            role, states = self._role_and_states(node, lineage, rendering)
        if role != GENERIC:
            self._flush(opened[-1])
            name = "" if plain else " ".join(name_of_role(self._document, node, role, lineage).split())
            opened.append(OpenElement(node, role, name, states))
            stack.append(Leave(element=True))
        elif rendering.block or tag_of(node) == "br":
            self._flush(opened[-1])
            stack.append(Leave(element=False))
        if plain or (role not in _OPAQUE and tag_of(node) != "select" and not traits(node).editable):
            stack += self._content(node, rendering)

    def _is_plain(self, node: Node) -> bool:
        """Whether an element has a simple tag and nothing that could change its role or states: most are like this."""
        return node.tag_name in _PLAIN and not attributes(node) and node.id not in self._special

    def _role_and_states(
        self, node: Node, lineage: Sequence[Node], rendering: Rendering
    ) -> tuple[str, tuple[str, ...]]:
        """The role and the states of an element; `GENERIC` for one that is left out."""
        above = lineage[1:]
        if not rendering.is_seen:
            native = rendering.visible and not rendering.off_screen and tag_of(node) == "input"
            if not native:  # the custom look of a native checkbox or file field hides the field itself
                return GENERIC, ()
        if "rr_width" in attributes(node) and not self._document.children(node):
            return "blocked", (NOT_RECORDED,)
        role = role_of(node, above)
        if traits(node).editable and role not in _TYPED and not any(traits(each).editable for each in above[:1]):
            role = "textbox"
        states = [self._shown_state(state) for state in self.states.of(node, role, above)]
        states += self._own_states(node, role, rendering)
        if role == GENERIC and states:
            role = "generic"
        return role, tuple(states)

    def _shown_state(self, state: str) -> str:
        """A state with its value masked, in which no bracket can end it."""
        name, sign, value = state.partition("=")
        shown = self._show(" ".join(value.split()), MAX_VALUE_LENGTH).translate(_BRACKETS) if value else ""
        return f"{name}{sign}{shown}"

    def _own_states(self, node: Node, role: str, rendering: Rendering) -> Iterator[str]:
        position = self._page.state.scrolled.get(node.id)
        if position is not None and any(position):
            left, top = position
            yield f"scrolled={top:.0f}px" if not left else f"scrolled={left:.0f}px,{top:.0f}px"
        if role in ("dialog", "alertdialog") and (
            attribute(node, "aria-modal") == "true" or attribute(node, "rr_open_mode") == "modal"
        ):
            yield "modal"
        if attributes(node).get("inert") not in (None, False):
            yield "inert"
        if role in UNRECORDED or (role == "iframe" and not self._document.children(node)):
            yield NOT_RECORDED
        if rendering.unknown and role != GENERIC:
            yield f"visibility unknown: {rendering.unknown}"

    def _content(self, node: Node, rendering: Rendering) -> Iterator[_Entry]:
        """The children that a node renders, last first, with None for the space between two elements."""
        following = TEXT
        for child in reversed(flat_children(self._document, node)):
            if child.type == following == ELEMENT:
                yield None
            yield child, rendering
            following = child.type

    def _flush(self, element: OpenElement) -> None:
        """Complete the current text."""
        if not element.pieces:
            return
        text, node = " ".join("".join(element.pieces).split()), element.text_node
        element.pieces.clear()
        element.text_node = None
        if text and node is not None:
            self._count += 1
            element.items.append(Item(node, "text", self._show(text, MAX_TEXT_LENGTH)))

    def _leave(self, opened: list[OpenElement]) -> None:
        """Complete the innermost element."""
        element = opened.pop()
        item = self._item(element)
        if item is not None:
            self._count += 1
            opened[-1].items.append(item)

    def _item(self, element: OpenElement) -> Item | None:
        """The item of an element; None if there is nothing to show."""
        node, role, items = element.node, element.role, [*element.items, *self._extra_items(element.node, element.role)]
        name = self._show(element.name, MAX_NAME_LENGTH) if element.name else ""
        if role in NAMED_BY_CONTENTS and items:
            simple = all(each.role in ("text", "img") and not each.children for each in items)
            contents = " ".join(each.name for each in items if each.name) if simple else None
            if contents is None:
                name = name if _is_labelled(node) else ""  # its contents say more
            elif len(contents) <= MAX_NAME_LENGTH and _folded(name) in (_folded(contents), ""):
                shown = all(each.role == "text" for each in items)
                return Item(node.id, role, contents, element.states, named_by_contents=shown)
            elif _folded(contents).startswith(_folded(name.removesuffix("…"))):
                name = ""
        if not (name or items or role in _SHOWN_EMPTY or traits(node).editable):
            return Item(node.id, role, "", (NOT_RECORDED,)) if role == "img" and tag_of(node) == "img" else None
        found_by = selector(node) if role in CONTROLS and not (name or items) else ""
        states = (self._show(found_by[1:-1], MAX_NAME_LENGTH).translate(_BRACKETS),) if found_by else ()
        return Item(node.id, role, name, (*states, *element.states), tuple(items))

    def _extra_items(self, node: Node, role: str) -> Iterator[Item]:
        """The chosen options of a list, and the placeholder of an empty field."""
        if tag_of(node) == "select":
            for id, text in self.states.chosen(node):
                yield Item(id, "option", self._show(text, MAX_NAME_LENGTH), ("selected",))
        placeholder = " ".join(attribute(node, "placeholder").split())
        if placeholder and role in FIELDS | {"combobox"} and self.states.value_length(node) == 0:
            yield Item(node.id, "placeholder", self._show(placeholder, MAX_NAME_LENGTH))


def _is_labelled(node: Node) -> bool:
    return bool(attribute(node, "aria-label") or attribute(node, "aria-labelledby"))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def build_outline(page: RecordedPage, show: Show, expired: Callable[[], bool] = lambda: False) -> Outline:
    """The outline of a page; empty without a document.

    Args:
        page: the page.
        show: masks recorded text.
        expired: returns whether the deadline has passed.

    Raises:
        DeadlineExceeded: the deadline passed.
    """
    document = page.document
    root = None if document is None else document.node(document.root)
    if document is None or root is None:
        return Outline((), {}, 0, truncated=False)
    return OutlineBuilder(page, document, show, expired).build(root)
