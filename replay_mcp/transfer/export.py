"""Export: a recording of the local store as lines, or as a file. The format is in `export_format`."""

import gzip
import os
import sqlite3
import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from replay_mcp import exact_json
from replay_mcp.errors import StoreError, UnreadableRecording
from replay_mcp.local.store.accounts import ensure_team
from replay_mcp.local.store.blocks import read_lines
from replay_mcp.local.store.persons import person_uuid

from .export_format import EventLine, ExportedEvent, ExportedPerson, ExportHeader


def export_lines(db: sqlite3.Connection, session_id: str) -> Iterator[bytes]:
    """Yield all lines of the export without line feeds, holding one block of the recording in memory at a time.

    Consume them within one `reading` transaction, because a recording in progress keeps changing.

    Raises:
        StoreError: the store has no such recording, or it was deleted.
        UnreadableRecording: the recording has no snapshot data, or a block is damaged.
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
        fields = dict(event) | {"properties": exact_json.loads(event["properties"])}
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
        properties=exact_json.loads(person["properties"]),
        created_at=person["created_at"],
    )


def _json(line: ExportHeader | EventLine) -> bytes:
    return exact_json.dumps(line.model_dump())


def write_file(lines: Iterable[bytes], path: Path, *, force: bool) -> int:
    """Write the lines of an export to a file, gzipped if its name ends with `.gz`, and return the file's size in bytes.

    The file appears complete or not at all. Only its owner can read it, because it is not redacted.

    Raises:
        StoreError: the file exists and `force` is off, or it cannot be written.
    """
    try:
        with _atomic_file(path, force=force) as file:
            if path.suffix == ".gz":
                with gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=0) as packed:
                    packed.writelines(line + b"\n" for line in lines)
            else:
                file.writelines(line + b"\n" for line in lines)
        return path.stat().st_size
    except FileExistsError as error:
        raise StoreError(f"{str(path)!r} exists.", next="Name another file, or overwrite it with --force.") from error
    except OSError as error:
        raise StoreError(
            f"{str(path)!r} cannot be written: {error.strerror}.", next="Name another file with -o FILE."
        ) from error


@contextmanager
def _atomic_file(path: Path, *, force: bool) -> Generator[IO[bytes]]:
    """A temporary file that is renamed to `path` when the block succeeds, and removed when it fails.

    Raises:
        FileExistsError: `path` exists and `force` is off.
    """
    if not force and os.path.lexists(path):
        raise FileExistsError(path)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name[:100]}.", delete=False) as file:
        temporary = Path(file.name)
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            temporary.unlink()
            raise
    try:
        if not force:
            _link_new(temporary, path)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _link_new(temporary: Path, path: Path) -> None:
    """Hard-link `temporary` to `path`, which fails atomically if another process has created `path` meanwhile."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # the file system has no hard links
        if os.path.lexists(path):
            raise FileExistsError(path) from None
