"""The player in a real browser: what it shows, its keys, and who may open it."""

import re
import sqlite3
from collections.abc import AsyncIterator, Iterator

import pytest
from inline_snapshot import snapshot
from playwright.async_api import Page, expect

from e2e.playing import (
    FAILED_CHECKOUT,
    add,
    busy,
    frame_text,
    link,
    opened,
    paused,
    player,
    reached,
    seconds,
    settled,
    watched,
)
from tests.recording.rrweb import Raw, console, element, full, lines, meta, moves, press, retexted
from tests.seeding import checkout

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the demo and a few recordings."""

    def fill(db: sqlite3.Connection) -> None:
        add(db, "two-tabs", checkout())
        add(db, "busy", busy(40))
        idle = [
            meta(0, "https://shop.test/"),
            full(1, element(10, "button", "Go")),
            press(2_000, 10),
            press(60_000, 10),
        ]
        add(db, "idle", lines(*idle, *moves(61_000)))
        same = [retexted(3_000, 1_000, "Going"), press(2_000, 10)]
        add(db, "same-time", lines(*idle[:2], *same, *_at_once(5_000), *moves(9_000)))
        add(db, "no-page", lines(meta(0, "https://shop.test/"), *moves(1_000, 2_000)))

    with player(tmp_path_factory.mktemp("player"), fill) as origin:
        yield origin


def _at_once(at: int) -> list[Raw]:
    return [console(at, "error", f"problem {place}") for place in range(6)]


@pytest.fixture
async def page(origin: str) -> AsyncIterator[Page]:
    """A page on which nothing unexpected may happen."""
    async with watched(origin) as watch:
        yield watch.page
        assert watch.noted == []


async def test_a_link_to_a_moment_shows_what_the_visitor_saw_and_plays_on(origin: str, page: Page) -> None:
    await opened(page, link(origin, FAILED_CHECKOUT, "?t=32.5"))
    await expect(frame_text(page)).to_contain_text("Payment failed")
    await expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert await seconds(page) >= 32.5
    await reached(page, r"0:3[3-9]|0:4")
    assert await page.title() == f"Recording {FAILED_CHECKOUT}"
    assert await page.locator("h1").count() == 1


async def test_a_link_without_a_moment_waits_at_the_beginning(origin: str, page: Page) -> None:
    await opened(page, link(origin, FAILED_CHECKOUT))
    await expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert await seconds(page) == 0


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("1:23", 47.5),
        ("0:20", 20),
        ("20.5", 20.5),
        ("-3", 0),
        ("x", 0),
        ("1e99", 47.5),
        ("", 0),
        ("<b>", 0),
        ("20&t=30", 20),
    ],
)
async def test_a_moment_may_be_written_in_several_ways(origin: str, page: Page, moment: str, shown: float) -> None:
    await paused(page, link(origin, FAILED_CHECKOUT, f"?t={moment}"))
    assert shown <= await seconds(page) < shown + 2.5


async def test_keys_move_through_the_recording(origin: str, page: Page) -> None:
    await paused(page, link(origin, FAILED_CHECKOUT))
    times: list[tuple[str, float]] = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End", "ArrowRight", "Home", "ArrowLeft"):
        await page.keyboard.press(key)
        times.append((key, await seconds(page)))
    assert times == snapshot(
        [
            ("ArrowRight", 5.0),
            ("ArrowRight", 10.0),
            ("ArrowLeft", 5.0),
            ("End", 48.3),
            ("ArrowRight", 48.3),
            ("Home", 0.0),
            ("ArrowLeft", 0.0),
        ]
    )


async def test_the_next_and_the_previous_problem_have_keys_and_buttons(origin: str, page: Page) -> None:
    await paused(page, link(origin, FAILED_CHECKOUT))
    found: list[float] = []
    for _ in range(7):
        await page.keyboard.press(".")
        found.append(await seconds(page))
    await settled(page)
    await expect(page.get_by_role("button", name="Next problem")).to_be_disabled()
    for _ in range(6):
        await page.keyboard.press(",")
        found.append(await seconds(page))
    await expect(page.get_by_role("button", name="Previous problem")).to_be_disabled()
    await page.get_by_role("button", name="Next problem").click()
    found.append(await seconds(page))
    assert found == snapshot([31.9, 32.4, 37.3, 37.8, 44.8, 45.4, 45.4, 44.8, 37.8, 37.3, 32.4, 31.9, 31.9, 32.4])


async def test_space_plays_and_pauses_and_plus_and_minus_change_the_speed(origin: str, page: Page) -> None:
    await paused(page, link(origin, FAILED_CHECKOUT))
    speeds: list[str] = []
    for key in "+++++------+":
        await page.keyboard.press(key)
        speeds.append(await page.get_by_label("Speed", exact=True).input_value())
    assert speeds == ["2", "4", "8", "8", "8", "4", "2", "1", "0.5", "0.5", "0.5", "1"]
    await page.get_by_label("Speed", exact=True).select_option("8")
    await page.locator("h1").click()
    await page.keyboard.press(" ")
    await reached(page, r"0:0[2-9]|0:[1-4]")
    await page.keyboard.press(" ")
    await expect(page.get_by_role("button", name="Play")).to_be_visible()
    stopped = await seconds(page)
    await settled(page)
    assert await seconds(page) == stopped


async def test_at_the_end_it_stops_and_plays_from_the_beginning_again(origin: str, page: Page) -> None:
    await paused(page, link(origin, FAILED_CHECKOUT, "?t=48"))
    await page.keyboard.press("End")
    await expect(page.get_by_role("button", name="Play")).to_be_visible()
    await page.keyboard.press(" ")
    assert await seconds(page) < 5


async def test_pauses_of_the_visitor_are_skipped_unless_a_person_wants_them(origin: str, page: Page) -> None:
    await paused(page, link(origin, "idle"))
    await page.keyboard.press(" ")
    await reached(page, r"0:59|1:0")
    await page.keyboard.press(" ")
    await page.keyboard.press("Home")
    await page.get_by_label("skip idle").uncheck()
    await page.locator("h1").click()
    await page.keyboard.press("+")
    await page.keyboard.press("+")
    await page.keyboard.press(" ")
    await reached(page, r"0:0[5-9]|0:[1-5]")
    assert await seconds(page) < 30


async def test_typing_in_the_search_field_triggers_no_key(origin: str, page: Page) -> None:
    await paused(page, link(origin, FAILED_CHECKOUT))
    search = page.get_by_label("Search what happened")
    await search.press_sequentially("pay ., +-f")
    await search.press("Home")
    await search.press("ArrowRight")
    await expect(search).to_have_value("pay ., +-f")
    assert (await seconds(page), await page.get_by_label("Speed", exact=True).input_value()) == (0, "1")


async def test_rows_follow_the_time_and_can_be_filtered_and_searched(origin: str, page: Page) -> None:
    await paused(page, link(origin, FAILED_CHECKOUT))
    current = page.locator(".row[aria-selected=true]")
    await page.keyboard.press(".")
    await expect(current).to_contain_text("Pay now")
    await expect(current).to_be_in_viewport()
    await page.get_by_label("Show").select_option("Problems")
    await expect(page.locator(".found")).to_have_text(re.compile(r"\d+ of \d+"))
    assert set(await page.locator(".row").evaluate_all("rows => rows.map(row => row.className)")) == {"row bad"}
    await expect(current).to_contain_text("Pay now")
    await page.get_by_label("Show").select_option("Everything")
    await page.get_by_label("Search what happened").fill("payment FAILED")
    texts = await page.locator(".row").all_inner_texts()
    assert [text for text in texts if "payment failed" not in text.lower()] == []
    await page.get_by_label("Search what happened").fill("nothing has this text")
    await expect(page.locator(".row")).to_have_count(0)
    await expect(page.locator(".found")).to_have_text(re.compile(r"0 of \d+"))


async def test_a_chosen_row_shows_its_moment_and_arrows_pass_rows_of_the_same_time(origin: str, page: Page) -> None:
    await paused(page, link(origin, "same-time"))
    await page.locator(".row").nth(2).click()
    chosen: list[str] = []
    keys = ["ArrowDown"] * 4 + ["ArrowUp"] * 5 + ["PageDown", "PageUp"]
    for key in keys:
        await page.get_by_role("listbox").press(key)
        chosen.append(await page.locator(".row[aria-selected=true] .ref").inner_text())
    assert chosen == snapshot(["e4", "e5", "e6", "e7", "e6", "e5", "e4", "e3", "e2", "e8", "e1"])


async def test_the_tab_that_the_visitor_used_is_shown(origin: str, page: Page) -> None:
    await paused(page, link(origin, "two-tabs", "?t=31.2"))
    await expect(frame_text(page)).to_contain_text("Shipping")
    await expect(page.locator(".address")).to_have_text("Tab 2: https://shop.example/faq")
    await page.keyboard.press("Home")
    await expect(frame_text(page)).to_contain_text("Apply coupon")
    await expect(page.locator(".address")).to_have_text("Tab 1: https://shop.example/cart?email=***")


async def test_the_address_keeps_the_moment_so_that_it_can_be_shared_and_reloaded(origin: str, page: Page) -> None:
    await paused(page, link(origin, FAILED_CHECKOUT))
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    await page.wait_for_url("**/replay/*?t=10.0")
    await page.reload()
    await page.locator(".row").first.wait_for()
    assert await seconds(page) >= 10


async def test_a_click_in_the_lanes_goes_to_its_moment(origin: str, page: Page) -> None:
    await paused(page, link(origin, FAILED_CHECKOUT))
    box = await page.get_by_role("slider").bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    assert 23 < await seconds(page) < 25
    assert await page.get_by_role("slider").get_attribute("aria-valuetext") == "0:24 of 0:48"


async def test_a_tab_can_be_watched_that_is_not_in_use(origin: str, page: Page) -> None:
    await paused(page, link(origin, "two-tabs", "?t=6"))
    await expect(page.locator(".address")).to_contain_text("Tab 1: https://shop.example/cart")
    await page.get_by_label("Tab", exact=True).select_option("Tab 2")
    await page.keyboard.press("Escape")
    await page.locator("body").press("End")
    await expect(page.locator(".address")).to_contain_text("Tab 2: https://shop.example/faq")
    await expect(frame_text(page)).to_contain_text("Shipping")
    await page.get_by_label("Tab", exact=True).select_option("Tab 1")
    await expect(page.locator(".address")).to_contain_text("Tab 1: https://shop.example/cart/help")
    await expect(frame_text(page)).to_contain_text("Help")


async def test_the_keys_are_shown_on_demand(origin: str, page: Page) -> None:
    await opened(page, link(origin, "busy"))
    keys = page.locator(".help dl")
    await expect(keys).to_be_hidden()
    await page.keyboard.press("?")
    await expect(keys).to_contain_text("next, previous problem")
    await page.keyboard.press("Escape")
    await expect(keys).to_be_hidden()
    await page.get_by_text("Keys", exact=True).click()
    await expect(keys).to_be_visible()
    await page.keyboard.press(" ")  # on the summary, the space bar closes it and does not play
    await expect(keys).to_be_hidden()
    await expect(page.get_by_role("button", name="Play")).to_be_visible()


async def test_a_recording_without_a_page_shows_its_rows_and_says_so(origin: str, page: Page) -> None:
    await opened(page, link(origin, "no-page"))
    await expect(page.locator(".note")).to_have_text("No page was recorded at this moment.")


async def test_an_unknown_recording_is_named_as_such(origin: str) -> None:
    async with watched(origin) as watch:
        for address in (link(origin, "unknown"), link(origin, "%E0%A4%A"), link(origin, "a%00b")):
            await watch.page.goto(address)
            await expect(watch.page.locator("h1")).to_have_text("No recording")
            await expect(watch.page.locator(".message")).to_contain_text("This recording does not exist")
    assert [each for each in watch.noted if "404" not in each] == []


async def test_under_another_host_name_a_key_is_asked_for(origin: str) -> None:
    port = origin.rpartition(":")[2]
    other = f"http://replay.test:{port}"
    async with watched(other, "--host-resolver-rules=MAP replay.test 127.0.0.1") as watch:
        page = watch.page
        await page.goto(link(other, FAILED_CHECKOUT))
        await expect(page.locator("h1")).to_have_text("A key is needed")
        await page.get_by_label("Key").fill("phx_wrong")
        await page.get_by_role("button", name="Open").click()
        await expect(page.locator(".message")).to_contain_text("This key is not accepted")
        assert await page.locator(".row").count() == 0
        assert "Pay now" not in await page.content()
