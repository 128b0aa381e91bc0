"""Fixtures for all tests: a local API with a fixed clock, HTTP clients with its keys, and MCP clients of a server on it."""

import gc
import os
import signal
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile, disk_usage
from typing import Any

import httpx2
import pytest
import stamina
from hypothesis import HealthCheck, settings
from mcp import Client
from mcp.client.extension import ClientExtension
from mcp.types import ElicitRequestParams, ElicitResult

from replay_mcp.client.in_process import InProcessTransport
from replay_mcp.local.app import LocalApi
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import NewKey
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.database import Store
from replay_mcp.server.app import open_server
from replay_mcp.settings import CLOUD_HOSTS, Settings
from replay_mcp.timing import Timing
from tests.agent import Agent, Connect
from tests.examples import THOROUGH
from tests.faults import Faults
from tests.seeding import NOW, checkout, record

BASE_URL = "http://replay.test"
LONGEST_BYTES_IN_ID = 15

for name in [name for name in os.environ if name.startswith(("POSTHOG_", "REPLAY_MCP_"))]:
    del os.environ[name]  # the developer's own configuration must not reach the tests

MEMORY = Path("/dev/shm")
if MEMORY.is_dir() and disk_usage(MEMORY).free > 2**31:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))  # thousands of small stores are written and removed

# Under a background shell, which ignores Ctrl+C, the servers that tests interrupt would ignore it as well.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Examples are the same in every run, and a busy machine fails no test. `--hypothesis-profile` selects longer runs:
# .ci/full tries more of the same examples, and many new ones.
settings.register_profile(
    "quick", max_examples=16, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=THOROUGH)
settings.register_profile("full", settings.get_profile("quick"), max_examples=2_000, derandomize=False, print_blob=True)
settings.load_profile("quick")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long bytes by their argument: gzip writes the time into them, and workers must collect the same ids."""
    return argname if isinstance(val, bytes) and len(val) > LONGEST_BYTES_IN_ID else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the garbage collector off test modules and cases, which live to the end, and let it run less often."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        gc.enable()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def new_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store with its first account, created at `NOW`: a copy takes a tenth of the time of the migrations."""
    path = tmp_path_factory.mktemp("template") / "replay.sqlite"
    with Store.open(path) as store, store.connection() as db:
        accounts.ensure_first_account(db, to_ms(NOW))
    return path


@pytest.fixture
def store(new_store: Path, tmp_path: Path) -> Iterator[Store]:
    """A fresh store with its first account. A copy of a closed store needs none of the checks of `Store.open`."""
    with Store(copyfile(new_store, tmp_path / "replay.sqlite")) as store:
        yield store


@dataclass
class Local:
    """The local API in process; `http` sends the first key, `client(...)` makes clients with other keys."""

    store: Store
    app: LocalApi
    http: httpx2.AsyncClient

    def client(self, new: NewKey | None) -> httpx2.AsyncClient:
        """A client with a new key, or with none."""
        with self.store.connection() as db:
            value = accounts.add_key(db, new, to_ms(NOW)).value if new else None
        return http_client(self.app, value)


def http_client(app: LocalApi, key: str | None) -> httpx2.AsyncClient:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=BASE_URL, headers=headers)


@pytest.fixture
async def local(store: Store) -> AsyncIterator[Local]:
    app = LocalApi(store, clock=lambda: to_ms(NOW))
    with store.connection() as db:
        key = accounts.first_key(db).value
    async with http_client(app, key) as http:
        yield Local(store, app, http)


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A TCP port on which nothing listens; the test holds it, so that nothing can start to."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture(scope="session", autouse=True)
def no_waiting() -> Iterator[None]:
    """Retries happen as in production, without the waits between them."""
    with stamina.set_testing(True, attempts=100, cap=True):
        yield


@pytest.fixture
def faults(local: Local) -> Faults:
    """The local API with faults in front; nothing fails until a test queues a fault."""
    return Faults(local.app)


@pytest.fixture
def connect(local: Local, faults: Faults) -> Connect:
    """A function that opens an agent.

    Options are settings. `mode` is the protocol era, `person` the answer of the person who is asked (None: they close the
    question; a list: one answer for each question), `mute` a client that cannot ask, `timing` overrides the defaults, `audit` takes the audit lines, and `extensions` are those of the client.
    """

    @asynccontextmanager
    async def connect(
        *,
        mode: str = "auto",
        person: bool | dict[str, Any] | list[dict[str, Any]] | None = None,
        mute: bool = False,
        key: str | None = None,
        timing: Timing | None = None,
        audit: Callable[[bytes], object] = len,
        extensions: Sequence[ClientExtension] = (),
        **options: Any,
    ) -> AsyncGenerator[Agent]:
        settings = Settings(
            api_key=None,
            origin=options.pop("origin", CLOUD_HOSTS["us"]),
            environment=options.pop("environment", "1"),
            **options,
        )
        api_key = key or local.http.headers["authorization"].removeprefix("Bearer ")

        async def answer(context: Any, params: ElicitRequestParams) -> ElicitResult:
            del context
            questions.append(params.message)
            if person is None:
                return ElicitResult(action="cancel")
            if isinstance(person, bool):
                return ElicitResult(action="accept", content={"confirm": person})
            content = person[len(questions) - 1] if isinstance(person, list) else person
            return ElicitResult(action="accept", content=content)

        questions: list[str] = []
        async with InProcessTransport(faults) as transport:
            async with open_server(
                settings, api_key=api_key, transport=transport, timing=timing, audit=audit
            ) as server:
                asks = None if mute else answer
                async with Client(server, mode=mode, elicitation_callback=asks, extensions=extensions) as client:
                    yield Agent(client, questions)

    return connect


@pytest.fixture
async def agent(connect: Connect) -> AsyncGenerator[Agent]:
    async with connect() as agent:
        yield agent


@pytest.fixture(scope="module")
async def reader(new_store: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Agent]:
    """An agent that a module's tests share, for tests that only read: the store has the recording `s1` of `checkout`."""
    settings = Settings(api_key=None, origin=CLOUD_HOSTS["us"], environment="1")
    with Store.open(copyfile(new_store, tmp_path_factory.mktemp("read") / "replay.sqlite")) as store:
        with store.connection() as db:
            record(db, "s1", checkout())
            key = accounts.first_key(db).value
        app = LocalApi(store, clock=lambda: to_ms(NOW))
        async with InProcessTransport(app) as transport:
            async with open_server(settings, api_key=key, transport=transport, audit=len) as server:
                async with Client(server) as client:
                    yield Agent(client, [])
