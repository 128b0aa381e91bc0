"""How the elements of a document are rendered, as far as style sheets and attributes decide it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from msgspec import Struct

from replay_mcp.recording.dom.attributes import attributes
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.rrweb.types import ELEMENT, Node
from replay_mcp.recording.rrweb.untrusted import text

from .cascade import Cascade
from .deadline import Expired, check, never
from .form_states import is_set
from .geometry import is_animated, is_clipped, is_off_screen, is_transparent
from .matching import ElementStates
from .media import media_matches
from .user_agent import REPLACED, WITH_FALLBACK, default_display, is_found_hidden, is_hidden, is_never_rendered

__all__ = ["ROOT", "ComputedStyles", "ElementStates", "Rendering"]

MAX_CACHED: Final = 20_000
"""Maximum number of combinations of values whose effects are cached."""
_DOCUMENT: Final = 0
_LINK: Final = ("link",)
_OPENERS: Final = re.compile(rb'"(?:popovertarget|aria-controls)"')
_LIKE_INLINE: Final = frozenset({"initial", "unset"})
_REVERTED: Final = frozenset({"revert", "inherit"})
_UNKNOWN_DISPLAY: Final = _REVERTED | {"revert-layer"}


class Rendering(Struct, frozen=True):
    """How an element is rendered.

    Attributes:
        rendered: whether it has a box, or its content has (`display: contents`). False for `display: none`, in a closed
            `details`, and for tags that a browser never renders.
        visible: the computed `visibility`; a child may be visible again.
        transparent: whether its opacity, or that of an ancestor, is 0, without an animation that may end it.
        clipped: whether it or an ancestor is clipped to nothing.
        off_screen: whether it or an ancestor is moved off the screen.
        block: whether it starts a new line.
        unknown: why the rendering cannot be known; empty if it can.
    """

    rendered: bool = True
    visible: bool = True
    transparent: bool = False
    clipped: bool = False
    off_screen: bool = False
    block: bool = True
    unknown: str = ""

    @property
    def is_seen(self) -> bool:
        """Whether a person can see it, perhaps after scrolling."""
        return self.rendered and self.visible and not (self.transparent or self.clipped or self.off_screen)


ROOT: Final = Rendering()
"""How the document itself is rendered."""
_NOT_RENDERED: Final = Rendering(rendered=False)


class _Effects(NamedTuple):
    """What the values of an element decide, apart from its ancestors; see `Rendering`."""

    transparent: bool
    clipped: bool
    off_screen: bool


class ComputedStyles:
    """The styles of a document that does not change meanwhile. Ask for parents before their children.

    Attributes:
        unrecorded: number of `link` elements whose style sheet is not in the recording.
    """

    def __init__(  # noqa: PLR0917 - what decides the styles, and until when
        self,
        document: Document,
        sheets: Mapping[int, Sequence[str]],
        states: ElementStates,
        width: int,
        height: int,
        expired: Expired = never,
    ) -> None:
        """`sheets` holds texts in order, by id of the document node or of the host of a shadow tree.

        Raises:
            DeadlineExceeded: the deadline passed while the sheets were read.
        """
        self._document = document
        self._size = width, height
        self._expired = expired
        self._cascade = Cascade(document, sheets, states, width, height, expired)
        self._skipped: set[int] = set()
        """The elements whose content is not rendered: `content-visibility: hidden`."""
        self._positioned: set[int] = set()
        """The elements that are positioned, or are in one that is."""
        self._flexible: set[int] = set()
        """The elements that make blocks of their children: with `display: flex` and `grid`."""
        self._collapsed: set[int] = set()
        """The elements with a single row of no height: `grid-template-rows: 0fr`."""
        self._effects: dict[tuple[object, ...], _Effects] = {}
        self._shown: frozenset[str] | None = None
        self.unrecorded = sum(self._is_unrecorded(attributes(link)) for link in document.with_tags(_LINK))

    def of(self, node: Node, parent: Rendering) -> Rendering:
        """How a node is rendered; `parent` is the rendering of its parent in the flat tree.

        Raises:
            DeadlineExceeded: the deadline passed.
        """
        check(self._expired)
        if not parent.rendered:
            return Rendering(rendered=False, unknown=parent.unknown) if parent.unknown else _NOT_RENDERED
        around = self._document.node(node.parent)
        if around is not None and around.type == ELEMENT and self._hides_content(around, node):
            return _NOT_RENDERED
        if node.type != ELEMENT:
            return _of_text(parent, block=node.type == _DOCUMENT)
        known = self._cascade.attributes(node)
        tag = node.tag_name.lower()
        if is_never_rendered(tag, known):
            return _NOT_RENDERED
        values, depends = self._cascade.values(node)
        found = self._rendering(node, tag, known, values, parent)
        if depends:
            other = self._rendering(node, tag, known, self._cascade.values(node, in_containers=False)[0], parent)
            if (other.rendered, other.is_seen) != (found.rendered, found.is_seen):
                return _with_unknown(found, "container query")
        return found

    def _hides_content(self, around: Node, node: Node) -> bool:
        """Whether an element does not render this child."""
        if around.id in self._skipped:
            return True
        tag = around.tag_name.lower()
        if tag in WITH_FALLBACK:
            return node.type != _DOCUMENT and (tag != "object" or "data" in self._cascade.attributes(around))
        if tag != "details" or is_set(self._cascade.attributes(around), "open") or node.is_shadow:
            return False
        summary = next((each for each in self._document.children(around) if each.tag_name.lower() == "summary"), None)
        return summary is not node

    def _rendering(
        self, node: Node, tag: str, known: Mapping[str, Any], values: Mapping[str, str], parent: Rendering
    ) -> Rendering:
        declared = values.get("display", "")
        unknown = parent.unknown
        display = self._display(tag, known, declared)
        if display == "popover":
            return Rendering(rendered=False, unknown="popover")
        if display == "none":
            return _NOT_RENDERED
        visible = _is_visible(values.get("visibility"), parent)
        block = not display.startswith(("inline", "contents", "ruby")) or self._is_flex_item(node)
        if "flex" in display or "grid" in display or "box" in display:
            self._flexible.add(node.id)
        if display == "contents":
            self._keep_place(node, positioned=False)
            return Rendering(True, visible, parent.transparent, parent.clipped, parent.off_screen, False, unknown)
        if not values:
            self._keep_place(node, positioned=False)
            if block and is_found_hidden(known):
                self._skipped.add(node.id)
            return Rendering(True, visible, parent.transparent, parent.clipped, parent.off_screen, block, unknown)
        return self._placed(
            node,
            known,
            values,
            parent,
            visible=visible,
            block=block,
            sized=block or display != "inline" or tag in REPLACED or tag == "html",
        )

    def _placed(
        self,
        node: Node,
        known: Mapping[str, Any],
        values: Mapping[str, str],
        parent: Rendering,
        *,
        visible: bool,
        block: bool,
        sized: bool,
    ) -> Rendering:
        """The rendering of an element with a box of its own."""
        position = values.get("position", "static")
        out_of_flow = position in ("absolute", "fixed")
        contained = node.parent in self._positioned
        self._keep_place(node, positioned=position not in ("static", "initial", "unset") or "transform" in values)
        if (sized or out_of_flow) and (values.get("content-visibility") == "hidden" or is_found_hidden(known)):
            self._skipped.add(node.id)
        if values.get("grid-template-rows") == "0fr" and "grid" in values.get("display", ""):
            self._collapsed.add(node.id)
        effects = self._effects_of(values, contained=contained, sized=sized or out_of_flow)
        return Rendering(
            rendered=True,
            visible=visible,
            transparent=parent.transparent or effects.transparent,
            clipped=(parent.clipped and position != "fixed")
            or effects.clipped
            or (node.parent in self._collapsed and values.get("overflow-y") in ("hidden", "clip")),
            off_screen=parent.off_screen or effects.off_screen,
            block=block or out_of_flow,
            unknown=parent.unknown,
        )

    def _effects_of(self, values: Mapping[str, str], *, contained: bool, sized: bool) -> "_Effects":
        place = (*values.items(), contained, sized)
        found = self._effects.get(place)
        if found is None:
            width, height = self._size
            moves = values.get("position", "static") != "static" and not is_animated(values)
            found = _Effects(
                is_transparent(values) and not is_animated(values),
                is_clipped(values, sized=sized),
                moves and is_off_screen(values, width, height, contained=contained),
            )
            if len(self._effects) < MAX_CACHED:
                self._effects[place] = found
        return found

    def _is_flex_item(self, node: Node) -> bool:
        """Whether an element is a block because its parent has `display: flex` or `grid`."""
        if node.parent not in self._flexible:
            return False
        around = self._document.node(node.parent)
        siblings = self._document.children(around) if around is not None else ()
        return bool(node.is_shadow) or not (siblings and siblings[0].is_shadow)  # hosts render their shadow tree

    def _keep_place(self, node: Node, *, positioned: bool) -> None:
        if positioned or node.parent in self._positioned:
            self._positioned.add(node.id)

    def _display(self, tag: str, known: Mapping[str, Any], declared: str) -> str:
        """The computed `display`; `popover` for one that is closed as far as is recorded."""
        if declared in _LIKE_INLINE:
            return "inline"
        if declared and declared not in _UNKNOWN_DISPLAY and "?" not in declared:
            return declared
        if is_hidden(known) and declared not in _REVERTED:
            return "none"
        display = default_display(tag, known)
        if known.get("popover") not in (None, False) and not self._is_shown_popover(known):
            return "popover"
        return display

    def _is_shown_popover(self, known: Mapping[str, Any]) -> bool:
        """Whether the state of a button shows that a popover is open, which is not recorded itself."""
        if self._shown is None:
            self._shown = frozenset(
                text(found.get(name))
                for opener in self._document.with_attributes_like(_OPENERS)
                if (found := attributes(opener)).get("aria-expanded") == "true"
                for name in ("popovertarget", "aria-controls")
            )
        return text(known.get("id")) in self._shown - {""}

    def _is_unrecorded(self, known: Mapping[str, Any]) -> bool:
        if "stylesheet" not in text(known.get("rel")).lower().split() or known.get("_cssText") is not None:
            return False
        if is_set(known, "disabled") or "alternate" in text(known.get("rel")).lower() or not text(known.get("href")):
            return False
        return media_matches(text(known.get("media")), *self._size)


def _of_text(parent: Rendering, *, block: bool) -> Rendering:
    return Rendering(
        True,
        parent.visible,
        parent.transparent,
        parent.clipped,
        parent.off_screen,
        block,
        parent.unknown,
    )


def _is_visible(declared: str | None, parent: Rendering) -> bool:
    if declared in ("hidden", "collapse"):
        return False
    return declared in ("visible", "initial") or parent.visible


def _with_unknown(found: Rendering, unknown: str) -> Rendering:
    return Rendering(
        found.rendered, found.visible, found.transparent, found.clipped, found.off_screen, found.block, unknown
    )
