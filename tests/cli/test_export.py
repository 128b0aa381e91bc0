"""`replay-mcp export`: it writes one whole file or none, never overwrites one, and `import` reads it."""

import gzip
import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from replay_mcp.local.store.database import Store
from tests.commands import run
from tests.recording.rrweb import click, lines, meta
from tests.servers import clean_environment

ID = "01a21000-f890-776d-85fa-90cbed0bc0d4"


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A store with one recording."""
    path = tmp_path / f"{ID}.jsonl"
    path.write_bytes(b"\n".join(lines(meta(0, "https://shop.example/"), click(1_000))))
    store = str(tmp_path / "s.sqlite")
    assert run("import", str(path), "--local", store).returncode == 0
    return store


def exported(directory: Path, *arguments: str) -> tuple[int, str, str]:
    ended = run("export", *arguments)
    return ended.returncode, ended.stdout.replace(str(directory), "DIR"), ended.stderr.replace(str(directory), "DIR")


def test_a_recording_goes_to_a_file_and_from_there_into_another_store(store: str, tmp_path: Path):
    plain, packed = tmp_path / "out.jsonl", tmp_path / "out.jsonl.gz"
    assert exported(tmp_path, ID, "-o", str(plain), "--local", store) == snapshot(
        (
            0,
            "Recording 01a21000-f890-776d-85fa-90cbed0bc0d4 is in DIR/out.jsonl (458 bytes). `replay-mcp import DIR/out.jsonl` brings it in elsewhere.\n",
            "",
        )
    )
    assert exported(tmp_path, ID, "-o", str(packed), "--local", store)[0] == 0
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()
    assert run("export", ID, "-o", "-", "--local", store).stdout == plain.read_text()
    assert [json.loads(line)[0] for line in plain.read_text().splitlines()[1:]] == ["window-1", "window-1"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in (plain, packed)} == {0o600}
    other = str(tmp_path / "other.sqlite")
    assert run("import", str(packed), "--local", other).stdout.splitlines()[0] == "1 file: 1 new."
    assert run("export", ID, "-o", "-", "--local", other).stdout == plain.read_text()
    assert run("import", str(plain), "--local", other).stdout.splitlines()[0] == "1 file: 1 there already."


def test_a_file_is_not_overwritten_unless_forced(store: str, tmp_path: Path):
    path = tmp_path / "out.jsonl"
    path.write_text("precious")
    assert exported(tmp_path, ID, "-o", str(path), "--local", store) == snapshot(
        (
            1,
            "",
            """\
'DIR/out.jsonl' exists.
Name another file, or overwrite it with --force.
""",
        )
    )
    assert path.read_text() == "precious"
    assert exported(tmp_path, ID, "-o", str(path), "--local", store, "--force")[0] == 0
    assert path.read_text().startswith('{"replay_mcp_export":1,')
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_failed_export_says_why_and_leaves_nothing_behind(store: str, tmp_path: Path):
    files = sorted(path.name for path in tmp_path.iterdir())
    assert [
        exported(tmp_path, "unknown", "-o", str(tmp_path / "out.jsonl"), "--local", store),
        exported(tmp_path, ID, "-o", str(tmp_path / "nowhere" / "out.jsonl"), "--local", store),
        exported(tmp_path, ID, "-o", str(tmp_path), "--local", store),
        exported(tmp_path, ID, "-o", "-", "--local", str(tmp_path / "no.sqlite")),
    ] == snapshot(
        [
            (
                1,
                "",
                """\
There is no recording 'unknown' in the store.
Check the id, and the store with --local PATH.
""",
            ),
            (
                1,
                "",
                """\
'DIR/nowhere/out.jsonl' cannot be written: No such file or directory.
Name another file with -o FILE.
""",
            ),
            (
                1,
                "",
                """\
'DIR' exists.
Name another file, or overwrite it with --force.
""",
            ),
            (
                2,
                "",
                """\
There is no local store 'DIR/no.sqlite'.
Name the store's file with --local PATH.
""",
            ),
        ]
    )
    with Store.open(Path(store)) as opened, opened.connection() as db:
        db.execute("UPDATE recording_block SET data = substr(data, 1, 40)")
    assert exported(tmp_path, ID, "-o", str(tmp_path / "out.jsonl"), "--local", store) == snapshot(
        (
            1,
            "",
            """\
A block of the recording is truncated or too large.
Try again; if it keeps failing, run `replay-mcp doctor`.
""",
        )
    )
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("s.sqlite-")) == files


def test_a_reader_that_leaves_early_ends_the_export_quietly(store: str):
    command = [sys.executable, "-m", "replay_mcp", "export", ID, "-o", "-", "--local", store]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environment())
    assert process.stdout is not None
    process.stdout.close()
    _, stderr = process.communicate(timeout=30)
    assert (process.returncode, stderr) == (141, b"")
