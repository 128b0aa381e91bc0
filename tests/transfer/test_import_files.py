"""A file becomes the recording that its content or its name states, or else always the same one; a broken one changes nothing."""

import gzip
import json
import os
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.errors import ReplayError
from replay_mcp.local.store import accounts
from replay_mcp.local.store.blocks import read_lines
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.database import Store
from replay_mcp.local.store.ingest import RecordingData, store_recording
from replay_mcp.recording.rrweb.events import EventReader
from replay_mcp.transfer.file_identity import id_in_name
from replay_mcp.transfer.import_files import import_file
from replay_mcp.transfer.import_recording import ImportedRecording
from tests.recording.rrweb import START, click, console, custom, element, full, lines, meta
from tests.seeding import DAY_MS, NOW

UUID = "01a21000-f890-776d-85fa-90cbed0bc0d4"
EVENTS = [
    meta(0, "http://shop.example/"),
    full(1, element(10, "button", "Pay")),
    click(900),
    console(1_000, "error", "x"),
]
PERSON = {
    "id": 7,
    "name": "Ada",
    "distinct_ids": ["ada", "anonymous-1"],
    "properties": {"email": "ada@b.example"},
    "created_at": "2026-11-01T00:00:00Z",
    "uuid": "whatever",
}


@pytest.fixture
def db(store: Store) -> Iterator[sqlite3.Connection]:
    with store.connection() as db:
        yield db


def bring(db: sqlite3.Connection, path: Path, content: Any, now: int = to_ms(NOW)) -> ImportedRecording:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return import_file(db, accounts.ensure_team(db, 1), path, now)


def refused(db: sqlite3.Connection, path: Path, content: Any) -> str:
    before = list(db.iterdump())
    with pytest.raises(ReplayError) as caught:
        bring(db, path, content)
    assert list(db.iterdump()) == before
    return caught.value.why


def rows(db: sqlite3.Connection, columns: str, table: str = "recording") -> list[tuple[Any, ...]]:
    return [tuple(row) for row in db.execute(f"SELECT {columns} FROM {table}")]


def test_a_posthog_export_contains_its_id_and_the_person(db: sqlite3.Connection, tmp_path: Path):
    snapshots = [{"windowId": "w", **event} for event in EVENTS]
    export = {"version": "2023-04-28", "data": {"id": "session-7", "person": PERSON, "snapshots": snapshots}}
    assert bring(db, tmp_path / "e.json", export) == snapshot(
        ImportedRecording(session_id="session-7", change="new", started=1795168800000)
    )
    assert rows(
        db, "session_id, distinct_id, event_count, click_count, console_error_count, retention_period_days"
    ) == snapshot([("session-7", "ada", 4, 1, 1, 30)])
    assert rows(db, "properties, created_at", "person") == snapshot([('{"email":"ada@b.example"}', 1793491200000)])
    assert rows(db, "distinct_id", "person_distinct_id") == snapshot([("ada",), ("anonymous-1",)])


@pytest.mark.parametrize("person", [None, {}, "Ada", {"properties": [1], "distinct_ids": [1]}, {"created_at": "when?"}])
def test_an_unreadable_person_is_dropped_and_the_recording_kept(db: sqlite3.Connection, tmp_path: Path, person: Any):
    export = {"data": {"id": "session-7", "person": person, "snapshots": EVENTS}}
    assert bring(db, tmp_path / "e.json", export) == ImportedRecording("session-7", "new", START)
    assert rows(db, "session_id, distinct_id") == [("session-7", "session-7")]
    assert rows(db, "*", "person") == []


def test_id_and_person_may_come_after_the_events(db: sqlite3.Connection, tmp_path: Path):
    export = {"data": {"snapshots": EVENTS, "person": PERSON, "id": "session-7"}}
    assert bring(db, tmp_path / f"{UUID}.json", export).session_id == "session-7"
    assert rows(db, "distinct_id") == [("ada",)]


@pytest.mark.parametrize(
    ("name", "id"),
    [
        (f"{UUID}.json", UUID),
        (f"{UUID}.jsonl.gz", UUID),
        (f"export-{UUID}.ph-recording.json", UUID),
        (f"{UUID.upper()}.JSON", UUID.upper()),
        ("1877bbb1e5a1b3-0a8bfb1c3c5a0d-1d525634-13c680-1877bbb1e5b2c5b.json", "1877bbb1e5a1b3-0a8bfb1c3c5a0d-1d525634-13c680-1877bbb1e5b2c5b"),
        (f"{UUID}/0.jsonl", UUID),
        (f"{UUID}/12.jsonl.gz", UUID),
        (f"{UUID}/events.json", None),
        (f"{UUID} {UUID[:-1]}5.json", None),
        (f"a{UUID}.json", None),
        ("checkout.json", None),
        ("2026-11-20.json", None),
    ],
)  # fmt: skip
def test_a_session_id_in_the_file_name_names_the_recording(name: str, id: str | None):
    assert id_in_name(Path("/somewhere", name)) == id


def test_the_same_content_is_the_same_recording_under_any_name(db: sqlite3.Connection, tmp_path: Path):
    pretty = json.dumps(EVENTS, indent=2).replace("\n", "\r\n").encode()
    first = bring(db, tmp_path / "a.json", EVENTS)
    before = list(db.iterdump())
    again = [
        bring(db, tmp_path / "b.json", EVENTS),
        bring(db, tmp_path / "c.json.gz", gzip.compress(json.dumps(EVENTS).encode())),
        bring(db, tmp_path / "d.json", pretty),
    ]
    assert first == snapshot(
        ImportedRecording(session_id="114379d1-7ab9-55d3-a2e1-20f0e8d68cc4", change="new", started=1795168800000)
    )
    assert {(outcome.session_id, outcome.change) for outcome in again} == {(first.session_id, "unchanged")}
    assert list(db.iterdump()) == before
    assert bring(db, tmp_path / "e.json", EVENTS[:-1]).session_id != first.session_id


def test_blocks_in_one_directory_are_one_recording(db: sqlite3.Connection, tmp_path: Path):
    first = bring(db, tmp_path / UUID / "0.jsonl", b"\n".join(lines(*EVENTS[:2])))
    second = bring(db, tmp_path / UUID / "1.jsonl", b"\n".join(lines(*EVENTS[2:])))
    again = bring(db, tmp_path / UUID / "0.jsonl", b"\n".join(lines(*EVENTS[:2])))
    assert [first, second, again] == [
        ImportedRecording(UUID, "new", START),
        ImportedRecording(UUID, "more", START + 900),
        ImportedRecording(UUID, "unchanged", START),
    ]
    assert rows(db, "session_id, event_count, click_count") == [(UUID, 4, 1)]


def test_a_damaged_file_is_read_as_far_as_possible_and_the_rest_is_reported(db: sqlite3.Connection, tmp_path: Path):
    whole = gzip.compress(b"\n".join([*lines(*EVENTS), b"[]", b"nonsense"]), mtime=0)
    assert bring(db, tmp_path / f"{UUID}.jsonl.gz", whole[:-9]) == snapshot(
        ImportedRecording(
            session_id="01a21000-f890-776d-85fa-90cbed0bc0d4",
            change="new",
            started=1795168800000,
            flaws=(
                "its compressed data is damaged or ends early",
                "2 lines or events that could not be read were left out",
            ),
        )
    )
    assert bring(db, tmp_path / "cut.json", json.dumps(EVENTS).encode()[:-30]) == snapshot(
        ImportedRecording(
            session_id="6fe6d2ec-43e0-534e-87b4-c4cda617bacb",
            change="new",
            started=1795168800000,
            flaws=("its JSON is broken or ends early",),
        )
    )


def test_a_file_without_a_recording_is_refused_with_the_reason(db: sqlite3.Connection, tmp_path: Path):
    header = {"replay_mcp_export": 1, "session_id": "s", "distinct_id": "d", "retention_period_days": 30}
    event: dict[str, Any] = {
        "uuid": "u",
        "event": "$pageview",
        "timestamp": START,
        "distinct_id": "d",
        "properties": {},
    }

    def export(*objects: Any) -> bytes:
        head = b"\n".join(json.dumps(part, separators=(",", ":")).encode() for part in objects)
        return b"\n".join([head, *lines(*EVENTS)])

    contents: dict[str, Any] = {
        "seconds": [event | {"timestamp": event["timestamp"] // 1_000} for event in EVENTS],
        "empty": b"",
        "a page": b"<html>",
        "binary": bytes(range(256)) * 100,
        "no events": {"data": {"id": "s", "snapshots": []}},
        "text": b"one\ntwo\n",
        "an id with a slash": {"data": {"id": "../s", "person": {}, "snapshots": EVENTS}},
        "an id too long": {"data": {"id": "s" * 300, "person": {}, "snapshots": EVENTS}},
        "an export of the future": export(header | {"replay_mcp_export": 2}),
        "an export without an id": export({"replay_mcp_export": 1}),
        "an export with a wrong id": export(header | {"session_id": "a/b"}),
        "an export kept for ever": export(header | {"retention_period_days": 10**30}),
        "an export that is cut off": json.dumps(header, separators=(",", ":")).encode()[:-5],
        "an export with a wrong event": export(header, {"replay_mcp_event": event | {"timestamp": "now"}}),
        "deep properties": export(header, {"replay_mcp_event": event | {"properties": nested(200)}}),
    }
    reasons = {name: refused(db, tmp_path / "f", content) for name, content in contents.items()}
    assert reasons == snapshot(
        {
            "seconds": "There is no rrweb event in it, but rrweb events whose times are seconds rather than milliseconds since 1970.",
            "empty": "There is no rrweb event in it, but nothing at all.",
            "a page": "There is no rrweb event in it, but markup, such as a web page.",
            "binary": "There is no rrweb event in it, but 101 lines of something else.",
            "no events": "There is no rrweb event in it, but an empty array or export.",
            "text": "There is no rrweb event in it, but 2 lines of something else.",
            "an id with a slash": "A recording cannot have the id '../s': an id must not contain '/', '\\', '..' or control characters.",
            "an id too long": "A recording cannot have the id 'ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss': an id must have at most 200 characters, this one has 300.",
            "an export of the future": "Another version of Replay MCP exported it, in format '2'; this one reads format 1.",
            "an export without an id": "The export's own lines are not as they are written: 'session_id' is wrong.",
            "an export with a wrong id": "The export's own lines are not as they are written: 'session_id' is wrong.",
            "an export kept for ever": "The export's own lines are not as they are written: 'retention_period_days' is wrong.",
            "an export that is cut off": "The export's own lines are no JSON.",
            "an export with a wrong event": "The export's own lines are not as they are written: 'replay_mcp_event.timestamp' is wrong.",
            "deep properties": "Properties of the recording cannot be stored: it is nested more than 100 levels deep.",
        }
    )


def nested(depth: int) -> Any:
    value: Any = {}
    for _ in range(depth):
        value = {"a": value}
    return value


def test_a_recording_of_another_environment_is_left_alone(db: sqlite3.Connection, tmp_path: Path):
    team = accounts.ensure_team(db, 2)
    store_recording(db, team, RecordingData(UUID, "d", lines(*EVENTS)), to_ms(NOW))
    assert refused(db, tmp_path / f"{UUID}.json", EVENTS) == snapshot(
        "Recording '01a21000-f890-776d-85fa-90cbed0bc0d4' is already stored, in environment 2."
    )


def test_a_deleted_recording_stays_deleted(db: sqlite3.Connection, tmp_path: Path):
    bring(db, tmp_path / f"{UUID}.json", EVENTS)
    db.execute("UPDATE recording SET deleted_at = 1")
    before = list(db.iterdump())
    assert bring(db, tmp_path / f"{UUID}.json", EVENTS).change == "deleted"
    assert list(db.iterdump()) == before


def relative(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event | {"timestamp": event["timestamp"] - START} for event in events]


def times(db: sqlite3.Connection, session_id: str) -> list[int]:
    return [event.timestamp for event in EventReader(read_lines(db, session_id))]


def test_relative_times_are_dated_as_if_the_recording_ended_when_its_file_was_changed(
    db: sqlite3.Connection, tmp_path: Path
):
    path = tmp_path / f"{UUID}.json"
    path.write_text(json.dumps(relative(EVENTS)))
    os.utime(path, (START / 1_000, START / 1_000))
    found = import_file(db, accounts.ensure_team(db, 1), path, to_ms(NOW))
    assert found == snapshot(
        ImportedRecording(
            session_id="01a21000-f890-776d-85fa-90cbed0bc0d4",
            change="new",
            started=1795168799000,
            notes=(
                "its times count from 0, so it was dated 2026-11-20 09:59 UTC, as if it had ended when the file was last changed",
            ),
        )
    )
    start = START - 1_000
    assert times(db, UUID) == [start, start, start + 1, start + 900, START]


@pytest.mark.parametrize("changed", [0, 4_000_000_000])
def test_a_file_with_an_impossible_time_is_dated_by_its_import(db: sqlite3.Connection, tmp_path: Path, changed: int):
    path = tmp_path / f"{UUID}.json"
    path.write_text(json.dumps(relative(EVENTS)))
    os.utime(path, (changed, changed))
    found = import_file(db, accounts.ensure_team(db, 1), path, to_ms(NOW))
    assert (times(db, UUID)[-1], found.notes) == snapshot(
        (1795176000000, ("its times count from 0, so it was dated 2026-11-20 11:59 UTC, as if it had just ended",))
    )


def test_a_recording_with_relative_times_keeps_the_dates_of_its_first_import(db: sqlite3.Connection, tmp_path: Path):
    later = [custom(5_000, "later")]
    contents = [relative(EVENTS), relative(EVENTS), {"events": relative([*EVENTS, *later])}, relative(later)]
    changes: list[str] = []
    for place, content in enumerate(contents):
        path = tmp_path / str(place) / f"{UUID}.json"
        path.parent.mkdir()
        path.write_text(json.dumps(content))
        os.utime(path, (START / 1_000 + place, START / 1_000 + place))
        changes.append(import_file(db, accounts.ensure_team(db, 1), path, to_ms(NOW)).change)
    start = START - 1_000
    assert changes == ["new", "unchanged", "more", "more"]
    assert sorted(set(times(db, UUID))) == [start, start + 1, start + 900, START, start + 5_000]


def test_relative_times_are_found_after_lines_without_events(db: sqlite3.Connection, tmp_path: Path):
    lines = [b'{"note": 1}', *(json.dumps(["w", event]).encode() for event in relative(EVENTS)), b'["w", {}]']
    found = bring(db, tmp_path / f"{UUID}.jsonl", b"\n".join(lines))
    assert (len(times(db, UUID)), found.flaws) == snapshot(
        (5, ("2 lines or events that could not be read were left out",))
    )


def test_every_form_is_stored_as_lines_of_a_window_id_and_an_event(db: sqlite3.Connection, tmp_path: Path):
    windows = [{**event, "windowId": 1, "timestamp": str(event["timestamp"])} for event in EVENTS]
    bring(
        db, tmp_path / f"{UUID}.json", json.dumps({"version": "2023-04-28", "data": {"id": UUID, "snapshots": windows}})
    )
    stored = [json.loads(line) for line in read_lines(db, UUID)]
    assert stored == [["1", {**event, "windowId": 1}] for event in EVENTS]


def captured(session_id: str, events: list[dict[str, Any]]) -> dict[str, Any]:
    properties = {"$session_id": session_id, "$window_id": "w", "$snapshot_data": events, "$lib": "posthog-python"}
    return {"event": "$snapshot", "properties": {**properties, "distinct_id": "ada", "$snapshot_source": "mobile"}}


def test_a_capture_body_names_its_session_and_who_was_recorded(db: sqlite3.Connection, tmp_path: Path):
    pageview = {"event": "$pageview", "properties": {"$session_id": "s-1", "distinct_id": "ada"}}
    bodies: list[Any] = [
        {"api_key": "phc_x", "batch": [pageview, captured("s-1", EVENTS[:2]), captured("s-1", EVENTS[2:])]},
        {"api_key": "phc_x", **captured("s-2", EVENTS)},
        [captured("s-3", EVENTS)],
        {"token": "phc_x", "data": json.dumps(captured("s-4", EVENTS))},
    ]
    found = [bring(db, tmp_path / f"{UUID}.json", body) for body in bodies]
    assert [(each.session_id, each.change, each.flaws) for each in found] == snapshot(
        [("s-1", "new", ()), ("s-2", "new", ()), ("s-3", "new", ()), ("s-4", "new", ())]
    )
    assert rows(db, "DISTINCT distinct_id, event_count, snapshot_source, snapshot_library") == snapshot(
        [("ada", 4, "mobile", "posthog-python")]
    )


def test_captured_snapshots_of_several_sessions_are_refused(db: sqlite3.Connection, tmp_path: Path):
    body = {"api_key": "phc_x", "batch": [captured("s-1", EVENTS[:2]), captured("s-2", EVENTS[2:])]}
    assert refused(db, tmp_path / "body.json", body) == snapshot(
        "It holds captured snapshots of several sessions: keep each in a file of its own."
    )


def test_a_sentry_segment_is_imported_without_notes(db: sqlite3.Connection, tmp_path: Path):
    segment = b'{"segment_id":0}\n' + json.dumps(EVENTS).encode()
    found = [bring(db, tmp_path / f"{UUID}.json", segment), bring(db, tmp_path / "packed", zlib.compress(segment))]
    assert [(each.change, each.flaws) for each in found] == [("new", ()), ("new", ())]


def test_an_old_recording_gets_a_retention_long_enough_to_be_seen(db: sqlite3.Connection, tmp_path: Path):
    kept: dict[int, int] = {}
    for age in (0, 29, 30, 88, 400, 3_000):
        path = tmp_path / f"{UUID[:-4]}{age:04}.json"
        bring(db, path, EVENTS, START + age * DAY_MS)
        [(days,)] = rows(db, "retention_period_days", f"recording WHERE session_id = '{path.stem}'")
        kept[age] = days
    assert kept == snapshot({0: 30, 29: 30, 30: 90, 88: 90, 400: 1825, 3000: 3030})
