"""Start-up of a stdio server: time from spawn to the response of `tools/list`, and import time of our own modules.

    python -m benchmarks.startup [RUNS]

Budgets: 1.15x a bare `MCPServer` without tools, and 10 % of the import time of `mcp`. Both servers are spawned
alternately, so that load on the machine affects both; medians are compared.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Final

SPAWN_BUDGET: Final = 1.15
IMPORT_BUDGET: Final = 0.10
IMPORT_RUNS: Final = 5
SHOWN: Final = 8
"""Our slowest modules that are listed."""

BARE: Final = "from mcp.server.mcpserver import MCPServer; MCPServer('bare').run()"
AFTER_MCP: Final = "import mcp; from replay_mcp.cli import main; main()"
"""The server, with `mcp` and all that it imports loaded first."""
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
STDIN: Final = "".join(json.dumps(request) + "\n" for request in REQUESTS).encode()
TIMEOUT: Final = 60
_IMPORTED: Final = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \| +(\S+)")


def environment() -> dict[str, str]:
    """The environment variables of both servers."""
    return os.environ | {"POSTHOG_PERSONAL_API_KEY": "phx_benchmark", "POSTHOG_ENVIRONMENT_ID": "1"}


def spawn(arguments: list[str]) -> float:
    """Return the seconds from spawn to the response of `tools/list`."""
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(STDIN)
        process.stdin.flush()
        while json.loads(process.stdout.readline()).get("id") != 2:
            pass
        took = time.perf_counter() - started
        process.kill()
    return took


def import_times() -> tuple[int, dict[str, int]]:
    """Return the import time of `mcp` and our modules' self times up to the response, in µs."""
    command = [sys.executable, "-X", "importtime", "-c", AFTER_MCP]
    done = subprocess.run(
        command, input=STDIN, capture_output=True, env=environment(), check=True, timeout=TIMEOUT
    ).stderr.decode()
    imported = list(_imported(done))
    mcp = next(total for _, total, name in imported if name == "mcp")
    return mcp, {name: own for own, _, name in imported if name.split(".")[0] == "replay_mcp"}


def _imported(stderr: str) -> Iterator[tuple[int, int, str]]:
    """Yield self time, total time and name of each module."""
    for match in _IMPORTED.finditer(stderr):
        yield int(match[1]), int(match[2]), match[3]


def spawn_ratio(runs: int) -> float:
    """Print the median times from spawn to response and return their ratio."""
    times: dict[str, list[float]] = {"bare": [], "replay-mcp": []}
    for run in range(runs + 1):
        bare, ours = spawn(["-c", BARE]), spawn(["-m", "replay_mcp"])
        if run:  # the first pair writes bytecode and fills the disk cache
            times["bare"].append(bare)
            times["replay-mcp"].append(ours)
    bare, ours = (statistics.median(times[name]) for name in ("bare", "replay-mcp"))
    ratio = ours / bare
    print(
        f"bare MCPServer {bare * 1000:.0f} ms, replay-mcp {ours * 1000:.0f} ms: {ratio:.2f}x (budget {SPAWN_BUDGET}x)"
    )
    return ratio


def import_share() -> float:
    """Print the import time of our modules, the slowest by name, and return the median share of that of `mcp`."""
    runs = sorted((import_times() for _ in range(IMPORT_RUNS)), key=lambda run: sum(run[1].values()) / run[0])
    mcp, modules = runs[IMPORT_RUNS // 2]
    ours = sum(modules.values())
    share = ours / mcp
    print(
        f"import mcp {mcp / 1000:.0f} ms, our {len(modules)} modules {ours / 1000:.0f} ms: "
        f"{share:.1%} (budget {IMPORT_BUDGET:.0%})"
    )
    for name, own in sorted(modules.items(), key=lambda item: -item[1])[:SHOWN]:
        print(f"  {own / 1000:6.1f} ms  {name}")
    return share


def main() -> int:
    """Print both measurements; return 1 if one exceeds its budget."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    within = [spawn_ratio(runs) <= SPAWN_BUDGET, import_share() <= IMPORT_BUDGET]
    return 0 if all(within) else 1


if __name__ == "__main__":
    sys.exit(main())
