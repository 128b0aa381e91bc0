"""Looks up recordings by id, regardless of their age."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from typing import Final
from urllib.parse import quote

import anyio

from replay_mcp.api.endpoints import RECORDINGS_LIST
from replay_mcp.api.models import Recording, RecordingPage
from replay_mcp.api.params import RecordingsList
from replay_mcp.context import ToolContext
from replay_mcp.errors import MalformedResponse

LONGEST_RETENTION: Final = "-1826d"
"""Five years. Older builds apply a date window to ids as well, of three days by default (live behaviour)."""
MAX_IDS_PER_REQUEST: Final = 100
MAX_ID_CHARACTERS: Final = 6_000
"""Maximum length of the ids in a request's URL, which proxies limit."""


async def list_existing(ids: Sequence[str], context: ToolContext, *, seconds: float) -> dict[str, Recording]:
    """Find the recordings with these ids, by id, within `seconds`.

    Raises:
        ReplayError: the recordings cannot be listed.
    """
    found: dict[str, Recording] = {}
    async for batch, page in _pages(ids, context, seconds):
        found |= {recording.id: recording for recording in page.results if recording.id in batch}
    return found


async def list_missing(ids: Sequence[str], context: ToolContext, *, seconds: float) -> list[str]:
    """Find the ids without a recording, within `seconds`; empty if a listed recording is unreadable.

    Raises:
        ReplayError: the recordings cannot be listed.
    """
    missing: list[str] = []
    async for batch, page in _pages(ids, context, seconds):
        if page.unreadable:
            return []
        existing = {recording.id for recording in page.results}
        missing += [id for id in batch if id not in existing]
    return missing


async def _pages(
    ids: Sequence[str], context: ToolContext, seconds: float
) -> AsyncGenerator[tuple[list[str], RecordingPage]]:
    ends = anyio.current_time() + seconds
    for batch in _batches(ids):
        request = RecordingsList(session_ids=batch, limit=len(batch), date_from=LONGEST_RETENTION)
        left = max(ends - anyio.current_time(), 0.001)
        page = await context.api.call(RECORDINGS_LIST, request, deadline=left)
        if page.more or "results" not in page.model_fields_set:
            raise MalformedResponse("The API's response does not list all requested recordings.")
        yield batch, page


def _batches(ids: Sequence[str]) -> Iterator[list[str]]:
    """Split the ids into batches that fit one request each."""
    batch: list[str] = []
    characters = 0
    for id in ids:
        needed = len(quote(id, safe="")) + len("%22%2C%22")
        if batch and (len(batch) == MAX_IDS_PER_REQUEST or characters + needed > MAX_ID_CHARACTERS):
            yield batch
            batch, characters = [], 0
        batch.append(id)
        characters += needed
    if batch:
        yield batch
