"""What is kept how long: expired recordings, which no request shows any more, make room."""

import sqlite3
from collections.abc import Sequence
from typing import Final

import orjson

from .clock import DAY_MS
from .recording_rows import RECORDED
from .store import writing

_AT_ONCE: Final = 50
"""Recordings removed in one transaction, so that nobody waits long for the store."""


def sweep(db: sqlite3.Connection, now: int) -> int:
    """Remove expired recordings with all that was recorded, and old product events without one.

    Returns:
        How many recordings were removed.

    A recording expires some days after the day on which it starts (`retention_period_days`), as in PostHog. Tombstones
    of deleted ones go, too: what comes late for them would be expired on arrival.
    """
    removed = 0
    while True:
        with writing(db):
            query = "SELECT session_id FROM recording WHERE expiry_time < ? LIMIT ?"
            found = [row["session_id"] for row in db.execute(query, (now, _AT_ONCE))]
            remove(db, found)
        removed += len(found)
        if len(found) < _AT_ONCE:
            break
    with writing(db):
        for team in db.execute("SELECT id, retention_period_days AS days FROM team").fetchall():
            oldest = now - (team["days"] + 1) * DAY_MS
            db.execute(
                "DELETE FROM event WHERE team_id = ? AND timestamp < ?"
                " AND NOT EXISTS (SELECT 1 FROM recording r WHERE r.session_id = event.session_id"
                " AND r.team_id = event.team_id)",
                (team["id"], oldest),
            )
    return removed


def remove(db: sqlite3.Connection, session_ids: Sequence[str]) -> None:
    """Remove recordings with all that was recorded and their product events, within the caller's transaction."""
    ids = orjson.dumps(session_ids).decode()
    db.execute(
        "DELETE FROM event WHERE session_id IN (SELECT value FROM json_each(?))"
        # Programs choose session ids: another environment may have events under the same one.
        " AND team_id = (SELECT r.team_id FROM recording r WHERE r.session_id = event.session_id)",
        (ids,),
    )
    for table in (*RECORDED, "recording"):
        db.execute(f"DELETE FROM {table} WHERE session_id IN (SELECT value FROM json_each(?))", (ids,))  # noqa: S608


def store_bytes(db: sqlite3.Connection) -> int:
    """Bytes that the store's file uses; what was freed within it does not count."""
    pages, free, size = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size
