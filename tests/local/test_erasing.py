"""Deleting recordings while others write: what is gone at once, and what is removed step by step."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
from inline_snapshot import snapshot

from replay_mcp.cli.local_store import open_local
from replay_mcp.client.in_process import InProcessTransport
from replay_mcp.local.store.clock import now_ms, to_ms
from replay_mcp.local.store.database import Store, writing
from replay_mcp.local.store.erasure import erase_marked, mark_for_erasure
from replay_mcp.local.store.retention import sweep
from tests.cli.test_local_intake import local_server
from tests.conftest import BASE_URL, Local
from tests.local.answers import RECORDINGS
from tests.recording.rrweb import click, console, fetched, lines, meta
from tests.seeding import DAY_MS, NOW, add_event, add_recording, ago, record

pytestmark = pytest.mark.anyio
DATA = "recording_block", "recording_url", "console_log", "failed_request", "session_summary", "external_reference"
SECRET = "shown once, then shredded"
MIB = 1024 * 1024


@pytest.fixture
def db(store: Store) -> Iterator[sqlite3.Connection]:
    """A second connection, beside the one that deletes."""
    with store.connection() as db:
        yield db


def add_blocks(db: sqlite3.Connection, session_id: str, count: int, size: int) -> None:
    db.executemany(
        "INSERT INTO recording_block (session_id, start_time, end_time, data) VALUES (?, ?, ?, randomblob(?))",
        [(session_id, at, at, size) for at in range(count)],
    )


def visit(db: sqlite3.Connection, session_id: str, **columns: Any) -> None:
    """A recording with a row in every table that holds recorded data."""
    raws = (
        meta(0, f"https://shop.example/{SECRET}"),
        click(1),
        console(2, "error", SECRET),
        fetched(3, "https://a.example/", 500),
    )
    record(db, session_id, lines(*raws), **columns)
    add_event(db, session_id, "paid")
    db.execute(
        "INSERT INTO session_summary (team_id, session_id, summary, created_at) VALUES (1, ?, '{}', 1)", (session_id,)
    )
    db.execute("INSERT INTO external_reference (session_id, reference) VALUES (?, '{}')", (session_id,))


def left(db: sqlite3.Connection, *tables: str) -> dict[str, int]:
    """The number of rows of each table."""
    return {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}


def gone(db: sqlite3.Connection) -> bool:
    return not any(left(db, *DATA, "recording_to_erase").values())


class Steps:
    """What a second connection sees when each write transaction of the first begins."""

    def __init__(self, store: Store, see: Callable[[], Any]) -> None:
        self.seen: list[Any] = []
        self._see = see
        with store.connection() as next_one:
            next_one.set_trace_callback(self._trace)

    def _trace(self, text: str) -> None:
        if text.startswith("BEGIN IMMEDIATE"):
            self.seen.append(self._see())


async def test_recordings_are_deleted_first_and_their_data_then_32_mib_at_a_time(
    store: Store, local: Local, db: sqlite3.Connection
):
    for session_id, count in (("s1", 5), ("s2", 1)):
        add_recording(db, session_id)
        add_blocks(db, session_id, count, 12 * MIB)
    query = "SELECT count(*) FROM recording WHERE deleted_at IS NULL"
    steps = Steps(store, lambda: (db.execute(query).fetchone()[0], left(db, "recording_block")["recording_block"]))
    answer = await local.http.post(f"{RECORDINGS}/bulk_delete", json={"session_recording_ids": ["s1", "s2", "s3"]})
    assert answer.json()["deleted_count"] == 2
    assert steps.seen[:4] == [(2, 6), (0, 6), (0, 3), (0, 0)]
    assert gone(db)


async def test_many_rows_of_one_recording_are_removed_in_batches(store: Store, local: Local, db: sqlite3.Connection):
    add_recording(db, "s1")
    text = "x" * 1_000
    db.executemany(
        "INSERT INTO console_log (session_id, timestamp, level, message) VALUES ('s1', ?, 'error', ?)",
        [(at, f"{text} {at}") for at in range(500)],
    )
    steps = Steps(store, lambda: left(db, "console_log")["console_log"])
    assert (await local.http.delete(f"{RECORDINGS}/s1")).status_code == 204
    rows = [count for count in dict.fromkeys(steps.seen) if count]
    assert (rows[0], len(rows)) == (500, 2)
    assert gone(db)
    assert left(db, "recorded_text", "session_text") == {"recorded_text": 0, "session_text": 0}


async def test_a_reader_gets_no_more_of_a_recording_while_its_data_is_removed(local: Local, db: sqlite3.Connection):
    record(db, "s1", lines(click(0), click(31_000), click(62_000)))
    query = {"source": "blob_v2", "start_blob_key": 0, "end_blob_key": 2}
    transport = InProcessTransport(local.app)
    async with httpx2.AsyncClient(transport=transport, base_url=BASE_URL, headers=local.http.headers) as http:

        async def read() -> None:
            async with http.stream("GET", f"{RECORDINGS}/s1/snapshots", params=query) as response:
                async for _ in response.aiter_raw():
                    db.execute("UPDATE recording SET deleted_at = 1")

        with pytest.raises(httpx2.RemoteProtocolError):
            await read()
    assert left(db, "recording_block") == {"recording_block": 3}


async def test_an_interrupted_deletion_is_completed_when_it_is_requested_again(local: Local, db: sqlite3.Connection):
    for session_id in ("s1", "s2"):
        visit(db, session_id, deleted_at=1)
    mark_for_erasure(db, ["s1", "s2"])
    assert (await local.http.delete(f"{RECORDINGS}/s1")).status_code == 204
    assert left(db, "console_log", "recording_to_erase") == {"console_log": 1, "recording_to_erase": 1}
    again = await local.http.post(f"{RECORDINGS}/bulk_delete", json={"session_recording_ids": ["s2"]})
    assert (again.json()["deleted_count"], gone(db)) == (0, True)


@pytest.mark.parametrize("how", ["sweep", "open"])
def test_an_interrupted_deletion_is_completed_later(store: Store, db: sqlite3.Connection, how: str):
    visit(db, "s1", deleted_at=1)
    visit(db, "kept")
    mark_for_erasure(db, ["s1"])
    if how == "sweep":
        assert sweep(db, to_ms(NOW)) == 0
    else:
        with open_local(store.path):
            pass
    assert left(db, *DATA, "recording", "event", "recording_to_erase") == snapshot(
        {
            "recording_block": 1,
            "recording_url": 1,
            "console_log": 1,
            "failed_request": 1,
            "session_summary": 1,
            "external_reference": 1,
            "recording": 2,
            "event": 2,
            "recording_to_erase": 0,
        }
    )


def test_a_recording_that_was_stored_again_keeps_its_data(store: Store, db: sqlite3.Connection):
    """Its tombstone had expired, and the mark goes with it."""
    add_recording(db, "s1", start_time=ago(days=40), deleted_at=1)
    mark_for_erasure(db, ["s1"])
    assert sweep(db, to_ms(NOW)) == 1
    assert left(db, "recording", "recording_to_erase") == {"recording": 0, "recording_to_erase": 0}
    visit(db, "s1")
    erase_marked(db)
    assert left(db, "recording_block")["recording_block"] == 1


def test_a_recording_stored_again_while_the_old_one_is_removed_keeps_its_data(store: Store, db: sqlite3.Connection):
    add_recording(db, "s1", start_time=ago(days=40))
    add_blocks(db, "s1", 4, 12 * MIB)
    renewed: list[None] = []

    def renew() -> None:  # as an import does
        if not renewed and left(db, "recording_block")["recording_block"] == 1:
            renewed.append(None)
            visit(db, "s1")

    Steps(store, renew)
    with store.connection() as sweeping:
        sweep(sweeping, to_ms(NOW))
    assert (renewed, left(db, "recording_block", "console_log")) == ([None], {"recording_block": 1, "console_log": 1})


def test_a_reader_that_needs_the_log_blocks_no_writer_and_the_log_is_emptied_later(
    store: Store, db: sqlite3.Connection
):
    visit(db, "s1")
    reader = sqlite3.connect(store.path, isolation_level=None)
    writer = sqlite3.connect(store.path, isolation_level=None, timeout=5)  # the default wait for a reader is longer
    with closing(reader), closing(writer):
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM recording").fetchone()
        db.execute("UPDATE recording SET deleted_at = 1, start_url = NULL")
        mark_for_erasure(db, ["s1"])
        with ThreadPoolExecutor() as pool:
            erased = pool.submit(_erase, store)
            while any(left(db, *DATA).values()):
                pass
            writer.execute("UPDATE team SET name = 'written'")
            erased.result()
        assert left(db, *DATA, "recording_to_erase") == dict.fromkeys(DATA, 0) | {"recording_to_erase": 1}
        reader.execute("ROLLBACK")
        erase_marked(db)
        assert left(db, "recording_to_erase") == {"recording_to_erase": 0}
        files = sorted(store.path.parent.glob("*sqlite*"))
        assert not any(SECRET.encode() in file.read_bytes() for file in files)


def _erase(store: Store) -> None:
    with store.connection() as db:
        erase_marked(db)


# ---- real processes -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_after_a_kill_deleted_recordings_stay_hidden_and_their_data_goes_at_the_next_start(
    tmp_path: Path,
):
    ids = [f"s{number}" for number in range(6)]
    with local_server(tmp_path) as server, closing(sqlite3.connect(tmp_path / "s.sqlite", isolation_level=None)) as db:
        db.row_factory = sqlite3.Row
        for session_id in ids:
            add_recording(db, session_id, start_time=now_ms() - 60_000, expiry_time=now_ms() + DAY_MS)
            add_blocks(db, session_id, 1, 20 * MIB)
        with httpx2.Client(headers={"Authorization": f"Bearer {server.key}"}, timeout=30) as http:

            def delete() -> None:
                url = f"{server.origin}{RECORDINGS}/bulk_delete"
                with suppress(httpx2.TransportError):
                    http.post(url, json={"session_recording_ids": ids})

            with ThreadPoolExecutor() as pool:
                deleting = pool.submit(delete)
                while left(db, "recording_block")["recording_block"] == len(ids):
                    pass
                server.process.kill()
                deleting.result()
        assert 0 < left(db, "recording_block")["recording_block"] < len(ids)
        assert db.execute("SELECT count(*) FROM recording WHERE deleted_at IS NULL").fetchone()[0] == 0
        with local_server(tmp_path) as again:
            headers = {"Authorization": f"Bearer {again.key}"}
            answer = httpx2.get(f"{again.origin}{RECORDINGS}/s0/snapshots", headers=headers)
            assert (answer.status_code, gone(db)) == (410, True)


@pytest.mark.slow
def test_others_write_while_a_server_removes_the_data_of_a_large_recording(tmp_path: Path):
    with local_server(tmp_path) as server, closing(sqlite3.connect(tmp_path / "s.sqlite", timeout=30)) as db:
        db.isolation_level = None
        db.row_factory = sqlite3.Row
        add_recording(db, "s1", start_time=now_ms() - 60_000, expiry_time=now_ms() + DAY_MS)
        add_blocks(db, "s1", 6, 20 * MIB)
        seen: set[int] = set()
        with httpx2.Client(headers={"Authorization": f"Bearer {server.key}"}, timeout=30) as http:
            with ThreadPoolExecutor() as pool:
                deleting = pool.submit(http.delete, f"{server.origin}{RECORDINGS}/s1")
                while not deleting.done():
                    with writing(db):
                        seen.add(left(db, "recording_block")["recording_block"])
            assert deleting.result().status_code == 204
        assert seen >= {6, 4, 2}
        assert gone(db)
