"""Import of one recording into the store: the outcome, its retention, the recorded person."""

import sqlite3
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from replay_mcp.api.models import Person
from replay_mcp.api.types import MAX_DISTINCT_ID_LENGTH
from replay_mcp.local.store.accounts import Team
from replay_mcp.local.store.clock import DAY_MS, to_ms
from replay_mcp.local.store.ingest import RecordingData, Stored, store_recording
from replay_mcp.local.store.persons import PersonData
from replay_mcp.local.store.recording_rows import find_row
from replay_mcp.recording.rrweb.untrusted import obj

RETENTION_DAYS: Final = (30, 90, 365, 1825)
"""How long PostHog keeps recordings, in days, by plan and setting."""

MAX_DISTINCT_IDS: Final = 10_000
"""Most distinct ids of one person that are imported and exported."""

Change = Literal["new", "more", "unchanged", "deleted"]
"""`more`: the store had a part of it. `deleted`: it was deleted from the store earlier, and stays deleted."""


@dataclass(frozen=True, slots=True)
class ImportedRecording:
    """The outcome for one recording.

    Attributes:
        started: approximate start, epoch milliseconds; None if it was not determined.
        flaws: what could not be read, in words.
        notes: what else people should know, in words.
    """

    session_id: str
    change: Change
    started: int | None
    flaws: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def import_recording(
    db: sqlite3.Connection,
    team: Team,
    data: RecordingData,
    *,
    started: int | None,
    retention_days: int | None,
    now: int,
) -> ImportedRecording:
    """Store a recording, or the part of it that the store lacks.

    Args:
        db: a connection for this import alone.
        team: the environment that gets the recording.
        data: the recording.
        started: approximate start, epoch milliseconds.
        retention_days: how long it is kept; None for the environment's retention. A recording that would expire at once
            is kept for the shortest of `RETENTION_DAYS` that avoids it, because it is imported to be viewed.
        now: epoch milliseconds.

    Raises:
        UnreadableRecording: see `store_recording`.
        StoreError: see `store_recording`.
    """
    days = _kept_days(retention_days or team.retention_period_days, started, now)
    before = _state(db, data.session_id)
    stored = store_recording(db, replace(team, retention_period_days=days), data, now)
    after = _state(db, data.session_id)
    change: Change = "unchanged"
    if stored.new:
        change = "new"
    elif after is not None and after["deleted_at"] is not None:
        change = "deleted"
    elif before != after:
        change = "more"
    return ImportedRecording(data.session_id, change, started, _flaws(stored))


@dataclass(frozen=True, slots=True)
class StoredRecording:
    """What the store has of a recording; `end_time` in epoch milliseconds."""

    end_time: int
    deleted: bool


def find_stored(db: sqlite3.Connection, team: Team, session_id: str) -> StoredRecording | None:
    """Return what the store has of a recording in the environment; None if it has nothing.

    Raises:
        StoreError: the id belongs to a recording of another environment, or is not allowed in a URL.
    """
    row = find_row(db, team, session_id)
    return None if row is None else StoredRecording(row["end_time"], row["deleted_at"] is not None)


def person_data(person: Person | None) -> PersonData | None:
    """Convert a person of the API; None for an anonymous one."""
    if person is None or not (person.properties or person.created_at):
        return None
    ids = [distinct_id for distinct_id in person.distinct_ids if len(distinct_id) <= MAX_DISTINCT_ID_LENGTH]
    created_at = None if person.created_at is None else to_ms(person.created_at)
    return PersonData(tuple(ids[:MAX_DISTINCT_IDS]), obj(person.properties), created_at)


def _kept_days(days: int, started: int | None, now: int) -> int:
    age = 0 if started is None else now // DAY_MS - started // DAY_MS
    if age < days:
        return days
    # One more day, because the first event of a file need not be the earliest.
    return next((longer for longer in RETENTION_DAYS if longer > age + 1), age + days)


def _state(db: sqlite3.Connection, session_id: str) -> dict[str, Any] | None:
    """Return the columns that change when more of a recording is stored."""
    row = db.execute(
        "SELECT start_time, end_time, event_count, deleted_at,"
        " (SELECT count(*) FROM event WHERE event.session_id = recording.session_id"
        " AND event.team_id = recording.team_id) AS events"
        " FROM recording WHERE session_id = ?",
        (session_id,),
    ).fetchone()
    return None if row is None else dict(row)


def _flaws(stored: Stored) -> tuple[str, ...]:
    return (f"{stored.broken} lines or events that could not be read were left out",) if stored.broken else ()
