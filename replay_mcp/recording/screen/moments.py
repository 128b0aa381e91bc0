"""Moments of a recording: the tab that the visitor used, the action before, and the screen."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from cachetools import LRUCache

from replay_mcp.recording.timeline.rows import Row
from replay_mcp.redaction import Redaction

from .log import Screens
from .screen import Screen, screen_at

if TYPE_CHECKING:
    from replay_mcp.recording.timeline.reader import Timeline

ACTIONS: Final = frozenset({"click", "typing", "change"})
"""The kinds of rows that are actions of the visitor."""
MAX_SCREENS: Final = 30
"""Maximum number of screens kept, since claims are about the same moments."""
ROUNDING_MS: Final = 5
"""Times of rows are rounded to hundredths of a second."""


def tab_at(rows: Sequence[Row], seconds: float) -> int:
    """The tab that the visitor used last by a moment."""
    used = (row.tab for row in reversed(rows) if row.seconds <= seconds and row.kind in (*ACTIONS, "tab", "navigation"))
    return next(used, rows[0].tab if rows else 1)


def previous_action(rows: Sequence[Row], tab: int, seconds: float) -> Row | None:
    """The latest action in a tab before a moment; None if there is none."""
    earlier = (row for row in reversed(rows) if row.kind in ACTIONS and row.tab == tab and row.seconds < seconds)
    return next(earlier, None)


class Moments:
    """The screens of a recording by seconds.

    Args:
        timeline: of the recording.
        screens: of the recording.
        redaction: masks recorded text.
        expired: returns whether the deadline has passed.
    """

    def __init__(
        self, timeline: "Timeline", screens: Screens, redaction: Redaction, expired: Callable[[], bool] = lambda: False
    ) -> None:
        self._timeline = timeline
        self._screens = screens
        self._redaction = redaction
        self._expired = expired
        self._latest: LRUCache[tuple[int, int], Screen | None] = LRUCache(MAX_SCREENS)

    def screen(self, tab: int, seconds: float, *, before: bool = False) -> Screen | None:
        """The screen of a tab at a moment, or just before it; None if no page of the tab was recorded by then.

        Raises:
            DeadlineExceeded: the deadline passed.
        """
        timestamp = self._timeline.start + round(seconds * 1000) + (-ROUNDING_MS - 1 if before else ROUNDING_MS)
        if (tab, timestamp) not in self._latest:
            found = screen_at(self._screens, tab, timestamp, self._redaction, self._expired)
            self._latest[tab, timestamp] = found
        return self._latest[tab, timestamp]

    def is_kept(self, seconds: float) -> bool:
        """Whether changes of pages are kept until a moment."""
        until = self._screens.until
        return until is None or self._timeline.start + seconds * 1000 <= until

    def first_page(self, tab: int) -> float | None:
        """When the first page of a tab was recorded, in seconds; None if none was."""
        kept = self._screens.tabs.get(tab)
        return None if kept is None or kept.drawn is None else (kept.drawn - self._timeline.start) / 1000
