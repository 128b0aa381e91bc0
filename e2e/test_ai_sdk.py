"""Vercel's AI SDK (`@ai-sdk/mcp`) over stdio.

It sends `server/discover` and, after a second without an answer, `initialize` on the same pipe.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from replay_mcp.server.listed_tools import listed_tools
from tests.servers import clean_environment

pytestmark = pytest.mark.timeout(120)

HERE = Path(__file__).parent
TOOLS = sum(tool.view != "app" for tool in listed_tools())
LATE = [sys.executable, str(HERE / "late_start.py")]


def connections(times: int, store: Path, launcher: list[str]) -> list[dict[str, Any]]:
    server = [*launcher, sys.executable, "-m", "replay_mcp", "--local", str(store), "--demo"]
    ended = subprocess.run(
        ["node", str(HERE / "ai_sdk.mjs"), str(times), *server],
        cwd=HERE.parent,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_it_connects_and_calls_a_tool(tmp_path: Path) -> None:
    found = connections(5, tmp_path / "replay.sqlite", [])
    # Which era depends on how fast the server starts on this machine.
    assert {seen.pop("protocolVersion") for seen in found} <= {"2025-11-25", "2026-07-28"}
    assert [seen | {"faults": []} for seen in found] == [{"tools": TOOLS, "rows": 2, "faults": []}] * 5


def test_it_connects_to_a_server_that_starts_late(tmp_path: Path) -> None:
    expected: dict[str, Any] = {"protocolVersion": "2025-11-25", "tools": TOOLS, "rows": 2, "faults": []}
    assert connections(3, tmp_path / "replay.sqlite", LATE) == [expected] * 3
