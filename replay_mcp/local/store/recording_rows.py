"""A recording's rows other than its blocks: the recording, its URLs, console lines and failed requests."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from replay_mcp.api.types import check_path_id
from replay_mcp.errors import StoreError
from replay_mcp.recording.rrweb.metadata import (
    MAX_CONSOLE_LINES,
    MAX_FAILED_REQUESTS,
    MAX_URLS,
    Metadata,
)

from .accounts import Team
from .clock import DAY_MS

RECORDED: Final = (
    "recording_block", "recording_url", "console_log", "failed_request", "session_summary", "external_reference",
)  # fmt: skip
"""Tables with recorded and derived data. Product events belong to analytics and are not deleted, as in PostHog."""
_ROWS_AT_ONCE: Final = 200
"""Older versions of SQLite accept 999 values in a statement."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The identity of a recording, and the library that recorded it.

    Attributes:
        distinct_id: the recorded person's id; ignored if the recording is stored already.
    """

    session_id: str
    distinct_id: str
    snapshot_source: str = "web"
    snapshot_library: str | None = None


def find_row(db: sqlite3.Connection, team: Team, session_id: str) -> sqlite3.Row | None:
    """The row of a recording, even a deleted or expired one; None if it is not stored.

    Raises:
        StoreError: the id belongs to a recording of another environment, or is not possible in a URL.
    """
    try:
        check_path_id(session_id)
    except ValueError as error:
        raise StoreError(f"A recording cannot have the id {session_id[:200]!r}: {error}.") from error
    if "." in session_id:
        raise StoreError(f"A recording cannot have the id {session_id!r}: the API has no route to an id with a dot.")
    row = db.execute("SELECT * FROM recording WHERE session_id = ?", (session_id,)).fetchone()
    if row and row["team_id"] != team.id:
        raise StoreError(f"Recording {session_id!r} is already stored, in environment {row['team_id']}.")
    return row


def numbers(metadata: Metadata, *, retention_days: int) -> dict[str, Any]:
    """The columns derived from a recording's events and its retention."""
    start = metadata.start_time
    return {
        "start_time": start,
        "end_time": metadata.end_time,
        "duration": metadata.duration,
        "active_seconds": metadata.active_seconds,
        "active_ms": metadata.active_ms,
        "event_count": metadata.event_count,
        "click_count": metadata.click_count,
        "keypress_count": metadata.keypress_count,
        "mouse_activity_count": metadata.mouse_activity_count,
        "console_log_count": metadata.console_log_count,
        "console_warn_count": metadata.console_warn_count,
        "console_error_count": metadata.console_error_count,
        "activity_score": metadata.activity_score,
        "retention_period_days": retention_days,
        "expiry_time": start - start % DAY_MS + retention_days * DAY_MS,
    }


def new_row(team: Team, origin: Origin, metadata: Metadata, *, received_at: int) -> dict[str, Any]:
    """The row of a new recording; `received_at`, epoch milliseconds, determines `ongoing`."""
    return numbers(metadata, retention_days=team.retention_period_days) | {
        "session_id": origin.session_id,
        "team_id": team.id,
        "distinct_id": origin.distinct_id,
        "start_url": metadata.start_url,
        "snapshot_source": origin.snapshot_source,
        "snapshot_library": origin.snapshot_library,
        "last_ingested_at": received_at,
    }


def insert_row(db: sqlite3.Connection, row: Mapping[str, Any]) -> None:
    """Insert a row of `recording`."""
    marks = ", ".join(f":{name}" for name in row)
    db.execute(f"INSERT INTO recording ({', '.join(row)}) VALUES ({marks})", row)  # noqa: S608 - names from above
    _count_change(db, row["session_id"])


def update_row(db: sqlite3.Connection, session_id: str, row: Mapping[str, Any]) -> None:
    """Update columns of a recording's row."""
    columns = ", ".join(f"{name} = :{name}" for name in row)
    db.execute(f"UPDATE recording SET {columns} WHERE session_id = :id", {**row, "id": session_id})  # noqa: S608 - as above
    _count_change(db, session_id)


def forget_summaries(db: sqlite3.Connection, team: Team, session_id: str) -> None:
    """Remove the stored summaries of a recording that has new events."""
    db.execute("DELETE FROM session_summary WHERE team_id = ? AND session_id = ?", (team.id, session_id))


def _count_change(db: sqlite3.Connection, session_id: str) -> None:
    query = "UPDATE recording SET change = (SELECT max(change) + 1 FROM recording) WHERE session_id = ?"
    db.execute(query, (session_id,))


def insert_found(db: sqlite3.Connection, session_id: str, metadata: Metadata) -> None:
    """Insert the URLs, console lines and failed requests of events, up to the limits per recording."""
    found = _fitting(db, session_id, metadata)
    _insert_many(
        db,
        "INSERT INTO recording_url VALUES {}"
        " ON CONFLICT DO UPDATE SET first_seen = min(first_seen, excluded.first_seen)",
        [(session_id, url, first_seen) for url, first_seen in found.urls.items()],
    )
    _insert_many(
        db,
        "INSERT INTO console_log (session_id, timestamp, level, message) VALUES {}",
        [(session_id, line.timestamp, line.level, line.message) for line in found.console],
    )
    _insert_many(
        db,
        "INSERT OR IGNORE INTO failed_request VALUES {}",
        [(session_id, host, status) for host, status in sorted(found.failed_requests)],
    )


def _insert_many(db: sqlite3.Connection, statement: str, rows: Sequence[tuple[str | int, ...]]) -> None:
    """Insert rows in few statements, because each statement that fires a trigger flushes the text index."""
    for begin in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows[begin : begin + _ROWS_AT_ONCE]
        marks = ", ".join(f"({', '.join('?' * len(row))})" for row in some)
        db.execute(statement.format(marks), [value for row in some for value in row])


def _fitting(db: sqlite3.Connection, session_id: str, metadata: Metadata) -> Metadata:
    """The metadata cut to the limits, less what is stored; values that are stored already do not count."""
    urls = {row["url"] for row in db.execute("SELECT url FROM recording_url WHERE session_id = ?", (session_id,))}
    query = "SELECT host, status FROM failed_request WHERE session_id = ?"
    failed = {(row["host"], row["status"]) for row in db.execute(query, (session_id,))}
    query = "SELECT count(*) FROM console_log WHERE session_id = ?"
    lines: int = db.execute(query, (session_id,)).fetchone()[0]
    new_urls = [url for url in metadata.urls if url not in urls][: max(0, MAX_URLS - len(urls))]
    new_failed = sorted(metadata.failed_requests - failed)[: max(0, MAX_FAILED_REQUESTS - len(failed))]
    return replace(
        metadata,
        urls={url: seen for url, seen in metadata.urls.items() if url in urls or url in new_urls},
        console=metadata.console[: max(0, MAX_CONSOLE_LINES - lines)],
        failed_requests=frozenset(new_failed),
    )
