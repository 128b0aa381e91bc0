"""Writes the made-up sessions into a local store."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.questions.crowd import DAY_MS, Person, Session
from benchmarks.questions.page import HOST
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import Team
from replay_mcp.local.store.database import Store, writing
from replay_mcp.local.store.events import EventData, event_rows, insert_events
from replay_mcp.local.store.ingest import RecordingData, store_recording
from replay_mcp.local.store.persons import PersonData, person_row, upsert_person
from replay_mcp.local.store.recording_rows import insert_row

_RETENTION_DAYS: Final = 30


def write_sessions(path: Path, sessions: Sequence[Session], now: int) -> None:
    """Write all sessions into a new store at `path`; `now` is epoch milliseconds."""
    with Store.open(path) as store, store.connection() as db:
        accounts.ensure_first_account(db, now)
        team = accounts.find_team(db, accounts.FIRST_ENVIRONMENT)
        assert team is not None
        with writing(db):
            for session in sessions:
                if session.route is None:
                    _insert_metadata(db, team, session, now - session.ago)
            _insert_persons(db, team, sessions, now)
        for session in sessions:
            if session.route is not None:
                store_recording(db, team, _recording(session, now - session.ago), now)


def _insert_metadata(db: sqlite3.Connection, team: Team, session: Session, start: int) -> None:
    """Insert a session that has no recorded data, only its metadata and product events."""
    visit, end = session.visit, start + session.visit.now
    row: dict[str, Any] = {
        "session_id": session.id, "team_id": team.id, "distinct_id": session.distinct_id, "start_time": start,
        "end_time": end, "duration": visit.now // 1000, "active_seconds": visit.now // 2000,
        "active_ms": visit.now // 2,
        "event_count": 0, "click_count": len(visit.pressed), "keypress_count": 0,
        "mouse_activity_count": 10 * len(visit.paths),
        "console_log_count": 0, "console_warn_count": 0, "console_error_count": len(visit.errors),
        "activity_score": 20.0,
        "start_url": HOST + visit.paths[0], "snapshot_source": "web", "snapshot_library": "web",
        "retention_period_days": _RETENTION_DAYS, "expiry_time": start - start % DAY_MS + _RETENTION_DAYS * DAY_MS,
        "last_ingested_at": end,
    }  # fmt: skip
    insert_row(db, row)
    urls = [(session.id, HOST + path, start) for path in dict.fromkeys(visit.paths)]
    db.executemany("INSERT INTO recording_url VALUES (?, ?, ?)", urls)
    insert_events(db, event_rows(team, session.id, _events(session, start))[0])


def _insert_persons(db: sqlite3.Connection, team: Team, sessions: Sequence[Session], now: int) -> None:
    seen: dict[Person, list[int]] = {}
    for session in sessions:
        if session.person:
            seen.setdefault(session.person, []).append(now - session.ago)
    for person, times in seen.items():
        row = person_row(
            team, _person(person), distinct_id=person.distinct_id, events=(), seen=(min(times), max(times))
        )
        upsert_person(db, team, row)


def _recording(session: Session, start: int) -> RecordingData:
    return RecordingData(
        session_id=session.id,
        distinct_id=session.distinct_id,
        lines=session.visit.lines(f"window-{session.id}", start),
        person=_person(session.person) if session.person else None,
        events=_events(session, start),
        snapshot_library="web",
    )


def _person(person: Person) -> PersonData:
    return PersonData((person.distinct_id,), {"email": person.email, "name": person.name, "tier": person.tier})


def _events(session: Session, start: int) -> list[EventData]:
    code, country = session.country
    common = {
        "$session_id": session.id, "$device_type": session.device.type, "$os": session.device.os,
        "$browser": session.device.browser, "$geoip_country_code": code, "$geoip_country_name": country,
    } | ({"utm_source": session.source} if session.source else {})  # fmt: skip
    return [
        EventData(captured.event, start + captured.at, session.distinct_id, common | captured.properties)
        for captured in session.visit.events
    ]
