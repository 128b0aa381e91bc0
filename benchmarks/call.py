"""Measures a forwarded call against the same API request made directly with httpx2. Budget: 1.5x at p50.

    python -m benchmarks.call [CALLS]

Calls and requests alternate and go to the same local API on a socket. The server runs in memory: a call is validated,
forwarded and parsed, and gives a compact result.
"""

import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import anyio
import httpx2
from mcp import Client

from replay_mcp.cli.local_store import open_local
from replay_mcp.server.app import open_server
from replay_mcp.settings import Settings

BUDGET: Final = 1.5


async def milliseconds(call: Callable[[], Awaitable[object]]) -> float:
    """Measure how long `call` takes."""
    started = time.perf_counter()
    await call()
    return (time.perf_counter() - started) * 1000


async def measure(origin: str, key: str, calls: int) -> tuple[float, float]:
    """Measure the medians of the direct request and the forwarded call, in milliseconds."""
    settings = Settings(api_key=None, origin=origin, environment="1")
    path = "/api/environments/1/session_recording_playlists/synthetic-expiring/"
    async with (
        httpx2.AsyncClient(base_url=origin, headers={"Authorization": f"Bearer {key}"}) as http,
        open_server(settings, api_key=key) as server,
        Client(server) as client,
    ):
        direct: list[float] = []
        forwarded: list[float] = []
        for _ in range(calls):
            direct.append(await milliseconds(lambda: http.get(path)))
            forwarded.append(
                await milliseconds(
                    lambda: client.call_tool("session-recording-playlist-get", {"short_id": "synthetic-expiring"})
                )
            )
    return statistics.median(direct), statistics.median(forwarded)


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
            direct, forwarded = anyio.run(measure, origin, key, calls)
    ratio = forwarded / direct
    print(f"direct {direct:.2f} ms, forwarded {forwarded:.2f} ms: {ratio:.2f}x (budget {BUDGET}x)")
    return 0 if ratio <= BUDGET else 1


if __name__ == "__main__":
    sys.exit(main())
