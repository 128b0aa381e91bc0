"""What is removed when a recording expires, and what is kept."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.local.capture import messages
from replay_mcp.local.capture.intake import Intake
from replay_mcp.local.store import accounts
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.database import Store
from replay_mcp.local.store.limits import Limits
from replay_mcp.local.store.retention import store_bytes, sweep
from tests.conftest import Local
from tests.local.answers import RECORDINGS
from tests.recording.rrweb import START, Raw, click, console, fetched, lines, meta
from tests.seeding import DAY_MS, NOW, add_event, add_item, add_playlist, add_recording, ago, message, record

OLD = ago(days=40) - START
"""The start of an expired recording, relative to that of made-up recordings."""


@pytest.fixture
def db(store: Store) -> Iterator[sqlite3.Connection]:
    with store.connection() as db:
        yield db


def old(*raws: Raw) -> list[Raw]:
    return [{**raw, "timestamp": raw["timestamp"] + OLD} for raw in raws]


def fill(db: sqlite3.Connection, session_id: str, raws: list[Raw], playlist_id: int) -> None:
    """A recording with a row in every table that names recordings."""
    record(db, session_id, lines(*raws))
    add_event(db, session_id, "$pageview")
    add_item(db, playlist_id, session_id)
    db.execute(
        "INSERT INTO session_summary (team_id, session_id, summary, created_at) VALUES (1, ?, '{}', 1)", (session_id,)
    )
    db.execute("INSERT INTO external_reference (session_id, reference) VALUES (?, '{}')", (session_id,))
    db.execute("INSERT INTO session_recording_viewed VALUES (1, 1, ?, 1)", (session_id,))
    db.execute("INSERT INTO sharing_configuration (team_id, session_id, created_at) VALUES (1, ?, 1)", (session_id,))


def tables(db: sqlite3.Connection) -> list[str]:
    """All tables of the schema that name recordings."""
    query = (
        "SELECT t.name FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c"
        " WHERE t.type = 'table' AND c.name = 'session_id'"
        " AND t.name <> 'recording_to_erase'"  # tombstones of deleted recordings
    )
    return [row["name"] for row in db.execute(query).fetchall()]


def naming(db: sqlite3.Connection, session_id: str) -> set[str]:
    """The tables with a row of the recording."""
    return {
        table
        for table in tables(db)
        if db.execute(f"SELECT count(*) FROM {table} WHERE session_id = ?", (session_id,)).fetchone()[0]
    }


def session_ids(db: sqlite3.Connection) -> list[str]:
    return [row["session_id"] for row in db.execute("SELECT session_id FROM recording ORDER BY session_id")]


def test_an_expired_recording_is_removed_with_its_data_and_others_stay(db: sqlite3.Connection):
    playlist = add_playlist(db, "abc")
    raws = [meta(0, "https://x/"), click(1), console(2, "error", "no"), fetched(3, "https://api.example/", 500)]
    fill(db, "old", old(*raws), playlist)
    fill(db, "new", raws, playlist)
    everywhere = naming(db, "new")
    assert everywhere == set(tables(db))  # a new table belongs in `fill`
    before = [text for text in db.iterdump() if "'old" not in text]
    assert sweep(db, to_ms(NOW)) == 1
    assert naming(db, "old") == snapshot(
        {"session_recording_playlist_item", "session_recording_viewed", "sharing_configuration"}
    )
    assert naming(db, "new") == everywhere
    # Rows of the other recording are unchanged, to the byte.
    assert [text for text in db.iterdump() if "'old" not in text] == before
    assert sweep(db, to_ms(NOW)) == 0


def test_a_recording_is_available_until_the_last_moment_of_its_retention(db: sqlite3.Connection):
    now = to_ms(NOW)
    for name, expires in (("now", now), ("just before", now - 1), ("later", now + 1)):
        add_recording(db, name, expiry_time=expires)
    assert sweep(db, now) == 1
    assert session_ids(db) == ["later", "now"]


def test_tombstones_are_removed_when_they_expire_and_not_before(db: sqlite3.Connection):
    add_recording(db, "old", start_time=ago(days=40), deleted_at=1)
    add_recording(db, "new", deleted_at=1)
    assert sweep(db, to_ms(NOW)) == 1
    assert session_ids(db) == ["new"]


@pytest.mark.parametrize("count", [1, 49, 50, 51, 100, 123])
def test_all_expired_recordings_are_removed_however_many(db: sqlite3.Connection, count: int):
    for number in range(count):
        add_recording(db, f"old-{number}", start_time=ago(days=40))
    add_recording(db, "new")
    assert sweep(db, to_ms(NOW)) == count
    assert session_ids(db) == ["new"]


def test_product_events_are_removed_a_day_after_a_recording_of_their_time_would_be(db: sqlite3.Connection):
    oldest = to_ms(NOW) - 31 * DAY_MS
    for name, at in (("kept", oldest), ("gone", oldest - 1), ("ahead", to_ms(NOW) + DAY_MS)):
        add_event(db, "", name, timestamp=at)
        add_event(db, "some session", name, timestamp=at)
    sweep(db, to_ms(NOW))
    found = db.execute("SELECT session_id, event FROM event ORDER BY session_id, event")
    assert [tuple(row) for row in found] == snapshot(
        [("", "ahead"), ("", "kept"), ("some session", "ahead"), ("some session", "kept")]
    )


def test_each_environment_keeps_product_events_as_long_as_it_keeps_recordings(db: sqlite3.Connection):
    team = dict(db.execute("SELECT * FROM team WHERE id = 1").fetchone())
    other = team | {"id": 2, "api_token": "phc_other", "retention_period_days": 90}
    db.execute(
        "INSERT INTO team VALUES (:id, :organization_id, :name, :api_token, :test_account_domains, :retention_period_days)",
        other,
    )
    for team_id in (1, 2):
        add_event(db, "", f"{team_id}", team_id=team_id, timestamp=ago(days=60))
    sweep(db, to_ms(NOW))
    assert [row["event"] for row in db.execute("SELECT event FROM event")] == ["2"]


def test_removed_recordings_make_room(db: sqlite3.Connection):
    record(db, "new", lines(click(0)))
    before = store_bytes(db)
    db.execute("UPDATE team SET retention_period_days = 30")
    add_recording(db, "old", start_time=ago(days=40))
    for at in range(100):
        values = ("old", at, at, bytes(50_000))
        db.execute("INSERT INTO recording_block (session_id, start_time, end_time, data) VALUES (?, ?, ?, ?)", values)
    assert store_bytes(db) > before + 5_000_000
    sweep(db, to_ms(NOW))
    assert store_bytes(db) < before + 50_000


@pytest.mark.anyio
async def test_late_events_of_an_expired_recording_are_never_shown_and_are_removed_again(local: Local):
    store, now = local.store, to_ms(NOW)
    intake = Intake(store, Limits())

    def take(*raws: Raw, session_id: str = "old") -> int:
        body: Any = message(token, session_id, *raws)
        return intake.take(messages.read(body, tokens=(), now=now), now).stored

    with store.connection() as db:
        team = accounts.find_team(db, 1)
        assert team is not None
        token = team.api_token
        record(db, "old", lines(*old(meta(0, "https://x/"), click(1))))
    assert take(*old(click(2), click(3))) == 0  # too far from now, but it removes what was there before
    assert take(click(0), session_id="new") == 1
    listed = (await local.http.get(RECORDINGS, params={"date_from": "-90d"})).json()["results"]
    assert [recording["id"] for recording in listed] == ["new"]
    assert (await local.http.get(f"{RECORDINGS}/old/")).status_code == 404
    assert (await local.http.get(f"{RECORDINGS}/old/snapshots")).status_code == 404
    with store.connection() as db:
        assert sweep(db, now) == 0
        assert naming(db, "old") == set()
        assert naming(db, "new") == {"recording", "recording_block"}


def test_product_events_of_another_environment_under_the_same_session_id_stay(db: sqlite3.Connection):
    add_recording(db, "shared", start_time=ago(days=100))
    accounts.add_key(db, accounts.NewKey("a@b.example", environment=2, scopes=("*",)), to_ms(NOW))
    add_event(db, "shared", "mine")
    add_event(db, "shared", "theirs", team_id=2)
    assert sweep(db, to_ms(NOW)) == 1
    assert [row["event"] for row in db.execute("SELECT event FROM event")] == ["theirs"]
