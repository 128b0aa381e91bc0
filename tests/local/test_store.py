import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from replay_mcp.errors import StoreError
from replay_mcp.local.store.database import Store, reading, writing
from replay_mcp.local.store.schema import APPLICATION_ID, MIGRATIONS
from replay_mcp.local.store.sqlite_errors import store_error

NOTES = "CREATE TABLE note (batch INTEGER NOT NULL, text TEXT NOT NULL) STRICT;"
BATCH = 10


def write_batch(db: sqlite3.Connection, batch: int) -> None:
    with writing(db):
        for number in range(BATCH):
            db.execute("INSERT INTO note VALUES (?, ?)", (batch, f"note {number} " + "x" * 2_000))


def counts(db: sqlite3.Connection) -> list[int]:
    """Rows of each batch."""
    return [row[0] for row in db.execute("SELECT count(*) FROM note GROUP BY batch ORDER BY batch")]


def refusal(path: Path, **options: tuple[str, ...]) -> str:
    with pytest.raises(StoreError) as caught:
        Store.open(path, **options).close()
    return f"{caught.value.why} {caught.value.next}".replace(str(path.parent), "DIR")


WRITER = """
import sys
from pathlib import Path
from replay_mcp.local.store.database import Store
from tests.local.test_store import NOTES, write_batch

with Store.open(Path(sys.argv[1]), migrations=(NOTES,)) as store, store.connection() as db:
    batch = 0
    while True:
        write_batch(db, batch)
        print(batch, flush=True)
        batch += 1
"""


def test_a_killed_writer_loses_nothing_it_committed_and_leaves_nothing_half_done(tmp_path: Path):
    path = tmp_path / "replay.sqlite"
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        committed = -1
        for reported in writer.stdout:
            committed = int(reported)
            if committed == 30:
                writer.kill()  # somewhere within a later batch
    assert committed >= 30
    with Store.open(path, migrations=(NOTES,)) as store, store.connection() as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        found = counts(db)
    assert len(found) > committed
    assert set(found) == {BATCH}


OPENER = """
import sys
from pathlib import Path
from replay_mcp.local.store.database import Store

print("ready", flush=True)
sys.stdin.readline()
with Store.open(Path(sys.argv[1])) as store, store.connection() as db:
    print(db.execute("PRAGMA user_version").fetchone()[0], flush=True)
"""


@pytest.mark.slow
def test_processes_that_open_a_fresh_store_at_once_all_find_it_whole(tmp_path: Path):
    path = str(tmp_path / "replay.sqlite")
    pipe = subprocess.PIPE
    openers = [
        subprocess.Popen([sys.executable, "-c", OPENER, path], stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        for _ in range(6)
    ]
    for opener in openers:
        assert opener.stdout is not None
        assert opener.stdout.readline() == "ready\n"
    outcomes = [opener.communicate("go\n") for opener in openers]
    assert outcomes == [(f"{len(MIGRATIONS)}\n", "")] * 6


def test_readers_see_whole_transactions_while_a_writer_writes(tmp_path: Path):
    with Store.open(tmp_path / "replay.sqlite", migrations=(NOTES,)) as store:
        stop = threading.Event()
        seen: list[tuple[list[int], list[int]]] = []

        def write() -> None:
            with store.connection() as db:
                for batch in range(100):
                    write_batch(db, batch)
                    if stop.is_set():
                        return

        def read() -> None:
            with store.connection() as db:
                for _ in range(20):
                    with reading(db):
                        seen.append((counts(db), counts(db)))

        writer, readers = threading.Thread(target=write), [threading.Thread(target=read) for _ in range(3)]
        for thread in (writer, *readers):
            thread.start()
        for thread in readers:
            thread.join()
        stop.set()
        writer.join()
    assert len(seen) == 60
    assert all(first == second and set(first) <= {BATCH} for first, second in seen)


def test_writers_take_turns(tmp_path: Path):
    with Store.open(tmp_path / "replay.sqlite", migrations=(NOTES,)) as store:

        def write(writer: int) -> None:
            with store.connection() as db:
                for batch in range(20):
                    write_batch(db, writer * 100 + batch)

        threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with store.connection() as db:
            assert counts(db) == [BATCH] * 80


def test_a_fresh_store_has_the_newest_version_and_is_private_to_its_owner(tmp_path: Path):
    path = tmp_path / "new" / "directory" / "replay.sqlite"
    with Store.open(path) as store, store.connection() as db:
        identity = db.execute("PRAGMA application_id").fetchone()[0], db.execute("PRAGMA user_version").fetchone()[0]
        assert identity == (APPLICATION_ID, len(MIGRATIONS))
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert {oct(file.stat().st_mode & 0o777) for file in path.parent.glob("*sqlite*")} == {"0o600"}


def test_an_older_store_is_migrated_and_keeps_its_rows(tmp_path: Path):
    path = tmp_path / "replay.sqlite"
    with Store.open(path, migrations=(NOTES,)) as store, store.connection() as db:
        db.execute("INSERT INTO note VALUES (1, 'kept')")
    newer = NOTES, "ALTER TABLE note ADD COLUMN author TEXT;\nUPDATE note SET author = 'unknown';"
    with Store.open(path, migrations=newer) as store, store.connection() as db:
        assert [tuple(row) for row in db.execute("SELECT * FROM note")] == [(1, "kept", "unknown")]
        assert db.execute("PRAGMA user_version").fetchone()[0] == 2
    with Store.open(path, migrations=newer):  # once is enough
        pass


def test_a_migration_that_fails_changes_nothing(tmp_path: Path):
    path = tmp_path / "replay.sqlite"
    Store.open(path, migrations=(NOTES,)).close()
    broken = NOTES, "CREATE TABLE another (id INTEGER) STRICT;\nCREATE TABLE note (id INTEGER);"
    assert refusal(path, migrations=broken) == snapshot(
        "The local store 'DIR/replay.sqlite' cannot be opened: table note already exists. Name another file with --local PATH, or move this one away."
    )
    with Store.open(path, migrations=(NOTES,)) as store, store.connection() as db:
        assert [row[0] for row in db.execute("SELECT name FROM sqlite_schema")] == ["note"]


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path):
    path = tmp_path / "replay.sqlite"
    with Store.open(path) as store, store.connection() as db:
        db.execute("PRAGMA user_version = 99")
    assert refusal(path) == snapshot(
        "The local store 'DIR/replay.sqlite' has version 99; this Replay MCP supports up to 6. Update replay-mcp, or name another file with --local PATH."
    )


def test_a_foreign_file_is_refused_and_left_unchanged(tmp_path: Path):
    foreign, numbered, text, folder = (
        tmp_path / name for name in ("foreign.sqlite", "numbered.sqlite", "text", "folder")
    )
    with sqlite3.connect(foreign) as db:
        db.execute("CREATE TABLE theirs (id INTEGER)")
    db.close()
    with sqlite3.connect(numbered) as db:
        db.execute("PRAGMA application_id = 7")
    db.close()
    text.write_text("no database, but longer than a header of SQLite's" * 50)
    folder.mkdir()
    before = foreign.read_bytes(), numbered.read_bytes(), text.read_bytes()
    assert [refusal(path) for path in (foreign, numbered, text, folder)] == snapshot(
        [
            "'DIR/foreign.sqlite' is another application's SQLite file. Name another file with --local PATH.",
            "'DIR/numbered.sqlite' is another application's SQLite file. Name another file with --local PATH.",
            "The local store 'DIR/text' cannot be used: it is not an SQLite file, or its beginning was overwritten. Restore it from a backup, or name another file with --local PATH and import the recordings again.",
            "The local store 'DIR/folder' cannot be opened: unable to open database file. Name another file with --local PATH, or move this one away.",
        ]
    )
    assert (foreign.read_bytes(), numbered.read_bytes(), text.read_bytes()) == before


def test_a_command_that_finds_the_store_locked_gives_advice(tmp_path: Path):
    with Store.open(tmp_path / "replay.sqlite") as store, store.connection() as db, writing(db):
        with (
            closing(sqlite3.connect(store.path, timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError) as caught,
        ):
            other.execute("BEGIN IMMEDIATE")
    error = store_error(Path("replay.sqlite"), caught.value)
    assert (error.why, error.next) == snapshot(
        (
            "The local store 'replay.sqlite' is locked: another process is writing to it.",
            "Run the command again in a moment.",
        )
    )


def test_a_write_that_raises_is_rolled_back_completely(tmp_path: Path):
    with Store.open(tmp_path / "replay.sqlite", migrations=(NOTES,)) as store, store.connection() as db:

        def fail() -> None:
            with writing(db):
                db.execute("INSERT INTO note VALUES (1, 'gone')")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert counts(db) == []


def test_a_connection_returned_in_the_middle_of_a_transaction_is_rolled_back(tmp_path: Path):
    with Store.open(tmp_path / "replay.sqlite", migrations=(NOTES,)) as store:
        with store.connection() as db:
            db.execute("BEGIN")
            db.execute("INSERT INTO note VALUES (1, 'gone')")
        with store.connection() as db:
            assert (db.in_transaction, counts(db)) == (False, [])
