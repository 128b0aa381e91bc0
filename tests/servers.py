"""Server processes as users start them, with every wait bounded."""

import os
import re
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

STARTED = "Listening on"
STOP_WITHIN_SECONDS = 30


def clean_environment(**extra: str) -> dict[str, str]:
    """This process's environment plus `extra`, without Replay MCP's settings and without a cache in the user's home."""
    left_out = ("POSTHOG_", "REPLAY_MCP_", "PYTHONDONTWRITEBYTECODE")  # processes start faster from bytecode
    others = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return others | {"REPLAY_MCP_CACHE": "off"} | extra


@contextmanager
def serving(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Generator[subprocess.Popen[str]]:
    """Start `replay-mcp ARGUMENTS` on a socket, ready to answer; write its stderr to `log` and leave its stdout readable."""
    command = [sys.executable, "-m", "replay_mcp", *arguments]
    # Reading stderr until the server reports that it listens needs no polling.
    process = subprocess.Popen(
        command, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
    )
    assert process.stderr is not None
    lines: list[str] = []
    try:
        for line in process.stderr:
            lines.append(line)
            if STARTED in line:
                break
        else:
            raise AssertionError(f"the server ended with {process.wait()}: {''.join(lines)}")
        log.write_text("".join(lines), encoding="utf-8")
        yield process
    finally:
        process.terminate()
        _, rest = process.communicate(timeout=STOP_WITHIN_SECONDS)
        log.write_text("".join(lines) + rest, encoding="utf-8")


def listening_port(log: Path) -> int:
    """The port in the log of a running server, which `--port 0` makes the server choose."""
    found = re.search(rf"{STARTED} http://[^ ]+:(\d+)", log.read_text(encoding="utf-8"))
    assert found, log.read_text(encoding="utf-8")
    return int(found[1])


def run_process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `replay-mcp ARGUMENTS` as a process, with an empty stdin and only these settings."""
    return subprocess.run(
        [sys.executable, "-m", "replay_mcp", *arguments],
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        check=False,
    )
