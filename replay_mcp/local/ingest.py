"""Storing a recording: its lines as blocks, what they tell as rows, who was recorded and what they did.

Everything that takes time happens before the store is locked: a recording is prepared, then inserted.
"""

import sqlite3
import uuid
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from replay_mcp.api.types import check_json, check_path_id
from replay_mcp.errors import StoreError, UnreadableRecording
from replay_mcp.recording.events import MAX_TIMESTAMP, MIN_TIMESTAMP, EventReader
from replay_mcp.recording.metadata import ConsoleLine, Metadata, read_metadata

from .accounts import Team
from .blocks import Spool
from .store import writing

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
    """An event that PostHog's analytics captured. Without `uuid` it gets one that depends on its place and content.

    A `timestamp` outside the years in which recordings are made comes from a clock that was wrong: such an event
    is left out and counted as broken, like a recorded one.
    """

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
class _PersonRow:
    """Who was recorded, as told by the person's data and by the events."""

    uuid: str
    distinct_ids: tuple[str, ...]
    properties: dict[str, Any]
    created_at: int
    last_seen_at: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A recording as it will be inserted. `blocks` is open as long as the block of `preparing`."""

    team: Team
    row: Mapping[str, Any]
    urls: tuple[str, ...]
    console: tuple[ConsoleLine, ...]
    events: tuple[tuple[str | int, ...], ...]
    person: _PersonRow | None
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
    events, broken_events = _event_rows(team, recording)
    with Spool() as spool:
        arriving = EventReader(_bounded(recording.lines))
        for event in arriving:
            spool.add(event)
        ordered = EventReader(spool.lines())
        metadata = read_metadata(spool.cut(iter(ordered)))
        row = _recording_row(team, recording, metadata, now)
        yield Prepared(
            team=team,
            row=row,
            urls=metadata.urls,
            console=metadata.console,
            events=events,
            person=_person_row(team, recording, recording.person, metadata) if recording.person else None,
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
        "INSERT INTO recording_block VALUES (?, ?, ?, ?, ?)",
        ((prepared.session_id, *block) for block in prepared.blocks.blocks()),
    )
    # An event that the store has, by uuid, is left as it is.
    db.executemany("INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", prepared.events)
    if prepared.person:
        _upsert_person(db, prepared.team, prepared.person)
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


def _event_rows(team: Team, recording: RecordingData) -> tuple[tuple[tuple[str | int, ...], ...], int]:
    """Product events, and how many were left out for their time."""
    rows = tuple(
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
        if _is_time(event.timestamp)
    )
    return rows, len(recording.events) - len(rows)


def _person_row(team: Team, recording: RecordingData, person: PersonData, metadata: Metadata) -> _PersonRow:
    distinct_ids = tuple(dict.fromkeys((*person.distinct_ids, recording.distinct_id)))
    created_at = metadata.start_time if person.created_at is None else person.created_at
    if not _is_time(created_at):
        raise UnreadableRecording(
            f"The person was created at {created_at}, which is no time from 2010 to 2099 in epoch milliseconds."
        )
    properties = _told_by(event for event in recording.events if _is_time(event.timestamp)) | person.properties
    _json(properties)  # refused before the store is locked
    return _PersonRow(
        uuid=str(uuid.uuid5(_NAMESPACE, f"{team.id}/{distinct_ids[0]}")),
        distinct_ids=distinct_ids,
        properties=properties,
        created_at=created_at,
        last_seen_at=metadata.end_time,
    )


def _is_time(timestamp: int) -> bool:
    return MIN_TIMESTAMP <= timestamp <= MAX_TIMESTAMP


def _insert_metadata(db: sqlite3.Connection, prepared: Prepared) -> None:
    row, session_id = prepared.row, prepared.session_id
    marks = ", ".join(f":{name}" for name in row)
    db.execute(f"INSERT INTO recording ({', '.join(row)}) VALUES ({marks})", row)  # noqa: S608 - names from above
    db.executemany("INSERT INTO recording_url VALUES (?, ?)", [(session_id, url) for url in prepared.urls])
    db.executemany(
        "INSERT INTO console_log (session_id, timestamp, level, message) VALUES (?, ?, ?, ?)",
        [(session_id, line.timestamp, line.level, line.message) for line in prepared.console],
    )


def _upsert_person(db: sqlite3.Connection, team: Team, person: _PersonRow) -> None:
    """The oldest person that has one of the distinct ids, else a new one; newer properties win."""
    known = db.execute(
        "SELECT person.id, properties, last_seen_at FROM person JOIN person_distinct_id ON person.id = person_id"
        " WHERE person_distinct_id.team_id = ? AND distinct_id IN (SELECT value FROM json_each(?))"
        " ORDER BY person.id LIMIT 1",
        (team.id, orjson.dumps(person.distinct_ids).decode()),
    ).fetchone()
    if known:
        person_id = known["id"]
        older, newer = orjson.loads(known["properties"]), person.properties
        if person.last_seen_at < (known["last_seen_at"] or 0):
            older, newer = newer, older
        db.execute(
            "UPDATE person SET properties = ?, created_at = min(created_at, ?),"
            " last_seen_at = max(coalesce(last_seen_at, 0), ?) WHERE id = ?",
            (_json(older | newer | _first_seen(older)), person.created_at, person.last_seen_at, person_id),
        )
    else:
        person_id = db.execute(
            "INSERT INTO person (team_id, uuid, properties, created_at, last_seen_at)"
            " VALUES (?, ?, ?, ?, ?) RETURNING id",
            (team.id, person.uuid, _json(person.properties), person.created_at, person.last_seen_at),
        ).fetchone()["id"]
    db.executemany(
        "INSERT OR IGNORE INTO person_distinct_id VALUES (?, ?, ?)",
        [(team.id, distinct_id, person_id) for distinct_id in person.distinct_ids],
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
        return orjson.dumps(check_json(properties)).decode()
    except ValueError as error:  # nested too deeply to be shown among others
        raise UnreadableRecording(f"Properties of the recording cannot be kept: {error}.") from error
    except orjson.JSONEncodeError as error:  # half surrogate pairs, or numbers of more than 64 bits
        raise UnreadableRecording(f"Properties of the recording are no JSON: {error}.") from error
