"""A server process as users start it, with its memory and descriptors."""

import re
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers import clean_environment, listening_port, serving


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """A running server.

    Attributes:
        process: the process.
        url: the URL of its MCP endpoint.
        log: the file to which its stderr is written.
    """

    process: subprocess.Popen[str]
    url: str
    log: Path

    def memory_kb(self) -> int:
        """Return its resident memory in KB; 0 where there is no `/proc`."""
        status = Path(f"/proc/{self.process.pid}/status")
        found = re.search(r"VmRSS:\s*(\d+) kB", status.read_text()) if status.exists() else None
        return int(found[1]) if found else 0

    def descriptors(self) -> int:
        """Return the number of its open descriptors; 0 where there is no `/proc`."""
        descriptors = Path(f"/proc/{self.process.pid}/fd")
        return len(list(descriptors.iterdir())) if descriptors.exists() else 0


@contextmanager
def http_server(directory: Path, store: Path, *flags: str) -> Generator[ServerProcess]:
    """Run `replay-mcp serve --transport http` on the store during the block.

    Raises:
        subprocess.CalledProcessError: it did not exit with 0 or by SIGTERM.
    """
    log = directory / "server.log"
    arguments = ["serve", "--transport", "http", "--port", "0", "--local", str(store), *flags]
    with serving(arguments, clean_environment(REPLAY_MCP_AUDIT=str(directory / "audit.log")), log) as process:
        yield ServerProcess(process, f"http://127.0.0.1:{listening_port(log)}/mcp", log)
    if process.returncode not in (0, -15):
        raise subprocess.CalledProcessError(process.returncode, [sys.executable, *arguments])
