"""The server as a process: every transport, both protocol eras, progress, cancellation, Host checks, logs."""

import json
import subprocess
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import anyio
import anyio.abc
import httpx2
import pytest
from inline_snapshot import snapshot
from mcp import Client, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.client.stdio import stdio_client
from mcp.types import CallToolResult

from replay_mcp.cli.local_store import open_local
from replay_mcp.server.app import open_server
from replay_mcp.settings import LOCAL_ORIGIN, Settings
from tests.agent import Listener, text_of
from tests.commands import run
from tests.seeding import add_item, add_playlist, add_recording
from tests.servers import clean_environment, listening_port, serving

pytestmark = pytest.mark.anyio
FAR_FUTURE_MS = 4_000_000_000_000
TARGETS = pytest.mark.parametrize(
    ("target", "mode"),
    [
        ("stdio", "auto"),
        pytest.param("stdio", "legacy", marks=pytest.mark.full),
        ("sse", "auto"),
        ("sse", "legacy"),
        ("http", "auto"),
        ("http", "legacy"),
    ],
    indirect=["target"],
)

CALLS: list[tuple[str, dict[str, Any]]] = [
    ("session-recording-playlists-list", {"kind": "custom"}),
    ("session-recording-playlist-recordings-list", {"short_id": "aaaaaaaa"}),
    ("session-recording-get", {"id": "s1"}),
    ("session-recording-get", {"id": "s1", "detail": "full"}),
    ("session-recording-get", {"id": "nope"}),
    ("session-recording-get", {"identity": "s1"}),
    ("session-recording-playlist-update", {"short_id": "synthetic-shared", "name": "x"}),
    ("create-session-summaries", {"session_ids": ["nope"]}),
    ("no-such-tool", {}),
]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with 45 recordings that do not expire. Tests add only to the playlist `bbbbbbbb`."""
    path = tmp_path_factory.mktemp("served") / "served.sqlite"
    with open_local(path) as local, local.store.connection() as db:
        for number in range(45):
            add_recording(db, f"s{number}", expiry_time=FAR_FUTURE_MS)
        add_item(db, add_playlist(db, "aaaaaaaa"), "s1")
        add_playlist(db, "bbbbbbbb")
    return path


@contextmanager
def listening(transport: str, path: Path, *arguments: str) -> Generator[str]:
    """A server on a socket: its origin."""
    log = path.with_suffix(f".{transport}")
    flags = ["serve", "--transport", transport, "--port", "0", "--local", str(path), *arguments]
    with serving(flags, clean_environment(), log):
        yield f"http://127.0.0.1:{listening_port(log)}"


@pytest.fixture(scope="module")
def http_origin(path: Path) -> Generator[str]:
    with listening("http", path, "--allowed-host", "replay.example") as origin:
        yield origin


@pytest.fixture(scope="module")
def sse_origin(path: Path) -> Generator[str]:
    with listening("sse", path) as origin:
        yield origin


@pytest.fixture
def target(request: pytest.FixtureRequest, path: Path) -> Any:
    """What an MCP client connects to, over each transport. On stdio it starts its own server."""
    if request.param == "stdio":
        return StdioServerParameters(
            command=sys.executable, args=["-m", "replay_mcp", "--local", str(path)], env=clean_environment()
        )
    origin = request.getfixturevalue(f"{request.param}_origin")
    return f"{origin}/mcp" if request.param == "http" else sse_client(f"{origin}/sse")


def shown(result: CallToolResult) -> dict[str, Any]:
    """A client's result, without fields of its protocol era."""
    return result.model_dump(include={"content", "structured_content", "is_error"}, exclude_none=True)


async def answers(client: Client) -> list[dict[str, Any]]:
    return [shown(await client.call_tool(name, arguments)) for name, arguments in CALLS]


async def in_memory(path: Path, prefix: Any = "environments") -> list[dict[str, Any]]:
    settings = Settings(api_key=None, origin=LOCAL_ORIGIN, environment="1", prefix=prefix)
    with open_local(path) as local:
        transport = httpx2.ASGITransport(app=local.app())
        async with open_server(settings, api_key=local.key.value, transport=transport) as server:
            async with Client(server) as client:
                return await answers(client)


@TARGETS
async def test_every_transport_returns_the_result_of_a_call_in_memory(path: Path, target: Any, mode: str) -> None:
    expected = await in_memory(path)
    async with Client(target, mode=mode) as client:
        assert await answers(client) == expected


async def test_both_prefixes_give_the_same_results(path: Path) -> None:
    assert await in_memory(path, "projects") == await in_memory(path)


@TARGETS
async def test_progress_reaches_the_client(target: Any, mode: str) -> None:
    listener = Listener()
    ids = [f"s{number}" for number in range(45)]
    async with Client(target, mode=mode) as client:
        arguments = {"short_id": "bbbbbbbb", "session_recording_ids": ids}
        result = await client.call_tool(
            "session-recording-playlist-recordings-add", arguments, progress_callback=listener
        )
    assert result.structured_content == {"complete": True, "done": ids}
    assert listener.heard == [(20, 45, "20 of 45: s19"), (40, 45, "40 of 45: s39"), (45, 45, "45 of 45: s44")]


@asynccontextmanager
async def silent_upstream() -> AsyncGenerator[tuple[str, anyio.Event, anyio.Event]]:
    """A host that receives requests and never answers; yields its origin, and events for a request and for its end."""
    asked, left = anyio.Event(), anyio.Event()

    async def handle(stream: anyio.abc.SocketStream) -> None:
        async with stream:
            async for _ in stream:
                asked.set()
            left.set()

    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, handle)
        yield f"http://127.0.0.1:{listener.extra(anyio.abc.SocketAttribute.local_port)}", asked, left
        tasks.cancel_scope.cancel()


@pytest.mark.parametrize(
    ("transport", "mode"),
    [
        ("stdio", "auto"),
        pytest.param("stdio", "legacy", marks=pytest.mark.full),
        pytest.param("http", "auto", marks=pytest.mark.full),
    ],
)
async def test_a_cancelled_call_stops_its_request(tmp_path: Path, transport: str, mode: Any) -> None:
    async with silent_upstream() as (origin, asked, left):
        environment = clean_environment(
            POSTHOG_PERSONAL_API_KEY="phx_test", POSTHOG_HOST=origin, POSTHOG_ENVIRONMENT_ID="1"
        )
        async with upstream_client(transport, environment, mode, tmp_path) as client:
            with anyio.fail_after(30):
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(client.call_tool, "session-recording-get", {"id": "s1"})
                    await asked.wait()
                    tasks.cancel_scope.cancel()
                await left.wait()


def upstream_client(
    transport: str, environment: dict[str, str], mode: Any, directory: Path
) -> AbstractAsyncContextManager[Client]:
    if transport == "stdio":
        return Client(
            StdioServerParameters(command=sys.executable, args=["-m", "replay_mcp"], env=environment), mode=mode
        )

    @asynccontextmanager
    async def over_http() -> AsyncGenerator[Client]:
        log = directory / "log"
        with serving(["serve", "--transport", "http", "--port", "0"], environment, log):
            async with Client(f"http://127.0.0.1:{listening_port(log)}/mcp", mode=mode) as client:
                yield client

    return over_http()


async def test_an_older_client_on_stateless_http_learns_what_it_cannot_do(http_origin: str) -> None:
    async with Client(f"{http_origin}/mcp", mode="legacy") as client:
        resources = client.server_capabilities.resources
        result = await client.call_tool("session-recording-delete", {"ids": ["s1"]})
    assert resources is not None
    assert (resources.subscribe, resources.list_changed) == (False, False)
    assert json.loads(text_of(result)) == snapshot(
        {
            "error": {
                "kind": "not_confirmed",
                "what": "session-recording-delete failed",
                "why": "A person must confirm this, but this server is stateless, so it cannot ask over this connection.",
                "next": "Ask the person to start this server with --stateful, to use a client of protocol 2026-07-28, or to do it in the PostHog app.",
            }
        }
    )


LIST_TOOLS = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
ACCEPT = {"Accept": "application/json, text/event-stream"}


async def test_foreign_hosts_and_origins_are_refused(http_origin: str) -> None:
    port = http_origin.rpartition(":")[2]
    async with httpx2.AsyncClient(base_url=http_origin, headers=ACCEPT) as http:

        async def status(**headers: str) -> int:
            return (await http.post("/mcp", json=LIST_TOOLS, headers=headers)).status_code

        assert {
            "loopback": await status(),
            "loopback origin": await status(Origin=f"http://localhost:{port}"),
            "named host": await status(Host="replay.example", Origin="https://replay.example"),
            "foreign host": await status(Host="evil.example"),
            "foreign origin": await status(Origin="https://evil.example"),
        } == snapshot(
            {
                "loopback": 200,
                "loopback origin": 200,
                "named host": 200,
                "foreign host": 421,
                "foreign origin": 403,
            }
        )


async def test_an_older_client_needs_no_session(http_origin: str) -> None:
    async with httpx2.AsyncClient(base_url=http_origin, headers=ACCEPT) as http:
        response = await http.post("/mcp", json=LIST_TOOLS)
    assert '"session-recordings-list"' in response.text


def test_without_a_key_or_a_store_two_lines_name_both_choices() -> None:
    ended = run()
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.splitlines() == snapshot(
        [
            "No PostHog key: set POSTHOG_PERSONAL_API_KEY (or POSTHOG_PERSONAL_API_KEY_FILE) and POSTHOG_ENVIRONMENT_ID.",
            "No account? Start with --local to use the local Replay API; add --demo to put demo recordings into it.",
        ]
    )


def test_a_store_that_cannot_be_opened_is_reported_without_a_traceback(tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"this is no database" * 100)
    ended = run("--local", str(broken))
    assert ended.returncode == 2
    assert ended.stderr.replace(str(broken), "PATH").splitlines() == snapshot(
        [
            "The local store 'PATH' cannot be used: it is not an SQLite file, or its beginning was overwritten.",
            "Restore it from a backup, or name another file with --local PATH and import the recordings again.",
        ]
    )


async def test_logs_are_json_lines_on_stderr_and_hold_no_key(tmp_path: Path) -> None:
    log = tmp_path / "stderr"
    environment = clean_environment(
        POSTHOG_PERSONAL_API_KEY="phx_secretsecret", POSTHOG_HOST="http://127.0.0.1:9", POSTHOG_ENVIRONMENT_ID="1"
    )
    server = StdioServerParameters(command=sys.executable, args=["-m", "replay_mcp"], env=environment)
    with log.open("w") as errors:
        async with Client(stdio_client(server, errlog=errors)) as client:
            result = await client.call_tool("session-recording-get", {"id": "s1"})
    assert result.is_error
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {line["level"] for line in lines} == {"warning"}
    assert "phx_secretsecret" not in log.read_text()


@pytest.mark.slow
async def test_logs_of_a_network_server_hold_neither_the_key_nor_search_terms(tmp_path: Path, path: Path) -> None:
    with open_local(path) as local:
        upstream_key = local.key.value
    log, key = tmp_path / "log", "own-key-without-prefix"
    with serving(
        ["local", "--port", "0", "--local", str(path)], clean_environment(), tmp_path / "upstream"
    ) as upstream:
        assert upstream.stdout is not None
        origin = upstream.stdout.readline().split()[4].rstrip(",")
        for number, secret in enumerate((upstream_key, key)):
            environment = clean_environment(
                POSTHOG_PERSONAL_API_KEY=secret, POSTHOG_HOST=origin, POSTHOG_ENVIRONMENT_ID="1"
            )
            flags = ["serve", "--transport", "http", "--port", "0"]
            with serving(flags, environment, log.with_suffix(f".{number}")):
                endpoint = f"http://127.0.0.1:{listening_port(log.with_suffix(f'.{number}'))}/mcp"
                async with Client(endpoint) as client:
                    await client.call_tool("session-recordings-list", {"visited_url": "searched-for"})
                async with httpx2.AsyncClient() as http:  # the SDK logs a Host header that it refuses
                    await http.post(endpoint, json=LIST_TOOLS, headers={"Host": secret})
    logged = log.with_suffix(".0").read_text() + log.with_suffix(".1").read_text()
    assert logged.count("Invalid Host header: ***") == 2
    assert [text for text in ("searched-for", upstream_key, key) if text in logged] == []


IN_A_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])) % 256)"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_ctrl_c_in_a_terminal_ends_the_server(path: Path) -> None:
    command = [sys.executable, "-c", IN_A_TERMINAL, sys.executable, "-m", "replay_mcp", "--local", str(path)]
    with subprocess.Popen(
        command, env=clean_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            assert "Ctrl+C ends it" in process.stdout.readline()
            # An answer shows that the server reads its stdin; only a line or the end of input ends such a read.
            process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"}) + "\n")
            assert any('"result"' in line for line in process.stdout)
            process.stdin.write("\x03")
            process.stdin.flush()
            assert process.wait(timeout=30) == 130
        finally:
            process.kill()
