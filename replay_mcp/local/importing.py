"""Bringing a recording into the store from a file: its lines, dated if need be, and what an export of ours adds."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, Final

import orjson
from pydantic import ValidationError

from replay_mcp.errors import UnreadableRecording
from replay_mcp.recording.rrweb.events import EventReader
from replay_mcp.recording.rrweb.files import RecordedLines
from replay_mcp.recording.rrweb.relative_times import holds_relative
from replay_mcp.recording.rrweb.untrusted import obj

from .bringing_in import BroughtIn, bring_in
from .dating import date_relative
from .export_format import (
    EVENT_MARK,
    HEADER_MARK,
    VERSION,
    EventLine,
    ExportHeader,
)
from .file_identity import chunks_of, recording_of
from .store.accounts import Team
from .store.events import EventData
from .store.ingest import RecordingData
from .store.persons import PersonData

MAX_EVENTS: Final = 100_000
MAX_EVENT_BYTES: Final = 64 * 1024 * 1024
"""Most product events that are taken with one recording, and most bytes of them."""

_LOOKED_AT_LINES: Final = 1_000
_LOOKED_AT_BYTES: Final = 64 * 1024 * 1024


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
    file = RecordedLines(_noted(chunks_of(path), read))
    lines = iter(file)
    first = next(lines, b"")
    if first.startswith(HEADER_MARK):
        data, retention_days = _exported(first, lines)
    else:
        data, retention_days = recording_of(path, file, chain((first,), lines) if first else lines), None
    beginning = _look(data.lines, file)
    data = replace(data, lines=beginning.lines)
    started, notes = beginning.started, ()
    if beginning.relative:
        dated = date_relative(db, path, data, now)
        data, started, notes = dated.data, dated.started, (dated.note,)
    outcome = bring_in(db, team, data, started=started, retention_days=retention_days, now=now)
    return replace(outcome, flaws=(*file.flaws, *outcome.flaws), notes=notes)


def _noted(chunks: Iterable[bytes], read: Callable[[int], None]) -> Iterator[bytes]:
    for chunk in chunks:
        read(len(chunk))
        yield chunk


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


@dataclass(frozen=True, slots=True)
class _Beginning:
    """What the first lines of a file show.

    Attributes:
        lines: all lines, with the first ones.
        started: time of the first event, to know when about it was recorded.
        relative: whether there is no event among them but such whose times count from 0.
    """

    lines: Iterable[bytes]
    started: int | None = None
    relative: bool = False


def _look(lines: Iterable[bytes], file: RecordedLines) -> _Beginning:
    """Look at lines until there is an event.

    Raises:
        UnreadableRecording: there is no event in the whole file.
    """
    rest = iter(lines)
    held: list[bytes] = []
    size = 0
    relative = False
    while len(held) < _LOOKED_AT_LINES and size < _LOOKED_AT_BYTES:
        line = next(rest, None)
        if line is None and not relative:
            raise UnreadableRecording(f"There is no rrweb event in it, but {file.what_else(len(held))}.")
        if line is None:
            break
        held.append(line)
        size += len(line)
        event = next(iter(EventReader((line,))), None)
        if event is not None:
            return _Beginning(chain(held, rest), event.timestamp)
        relative = relative or holds_relative(line)
    return _Beginning(chain(held, rest), relative=relative)
