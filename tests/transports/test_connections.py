"""Connections whose clients send too slowly or read nothing end, and make room for others."""

import json
from collections.abc import AsyncGenerator
from typing import cast

import anyio
import anyio.lowlevel
import httpx2
import pytest
from inline_snapshot import snapshot
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from replay_mcp.cli import sockets
from replay_mcp.cli.web_server import WebServer
from replay_mcp.limits import SocketLimits
from replay_mcp.transports.connections import BoundedConnection

from .listening import PATIENCE, connected, listening, post, received

pytestmark = pytest.mark.anyio
QUICK = SocketLimits(request_seconds=0.3, unread_seconds=0.3, connections=3)
FEW = SocketLimits(connections=3)


async def read_body(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that reads the body and says hello."""
    while (message := await receive())["type"] == "http.request" and message["more_body"]:
        pass
    if message["type"] == "http.request":
        await PlainTextResponse("hello")(scope, receive, send)


HALF_SENT = {
    "nothing": b"",
    "half a header": b"POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    "half a body": post("/", b"[", length=9),
    "half a second request": post("/", b"[]") + b"GET / HT",
}


@pytest.mark.parametrize("sent", HALF_SENT.values(), ids=HALF_SENT)
async def test_a_request_that_does_not_arrive_in_time_is_refused(sent: bytes) -> None:
    async with listening(read_body, QUICK, lifespan="off") as origin, connected(origin, sent) as stream:
        head, _, body = (await received(stream)).rpartition(b"\r\n\r\n")
    assert b"HTTP/1.1 408 Request Timeout\r\n" in head
    assert b"\r\nconnection: close" in head.lower()
    assert json.loads(body) == snapshot(
        {
            "jsonrpc": "2.0",
            "id": None,
            "error": {"code": -32600, "message": "The request took longer than 0.3 seconds to arrive."},
        }
    )


async def test_the_time_of_a_request_begins_after_the_previous_response() -> None:
    listener = sockets.listen("127.0.0.1", 0)
    web = WebServer(read_body, FEW, lifespan="off")
    since: list[float | None] = []
    async with anyio.create_task_group() as tasks, httpx2.AsyncClient(timeout=PATIENCE) as http:
        tasks.start_soon(web.serve, [listener])
        for _ in range(5):
            await http.post(sockets.origin(listener), content=b"[]")
            [connection] = web.server_state.connections
            since.append(cast("BoundedConnection", connection).waiting_since)
        web.should_exit = True
    assert len(set(since)) == 5


async def test_a_large_header_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    async with listening(read_body, lifespan="off") as origin:
        async with connected(origin, b"GET / HTTP/1.1\r\nX-Large: " + b"hidden" * 100_000) as stream:
            assert (await received(stream)).startswith(b"HTTP/1.1 400 ")
    assert "hidden" not in caplog.text


async def test_a_connection_whose_client_reads_nothing_is_closed() -> None:
    ended = anyio.Event()

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        async def pieces() -> AsyncGenerator[bytes]:
            while True:
                await anyio.lowlevel.checkpoint()
                yield b"x" * 65_536

        try:
            await StreamingResponse(pieces())(scope, receive, send)
        finally:
            ended.set()

    async with (
        listening(endless, QUICK, lifespan="off") as origin,
        connected(origin, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    ):
        with anyio.fail_after(PATIENCE):
            await ended.wait()


async def test_a_new_connection_takes_the_place_of_the_one_that_waited_longest() -> None:
    async with listening(read_body, FEW, lifespan="off") as origin:
        async with connected(origin) as first, connected(origin) as second, connected(origin):
            async with httpx2.AsyncClient() as http:
                assert (await http.get(origin)).text == "hello"
            assert await received(first) == b""
            await second.send(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert b"hello" in await received(second)


async def test_connections_in_use_are_kept_and_another_is_refused() -> None:
    arrived, arrive = anyio.create_memory_object_stream[None](10)

    async def stalled(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, send
        await receive()
        await arrived.send(None)
        await receive()  # until the client leaves

    used = post("/", b"[]")
    async with arrived, arrive, listening(stalled, FEW, lifespan="off") as origin:
        async with connected(origin, used), connected(origin, used), connected(origin, used):
            for _ in range(3):
                await arrive.receive()
            async with httpx2.AsyncClient(timeout=PATIENCE) as http:
                refused = await http.get(origin)
    assert (refused.status_code, refused.headers["retry-after"], refused.json()["error"]["message"]) == snapshot(
        (503, "5", "The server is at its limit of 3 connections. Try again in a few seconds.")
    )
