"""A full disk: what the API, the recorder and the commands report, and that nothing is lost.

The limit on the size of files (`RLIMIT_FSIZE`) simulates it for one process, at any byte.
"""

import gzip
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import httpx2
import orjson
import pytest
from inline_snapshot import snapshot

from replay_mcp.local.store.clock import now_ms
from replay_mcp.local.store.database import Store
from replay_mcp.local.store.schema import MIGRATIONS
from tests.cli.test_local_intake import Server, local_server, shifted, stored_lines
from tests.local.answers import PLAYLISTS, RECORDINGS, error
from tests.recording.rrweb import click, custom, element, full, lines, meta, press
from tests.seeding import DAY_MS, add_recording, message
from tests.servers import clean_environment

pytestmark = pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits another process")

SUMMARIES = "/api/environments/1/session_summaries/create_session_summaries_individually"
UNLIMITED = resource.RLIM_INFINITY
ADVICE = "Stored data is safe. Free some disk space and try again; deleting recordings needs a little space, too."
DETAIL = f"The disk is full or failing (disk I/O error): the store, or a temporary file for a query, could not be written. {ADVICE}"
NO_ROOM = 507, "server_error", "no_room", DETAIL, None


@contextmanager
def full_disk(server: Server, *, room: int = 0) -> Generator[None]:
    """While the block runs, the server cannot write any file beyond `room` bytes."""
    limit = partial(resource.prlimit, server.process.pid, resource.RLIMIT_FSIZE)
    limit((room, UNLIMITED))
    try:
        yield
    finally:
        limit((UNLIMITED, UNLIMITED))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with local_server(tmp_path) as server:
        yield server


@pytest.fixture
def http(server: Server) -> Iterator[httpx2.Client]:
    headers = {"Authorization": f"Bearer {server.key}"}
    with httpx2.Client(base_url=server.origin, headers=headers, timeout=30) as http:
        yield http


def dump(directory: Path) -> list[str]:
    """The whole store, as another process sees it."""
    with sqlite3.connect(directory / "s.sqlite") as db:
        text = list(db.iterdump())
    db.close()
    return text


def visit() -> list[Any]:
    page = full(10, element(10, "button", "Pay"), title="Shop")
    return [shifted(raw) for raw in (meta(0, "https://shop.example/"), page, press(1_000, 10))]


def bulky(at: int = 5_000) -> list[Any]:
    return [shifted(custom(at, "bulky", text=Random(at).randbytes(400_000).hex()))]


def recorded(server: Server, http: httpx2.Client, *session_ids: str) -> None:
    for session_id in session_ids:
        assert server.send(http, message(server.token, session_id, *visit())).json() == {"status": 1}


@pytest.mark.slow
def test_api_changes_are_answered_507_change_nothing_and_work_again_when_there_is_room(
    tmp_path: Path, server: Server, http: httpx2.Client
):
    recorded(server, http, "s1", "s2", "s3")
    playlist = f"{PLAYLISTS}/{http.post(PLAYLISTS, json={'name': 'a', 'type': 'collection'}).json()['short_id']}"
    changes: list[tuple[str, str, Any]] = [
        ("POST", PLAYLISTS, {"name": "b", "type": "collection"}),
        ("PATCH", playlist, {"name": "c"}),
        ("POST", f"{playlist}/recordings/s1", None),
        ("POST", f"{playlist}/recordings/bulk_add", {"session_recording_ids": ["s1", "s2"]}),
        ("PATCH", f"{RECORDINGS}/s1", {"viewed": True}),
        ("PATCH", playlist, {"deleted": True}),
        ("DELETE", f"{RECORDINGS}/s1", None),
        ("POST", f"{RECORDINGS}/bulk_delete", {"session_recording_ids": ["s2", "s3"]}),
    ]
    before = dump(tmp_path)
    with full_disk(server):
        assert {error(http.request(method, path, json=body)) for method, path, body in changes} == {NO_ROOM}
        assert dump(tmp_path) == before
    answers = [http.request(method, path, json=body).status_code for method, path, body in changes]
    assert answers == [201, 200, 200, 200, 200, 200, 204, 200]
    assert http.get(RECORDINGS).json()["results"] == []


@pytest.mark.slow
def test_stored_recordings_can_be_read_and_summarised_meanwhile(server: Server, http: httpx2.Client):
    recorded(server, http, "s1")
    snapshots = {"source": "blob_v2", "start_blob_key": 0, "end_blob_key": 0}
    with full_disk(server):
        assert [recording["id"] for recording in http.get(RECORDINGS).json()["results"]] == ["s1"]
        assert len(http.get(f"{RECORDINGS}/s1/snapshots", params=snapshots).content.split(b"\n")) == 3
        assert http.get(PLAYLISTS).status_code == http.get("/").status_code == 200
        summary = http.post(SUMMARIES, json={"session_ids": ["s1"]}).json()["s1"]
    assert "error" not in summary
    assert http.post(SUMMARIES, json={"session_ids": ["s1"]}).json()["s1"] == summary


@pytest.mark.parametrize(
    "room", [pytest.param(0, id="at once"), pytest.param(100_000, id="in the middle", marks=pytest.mark.slow)]
)
def test_the_recorder_is_answered_507_and_loses_nothing(tmp_path: Path, server: Server, http: httpx2.Client, room: int):
    recorded(server, http, "s1")
    events = {"api_key": server.token, "batch": [{"event": "paid", "distinct_id": "maya", "$set": {"plan": "pro"}}]}
    before = dump(tmp_path)
    with full_disk(server, room=room):
        assert error(server.send(http, message(server.token, "s1", *bulky()))) == NO_ROOM
        if room == 0:
            assert error(http.post("/e/", json=events)) == NO_ROOM
        assert dump(tmp_path) == before
    assert server.send(http, message(server.token, "s1", *bulky())).json() == {"status": 1}
    assert http.post("/e/", json=events).json() == {"status": 1}
    db = sqlite3.connect(tmp_path / "s.sqlite")
    db.row_factory = sqlite3.Row
    assert (stored_lines(db, "s1").total(), db.execute("PRAGMA integrity_check").fetchone()[0]) == (4, "ok")
    db.close()


@pytest.mark.slow
def test_a_query_without_room_for_a_temporary_file_is_answered_507(tmp_path: Path, server: Server, http: httpx2.Client):
    with sqlite3.connect(tmp_path / "s.sqlite") as db:
        for number in range(15_000):
            add_recording(db, f"{number:06}-{'x' * 190}", start_time=now_ms() - number, expiry_time=now_ms() + DAY_MS)
        db.execute(
            "INSERT INTO event SELECT session_id, 1, session_id, 'maya', 'paid', start_time, '{}' FROM recording"
        )
    db.close()
    query = {"events": '[{"id": "paid"}]', "limit": 1}
    assert len(http.get(RECORDINGS, params=query).json()["results"]) == 1
    with full_disk(server):
        assert error(http.get(RECORDINGS, params=query)) == NO_ROOM
    assert len(http.get(RECORDINGS, params=query).json()["results"]) == 1


@pytest.mark.slow
def test_recordings_whose_data_cannot_be_removed_are_still_deleted_and_their_data_goes_later(
    tmp_path: Path, server: Server, http: httpx2.Client
):
    recorded(server, http, "s1")
    assert server.send(http, message(server.token, "s1", *bulky())).status_code == 200
    log = (tmp_path / "s.sqlite-wal").stat().st_size
    with full_disk(server, room=log + 200_000):  # for marking it as deleted, but not for overwriting its data
        status, _, code, detail, _ = error(http.delete(f"{RECORDINGS}/s1"))
        assert (status, code, detail) == snapshot(
            (
                507,
                "no_room",
                "The recordings are deleted, and no request shows them any more. The disk is full or failing, so their data is still on the disk. It is removed when you delete them again, when `replay-mcp local` removes expired recordings, or when the store is next opened.",
            )
        )
        assert http.get(f"{RECORDINGS}/s1").status_code == 404
        assert http.get(f"{RECORDINGS}/s1/snapshots").status_code == 410
        assert rows_of(tmp_path, "recording_block") > 0
    assert http.delete(f"{RECORDINGS}/s1").status_code == 204
    assert (rows_of(tmp_path, "recording_block"), rows_of(tmp_path, "recording_to_erase")) == (0, 0)


def rows_of(directory: Path, table: str) -> int:
    with sqlite3.connect(directory / "s.sqlite") as db:
        count = db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    db.close()
    return count


@pytest.mark.slow
def test_the_log_has_one_line_per_failure_and_no_traceback(tmp_path: Path):
    with local_server(tmp_path) as server, httpx2.Client(timeout=30) as http:
        http.headers["Authorization"] = f"Bearer {server.key}"
        recorded(server, http, "s1")
        with full_disk(server):
            http.post(f"{server.origin}{PLAYLISTS}", json={"name": "b", "type": "collection"})
            server.send(http, message(server.token, "s1", *bulky()))
            http.post(f"{server.origin}{SUMMARIES}", json={"session_ids": ["s1"]})
    lines = [orjson.loads(text) for text in (tmp_path / "log").read_text().splitlines()]
    warnings = [line for line in lines if line["level"] != "info"]
    assert [(line["level"], line["message"].replace(DETAIL, "DETAIL"), line.get("exception")) for line in warnings] == (
        snapshot(
            [
                (
                    "warning",
                    "POST /api/environments/1/session_recording_playlists was refused: {'type': 'server_error', 'code': 'no_room', 'detail': 'DETAIL', 'attr': None}",
                    None,
                ),
                (
                    "warning",
                    "/s/ was refused: {'type': 'server_error', 'code': 'no_room', 'detail': 'DETAIL', 'attr': None}",
                    None,
                ),
                ("warning", "The summary of s1 was not stored: disk I/O error", None),
            ]
        )
    )


# ---- commands -------------------------------------------------------------------------------------------------------


def unmeasured(environment: dict[str, str]) -> dict[str, str]:
    """The environment without coverage, which could not write its own files."""
    return {name: value for name, value in environment.items() if not name.startswith("COVERAGE_")}


def limited(room: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `replay-mcp ARGUMENTS`, which cannot write any file beyond `room` bytes."""
    return subprocess.run(
        [sys.executable, "-m", "replay_mcp", *arguments],
        env=unmeasured(clean_environment(PYTHONDONTWRITEBYTECODE="1")),
        capture_output=True,
        text=True,
        timeout=30,
        stdin=subprocess.DEVNULL,
        check=False,
        preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (room, UNLIMITED)),
    )


def ended(process: subprocess.CompletedProcess[str], path: Path) -> tuple[int, str, str]:
    return process.returncode, process.stdout, process.stderr.replace(str(path.parent), "DIR")


REFUSED = (
    2,
    "",
    "The local store 'DIR/s.sqlite' cannot be written: the disk is full or failing (disk I/O error). Stored data is safe.\n"
    "Free some disk space and run the command again, or name a file on another disk with --local PATH.\n",
)


@pytest.mark.parametrize(
    "room",
    [pytest.param(room, marks=pytest.mark.slow if room == 4_096 else pytest.mark.full) for room in (0, 4_096, 60_000)],
)
def test_a_store_that_cannot_be_created_gives_a_message_and_can_be_created_later(tmp_path: Path, room: int):
    path = tmp_path / "s.sqlite"
    assert ended(limited(room, "local", "keys", "--local", str(path)), path) == REFUSED
    made = limited(UNLIMITED, "local", "keys", "--local", str(path))
    assert (made.returncode, made.stderr, len(made.stdout.splitlines())) == (0, "", 2)


@pytest.mark.slow
def test_a_store_that_cannot_be_migrated_stays_as_it_was(tmp_path: Path):
    path = tmp_path / "s.sqlite"
    with Store.open(path, migrations=MIGRATIONS[:4]) as store, store.connection() as db:
        before = list(db.iterdump())
    assert ended(limited(8_192, "local", "keys", "--local", str(path)), path) == REFUSED
    with Store.open(path, migrations=MIGRATIONS[:4]) as store, store.connection() as db:
        assert list(db.iterdump()) == before
    assert limited(UNLIMITED, "local", "keys", "--local", str(path)).returncode == 0


@pytest.mark.slow
def test_demo_recordings_that_do_not_fit_give_a_message_and_none_is_stored(tmp_path: Path):
    path = tmp_path / "s.sqlite"
    Store.open(path).close()
    process = limited(path.stat().st_size + 100_000, "local", "keys", "--demo", "--local", str(path))
    assert process.returncode == 2
    process = limited(path.stat().st_size + 100_000, "serve", "--demo", "--local", str(path))
    assert ended(process, path) == REFUSED
    assert rows_of(tmp_path, "recording") == 0


@pytest.mark.slow
def test_a_key_that_cannot_be_stored_gives_a_message_and_does_not_exist(tmp_path: Path):
    path = tmp_path / "s.sqlite"
    known = limited(UNLIMITED, "local", "keys", "--local", str(path)).stdout
    add = ["local", "keys", "add", "--local", str(path), "--user", "a@b.example", "--environment", "2", "--scopes", "*"]
    assert ended(limited(0, *add), path) == REFUSED
    assert limited(UNLIMITED, "local", "keys", "--local", str(path)).stdout == known
    assert limited(UNLIMITED, *add).returncode == 0


@pytest.mark.slow
def test_an_import_stops_with_a_message_and_continues_later(tmp_path: Path):
    path, small, large = tmp_path / "s.sqlite", tmp_path / "1.jsonl", tmp_path / "2.jsonl.gz"
    Store.open(path).close()
    small.write_bytes(b"\n".join(lines(meta(0, "https://shop.example/"), click(5))))
    large.write_bytes(gzip.compress(b"\n".join(lines(*bulky()))))
    command = ["import", "--local", str(path), str(small), str(large)]
    process = limited(300_000, *command)
    assert (process.returncode, process.stdout.splitlines()[:3], process.stderr) == snapshot(
        (
            1,
            [
                "1 file: 1 new.",
                "The local store could not be written: disk I/O error.",
                "The same command again goes on from here.",
            ],
            "",
        )
    )
    assert rows_of(tmp_path, "recording") == 1
    assert limited(UNLIMITED, *command).stdout.splitlines()[0] == snapshot("2 files: 1 new, 1 there already.")
    assert rows_of(tmp_path, "recording") == 2
