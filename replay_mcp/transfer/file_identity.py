"""Which recording a file contains, and who was recorded.

The id comes from the file's metadata, otherwise from its name, otherwise from its content. So the same file is always
the same recording, wherever it lies and however often it is imported.
"""

import hashlib
import re
import uuid
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from replay_mcp.api.models import Person
from replay_mcp.errors import UnreadableRecording
from replay_mcp.local.store.ingest import RecordingData
from replay_mcp.recording.rrweb.files import RecordedLines, unpacked
from replay_mcp.recording.rrweb.jsonl import parse
from replay_mcp.recording.rrweb.untrusted import arr, obj, text

from .import_recording import person_data

_READ_BYTES: Final = 256 * 1024
_WHITE: Final = b" \t\r\n"
_NAMESPACE = uuid.UUID("5f0e6d0b-8f3c-5c55-9d0e-7a51a3f8f0c4")
_UUID = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-zA-Z])", re.IGNORECASE)
_OLD_ID = re.compile(r"[0-9a-f]{9,16}(?:-[0-9a-f]{5,16}){4}", re.IGNORECASE)
"""Session ids of posthog-js before it used UUIDs."""
_SUFFIXES = re.compile(r"(?:\.(?:json|jsonl|ndjson|gz))+\Z", re.IGNORECASE)
_IDS: Final = ("id", "session_id", "sessionId")
_SESSION_ID: Final = "$session_id"
_SOURCE: Final = "$snapshot_source"
_FIRST_LINES: Final = 20
_MAX_NAME: Final = 100


def recording_of(path: Path, file: RecordedLines, lines: Iterator[bytes]) -> RecordingData:
    """Return the recording in a file that Replay MCP did not write.

    Raises:
        UnreadableRecording: while the lines are consumed: they belong to several sessions.
    """
    first = list(islice(lines, _FIRST_LINES))
    lines = chain(first, lines)
    if captured := [properties for line in first if (properties := _captured(line))]:
        return _of_capture(next((each for each in captured if _SOURCE in each), captured[0]), lines)
    metadata = _metadata(file)
    if metadata and not {"id", "person"} <= metadata.keys():  # they may follow the events
        complete = RecordedLines(chunks_of(path))
        for _ in complete:
            pass
        metadata = _metadata(complete)
    session_id = next(filter(None, (text(metadata.get(name)) for name in _IDS)), None)
    session_id = session_id or id_in_name(path) or _id_of_content(path)
    try:
        fields = {name: obj(metadata.get("person")).get(name) for name in ("properties", "created_at")}
        ids = arr(obj(metadata.get("person")).get("distinct_ids"))
        person = person_data(Person.model_validate(fields | {"distinct_ids": ids}))
    except ValidationError:
        person = None
    distinct_id = next(iter(person.distinct_ids), session_id) if person else session_id
    return RecordingData(session_id, distinct_id, lines, person)


def chunks_of(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file in chunks."""
    with path.open("rb") as file:
        while chunk := file.read(_READ_BYTES):
            yield chunk


def id_in_name(path: Path) -> str | None:
    """Return the session id in a file's name: the only UUID in it, or in the directory's name for numbered blocks."""
    stem = _SUFFIXES.sub("", path.name)
    name = path.absolute().parent.name if stem.isascii() and stem.isdigit() else stem
    found = {match.group() for match in _UUID.finditer(name)}
    if len(found) == 1:
        return found.pop()
    return name if _OLD_ID.fullmatch(name) else None


def _metadata(file: RecordedLines) -> dict[str, Any]:
    envelope = file.envelope
    return obj(envelope.get("data")) or envelope


def _captured(line: bytes) -> dict[str, Any]:
    """Return the properties of a captured event; empty for other lines."""
    value = obj(parse(line)) if _SESSION_ID.encode() in line else {}
    if data := text(value.get("data")):  # PostHog's capture service wraps events like this
        value = obj(parse(data.encode("utf-8", "replace")))
    properties = obj(value.get("properties"))
    return {"distinct_id": value.get("distinct_id"), **properties} if text(properties.get(_SESSION_ID)) else {}


def _of_capture(properties: dict[str, Any], lines: Iterable[bytes]) -> RecordingData:
    session_id = properties[_SESSION_ID]
    return RecordingData(
        session_id,
        text(properties.get("distinct_id")) or session_id,
        _of_session(session_id, lines),
        snapshot_source=text(properties.get(_SOURCE))[:_MAX_NAME] or "web",
        snapshot_library=text(properties.get("$lib"))[:_MAX_NAME] or None,
    )


def _of_session(session_id: str, lines: Iterable[bytes]) -> Iterator[bytes]:
    for line in lines:
        if _captured(line).get(_SESSION_ID, session_id) != session_id:
            raise UnreadableRecording(
                "It holds captured snapshots of several sessions: keep each in a file of its own."
            )
        yield line


def _id_of_content(path: Path) -> str:
    """Derive an id from the content. Compression and white space make no difference."""
    digest = hashlib.blake2b(digest_size=32)
    for piece in unpacked(chunks_of(path)):
        digest.update(piece.translate(None, _WHITE))
    return str(uuid.uuid5(_NAMESPACE, digest.hexdigest()))
