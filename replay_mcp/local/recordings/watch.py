"""Detects new and changed recordings in a store, whichever process writes them."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from typing import NamedTuple

from replay_mcp.errors import StoreError
from replay_mcp.local.store.database import Store, reading


class RecordingChange(NamedTuple):
    """A recording that was added (`new`) or extended."""

    session_id: str
    new: bool


class Watch:
    """Reports recordings that changed since the last call, at almost no cost while nothing is written.

    Args:
        db: a connection with no other user: SQLite reports to it what other connections wrote.
        team_id: the environment to watch.
    """

    def __init__(self, db: sqlite3.Connection, team_id: int) -> None:
        self._db = db
        self._team_id = team_id
        self._version = self._data_version()
        self._row, self._change = self._marks()

    def changes(self) -> list[RecordingChange]:
        """Recordings of the environment that were added or extended since the last call, without duplicates.

        Raises:
            StoreError: the store cannot be read; the next call reports the changes.
        """
        try:
            version = self._data_version()
            if version == self._version:
                return []
            with reading(self._db):
                query = """
                    SELECT session_id, rowid > ? AS new FROM recording
                    WHERE change > ? AND team_id = ? AND deleted_at IS NULL ORDER BY change
                """
                rows = self._db.execute(query, (self._row, self._change, self._team_id)).fetchall()
                marks = self._marks()
        except sqlite3.DatabaseError as error:
            raise StoreError(f"The local store cannot be read: {error}.") from error
        self._version, (self._row, self._change) = version, marks
        return [RecordingChange(row["session_id"], bool(row["new"])) for row in rows]

    def _data_version(self) -> int:
        return self._db.execute("PRAGMA data_version").fetchone()[0]

    def _marks(self) -> tuple[int, int]:
        """The newest row and the latest change."""
        query = (
            "SELECT coalesce((SELECT max(rowid) FROM recording), 0), coalesce((SELECT max(change) FROM recording), 0)"
        )
        row, change = self._db.execute(query).fetchone()
        return row, change


@contextmanager
def watching(store: Store, team_id: int) -> Generator[Watch]:
    """Watch a store within the block."""
    with store.connection() as db:
        yield Watch(db, team_id)
