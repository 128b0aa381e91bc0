"""Dates for a recording whose times count from 0."""

import sqlite3
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from replay_mcp.errors import UnreadableRecording
from replay_mcp.recording.rrweb.events import MIN_TIMESTAMP
from replay_mcp.recording.rrweb.files import RecordedLines
from replay_mcp.recording.rrweb.relative_times import MAX_RELATIVE_MS, dated, measure, zero_of

from .file_identity import chunks_of
from .store.blocks import read_lines
from .store.clock import from_ms
from .store.ingest import RecordingData

_FIRST_LINES: Final = 100


@dataclass(frozen=True, slots=True)
class Dated:
    """A recording with dates.

    Attributes:
        started: its first date, epoch milliseconds.
        note: which dates it got and why, for people.
    """

    data: RecordingData
    started: int
    note: str


def date_relative(db: sqlite3.Connection, path: Path, data: RecordingData, now: int) -> Dated:
    """Date a recording as if it had ended when its file was last changed, or now if that cannot be.

    A recording that the store has keeps its dates, wherever its file comes from the next time.

    Raises:
        UnreadableRecording: there is no event with a relative time.
    """
    span = measure(RecordedLines(chunks_of(path)))
    if span is None:
        raise UnreadableRecording("There is no rrweb event in it.")
    changed = path.stat().st_mtime_ns // 1_000_000
    is_usable = MIN_TIMESTAMP + MAX_RELATIVE_MS <= changed <= now
    zero = _stored_zero(db, data.session_id)
    why = "as it was imported before"
    if zero is None:
        zero = round((changed if is_usable else now) - span.last)
        why = "as if it had ended when the file was last changed" if is_usable else "as if it had just ended"
    started = round(zero + span.first)
    note = f"its times count from 0, so it was dated {from_ms(started):%Y-%m-%d %H:%M} UTC, {why}"
    return Dated(replace(data, lines=dated(data.lines, zero, span)), started, note)


def _stored_zero(db: sqlite3.Connection, session_id: str) -> int | None:
    """The date that 0 was given when the recording was stored."""
    return next((zero for line in islice(read_lines(db, session_id), _FIRST_LINES) if (zero := zero_of(line))), None)
