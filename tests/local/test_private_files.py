"""Who can read a store's files."""

import os
import stat
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from replay_mcp.errors import StoreError
from replay_mcp.local.store.blocks import Spool
from replay_mcp.local.store.database import Store, writing
from replay_mcp.recording.rrweb.events import EventReader
from tests.cli.test_local_intake import local_server
from tests.commands import run
from tests.local.test_store import NOTES, refusal
from tests.recording.rrweb import custom, line
from tests.servers import clean_environment, serving

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there are no such modes")

EVERYBODY = 0o666
OPEN_FILES = Path("/proc/self/fd")


def modes(directory: Path) -> dict[str, str]:
    """The modes of the store's files, by the end of their names."""
    found = sorted(directory.glob("*sqlite*"))
    return {file.name.partition("sqlite")[2]: oct(stat.S_IMODE(file.stat().st_mode)) for file in found}


PRIVATE = {"": "0o600", "-shm": "0o600", "-wal": "0o600"}


def open_to_everybody(directory: Path) -> None:
    for file in directory.glob("*sqlite*"):
        file.chmod(EVERYBODY)


@contextmanager
def no_umask() -> Generator[None]:
    """Let everybody read new files, unless a program sets their mode."""
    before = os.umask(0)
    try:
        yield
    finally:
        os.umask(before)


def open_files() -> dict[str, tuple[str, int]]:
    """The mode and the number of names of each file that this process holds open, by path."""
    found: dict[str, tuple[str, int]] = {}
    for file in OPEN_FILES.iterdir():
        with suppress(FileNotFoundError):  # the directory being listed
            status = file.stat()
            if stat.S_ISREG(status.st_mode):
                found[str(file.readlink())] = oct(stat.S_IMODE(status.st_mode)), status.st_nlink
    return found


def test_a_new_store_is_private_to_its_owner_under_any_umask(tmp_path: Path):
    with no_umask(), Store.open(tmp_path / "s.sqlite"):
        assert modes(tmp_path) == PRIVATE


def test_a_store_that_others_could_read_is_made_private_with_the_files_beside_it(tmp_path: Path):
    with no_umask(), Store.open(tmp_path / "s.sqlite") as first, first.connection():
        open_to_everybody(tmp_path)
        assert set(modes(tmp_path).values()) == {"0o666"}
        with Store.open(tmp_path / "s.sqlite"):
            assert modes(tmp_path) == PRIVATE


def test_files_that_sqlite_creates_later_have_the_mode_of_the_store(tmp_path: Path):
    Store.open(tmp_path / "s.sqlite").close()
    open_to_everybody(tmp_path)
    assert modes(tmp_path) == {"": "0o666"}  # the last one to close a store removes the others
    with no_umask():
        Store.open(tmp_path / "s.sqlite").close()
        with Store.open(tmp_path / "s.sqlite") as store, store.connection() as db, writing(db):
            assert modes(tmp_path) == PRIVATE


@pytest.mark.parametrize("exists", [True, False])
def test_the_target_of_a_link_is_checked_and_not_the_link(tmp_path: Path, exists: bool):
    real, linked = tmp_path / "real", tmp_path / "linked"
    real.mkdir()
    linked.mkdir()
    (linked / "s.sqlite").symlink_to(real / "s.sqlite")
    if exists:
        Store.open(real / "s.sqlite").close()
        open_to_everybody(real)
    with no_umask(), Store.open(linked / "s.sqlite"):
        assert modes(real) == PRIVATE
        assert [file.name for file in linked.iterdir()] == ["s.sqlite"]


def test_a_foreign_file_keeps_its_mode(tmp_path: Path):
    text, newer = tmp_path / "text.sqlite", tmp_path / "newer.sqlite"
    text.write_text("no database, but longer than a header of SQLite's" * 50)
    with Store.open(newer, migrations=(NOTES,)) as store, store.connection() as db:
        db.execute("PRAGMA user_version = 99")
    open_to_everybody(tmp_path)
    assert [refusal(path) for path in (text, newer)] == snapshot(
        [
            "The local store 'DIR/text.sqlite' cannot be used: it is not an SQLite file, or its beginning was overwritten. Restore it from a backup, or name another file with --local PATH and import the recordings again.",
            "The local store 'DIR/newer.sqlite' has version 99; this Replay MCP supports up to 6. Update replay-mcp, or name another file with --local PATH.",
        ]
    )
    assert {oct(stat.S_IMODE(path.stat().st_mode)) for path in (text, newer)} == {"0o666"}


def test_a_pipe_or_a_device_is_refused_and_keeps_its_mode(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    pipe.chmod(EVERYBODY)
    null = Path(os.devnull)
    before = pipe.stat().st_mode, null.stat().st_mode
    assert refusal(pipe) == snapshot("'DIR/pipe' is not a file. Name a file with --local PATH.")
    with pytest.raises(StoreError):
        Store.open(null)
    assert (pipe.stat().st_mode, null.stat().st_mode) == before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a file away")
def test_another_user_s_store_that_everybody_can_read_is_refused():
    nobody = 65_534
    with tempfile.TemporaryDirectory(dir="/tmp") as directory:
        store = Path(directory) / "s.sqlite"
        Path(directory).chmod(0o777)
        Store.open(store).close()
        store.chmod(EVERYBODY)
        os.seteuid(nobody)
        try:
            assert refusal(store) == snapshot(
                "Others can read 'DIR/s.sqlite' (mode 0666), which contains keys and recordings. It belongs to another user, so this process cannot change that. Let its owner run `chmod 600 DIR/s.sqlite`, or name another file with --local PATH."
            )
        finally:
            os.seteuid(0)
        assert oct(stat.S_IMODE(store.stat().st_mode)) == "0o666"


@pytest.mark.skipif(not OPEN_FILES.exists(), reason="this system does not show open files")
def test_the_temporary_file_of_an_incoming_recording_is_private_and_has_no_name():
    large = [line(custom(at, "large", text=f"{at}" * 200_000)) for at in range(10, 70)]
    with no_umask(), Spool() as spool:
        before = open_files()
        for event in EventReader(large):
            spool.add(event)
        assert [file for place, file in open_files().items() if place not in before] == [("0o600", 0)]


# ---- real processes -------------------------------------------------------------------------------------------------


def test_the_local_server_makes_its_store_private(tmp_path: Path):
    Store.open(tmp_path / "s.sqlite").close()
    open_to_everybody(tmp_path)
    with no_umask(), local_server(tmp_path):
        assert modes(tmp_path) == PRIVATE


@pytest.mark.slow
def test_an_mcp_server_makes_its_store_private(tmp_path: Path):
    Store.open(tmp_path / "s.sqlite").close()
    open_to_everybody(tmp_path)
    arguments = ["--transport", "http", "--port", "0", "--local", str(tmp_path / "s.sqlite")]
    with no_umask(), serving(["serve", *arguments], clean_environment(), tmp_path / "log"):
        assert modes(tmp_path) == PRIVATE


def test_a_store_that_is_not_a_file_ends_the_command_with_advice():
    ended = run("local", "keys", "--local", os.devnull)
    assert (ended.returncode, ended.stdout, ended.stderr) == (
        2,
        "",
        f"{os.devnull!r} is not a file.\nName a file with --local PATH.\n",
    )
