"""The view in a small host of MCP Apps, under the policy that hosts apply by default."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.extension import advertise
from mcp.server.apps import EXTENSION_ID
from mcp.types import TextResourceContents
from playwright.async_api import FrameLocator, Page, async_playwright, expect

from replay_mcp.cli.local_store import open_local
from replay_mcp.screenshots.chromium import find_chromium
from replay_mcp.server.app import open_server
from replay_mcp.server.view import VIEW_URI
from replay_mcp.settings import CLOUD_HOSTS, Settings

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]

HOST: Final = Path(__file__).parent / "apps_host.html"
FAILED: Final = "01a21000-f890-776d-85fa-90cbed0bc0d4"
TIMELINE: Final = {"name": "session-recording-timeline", "arguments": {"id": FAILED}}
COMPARE: Final = {"name": "session-recordings-compare", "arguments": {"date_from": "-90d"}}
WIDE: Final = {"width": 900, "height": 640}
NARROW: Final = {"width": 360, "height": 1000}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Host:
    """A chat client that shows the view of a tool call, and notes links that the view opens, and problems."""

    def __init__(self, page: Page, client: Client) -> None:
        self.page = page
        self.opened: list[str] = []
        self.problems: list[str] = []
        self._client = client
        page.on("request", lambda request: self._note(request.url))
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("console", lambda message: self.problems.append(f"console: {message.text}"))
        page.on("popup", lambda _: self.problems.append("popup"))

    def _note_link(self, url: str) -> None:
        self.opened.append(url)

    def _note(self, url: str) -> None:
        if not url.startswith(("file:", "data:image/", "about:")):
            self.problems.append(f"request: {url[:200]}")

    async def open(self, call: dict[str, Any], theme: str = "light") -> FrameLocator:
        """Show the view of a call."""
        [page] = (await self._client.read_resource(VIEW_URI)).contents
        assert isinstance(page, TextResourceContents)
        await self.page.expose_function("callTool", self._call)  # pyright: ignore[reportUnknownMemberType]
        await self.page.expose_function("opened", self._note_link)  # pyright: ignore[reportUnknownMemberType]
        await self.page.goto(HOST.as_uri())
        await self.page.evaluate("([html, call, theme]) => show(html, call, {theme})", [page.text, call, theme])
        return self.page.frame_locator("iframe")

    async def _call(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        result = await self._client.call_tool(name, arguments)
        return result.model_dump(mode="json", by_alias=True, exclude_none=True)


@asynccontextmanager
async def host(tmp_path: Path, viewport: dict[str, int] = WIDE) -> AsyncGenerator[Host]:
    settings = Settings(api_key=None, origin=CLOUD_HOSTS["us"], environment="1")
    apps = advertise(EXTENSION_ID, {"mimeTypes": ["text/html;profile=mcp-app"]})
    with open_local(tmp_path / "store.sqlite", demo_recordings=True) as local:
        transport = httpx2.ASGITransport(app=local.app())
        async with (
            open_server(settings, api_key=local.key.value, transport=transport) as server,
            Client(server, extensions=[apps]) as client,
            async_playwright() as playwright,
        ):
            browser = await playwright.chromium.launch(executable_path=find_chromium() or "/usr/bin/chromium")
            yield Host(await browser.new_page(viewport=viewport), client)  # pyright: ignore[reportArgumentType]
            await browser.close()


def screen(view: FrameLocator) -> FrameLocator:
    """The frame of the recorded page that shows."""
    return view.frame_locator(".screen iframe:not(.behind)")


async def test_a_timeline_shows_rows_and_frame_and_a_row_moves_the_frame(tmp_path: Path) -> None:
    async with host(tmp_path) as chat:
        view = await chat.open(TIMELINE)
        await expect(view.locator(".outcome")).to_have_text("failed")
        await expect(view.locator("[aria-selected=true] .what")).to_have_text('button "Pay now"')
        await view.locator(".row", has_text="Payment failed. You have").last.click()
        await expect(screen(view).locator("body")).to_contain_text("Payment failed. You have not been charged")
        await view.get_by_role("button", name="Open here").click()
        with anyio.fail_after(10):
            while not chat.opened:
                await chat.page.wait_for_timeout(20)
    assert len(chat.opened) == 1
    assert chat.opened[0].startswith(f"https://us.posthog.com/project/1/replay/{FAILED}?t=")
    assert chat.problems == []


async def test_a_comparison_lists_its_recordings_and_shows_the_one_that_a_person_chooses(tmp_path: Path) -> None:
    async with host(tmp_path, NARROW) as chat:
        view = await chat.open(COMPARE, "dark")
        await expect(view.locator(".facts")).to_contain_text(FAILED)
        await view.locator(".mentioned button").nth(1).click()
        await expect(view.locator(".facts")).not_to_contain_text(FAILED)
        await expect(view.locator("h1")).to_contain_text("Recording of")
        scheme = "getComputedStyle(document.querySelector('iframe')).height"
        assert int((await chat.page.evaluate(scheme)).removesuffix("px")) > WIDE["height"]
    assert chat.problems == []


async def test_the_view_works_by_keyboard(tmp_path: Path) -> None:
    async with host(tmp_path) as chat:
        view = await chat.open(TIMELINE)
        await view.get_by_role("listbox").focus()
        await chat.page.keyboard.press("ArrowDown")
        await expect(view.locator("[aria-selected=true] .kind")).to_have_text("network")
        await chat.page.keyboard.press(".")
        await expect(view.locator("[aria-selected=true] b").first).to_be_visible()
        await chat.page.keyboard.press(" ")
        await expect(view.get_by_role("button", name="Pause")).to_be_visible()
    assert chat.problems == []


async def test_what_cannot_be_shown_is_said(tmp_path: Path) -> None:
    async with host(tmp_path) as chat:
        view = await chat.open({"name": "session-recording-timeline", "arguments": {"id": "unknown"}})
        await expect(view.get_by_role("alert")).to_contain_text("No recording has this id")
    assert chat.problems == []
