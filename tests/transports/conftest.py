"""A server on the local API, without a transport."""

from collections.abc import AsyncGenerator

import pytest

from replay_mcp.client.in_process import InProcessTransport
from replay_mcp.server.app import ReplayServer, open_server
from replay_mcp.settings import LOCAL_ORIGIN, Settings
from tests.conftest import Local
from tests.faults import Faults
from tests.seeding import add_recording


@pytest.fixture
async def server(local: Local, faults: Faults) -> AsyncGenerator[ReplayServer]:
    """A server on a store with one recording, `s1`."""
    with local.store.connection() as db:
        add_recording(db, "s1")
    settings = Settings(api_key=None, origin=LOCAL_ORIGIN, environment="1")
    key = local.http.headers["authorization"].removeprefix("Bearer ")
    async with (
        InProcessTransport(faults) as transport,
        open_server(settings, api_key=key, transport=transport, recording_changes=list) as it,
    ):
        yield it
