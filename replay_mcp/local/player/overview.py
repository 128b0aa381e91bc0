"""The requests of the status page's script: the sessions of an environment, and the problems of each."""

import sqlite3
import threading
from typing import Final

import anyio
import anyio.to_thread
from cachetools import LRUCache
from starlette.requests import Request
from starlette.responses import Response

from replay_mcp.errors import DeadlineExceeded, UnreadableRecording
from replay_mcp.local.store.blocks import block_times
from replay_mcp.local.store.clock import Clock
from replay_mcp.local.store.database import Store, reading
from replay_mcp.recording.playback.problems import SessionProblems, session_problems

from .access import authorize
from .responses import check_method, data, latest_change, unreadable
from .sessions import list_sessions
from .stepped_reading import STEP_SECONDS, BlocksRead, SteppedReading

MOST_KNOWN: Final = 2_000
"""Sessions whose problems are kept, a few kilobytes each."""
MOST_BEING_READ: Final = 4


class OverviewPages:
    """Serves what the status page shows of recordings.

    Args:
        store: the store with the recordings.
        clock: returns the time in epoch milliseconds.
        keyless: whether browsers of this machine need no key: see `authorize`.
    """

    def __init__(self, store: Store, clock: Clock, *, keyless: bool) -> None:
        self._store = store
        self._clock = clock
        self._keyless = keyless
        self._lock = threading.Lock()
        self._known: LRUCache[tuple[str, int], SessionProblems] = LRUCache(MOST_KNOWN)
        self._readings: LRUCache[tuple[str, int], SteppedReading] = LRUCache(MOST_BEING_READ)
        self._reading = anyio.CapacityLimiter(1)
        """Reading is CPU-bound; players come first."""

    async def sessions(self, request: Request) -> Response:
        """The sessions that `search` finds, or all, as `SessionsPage`; `after` is the cursor of the page before."""
        check_method(request)
        return await anyio.to_thread.run_sync(self._sessions, request)

    async def problems(self, request: Request) -> Response:
        """A session's `SessionProblems`; with status 202, how much of it has been read: ask again."""
        check_method(request)
        return await anyio.to_thread.run_sync(self._problems, request, limiter=self._reading)

    def _sessions(self, request: Request) -> Response:
        with self._store.connection() as db, reading(db):
            team = authorize(db, request, keyless=self._keyless)
            search, after = (request.query_params.get(name, "") for name in ("search", "after"))
            found = list_sessions(db, self._store.connection, team, self._clock(), search=search, after=after)
        return data(found)

    def _problems(self, request: Request) -> Response:
        session_id: str = request.path_params["id"]
        with self._store.connection() as db, reading(db):
            team = authorize(db, request, keyless=self._keyless)
            change = latest_change(db, team.id, session_id, self._clock())
            with self._lock:
                known = self._known.get((session_id, change))
            found = known or self._read(db, session_id, change)
        return data(found, 202 if isinstance(found, BlocksRead) else 200)

    def _read(self, db: sqlite3.Connection, session_id: str, change: int) -> SessionProblems | BlocksRead:
        """Go on reading a recording. One that changes meanwhile is read from its beginning again."""
        with self._lock:
            read = self._readings.get((session_id, change))
            if read is None:
                read = self._readings[session_id, change] = SteppedReading(block_times(db, session_id))
        try:
            timeline = read.go_on(db, STEP_SECONDS)
        except (UnreadableRecording, DeadlineExceeded) as error:
            self._finish(session_id, change)
            raise unreadable(error) from error
        if isinstance(timeline, BlocksRead):
            return timeline
        found = session_problems(session_id, timeline)
        self._finish(session_id, change)
        with self._lock:
            self._known[session_id, change] = found
        return found

    def _finish(self, session_id: str, change: int) -> None:
        with self._lock:
            self._readings.pop((session_id, change), None)
