"""What requests of the player and of the status page have in common."""

import re
import sqlite3
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from replay_mcp import frontend
from replay_mcp.errors import DeadlineExceeded, UnreadableRecording
from replay_mcp.local.errors import ApiFailure, invalid, method_not_allowed, not_found

_DATA_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_FILE_HEADERS: Final = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
_METHODS: Final = ("GET", "HEAD")
_WHOLE: Final = re.compile(r"[0-9]{1,13}", re.ASCII)


def check_method(request: Request) -> None:
    """Raise 405 unless the request reads."""
    if request.method not in _METHODS:
        raise method_not_allowed(request.method, _METHODS)


async def frontend_file(request: Request) -> Response:
    """A script or a style sheet of the front end."""
    check_method(request)
    page, kind = request.path_params["page"], request.path_params["kind"]
    if kind == "js":
        return Response(frontend.script(page), headers=_FILE_HEADERS, media_type="text/javascript")
    return Response(frontend.style(page), headers=_FILE_HEADERS, media_type="text/css")


def number(request: Request, name: str) -> int:
    """A parameter that is a whole number.

    Raises:
        ApiFailure: 400 for anything else.
    """
    value = request.query_params.get(name, "")
    if not _WHOLE.fullmatch(value):
        raise invalid(f"{name} must be a whole number.", attr=name)
    return int(value)


def latest_change(db: sqlite3.Connection, team_id: int, session_id: str, now: int) -> int:
    """The number of a recording's latest change.

    Raises:
        ApiFailure: 404 for an unknown, deleted or expired recording.
    """
    row = db.execute(
        "SELECT change FROM recording WHERE session_id = ? AND team_id = ? AND deleted_at IS NULL AND expiry_time >= ?",
        (session_id, team_id, now),
    ).fetchone()
    if row is None:
        raise not_found("This recording does not exist, or it was deleted.")
    return row["change"]


def unreadable(error: UnreadableRecording | DeadlineExceeded) -> ApiFailure:
    """422 for a recording that cannot be read."""
    return ApiFailure(422, {"detail": f"The recording cannot be shown. {error.why}"})


def data(value: msgspec.Struct, status: int = 200) -> Response:
    """A response with a value as JSON."""
    return Response(msgspec.json.encode(value), status, _DATA_HEADERS, media_type="application/json")
