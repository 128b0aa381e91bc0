"""Pictures by a real Chromium. Without one, only what is said about it is tested."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import anyio
import pytest
from inline_snapshot import snapshot

from replay_mcp.screenshots import ScreenshotFailed, available, close_browser, media_type, take_screenshot
from replay_mcp.screenshots.chromium import find_chromium

CHROMIUM = find_chromium()
needs_chromium = [
    pytest.mark.slow,
    pytest.mark.anyio,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
]
ends_with_chromium = [needs_chromium[0], needs_chromium[2]]
SECONDS = 60.0
ENDING_SECONDS = 10.0


def processes_below(parent: int) -> dict[int, str]:
    """State and name of the descendants of a process, by id."""
    parents: dict[int, tuple[int, str]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().partition("(")[2].rpartition(")")
        except OSError:
            continue
        fields = rest.split()
        parents[int(stat.parent.name)] = int(fields[1]), f"{fields[0]} {name}"
    found = {parent: ""}
    while more := {pid: shown for pid, (above, shown) in parents.items() if above in found and pid not in found}:
        found |= more
    del found[parent]
    return found


def remaining(pids: dict[int, str]) -> dict[int, str]:
    """The processes that still run, after some time to end."""
    return {pid: name for pid, name in pids.items() if not _ends(pid)}


def _ends(pid: int) -> bool:
    """Wait until a process ends; whether it did."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], ENDING_SECONDS)[0])
    finally:
        os.close(process)


def size_of(png: bytes) -> tuple[int, int]:
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def closing() -> AsyncGenerator[None]:
    yield
    await close_browser()


class TestAvailable:
    def test_what_is_missing_is_one_sentence(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        assert available() == snapshot(
            "Pictures need Chromium: install Debian's package chromium, or set REPLAY_MCP_CHROMIUM to its path."
        )

    def test_a_wrong_path_is_named(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("REPLAY_MCP_CHROMIUM", str(tmp_path / "none"))
        assert available() == snapshot("Pictures need Chromium: REPLAY_MCP_CHROMIUM is not the path of a program.")

    def test_the_first_program_on_the_path_counts(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        program = tmp_path / "google-chrome"
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        assert (find_chromium(), available()) == (str(program), "")

    def test_a_base_installation_says_what_it_needs(self) -> None:
        code = (
            "import sys; sys.modules['playwright'] = None; "
            "from replay_mcp.screenshots import available; print(available())"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == snapshot(
            "Pictures need Chromium and Playwright: pip install 'replay-mcp[screens]', and Debian's package chromium.\n"
        )


@pytest.mark.anyio
async def test_without_chromium_the_error_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ScreenshotFailed) as failed:
        await take_screenshot("<p>x", 100, 100, timeout=1)
    assert failed.value.why == available()


@pytest.mark.usefixtures("closing")
class TestPictures:
    pytestmark = needs_chromium

    async def test_a_picture_has_the_size_of_the_window(self) -> None:
        picture = await take_screenshot("<!DOCTYPE html><p>Hello", 640, 480, timeout=SECONDS)
        assert (media_type(picture), size_of(picture)) == ("image/png", (640, 480))

    async def test_sizes_are_bounded(self) -> None:
        assert size_of(await take_screenshot("x", 9_999, 9_999, timeout=SECONDS)) == (2_000, 2_000)
        assert size_of(await take_screenshot("x", 0, -1, timeout=SECONDS)) == (16, 16)

    async def test_scripts_do_not_run_and_nothing_is_loaded(self, closed_port: int) -> None:
        calm = await take_screenshot("<body style='background:white'>", 64, 64, timeout=SECONDS)
        wild = (
            "<body style='background:white'><script>document.body.style.background='red';for(;;){}</script>"
            f"<img src='http://127.0.0.1:{closed_port}/x' style='display:none'><iframe src='file:///etc/passwd' style='display:none'></iframe>"
        )
        assert await take_screenshot(wild, 64, 64, timeout=SECONDS) == calm

    async def test_shadow_trees_are_drawn(self) -> None:
        shadow = "<style>div{width:64px;height:64px}</style>"
        host = f"<body style='margin:0'><x-y><template shadowrootmode=open>{shadow}<div style='background:#00f'></div></template></x-y>"
        flat = "<body style='margin:0'><div style='background:#00f;width:64px;height:64px'></div>"
        assert await take_screenshot(host, 64, 64, timeout=SECONDS) == await take_screenshot(
            flat, 64, 64, timeout=SECONDS
        )

    async def test_a_picture_that_would_be_large_is_a_jpeg(self) -> None:
        layers = ",".join(
            f"repeating-conic-gradient(from {n}deg,#{n * 999 % 4096:03x}8,#{n * 777 % 4096:03x}8 {n / 97:.4f}deg)"
            for n in range(1, 12)
        )
        picture = await take_screenshot(
            f"<body style='height:2000px;background:{layers}'>", 2_000, 2_000, timeout=SECONDS
        )
        assert media_type(picture) == "image/jpeg"
        assert len(picture) <= 1_000_000

    async def test_a_page_that_is_too_large_is_refused(self) -> None:
        with pytest.raises(ScreenshotFailed, match="too large"):
            await take_screenshot("x" * 6_000_000, 64, 64, timeout=SECONDS)

    async def test_a_page_that_takes_too_long_ends_the_browser_and_the_next_one_is_drawn(self) -> None:
        await take_screenshot("x", 64, 64, timeout=SECONDS)
        before = processes_below(os.getpid())
        with pytest.raises(ScreenshotFailed, match="took too long"):
            await take_screenshot("y", 64, 64, timeout=0.01)
        assert remaining(before) == {}
        assert size_of(await take_screenshot("z", 64, 64, timeout=SECONDS)) == (64, 64)

    async def test_a_cancelled_picture_leaves_no_process(self) -> None:
        with anyio.move_on_after(0.4):
            await take_screenshot("<p>" * 50_000, 2_000, 2_000, timeout=SECONDS)
        await close_browser()
        assert remaining(processes_below(os.getpid())) == {}

    async def test_pictures_at_the_same_time_are_taken_in_turns(self) -> None:
        sizes: list[Any] = []

        async def take(side: int) -> None:
            sizes.append(size_of(await take_screenshot("x", side, side, timeout=SECONDS)))

        async with anyio.create_task_group() as group:
            for side in (100, 200, 300):
                group.start_soon(take, side)
        assert sorted(sizes) == [(100, 100), (200, 200), (300, 300)]
        drivers = [name for name in processes_below(os.getpid()).values() if "chromium" not in name]
        assert len(drivers) == 1

    async def test_closing_leaves_no_process(self) -> None:
        await take_screenshot("x", 64, 64, timeout=SECONDS)
        before = processes_below(os.getpid())
        await close_browser()
        assert before
        assert remaining(before) == {}


@pytest.mark.parametrize("ending", ["return", "os._exit(3)", "os.kill(os.getpid(), 9)", "os.kill(os.getpid(), 15)"])
class TestEndings:
    pytestmark = ends_with_chromium

    def test_however_the_process_ends_no_browser_is_left(self, ending: str) -> None:
        code = (
            "import anyio, os, sys\n"
            "from replay_mcp.screenshots import take_screenshot\n"
            "async def main():\n"
            f"    await take_screenshot('x', 64, 64, timeout={SECONDS})\n"
            "    print('taken', flush=True); sys.stdin.readline()\n"
            f"    {ending}\n"
            "anyio.run(main)"
        )
        command = [sys.executable, "-W", "ignore", "-c", code]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stdout.readline() == "taken\n"
            started = processes_below(process.pid)
            process.stdin.write("\n")
            process.stdin.flush()
            assert process.wait(timeout=30) in (0, 3, -signal.SIGKILL, -signal.SIGTERM)
        assert started
        assert remaining(started) == {}
