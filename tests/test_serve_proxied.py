"""The server behind a proxy that removes or keeps a path prefix, for probes, and for pages in browsers."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from inline_snapshot import snapshot
from mcp import Client
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client

from tests.servers import clean_environment, listening_port, serving

pytestmark = pytest.mark.anyio
TRANSPORTS = pytest.mark.parametrize("transport", ["http", "sse"])
PREFIX = "/deep/below"
TOKEN = "ours-Zo7_32.characters/or+more~="
PREFLIGHT = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type,mcp-protocol-version",
}


class PrefixProxy(httpx2.AsyncHTTPTransport):
    """Passes on what is requested below `PREFIX`, without it."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.raw_path.decode()
        assert path.startswith(PREFIX), path
        request.url = request.url.copy_with(raw_path=path.removeprefix(PREFIX).encode())
        return await super().handle_async_request(request)


def proxied(
    headers: dict[str, str] | None = None, timeout: httpx2.Timeout | None = None, auth: httpx2.Auth | None = None
) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=PrefixProxy(), headers=headers, timeout=timeout, auth=auth)


@contextmanager
def server(directory: Path, transport: str, *flags: str) -> Generator[str]:
    """A server process: the URL of its endpoint below the proxy's prefix."""
    log = directory / "log"
    arguments = ["serve", "--transport", transport, "--port", "0", "--local", str(directory / "s.sqlite"), *flags]
    with serving(arguments, clean_environment(), log):
        yield f"http://127.0.0.1:{listening_port(log)}{PREFIX}/{'mcp' if transport == 'http' else 'sse'}"


@pytest.fixture(scope="module")
def http_url(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    flags = ("--allowed-host", "app.example", "--root-path", f"{PREFIX}/")
    with server(tmp_path_factory.mktemp("http"), "http", *flags) as url:
        yield url


@pytest.fixture(scope="module")
def sse_url(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    flags = ("--allowed-host", "app.example", "--root-path", PREFIX)
    with server(tmp_path_factory.mktemp("sse"), "sse", *flags) as url:
        yield url


@pytest.fixture(scope="module")
def public_url(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """Of a server on all addresses that asks for the token and accepts any Host."""
    directory = tmp_path_factory.mktemp("public")
    (directory / "token").write_text(TOKEN, encoding="utf-8")
    with server(directory, "http", "--bind", "0.0.0.0", "--auth-token-file", str(directory / "token")) as url:
        yield url


@pytest.fixture
def url(transport: str, request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue(f"{transport}_url")


@TRANSPORTS
@pytest.mark.parametrize("slash", ["", "/"])
async def test_clients_connect_below_a_prefix_with_and_without_a_trailing_slash(
    url: str, transport: str, slash: str
) -> None:
    async with proxied() as http:
        target: Any = (
            streamable_http_client(url + slash, http_client=http)
            if transport == "http"
            else sse_client(url + slash, httpx_client_factory=proxied)
        )
        async with Client(target) as client:
            tools = await client.list_tools()
    assert "session-recordings-list" in {tool.name for tool in tools.tools}


@TRANSPORTS
@pytest.mark.parametrize("slash", ["", "/"])
async def test_clients_connect_below_a_prefix_that_the_proxy_keeps(url: str, transport: str, slash: str) -> None:
    async with Client(url + slash if transport == "http" else sse_client(url + slash)) as client:
        tools = await client.list_tools()
    assert "session-recordings-list" in {tool.name for tool in tools.tools}


@TRANSPORTS
async def test_probes_are_answered_with_and_without_the_prefix(url: str) -> None:
    below = url.rpartition("/")[0]
    above = below.removesuffix(PREFIX)
    async with httpx2.AsyncClient(headers={"Host": "10.0.0.7"}) as http:
        found = {
            (path, (answer := await http.get(f"{base}{path}")).status_code, answer.text)
            for base in (above, below)
            for path in ("/health", "/ready")
        }
    assert sorted(found) == [("/health", 200, '{"status":"ok"}'), ("/ready", 200, '{"status":"ready"}')]


async def test_probes_need_no_token(public_url: str) -> None:
    origin = public_url.removesuffix(f"{PREFIX}/mcp")
    async with httpx2.AsyncClient() as http:
        answers = [await http.request(method, f"{origin}{path}") for method, path in PROBES]
    found = [(each.status_code, each.text if each.status_code == 200 else "") for each in answers]
    assert found == [(200, '{"status":"ok"}'), (200, ""), (401, ""), (401, "")]


PROBES = [("GET", "/health"), ("HEAD", "/ready"), ("POST", "/health"), ("GET", "/health/")]


@TRANSPORTS
async def test_no_path_is_redirected(url: str) -> None:
    async with proxied() as http:
        statuses = [
            (await http.put(each)).status_code
            for each in (f"{url}//", f"{url}/x/", url.rpartition("/")[0] + "/messages", f"{url}x/")
        ]
    assert statuses == [404] * 4


def cors(response: httpx2.Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name.startswith("access-control-")}


@TRANSPORTS
async def test_preflights_without_a_token_succeed_for_the_named_hosts(url: str) -> None:
    origins = [
        "http://localhost:6274",
        "https://app.example",
        "http://app.example:3000",
        "https://evil.example",
        "http://localhost:6274.evil.example",
        "http://localhostx:1",
        "null",
    ]
    async with proxied() as http:
        found = {origin: await http.options(url, headers=PREFLIGHT | {"Origin": origin}) for origin in origins}
    assert {origin: response.status_code for origin, response in found.items()} == snapshot(
        {
            "http://localhost:6274": 400,
            "https://app.example": 200,
            "http://app.example:3000": 200,
            "https://evil.example": 400,
            "http://localhost:6274.evil.example": 400,
            "http://localhostx:1": 400,
            "null": 400,
        }
    )
    assert cors(found["http://app.example:3000"]) == snapshot(
        {
            "access-control-allow-methods": "GET, POST, DELETE",
            "access-control-max-age": "600",
            "access-control-allow-origin": "http://app.example:3000",
            "access-control-allow-headers": "authorization,content-type,mcp-protocol-version",
        }
    )


@TRANSPORTS
async def test_pages_of_the_named_hosts_may_read_answers(url: str) -> None:
    async with proxied() as http:
        found = [
            (await http.post(f"{url}x", headers={"Origin": origin}, json={}))
            for origin in ("https://app.example", "https://evil.example")
        ]
    assert [cors(response).get("access-control-allow-origin") for response in found] == ["https://app.example", None]


async def test_with_a_token_pages_of_any_origin_may_ask_whether_they_may_send_it(public_url: str) -> None:
    async with proxied() as http:
        asked = await http.options(public_url, headers=PREFLIGHT | {"Origin": "https://any.example"})
        refused = await http.post(public_url, headers={"Origin": "https://any.example"}, json={})
    assert [(each.status_code, cors(each)["access-control-allow-origin"]) for each in (asked, refused)] == [
        (200, "*"),
        (401, "*"),
    ]
