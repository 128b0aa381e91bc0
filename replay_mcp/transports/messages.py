"""Parses and serializes JSON-RPC messages. Malformed input becomes an error response."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, cast

from mcp.types import (
    INVALID_REQUEST,
    PARSE_ERROR,
    ErrorData,
    JSONRPCError,
    JSONRPCMessage,
    JSONRPCNotification,
    JSONRPCRequest,
    JSONRPCResponse,
    RequestId,
)
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError, from_json

MESSAGE_LIMIT: Final = 4 * 1024 * 1024
"""Maximum message size in bytes, equal to the SDK's limit for HTTP request bodies."""
_TOO_LONG: Final = f"Parse error: the message is longer than {MESSAGE_LIMIT} bytes"

Role: TypeAlias = Literal["request", "response", "unknown"]


@dataclass(frozen=True, slots=True)
class Malformed:
    """Input that is not a JSON-RPC message.

    Attributes:
        role: the probable kind of message, judged by its members.
        error: the error response, with the id of the input if it has one.
    """

    role: Role
    error: JSONRPCError


def parse_message(data: bytes) -> JSONRPCMessage | Malformed:
    """Parse one message.

    It must be valid UTF-8 and JSON (no lone surrogates, no NaN), nested at most 200 levels deep, and one JSON-RPC 2.0
    message: MCP has no batches.
    """
    try:
        value: Any = from_json(data, allow_inf_nan=False)
    except ValueError as error:
        return _unparsable(data, f"Parse error: {error}")
    if not isinstance(value, dict):
        return Malformed("unknown", _error(None, INVALID_REQUEST, "Invalid request: a message is one JSON object"))
    return _validate(cast("dict[str, Any]", value))


def reject_long_message(start: bytes) -> Malformed:
    """The error response to a message over the limit, given its start."""
    return _unparsable(start, _TOO_LONG)


def serialize_message(message: JSONRPCMessage) -> bytes:
    """The message as one line of UTF-8. Lone surrogates, which UTF-8 cannot encode, become question marks."""
    try:
        text = message.model_dump_json(by_alias=True, exclude_unset=True).encode()
    except PydanticSerializationError:
        value = message.model_dump(by_alias=True, exclude_unset=True)
        text = json.dumps(value, ensure_ascii=False).encode(errors="replace")
    return text + b"\n"


def _validate(value: dict[str, Any]) -> JSONRPCMessage | Malformed:
    # The SDK's union of all messages would accept a request with an invalid id as a notification, and never answer it.
    role = _role(value, has_method=isinstance(value.get("method"), str))
    try:
        if role == "response":
            return (JSONRPCResponse if value.get("error") is None else JSONRPCError).model_validate(value)
        return (JSONRPCRequest if "id" in value else JSONRPCNotification).model_validate(value)
    except ValidationError as error:
        members = ", ".join(sorted({str(detail["loc"][0]) for detail in error.errors(include_input=False)}))
        id = value.get("id")
        known = id if isinstance(id, int | str) and not isinstance(id, bool) else None
        return Malformed(
            role, _error(known, INVALID_REQUEST, f"Invalid request: missing or of a wrong type: {members}")
        )


def _role(members: Collection[str], *, has_method: bool) -> Role:
    if not has_method and ("result" in members or "error" in members):
        return "response"
    return "request" if "method" in members or "params" in members else "unknown"


def _unparsable(data: bytes, why: str) -> Malformed:
    id, members = _scan(data)
    return Malformed(_role(members, has_method="method" in members), _error(id, PARSE_ERROR, why))


def _error(id: RequestId | None, code: int, message: str) -> JSONRPCError:
    return JSONRPCError(jsonrpc="2.0", id=id, error=ErrorData(code=code, message=message))


_STRING: Final = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'
# Strings (one that is cut off extends to the end) and runs of brackets. It matches at every quote and bracket, so the
# scan takes linear time.
_TOKEN: Final = re.compile(_STRING + rb"|[\[{]++|[\]}]++", re.DOTALL)
_COLON: Final = re.compile(rb"\s*+:\s*+")
_ID: Final = re.compile(rb"(-?\d++|" + _STRING + rb")\s*+[,}]", re.DOTALL)
_MEMBERS: Final = {f'"{name}"'.encode(): name for name in ("id", "method", "params", "result", "error")}


def _scan(data: bytes) -> tuple[RequestId | None, frozenset[str]]:
    """Find the id and the members of an object that is truncated or not valid JSON."""
    members: dict[str, int] = {}  # where their values start
    depth = 0
    for token in _TOKEN.finditer(data):
        match data[token.start()]:
            case 0x7B | 0x5B:  # { or [
                depth += len(token[0])
            case 0x7D | 0x5D:  # } or ]
                depth -= len(token[0])
                if depth <= 0:
                    break
            case _ if depth == 1 and (name := _MEMBERS.get(token[0])) and (colon := _COLON.match(data, token.end())):
                members[name] = colon.end()
            case _:
                pass
    return _id_at(data, members.get("id")), frozenset(members)


def _id_at(data: bytes, start: int | None) -> RequestId | None:
    match = None if start is None else _ID.match(data, start)
    try:
        return from_json(match[1]) if match else None
    except ValueError:
        return None
