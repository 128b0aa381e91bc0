"""A local API with recordings, and a Chromium whose requests, scripts, dialogs and navigations are noted."""

import re
import sqlite3
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, BrowserContext, Dialog, Locator, Page, Request, async_playwright, expect

from replay_mcp.local.demo.load import load_demo
from replay_mcp.local.store import accounts
from replay_mcp.local.store.clock import now_ms
from replay_mcp.local.store.database import Store
from replay_mcp.screenshots.chromium import find_chromium
from tests.recording.rrweb import Raw, element, full, lines, meta, press, retexted
from tests.seeding import record
from tests.servers import clean_environment, listening_port, serving

NEVER: Final = 4_000_000_000_000
"""When recordings of these tests expire, whatever the date of the run."""
FAILED_CHECKOUT: Final = "01a21000-f890-776d-85fa-90cbed0bc0d4"
"""The demo's checkout whose payment fails."""


def add(db: sqlite3.Connection, session_id: str, recorded: list[bytes]) -> None:
    """Store a recording that does not expire."""
    record(db, session_id, recorded, expiry_time=NEVER)


def busy(rows: int) -> list[bytes]:
    """A visit with this many clicks, each of which changes the page."""
    raws: list[Raw] = [meta(0, "https://shop.test/"), full(1, element(10, "button", "Go"), title="Shop")]
    for place in range(rows):
        at = 1_000 + place * 1_500
        raws += [press(at, 10, x=place % 900, y=place % 500), retexted(at + 200, 1_000, f"Go {place}")]
    return lines(*raws)


@contextmanager
def player(directory: Path, fill: Callable[[sqlite3.Connection], None], *flags: str) -> Generator[str]:
    """Serve a new store with the demo and these recordings; return the server's origin."""
    path = directory / "replay.sqlite"
    with Store.open(path) as store, store.connection() as db:
        accounts.ensure_first_account(db, now_ms())
        if (team := accounts.find_team(db, 1)) is not None:
            load_demo(db, team, now_ms())
        fill(db)
    command = ("local", "--port", "0", "--local", str(path), *flags)
    with serving(command, clean_environment(), directory / "log"):
        yield f"http://127.0.0.1:{listening_port(directory / 'log')}"


def link(origin: str, session_id: str, moment: str = "") -> str:
    """The address of a recording in the player."""
    return f"{origin}/project/1/replay/{session_id}{moment}"


class Watched:
    """A page; whatever it does that a stranger's recording might have caused is noted."""

    def __init__(self, context: BrowserContext, page: Page, own: str) -> None:
        self.page = page
        self.noted: list[str] = []
        self._own = own
        context.on("page", lambda _: self.noted.append("popup"))
        context.on("request", self._note_request)
        page.on("console", lambda message: self.noted.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.noted.append(f"script: {error}"))
        page.on("download", lambda _: self.noted.append("download"))
        page.on("framenavigated", lambda frame: self._note_navigation(frame.url))
        page.on("dialog", self._note_dialog)

    def _note_request(self, request: Request) -> None:
        is_image = re.match(r"data:image/(png|gif|jpeg|webp);base64,|data:,$", request.url, re.IGNORECASE)
        if not is_image and not request.url.startswith(self._own):
            self.noted.append(f"request: {request.url[:200]}")

    def _note_navigation(self, url: str) -> None:
        if url not in ("about:blank", "about:srcdoc") and not url.startswith(self._own):
            self.noted.append(f"navigation: {url[:200]}")

    async def _note_dialog(self, dialog: Dialog) -> None:
        self.noted.append(f"dialog: {dialog.message}")
        await dialog.dismiss()


@asynccontextmanager
async def chromium(*arguments: str) -> AsyncGenerator[Browser]:
    """Debian's Chromium, started with these arguments."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def watched(own: str, *arguments: str, **options: Any) -> AsyncGenerator[Watched]:
    """A page in a new browser; requests to addresses that begin with `own` are expected."""
    async with chromium(*arguments) as browser:
        context = await browser.new_context(viewport={"width": 1280, "height": 800}, **options)
        yield Watched(context, await context.new_page(), own)


async def opened(page: Page, address: str) -> None:
    """Open a recording, and wait until its rows and the frame of its moment show."""
    await page.goto(address)
    await page.locator(".row").first.wait_for(timeout=30_000)
    await settled(page)


async def settled(page: Page) -> None:
    """Wait until the frame of the present moment shows."""
    await page.locator(".stage:not([aria-busy])").wait_for(timeout=30_000)


def frame_text(page: Page) -> Locator:
    """The body of the frame that shows."""
    return page.frame_locator("iframe:not(.behind)").locator("body")


async def paused(page: Page, address: str) -> None:
    """Open a recording at a moment, at which the player starts to play, and stop it there."""
    await opened(page, address)
    if await page.get_by_role("button", name="Pause").count():
        await page.get_by_role("button", name="Pause").click()
    await page.locator("body").click(position={"x": 1, "y": 1})
    await settled(page)


async def seconds(page: Page) -> float:
    """The time of the player."""
    minutes, rest = (await page.locator(".clock").inner_text()).partition(" /")[0].split(":")
    return int(minutes) * 60 + float(rest)


async def reached(page: Page, time: str) -> None:
    """Wait until the player shows a time that begins with this pattern."""
    await expect(page.locator(".clock")).to_have_text(re.compile(f"^(?:{time})"), timeout=20_000)
