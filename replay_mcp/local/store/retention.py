"""Retention: removes expired recordings, which no request shows any more."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Final

from .clock import DAY_MS
from .database import let_others_write, writing
from .erasure import erasing_marked, remove_rest, removing_data
from .recording_rows import RECORDED

_AT_ONCE: Final = 50
"""Maximum number of recordings whose rows are removed in one transaction."""
_EVENTS_AT_ONCE: Final = 5_000
_TABLES: Final = (*RECORDED, "event")


def sweep(db: sqlite3.Connection, now: int) -> int:
    """Remove expired recordings with all their data, and old product events without a recording.

    A recording expires some days after the day on which it starts (`retention_period_days`), as in PostHog. Tombstones
    of deleted recordings are removed as well: late events for them would have expired on arrival.

    Returns:
        The number of recordings removed.
    """
    return sum(sweeping(db, now))


def sweeping(db: sqlite3.Connection, now: int) -> Iterator[int]:
    """`sweep` in steps of one short transaction each; yields the number of recordings removed."""
    for _ in erasing_marked(db):
        yield 0
    while found := _expired(db, now):
        yield from _removing(db, found, now)
        if len(found) < _AT_ONCE:
            break
        let_others_write()
    for team in db.execute("SELECT id, retention_period_days AS days FROM team").fetchall():
        yield from _removing_events(db, team["id"], now - (team["days"] + 1) * DAY_MS)


def remove_expired(db: sqlite3.Connection, session_id: str, now: int) -> None:
    """Remove an expired recording, in short transactions."""
    for _ in _removing(db, [session_id], now):
        pass


def remove(db: sqlite3.Connection, session_id: str) -> None:
    """Remove a recording, its data and its product events, within the caller's transaction."""
    remove_rest(db, session_id, (*_TABLES, "recording_to_erase", "recording"))


def _expired(db: sqlite3.Connection, now: int) -> list[str]:
    query = "SELECT session_id FROM recording WHERE expiry_time < ? LIMIT ?"
    return [row["session_id"] for row in db.execute(query, (now, _AT_ONCE))]


def _removing(db: sqlite3.Connection, session_ids: Sequence[str], now: int) -> Iterator[int]:
    def has_expired(session_id: str) -> bool:
        query = "SELECT 1 FROM recording WHERE session_id = ? AND expiry_time < ?"
        return db.execute(query, (session_id, now)).fetchone() is not None

    for _ in removing_data(db, session_ids, _TABLES, has_expired):
        yield 0
    with writing(db):
        gone = [session_id for session_id in session_ids if has_expired(session_id)]
        for session_id in gone:
            remove(db, session_id)  # with data that has arrived in the meantime
    yield len(gone)


def _removing_events(db: sqlite3.Connection, team_id: int, before: int) -> Iterator[int]:
    """Remove the product events older than `before`, epoch milliseconds, that belong to no recording."""
    of_none = (
        "timestamp < ? AND NOT EXISTS (SELECT 1 FROM recording r"
        " WHERE r.session_id = event.session_id AND r.team_id = event.team_id)"
    )
    query = (
        "SELECT timestamp, rowid AS id FROM event"  # noqa: S608 - our own text
        f" WHERE team_id = ? AND (timestamp, rowid) > (?, ?) AND {of_none} ORDER BY timestamp, rowid LIMIT ?"
    )
    last = (0, 0)
    while found := db.execute(query, (team_id, *last, before, _EVENTS_AT_ONCE)).fetchall():
        with writing(db):
            deletion = f"DELETE FROM event WHERE rowid = ? AND team_id = ? AND {of_none}"  # noqa: S608 - as above
            db.executemany(deletion, [(row["id"], team_id, before) for row in found])
        yield 0
        last = tuple(found[-1])
        if len(found) < _EVENTS_AT_ONCE:
            break
        let_others_write()


def store_bytes(db: sqlite3.Connection) -> int:
    """Bytes in use in the store's file, without its free pages."""
    pages, free, size = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size
