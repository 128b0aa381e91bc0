"""The backend of a server: PostHog over the network, or the local API in this process."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import httpx2

from replay_mcp.client.client import ApiClient, open_client
from replay_mcp.errors import SettingsError
from replay_mcp.server.notifications import RecordingChanges
from replay_mcp.settings import Settings


@dataclass(frozen=True, slots=True)
class Backend:
    """The API that a server calls.

    Attributes:
        api_key: the key to call with.
        transport: carries the requests; None for the network.
        recording_changes: reports new and changed recordings in a local store; None for PostHog.
        ready: returns why a local store cannot be used, or None if it can; None for PostHog.
    """

    api_key: str
    transport: httpx2.AsyncBaseTransport | None
    recording_changes: RecordingChanges | None = None
    ready: Callable[[], Awaitable[str | None]] | None = None


@contextmanager
def open_backend(settings: Settings) -> Generator[Backend]:
    """Open the backend that the settings choose, for the block.

    Raises:
        StoreError: the local store cannot be used.
        SettingsError: neither a key nor a local store is configured.
    """
    if settings.local is not None:
        # Imported here: a server on PostHog must not pay for the local API at start-up.
        from replay_mcp.client.in_process import InProcessTransport  # noqa: PLC0415
        from replay_mcp.local.recordings.watch import watching  # noqa: PLC0415

        from .local_store import open_local  # noqa: PLC0415
        from .readiness import StoreReadiness  # noqa: PLC0415

        with (
            open_local(settings.local, demo_recordings=settings.demo) as local,
            watching(local.store, int(settings.environment)) as watch,
        ):
            ready = StoreReadiness(local.store)
            yield Backend(local.key.value, InProcessTransport(local.app()), watch.changes, ready)
    elif settings.api_key is not None:
        yield Backend(settings.api_key.get_secret_value(), None)
    else:
        raise SettingsError("Neither a key nor a local store is configured.")


@asynccontextmanager
async def open_api(settings: Settings) -> AsyncGenerator[ApiClient]:
    """Open the backend and a client of it for the block, for commands that are no servers.

    Raises:
        StoreError, SettingsError: see `open_backend`.
    """
    with open_backend(settings) as backend:
        async with open_client(
            origin=settings.origin,
            api_key=backend.api_key,
            prefix=settings.prefix,
            environment=settings.environment,
            transport=backend.transport,
        ) as api:
            yield api
