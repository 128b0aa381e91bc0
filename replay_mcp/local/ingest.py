"""Storing a recording: its lines as blocks, what they tell as rows, who was recorded and what they did.

Everything that takes time happens before the store is locked: a recording is prepared, then inserted.
"""

import sqlite3
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from replay_mcp.api.types import check_path_id
from replay_mcp.errors import StoreError, UnreadableRecording
from replay_mcp.recording.events import EventReader
from replay_mcp.recording.metadata import Metadata, read_metadata

from .accounts import Team
from .analytics import EventData, PersonData, PersonRow, event_rows, person_row, upsert_person
from .blocks import Spool
from .clock import DAY_MS
from .store import writing

MAX_RECORDING_BYTES: Final = 512 * 1024 * 1024
"""Most bytes of lines that one recording may have."""


@dataclass(frozen=True, slots=True)
class RecordingData:
    """A recording to store.

    Attributes:
        lines: `blob_v2` JSONL lines, in any order.
        person: None when nobody identified themselves; the recording then has a distinct id and no person.
    """

    session_id: str
    distinct_id: str
    lines: Iterable[bytes]
    person: PersonData | None = None
    events: Sequence[EventData] = ()
    snapshot_source: str = "web"
    snapshot_library: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a recording.

    Attributes:
        new: false when the store knew the id already, be it as a deleted recording; then nothing was changed.
        events: recorded ones that are stored; of the same line sent twice, the first.
        broken: lines or events that could not be read and were left out.
        expired: its retention is over already, so that no request shows it.
    """

    new: bool
    blocks: int = 0
    events: int = 0
    broken: int = 0
    expired: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """A recording as it will be inserted. `blocks` is open as long as the block of `preparing`."""

    team: Team
    row: Mapping[str, Any]
    metadata: Metadata
    events: tuple[tuple[str | int, ...], ...]
    person: PersonRow | None
    blocks: Spool
    stored: Stored

    @property
    def session_id(self) -> str:
        """The recording's id."""
        return self.row["session_id"]


def store_recording(db: sqlite3.Connection, team: Team, recording: RecordingData, now: int) -> Stored:
    """Store a recording: read it, then insert it in one short transaction.

    Raises:
        UnreadableRecording: no line holds an event, it has more bytes than are taken, or its person or events hold
            what no request could show.
        StoreError: the id belongs to a recording of another environment, or cannot stand in a URL.
    """
    if _known(db, team, recording.session_id):
        return Stored(new=False)
    with preparing(team, recording, now) as prepared, writing(db):
        return insert_recording(db, prepared)


@contextmanager
def preparing(team: Team, recording: RecordingData, now: int) -> Generator[Prepared]:
    """Read a recording without touching the store.

    Raises:
        UnreadableRecording: as of `store_recording`.
    """
    events, broken_events = event_rows(team, recording.session_id, recording.events)
    with Spool() as spool:
        arriving = EventReader(_bounded(recording.lines))
        for event in arriving:
            spool.add(event)
        ordered = EventReader(spool.lines())
        metadata = read_metadata(spool.cut(ordered))
        row = _recording_row(team, recording, metadata, now)
        yield Prepared(
            team=team,
            row=row,
            metadata=metadata,
            events=events,
            person=person_row(
                team,
                recording.person,
                distinct_id=recording.distinct_id,
                events=recording.events,
                metadata=metadata,
            )
            if recording.person
            else None,
            blocks=spool,
            stored=Stored(
                new=True,
                blocks=spool.block_count,
                events=metadata.event_count,
                broken=arriving.broken + ordered.broken + broken_events,
                expired=row["expiry_time"] < now,
            ),
        )


def insert_recording(db: sqlite3.Connection, prepared: Prepared) -> Stored:
    """Insert a prepared recording within a transaction that the caller began.

    Raises:
        StoreError: the id belongs to a recording of another environment.
    """
    if _known(db, prepared.team, prepared.session_id):  # stored by somebody else while it was prepared
        return Stored(new=False)
    _insert_metadata(db, prepared)
    db.executemany(
        "INSERT INTO recording_block (session_id, start_time, end_time, activity, data) VALUES (?, ?, ?, ?, ?)",
        ((prepared.session_id, *block) for block in prepared.blocks.blocks()),
    )
    # An event that the store has, by uuid, is left as it is.
    db.executemany("INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", prepared.events)
    if prepared.person:
        upsert_person(db, prepared.team, prepared.person)
    return prepared.stored


def _known(db: sqlite3.Connection, team: Team, session_id: str) -> bool:
    try:
        check_path_id(session_id)
    except ValueError as error:
        raise StoreError(f"A recording cannot have the id {session_id[:200]!r}: {error}.") from error
    row = db.execute("SELECT team_id FROM recording WHERE session_id = ?", (session_id,)).fetchone()
    if row and row["team_id"] != team.id:
        raise StoreError(f"Recording {session_id!r} is already stored, in environment {row['team_id']}.")
    return row is not None


def _bounded(lines: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for line in lines:
        size += len(line)
        if size > MAX_RECORDING_BYTES:
            raise UnreadableRecording(f"The recording has more than {MAX_RECORDING_BYTES} bytes.")
        yield line


def _recording_row(team: Team, recording: RecordingData, metadata: Metadata, now: int) -> dict[str, Any]:
    start = metadata.start_time
    return {
        "session_id": recording.session_id,
        "team_id": team.id,
        "distinct_id": recording.distinct_id,
        "start_time": start,
        "end_time": metadata.end_time,
        "duration": metadata.duration,
        "active_seconds": metadata.active_seconds,
        "event_count": metadata.event_count,
        "click_count": metadata.click_count,
        "keypress_count": metadata.keypress_count,
        "mouse_activity_count": metadata.mouse_activity_count,
        "console_log_count": metadata.console_log_count,
        "console_warn_count": metadata.console_warn_count,
        "console_error_count": metadata.console_error_count,
        "activity_score": metadata.activity_score,
        "start_url": metadata.start_url,
        "snapshot_source": recording.snapshot_source,
        "snapshot_library": recording.snapshot_library,
        "retention_period_days": team.retention_period_days,
        "expiry_time": start - start % DAY_MS + team.retention_period_days * DAY_MS,
        # Stored at once, it counts as received when it ended: `ongoing` speaks of sessions still being recorded.
        "last_ingested_at": min(now, metadata.end_time),
    }


def _insert_metadata(db: sqlite3.Connection, prepared: Prepared) -> None:
    row = prepared.row
    marks = ", ".join(f":{name}" for name in row)
    db.execute(f"INSERT INTO recording ({', '.join(row)}) VALUES ({marks})", row)  # noqa: S608 - names from above
    insert_found(db, prepared.session_id, prepared.metadata)


def insert_found(db: sqlite3.Connection, session_id: str, metadata: Metadata) -> None:
    """Insert what was found in a recording's events beside its numbers: URLs, console lines, failed requests."""
    db.executemany(
        "INSERT INTO recording_url VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET first_seen = min(first_seen, excluded.first_seen)",
        [(session_id, url, first_seen) for url, first_seen in metadata.urls.items()],
    )
    db.executemany(
        "INSERT INTO console_log (session_id, timestamp, level, message) VALUES (?, ?, ?, ?)",
        [(session_id, line.timestamp, line.level, line.message) for line in metadata.console],
    )
    db.executemany(
        "INSERT OR IGNORE INTO failed_request VALUES (?, ?, ?)",
        [(session_id, host, status) for host, status in sorted(metadata.failed_requests)],
    )
