"""Selects the rows of a timeline that a result shows: those that match a filter, or the most important ones."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .row_text import effect, target
from .rows import Flag, Kind, Row

STORY: Final = 3
"""Minimum weight of rows that belong to the story of a session."""
LEVELS: Final = {"info": 0, "warn": 1, "error": 2}
"""Console levels by severity."""


@dataclass(frozen=True, slots=True)
class RowFilter:
    """A filter of rows. Fields that are None or empty match all rows.

    Attributes:
        start: seconds from the start of the recording; matches rows that end then or later.
        end: seconds from the start of the recording; matches rows that begin then or earlier.
        kinds: matches any of these.
        flags: matches any of these.
        contains: text in the target or effect, in any case.
        min_status: matches requests answered with this status or a higher one.
        console_level: matches console lines of this level or a more severe one.
        tab: number of the browser tab.
    """

    start: float | None = None
    end: float | None = None
    kinds: frozenset[Kind] = frozenset()
    flags: frozenset[Flag] = frozenset()
    contains: str = ""
    min_status: int | None = None
    console_level: str | None = None
    tab: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it matches all rows."""
        return self == RowFilter()

    def matches(self, row: Row) -> bool:
        """Whether a row matches."""
        until = row.seconds if row.until is None else row.until
        return (
            (self.start is None or until >= self.start)
            and (self.end is None or row.seconds <= self.end)
            and (not self.kinds or row.kind in self.kinds)
            and (not self.flags or not self.flags.isdisjoint(row.flags))
            and (self.tab is None or row.tab == self.tab)
            and (not self.contains or self.contains.casefold() in f"{target(row)} {effect(row)}".casefold())
            and self._matches_severity(row)
        )

    def _matches_severity(self, row: Row) -> bool:
        """Match `min_status` and `console_level`: with both, rows that match either."""
        if self.min_status is None and self.console_level is None:
            return True
        failed = self.min_status is not None and row.status is not None and row.status >= self.min_status
        logged = self.console_level is not None and row.kind == "console"
        return failed or (logged and LEVELS[row.level] >= LEVELS[self.console_level or "info"])


def ranked(rows: Sequence[Row], row_filter: RowFilter) -> list[Row]:
    """The rows in the order in which pages of a result take them.

    Rows that match a filter are in time order. With an empty filter, all rows are ordered by weight, then by time.
    """
    if row_filter.is_empty:
        return sorted(rows, key=lambda row: -row.weight)
    return [row for row in rows if row_filter.matches(row)]


def page_of(candidates: Sequence[Row], row_filter: RowFilter, skip: int, limit: int) -> list[Row]:
    """The next rows of `ranked`, at most `limit`. With an empty filter, a page has story rows only, or none."""
    page = list(candidates[skip : skip + limit])
    if row_filter.is_empty and page and page[0].weight >= STORY:
        page = [row for row in page if row.weight >= STORY]
    return page


def counted(rows: Sequence[Row]) -> dict[str, int]:
    """The number of rows of each kind, the most frequent kind first."""
    return dict(Counter(row.kind for row in rows).most_common())
