"""Which rows of a timeline an answer shows: those that match, or those that matter most."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .row_text import effect, target
from .rows import Flag, Kind, Row

STORY: Final = 3
"""The weight from which on a row belongs to the story of a visit."""
LEVELS: Final = {"info": 0, "warn": 1, "error": 2}
"""Console levels, the mildest first."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What rows are asked for; what is None or empty asks for nothing in particular.

    Attributes:
        start: seconds from the start of the recording; a row that lasts until then counts.
        end: seconds.
        kinds: any of these.
        flags: any of these.
        contains: text in the target or effect, whatever its case.
        min_status: requests that were answered with this status or a higher one.
        console_level: console lines of this level or a worse one.
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
    def everything(self) -> bool:
        """Whether nothing in particular is asked for."""
        return self == Wanted()

    def matches(self, row: Row) -> bool:
        """Whether the row is asked for."""
        until = row.seconds if row.until is None else row.until
        return (
            (self.start is None or until >= self.start)
            and (self.end is None or row.seconds <= self.end)
            and (not self.kinds or row.kind in self.kinds)
            and (not self.flags or not self.flags.isdisjoint(row.flags))
            and (self.tab is None or row.tab == self.tab)
            and (not self.contains or self.contains.casefold() in f"{target(row)} {effect(row)}".casefold())
            and self._in_detail(row)
        )

    def _in_detail(self, row: Row) -> bool:
        """A status and a level together ask for requests and for console lines."""
        if self.min_status is None and self.console_level is None:
            return True
        failed = self.min_status is not None and row.status is not None and row.status >= self.min_status
        logged = self.console_level is not None and row.kind == "console"
        return failed or (logged and LEVELS[row.level] >= LEVELS[self.console_level or "info"])


def ranked(rows: Sequence[Row], wanted: Wanted) -> list[Row]:
    """The rows in the order in which answers take them up, page by page.

    Rows that match come in the order of time. If nothing in particular is asked for, all come: those that matter most
    first, and of these the earliest.
    """
    if wanted.everything:
        return sorted(rows, key=lambda row: -row.weight)
    return [row for row in rows if wanted.matches(row)]


def page_of(candidates: Sequence[Row], wanted: Wanted, skip: int, limit: int) -> list[Row]:
    """The next rows of `ranked`, at most `limit`: where nothing in particular is asked for, the story or the rest."""
    page = list(candidates[skip : skip + limit])
    if wanted.everything and page and page[0].weight >= STORY:
        page = [row for row in page if row.weight >= STORY]
    return page


def in_time(rows: Sequence[Row]) -> list[Row]:
    """Rows of one timeline in the order of time, which their refs tell."""
    return sorted(rows, key=lambda row: int(row.ref[1:]))


def counted(rows: Sequence[Row]) -> dict[str, int]:
    """How many rows there are of each kind, the most frequent kind first."""
    return dict(Counter(row.kind for row in rows).most_common())
