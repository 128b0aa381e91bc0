"""Chunks of recordings when something is wrong: the disk full, the store busy or damaged, the sender malicious."""

import gzip
import sqlite3
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import anyio
import httpx2
import orjson
import pytest
from inline_snapshot import snapshot

from replay_mcp.local.app import LocalApi
from replay_mcp.local.capture import messages
from replay_mcp.local.capture.app import CaptureApp
from replay_mcp.local.capture.assets import Assets
from replay_mcp.local.capture.intake import Intake, IntakeResult
from replay_mcp.local.capture.status import StatusPage
from replay_mcp.local.errors import ApiFailure
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import NewKey
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.database import Store
from replay_mcp.local.store.limits import Limits
from tests.agent import Agent
from tests.local.answers import PLAYLISTS, RECORDINGS, error
from tests.recording.rrweb import START, Raw, click, console, custom, element, full, line, meta, move, press
from tests.seeding import NOW, add_recording, message, record

pytestmark = pytest.mark.anyio
SNAPSHOTS = RECORDINGS + "/{}/snapshots"


@pytest.fixture
def db(store: Store) -> Iterator[sqlite3.Connection]:
    """A second connection, beside the one that stores."""
    with store.connection() as db:
        yield db


def token(store: Store, team_id: int = 1) -> str:
    with store.connection() as db:
        found = accounts.find_team(db, team_id)
        assert found is not None
        return found.api_token


def take(store: Store, body: Any, limits: Limits = Limits()) -> IntakeResult:  # noqa: B008 - it is frozen
    now = to_ms(NOW)
    return Intake(store, limits).take(messages.read(body, tokens=(), now=now), now)


def refused(store: Store, body: Any, limits: Limits = Limits()) -> tuple[int, str, str]:  # noqa: B008 - it is frozen
    """Status, code and detail of the answer; check that nothing changed."""
    with store.connection() as db:
        before = list(db.iterdump())
    with pytest.raises(ApiFailure) as caught:
        take(store, body, limits)
    with store.connection() as db:
        assert list(db.iterdump()) == before
    body = caught.value.body or {}
    return caught.value.status, body["code"], body["detail"]


def capture_app(store: Store) -> CaptureApp:
    nothing = Assets(None)
    origin = "http://replay.test"
    status = StatusPage(store, origin=origin, connect="", posthog_js=nothing, public=False)
    api = LocalApi(store, clock=lambda: to_ms(NOW))
    return CaptureApp(api, store, status=status, posthog_js=nothing, clock=lambda: to_ms(NOW))


@pytest.fixture
async def http(store: Store) -> AsyncIterator[httpx2.AsyncClient]:
    """The server that a page's recorder and an API client talk to."""
    with store.connection() as db:
        key = accounts.first_key(db).value
    transport = httpx2.ASGITransport(app=capture_app(store))
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx2.AsyncClient(transport=transport, base_url="http://replay.test", headers=headers) as http:
        yield http


async def post(http: httpx2.AsyncClient, body: Any) -> httpx2.Response:
    return await http.post("/s/", content=gzip.compress(orjson.dumps(body)))


def kept(db: sqlite3.Connection, session_id: str = "session-1") -> list[int]:
    """The times of stored events after the start."""
    query = "SELECT data FROM recording_block WHERE session_id = ? ORDER BY start_time, id"
    blocks = [gzip.decompress(row["data"]) for row in db.execute(query, (session_id,))]
    return [orjson.loads(text)[1]["timestamp"] - START for block in blocks for text in block.split(b"\n")]


async def test_a_full_disk_loses_nothing_and_intake_resumes_when_there_is_room(store: Store, http: httpx2.AsyncClient):
    project = token(store)
    bulky = [
        custom(at, "bulky", text=f"{at}" + "".join(f"{at * n * 7919 % 10**9}" for n in range(9_000)))
        for at in range(1, 4)
    ]
    assert (await post(http, message(project, "session-1", meta(0, "https://shop.example/")))).status_code == 200
    with store.connection() as db:  # one request at a time needs one connection
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages}")
        before = list(db.iterdump())
    failed = await post(http, message(project, "session-1", *bulky))
    assert error(failed) == snapshot(
        (
            507,
            "server_error",
            "no_room",
            "The disk is full or failing (database or disk is full): the store, or a temporary file for a query, could not be written. Stored data is safe. Free some disk space and try again; deleting recordings needs a little space, too.",
            None,
        )
    )
    with store.connection() as db:
        assert list(db.iterdump()) == before
        db.execute("PRAGMA max_page_count = 4294967294")
    assert (await post(http, message(project, "session-1", *bulky))).json() == {"status": 1}
    with store.connection() as db:
        assert kept(db) == [0, 1, 2, 3]
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


async def test_a_chunk_must_be_sent_again_while_another_process_holds_the_store(store: Store, http: httpx2.AsyncClient):
    body = message(token(store), "session-1", click(0))
    with store.connection() as db:
        db.execute("PRAGMA busy_timeout = 0")  # ten seconds by default
    other = sqlite3.connect(store.path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        busy = await post(http, body)
        assert (error(busy), busy.headers["retry-after"]) == snapshot(
            (
                (
                    503,
                    "server_error",
                    "busy",
                    "The store is locked: another process is writing to it. Try again in a moment.",
                    None,
                ),
                "1",
            )
        )
        other.execute("ROLLBACK")
        assert (await post(http, body)).json() == {"status": 1}
    finally:
        other.close()


async def test_an_api_change_must_be_retried_while_another_process_holds_the_store(
    store: Store, http: httpx2.AsyncClient
):
    playlist = {"name": "a", "type": "collection"}
    with store.connection() as db:
        db.execute("PRAGMA busy_timeout = 0")  # ten seconds by default
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        busy = await http.post(PLAYLISTS, json=playlist)
        assert (error(busy)[:3], busy.headers["retry-after"]) == ((503, "server_error", "busy"), "1")
        assert (await http.get(PLAYLISTS)).status_code == 200
        other.execute("ROLLBACK")
    assert (await http.post(PLAYLISTS, json=playlist)).status_code == 201


def test_a_store_at_its_size_limit_accepts_nothing_until_something_expires(store: Store):
    project = token(store)
    take(store, message(project, "session-1", *(custom(at, "x", text="x" * 5_000) for at in range(50))))
    small = Limits(store_bytes=100_000)
    assert refused(store, message(project, "session-1", click(1_000)), small) == snapshot(
        (
            507,
            "no_room",
            "The store has reached its limit of 100000 bytes (--max-store). Delete recordings, or start `replay-mcp local` with a higher limit.",
        )
    )
    with store.connection() as db:
        add_recording(db, "old", start_time=1, retention_period_days=1)
        for at in range(500):
            values = ("old", at, at, b"x" * 1_000)
            db.execute(
                "INSERT INTO recording_block (session_id, start_time, end_time, data) VALUES (?, ?, ?, ?)", values
            )
        size = db.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()[0]
    assert take(store, message(project, "session-1", click(1_000)), Limits(store_bytes=size)).stored == 1
    with store.connection() as db:
        assert db.execute("SELECT count(*) FROM recording WHERE session_id = 'old'").fetchone()[0] == 0


@pytest.mark.parametrize(
    "session_id",
    [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "a b",
        "a\nb",
        "a\x00b",
        "é",
        "x" * 71,
        "a'; DROP TABLE recording; --",
        "%2e%2e",
        "a.b",
    ],
)
def test_an_invalid_session_id_is_refused(store: Store, session_id: str):
    assert refused(store, message(token(store), session_id, click(0))) == (
        400,
        "invalid_input",
        "A snapshot's $session_id must have 1 to 70 letters, digits and hyphens.",
    )


@pytest.mark.parametrize("session_id", [None, 5, 1.5, True, ["session-1"], {"a": 1}])
def test_a_session_id_that_is_not_text_is_refused(store: Store, session_id: Any):
    (body,) = message(token(store), "session-1", click(0))
    body["properties"]["$session_id"] = session_id
    assert refused(store, [body])[:2] == (400, "invalid_input")


@pytest.mark.parametrize("session_id", ["-", "0", "x" * 70, "--", "constructor", "snapshots", "schema"])
async def test_every_valid_session_id_can_be_requested(http: httpx2.AsyncClient, store: Store, session_id: str):
    assert (await post(http, message(token(store), session_id, click(0)))).status_code == 200
    found = await http.get(f"{RECORDINGS}/{session_id}/")
    assert (found.status_code, found.json()["id"]) == (200, session_id)
    sources = (await http.get(SNAPSHOTS.format(session_id))).json()["sources"]
    assert [source["blob_key"] for source in sources] == ["0"]


def test_if_one_of_several_parts_cannot_be_stored_none_is(store: Store):
    with store.connection() as db:
        accounts.add_key(db, NewKey("other@b.example", environment=2, scopes=("*",)), to_ms(NOW))
    take(store, message(token(store, 2), "theirs", click(0)))
    ours = token(store)
    both = [*message(ours, "session-1", click(0)), *message(ours, "theirs", click(1))]
    assert refused(store, both) == snapshot(
        (400, "invalid_input", "The $session_id belongs to a recording of another environment.")
    )


def test_a_recording_at_its_event_limit_accepts_no_more(store: Store):
    project = token(store)
    few = Limits(session_events=3)
    take(store, message(project, "session-1", click(0), click(1)), few)
    assert refused(store, message(project, "session-1", click(2), click(3)), few) == snapshot(
        (413, "payload_too_large", "Recording 'session-1' would have 4 events; a recording has at most 3.")
    )
    assert take(store, message(project, "session-1", click(1), click(2)), few).stored == 1


def test_events_that_cannot_be_read_are_left_out_and_counted(store: Store, db: sqlite3.Connection):
    wrong: list[Any] = [
        None, 5, "x", [], {}, {"type": 3}, {"type": "3", "timestamp": START}, {"type": 3, "timestamp": 0},
        {"type": 3, "timestamp": 10**17}, {"type": 3, "timestamp": "now"}, {"type": True, "timestamp": START},
    ]  # fmt: skip
    assert take(store, message(token(store), "session-1", *wrong, click(5))) == IntakeResult(
        stored=1, broken=len(wrong)
    )
    assert kept(db) == [5]


def test_parts_of_one_session_in_one_request_are_put_together(store: Store, db: sqlite3.Connection):
    project = token(store)
    body = [
        *message(project, "session-1", click(2), click(1)),
        *message(project, "session-1", click(0), window="window-2"),
        *message(project, "session-1", click(1), click(3), distinct_id="anonymous"),
    ]
    assert take(store, body) == IntakeResult(stored=4)
    assert kept(db) == [0, 1, 2, 3]
    assert db.execute("SELECT distinct_id, click_count FROM recording").fetchone()[:] == ("maya", 4)


def chunks_of(tab: str, count: int, later: int) -> list[list[Raw]]:
    """A tab's chunks, one every two seconds."""
    first = [meta(later, f"https://shop.example/{tab}"), full(later, element(10, "button", "Go"), title=f"Shop {tab}")]
    said = [console(number * 2_000 + later + 200, "error", f"{tab} {number}") for number in range(count)]
    pressed = [press(number * 2_000 + later + 100, 10) for number in range(count)]
    return [[*(first if number == 0 else []), pressed[number], said[number]] for number in range(count)]


async def test_a_timeline_can_be_read_while_the_recording_grows(store: Store, agent: Agent):
    tabs = {"one": chunks_of("one", 30, 0), "two": chunks_of("two", 30, 700)}
    project = token(store)
    done: list[str] = []

    def send(tab: str) -> None:
        try:
            for chunk in tabs[tab]:
                take(store, message(project, "session-1", *chunk, window=tab))
        finally:
            done.append(tab)

    take(store, message(project, "session-1", *tabs["one"][0], window="one"))
    async with anyio.create_task_group() as sending:
        for tab in tabs:
            sending.start_soon(anyio.to_thread.run_sync, send, tab)
        while len(done) < len(tabs):
            timeline = await agent.call("session-recording-timeline", id="session-1", limit=200)
            assert timeline["rows"]
    timeline = await agent.call("session-recording-timeline", id="session-1", limit=200)
    with store.connection() as db:
        record(db, "whole", [line(raw, tab) for tab, chunks in tabs.items() for chunk in chunks for raw in chunk])
    at_once = await agent.call("session-recording-timeline", id="whole", limit=200)
    assert orjson.dumps(timeline["rows"]).replace(b"session-1", b"whole") == orjson.dumps(at_once["rows"])
    assert len(timeline["rows"]) > 20  # a page of the database


async def test_a_damaged_block_is_reported_and_readable_ones_are_served(store: Store, http: httpx2.AsyncClient):
    project = token(store)
    await post(http, message(project, "session-1", *(click(at) for at in range(0, 100_000, 20_000))))
    with store.connection() as db:
        db.execute("UPDATE recording_block SET data = substr(data, 1, 20) WHERE start_time = ?", (START,))
    for at in (5_000, 90_000, 200_000):
        assert (await post(http, message(project, "session-1", click(at)))).json() == {"status": 1}
    query = {"source": "blob_v2", "start_blob_key": 0, "end_blob_key": 4}
    served = await http.get(SNAPSHOTS.format("session-1"), params=query)
    times = [orjson.loads(text)[1]["timestamp"] - START for text in served.content.split(b"\n")]
    assert times == [5_000, 40_000, 60_000, 80_000, 90_000, 200_000]


def test_chunks_of_many_threads_at_once_are_all_stored(store: Store, db: sqlite3.Connection):
    project = token(store)
    intake = Intake(store, Limits())
    chunks = [
        message(project, f"session-{number % 3}", click(number * 500), move(number * 500)) for number in range(90)
    ]

    def send(which: int) -> int:
        mine = (messages.read(body, tokens=(), now=to_ms(NOW)) for body in chunks[which::4])
        return sum(intake.take(body, to_ms(NOW)).stored for body in mine)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(send, range(4))) == 180
    for which in range(3):
        assert kept(db, f"session-{which}") == [number * 500 for number in range(which, 90, 3) for _ in range(2)]
    counts = db.execute("SELECT event_count, click_count, mouse_activity_count FROM recording").fetchall()
    assert [tuple(row) for row in counts] == [(60, 30, 60)] * 3
