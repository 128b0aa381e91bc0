"""Heavy and light calls at once: light ones stay quick, all are answered, and memory stays bounded."""

import statistics
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any, Final

import anyio
from mcp import Client

from benchmarks.summaries import make_store

from .figures import Figure
from .server_process import ServerProcess, http_server

_HEAVY_CLIENTS: Final = 16
_RECORDINGS: Final = 48
_SHORT_RECORDINGS: Final = 16
_RECORDING_BYTES: Final = 1_000_000
_LIGHT_SECONDS: Final = 2.0
"""The longest that a light call may take at p95 while heavy ones run."""
_MEMORY_MB: Final = 700


def run(short: bool) -> Figure:
    """Run the trial on 48 recordings of 1 MB, or on 16 in the short form."""
    recordings = _SHORT_RECORDINGS if short else _RECORDINGS
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        ids = make_store(directory / "load.sqlite", recordings, _RECORDING_BYTES)
        with http_server(directory, directory / "load.sqlite") as server:
            measured = anyio.run(_load, server, ids)
            memory = server.memory_kb() / 1024
    alone, loaded, heavy = (sorted(measured[name]) for name in ("alone", "loaded", "heavy"))
    violations = [*measured["failures"]]
    if (slowest := _p95(loaded)) > _LIGHT_SECONDS:
        violations.append(f"light calls took {slowest:.2f} s at p95 while heavy ones ran")
    if memory > _MEMORY_MB:
        violations.append(f"the server had {memory:.0f} MB")
    return Figure(
        f"{_HEAVY_CLIENTS} clients reading {recordings} timelines of 1 MB, one client making {len(loaded)} light calls",
        f"light calls {_milliseconds(alone)} alone, {_milliseconds(loaded)} under load; heavy calls "
        f"{_milliseconds(heavy)}; {memory:.0f} MB",
        tuple(violations),
    )


async def _load(server: ServerProcess, ids: list[str]) -> dict[str, list[Any]]:
    alone, loaded, heavy, failures = list[float](), list[float](), list[float](), list[str]()
    waiting = list(ids)

    async def call(client: Client, tool: str, arguments: dict[str, Any], took: list[float]) -> None:
        started = time.perf_counter()
        result = await client.call_tool(tool, arguments)
        took.append(time.perf_counter() - started)
        if result.is_error:
            failures.append(f"{tool}: {result.content}")

    async def light(client: Client, took: list[float]) -> None:
        await call(client, "session-recording-playlists-list", {"search": str(uuid.uuid4())}, took)

    async def read() -> None:
        async with Client(server.url) as client:
            while waiting:
                await call(client, "session-recording-timeline", {"id": waiting.pop()}, heavy)

    async with Client(server.url) as client:
        for _ in range(30):
            await light(client, alone)
        async with anyio.create_task_group() as tasks:
            for _ in range(_HEAVY_CLIENTS):
                tasks.start_soon(read)
            while len(heavy) + len(failures) < len(ids):
                await light(client, loaded)
    return {"alone": alone, "loaded": loaded, "heavy": heavy, "failures": failures}


def _p95(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1] if len(took) > 1 else max(took, default=0.0)


def _milliseconds(took: list[float]) -> str:
    return f"{statistics.median(took) * 1000:.0f} ms (p95 {_p95(took) * 1000:.0f} ms)"
