"""Bodies in every form that posthog-js sends, the tokens in them, and what is refused."""

import base64
import gzip
import json
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from inline_snapshot import snapshot

from replay_mcp.local.store.limits import Limits
from tests.local.answers import answer, error
from tests.local.capture.conftest import Record, Recorder
from tests.local.capture.posthog_js import (
    PAGE,
    dump,
    expected,
    ids,
    lines_of,
    listed,
    product_event,
    send,
    snapshot_event,
    zipped,
)
from tests.recording.rrweb import click, custom, full, meta

pytestmark = pytest.mark.anyio

CHUNK = meta(0, "https://shop.example/"), full(10, "Hello"), click(1_000)
PATHS = "/s/", "/e/", "/i/v0/e/", "/batch/", "/capture/", "/track/", "/engage/"
OK = 200, {"status": 1}


def base64_form(raw: bytes) -> bytes:
    return b"data=" + quote(base64.b64encode(raw).decode(), safe="").encode()


async def post(local: Recorder, body: bytes, path: str = "/s/", **headers: str) -> httpx2.Response:
    """Post a body as it is; headers such as content_type."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await local.page.post(path, content=body, headers=PAGE | named)


# ---- forms ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
async def test_every_endpoint_accepts_recordings_and_events(local: Recorder, path: str):
    parts = [snapshot_event(*CHUNK, token=local.token), product_event("paid", "u1", token=local.token)]
    assert answer(await send(local.page, parts, path)) == OK
    assert await lines_of(local) == expected(*CHUNK)
    assert await ids(local, events=[{"id": "paid"}]) == ["s1"]


@pytest.mark.parametrize("path", [path.removesuffix("/") for path in PATHS])
async def test_an_endpoint_needs_no_trailing_slash(local: Recorder, path: str):
    assert answer(await send(local.page, snapshot_event(*CHUNK, token=local.token), path)) == OK
    assert await ids(local) == ["s1"]


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        ("application/json", ""),
        ("text/plain", ""),
        ("text/plain;charset=UTF-8", "?ip=0&_=1795168800000&ver=1.449.2"),
        ("application/x-www-form-urlencoded", ""),
        ("application/octet-stream", "?compression=gzip-js"),
        ("", "?beacon=1"),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
async def test_json_and_gzip_are_detected_from_their_content(local: Recorder, kind: str, query: str, pack: Any):
    body = pack(json.dumps(snapshot_event(*CHUNK, token=local.token)).encode())
    assert answer(await post(local, body, f"/s/{query}", content_type=kind)) == OK
    assert await lines_of(local) == expected(*CHUNK)


@pytest.mark.parametrize("coding", ["gzip", "identity", "br"])
async def test_a_content_encoding_makes_no_difference(local: Recorder, coding: str):
    body = zipped(snapshot_event(*CHUNK, token=local.token))
    assert answer(await post(local, body, content_encoding=coding)) == OK
    assert await lines_of(local) == expected(*CHUNK)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("more", [b"", b"&compression=base64"])
async def test_base64_in_a_form_is_read(local: Recorder, pack: Any, more: bytes):
    body = base64_form(pack(json.dumps(snapshot_event(*CHUNK, token=local.token)).encode())) + more
    kind = "application/x-www-form-urlencoded"
    assert answer(await post(local, body, "/e/?compression=base64", content_type=kind)) == OK
    assert await lines_of(local) == expected(*CHUNK)


async def test_json_in_a_form_is_read(local: Recorder):
    body = b"data=" + quote(json.dumps(snapshot_event(*CHUNK, token=local.token))).encode()
    assert answer(await post(local, body, "/e/", content_type="application/x-www-form-urlencoded")) == OK
    assert await lines_of(local) == expected(*CHUNK)


async def test_base64_that_a_form_did_not_escape_is_read(local: Recorder):
    """A plus sign in a form means a space; posthog-js means a plus sign."""
    message = snapshot_event(custom(0, "note", text=">>>???~~~"), token=local.token)
    packed = base64.b64encode(json.dumps(message).encode())
    assert b"+" in packed
    assert answer(await post(local, b"data=" + packed, "/e/")) == OK
    assert (await lines_of(local))[0][1]["data"]["payload"] == {"text": ">>>???~~~"}


async def test_an_event_in_the_url_is_accepted(local: Recorder):
    await send(local.page, snapshot_event(*CHUNK, token=local.token))
    packed = base64.b64encode(json.dumps(product_event("paid", "u1", token=local.token)).encode()).decode()
    assert answer(await local.page.get("/e/", params={"data": packed, "ip": "1"}, headers=PAGE)) == OK
    assert await ids(local, events=[{"id": "paid"}]) == ["s1"]


async def test_a_url_without_an_event_is_refused(local: Recorder):
    assert error(await local.page.get("/e/", headers=PAGE)) == snapshot(
        (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - Input is a zero-length, empty document: line 1 column 1 (char 0)",
            None,
        )
    )


@pytest.mark.parametrize("shape", ["one", "list", "batch", "batch of one", "data"])
async def test_one_event_a_list_and_a_batch_are_the_same(local: Recorder, shape: str):
    chunk = snapshot_event(*CHUNK)
    paid = product_event("paid", "u1")
    with_token = [{**part, "properties": part["properties"] | {"token": local.token}} for part in (chunk, paid)]
    shapes: dict[str, list[Any]] = {
        "one": with_token,
        "list": [with_token],
        "batch": [{"api_key": local.token, "batch": [chunk, paid], "sent_at": "2026-11-20T12:00:00Z"}],
        "batch of one": [{"api_key": local.token, "batch": [part]} for part in (chunk, paid)],
        "data": [[chunk | {"api_key": local.token}, paid | {"api_key": local.token}]],
    }
    for message in shapes[shape]:
        assert answer(await send(local.page, message)) == OK
    assert await lines_of(local) == expected(*CHUNK)
    assert await ids(local, events=[{"id": "paid"}]) == ["s1"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r'"\ud83d"', "�"),
        (r'"\ude00 end"', "� end"),
        (r'"\ud83d\ude00"', "\U0001f600"),
        ('"a\tb"', "a b"),
        ('"a\nb\x01"', "a b "),
        (r'"\u0000"', "\0"),
        (r'"a\\ud83d"', r"a\ud83d"),
    ],
    ids=["high surrogate", "low surrogate", "pair", "raw tab", "raw newline", "zero", "escaped backslash"],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
async def test_text_that_strict_json_forbids_is_accepted(local: Recorder, written: str, read: str, pack: Any):
    body = json.dumps(snapshot_event(custom(0, "note", text="HERE"), token=local.token)).replace('"HERE"', written)
    assert answer(await post(local, pack(body.encode()))) == OK
    assert (await lines_of(local))[0][1]["data"]["payload"] == {"text": read}


async def test_bytes_that_are_not_utf_8_become_replacement_characters(local: Recorder):
    body = json.dumps(snapshot_event(custom(0, "note", text="HERE"), token=local.token)).encode()
    assert answer(await post(local, body.replace(b"HERE", b"caf\xe9 \xff"))) == OK
    assert (await lines_of(local))[0][1]["data"]["payload"] == {"text": "caf� �"}


async def test_an_event_with_a_lone_surrogate_is_found(local: Recorder):
    await send(local.page, snapshot_event(*CHUNK, token=local.token))
    body = json.dumps(product_event("paid", "u1", token=local.token, **{"$set": {"name": "HERE"}}))
    assert answer(await post(local, body.replace("HERE", r"\ud83d").encode(), "/e/")) == OK
    assert await ids(local, events=[{"id": "paid"}]) == ["s1"]


# ---- broken ---------------------------------------------------------------------------------------------------------


def gzip_of(raw: bytes, level: int = 9) -> bytes:
    return gzip.compress(raw, level, mtime=0)


GOOD = json.dumps({"event": "paid", "properties": {"note": "x" * 300}}).encode()


def damaged(raw: bytes) -> bytes:
    """The body with one wrong bit in its checksum."""
    return raw[:-6] + bytes([raw[-6] ^ 1]) + raw[-5:]


BROKEN = {
    "cut off": gzip_of(GOOD)[:-20],
    "cut off before its checksum": gzip_of(GOOD)[:-8],
    "a header alone": b"\x1f\x8b",
    "damaged within": gzip_of(GOOD)[:12] + b"\xff\xff\xff\xff" + gzip_of(GOOD)[16:],
    "damaged at its end": damaged(gzip_of(GOOD)),
    "gzip of no JSON": gzip_of(b"hello"),
    "gzip of nothing": gzip_of(b""),
    "no JSON": b"<html>",
    "cut-off JSON": GOOD[:-5],
    "two values": GOOD + GOOD,
    "lz64": b"data=" + b"N4IgbgpgzgJgTgQwC4gFwG1QHsBmBbLAGxABoQBnASwgDsBzXAfQGMB7YmVgNwAcIYAJgAZyIACQAmAE0A",
    "zlib": zlib.compress(GOOD),
    "empty": b"",
    "white space": b" \n",
    "an empty form": b"data=",
    "no base64": b"data=%00%01!!",
    "NaN": b'{"event": "paid", "properties": {"n": NaN}}',
    "an empty object": b"{}",
    "a batch of numbers": b'{"api_key": "TOKEN", "batch": [1, null, "x", []]}',
    "a batch that is none": b'{"api_key": "TOKEN", "batch": 5}',
    "an event without a name": b'{"api_key": "TOKEN", "properties": {"distinct_id": "a"}}',
    "deep lists": b"[" * 100_000,
    "deep lists that end": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep properties": b'{"api_key": "TOKEN", "event": "paid", "properties": ' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001,
    "deep, in gzip": gzip_of(b"[" * 100_000),
    "a surrogate, deep": b'["\\ud83d",' + b"[" * 50_000 + b"]" * 50_000 + b"]",
    "a NUL": b"\0",
}
BROKEN_ANSWERS = snapshot(
    {
        "cut off": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - the gzip body is truncated",
            None,
        ),
        "cut off before its checksum": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - the gzip body is truncated",
            None,
        ),
        "a header alone": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - the gzip body is truncated",
            None,
        ),
        "damaged within": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - the gzip body is damaged, or followed by other data",
            None,
        ),
        "damaged at its end": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - the gzip body is damaged, or followed by other data",
            None,
        ),
        "gzip of no JSON": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - unexpected character, expected a JSON value: line 1 column 1 (char 0)",
            None,
        ),
        "gzip of nothing": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - Input is a zero-length, empty document: line 1 column 1 (char 0)",
            None,
        ),
        "no JSON": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - the body is neither a JSON object or list, nor gzip, nor base64",
            None,
        ),
        "cut-off JSON": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - unexpected end of data: line 1 column 341 (char 340)",
            None,
        ),
        "two values": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - unexpected content after document: line 1 column 346 (char 345)",
            None,
        ),
        "lz64": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - the body is neither a JSON object or list, nor gzip, nor base64",
            None,
        ),
        "zlib": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - the body is neither a JSON object or list, nor gzip, nor base64",
            None,
        ),
        "empty": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - Input is a zero-length, empty document: line 1 column 1 (char 0)",
            None,
        ),
        "white space": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - Input is a zero-length, empty document: line 1 column 1 (char 0)",
            None,
        ),
        "an empty form": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - Input is a zero-length, empty document: line 1 column 1 (char 0)",
            None,
        ),
        "no base64": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - the body is neither a JSON object or list, nor gzip, nor base64",
            None,
        ),
        "NaN": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - unexpected character, expected a JSON value: line 1 column 39 (char 38)",
            None,
        ),
        "an empty object": (
            400,
            "validation_error",
            "invalid_input",
            "An event has no name: `event` must be a string.",
            None,
        ),
        "a batch of numbers": (
            400,
            "validation_error",
            "invalid_input",
            "An event has no name: `event` must be a string.",
            None,
        ),
        "a batch that is none": (
            400,
            "validation_error",
            "invalid_input",
            "An event has no name: `event` must be a string.",
            None,
        ),
        "an event without a name": (
            400,
            "validation_error",
            "invalid_input",
            "An event has no name: `event` must be a string.",
            None,
        ),
        "deep lists": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - depth limit exceeded: line 1 column 1026 (char 1025)",
            None,
        ),
        "deep lists that end": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - depth limit exceeded: line 1 column 1026 (char 1025)",
            None,
        ),
        "deep objects": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - depth limit exceeded: line 1 column 5122 (char 5121)",
            None,
        ),
        "deep properties": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - depth limit exceeded: line 1 column 5200 (char 5199)",
            None,
        ),
        "deep, in gzip": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - depth limit exceeded: line 1 column 1026 (char 1025)",
            None,
        ),
        "a surrogate, deep": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - depth limit exceeded: line 1 column 1035 (char 1034)",
            None,
        ),
        "a NUL": (
            400,
            "invalid_request",
            "parse_error",
            "JSON parse error - the body is neither a JSON object or list, nor gzip, nor base64",
            None,
        ),
    }
)

NO_EVENT = {
    "gzip with something after it": gzip_of(GOOD) + b"and more",
    "a number": b"5",
    "text": b'"paid"',
    "null": b"null",
    "true": b"true",
    "an empty list": b"[]",
    "an empty batch": b'{"api_key": "TOKEN", "batch": []}',
}


@pytest.mark.parametrize("path", ["/s/", "/e/"])
async def test_a_body_that_cannot_be_read_is_refused_and_changes_nothing(local: Recorder, path: str):
    await send(local.page, snapshot_event(*CHUNK, token=local.token))
    before = dump(local)
    for name, body in BROKEN.items():
        response = await post(local, body.replace(b"TOKEN", local.token.encode()), path)
        assert error(response) == BROKEN_ANSWERS[name], name
        assert dump(local) == before, name
    assert await lines_of(local) == expected(*CHUNK)


@pytest.mark.parametrize("path", ["/s/", "/e/"])
async def test_a_body_without_an_event_is_refused_and_changes_nothing(local: Recorder, path: str):
    before = dump(local)
    for name, body in NO_EVENT.items():
        response = await post(local, body.replace(b"TOKEN", local.token.encode()), path)
        assert error(response)[0] == 400, name
        assert dump(local) == before, name


async def test_an_endpoint_accepts_no_other_method(local: Recorder):
    before = dump(local)
    body = zipped(snapshot_event(*CHUNK, token=local.token))
    answers = {
        method: answer(await local.page.request(method, "/s/", content=body)) for method in ("PUT", "DELETE", "PATCH")
    }
    assert answers == snapshot(
        {
            "PUT": (
                405,
                {
                    "type": "invalid_request",
                    "code": "method_not_allowed",
                    "detail": 'Method "PUT" not allowed.',
                    "attr": None,
                },
            ),
            "DELETE": (
                405,
                {
                    "type": "invalid_request",
                    "code": "method_not_allowed",
                    "detail": 'Method "DELETE" not allowed.',
                    "attr": None,
                },
            ),
            "PATCH": (
                405,
                {
                    "type": "invalid_request",
                    "code": "method_not_allowed",
                    "detail": 'Method "PATCH" not allowed.',
                    "attr": None,
                },
            ),
        }
    )
    assert dump(local) == before


# ---- sizes ----------------------------------------------------------------------------------------------------------


async def test_a_body_may_be_as_large_as_the_limit_and_not_a_byte_larger(record: Record):
    async with record(limits=Limits(body_bytes=3_000)) as local:
        body = json.dumps(snapshot_event(*CHUNK, token=local.token)).encode()
        assert error(await post(local, body.ljust(3_001))) == snapshot(
            (413, "invalid_request", "payload_too_large", "The request has more than 3000 bytes (--max-body).", None)
        )
        assert await ids(local) == []
        assert answer(await post(local, body.ljust(3_000))) == OK
        assert await ids(local) == ["s1"]


async def test_a_body_of_unknown_length_is_cut_off_at_the_limit(record: Record):
    sent: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        for number in range(1_000):
            sent.append(number)
            yield b" " * 1_000

    async with record(limits=Limits(body_bytes=3_000)) as local:
        before = dump(local)
        assert error(await local.page.post("/s/", content=endless(), headers=PAGE)) == snapshot(
            (413, "invalid_request", "payload_too_large", "The request has more than 3000 bytes (--max-body).", None)
        )
        assert dump(local) == before
        assert len(sent) < 1_000


@pytest.mark.parametrize("form", [bytes, base64_form], ids=["gzip", "base64 of gzip"])
async def test_an_inflated_body_may_be_as_large_as_the_limit_and_not_a_byte_larger(record: Record, form: Any):
    async with record(limits=Limits(inflated_bytes=50_000)) as local:
        body = json.dumps(snapshot_event(*CHUNK, token=local.token)).encode()
        assert error(await post(local, form(gzip_of(body.ljust(50_001))))) == snapshot(
            (
                413,
                "invalid_request",
                "payload_too_large",
                "After decompression, the request has more than 50000 bytes or too many values.",
                None,
            )
        )
        assert await ids(local) == []
        assert answer(await post(local, form(gzip_of(body.ljust(50_000))))) == OK
        assert await ids(local) == ["s1"]


@pytest.mark.parametrize("form", [bytes, base64_form], ids=["gzip", "base64 of gzip"])
@pytest.mark.parametrize("members", [1, 10])
async def test_a_gzip_bomb_is_refused_within_bounded_memory(record: Record, form: Any, members: int):
    async with record(limits=Limits(inflated_bytes=2_000_000)) as local:
        before = dump(local)
        bomb = form(gzip_of(b" " * (100_000_000 // members)) * members)
        tracemalloc.start()
        try:
            response = await post(local, bomb)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert error(response) == snapshot(
            (
                413,
                "invalid_request",
                "payload_too_large",
                "After decompression, the request has more than 2000000 bytes or too many values.",
                None,
            )
        )
        assert peak < 12_000_000
        assert dump(local) == before


async def test_the_usual_limits_refuse_a_gzip_bomb(local: Recorder):
    response = await post(local, gzip_of(b" " * 100_000_000))
    assert error(response) == snapshot(
        (
            413,
            "invalid_request",
            "payload_too_large",
            "After decompression, the request has more than 67108864 bytes or too many values.",
            None,
        )
    )


# ---- tokens ---------------------------------------------------------------------------------------------------------


def bare(*, top: dict[str, Any] | None = None, properties: dict[str, Any] | None = None) -> dict[str, Any]:
    """A chunk with more fields beside its event or in its properties."""
    chunk = snapshot_event(*CHUNK, **(properties or {}))
    return chunk | (top or {})


@pytest.mark.parametrize("place", ["api_key", "token", "properties", "url", "header of a batch", "token of a batch"])
async def test_a_token_selects_the_environment_wherever_it_appears(local: Recorder, place: str):
    token = local.other_environment()
    message, query = {
        "api_key": (bare(top={"api_key": token}), {}),
        "token": (bare(top={"token": token}), {}),
        "properties": (bare(properties={"token": token}), {}),
        "url": (bare(), {"token": token}),
        "header of a batch": ({"api_key": token, "batch": [bare()]}, {}),
        "token of a batch": ({"token": token, "batch": [bare()]}, {}),
    }[place]
    assert answer(await send(local.page, message, **query)) == OK
    with local.store.connection() as db:
        assert [tuple(row) for row in db.execute("SELECT session_id, team_id FROM recording")] == [("s1", 2)]


async def test_the_same_token_may_appear_in_several_places(local: Recorder):
    token = local.token
    message = {"api_key": token, "batch": [bare(top={"token": token}, properties={"token": token})]}
    assert answer(await send(local.page, message, token=token)) == OK
    assert await ids(local) == ["s1"]


NO_TOKEN = 401, "authentication_error", "invalid_api_key"


@pytest.mark.parametrize("path", ["/s/", "/e/"])
async def test_without_a_token_nothing_is_stored(local: Recorder, path: str):
    before = dump(local)
    response = await send(local.page, bare(), path)
    assert error(response)[:3] == NO_TOKEN
    assert "posthog.init" in response.text
    assert dump(local) == before


@pytest.mark.parametrize("token", ["phc_nobodys", "' OR 1=1 --", "\0", "", "<script>", 5, None, ["x"], {"a": 1}, True])
async def test_with_an_unknown_token_nothing_is_stored(local: Recorder, token: Any):
    before = dump(local)
    for message in (
        bare(top={"api_key": token}),
        bare(top={"properties": bare()["properties"] | {"token": token}}),
        {"token": token, "batch": [bare()]},
    ):
        assert error(await send(local.page, message))[:3] == NO_TOKEN
    assert dump(local) == before


async def test_an_unknown_token_is_answered_with_advice(local: Recorder):
    assert error(await send(local.page, bare(top={"token": "phc_nobodys"}))) == snapshot(
        (
            401,
            "authentication_error",
            "invalid_api_key",
            "This server has no project with this token. See `/` on this port, or the output of `replay-mcp local`, for the token to pass to posthog.init.",
            None,
        )
    )


async def test_two_different_tokens_are_refused(local: Recorder):
    first, second = local.token, local.other_environment()
    before = dump(local)
    messages: list[tuple[Any, dict[str, str]]] = [
        ([bare(properties={"token": first}), bare(properties={"token": second})], {}),
        ([bare(properties={"token": second}), bare(properties={"token": first})], {}),
        (bare(top={"api_key": first, "token": second}), {}),
        ({"api_key": first, "batch": [bare(properties={"token": second})]}, {}),
        ({"api_key": first, "batch": [bare(), bare(top={"api_key": second})]}, {}),
        (bare(properties={"token": first}), {"token": second}),
        ([bare(properties={"token": first}), bare(properties={"token": "phc_nobodys"})], {}),
        ([product_event("paid", token=first), bare(properties={"token": second})], {}),
    ]
    for message, query in messages:
        response = await send(local.page, message, **query)
        assert error(response)[:3] == NO_TOKEN
        assert "posthog.init" in response.text
    assert dump(local) == before


async def test_a_personal_api_key_is_not_a_token(local: Recorder):
    key = local.http.headers["authorization"].removeprefix("Bearer ")
    response = await send(local.page, bare(top={"api_key": key}))
    assert response.status_code == 401
    assert key not in response.text


async def test_no_answer_returns_its_input_as_html(local: Recorder):
    """Check that the answer is JSON, whatever was sent."""
    for body in (b"<script>alert(1)</script>", json.dumps(bare(top={"token": "<script>"})).encode()):
        response = await post(local, body)
        assert response.headers["content-type"] == "application/json"


# ---- the answers that turn recording on -----------------------------------------------------------------------------


async def test_the_remote_config_turns_recording_on(local: Recorder):
    response = await local.page.get(f"/array/{local.token}/config", headers=PAGE)
    assert answer(response) == snapshot(
        (
            200,
            {
                "supportedCompression": ["gzip-js"],
                "sessionRecording": {
                    "endpoint": "/s/",
                    "consoleLogRecordingEnabled": True,
                    "recorderVersion": "v2",
                    "networkPayloadCapture": {"recordHeaders": True, "recordBody": False, "capturePerformance": True},
                    "sampleRate": None,
                    "minimumDurationMilliseconds": None,
                    "linkedFlag": None,
                },
                "capturePerformance": {"network_timing": True},
                "autocapture_opt_out": False,
                "autocaptureExceptions": True,
                "captureDeadClicks": True,
                "hasFeatureFlags": False,
                "heatmaps": False,
                "surveys": False,
                "siteApps": [],
            },
        )
    )


def config_in_script(script: str) -> tuple[str, str]:
    """The token and the JSON that a `config.js` sets; check that it does nothing else."""
    before, after = "(window._POSTHOG_REMOTE_CONFIG ??= {})[", "] = {config: "
    assert script.startswith(before)
    token, end = json.JSONDecoder().raw_decode(script, len(before))
    assert script[end:].startswith(after)
    config, end = json.JSONDecoder().raw_decode(script, end + len(after))
    assert script[end:] == ", siteApps: []}\n"
    return token, config


async def test_the_remote_config_is_also_served_as_a_script(local: Recorder):
    response = await local.page.get(f"/array/{local.token}/config.js", headers=PAGE)
    assert (response.status_code, response.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    plain = (await local.page.get(f"/array/{local.token}/config")).json()
    assert config_in_script(response.text) == (local.token, plain)


@pytest.mark.parametrize("path", ["/flags/?v=2", "/flags/?v=2&config=true", "/flags?v=2", "/decide/?v=3", "/decide"])
@pytest.mark.parametrize("form", [bytes, gzip.compress, base64_form], ids=["plain", "gzip", "base64"])
async def test_feature_flags_are_empty_and_come_with_the_remote_config(local: Recorder, path: str, form: Any):
    body = form(json.dumps({"token": local.token, "distinct_id": "anon-1", "groups": {}}).encode())
    response = await post(local, body, path)
    assert response.status_code == 200
    config = (await local.page.get(f"/array/{local.token}/config")).json()
    flags = response.json()
    assert {name: value for name, value in flags.items() if config.get(name) != value} == snapshot(
        {"featureFlags": {}, "flags": {}, "errorsWhileComputingFlags": False}
    )
    assert config.items() <= flags.items()
    assert await listed(local) == []


@pytest.mark.parametrize("token", ["x';alert(1)//", '"];alert(1)//', "\u2028", '"', "<b>", "é"])
async def test_a_token_in_a_script_s_url_is_a_quoted_string_in_the_script(local: Recorder, token: str):
    response = await local.page.get(f"/array/{quote(token, safe='')}/config.js")
    if "/" in token:
        assert response.status_code == 404
    else:
        assert config_in_script(response.text)[0] == token
