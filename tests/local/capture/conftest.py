"""The server of `replay-mcp local` in process, and a client that stands for a web page."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import httpx2
import pytest

from replay_mcp.local.app import LocalApi
from replay_mcp.local.capture.app import CaptureApp
from replay_mcp.local.capture.assets import Assets
from replay_mcp.local.capture.status import StatusPage
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import NewKey
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.database import Store
from replay_mcp.local.store.limits import Limits
from tests.conftest import Local
from tests.seeding import NOW

DEFAULT_LIMITS = Limits()
ORIGIN = "http://localhost:8765"


@dataclass
class Time:
    """A clock in epoch milliseconds that a test moves."""

    ms: int = to_ms(NOW)

    def __call__(self) -> int:
        return self.ms


@dataclass
class Recorder(Local):
    """A server that accepts recordings; `http` sends the API's first key, `page` sends none, like a web page."""

    capture: CaptureApp
    page: httpx2.AsyncClient
    token: str
    time: Time

    def other_environment(self) -> str:
        """Create environment 2; return its project token."""
        self.client(NewKey("bo@other.example", 2, ("*",)))
        with self.store.connection() as db:
            team = accounts.find_team(db, 2)
        assert team is not None
        return team.api_token


Record: TypeAlias = Callable[..., AbstractAsyncContextManager[Recorder]]


@pytest.fixture
def record(store: Store) -> Record:
    """A function that opens a server; options are `limits`, `public` and `posthog_js`, a directory."""

    @asynccontextmanager
    async def record(
        *, limits: Limits = DEFAULT_LIMITS, public: bool = False, posthog_js: Path | None = None
    ) -> AsyncGenerator[Recorder]:
        time, assets = Time(), Assets(posthog_js)
        api = LocalApi(store, clock=time)
        status = StatusPage(store, origin=ORIGIN, connect="claude mcp add <replay>", posthog_js=assets, public=public)
        app = CaptureApp(api, store, status=status, limits=limits, posthog_js=assets, clock=time)
        with store.connection() as db:
            key, team = accounts.first_key(db).value, accounts.list_teams(db)[0]
        async with client(app, {"Authorization": f"Bearer {key}"}) as http, client(app, {}) as page:
            yield Recorder(store, api, http, app, page, team.api_token, time)

    return record


def client(app: Any, headers: dict[str, str]) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=ORIGIN, headers=headers)


@pytest.fixture
async def local(record: Record) -> AsyncIterator[Recorder]:
    """A server with default limits, without files of posthog-js."""
    async with record() as recorder:
        yield recorder
