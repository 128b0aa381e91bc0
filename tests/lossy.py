"""The local API behind a TCP socket that loses answers: it resets, closes, stalls, cuts off, or answers like a gateway."""

import socket
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

import anyio
import anyio.abc
import httpx2
from starlette.types import ASGIApp

Loss = Literal["reset", "close", "stall", "cut off", "half a head", "500", "502", "503", "504"]


@dataclass
class LossyServer:
    """Serves an ASGI app over HTTP/1.1 on loopback, and loses the answers to requests of some methods.

    Attributes:
        loss: how answers are lost; None: not at all.
        methods: the methods of requests whose answers are lost.
        handled: whether the app handles a request before its answer is lost.
        and_reads: whether reads get 503 once the answer to a change was lost.
        read_body: a body that all reads get from then on, with status 200.
        requests: `METHOD path` of all requests.
    """

    origin: str
    loss: Loss | None = None
    methods: frozenset[str] = frozenset({"POST", "PATCH", "DELETE"})
    handled: bool = True
    and_reads: bool = False
    read_body: bytes | None = None
    requests: list[str] = field(default_factory=list[str])

    def loss_of(self, method: str) -> Loss | None:
        """How the answer to a request with this method is lost."""
        if method in self.methods:
            return self.loss
        return "503" if self.and_reads and self.writes else None

    @property
    def writes(self) -> list[str]:
        """The requests that change something."""
        return [request for request in self.requests if not request.startswith("GET ")]


@asynccontextmanager
async def lossy_server(app: ASGIApp) -> AsyncGenerator[LossyServer]:
    async with (
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://127.0.0.1") as inner,
        await anyio.create_tcp_listener(local_host="127.0.0.1") as listener,
        anyio.create_task_group() as tasks,
    ):
        server = LossyServer(f"http://127.0.0.1:{listener.extra(anyio.abc.SocketAttribute.local_port)}")

        async def handle(stream: anyio.abc.SocketStream) -> None:
            with suppress(anyio.EndOfStream, anyio.BrokenResourceError):  # the client may leave at any moment
                async with stream:
                    await _serve(stream, server, inner)

        tasks.start_soon(listener.serve, handle)
        yield server
        tasks.cancel_scope.cancel()


async def _serve(stream: anyio.abc.SocketStream, server: LossyServer, inner: httpx2.AsyncClient) -> None:
    method, path, headers, body = await _request(stream)
    server.requests.append(f"{method} {path.partition('?')[0]}")
    if server.read_body is not None and method == "GET" and server.writes:
        await stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(server.read_body) + server.read_body)
        return
    loss = server.loss_of(method)
    answer = b""
    if loss is None or server.handled:
        response = await inner.request(method, path, headers=headers, content=body)
        head = f"HTTP/1.1 {response.status_code} X\r\nContent-Type: application/json\r\nConnection: close\r\n"
        # A status without a body has no length, so it cannot be cut off: give it a length, as proxies do.
        status = "" if response.content else "HTTP/1.1 200 X\r\nConnection: close\r\n"
        answer = f"{status or head}Content-Length: {len(response.content)}\r\n\r\n".encode() + response.content
    match loss:
        case None:
            await stream.send(answer)
        case "reset":
            raw = stream.extra(anyio.abc.SocketAttribute.raw_socket)
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        case "close":
            pass
        case "stall":
            await anyio.sleep_forever()
        case "cut off":
            await stream.send(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"succ')
        case "half a head":
            await stream.send(b"HTTP/1.1 200 OK\r\nContent-Ty")
        case _:
            await stream.send(f"HTTP/1.1 {loss} Bad\r\nContent-Length: 4\r\nConnection: close\r\n\r\noops".encode())


async def _request(stream: anyio.abc.SocketStream) -> tuple[str, str, dict[str, str], bytes]:
    received = b""
    while b"\r\n\r\n" not in received:
        received += await stream.receive()
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += await stream.receive()
    return method, path, headers, body
