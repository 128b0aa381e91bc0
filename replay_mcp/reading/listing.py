"""Which recordings of some ids exist, however old they are."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from typing import Final
from urllib.parse import quote

import anyio

from replay_mcp.api.client import DEADLINE_SECONDS
from replay_mcp.api.endpoints import RECORDINGS_LIST
from replay_mcp.api.models import Recording, RecordingPage
from replay_mcp.api.params import RecordingsList
from replay_mcp.context import ToolContext
from replay_mcp.errors import MalformedResponse

LONGEST_RETENTION: Final = "-1826d"
"""Five years: older builds apply a window to ids as well, of three days if none is given (live behaviour)."""
LISTED_AT_ONCE: Final = 100
"""Recordings that are listed in one request …"""
LISTED_CHARACTERS: Final = 6_000
"""… as far as their ids fit a URL, which proxies limit."""


async def listed(
    ids: Sequence[str], context: ToolContext, *, seconds: float = DEADLINE_SECONDS
) -> dict[str, Recording]:
    """The recordings that exist of these ids, by id, listed within so many seconds.

    Raises:
        ReplayError: they cannot be listed.
    """
    found: dict[str, Recording] = {}
    async for some, page in _pages(ids, context, seconds):
        found |= {recording.id: recording for recording in page.results if recording.id in some}
    return found


async def unlisted(ids: Sequence[str], context: ToolContext, *, seconds: float = DEADLINE_SECONDS) -> list[str]:
    """The ids of which the API lists no recording; none where a listed recording cannot be read.

    Raises:
        ReplayError: they cannot be listed.
    """
    gone: list[str] = []
    async for some, page in _pages(ids, context, seconds):
        if page.unreadable:
            return []
        there = {recording.id for recording in page.results}
        gone += [id for id in some if id not in there]
    return gone


async def _pages(
    ids: Sequence[str], context: ToolContext, seconds: float
) -> AsyncGenerator[tuple[list[str], RecordingPage]]:
    ends = anyio.current_time() + seconds
    for some in _portions(ids):
        request = RecordingsList(session_ids=some, limit=len(some), date_from=LONGEST_RETENTION)
        left = max(ends - anyio.current_time(), 0.001)
        page = await context.api.call(RECORDINGS_LIST, request, deadline=left)
        if page.more or "results" not in page.model_fields_set:
            raise MalformedResponse("The API's answer does not list all recordings that were asked for.")
        yield some, page


def _portions(ids: Sequence[str]) -> Iterator[list[str]]:
    """The ids in lists that one request each can ask for."""
    portion: list[str] = []
    characters = 0
    for id in ids:
        needed = len(quote(id, safe="")) + len("%22%2C%22")
        if portion and (len(portion) == LISTED_AT_ONCE or characters + needed > LISTED_CHARACTERS):
            yield portion
            portion, characters = [], 0
        portion.append(id)
        characters += needed
    if portion:
        yield portion
