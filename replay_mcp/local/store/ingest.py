"""Storing a recording: its lines as blocks, what they tell as rows, who was recorded and what they did.

Everything that takes time happens before the store is locked: a recording is prepared, then inserted.
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
from .append_events import grow, lacks
from .blocks import Spool, insert_block
from .database import writing
from .events import EventData, event_rows, insert_events
from .persons import PersonData, PersonRow, person_row, upsert_person
from .recording_rows import Origin, find_row, insert_found, insert_row, new_row
from .retention import remove, remove_expired

MAX_RECORDING_BYTES: Final = 512 * 1024 * 1024
"""Most bytes of lines that one recording may have."""
_BYTES_AT_ONCE: Final = 2 * 1024 * 1024
"""Events of so many bytes are added to a stored recording at a time."""


@dataclass(frozen=True, slots=True)
class RecordingData:
    """A recording to store, or a part of one.

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

    @property
    def origin(self) -> Origin:
        """Which recording it is."""
        return Origin(self.session_id, self.distinct_id, self.snapshot_source, self.snapshot_library)


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a recording.

    Attributes:
        new: false when the store knew the id already, be it as a deleted recording, which stays deleted.
        blocks: of a new recording.
        events: recorded ones that are stored now and were not before; of the same line sent twice, the first.
        broken: lines or events that could not be read and were left out.
        expired: its retention is over already, so that no request shows it; of a new recording.
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
    """Store a recording, or add to a stored one what it lacks, in one transaction.

    A new recording is read before the store is locked, however large it is.

    Raises:
        UnreadableRecording: no line holds an event, it has more bytes than are taken, or its person or events hold
            what no request could show.
        StoreError: the id belongs to a recording of another environment, or cannot stand in a URL.
    """
    row = find_row(db, team, recording.session_id)
    if row is None or _is_over(row, now):
        with preparing(team, recording, now) as prepared:
            if row is not None:
                remove_expired(db, recording.session_id, now)
            with writing(db):
                row = find_row(db, team, recording.session_id)  # it may be another's by now
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
        lacking = any(lacks(db, recording.session_id, some) for some in _batches(EventReader(spool.lines())))
        with writing(db):
            added = _add(db, team, recording, spool if lacking else None, now)
        return replace(added, broken=added.broken + arriving.broken)


def _is_over(row: sqlite3.Row, now: int) -> bool:
    """Whether a recording has expired: it is as if it were not there, but for a deleted one, which never comes back."""
    return row["deleted_at"] is None and row["expiry_time"] < now


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
        # Stored at once, it counts as received when it ended: `ongoing` speaks of sessions still being recorded.
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
    """Insert a prepared recording, which the store does not have, within a transaction that the caller began."""
    insert_row(db, prepared.row)
    insert_found(db, prepared.session_id, prepared.metadata)
    for block in prepared.blocks.blocks():
        insert_block(db, prepared.session_id, block)
    insert_events(db, prepared.events)
    if prepared.person:
        upsert_person(db, prepared.team, prepared.person)
    return prepared.stored


def _add(db: sqlite3.Connection, team: Team, recording: RecordingData, spool: Spool | None, now: int) -> Stored:
    """Add to a stored recording, some events at a time; without a spool what is known beside them."""
    row = find_row(db, team, recording.session_id)
    if row is None or row["deleted_at"] is not None:
        return Stored(new=False)
    fresh, end = 0, row["end_time"]
    for some in _batches(EventReader(spool.lines() if spool else ())):
        end = max(end, *(event.timestamp for event in some))
        fresh += grow(db, team, recording.origin, some, received_at=min(now, end)).fresh
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
    """As many events at a time as memory may hold."""
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
