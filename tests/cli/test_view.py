"""`replay-mcp view`: a recording as one HTML file, which nothing overwrites by accident."""

import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from tests.commands import run
from tests.recording.rrweb import click, element, full, lines, meta, moves
from tests.seeding import checkout

ID = "01a21000-f890-776d-85fa-90cbed0bc0d4"


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A store with one recording."""
    path = tmp_path / f"{ID}.jsonl"
    path.write_bytes(b"\n".join(checkout()))
    store = str(tmp_path / "s.sqlite")
    assert run("import", str(path), "--local", store).returncode == 0
    return store


def viewed(directory: Path, *arguments: str) -> tuple[int, str, str]:
    ended = run("view", *arguments)
    return ended.returncode, _without_sizes(ended.stdout, directory), _without_sizes(ended.stderr, directory)


def _without_sizes(text: str, directory: Path) -> str:
    return re.sub(r"[\d,]+ bytes", "N bytes", text.replace(str(directory), "DIR"))


def data_of(page: str) -> dict[str, Any]:
    [data] = re.findall(r'<script type="application/json" id="report">(.*?)</script>', page)
    return json.loads(data)


def test_a_report_is_one_file_that_only_its_owner_reads(store: str, tmp_path: Path):
    path = tmp_path / "report.html"
    assert viewed(tmp_path, ID, "-o", str(path), "--local", store) == snapshot(
        (
            0,
            "The report of recording 01a21000-f890-776d-85fa-90cbed0bc0d4 is in DIR/report.html (N bytes). It needs no server and no network.\n",
            "",
        )
    )
    page = path.read_text(encoding="utf-8")
    report = data_of(page)
    assert (
        page.count("<script"),
        page.count("<link"),
        page.count(" src="),
        stat.S_IMODE(path.stat().st_mode),
    ) == snapshot((2, 0, 0, 384))
    assert re.findall(r"<title>.*</title>", page) == snapshot(
        ["<title>Recording 01a21000-f890-776d-85fa-90cbed0bc0d4</title>"]
    )
    assert re.findall(r"<noscript>.*</noscript>", page) == snapshot(
        [
            "<noscript>Outcome not shown. 71 s in 2 tabs: 3 page visits, 6 clicks, 1 field filled in. Problems: button &quot;Pay now&quot; failed (e4): shows &quot;Payment failed. Try again&quot; after 500 ms; followed by 500 POST https://shop.example/api/pay/9321?card=*** (e5), console error: Payment of [email] failed (e6); button &quot;Apply coupon&quot;, rage, dead (e8): no response in 2.5 s; 404 GET https://shop.example/api/faq (e16). The recording ends on shop.example/cart/help.</noscript>"
        ]
    )
    assert (report["link"], len(report["stills"]), report["left_out"], len(report["recording"]["rows"])) == snapshot(
        ("http://127.0.0.1:8123/project/1/replay/01a21000-f890-776d-85fa-90cbed0bc0d4", 6, 0, 20)
    )


def test_a_report_holds_nothing_that_was_typed_and_no_recorded_secret(store: str):
    for level in ("standard", "strict"):
        page = run("view", ID, "-o", "-", "--local", store, "--redact", level).stdout
        assert [secret for secret in ("4111", "ada@b.example") if secret in page] == []


def test_the_same_recording_gives_the_same_report(store: str, tmp_path: Path):
    path = tmp_path / "report.html"
    first = run("view", ID, "-o", "-", "--local", store).stdout
    assert viewed(tmp_path, ID, "-o", str(path), "--local", store)[0] == 0
    assert path.read_text(encoding="utf-8") == first


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1:8123/project/1/replay/{id}",
        "http://127.0.0.1:8123/project/1/replay/{id}?t=31.9",
        "https://us.posthog.com/project/1/replay/{id}?t=12#panel",
        "https://us.posthog.com/project/1/replay/home?sessionRecordingId={id}",
        " https://eu.posthog.com/project/1/replay/home/{id}/ ",
    ],
)
def test_a_link_that_plays_the_recording_stands_for_its_id(store: str, link: str):
    by_link = run("view", link.format(id=ID), "-o", "-", "--local", store)
    assert by_link.stdout == run("view", ID, "-o", "-", "--local", store).stdout


def test_a_file_is_not_overwritten_unless_forced(store: str, tmp_path: Path):
    path = tmp_path / "report.html"
    path.write_text("precious")
    assert viewed(tmp_path, ID, "-o", str(path), "--local", store) == snapshot(
        (
            1,
            "",
            """\
'DIR/report.html' exists.
Name another file, or overwrite it with --force.
""",
        )
    )
    assert path.read_text() == "precious"
    assert viewed(tmp_path, ID, "-o", str(path), "--local", store, "--force")[0] == 0
    assert path.read_text().startswith("<!doctype html>")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_failed_report_says_why_and_leaves_nothing_behind(store: str, tmp_path: Path):
    files = sorted(path.name for path in tmp_path.iterdir())
    out = str(tmp_path / "report.html")
    assert [
        viewed(tmp_path, "unknown", "-o", out, "--local", store),
        viewed(tmp_path, "https://us.posthog.com/project/1/replay/unknown", "-o", out, "--local", store),
        viewed(tmp_path, "", "-o", out, "--local", store),
        viewed(tmp_path, "a/../b", "-o", out, "--local", store),
        viewed(tmp_path, ID, "-o", str(tmp_path / "nowhere" / "report.html"), "--local", store),
        viewed(tmp_path, ID, "-o", str(tmp_path), "--local", store),
        viewed(tmp_path, ID, "-o", out, "--local", str(tmp_path / "no.sqlite")),
        viewed(tmp_path, ID, "-o", out),
    ] == snapshot(
        [
            (
                1,
                "",
                """\
There is no recording 'unknown'.
Check the id; an agent finds ids with session-recordings-list.
""",
            ),
            (
                1,
                "",
                """\
There is no recording 'unknown'.
Check the id; an agent finds ids with session-recordings-list.
""",
            ),
            (
                1,
                "",
                """\
There is no recording ''.
Check the id; an agent finds ids with session-recordings-list.
""",
            ),
            (
                1,
                "",
                """\
There is no recording 'a/../b'.
Check the id; an agent finds ids with session-recordings-list.
""",
            ),
            (
                1,
                "",
                """\
'DIR/nowhere/report.html' cannot be written: No such file or directory.
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
            (
                2,
                "",
                """\
No PostHog key: set POSTHOG_PERSONAL_API_KEY (or POSTHOG_PERSONAL_API_KEY_FILE) and POSTHOG_ENVIRONMENT_ID.
No account? Start with --local to use the local Replay API; add --demo to put demo recordings into it.
""",
            ),
        ]
    )
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("s.sqlite-")) == files


def test_a_recording_without_a_page_has_a_report_of_its_rows(tmp_path: Path):
    path, store = tmp_path / f"{ID}.jsonl", str(tmp_path / "s.sqlite")
    path.write_bytes(b"\n".join(lines(meta(0, "https://shop.example/"), click(1_000), *moves(4_000))))
    assert run("import", str(path), "--local", store).returncode == 0
    report = data_of(run("view", ID, "-o", "-", "--local", store).stdout)
    assert (len(report["recording"]["rows"]), report["stills"]) == (2, [])


def test_recorded_markup_is_text_of_the_report(tmp_path: Path):
    markup = "</script><script>alert(1)</script>"
    path, store = tmp_path / f"{ID}.jsonl", str(tmp_path / "s.sqlite")
    page = full(10, element(10, "button", markup), title=markup)
    path.write_bytes(b"\n".join(lines(meta(0, "https://shop.example/"), page, click(1_000, 10), *moves(4_000))))
    assert run("import", str(path), "--local", store).returncode == 0
    shown = run("view", ID, "-o", "-", "--local", store).stdout
    assert markup not in shown
    assert markup in data_of(shown)["recording"]["rows"][0]["effect"]
