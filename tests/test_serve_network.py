"""The server on a network: which clients it admits, how it refuses others, and what it logs."""

import json
import socket
import sys
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import httpx2
import pytest
from inline_snapshot import snapshot
from mcp import Client
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from replay_mcp.cli.local_store import open_local
from tests.commands import run
from tests.seeding import add_recording
from tests.servers import clean_environment, listening_port, serving

pytestmark = pytest.mark.anyio
TOKEN = "ours-Zo7_32.characters/or+more~="
FAR_FUTURE_MS = 4_000_000_000_000
TRANSPORTS = pytest.mark.parametrize("transport", ["http", "sse"])
ERAS = pytest.mark.parametrize("mode", ["auto", "legacy"])
LIST_TOOLS = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
ACCEPT = {"Accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds a store with one recording, and a file with the token."""
    directory = tmp_path_factory.mktemp("network")
    with open_local(directory / "s.sqlite") as local, local.store.connection() as db:
        add_recording(db, "s1", expiry_time=FAR_FUTURE_MS)
    (directory / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    return directory


@dataclass(frozen=True)
class Server:
    """A running server, as a client on this machine reaches it."""

    transport: str
    port: int

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def answer(self, *headers: tuple[str, str], query: str = "") -> httpx2.Response:
        """The answer to the request that opens a connection; only a refusal has its body, as an accepted one may not end."""
        path = f"/mcp{query}" if self.transport == "http" else f"/sse{query}"
        method, body = ("POST", LIST_TOOLS) if self.transport == "http" else ("GET", None)
        sent = [*ACCEPT.items(), *headers]
        async with httpx2.AsyncClient(base_url=self.origin, timeout=60) as http:
            async with http.stream(method, path, json=body, headers=sent) as response:
                if response.status_code == 401:
                    await response.aread()
                return response


@contextmanager
def server(directory: Path, transport: str, *flags: str, **environment: str) -> Generator[Server]:
    log = directory / f"{transport}.log"
    where = [] if environment else ["--local", str(directory / "s.sqlite")]
    arguments = ["serve", "--transport", transport, "--port", "0", *where, *flags]
    with serving(arguments, clean_environment(**environment), log):
        yield Server(transport, listening_port(log))


@pytest.fixture(scope="module")
def http_server(directory: Path) -> Iterator[Server]:
    with server(directory, "http", "--bind", "0.0.0.0", "--auth-token-file", str(directory / "token")) as http_server:
        yield http_server


@pytest.fixture(scope="module")
def sse_server(directory: Path) -> Iterator[Server]:
    with server(directory, "sse", "--bind", "0.0.0.0", "--auth-token-file", str(directory / "token")) as sse_server:
        yield sse_server


@pytest.fixture
def public(transport: str, request: pytest.FixtureRequest) -> Server:
    """A server on all addresses that requires the token."""
    return request.getfixturevalue(f"{transport}_server")


def bearer(token: str) -> tuple[str, str]:
    return "Authorization", f"Bearer {token}"


@asynccontextmanager
async def connected(server: Server, mode: Any, headers: dict[str, str]) -> AsyncGenerator[Client]:
    async with httpx2.AsyncClient(headers=headers) as http:
        target: Any = (
            streamable_http_client(f"{server.origin}/mcp", http_client=http)
            if server.transport == "http"
            else sse_client(f"{server.origin}/sse", headers=headers)
        )
        async with Client(target, mode=mode) as client:
            yield client


# ---- the token ------------------------------------------------------------------------------------------------------


@TRANSPORTS
@ERAS
async def test_a_client_with_the_token_works(public: Server, mode: str) -> None:
    async with connected(public, mode, dict([bearer(TOKEN)])) as client:
        result = await client.call_tool("session-recording-get", {"id": "s1"})
    assert (result.is_error, (result.structured_content or {})["recording"]["id"]) == (False, "s1")


@ERAS
async def test_the_error_for_a_wrong_token_names_the_header_to_send(http_server: Server, mode: str) -> None:
    expected = pytest.RaisesExc(
        MCPError, match="^The bearer token is wrong, or was sent more than once. Send the header "
    )
    with pytest.RaisesGroup(expected, flatten_subgroups=True):
        async with connected(http_server, mode, dict([bearer("x" * 32)])):
            pass


@TRANSPORTS
@pytest.mark.parametrize(
    "authorization", [f"Bearer {TOKEN}", f"bearer {TOKEN}", f"BEARER {TOKEN}", f"Bearer   {TOKEN}"]
)
async def test_the_scheme_before_the_token_may_be_in_any_case(public: Server, authorization: str) -> None:
    assert (await public.answer(("Authorization", authorization))).status_code == 200


NO_TOKEN = {
    "nothing": [],
    "another scheme": [("Authorization", f"Basic {TOKEN}")],
    "the bare token": [("Authorization", TOKEN)],
    "another header": [("X-Authorization", f"Bearer {TOKEN}"), ("Cookie", f"token={TOKEN}"), ("X-Api-Key", TOKEN)],
}
WRONG_TOKEN = {
    "another": [bearer("x" * len(TOKEN))],
    "empty": [("Authorization", "Bearer")],
    "a prefix": [bearer(TOKEN[:-1])],
    "longer": [bearer(f"{TOKEN}=")],
    "another case": [bearer(TOKEN.upper())],
    "quoted": [bearer(f'"{TOKEN}"')],
    "listed": [bearer(f"{TOKEN}, Bearer {TOKEN}")],
    "twice": [bearer(TOKEN), bearer(TOKEN)],
    "two headers": [bearer("x" * 32), bearer(TOKEN)],
    "two schemes": [("Authorization", "Basic eDp5"), bearer(TOKEN)],
}


@TRANSPORTS
async def test_without_a_token_the_answer_is_a_challenge(public: Server) -> None:
    answers = [await public.answer(*headers) for headers in NO_TOKEN.values()]
    answers.append(await public.answer(query=f"?token={TOKEN}&access_token={TOKEN}"))
    responses = [(each.status_code, each.headers["www-authenticate"], each.json()) for each in answers]
    assert responses == [responses[0]] * (len(NO_TOKEN) + 1)
    assert responses[0] == snapshot(
        (
            401,
            'Bearer realm="replay-mcp"',
            {
                "jsonrpc": "2.0",
                "id": None,
                "error": {
                    "code": -32600,
                    "message": "This server needs a bearer token. Send the header `Authorization: Bearer TOKEN`, with the token from the server's --auth-token-file.",
                },
            },
        )
    )


@TRANSPORTS
async def test_a_wrong_token_is_reported_as_invalid(public: Server) -> None:
    answers = [await public.answer(*headers) for headers in WRONG_TOKEN.values()]
    responses = [(each.status_code, each.headers["www-authenticate"], each.json()) for each in answers]
    assert responses == [responses[0]] * len(WRONG_TOKEN)
    assert responses[0] == snapshot(
        (
            401,
            'Bearer realm="replay-mcp", error="invalid_token", error_description="The bearer token is wrong, or was sent more than once."',
            {
                "jsonrpc": "2.0",
                "id": None,
                "error": {
                    "code": -32600,
                    "message": "The bearer token is wrong, or was sent more than once. Send the header `Authorization: Bearer TOKEN`, with the token from the server's --auth-token-file.",
                },
            },
        )
    )


@TRANSPORTS
async def test_a_refusal_is_the_same_for_every_path_method_host_and_origin(public: Server) -> None:
    methods = ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PURGE"]
    paths = [
        "/mcp",
        "/mcp/",
        "/sse",
        "/messages/?session_id=1",
        "/",
        "/nothing",
        "/.well-known/oauth-protected-resource",
    ]
    hosts = ["127.0.0.1", "evil.example"]
    origins = ["http://localhost:1", "https://evil.example"]
    found: set[tuple[Any, ...]] = set()
    async with httpx2.AsyncClient(base_url=public.origin, timeout=60) as http:
        everywhere = product(methods, paths, hosts[:1], origins[:1])
        for method, path, host, origin in [*everywhere, *product(methods[:2], paths[:1], hosts, origins)]:
            headers = [bearer("x" * 32), ("Host", host), ("Origin", origin)]
            response = await http.request(method, path, headers=headers)
            seen = {name: value for name, value in response.headers.items() if name not in ("date", "vary")}
            found.add((response.status_code, tuple(seen.items()), response.text))
    [(status, headers, text)] = found
    assert (
        status,
        dict(headers) | {"content-length": ""},
        "invalid_token" in dict(headers)["www-authenticate"],
    ) == snapshot(
        (
            401,
            {
                "server": "uvicorn",
                "www-authenticate": 'Bearer realm="replay-mcp", error="invalid_token", error_description="The bearer token is wrong, or was sent more than once."',
                "connection": "close",
                "content-length": "",
                "content-type": "application/json",
                "access-control-allow-origin": "*",
                "access-control-expose-headers": "Mcp-Session-Id, Retry-After, WWW-Authenticate",
            },
            True,
        )
    )
    assert "x" * 32 not in text


async def test_a_refusal_does_not_wait_for_the_body_and_closes_the_connection(http_server: Server) -> None:
    head = "POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\nContent-Type: application/json\r\n\r\n"
    with socket.create_connection(("127.0.0.1", http_server.port), timeout=60) as raw:
        raw.sendall(head.encode() + b"[" * 1_000)
        answer = b"".join(iter(lambda: raw.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 401 Unauthorized\r\n")
    assert b"\r\nconnection: close\r\n" in answer
    assert answer.endswith(b"}")


# ---- Host and Origin ------------------------------------------------------------------------------------------------


async def statuses(server: Server, *headers: tuple[str, str]) -> dict[str, int]:
    cases = {
        "loopback": [],
        "loopback origin": [("Origin", f"http://localhost:{server.port}")],
        "named host": [("Host", "replay.example"), ("Origin", "https://replay.example")],
        "foreign host": [("Host", "evil.example")],
        "foreign origin": [("Origin", "https://evil.example")],
    }
    return {name: (await server.answer(*case, *headers)).status_code for name, case in cases.items()}


@TRANSPORTS
async def test_a_public_server_answers_the_token_under_any_host_name(public: Server) -> None:
    assert await statuses(public, bearer(TOKEN)) == {
        "loopback": 200,
        "loopback origin": 200,
        "named host": 200,
        "foreign host": 200,
        "foreign origin": 200,
    }


@pytest.mark.slow
@pytest.mark.parametrize(("transport", "bind"), [("http", "127.0.0.1"), ("sse", "0.0.0.0")])
async def test_foreign_hosts_and_origins_are_refused_even_with_the_token(
    directory: Path, transport: str, bind: str
) -> None:
    flags = ["--bind", bind, "--allowed-host", "replay.example", "--auth-token-file", str(directory / "token")]
    with server(directory, transport, *flags) as checked:
        assert set((await statuses(checked)).values()) == {401}
        assert await statuses(checked, bearer(TOKEN)) == {
            "loopback": 200,
            "loopback origin": 200,
            "named host": 200,
            "foreign host": 421,
            "foreign origin": 403,
        }


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only 127.0.0.1 is there from the start")
async def test_loopback_addresses_need_no_token_and_check_hosts(directory: Path) -> None:
    with server(directory, "http", "--bind", "127.0.0.2") as loopback:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.2:{loopback.port}", headers=ACCEPT) as http:
            own = await http.post("/mcp", json=LIST_TOOLS)
            foreign = await http.post("/mcp", json=LIST_TOOLS, headers={"Host": "evil.example"})
    assert (own.status_code, foreign.status_code) == (200, 421)


# ---- starting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("bind", "more"), [("0.0.0.0", []), ("replay.lan", ["--allowed-host", "replay.example"])])
def test_a_public_address_without_a_token_is_refused_with_advice(directory: Path, bind: str, more: list[str]) -> None:
    ended = run("serve", "--transport", "http", "--bind", bind, *more, "--local", str(directory / "s.sqlite"))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.replace(bind, "ADDRESS").splitlines() == snapshot(
        [
            "--bind ADDRESS needs --auth-token-file: anyone who reaches that address could use this server with its key.",
            "--allowed-host alone is no longer enough, because a client can send any Host header. What to do:",
            '  1. Make a token:         python -c "import secrets; print(secrets.token_urlsafe(32))" > replay-token',
            "  2. Add to this command:  --auth-token-file replay-token",
            "  3. In every client, or in the proxy in front, send the header:  Authorization: Bearer TOKEN",
            "Or leave out --bind: on 127.0.0.1 only this machine reaches the server, and the token is optional.",
        ]
    )


@pytest.mark.parametrize(
    ("flags", "lines"),
    [
        (
            ["--auth-token-file", "TOKEN"],
            snapshot(
                [
                    "--auth-token-file has no effect on stdio, where only the client that starts the server can reach it.",
                    "Leave it out, or choose --transport http.",
                ]
            ),
        ),
        (
            ["--transport", "http", "--auth-token-file", "MISSING"],
            snapshot(
                [
                    "The file 'DIR/missing' of --auth-token-file cannot be read: No such file or directory.",
                    'Create a token file: python -c "import secrets; print(secrets.token_urlsafe(32))" > replay-token',
                ]
            ),
        ),
    ],
)
def test_an_unusable_token_file_is_refused(directory: Path, flags: list[str], lines: list[str]) -> None:
    files = {"TOKEN": str(directory / "token"), "MISSING": str(directory / "missing")}
    arguments = [files.get(flag, flag) for flag in flags]
    ended = run("serve", *arguments, "--local", str(directory / "s.sqlite"))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.replace(str(directory), "DIR").splitlines() == lines


def test_the_posthog_key_is_refused_as_the_token(tmp_path: Path) -> None:
    key = "phx_" + "k" * 40
    (tmp_path / "token").write_text(key, encoding="utf-8")
    ended = run(
        *("serve", "--transport", "http", "--auth-token-file", str(tmp_path / "token")),
        POSTHOG_PERSONAL_API_KEY=key,
        POSTHOG_ENVIRONMENT_ID="1",
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.splitlines() == snapshot(
        [
            "--auth-token-file holds the PostHog key, which every client of this server would then know.",
            'Make a token of its own: python -c "import secrets; print(secrets.token_urlsafe(32))"',
        ]
    )


# ---- logs -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
async def test_logs_hold_no_token(directory: Path) -> None:
    key, wrong = "phx_operators_own_key", "wrong-token-of-somebody"
    flags = ["--bind", "0.0.0.0", "--auth-token-file", str(directory / "token"), "--allowed-host", "replay.example"]
    upstream = {"POSTHOG_HOST": "http://127.0.0.1:9", "POSTHOG_ENVIRONMENT_ID": "1", "POSTHOG_PERSONAL_API_KEY": key}
    with server(directory, "http", *flags, **upstream) as logged:
        for sent in (key, wrong):
            assert (await logged.answer(bearer(sent), ("Host", sent), query=f"?token={sent}")).status_code == 401
        assert (await logged.answer(query=f"?token={TOKEN}")).status_code == 401
        assert (await logged.answer(bearer(TOKEN), ("Host", TOKEN))).status_code == 421
        async with connected(logged, "auto", dict([bearer(TOKEN)])) as client:
            assert (await client.list_tools()).tools
    log = (directory / "http.log").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in log.splitlines()]
    assert [line["message"] for line in lines if line["level"] == "warning"] == snapshot(
        [
            "Refused a request from 127.0.0.1: wrong bearer token",
            "Refused a request from 127.0.0.1: wrong bearer token",
            "Refused a request from 127.0.0.1: no bearer token",
            "Invalid Host header: ***",
        ]
    )
    assert [secret for secret in (TOKEN, key, wrong) if secret in log] == []
