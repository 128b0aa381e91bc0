"""Product events: the events of PostHog's analytics."""

import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import orjson

from replay_mcp import exact_json
from replay_mcp.api.types import check_json
from replay_mcp.errors import UnreadableRecording
from replay_mcp.recording.rrweb.events import MAX_TIMESTAMP, MIN_TIMESTAMP

from .accounts import Team

EventRow: TypeAlias = tuple[str | int, ...]
"""A row of `event`, ready to insert."""

NAMESPACE: Final = uuid.UUID("0b9d0c7e-3a4b-5b58-8a1f-3d7f3f2f5c11")
"""Namespace of ids that are derived from stored data."""


@dataclass(frozen=True, slots=True)
class EventData:
    """A product event. Without `uuid`, one is derived from its place and content.

    A `timestamp` outside the years of valid recordings comes from a wrong clock. The event is then omitted and counted
    as broken, as a recorded event would be.
    """

    event: str
    timestamp: int
    distinct_id: str
    properties: dict[str, Any] = field(default_factory=dict[str, Any])
    uuid: str | None = None


def event_rows(team: Team, session_id: str, events: Sequence[EventData]) -> tuple[tuple[EventRow, ...], int]:
    """Rows of product events, and the number of events omitted because of their time."""
    rows = tuple(
        event_row(team, session_id, event, place) for place, event in enumerate(events) if is_time(event.timestamp)
    )
    return rows, len(events) - len(rows)


def event_row(team: Team, session_id: str, event: EventData, place: int = 0) -> EventRow:
    """The row of a product event; `place` is its index among the session's events, for a derived uuid.

    Raises:
        UnreadableRecording: it contains data that no response could represent.
    """
    return (
        event.uuid or str(uuid.uuid5(NAMESPACE, f"{session_id}/{place}/{event.event}")),
        team.id,
        session_id,
        event.distinct_id,
        event.event,
        event.timestamp,
        properties_json(event.properties),
    )


def insert_events(db: sqlite3.Connection, rows: Iterable[EventRow]) -> int:
    """Insert product events and return the number of new ones. Events with a stored uuid do not change."""
    return db.executemany("INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", rows).rowcount


def is_time(timestamp: int) -> bool:
    """Whether epoch milliseconds are within the years of valid recordings."""
    return MIN_TIMESTAMP <= timestamp <= MAX_TIMESTAMP


def properties_json(properties: dict[str, Any]) -> str:
    """JSON text of the properties of an event or a person.

    Raises:
        UnreadableRecording: they contain data that no response could represent.
    """
    try:
        return exact_json.dumps(check_json(properties)).decode()
    except ValueError as error:  # nested too deeply for a response
        raise UnreadableRecording(f"Properties of the recording cannot be stored: {error}.") from error
    except orjson.JSONEncodeError as error:  # lone surrogates
        raise UnreadableRecording("Properties of the recording contain a lone surrogate.") from error
