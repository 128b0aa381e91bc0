"""Loads the demo recordings, visits to a small web shop, with all times moved so that they end shortly before now.

`demo/record.mjs` recorded them. All persons are fictional.
"""

import gzip
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from importlib.resources import files
from typing import Any, Final

import orjson

from replay_mcp.local.recordings.summaries import make_summary, store_summary
from replay_mcp.local.store.accounts import Team
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.database import writing
from replay_mcp.local.store.events import EventData
from replay_mcp.local.store.ingest import RecordingData, insert_recording, preparing
from replay_mcp.local.store.persons import PersonData
from replay_mcp.local.store.recording_rows import find_row
from replay_mcp.recording.rrweb.events import NETWORK_PLUGIN, Event, EventReader

TEST_ACCOUNT_DOMAIN: Final = "shop.example"
"""E-mail domain of the demo shop's staff, whose sessions `filter_test_accounts` excludes."""
COLLEAGUE: Final = "ines@shop.example"
"""A second user, who has watched a recording and commented on it."""
COMMENT: Final = "The payment answers 500 each time. Is the card service down?"

_DATA = files("replay_mcp.local.demo") / "data"


def load_demo(db: sqlite3.Connection, team: Team, now: int) -> int:
    """Store the demo recordings in a store without recordings, in one transaction.

    Args:
        db: a connection that is not in a transaction.
        team: the environment to store them in.
        now: epoch milliseconds; each session ends at its own distance before this time.

    Returns:
        The number of recordings stored; 0 if the store already has recordings.
    """
    if _has_recordings(db):
        return 0
    sessions: list[dict[str, Any]] = orjson.loads((_DATA / "sessions.json").read_bytes())
    with ExitStack() as stack:
        prepared = [stack.enter_context(preparing(team, _recording(session, now), now)) for session in sessions]
        stack.enter_context(writing(db))
        if _has_recordings(db):  # another process has stored them in the meantime
            return 0
        for recording in prepared:
            insert_recording(db, recording)
        _add_activity(db, team, [recording.session_id for recording in prepared], now)
        return len(prepared)


def _has_recordings(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM recording LIMIT 1").fetchone() is not None


def _recording(session: dict[str, Any], now: int) -> RecordingData:
    with (_DATA / session["file"]).open("rb") as packed, gzip.open(packed) as lines:
        events = list(EventReader(lines))
    shift = now - session["ended_ago_seconds"] * 1000 - max(event.timestamp for event in events)
    person = session["person"]
    created_at = person.get("created_at")
    return RecordingData(
        session_id=session["session_id"],
        distinct_id=session["events"][-1]["distinct_id"],
        lines=_moved(events, shift),
        # PostHog stores no person for an anonymous visitor.
        person=PersonData(
            tuple(person["distinct_ids"]), person["properties"], _ms(created_at) + shift if created_at else None
        )
        if person["properties"]
        else None,
        events=[
            EventData(event["event"], _ms(event["timestamp"]) + shift, event["distinct_id"], event["properties"])
            for event in session["events"]
        ],
        snapshot_library="web",
    )


def _moved(events: list[Event], shift: int) -> Iterator[bytes]:
    """Lines of the events, with all absolute times moved by `shift` milliseconds."""
    for event in events:
        raw = dict[str, Any](orjson.loads(event.line)[1]) | {"timestamp": event.timestamp + shift}
        if event.data.get("plugin") == NETWORK_PLUGIN:
            payload = event.data["payload"]
            requests = [
                request | {name: request[name] + shift for name in ("timestamp", "timeOrigin") if request.get(name)}
                for request in payload["requests"]
            ]
            raw["data"] = event.data | {"payload": payload | {"requests": requests}}
        yield orjson.dumps([event.window_id, raw])


def _add_activity(db: sqlite3.Connection, team: Team, session_ids: list[str], now: int) -> None:
    """Add entries to the synthetic playlists: a colleague's view, comment, share and export, and a summary."""
    first, second, third, *_ = session_ids
    domains = orjson.dumps([*team.test_account_domains, TEST_ACCOUNT_DOMAIN]).decode()
    db.execute("UPDATE team SET test_account_domains = ? WHERE id = ?", (domains, team.id))
    colleague = _ensure_colleague(db, team)
    viewed = (team.id, colleague, first, now)
    db.execute("INSERT INTO session_recording_viewed VALUES (?, ?, ?, ?)", viewed)
    for scope in ("Replay", "recording"):  # the synthetic playlist reads one scope, the comment search the other
        db.execute(
            "INSERT INTO comment (team_id, scope, item_id, content, created_at) VALUES (?, ?, ?, ?, ?)",
            (team.id, scope, first, COMMENT, now),
        )
    db.execute(
        "INSERT INTO sharing_configuration (team_id, session_id, enabled, created_at) VALUES (?, ?, 1, ?)",
        (team.id, second, now),
    )
    exported = orjson.dumps({"session_recording_id": third}).decode()
    db.execute(
        "INSERT INTO exported_asset (team_id, export_context, created_at) VALUES (?, ?, ?)", (team.id, exported, now)
    )
    row = find_row(db, team, second)
    if row is not None and (summary := make_summary(db, second)):
        store_summary(db, row, summary, now=now)


def _ensure_colleague(db: sqlite3.Connection, team: Team) -> int:
    db.execute(
        "INSERT OR IGNORE INTO user (uuid, distinct_id, first_name, email, current_team_id) VALUES (?, ?, ?, ?, ?)",
        (str(uuid.uuid4()), uuid.uuid4().hex, "Ines", COLLEAGUE, team.id),
    )
    user_id = db.execute("SELECT id FROM user WHERE email = ?", (COLLEAGUE,)).fetchone()["id"]
    db.execute("INSERT OR IGNORE INTO organization_membership VALUES (?, ?)", (team.organization_id, user_id))
    return user_id


def _ms(moment: str) -> int:
    return to_ms(datetime.fromisoformat(moment))
