"""The browser tabs of a recording, and a limit on the memory of their documents."""

import re
from collections.abc import Iterator
from typing import Final

from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.lazy import LazyDocument
from replay_mcp.recording.dom.work_budget import WorkBudget
from replay_mcp.recording.rrweb.events import Event
from replay_mcp.recording.rrweb.metadata import MAX_WINDOWS

from .rows import OPENING_MS
from .tab import Tab

MAX_DOCUMENTS_BYTES: Final = 96 * 1024 * 1024
"""Approximate memory for the documents of all tabs; beyond it, those of the tabs unused longest are dropped."""
_WINDOW_ID: Final = re.compile(r"(?=.{30,80}\Z)[0-9a-f]+(?:-[0-9a-f]+){4}")
"""PostHog's window ids, current and older forms; other recorders may write any text in their place."""


class Tabs:
    """The tabs, numbered in the order of their first events.

    Args:
        work: the work that examining documents counts towards.

    Attributes:
        unread_events: events of tabs beyond `MAX_WINDOWS`, which are not read.
    """

    def __init__(self, work: WorkBudget) -> None:
        self._work = work
        self.unread_events = 0
        self._tabs: dict[str, Tab] = {}
        self._weights: dict[int, int] = {}
        self._weight = 0

    def __iter__(self) -> Iterator[Tab]:
        return iter(self._tabs.values())

    @property
    def window_ids(self) -> tuple[str, ...]:
        """PostHog's window ids by tab number; empty if an id does not have PostHog's form."""
        return tuple(name if _WINDOW_ID.fullmatch(name) else "" for name in self._tabs)

    def __len__(self) -> int:
        return len(self._tabs)

    def of(self, event: Event) -> Tab | None:
        """The tab that recorded the event; None beyond `MAX_WINDOWS` tabs."""
        tab = self._tabs.get(event.window_id)
        if tab is None:
            if len(self._tabs) >= MAX_WINDOWS:
                self.unread_events += 1
                return None
            for other in self:
                other.respond(event.timestamp, "tab", OPENING_MS, detail=str(len(self) + 1))
            tab = self._tabs[event.window_id] = Tab(len(self) + 1, LazyDocument(self._work), self._work)
        return tab

    def document(self, tab: Tab) -> Document:
        """The tab's DOM."""
        document = tab.document.current()
        self.trim(tab)
        return document

    def trim(self, current: Tab) -> None:
        """Drop documents of other tabs until all fit into `MAX_DOCUMENTS_BYTES`.

        Only the current tab's document has grown since the last call, so only that one is weighed again.
        """
        if len(self._tabs) == 1:
            return
        self._weigh(current)
        if self._weight <= MAX_DOCUMENTS_BYTES:
            return
        for tab in sorted(self, key=lambda each: each.last_event_at):
            if tab is not current and self._weights.get(tab.number):
                tab.document.clear()
                self._weigh(tab)
                if self._weight <= MAX_DOCUMENTS_BYTES:
                    return

    def _weigh(self, tab: Tab) -> None:
        weight = tab.document.memory_bytes
        self._weight += weight - self._weights.get(tab.number, 0)
        self._weights[tab.number] = weight
