"""A stored recording is the same whether its events arrive in parts or all at once."""

import gzip
import itertools
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from replay_mcp.errors import RecordingFull, StoreError
from replay_mcp.local.app import LocalApi
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import NewKey, Team
from replay_mcp.local.store.append_events import Appended, append_events
from replay_mcp.local.store.block_activity import BlockActivity
from replay_mcp.local.store.block_edits import MAX_MERGED_BYTES
from replay_mcp.local.store.blocks import BLOCK_BYTES
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.database import Store, writing
from replay_mcp.local.store.ingest import RecordingData, Stored, store_recording
from replay_mcp.local.store.recording_rows import Origin
from replay_mcp.local.store.schema import MIGRATIONS
from replay_mcp.recording.rrweb.activity import Activity
from replay_mcp.recording.rrweb.events import EventReader
from tests.conftest import http_client
from tests.examples import examples
from tests.recording.rrweb import (
    START,
    Raw,
    click,
    console,
    custom,
    fetched,
    incremental,
    line,
    lines,
    meta,
    move,
    network,
    request,
    typed,
)
from tests.seeding import NOW

MODEST = examples(60)
BIG = BLOCK_BYTES * 2 // 5
TABLES = "recording_block", "recording_url", "console_log", "failed_request", "recording"


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """One store for all tests here, without the writes that make it survive a crash."""
    with Store.open(tmp_path_factory.mktemp("store") / "replay.sqlite") as store, store.connection() as db:
        accounts.ensure_first_account(db, to_ms(NOW))
        accounts.add_key(db, NewKey("other@b.example", environment=2, scopes=("*",)), to_ms(NOW))
        db.execute("PRAGMA synchronous = OFF")
        yield db


@pytest.fixture(autouse=True)
def empty(db: sqlite3.Connection) -> None:
    clear(db)


def clear(db: sqlite3.Connection) -> None:
    for table in TABLES:
        db.execute(f"DELETE FROM {table}")


def team(db: sqlite3.Connection, team_id: int = 1) -> Team:
    found = accounts.find_team(db, team_id)
    assert found is not None
    return found


def put(db: sqlite3.Connection, session_id: str, recorded: Sequence[bytes]) -> Stored:
    return store_recording(db, team(db), RecordingData(session_id, "maya", recorded), to_ms(NOW))


def add(db: sqlite3.Connection, session_id: str, recorded: Sequence[bytes], **options: Any) -> Appended:
    with writing(db):
        options = {"received_at": to_ms(NOW)} | options
        return append_events(db, team(db), Origin(session_id, "maya"), list(EventReader(recorded)), **options)


def stored_blocks(db: sqlite3.Connection, session_id: str) -> list[list[bytes]]:
    query = "SELECT data FROM recording_block WHERE session_id = ? ORDER BY start_time, id"
    return [gzip.decompress(row["data"]).split(b"\n") for row in db.execute(query, (session_id,))]


def times_by_block(db: sqlite3.Connection, session_id: str) -> list[list[int]]:
    """The times of each block's events after the start."""
    return [
        [event.timestamp - START for event in EventReader(block_lines)] for block_lines in stored_blocks(db, session_id)
    ]


def state(db: sqlite3.Connection, session_id: str, *, steady_start: bool = True) -> dict[str, Any]:
    """Everything visible of a recording that does not depend on when it was received.

    Of several URLs first seen at the same moment, any may be the start URL. Console lines and lines of one moment may
    be in any order.
    """
    row = dict(db.execute("SELECT * FROM recording WHERE session_id = ?", (session_id,)).fetchone())
    urls: dict[str, int] = dict(
        map(tuple, db.execute("SELECT url, first_seen FROM recording_url WHERE session_id = ?", (session_id,)))
    )
    first = min(urls.values(), default=None)
    query = "SELECT timestamp, level, message FROM console_log WHERE session_id = ?"
    failed = "SELECT host, status FROM failed_request WHERE session_id = ?"
    earliest = {url for url, seen in urls.items() if seen == first} or {None}
    assert row["start_url"] in earliest or not steady_start
    return {
        "row": {name: value for name, value in row.items() if name not in UNSTEADY},
        "urls": urls,
        "console": Counter(tuple(each) for each in db.execute(query, (session_id,))),
        "failed": {tuple(each) for each in db.execute(failed, (session_id,))},
        "lines": Counter(itertools.chain.from_iterable(stored_blocks(db, session_id))),
    }


UNSTEADY = "session_id", "start_url", "last_ingested_at", "change"


def check_blocks(db: sqlite3.Connection, session_id: str) -> None:
    """Check that blocks follow each other in time, are small, and state their times and activity correctly."""
    query = "SELECT * FROM recording_block WHERE session_id = ? ORDER BY start_time, id"
    activity = Activity()
    before = measured = 0
    for row in db.execute(query, (session_id,)).fetchall():
        events = list(EventReader(gzip.decompress(row["data"]).split(b"\n")))
        times = [event.timestamp for event in events]
        assert times == sorted(times)
        assert before < times[0]
        before = times[-1]
        assert (row["start_time"], row["end_time"]) == (times[0], times[-1])
        assert sum(len(event.line) for event in events if event.timestamp < times[-1]) <= MAX_MERGED_BYTES
        for event in events:
            activity.add(event)
        kept = BlockActivity.of_text(row["activity"])
        assert kept is not None
        measured += kept.ms
        assert measured == activity.milliseconds
        # An event appended here adds as much activity as it does in the whole recording.
        for later in (times[-1], times[-1] + 1, times[-1] + 5_001):
            whole, after = Activity(activity.state), Activity(kept.carry)
            (event,) = EventReader([line(move(later - START))])
            for each in (whole, after):
                each.add(event)
            assert whole.milliseconds - measured == after.milliseconds - Activity(kept.carry).milliseconds
    whole_ms = db.execute("SELECT active_ms FROM recording WHERE session_id = ?", (session_id,)).fetchone()[0]
    assert whole_ms == measured


def check(db: sqlite3.Connection, recorded: Sequence[bytes]) -> None:
    """Check that the recording "grown" equals "whole", which gets all lines at once."""
    put(db, "whole", recorded)
    assert state(db, "grown") == state(db, "whole")
    check_blocks(db, "whole")
    check_blocks(db, "grown")


LEVELS = "log", "info", "debug", "warn", "countReset", "error", "assert"
GAPS = 0, 0, 0, 1, 40, 999, 4_999, 5_000, 5_001, 12_000, 29_999, 30_000, 30_001


def happening(kind: int, at: int) -> Raw:
    """An event of one of several kinds."""
    which = kind // 12
    match kind % 12:
        case 0 | 1:
            return move(at)
        case 2:
            return click(at, which)
        case 3:
            return typed(at, which)
        case 4 | 5:
            return console(at, LEVELS[which % len(LEVELS)], f"said {which}")
        case 6:
            return network(
                at, request(at, f"https://api{which % 3}.example/a", 400 + which), request(at, "http://x/", 200)
            )
        case 7 | 8:
            return meta(at, f"https://shop.example/{which % 4}")
        case 9:
            return custom(at, "$pageview", href=f"https://shop.example/{which}")
        case 10:
            return incremental(at, 3, id=1, x=0, y=which)
        case _:
            return custom(at, "large", text="x" * (BIG * (1 + which % 2 * 2)))


@st.composite
def recordings(draw: st.DrawFn) -> list[bytes]:
    """Lines of several tabs in time order, all different."""
    recorded = draw(
        st.lists(
            st.tuples(st.sampled_from("abc"), st.integers(0, 12 * 7 - 1), st.sampled_from(GAPS)),
            min_size=1,
            max_size=30,
        )
    )
    times = itertools.accumulate(gap for _, _, gap in recorded)
    return list(
        dict.fromkeys(line(happening(kind, at), window) for (window, kind, _), at in zip(recorded, times, strict=True))
    )


@dataclass(frozen=True)
class Sending:
    """A recording in parts, and which of them `store_recording` stores."""

    parts: tuple[tuple[bytes, ...], ...]
    whole: tuple[bool, ...]


@st.composite
def sendings(draw: st.DrawFn) -> tuple[list[bytes], Sending]:
    recorded = draw(recordings())
    order = draw(st.sampled_from(["as recorded", "late by some", "backwards", "any"]))
    places = list(range(len(recorded)))
    if order == "any":
        places = draw(st.permutations(places))
    elif order == "backwards":
        places.reverse()
    elif order == "late by some":
        late = draw(st.sets(st.sampled_from(places)))
        places.sort(key=lambda place: place + 3.5 * (place in late))
    cuts = [0, *sorted(draw(st.lists(st.integers(0, len(recorded)), max_size=12))), len(recorded)]
    parts = [tuple(recorded[place] for place in places[start:end]) for start, end in itertools.pairwise(cuts)]
    parts = [part for part in parts if part]
    again = draw(st.lists(st.sampled_from(parts), max_size=4))
    for part in again:
        parts.insert(draw(st.integers(0, len(parts))), part)
    ways = st.booleans() if draw(st.booleans()) else st.just(value=False)
    return recorded, Sending(tuple(parts), tuple(draw(ways) for _ in parts))


@MODEST
@given(sendings())
def test_a_recording_is_the_same_in_whatever_parts_it_arrives(
    db: sqlite3.Connection, sent: tuple[list[bytes], Sending]
):
    clear(db)
    recorded, sending = sent
    known: set[bytes] = set()
    for part, whole in zip(sending.parts, sending.whole, strict=True):
        fresh, new = len(set(part) - known), not known
        known.update(part)
        if whole:
            stored = put(db, "grown", part)
            assert (stored.new, stored.events, stored.broken) == (new, fresh, 0)
        else:
            assert add(db, "grown", part) == Appended(new=new, fresh=fresh)
        check_blocks(db, "grown")
    check(db, recorded)


def large(at: int, name: str) -> bytes:
    """A line of 200 kB; the third one closes a block."""
    return line(custom(at, name, text="x" * 200_000))


def test_events_at_the_same_time_stay_together_and_are_recognised(db: sqlite3.Connection):
    recorded = [
        large(0, "a"),
        large(10, "b"),
        large(10, "c"),
        large(10, "d"),
        large(10, "e"),
        large(10, "f"),
        large(10, "g"),
    ]
    put(db, "grown", recorded)
    assert times_by_block(db, "grown") == snapshot([[0, 10, 10, 10, 10, 10, 10]])
    assert add(db, "grown", recorded) == Appended(new=False, fresh=0)
    assert add(db, "grown", [recorded[2], large(10, "h")]) == Appended(new=False, fresh=1)
    assert times_by_block(db, "grown") == snapshot([[0, 10, 10, 10, 10, 10, 10, 10]])
    check_blocks(db, "grown")
    check(db, [*recorded, large(10, "h")])


def test_a_chunk_that_is_sent_again_after_a_large_snapshot_is_recognised(db: sqlite3.Connection):
    add(db, "grown", [line(custom(-100, "first"))])
    chunk = [large(0, "a"), large(0, "b"), large(0, "c"), line(custom(0, "small")), line(custom(5, "later"))]
    assert add(db, "grown", chunk) == Appended(new=False, fresh=5)
    assert add(db, "grown", chunk) == Appended(new=False, fresh=0)
    check_blocks(db, "grown")


def test_known_urls_leave_room_for_others(db: sqlite3.Connection):
    add(db, "grown", lines(*(meta(number, f"https://x/{number}") for number in range(100, 599))))
    add(db, "grown", lines(meta(1, "https://x/100"), meta(2, "https://x/new"), meta(3, "https://x/one too many")))
    query = "SELECT count(*), sum(url = 'https://x/new'), min(first_seen) FROM recording_url"
    assert tuple(db.execute(query).fetchone()) == (500, 1, START + 1)


def test_activity_continues_across_blocks_with_others_inserted_between_them(db: sqlite3.Connection):
    recorded = lines(move(0), move(29_000), custom(33_000, "idle"), move(61_000), custom(65_000, "idle"), move(120_000))
    late = lines(move(33_500), custom(38_400, "idle"), click(64_000), custom(69_000, "idle"))
    add(db, "grown", recorded)
    assert db.execute("SELECT active_seconds FROM recording").fetchone()[0] == 8  # 1 ms, 4 s, 4 s, 1 ms
    add(db, "grown", late)
    assert db.execute("SELECT active_seconds FROM recording").fetchone()[0] == 17  # 1 ms, 9.4 s, 8 s, 1 ms
    check_blocks(db, "grown")
    check(db, [*recorded, *late])


def test_an_event_earlier_than_all_others_begins_the_recording(db: sqlite3.Connection):
    recorded = lines(meta(90_000, "https://shop.example/late"), *(move(at) for at in range(90_000, 180_000, 7_000)))
    early = lines(meta(-86_400_000, "https://shop.example/first"))
    add(db, "grown", recorded)
    add(db, "grown", early)
    row = db.execute("SELECT start_time, duration, start_url, expiry_time FROM recording").fetchone()
    assert (row["start_time"] - START, *tuple(row)[1:]) == snapshot(
        (-86400000, 86574, "https://shop.example/first", 1797638400000)
    )
    check(db, [*recorded, *early])


def test_the_same_event_of_two_tabs_is_two_events_and_sent_twice_is_one(db: sqlite3.Connection):
    same = [line(click(0), "a"), line(click(0), "b"), line(click(0), "a")]
    assert add(db, "grown", same) == Appended(new=True, fresh=2)
    assert add(db, "grown", same) == Appended(new=False, fresh=0)
    assert times_by_block(db, "grown") == [[0, 0]]


def test_a_part_without_new_events_changes_nothing(db: sqlite3.Connection):
    recorded = lines(meta(0, "https://shop.example/"), click(1_000), console(2_000, "error", "failed"))
    add(db, "grown", recorded)
    before = list(db.iterdump())
    assert add(db, "grown", recorded[:2], received_at=to_ms(NOW) + 60_000) == Appended(new=False, fresh=0)
    assert add(db, "grown", []) == Appended(new=False, fresh=0)
    assert list(db.iterdump()) == before


def test_an_empty_recording_is_not_created(db: sqlite3.Connection):
    assert add(db, "grown", []) == Appended(new=False, fresh=0)
    assert db.execute("SELECT count(*) FROM recording").fetchone()[0] == 0


def test_a_recording_counts_as_received_when_its_last_part_arrived(db: sqlite3.Connection):
    def received() -> int:
        return db.execute("SELECT last_ingested_at FROM recording").fetchone()[0] - to_ms(NOW)

    seen: list[int] = []
    for at, late in enumerate((0, 5_000, 3_000)):  # a clock may be set back
        add(db, "grown", lines(click(at)), received_at=to_ms(NOW) + late)
        seen.append(received())
    assert seen == [0, 5_000, 5_000]


def test_a_recording_accepts_no_more_events_than_its_limit(db: sqlite3.Connection):
    add(db, "grown", lines(click(0), click(1)), max_events=3)
    before = list(db.iterdump())
    with pytest.raises(RecordingFull) as caught:
        add(db, "grown", lines(click(1), click(2), click(3)), max_events=3)
    assert caught.value.why == snapshot("Recording 'grown' would have 4 events; a recording has at most 3.")
    assert list(db.iterdump()) == before
    assert add(db, "grown", lines(click(0), click(1), click(2)), max_events=3) == Appended(new=False, fresh=1)
    assert add(db, "grown", lines(click(0), click(1), click(2)), max_events=3) == Appended(new=False, fresh=0)


def test_events_of_a_deleted_recording_are_dropped(db: sqlite3.Connection):
    add(db, "grown", lines(click(0)))
    db.execute("UPDATE recording SET deleted_at = 1, deleted_by = 'maya@example.com'")
    before = list(db.iterdump())
    assert add(db, "grown", lines(click(1_000))) == Appended(new=False, fresh=0)
    assert list(db.iterdump()) == before


def test_events_for_a_recording_of_another_environment_are_refused(db: sqlite3.Connection):
    add(db, "grown", lines(click(0)))
    before = list(db.iterdump())
    with pytest.raises(StoreError) as caught, writing(db):
        append_events(
            db, team(db, 2), Origin("grown", "eve"), list(EventReader(lines(click(1)))), received_at=to_ms(NOW)
        )
    assert caught.value.why == snapshot("Recording 'grown' is already stored, in environment 1.")
    assert list(db.iterdump()) == before


def test_the_recorded_person_stays_the_first_one(db: sqlite3.Connection):
    add(db, "grown", lines(click(0)))
    with writing(db):
        other = Origin("grown", "eve", "mobile", "posthog-ios")
        append_events(db, team(db), other, list(EventReader(lines(click(1)))), received_at=to_ms(NOW))
    row = db.execute("SELECT distinct_id, snapshot_source, snapshot_library, click_count FROM recording").fetchone()
    assert tuple(row) == ("maya", "web", None, 2)


@pytest.mark.slow
def test_console_lines_urls_and_failures_are_bounded_over_all_parts(db: sqlite3.Connection):
    for part in range(3):
        failed = [fetched(part * 1_000 + at, f"https://api{part}-{at}.example/", 500) for at in range(450)]
        pages = [meta(part * 1_000 + at, f"https://shop.example/{part}/{at}") for at in range(250)]
        said = [console(part * 10_000 + at, "log", f"{part} {at}") for at in range(4_000)]
        add(db, "grown", lines(*failed, *pages, *said))
    tables = "recording_url", "failed_request", "console_log"
    kept = {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}
    assert kept == {"recording_url": 500, "failed_request": 1_000, "console_log": 10_000}
    assert db.execute("SELECT console_log_count, event_count FROM recording").fetchone()[:] == (12_000, 14_100)
    check_blocks(db, "grown")


def older_store(path: Path, recorded: Sequence[bytes]) -> dict[str, Any]:
    """Make a store of version 1 with this recording; return its row."""
    with Store.open(path.with_suffix(".new")) as newer, newer.connection() as db:
        accounts.ensure_first_account(db, to_ms(NOW))
        put(db, "grown", recorded)
        row = dict(db.execute("SELECT * FROM recording").fetchone())
        blocks = [
            tuple(each) for each in db.execute("SELECT start_time, end_time, data FROM recording_block ORDER BY id")
        ]
        urls = [each["url"] for each in db.execute("SELECT url FROM recording_url")]
        console = [tuple(each) for each in db.execute("SELECT timestamp, level, message FROM console_log")]
    del row["event_count"]
    del row["active_ms"]
    newer = {name: row.pop(name) for name in ("inactive_seconds", "change")}
    with Store.open(path, migrations=MIGRATIONS[:1]) as store, store.connection() as db:
        accounts.ensure_first_account(db, to_ms(NOW))
        marks = ", ".join(f":{name}" for name in row)
        db.execute(f"INSERT INTO recording ({', '.join(row)}) VALUES ({marks})", row)
        for key, block in enumerate(blocks):
            db.execute("INSERT INTO recording_block VALUES ('grown', ?, ?, ?, ?)", (key, *block))
        db.executemany("INSERT INTO recording_url VALUES ('grown', ?)", [(url,) for url in urls])
        insert = "INSERT INTO console_log (session_id, timestamp, level, message) VALUES ('grown', ?, ?, ?)"
        db.executemany(insert, console)
    return row | newer | {"change": 0, "active_ms": None}


OLDER = lines(
    meta(0, "https://shop.example/z"), move(100), console(2_000, "warn", "slow"), move(33_000), custom(37_500, "idle"),
    meta(61_000, "https://shop.example/a"), click(61_500), move(95_000),
)  # fmt: skip


@pytest.mark.anyio
async def test_a_recording_of_an_older_store_is_served_as_it_was(tmp_path: Path):
    row = older_store(tmp_path / "old.sqlite", OLDER)
    with Store.open(tmp_path / "old.sqlite") as store:
        with store.connection() as db:
            found = dict(db.execute("SELECT * FROM recording").fetchone())
            assert found == row | {"event_count": None}
            key = accounts.first_key(db).value
        async with http_client(LocalApi(store, clock=lambda: to_ms(NOW)), key) as http:
            path = "/api/environments/1/session_recordings/grown/snapshots"
            sources = (await http.get(path)).json()["sources"]
            query = {"source": "blob_v2", "start_blob_key": 0, "end_blob_key": 2}
            served = await http.get(path, params=query)
    assert [source["blob_key"] for source in sources] == ["0", "1", "2"]
    assert served.content.split(b"\n") == OLDER


@pytest.mark.parametrize(
    "late",
    [
        lines(console(96_000, "error", "failed"), custom(99_000, "idle")),
        lines(click(1_000_000)),
        lines(custom(34_000, "busy"), move(38_000), console(39_000, "log", "x")),
        lines(click(-5_000), click(50)),
    ],
    ids=["at the end", "much later", "in the middle", "at the start"],
)
def test_a_recording_of_an_older_store_grows_like_others(tmp_path: Path, late: list[bytes]):
    older_store(tmp_path / "old.sqlite", OLDER)
    with Store.open(tmp_path / "old.sqlite") as store, store.connection() as db:
        assert add(db, "grown", [*late, *OLDER[:3]]) == Appended(new=False, fresh=len(late))
        check_blocks(db, "grown")
        put(db, "whole", [*OLDER, *late])
        grown, whole = state(db, "grown", steady_start=False), state(db, "whole", steady_start=False)
        for each in (grown, whole):
            del each["row"]["event_count"]  # the events before it were never counted
            each["urls"] = set(each["urls"])  # nor were the times when URLs were first seen
        assert grown == whole


@pytest.mark.parametrize(
    "late", [lines(click(1_000_000)), lines(custom(34_000, "busy"), move(38_000)), lines(click(50))]
)
def test_a_recording_whose_blocks_were_measured_from_its_start_is_measured_again(
    db: sqlite3.Connection, late: list[bytes]
):
    """As version 4 stored it: each block has the measure of everything before it."""
    put(db, "grown", OLDER)
    db.execute("UPDATE recording SET active_ms = NULL")
    for row in db.execute("SELECT id, end_time FROM recording_block").fetchall():
        activity = orjson.dumps([1_000, row["end_time"] - 10, row["end_time"], row["end_time"]]).decode()
        db.execute("UPDATE recording_block SET activity = ? WHERE id = ?", (activity, row["id"]))
    add(db, "grown", late)
    check(db, [*OLDER, *late])
