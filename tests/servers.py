"""Server processes as users start them, with every wait bounded."""

import os
import re
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import IO

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
    pipe = subprocess.PIPE
    with (
        log.open("w", encoding="utf-8", buffering=1) as file,
        subprocess.Popen(command, env=dict(environment), stdout=pipe, stderr=pipe, text=True, bufsize=1) as process,
    ):
        started = Event()
        copying = Thread(target=_copy_log, args=(process.stderr, file, started))
        copying.start()
        try:
            started.wait()
            if STARTED not in (written := log.read_text(encoding="utf-8")):
                raise AssertionError(f"the server ended with {process.wait()}: {written}")
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=STOP_WITHIN_SECONDS)
            finally:
                process.kill()
                copying.join()


def _copy_log(stderr: IO[str], log: IO[str], started: Event) -> None:
    """Copy all of a server's stderr, because a full pipe stops the server. Set `started` once it listens or ends."""
    for line in stderr:
        log.write(line)
        if STARTED in line:
            started.set()
    started.set()


def listening_port(log: Path) -> int:
    """Return the port from the log of a running server, which chooses it with `--port 0`."""
    found = re.search(rf'{STARTED} http://[^ "]+:(\d+)', log.read_text(encoding="utf-8"))
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
