"""Storing what posthog-js sends: one request, one transaction."""

import sqlite3
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from replay_mcp.errors import RecordingFull, StoreError
from replay_mcp.local import accounts
from replay_mcp.local.accounts import Team
from replay_mcp.local.analytics import event_rows, insert_events
from replay_mcp.local.clock import DAY_MS
from replay_mcp.local.failures import ApiFailure, invalid
from replay_mcp.local.growing import grow
from replay_mcp.local.limits import Limits
from replay_mcp.local.persons import PersonRow, person_uuid, told_by, upsert_person
from replay_mcp.local.retention import store_bytes, sweep
from replay_mcp.local.store import Store, writing
from replay_mcp.recording.events import Event, EventReader

from .bodies import too_much
from .messages import CapturedEvent, Message, Told

MAX_OFF_MS: Final = 7 * DAY_MS
"""An event that is further from now is left out, as PostHog's ingestion leaves it out."""
SWEEP_EVERY_MS: Final = 10 * 60_000
"""So often expired recordings are removed, while something arrives."""


SWEEP_FULL_EVERY_MS: Final = 30_000
"""The same, while the store is full."""


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
        self._lock = threading.Lock()
        self._swept_at = 0

    def take(self, message: Message, now: int) -> Taken:
        """Store a request's parts, all of them or none.

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
        stored = 0
        with writing(db):
            for origin, events in arrived:
                grown = grow(db, team, origin, events, received_at=now, max_events=self._limits.session_events)
                stored += grown.fresh
            self._keep_events(db, team, message.events, now)
        return Taken(stored, told - sum(len(events) for _, events in arrived))

    def _keep_events(self, db: sqlite3.Connection, team: Team, events: Sequence[CapturedEvent], now: int) -> None:
        for event in events:
            rows, _ = event_rows(team, event.session_id, [event.data])
            new = insert_events(db, rows)
            if new and event.person:  # what is sent again would undo what was told since
                upsert_person(db, team, _person(team, event, event.person, now))
        for session_id in {event.session_id for event in events}:
            query = "SELECT count(*) FROM event WHERE session_id = ? AND +team_id = ?"
            if session_id and db.execute(query, (session_id, team.id)).fetchone()[0] > self._limits.session_events:
                raise RecordingFull(
                    f"Session {session_id!r} would have more than {self._limits.session_events} product events."
                )

    def _make_room(self, db: sqlite3.Connection, now: int) -> None:
        """Remove what has expired, now and then, and when the store is full.

        Raises:
            ApiFailure: 507: it is full of what has not expired.
        """
        full = store_bytes(db) >= self._limits.store_bytes
        with self._lock:
            due = now - self._swept_at >= (SWEEP_FULL_EVERY_MS if full else SWEEP_EVERY_MS)
            self._swept_at = now if due else self._swept_at
        if due:
            sweep(db, now)
        if full and store_bytes(db) >= self._limits.store_bytes:
            raise _no_room(
                f"The store has {self._limits.store_bytes} bytes, as many as it may have (--max-store). "
                "Delete recordings, or start `replay-mcp local` with more."
            )


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
        yield
    except RecordingFull as error:
        raise too_much(error.why) from error
    except StoreError as error:
        raise invalid("The $session_id belongs to a recording of another environment.") from error
    except sqlite3.OperationalError as error:
        code = error.sqlite_errorcode & 0xFF  # the rest says where
        if code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}:
            raise _no_room("The disk is full, or fails. What was stored before is safe.") from error
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            body = {"type": "server_error", "code": "busy", "detail": "Another process writes to the store."}
            raise ApiFailure(503, body | {"attr": None}, {"Retry-After": "1"}) from error
        raise


def _no_room(detail: str) -> ApiFailure:
    return ApiFailure(507, {"type": "server_error", "code": "no_room", "detail": detail, "attr": None})


def _unauthenticated(why: str) -> ApiFailure:
    detail = f"{why} See `/` on this port, or what `replay-mcp local` printed, for the token to give posthog.init."
    body = {"type": "authentication_error", "code": "invalid_api_key", "detail": detail, "attr": None}
    return ApiFailure(401, body)
