"""The player's page, which holds no recorded data, and the requests of its script for a recording and its frames."""

import re
import sqlite3
import time
from typing import Final

import anyio
import anyio.to_thread
import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from replay_mcp import frontend
from replay_mcp.errors import DeadlineExceeded, UnreadableRecording
from replay_mcp.local.errors import ApiFailure, invalid, method_not_allowed, not_found
from replay_mcp.local.http.pages import render_page
from replay_mcp.local.store.clock import Clock
from replay_mcp.local.store.database import Store, reading
from replay_mcp.recording.playback.player_data import frame_at, player_recording

from .access import authorize
from .open_recordings import REDACTION, BlocksRead, OpenRecordings

AT_ONCE: Final = 2
"""Recordings read and frames made at the same time; other requests wait."""
FRAME_SECONDS: Final = 10.0
"""Time limit for a frame."""
PAGE_HEADERS: Final = {
    # Frames inherit this policy and have a stricter one of their own; their styles are inline.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
        " connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_DATA_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_METHODS: Final = ("GET", "HEAD")
_WHOLE: Final = re.compile(r"[0-9]{1,13}", re.ASCII)


class PlayerPages:
    """Serves the player and what it shows.

    Args:
        store: the store with the recordings.
        clock: returns the time in epoch milliseconds.
        keyless: whether browsers of this machine need no key: see `authorize`.
    """

    def __init__(self, store: Store, clock: Clock, *, keyless: bool) -> None:
        self._store = store
        self._clock = clock
        self._keyless = keyless
        self._open = OpenRecordings()
        self._limiter = anyio.CapacityLimiter(AT_ONCE)

    async def page(self, request: Request) -> Response:
        """The page of the player. Its script reads the environment, the recording and the moment from its address."""
        del request
        return HTMLResponse(render_page("player"), headers=PAGE_HEADERS)

    async def script(self, request: Request) -> Response:
        """The player's script."""
        _check_method(request)
        headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        return Response(frontend.script("player"), headers=headers, media_type="text/javascript")

    async def style(self, request: Request) -> Response:
        """The player's style sheet."""
        _check_method(request)
        headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        return Response(frontend.style(), headers=headers, media_type="text/css")

    async def recording(self, request: Request) -> Response:
        """The recording as `PlayerRecording`; with status 202, how much of it has been read: ask again."""
        _check_method(request)
        return await anyio.to_thread.run_sync(self._recording, request, limiter=self._limiter)

    async def frame(self, request: Request) -> Response:
        """What the tab `tab` showed at `at`, in milliseconds from the start of the recording, as `PlayerFrame`."""
        _check_method(request)
        return await anyio.to_thread.run_sync(self._frame, request, limiter=self._limiter)

    def _recording(self, request: Request) -> Response:
        session_id: str = request.path_params["id"]
        with self._store.connection() as db, reading(db):
            change = self._change(db, request)
            try:
                found = self._open.read(db, session_id, change)
            except (UnreadableRecording, DeadlineExceeded) as error:
                raise _unreadable(error) from error
        if isinstance(found, BlocksRead):
            return _json(found, 202)
        return _json(player_recording(session_id, found.timeline, found.screens))

    def _frame(self, request: Request) -> Response:
        with self._store.connection() as db:
            self._change(db, request)
        tab, at = _number(request, "tab"), _number(request, "at")
        found = self._open.get(request.path_params["id"])
        if found is None:
            raise ApiFailure(409, {"detail": "The recording is no longer open. Load the page again."})
        ends = time.monotonic() + FRAME_SECONDS
        screens, start = found.screens, found.timeline.start
        try:
            return _json(frame_at(screens, tab, start + at, REDACTION, lambda: time.monotonic() > ends))
        except DeadlineExceeded as error:
            raise _unreadable(error) from error

    def _change(self, db: sqlite3.Connection, request: Request) -> int:
        """The number of the recording's latest change.

        Raises:
            ApiFailure: see `authorize`; 404 for an unknown, deleted or expired recording.
        """
        session_id: str = request.path_params["id"]
        team = authorize(db, request, request.path_params["environment"], keyless=self._keyless)
        row = db.execute(
            "SELECT change FROM recording"
            " WHERE session_id = ? AND team_id = ? AND deleted_at IS NULL AND expiry_time >= ?",
            (session_id, team.id, self._clock()),
        ).fetchone()
        if row is None:
            self._open.drop(session_id)
            raise not_found("This recording does not exist, or it was deleted.")
        return row["change"]


def _check_method(request: Request) -> None:
    if request.method not in _METHODS:
        raise method_not_allowed(request.method, _METHODS)


def _number(request: Request, name: str) -> int:
    value = request.query_params.get(name, "")
    if not _WHOLE.fullmatch(value):
        raise invalid(f"{name} must be a whole number.", attr=name)
    return int(value)


def _unreadable(error: UnreadableRecording | DeadlineExceeded) -> ApiFailure:
    return ApiFailure(422, {"detail": f"The recording cannot be shown. {error.why}"})


def _json(value: msgspec.Struct, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, _DATA_HEADERS, media_type="application/json")
