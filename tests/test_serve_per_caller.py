"""`--per-caller-key`: many callers of one server, each with their own key and their own data upstream."""

import json
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copyfile
from typing import Any

import anyio
import httpx2
import pytest
import uvicorn
from inline_snapshot import snapshot
from mcp import Client
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult
from starlette.types import Message, Receive, Scope, Send

from replay_mcp.cli import sockets
from replay_mcp.cli.local_store import LocalStore, open_local
from replay_mcp.limits import CALLS
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import NewKey
from replay_mcp.local.store.clock import now_ms
from replay_mcp.local.store.database import Store
from tests.agent import text_of
from tests.commands import run
from tests.recording import rrweb
from tests.seeding import add_playlist, record
from tests.servers import clean_environment, listening_port, serving

pytestmark = pytest.mark.anyio
CALLERS = 20
FAR_FUTURE_MS = 4_000_000_000_000
ACCEPT = {"Accept": "application/json, text/event-stream"}
ERAS = pytest.mark.parametrize("mode", ["auto", "legacy"])


@dataclass
class Tenant:
    """A local API with one key. Its recording `s1` has the same id as in all tenants, but its own page."""

    name: str
    local: LocalStore
    cookies: set[str] = field(default_factory=set[str])

    @property
    def key(self) -> str:
        return self.local.key.value

    def change_key(self, column: str, value: str) -> None:
        with self.local.store.connection() as db:
            db.execute(f"UPDATE personal_api_key SET {column} = ?", (value,))


class Upstream:
    """Passes a request to the tenant whose key it carries, and sets a cookie that names the tenant."""

    def __init__(self, tenants: list[Tenant]) -> None:
        self._tenants = {tenant.key: (tenant, tenant.local.app()) for tenant in tenants}
        self._unknown = tenants[0]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        key = headers[b"authorization"].decode().removeprefix("Bearer ")
        tenant, app = self._tenants.get(key) or (self._unknown, self._unknown.local.app())
        if cookie := headers.get(b"cookie"):
            tenant.cookies |= set(cookie.decode().split("; "))

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), (b"set-cookie", f"tenant={tenant.name}".encode())]
            await send(message)

        await app(scope, receive, with_cookie)


@dataclass
class Server:
    """A running server and its callers' tenants; the last two are used by one test only."""

    origin: str
    tenants: list[Tenant]
    audit: Path

    @asynccontextmanager
    async def client(self, tenant: Tenant, mode: Any = "auto") -> AsyncGenerator[Client]:
        async with httpx2.AsyncClient(headers=bearer(tenant.key), timeout=60) as http:
            async with Client(streamable_http_client(f"{self.origin}/mcp", http_client=http), mode=mode) as client:
                yield client


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture(scope="module")
async def server(new_store: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Server]:
    """A stateful server with an audit log and a disk cache. At its end, none of what it wrote contains a key."""
    stores, written = tmp_path_factory.mktemp("tenants"), tmp_path_factory.mktemp("written")
    async with AsyncExitStack() as stack:
        tenants = [
            tenant(f"tenant-{number:02}", stack.enter_context(own_store(new_store, stores / f"{number}.sqlite")))
            for number in range(CALLERS + 2)
        ]
        listener = sockets.listen("127.0.0.1", 0)
        environment = clean_environment(
            POSTHOG_HOST=sockets.origin(listener),
            POSTHOG_ENVIRONMENT_ID="1",
            REPLAY_MCP_CACHE=str(written / "cache"),
            REPLAY_MCP_AUDIT=str(written / "audit"),
        )
        upstream = uvicorn.Server(uvicorn.Config(Upstream(tenants), log_config=None, access_log=False, lifespan="off"))
        tasks = await stack.enter_async_context(anyio.create_task_group())
        tasks.start_soon(upstream.serve, [listener])
        arguments = ["serve", "--transport", "http", "--stateful", "--per-caller-key", "--port", "0"]
        with serving(arguments, environment, written / "log"):
            yield Server(f"http://127.0.0.1:{listening_port(written / 'log')}", tenants, written / "audit")
        upstream.should_exit = True
    files = [path for path in written.rglob("*") if path.is_file()]
    assert {"log", "audit"} <= {path.name for path in files}
    texts = [str(path) + path.read_bytes().decode(errors="replace") for path in files]
    assert [tenant.name for tenant in tenants if any(tenant.key in text for text in texts)] == []


@contextmanager
def own_store(new_store: Path, path: Path) -> Generator[LocalStore]:
    """A copy of a new store, with another key."""
    with Store.open(copyfile(new_store, path)) as store, store.connection() as db:
        db.execute("UPDATE personal_api_key SET value = ?", (f"phx_{path.stem:x>32}",))
    with open_local(path) as local:
        yield local


def tenant(name: str, local: LocalStore) -> Tenant:
    lines = rrweb.lines(
        rrweb.meta(0, f"https://shop.example/{name}"),
        rrweb.full(1, rrweb.element(10, "button", name)),
        rrweb.press(900, 10),
    )
    with local.store.connection() as db:
        record(db, "s1", lines, expiry_time=FAR_FUTURE_MS)
        add_playlist(db, "aaaaaaaa", name=f"{name} {local.key.value}")
    return Tenant(name, local)


@pytest.mark.parametrize(("callers", "calls"), [(4, 4), pytest.param(CALLERS, 20, marks=pytest.mark.full)])
async def test_every_answer_belongs_to_its_caller(server: Server, callers: int, calls: int) -> None:
    tenants = server.tenants[:callers]
    answers: dict[str, list[str]] = {tenant.name: [] for tenant in tenants}
    accepted = anyio.CapacityLimiter(CALLS)

    async def call(client: Client, tenant: Tenant, tool: str, **arguments: Any) -> None:
        async with accepted:
            result = await client.call_tool(tool, arguments)
        assert not result.is_error, text_of(result)
        answers[tenant.name].append(text_of(result))

    async def use(tenant: Tenant, mode: str) -> None:
        async with server.client(tenant, mode) as client, anyio.create_task_group() as tasks:
            for number in range(calls):
                if number % 4:
                    tasks.start_soon(call, client, tenant, "session-recording-playlists-list")
                else:
                    tasks.start_soon(lambda: call(client, tenant, "session-recording-timeline", id="s1"))

    for tenant in tenants:  # one after another, so that a shared cache would have the first one's timeline
        async with server.client(tenant) as client:
            await call(client, tenant, "session-recording-timeline", id="s1")
    async with anyio.create_task_group() as tasks:
        for number, tenant in enumerate(tenants):
            tasks.start_soon(use, tenant, ("auto", "legacy")[number % 2])
    names = [tenant.name for tenant in tenants]
    seen = {name: {other for text in texts for other in names if other in text} for name, texts in answers.items()}
    assert {name: len(texts) for name, texts in answers.items()} == dict.fromkeys(names, calls + 1)
    assert all(name in text for name, texts in answers.items() for text in texts)
    assert seen == {name: {name} for name in names}
    assert not any(tenant.key in text for tenant in tenants for texts in answers.values() for text in texts)
    assert all(tenant.cookies <= {f"tenant={tenant.name}"} for tenant in tenants)


@pytest.mark.parametrize(
    ("number", "column", "value", "kind", "status"),
    [(1, "value", "phx_replaced", "unauthenticated", 401), (2, "scoped_teams", "[2]", "forbidden", 403)],
)
async def test_a_cached_timeline_is_not_served_to_a_key_that_lost_access(
    server: Server, number: int, column: str, value: str, kind: str, status: int
) -> None:
    tenant = server.tenants[number]
    async with server.client(tenant) as client:
        assert tenant.name in text_of(await client.call_tool("session-recording-timeline", {"id": "s1"}))
        tenant.change_key(column, value)
        lost = await client.call_tool("session-recording-timeline", {"id": "s1"})
    assert lost.is_error
    assert json.loads(text_of(lost))["error"]["kind"] == kind
    if status == 401:  # the key itself is refused: the client learns it from the next response, and can renew it
        async with httpx2.AsyncClient(base_url=server.origin, headers=ACCEPT | bearer(tenant.key)) as http:
            refused = await http.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
        assert refused.status_code == 401
        assert 'error="invalid_token"' in refused.headers["www-authenticate"]
    async with server.client(server.tenants[0]) as client:
        assert server.tenants[0].name in text_of(await client.call_tool("session-recording-timeline", {"id": "s1"}))


async def test_keys_without_access_to_recordings_get_a_403(server: Server) -> None:
    other_scope, other_environment = server.tenants[CALLERS:]
    other_scope.change_key("scopes", '["session_recording_playlist:read"]')
    other_environment.change_key("scoped_teams", "[2]")
    refused: list[tuple[int, str, str]] = []
    for tenant in (other_scope, other_environment):
        async with httpx2.AsyncClient(base_url=server.origin, headers=ACCEPT | bearer(tenant.key)) as http:
            answer = await http.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
        challenge = answer.headers.get("www-authenticate", "").partition(", ")[2]
        refused.append((answer.status_code, challenge, answer.json()["error"]["message"]))
    assert refused == snapshot(
        [
            (
                403,
                'error="insufficient_scope", scope="query:read session_recording:read session_recording:write session_recording_playlist:read session_recording_playlist:write"',
                "The key lacks the scope session_recording:read.",
            ),
            (403, "", "The key or its owner has no access to this environment (403)."),
        ]
    )


async def test_a_session_works_only_with_the_key_that_opened_it(server: Server) -> None:
    first, second = server.tenants[5:7]
    initialize = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    }
    async with httpx2.AsyncClient(base_url=server.origin, headers=ACCEPT) as http:
        opened = await http.post("/mcp", json=initialize, headers=bearer(first.key))
        session = {"Mcp-Session-Id": opened.headers["mcp-session-id"]}
        listing = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
        statuses = [
            (await http.post("/mcp", json=listing, headers=bearer(tenant.key) | session)).status_code
            for tenant in (second, first)
        ]
    assert statuses == [404, 200]


async def test_audit_lines_tell_callers_apart(server: Server) -> None:
    for tenant in server.tenants[7:9]:
        async with server.client(tenant) as client:
            await client.call_tool("session-recording-update", {"id": "s1", "viewed": True})
    lines = [json.loads(line) for line in server.audit.read_text(encoding="utf-8").splitlines()]
    callers = [line["caller"] for line in lines if line["audit"] == "session-recording-update"]
    assert [len(caller) for caller in callers] == [12, 12]
    assert len(set(callers)) == 2


@pytest.mark.slow
async def test_sse_clients_have_sessions_of_their_own(tmp_path: Path) -> None:
    with open_local(tmp_path / "s.sqlite") as local:
        key = local.key.value
        with local.store.connection() as db:
            other = accounts.add_key(db, NewKey("b@c.example", environment=1, scopes=("*",)), now_ms()).value
        arguments = [
            "serve",
            "--transport",
            "sse",
            "--per-caller-key",
            "--port",
            "0",
            "--local",
            str(tmp_path / "s.sqlite"),
        ]
        with serving(arguments, clean_environment(), tmp_path / "log"):
            origin = f"http://127.0.0.1:{listening_port(tmp_path / 'log')}"
            async with Client(sse_client(f"{origin}/sse", headers=bearer(key)), mode="legacy") as client:
                assert isinstance(await client.call_tool("session-recording-playlists-list", {}), CallToolResult)
            async with httpx2.AsyncClient(base_url=origin) as http:
                async with http.stream("GET", "/sse", headers=bearer(key)) as events:
                    lines = events.aiter_lines()
                    while not (line := await anext(lines)).startswith("data: "):
                        pass
                    message = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
                    url = f"/{line.removeprefix('data: ').removeprefix('./')}"
                    refused = await http.post(url, json=message, headers=bearer(other))
                    accepted = await http.post(url, json=message, headers=bearer(key))
    assert (refused.status_code, accepted.status_code) == (404, 202)


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        (["--transport", "stdio", "--per-caller-key"], "has no effect on stdio"),
        (["--transport", "http", "--per-caller-key", "--auth-token-file", "token"], "cannot be combined"),
        (["--transport", "http", "--per-caller-key", "--bind", "0.0.0.0"], "needs --public-url"),
        (["--transport", "http", "--per-caller-key", "--public-url", "http://a.example"], "must be the server's https"),
        (["--transport", "http", "--per-caller-key", "--public-url", "https://u:p@a.example"], "must be the server's"),
        (["--transport", "http", "--public-url", "https://a.example"], "has no effect without --per-caller-key"),
    ],
)
def test_contradictory_options_are_refused(flags: list[str], why: str) -> None:
    ended = run("serve", *flags, POSTHOG_ENVIRONMENT_ID="1", POSTHOG_PERSONAL_API_KEY="phx_server")
    assert ended.returncode == 2
    assert why in ended.stderr


def test_a_server_whose_audit_log_cannot_be_opened_does_not_start(tmp_path: Path) -> None:
    ended = run(
        *("serve", "--transport", "http", "--per-caller-key", "--port", "0"),
        POSTHOG_ENVIRONMENT_ID="1",
        REPLAY_MCP_AUDIT=str(tmp_path / "missing" / "audit.jsonl"),
    )
    assert (ended.returncode, "cannot be opened (No such file or directory)" in ended.stderr) == (2, True)
