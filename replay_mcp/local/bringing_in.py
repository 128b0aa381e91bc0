"""A recording that is brought in from elsewhere: what becomes of it, how long it is kept, who was recorded."""

import sqlite3
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from replay_mcp.api.models import Person
from replay_mcp.api.types import MAX_DISTINCT_ID_LENGTH
from replay_mcp.recording.rrweb.untrusted import obj

from .store.accounts import Team
from .store.clock import DAY_MS, to_ms
from .store.ingest import RecordingData, Stored, store_recording
from .store.persons import PersonData
from .store.recording_rows import find_row

RETENTION_DAYS: Final = (30, 90, 365, 1825)
"""How long PostHog keeps recordings, by plan and setting."""

MAX_DISTINCT_IDS: Final = 10_000
"""Most distinct ids that one imported or exported person keeps."""

Change = Literal["new", "more", "unchanged", "deleted"]
"""`more`: the store had a part of it. `deleted`: it was deleted from the store before, and stays so."""


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What became of a recording.

    Attributes:
        started: when about it began, epoch milliseconds; None where that was not looked for.
        flaws: what could not be read of it, in words.
        notes: what else people should know of it, in words.
    """

    session_id: str
    change: Change
    started: int | None
    flaws: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def bring_in(
    db: sqlite3.Connection,
    team: Team,
    data: RecordingData,
    *,
    started: int | None,
    retention_days: int | None,
    now: int,
) -> BroughtIn:
    """Store a recording, or what is new of it.

    Args:
        db: a connection of one's own.
        team: the environment that gets it.
        data: the recording.
        started: when about it began, epoch milliseconds.
        retention_days: how long it is kept; None for the environment's. A recording that would be over at once is kept
            for the shortest time of `RETENTION_DAYS` in which it is not: whoever brings it in wants to see it.
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
    return BroughtIn(data.session_id, change, started, _flaws(stored))


@dataclass(frozen=True, slots=True)
class StoredUntil:
    """How far the store has a recording; `end_time` in epoch milliseconds."""

    end_time: int
    deleted: bool


def stored_until(db: sqlite3.Connection, team: Team, session_id: str) -> StoredUntil | None:
    """How far the store has a recording of the environment; None where it has none.

    Raises:
        StoreError: the id belongs to a recording of another environment, or cannot stand in a URL.
    """
    row = find_row(db, team, session_id)
    return None if row is None else StoredUntil(row["end_time"], row["deleted_at"] is not None)


def person_data(person: Person | None) -> PersonData | None:
    """A person as the API shows one; None for one that nobody knows."""
    if person is None or not (person.properties or person.created_at):
        return None
    ids = [distinct_id for distinct_id in person.distinct_ids if len(distinct_id) <= MAX_DISTINCT_ID_LENGTH]
    created_at = None if person.created_at is None else to_ms(person.created_at)
    return PersonData(tuple(ids[:MAX_DISTINCT_IDS]), obj(person.properties), created_at)


def _kept_days(days: int, started: int | None, now: int) -> int:
    age = 0 if started is None else now // DAY_MS - started // DAY_MS
    if age < days:
        return days
    # One day more: the first event of a file need not be the earliest.
    return next((longer for longer in RETENTION_DAYS if longer > age + 1), age + days)


def _state(db: sqlite3.Connection, session_id: str) -> dict[str, Any] | None:
    """What changes when more of a recording arrives."""
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
