"""The requests of the status page's script: the sessions of an environment, and the problems of each."""

import sqlite3
import threading
from typing import Final

import anyio
import anyio.to_thread
from cachetools import LRUCache, TTLCache
from starlette.requests import Request
from starlette.responses import Response

from replay_mcp.errors import DeadlineExceeded, UnreadableRecording
from replay_mcp.local.store.blocks import block_times
from replay_mcp.local.store.clock import Clock
from replay_mcp.local.store.database import Store, reading
from replay_mcp.recording.playback.problems import SessionProblems, session_problems

from .access import authorize
from .responses import check_method, data, latest_change, number, unreadable
from .sessions import DEFAULT_LIMIT, list_sessions
from .stepped_reading import STEP_SECONDS, BlocksRead, SteppedReading

MOST_KNOWN: Final = 2_000
"""Sessions whose problems are kept, a few kilobytes each."""
MOST_BEING_READ: Final = 4
LEFT_SECONDS: Final = 30.0
"""A reading with which nobody goes on for this long is given up."""


class OverviewPages:
    """Serves what the status page shows of recordings.

    Args:
        store: the store with the recordings.
        clock: returns the time in epoch milliseconds.
        seconds: how long a request reads before it reports progress.
        keyless: whether browsers of this machine need no key: see `authorize`.
    """

    def __init__(self, store: Store, clock: Clock, *, seconds: float = STEP_SECONDS, keyless: bool) -> None:
        self._store = store
        self._seconds = seconds
        self._clock = clock
        self._keyless = keyless
        self._lock = threading.Lock()
        self._known: LRUCache[tuple[str, int], SessionProblems] = LRUCache(MOST_KNOWN)
        self._readings: TTLCache[tuple[str, int], SteppedReading] = TTLCache(MOST_BEING_READ, LEFT_SECONDS)
        self._reading = anyio.CapacityLimiter(1)
        """Reading is CPU-bound; players come first."""

    async def sessions(self, request: Request) -> Response:
        """The newest sessions that `search` finds, or of all, at most `limit`, as `SessionsPage`."""
        check_method(request)
        return await anyio.to_thread.run_sync(self._sessions, request)

    async def problems(self, request: Request) -> Response:
        """A session's `SessionProblems`; with status 202, how much of it has been read: ask again."""
        check_method(request)
        return await anyio.to_thread.run_sync(self._problems, request, limiter=self._reading)

    def _sessions(self, request: Request) -> Response:
        with self._store.connection() as db, reading(db):
            team = authorize(db, request, keyless=self._keyless)
            search = request.query_params.get("search", "")
            limit = number(request, "limit") if "limit" in request.query_params else DEFAULT_LIMIT
            found = list_sessions(db, self._store.connection, team, self._clock(), search=search, limit=limit)
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
        """Go on reading a recording, unless too many others are being read.

        One that changes meanwhile is read from its beginning again.
        """
        with self._lock:
            self._readings.expire()
            read = self._readings.pop((session_id, change), None)
            if read is None:
                blocks = block_times(db, session_id)
                if len(self._readings) == MOST_BEING_READ:
                    return BlocksRead(0, len(blocks))
                read = SteppedReading(blocks)
            self._readings[session_id, change] = read  # last in line to expire
        try:
            timeline = read.go_on(db, self._seconds)
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
