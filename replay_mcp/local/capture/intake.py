"""Stores what posthog-js sends, in transactions that lock the store for a short time each.

All of a request is checked before any of it is stored. posthog-js repeats an interrupted request, of which only the
missing data is then added: recorded lines and product events are stored once, however often they are sent.
"""

import sqlite3
import threading
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Final

import orjson

from replay_mcp.errors import RecordingFull, StoreError
from replay_mcp.local.errors import ApiFailure, invalid
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import Team
from replay_mcp.local.store.append_events import append_in_batches, check_capacity
from replay_mcp.local.store.clock import DAY_MS
from replay_mcp.local.store.database import Store, let_others_write, reading, writing
from replay_mcp.local.store.events import EventRow, event_row, insert_events
from replay_mcp.local.store.limits import Limits
from replay_mcp.local.store.persons import (
    MAX_PROPERTIES_BYTES,
    PersonRow,
    person_properties,
    person_uuid,
    upsert_person,
    without_excess,
)
from replay_mcp.local.store.recording_rows import Origin
from replay_mcp.local.store.retention import store_bytes, sweeping
from replay_mcp.local.store.sqlite_errors import as_api_failures, no_room
from replay_mcp.recording.rrweb.events import Event, EventReader

from .bodies import too_much
from .messages import CapturedEvent, Message, PersonUpdate

MAX_OFF_MS: Final = 7 * DAY_MS
"""Maximum distance of an event from the current time; others are dropped, as in PostHog's ingestion."""
SWEEP_EVERY_MS: Final = 10 * 60_000
"""Interval at which expired recordings are removed while requests arrive."""
SWEEP_FULL_EVERY_MS: Final = 30_000
"""The same interval while the store is full."""
SWEEP_STEPS: Final = 20
"""Maximum number of transactions, of some tenths of a second each, in which a request removes expired data; the next
request continues."""
BATCH_EVENTS: Final = 1_000
BATCH_BYTES: Final = 4 * 1024 * 1024
"""Maximum product events, and bytes of them and of their persons, in one transaction, which then takes some tenths of a
second."""


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """The result of storing a request.

    Attributes:
        stored: number of recorded events that were not stored before.
        broken: number of recorded events that were dropped, because they are unreadable or their time is days off.
    """

    stored: int = 0
    broken: int = 0


class Intake:
    """Stores recordings and events; safe for use from several threads and processes."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store = store
        self._limits = limits
        self._sweeping = threading.Lock()
        self._swept_at = 0

    def take(self, message: Message, now: int) -> IntakeResult:
        """Store a request's parts. A rejected request stores nothing.

        Args:
            message: the parsed request.
            now: epoch milliseconds.

        Raises:
            ApiFailure: 401 for an unknown token, 400 for a recording of another environment, 413 for a recording with
                too many events, 503 while another process locks the store, 507 if there is no room. posthog-js repeats
                requests after a 5xx response.
        """
        with self._store.connection() as db, _as_api_errors():
            team = _team(db, message)
            self._make_room(db, now)
            return self._store_parts(db, team, message, now)

    def _store_parts(self, db: sqlite3.Connection, team: Team, message: Message, now: int) -> IntakeResult:
        readers = [(chunk.origin, EventReader(chunk.lines)) for chunk in message.chunks]
        arrived = [(origin, [event for event in reader if _is_now(event, now)]) for origin, reader in readers]
        sent = sum(len(chunk.lines) for chunk in message.chunks)
        with reading(db):
            self._check_recorded(db, team, arrived)
            self._check_events(db, team, message.events)
        most = self._limits.session_events
        stored = sum(
            append_in_batches(db, team, origin, events, received_at=now, max_events=most) for origin, events in arrived
        )
        _store_events(db, team, message.events, now)
        return IntakeResult(stored, sent - sum(len(events) for _, events in arrived))

    def _check_recorded(
        self, db: sqlite3.Connection, team: Team, arrived: Iterable[tuple[Origin, Sequence[Event]]]
    ) -> None:
        by_session: dict[str, list[Event]] = {}
        for origin, events in arrived:
            by_session.setdefault(origin.session_id, []).extend(events)
        for session_id, events in by_session.items():
            check_capacity(db, team, session_id, events, max_events=self._limits.session_events)

    def _check_events(self, db: sqlite3.Connection, team: Team, events: Iterable[CapturedEvent]) -> None:
        by_session: dict[str, set[str]] = {}
        for event in events:
            if event.session_id and event.data.uuid:
                by_session.setdefault(event.session_id, set()).add(event.data.uuid)
        for session_id, uuids in by_session.items():
            query = "SELECT count(*) FROM event WHERE session_id = ? AND +team_id = ?"
            stored: int = db.execute(query, (session_id, team.id)).fetchone()[0]
            most = self._limits.session_events
            if stored + len(uuids) <= most:
                continue
            new = _new_events(db, team, uuids)  # stored events count once
            if new and stored + new > most:
                raise RecordingFull(f"Session {session_id!r} would have more than {most} product events.")

    def _make_room(self, db: sqlite3.Connection, now: int) -> None:
        """Remove expired recordings from time to time, and more often if the store is full.

        Raises:
            ApiFailure: 507 if it is full of recordings that have not expired.
        """
        full = store_bytes(db) >= self._limits.store_bytes
        if self._sweeping.acquire(blocking=False):  # otherwise another request is sweeping
            try:
                self._sweep(db, now, every=SWEEP_FULL_EVERY_MS if full else SWEEP_EVERY_MS)
            finally:
                self._sweeping.release()
        if full and store_bytes(db) >= self._limits.store_bytes:
            raise no_room(
                f"The store has reached its limit of {self._limits.store_bytes} bytes (--max-store). "
                "Delete recordings, or start `replay-mcp local` with a higher limit."
            )

    def _sweep(self, db: sqlite3.Connection, now: int, *, every: int) -> None:
        if now - self._swept_at < every:
            return
        self._swept_at = now
        steps = sum(1 for _ in islice(sweeping(db, now), SWEEP_STEPS))
        if steps == SWEEP_STEPS:  # the next request continues
            self._swept_at = 0


def _store_events(db: sqlite3.Connection, team: Team, events: Sequence[CapturedEvent], now: int) -> None:
    """Store product events and their persons' properties, in order of arrival."""
    while events:
        rows = [_rows(team, event, now) for event in events[:BATCH_EVENTS]]
        events = events[BATCH_EVENTS:]
        while rows:
            with writing(db):
                stored = _store_some(db, team, rows)
            rows = rows[stored:]
            if rows or events:
                let_others_write()


def _rows(team: Team, event: CapturedEvent, now: int) -> tuple[EventRow, PersonRow | None]:
    row = event_row(team, event.session_id, event.data)
    person = _person(team, event, event.person, now) if event.person else None
    if person and len(str(row[-1])) > MAX_PROPERTIES_BYTES:  # smaller events have smaller person properties
        person = without_excess(person)
    return row, person


def _store_some(db: sqlite3.Connection, team: Team, rows: Sequence[tuple[EventRow, PersonRow | None]]) -> int:
    """Store events up to the size of one transaction; return their number."""
    room = BATCH_BYTES
    for count, (row, person) in enumerate(rows, 1):
        new = insert_events(db, [row])
        room -= len(str(row[-1]))
        if new and person:  # a repeated event would overwrite newer properties
            room -= upsert_person(db, team, person)
        if room <= 0:
            return count
    return len(rows)


def _new_events(db: sqlite3.Connection, team: Team, uuids: Iterable[str]) -> int:
    query = (
        "SELECT count(*) FROM json_each(?) ids"
        " WHERE NOT EXISTS (SELECT 1 FROM event WHERE team_id = ? AND uuid = ids.value)"
    )
    return db.execute(query, (orjson.dumps(list(uuids)).decode(), team.id)).fetchone()[0]


def _team(db: sqlite3.Connection, message: Message) -> Team:
    if len(message.tokens) != 1:
        raise _unauthenticated(
            "Several project tokens were given." if message.tokens else "No project token was given."
        )
    [token] = message.tokens
    team = accounts.find_team_of_token(db, token)
    if team is None:
        raise _unauthenticated("This server has no project with this token.")
    return team


def _is_now(event: Event, now: int) -> bool:
    """Whether the event's time is plausible: with a wrong clock, a recording could expire at once or last for years."""
    return abs(event.timestamp - now) <= MAX_OFF_MS


def _person(team: Team, event: CapturedEvent, update: PersonUpdate, now: int) -> PersonRow:
    at = min(event.data.timestamp, now)
    return PersonRow(
        uuid=person_uuid(team, update.distinct_ids[0]),
        distinct_ids=update.distinct_ids,
        properties=person_properties([event.data]) | update.properties,
        created_at=at,
        last_seen_at=at,
        once=update.once,
        arrives=True,
    )


@contextmanager
def _as_api_errors() -> Generator[None]:
    """Convert errors of the store into API errors.

    Raises:
        ApiFailure: see `Intake.take`.
    """
    try:
        with as_api_failures():
            yield
    except RecordingFull as error:
        raise too_much(error.why) from error
    except StoreError as error:
        raise invalid("The $session_id belongs to a recording of another environment.") from error


def _unauthenticated(why: str) -> ApiFailure:
    detail = f"{why} See `/` on this port, or the output of `replay-mcp local`, for the token to pass to posthog.init."
    body = {"type": "authentication_error", "code": "invalid_api_key", "detail": detail, "attr": None}
    return ApiFailure(401, body)
