"""How long the page showed that it was at work, after an action: a spinner, a skeleton, a part that is busy.

Nothing is looked at but what a mutation adds or changes right after an action, and, while something of that stands,
whether it still does.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.loading_indicators import (
    is_loading_indicator,
    may_be_loading_indicator,
    may_become_loading_indicator,
)
from replay_mcp.recording.dom.visibility import Visibility
from replay_mcp.recording.rrweb.events import Event
from replay_mcp.recording.rrweb.types import Node

from .pending_rows import PendingAction
from .signal_rules import MAX_WAIT_MS, WAIT_BEGINS_MS
from .tab import Tab

_MAX_EXAMINED: Final = 64
_MAX_STANDING: Final = 12
_SHOWING: Final = frozenset({"class", "aria-busy", "hidden", "style", "role", "value", "aria-valuenow", "data-visible"})


@dataclass(slots=True)
class _Wait:
    """What stands for waiting since an action: ids of elements."""

    action: PendingAction
    since: int
    standing: set[int] = field(default_factory=set[int])


class Waits:
    """Measures how long each action was waited for.

    Args:
        visibility: what can be seen of a tab's document.
    """

    def __init__(self, visibility: Callable[[Tab, Document], Visibility]) -> None:
        self._visibility = visibility
        self._open: dict[int, _Wait] = {}

    def before(self, tab: Tab, event: Event) -> list[int] | None:
        """Ids of elements that may begin to stand for waiting with a mutation, which is not applied yet.

        None where none may begin to and none may end.
        """
        is_open = tab.number in self._open
        begins = tab.action is not None and 0 <= event.timestamp - tab.acted_at <= WAIT_BEGINS_MS
        if tab.work.visits_left <= 0 or not (begins or is_open):
            return [] if is_open else None
        document = tab.document.current()
        mutation = tab.document.decode(event)
        added = [add.node.id for add in mutation.adds[:_MAX_EXAMINED] if may_be_loading_indicator(add.node)]
        changes = [each for each in mutation.attributes[:_MAX_EXAMINED] if not _SHOWING.isdisjoint(each.attributes)]
        nodes = [
            node
            for each in changes
            if (node := document.node(each.id)) and may_become_loading_indicator(node, each.attributes)
        ]
        if nodes:
            visibility = self._visibility(tab, document)
            visibility.refresh()
            nodes = [node for node in nodes if not _stands(visibility, node)]
        may_end = is_open and bool(changes or mutation.removes)
        return [*added, *(node.id for node in nodes)] if added or nodes or may_end else None

    def after(self, tab: Tab, event: Event, candidates: list[int]) -> None:
        """The mutation was applied: which of the candidates stand, and what does not stand any more?"""
        wait, timestamp = self._open.get(tab.number), event.timestamp
        document = tab.document.current()
        visibility = self._visibility(tab, document)
        visibility.refresh()
        new = {id for id in candidates if _begins(visibility, document.node(id))}
        if wait is None:
            if new and tab.action is not None:
                self._open[tab.number] = _Wait(tab.action, timestamp, new)
            return
        wait.standing = {id for id in wait.standing if _stands(visibility, document.node(id))}
        wait.standing.update(list(new)[: _MAX_STANDING - len(wait.standing)])
        if not wait.standing and _is_still_awaited(tab, wait.action):
            wait.action.waited = max(wait.action.waited, timestamp - wait.since)
        if not wait.standing or timestamp - wait.since > MAX_WAIT_MS:
            del self._open[tab.number]

    def leave(self, tab: Tab) -> None:
        """The document is another one: how long what stood in it stood is not known."""
        self._open.pop(tab.number, None)


def _is_still_awaited(tab: Tab, action: PendingAction) -> bool:
    """Whether nothing else was done since that may have taken away what stood there."""
    latest = tab.clicked if tab.clicked is not None and tab.clicked.timestamp > action.timestamp else action
    return latest.key == action.key or latest.element.sort not in ("control", "link")


def _begins(visibility: Visibility, node: Node | None) -> bool:
    return node is not None and is_loading_indicator(visibility.document, node) and visibility.is_visible(node.id)


def _stands(visibility: Visibility, node: Node | None) -> bool:
    return node is not None and may_be_loading_indicator(node) and visibility.is_visible(node.id)
