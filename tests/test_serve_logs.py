"""Logs of a server on a network do not repeat what clients send, malformed or not."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.sse import sse_client
from mcp.shared.exceptions import MCPError

from replay_mcp.transports.messages import MESSAGE_LIMIT
from tests.servers import clean_environment, listening_port, serving
from tests.transports.wire import ENVELOPE, request

pytestmark = pytest.mark.anyio
HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
MODERN = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "hidden"}
BODIES = {
    "not JSON": b"hidden",
    "cut off": b'{"jsonrpc":"2.0","id":1,"method":"hidden',
    "a batch": b'["hidden"]',
    "a lone surrogate": b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"text":"hidden \\ud800"}}',
    "a wrong type": b'{"jsonrpc":"2.0","id":{"hidden":1},"method":"ping"}',
    "too deep": b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"hidden":' + b"[" * 250 + b"]" * 250 + b"}}",
    "too long": b'{"jsonrpc":"2.0","id":2,"method":"ping","params":{"text":"hidden' + b"x" * MESSAGE_LIMIT + b'"}}',
    "an unknown method": json.dumps(request(3, "hidden", _meta=ENVELOPE)).encode(),
    "a response": b'{"jsonrpc":"2.0","id":4,"result":{"hidden":1}}',
    "a wrong notification": b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":["hidden"]}}',
}


async def post_malformed(url: str) -> dict[str, int]:
    statuses: dict[str, int] = {}
    async with httpx2.AsyncClient(headers=HEADERS, timeout=60) as http:
        for name, body in BODIES.items():
            for headers in ({}, {"Mcp-Session-Id": "hidden"}, MODERN, {"Last-Event-ID": "hidden"}):
                statuses[name] = (await http.post(url, content=body, headers=headers)).status_code
    return statuses


async def call_wrongly(target: Any) -> None:
    async with Client(target, mode="legacy") as client:
        await client.call_tool("hidden", {"hidden": "hidden"})
        await client.call_tool("session-recording-get", {"hidden": "hidden", "id": ["hidden"]})
        for call in (client.read_resource("replay://recordings/hidden"), client.get_prompt("hidden", {"hidden": "1"})):
            with pytest.raises(MCPError):
                await call


@pytest.mark.parametrize("transport", ["sse", pytest.param("http", marks=pytest.mark.full)])
async def test_what_clients_send_is_not_logged(tmp_path: Path, transport: str) -> None:
    log = tmp_path / "log"
    arguments = ["serve", "--transport", transport, "--port", "0", "--local", str(tmp_path / "s.sqlite")]
    with serving(arguments, clean_environment(), log):
        origin = f"http://127.0.0.1:{listening_port(log)}"
        if transport == "http":
            statuses = await post_malformed(f"{origin}/mcp")
            await call_wrongly(f"{origin}/mcp")
        else:
            statuses = await post_malformed(f"{origin}/messages/?session_id=hidden")
            await call_wrongly(sse_client(f"{origin}/sse"))
    assert set(statuses.values()) == ({200, 202, 400, 413} if transport == "http" else {400, 413})
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if "hidden" in json.dumps(line)] == []
    assert {line["message"] for line in lines if line["level"] != "info"} <= {
        "dropped 'notifications/cancelled': malformed params"
    }
