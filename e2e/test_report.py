"""The report of a recording, opened from a file without a network."""

from collections.abc import AsyncIterator

import pytest
from inline_snapshot import snapshot
from playwright.async_api import Page, expect

from e2e.playing import FAILED_CHECKOUT, frame_text, opened, seconds, settled, watched
from tests.commands import run

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the file."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    store = str(path.parent / "replay.sqlite")
    assert run("view", FAILED_CHECKOUT, "-o", str(path), "--local", store, "--demo").returncode == 0
    return path.as_uri()


@pytest.fixture
async def page(report: str) -> AsyncIterator[Page]:
    """A page without a network, on which nothing unexpected may happen."""
    async with watched(report, offline=True) as watch:
        yield watch.page
        assert watch.noted == []


async def test_a_report_opens_at_the_first_problem_and_needs_nothing_else(report: str, page: Page) -> None:
    await opened(page, report)
    assert await seconds(page) == 31.9
    await expect(page.locator("h1")).to_contain_text("Recording of")
    await expect(page.locator(".outcome")).to_have_text("failed")
    await expect(page.locator(".summary")).to_contain_text("the page showed")
    await expect(page.locator(".row[aria-selected=true]")).to_contain_text("Pay now")
    await expect(frame_text(page)).to_contain_text("Checkout")
    await expect(page.get_by_role("link", name="Play the recording")).to_have_attribute(
        "href", f"http://127.0.0.1:8123/project/1/replay/{FAILED_CHECKOUT}"
    )


async def test_the_stills_of_a_report_name_their_moments(report: str, page: Page) -> None:
    await opened(page, report)
    found: list[tuple[float, str, bool]] = []
    for _ in range(6):
        failed = "Payment failed" in await frame_text(page).inner_text()
        found.append((await seconds(page), await page.locator(".note").inner_text(), failed))
        await page.keyboard.press(".")
        await settled(page)
    assert found == snapshot(
        [
            (31.9, "Screen at 0:31.2", False),
            (32.4, "Screen at 0:32.4", True),
            (37.3, "Screen at 0:32.4", True),
            (37.8, "Screen at 0:37.8", True),
            (44.8, "Screen at 0:39.0", True),
            (45.4, "Screen at 0:45.4", True),
        ]
    )


async def test_a_report_before_its_first_still_shows_no_page(report: str, page: Page) -> None:
    await opened(page, report)
    await page.keyboard.press("Home")
    await settled(page)
    assert await page.locator(".note").inner_text() == "No page was recorded at this moment."


async def test_a_link_to_a_moment_of_a_report_opens_there(report: str, page: Page) -> None:
    await opened(page, f"{report}#t=37.5")
    assert await seconds(page) == 37.5


async def test_without_scripts_a_report_says_what_happened(report: str) -> None:
    async with watched(report, offline=True, java_script_enabled=False) as watch:
        await watch.page.goto(report)
        assert "was clicked 7 times" in await watch.page.locator("noscript").inner_html()
        box = await watch.page.locator("noscript").bounding_box()
        assert box is not None
        assert box["height"] > 10
