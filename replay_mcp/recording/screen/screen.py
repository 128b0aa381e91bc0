"""The screen of one tab at one moment, fit to show: all text is masked."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Final

from replay_mcp.recording.dom.attributes import attributes
from replay_mcp.recording.dom.css_selectors import Compound, parse_selector
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.titles import page_title
from replay_mcp.recording.rrweb.types import ELEMENT, Node
from replay_mcp.recording.rrweb.untrusted import text
from replay_mcp.recording.timeline.shown_text import ShownText
from replay_mcp.redaction import Redaction

from .fitting import fitted
from .items import Outline
from .log import Screens
from .outline import build_outline
from .outline_text import OutlineLine, lines_of, outdented
from .page import RecordedPage

MAX_TITLE_LENGTH: Final = 100


class Screen:
    """The screen of a tab at a moment.

    Attributes:
        tab: number of the tab.
        timestamp: the moment, epoch milliseconds.
        page: the page.
    """

    def __init__(  # noqa: PLR0917 - built in one place
        self,
        tab: int,
        timestamp: int,
        page: RecordedPage,
        document: Document,
        shown: ShownText,
        expired: Callable[[], bool],
    ) -> None:
        self._expired = expired
        self.tab = tab
        self.timestamp = timestamp
        self.page = page
        self.document = document
        self._shown_text = shown

    @property
    def url(self) -> str:
        """The page's URL."""
        return self._shown_text.url(self.page.state.url)

    @property
    def title(self) -> str:
        """The page's title."""
        return self.show(page_title(self.document), MAX_TITLE_LENGTH)

    @property
    def scroll(self) -> tuple[int, int]:
        """How far the page is scrolled, in pixels from the left and from the top."""
        left, top = self.page.state.scrolled.get(self.document.root or 0, (0, 0))
        return round(left), round(top)

    def show(self, recorded: str, limit: int) -> str:
        """Mask recorded text, and truncate it to `limit` characters."""
        return self._shown_text.text(recorded, limit) if recorded else ""

    @cached_property
    def outline(self) -> Outline:
        """The outline of the whole page.

        Raises:
            DeadlineExceeded: the deadline passed.
        """
        return build_outline(self.page, self.show, self._expired)

    @cached_property
    def lines(self) -> list[OutlineLine]:
        """The lines of the outline. The element of the latest action is marked, and the one with the focus."""
        lines = lines_of(self.outline.items)
        state = self.page.state
        marks: dict[int, tuple[str, ...]] = {}
        if (place := self._place_of(lines, state.focus)) is not None and lines[place].node != state.focus:
            marks[lines[place].node] = ("active",)
        if state.action is not None and (place := self._place_of(lines, state.action.node)) is not None:
            node = lines[place].node
            marks[node] = (*marks.get(node, ()), state.action.verb)
        return lines_of(self.outline.items, marks) if marks else lines

    def part(self, node: Node) -> list[OutlineLine]:
        """The lines of what is visible in an element."""
        inside = [place for place, line in enumerate(self.lines) if self._is_inside(line.node, node.id)]
        return outdented(self.lines[inside[0] : inside[-1] + 1]) if inside else []

    def _is_inside(self, id: int, around: int) -> bool:
        return any(above.id == around for above in self.document.lineage(id))

    def rest(self, node: Node) -> list[OutlineLine]:
        """The lines of an element of the outline and of its siblings after it."""
        place = next((place for place, line in enumerate(self.lines) if line.node == node.id), None)
        if place is None:
            return []
        depth = self.lines[place].depth
        end = next((end for end, line in enumerate(self.lines) if end > place and line.depth < depth), len(self.lines))
        return outdented(self.lines[place:end])

    def fit(self, lines: Sequence[OutlineLine], limit: int) -> list[str]:
        """The lines, or the most of them that fit into so many characters."""
        state = self.page.state
        ids = (state.focus, None if state.action is None else state.action.node)
        places = [place for id in ids if (place := self._place_of(lines, id)) is not None]
        return fitted(lines, limit, {lines[place].node for place in places})

    def line_of(self, id: int | None) -> str:
        """The line of a node, or of the innermost element around it that the outline shows; empty without one."""
        place = self._place_of(self.lines, id)
        return "" if place is None else self.lines[place].text.removesuffix(":")

    def _place_of(self, lines: Sequence[OutlineLine], id: int | None) -> int | None:
        if id is None:
            return None
        places = {line.node: place for place, line in reversed([*enumerate(lines)])}
        return next((places[node.id] for node in self.document.lineage(id) if node.id in places), None)

    def matching(self, selector: str) -> list[Node]:
        """The elements that a selector of one compound matches, in document order; empty if it cannot be parsed."""
        compounds = parse_selector(selector)
        return [node for node in self._elements() if _matches(node, compounds[0])] if len(compounds) == 1 else []

    def named(self, name: str) -> list[Node]:
        """The elements of the outline with this name, in document order."""
        places = (line.node for line in self.lines if f' "{name}"' in line.text)
        return [node for id in places if (node := self.document.node(id)) is not None]

    def _elements(self) -> Iterator[Node]:
        """Yield the elements of the document in document order."""
        root = self.document.node(self.document.root)
        stack = [root] if root is not None else []
        while stack:
            node = stack.pop()
            if node.type == ELEMENT:
                yield node
            stack += reversed(self.document.children(node))


def _matches(node: Node, compound: Compound) -> bool:
    known = attributes(node)
    return compound.matches(node, known, frozenset(text(known.get("class")).split()))


def screen_at(
    screens: Screens, tab: int, timestamp: int, redaction: Redaction, expired: Callable[[], bool] = lambda: False
) -> Screen | None:
    """The screen of a tab at a moment; None if no document of the tab was recorded by then.

    Raises:
        DeadlineExceeded: see `Screens.page`.
    """
    page = screens.page(tab, timestamp, expired)
    if page is None or page.document is None:
        return None
    shown = ShownText(redaction)
    for typed in screens.typed:
        if typed.timestamp > timestamp:
            break
        shown.remember_typed(typed.tab, typed.field, typed.value)
    return Screen(tab, timestamp, page, page.document, shown, expired)
