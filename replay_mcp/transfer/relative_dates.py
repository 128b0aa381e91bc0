"""Dates for recordings whose times count from 0."""

import sqlite3
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from replay_mcp.errors import UnreadableRecording
from replay_mcp.local.store.blocks import read_lines
from replay_mcp.local.store.clock import from_ms
from replay_mcp.local.store.ingest import RecordingData
from replay_mcp.recording.rrweb.events import MIN_TIMESTAMP
from replay_mcp.recording.rrweb.files import RecordedLines
from replay_mcp.recording.rrweb.relative_times import MAX_RELATIVE_MS, dated, measure, zero_of

from .file_identity import chunks_of

_FIRST_LINES: Final = 100


@dataclass(frozen=True, slots=True)
class Dated:
    """A recording with dates.

    Attributes:
        started: date of the first event, epoch milliseconds.
        note: a sentence that says which date was chosen, and why.
    """

    data: RecordingData
    started: int
    note: str


def date_relative(db: sqlite3.Connection, path: Path, data: RecordingData, now: int) -> Dated:
    """Date a recording as if it had ended when its file was last changed, or now if that time is not plausible.

    A recording that is in the store keeps its dates, wherever its file lies at the next import.

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
    """Return the date that stands for 0 in the stored recording; None if it is not stored."""
    return next((zero for line in islice(read_lines(db, session_id), _FIRST_LINES) if (zero := zero_of(line))), None)
