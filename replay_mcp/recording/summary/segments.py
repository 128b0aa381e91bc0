"""Splits a timeline into the segments of a summary, one for each page visit."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from replay_mcp.recording.timeline.rows import Row

from .sentences import page_name, page_title

MAX_SEGMENTS: Final = 40
"""Page visits beyond these share the last segment."""
MAX_NAME_LENGTH: Final = 256
"""PostHog's limit."""


@dataclass(slots=True)
class VisitSegment:
    """The rows of one page visit in one tab. `shared`: it also has the rows of later visits."""

    index: int
    rows: list[Row] = field(default_factory=list[Row])
    visit: Row | None = None
    shared: bool = False

    @property
    def span(self) -> tuple[float, float]:
        """When its rows began and ended, in seconds from the start of the recording."""
        return self.rows[0].seconds, max(row.seconds if row.until is None else row.until for row in self.rows)

    @property
    def name(self) -> str:
        """Title and URL of the page, as far as known."""
        page = page_name((self.visit or self.rows[0]).page)
        title = page_title(self.visit) if self.visit else ""
        name = f"{title} ({page})" if title and page else title or page or "Session"
        later = " and later pages" if self.shared else ""
        return name[: MAX_NAME_LENGTH - len(later)] + later


def segments(rows: Sequence[Row]) -> list[VisitSegment]:
    """Split rows into one segment per page visit and tab. Rows before a tab's first visit belong to that visit."""
    found: list[VisitSegment] = []
    current: dict[int, VisitSegment] = {}
    for row in rows:
        segment = current.get(row.tab)
        if segment is None or (row.kind == "navigation" and segment.visit):
            if len(found) < MAX_SEGMENTS:
                found.append(VisitSegment(len(found)))
            else:
                found[-1].shared = True
            current[row.tab] = segment = found[-1]
        if row.kind == "navigation" and segment.visit is None:
            segment.visit = row
        segment.rows.append(row)
    return found
