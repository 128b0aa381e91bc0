"""Session summaries: computed from the timeline and stored; the response follows the live server."""

import itertools
import logging
import sqlite3
import time
from typing import Any, Final

import orjson

from replay_mcp.api.summaries import FAILURES, Failure
from replay_mcp.api.types import MAX_FOCUS_AREA_LENGTH, MAX_SUMMARY_SESSIONS
from replay_mcp.errors import DeadlineExceeded, UnreadableRecording
from replay_mcp.local.errors import ApiFailure, invalid, server_error
from replay_mcp.local.http.call import Call, Reply
from replay_mcp.local.http.fields import Field, ListField, TextField, validate
from replay_mcp.local.store.blocks import read_lines
from replay_mcp.local.store.database import reading, writing
from replay_mcp.local.store.sqlite_errors import as_api_failures, trouble
from replay_mcp.recording.summary.summary import VERSION, summarize
from replay_mcp.recording.timeline.reader import TimelineReader
from replay_mcp.redaction import Redaction

from .search import find_recording

logger = logging.getLogger(__name__)

MAX_SECONDS: Final = 45.0
"""Time limit for reading a recording. One that takes longer is assumed to be malicious and is not summarised."""

_LINES_AT_ONCE: Final = 64
_REDACTION: Final = Redaction("standard")
CREATE_FIELDS: Final[dict[str, Field]] = {
    "session_ids": ListField(item=TextField(), required=True, min_length=1, max_length=MAX_SUMMARY_SESSIONS),
    "focus_area": TextField(blank=True, max_length=MAX_FOCUS_AREA_LENGTH),
}


def summaries_create(call: Call) -> Reply:
    """Map each requested session to its summary, or to the reason why it has none.

    Raises 400 for invalid fields.
    """
    values = validate(call.body, CREATE_FIELDS)
    session_ids: list[str] = values["session_ids"]
    try:
        return Reply({session_id: _entry(call, session_id, values.get("focus_area", "")) for session_id in session_ids})
    except ApiFailure:
        raise
    except Exception as error:
        logger.exception("summaries crashed")
        named = ", ".join(session_ids)
        detail = f"Failed to generate individual session summaries for sessions {named}. Please try again later."
        raise server_error(detail) from error


def cloud_only(call: Call) -> Reply:
    """Always raises 400, as self-hosted builds do (live behaviour)."""
    del call
    raise invalid("Session summaries are only supported in PostHog Cloud")


def make_summary(db: sqlite3.Connection, session_id: str, focus_area: str = "") -> dict[str, Any] | None:
    """Summarise a stored recording; None if it has no usable events.

    Raises:
        UnreadableRecording: its blocks are damaged or contain no event.
        DeadlineExceeded: reading it takes longer than `MAX_SECONDS`.
    """
    ends = time.monotonic() + MAX_SECONDS
    reader = TimelineReader(_REDACTION, expired=lambda: time.monotonic() > ends)
    lines = iter(read_lines(db, session_id))
    empty = True
    while chunk := list(itertools.islice(lines, _LINES_AT_ONCE)):
        reader.feed(b"\n".join(chunk) + b"\n")
        empty = False
    return None if empty else summarize(session_id, reader.finish(), focus_area)


def store_summary(
    db: sqlite3.Connection, row: sqlite3.Row, summary: dict[str, Any], *, now: int, focus_area: str = ""
) -> None:
    """Store a summary of a recording within the caller's transaction, unless the recording has changed since `row`."""
    db.execute(
        "INSERT OR REPLACE INTO session_summary SELECT team_id, session_id, ?, ?, ?, change, ? FROM recording"
        " WHERE session_id = ? AND change = ? AND deleted_at IS NULL",
        (focus_area, orjson.dumps(summary).decode(), now, VERSION, row["session_id"], row["change"]),
    )


def _entry(call: Call, session_id: str, focus_area: str) -> dict[str, Any]:
    try:
        with as_api_failures():
            return _summary(call, session_id, focus_area)
    except ApiFailure:  # the store cannot be used, so the other sessions would fail as well
        raise
    except UnreadableRecording as error:
        return _failure("summary_failed", f"The recording cannot be read. {error.why}")
    except DeadlineExceeded as error:
        return _failure("summary_failed", error.why)
    except Exception:  # a crash in one session must not prevent the summaries of the others
        logger.exception("session %s could not be summarised", session_id)
        return _failure("summary_failed")


def _summary(call: Call, session_id: str, focus_area: str) -> dict[str, Any]:
    with reading(call.db):
        row = find_recording(call, session_id)
        if row is None:
            return _failure("recording_not_found")
        if stored := _stored(call, row, focus_area):
            return stored
        summary = make_summary(call.db, session_id, focus_area)
    if summary is None:
        return _failure("no_events_or_too_short")
    _try_to_store(call, row, summary, focus_area)
    return summary


def _try_to_store(call: Call, row: sqlite3.Row, summary: dict[str, Any], focus_area: str) -> None:
    """Store the summary. If the disk is full or the store is locked, it is computed again the next time."""
    try:
        with writing(call.db):
            store_summary(call.db, row, summary, now=call.now, focus_area=focus_area)
    except sqlite3.OperationalError as error:
        if trouble(error) is None:
            raise
        logger.warning("The summary of %s was not stored: %s", row["session_id"], error)


def _stored(call: Call, row: sqlite3.Row, focus_area: str) -> dict[str, Any] | None:
    query = (
        "SELECT summary FROM session_summary WHERE team_id = ? AND session_id = ? AND focus_area = ?"
        " AND recording_change = ? AND rules = ?"
    )
    stored = (call.team.id, row["session_id"], focus_area, row["change"], VERSION)
    found = call.db.execute(query, stored).fetchone()
    return orjson.loads(found["summary"]) if found else None


def _failure(kind: Failure, message: str = "") -> dict[str, Any]:
    return {"error": kind, "error_message": message or FAILURES[kind]}
