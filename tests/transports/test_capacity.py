"""Requests, streams and bodies beyond the limits are refused at once, in a form that MCP clients show."""

import gc
import json
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import anyio
import httpx2
import pytest
from inline_snapshot import snapshot
from mcp import Client
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from mcp.shared.message import SessionMessage
from mcp.types import JSONRPCResponse

from replay_mcp.cli.http_app import http_app
from replay_mcp.cli.serve_options import ServeOptions
from replay_mcp.client.in_process import InProcessTransport
from replay_mcp.limits import RECORDINGS_READ, SocketLimits
from replay_mcp.server.app import ReplayServer, open_server
from replay_mcp.server.listed_tools import listed_tools
from replay_mcp.settings import LOCAL_ORIGIN, Settings
from replay_mcp.timing import Timing
from replay_mcp.transports.sse import sse_app
from replay_mcp.workload import Workload
from tests.agent import text_of
from tests.conftest import Local
from tests.faults import Fault, Faults
from tests.seeding import add_recording

from .listening import PATIENCE, connected, listening, post
from .wire import ENVELOPE, request

pytestmark = pytest.mark.anyio
ONE = SocketLimits(requests=1, streams=1, body_bytes=100_000)
GET: dict[str, Any] = {"name": "session-recording-get", "arguments": {"id": "s1"}}
LIST_TOOLS = json.dumps(request(1, "tools/list")).encode()


@asynccontextmanager
async def served(server: ReplayServer, transport: str = "http", limits: SocketLimits = ONE) -> AsyncGenerator[str]:
    options = ServeOptions(transport, 0, "127.0.0.1", None, [])
    async with listening(http_app(server, options, None, limits=limits), limits) as origin:
        yield origin


@asynccontextmanager
async def calling(client: Client, faults: Faults) -> AsyncGenerator[None]:
    """Run a call during the block, and cancel it at the end."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(client.call_tool, GET["name"], GET["arguments"])
        await faults.stalled.wait()
        yield
        tasks.cancel_scope.cancel()


async def test_a_client_shows_that_the_server_has_too_many_requests(server: ReplayServer, faults: Faults) -> None:
    faults.then(Fault(stall=True))
    async with served(server) as origin, Client(f"{origin}/mcp") as client, httpx2.AsyncClient() as http:
        async with calling(client, faults):
            with pytest.raises(MCPError) as shown:
                await client.list_tools()
            refused = await http.post(f"{origin}/mcp", content=LIST_TOOLS)
    assert shown.value.error.message == snapshot(
        "The server is at its limit of 1 requests at the same time. Try again in a few seconds."
    )
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")


async def test_slow_senders_keep_nobody_out(server: ReplayServer) -> None:
    slow = post("/mcp", LIST_TOOLS, length=len(LIST_TOOLS) + 1)
    async with served(server) as origin, connected(origin, slow), connected(origin, slow):
        async with Client(f"{origin}/mcp") as client:
            assert (await client.list_tools()).tools


async def test_large_bodies_together_are_limited_and_small_ones_are_not(server: ReplayServer) -> None:
    large = b"[" * 200_000
    async with served(server) as origin, connected(origin, post("/mcp", large, length=300_000)):
        async with Client(f"{origin}/mcp") as client, httpx2.AsyncClient() as http:
            answers = [await http.post(f"{origin}/mcp", content=large) for _ in range(20)]  # by then it has arrived
            assert answers[-1].json()["error"]["message"] == snapshot(
                "The server is at its limit of 100000 bytes in requests at the same time. Try again in a few seconds."
            )
            assert (await client.list_tools()).tools


LISTEN = json.dumps(request(1, "subscriptions/listen", _meta=ENVELOPE, notifications={"resourcesListChanged": True}))
LISTEN_HEADERS = "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: subscriptions/listen\r\n"
STREAMS = {
    "sse": b"GET /sse HTTP/1.1\r\nHost: localhost:1\r\n\r\n",
    "http": post("/mcp", LISTEN.encode(), headers=LISTEN_HEADERS),
}


@pytest.mark.parametrize("transport", STREAMS)
async def test_streams_are_limited_apart_from_requests(server: ReplayServer, transport: str) -> None:
    async with served(server, transport) as origin, connected(origin, STREAMS[transport]) as first:
        assert (await first.receive()).startswith(b"HTTP/1.1 200 OK")
        async with connected(origin, STREAMS[transport]) as second:
            assert (await second.receive()).startswith(b"HTTP/1.1 503 Service Unavailable")
        async with httpx2.AsyncClient() as http:
            answered = await http.post(f"{origin}/messages/?session_id={'0' * 32}", content=LIST_TOOLS)
        assert answered.status_code == (404 if transport == "http" else 400)


async def test_a_server_without_sessions_opens_no_stream(server: ReplayServer) -> None:
    async with served(server) as origin, httpx2.AsyncClient() as http:
        refused = await http.get(f"{origin}/mcp", headers={"Accept": "text/event-stream"})
    assert (refused.status_code, refused.headers["allow"], refused.json()["error"]["message"]) == snapshot(
        (
            405,
            "POST",
            "This server has no sessions, so there is no stream to open with GET. Send each request with POST.",
        )
    )


@pytest.mark.filterwarnings("ignore:Unclosed:ResourceWarning")  # the SDK leaves a cancelled session's streams open
async def test_a_session_ends_when_its_client_leaves_too_many_messages_unread() -> None:
    sent: list[str] = []

    async def serve(messages: Any, ours: Any) -> None:
        async with messages, ours, anyio.create_task_group() as tasks:
            for id in range(4):
                tasks.start_soon(ours.send, SessionMessage(JSONRPCResponse(jsonrpc="2.0", id=id, result={})))
            await anyio.sleep_forever()

    async def receive() -> Any:
        await anyio.sleep_forever()

    async def send(message: Any) -> None:
        sent.append(message["type"])
        await anyio.sleep_forever()  # the client does not read

    security = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    app = sse_app(serve, security, SocketLimits(unread_messages=3))
    with anyio.fail_after(PATIENCE):
        await app({"type": "http", "method": "GET", "path": "/sse", "headers": [], "query_string": b""}, receive, send)
    assert sent == ["http.response.start"]
    gc.collect()


async def test_a_session_takes_no_more_messages_than_may_wait_for_the_server() -> None:
    answered = anyio.Event()

    async def serve(messages: Any, ours: Any) -> None:
        async with messages, ours:
            await answered.wait()  # the server reads none

    security = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    app = sse_app(serve, security, SocketLimits(waiting_messages=1))
    with anyio.fail_after(PATIENCE):
        async with listening(app) as origin, httpx2.AsyncClient(base_url=origin) as http:
            async with http.stream("GET", "/sse") as session:
                endpoint = [line async for line in _first_event(session)][1].removeprefix("data: ")
                json_type = {"Content-Type": "application/json"}
                answers = [await http.post(endpoint, content=LIST_TOOLS, headers=json_type) for _ in range(2)]
                answered.set()
    assert [answer.status_code for answer in answers] == [202, 503]
    assert (answers[1].headers["retry-after"], answers[1].json()["error"]["message"]) == snapshot(
        ("5", "The session is at its limit of 1 waiting messages. Try again in a few seconds.")
    )


async def _first_event(response: httpx2.Response) -> AsyncGenerator[str]:
    async for line in response.aiter_lines():
        if not line:
            return
        yield line


# ---- calls ----------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def loaded(local: Local, faults: Faults, workload: Workload, timing: Timing) -> AsyncGenerator[Client]:
    """A client of a server with this workload, on a store with one recording."""
    with local.store.connection() as db:
        add_recording(db, "s1")
    settings = Settings(api_key=None, origin=LOCAL_ORIGIN, environment="1")
    key = local.http.headers["authorization"].removeprefix("Bearer ")
    async with InProcessTransport(faults) as transport:
        async with (
            open_server(settings, api_key=key, transport=transport, workload=workload, timing=timing) as server,
            Client(server) as client,
        ):
            yield client


async def test_calls_beyond_the_limit_are_refused_at_once_and_light_requests_are_served(
    local: Local, faults: Faults
) -> None:
    faults.then(Fault(stall=True))
    async with loaded(local, faults, Workload(calls=1), Timing()) as client, calling(client, faults):
        refused = await client.call_tool(GET["name"], GET["arguments"])
        with pytest.raises(MCPError, match=r"^The server is busy with 1 other calls"):
            await client.read_resource("replay://recordings/s1")
        tools = (await client.list_tools()).tools
    assert (refused.is_error, len(tools)) == (True, sum(tool.view != "app" for tool in listed_tools()))
    assert json.loads(text_of(refused))["error"] == snapshot(
        {
            "kind": "busy",
            "what": "session-recording-get 's1' failed",
            "why": "The server is busy with 1 other calls, and did not start this one.",
            "next": "Try again in a few seconds, with fewer calls at the same time.",
        }
    )


async def test_a_call_that_finds_all_readers_busy_ends_in_time_and_light_calls_do_not_wait(
    local: Local, faults: Faults
) -> None:
    workload = Workload()
    async with readers_busy(workload), loaded(local, faults, workload, Timing(deadline=0.3)) as client:
        light = await client.call_tool("session-recording-playlists-list", {"kind": "custom"})
        refused = await client.call_tool("session-recording-timeline", {"id": "s1"})
    assert not light.is_error
    assert json.loads(text_of(refused))["error"] == snapshot(
        {
            "kind": "timeout",
            "what": "session-recording-timeline 's1' failed",
            "why": "This server was busy with other recordings.",
            "next": "Try again in a minute; nothing is wrong with this one.",
        }
    )


@asynccontextmanager
async def readers_busy(workload: Workload) -> AsyncGenerator[None]:
    """Occupy all readers of recordings during the block."""
    async with AsyncExitStack() as reading:
        for number in range(RECORDINGS_READ):
            await workload.recordings.acquire_on_behalf_of(number)
            reading.callback(workload.recordings.release_on_behalf_of, number)
        yield
