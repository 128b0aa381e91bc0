"""What an action was done to, as the document was at that time."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from replay_mcp.recording.dom import forms
from replay_mcp.recording.dom.browser_answers import reason_from_element
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.elements import PAGE, UNREAD, Element, control_index, element, scrolled_element
from replay_mcp.recording.dom.work_budget import WorkBudget
from replay_mcp.recording.rrweb.types import Node

from .page_events import PageEvents
from .rows import RowElement
from .shown_text import ShownText
from .tab import Tab, Tabs

_KEPT_NODES: Final = 40


class Target(Struct, frozen=True):
    """What an action was done to.

    Attributes:
        nodes: ids of the node, known or not, and of its ancestors.
        control: ids of the control around it, and of the custom elements that this is a part of.
        browser: see `browser_answers.reason_from_element`.
        form: id of the form that a control sends; 0 if it sends none.
    """

    element: Element
    nodes: tuple[int, ...]
    control: frozenset[int]
    browser: str
    form: int = 0


class Targets:
    """Looks up elements.

    Attributes:
        unknown: clicks and edits of elements that the recording does not hold.
    """

    def __init__(self, shown: ShownText, tabs: Tabs, page: PageEvents, work: WorkBudget) -> None:
        self.unknown = 0
        self._words = shown
        self._tabs = tabs
        self._page = page
        self._work = work

    def document(self, tab: Tab) -> Document:
        """The tab's document, on which something is done now."""
        self._page.name(tab)
        return self._tabs.document(tab)

    def find(self, tab: Tab, id: int | None) -> Target:
        """What an action on a node was done to."""
        document = self.document(tab)
        lineage = document.lineage(id, _KEPT_NODES)
        nodes = () if id is None else (id, *(above.id for above in lineage[1:]))
        if not self._work.allows():
            return Target(UNREAD, nodes, frozenset(), "")
        found = element(document, id, self._words.text)
        self.unknown += found.sort == "unknown"
        return Target(
            found, nodes, _control(lineage), reason_from_element(lineage), forms.submitted_form(document, lineage)
        )

    def part(self, tab: Tab, id: int) -> RowElement:
        """What is scrolled."""
        if tab.document.is_root(id):
            return PAGE.shown
        if not self._work.allows():
            return UNREAD.shown
        return scrolled_element(self._tabs.document(tab), id, self._words.text)


def _control(lineage: Sequence[Node]) -> frozenset[int]:
    place = control_index(lineage)
    if place is None:
        return frozenset()
    hosts = [above.id for node, above in zip(lineage[place:], lineage[place + 1 :], strict=False) if node.is_shadow]
    return frozenset([lineage[place].id, *hosts])
