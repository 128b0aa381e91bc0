"""A stored recording as lines that restore it completely elsewhere: see `export_format`."""

import sqlite3
from collections.abc import Iterator

import orjson

from replay_mcp.errors import StoreError, UnreadableRecording

from .export_format import EventLine, ExportedEvent, ExportedPerson, ExportHeader
from .store.accounts import ensure_team
from .store.blocks import read_lines
from .store.persons import person_uuid


def export_lines(db: sqlite3.Connection, session_id: str) -> Iterator[bytes]:
    """All lines of the export, without line feeds; one block of the recording is in memory at a time.

    Read it within one `reading` block: a recording that is still made would change meanwhile.

    Raises:
        StoreError: there is no such recording (any more).
        UnreadableRecording: it has no snapshot data, or a block of it is damaged.
    """
    row = db.execute("SELECT * FROM recording WHERE session_id = ?", (session_id,)).fetchone()
    if row is None:
        raise StoreError(
            f"There is no recording {session_id!r} in the store.", next="Check the id, and the store with --local PATH."
        )
    if row["deleted_at"] is not None:
        raise StoreError(f"Recording {session_id!r} was deleted.", next="Its data is gone; export another one.")
    lines = read_lines(db, session_id)
    first = next(lines, None)
    if first is None:
        raise UnreadableRecording(
            f"Recording {session_id!r} has no snapshot data.", next="There is nothing to export; choose another one."
        )
    yield _json(_header(db, row))
    events = db.execute(
        "SELECT uuid, event, timestamp, distinct_id, properties FROM event WHERE session_id = ? AND team_id = ?"
        " ORDER BY timestamp, uuid",
        (session_id, row["team_id"]),
    )
    for event in events:
        fields = dict(event) | {"properties": orjson.loads(event["properties"])}
        yield _json(EventLine(replay_mcp_event=ExportedEvent.model_construct(**fields)))
    yield first
    yield from lines


def _header(db: sqlite3.Connection, row: sqlite3.Row) -> ExportHeader:
    return ExportHeader.model_construct(
        session_id=row["session_id"],
        distinct_id=row["distinct_id"],
        person=_person(db, row["team_id"], row["distinct_id"]),
        snapshot_source=row["snapshot_source"],
        snapshot_library=row["snapshot_library"],
        retention_period_days=row["retention_period_days"],
    )


def _person(db: sqlite3.Connection, team_id: int, distinct_id: str) -> ExportedPerson | None:
    team = ensure_team(db, team_id)
    person = db.execute(
        "SELECT person.* FROM person_distinct_id JOIN person ON person.id = person_id"
        " WHERE person_distinct_id.team_id = ? AND distinct_id = ?",
        (team_id, distinct_id),
    ).fetchone()
    if person is None:
        return None
    rows = db.execute("SELECT distinct_id FROM person_distinct_id WHERE person_id = ?", (person["id"],))
    distinct_ids = sorted(
        (row["distinct_id"] for row in rows),
        key=lambda distinct_id: (person["uuid"] != person_uuid(team, distinct_id), distinct_id),
    )
    return ExportedPerson.model_construct(
        distinct_ids=distinct_ids,
        properties=orjson.loads(person["properties"]),
        created_at=person["created_at"],
    )


def _json(line: ExportHeader | EventLine) -> bytes:
    return orjson.dumps(line.model_dump())
