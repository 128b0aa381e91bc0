"""A recording that is exported and imported answers every request as before, in any store."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from inline_snapshot import snapshot

from replay_mcp.errors import ReplayError
from replay_mcp.local.app import LocalApi
from replay_mcp.local.demo.load import load_demo
from replay_mcp.local.store import accounts
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.database import Store
from replay_mcp.local.store.events import EventData
from replay_mcp.local.store.ingest import RecordingData, store_recording
from replay_mcp.local.store.persons import PersonData
from replay_mcp.recording.timeline.reader import read_timeline
from replay_mcp.recording.timeline.row_text import target
from replay_mcp.redaction import Redaction
from replay_mcp.transfer.export import export_lines
from replay_mcp.transfer.import_files import import_file
from tests.conftest import Local, http_client
from tests.local.answers import RECORDINGS
from tests.recording.rrweb import START, click, meta
from tests.recording.rrweb import lines as rrweb_lines
from tests.seeding import NOW

pytestmark = pytest.mark.anyio


@contextmanager
def another_store(path: Path) -> Generator[tuple[Store, sqlite3.Connection]]:
    with Store.open(path) as store, store.connection() as db:
        accounts.ensure_first_account(db, to_ms(NOW))
        yield store, db


def team(db: sqlite3.Connection) -> accounts.Team:
    return accounts.ensure_team(db, 1)


def exported(db: sqlite3.Connection, directory: Path) -> list[Path]:
    directory.mkdir()
    ids = [row["session_id"] for row in db.execute("SELECT session_id FROM recording ORDER BY session_id")]
    paths = [directory / f"{place}.jsonl" for place in range(len(ids))]
    for id, path in zip(ids, paths, strict=True):
        path.write_bytes(b"".join(line + b"\n" for line in export_lines(db, id)))
    return paths


async def answers(store: Store, db: sqlite3.Connection) -> dict[str, Any]:
    """Everything that the API returns about recordings, except for the store's own numbers of persons."""
    content: dict[str, Any] = {}
    async with http_client(LocalApi(store, clock=lambda: to_ms(NOW)), accounts.first_key(db).value) as http:
        listed = (await http.get(f"{RECORDINGS}/?date_from=-30d&limit=100")).json()["results"]
        for row in listed:
            url = f"{RECORDINGS}/{row['id']}/"
            sources = (await http.get(f"{url}snapshots/")).json()["sources"]
            last = sources[-1]["blob_key"]
            blocks = await http.get(f"{url}snapshots/?source=blob_v2&start_blob_key=0&end_blob_key={last}")
            content[row["id"]] = [row, (await http.get(url)).json(), sources, blocks.content]
            for shown in content[row["id"]][:2]:
                del shown["person"]["id"]
    events = db.execute("SELECT * FROM event ORDER BY uuid").fetchall()
    return content | {"events": [tuple(event) for event in events]}


@pytest.mark.slow
async def test_the_demo_recordings_answer_alike_after_a_round_trip_and_a_second_one_changes_nothing(
    local: Local, tmp_path: Path
):
    with local.store.connection() as db:
        load_demo(db, team(db), to_ms(NOW))
        before = await answers(local.store, db)
        paths = exported(db, tmp_path / "files")
        # Views, comments and summaries are the store's, not the recording's.
        for recording in before.values():
            if isinstance(recording[0], dict):
                for shown in recording[:2]:
                    shown |= {"viewers": [], "has_summary": False}
                recording[0]["summary_outcome"] = None
    with another_store(tmp_path / "other.sqlite") as (store, db):
        first = [import_file(db, team(db), path, to_ms(NOW)).change for path in paths]
        assert await answers(store, db) == before
        dump = list(db.iterdump())
        second = [import_file(db, team(db), path, to_ms(NOW)).change for path in paths]
        assert list(db.iterdump()) == dump
    assert (set(first), set(second), len(paths)) == ({"new"}, {"unchanged"}, 25)


RECORDING = RecordingData(
    session_id="session-1",
    distinct_id="maya",
    lines=rrweb_lines(meta(0, "http://shop.example/"), click(1_000)),
    person=PersonData(("zoe", "maya"), {"email": "m@b.example"}, START - 5),
    events=[EventData("$pageview", START, "maya", {"$os": "Linux"}, uuid="event-1")],
    snapshot_source="mobile",
    snapshot_library="posthog-ios",
)


def test_an_export_begins_with_facts_that_are_not_in_its_events(store: Store):
    with store.connection() as db:
        store_recording(db, team(db), RECORDING, to_ms(NOW))
        lines = list(export_lines(db, "session-1"))
    assert [orjson.loads(line) for line in lines[:2]] == snapshot(
        [
            {
                "replay_mcp_export": 1,
                "session_id": "session-1",
                "distinct_id": "maya",
                "person": {
                    "distinct_ids": ["zoe", "maya"],
                    "properties": {"$initial_os": "Linux", "$os": "Linux", "email": "m@b.example"},
                    "created_at": 1795168799995,
                },
                "snapshot_source": "mobile",
                "snapshot_library": "posthog-ios",
                "retention_period_days": 30,
            },
            {
                "replay_mcp_event": {
                    "uuid": "event-1",
                    "event": "$pageview",
                    "timestamp": 1795168800000,
                    "distinct_id": "maya",
                    "properties": {"$os": "Linux"},
                }
            },
        ]
    )
    assert lines[2:] == RECORDING.lines


def test_other_readers_skip_our_own_lines_in_an_export(store: Store):
    with store.connection() as db:
        store_recording(db, team(db), RECORDING, to_ms(NOW))
        lines = [line + b"\n" for line in export_lines(db, "session-1")]
    timeline = read_timeline(lines, Redaction())
    assert ([(row.kind, target(row)) for row in timeline.rows], timeline.coverage.broken) == snapshot(
        ([("navigation", "http://shop.example/"), ("click", "element that is not in the recording, at 1,2")], 2)
    )


def test_a_person_in_another_environment_and_an_anonymous_visitor_survive_a_round_trip(store: Store, tmp_path: Path):
    with store.connection() as db:
        store_recording(db, team(db), RECORDING, to_ms(NOW))
        anonymous = RecordingData("session-2", "visitor", rrweb_lines(click(0)))
        store_recording(db, team(db), anonymous, to_ms(NOW))
        paths = exported(db, tmp_path / "files")
    with another_store(tmp_path / "other.sqlite") as (_, db):
        for path in paths:
            import_file(db, accounts.ensure_team(db, 2), path, to_ms(NOW))
        recordings = db.execute(
            "SELECT team_id, session_id, distinct_id, snapshot_source, snapshot_library FROM recording"
        ).fetchall()
        persons = db.execute("SELECT properties, created_at FROM person").fetchall()
    assert [tuple(row) for row in recordings] == snapshot(
        [
            (2, "session-1", "maya", "mobile", "posthog-ios"),
            (2, "session-2", "visitor", "web", None),
        ]
    )
    assert [tuple(row) for row in persons] == snapshot(
        [('{"$initial_os":"Linux","$os":"Linux","email":"m@b.example"}', 1795168799995)]
    )


def test_integers_beyond_64_bits_come_through(store: Store, tmp_path: Path):
    large = {"account": 10**30}
    event = EventData("order placed", START, "maya", {"total": -(2**64)})
    recording = replace(RECORDING, person=PersonData((), large), events=[event])
    with store.connection() as db:
        store_recording(db, team(db), recording, to_ms(NOW))
        [path] = exported(db, tmp_path / "files")
    with another_store(tmp_path / "other.sqlite") as (_, db):
        import_file(db, team(db), path, to_ms(NOW))
        [properties] = [row["properties"] for row in db.execute("SELECT properties FROM event")]
        assert exported(db, tmp_path / "again")[0].read_bytes() == path.read_bytes()
    assert properties == '{"total":-18446744073709551616}'


def test_a_failed_export_says_why(store: Store):
    with store.connection() as db:
        store_recording(db, team(db), RECORDING, to_ms(NOW))

        def refusal(id: str) -> tuple[str, str]:
            with pytest.raises(ReplayError) as caught:
                list(export_lines(db, id))
            return caught.value.why, caught.value.next

        unknown = refusal("session-9")
        db.execute("DELETE FROM recording_block")
        empty = refusal("session-1")
        db.execute("UPDATE recording SET deleted_at = 1")
        assert [unknown, empty, refusal("session-1")] == snapshot(
            [
                ("There is no recording 'session-9' in the store.", "Check the id, and the store with --local PATH."),
                ("Recording 'session-1' has no snapshot data.", "There is nothing to export; choose another one."),
                ("Recording 'session-1' was deleted.", "Its data is gone; export another one."),
            ]
        )
