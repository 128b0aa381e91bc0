"""What PostHog's analytics knows of a recording: its product events, and the person behind them."""

import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from replay_mcp.api.types import check_json
from replay_mcp.errors import UnreadableRecording
from replay_mcp.recording.events import MAX_TIMESTAMP, MIN_TIMESTAMP
from replay_mcp.recording.metadata import Metadata

from .accounts import Team

PERSON_PROPERTIES: Final = (
    "$browser", "$browser_version", "$current_url", "$device_type", "$os", "$os_version", "$pathname", "$referrer",
    "$referring_domain", "utm_campaign", "utm_content", "utm_medium", "utm_source", "utm_term",
)  # fmt: skip
"""Properties of events that describe the person too (live behaviour)."""
_INITIAL: Final = "$initial_"


_NAMESPACE = uuid.UUID("0b9d0c7e-3a4b-5b58-8a1f-3d7f3f2f5c11")


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
class PersonRow:
    """Who was recorded, as told by the person's data and by the events."""

    uuid: str
    distinct_ids: tuple[str, ...]
    properties: dict[str, Any]
    created_at: int
    last_seen_at: int


def event_rows(
    team: Team, session_id: str, events: Sequence[EventData]
) -> tuple[tuple[tuple[str | int, ...], ...], int]:
    """Product events, and how many were left out for their time."""
    rows = tuple(
        (
            event.uuid or str(uuid.uuid5(_NAMESPACE, f"{session_id}/{place}/{event.event}")),
            team.id,
            session_id,
            event.distinct_id,
            event.event,
            event.timestamp,
            _json(event.properties),
        )
        for place, event in enumerate(events)
        if _is_time(event.timestamp)
    )
    return rows, len(events) - len(rows)


def person_row(
    team: Team, person: PersonData, *, distinct_id: str, events: Sequence[EventData], metadata: Metadata
) -> PersonRow:
    """Who was recorded under `distinct_id`.

    Raises:
        UnreadableRecording: the person holds what no request could show.
    """
    distinct_ids = tuple(dict.fromkeys((*person.distinct_ids, distinct_id)))
    created_at = metadata.start_time if person.created_at is None else person.created_at
    if not _is_time(created_at):
        raise UnreadableRecording(
            f"The person was created at {created_at}, which is no time from 2010 to 2099 in epoch milliseconds."
        )
    properties = _told_by(event for event in events if _is_time(event.timestamp)) | person.properties
    _json(properties)  # refused before the store is locked
    return PersonRow(
        uuid=str(uuid.uuid5(_NAMESPACE, f"{team.id}/{distinct_ids[0]}")),
        distinct_ids=distinct_ids,
        properties=properties,
        created_at=created_at,
        last_seen_at=metadata.end_time,
    )


def _is_time(timestamp: int) -> bool:
    return MIN_TIMESTAMP <= timestamp <= MAX_TIMESTAMP


def upsert_person(db: sqlite3.Connection, team: Team, person: PersonRow) -> None:
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
