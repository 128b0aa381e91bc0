"""The tabs of a recording, and how much of their documents is in memory."""

import re
from collections.abc import Iterator
from typing import Final

from .dom.document import Document
from .dom.lazy import LazyDocument
from .dom.work import Work
from .events import Event
from .metadata import MAX_WINDOWS
from .rows import OPENING_MS
from .tab import Tab

MAX_DOCUMENTS_BYTES: Final = 96 * 1024 * 1024
"""About how much memory the documents of all tabs may take; beyond, those of the tabs longest unused are let go."""
_WINDOW_ID: Final = re.compile(r"(?=.{30,80}\Z)[0-9a-f]+(?:-[0-9a-f]+){4}")
"""PostHog's ids, of today and of old; recordings of others may hold any text in their place."""


class Tabs:
    """Numbers tabs in the order of their first events.

    Args:
        work: what looking at nodes of documents is counted with.

    Attributes:
        unread: events of tabs beyond `MAX_WINDOWS`, which are not read.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self.unread = 0
        self._tabs: dict[str, Tab] = {}
        self._weights: dict[int, int] = {}
        self._weight = 0

    def __iter__(self) -> Iterator[Tab]:
        return iter(self._tabs.values())

    @property
    def names(self) -> tuple[str, ...]:
        """PostHog's window ids in the order of the tabs' numbers; empty where one could be anything else."""
        return tuple(name if _WINDOW_ID.fullmatch(name) else "" for name in self._tabs)

    def __len__(self) -> int:
        return len(self._tabs)

    def of(self, event: Event) -> Tab | None:
        """The tab that recorded the event; None where there are too many."""
        tab = self._tabs.get(event.window_id)
        if tab is None:
            if len(self._tabs) >= MAX_WINDOWS:
                self.unread += 1
                return None
            for other in self:
                other.respond(event.timestamp, "tab", OPENING_MS, detail=str(len(self) + 1))
            tab = self._tabs[event.window_id] = Tab(len(self) + 1, LazyDocument(self._work))
        return tab

    def document(self, tab: Tab) -> Document:
        """The tab's DOM."""
        document = tab.document.current()
        self.trim(tab)
        return document

    def trim(self, current: Tab) -> None:
        """Let go of documents, but not of the current tab's, until the rest is within bounds.

        Only the current tab's document has grown since the last time, so no other is weighed again.
        """
        if len(self._tabs) == 1:
            return
        self._weigh(current)
        if self._weight <= MAX_DOCUMENTS_BYTES:
            return
        for tab in sorted(self, key=lambda each: each.last):
            if tab is not current and self._weights.get(tab.number):
                tab.document.clear()
                self._weigh(tab)
                if self._weight <= MAX_DOCUMENTS_BYTES:
                    return

    def _weigh(self, tab: Tab) -> None:
        weight = tab.document.weight
        self._weight += weight - self._weights.get(tab.number, 0)
        self._weights[tab.number] = weight
