"""One browser per process, started for the first picture. It is offline, and runs no scripts.

Frames load and run nothing (`recording.frames.frame`); the browser forbids it as well. Each picture gets a fresh
context. Whatever goes wrong with one ends the browser, and the next picture starts another. If this process ends in any
way, the pipes to Playwright's driver close, and the driver ends the browser.
"""

import asyncio
import logging
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import anyio

from .chromium import available, find_chromium
from .errors import ScreenshotFailed

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Playwright, Route

MAX_SIDE: Final = 2_000
"""Maximum width and height of a picture, in CSS pixels."""
MAX_HTML: Final = 5_500_000
"""Maximum number of characters of a page."""
MAX_BYTES: Final = 1_000_000
"""Maximum number of bytes of a picture."""

_MIN_SIDE: Final = 16
_QUALITIES: Final = (80, 50, 20)
"""Of JPEG, for pages that take more than `MAX_BYTES` as PNG: photographs."""
_STARTING_SECONDS: Final = 30.0
_CLOSING_SECONDS: Final = 5.0
_ARGUMENTS: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-remote-fonts",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
_PASSED_ON: Final = (
    "PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_RUNTIME_DIR", "FONTCONFIG_PATH", "FONTCONFIG_FILE",
)  # fmt: skip
"""Environment variables of the browser; the others may hold keys."""
_LATER: Final = "Try again in a minute, or read the page without a picture."
_MAGIC: Final = b"\x89PNG"

_log: Final = logging.getLogger(__name__)


class _Driver:
    """Playwright's driver with its browser.

    Attributes:
        limiter: lets one picture be taken at a time.
    """

    def __init__(self) -> None:
        self.limiter = anyio.CapacityLimiter(1)
        self._starting: asyncio.Task[tuple[Playwright, Browser]] | None = None

    async def browser(self) -> "Browser":
        """The running browser, started if needed. A start that is not waited for goes on, for the next picture."""
        if self._starting is not None and self._starting.done() and not self._is_running(self._starting):
            await self.close()
        if self._starting is None:
            self._starting = asyncio.create_task(_start())
        return (await asyncio.shield(self._starting))[1]

    @staticmethod
    def _is_running(started: "asyncio.Task[tuple[Playwright, Browser]]") -> bool:
        return not started.cancelled() and started.exception() is None and started.result()[1].is_connected()

    async def close(self) -> None:
        """End the browser and the driver, even when the caller is cancelled."""
        from playwright.async_api import Error  # noqa: PLC0415 - optional, and slow to import

        started, self._starting = self._starting, None
        if started is None:
            return
        with anyio.CancelScope(shield=True), suppress(Error, OSError):
            playwright, browser = await started
            for end in (browser.close, playwright.stop):
                with anyio.move_on_after(_CLOSING_SECONDS), suppress(Error, OSError):
                    await end()


async def _start() -> "tuple[Playwright, Browser]":
    from playwright.async_api import async_playwright  # noqa: PLC0415 - optional, and slow to import

    playwright = await async_playwright().start()
    is_started = False
    try:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(),
            args=[*_ARGUMENTS],
            chromium_sandbox=os.geteuid() != 0,  # Chromium refuses to run its sandbox as root
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
            timeout=_STARTING_SECONDS * 1_000,
        )
        is_started = True
    finally:
        if not is_started:
            await playwright.stop()
    return playwright, browser


_drivers: WeakKeyDictionary[asyncio.AbstractEventLoop, _Driver] = WeakKeyDictionary()
"""By event loop: Playwright's objects belong to one."""


async def take_screenshot(html: str, width: int, height: int, *, timeout: float) -> bytes:  # noqa: ASYNC109 - it includes the wait for others
    """A picture of the top of a page: PNG, or JPEG if it would be larger than `MAX_BYTES` as PNG.

    Args:
        html: a page that holds all it needs.
        width: of the picture and the window, in CSS pixels; at most `MAX_SIDE`, like the height.
        height: the same.
        timeout: seconds, with the time for other pictures before it and for the start of the browser.

    Raises:
        ScreenshotFailed: something is missing, the page is too large, the time ran out, or the browser failed.
    """
    if missing := available():
        raise ScreenshotFailed(missing)
    if len(html) > MAX_HTML:
        raise ScreenshotFailed("The page is too large for a picture.")
    from playwright.async_api import Error  # noqa: PLC0415 - optional, and slow to import

    began = False
    driver = _drivers.setdefault(asyncio.get_running_loop(), _Driver())
    try:
        with anyio.fail_after(max(timeout, 0)):
            async with driver.limiter:
                began = True
                return await _take(driver, html, _bounded(width), _bounded(height))
    except TimeoutError:
        why = "It took too long." if began else "The browser was busy with other pictures."
        raise ScreenshotFailed(why, next=_LATER) from None
    except (Error, OSError):
        _log.warning("Chromium failed to take a picture.")
        raise ScreenshotFailed("The browser failed to take the picture.") from None


async def close_browser() -> None:
    """End the browser of this event loop, if it runs."""
    if (driver := _drivers.pop(asyncio.get_running_loop(), None)) is not None:
        await driver.close()


async def _take(driver: _Driver, html: str, width: int, height: int) -> bytes:
    browser = await driver.browser()
    is_done = False
    try:
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=False,
            offline=True,
            accept_downloads=False,
            service_workers="block",
            reduced_motion="reduce",
            color_scheme="light",
        )
        picture = await _picture(context, html)
        await context.close()
        is_done = True
        return picture
    finally:
        if not is_done:
            await driver.close()


async def _picture(context: "BrowserContext", html: str) -> bytes:
    await context.route("**/*", _refuse)
    page = await context.new_page()
    page.set_default_timeout(0)  # the caller's deadline counts
    await page.set_content(html, wait_until="load")
    picture = await page.screenshot(animations="disabled", caret="hide")
    for quality in _QUALITIES:
        if len(picture) <= MAX_BYTES:
            break
        picture = await page.screenshot(animations="disabled", caret="hide", type="jpeg", quality=quality)
    if len(picture) > MAX_BYTES:
        raise ScreenshotFailed("The picture is too large.")
    return picture


async def _refuse(route: "Route") -> None:
    await route.abort()


def media_type(picture: bytes) -> str:
    """The media type of a picture."""
    return "image/png" if picture.startswith(_MAGIC) else "image/jpeg"


def _bounded(side: int) -> int:
    return max(_MIN_SIDE, min(side, MAX_SIDE))
