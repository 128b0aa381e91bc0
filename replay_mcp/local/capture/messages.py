"""Parses the requests of posthog-js into chunks of recordings and product events. Pure functions on untrusted input."""

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import orjson

from replay_mcp.errors import UnreadableRecording
from replay_mcp.local.errors import ApiFailure, invalid
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.events import EventData, is_time, properties_json
from replay_mcp.local.store.recording_rows import Origin
from replay_mcp.recording.rrweb.jsonl import written
from replay_mcp.recording.rrweb.untrusted import arr, number, obj, text

from .bodies import too_much

SNAPSHOT: Final = "$snapshot"
MAX_EVENTS: Final = 20_000
"""Maximum recorded events in one request, and maximum product events: all are in memory, and take seconds to store.
posthog-js sends some hundred; PostHog's limit of 20 MB is as many product events of 1 kB."""
_BAD_PART: Final = 400
MAX_ID_LENGTH: Final = 200
"""Maximum length of distinct ids, as in PostHog."""
_SESSION_ID: Final = re.compile(r"[A-Za-z0-9-]{1,70}")
"""The session ids that PostHog's replay capture accepts."""
_NO_ID: Final = frozenset({
    "", "0", "anonymous", "distinct_id", "distinctid", "email", "false", "guest", "id", "nan", "none",
    "not_authenticated", "null", "true", "undefined", "[object object]",
})  # fmt: skip
"""Placeholders that programs send instead of an id (PostHog's list); they must not merge different persons."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a recording: `blob_v2` lines in any order."""

    origin: Origin
    lines: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class PersonUpdate:
    """The properties and distinct ids that an event sets on a person.

    Attributes:
        distinct_ids: ids of one person; the first one identifies the person.
        properties: properties to set; newer values replace older ones (`$set`).
        once: properties to set if the person does not have them (`$set_once`).
    """

    distinct_ids: tuple[str, ...]
    properties: dict[str, Any]
    once: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CapturedEvent:
    """A product event.

    Attributes:
        session_id: the session's id; empty if the event belongs to none.
        person: the person's update; None if the event must not create a person (`$process_person_profile` is false).
    """

    session_id: str
    data: EventData
    person: PersonUpdate | None


@dataclass(frozen=True, slots=True)
class Message:
    """One request of posthog-js.

    Attributes:
        tokens: project tokens; there should be one.
        refused: why parts were ignored, one text for each kind of reason.
    """

    tokens: frozenset[str]
    chunks: tuple[Chunk, ...]
    events: tuple[CapturedEvent, ...]
    refused: tuple[str, ...]


@dataclass(slots=True)
class _Parts:
    tokens: set[str] = field(default_factory=set[str])
    lines: dict[Origin, list[bytes]] = field(default_factory=dict[Origin, list[bytes]])
    events: list[CapturedEvent] = field(default_factory=list[CapturedEvent])
    refused: dict[str, None] = field(default_factory=dict[str, None])
    count: int = 0


def read(message: Any, *, tokens: Iterable[str], now: int) -> Message:
    """Parse a request's JSON.

    Args:
        message: an event, a list of events, or an object with them in `batch`.
        tokens: project tokens in the URL.
        now: epoch milliseconds, for events with a relative time or without one.

    Raises:
        ApiFailure: 400 if no event is valid, 413 if there are too many events.
    """
    parts = _Parts(tokens=set(tokens))
    batch = obj(message)
    inner = batch.get("batch", message)
    found = arr(inner) if isinstance(inner, list) else [inner]
    if not found:
        raise invalid("The request contains no event: it is an empty list.")
    for event in map(obj, found):
        properties = obj(event.get("properties"))
        given = (
            *(fields.get(name) for fields in (batch, event) for name in ("api_key", "token")),
            properties.get("token"),
        )
        parts.tokens.update(filter(None, map(text, given)))
        try:
            if event.get("event") == SNAPSHOT:
                _add_snapshot(parts, event, properties)
            else:
                _add_event(parts, event, properties, now)
        except ApiFailure as failure:
            if failure.status != _BAD_PART:
                raise
            parts.refused[(failure.body or {})["detail"]] = None
    if parts.refused and not (parts.lines or parts.events):
        raise invalid(next(iter(parts.refused)))
    chunks = tuple(Chunk(origin, tuple(lines)) for origin, lines in parts.lines.items())
    return Message(frozenset(parts.tokens), chunks, tuple(parts.events), tuple(parts.refused))


def _add_snapshot(parts: _Parts, event: dict[str, Any], properties: dict[str, Any]) -> None:
    session_id = text(properties.get("$session_id"))
    if not _SESSION_ID.fullmatch(session_id):
        raise invalid("A snapshot's $session_id must have 1 to 70 letters, digits and hyphens.")
    origin = Origin(
        session_id,
        _distinct_id(event, properties),
        text(properties.get("$snapshot_source"))[:MAX_ID_LENGTH] or "web",
        text(properties.get("$lib"))[:MAX_ID_LENGTH] or "web",
    )
    window_id = text(properties.get("$window_id")) or session_id
    found = properties.get("$snapshot_data")
    lines = parts.lines.setdefault(origin, [])
    recorded_events = arr(found) if isinstance(found, list) else [found]
    parts.count += len(recorded_events)
    if parts.count > MAX_EVENTS:
        raise too_much(f"The request has more than {MAX_EVENTS} recorded events.")
    for recorded in recorded_events:
        try:
            lines.append(written([window_id, recorded]))
        except orjson.JSONEncodeError:  # nested too deeply to be serialized
            parts.refused["An event of a recording is nested too deeply."] = None


def _add_event(parts: _Parts, event: dict[str, Any], properties: dict[str, Any], now: int) -> None:
    if len(parts.events) == MAX_EVENTS:
        raise too_much(f"The request has more than {MAX_EVENTS} product events.")
    parts.events.append(_event(event, properties, now))


def _event(event: dict[str, Any], properties: dict[str, Any], now: int) -> CapturedEvent:
    name = text(event.get("event"))
    if not name:
        raise invalid("An event has no name: `event` must be a string.")
    distinct_id = _distinct_id(event, properties)
    session_id = text(properties.get("$session_id"))
    kept = {key: value for key, value in properties.items() if key not in {"token", "distinct_id"}}
    of_person = {key: obj(event.get(key)) or obj(properties.get(key)) for key in ("$set", "$set_once")}
    kept |= {key: value for key, value in of_person.items() if value}
    try:
        properties_json(kept)
    except UnreadableRecording as error:
        raise invalid(f"An event's properties cannot be stored: {error.__cause__}.") from error
    timestamp = _time(event, now)
    data = EventData(name[:MAX_ID_LENGTH], timestamp, distinct_id, kept, _uuid(event, distinct_id, name, timestamp))
    person = None
    if properties.get("$process_person_profile") is not False:
        person = PersonUpdate(tuple(_ids(name, distinct_id, properties)), of_person["$set"], of_person["$set_once"])
    return CapturedEvent(session_id if _SESSION_ID.fullmatch(session_id) else "", data, person)


def _ids(name: str, distinct_id: str, properties: dict[str, Any]) -> Iterator[str]:
    """Distinct ids of the event's person, including those that `$identify` and `$create_alias` merge."""
    yield distinct_id
    other = {"$identify": "$anon_distinct_id", "$create_alias": "alias", "$merge_dangerously": "alias"}.get(name)
    alias = text(properties.get(other)) if other else ""
    if _names_somebody(alias) and _names_somebody(distinct_id) and len(alias) <= MAX_ID_LENGTH:
        yield alias


def _names_somebody(distinct_id: str) -> bool:
    return distinct_id.strip().strip("\"'").lower() not in _NO_ID


def _distinct_id(event: dict[str, Any], properties: dict[str, Any]) -> str:
    found = event.get("distinct_id") or properties.get("distinct_id")
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    distinct_id = text(found)
    if not distinct_id or len(distinct_id) > MAX_ID_LENGTH:
        raise invalid(f"An event's distinct_id must have 1 to {MAX_ID_LENGTH} characters.")
    return distinct_id


def _time(event: dict[str, Any], now: int) -> int:
    """The event's time, absolute or as an offset before `now`; `now` if neither is present or plausible."""
    try:
        moment = datetime.fromisoformat(text(event.get("timestamp")))
        timestamp = to_ms(moment) if moment.tzinfo else now
    except (ValueError, OverflowError):
        timestamp = now - round(min(number(event.get("offset")) or 0, now))
    return timestamp if is_time(timestamp) else now


def _uuid(event: dict[str, Any], distinct_id: str, name: str, timestamp: int) -> str:
    """The event's own uuid, or one derived from its content, so that repeated events are recognised."""
    try:
        return str(uuid.UUID(text(event.get("uuid"))))
    except ValueError:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, repr((distinct_id, name, timestamp, event.get("properties")))))
