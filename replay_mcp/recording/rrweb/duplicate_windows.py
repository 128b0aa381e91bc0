"""Windows that are one page: it was recorded under several window ids."""

from dataclasses import dataclass, field
from typing import Final

from .events import Event

ACROSS_MS: Final = 100
"""Two recorders record an action at most so far apart, and no person goes from one window to another so soon."""
MAX_KEPT_BYTES: Final = 8 * 1024 * 1024
"""Most bytes of first snapshots that are kept until it is certain that nobody needs them."""


@dataclass(slots=True)
class DuplicateWindow:
    """A window that counts as another one.

    Attributes:
        window: the other one.
        same_ids: whether their nodes have the same ids.
        start: the first events of the page, which were left out, until an action is recorded by both.
        alone: when a pointer did something first that only one of them has recorded so far; None for never.
    """

    window: str
    same_ids: bool
    start: list[Event] = field(default_factory=list[Event])
    certain: bool = False
    alone: int | None = None


class DuplicateWindows:
    """Knows which windows are one page, and finds out where they only looked like it."""

    def __init__(self) -> None:
        self._duplicates: dict[str, DuplicateWindow] = {}
        self._doubtful: dict[str, list[str]] = {}
        """The twins that are not certain yet, by the windows that they count as."""
        self._kept_bytes = 0

    def __contains__(self, window: str) -> bool:
        return window in self._duplicates

    def of(self, window: str) -> DuplicateWindow | None:
        """What a window counts as; None where it counts as itself."""
        return self._duplicates.get(window)

    def first(self, window: str) -> str:
        """The window that a window counts as."""
        duplicate = self._duplicates.get(window)
        return duplicate.window if duplicate else window

    def join(self, window: str, other: str, *, same_ids: bool, start: list[Event]) -> bool:
        """A window counts as another one from now on; whether that is new.

        Args:
            window: what counts as another one.
            other: what it counts as.
            same_ids: whether their nodes have the same ids.
            start: the events that are left out because both pages begin alike; none where an action shows it.
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
        """Both windows recorded one action: they are certain to be one page."""
        for window in (one, other):
            duplicate = self._duplicates.get(window)
            if duplicate and not duplicate.certain:
                self._settle(window, duplicate)

    def doubted(self, event: Event) -> list[Event]:
        """A pointer did something in one window alone; the start of a page that is shown to be another one by that."""
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
                self._settle(second, doubtful)
                del self._duplicates[second]
        return restored

    def _settle(self, window: str, duplicate: DuplicateWindow) -> None:
        duplicate.certain = True
        self._kept_bytes -= sum(len(event.line) for event in duplicate.start)
        duplicate.start = []
        doubtful = self._doubtful.get(duplicate.window, [])
        if window in doubtful:
            doubtful.remove(window)
