"""How long the page showed a spinner, a skeleton or a busy part after an action.

To bound the work, only elements that a mutation adds or changes right after an action are examined.
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
_MAX_VISIBLE: Final = 12
_SHOWING: Final = frozenset({"class", "aria-busy", "hidden", "style", "role", "value", "aria-valuenow", "data-visible"})


@dataclass(slots=True)
class _Wait:
    """An action that is waited for since `since`, with the ids of the visible spinners and the like."""

    action: PendingAction
    since: int
    visible: set[int] = field(default_factory=set[int])


class Waits:
    """Measures how long the person waited after each action.

    Args:
        visibility: returns the visibility of a tab's document.
    """

    def __init__(self, visibility: Callable[[Tab, Document], Visibility]) -> None:
        self._visibility = visibility
        self._open: dict[int, _Wait] = {}

    def before(self, tab: Tab, event: Event) -> list[int] | None:
        """Ids of elements that may become a visible spinner by a mutation, which is not applied yet.

        None if no wait may begin or end with it.
        """
        is_open = tab.number in self._open
        begins = tab.action is not None and 0 <= event.timestamp - tab.action_at <= WAIT_BEGINS_MS
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
            nodes = [node for node in nodes if not _is_visible(visibility, node)]
        may_end = is_open and bool(changes or mutation.removes)
        return [*added, *(node.id for node in nodes)] if added or nodes or may_end else None

    def after(self, tab: Tab, event: Event, candidates: list[int]) -> None:
        """Begin, continue or end a wait after the mutation was applied."""
        wait, timestamp = self._open.get(tab.number), event.timestamp
        document = tab.document.current()
        visibility = self._visibility(tab, document)
        visibility.refresh()
        new = {id for id in candidates if _begins(visibility, document.node(id))}
        if wait is None:
            if new and tab.action is not None:
                self._open[tab.number] = _Wait(tab.action, timestamp, new)
            return
        wait.visible = {id for id in wait.visible if _is_visible(visibility, document.node(id))}
        wait.visible.update(list(new)[: _MAX_VISIBLE - len(wait.visible)])
        if not wait.visible and _is_latest_action(tab, wait.action):
            wait.action.waited_ms = max(wait.action.waited_ms, timestamp - wait.since)
        if not wait.visible or timestamp - wait.since > MAX_WAIT_MS:
            del self._open[tab.number]

    def forget(self, tab: Tab) -> None:
        """Forget a wait: its document was replaced, so its length is unknown."""
        self._open.pop(tab.number, None)


def _is_latest_action(tab: Tab, action: PendingAction) -> bool:
    """Whether no later click on another control may have removed the spinner."""
    latest = (
        tab.latest_click if tab.latest_click is not None and tab.latest_click.timestamp > action.timestamp else action
    )
    return latest.key == action.key or latest.element.sort not in ("control", "link")


def _begins(visibility: Visibility, node: Node | None) -> bool:
    return node is not None and is_loading_indicator(visibility.document, node) and visibility.is_visible(node.id)


def _is_visible(visibility: Visibility, node: Node | None) -> bool:
    return node is not None and may_be_loading_indicator(node) and visibility.is_visible(node.id)
