"""The screen of one tab at one moment, fit to show: all text is masked."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Final

from replay_mcp.errors import DeadlineExceeded
from replay_mcp.recording.css.matching import StateMatcher
from replay_mcp.recording.dom.css_selectors import parse_selector
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.rendered_text import host_of
from replay_mcp.recording.dom.titles import page_title
from replay_mcp.recording.dom.traits import tag_of
from replay_mcp.recording.rrweb.types import ELEMENT, Node
from replay_mcp.recording.timeline.shown_text import ShownText
from replay_mcp.redaction import Redaction

from .fitting import fitted
from .items import Outline
from .log import Screens
from .outline import build_outline
from .outline_text import OutlineLine, lines_of, outdented
from .page import RecordedPage
from .segments import TOO_LATE
from .states import ElementState
from .typed_log import values_at

MAX_TITLE_LENGTH: Final = 100
MAX_MATCHES: Final = 10_000
"""Maximum number of elements that a selector finds."""
_CHECK_EVERY: Final = 256
_WHOLE_PAGE: Final = frozenset({"html", "body", ""})


class Screen:
    """The screen of a tab at a moment.

    Attributes:
        tab: number of the tab.
        timestamp: the moment, epoch milliseconds.
        page: the page.
        expired: returns whether the deadline has passed.
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
        self.expired = expired
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
        return build_outline(self.page, self.show, self.expired)

    @cached_property
    def lines(self) -> list[OutlineLine]:
        """The lines of the outline. The element of the latest action is marked, and the one with the focus."""
        lines = lines_of(self.outline.items)
        state = self.page.state
        marks: dict[int, tuple[str, ...]] = {}
        if (place := self._place_of(lines, state.focus)) is not None and "active" not in lines[place].states:
            marks[lines[place].node] = ("active",)
        if state.action is not None and (place := self._place_of(lines, state.action.node)) is not None:
            node = lines[place].node
            marks[node] = (*marks.get(node, ()), state.action.verb)
        return lines_of(self.outline.items, marks) if marks else lines

    def part(self, node: Node) -> list[OutlineLine]:
        """The lines of what is visible in an element."""
        if (place := self._places.get(node.id)) is not None:
            return outdented(self.lines[place : self.lines[place].end])
        first, last = self._spans.get(node.id, (0, -1))
        return outdented(self.lines[first : last + 1])

    def rest(self, node: Node) -> list[OutlineLine]:
        """The lines of an element of the outline and of its siblings after it."""
        place = self._places.get(node.id)
        if place is None:
            return []
        depth = self.lines[place].depth
        end = next((end for end, line in enumerate(self.lines) if end > place and line.depth < depth), len(self.lines))
        return outdented(self.lines[place:end])

    @cached_property
    def _places(self) -> dict[int, int]:
        """The first line of each node that has one."""
        return _places_of(self.lines)

    @cached_property
    def _spans(self) -> dict[int, tuple[int, int]]:
        """The first and the last line inside each node that has any."""
        found: dict[int, tuple[int, int]] = {}
        for place, line in enumerate(self.lines):
            self._check(place)
            for above in self.document.lineage(line.node):
                found[above.id] = found.get(above.id, (place, place))[0], place
        return found

    def _check(self, place: int) -> None:
        if place % _CHECK_EVERY == 0 and self.expired():
            raise DeadlineExceeded(TOO_LATE)

    def fit(self, lines: Sequence[OutlineLine], limit: int) -> list[str]:
        """The lines, or the most of them that fit into so many characters."""
        state = self.page.state
        ids = (state.focus, None if state.action is None else state.action.node)
        places = [place for id in ids if (place := self._place_of(lines, id)) is not None]
        return fitted(lines, limit, {lines[place].node for place in places})

    def line_of(self, id: int) -> str:
        """The line of a node or, if it has none, of the nearest one; empty if the page does not have the node."""
        place = self._place_of(self.lines, id)
        if place is not None:
            return self.lines[place].plain.removesuffix(":")
        return "the page" if self.document.attached(id) else ""

    def _place_of(self, lines: Sequence[OutlineLine], id: int | None) -> int | None:
        """The place of the line of a node, else of the first one inside it, else of the nearest one around it."""
        lineage = self.document.lineage(id)
        if not lineage:
            return None
        places = self._places if lines is self.__dict__.get("lines") else _places_of(lines)
        if lineage[0].id not in places and tag_of(lineage[0]) not in _WHOLE_PAGE:
            for node in self.document.walk(lineage[0]):
                if node.id in places:
                    return places[node.id]
        return next((places[node.id] for node in lineage if node.id in places), None)

    def matching(self, selector: str) -> list[Node]:
        """The elements that a selector matches, in document order, shadow trees included; at most `MAX_MATCHES`.

        Raises:
            ValueError: it is not a selector.
            DeadlineExceeded: the deadline passed.
        """
        compounds = parse_selector(selector, pseudo_classes=True)
        if not compounds:
            raise ValueError("not a selector")
        matcher = StateMatcher(self.document, ElementState(self.page, self.document))
        found: list[Node] = []
        for place, node in enumerate(self._elements()):
            self._check(place)
            matcher.begin_element(1)
            host = host_of(self.document, node) if len(compounds) > 1 else None
            if matcher.matches(compounds, node, None if host is None else host.id):
                found.append(node)
                if len(found) == MAX_MATCHES:
                    break
        return found

    def named(self, name: str) -> list[Node]:
        """The elements and texts of the outline with this name or text, in document order."""
        places = (line.node for line in self.lines if name and line.name.startswith(name.removesuffix("…")))
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


def _places_of(lines: Sequence[OutlineLine]) -> dict[int, int]:
    return {line.node: place for place, line in reversed([*enumerate(lines)])}


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
    for typed in values_at(screens.typed, timestamp):
        shown.remember_typed(*typed)
    return Screen(tab, timestamp, page, page.document, shown, expired)
