"""The blocks of a stored recording: its snapshot data, as gzip of `blob_v2` lines."""

import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from replay_mcp.errors import UnreadableRecording

MAX_BLOCK_BYTES: Final = 256 * 1024 * 1024
"""A stored block that inflates to more was not written by us."""


@dataclass(frozen=True, slots=True)
class BlockTimes:
    """A block without its data. Times are epoch milliseconds."""

    blob_key: int
    start_time: int
    end_time: int


def block_times(db: sqlite3.Connection, session_id: str) -> list[BlockTimes]:
    """The blocks of a recording, oldest first; empty when it has none."""
    query = "SELECT blob_key, start_time, end_time FROM recording_block WHERE session_id = ? ORDER BY blob_key"
    return [BlockTimes(*row) for row in db.execute(query, (session_id,))]


def read_block(db: sqlite3.Connection, session_id: str, blob_key: int) -> bytes:
    """The lines of one block, without a line feed at the end.

    Raises:
        UnreadableRecording: there is no such block, or its bytes are damaged.
    """
    query = "SELECT data FROM recording_block WHERE session_id = ? AND blob_key = ?"
    row = db.execute(query, (session_id, blob_key)).fetchone()
    if row is None:
        raise UnreadableRecording(f"The recording has no block {blob_key}.")
    decoder = zlib.decompressobj(wbits=31)
    try:
        lines = decoder.decompress(row["data"], MAX_BLOCK_BYTES)
    except zlib.error as error:
        raise UnreadableRecording(f"Block {blob_key} is damaged.") from error
    if not decoder.eof:
        raise UnreadableRecording(f"Block {blob_key} is cut off, or too large.")
    return lines.rstrip(b"\n")


def read_lines(db: sqlite3.Connection, session_id: str) -> Iterator[bytes]:
    """All lines of a recording, one block in memory at a time.

    Raises:
        UnreadableRecording: a block is damaged.
    """
    for times in block_times(db, session_id):
        yield from read_block(db, session_id, times.blob_key).split(b"\n")
