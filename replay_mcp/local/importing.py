"""Bringing a recording into the store from a file: which recording it is, who was recorded, its lines.

A file holds lines of one recording. What it says of itself counts first, then its name, then its content: the same
file is the same recording, wherever it lies and however often it comes.
"""

import hashlib
import re
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, Final

import orjson
from pydantic import ValidationError

from replay_mcp.api.models import Person
from replay_mcp.errors import UnreadableRecording
from replay_mcp.recording.events import EventReader
from replay_mcp.recording.files import RecordedLines, unpacked
from replay_mcp.recording.untrusted import arr, obj

from .accounts import Team
from .analytics import EventData
from .bringing_in import BroughtIn, bring_in, person_data
from .export_format import (
    EVENT_MARK,
    HEADER_MARK,
    VERSION,
    EventLine,
    ExportHeader,
)
from .ingest import RecordingData
from .persons import PersonData

MAX_EVENTS: Final = 100_000
MAX_EVENT_BYTES: Final = 64 * 1024 * 1024
"""Most product events that are taken with one recording, and most bytes of them."""

_READ_BYTES: Final = 256 * 1024
_LOOKED_AT_LINES: Final = 1_000
_LOOKED_AT_BYTES: Final = 64 * 1024 * 1024
_WHITE: Final = b" \t\r\n"
_NAMESPACE = uuid.UUID("5f0e6d0b-8f3c-5c55-9d0e-7a51a3f8f0c4")
_UUID = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-zA-Z])", re.IGNORECASE)
_OLD_ID = re.compile(r"[0-9a-f]{9,16}(?:-[0-9a-f]{5,16}){4}", re.IGNORECASE)
"""What posthog-js named sessions by before it took UUIDs."""
_SUFFIXES = re.compile(r"(?:\.(?:json|jsonl|ndjson|gz))+\Z", re.IGNORECASE)


def import_file(
    db: sqlite3.Connection, team: Team, path: Path, now: int, *, read: Callable[[int], None] = lambda _: None
) -> BroughtIn:
    """Bring one file in, in one transaction.

    Args:
        db: a connection of one's own.
        team: the environment that gets it.
        path: of a file in any form that `RecordedLines` reads.
        now: epoch milliseconds.
        read: told about bytes of the file as they are read for storing.

    Raises:
        OSError: the file cannot be read.
        UnreadableRecording: it holds no recording, or more than is taken.
        StoreError: the id belongs to a recording of another environment, or cannot stand in a URL.
    """
    file = RecordedLines(_chunks(path, read))
    lines = iter(file)
    first = next(lines, b"")
    if first.startswith(HEADER_MARK):
        data, retention_days = _exported(first, lines)
    else:
        data, retention_days = _foreign(path, file, chain((first,), lines) if first else lines), None
    held, started = _look(data.lines, file)
    data = replace(data, lines=held)
    outcome = bring_in(db, team, data, started=started, retention_days=retention_days, now=now)
    return replace(outcome, flaws=(*file.flaws, *outcome.flaws))


def id_in_name(path: Path) -> str | None:
    """The session id that a file is named by: one UUID anywhere in its name, or the directory's of numbered blocks."""
    stem = _SUFFIXES.sub("", path.name)
    name = path.absolute().parent.name if stem.isascii() and stem.isdigit() else stem
    found = {match.group() for match in _UUID.finditer(name)}
    if len(found) == 1:
        return found.pop()
    return name if _OLD_ID.fullmatch(name) else None


def _chunks(path: Path, read: Callable[[int], None] = lambda _: None) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_READ_BYTES):
            read(len(chunk))
            yield chunk


def _foreign(path: Path, file: RecordedLines, lines: Iterable[bytes]) -> RecordingData:
    """A file that we did not write: PostHog's export says who was recorded, others nothing but the events."""
    told = _told(file)
    if told and not {"id", "person"} <= told.keys():  # they may stand after the events
        complete = RecordedLines(_chunks(path))
        for _ in complete:
            pass
        told = _told(complete)
    session_id = told.get("id")
    if not isinstance(session_id, str) or not session_id:
        session_id = id_in_name(path) or _id_of_content(path)
    try:
        fields = {name: obj(told.get("person")).get(name) for name in ("properties", "created_at")}
        ids = arr(obj(told.get("person")).get("distinct_ids"))
        person = person_data(Person.model_validate(fields | {"distinct_ids": ids}))
    except ValidationError:
        person = None
    distinct_id = next(iter(person.distinct_ids), session_id) if person else session_id
    return RecordingData(session_id, distinct_id, lines, person)


def _told(file: RecordedLines) -> dict[str, Any]:
    envelope = file.envelope
    return obj(envelope.get("data")) or envelope


def _exported(header: bytes, lines: Iterator[bytes]) -> tuple[RecordingData, int]:
    """A file that `replay-mcp export` wrote, and the recording's retention in days."""
    if (version := obj(_loads(header)).get("replay_mcp_export")) != VERSION:
        found = str(version)[:20]
        raise UnreadableRecording(
            f"Another version of Replay MCP exported it, in format {found!r}; this one reads format {VERSION}."
        )
    try:
        about = ExportHeader.model_validate(_loads(header))
        events: list[EventData] = []
        size = 0
        first = b""
        for line in lines:
            if not line.startswith(EVENT_MARK):
                first = line
                break
            size += len(line)
            if len(events) == MAX_EVENTS or size > MAX_EVENT_BYTES:
                raise UnreadableRecording(
                    f"It has more than {MAX_EVENTS} product events, or {MAX_EVENT_BYTES // 2**20} MiB of them."
                )
            events.append(EventData(**EventLine.model_validate(_loads(line)).replay_mcp_event.model_dump()))
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"][:4])
        raise UnreadableRecording(f"The export's own lines are not as they are written: {where!r} is wrong.") from error
    person = about.person
    data = RecordingData(
        session_id=about.session_id,
        distinct_id=about.distinct_id,
        lines=chain((first,), lines),
        person=PersonData(tuple(person.distinct_ids), person.properties, person.created_at) if person else None,
        events=events,
        snapshot_source=about.snapshot_source,
        snapshot_library=about.snapshot_library,
    )
    return data, about.retention_period_days


def _loads(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise UnreadableRecording("The export's own lines are no JSON.") from error


def _look(lines: Iterable[bytes], file: RecordedLines) -> tuple[Iterable[bytes], int | None]:
    """The same lines, and the time of the first event among the first of them, to know when about it was recorded.

    Raises:
        UnreadableRecording: there is no event in the whole file.
    """
    rest = iter(lines)
    held: list[bytes] = []
    size = 0
    while len(held) < _LOOKED_AT_LINES and size < _LOOKED_AT_BYTES:
        line = next(rest, None)
        if line is None:
            raise UnreadableRecording(f"There is no rrweb event in it, but {file.what_else(len(held))}.")
        held.append(line)
        size += len(line)
        event = next(iter(EventReader((line,))), None)
        if event is not None:
            return chain(held, rest), event.timestamp
    return chain(held, rest), None


def _id_of_content(path: Path) -> str:
    """An id that the same content has always; neither gzip nor white space is content."""
    digest = hashlib.blake2b(digest_size=32)
    for piece in unpacked(_chunks(path)):
        digest.update(piece.translate(None, _WHITE))
    return str(uuid.uuid5(_NAMESPACE, digest.hexdigest()))
