"""Removes recorded data, in transactions that lock the store for a short time each.

Once a recording is marked as deleted, or has expired, no request shows it. Its data is then removed in batches. If the
process is killed, the row in `recording_to_erase` remains, and the rest is removed later.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from .database import BUSY_TIMEOUT_SECONDS, let_others_write, writing
from .recording_rows import RECORDED
from .text_index import erase_deleted_texts

BATCH_BYTES: Final = 32 * 1024 * 1024
"""Maximum bytes removed in one transaction, which then takes some tenths of a second: freed pages are overwritten."""
ROW_BYTES: Final = 3 * 1024
"""Estimated bytes of a row's index entries."""
ROWS_AT_ONCE: Final = 900
"""Older versions of SQLite accept 999 values in a statement."""
CHARACTER_BYTES: Final = 100
"""Estimated bytes per character of indexed text: each trigram is in the text index."""
MERGED_CHARACTERS: Final = 1_000_000
"""Indexed characters removed before the text index is rewritten: SQLite skips deleted entries in one long step."""
_LOG_TRIES: Final = 10

_KEYS: Final = {"recording_block": "id", "recording_url": "url", "console_log": "id", "event": "rowid"}
"""Key columns of the tables that may have too many rows of a recording for one transaction."""
_TEXTS: Final = {"recording_url": "url", "console_log": "message"}
_DATA: Final = {"recording_block": "data", "event": "properties"}

_OF_TEAM: Final = "team_id = (SELECT r.team_id FROM recording r WHERE r.session_id = :id)"
# Programs choose the session ids of their events, so another environment may have events with the same id.
_WHERE: Final = {"event": f"session_id = :id AND {_OF_TEAM}", "session_summary": f"{_OF_TEAM} AND session_id = :id"}


def mark_for_erasure(db: sqlite3.Connection, session_ids: Sequence[str]) -> None:
    """Mark the data of deleted recordings for removal, within the caller's transaction."""
    db.executemany("INSERT OR IGNORE INTO recording_to_erase VALUES (?)", [(id,) for id in session_ids])


def erase_marked(db: sqlite3.Connection, session_ids: Sequence[str] | None = None) -> None:
    """Remove the data of deleted recordings from the file and from its write-ahead log.

    If a reader still needs the log, or the removal is interrupted, the marks stay and the next call continues.

    Args:
        db: a connection that is not in a transaction.
        session_ids: remove the data of the marked ones among these; None for all marked ones.
    """
    for _ in erasing_marked(db, session_ids):
        pass


def erasing_marked(db: sqlite3.Connection, session_ids: Sequence[str] | None = None) -> Iterator[None]:
    """`erase_marked` in steps of one short transaction each."""
    wanted = None if session_ids is None else orjson.dumps(list(session_ids)).decode()
    of_wanted = ":wanted IS NULL OR session_id IN (SELECT value FROM json_each(:wanted))"
    query = f"SELECT session_id FROM recording_to_erase WHERE {of_wanted}"  # noqa: S608 - our own text
    marked = [row["session_id"] for row in db.execute(query, {"wanted": wanted})]
    if not marked:
        return

    def is_marked(session_id: str) -> bool:
        query = "SELECT 1 FROM recording_to_erase WHERE session_id = ?"
        return db.execute(query, (session_id,)).fetchone() is not None

    yield from removing_data(db, marked, RECORDED, is_marked)
    for _ in erase_deleted_texts(db):
        yield
    if _empty_log(db):
        db.executemany("DELETE FROM recording_to_erase WHERE session_id = ?", [(id,) for id in marked])
    yield


def removing_data(
    db: sqlite3.Connection, session_ids: Sequence[str], tables: Sequence[str], may_go: Callable[[str], bool]
) -> Iterator[None]:
    """Remove the rows of recordings from tables, in steps of one short transaction each.

    Args:
        db: a connection that is not in a transaction.
        session_ids: recordings that no request shows.
        tables: the tables, in the order of removal.
        may_go: whether a recording may be removed; called in each transaction, because the recording may have been
            stored again in the meantime.
    """
    left = [(table, session_id) for session_id in session_ids[::-1] for table in tables[::-1]]
    characters = 0
    while left:
        with writing(db):
            room = BATCH_BYTES
            while left and room > 0:
                table, session_id = left[-1]
                removed = _remove_some(db, table, session_id, room) if may_go(session_id) else _Removed()
                room -= removed.cost
                characters += removed.characters
                if removed.complete:
                    left.pop()
        yield
        if characters > MERGED_CHARACTERS:
            yield from erase_deleted_texts(db)
            characters = 0
        if left:
            let_others_write()


def remove_rest(db: sqlite3.Connection, session_id: str, tables: Sequence[str]) -> None:
    """Remove all rows of a recording from tables, within the caller's transaction."""
    for table in tables:
        _remove(db, table, session_id)


@dataclass(slots=True)
class _Removed:
    """The cost of a removal in bytes, its characters of indexed text, and whether all rows were removed."""

    cost: int = 0
    characters: int = 0
    complete: bool = True


def _remove_some(db: sqlite3.Connection, table: str, session_id: str, room: int) -> _Removed:
    if table not in _KEYS:  # other tables have at most some hundred small rows per recording
        return _Removed(_remove(db, table, session_id) * ROW_BYTES)
    key, text, data = _KEYS[table], _TEXTS.get(table, "''"), _DATA.get(table, "''")
    sizes = f"SELECT {key}, length({data}), length({text}) FROM {table}"  # noqa: S608 - our own names
    query = f"{sizes} WHERE {_where(table)} LIMIT :most"
    found = db.execute(query, {"id": session_id, "most": ROWS_AT_ONCE}).fetchall()
    removed, ids = _Removed(complete=False), list[str | int]()
    for id, size, characters in found:
        if removed.cost >= room:
            break
        ids.append(id)
        removed.cost += ROW_BYTES + size + characters * CHARACTER_BYTES
        removed.characters += characters
    # One statement: each statement that fires a trigger flushes the text index.
    marks = ", ".join("?" * len(ids))
    db.execute(f"DELETE FROM {table} WHERE session_id = ? AND {key} IN ({marks})", (session_id, *ids))  # noqa: S608
    removed.complete = len(ids) < ROWS_AT_ONCE and len(ids) == len(found)
    return removed


def _remove(db: sqlite3.Connection, table: str, session_id: str) -> int:
    query = f"DELETE FROM {table} WHERE {_where(table)}"  # noqa: S608 - our own names
    return db.execute(query, {"id": session_id}).rowcount


def _where(table: str) -> str:
    return _WHERE.get(table, "session_id = :id")


def _empty_log(db: sqlite3.Connection) -> bool:
    """Empty the write-ahead log, which still contains the old pages; return False if readers need it.

    With a timeout, SQLite would wait for readers with the store locked. So the timeout is 0 and the call is repeated.
    """
    db.execute("PRAGMA busy_timeout = 0")
    try:
        for _ in range(_LOG_TRIES):
            db.execute("PRAGMA wal_checkpoint(PASSIVE)")  # copies what it can without blocking writers
            if not db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                return True
            let_others_write()
        return False
    finally:
        db.execute(f"PRAGMA busy_timeout = {round(BUSY_TIMEOUT_SECONDS * 1000)}")
