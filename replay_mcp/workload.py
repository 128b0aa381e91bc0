"""What the calls of a process share: how many run, how many recordings are read, and whether the API is reachable."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import anyio

from replay_mcp.errors import ReplayError, Unreachable
from replay_mcp.limits import CALLS, READING_THREADS, RECORDINGS_READ

REMEMBERED_SECONDS: Final = 30.0
"""How long a failed connection counts. After that, new calls may show whether the API can be reached again."""


class Busy(ReplayError):
    """The server is running as many calls as it accepts."""

    kind = "busy"
    default_next = "Try again in a few seconds, with fewer calls at the same time."


class Workload:
    """The running calls. Servers in one process that serve different callers share it.

    Args:
        calls: maximum number of calls that run at the same time.

    Attributes:
        recordings: held while a recording is fetched and parsed.
        threads: held for each piece of parsing in a thread.
    """

    def __init__(self, calls: int = CALLS) -> None:
        self._calls = calls
        self._running = 0
        self._failed_at: float | None = None
        self.recordings = anyio.CapacityLimiter(RECORDINGS_READ)
        self.threads = anyio.CapacityLimiter(READING_THREADS)

    @contextmanager
    def call(self) -> Generator[None]:
        """Count a running call during the block.

        Raises:
            Busy: too many others are running.
        """
        if self._running >= self._calls:
            raise Busy(f"The server is busy with {self._calls} other calls, and did not start this one.")
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1

    def ended(self, kind: str, requests: int) -> None:
        """Record how a call ended, as in the audit log, and how many requests it sent to the API."""
        if requests:
            self._failed_at = time.monotonic() if kind == Unreachable.kind else None

    def api_failed(self) -> bool:
        """Whether the last call that needed the API could not reach it, less than `REMEMBERED_SECONDS` ago."""
        return self._failed_at is not None and time.monotonic() - self._failed_at < REMEMBERED_SECONDS
