"""Persons: their distinct ids and properties."""

import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson

from replay_mcp import exact_json
from replay_mcp.errors import UnreadableRecording

from .accounts import Team
from .events import NAMESPACE, EventData, is_time, properties_json

PERSON_PROPERTIES: Final = (
    "$browser", "$browser_version", "$current_url", "$device_type", "$os", "$os_version", "$pathname", "$referrer",
    "$referring_domain", "utm_campaign", "utm_content", "utm_medium", "utm_source", "utm_term",
)  # fmt: skip
"""Properties of events that are also properties of the person (live behaviour)."""
MAX_PROPERTIES_BYTES: Final = 640 * 1024
"""Maximum bytes of a person's properties as JSON, as in PostHog. Updates that exceed it are ignored."""
MAX_MOVED_IDS: Final = 10_000
"""Persons with more distinct ids are not merged into an older person: moving the ids would take too long."""
_ID_BYTES: Final = 100
"""Cost of moving a distinct id, in bytes of properties read and written."""
_INITIAL: Final = "$initial_"


@dataclass(frozen=True, slots=True)
class PersonData:
    """The recorded person.

    Attributes:
        distinct_ids: all of the person's ids; the first one identifies the person.
        created_at: epoch milliseconds; None for the recording's start.
    """

    distinct_ids: tuple[str, ...]
    properties: dict[str, Any] = field(default_factory=dict[str, Any])
    created_at: int | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person, from their own data and from events. Times are epoch milliseconds.

    Attributes:
        once: properties to set if the person does not have them (`$set_once`).
        arrives: whether this was just received. Its properties then replace stored ones regardless of time, as in
            PostHog's ingestion; otherwise the later ones win.
    """

    uuid: str
    distinct_ids: tuple[str, ...]
    properties: dict[str, Any]
    created_at: int
    last_seen_at: int
    once: dict[str, Any] = field(default_factory=dict[str, Any])
    arrives: bool = False


def person_uuid(team: Team, distinct_id: str) -> str:
    """The uuid of the person with this first distinct id."""
    return str(uuid.uuid5(NAMESPACE, f"{team.id}/{distinct_id}"))


def person_row(
    team: Team, person: PersonData, *, distinct_id: str, events: Sequence[EventData], seen: tuple[int, int]
) -> PersonRow:
    """The person recorded under `distinct_id`; `seen` are the first and last time, in epoch milliseconds.

    Raises:
        UnreadableRecording: the person contains data that no response could represent.
    """
    distinct_ids = tuple(dict.fromkeys((*person.distinct_ids, distinct_id)))
    created_at = seen[0] if person.created_at is None else person.created_at
    if not is_time(created_at):
        raise UnreadableRecording(
            f"The person's creation time {created_at} is not from 2010 to 2099 in epoch milliseconds."
        )
    properties = person_properties(event for event in events if is_time(event.timestamp)) | person.properties
    properties_json(properties)  # raises before the store is locked
    return PersonRow(
        uuid=person_uuid(team, distinct_ids[0]),
        distinct_ids=distinct_ids,
        properties=properties,
        created_at=created_at,
        last_seen_at=seen[1],
    )


def without_excess(person: PersonRow) -> PersonRow:
    """The person, without properties if these exceed the limit; call it before the store is locked."""
    fits = len(properties_json(person.once | person.properties)) <= MAX_PROPERTIES_BYTES
    return person if fits else replace(person, once={}, properties={})


def upsert_person(db: sqlite3.Connection, team: Team, person: PersonRow) -> int:
    """Update the person with one of the distinct ids, or insert a new one.

    Several persons with these ids are merged into the oldest one, because they are the same person. Properties under
    the first distinct id take precedence (live behaviour of `$identify`).

    Returns:
        The number of bytes read and written.
    """
    known = _known(db, team, person)
    stored: dict[str, Any] = {}
    for row in sorted(known, key=lambda row: row["place"]):
        stored = exact_json.loads(row["properties"]) | stored
    seen_before = max((row["last_seen_at"] or 0 for row in known), default=0)
    older, newer = stored, person.properties
    if not person.arrives and person.last_seen_at < seen_before:
        older, newer = newer, older
    properties = _bounded(person.once | older | newer | _first_seen(older), stored)
    created_at = min([person.created_at, *(row["created_at"] for row in known)])
    values = (properties, created_at, max(person.last_seen_at, seen_before))
    moved = 0
    if known:
        person_id = known[0]["id"]
        db.execute(
            "UPDATE person SET properties = ?, created_at = ?, last_seen_at = ? WHERE id = ?", (*values, person_id)
        )
        for row in known[1:]:
            moving = "UPDATE person_distinct_id SET person_id = ? WHERE person_id = ?"
            moved += db.execute(moving, (person_id, row["id"])).rowcount
            db.execute("DELETE FROM person WHERE id = ?", (row["id"],))
    else:
        person_id = db.execute(
            "INSERT INTO person (properties, created_at, last_seen_at, team_id, uuid)"
            " VALUES (?, ?, ?, ?, ?) RETURNING id",
            (*values, team.id, person.uuid),
        ).fetchone()["id"]
    db.executemany(
        "INSERT OR IGNORE INTO person_distinct_id VALUES (?, ?, ?)",
        [(team.id, distinct_id, person_id) for distinct_id in person.distinct_ids],
    )
    return len(properties) + sum(len(row["properties"]) for row in known) + moved * _ID_BYTES


def _known(db: sqlite3.Connection, team: Team, person: PersonRow) -> list[sqlite3.Row]:
    """The persons with one of the distinct ids that can be merged, oldest first."""
    found = db.execute(
        "SELECT person.*, min(ids.key) AS place FROM json_each(?) ids JOIN person_distinct_id d"
        " ON d.team_id = ? AND d.distinct_id = ids.value JOIN person ON person.id = d.person_id"
        " GROUP BY person.id ORDER BY person.id",
        (orjson.dumps(person.distinct_ids).decode(), team.id),
    ).fetchall()
    query = "SELECT count(*) FROM (SELECT 1 FROM person_distinct_id WHERE person_id = ? LIMIT ?)"
    moving = (db.execute(query, (row["id"], MAX_MOVED_IDS + 1)).fetchone()[0] for row in found[1:])
    if sum(moving) <= MAX_MOVED_IDS:
        return found
    return [min(found, key=lambda row: row["place"])]  # the person of the first id


def _bounded(properties: dict[str, Any], stored: dict[str, Any]) -> str:
    """The properties as JSON; the stored ones if the new ones exceed the limit and are larger."""
    text = properties_json(properties)
    if len(text.encode()) <= MAX_PROPERTIES_BYTES:
        return text
    before = properties_json(stored)
    return text if len(text) <= len(before) else before


def person_properties(events: Iterable[EventData]) -> dict[str, Any]:
    """The person properties of events: the latest value of each, and the first one as `$initial_…` (live behaviour)."""
    first: dict[str, Any] = {}
    latest: dict[str, Any] = {}
    for event in sorted(events, key=lambda event: event.timestamp):
        found = {name: event.properties[name] for name in PERSON_PROPERTIES if event.properties.get(name) is not None}
        first = {f"{_INITIAL}{name.removeprefix('$')}": value for name, value in found.items()} | first
        latest |= found
    return first | latest


def _first_seen(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name.startswith(_INITIAL)}
