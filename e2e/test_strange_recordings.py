"""Recordings that a stranger made to attack who looks at them, and very large ones, in the player and in a report."""

import sqlite3
import statistics
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Page, expect

from e2e.playing import Watched, add, busy, frame_text, link, opened, player, seconds, settled, watched
from tests.commands import run
from tests.hostile import TEXTS
from tests.recording.frames.attacks import EVIL, grouped
from tests.recording.rrweb import (
    Raw,
    added,
    console,
    custom,
    element,
    event,
    fetched,
    full,
    lines,
    meta,
    moves,
    press,
    typed,
)

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

LONGEST: Final = 20_000
"""Characters of texts; longer ones are cut off anyway."""
MARKUP: Final = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "</script><script>alert(1)</script>",
    "<!--<script>", "]]><script>alert(1)", "javascript:alert(1)", "${alert(1)}", "{{constructor.constructor('alert(1)')()}}",
    f"<link rel=stylesheet href={EVIL}>", f"<meta http-equiv=refresh content=0;url={EVIL}>", f"<a href={EVIL} target=_blank>x</a>",
    "\u202egnp.exe\u2066", "\u200b\u200d\ufeff\u2028\u2029", "&lt;script&gt;&#60;script&#62;", "__proto__", "constructor", "toString",
    "\U000e0041\U000e0042", "\ud83d", "ﷺ" * 50, "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢" * 30, *[text[:LONGEST] for text in TEXTS],
]  # fmt: skip
KINDS: Final = {"error", "warn", "info"}


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


def attacks() -> Iterator[Raw]:
    """A page for each attack on frames, a second apart, with hostile texts wherever a recording has text."""
    texts = cycle(MARKUP)
    for place, (root, later) in enumerate(grouped(20).values()):
        if len(str(root)) > 300_000:  # these are opened without a browser
            continue
        at, text = place * 1_000, next(texts)
        yield meta(at, f"https://shop.test/{text}" if place % 3 else text)
        yield event(at + 1, 2, {"node": root, "initialOffset": {"left": 0, "top": 0}})
        for each in later:
            yield {**each, "timestamp": each["timestamp"] + at + 1}
        yield added(at + 100, 3, element(70_000 + place, "button", text, aria_label=text, title=text, id=text))
        yield press(at + 200, 70_000 + place)
        yield typed(at + 250, 70_000 + place, f'typed{place}"><i>')  # other texts would be masked as typed
        yield console(at + 300, ("error", "warn", text)[place % 3], text, {text: text})
        yield fetched(at + 400, f"https://shop.test/{text}", 500, method=text)
        yield custom(at + 500, text, reason=text)
        yield added(at + 600, 3, element(80_000 + place, "div", f"Error: {text}", role="alert"))
        yield event(at + 900, 2, {"node": _titled(text), "initialOffset": {"left": 0, "top": 0}})


def _titled(text: str) -> Raw:
    """The document of a page with this title."""
    return full(0, element(10, "p", text, title=text), title=text)["data"]["node"]


def many_nodes(count: int) -> list[bytes]:
    """A page of so many elements, each with a text."""
    groups = [
        element(1_000 + group, "div", *[element(10_000_000 + group * 1_000 + each, "b", "x") for each in range(500)])
        for group in range(count // 1_000)
    ]
    return lines(meta(0, "https://shop.test/"), full(1, *groups), *moves(1_000, 2_000))


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("strange")


@pytest.fixture(scope="module")
def origin(directory: Path) -> Iterator[str]:
    def fill(db: sqlite3.Connection) -> None:
        add(db, "hostile", lines(*attacks()))
        add(db, "rows", busy(5_000))
        add(db, "nodes", many_nodes(300_000))

    with player(directory, fill) as origin:
        yield origin


@pytest.fixture
def report(origin: str, directory: Path) -> Path:
    """The report of the hostile recording."""
    del origin  # its server fills the store
    path = directory / "report.html"
    assert run("view", "hostile", "-o", str(path), "--local", str(directory / "replay.sqlite")).returncode == 0
    return path


async def seek(page: Page, share: float) -> None:
    """Go to a share of the recording by a click in the lanes, and wait for its frame."""
    box = await page.get_by_role("slider").bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] * share, box["y"] + 10)
    await settled(page)


async def go_through(watch: Watched, steps: int, *, problems: bool = False) -> int:
    """Show as many moments, or problems, and all rows; return how many frames differed."""
    page, frames = watch.page, set[str]()
    for step in range(steps):
        if problems:
            await page.keyboard.press(".")
            await settled(page)
        else:
            await seek(page, step / steps)
        frames.add(await page.locator("iframe:not(.behind)").first.get_attribute("srcdoc") or "")
    height = await page.locator(".rows").evaluate("list => list.scrollHeight")
    for top in range(0, height, 700):
        await page.locator(".rows").evaluate("(list, top) => { list.scrollTop = top }", top)
    for name in ("Problems", "Messages", "Console and requests", "Everything"):
        await page.get_by_label("Show").select_option(name)
    for text in MARKUP[:6]:
        await page.get_by_label("Search what happened").fill(text)
        assert await page.locator(".row").count() > 0
    assert (
        await page.evaluate("document.querySelectorAll('main script, main img, main a[href^=j], main link').length")
        == 0
    )
    return len(frames)


@pytest.mark.slow
async def test_nothing_of_a_hostile_recording_runs_or_loads_in_the_player(origin: str) -> None:
    async with watched(origin) as watch:
        await opened(watch.page, link(origin, "hostile"))
        frames = await go_through(watch, 240)
        await watch.page.wait_for_load_state("networkidle")
        assert watch.noted == []
        assert await watch.page.title() == "Recording hostile"
        assert len(watch.page.context.pages) == 1
    print(f"\n{frames} frames of a hostile recording in the player")
    assert frames > 150


@pytest.mark.slow
async def test_nothing_of_a_hostile_recording_runs_or_loads_in_a_report(report: Path) -> None:
    async with watched(report.as_uri(), offline=True) as watch:
        await opened(watch.page, report.as_uri())
        frames = await go_through(watch, 60, problems=True)
        assert watch.noted == []
    print(f"\n{frames} frames of a hostile recording in a report")
    assert frames > 20


@pytest.mark.slow
async def test_five_thousand_rows_have_few_elements_at_any_time(origin: str) -> None:
    async with watched(origin) as watch:
        page = watch.page
        await opened(page, link(origin, "rows"))
        most, frames, seconds_taken = await page.evaluate("""async () => {
          const list = document.querySelector('.rows')
          let most = 0, frames = 0
          const start = performance.now()
          for (let top = 0; top < list.scrollHeight; top += 400) {
            list.scrollTop = top
            await new Promise((next) => requestAnimationFrame(next))
            most = Math.max(most, list.querySelectorAll('.row').length)
            frames++
          }
          return [most, frames, (performance.now() - start) / 1000]
        }""")
        taken: list[float] = []
        for step in range(1, 30):
            start = time.monotonic()
            await seek(page, step / 30)
            taken.append(time.monotonic() - start)
        await page.keyboard.press("End")
        await expect(page.locator(".row[aria-selected=true] .ref")).to_have_text("e5001")
        await settled(page)
        await expect(frame_text(page)).to_contain_text("Go 4999")
        assert watch.noted == []
    print(f"\n{most} row elements at most, {frames / seconds_taken:.0f} frames a second while 5,000 rows scroll")
    print(f"seeking takes {statistics.median(taken) * 1000:.0f} ms (median), {max(taken) * 1000:.0f} ms at most")
    assert most < 200


@pytest.mark.slow
async def test_a_page_of_300_000_nodes_opens(origin: str) -> None:
    async with watched(origin) as watch:
        start = time.monotonic()
        await opened(watch.page, link(origin, "nodes"))
        print(f"\na page of 300,000 nodes shows after {time.monotonic() - start:.1f} s")
        assert await frame_text(watch.page).locator("b").count() > 10_000
        await watch.page.keyboard.press("End")
        assert await seconds(watch.page) == 2
        assert watch.noted == []
