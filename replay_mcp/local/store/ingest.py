"""Stores a whole recording: its lines as blocks, its metadata as rows, its person and product events.

A recording is prepared, which takes time, before the store is locked for the insertion.
"""

import sqlite3
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from replay_mcp.errors import UnreadableRecording
from replay_mcp.recording.rrweb.events import Event, EventReader
from replay_mcp.recording.rrweb.metadata import Metadata, read_metadata

from .accounts import Team
from .append_events import append_events, has_new_events
from .blocks import Spool, insert_block
from .database import writing
from .events import EventData, event_rows, insert_events
from .persons import PersonData, PersonRow, person_row, upsert_person
from .recording_rows import Origin, find_row, insert_found, insert_row, new_row
from .retention import remove, remove_expired

MAX_RECORDING_BYTES: Final = 512 * 1024 * 1024
"""Maximum bytes of lines in one recording."""
_BYTES_AT_ONCE: Final = 2 * 1024 * 1024
"""Bytes of events that are appended to a stored recording at a time."""


@dataclass(frozen=True, slots=True)
class RecordingData:
    """A recording to store, or a part of one.

    Attributes:
        lines: `blob_v2` JSONL lines in any order.
        person: None for an anonymous visitor; the recording then has a distinct id and no person.
    """

    session_id: str
    distinct_id: str
    lines: Iterable[bytes]
    person: PersonData | None = None
    events: Sequence[EventData] = ()
    snapshot_source: str = "web"
    snapshot_library: str | None = None

    @property
    def origin(self) -> Origin:
        """The recording's identity."""
        return Origin(self.session_id, self.distinct_id, self.snapshot_source, self.snapshot_library)


@dataclass(frozen=True, slots=True)
class Stored:
    """The result of storing a recording.

    Attributes:
        new: whether the id is new; a deleted recording with this id stays deleted.
        blocks: number of blocks of a new recording.
        events: recorded events that were not stored before; repeated lines count once.
        broken: unreadable lines or events, which were dropped.
        expired: whether a new recording has expired already, so that no request shows it.
    """

    new: bool
    blocks: int = 0
    events: int = 0
    broken: int = 0
    expired: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """A recording ready to be inserted. `blocks` is valid within the `with` block of `preparing`."""

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
    """Store a recording in one transaction, or add the missing events to a stored one.

    A new recording, however large, is read before the store is locked.

    Raises:
        UnreadableRecording: no line contains an event, the recording is too large, or its person or events contain data
            that no response could represent.
        StoreError: the id belongs to a recording of another environment, or is not possible in a URL.
    """
    row = find_row(db, team, recording.session_id)
    if row is None or _is_over(row, now):
        with preparing(team, recording, now) as prepared:
            if row is not None:
                remove_expired(db, recording.session_id, now)
            with writing(db):
                row = find_row(db, team, recording.session_id)  # another process may have stored it in the meantime
                if row is not None and _is_over(row, now):
                    remove(db, recording.session_id)
                elif row is not None:
                    return _add(db, team, recording, prepared.blocks, now)
                return insert_recording(db, prepared)
    if row["deleted_at"] is not None:
        return Stored(new=False)
    with Spool() as spool:
        arriving = EventReader(_bounded(recording.lines))
        for event in arriving:
            spool.add(event)
        lacking = any(has_new_events(db, recording.session_id, some) for some in _batches(EventReader(spool.lines())))
        with writing(db):
            added = _add(db, team, recording, spool if lacking else None, now)
        return replace(added, broken=added.broken + arriving.broken)


def _is_over(row: sqlite3.Row, now: int) -> bool:
    """Whether a recording has expired and may be stored again; a deleted one may not."""
    return row["deleted_at"] is None and row["expiry_time"] < now


@contextmanager
def preparing(team: Team, recording: RecordingData, now: int) -> Generator[Prepared]:
    """Read a recording without touching the store.

    Raises:
        UnreadableRecording: as in `store_recording`.
    """
    events, broken_events = event_rows(team, recording.session_id, recording.events)
    with Spool() as spool:
        arriving = EventReader(_bounded(recording.lines))
        for event in arriving:
            spool.add(event)
        ordered = EventReader(spool.lines())
        metadata = read_metadata(spool.cut(ordered))
        # A whole recording counts as received at its end: only sessions that are still being recorded are `ongoing`.
        row = new_row(team, recording.origin, metadata, received_at=min(now, metadata.end_time))
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
                seen=(metadata.start_time, metadata.end_time),
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
    """Insert a prepared recording, which must be new, within the caller's transaction."""
    insert_row(db, prepared.row)
    insert_found(db, prepared.session_id, prepared.metadata)
    for block in prepared.blocks.blocks():
        insert_block(db, prepared.session_id, block)
    insert_events(db, prepared.events)
    if prepared.person:
        upsert_person(db, prepared.team, prepared.person)
    return prepared.stored


def _add(db: sqlite3.Connection, team: Team, recording: RecordingData, spool: Spool | None, now: int) -> Stored:
    """Add a recording's events to a stored one, in batches; without a spool, only its person and product events."""
    row = find_row(db, team, recording.session_id)
    if row is None or row["deleted_at"] is not None:
        return Stored(new=False)
    fresh, end = 0, row["end_time"]
    for some in _batches(EventReader(spool.lines() if spool else ())):
        end = max(end, *(event.timestamp for event in some))
        fresh += append_events(db, team, recording.origin, some, received_at=min(now, end)).fresh
    rows, broken = event_rows(team, recording.session_id, recording.events)
    insert_events(db, rows)
    if recording.person:
        person = person_row(
            team,
            recording.person,
            distinct_id=recording.distinct_id,
            events=recording.events,
            seen=(row["start_time"], end),
        )
        upsert_person(db, team, person)
    return Stored(new=False, events=fresh, broken=broken)


def _batches(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Lists of events of limited size in memory."""
    held: list[Event] = []
    size = 0
    for event in events:
        held.append(event)
        size += len(event.line)
        if size > _BYTES_AT_ONCE:
            yield held
            held, size = [], 0
    if held:
        yield held


def _bounded(lines: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for line in lines:
        size += len(line)
        if size > MAX_RECORDING_BYTES:
            raise UnreadableRecording(f"The recording has more than {MAX_RECORDING_BYTES} bytes.")
        yield line
