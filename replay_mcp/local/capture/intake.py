"""Storing what posthog-js sends: one request, one transaction."""

import sqlite3
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from replay_mcp.errors import RecordingFull, ReplayError, UnreadableRecording
from replay_mcp.local import accounts
from replay_mcp.local.accounts import Team
from replay_mcp.local.analytics import event_rows, insert_events
from replay_mcp.local.failures import ApiFailure, invalid
from replay_mcp.local.growing import grow
from replay_mcp.local.limits import Limits
from replay_mcp.local.persons import PersonRow, person_uuid, told_by, upsert_person
from replay_mcp.local.retention import store_bytes, sweep
from replay_mcp.local.store import Store, writing
from replay_mcp.recording.events import EventReader

from .bodies import too_much
from .messages import CapturedEvent, Message, Told

SWEEP_EVERY_MS: Final = 10 * 60_000
"""So often expired recordings are removed, while something arrives."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a request.

    Attributes:
        sessions: recordings that it had something for.
        stored: recorded events that were not there before.
        broken: recorded events that could not be read and were left out.
    """

    sessions: tuple[str, ...] = ()
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
            ApiFailure: 401 for a token that is nobody's, 400 for a session of another environment, 413 for a recording
                that has as many events as are taken, 503 while another process holds the store, 507 when there is no
                room. posthog-js sends again what got a 5xx.
        """
        with self._store.connection() as db, _in_words():
            team = accounts.find_team_of_token(db, message.token)
            if team is None:
                raise _unknown_token()
            self._make_room(db, now)
            return self._keep(db, team, message, now)

    def _keep(self, db: sqlite3.Connection, team: Team, message: Message, now: int) -> Taken:
        readers = [(chunk.origin, EventReader(chunk.lines)) for chunk in message.chunks]
        arrived = [(origin, list(reader)) for origin, reader in readers]
        sessions: list[str] = []
        stored = 0
        with writing(db):
            for origin, events in arrived:
                grown = grow(db, team, origin, events, received_at=now, max_events=self._limits.session_events)
                stored += grown.fresh
                sessions.append(origin.session_id)
            self._keep_events(db, team, message.events)
        return Taken(tuple(dict.fromkeys(sessions)), stored, sum(reader.broken for _, reader in readers))

    def _keep_events(self, db: sqlite3.Connection, team: Team, events: Sequence[CapturedEvent]) -> None:
        for session_id in dict.fromkeys(event.session_id for event in events):
            rows, _ = event_rows(team, session_id, [event.data for event in events if event.session_id == session_id])
            if session_id:
                query = "SELECT count(*) FROM event WHERE session_id = ?"
                if db.execute(query, (session_id,)).fetchone()[0] + len(rows) > self._limits.session_events:
                    raise RecordingFull(
                        f"Session {session_id!r} would have more than {self._limits.session_events} product events."
                    )
            insert_events(db, rows)
        for event in events:
            if event.person:
                upsert_person(db, team, _person(team, event, event.person))

    def _make_room(self, db: sqlite3.Connection, now: int) -> None:
        """Remove what has expired, now and then, and when the store is full.

        Raises:
            ApiFailure: 507: it is full of what has not expired.
        """
        full = store_bytes(db) >= self._limits.store_bytes
        with self._lock:
            due = full or now - self._swept_at >= SWEEP_EVERY_MS
            self._swept_at = now if due else self._swept_at
        if due:
            sweep(db, now)
        if full and store_bytes(db) >= self._limits.store_bytes:
            raise _no_room(
                f"The store has {self._limits.store_bytes} bytes, as many as it may have (--max-store). "
                "Delete recordings, or start `replay-mcp local` with more."
            )


def _person(team: Team, event: CapturedEvent, told: Told) -> PersonRow:
    at = event.data.timestamp
    return PersonRow(
        uuid=person_uuid(team, told.distinct_ids[0]),
        distinct_ids=told.distinct_ids,
        properties=told_by([event.data]) | told.properties,
        created_at=at,
        last_seen_at=at,
        once=told.once,
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
    except UnreadableRecording as error:
        raise invalid(f"{error.why} {error.next}".strip()) from error
    except ReplayError as error:
        raise invalid(error.why) from error
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


def _unknown_token() -> ApiFailure:
    detail = (
        "This project token is not one of this server's: see `/` on this port, or what `replay-mcp local` printed, "
        "for the token to give posthog.init."
    )
    body = {"type": "authentication_error", "code": "invalid_api_key", "detail": detail, "attr": None}
    return ApiFailure(401, body)
