"""The status page in a real browser: sessions with their problems, search, and the way into the player."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from inline_snapshot import snapshot
from playwright.async_api import Page, expect

from e2e.playing import FAILED_CHECKOUT, add, frame_text, link, player, watched
from replay_mcp.local.store import accounts
from replay_mcp.local.store.database import Store
from tests.hostile import TEXTS
from tests.recording.rrweb import console, element, full, lines, meta, press
from tests.seeding import checkout

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]

DEMO_SESSIONS = 25


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("status")


@pytest.fixture(scope="module")
def origin(directory: Path) -> Iterator[str]:
    """A server with the demo."""
    with player(directory, lambda _: None) as origin:
        yield origin


@pytest.fixture
async def page(origin: str) -> AsyncIterator[Page]:
    """The status page, which may do nothing unexpected."""
    async with watched(origin) as watch:
        await watch.page.goto(origin)
        yield watch.page
        assert watch.noted == []


async def test_sessions_show_how_they_went_and_link_to_their_problems(origin: str, page: Page) -> None:
    items = page.locator(".sessions > li")
    await expect(items).to_have_count(DEMO_SESSIONS)
    failed = items.filter(has_text=FAILED_CHECKOUT)
    await expect(failed.locator(".outcome")).to_have_text("failed")
    await expect(failed.locator(".summary")).to_contain_text("Payment failed")
    assert await failed.locator(".chip").all_inner_texts() == snapshot(
        [
            'error_after 0:31 button "Pay now"',
            "error_shown 0:32 alert",
            'rage, error_after, repeated_submit 0:37 button "Pay now"',
            "error_shown 0:37 alert",
            'error_after, repeated_submit 0:44 button "Pay now"',
            "error_shown 0:45 alert",
        ]
    )
    await failed.locator(".chip").nth(1).click()
    await expect(page).to_have_url(f"{link(origin, FAILED_CHECKOUT)}?t=31.4")
    await expect(frame_text(page)).to_contain_text("Payment failed")


async def test_the_title_of_a_session_opens_its_recording(page: Page) -> None:
    await page.locator(".sessions .title").first.click()
    await expect(page).to_have_title(f"Recording {FAILED_CHECKOUT}")


async def test_a_search_finds_sessions_and_stays_in_the_address(origin: str, page: Page) -> None:
    await page.keyboard.press("/")
    await page.keyboard.type("search.html")
    items, note = page.locator(".sessions > li"), page.locator("[data-environment] [role=status]")
    await expect(note).to_have_text("2 sessions found.")
    await expect(items).to_have_count(2)
    assert page.url == f"{origin}/?search=search.html"
    await page.reload()
    await expect(items).to_have_count(2)
    await page.get_by_role("searchbox").fill("no page has this text")
    await expect(note).to_have_text("No session fits “no page has this text”.")


async def test_only_sessions_with_problems_are_shown_on_demand(page: Page) -> None:
    await page.get_by_label("with problems only").check()
    note = page.locator("[data-environment] [role=status]")
    await expect(note).to_have_text("11 of 25 sessions with problems.")
    items = page.locator(".sessions > li")
    assert await items.count() == await items.filter(has=page.locator(".chip")).count() == 11


async def test_a_new_session_appears_without_a_reload_and_takes_no_focus(directory: Path, page: Page) -> None:
    items = page.locator(".sessions > li")
    await expect(items).to_have_count(DEMO_SESSIONS)
    await page.locator(".sessions .title").nth(3).focus()
    focused = await page.evaluate("document.activeElement.textContent")
    with Store.open(directory / "replay.sqlite") as store, store.connection() as db:
        add(db, "just-now", checkout())
    try:
        await expect(items.filter(has_text="just-now")).to_have_count(1, timeout=20_000)
        await expect(page.get_by_role("button", name="Older sessions")).to_be_visible()
        assert await page.evaluate("document.activeElement.textContent") == focused
        await expect(items.filter(has_text="just-now").locator(".chip")).to_have_count(3, timeout=20_000)
    finally:
        with Store.open(directory / "replay.sqlite") as store, store.connection() as db:
            db.execute("UPDATE recording SET deleted_at = 0 WHERE session_id = 'just-now'")


async def test_after_an_outage_the_page_goes_on_by_itself(origin: str) -> None:
    async with watched(origin) as watch:
        await _goes_on(watch.page, origin)


async def _goes_on(page: Page, origin: str) -> None:
    await page.route("**/player/1/**", lambda route: route.abort())
    await page.goto(f"{origin}/?problems=1")
    note = page.locator("[data-environment] [role=status]")
    await expect(note).to_have_text("The server does not answer. The list may be out of date.")
    await page.unroute("**/player/1/**")
    await page.route("**/problems", lambda route: route.abort())
    await expect(page.get_by_text("0 of 25 sessions read")).to_be_visible(timeout=20_000)
    await page.unroute("**/problems")
    await expect(note).to_have_text("11 of 25 sessions with problems.", timeout=20_000)


@pytest.mark.slow
async def test_a_session_that_was_deleted_leaves_the_list(tmp_path: Path) -> None:
    with player(tmp_path, lambda _: None) as origin:
        async with watched(origin) as watch:
            await watch.page.goto(origin)
            items = watch.page.locator(".sessions > li")
            await expect(items).to_have_count(DEMO_SESSIONS)
            with Store.open(tmp_path / "replay.sqlite") as store, store.connection() as db:
                db.execute("UPDATE recording SET deleted_at = 0 WHERE session_id = ?", (FAILED_CHECKOUT,))
            await expect(items).to_have_count(DEMO_SESSIONS - 1, timeout=20_000)
            await expect(items.filter(has_text=FAILED_CHECKOUT)).to_have_count(0)
        assert watch.noted == []


@pytest.mark.slow
async def test_older_sessions_come_on_demand(tmp_path: Path) -> None:
    def fill(db: sqlite3.Connection) -> None:
        for place in range(30):
            add(db, f"visit-{place}", lines(meta(0, "https://shop.test/"), full(1, element(10, "p", "Hi"))))

    with player(tmp_path, fill) as origin:
        async with watched(origin) as watch:
            await watch.page.goto(origin)
            items = watch.page.locator(".sessions > li")
            await expect(items).to_have_count(25)
            older = watch.page.get_by_role("button", name="Older sessions")
            await older.click()
            await expect(items).to_have_count(50)
            await older.click()
            await expect(items).to_have_count(30 + DEMO_SESSIONS)
            await expect(older).to_be_hidden()
        assert watch.noted == []


@pytest.mark.slow
async def test_nothing_recorded_is_more_than_text(tmp_path: Path) -> None:
    def fill(db: sqlite3.Connection) -> None:
        for place, text in enumerate(TEXTS):
            said = text[:2_000]
            page = full(1, element(10, "button", said, aria_label=said), title=said)
            raws = [meta(0, f"https://shop.test/{said}"), page, press(100, 10), console(300, "error", said)]
            add(db, f"hostile-{place}", lines(*raws, window="w"))
            db.execute(
                "UPDATE recording SET distinct_id = ? WHERE session_id = ?", (_storable(said), f"hostile-{place}")
            )

    with player(tmp_path, fill) as origin:
        async with watched(origin) as watch:
            await watch.page.goto(f"{origin}/?problems=1")
            note = watch.page.locator("[data-environment] [role=status]")
            # An empty console message is no error.
            await expect(note).to_contain_text(
                f"{11 + len(TEXTS) - 1} of {DEMO_SESSIONS + len(TEXTS)} sessions with problems", timeout=60_000
            )
            known = await watch.page.evaluate(
                "[...new Set([...document.querySelectorAll('main *')].map((each) => each.localName))].sort()"
            )
        assert watch.noted == []
    assert known == snapshot(
        [
            "a",
            "b",
            "bdi",
            "button",
            "code",
            "details",
            "div",
            "em",
            "form",
            "h1",
            "h2",
            "header",
            "i",
            "input",
            "label",
            "li",
            "ol",
            "p",
            "pre",
            "section",
            "span",
            "strong",
            "summary",
            "time",
        ]
    )


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", "")


@pytest.mark.slow
async def test_a_server_for_others_asks_for_a_key_before_it_lists_sessions(tmp_path: Path) -> None:
    with player(tmp_path, lambda _: None, "--bind", "0.0.0.0") as origin:
        with Store.open(tmp_path / "replay.sqlite") as store, store.connection() as db:
            key, token = accounts.first_key(db).value, accounts.list_teams(db)[0].api_token
        async with watched(origin) as watch:
            page = watch.page
            await page.goto(f"{origin}/?token={token}")
            await expect(page.locator("h3")).to_have_text("A key is needed")
            await page.get_by_role("searchbox").fill("shop")
            await page.get_by_label("Key").fill(key)
            await expect(page).to_have_url(f"{origin}/?token={token}&search=shop")
            await page.get_by_role("button", name="Open").click()
            await expect(page.locator(".sessions > li")).to_have_count(DEMO_SESSIONS)
            assert key not in page.url
        assert [each for each in watch.noted if "401" not in each] == []
