"""Frames in a real browser with scripts and network: nothing runs, loads or navigates, even without their policy."""

import gzip
import json
import re
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import BrowserContext, Page, async_playwright

from replay_mcp.recording.frames.base import POLICY
from replay_mcp.recording.frames.frame import render_frame
from replay_mcp.recording.screen.log import ScreenLog
from replay_mcp.recording.timeline.reader import TimelineReader
from replay_mcp.redaction import Redaction
from replay_mcp.screenshots.chromium import find_chromium
from tests.recording.frames.attacks import grouped
from tests.recording.frames.frames import page_of, plain, written_tree

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]

CORPUS: Final = Path(__file__).parent.parent / "tests" / "corpus"
RECORDINGS: Final = (
    "bootstrap_checkout",
    "ui5_travel",
    "radix_cancel",
    "payment_frame",
    "tiptap_minutes",
    "leaflet_pickup",
)
LARGEST: Final = 400_000
"""Larger frames are left to the tests without a browser."""
POLICY_TAG: Final = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'

READ_AND_CLICK: Final = """() => {
  const found = [], bad = []
  const walk = (node, depth) => {
    if (node.nodeType === 8) bad.push('a comment')
    if (node.nodeType !== 1) return
    found.push([depth, node.localName.toLowerCase()])
    for (const name of node.getAttributeNames()) if (/^on/i.test(name)) bad.push(name)
    if (node.shadowRoot) {
      found.push([depth + 1, 'template'])
      for (const child of node.shadowRoot.childNodes) walk(child, depth + 2)
    }
    for (const child of (node.localName === 'template' ? node.content : node).childNodes) walk(child, depth + 1)
  }
  walk(document.documentElement, 0)
  const click = (root) => {
    for (const each of root.querySelectorAll('*')) {
      if (each.click) each.click()
      else each.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))
      each.dispatchEvent(new MouseEvent('mouseover', {bubbles: true}))
      each.dispatchEvent(new Event('toggle'))
      if (each.focus) each.focus()
      if (each.requestSubmit) each.requestSubmit()
      if (each.shadowRoot) click(each.shadowRoot)
    }
  }
  click(document)
  return [found, bad, location.href]
}"""
"""The elements of a document and what no frame may hold; then everything is clicked."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Watched:
    """A page whose requests, scripts, dialogs and navigations are noted."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.page = page
        self.noted: list[str] = []
        context.on("page", lambda _: self.noted.append("popup"))
        context.on("request", lambda request: self._note_request(request.url))
        page.on("console", lambda message: self.noted.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.noted.append(f"script: {error}"))
        page.on("download", lambda _: self.noted.append("download"))
        page.on("framenavigated", lambda frame: self._note_navigation(frame.url))
        page.on("frameattached", lambda _: self.noted.append("frame"))

    def _note_request(self, url: str) -> None:
        if not re.match(r"data:image/(png|gif|jpeg|webp);base64,", url, re.IGNORECASE):
            self.noted.append(f"request: {url[:200]}")

    def _note_navigation(self, url: str) -> None:
        if url != "about:blank":
            self.noted.append(f"navigation: {url[:200]}")

    async def problems_of(self, frame: str, *, tree: bool = True) -> list[str]:
        """What happened while a frame was open and everything in it was clicked."""
        self.noted.clear()
        await self.page.set_content(frame, wait_until="load")
        found, bad, address = await self.page.evaluate(READ_AND_CLICK)
        if tree and [(depth, tag) for depth, tag in found] != written_tree(frame):
            self.noted.append("another tree")
        if address != "about:blank":
            self.noted.append("navigated")
        return [*self.noted, *bad]


@asynccontextmanager
async def watched() -> AsyncGenerator[Watched]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium() or "/usr/bin/chromium")
        context = await browser.new_context(viewport={"width": 1100, "height": 800})
        page = await context.new_page()
        watch = Watched(context, page)

        async def note_dialog(dialog: Any) -> None:
            watch.noted.append(f"dialog: {dialog.message}")
            await dialog.dismiss()

        page.on("dialog", note_dialog)
        yield watch
        await browser.close()


async def test_the_watch_sees_what_a_page_does() -> None:
    async with watched() as watch:
        html = "<img src=https://evil.test/a onerror='alert(1)'><a href='https://evil.test/b' target=_blank>x</a>"
        found = await watch.problems_of(html, tree=False)
        await watch.page.wait_for_timeout(500)
        found += watch.noted
    kinds = {each.partition(":")[0] for each in found}
    assert kinds >= {"request", "dialog", "popup"}


async def test_no_attack_does_anything_even_without_the_policy_and_browsers_build_the_written_trees() -> None:
    start = time.monotonic()
    frames = {name: render_frame(page_of(root, *later), plain) for name, (root, later) in grouped(10).items()}
    assert all(POLICY_TAG in frame for frame in frames.values())
    found: dict[str, list[str]] = {}
    opened = 0
    async with watched() as watch:
        for name, frame in frames.items():
            if len(frame) < LARGEST:
                opened += 1
                if problems := await watch.problems_of(frame.replace(POLICY_TAG, "")):
                    found[name] = problems
        await watch.page.wait_for_timeout(500)
    print(f"\n{opened} frames in {time.monotonic() - start:.0f} s")
    assert found == {}
    assert watch.noted == []
    assert opened > 380


async def test_frames_of_recorded_pages_load_nothing() -> None:
    moments = json.loads((CORPUS / "screens.json").read_bytes())
    found: dict[str, list[str]] = {}
    async with watched() as watch:
        for name in RECORDINGS:
            log = ScreenLog()
            reader = TimelineReader(Redaction("off"), observer=log)
            reader.feed(gzip.decompress((CORPUS / f"{name}.jsonl.gz").read_bytes()))
            reader.finish()
            page = log.finish().page(1, moments[name][1]["t"])
            assert page is not None
            if problems := await watch.problems_of(render_frame(page, Redaction("standard").text)):
                found[name] = problems
    assert found == {}
