"""Explains SQLite's errors: a full disk, a store that another process keeps locked, and a damaged one."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from replay_mcp.errors import StoreError
from replay_mcp.local.errors import ApiFailure

NO_ROOM: Final = (
    "The disk is full or failing ({}): the store, or a temporary file for a query, could not be written. Stored data "
    "is safe. Free some disk space and try again; deleting recordings needs a little space, too."
)
BUSY: Final = "The store is locked: another process is writing to it. Try again in a moment."
DAMAGED: Final = (
    "The store is damaged: SQLite cannot read part of it. Stop the server, and restore the file from a backup or "
    "import the recordings again into a new store."
)
RETRY_AFTER_SECONDS: Final = 1

Trouble = Literal["no_room", "busy", "damaged"]

_CODES: Final[dict[int, Trouble]] = {
    sqlite3.SQLITE_FULL: "no_room",
    sqlite3.SQLITE_IOERR: "no_room",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_READONLY: "no_room",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
}

_NO_COLUMN: Final = "no such column: "


def trouble(error: BaseException) -> Trouble | None:
    """The reason outside this program why the store cannot be used; None for other errors."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_ERROR and str(error).startswith(_NO_COLUMN):
        return "damaged"
    return None if code is None else _CODES.get(code & 0xFF)  # the higher bits are details


@contextmanager
def as_api_failures() -> Generator[None]:
    """Turn errors about a full disk, and a locked or damaged store, into error responses of the API.

    Raises:
        ApiFailure: 507 if a file cannot be written, 503 while another process keeps the store locked, 500 if the store
            is damaged.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        match trouble(error):
            case "no_room":
                raise no_room(NO_ROOM.format(error)) from error
            case "busy":
                body = {"type": "server_error", "code": "busy", "detail": BUSY, "attr": None}
                raise ApiFailure(503, body, {"Retry-After": str(RETRY_AFTER_SECONDS)}) from error
            case "damaged":
                body = {"type": "server_error", "code": "store_damaged", "detail": DAMAGED, "attr": None}
                raise ApiFailure(500, body) from error
            case None:
                raise


def no_room(detail: str) -> ApiFailure:
    """Build a 507 response."""
    return ApiFailure(507, {"type": "server_error", "code": "no_room", "detail": detail, "attr": None})


def damaged(path: Path, how: str) -> StoreError:
    """Build the error for a file that is not a store, or a damaged one."""
    return StoreError(
        f"The local store {str(path)!r} cannot be used: {how}.",
        next="Restore it from a backup, or name another file with --local PATH and import the recordings again.",
    )


@contextmanager
def explained(path: Path) -> Generator[None]:
    """Turn errors about a full disk, and a locked or damaged store, into errors of a command.

    Raises:
        StoreError: see `store_error`.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        if trouble(error) is None:
            raise
        raise store_error(path, error) from error


def store_error(path: Path, error: Exception) -> StoreError:
    """Build the error that says why a command cannot use the store at `path`, and what to do."""
    store = f"The local store {str(path)!r}"
    match trouble(error):
        case "no_room":
            return StoreError(
                f"{store} cannot be written: the disk is full or failing ({error}). Stored data is safe.",
                next="Free some disk space and run the command again, or name a file on another disk with "
                "--local PATH.",
            )
        case "busy":
            return StoreError(
                f"{store} is locked: another process is writing to it.", next="Run the command again in a moment."
            )
        case "damaged":
            is_database = getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_NOTADB
            return damaged(
                path, str(error) if is_database else "it is not an SQLite file, or its beginning was overwritten"
            )
        case None:
            return StoreError(
                f"{store} cannot be opened: {error}.",
                next="Name another file with --local PATH, or move this one away.",
            )
