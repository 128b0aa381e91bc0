"""Messages that clients post for SSE: a malformed one is refused or ends the call that waits for it, and is not logged."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx2
import pytest
from inline_snapshot import snapshot

from replay_mcp.cli import sockets
from replay_mcp.cli.http_app import http_app
from replay_mcp.cli.serve_options import ServeOptions
from replay_mcp.cli.web_server import WebServer
from replay_mcp.server.app import ReplayServer
from replay_mcp.transports.messages import MESSAGE_LIMIT

from .wire import INITIALIZE, INITIALIZED, MALFORMED_ANSWERS, request

pytestmark = pytest.mark.anyio


class Session:
    """A client of the SSE transport."""

    def __init__(self, http: httpx2.AsyncClient, lines: AsyncIterator[str]) -> None:
        self._http = http
        self._lines = lines
        self._endpoint = ""

    async def open(self) -> None:
        self._endpoint = await self._data()
        await self.post(INITIALIZE)
        assert (await self.receive())["id"] == "init"
        await self.post(INITIALIZED)

    async def post(self, message: dict[str, Any] | bytes) -> httpx2.Response:
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        return await self._http.post(self._endpoint, content=body, headers={"Content-Type": "application/json"})

    async def receive(self) -> dict[str, Any]:
        return json.loads(await self._data())

    async def _data(self) -> str:
        with anyio.fail_after(60):
            async for line in self._lines:
                if line.startswith("data: "):
                    return line.removeprefix("data: ")
        raise AssertionError("the stream ended")


@asynccontextmanager
async def opened(server: ReplayServer) -> AsyncGenerator[Session]:
    listener = sockets.listen("127.0.0.1", 0)
    web = WebServer(http_app(server, ServeOptions("sse", 0, "127.0.0.1", None, []), None))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(web.serve, [listener])
        async with httpx2.AsyncClient(base_url=sockets.origin(listener)) as http, http.stream("GET", "/sse") as events:
            session = Session(http, events.aiter_lines())
            await session.open()
            yield session
        web.should_exit = True


@pytest.mark.parametrize("malformed", MALFORMED_ANSWERS.values(), ids=MALFORMED_ANSWERS)
async def test_a_malformed_answer_to_a_confirmation_ends_the_call(server: ReplayServer, malformed: bytes) -> None:
    async with opened(server) as session:
        await session.post(request(1, "tools/call", name="session-recording-delete", arguments={"ids": ["s1"]}))
        question = await session.receive()
        posted = await session.post(malformed.replace(b"ID", str(question["id"]).encode()))
        refused = await session.receive()
    assert posted.status_code == 202
    assert json.loads(refused["result"]["content"][0]["text"])["error"] == snapshot(
        {
            "kind": "not_confirmed",
            "what": "session-recording-delete failed",
            "why": "The MCP client's answer to the confirmation cannot be read, so nothing was confirmed.",
            "next": "Ask the person, then try again.",
        }
    )


async def test_a_malformed_request_is_refused_and_the_next_one_served(
    server: ReplayServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with opened(server) as session:
        refusals = [
            await session.post(body)
            for body in (
                b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"text":"hidden \\ud800"}}',
                b"hidden",
                b'["hidden"]',
                b'{"jsonrpc":"2.0","id":2,"method":"ping","params":{"text":"hidden' + b"x" * MESSAGE_LIMIT + b'"}}',
            )
        ]
        await session.post(request(3, "ping"))
        assert await session.receive() == {"jsonrpc": "2.0", "id": 3, "result": {}}
    assert [(refusal.status_code, refusal.json()["id"], refusal.json()["error"]["code"]) for refusal in refusals] == (
        snapshot([(400, 1, -32700), (400, None, -32700), (400, None, -32600), (413, 2, -32700)])
    )
    assert "hidden" not in caplog.text
