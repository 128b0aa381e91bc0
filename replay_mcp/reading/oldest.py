"""Finds out whether a window reaches back before the oldest recording, where no data is not "no problem"."""

from contextlib import suppress
from datetime import datetime
from typing import Final

import anyio

from replay_mcp.api.endpoints import RECORDINGS_LIST
from replay_mcp.api.models import Recording
from replay_mcp.api.params import RecordingsList
from replay_mcp.caches.oldest import DataStart
from replay_mcp.context import ToolContext
from replay_mcp.errors import ReplayError
from replay_mcp.reading.listing import LONGEST_RETENTION

MAX_SECONDS: Final = 5.0


async def data_from(date_from: str, context: ToolContext) -> datetime | None:
    """The start of the oldest recording, if a window from `date_from` begins before it; None otherwise.

    The API compares the times, by its clock and in the project's timezone. None as well if it does not answer: a list
    must neither fail nor wait because of this.
    """
    oldest = context.oldest
    with anyio.move_on_after(MAX_SECONDS), suppress(ReplayError):
        async with oldest.lock:
            if (known := oldest.windows.get(date_from)) is not None:
                return known.data_from
            earlier = await _first(context, date_to=date_from)
            first = None if earlier else await _first(context)
            begins = first.start_time if first else None
            if earlier or first:  # else there is no recording yet, and the first one may arrive at any time
                oldest.windows[date_from] = DataStart(begins)
            return begins
    return None


async def _first(context: ToolContext, date_to: str | None = None) -> Recording | None:
    """The oldest recording, if it does not start after `date_to`."""
    window = {"date_from": LONGEST_RETENTION} | ({"date_to": date_to} if date_to else {})
    request = RecordingsList.model_validate(window | {"order": "start_time", "order_direction": "ASC", "limit": 1})
    page = await context.api.call(RECORDINGS_LIST, request)
    return page.results[0] if page.results else None
