"""Spawn to answered `tools/list` over stdio, against a bare `MCPServer` without tools. Budget: 1.15x.

    python -m benchmarks.startup [RUNS]

Both servers are spawned in turn, so that a slow moment of the machine hits both; medians are compared.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from typing import Final

BUDGET: Final = 1.15
BARE: Final = "from mcp.server.mcpserver import MCPServer; MCPServer('bare').run()"
REQUESTS: Final = (
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "benchmark", "version": "1"},
        },
    },
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
    {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
)


def spawn(arguments: list[str]) -> float:
    """Seconds from spawn to the answer of `tools/list`."""
    environment = os.environ | {"POSTHOG_PERSONAL_API_KEY": "phx_benchmark", "POSTHOG_ENVIRONMENT_ID": "1"}
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("".join(json.dumps(request) + "\n" for request in REQUESTS).encode())
        process.stdin.flush()
        while json.loads(process.stdout.readline()).get("id") != 2:
            pass
        took = time.perf_counter() - started
        process.kill()
    return took


def main() -> int:
    """Print the medians and their ratio; 1 when it is over the budget."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    times: dict[str, list[float]] = {"bare": [], "replay-mcp": []}
    for run in range(runs + 1):
        bare, ours = spawn(["-c", BARE]), spawn(["-m", "replay_mcp"])
        if run:  # the first pair warms the bytecode and the disk cache
            times["bare"].append(bare)
            times["replay-mcp"].append(ours)
    bare, ours = (statistics.median(times[name]) for name in ("bare", "replay-mcp"))
    ratio = ours / bare
    print(f"bare MCPServer {bare * 1000:.0f} ms, replay-mcp {ours * 1000:.0f} ms: {ratio:.2f}x (budget {BUDGET}x)")
    return 0 if ratio <= BUDGET else 1


if __name__ == "__main__":
    sys.exit(main())
