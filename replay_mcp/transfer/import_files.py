"""Import of files: each file holds one recording, as rrweb events in any known form or as an export of ours."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, Final

import orjson
from pydantic import ValidationError

from replay_mcp import exact_json
from replay_mcp.errors import ReplayError, UnreadableRecording
from replay_mcp.local.store.accounts import Team
from replay_mcp.local.store.clock import now_ms
from replay_mcp.local.store.events import EventData
from replay_mcp.local.store.ingest import RecordingData
from replay_mcp.local.store.persons import PersonData
from replay_mcp.recording.rrweb.events import EventReader
from replay_mcp.recording.rrweb.files import RecordedLines
from replay_mcp.recording.rrweb.relative_times import holds_relative
from replay_mcp.recording.rrweb.untrusted import obj

from .export_format import EVENT_MARK, HEADER_MARK, VERSION, EventLine, ExportHeader
from .file_identity import chunks_of, recording_of
from .import_recording import ImportedRecording, import_recording
from .relative_dates import date_relative
from .report import Advance, Report

MAX_EVENTS: Final = 100_000
"""Most product events that are imported with one recording."""
MAX_EVENT_BYTES: Final = 64 * 1024 * 1024
"""Most bytes of product events that are imported with one recording."""

_INSPECTED_LINES: Final = 1_000
_INSPECTED_BYTES: Final = 64 * 1024 * 1024


def import_files(
    db: sqlite3.Connection, team: Team, files: Mapping[Path, int], report: Report, advance: Advance
) -> None:
    """Import files one by one. A file that cannot be imported is reported, and the rest goes on.

    Args:
        db: a connection for this import alone.
        team: the environment that gets the recordings.
        files: paths with their sizes in bytes.
        report: counts the outcomes.
        advance: called with the number of bytes read since the last call, and the file's name.
    """
    for path, size in files.items():
        progress = _FileProgress(advance, path.name, size)
        try:
            report.add(str(path), import_file(db, team, path, now_ms(), on_read=progress.add))
        except OSError as error:
            report.fail(str(path), f"it cannot be read: {error.strerror or error}")
        except ReplayError as error:
            report.fail(str(path), error.why)
        progress.finish()


class _FileProgress:
    """Advances by exactly a file's size, although it may be read in part or grow meanwhile."""

    def __init__(self, advance: Advance, name: str, size: int) -> None:
        self._advance = advance
        self._name = name
        self._left = size

    def add(self, size: int) -> None:
        size = min(size, self._left)
        self._left -= size
        self._advance(size, self._name)

    def finish(self) -> None:
        self.add(self._left)


def import_file(
    db: sqlite3.Connection, team: Team, path: Path, now: int, *, on_read: Callable[[int], None] = lambda _: None
) -> ImportedRecording:
    """Import one file in one transaction.

    Args:
        db: a connection for this import alone.
        team: the environment that gets the recording.
        path: a file in any form that `RecordedLines` reads.
        now: epoch milliseconds.
        on_read: called with the size of each chunk of the file that is read to be stored.

    Raises:
        OSError: the file cannot be read.
        UnreadableRecording: it holds no recording, or exceeds a limit.
        StoreError: the id belongs to a recording of another environment, or is not allowed in a URL.
    """
    file = RecordedLines(_observed(chunks_of(path), on_read))
    lines = iter(file)
    first = next(lines, b"")
    if first.startswith(HEADER_MARK):
        data, retention_days = _read_export(first, lines)
    else:
        data, retention_days = recording_of(path, file, chain((first,), lines) if first else lines), None
    beginning = _inspect(data.lines, file)
    data = replace(data, lines=beginning.lines)
    started, notes = beginning.started, ()
    if beginning.relative:
        dated = date_relative(db, path, data, now)
        data, started, notes = dated.data, dated.started, (dated.note,)
    outcome = import_recording(db, team, data, started=started, retention_days=retention_days, now=now)
    return replace(outcome, flaws=(*file.flaws, *outcome.flaws), notes=notes)


def _observed(chunks: Iterable[bytes], on_read: Callable[[int], None]) -> Iterator[bytes]:
    for chunk in chunks:
        on_read(len(chunk))
        yield chunk


def _read_export(header: bytes, lines: Iterator[bytes]) -> tuple[RecordingData, int]:
    """Return the recording in a file that `replay-mcp export` wrote, and its retention in days."""
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
        return exact_json.loads(line)
    except orjson.JSONDecodeError as error:
        raise UnreadableRecording("The export's own lines are no JSON.") from error


@dataclass(frozen=True, slots=True)
class _FirstLines:
    """What the first lines of a file contain.

    Attributes:
        lines: all lines, including the inspected ones.
        started: time of the first event in epoch milliseconds, which is about when the recording started.
        relative: whether every inspected event counts its time from 0.
    """

    lines: Iterable[bytes]
    started: int | None = None
    relative: bool = False


def _inspect(lines: Iterable[bytes], file: RecordedLines) -> _FirstLines:
    """Read lines until one contains a dated event.

    Raises:
        UnreadableRecording: the whole file contains no event.
    """
    rest = iter(lines)
    held: list[bytes] = []
    size = 0
    relative = False
    while len(held) < _INSPECTED_LINES and size < _INSPECTED_BYTES:
        line = next(rest, None)
        if line is None and not relative:
            raise UnreadableRecording(f"There is no rrweb event in it, but {file.describe_contents(len(held))}.")
        if line is None:
            break
        held.append(line)
        size += len(line)
        event = next(iter(EventReader((line,))), None)
        if event is not None:
            return _FirstLines(chain(held, rest), event.timestamp)
        relative = relative or holds_relative(line)
    return _FirstLines(chain(held, rest), relative=relative)
