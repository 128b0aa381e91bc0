"""One client on a pair of pipes: every line is answered, eras can be switched, and calls end."""

import asyncio
import json
import os
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from inline_snapshot import snapshot

from replay_mcp.server.app import ReplayServer
from replay_mcp.server.listed_tools import listed_tools
from replay_mcp.transports.messages import MESSAGE_LIMIT
from replay_mcp.transports.stdio import serve_stdio
from tests.faults import Fault, Faults

from .wire import ENVELOPE, INITIALIZE, INITIALIZED, MALFORMED_ANSWERS, discover, line, request

pytestmark = pytest.mark.anyio
TOOLS = sum(tool.view != "app" for tool in listed_tools())


class Pipes:
    """The client's ends of the pipes."""

    def __init__(self, stdin: int, reader: asyncio.StreamReader) -> None:
        self._stdin: int | None = stdin
        self._reader = reader

    def send(self, *messages: dict[str, Any] | bytes) -> None:
        """Write all messages at once."""
        self.write(b"".join(map(line, messages)))

    def write(self, data: bytes) -> None:
        assert self._stdin is not None
        assert os.write(self._stdin, data) == len(data)

    async def send_long(self, data: bytes) -> None:
        """Write more than a pipe holds."""
        assert self._stdin is not None
        await asyncio.to_thread(_write_all, self._stdin, data)

    def close(self) -> None:
        if self._stdin is not None:
            os.close(self._stdin)
        self._stdin = None

    async def receive(self) -> dict[str, Any]:
        with anyio.fail_after(60):
            received = await self._reader.readline()
        assert received.endswith(b"\n"), "the server closed its side"
        return json.loads(received)

    async def answer(self, id: object) -> dict[str, Any]:
        """The answer with this id; skip others."""
        while (message := await self.receive()).get("id") != id or "method" in message:
            pass
        return message

    async def ask(self, id: int | str, method: str, **params: Any) -> dict[str, Any]:
        self.send(request(id, method, **params))
        return await self.answer(id)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


@asynccontextmanager
async def served(server: ReplayServer, *, blocking: bool = True) -> AsyncGenerator[Pipes]:
    """A server on pipes. At the end of the block the client closes them, and the server must end by itself."""
    (server_in, client_out), (client_in, server_out) = os.pipe(), os.pipe()
    os.set_blocking(server_in, blocking)
    os.set_blocking(server_out, blocking)
    reader = asyncio.StreamReader(limit=2**24)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(client_in, "rb")
    )
    pipes = Pipes(client_out, reader)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(serve_stdio, server.serve, server_in, server_out)
        yield pipes
        pipes.close()
    transport.close()
    os.close(server_in)
    os.close(server_out)


@asynccontextmanager
async def initialized(server: ReplayServer) -> AsyncGenerator[Pipes]:
    async with served(server) as pipes:
        pipes.send(INITIALIZE, INITIALIZED)
        await pipes.answer("init")
        yield pipes


BAD_LINES = {
    "invalid UTF-8": b'{"jsonrpc":"2.0","id":1,"method":"\xff"}',
    "a lone surrogate": b'{"jsonrpc":"2.0","id":"one","method":"ping","params":{"text":"\\ud800"}}',
    "too deep": b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"text":' + b"[" * 250 + b"]" * 250 + b"}}",
    "half a message": b'{"jsonrpc":"2.0","id":1,"meth',
    "no JSON": b"hello",
    "a batch": b'[{"jsonrpc":"2.0","id":1,"method":"ping"}]',
    "no method": b'{"jsonrpc":"2.0","id":1}',
    "an id that is none": b'{"jsonrpc":"2.0","id":1.5,"method":"ping"}',
    "a response to nothing": b'{"jsonrpc":"2.0","id":1,"result":[]}',
}


@pytest.mark.parametrize("opened", [True, False])
async def test_every_bad_line_is_answered_and_the_next_request_is_served(server: ReplayServer, opened: bool) -> None:
    answers: dict[str, tuple[object, int]] = {}
    async with initialized(server) if opened else served(server) as pipes:
        for name, bad in BAD_LINES.items():
            pipes.send(bad, b"", b" \t\r")
            answer = await pipes.receive()
            answers[name] = answer["id"], answer["error"]["code"]
        assert (await pipes.ask(2, "ping"))["result"] == {}
    assert answers == snapshot(
        {
            "invalid UTF-8": (1, -32700),
            "a lone surrogate": ("one", -32700),
            "too deep": (1, -32700),
            "half a message": (1, -32700),
            "no JSON": (None, -32700),
            "a batch": (None, -32600),
            "no method": (1, -32600),
            "an id that is none": (None, -32600),
            "a response to nothing": (None, -32600),
        }
    )


async def test_a_line_over_the_limit_is_answered_and_discarded(server: ReplayServer) -> None:
    async with initialized(server) as pipes:
        long = request(7, "ping", text="x" * MESSAGE_LIMIT)
        await pipes.send_long(line(long) + line(request(8, "ping")))
        assert await pipes.answer(7) == snapshot(
            {
                "jsonrpc": "2.0",
                "id": 7,
                "error": {"code": -32700, "message": "Parse error: the message is longer than 4194304 bytes"},
            }
        )
        assert (await pipes.answer(8))["result"] == {}


async def test_the_longest_line_is_served(server: ReplayServer) -> None:
    async with initialized(server) as pipes:
        empty = len(json.dumps(request(7, "ping", text="")))
        await pipes.send_long(line(request(7, "ping", text="x" * (MESSAGE_LIMIT - empty))))
        assert (await pipes.answer(7))["result"] == {}


async def test_the_last_line_needs_no_newline(server: ReplayServer) -> None:
    async with initialized(server) as pipes:
        pipes.write(json.dumps(request(1, "tools/list")).encode())
        pipes.close()
        assert len((await pipes.answer(1))["result"]["tools"]) == TOOLS


async def test_an_incomplete_last_line_is_a_parse_error(server: ReplayServer) -> None:
    async with initialized(server) as pipes:
        pipes.write(b'{"jsonrpc":"2.0","id":1,"method":"tools/li')
        pipes.close()
        answer = await pipes.answer(1)
    assert answer["error"]["code"] == -32700


async def test_requests_before_the_end_of_input_are_answered_if_they_finish_soon(
    server: ReplayServer, faults: Faults
) -> None:
    faults.then(Fault(stall=True))
    async with initialized(server) as pipes:
        pipes.send(request(1, "tools/call", name="session-recording-get", arguments={"id": "s1"}))
        await faults.stalled.wait()
        pipes.close()
        answer = await pipes.answer(1)
    assert answer["error"]["message"] == "Connection closed"
    assert faults.stall_ended.is_set()


async def test_a_client_that_stops_reading_ends_the_server(server: ReplayServer) -> None:
    (server_in, client_out), (client_in, server_out) = os.pipe(), os.pipe()
    os.close(client_in)
    os.write(client_out, line(request(1, "ping")))
    with anyio.fail_after(60):
        await serve_stdio(server.serve, server_in, server_out)
    for descriptor in (server_in, client_out, server_out):
        os.close(descriptor)


async def test_non_blocking_pipes_lose_nothing(server: ReplayServer) -> None:
    async with served(server, blocking=False) as pipes:
        pipes.send(INITIALIZE, INITIALIZED)
        await pipes.answer("init")
        pipes.send(*(request(id, "tools/list") for id in range(40)))  # more than the pipe holds
        tools = [len((await pipes.answer(id))["result"]["tools"]) for id in range(40)]
    assert tools == [TOOLS] * 40


async def test_files_and_sockets_work_as_well_as_pipes(server: ReplayServer, tmp_path: Path) -> None:
    asked, answered = tmp_path / "asked", tmp_path / "answered"
    asked.write_bytes(line(INITIALIZE) + line(INITIALIZED) + line(request(1, "ping")))
    with asked.open("rb") as stdin, answered.open("wb") as stdout:
        await serve_stdio(server.serve, stdin.fileno(), stdout.fileno())
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(asked.read_bytes())
        ours.shutdown(socket.SHUT_WR)
        await serve_stdio(server.serve, theirs.fileno(), theirs.fileno())
        by_socket = ours.recv(2**20)
    ids = [[json.loads(answer)["id"] for answer in lines.splitlines()] for lines in (answered.read_bytes(), by_socket)]
    assert ids == [["init", 1], ["init", 1]]


async def test_a_discovery_followed_by_an_initialize_is_not_answered(server: ReplayServer) -> None:
    async with served(server) as pipes:
        pipes.send(discover(0), INITIALIZE, INITIALIZED, request(1, "tools/list"))
        opened = await pipes.receive()
        listed = await pipes.receive()
    assert (opened["id"], opened["result"]["protocolVersion"]) == ("init", "2025-11-25")
    assert (listed["id"], len(listed["result"]["tools"])) == (1, TOOLS)


@pytest.mark.parametrize("read_first", [True, False])
async def test_an_initialize_after_a_discovery_starts_the_older_era(server: ReplayServer, read_first: bool) -> None:
    async with served(server) as pipes:
        pipes.send(discover(0))
        if read_first:
            assert (await pipes.answer(0))["result"]["supportedVersions"] == ["2026-07-28"]
        pipes.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 0}})
        pipes.send(INITIALIZE)
        assert (await pipes.answer("init"))["result"]["protocolVersion"] == "2025-11-25"
        pipes.send(INITIALIZED)
        assert len((await pipes.ask(1, "tools/list"))["result"]["tools"]) == TOOLS
        assert (await pipes.ask(2, "tools/list", _meta=ENVELOPE))["error"]["code"] == -32600


async def test_any_other_request_fixes_the_era(server: ReplayServer) -> None:
    async with served(server) as pipes:
        pipes.send(discover(0))
        await pipes.answer(0)
        assert len((await pipes.ask(1, "tools/list", _meta=ENVELOPE))["result"]["tools"]) == TOOLS
        pipes.send(INITIALIZE)
        assert (await pipes.answer("init"))["error"]["code"] == -32022


ANSWERS_WITHOUT_AN_ID = {
    "an id of the wrong type": b'{"jsonrpc":"2.0","id":[1],"result":{"action":"accept","content":{"confirm":true}}}',
    "an error without an id": b'{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}',
}
ANSWERS = MALFORMED_ANSWERS | ANSWERS_WITHOUT_AN_ID


@pytest.mark.parametrize("malformed", ANSWERS.values(), ids=ANSWERS)
async def test_a_malformed_answer_to_a_confirmation_ends_the_call(server: ReplayServer, malformed: bytes) -> None:
    call = request(1, "tools/call", name="session-recording-delete", arguments={"ids": ["s1"]})
    async with initialized(server) as pipes:
        pipes.send(call)
        question = await pipes.receive()
        assert question["method"] == "elicitation/create"
        await pipes.send_long(line(malformed.replace(b"ID", str(question["id"]).encode())))
        refused = json.loads((await pipes.receive())["result"]["content"][0]["text"])["error"]
        pipes.send(call | {"id": 2})
        question = await pipes.receive()
        accepted = {"action": "accept", "content": {"confirm": True}}
        pipes.send({"jsonrpc": "2.0", "id": str(question["id"]), "result": accepted})
        done = await pipes.answer(2)
    assert refused == snapshot(
        {
            "kind": "not_confirmed",
            "what": "session-recording-delete failed",
            "why": "The MCP client's answer to the confirmation cannot be read, so nothing was confirmed.",
            "next": "Ask the person, then try again.",
        }
    )
    assert done["result"]["structuredContent"] == {"complete": True, "done": ["s1"]}


MODERN_ANSWERS: dict[str, Any] = {
    "another action": {"confirm": {"action": "maybe"}},
    "no action": {"confirm": {}},
    "content that is a list": {"confirm": {"action": "accept", "content": [True]}},
    "content that is no form": {"confirm": {"action": "accept", "content": {"confirm": {"a": 1}}}},
    "the answer to another question": {"confirm": {"roots": []}},
    "text": {"confirm": "yes"},
    "a list": ["yes"],
}


async def test_a_call_repeated_with_a_malformed_answer_is_answered(server: ReplayServer) -> None:
    capabilities: dict[str, Any] = {"io.modelcontextprotocol/clientCapabilities": {"elicitation": {}}}
    call: dict[str, Any] = {
        "name": "session-recording-delete",
        "arguments": {"ids": ["s1"]},
        "_meta": ENVELOPE | capabilities,
    }
    outcomes: dict[str, object] = {}
    async with served(server) as pipes:
        call["requestState"] = (await pipes.ask("asked", "tools/call", **call))["result"]["requestState"]
        for name, malformed in MODERN_ANSWERS.items():
            answer = await pipes.ask(name, "tools/call", **call, inputResponses=malformed)
            result = answer.get("result")
            outcomes[name] = (
                json.loads(result["content"][0]["text"])["error"]["kind"] if result else answer["error"]["code"]
            )
        accepted = {"confirm": {"action": "accept", "content": {"confirm": True}}}
        done = (await pipes.ask("done", "tools/call", **call, inputResponses=accepted))["result"]
    assert outcomes == snapshot(
        {
            "another action": -32602,
            "no action": -32602,
            "content that is a list": -32602,
            "content that is no form": -32602,
            "the answer to another question": "not_confirmed",
            "text": -32602,
            "a list": -32602,
        }
    )
    assert done["structuredContent"] == {"complete": True, "done": ["s1"]}
