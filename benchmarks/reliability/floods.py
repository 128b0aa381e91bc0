"""Floods from the network: clients that send slowly, send too much, or never read. Others are still served."""

import json
import statistics
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import anyio
import httpx2

from benchmarks.summaries import make_store

from .figures import Figure
from .server_process import ServerProcess, http_server

_POST: Final = b"POST /mcp HTTP/1.1\r\nHost: localhost:1\r\nContent-Type: application/json\r\nAccept: */*\r\n"
_LIGHT_CALLS: Final = 20
_LIGHT_SECONDS: Final = 5.0
_PATIENCE_SECONDS: Final = 60.0
_MEMORY_MB: Final = 500


def _call(id: str) -> bytes:
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
    body = json.dumps(message | {"params": {"name": "session-recording-timeline", "arguments": {"id": id}}}).encode()
    return _POST + b"Content-Length: %d\r\n\r\n" % len(body) + body


@dataclass(frozen=True, slots=True)
class _Flood:
    """Connections that all send the same bytes.

    Attributes:
        connections: how many; a tenth in the short form.
        payload: what each sends at once.
        times: how often each sends it.
        reads: whether the clients read; if they do, a connection ends with its first response.
    """

    connections: int
    payload: bytes
    times: int = 1
    reads: bool = True


@dataclass(slots=True)
class _Outcome:
    responses: Counter[str] = field(default_factory=Counter[str])
    light: list[float] = field(default_factory=list[float])
    refused: int = 0


def run(short: bool) -> Figure:
    """Run the trial. The short form has a tenth of the connections, and does not wait for slow ones to be closed."""
    measured, violations = list[str](), list[str]()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        [id] = make_store(directory / "floods.sqlite", 1, 1_000_000)
        floods = {
            "silent connections": _Flood(600, b""),
            "half a header": _Flood(300, _POST),
            "half a body": _Flood(300, _POST + b"Content-Length: 1000\r\n\r\n{"),
            "100 MB bodies": _Flood(20, _POST + b"Content-Length: 100000000\r\n\r\n" + b" " * 1_000_000, times=100),
            "endless headers": _Flood(20, _POST + b"X-Filler: " + b"a" * 1_000_000, times=10),
            "timelines at once": _Flood(600, _call(id)),
            "timelines that nobody reads": _Flood(100, _call(id), times=50, reads=False),
        }
        for what, flood in floods.items():
            with http_server(directory, directory / "floods.sqlite") as server:
                outcome = anyio.run(_flood, server, flood, short)
                memory = server.memory_kb() / 1024
            count = flood.connections // (10 if short else 1)
            responses = ", ".join(f"{status} x {number}" for status, number in sorted(outcome.responses.items()))
            measured.append(
                f"{count} x {what}: {responses or 'no response awaited'}; light calls p50 "
                f"{statistics.median(outcome.light):.2f} s, at most {max(outcome.light):.2f} s, {outcome.refused} "
                f"refused; {memory:.0f} MB"
            )
            if max(outcome.light) > _LIGHT_SECONDS:
                violations.append(f"{what}: a light call took {max(outcome.light):.1f} s")
            if outcome.refused > _LIGHT_CALLS // 2:
                violations.append(f"{what}: {outcome.refused} of {_LIGHT_CALLS} light calls were refused")
            if memory > _MEMORY_MB:
                violations.append(f"{what}: the server had {memory:.0f} MB")
    return Figure(
        f"{len(measured)} floods of a server, with light calls meanwhile",
        "\n  ".join(["", *measured]),
        tuple(violations),
    )


async def _flood(server: ServerProcess, flood: _Flood, short: bool) -> _Outcome:
    outcome = _Outcome()
    count = flood.connections // (10 if short else 1)
    async with anyio.create_task_group() as tasks:
        for _ in range(count):
            tasks.start_soon(_connection, server, flood, outcome)
        await anyio.sleep(0.5)
        for _ in range(_LIGHT_CALLS):
            await _light_call(server, outcome)
        if short:
            tasks.cancel_scope.cancel()
    return outcome


async def _connection(server: ServerProcess, flood: _Flood, outcome: _Outcome) -> None:
    """Send what the flood sends, and count the status of the response."""
    url = urlsplit(server.url)
    assert url.hostname is not None
    assert url.port is not None
    status = "closed"
    with anyio.move_on_after(_PATIENCE_SECONDS), suppress(OSError, anyio.EndOfStream, anyio.BrokenResourceError):
        async with await anyio.connect_tcp(url.hostname, url.port) as stream:
            try:
                for _ in range(flood.times):
                    await stream.send(flood.payload)
            except (OSError, anyio.BrokenResourceError):  # a refusal closes the connection
                pass
            if not flood.reads:
                await anyio.sleep_forever()
            status = (await stream.receive(64)).decode(errors="replace").split(" ")[1]
    outcome.responses[status] += 1


async def _light_call(server: ServerProcess, outcome: _Outcome) -> None:
    started = time.perf_counter()
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"Accept": "application/json, text/event-stream"}
    try:
        async with httpx2.AsyncClient(timeout=_PATIENCE_SECONDS) as http:
            response = await http.post(server.url, json=message, headers=headers)
        outcome.refused += response.status_code != 200
    except httpx2.TransportError:
        outcome.refused += 1
    outcome.light.append(time.perf_counter() - started)
