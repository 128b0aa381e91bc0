"""Many calls to one server process over HTTP: its memory and descriptors must not grow with their number."""

import tempfile
from itertools import count
from pathlib import Path
from typing import Any, Final

import anyio
from mcp import Client
from mcp.types import CallToolResult

from replay_mcp.cli.local_store import open_local

from .figures import Figure
from .server_process import ServerProcess, http_server

_CALLS: Final = 20_000
_SHORT_CALLS: Final = 600
_CLIENTS: Final = 4
_WARM_UP: Final = 0.4
"""Share of the calls before the first measurement, while caches fill and the allocator reaches its size."""
_BYTES_PER_CALL: Final = 1_024
"""Maximum memory that may remain per call, in the long form."""
_DESCRIPTORS: Final = 4
"""Maximum change in the number of descriptors, because clients keep connections open."""


def run(short: bool) -> Figure:
    """Run the trial: 20,000 calls, or 600 in the short form, whose memory is not judged."""
    calls = _SHORT_CALLS if short else _CALLS
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        with open_local(directory / "soak.sqlite", demo_recordings=True):
            pass
        flags = ("--permission", "delete")
        with http_server(directory, directory / "soak.sqlite", *flags) as server:
            measured = anyio.run(_soak, server, calls)
    per_call = measured["grown_kb"] * 1024 / measured["counted"]
    violations = list[str]()
    if not short and per_call > _BYTES_PER_CALL:
        violations.append(f"{per_call:.0f} bytes of memory remain per call")
    if abs(measured["descriptors"]) > _DESCRIPTORS:
        violations.append(f"the descriptors grew by {measured['descriptors']}")
    if measured["crashes"]:
        violations.append(f"{measured['crashes']} calls crashed")
    return Figure(
        f"{calls} calls of reading, changing and invalid kinds by {_CLIENTS} clients over HTTP",
        f"{measured['memory_kb'] / 1024:.0f} MB at the end, {per_call:.0f} bytes per call after the first "
        f"{_WARM_UP:.0%}, {measured['descriptors']:+d} descriptors",
        tuple(violations),
    )


async def _soak(server: ServerProcess, calls: int) -> dict[str, int]:
    numbers, crashes = count(), [0]

    async def work(until: int) -> None:
        async with Client(server.url) as client:
            listed = await client.call_tool("session-recordings-list", {"date_from": "-30d", "limit": 20})
            ids = [recording["id"] for recording in _content(listed)["results"]]
            while (number := next(numbers)) < until:
                crashes[0] += await _step(client, ids, number)

    async def stretch(until: int) -> None:
        async with anyio.create_task_group() as tasks:
            for _ in range(_CLIENTS):
                tasks.start_soon(work, until)

    warm = int(calls * _WARM_UP)
    await stretch(warm)
    memory, descriptors = server.memory_kb(), server.descriptors()
    await stretch(calls)
    return {
        "memory_kb": server.memory_kb(),
        "grown_kb": server.memory_kb() - memory,
        "descriptors": server.descriptors() - descriptors,
        "counted": calls - warm,
        "crashes": crashes[0],
    }


async def _step(client: Client, ids: list[str], number: int) -> int:
    """Make one call, whose kind depends on the number; return 1 if it crashed."""
    id = ids[number % len(ids)]
    calls: list[tuple[str, dict[str, Any]]] = [
        ("session-recordings-list", {"date_from": "-30d", "visited_url": f"page {number % 7}"}),
        ("session-recording-timeline", {"id": id}),
        ("session-recording-timeline", {"id": id, "contains": f"text {number}"}),
        ("session-recording-get", {"id": id}),
        ("session-recording-update", {"ids": [id], "viewed": True}),
        ("session-recording-playlists-list", {"search": f"{number}"}),
        ("session-recording-get", {"id": f"unknown-{number}"}),
        ("session-recording-timeline", {"id": id, "unknown": number}),
        ("session-claims-check", {"claims": [{"kind": "duration", "id": id, "seconds": number}]}),
        ("create-session-summaries", {"session_ids": [id], "source": "local"}),
    ]
    if number % 11:
        return _crashed(await client.call_tool(*calls[number % len(calls)]))
    created = await client.call_tool("session-recording-playlist-create", {"name": f"List {number}"})
    short_id = _content(created)["playlist"]["short_id"]
    deleted = await client.call_tool("session-recording-playlist-delete", {"short_id": short_id})
    return _crashed(created) or _crashed(deleted)


def _crashed(result: CallToolResult) -> int:
    return int(result.is_error is True and "Internal error" in str(result.content))


def _content(result: CallToolResult) -> dict[str, Any]:
    assert result.structured_content is not None, result
    return result.structured_content
