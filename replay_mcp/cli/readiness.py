"""What `/ready` reports: whether the local store can be read, or PostHog was reached."""

import sqlite3
import time
from typing import Final

import anyio
import anyio.to_thread

from replay_mcp.local.store.database import Store
from replay_mcp.workload import Workload

_REUSED_SECONDS: Final = 1.0
"""How long a result is reused, so that probes, which need no token, cost little."""
_CHECK_SECONDS: Final = 2.0


class StoreReadiness:
    """Reads a row of the store, in a thread of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._thread = anyio.CapacityLimiter(1)
        self._checking = anyio.Lock()
        self._checked_at = -_REUSED_SECONDS
        self._reason: str | None = None

    async def __call__(self) -> str | None:
        """Return `store_unreadable` if the file is gone, damaged or locked, else None."""
        async with self._checking:
            if time.monotonic() - self._checked_at >= _REUSED_SECONDS:
                self._reason = "store_unreadable"
                with anyio.move_on_after(_CHECK_SECONDS):
                    self._reason = await anyio.to_thread.run_sync(
                        self._check, limiter=self._thread, abandon_on_cancel=True
                    )
                self._checked_at = time.monotonic()
            return self._reason

    def _check(self) -> str | None:
        try:
            self._store.path.stat()
            with self._store.connection() as db:
                db.execute("SELECT id FROM team LIMIT 1").fetchone()
        except (OSError, sqlite3.Error):
            return "store_unreadable"
        return None


class ApiReadiness:
    """Remembers whether calls reached PostHog. Probes send no requests, because PostHog limits their number.

    A rejected key does not count: its error result helps an agent more than a server that cannot be reached.
    """

    def __init__(self, workload: Workload) -> None:
        self._workload = workload

    async def __call__(self) -> str | None:
        """Return `api_unreachable` for a short time after a call that could not connect, else None."""
        return "api_unreachable" if self._workload.api_failed() else None
