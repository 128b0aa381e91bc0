"""Session summaries: made from what was recorded, kept, and given again (live behaviour of the answer)."""

import logging
import sqlite3
from typing import Any, Final

import orjson

from replay_mcp.api.types import MAX_FOCUS_AREA_LENGTH, MAX_SUMMARY_SESSIONS
from replay_mcp.errors import UnreadableRecording
from replay_mcp.recording.events import EventReader
from replay_mcp.recording.happenings import ProductEvent
from replay_mcp.recording.summary import summarize

from .blocks import read_lines
from .call import Call, Reply
from .failures import server_error
from .fields import ListOf, Text, validate
from .recording_query import find_recording
from .store import reading, writing

logger = logging.getLogger(__name__)

MAX_PRODUCT_EVENTS: Final = 10_000
"""A summary reads so many of a session's product events, the earliest."""
FAILURES: Final = {
    "recording_not_found": "No recording found for this session ID. The recording may not have been captured, may have"
    " expired, or may belong to a different team.",
    "no_events_or_too_short": "Recording has no usable events to summarize (typically because it is too short).",
    "summary_failed": "Failed to generate a summary for this session. Please try again later.",
}
"""Why there is no summary of a session, in the live server's words."""

_CREATE = {
    "session_ids": ListOf(item=Text(), required=True, min_length=1, max_length=MAX_SUMMARY_SESSIONS),
    "focus_area": Text(blank=True, max_length=MAX_FOCUS_AREA_LENGTH),
}


def summaries_create(call: Call) -> Reply:
    """A map with one entry for each session asked for: its summary, or why there is none.

    Raises 400 for wrong fields.
    """
    values = validate(call.body, _CREATE)
    session_ids: list[str] = values["session_ids"]
    try:
        return Reply({session_id: _entry(call, session_id, values.get("focus_area", "")) for session_id in session_ids})
    except Exception as error:
        logger.exception("summaries crashed")
        named = ", ".join(session_ids)
        detail = f"Failed to generate individual session summaries for sessions {named}. Please try again later."
        raise server_error(detail) from error


def make_summary(db: sqlite3.Connection, team_id: int, session_id: str, focus_area: str = "") -> dict[str, Any] | None:
    """The summary of a stored recording, or None when nothing can be told of it.

    Raises:
        UnreadableRecording: its blocks are damaged.
    """
    query = "SELECT * FROM event WHERE team_id = ? AND session_id = ? ORDER BY timestamp, uuid LIMIT ?"
    product_events = [
        ProductEvent(row["uuid"], row["event"], row["timestamp"], orjson.loads(row["properties"]))
        for row in db.execute(query, (team_id, session_id, MAX_PRODUCT_EVENTS))
    ]
    return summarize(session_id, EventReader(read_lines(db, session_id)), product_events, focus_area)


def keep_summary(
    db: sqlite3.Connection, team_id: int, session_id: str, summary: dict[str, Any], *, now: int, focus_area: str = ""
) -> None:
    """Store a summary within the caller's transaction, unless the recording was deleted meanwhile."""
    db.execute(
        "INSERT OR REPLACE INTO session_summary SELECT team_id, session_id, ?, ?, ? FROM recording"
        " WHERE session_id = ? AND team_id = ? AND deleted_at IS NULL",
        (focus_area, orjson.dumps(summary).decode(), now, session_id, team_id),
    )


def _entry(call: Call, session_id: str, focus_area: str) -> dict[str, Any]:
    if find_recording(call, session_id) is None:
        return _failure("recording_not_found")
    if stored := _stored(call, session_id, focus_area):
        return stored
    try:
        with reading(call.db):
            summary = make_summary(call.db, call.team.id, session_id, focus_area)
    except UnreadableRecording:
        return _failure("summary_failed")
    except Exception:  # one session that crashes the summariser must not cost the others theirs
        logger.exception("summarising %s crashed", session_id)
        return _failure("summary_failed")
    if summary is None:
        return _failure("no_events_or_too_short")
    with writing(call.db):
        keep_summary(call.db, call.team.id, session_id, summary, now=call.now, focus_area=focus_area)
    return summary


def _stored(call: Call, session_id: str, focus_area: str) -> dict[str, Any] | None:
    query = "SELECT summary FROM session_summary WHERE team_id = ? AND session_id = ? AND focus_area = ?"
    row = call.db.execute(query, (call.team.id, session_id, focus_area)).fetchone()
    return orjson.loads(row["summary"]) if row else None


def _failure(kind: str) -> dict[str, Any]:
    return {"error": kind, "error_message": FAILURES[kind]}
