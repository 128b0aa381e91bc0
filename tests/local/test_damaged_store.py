"""Damaged store files: each kind is reported when the store is opened or first read, or harms nothing; none is written."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any, Final
from urllib.parse import quote

import httpx2
import pytest
from inline_snapshot import snapshot

from replay_mcp.cli.local_store import open_local
from replay_mcp.errors import StoreError
from replay_mcp.local.app import LocalApi
from replay_mcp.local.store.clock import now_ms
from replay_mcp.local.store.database import Store
from replay_mcp.local.store.integrity import CHECKED_BYTES, check_whole_file
from tests.agent import Agent
from tests.answers import assert_message
from tests.commands import run
from tests.conftest import Local, http_client
from tests.hostile import SESSIONS
from tests.seeding import add_item, add_playlist

pytestmark = pytest.mark.anyio

PAGE: Final = 4096
MOMENT: Final = now_ms()
ENVIRONMENT: Final = "/api/environments/1"
API_KEY: Final = "phx_" + "k" * 40
CONSOLE = {"type": "log_entry", "key": "message", "operator": "icontains", "value": "failed"}
VISITED = {"type": "recording", "key": "visited_page", "operator": "icontains", "value": "checkout"}
REQUESTS: Final[list[tuple[Any, ...]]] = [
    ("GET", "/session_recordings/?date_from=-90d"),
    ("GET", "/session_recordings/?date_from=-90d&console_log_filters=" + quote(json.dumps([CONSOLE]))),
    ("GET", "/session_recordings/?date_from=-90d&properties=" + quote(json.dumps([VISITED]))),
    *(("GET", f"/session_recordings/{id}/") for id in SESSIONS),
    *(
        ("GET", f"/session_recordings/{id}/snapshots/?source=blob_v2&start_blob_key=0&end_blob_key=0")
        for id in SESSIONS
    ),
    ("GET", "/session_recording_playlists/"),
    ("GET", "/session_recording_playlists/aaaaaaaa/recordings/"),
]
DAMAGED: Final = 500, "store_damaged"
Damage = Callable[[Path], object]


def overwrite(path: Path, at: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data)


def root_page(path: Path, name: str) -> int:
    """Return the number of the first page of a table or index."""
    with sqlite3.connect(path) as db:
        page: int = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)).fetchone()[0]
    db.close()
    return page


def fill_page(name: str, data: bytes) -> Damage:
    return lambda path: overwrite(path, (root_page(path, name) - 1) * PAGE, data)


def run_sql(*statements: str) -> Damage:
    def run(path: Path) -> None:
        with sqlite3.connect(path, isolation_level=None) as db:
            for statement in statements:
                db.execute(statement)
        db.close()

    return run


def swap_pages(path: Path) -> None:
    first, second = (PAGE * (root_page(path, name) - 1) for name in ("recording", "recording_block"))
    data = path.read_bytes()
    overwrite(path, first, data[second : second + PAGE])
    overwrite(path, second, data[first : first + PAGE])


def truncate(size: Callable[[int], int]) -> Damage:
    def cut(path: Path) -> None:
        with path.open("r+b") as file:
            file.truncate(size(path.stat().st_size))

    return cut


def with_log(path: Path, change: Callable[[bytearray], object]) -> None:
    """Leave a write-ahead log beside the store, as a killed process does, after changing the log."""
    log = path.with_name(path.name + "-wal")
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("UPDATE team SET name = 'logged'")
    main, data = path.read_bytes(), bytearray(log.read_bytes())
    db.close()
    change(data)
    path.write_bytes(main)
    log.write_bytes(data)


def garbled_log(path: Path) -> None:
    with_log(path, lambda data: data.__setitem__(slice(100, 2_000), b"\xa5" * 1_900))


def emptied_with_its_log(path: Path) -> None:
    with_log(path, lambda data: None)
    path.write_bytes(b"")


def freelist(path: Path) -> None:
    run_sql("CREATE TABLE filler (data BLOB)", "INSERT INTO filler VALUES (zeroblob(100000))", "DROP TABLE filler")(
        path
    )
    overwrite(path, 32, (2**31 - 1).to_bytes(4, "big"))  # the header's first page of the list


def foreign(path: Path) -> None:
    path.unlink()
    run_sql("CREATE TABLE theirs (id INTEGER)")(path)


REPORTED_AT_OPEN: Final[dict[str, Damage]] = {
    "cut in half": truncate(lambda size: size // 2),
    "cut within its header": truncate(lambda _: 50),
    "cut by a page": truncate(lambda size: size - PAGE),
    "header overwritten": lambda path: overwrite(path, 0, b"\xa5" * 100),
    "page zeroed": fill_page("recording", bytes(PAGE)),
    "page garbled": fill_page("session_recording_playlist", b"\xa5" * PAGE),
    "two pages swapped": swap_pages,
    "page of an index garbled": fill_page("sqlite_autoindex_recording_1", b"\xa5" * PAGE),
    "list of free pages damaged": freelist,
    "empty, with its write-ahead log": emptied_with_its_log,
    "of a newer version": run_sql("PRAGMA user_version = 99"),
    "with a version it never had": run_sql("PRAGMA user_version = 1"),
    "a table dropped": run_sql("PRAGMA foreign_keys = OFF", "DROP TABLE recording_block"),
    "another application's id": run_sql("PRAGMA application_id = 7"),
    "another application's file": foreign,
    "a text file": lambda path: path.write_text("no database, but longer than a header of SQLite's" * 50),
    "a directory": lambda path: (path.unlink(), path.mkdir()),
}
DAMAGED_WHILE_OPEN: Final = (
    "cut in half",
    "cut by a page",
    "header overwritten",
    "page zeroed",
    "page garbled",
    "page of an index garbled",
)
"""Without swapped pages, which only the check of all pages finds."""
HARMLESS: Final[dict[str, Damage]] = {
    "empty: a new store": lambda path: path.write_bytes(b""),
    "index dropped: slower": run_sql("DROP INDEX recording_by_start"),
    "shared memory lost: made again": lambda path: with_log(path, lambda data: None),
    "write-ahead log garbled: ends with the last whole transaction": garbled_log,
    "read-only: its owner may write": lambda path: path.chmod(0o400),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store with the demo recordings and a playlist."""
    path = tmp_path_factory.mktemp("whole") / "replay.sqlite"
    with open_local(path, demo_recordings=True) as local, local.store.connection() as db:
        db.execute("UPDATE personal_api_key SET value = ?", (API_KEY,))
        add_item(db, add_playlist(db, "aaaaaaaa"), SESSIONS[0])
    return path


@pytest.fixture
def path(whole: Path, tmp_path: Path) -> Path:
    return copyfile(whole, tmp_path / "replay.sqlite")


def contents(folder: Path) -> dict[str, bytes]:
    """Return what the store's files contain, without the empty log and the shared memory that SQLite may leave."""
    files = [file for file in folder.iterdir() if file.is_file() and not file.name.endswith("-shm")]
    return {file.name: data for file in files if (data := file.read_bytes()) or not file.name.endswith("-wal")}


def messages(error: StoreError) -> str:
    return f"{error.why} {error.next}"


@pytest.mark.parametrize("kind", REPORTED_AT_OPEN)
def test_damage_is_reported_when_the_store_is_opened_and_nothing_is_written(path: Path, kind: str) -> None:
    REPORTED_AT_OPEN[kind](path)
    before = contents(path.parent)
    with pytest.raises(StoreError) as raised, open_local(path):
        pass
    assert contents(path.parent) == before
    assert str(path) in raised.value.why
    assert "--local" in raised.value.next
    assert_message(messages(raised.value))


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path) as store:
        yield store


async def ask(store: Store) -> list[tuple[int, Any]]:
    """Return the status and body of each response, read through new connections."""
    store.close()
    async with http_client(LocalApi(store, clock=lambda: MOMENT), API_KEY) as http:
        return [await answer(http, *request) for request in REQUESTS]


async def answer(http: httpx2.AsyncClient, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    response = await http.request(method, ENVIRONMENT + path, json=body)
    return response.status_code, response.json().get("code") if response.is_error else response.text


@pytest.mark.parametrize("kind", DAMAGED_WHILE_OPEN)
async def test_damage_to_an_open_store_is_reported_or_changes_no_answer(
    store: Store, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    expected = await ask(store)
    store.close()
    REPORTED_AT_OPEN[kind](store.path)
    found = await ask(store)
    assert all(now in {before, DAMAGED} for before, now in zip(expected, found, strict=True))
    assert DAMAGED in found
    assert not any(record.exc_info for record in caplog.records)


async def test_a_missing_column_is_reported_where_it_is_needed(store: Store) -> None:
    expected = await ask(store)
    run_sql("ALTER TABLE recording_block RENAME COLUMN data TO lost")(store.path)
    with open_local(store.path):
        found = await ask(store)
    assert all(now in {before, DAMAGED} for before, now in zip(expected, found, strict=True))
    assert DAMAGED in found


@pytest.mark.parametrize("kind", HARMLESS)
def test_other_damage_is_harmless(path: Path, kind: str) -> None:
    HARMLESS[kind](path)
    with open_local(path) as local, local.store.connection() as db:
        recordings = db.execute("SELECT count(*) FROM recording").fetchone()[0]
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert recordings == (0 if kind.startswith("empty") else len(SESSIONS))


async def test_the_response_about_a_damaged_store_says_what_to_do(store: Store) -> None:
    store.close()
    fill_page("recording", bytes(PAGE))(store.path)
    async with http_client(LocalApi(store), API_KEY) as http:
        response = await http.get(f"{ENVIRONMENT}/session_recordings/")
    assert (response.status_code, response.json()) == snapshot(
        (
            500,
            {
                "type": "server_error",
                "code": "store_damaged",
                "detail": "The store is damaged: SQLite cannot read part of it. Stop the server, and restore the file from a backup or import the recordings again into a new store.",
                "attr": None,
            },
        )
    )


async def test_a_tool_reports_that_the_store_is_damaged(local: Local, agent: Agent) -> None:
    local.store.close()
    fill_page("recording", bytes(PAGE))(local.store.path)
    assert await agent.fail("session-recordings-list") == snapshot(
        {
            "kind": "server_error",
            "what": "session-recordings-list failed",
            "why": "The local store is damaged, and a part of it cannot be read.",
            "next": "Ask the person who runs this server to stop it, run `replay-mcp doctor`, and restore the store from a backup.",
        }
    )


def test_all_pages_of_a_file_too_large_to_check_at_open_are_checked_on_request(path: Path) -> None:
    run_sql("CREATE TABLE filler (data BLOB)", f"INSERT INTO filler VALUES (zeroblob({CHECKED_BYTES}))")(path)
    REPORTED_AT_OPEN["page zeroed"](path)
    Store.open(path).close()
    with pytest.raises(StoreError):
        check_whole_file(path)


def test_commands_report_damage_and_what_to_do(path: Path) -> None:
    REPORTED_AT_OPEN["page zeroed"](path)
    for command in (
        ["doctor"],
        ["local", "keys"],
        ["import", str(path.parent / "x.json")],
        ["export", SESSIONS[0], "-o", "-"],
    ):
        ended = run(*command, "--local", str(path))
        assert (ended.returncode, ended.stderr.replace(str(path), "PATH")) == snapshot(
            (
                2,
                """\
The local store 'PATH' cannot be used: its pages are damaged.
Restore it from a backup, or name another file with --local PATH and import the recordings again.
""",
            )
        )
