"""Reading one recording for a command, from PostHog or the local store, as the tools read it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from pydantic import ValidationError

from replay_mcp.api.endpoints import RECORDINGS_RETRIEVE
from replay_mcp.api.params import RecordingPath
from replay_mcp.client.plan import RatePlan
from replay_mcp.context import AppLinks, ToolContext
from replay_mcp.errors import InvalidArguments, NotFound, StoreError
from replay_mcp.reading.read_recording import Reading, read_recording
from replay_mcp.redaction import Redaction
from replay_mcp.settings import Settings

from .backend import open_api

DEADLINE_SECONDS: Final = 600.0
"""A person who waits can stop the command."""


def check_store(settings: Settings) -> None:
    """Check that the local store exists, if one is to be used: opening it would create it.

    Raises:
        StoreError: it does not.
    """
    if settings.local is not None and not settings.demo and not settings.local.exists():
        raise StoreError(
            f"There is no local store {str(settings.local)!r}.", next="Name the store's file with --local PATH."
        )


@asynccontextmanager
async def open_context(settings: Settings) -> AsyncGenerator[ToolContext]:
    """Open what reads recordings, for the block.

    Raises:
        StoreError: the local store cannot be used.
        SettingsError: neither a key nor a local store is configured.
    """
    async with open_api(settings) as api:
        yield ToolContext(
            api,
            AppLinks(settings.origin, settings.environment),
            Redaction(settings.redact, api.mask),
            "read",
            plan=RatePlan("paid" if settings.hosted else None),
        )


async def read_one(context: ToolContext, id: str, *, with_screens: bool = False) -> Reading:
    """Read a recording.

    Raises:
        InvalidArguments: there is no such recording.
        ReplayError: it cannot be read.
    """
    try:
        recording = await context.api.call(RECORDINGS_RETRIEVE, RecordingPath(id=id))
    except (NotFound, ValidationError) as error:
        raise InvalidArguments(
            f"There is no recording {id!r}.", next="Check the id; an agent finds ids with session-recordings-list."
        ) from error
    return await read_recording(recording, context, deadline=DEADLINE_SECONDS, with_screens=with_screens)
