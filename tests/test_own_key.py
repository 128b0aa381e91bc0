"""An API that echoes the key wherever it can: no client, model, terminal or log shows it."""

import json
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.abc
import anyio.to_thread
import pytest
from mcp import Client, MCPError

from replay_mcp.server.app import open_server
from replay_mcp.settings import Settings
from replay_mcp.timing import Timing
from tests.commands import run

pytestmark = pytest.mark.anyio

KEY = "Own-Key-0123456789-of-a-self-hosted-PostHog"

CALLS: list[tuple[str, dict[str, Any]]] = [
    ("session-recordings-list", {}),
    ("session-recording-timeline", {"id": "s1"}),
    ("session-recordings-compare", {}),
    ("session-recording-get", {"id": "s1", "detail": "full"}),
    ("create-session-summaries", {"session_ids": ["s1"], "source": "posthog"}),
    ("session-claims-check", {"claims": [{"kind": "duration", "id": "s1", "seconds": 1}]}),
    ("session-recording-playlists-list", {"detail": "full"}),
    ("session-recording-playlist-get", {"short_id": "aaaaaaaa", "detail": "full"}),
    ("session-recording-playlist-recordings-list", {"short_id": "aaaaaaaa", "detail": "full"}),
    ("session-recording-playlist-create", {"name": "New"}),
    ("session-recording-playlist-update", {"short_id": "aaaaaaaa", "name": "Other"}),
    ("session-recording-playlist-delete", {"short_id": "aaaaaaaa"}),
    ("session-recording-playlist-recordings-add", {"short_id": "aaaaaaaa", "session_recording_ids": ["s1", "s2"]}),
    ("session-recording-playlist-recordings-remove", {"short_id": "aaaaaaaa", "session_recording_ids": ["s1"]}),
    ("session-recording-update", {"id": "s1", "viewed": True}),
    ("session-recording-delete", {"ids": ["s1"]}),
]


def answer(status: str, body: Any = b"", **headers: str) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", "Connection: close", f"Content-Length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def everything(text: str, *, playlists: bool) -> dict[str, Any]:
    """An answer that fits every endpoint, with `text` in every field that can hold text."""
    recording = {"id": "s1", "distinct_id": text, "start_url": f"https://shop.example/{text}", "extra": {text: text}}
    recording |= {"person": {"id": 1, "name": text, "distinct_ids": [text], "properties": {"email": text, text: text}}}
    recording |= {"summary_outcome": {"success": True, "description": text}}
    playlist = {"id": 1, "short_id": "aaaaaaaa", "name": text, "description": text, "filters": {text: text}}
    playlist |= {"type": "filters", "extra": text, "created_by": {"email": text}}
    one = recording | playlist if playlists else playlist | recording
    return one | {"results": [one, one], "count": 2, "success": True, "sources": [], "s1": {"error": text}}


ECHOES = {
    "detail": answer("400 Bad", {"type": "validation_error", "detail": f"The value {KEY} is wrong.", "attr": KEY}),
    "detail at the cut": answer("400 Bad", {"detail": "x" * 280 + KEY}),
    "detail in capitals": answer("400 Bad", {"detail": f"The value {KEY.upper()} is wrong."}),
    "error": answer("400 Bad", {"error": f"Nobody is {KEY}."}),
    "forbidden": answer("403 No", {"detail": f"API key missing required scope '{KEY}'"}),
    "unauthorised": answer("401 No", {"detail": KEY, "code": KEY}),
    "reason phrase": answer(f"500 {KEY}"),
    "unknown status": answer(f"599 {KEY}", KEY.encode()),
    "redirect host": answer("302 Found", Location=f"https://{KEY}.example/{KEY}?{KEY}"),
    "headers": answer("429 Slow", {"detail": KEY}, Retry_After=KEY, X_Echo=KEY),
    "page": answer("200 OK", f"<html><title>{KEY}</title></html>".encode()),
    "traceback": answer("400 Bad", {"detail": f'Traceback (most recent call last): File "a.py", line 1, in {KEY}'}),
    "broken data": answer("200 OK", json.dumps(everything(KEY, playlists=True)).encode()[:-20]),
}
DATA = {
    "data": KEY,
    "data in URLs": f"https://app.example/{KEY.lower()}?key={KEY}",
    "data in HTML": f"<p title='{KEY}'>",
    **{f"data at the cut after {length}": "x" * (length - 20) + KEY for length in (80, 120, 500, 2_000)},
}
ESCAPED = KEY.replace("O", r"\u004f").encode()
"""The key as a JSON encoder may write it, which a search of the bytes does not find."""


def echo_of(name: str, request: bytes) -> bytes:
    if name in ECHOES:
        return ECHOES[name]
    body = json.dumps(everything(DATA[name], playlists=b"/session_recording_playlists/" in request)).encode()
    return answer("200 OK", body.replace(KEY.encode(), ESCAPED) if "cut" in name else body)


@asynccontextmanager
async def echoing(name: str) -> AsyncGenerator[str]:
    """A server that gives every request this answer; yields its origin."""

    async def handle(stream: anyio.abc.SocketStream) -> None:
        async with stream:
            await stream.send(echo_of(name, await stream.receive()))

    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, handle)
        yield f"http://127.0.0.1:{listener.extra(anyio.abc.SocketAttribute.local_port)}"
        tasks.cancel_scope.cancel()


@pytest.mark.parametrize(
    "echo", [*ECHOES, *(pytest.param(name, marks=pytest.mark.full) if "cut" in name else name for name in DATA)]
)
async def test_no_tool_resource_or_log_shows_the_key(echo: str, caplog: pytest.LogCaptureFixture) -> None:
    received: list[str] = []
    with caplog.at_level(logging.INFO, "replay_mcp"):
        async with echoing(echo) as origin:
            settings = Settings(api_key=None, origin=origin, environment="1", permission="delete", redact="off")
            async with (
                open_server(settings, api_key=KEY, timing=Timing(deadline=1)) as server,
                Client(server) as client,
            ):
                for name, arguments in CALLS:
                    received.append((await client.call_tool(name, arguments)).model_dump_json())
                for uri in ("replay://recordings/s1", "replay://recordings/s1/timeline"):
                    try:
                        received.append((await client.read_resource(uri)).model_dump_json())
                    except MCPError as error:
                        received.append(str(error))
                received.append((await client.list_resources()).model_dump_json())
    assert len(received) == len(CALLS) + 3
    shown = "\n".join([*received, *(record.getMessage() for record in caplog.records)])
    assert KEY[:12].lower() not in shown.lower()
    assert "Traceback" not in shown
    assert "<title" not in shown


COPY = ["import", "--from-posthog", "--local", "STORE"]


@pytest.mark.parametrize(
    ("echo", "command"),
    [("detail", ["doctor"]), ("reason phrase", ["doctor"]), ("redirect host", COPY), ("data", [*COPY, "s1"])],
)
async def test_no_terminal_shows_the_key(echo: str, command: list[str], tmp_path: Path) -> None:
    words = [str(tmp_path / "store") if word == "STORE" else word for word in command]
    async with echoing(echo) as origin:
        settings = {"POSTHOG_PERSONAL_API_KEY": KEY, "POSTHOG_HOST": origin, "POSTHOG_ENVIRONMENT_ID": "1"}
        with anyio.fail_after(60):
            ended = await anyio.to_thread.run_sync(partial(run, *words, **settings))
    shown = ended.stdout + ended.stderr
    assert shown
    assert KEY.lower() not in shown.lower()


@pytest.mark.parametrize(
    "name",
    [
        "POSTHOG_ENVIRONMENT_ID",
        "POSTHOG_HOST",
        "POSTHOG_PERSONAL_API_KEY_FILE",
        "REPLAY_MCP_PERMISSION",
        "REPLAY_MCP_CACHE",
    ],
)
def test_a_key_in_the_wrong_setting_is_not_printed(name: str) -> None:
    key = "phx_0123456789abcdefghij"
    settings = {"POSTHOG_PERSONAL_API_KEY": "" if name.endswith("_FILE") else KEY, "POSTHOG_ENVIRONMENT_ID": "1"}
    ended = run("doctor", **settings | {name: key})
    assert ended.returncode == 2
    assert ended.stderr
    assert key not in ended.stderr + ended.stdout
