"""Checks that a file is an intact store of this program, before anything is written to it."""

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from replay_mcp.errors import StoreError

from .schema import APPLICATION_ID, MIGRATIONS
from .sql_functions import register
from .sqlite_errors import damaged, explained

CHECKED_BYTES: Final = 32 * 2**20
"""Up to this size, all pages of a file are checked when it is opened, within 60 ms; `doctor` checks larger files."""
_TABLE: Final = re.compile(r"^CREATE (?:VIRTUAL )?TABLE (\w+)", re.MULTILINE)
WAIT_SECONDS: Final = 10.0
"""How long to wait for a process that is creating the store."""


def check_file(path: Path, migrations: Sequence[str], *, whole: bool = False) -> None:
    """Check a store's identity, tables and pages, through a read-only connection.

    Args:
        path: the file; an empty or missing file is a new store.
        migrations: the scripts of the newest version.
        whole: whether to check the pages of a large file as well.

    Raises:
        StoreError: the file is another application's, of a newer version or damaged.
        sqlite3.Error: SQLite cannot read it.
    """
    logged = _size(
        path.with_name(path.name + "-wal")
    )  # measured first, because a new store's file is filled before its log
    size = _size(path)
    if size == 0:
        if logged:
            raise damaged(path, "it is empty, but its write-ahead log is not")
        return
    if not path.is_file():
        return  # SQLite refuses it
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=WAIT_SECONDS, isolation_level=None)) as db:
        register(db)
        try:
            db.execute("BEGIN")
            check_identity(db, path, newest=len(migrations))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_READONLY:
                return  # a transaction was interrupted; only a connection with write access can roll it back
            raise
        _check_tables(db, path, migrations[: version(db)])
        if whole or size <= CHECKED_BYTES:
            _check_pages(db, path)


def check_whole_file(path: Path) -> None:
    """Check a store's identity and all its pages, which takes about 2 s for 1 GB.

    Raises:
        StoreError: see `check_file`.
    """
    with explained(path):
        check_file(path, MIGRATIONS, whole=True)


def check_identity(db: sqlite3.Connection, path: Path, *, newest: int) -> None:
    """Check that an open file is a store, or empty.

    Raises:
        StoreError: it is another application's or of a newer version.
    """
    application_id = db.execute("PRAGMA application_id").fetchone()[0]
    foreign = application_id not in {0, APPLICATION_ID}
    occupied = application_id == 0 and db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if foreign or occupied:
        raise StoreError(
            f"{str(path)!r} is another application's SQLite file.", next="Name another file with --local PATH."
        )
    if version(db) > newest:
        raise StoreError(
            f"The local store {str(path)!r} has version {version(db)}; this Replay MCP supports up to {newest}.",
            next="Update replay-mcp, or name another file with --local PATH.",
        )


def version(db: sqlite3.Connection) -> int:
    """Return the number of migrations that were run on a store."""
    return db.execute("PRAGMA user_version").fetchone()[0]


def _check_tables(db: sqlite3.Connection, path: Path, migrations: Sequence[str]) -> None:
    made = {name for script in migrations for name in _TABLE.findall(script)}
    missing = made.difference(row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"))
    if missing:
        raise damaged(path, f"it lacks the table {min(missing)!r}")


def _check_pages(db: sqlite3.Connection, path: Path) -> None:
    if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise damaged(path, "its pages are damaged")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
