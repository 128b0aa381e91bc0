"""The pages that a tab visited, in order, and how the person came to each."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from .pending_rows import PendingRow
from .rows import CLOCK_MS

_LOAD_MS: Final = 30_000
"""The request of a document that took longer to load is not found."""
_MAX_LOADS: Final = 20


@dataclass(frozen=True, slots=True)
class VisitedPage:
    """A visit to a page.

    Attributes:
        row: the navigation to it.
        left_before: when the previous page was left, epoch milliseconds.
        path: host and path, with the route if it follows the hash; pages with equal paths are one page.
        back: whether the browser recorded going back or forward; None if it recorded nothing about it.
    """

    row: PendingRow
    left_before: int
    path: str
    back: bool | None


def visited_pages(rows: Sequence[PendingRow]) -> list[VisitedPage]:
    """The pages visited in one tab, whose rows are in time order."""
    loads = [row for row in rows if row.request is not None and row.request.for_page]
    return [_visited(row, loads) for row in rows if row.kind == "navigation"]


def _visited(row: PendingRow, loads: Sequence[PendingRow]) -> VisitedPage:
    load = _load(row, loads) if row.loaded else None
    back = load.request.back if load is not None and load.request is not None else None
    return VisitedPage(
        row, row.timestamp if load is None else min(load.timestamp, row.timestamp), path_of(row.page), back
    )


def _load(visit: PendingRow, loads: Sequence[PendingRow]) -> PendingRow | None:
    """The request that loaded a page: the latest for its URL."""
    until = bisect_right(loads, visit.timestamp + CLOCK_MS, key=lambda row: row.timestamp)
    since = bisect_left(loads, visit.timestamp - _LOAD_MS, key=lambda row: row.timestamp)
    page = visit.page.partition("#")[0]
    near = loads[max(since, until - _MAX_LOADS) : until]
    return next((row for row in reversed(near) if row.url.partition("#")[0] == page), None)


def path_of(url: str) -> str:
    """Host, path and route of a URL: another query or anchor is the same page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    route = parts.fragment.partition("?")[0] if parts.fragment.startswith(("/", "!/")) else ""
    return f"{parts.netloc}{parts.path.rstrip('/')}#{route.strip('/')}"
