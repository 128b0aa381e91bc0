"""Writes and reads the blocks of a recording: its snapshot data, as gzipped `blob_v2` lines."""

import gzip
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Final, NamedTuple, Self

from replay_mcp.errors import UnreadableRecording
from replay_mcp.inflate import Damaged, InflateError, inflate
from replay_mcp.recording.rrweb.events import Event

from .block_activity import BlockActivity, Measure

BLOCK_MS: Final = 30_000
"""Maximum recorded time in a block, so that a client can fetch a part of a recording."""
BLOCK_BYTES: Final = 512 * 1024
"""A block ends with the line that exceeds this size, before compression."""
MAX_MOMENT_BYTES: Final = 8 * 1024 * 1024
"""Maximum size of a block of events with the same timestamp."""
MAX_BLOCK_BYTES: Final = 256 * 1024 * 1024
"""Maximum inflated size of a stored block; this program writes no larger ones."""


@dataclass(frozen=True, slots=True)
class BlockTimes:
    """A block without its data. Times are epoch milliseconds.

    Attributes:
        id: the block's permanent id. Its blob key is its place in order of time, which changes when late data arrives.
    """

    id: int
    start_time: int
    end_time: int


def block_times(db: sqlite3.Connection, session_id: str) -> list[BlockTimes]:
    """The blocks of a recording, oldest first; a block's index in the list is its blob key."""
    query = "SELECT id, start_time, end_time FROM recording_block WHERE session_id = ? ORDER BY start_time, id"
    return [BlockTimes(*row) for row in db.execute(query, (session_id,))]


def read_block(db: sqlite3.Connection, block_id: int) -> bytes:
    """The lines of a block, without a line feed at the end.

    Raises:
        UnreadableRecording: the block no longer exists or is damaged.
    """
    row = db.execute("SELECT data FROM recording_block WHERE id = ?", (block_id,)).fetchone()
    if row is None:
        raise UnreadableRecording("A block of the recording no longer exists.")
    try:
        return inflate(row["data"], MAX_BLOCK_BYTES).rstrip(b"\n")
    except Damaged as error:
        raise UnreadableRecording("A block of the recording is damaged.") from error
    except InflateError as error:
        raise UnreadableRecording("A block of the recording is truncated or too large.") from error


def block_size(db: sqlite3.Connection, block_id: int) -> int:
    """Size of a block's lines, from gzip's last four bytes; 0 if the block no longer exists."""
    row = db.execute("SELECT substr(data, -4) AS size FROM recording_block WHERE id = ?", (block_id,)).fetchone()
    return int.from_bytes(row["size"], "little") if row else 0


def read_lines(db: sqlite3.Connection, session_id: str) -> Iterator[bytes]:
    """All lines of a recording, one block in memory at a time.

    Raises:
        UnreadableRecording: a block is damaged.
    """
    for times in block_times(db, session_id):
        yield from read_block(db, times.id).split(b"\n")


class Block(NamedTuple):
    """A block to insert: the columns of its row after the recording's id.

    Attributes:
        activity: a `BlockActivity` as JSON.
        data: the gzipped lines.
    """

    start_time: int
    end_time: int
    activity: str
    data: bytes


def cut(events: Iterable[Event], measure: Measure) -> Iterator[tuple[Block, list[Event]]]:
    """Split a recording's events into blocks; yields each block with its events.

    Args:
        events: events in order of time.
        measure: the measure of the earlier events.
    """
    held: list[Event] = []
    size = 0
    for event in events:
        if held and ends(held[0].timestamp, held[-1].timestamp, size, event.timestamp):
            yield pack(held, measure), held
            held, size = [], 0
        held.append(event)
        size += len(event.line)
    if held:
        yield pack(held, measure), held


def pack(events: Sequence[Event], measure: Measure) -> Block:
    """One block of all these events, which are in order of time."""
    for event in events:
        measure.add(event)
    data = gzip.compress(b"\n".join(event.line for event in events), 6, mtime=0)
    return Block(events[0].timestamp, events[-1].timestamp, measure.end_block().text, data)


def ends(start: int, end: int, size: int, timestamp: int) -> bool:
    """Whether a block of `size` bytes, from `start` to `end`, has no room for an event at `timestamp`.

    Events with the same timestamp stay together, so that blocks have an order.
    """
    if timestamp == end:
        return size >= MAX_MOMENT_BYTES
    return size >= BLOCK_BYTES or timestamp - start >= BLOCK_MS


def block_activity(db: sqlite3.Connection, block_id: int) -> BlockActivity | None:
    """The active time of a block; None if an older version stored it or it no longer exists."""
    row = db.execute("SELECT activity FROM recording_block WHERE id = ?", (block_id,)).fetchone()
    return BlockActivity.of_text(row["activity"]) if row else None


def insert_block(db: sqlite3.Connection, session_id: str, block: Block) -> None:
    """Insert a block of the recording."""
    db.execute(
        "INSERT INTO recording_block (session_id, start_time, end_time, activity, data) VALUES (?, ?, ?, ?, ?)",
        (session_id, *block),
    )


class Spool:
    """Temporary storage for a new recording: sorts lines by time, then stores them as blocks.

    It is a nameless SQLite database, which SQLite moves from memory to a temporary file as it grows. So only a little
    of a large recording is in memory, and the store is not locked while the recording is read.

    Attributes:
        block_count: number of blocks so far.
    """

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(_SPOOL)
        self.block_count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._db.close()

    def add(self, event: Event) -> None:
        """Store an event's line unless it is a duplicate: recorders repeat events that may have been lost."""
        digest = hashlib.blake2b(event.line, digest_size=16).digest()
        self._db.execute(
            "INSERT OR IGNORE INTO event (timestamp, digest, line) VALUES (?, ?, ?)",
            (event.timestamp, digest, event.line),
        )

    def lines(self) -> Iterator[bytes]:
        """The lines in order of time; those with the same timestamp in order of arrival."""
        for (line,) in self._db.execute("SELECT line FROM event ORDER BY timestamp, place"):
            yield line

    def cut(self, events: Iterable[Event]) -> Iterator[Event]:
        """Yield events, which are in order of time, and store their lines as blocks."""
        for block, held in cut(events, Measure()):
            self._db.execute("INSERT INTO block VALUES (?, ?, ?, ?)", block)
            self.block_count += 1
            yield from held

    def blocks(self) -> Iterator[Block]:
        """The blocks, oldest first."""
        return (Block(*row) for row in self._db.execute("SELECT * FROM block ORDER BY rowid"))


# A spool is not read after a crash, so it has no journal. A single transaction, never committed, saves one per line.
_SPOOL = """
PRAGMA journal_mode = OFF;
PRAGMA cache_size = -16384;
CREATE TABLE event (
    place INTEGER PRIMARY KEY,
    timestamp INTEGER NOT NULL,
    digest BLOB NOT NULL,
    line BLOB NOT NULL,
    UNIQUE (timestamp, digest)
) STRICT;
CREATE INDEX event_in_time ON event (timestamp);
CREATE TABLE block (
    start_time INTEGER NOT NULL,
    end_time INTEGER NOT NULL,
    activity TEXT NOT NULL,
    data BLOB NOT NULL
) STRICT;
BEGIN;
"""
