"""Storing a recording: its lines as blocks, what they tell as rows, who was recorded and what they did."""

import gzip
import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from replay_mcp.api.types import check_path_id
from replay_mcp.errors import StoreError, UnreadableRecording
from replay_mcp.recording.events import Event, EventReader
from replay_mcp.recording.metadata import Metadata, read_metadata

from .accounts import Team
from .store import writing

BLOCK_MS: Final = 30_000
"""A block holds at most so much recorded time, so that a reader can fetch a part of a recording."""
BLOCK_BYTES: Final = 512 * 1024
"""A block is closed by the line that brings it past this size, before compression."""
MAX_RECORDING_BYTES: Final = 512 * 1024 * 1024
"""Most bytes of lines that one recording may have."""
DAY_MS: Final = 86_400_000

_NAMESPACE = uuid.UUID("0b9d0c7e-3a4b-5b58-8a1f-3d7f3f2f5c11")


PERSON_PROPERTIES: Final = (
    "$browser", "$browser_version", "$current_url", "$device_type", "$os", "$os_version", "$pathname", "$referrer",
    "$referring_domain", "utm_campaign", "utm_content", "utm_medium", "utm_source", "utm_term",
)  # fmt: skip
"""Properties of events that describe the person too (live behaviour)."""
_INITIAL: Final = "$initial_"


@dataclass(frozen=True, slots=True)
class PersonData:
    """Who was recorded.

    Attributes:
        distinct_ids: all of the person's; the first one names the person.
        created_at: epoch milliseconds; None for the recording's start.
    """

    distinct_ids: tuple[str, ...]
    properties: dict[str, Any] = field(default_factory=dict[str, Any])
    created_at: int | None = None


@dataclass(frozen=True, slots=True)
class EventData:
    """An event that PostHog's analytics captured. Without `uuid` it gets one that depends on its place and content."""

    event: str
    timestamp: int
    distinct_id: str
    properties: dict[str, Any] = field(default_factory=dict[str, Any])
    uuid: str | None = None


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
        broken: lines or events that could not be read and were left out.
    """

    new: bool
    blocks: int = 0
    events: int = 0
    broken: int = 0


def store_recording(db: sqlite3.Connection, team: Team, recording: RecordingData, now: int) -> Stored:
    """Store a recording in one transaction.

    Raises:
        UnreadableRecording: no line holds an event, or it has more bytes than are taken.
        StoreError: the id belongs to a recording of another environment, or cannot stand in a URL.
    """
    with writing(db):
        return insert_recording(db, team, recording, now)


def insert_recording(db: sqlite3.Connection, team: Team, recording: RecordingData, now: int) -> Stored:
    """`store_recording` within a transaction that the caller began."""
    if _known(db, team, recording.session_id):
        return Stored(new=False)
    reader = EventReader(_bounded(recording.lines))
    events = sorted(reader, key=lambda event: event.timestamp)
    metadata = read_metadata(events)
    # Stored at once, it counts as received when it ended: `ongoing` speaks of sessions that are still being recorded.
    _insert_metadata(db, team, recording, metadata, min(now, metadata.end_time))
    blocks = 0
    for blocks, block in enumerate(_blocks(events), start=1):
        lines = b"\n".join(event.line for event in block)
        row = (
            recording.session_id,
            blocks - 1,
            block[0].timestamp,
            block[-1].timestamp,
            gzip.compress(lines, 6, mtime=0),
        )
        db.execute("INSERT INTO recording_block VALUES (?, ?, ?, ?, ?)", row)
    _insert_events(db, team, recording)
    if recording.person:
        _upsert_person(db, team, recording, recording.person, metadata)
    return Stored(new=True, blocks=blocks, events=len(events), broken=reader.broken)


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


def _blocks(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Runs of events, each within a block's time and size."""
    block: list[Event] = []
    size = 0
    for event in events:
        if block and (size >= BLOCK_BYTES or event.timestamp - block[0].timestamp >= BLOCK_MS):
            yield block
            block, size = [], 0
        block.append(event)
        size += len(event.line)
    if block:
        yield block


def _insert_metadata(
    db: sqlite3.Connection, team: Team, recording: RecordingData, metadata: Metadata, received_at: int
) -> None:
    start = metadata.start_time
    row: dict[str, Any] = {
        "session_id": recording.session_id,
        "team_id": team.id,
        "distinct_id": recording.distinct_id,
        "start_time": start,
        "end_time": metadata.end_time,
        "duration": metadata.duration,
        "active_seconds": metadata.active_seconds,
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
        "last_ingested_at": received_at,
    }
    marks = ", ".join(f":{name}" for name in row)
    db.execute(f"INSERT INTO recording ({', '.join(row)}) VALUES ({marks})", row)  # noqa: S608 - names from above
    session_id = recording.session_id
    db.executemany("INSERT INTO recording_url VALUES (?, ?)", [(session_id, url) for url in metadata.urls])
    db.executemany(
        "INSERT INTO console_log (session_id, timestamp, level, message) VALUES (?, ?, ?, ?)",
        [(session_id, line.timestamp, line.level, line.message) for line in metadata.console],
    )


def _insert_events(db: sqlite3.Connection, team: Team, recording: RecordingData) -> None:
    """Product events; one that the store has, by uuid, is left as it is."""
    db.executemany(
        "INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                event.uuid or str(uuid.uuid5(_NAMESPACE, f"{recording.session_id}/{place}/{event.event}")),
                team.id,
                recording.session_id,
                event.distinct_id,
                event.event,
                event.timestamp,
                _json(event.properties),
            )
            for place, event in enumerate(recording.events)
        ],
    )


def _upsert_person(
    db: sqlite3.Connection, team: Team, recording: RecordingData, person: PersonData, metadata: Metadata
) -> None:
    """The oldest person that has one of the distinct ids, else a new one; newer properties win."""
    distinct_ids = tuple(dict.fromkeys((*person.distinct_ids, recording.distinct_id)))
    created_at = metadata.start_time if person.created_at is None else person.created_at
    properties = _told_by(recording.events) | person.properties
    known = db.execute(
        "SELECT person.id, properties, last_seen_at FROM person JOIN person_distinct_id ON person.id = person_id"
        " WHERE person_distinct_id.team_id = ? AND distinct_id IN (SELECT value FROM json_each(?))"
        " ORDER BY person.id LIMIT 1",
        (team.id, orjson.dumps(distinct_ids).decode()),
    ).fetchone()
    if known:
        person_id = known["id"]
        older, newer = orjson.loads(known["properties"]), properties
        if metadata.end_time < (known["last_seen_at"] or 0):
            older, newer = newer, older
        db.execute(
            "UPDATE person SET properties = ?, created_at = min(created_at, ?),"
            " last_seen_at = max(coalesce(last_seen_at, 0), ?) WHERE id = ?",
            (_json(older | newer | _first_seen(older)), created_at, metadata.end_time, person_id),
        )
    else:
        person_uuid = str(uuid.uuid5(_NAMESPACE, f"{team.id}/{distinct_ids[0]}"))
        person_id = db.execute(
            "INSERT INTO person (team_id, uuid, properties, created_at, last_seen_at)"
            " VALUES (?, ?, ?, ?, ?) RETURNING id",
            (team.id, person_uuid, _json(properties), created_at, metadata.end_time),
        ).fetchone()["id"]
    db.executemany(
        "INSERT OR IGNORE INTO person_distinct_id VALUES (?, ?, ?)",
        [(team.id, distinct_id, person_id) for distinct_id in distinct_ids],
    )


def _told_by(events: Iterable[EventData]) -> dict[str, Any]:
    """What events say of a person: each property's latest value, and the first one as `$initial_…` (live behaviour)."""
    first: dict[str, Any] = {}
    latest: dict[str, Any] = {}
    for event in sorted(events, key=lambda event: event.timestamp):
        told = {name: event.properties[name] for name in PERSON_PROPERTIES if event.properties.get(name) is not None}
        first = {f"{_INITIAL}{name.removeprefix('$')}": value for name, value in told.items()} | first
        latest |= told
    return first | latest


def _first_seen(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name.startswith(_INITIAL)}


def _json(properties: dict[str, Any]) -> str:
    try:
        return orjson.dumps(properties).decode()
    except orjson.JSONEncodeError as error:  # half surrogate pairs, or nested too deeply to be read again
        raise UnreadableRecording(f"Properties of the recording are no JSON: {error}.") from error
