"""The player's page, which holds no recorded data, and the requests of its script for a recording and its frames."""

import time
from typing import Final

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from replay_mcp.errors import DeadlineExceeded, UnreadableRecording
from replay_mcp.local.errors import ApiFailure
from replay_mcp.local.http.pages import APP_HEADERS, render_page
from replay_mcp.local.store.clock import Clock
from replay_mcp.local.store.database import Store, reading
from replay_mcp.recording.playback.player_data import frame_at, player_recording

from .access import authorize
from .open_recordings import OpenRecordings
from .responses import check_method, data, latest_change, number, unreadable
from .stepped_reading import REDACTION, BlocksRead

AT_ONCE: Final = 2
"""Recordings read and frames made at the same time; other requests wait."""
FRAME_SECONDS: Final = 10.0
"""Time limit for a frame."""


class PlayerPages:
    """Serves the player and what it shows.

    Args:
        store: the store with the recordings.
        clock: returns the time in epoch milliseconds.
        recordings: reads the recordings and keeps them.
        keyless: whether browsers of this machine need no key: see `authorize`.
    """

    def __init__(self, store: Store, clock: Clock, recordings: OpenRecordings, *, keyless: bool) -> None:
        self._store = store
        self._clock = clock
        self._keyless = keyless
        self._open = recordings
        self._limiter = anyio.CapacityLimiter(AT_ONCE)

    async def page(self, request: Request) -> Response:
        """The page of the player. Its script reads the environment, the recording and the moment from its address."""
        del request
        return HTMLResponse(render_page("player"), headers=APP_HEADERS)

    async def recording(self, request: Request) -> Response:
        """The recording as `PlayerRecording`; with status 202, how much of it has been read: ask again."""
        check_method(request)
        return await anyio.to_thread.run_sync(self._recording, request, limiter=self._limiter)

    async def frame(self, request: Request) -> Response:
        """What the tab `tab` showed at `at`, in milliseconds from the start of the recording, as `PlayerFrame`.

        With status 202, how much has been read of the part around it: ask again.
        """
        check_method(request)
        return await anyio.to_thread.run_sync(self._frame, request, limiter=self._limiter)

    def _recording(self, request: Request) -> Response:
        session_id: str = request.path_params["id"]
        with self._store.connection() as db, reading(db):
            team = authorize(db, request, keyless=self._keyless)
            try:
                change = latest_change(db, team.id, session_id, self._clock())
                found = self._open.read(db, session_id, change)
            except ApiFailure:
                self._open.drop(session_id)
                raise
            except (UnreadableRecording, DeadlineExceeded) as error:
                raise unreadable(error) from error
        if isinstance(found, BlocksRead):
            return data(found, 202)
        return data(player_recording(session_id, found.timeline, found.screens, all_moments=True))

    def _frame(self, request: Request) -> Response:
        session_id: str = request.path_params["id"]
        with self._store.connection() as db:
            team = authorize(db, request, keyless=self._keyless)
            try:
                latest_change(db, team.id, session_id, self._clock())
            except ApiFailure:
                self._open.drop(session_id)
                raise
            tab, at = number(request, "tab"), number(request, "at")
            found = self._open.get(session_id)
            if found is None:
                raise ApiFailure(409, {"detail": "The recording is no longer open. Load the page again."})
            timestamp = found.timeline.start + at
            try:
                screens = self._open.screens(db, session_id, tab, timestamp) or found.screens
            except (UnreadableRecording, DeadlineExceeded) as error:
                raise unreadable(error) from error
        if isinstance(screens, BlocksRead):
            return data(screens, 202)
        ends = time.monotonic() + FRAME_SECONDS
        try:
            return data(frame_at(screens, tab, timestamp, REDACTION, lambda: time.monotonic() > ends))
        except DeadlineExceeded as error:
            raise unreadable(error) from error
