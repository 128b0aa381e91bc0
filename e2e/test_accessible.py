"""The player, the report and the status page have no violation that axe-core finds, in light and dark colours, wide and narrow."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from playwright.async_api import Page, ViewportSize, expect

from e2e.playing import FAILED_CHECKOUT, chromium, link, opened, paused, player
from tests.commands import run

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]

AXE: Final = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
RUN: Final = """async () => {
  const found = await axe.run(document, { iframes: false })
  return found.violations.map((rule) => [rule.id, rule.help, ...rule.nodes.map((node) => node.html.slice(0, 200))])
}"""
WIDE: Final = ViewportSize(width=1280, height=800)
NARROW: Final = ViewportSize(width=360, height=740)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The addresses of what is looked at."""
    directory = tmp_path_factory.mktemp("accessible")
    with player(directory, lambda _: None) as origin:
        report = directory / "report.html"
        store = str(directory / "replay.sqlite")
        assert run("view", FAILED_CHECKOUT, "-o", str(report), "--local", store).returncode == 0
        yield {
            "status": f"{origin}/?search=shop.example",
            "player": link(origin, FAILED_CHECKOUT, "?t=33"),
            "report": report.as_uri(),
            "none": link(origin, "x"),
        }


async def violations(page: Page) -> Any:
    await page.add_script_tag(path=AXE)
    return await page.evaluate(RUN)


@pytest.mark.parametrize(
    ("what", "size", "colours"),
    [
        pytest.param("player", WIDE, "light", id="player-wide-light"),
        pytest.param("player", WIDE, "dark", id="player-wide-dark", marks=pytest.mark.slow),
        pytest.param("player", NARROW, "light", id="player-narrow-light", marks=pytest.mark.slow),
        pytest.param("player", NARROW, "dark", id="player-narrow-dark", marks=pytest.mark.slow),
        pytest.param("report", WIDE, "light", id="report-wide-light", marks=pytest.mark.slow),
        pytest.param("report", WIDE, "dark", id="report-wide-dark", marks=pytest.mark.slow),
        pytest.param("report", NARROW, "light", id="report-narrow-light", marks=pytest.mark.slow),
        pytest.param("report", NARROW, "dark", id="report-narrow-dark"),
    ],
)
async def test_axe_finds_no_violation(
    served: dict[str, str], what: str, size: ViewportSize, colours: Literal["light", "dark"], tmp_path: Path
) -> None:
    async with chromium() as browser:
        context = await browser.new_context(viewport=size, color_scheme=colours, bypass_csp=True)
        page = await context.new_page()
        await (paused if what == "player" else opened)(page, served[what])
        await page.screenshot(path=tmp_path.parent / f"{what}-{size['width']}-{colours}.png")
        assert await violations(page) == []
        await page.get_by_label("Search what happened").fill("nothing has this text")
        await expect(page.locator(".row")).to_have_count(0)
        assert await violations(page) == []


@pytest.mark.parametrize(
    ("size", "colours"),
    [
        pytest.param(WIDE, "light", id="wide-light"),
        pytest.param(WIDE, "dark", id="wide-dark", marks=pytest.mark.slow),
        pytest.param(NARROW, "light", id="narrow-light", marks=pytest.mark.slow),
        pytest.param(NARROW, "dark", id="narrow-dark"),
    ],
)
async def test_axe_finds_no_violation_on_the_status_page(
    served: dict[str, str], size: ViewportSize, colours: Literal["light", "dark"]
) -> None:
    async with chromium() as browser:
        context = await browser.new_context(viewport=size, color_scheme=colours, bypass_csp=True)
        page = await context.new_page()
        await page.goto(served["status"])
        await page.get_by_label("with problems only").check()
        await expect(page.locator(".chip").first).to_be_visible()
        await page.get_by_text("Record a page").click()
        assert await violations(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") == size["width"]


async def test_axe_finds_no_violation_where_there_is_no_recording(served: dict[str, str]) -> None:
    async with chromium() as browser:
        page = await (await browser.new_context(bypass_csp=True)).new_page()
        await page.goto(served["none"])
        await expect(page.locator("h1")).to_have_text("No recording")
        assert await violations(page) == []


@pytest.mark.parametrize("what", ["player", "report"])
async def test_in_a_narrow_panel_everything_is_within_its_width_and_rows_show(
    served: dict[str, str], what: str
) -> None:
    async with chromium() as browser:
        page = await (await browser.new_context(viewport=NARROW)).new_page()
        await opened(page, served[what])
        assert await page.evaluate("document.documentElement.scrollWidth") == 360
        box = await page.locator(".rows").bounding_box()
        assert box is not None
        assert box["height"] > 90


async def test_all_controls_can_be_reached_with_the_tab_key(served: dict[str, str]) -> None:
    async with chromium() as browser:
        page = await (await browser.new_context(viewport=WIDE)).new_page()
        await opened(page, served["report"])
        reached: list[str] = []
        for _ in range(14):
            await page.keyboard.press("Tab")
            reached.append(await page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.localName"))
    names = {"Show", "Search what happened", "What happened", "Play", "Next problem", "Speed", "Time"}
    assert names <= set(reached)
    assert "iframe" not in reached
