"""Finds out whether a window reaches back before the oldest recording, where no data is not "no problem"."""

from datetime import datetime

from replay_mcp.api.endpoints import RECORDINGS_LIST
from replay_mcp.api.params import RecordingsList
from replay_mcp.context import ToolContext
from replay_mcp.errors import ReplayError
from replay_mcp.reading.listing import LONGEST_RETENTION


async def data_from(date_from: str, context: ToolContext) -> datetime | None:
    """The start of the oldest recording, if a window from `date_from` begins before it; None otherwise.

    The API compares the times, by its clock and in the project's timezone. None as well if it does not answer: a list
    must not fail because of this.
    """
    oldest = context.oldest
    async with oldest.lock:
        if date_from not in oldest.starts:
            try:
                earlier = await _first(context, date_to=date_from)
                start = None if earlier else await _first(context)
            except ReplayError:
                return None
            if earlier is None and start is None:
                return None  # no recording yet; the first one may arrive at any time
            oldest.starts[date_from] = start
        return oldest.starts[date_from]


async def _first(context: ToolContext, date_to: str | None = None) -> datetime | None:
    """The start of the oldest recording, if it is not after `date_to`."""
    window = {"date_from": LONGEST_RETENTION} | ({"date_to": date_to} if date_to else {})
    request = RecordingsList.model_validate(window | {"order": "start_time", "order_direction": "ASC", "limit": 1})
    page = await context.api.call(RECORDINGS_LIST, request)
    return page.results[0].start_time if page.results else None
