"""The SQLite file of the local API: opening, migrating, connections and transactions.

In WAL mode, readers and the writer never wait for each other; writers take turns. A process that is killed loses only
its uncommitted transaction.
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
"""How long a writer waits for another writer before it fails."""
PAUSE_SECONDS: Final = 0.1
"""Pause between two transactions: at least the interval in which SQLite's busy handler retries."""


class Store:
    """An open store. Connections are pooled; one connection serves one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()

    @classmethod
    def open(cls, path: Path, *, migrations: Sequence[str] = MIGRATIONS) -> Self:
        """Open the store at `path`, and create or migrate it if necessary.

        Raises:
            StoreError: the file cannot be used: it is not an SQLite file, another application's, of a newer version,
                damaged, not writable, or another user's and readable by others.
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
        """Lend a connection for the block. Statements outside `reading` and `writing` commit one by one."""
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
        """Close the idle connections. No request may be under way."""
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
            # Overwrites deleted and replaced data. Every connection needs it, as each may free pages of a recording.
            db.execute("PRAGMA secure_delete = ON")
            register(db)
        except BaseException:
            db.close()
            raise
        return db


@contextmanager
def reading(db: sqlite3.Connection) -> Generator[None]:
    """A read transaction: all reads in the block see the same state of the store."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.rollback()


@contextmanager
def writing(db: sqlite3.Connection) -> Generator[None]:
    """A write transaction: committed at the end of the block, rolled back if it raises."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.rollback()
        raise
    db.commit()


def let_others_write() -> None:
    """Pause between two transactions of a long operation, so that waiting writers get their turn."""
    time.sleep(PAUSE_SECONDS)


def _migrate(db: sqlite3.Connection, path: Path, migrations: Sequence[str]) -> None:
    if version(db) == len(migrations):
        return
    db.execute("BEGIN EXCLUSIVE")  # if two processes open a new file at once, the second finds it migrated
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
    """Split a script into statements, because `executescript` would commit the surrounding transaction."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
