import gzip
import itertools
import random
import sqlite3
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
from inline_snapshot import snapshot

from replay_mcp.errors import ReplayError
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import NewKey, Team
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.database import Store
from replay_mcp.local.store.events import EventData
from replay_mcp.local.store.ingest import RecordingData, Stored, store_recording
from replay_mcp.local.store.persons import PersonData
from tests.conftest import Local
from tests.local.answers import RECORDINGS
from tests.recording.rrweb import START, click, console, custom, line, lines, meta, move, typed
from tests.seeding import NOW


@pytest.fixture
def db(store: Store) -> Iterator[sqlite3.Connection]:
    with store.connection() as db:
        yield db


def team(db: sqlite3.Connection, team_id: int = 1) -> Team:
    found = accounts.find_team(db, team_id)
    assert found is not None
    return found


SESSION = RecordingData(
    session_id="session-1",
    distinct_id="customer-maya",
    lines=lines(meta(0, "http://shop.example/"), click(1_000), console(2_000, "error", "failed"), move(4_000)),
    person=PersonData(("anonymous-1", "customer-maya"), {"email": "maya@example.com"}),
    events=[EventData("$pageview", START, "customer-maya", {"$current_url": "http://shop.example/"})],
    snapshot_library="web",
)


def put(db: sqlite3.Connection, recording: RecordingData, team_id: int = 1) -> Stored:
    return store_recording(db, team(db, team_id), recording, to_ms(NOW))


def refused(db: sqlite3.Connection, recording: RecordingData, team_id: int = 1) -> str:
    before = dump(db)
    with pytest.raises(ReplayError) as caught:
        put(db, recording, team_id)
    assert dump(db) == before
    return caught.value.why


def dump(db: sqlite3.Connection) -> list[str]:
    """The whole store."""
    return list(db.iterdump())


def rows(db: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    return [dict(row) for row in db.execute(f"SELECT * FROM {table}")]


def block_lines(db: sqlite3.Connection) -> list[list[Any]]:
    """The times of each block's events after the start."""
    blocks = db.execute("SELECT data FROM recording_block ORDER BY start_time, id").fetchall()
    return [
        [orjson.loads(text)[1]["timestamp"] - START for text in gzip.decompress(row["data"]).split(b"\n")]
        for row in blocks
    ]


def test_a_recording_becomes_rows(db: sqlite3.Connection):
    assert put(db, SESSION) == Stored(new=True, blocks=1, events=4, broken=0)
    tables = "recording", "recording_url", "console_log", "event", "person", "person_distinct_id"
    assert {table: rows(db, table) for table in tables} == snapshot(
        {
            "recording": [
                {
                    "session_id": "session-1",
                    "team_id": 1,
                    "distinct_id": "customer-maya",
                    "start_time": 1795168800000,
                    "end_time": 1795168804000,
                    "duration": 4,
                    "active_seconds": 3,
                    "click_count": 1,
                    "keypress_count": 0,
                    "mouse_activity_count": 2,
                    "console_log_count": 0,
                    "console_warn_count": 0,
                    "console_error_count": 1,
                    "activity_score": 71.43,
                    "start_url": "http://shop.example/",
                    "snapshot_source": "web",
                    "snapshot_library": "web",
                    "retention_period_days": 30,
                    "expiry_time": 1797724800000,
                    "last_ingested_at": 1795168804000,
                    "deleted_at": None,
                    "deleted_by": None,
                    "event_count": 4,
                    "change": 1,
                    "inactive_seconds": 1,
                    "active_ms": 3000,
                }
            ],
            "recording_url": [{"session_id": "session-1", "url": "http://shop.example/", "first_seen": 1795168800000}],
            "console_log": [
                {"id": 1, "session_id": "session-1", "timestamp": 1795168802000, "level": "error", "message": "failed"}
            ],
            "event": [
                {
                    "uuid": "3eea7ba4-119d-5858-8d26-46345d59c850",
                    "team_id": 1,
                    "session_id": "session-1",
                    "distinct_id": "customer-maya",
                    "event": "$pageview",
                    "timestamp": 1795168800000,
                    "properties": '{"$current_url":"http://shop.example/"}',
                }
            ],
            "person": [
                {
                    "id": 1,
                    "team_id": 1,
                    "uuid": "4d36ea01-bd54-52dc-85ad-1291aeee1fad",
                    "properties": '{"$initial_current_url":"http://shop.example/","$current_url":"http://shop.example/","email":"maya@example.com"}',
                    "created_at": 1795168800000,
                    "last_seen_at": 1795168804000,
                }
            ],
            "person_distinct_id": [
                {"team_id": 1, "distinct_id": "anonymous-1", "person_id": 1},
                {"team_id": 1, "distinct_id": "customer-maya", "person_id": 1},
            ],
        }
    )
    assert block_lines(db) == [[0, 1_000, 2_000, 4_000]]


def test_storing_it_twice_changes_nothing(db: sqlite3.Connection):
    put(db, SESSION)
    before = dump(db)
    assert put(db, SESSION) == Stored(new=False)
    assert dump(db) == before


def test_an_expired_recording_comes_back_when_it_is_stored_again(db: sqlite3.Connection):
    put(db, SESSION)
    db.execute("UPDATE recording SET expiry_time = 1, retention_period_days = 1")
    assert put(db, SESSION).new
    expiry = db.execute("SELECT expiry_time > ?, retention_period_days FROM recording", (to_ms(NOW),)).fetchone()
    assert tuple(expiry) == (1, 30)
    assert block_lines(db) == [[0, 1_000, 2_000, 4_000]]


def test_a_deleted_recording_does_not_come_back(db: sqlite3.Connection):
    put(db, SESSION)
    db.execute("UPDATE recording SET deleted_at = 1, deleted_by = 'maya@example.com'")
    before = dump(db)
    assert put(db, SESSION) == Stored(new=False)
    assert dump(db) == before


def test_a_long_recording_has_a_block_for_every_half_minute(db: sqlite3.Connection):
    two_minutes = [move(at) for at in range(0, 120_001, 10_000)]
    assert put(db, replace(SESSION, lines=lines(*two_minutes))).blocks == 5
    assert block_lines(db) == snapshot(
        [[0, 10000, 20000], [30000, 40000, 50000], [60000, 70000, 80000], [90000, 100000, 110000], [120000]]
    )


def test_a_busy_recording_has_a_block_for_every_512_kilobytes(db: sqlite3.Connection):
    busy = [custom(at, "$snapshot", text="x" * 300_000) for at in range(5)]
    assert put(db, replace(SESSION, lines=lines(*busy))).blocks == 3
    assert block_lines(db) == [[0, 1], [2, 3], [4]]


def test_lines_are_sorted_by_time(db: sqlite3.Connection):
    put(db, replace(SESSION, lines=lines(move(9_000), move(0)) + lines(move(5_000), window="other")))
    assert block_lines(db) == [[0, 5_000, 9_000]]


def test_lines_far_out_of_order_are_sorted_by_time_and_keep_their_order_within_a_moment(
    db: sqlite3.Connection,
):
    tags = "later", "b", "a", "first", "c"
    times = 200_000, 100_000, 100_000, 0, 100_000
    put(db, replace(SESSION, lines=lines(*(custom(at, tag) for at, tag in zip(times, tags, strict=True)))))
    stored = db.execute("SELECT id, start_time, end_time, data FROM recording_block ORDER BY start_time, id").fetchall()
    assert [
        (
            row["id"],
            row["start_time"] - START,
            row["end_time"] - START,
            [orjson.loads(text)[1]["data"]["tag"] for text in gzip.decompress(row["data"]).split(b"\n")],
        )
        for row in stored
    ] == snapshot([(1, 0, 0, ["first"]), (2, 100000, 100000, ["b", "a", "c"]), (3, 200000, 200000, ["later"])])


def test_a_line_that_was_sent_twice_is_kept_once(db: sqlite3.Connection):
    once = lines(click(0), move(0), click(1_000))
    again = [*once, *lines(click(0), window="other tab"), *once, once[0] + b"\n"]
    assert put(db, replace(SESSION, lines=again)) == Stored(new=True, blocks=1, events=4)
    assert block_lines(db) == [[0, 0, 0, 1_000]]
    assert rows(db, "recording")[0]["click_count"] == 3


def test_broken_lines_are_left_out_and_counted(db: sqlite3.Connection):
    stored = put(db, replace(SESSION, lines=[b"{", line(click(0)), b'["w", 5]', b"", line(click(1_500)), b"\xff"]))
    assert stored == Stored(new=True, blocks=1, events=2, broken=3)
    assert block_lines(db) == [[0, 1_500]]


def test_a_person_is_known_by_any_distinct_id_and_newer_properties_win(db: sqlite3.Connection):
    put(db, SESSION)
    later = lines(typed(90_000_000))
    person = PersonData(
        ("customer-maya", "phone-1"), {"email": "maya@new.example", "plan": "pro"}, created_at=START - 5
    )
    put(db, replace(SESSION, session_id="session-2", lines=later, person=person, events=[]))
    assert [dict(row) | {"uuid": None} for row in db.execute("SELECT * FROM person")] == snapshot(
        [
            {
                "id": 1,
                "team_id": 1,
                "uuid": None,
                "properties": '{"$initial_current_url":"http://shop.example/","$current_url":"http://shop.example/","email":"maya@new.example","plan":"pro"}',
                "created_at": 1795168799995,
                "last_seen_at": 1795258800000,
            }
        ]
    )
    assert {row["distinct_id"]: row["person_id"] for row in db.execute("SELECT * FROM person_distinct_id")} == snapshot(
        {"anonymous-1": 1, "customer-maya": 1, "phone-1": 1}
    )


def test_an_older_recording_adds_person_properties_but_overrides_none(db: sqlite3.Connection):
    put(db, SESSION)
    older = PersonData(("customer-maya",), {"email": "maya@old.example", "city": "Lagos"})
    put(db, replace(SESSION, session_id="earlier", lines=lines(click(-90_000_000)), person=older, events=[]))
    (row,) = db.execute("SELECT properties, created_at, last_seen_at FROM person")
    assert orjson.loads(row["properties"]) == {
        "email": "maya@example.com",
        "city": "Lagos",
        "$current_url": "http://shop.example/",
        "$initial_current_url": "http://shop.example/",
    }
    assert (row["created_at"] - START, row["last_seen_at"] - START) == (-90_000_000, 4_000)


def test_without_a_person_there_is_only_a_distinct_id(db: sqlite3.Connection):
    put(db, replace(SESSION, person=None))
    assert (rows(db, "person"), rows(db, "person_distinct_id")) == ([], [])


def test_an_event_that_is_already_stored_is_left_unchanged(db: sqlite3.Connection):
    event = EventData("signed up", START, "customer-maya", {"first": True}, uuid="uuid-1")
    put(db, replace(SESSION, events=[event, replace(event, properties={"first": False})]))
    assert [(row["uuid"], row["properties"]) for row in rows(db, "event")] == [("uuid-1", '{"first":true}')]


def test_a_recording_expires_at_the_end_of_the_team_s_retention(db: sqlite3.Connection):
    db.execute("UPDATE team SET retention_period_days = 90")
    put(db, SESSION)
    (row,) = rows(db, "recording")
    day = 86_400_000
    assert (row["retention_period_days"], row["expiry_time"]) == (90, START // day * day + 90 * day)


def test_a_recording_whose_retention_is_over_says_so(db: sqlite3.Connection):
    day = 86_400_000
    last_day = to_ms(NOW) - to_ms(NOW) % day - 30 * day - START
    assert [
        put(db, replace(SESSION, session_id=f"{at}", lines=lines(click(at)), events=[])).expired
        for at in (0, last_day + day, last_day + day - 1, last_day - 3_600_000)
    ] == [False, False, True, True]


@pytest.mark.anyio
async def test_events_at_times_that_a_list_could_not_show_are_left_out(local: Local):
    with local.store.connection() as db:
        put(db, SESSION)
        hostile = lines({"type": 3, "timestamp": 253_402_300_700_000}, {"type": 3, "timestamp": 1})
        stored = put(db, replace(SESSION, session_id="hostile", lines=hostile + lines(click(0)), events=[]))
        assert stored == Stored(new=True, blocks=1, events=1, broken=2)
    listed = (await local.http.get(RECORDINGS, params={"date_from": "-7d"})).json()["results"]
    assert {(recording["id"], recording["end_time"]) for recording in listed} == snapshot(
        {("hostile", "2026-11-20T10:00:00Z"), ("session-1", "2026-11-20T10:00:04Z")}
    )


@pytest.mark.anyio
async def test_the_deepest_accepted_properties_can_be_listed(local: Local):
    deepest: dict[str, Any] = {}
    for _ in range(99):
        deepest = {"inner": deepest}
    with local.store.connection() as db:
        put(db, replace(SESSION, person=PersonData((), deepest)))
        refusal = refused(db, replace(SESSION, session_id="2", person=PersonData((), {"inner": deepest})))
    assert refusal == snapshot("Properties of the recording cannot be stored: it is nested more than 100 levels deep.")
    (recording,) = (await local.http.get(RECORDINGS, params={"date_from": "-7d"})).json()["results"]
    assert recording["person"]["properties"]["inner"] == deepest["inner"]


@pytest.mark.parametrize("timestamp", [10**30, 10**17, 1, -1, 1_795_168_800, 4_102_444_800_001])
def test_a_product_event_at_an_impossible_time_is_left_out_and_counted(db: sqlite3.Connection, timestamp: int):
    wrong = EventData("wrong clock", timestamp, "customer-maya", {"$browser": "Chrome"})
    assert put(db, replace(SESSION, events=[wrong, *SESSION.events])) == Stored(new=True, blocks=1, events=4, broken=1)
    assert [row["event"] for row in rows(db, "event")] == ["$pageview"]
    assert "Chrome" not in rows(db, "person")[0]["properties"]


def test_others_can_write_while_a_recording_is_read(store: Store, db: sqlite3.Connection):
    def arriving() -> Iterator[bytes]:
        yield from SESSION.lines
        with store.connection() as other:
            other.execute("PRAGMA busy_timeout = 0")
            accounts.add_key(other, NewKey("other@b.example", environment=2, scopes=("*",)), to_ms(NOW))

    assert put(db, replace(SESSION, lines=arriving())).new
    assert accounts.find_team(db, 2) is not None


def test_when_two_store_the_same_recording_at_once_the_second_changes_nothing(store: Store, db: sqlite3.Connection):
    def arriving() -> Iterator[bytes]:
        yield from SESSION.lines
        with store.connection() as other:
            put(other, SESSION)
        before.extend(dump(db))

    before: list[str] = []
    assert put(db, replace(SESSION, lines=arriving())) == Stored(new=False)
    assert dump(db) == before


def test_missing_parts_of_a_stored_recording_are_added(db: sqlite3.Connection):
    later = replace(
        SESSION, lines=lines(click(0), click(1_000)), person=PersonData(("customer-maya",), {"plan": "pro"})
    )
    put(db, SESSION)
    assert put(db, later) == Stored(new=False, events=1)
    assert block_lines(db) == [[0, 0, 1_000, 2_000, 4_000]]
    row = db.execute("SELECT event_count, click_count, end_time - start_time AS took FROM recording").fetchone()
    person = db.execute(
        "SELECT properties -> '$.email' AS email, properties -> '$.plan' AS plan FROM person"
    ).fetchone()
    assert (tuple(row), tuple(person)) == snapshot(((5, 2, 4000), ('"maya@example.com"', '"pro"')))


@pytest.mark.slow
def test_a_large_recording_takes_little_memory(db: sqlite3.Connection):
    noise = random.Random(1)

    def arriving() -> Iterator[bytes]:
        for number in range(1_000):
            yield line(custom(number * 10 + noise.randrange(5_000), "$noise", text=noise.randbytes(20_000).hex()))

    tracemalloc.start()
    try:
        stored = put(db, replace(SESSION, lines=arriving()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert stored.events == 1_000
    assert peak < 8_000_000  # of 40 MB of lines, 20 MB compressed; SQLite's own memory is bounded by its cache


def test_a_finished_recording_does_not_count_as_received_just_now(db: sqlite3.Connection):
    put(db, SESSION)
    put(db, replace(SESSION, session_id="of the future", lines=lines(click(9_000_000_000)), events=[]))
    received = {row["session_id"]: row["last_ingested_at"] for row in rows(db, "recording")}
    assert received == {"session-1": START + 4_000, "of the future": to_ms(NOW)}


def test_input_without_a_recording_is_refused_and_nothing_is_stored(db: sqlite3.Connection):
    deep: Any = {}
    for _ in range(400):
        deep = {"inner": deep}
    too_long = itertools.repeat(b" " * (64 * 1024 * 1024), 9)
    accounts.add_key(db, NewKey("other@b.example", environment=2, scopes=("*",)), to_ms(NOW))
    assert [
        refused(db, replace(SESSION, lines=[])),
        refused(db, replace(SESSION, lines=[b"no", b"json"])),
        refused(db, replace(SESSION, lines=too_long)),
        refused(db, replace(SESSION, events=[EventData("deep", START, "customer-maya", deep)])),
        refused(db, replace(SESSION, person=PersonData((), {"half": "\ud83d"}))),
        refused(db, replace(SESSION, person=PersonData((), {"share": float("nan")}))),
        refused(db, replace(SESSION, person=PersonData((), created_at=10**17))),
        refused(db, replace(SESSION, person=PersonData((), created_at=1_795_168_800))),
        refused(db, replace(SESSION, session_id="../etc/passwd")),
        refused(db, replace(SESSION, session_id="")),
        refused(db, replace(SESSION, session_id="session.1")),
    ] == snapshot(
        [
            "There is no rrweb event in it.",
            "There is no rrweb event in it.",
            "The recording has more than 536870912 bytes.",
            "Properties of the recording cannot be stored: it is nested more than 100 levels deep.",
            "Properties of the recording cannot be stored: a text must not contain a lone surrogate.",
            "Properties of the recording cannot be stored: numbers must be finite.",
            "The person's creation time 100000000000000000 is not from 2010 to 2099 in epoch milliseconds.",
            "The person's creation time 1795168800 is not from 2010 to 2099 in epoch milliseconds.",
            "A recording cannot have the id '../etc/passwd': an id must not contain '/', '\\', '..' or control characters.",
            "A recording cannot have the id '': an id must not be empty.",
            "A recording cannot have the id 'session.1': the API has no route to an id with a dot.",
        ]
    )


def test_an_id_of_another_environment_is_refused(db: sqlite3.Connection):
    accounts.add_key(db, NewKey("other@b.example", environment=2, scopes=("*",)), to_ms(NOW))
    put(db, SESSION, team_id=2)
    assert refused(db, SESSION) == snapshot("Recording 'session-1' is already stored, in environment 2.")
