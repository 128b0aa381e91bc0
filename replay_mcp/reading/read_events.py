"""Reads the product events of recordings over PostHog's query API: one query for many recordings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import anyio
from pydantic import JsonValue

from replay_mcp import exact_json
from replay_mcp.api.endpoints import EVENTS_QUERY
from replay_mcp.api.events import EventsQuery, EventsQueryResponse
from replay_mcp.api.models import Recording
from replay_mcp.api.params import QueryCreate
from replay_mcp.api.types import check_json
from replay_mcp.context import ToolContext
from replay_mcp.errors import DeadlineExceeded, NoSuchRoute, ReplayError
from replay_mcp.recording.product_events import SHOWN_BY_RECORDING, ProductEvent
from replay_mcp.recording.rrweb.untrusted import number, obj, text

EVENTS_SECONDS: Final = 8.0
"""Default time limit: a timeline without events is better than none."""
PAGE: Final = 1_000
"""Events per request."""
MAX_EVENTS: Final = 10_000
"""Maximum number of events of all recordings together; the earliest are kept."""
MAX_TEXT: Final = 32 * 1024 * 1024
"""Maximum characters of all properties together."""
MAX_PROPERTIES: Final = 500_000
"""Properties of one event with more characters are not read; the event itself is."""
MAX_IDS: Final = 300
"""Maximum number of recordings of a query."""

_SESSION: Final = "properties.$session_id"
_MAX_DURATION: Final = 24 * 3600.0
_MARGIN: Final = timedelta(days=1)
"""PostHog corrects the times of events by its own clock, and those of recordings not."""
_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_LAST: Final = datetime.max.replace(tzinfo=UTC)
_CLOCK_SECONDS: Final = 60.0
_NO_QUERIES: Final = "This PostHog build has no query API (404)."
_TRUNCATED: Final = "There are too many; later ones were not read."
_MAX_PAGES: Final = MAX_EVENTS // PAGE + 1
_REPEATED: Final = "The API returned the same ones again; later ones may be missing."


@dataclass(frozen=True, slots=True)
class SessionEvents:
    """The product events of recordings, without those in `SHOWN_BY_RECORDING`.

    Attributes:
        by_id: for each recording, its events in order of time.
        problem: why events are missing; empty if all were read.
    """

    by_id: Mapping[str, tuple[ProductEvent, ...]]
    problem: str = ""

    def of(self, session_id: str) -> tuple[ProductEvent, ...]:
        """The events of a recording; empty if they are not known."""
        return self.by_id.get(session_id, ())


async def read_events(
    recordings: Sequence[Recording], context: ToolContext, *, seconds: float = EVENTS_SECONDS
) -> SessionEvents:
    """Read the product events of recordings, from the cache or the API, within so many seconds.

    It never raises: without the scope `query:read`, or on any other error, `problem` says why there are none.
    """
    known = {recording.id: events for recording in recordings if (events := context.events.get(recording)) is not None}
    wanted = [recording for recording in recordings if recording.id not in known and recording.start_time]
    if not wanted:
        return SessionEvents(known)
    fetch = _EventsFetch(wanted, context, anyio.current_time() + seconds)
    problem = ""
    try:
        for start in range(0, len(wanted), MAX_IDS):
            await fetch.read(wanted[start : start + MAX_IDS])
    except ReplayError as error:
        problem = _NO_QUERIES if isinstance(error, NoSuchRoute) else f"{error.why} {error.next}".strip()
    problem = problem or fetch.incomplete
    found = fetch.events()
    if not problem:
        for recording in wanted:
            context.events.put(recording, found[recording.id])
    return SessionEvents(known | found, problem)


def from_start(events: Sequence[ProductEvent], recording: Recording, start: int) -> Sequence[ProductEvent]:
    """The events with the seconds of a timeline: its start may be another one, as without stray events.

    A timeline that does not start while it was recorded is of a recording that was moved in time, and its seconds are
    equal.

    Args:
        events: of the recording, as `read_events` found them.
        recording: the recording.
        start: of its timeline, in epoch milliseconds.
    """
    begin, end = _start(recording).timestamp(), _end(recording).timestamp()
    was_moved = not begin - _CLOCK_SECONDS <= start / 1000 <= end + _CLOCK_SECONDS
    later = 0 if was_moved else round(begin - start / 1000, 2)
    return [replace(event, seconds=round(event.seconds + later, 2)) for event in events] if later else events


class _EventsFetch:
    def __init__(self, recordings: Iterable[Recording], context: ToolContext, ends: float) -> None:
        self._context = context
        self._ends = ends
        self._recordings = {recording.id: recording for recording in recordings}
        self._found: dict[str, list[ProductEvent]] = {id: [] for id in self._recordings}
        self._left, self._text_left = MAX_EVENTS, MAX_TEXT
        self.incomplete = ""

    def events(self) -> dict[str, tuple[ProductEvent, ...]]:
        """The events found so far, by recording, in order of time."""
        return {id: tuple(sorted(found, key=lambda event: event.seconds)) for id, found in self._found.items()}

    async def read(self, recordings: Sequence[Recording]) -> None:
        if self.incomplete:
            return
        offset, last = 0, None
        for page in range(1, _MAX_PAGES + 1):
            response = await self._page(recordings, offset)
            if len(response.results) < PAGE and response.results == last:
                self.incomplete = _REPEATED
                return
            for row in response.rows():
                self._add(row)
            offset += len(response.results)
            last = response.results
            if not (response.has_more and last):
                return
            if self._left <= 0 or self._text_left <= 0 or page == _MAX_PAGES:
                self.incomplete = _TRUNCATED
                return

    async def _page(self, recordings: Sequence[Recording], offset: int) -> EventsQueryResponse:
        remaining = self._ends - anyio.current_time()
        if remaining <= 0:
            raise DeadlineExceeded("Reading product events timed out.")
        sessions: list[JsonValue] = [recording.id for recording in recordings]
        left_out: list[JsonValue] = [*sorted(SHOWN_BY_RECORDING)]
        query = EventsQuery(
            kind="EventsQuery",
            select=["timestamp", "event", _SESSION, "properties"],
            after=_moved(min(_start(recording) for recording in recordings), -_MARGIN).isoformat(),
            before=_moved(max(_end(recording) for recording in recordings), _MARGIN).isoformat(),
            properties=[
                {"type": "event", "key": "$session_id", "operator": "exact", "value": sessions},
                {"type": "event_metadata", "key": "event", "operator": "is_not", "value": left_out},
            ],
            order_by=["timestamp ASC", "uuid ASC"],
            limit=PAGE,
            offset=offset,
        )
        return await self._context.api.call(EVENTS_QUERY, QueryCreate(query=query), deadline=remaining)

    def _add(self, row: Mapping[str, Any]) -> None:
        written = text(row.get("properties"))
        self._left -= 1
        self._text_left -= len(written)
        recording, name = self._recordings.get(text(row.get(_SESSION))), text(row.get("event"))
        try:
            moment = datetime.fromisoformat(text(row.get("timestamp"))).timestamp()
        except (ValueError, OverflowError):
            return
        if recording is not None and name:
            properties = _properties(written)
            self._found[recording.id].append(ProductEvent(name, _seconds(moment, properties, recording), properties))


def _properties(written: str) -> dict[str, Any]:
    """The properties in their JSON text; empty if they cannot be read."""
    if len(written) > MAX_PROPERTIES:
        return {}
    try:
        return check_json(obj(exact_json.loads(written)))
    except ValueError:  # invalid, or nested too deeply
        return {}


def _seconds(moment: float, properties: Mapping[str, Any], recording: Recording) -> float:
    """When an event happened, in seconds from the start of the recording.

    PostHog corrects the event's time by its own clock. `$time` has the time of the visitor's clock, which is also the
    recording's, unless the recording was moved in time.
    """
    start, end = _start(recording).timestamp(), _end(recording).timestamp()
    recorded = number(properties.get("$time"))
    if recorded is not None and start - _CLOCK_SECONDS <= recorded <= end + _CLOCK_SECONDS:
        moment = recorded
    return round(moment - start, 2)


def _start(recording: Recording) -> datetime:
    return recording.start_time or _FIRST


def _end(recording: Recording) -> datetime:
    if recording.end_time is not None:
        return max(recording.end_time, _start(recording))
    length = max(0, min(recording.recording_duration or 0, _MAX_DURATION))
    return _moved(_start(recording), timedelta(seconds=length))


def _moved(moment: datetime, by: timedelta) -> datetime:
    """A moment moved in time, at most to the first or last one that a `datetime` can have."""
    try:
        return moment.astimezone(UTC) + by
    except OverflowError:
        return _FIRST if moment.year == _FIRST.year else _LAST
