"""Every input is parsed as a JSON-RPC message, or as malformed with the error that answers it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from mcp.types import JSONRPCMessage, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

from replay_mcp.transports.messages import (
    MESSAGE_LIMIT,
    Malformed,
    parse_message,
    reject_long_message,
    serialize_message,
)


def summary(parsed: JSONRPCMessage | Malformed) -> tuple[object, ...]:
    if isinstance(parsed, Malformed):
        return parsed.role, parsed.error.id, parsed.error.error.code, parsed.error.error.message
    return (parsed,)


def malformed(data: bytes) -> tuple[object, ...]:
    parsed = parse_message(data)
    assert isinstance(parsed, Malformed)
    return summary(parsed)


def test_messages_are_classified_by_their_members() -> None:
    assert [
        parse_message(data)
        for data in (
            b' {"jsonrpc":"2.0","id":7,"method":"ping"}\r',
            '{"jsonrpc":"2.0","id":"ä","method":"ping","params":{"a":"\\ud83d\\ude00"}}'.encode(),
            b'{"jsonrpc":"2.0","method":"notifications/initialized"}',
            b'{"jsonrpc":"2.0","id":1,"result":{"big":123456789012345678901234567890},"error":null}',
        )
    ] == [
        JSONRPCRequest(jsonrpc="2.0", id=7, method="ping"),
        JSONRPCRequest(jsonrpc="2.0", id="ä", method="ping", params={"a": "\U0001f600"}),
        JSONRPCNotification(jsonrpc="2.0", method="notifications/initialized"),
        JSONRPCResponse(jsonrpc="2.0", id=1, result={"big": 123456789012345678901234567890}),
    ]


def test_input_that_is_not_json_is_a_parse_error_with_any_id_it_contains() -> None:
    deep = b'{"jsonrpc":"2.0","id":0,"method":"x","params":' + b"[" * 300 + b"]" * 300 + b"}"
    assert [
        malformed(data)[:3]
        for data in (
            b'{"jsonrpc":"2.0","id":1,"method":"x","params":{"id":2,"text":"\\ud800"}}',
            b'{"params":{"id":2,"text":"\xff","more":["\\"id\\":3",{"id":4}]},"method":"x","id":"a\\u0062"}',
            deep,
            b'{"jsonrpc":"2.0","id":5,"method":"x","params":{"text":NaN}}',
            b'{"jsonrpc":"2.0", "id" : 6 , "method":"x", "par',
            b'{"jsonrpc":"2.0","id":7',
            b'{"jsonrpc":"2.0","id":8.5,"method":}',
            b'{"jsonrpc":"2.0","id":"\\ud800","method":"x"}',
            b'{"jsonrpc":"2.0","id":9,"method":"x"}{"jsonrpc":"2.0","id":10,"method":"x"}',
            b'{"jsonrpc":"2.0","id":11,"result":{"action":"\xff"}}',
            b'{"jsonrpc":"2.0","id":12,"error":',
            b'[{"id":13,"method":}]',
            b"\xff\xfe\x00",
            b"hello",
        )
    ] == snapshot(
        [
            ("request", 1, -32700),
            ("request", "ab", -32700),
            ("request", 0, -32700),
            ("request", 5, -32700),
            ("request", 6, -32700),
            ("unknown", None, -32700),
            ("request", None, -32700),
            ("request", None, -32700),
            ("request", 9, -32700),
            ("response", 11, -32700),
            ("response", 12, -32700),
            ("unknown", None, -32700),
            ("unknown", None, -32700),
            ("unknown", None, -32700),
        ]
    )


def test_a_parse_error_names_the_position() -> None:
    # Releases of Pydantic differ in whether the column starts at the byte or after it.
    assert str(malformed(b'{"id":1,"text":"\xff"}')[3]).endswith(("at line 1 column 17", "at line 1 column 18"))


def test_json_that_is_not_a_message_is_an_invalid_request() -> None:
    values: list[Any] = [
        [],
        [{"jsonrpc": "2.0", "id": 1, "method": "ping"}],
        {},
        None,
        {"jsonrpc": "2.0", "id": 1},
        {"id": 1, "method": "ping"},
        {"jsonrpc": "1.0", "id": 1, "method": "ping"},
        {"jsonrpc": "2.0", "id": None, "method": "ping"},
        {"jsonrpc": "2.0", "id": 1.5, "method": "ping"},
        {"jsonrpc": "2.0", "id": True, "method": "ping"},
        {"jsonrpc": "2.0", "id": 1, "method": 2},
        {"jsonrpc": "2.0", "id": 1, "method": "ping", "params": [1]},
        {"jsonrpc": "2.0", "method": "notifications/initialized", "params": "none"},
        {"jsonrpc": "2.0", "id": 1, "result": ["accept"]},
        {"jsonrpc": "2.0", "id": 1, "result": None},
        {"jsonrpc": "2.0", "id": 1, "error": "no"},
        {"jsonrpc": "2.0", "result": {}},
    ]
    assert [malformed(json.dumps(value).encode()) for value in values] == snapshot(
        [
            ("unknown", None, -32600, "Invalid request: a message is one JSON object"),
            ("unknown", None, -32600, "Invalid request: a message is one JSON object"),
            ("unknown", None, -32600, "Invalid request: missing or of a wrong type: jsonrpc, method"),
            ("unknown", None, -32600, "Invalid request: a message is one JSON object"),
            ("unknown", 1, -32600, "Invalid request: missing or of a wrong type: method"),
            ("request", 1, -32600, "Invalid request: missing or of a wrong type: jsonrpc"),
            ("request", 1, -32600, "Invalid request: missing or of a wrong type: jsonrpc"),
            ("request", None, -32600, "Invalid request: missing or of a wrong type: id"),
            ("request", None, -32600, "Invalid request: missing or of a wrong type: id"),
            ("request", None, -32600, "Invalid request: missing or of a wrong type: id"),
            ("request", 1, -32600, "Invalid request: missing or of a wrong type: method"),
            ("request", 1, -32600, "Invalid request: missing or of a wrong type: params"),
            ("request", None, -32600, "Invalid request: missing or of a wrong type: params"),
            ("response", 1, -32600, "Invalid request: missing or of a wrong type: result"),
            ("response", 1, -32600, "Invalid request: missing or of a wrong type: result"),
            ("response", 1, -32600, "Invalid request: missing or of a wrong type: error"),
            ("response", None, -32600, "Invalid request: missing or of a wrong type: id"),
        ]
    )


def test_a_message_over_the_limit_is_answered_from_its_start() -> None:
    long = b"x" * MESSAGE_LIMIT
    assert [
        summary(reject_long_message((start + long)[:MESSAGE_LIMIT]))
        for start in (
            b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"',
            b'{"jsonrpc":"2.0","id":2,"result":{"content":"',
            b'{"params":{"id":3,"text":"',
        )
    ] == snapshot(
        [
            ("request", 1, -32700, "Parse error: the message is longer than 4194304 bytes"),
            ("response", 2, -32700, "Parse error: the message is longer than 4194304 bytes"),
            ("request", None, -32700, "Parse error: the message is longer than 4194304 bytes"),
        ]
    )


@pytest.mark.timeout(60)
@pytest.mark.parametrize("unit", [b"[],", b'"', b'"\\', b'"id":', b'{"id":1 ', b'"id":"\\"', b"[", b'"id" ', b"1"])
def test_no_input_takes_more_than_linear_time(unit: bytes) -> None:
    size = 2**18  # quadratic time would take an hour
    assert isinstance(reject_long_message((b"{" + unit * size)[:size]), Malformed)


@given(st.binary() | st.text('{}[]:,"\\ 0idmethodresultnull-').map(str.encode))
def test_every_input_gets_an_answer(data: bytes) -> None:
    parsed = parse_message(data)
    assert not isinstance(parsed, Malformed) or serialize_message(parsed.error).startswith(b'{"jsonrpc":"2.0","id":')


TEXT = st.text(max_size=6)
PARAMS = st.dictionaries(TEXT, st.lists(st.dictionaries(TEXT, TEXT, max_size=2), max_size=2), max_size=2)


@given(id=st.integers(0) | TEXT, params=PARAMS, last=st.booleans())
def test_the_id_of_a_request_is_found_anywhere_in_it(id: int | str, params: dict[str, Any], last: bool) -> None:
    members: list[tuple[str, Any]] = [("id", id), ("jsonrpc", "2.0"), ("method", "x"), ("params", params)]
    text = json.dumps(dict(reversed(members) if last else members)).encode()
    broken = text[:-1] + b',"bad":\xff}'
    assert malformed(broken)[:3] == ("request", id, -32700)


def test_text_that_utf_8_cannot_encode_does_not_break_a_message() -> None:
    assert serialize_message(JSONRPCResponse(jsonrpc="2.0", id=1, result={"text": "half \ud83d of ä"})) == (
        '{"jsonrpc": "2.0", "id": 1, "result": {"text": "half ? of ä"}}\n'.encode()
    )
