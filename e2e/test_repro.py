"""The test that `replay-mcp repro` writes fails on the demo shop where the recording failed, and passes once it is fixed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from tests.recording.repro.test_hostile_text import HOSTILE, endings, spec_with
from tests.servers import clean_environment

pytestmark = pytest.mark.timeout(240)

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
CHECKOUT = "01a21000-f890-776d-85fa-90cbed0bc0d4"
DEAD_BUTTON = "01a21001-a9d2-7327-87ad-20382be5aaec"
BROKEN, FIXED = "1.9", "1.8"
"""Releases of the shop: card payments of $100 or more fail since 1.9."""


@contextmanager
def demo_shop() -> Generator[str]:
    """The origin of the demo shop, which runs during the block."""
    command = ["node", str(HERE / "shop.mjs")]
    environment = os.environ | {"NODE_PATH": str(MODULES)}  # the shop serves the posthog-js in it
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as shop:
        assert shop.stdout is not None
        try:
            yield json.loads(shop.stdout.readline())["origin"]
        finally:
            shop.kill()


@pytest.fixture(scope="module")
def shop() -> Generator[str]:
    with demo_shop() as origin:
        yield origin


def write_spec(directory: Path, *arguments: str) -> Path:
    """Write a test from a demo recording with the command."""
    spec = directory / "problem.spec.ts"
    options = ("--local", str(directory / "store.sqlite"), "--demo", "-o", str(spec))
    command = [sys.executable, "-m", "replay_mcp", "repro", *arguments, *options]
    subprocess.run(command, cwd=HERE.parent, env=clean_environment(), check=True, timeout=60, capture_output=True)
    return spec


def playwright(directory: Path, *arguments: str, **environment: str) -> dict[str, Any]:
    """Run Playwright on the tests of a directory; return its report."""
    if not (directory / "node_modules").exists():
        (directory / "node_modules").symlink_to(MODULES)
    config = {
        "timeout": 60_000,
        "expect": {"timeout": 15_000},
        "reporter": [["json"]],
        "use": {
            "actionTimeout": 15_000,
            "extraHTTPHeaders": {"x-release": environment.get("RELEASE", BROKEN)},
            "launchOptions": {"executablePath": shutil.which("chromium"), "args": ["--no-sandbox"]},
        },
    }
    (directory / "playwright.config.mjs").write_text(f"export default {json.dumps(config)}", encoding="utf-8")
    ended = subprocess.run(
        ["node", str(MODULES / "@playwright" / "test" / "cli.js"), "test", *arguments],
        cwd=directory,
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    report: dict[str, Any] = json.loads(ended.stdout)
    assert report["errors"] == [], report["errors"]
    return report


def titles(report: dict[str, Any]) -> list[str]:
    return [spec["title"] for suite in report["suites"] for spec in suite["specs"]]


def play(spec: Path, shop: str, release: str) -> tuple[str, str]:
    """Run a test on a release of the shop; return its status and the line at which it failed."""
    report = playwright(spec.parent, BASE_URL=shop, RELEASE=release)
    [[played]] = [suite["specs"] for suite in report["suites"]]
    results: list[dict[str, Any]] = [result for test in played["tests"] for result in test["results"]]
    [result] = results
    status: str = result["status"]
    if "error" not in result:
        return status, ""
    line: int = result["error"]["location"]["line"]
    return status, spec.read_text(encoding="utf-8").split("\n")[line - 1].strip()


@pytest.mark.slow
def test_the_failed_checkout_fails_at_the_payment_until_that_is_fixed(shop: str, tmp_path: Path) -> None:
    spec = write_spec(tmp_path, CHECKOUT, "--around", "e91")
    failed = play(spec, shop, BROKEN)
    assert failed == snapshot(
        ("failed", "expect((await answer).status(), 'POST /api/pay is answered without an error').toBeLessThan(400)")
    )
    assert failed[1] == spec.read_text(encoding="utf-8").split("\n")[-3].strip()  # the last line of the test
    assert play(spec, shop, FIXED) == ("passed", "")


@pytest.mark.slow
def test_a_button_that_does_nothing_fails_when_it_is_clicked(shop: str, tmp_path: Path) -> None:
    spec = write_spec(tmp_path, DEAD_BUTTON)
    assert play(spec, shop, BROKEN) == snapshot(
        (
            "failed",
            "await expect.poll(() => page.locator('body').ariaSnapshot().catch(() => 'another page'), { message: 'the page responds within 2.5 s', timeout: 2_500 }).not.toBe(before)",
        )
    )


def test_hostile_recordings_become_tests_that_are_parsed_as_written(tmp_path: Path) -> None:
    written: list[str] = []
    for number, text in enumerate(["".join(HOSTILE), *HOSTILE]):
        for kind, ending in enumerate(endings(text)):
            spec = spec_with(text, ending)
            (tmp_path / f"{number:02}-{kind}.spec.ts").write_text(spec, encoding="utf-8")
            written += [line for line in spec.split("\n") if line.startswith("test(")]
    assert len(titles(playwright(tmp_path, "--list"))) == len(written) == 6 * (len(HOSTILE) + 1)
