"""The SQLite file behind the local API: opening, migrating, connections and transactions.

WAL mode: readers never wait for the writer, the writer never for readers; two writers take turns. A process that is
killed loses at most the transaction it had not committed.
"""

import queue
import sqlite3
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from replay_mcp.errors import StoreError

from .file_permissions import create_private, make_private
from .integrity import check_file, check_identity, version
from .schema import APPLICATION_ID, MIGRATIONS
from .sql_functions import register
from .sqlite_errors import store_error

BUSY_TIMEOUT_SECONDS: Final = 10.0
"""How long a writer waits for another before it fails."""
PAUSE_SECONDS: Final = 0.1
"""Pause between two transactions: at least the interval in which SQLite's busy handler retries."""


class Store:
    """An open store. Connections are pooled; one connection serves one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()

    @classmethod
    def open(cls, path: Path, *, migrations: Sequence[str] = MIGRATIONS) -> Self:
        """Open the store at `path`, making or migrating it as needed.

        Raises:
            StoreError: the file cannot be used: not SQLite, another application's, of a newer version, damaged, not
                writable, or another user's that others can read.
        """
        store = cls(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            create_private(path)
            check_file(path, migrations)  # before the file or its mode is changed
            with store.connection() as db:
                make_private(path)
                db.execute("PRAGMA journal_mode = WAL")
                _migrate(db, path, migrations)
        except (sqlite3.Error, OSError) as error:
            store.close()
            raise store_error(path, error) from error
        except StoreError:
            store.close()
            raise
        return store

    @contextmanager
    def connection(self) -> Generator[sqlite3.Connection]:
        """A connection of one's own until the block ends. Statements outside `reading`/`writing` commit singly."""
        try:
            db = self._idle.get_nowait()
        except queue.Empty:
            db = self._connect()
        try:
            yield db
        finally:
            if db.in_transaction:
                db.rollback()
            self._idle.put(db)

    def close(self) -> None:
        """Close the idle connections; call it when no request is under way."""
        while not self._idle.empty():
            self._idle.get_nowait().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("PRAGMA foreign_keys = ON")
            # Deleted and replaced data is overwritten. Every connection needs it: each may free pages of a recording.
            db.execute("PRAGMA secure_delete = ON")
            register(db)
        except BaseException:
            db.close()
            raise
        return db


@contextmanager
def reading(db: sqlite3.Connection) -> Generator[None]:
    """All reads of the block see one state of the store."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.rollback()


@contextmanager
def writing(db: sqlite3.Connection) -> Generator[None]:
    """One write transaction: committed whole when the block ends, rolled back whole when it raises."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.rollback()
        raise
    db.commit()


def let_others_write() -> None:
    """Pause between the transactions of a long operation, so that waiting writers get their turn."""
    time.sleep(PAUSE_SECONDS)


def _migrate(db: sqlite3.Connection, path: Path, migrations: Sequence[str]) -> None:
    if version(db) == len(migrations):
        return
    db.execute("BEGIN EXCLUSIVE")  # two processes may open a fresh file at once: the second finds it done
    try:
        check_identity(db, path, newest=len(migrations))
        for script in migrations[version(db) :]:
            for statement in _statements(script):
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {len(migrations)}")
    except BaseException:
        db.rollback()
        raise
    db.commit()


def _statements(script: str) -> Iterator[str]:
    """Single statements of a script; `executescript` would commit the surrounding transaction."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
