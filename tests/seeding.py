"""Rows put straight into a store, where a test needs a state that no request makes."""

import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any

from replay_mcp.local.clock import to_ms

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
"""The time in tests."""

DAY_MS = 86_400_000


def ago(**delta: float) -> int:
    """Epoch milliseconds of a moment before `NOW`, e.g. `ago(days=2)`."""
    return to_ms(NOW - timedelta(**delta))


def add_recording(db: sqlite3.Connection, session_id: str, **columns: Any) -> None:
    """A recording's metadata row without events; one minute long and two hours old unless told otherwise."""
    start = columns.pop("start_time", ago(hours=2))
    retention = columns.pop("retention_period_days", 30)
    row: dict[str, Any] = {
        "session_id": session_id,
        "team_id": 1,
        "distinct_id": f"person-of-{session_id}",
        "start_time": start,
        "end_time": start + 60_000,
        "duration": 60,
        "active_seconds": 40,
        "click_count": 3,
        "keypress_count": 2,
        "mouse_activity_count": 50,
        "console_log_count": 1,
        "console_warn_count": 0,
        "console_error_count": 0,
        "activity_score": 40.0,
        "start_url": "http://shop.example/",
        "snapshot_library": "web",
        "retention_period_days": retention,
        "expiry_time": start - start % DAY_MS + retention * DAY_MS,
        "last_ingested_at": start + 60_000,
    } | columns
    marks = ", ".join(f":{name}" for name in row)
    db.execute(f"INSERT INTO recording ({', '.join(row)}) VALUES ({marks})", row)


def add_event(db: sqlite3.Connection, session_id: str, event: str, **columns: Any) -> None:
    """One product event of a session, one hour old unless told otherwise."""
    row: dict[str, Any] = {
        "uuid": f"{session_id}-{event}-{db.execute('SELECT count(*) FROM event').fetchone()[0]}",
        "team_id": 1,
        "session_id": session_id,
        "distinct_id": f"person-of-{session_id}",
        "event": event,
        "timestamp": ago(hours=1),
    } | columns
    marks = ", ".join(f":{name}" for name in row)
    db.execute(f"INSERT INTO event ({', '.join(row)}) VALUES ({marks})", row)


def add_playlist(db: sqlite3.Connection, short_id: str, **columns: Any) -> int:
    """A playlist made by the first user a day ago, a collection unless told otherwise; gives its id."""
    name = columns.get("name", f"Playlist {short_id}")
    row: dict[str, Any] = {
        "short_id": short_id,
        "team_id": 1,
        "type": "collection",
        "name": name,
        "label": (name or "").lower(),
        "created_at": ago(days=1),
        "created_by": 1,
        "last_modified_at": ago(days=1),
        "last_modified_by": 1,
    } | columns
    marks = ", ".join(f":{column}" for column in row)
    cursor = db.execute(f"INSERT INTO session_recording_playlist ({', '.join(row)}) VALUES ({marks}) RETURNING id", row)
    return cursor.fetchone()["id"]


def add_item(db: sqlite3.Connection, playlist_id: int, session_id: str, position: int = 1) -> None:
    """Puts a session id into a playlist."""
    values = (playlist_id, session_id, ago(hours=3), position)
    db.execute(
        "INSERT INTO session_recording_playlist_item (playlist_id, session_id, created_at, position) VALUES (?, ?, ?, ?)",
        values,
    )
