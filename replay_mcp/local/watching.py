"""Seeing what arrives in a store, whichever process writes it."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from typing import NamedTuple

from replay_mcp.errors import StoreError

from .store import Store


class Arrival(NamedTuple):
    """A recording that began, or grew."""

    session_id: str
    new: bool


class Watch:
    """Says what arrived since it was asked before; asking costs next to nothing while nothing is written.

    Args:
        db: a connection that nothing else uses: SQLite tells each what others wrote.
        team_id: the environment watched.
    """

    def __init__(self, db: sqlite3.Connection, team_id: int) -> None:
        self._db = db
        self._team_id = team_id
        self._version = self._data_version()
        self._last_row = self._newest_row()
        self._since = self._last_ingestion()

    def arrived(self) -> list[Arrival]:
        """Recordings of the environment that began or grew since the last call, each once."""
        version = self._data_version()
        if version == self._version:
            return []
        query = """
            SELECT session_id, rowid > :last_row AS new FROM recording
            WHERE team_id = :team_id AND deleted_at IS NULL AND last_ingested_at > :since
            UNION
            SELECT session_id, 1 FROM recording WHERE rowid > :last_row AND team_id = :team_id AND deleted_at IS NULL
        """
        known = {"last_row": self._last_row, "team_id": self._team_id, "since": self._since}
        try:
            found = [Arrival(row["session_id"], bool(row["new"])) for row in self._db.execute(query, known)]
        except sqlite3.OperationalError as error:
            raise StoreError(f"The local store cannot be read: {error}.") from error
        self._version, self._last_row, self._since = version, self._newest_row(), self._last_ingestion()
        return found

    def _data_version(self) -> int:
        return self._db.execute("PRAGMA data_version").fetchone()[0]

    def _newest_row(self) -> int:
        return self._db.execute("SELECT coalesce(max(rowid), 0) FROM recording").fetchone()[0]

    def _last_ingestion(self) -> int:
        query = "SELECT coalesce(max(last_ingested_at), 0) FROM recording WHERE team_id = ?"
        return self._db.execute(query, (self._team_id,)).fetchone()[0]


@contextmanager
def watching(store: Store, team_id: int) -> Generator[Watch]:
    """Watch a store as long as the block."""
    with store.connection() as db:
        yield Watch(db, team_id)
