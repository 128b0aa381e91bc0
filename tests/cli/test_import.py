"""`replay-mcp import`: it imports every readable file once, and names the others with the reason."""

import gzip
import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.local.store.database import Store
from replay_mcp.transfer.import_recording import ImportedRecording
from replay_mcp.transfer.report import Report
from tests.commands import run
from tests.recording.rrweb import START, click, element, full, lines, meta
from tests.servers import clean_environment, listening_port, serving

EVENTS = [meta(0, "https://shop.example/"), full(1, element(10, "button", "Pay")), click(2_000)]


def uuid(place: int) -> str:
    return f"01a21000-f890-776d-85fa-{place:012}"


def write(path: Path, content: Any = EVENTS) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def imported(directory: Path, *arguments: str | Path, **environment: str) -> tuple[int, list[str], list[str]]:
    """Exit code, stdout and stderr, with the directory as DIR."""
    store = directory / "s.sqlite"
    ended = run("import", "--local", str(store), *map(str, arguments), **environment)
    out, err = ended.stdout.replace(str(directory), "DIR"), ended.stderr.replace(str(directory), "DIR")
    return ended.returncode, out.splitlines(), err.splitlines()


def known(path: Path) -> list[tuple[Any, ...]]:
    with Store.open(path) as store, store.connection() as db:
        return [tuple(row) for row in db.execute("SELECT session_id, team_id, event_count FROM recording ORDER BY 1")]


def test_a_directory_with_files_of_every_form_is_imported_once(tmp_path: Path):
    files = tmp_path / "files"
    write(files / "a" / f"{uuid(1)}.json")
    write(files / "a" / f"{uuid(2)}.JSONL", b"\n".join(lines(*EVENTS)))
    write(files / "b" / f"{uuid(3)}.ndjson.gz", gzip.compress(b"\n".join(lines(*EVENTS))))
    write(files / "b" / "export.json", {"version": "1", "data": {"id": uuid(4), "person": {}, "snapshots": EVENTS}})
    write(files / "b" / "notes.txt", b"not looked at")
    (files / "b" / "loop").symlink_to(files)
    assert imported(tmp_path, files) == snapshot(
        (
            0,
            [
                "4 files: 4 new.",
                "",
                "They are in DIR/s.sqlite, environment 1, recorded 2026-11-20.",
                "Let an agent look: connect it to `replay-mcp --local DIR/s.sqlite` and ask, for example:",
                '  "What happened in recording 01a21000-f890-776d-85fa-000000000004?"',
                '  "Which recordings since 2026-11-20 have console errors, and why?"',
            ],
            [],
        )
    )
    assert known(tmp_path / "s.sqlite") == snapshot(
        [
            ("01a21000-f890-776d-85fa-000000000001", 1, 3),
            ("01a21000-f890-776d-85fa-000000000002", 1, 3),
            ("01a21000-f890-776d-85fa-000000000003", 1, 3),
            ("01a21000-f890-776d-85fa-000000000004", 1, 3),
        ]
    )
    assert imported(tmp_path, files, files / "a", f"{files}/b/*.json")[:2] == snapshot(
        (
            0,
            [
                "4 files: 4 there already.",
                "",
                "They are in DIR/s.sqlite, environment 1, recorded 2026-11-20.",
                "Let an agent look: connect it to `replay-mcp --local DIR/s.sqlite` and ask, for example:",
                '  "What happened in recording 01a21000-f890-776d-85fa-000000000004?"',
                '  "Which recordings since 2026-11-20 have console errors, and why?"',
            ],
        )
    )


def test_broken_files_are_named_with_their_reasons_and_the_rest_is_imported(tmp_path: Path):
    files = tmp_path / "files"
    write(files / "1-good.json")
    write(files / "2-empty.json", b"")
    write(files / "3-page.json", b"<!doctype html><title>Sign in</title>")
    write(files / "4-binary.json", bytes(range(256)))
    write(files / "5-other.json", {"results": []})
    write(files / "6-cut.json.gz", gzip.compress(json.dumps([*EVENTS, *EVENTS]).encode(), mtime=0)[:-20])
    write(files / "7-\x1b[31m\nred.json", b"[]")
    (files / "8-nowhere.json").symlink_to(files / "gone")
    (tmp_path / "nothing").mkdir()
    os.mkfifo(tmp_path / "pipe")
    arguments = (files, tmp_path / "nothing", tmp_path / "pipe", tmp_path / "missing.json", f"{tmp_path}/*.gz")
    assert imported(tmp_path, *arguments) == snapshot(
        (
            1,
            [
                "12 files: 2 new, 10 not imported.",
                "Not imported (10):",
                "  DIR/files/8-nowhere.json: it does not exist",
                "  DIR/nothing: the directory has no file to import (*.json, *.jsonl, *.ndjson, *.json.gz, *.jsonl.gz, *.ndjson.gz)",
                "  DIR/pipe: it is neither a file nor a directory",
                "  DIR/missing.json: it does not exist",
                "  DIR/*.gz: no file matches it",
                "  DIR/files/2-empty.json: There is no rrweb event in it, but nothing at all.",
                "  DIR/files/3-page.json: There is no rrweb event in it, but markup, such as a web page.",
                "  DIR/files/4-binary.json: There is no rrweb event in it, but 2 lines of something else.",
                "  DIR/files/5-other.json: There is no rrweb event in it, but a page of API results.",
                "  DIR/files/7-\\u001b[31m\\nred.json: There is no rrweb event in it, but an empty array or export.",
                "Imported, but not whole (1):",
                "  DIR/files/6-cut.json.gz: its compressed data is damaged or ends early",
                "",
                "They are in DIR/s.sqlite, environment 1, recorded 2026-11-20.",
                "Let an agent look: connect it to `replay-mcp --local DIR/s.sqlite` and ask, for example:",
                '  "What happened in recording a717ec01-edbd-5f0c-9c98-cf426b1f35cc?"',
                '  "Which recordings since 2026-11-20 have console errors, and why?"',
            ],
            [],
        )
    )


def test_notes_do_not_fail_the_import():
    report = Report("file")
    report.add("a.json", ImportedRecording("s", "new", START, notes=("its times count from 0",)))
    assert (report.code, report.text(Path("s.sqlite"), 1).splitlines()[:3]) == snapshot(
        (0, ["1 file: 1 new.", "Notes (1):", "  a.json: its times count from 0"])
    )


def test_a_long_list_of_broken_files_is_cut(tmp_path: Path):
    for place in range(25):
        write(tmp_path / "files" / f"{place:02}.json", b"")
    code, out, _ = imported(tmp_path, tmp_path / "files")
    assert (code, len(out), out[0], out[-1]) == snapshot((1, 23, "25 files: 25 not imported.", "  and 5 more"))


def test_an_unknown_environment_is_created(tmp_path: Path):
    path = write(tmp_path / f"{uuid(1)}.json")
    assert imported(tmp_path, path, "--environment", "7") == snapshot(
        (
            0,
            [
                "1 file: 1 new.",
                "",
                "They are in DIR/s.sqlite, environment 7, recorded 2026-11-20.",
                "Let an agent look: connect it to `replay-mcp --local DIR/s.sqlite --environment 7` and ask, for example:",
                '  "What happened in recording 01a21000-f890-776d-85fa-000000000001?"',
                '  "Which recordings since 2026-11-20 have console errors, and why?"',
            ],
            [],
        )
    )
    assert known(tmp_path / "s.sqlite") == [(uuid(1), 7, 3)]
    assert imported(tmp_path, path)[1][:3] == snapshot(
        [
            "1 file: 1 not imported.",
            "Not imported (1):",
            "  DIR/01a21000-f890-776d-85fa-000000000001.json: Recording '01a21000-f890-776d-85fa-000000000001' is already stored, in environment 7.",
        ]
    )


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (
            [],
            snapshot(
                [
                    "There is nothing to import.",
                    "Name files or directories (which are searched for *.json, *.jsonl, *.ndjson, *.json.gz, *.jsonl.gz, *.ndjson.gz), or use --from-posthog.",
                ]
            ),
        ),
        (
            ["a.json", "--environment", "0"],
            snapshot(
                ["0 is not an environment id.", "Environment ids are whole numbers from 1 to 999999999999999999."]
            ),
        ),
        (
            ["a.json", "--limit", "5"],
            snapshot(["--limit chooses recordings of PostHog.", "Leave it out, or add --from-posthog."]),
        ),
        (
            ["--from-posthog"],
            snapshot(
                [
                    "No PostHog key: set POSTHOG_PERSONAL_API_KEY (or POSTHOG_PERSONAL_API_KEY_FILE) and POSTHOG_ENVIRONMENT_ID.",
                    "Set them and run it again.",
                ]
            ),
        ),
        (
            ["--from-posthog", "id", "--date-from", "-7d"],
            snapshot(["Recordings are chosen by ids or by filters, not by both.", "Leave out one."]),
        ),
        (
            ["--from-posthog", "a/b"],
            snapshot(
                [
                    "An id is wrong: an id must not contain '/', '\\', '..' or control characters.",
                    "Ids stand in the addresses of recordings.",
                ]
            ),
        ),
        (
            ["--from-posthog", "--date-from", "yesterday"],
            snapshot(
                [
                    "--date-from is wrong: use a relative date such as '-24h' or '-7d', or ISO such as '2026-11-01'.",
                    "`replay-mcp import --help` shows the accepted forms.",
                ]
            ),
        ),
        (
            ["--from-posthog", "--limit", "0"],
            snapshot(
                [
                    "Usage: replay-mcp import [OPTIONS] [FILE]...",
                    "Try 'replay-mcp import --help' for help.",
                    "",
                    "Error: Invalid value for '--limit': 0 is not in the range 1<=x<=10000.",
                ]
            ),
        ),
        (
            ["--from-posthog", "--min-console-errors", "many"],
            snapshot(
                [
                    "Usage: replay-mcp import [OPTIONS] [FILE]...",
                    "Try 'replay-mcp import --help' for help.",
                    "",
                    "Error: Invalid value for '--min-console-errors': 'many' is not a valid number.",
                ]
            ),
        ),
    ],
)
def test_wrong_usage_is_answered_with_the_right_one(tmp_path: Path, arguments: list[str], lines: list[str]):
    assert imported(tmp_path, *arguments) == (2, [], lines)
    assert known(tmp_path / "s.sqlite") == []


def test_the_store_of_another_program_is_left_alone(tmp_path: Path):
    path = write(tmp_path / "a.json")
    write(tmp_path / "s.sqlite", b"something else, and long enough to be no SQLite file" * 100)
    assert imported(tmp_path, path) == snapshot(
        (
            2,
            [],
            [
                "The local store 'DIR/s.sqlite' cannot be used: it is not an SQLite file, or its beginning was overwritten.",
                "Restore it from a backup, or name another file with --local PATH and import the recordings again.",
            ],
        )
    )


def watched(*arguments: str, stop_at: bytes | None = None) -> tuple[int, str, bytes]:
    """Run an import with a terminal as stderr; interrupt it as soon as `stop_at` appears there."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "replay_mcp", *arguments],
        env=clean_environment(TERM="xterm", COLUMNS="120"),
        stdout=subprocess.PIPE,
        stderr=theirs,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
            if stop_at is not None and stop_at in shown:
                process.send_signal(signal.SIGINT)
                stop_at = None
    except OSError:  # the other end is closed
        pass
    finally:
        os.close(ours)
    out, _ = process.communicate(timeout=30)
    return process.returncode, out, shown


def test_a_terminal_shows_progress(tmp_path: Path):
    for place in range(20):
        write(tmp_path / "files" / f"{uuid(place)}.json")
    code, out, shown = watched("import", str(tmp_path / "files"), "--local", str(tmp_path / "s.sqlite"))
    last = shown.decode().replace("\x1b[?25h", "").split("\r")
    assert (code, out.splitlines()[0]) == (0, "20 files: 20 new.")
    assert [line.strip() for line in last if "100%" in line][-1] == snapshot(
        "\x1b[?25l20 files  [####################################]  100%  01a21000-f890-776d-85fa-000000000019.js…"
    )


@pytest.mark.slow
def test_an_interrupt_keeps_what_was_imported_and_says_so(tmp_path: Path):
    for place in range(400):
        write(tmp_path / "files" / f"{uuid(place)}.json")
    store = tmp_path / "s.sqlite"
    code, out, _ = watched("import", str(tmp_path / "files"), "--local", str(store), stop_at=b"5%")
    inside = len(known(store))
    counted = int(out.split()[0])
    assert code == 130
    assert out.splitlines()[:2] == [
        f"{counted} files: {counted} new. Interrupted: what is in stays in.",
        "The same command again goes on from here.",
    ]
    assert 0 < counted <= inside <= counted + 1 < 400  # one may be stored but not counted yet
    rest = imported(tmp_path, tmp_path / "files")[1][0]
    assert rest == f"400 files: {400 - inside} new, {inside} there already."


def test_recordings_copied_from_posthog_can_be_read_offline(tmp_path: Path):
    theirs = ("--local", str(tmp_path / "theirs.sqlite"))
    log = tmp_path / "log"
    with serving(["local", "--port", "0", *theirs, "--demo"], clean_environment(), log) as process:
        port = listening_port(log)
        assert process.stdout is not None
        process.stdout.readline()
        key = process.stdout.readline().split()[-1]
        posthog = {
            "POSTHOG_HOST": f"http://127.0.0.1:{port}",
            "POSTHOG_ENVIRONMENT_ID": "1",
            "POSTHOG_PERSONAL_API_KEY": key,
            "REPLAY_MCP_LOCAL": str(tmp_path / "ignored.sqlite"),
        }
        choice = ("--from-posthog", "--date-from", "-30d", "--min-console-errors", "1", "--limit", "3")
        first = imported(tmp_path, *choice, **posthog)
        again = imported(tmp_path, *choice, **posthog)
    offline = imported(tmp_path, "--from-posthog", "some-id", **posthog)
    assert (first[0], first[1][0], first[2], again[1][0]) == snapshot(
        (0, "3 recordings: 3 new.", [], "3 recordings: 3 there already.")
    )
    assert len(known(tmp_path / "s.sqlite")) == 3
    assert [line.replace(str(port), "PORT") for line in offline[1]] == snapshot(
        [
            "1 recording: 1 not imported.",
            "Not imported (1):",
            "  some-id: http://127.0.0.1:PORT could not be reached: the connection was refused.",
        ]
    )
