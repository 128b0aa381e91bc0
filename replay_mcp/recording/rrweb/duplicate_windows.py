"""Windows that show the same page, because one page was recorded under several window ids."""

from dataclasses import dataclass, field
from typing import Final

from .events import Event

ACROSS_MS: Final = 100
"""Two recorders record an action at most this far apart, and no person switches windows that fast."""
MAX_KEPT_BYTES: Final = 8 * 1024 * 1024
"""Maximum number of bytes of first snapshots that are kept for the case that two windows turn out to differ."""


@dataclass(slots=True)
class DuplicateWindow:
    """A window that counts as another one.

    Attributes:
        window: the other window.
        same_ids: whether their nodes have the same ids.
        start: the first events of the page, which were left out; kept until `certain`.
        certain: whether both windows recorded the same action.
        alone: when the first action was recorded that only one of them has; None if there is none.
    """

    window: str
    same_ids: bool
    start: list[Event] = field(default_factory=list[Event])
    certain: bool = False
    alone: int | None = None


class DuplicateWindows:
    """Tracks which windows show the same page, and separates them if they turn out to differ."""

    def __init__(self) -> None:
        self._duplicates: dict[str, DuplicateWindow] = {}
        self._doubtful: dict[str, list[str]] = {}
        """The duplicates that are not certain yet, by the window that they count as."""
        self._kept_bytes = 0

    def __contains__(self, window: str) -> bool:
        return window in self._duplicates

    def get(self, window: str) -> DuplicateWindow | None:
        """The duplicate with this window id; None if the window counts as itself."""
        return self._duplicates.get(window)

    def first(self, window: str) -> str:
        """The window that a window counts as, possibly itself."""
        duplicate = self._duplicates.get(window)
        return duplicate.window if duplicate else window

    def join(self, window: str, other: str, *, same_ids: bool, start: list[Event]) -> bool:
        """Let a window count as another one; return whether that is new.

        Args:
            window: the window.
            other: the window that it counts as.
            same_ids: whether their nodes have the same ids.
            start: the events left out because both pages begin alike; empty if an action proves the match.
        """
        first, second = self.first(other), self.first(window)
        if first == second:
            return False
        size = sum(len(event.line) for event in start)
        kept = start if self._kept_bytes + size <= MAX_KEPT_BYTES else []
        self._kept_bytes += size if kept else 0
        self._duplicates[second] = DuplicateWindow(first, same_ids, kept, certain=not start)
        if start:
            self._doubtful.setdefault(first, []).append(second)
        for duplicate in self._duplicates.values():
            if duplicate.window == second:
                duplicate.window, duplicate.same_ids = first, duplicate.same_ids and same_ids
        return True

    def confirm(self, one: str, other: str) -> None:
        """Record that both windows recorded one action, so that they certainly show the same page."""
        for window in (one, other):
            duplicate = self._duplicates.get(window)
            if duplicate and not duplicate.certain:
                self._make_certain(window, duplicate)

    def separate(self, event: Event) -> list[Event]:
        """Handle an action that only one window recorded.

        The second such action proves that the windows show different pages. Return the events that were left out at
        the start of the page.
        """
        restored: list[Event] = []
        if not self._duplicates:
            return restored
        window = event.window_id
        duplicate = self._duplicates.get(window)
        for second in [window] if duplicate and not duplicate.certain else [*self._doubtful.get(window, ())]:
            doubtful = self._duplicates[second]
            if doubtful.alone is None:
                doubtful.alone = event.timestamp
            elif event.timestamp - doubtful.alone > ACROSS_MS:
                restored += doubtful.start
                self._make_certain(second, doubtful)
                del self._duplicates[second]
        return restored

    def _make_certain(self, window: str, duplicate: DuplicateWindow) -> None:
        duplicate.certain = True
        self._kept_bytes -= sum(len(event.line) for event in duplicate.start)
        duplicate.start = []
        doubtful = self._doubtful.get(duplicate.window, [])
        if window in doubtful:
            doubtful.remove(window)
