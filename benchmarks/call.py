"""Measures a forwarded call against the same API request made directly with httpx2. Budget: 1.5x at p50.

    python -m benchmarks.call [CALLS]

Calls and requests alternate and go to the same local API on a socket. The server runs in memory: a call is validated,
forwarded and parsed, and gives a compact result. A tool of a bare `MCPServer` that returns at once shows the share of
the SDK.
"""

import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import anyio
import httpx2
from mcp import Client
from mcp.server.mcpserver import MCPServer

from replay_mcp.cli.local_store import open_local
from replay_mcp.server.app import open_server
from replay_mcp.settings import Settings

BUDGET: Final = 1.5


async def milliseconds(call: Callable[[], Awaitable[object]]) -> float:
    """Measure how long `call` takes."""
    started = time.perf_counter()
    await call()
    return (time.perf_counter() - started) * 1000


@dataclass(frozen=True, slots=True)
class Medians:
    """Milliseconds at p50 of a direct request, a forwarded call, and a call to a tool that returns at once."""

    direct: float
    forwarded: float
    bare: float


def bare_server() -> MCPServer[Any]:
    """Build a server with one tool that returns at once."""
    server = MCPServer("bare")

    @server.tool()
    def nothing(short_id: str) -> dict[str, Any]:
        return {"short_id": short_id}

    return server


async def measure(origin: str, key: str, calls: int) -> Medians:
    """Measure in turns, so that load on the machine affects all alike."""
    settings = Settings(api_key=None, origin=origin, environment="1")
    path = "/api/environments/1/session_recording_playlists/synthetic-expiring/"
    arguments = {"short_id": "synthetic-expiring"}
    async with (
        httpx2.AsyncClient(base_url=origin, headers={"Authorization": f"Bearer {key}"}) as http,
        open_server(settings, api_key=key) as server,
        Client(server) as client,
        Client(bare_server()) as bare_client,
    ):
        direct: list[float] = []
        forwarded: list[float] = []
        bare: list[float] = []
        for _ in range(calls):
            direct.append(await milliseconds(lambda: http.get(path)))
            forwarded.append(await milliseconds(lambda: client.call_tool("session-recording-playlist-get", arguments)))
            bare.append(await milliseconds(lambda: bare_client.call_tool("nothing", arguments)))
    return Medians(*map(statistics.median, (direct, forwarded, bare)))


@contextmanager
def local_api(path: Path) -> Generator[str]:
    """Start a local API on the store at `path` in its own process, on a free port; yield its origin.

    Raises:
        RuntimeError: it ended before it printed its address; its stderr has the reason.
    """
    command = [sys.executable, "-m", "replay_mcp", "local", "--port", "0", "--local", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            greeting = next((line for line in server.stdout if "Local Replay API on" in line), "")
            found = re.search(r"http://[\d.:]+", greeting)
            if found is None:
                raise RuntimeError("The local API did not start.")
            yield found[0]
        finally:
            server.terminate()


def main() -> int:
    """Print the medians; 1 when their ratio is over the budget."""
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "call.sqlite"
        with open_local(path) as local:
            key = local.key.value
        with local_api(path) as origin:
            medians = anyio.run(measure, origin, key, calls)
    ratio = medians.forwarded / medians.direct
    print(
        f"direct {medians.direct:.2f} ms, forwarded {medians.forwarded:.2f} ms: {ratio:.2f}x (budget {BUDGET}x); "
        f"the SDK alone {medians.bare:.2f} ms"
    )
    return 0 if ratio <= BUDGET else 1


if __name__ == "__main__":
    sys.exit(main())
