"""Messages as clients send them."""

import json
from typing import Any

from replay_mcp.transports.messages import MESSAGE_LIMIT

INITIALIZE: dict[str, Any] = {
    "jsonrpc": "2.0",
    "id": "init",
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {"elicitation": {}},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
INITIALIZED: dict[str, Any] = {"jsonrpc": "2.0", "method": "notifications/initialized"}
ENVELOPE: dict[str, Any] = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
LONG = b"x" * MESSAGE_LIMIT
MALFORMED_ANSWERS: dict[str, bytes] = {
    "a list": b'{"jsonrpc":"2.0","id":ID,"result":["accept"]}',
    "null": b'{"jsonrpc":"2.0","id":ID,"result":null}',
    "an error that is a text": b'{"jsonrpc":"2.0","id":ID,"error":"no"}',
    "nothing": b'{"jsonrpc":"2.0","id":ID}',
    "a lone surrogate": b'{"jsonrpc":"2.0","id":ID,"result":{"action":"accept","content":{"confirm":"\\ud800"}}}',
    "invalid UTF-8": b'{"jsonrpc":"2.0","id":ID,"result":{"action":"\xff"}}',
    "too deep": b'{"jsonrpc":"2.0","id":ID,"result":{"action":' + b"[" * 250 + b"]" * 250 + b"}}",
    "too long": b'{"jsonrpc":"2.0","id":ID,"result":{"action":"accept","content":{"confirm":"' + LONG + b'"}}}',
    "another action": b'{"jsonrpc":"2.0","id":ID,"result":{"action":"maybe"}}',
    "no action": b'{"jsonrpc":"2.0","id":ID,"result":{}}',
    "content that is a list": b'{"jsonrpc":"2.0","id":ID,"result":{"action":"accept","content":[true]}}',
    "content that is not a form": b'{"jsonrpc":"2.0","id":ID,"result":{"action":"accept","content":{"confirm":{"a":1}}}}',
}
"""Answers to the request ID that do not answer a confirmation."""


def request(id: int | str, method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": id, "method": method, "params": params}


def discover(id: int | str) -> dict[str, Any]:
    return request(id, "server/discover", _meta=ENVELOPE)


def line(message: dict[str, Any] | bytes) -> bytes:
    return (message if isinstance(message, bytes) else json.dumps(message).encode()) + b"\n"
