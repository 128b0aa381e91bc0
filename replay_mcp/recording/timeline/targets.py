"""Targets of actions: elements of the document at the time of the action."""

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
from .tab import Tab
from .tabs import Tabs

_KEPT_NODES: Final = 40


class Target(Struct, frozen=True):
    """The target of an action.

    Attributes:
        nodes: ids of the node, even if unknown, and of its ancestors.
        control: ids of the control around it and of the custom elements that the control is part of.
        browser_answer: see `browser_answers.reason_from_element`.
        form: id of the form that a control sends; 0 if it sends none.
    """

    element: Element
    nodes: tuple[int, ...]
    control: frozenset[int]
    browser_answer: str
    form: int = 0


class Targets:
    """Finds the elements of actions.

    Attributes:
        unknown: clicks and edits on elements that are not in the recording.
    """

    def __init__(self, shown: ShownText, tabs: Tabs, page: PageEvents, work: WorkBudget) -> None:
        self.unknown = 0
        self._shown_text = shown
        self._tabs = tabs
        self._page = page
        self._work = work

    def document(self, tab: Tab) -> Document:
        """The tab's document at the time of an action."""
        self._page.title_visit(tab)
        return self._tabs.document(tab)

    def find(self, tab: Tab, id: int | None) -> Target:
        """Find the target of an action on a node."""
        document = self.document(tab)
        lineage = document.lineage(id, _KEPT_NODES)
        nodes = () if id is None else (id, *(above.id for above in lineage[1:]))
        if not self._work.allows():
            return Target(UNREAD, nodes, frozenset(), "")
        found = element(document, id, self._shown_text.text)
        self.unknown += found.sort == "unknown"
        return Target(
            found, nodes, _control(lineage), reason_from_element(lineage), forms.submitted_form(document, lineage)
        )

    def scrolled_part(self, tab: Tab, id: int) -> RowElement:
        """Describe the scrolled part of a page."""
        if tab.document.is_root(id):
            return PAGE.shown
        if not self._work.allows():
            return UNREAD.shown
        return scrolled_element(self._tabs.document(tab), id, self._shown_text.text)


def _control(lineage: Sequence[Node]) -> frozenset[int]:
    place = control_index(lineage)
    if place is None:
        return frozenset()
    hosts = [above.id for node, above in zip(lineage[place:], lineage[place + 1 :], strict=False) if node.is_shadow]
    return frozenset([lineage[place].id, *hosts])
