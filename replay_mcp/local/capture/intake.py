"""Storing what posthog-js sends, in transactions that lock the store for a short time each.

All that can refuse a request is looked at before anything is stored. A request that is interrupted later is sent again,
and then brings what is missing: recorded lines and product events are stored once, however often they come.
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
from replay_mcp.local.store.append_events import check_growth, grow_in_portions
from replay_mcp.local.store.clock import DAY_MS
from replay_mcp.local.store.database import Store, let_others_write, reading, writing
from replay_mcp.local.store.events import EventRow, event_row, insert_events
from replay_mcp.local.store.limits import Limits
from replay_mcp.local.store.persons import (
    MAX_PROPERTIES_BYTES,
    PersonRow,
    person_uuid,
    told_by,
    upsert_person,
    without_excess,
)
from replay_mcp.local.store.recording_rows import Origin
from replay_mcp.local.store.retention import store_bytes, sweeping
from replay_mcp.local.store.sqlite_errors import answered, no_room
from replay_mcp.recording.rrweb.events import Event, EventReader

from .bodies import too_much
from .messages import CapturedEvent, Message, Told

MAX_OFF_MS: Final = 7 * DAY_MS
"""An event that is further from now is left out, as PostHog's ingestion leaves it out."""
SWEEP_EVERY_MS: Final = 10 * 60_000
"""So often expired recordings are removed, while something arrives."""
SWEEP_FULL_EVERY_MS: Final = 30_000
"""The same, while the store is full."""
SWEEP_STEPS: Final = 20
"""Most transactions, of some tenths of a second each, that one request spends on what has expired; the next goes on."""
PORTION_EVENTS: Final = 1_000
PORTION_BYTES: Final = 4 * 1024 * 1024
"""So many product events are stored in one transaction, and so many bytes of them and of their persons read and
written, which takes some tenths of a second."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a request.

    Attributes:
        stored: recorded events that were not there before.
        broken: recorded events that were left out: they could not be read, or their time is days off.
    """

    stored: int = 0
    broken: int = 0


class Intake:
    """Takes recordings and events into a store; safe to use from several threads, and from several processes."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store = store
        self._limits = limits
        self._sweeping = threading.Lock()
        self._swept_at = 0

    def take(self, message: Message, now: int) -> Taken:
        """Store a request's parts. A refused request stores nothing.

        Args:
            message: what arrived.
            now: epoch milliseconds.

        Raises:
            ApiFailure: 401 for a token that is nobody's, 400 for a recording of another environment, 413 for one that
                has as many events as are taken, 503 while another process holds the store, 507 when there is no
                room. posthog-js sends again what got a 5xx.
        """
        with self._store.connection() as db, _in_words():
            team = _team(db, message)
            self._make_room(db, now)
            return self._keep(db, team, message, now)

    def _keep(self, db: sqlite3.Connection, team: Team, message: Message, now: int) -> Taken:
        readers = [(chunk.origin, EventReader(chunk.lines)) for chunk in message.chunks]
        arrived = [(origin, [event for event in reader if _is_now(event, now)]) for origin, reader in readers]
        told = sum(len(chunk.lines) for chunk in message.chunks)
        with reading(db):
            self._check_recorded(db, team, arrived)
            self._check_events(db, team, message.events)
        most = self._limits.session_events
        stored = sum(
            grow_in_portions(db, team, origin, events, received_at=now, max_events=most) for origin, events in arrived
        )
        _keep_events(db, team, message.events, now)
        return Taken(stored, told - sum(len(events) for _, events in arrived))

    def _check_recorded(
        self, db: sqlite3.Connection, team: Team, arrived: Iterable[tuple[Origin, Sequence[Event]]]
    ) -> None:
        by_session: dict[str, list[Event]] = {}
        for origin, events in arrived:
            by_session.setdefault(origin.session_id, []).extend(events)
        for session_id, events in by_session.items():
            check_growth(db, team, session_id, events, max_events=self._limits.session_events)

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
            new = _new_events(db, team, uuids)  # what is there already is never too much
            if new and stored + new > most:
                raise RecordingFull(f"Session {session_id!r} would have more than {most} product events.")

    def _make_room(self, db: sqlite3.Connection, now: int) -> None:
        """Remove what has expired, now and then, and when the store is full.

        Raises:
            ApiFailure: 507: it is full of what has not expired.
        """
        full = store_bytes(db) >= self._limits.store_bytes
        if self._sweeping.acquire(blocking=False):  # otherwise another request is at it
            try:
                self._sweep(db, now, every=SWEEP_FULL_EVERY_MS if full else SWEEP_EVERY_MS)
            finally:
                self._sweeping.release()
        if full and store_bytes(db) >= self._limits.store_bytes:
            raise no_room(
                f"The store has {self._limits.store_bytes} bytes, as many as it may have (--max-store). "
                "Delete recordings, or start `replay-mcp local` with more."
            )

    def _sweep(self, db: sqlite3.Connection, now: int, *, every: int) -> None:
        if now - self._swept_at < every:
            return
        self._swept_at = now
        steps = sum(1 for _ in islice(sweeping(db, now), SWEEP_STEPS))
        if steps == SWEEP_STEPS:  # the next request goes on
            self._swept_at = 0


def _keep_events(db: sqlite3.Connection, team: Team, events: Sequence[CapturedEvent], now: int) -> None:
    """Store product events and what they say of persons, in the order in which they came."""
    while events:
        rows = [_rows(team, event, now) for event in events[:PORTION_EVENTS]]
        events = events[PORTION_EVENTS:]
        while rows:
            with writing(db):
                kept = _keep_some(db, team, rows)
            rows = rows[kept:]
            if rows or events:
                let_others_write()


def _rows(team: Team, event: CapturedEvent, now: int) -> tuple[EventRow, PersonRow | None]:
    row = event_row(team, event.session_id, event.data)
    person = _person(team, event, event.person, now) if event.person else None
    if person and len(str(row[-1])) > MAX_PROPERTIES_BYTES:  # otherwise what it says of the person is smaller, too
        person = without_excess(person)
    return row, person


def _keep_some(db: sqlite3.Connection, team: Team, rows: Sequence[tuple[EventRow, PersonRow | None]]) -> int:
    """Store events until they are enough for one transaction, and give how many."""
    room = PORTION_BYTES
    for count, (row, person) in enumerate(rows, 1):
        new = insert_events(db, [row])
        room -= len(str(row[-1]))
        if new and person:  # what is sent again would undo what was told since
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
        raise _unauthenticated("This project token is not one of this server's.")
    return team


def _is_now(event: Event, now: int) -> bool:
    """Whether the event's time can be right: a clock that is days off makes a recording expire, or last years."""
    return abs(event.timestamp - now) <= MAX_OFF_MS


def _person(team: Team, event: CapturedEvent, told: Told, now: int) -> PersonRow:
    at = min(event.data.timestamp, now)
    return PersonRow(
        uuid=person_uuid(team, told.distinct_ids[0]),
        distinct_ids=told.distinct_ids,
        properties=told_by([event.data]) | told.properties,
        created_at=at,
        last_seen_at=at,
        once=told.once,
        arrives=True,
    )


@contextmanager
def _in_words() -> Generator[None]:
    """Turn what storing may raise into answers.

    Raises:
        ApiFailure: see `Intake.take`.
    """
    try:
        with answered():
            yield
    except RecordingFull as error:
        raise too_much(error.why) from error
    except StoreError as error:
        raise invalid("The $session_id belongs to a recording of another environment.") from error


def _unauthenticated(why: str) -> ApiFailure:
    detail = f"{why} See `/` on this port, or what `replay-mcp local` printed, for the token to give posthog.init."
    body = {"type": "authentication_error", "code": "invalid_api_key", "detail": detail, "attr": None}
    return ApiFailure(401, body)
