"""Apps served on a local socket, and badly behaved connections to them."""

import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import anyio.abc

from replay_mcp.cli import sockets
from replay_mcp.cli.web_server import WebServer
from replay_mcp.limits import DEFAULT_LIMITS, SocketLimits

PATIENCE = 30
"""Seconds that a busy machine may take."""


@asynccontextmanager
async def listening(app: Any, limits: SocketLimits = DEFAULT_LIMITS, **options: Any) -> AsyncGenerator[str]:
    """Serve the app and yield its origin."""
    listener = sockets.listen("127.0.0.1", 0)
    web = WebServer(app, limits, **options)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(web.serve, [listener])
        try:
            yield sockets.origin(listener)
        finally:
            web.should_exit = True


@asynccontextmanager
async def connected(origin: str, sent: bytes = b"") -> AsyncGenerator[anyio.abc.SocketStream]:
    """Connect, and send some bytes."""
    async with await anyio.connect_tcp("127.0.0.1", int(origin.rpartition(":")[2])) as stream:
        await stream.send(sent)
        yield stream


async def received(stream: anyio.abc.SocketStream) -> bytes:
    """Return everything that the server sends until it closes the connection."""
    data = b""
    with anyio.fail_after(PATIENCE), contextlib.suppress(anyio.EndOfStream, anyio.BrokenResourceError):
        while True:
            data += await stream.receive()
    return data


def post(path: str, body: bytes, *, length: int | None = None, headers: str = "") -> bytes:
    """Build a POST request to MCP whose body may be incomplete."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost:1\r\nContent-Type: application/json\r\n{headers}"
        f"Accept: application/json, text/event-stream\r\nContent-Length: {length or len(body)}\r\n\r\n"
    )
    return head.encode() + body
