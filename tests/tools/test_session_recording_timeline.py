"""`session-recording-timeline`."""

import json
import re
from collections.abc import AsyncIterator
from itertools import chain
from pathlib import Path
from typing import Any

import anyio
import pytest
from inline_snapshot import snapshot

from replay_mcp.timing import Timing
from tests.agent import Agent, Connect, Listener, text_of
from tests.conftest import Local
from tests.faults import Fault, Faults
from tests.recording.rrweb import (
    Raw,
    console,
    element,
    fetched,
    full,
    lines,
    meta,
    moves,
    network,
    press,
    request,
    retexted,
)
from tests.seeding import NOW, add_recording, checkout, clicks, record
from tests.tools.test_reading import PASSES, SNAPSHOTS, requested

pytestmark = pytest.mark.anyio
TOOL = "session-recording-timeline"


@pytest.fixture
def local(local: Local) -> Local:
    """The local API with one recording."""
    store(local, checkout(), "s1")
    return local


def store(local: Local, recorded: list[bytes], id: str = "s1", **columns: Any) -> None:
    with local.store.connection() as db:
        record(db, id, recorded, **columns)


async def refs(agent: Agent, **arguments: Any) -> list[str]:
    return [row["ref"] for row in (await agent.call(TOOL, id="s1", **arguments)).get("rows", [])]


async def pages(agent: Agent, **arguments: Any) -> AsyncIterator[dict[str, Any]]:
    """Every page, each by `next` of the one before."""
    page = await agent.call(TOOL, **arguments)
    yield page
    while "next" in page:
        page = await agent.call(TOOL, **arguments, **page["next"])
        yield page


# Contents of a result


async def test_without_filters_the_first_page_has_a_header(reader: Agent) -> None:
    assert await reader.call(TOOL, id="s1") == snapshot(
        {
            "found": True,
            "recording": {
                "id": "s1",
                "start_time": "2026-11-20T10:00:00Z",
                "recording_duration": 71,
                "person": "person-of-s1",
                "start_url": "shop.example/cart",
                "console_error_count": 1,
                "link": "https://us.posthog.com/project/1/replay/s1",
                "tabs": 2,
                "pages": [
                    "0 s, tab 1: https://shop.example/cart?email=***",
                    "25 s, tab 1: https://shop.example/cart/help",
                    "30 s, tab 2: https://shop.example/faq",
                ],
                "totals": {
                    "click": 3,
                    "console": 3,
                    "custom": 1,
                    "navigation": 3,
                    "network": 3,
                    "scroll": 1,
                    "tab": 4,
                    "text": 1,
                    "typing": 1,
                },
                "clicks": 6,
                "visitor": {"viewport": "1280x800"},
                "flags": {"error_after": 1, "error_shown": 1, "rage": 1, "dead": 1},
                "coverage": {"complete": True},
            },
            "rows": [
                {
                    "ref": "e1",
                    "seconds": 0.0,
                    "tab": 1,
                    "kind": "navigation",
                    "target": "https://shop.example/cart?email=***",
                    "effect": 'titled "Your cart"',
                },
                {
                    "ref": "e3",
                    "seconds": 2.1,
                    "tab": 1,
                    "kind": "typing",
                    "target": "field [name=card]",
                    "effect": "19 characters",
                    "characters": 19,
                    "count": 2,
                },
                {
                    "ref": "e4",
                    "seconds": 5.0,
                    "tab": 1,
                    "kind": "click",
                    "target": 'button "Pay now" [data-testid=pay]',
                    "effect": 'shows "Payment failed. Try again" after 500 ms; followed by 500 POST https://shop.example/api/pay/9321?card=*** (e5), console error: Payment of [email] failed (e6)',
                    "flags": ["error_after"],
                    "link": "https://us.posthog.com/project/1/replay/s1?t=5",
                },
                {
                    "ref": "e5",
                    "seconds": 5.1,
                    "tab": 1,
                    "kind": "network",
                    "target": "POST https://shop.example/api/pay/9321?card=***",
                    "effect": "500 after 300 ms",
                },
                {
                    "ref": "e6",
                    "seconds": 5.45,
                    "tab": 1,
                    "kind": "console",
                    "target": "Payment of [email] failed",
                    "level": "error",
                },
                {
                    "ref": "e7",
                    "seconds": 5.5,
                    "tab": 1,
                    "kind": "text",
                    "target": "alert",
                    "effect": 'shows "Payment failed. Try again"',
                    "flags": ["error_shown"],
                    "link": "https://us.posthog.com/project/1/replay/s1?t=5",
                },
                {
                    "ref": "e8",
                    "seconds": 10.0,
                    "tab": 1,
                    "kind": "click",
                    "target": 'button "Apply coupon" [id=coupon]',
                    "effect": "no response in 2.5 s",
                    "flags": ["rage", "dead"],
                    "count": 4,
                    "until": 10.9,
                    "link": "https://us.posthog.com/project/1/replay/s1?t=10",
                },
                {
                    "ref": "e11",
                    "seconds": 25.0,
                    "tab": 1,
                    "kind": "navigation",
                    "target": "https://shop.example/cart/help",
                    "effect": 'titled "Help"',
                },
                {
                    "ref": "e13",
                    "seconds": 30.0,
                    "tab": 2,
                    "kind": "navigation",
                    "target": "https://shop.example/faq",
                    "effect": 'titled "Questions"',
                },
                {
                    "ref": "e15",
                    "seconds": 31.0,
                    "tab": 2,
                    "kind": "click",
                    "target": 'link "Shipping"',
                    "effect": "no response seen; not judged: link",
                },
                {
                    "ref": "e16",
                    "seconds": 36.5,
                    "tab": 2,
                    "kind": "network",
                    "target": "GET https://shop.example/api/faq",
                    "effect": "404 after 50 ms",
                },
                {"ref": "e20", "seconds": 71.0, "tab": 1, "kind": "custom", "target": "gave up"},
            ],
            "left_out": {"tab": 4, "console": 2, "network": 1, "scroll": 1},
            "next": {"cursor": "12~37~bd01a5be"},
        }
    )


async def test_the_next_page_has_the_rest_without_the_header(reader: Agent) -> None:
    first = await reader.call(TOOL, id="s1")
    assert await reader.call(TOOL, id="s1", **first["next"]) == snapshot(
        {
            "found": True,
            "rows": [
                {
                    "ref": "e2",
                    "seconds": 0.05,
                    "tab": 1,
                    "kind": "network",
                    "target": "GET https://shop.example/api/cart",
                    "effect": "200 after 50 ms",
                },
                {"ref": "e9", "seconds": 17.0, "tab": 1, "kind": "console", "target": "Slow network", "level": "warn"},
                {"ref": "e10", "seconds": 17.5, "tab": 1, "kind": "console", "target": "retrying", "level": "info"},
                {"ref": "e12", "seconds": 26.0, "tab": 1, "kind": "scroll", "target": "page", "effect": "down 900 px"},
                {"ref": "e14", "seconds": 31.0, "tab": 2, "kind": "tab", "target": "tab 2", "effect": "from tab 1"},
                {"ref": "e17", "seconds": 40.0, "tab": 1, "kind": "tab", "target": "tab 1", "effect": "from tab 2"},
                {"ref": "e18", "seconds": 60.0, "tab": 2, "kind": "tab", "target": "tab 2", "effect": "from tab 1"},
                {"ref": "e19", "seconds": 70.0, "tab": 1, "kind": "tab", "target": "tab 1", "effect": "from tab 2"},
            ],
        }
    )


async def test_the_full_detail_adds_pages_links_refs_and_rules(reader: Agent) -> None:
    assert await reader.call(TOOL, id="s1", around="e4", window=1, detail="full") == snapshot(
        {
            "found": True,
            "rows": [
                {
                    "ref": "e4",
                    "seconds": 5.0,
                    "tab": 1,
                    "kind": "click",
                    "target": 'button "Pay now" [data-testid=pay]',
                    "effect": 'shows "Payment failed. Try again" after 500 ms; followed by 500 POST https://shop.example/api/pay/9321?card=*** (e5), console error: Payment of [email] failed (e6)',
                    "flags": ["error_after"],
                    "link": "https://us.posthog.com/project/1/replay/s1?t=5",
                    "page": "https://shop.example/cart?email=***",
                    "followed_by": ["e5", "e6"],
                },
                {
                    "ref": "e5",
                    "seconds": 5.1,
                    "tab": 1,
                    "kind": "network",
                    "target": "POST https://shop.example/api/pay/9321?card=***",
                    "effect": "500 after 300 ms",
                    "until": 5.4,
                    "link": "https://us.posthog.com/project/1/replay/s1?t=5",
                    "page": "https://shop.example/cart?email=***",
                },
                {
                    "ref": "e6",
                    "seconds": 5.45,
                    "tab": 1,
                    "kind": "console",
                    "target": "Payment of [email] failed",
                    "level": "error",
                    "link": "https://us.posthog.com/project/1/replay/s1?t=5",
                    "page": "https://shop.example/cart?email=***",
                },
                {
                    "ref": "e7",
                    "seconds": 5.5,
                    "tab": 1,
                    "kind": "text",
                    "target": "alert",
                    "effect": 'shows "Payment failed. Try again"',
                    "flags": ["error_shown"],
                    "link": "https://us.posthog.com/project/1/replay/s1?t=5",
                    "page": "https://shop.example/cart?email=***",
                },
            ],
            "rules": {
                "error_after": "a console error (not the browser's note of a ResizeObserver loop), or a request for a page or by its code that was answered with 400 or more, or not at all while the browser was offline, within 5000 ms after the action (or 50 ms before it, since clocks differ), in the same tab, without another action in between: the error followed the action, which need not have caused it",
                "error_shown": "an error message appeared within 5000 ms after an action (10000 ms while the page said that it was loading): a visible new text that the page had not shown by itself before, outside of controls, labels, tables, menus and logs. It says so in plain words (English, German, French, Spanish, Portuguese, Italian, Dutch, Japanese, Chinese, Korean or Arabic), or it is marked: by the role alert together with such words, by class names of alerts, toasts and field messages, as the description of a field with aria-invalid, or by a request of the same action that had just failed. A message that appears while its field is typed into counts if it is still shown when a control is clicked. Counts, questions, hints, negations and the content of what opens under a heading of its own are not errors",
            },
        }
    )


async def test_a_single_tab_is_not_named(agent: Agent, local: Local) -> None:
    store(local, clicks(1))
    result = await agent.call(TOOL, id="s1")
    assert "tabs" not in result["recording"]
    assert [row for row in result["rows"] if "tab" in row] == []


async def test_links_play_from_one_second_before_the_row(reader: Agent) -> None:
    result = await reader.call(TOOL, id="s1", detail="full", limit=200)
    for row in result["rows"]:
        assert row["link"] == f"https://us.posthog.com/project/1/replay/s1?t={int(row['seconds'])}"


async def test_a_link_to_a_row_before_the_recording_plays_its_start(agent: Agent, local: Local) -> None:
    early = network(900, request(-1_500, "https://shop.example/api/early", 500))
    store(local, lines(meta(0, "https://shop.example/"), early, *moves(3_000)))
    [row] = (await agent.call(TOOL, id="s1", kinds=["network"], detail="full"))["rows"]
    assert (row["seconds"], row["link"][-4:]) == (0.0, "?t=0")


async def test_the_list_of_pages_in_the_header_is_bounded(agent: Agent, local: Local) -> None:
    store(local, lines(*(meta(at * 1_000, f"https://shop.example/{at}") for at in range(20))))
    pages = (await agent.call(TOOL, id="s1"))["recording"]["pages"]
    assert (len(pages), pages[0], pages[-2:]) == snapshot(
        (13, "0 s: https://shop.example/0", ["11 s: https://shop.example/11", "and 8 more"])
    )


@pytest.mark.parametrize("name", ["id", "session_id", "session_recording_id"])
async def test_all_three_names_of_the_id_are_accepted(reader: Agent, name: str) -> None:
    assert (await reader.call(TOOL, **{name: "s1"}))["recording"]["id"] == "s1"


async def test_the_header_counts_all_rows(reader: Agent) -> None:
    found: dict[str, int] = {}
    flags: dict[str, int] = {}
    header: dict[str, Any] = {}
    async for page in pages(reader, id="s1", limit=5):
        header = header or page["recording"]
        for row in page["rows"]:
            found[row["kind"]] = found.get(row["kind"], 0) + 1
            for flag in row.get("flags", []):
                flags[flag] = flags.get(flag, 0) + 1
    assert header["flags"] == flags
    assert header["totals"] == found


# Filters


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"from": 10, "to": 17}, snapshot(["e8", "e9"])),
        ({"from": 70}, snapshot(["e19", "e20"])),
        ({"to": 1}, snapshot(["e1", "e2"])),
        ({"around": "e4", "window": 0.2}, snapshot(["e4", "e5"])),
        ({"around": "5.2", "window": 0.3}, snapshot(["e4", "e5", "e6", "e7"])),
        ({"around": "e4", "from": 5.2, "to": 5.48}, snapshot(["e5", "e6"])),
        ({"around": "e4", "from": "0:05.2", "to": "00:05.48"}, snapshot(["e5", "e6"])),
        ({"kinds": ["click", "typing"]}, snapshot(["e3", "e4", "e8", "e15"])),
        ({"kinds": "click"}, snapshot(["e4", "e8", "e15"])),
        ({"kinds": '["click", "custom"]'}, snapshot(["e4", "e8", "e15", "e20"])),
        ({"flags": ["rage"]}, snapshot(["e8"])),
        ({"flags": ["error_after", "error_shown"]}, snapshot(["e4", "e7"])),
        ({"contains": "pay NOW"}, snapshot(["e4"])),
        ({"contains": "try again"}, snapshot(["e4", "e7"])),
        ({"min_status": 400}, snapshot(["e5", "e16"])),
        ({"min_status": 500}, snapshot(["e5"])),
        ({"console_level": "warn"}, snapshot(["e6", "e9"])),
        ({"console_level": "info"}, snapshot(["e6", "e9", "e10"])),
        ({"console_level": "error", "min_status": 400}, snapshot(["e5", "e6", "e16"])),
        ({"tab": 2}, snapshot(["e13", "e14", "e15", "e16", "e18"])),
        (
            {"tab": 2, "kinds": ["network"], "min_status": 400, "contains": "FAQ", "from": 30, "to": 40},
            snapshot(["e16"]),
        ),
    ],
)
async def test_filters_choose_the_rows(reader: Agent, arguments: dict[str, Any], found: list[str]) -> None:
    assert await refs(reader, **arguments) == found


async def test_the_moment_of_a_link_is_looked_around_unless_times_are_given(reader: Agent) -> None:
    link = "https://us.posthog.com/project/1/replay/s1?t=5"
    around = await reader.call(TOOL, id="s1", around="5")
    assert await reader.call(TOOL, session_id=link) == around
    late = await reader.call(TOOL, id="s1", **{"from": 70})
    assert await reader.call(TOOL, ids=[link], **{"from": "1:10"}) == late


async def test_a_row_that_lasts_into_the_window_is_in_it(reader: Agent) -> None:
    [rage] = (await reader.call(TOOL, id="s1", flags=["rage"]))["rows"]
    assert rage["ref"] in await refs(reader, **{"from": rage["until"] - 0.1, "to": rage["until"]})


async def test_a_window_around_a_row_before_the_recording_shows_that_row(agent: Agent, local: Local) -> None:
    early = network(900, request(-1_500, "https://shop.example/api/early", 500))
    store(local, lines(meta(0, "https://shop.example/"), early, *moves(3_000)))
    [row] = (await agent.call(TOOL, id="s1", kinds=["network"]))["rows"]
    assert row["ref"] in await refs(agent, around=row["ref"])


async def test_filters_that_match_nothing_are_reported(reader: Agent) -> None:
    assert await reader.call(TOOL, id="s1", contains="no such thing") == snapshot(
        {
            "found": True,
            "note": "No row matches; widen the filters. Masked text such as [email] or [typed] cannot be searched.",
        }
    )


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"around": "e99"}, snapshot("around: this recording has no row 'e99'; its last row is e20.")),
        ({"around": "E4"}, snapshot("around: give a ref such as 'e17', seconds or a time such as '0:37', not 'E4'.")),
        ({"around": "e"}, snapshot("around: give a ref such as 'e17', seconds or a time such as '0:37', not 'e'.")),
        ({"around": "nan"}, snapshot("around: give a ref such as 'e17', seconds or a time such as '0:37', not 'nan'.")),
        ({"around": "-1"}, snapshot("around: give a ref such as 'e17', seconds or a time such as '0:37', not '-1'.")),
        (
            {"around": "e4\u202e"},
            snapshot("around: give a ref such as 'e17', seconds or a time such as '0:37', not 'e4\\u202e'."),
        ),
        ({"cursor": "99"}, snapshot("'99' is not a cursor of this tool.")),
        ({"cursor": "x"}, snapshot("'x' is not a cursor of this tool.")),
        ({"cursor": "-1"}, snapshot("'-1' is not a cursor of this tool.")),
        ({"cursor": "٣"}, snapshot("'٣' is not a cursor of this tool.")),
        (
            {"kinds": ["clicks"]},
            snapshot(
                "kinds.0: should be 'navigation', 'click', 'typing', 'change', 'scroll', 'text', 'console', 'network', 'custom', 'event', 'tab', 'idle', 'hidden' or 'resize', got \"clicks\""
            ),
        ),
        ({"kinds": []}, snapshot("kinds: List should have at least 1 item, got []")),
        (
            {"flags": ["Rage"]},
            snapshot(
                "flags.0: should be 'rage', 'dead', 'slow', 'error_after', 'error_shown', 'repeated_submit', 'retyped', 'abandoned_form', 'quick_back' or 'wait', got \"Rage\""
            ),
        ),
        ({"form": 5}, snapshot("unknown argument 'form'; did you mean 'from'?")),
        ({"kind": "click"}, snapshot("unknown argument 'kind'; did you mean 'kinds'?")),
        (
            {"level": "error"},
            snapshot(
                "unknown argument 'level'; valid arguments: id, from, to, around, window, kinds, flags, contains, min_status, console_level, tab, limit, cursor, detail"
            ),
        ),
        ({"from": -1}, snapshot("from: should be greater than or equal to 0, got -1")),
        ({"limit": 500}, snapshot("limit: should be less than or equal to 200, got 500")),
        ({"min_status": 4}, snapshot("min_status: should be greater than or equal to 100, got 4")),
        ({"console_level": "debug"}, snapshot("console_level: should be 'info', 'warn' or 'error', got \"debug\"")),
        ({"window": 0}, snapshot("window: should be greater than 0, got 0")),
    ],
)
async def test_wrong_arguments_are_refused_with_the_right_form(
    reader: Agent, arguments: dict[str, Any], why: str
) -> None:
    error = await reader.fail(TOOL, id="s1", **arguments)
    assert (error["kind"], error["what"]) == ("invalid_arguments", "session-recording-timeline 's1' failed")
    assert error["why"] == why


async def test_around_may_be_a_number(reader: Agent) -> None:
    assert await refs(reader, around=5.2, window=0.3) == await refs(reader, around="5.2", window=0.3)


# Pages


@pytest.mark.parametrize("limit", [1, 3, 7, 200])
@pytest.mark.parametrize("arguments", [{"kinds": ["click", "network", "console"]}, {"from": 2, "to": 40}])
async def test_pages_with_a_filter_join_to_the_whole_in_time_order(
    reader: Agent, limit: int, arguments: dict[str, Any]
) -> None:
    found = [[row["ref"] for row in page["rows"]] async for page in pages(reader, id="s1", limit=limit, **arguments)]
    assert list(chain.from_iterable(found)) == await refs(reader, limit=200, **arguments)
    assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1)


@pytest.mark.parametrize("limit", [1, 3, 7, 200])
async def test_pages_without_a_filter_hold_every_row_once(reader: Agent, limit: int) -> None:
    found = [page async for page in pages(reader, id="s1", limit=limit)]
    shown = [[int(row["ref"][1:]) for row in page["rows"]] for page in found]
    assert [page for page in shown if page != sorted(page) or not 0 < len(page) <= limit] == []
    whole = [int(ref[1:]) for ref in await refs(reader, limit=200, to=1_000)]
    assert (sorted(chain.from_iterable(shown)), ["recording" in page for page in found]) == (
        whole,
        [True, *[False] * (len(found) - 1)],
    )


async def test_the_number_left_out_is_the_number_still_to_come(reader: Agent) -> None:
    count = len(await refs(reader, kinds=["click", "network", "console"]))
    seen = 0
    async for page in pages(reader, id="s1", kinds=["click", "network", "console"], limit=4):
        seen += len(page["rows"])
        assert sum(page.get("left_out", {}).values()) == count - seen


async def test_further_pages_request_the_recording_but_not_its_snapshots(agent: Agent, faults: Faults) -> None:
    count = len([page async for page in pages(agent, id="s1", limit=2)])
    assert count > 5
    assert requested(faults) == ["sources", "start_blob_key=0&end_blob_key=2"]
    assert len(faults.seen) == count + 3  # two for the snapshots, one for product events


# Size


def many(count: int, text: str) -> list[bytes]:
    """A page with `count` clicks on elements named by `text`, each followed by a failed request and a console error."""
    body = [element(10 + place, "button", f"{text}{place}") for place in range(20)]
    raws: list[Raw] = [meta(0, f"https://shop.example/{text}"), full(1, *body, title=text)]
    for place in range(count):
        at = 1_000 + place * 400
        raws += [
            press(at, 10 + place % 20, x=place % 20 * 100, y=place % 7 * 90),
            retexted(at + 10, (10 + place % 20) * 100, f"{text} {place}"),
            fetched(at + 20, f"https://shop.example/{place}/{text}", 500, took=20),
            console(at + 60, "error", f"{place} {text}"),
        ]
    return lines(*raws)


HOSTILE = {
    "plain": "word ",
    "long": "x" * 500,
    "quotes": '"' * 500,
    "backslashes": "\\" * 500,
    "invisible": "\u202e" * 500,
    "wide": "漢" * 500,
    "emoji": "🤷" * 500,
}


@pytest.mark.parametrize(
    "name",
    [name if name == "plain" else pytest.param(name, marks=pytest.mark.full) for name in HOSTILE],
)
async def test_no_result_is_longer_than_the_limit(agent: Agent, local: Local, name: str) -> None:
    store(local, many(300, HOSTILE[name]))
    asked_for: list[dict[str, Any]] = [{}, {"limit": 200}, {"limit": 200, "detail": "full"}, {"kinds": ["console"]}]
    for arguments in asked_for:
        result = await agent.client.call_tool(TOOL, {"id": "s1", **arguments})
        assert not result.is_error, text_of(result)
        assert 0 < len(text_of(result)) < 40_000


async def test_many_pages_with_hostile_addresses_fit_into_the_header(agent: Agent, local: Local) -> None:
    visits = [meta(at * 1_000, f"https://shop.example/{at}/" + "\u202e" * 500) for at in range(40)]
    store(local, lines(*visits))
    result = await agent.client.call_tool(TOOL, {"id": "s1"})
    assert not result.is_error, text_of(result)
    assert len(text_of(result)) < 40_000


@pytest.mark.slow
async def test_thousands_of_rows_are_read_page_by_page(agent: Agent, local: Local) -> None:
    store(local, many(1_000, "x" * 100))
    found = [row["ref"] async for page in pages(agent, id="s1", limit=200) for row in page["rows"]]
    assert len(found) > 3_000
    assert len(set(found)) == len(found)
    assert sorted(found, key=lambda ref: int(ref[1:])) == [f"e{place}" for place in range(1, len(found) + 1)]


# Redaction


async def test_redaction_masks_recorded_text_and_strict_hides_the_person(connect: Connect) -> None:
    shown: dict[str, Any] = {}
    for level in ("off", "standard", "strict"):
        async with connect(redact=level) as agent:
            result = await agent.call(TOOL, id="s1", limit=200)
            console = (await agent.call(TOOL, id="s1", console_level="error"))["rows"][0]["target"]
            header = result["recording"]
            shown[level] = header.get("person"), header["start_url"], header["pages"][0], console
            text = json.dumps(result)
            assert "4111 1111 1111 1111" not in text  # typed text is never shown
            if level != "off":
                assert not re.search(r"4111|ada@b", text)
    assert shown == snapshot(
        {
            "off": (
                "person-of-s1",
                "shop.example/cart",
                "0 s, tab 1: https://shop.example/cart?email=ada@b.example",
                "Payment of ada@b.example failed",
            ),
            "standard": (
                "person-of-s1",
                "shop.example/cart",
                "0 s, tab 1: https://shop.example/cart?email=***",
                "Payment of [email] failed",
            ),
            "strict": (
                None,
                "shop.example/cart",
                "0 s, tab 1: https://shop.example/cart?email=***",
                "Payment of [email] failed",
            ),
        }
    )


# Missing recordings and failures


async def test_an_unknown_id_is_not_found_rather_than_a_failure(agent: Agent, faults: Faults) -> None:
    assert await agent.call(TOOL, id="nope") == snapshot(
        {
            "found": False,
            "note": "No recording has this id: it was not captured, expired, was deleted, or is in another environment.",
        }
    )
    assert requested(faults) == []


async def test_ids_that_cannot_be_in_a_url_are_refused(agent: Agent, faults: Faults) -> None:
    errors = [(await agent.fail(TOOL, id=id))["why"] for id in ("..", "a/b", "a\x00b", "x" * 500)]
    assert errors == snapshot(
        [
            "id: an id must not contain '/', '\\', '..' or control characters, got \"..\"",
            "id: an id must not contain '/', '\\', '..' or control characters, got \"a/b\"",
            "id: an id must not contain '/', '\\', '..' or control characters, got \"a\\u0000b\"",
            'id: an id must have at most 200 characters, this one has 500, got "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…',
        ]
    )
    assert faults.seen == []


async def test_a_recording_without_data_is_a_failure_that_says_so(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "bare")
    assert await agent.fail(TOOL, id="bare") == snapshot(
        {
            "kind": "unreadable_recording",
            "what": "session-recording-timeline 'bare' failed",
            "why": "PostHog has no snapshot data for this recording.",
            "next": "It may have expired, or not be ingested yet; session-recording-get shows when it was recorded.",
        }
    )


async def test_a_deleted_recording_is_forgotten_in_memory_and_on_disk(
    connect: Connect, local: Local, faults: Faults, tmp_path: Path
) -> None:
    async with connect(cache=tmp_path / "cache", permission="delete") as agent:
        await agent.call(TOOL, id="s1")
        assert len(entries(tmp_path)) == 1
        await local.http.delete("/api/environments/1/session_recordings/s1")
        assert (await agent.call(TOOL, id="s1"))["found"] is False
        assert entries(tmp_path) == []
        assert len(requested(faults)) == 2


async def test_a_recording_deleted_while_it_is_read_is_gone(connect: Connect, faults: Faults, tmp_path: Path) -> None:
    async with connect(cache=tmp_path / "cache") as agent:
        await agent.call(TOOL, id="s1")
    gone = b'{"error": "recording_deleted", "message": "This recording has been permanently deleted"}'
    async with connect(cache=tmp_path / "cache", redact="strict") as agent:
        faults.then(Fault(status=410, path=SNAPSHOTS, body=gone))
        assert await agent.call(TOOL, id="s1") == snapshot(
            {"found": False, "note": "This recording was permanently deleted."}
        )
    assert entries(tmp_path) == []


def entries(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (
            Fault(status=500, path=SNAPSHOTS),
            snapshot(
                {
                    "kind": "server_error",
                    "what": "session-recording-timeline 's1' failed",
                    "why": "The API failed with 500 (Internal Server Error).",
                    "next": "Try again in a minute; if it keeps failing, check PostHog's status page or the self-hosted logs.",
                }
            ),
        ),
        (
            Fault(status=429, path=SNAPSHOTS, headers={"Retry-After": "120"}),
            snapshot(
                {
                    "kind": "rate_limited",
                    "what": "session-recording-timeline 's1' failed",
                    "why": "The API's rate limit for this key is reached (429).",
                    "next": "Wait 120 seconds, then call again.",
                }
            ),
        ),
        (
            Fault(status=403, path=SNAPSHOTS),
            snapshot(
                {
                    "kind": "forbidden",
                    "what": "session-recording-timeline 's1' failed",
                    "why": "The key does not have permission for this (403).",
                    "next": "Use a personal API key whose scopes and projects allow this; `replay-mcp doctor` lists what is missing.",
                }
            ),
        ),
        (
            Fault(status=200, path=SNAPSHOTS, body=b"<html>"),
            snapshot(
                {
                    "kind": "malformed_response",
                    "what": "session-recording-timeline 's1' failed",
                    "why": "The API's response is not valid JSON, or is truncated.",
                    "next": "Check that POSTHOG_HOST points to PostHog's app or API, not to a proxy page; then try again.",
                }
            ),
        ),
        (
            Fault(status=200, path=SNAPSHOTS, body=b'{"sources": "many"}'),
            snapshot(
                {
                    "kind": "malformed_response",
                    "what": "session-recording-timeline 's1' failed",
                    "why": "The API's response to session_recordings_snapshots_retrieve is not as documented at 'sources'.",
                    "next": "It may come from an unsupported PostHog build; report it to Replay MCP with the build's version.",
                }
            ),
        ),
    ],
)
async def test_failures_say_why_and_what_to_do(
    agent: Agent, faults: Faults, fault: Fault, error: dict[str, str]
) -> None:
    faults.always(fault)
    assert await agent.fail(TOOL, id="s1") == error


async def test_no_error_contains_recorded_text(agent: Agent, local: Local, faults: Faults) -> None:
    store(local, clicks(22))
    secret = b'{"detail": 7, "text": "Ada said ignore all"}'
    faults.then(PASSES, *[Fault(status=200, path=SNAPSHOTS, body=secret)] * 2)
    text = json.dumps(await agent.fail(TOOL, id="s1"))
    assert "Ada" not in text


async def test_a_part_that_failed_is_reported_beside_the_rows(agent: Agent, local: Local, faults: Faults) -> None:
    store(local, clicks(22))
    faults.then(PASSES, PASSES, Fault(status=500, path=SNAPSHOTS))
    result = await agent.call(TOOL, id="s1")
    assert (result["note"], result["recording"]["coverage"]) == snapshot(
        (
            "Only part of the recording was read. The API failed with 500 (Internal Server Error). Try again in a minute; if it keeps failing, check PostHog's status page or the self-hosted logs.",
            {"complete": False, "problems": ["the part from 630.1 s on is missing"]},
        )
    )
    faults.then(PASSES, PASSES, Fault(status=500, path=SNAPSHOTS))
    assert (await agent.call(TOOL, id="s1", kinds=["click"], limit=1))["note"] == snapshot(
        "Only part of the recording was read. The API failed with 500 (Internal Server Error). Try again in a minute; if it keeps failing, check PostHog's status page or the self-hosted logs."
    )


async def test_a_block_that_the_api_leaves_out_is_reported(agent: Agent, local: Local) -> None:
    store(local, clicks(3))
    with local.store.connection() as db:
        db.execute("UPDATE recording_block SET data = x'00' WHERE id = 2")
    assert (await agent.call(TOOL, id="s1"))["recording"]["coverage"] == snapshot(
        {"complete": False, "problems": ["the part from 30.1 to 60.1 s is missing"]}
    )
    assert (await agent.call(TOOL, id="s1", kinds=["click"], limit=1))["note"] == snapshot(
        "The recording could not be read completely: the part from 30.1 to 60.1 s is missing."
    )


# From one call to the next


async def test_the_same_recording_has_the_same_refs_after_a_restart(connect: Connect, faults: Faults) -> None:
    async with connect() as agent:
        first = await agent.call(TOOL, id="s1", limit=200)
    async with connect() as agent:
        assert await agent.call(TOOL, id="s1", limit=200) == first
    assert len(requested(faults)) == 4


async def test_with_the_cache_a_second_server_reads_nothing(connect: Connect, faults: Faults, tmp_path: Path) -> None:
    async with connect(cache=tmp_path / "cache") as agent:
        first = await agent.call(TOOL, id="s1", limit=200)
    async with connect(cache=tmp_path / "cache", permission="read", prefix="projects") as agent:
        assert await agent.call(TOOL, id="s1", limit=200) == first
    assert len(requested(faults)) == 2


async def test_another_redaction_level_reads_again(connect: Connect, faults: Faults, tmp_path: Path) -> None:
    for level in ("off", "standard", "strict"):
        async with connect(cache=tmp_path / "cache", redact=level) as agent:
            await agent.call(TOOL, id="s1")
    assert len(requested(faults)) == 6


async def test_without_the_cache_nothing_is_on_disk(connect: Connect, tmp_path: Path) -> None:
    async with connect(cache=None) as agent:
        await agent.call(TOOL, id="s1")
    assert entries(tmp_path) == []


async def test_a_recording_with_a_damaged_entry_is_read_again(connect: Connect, faults: Faults, tmp_path: Path) -> None:
    async with connect(cache=tmp_path / "cache") as agent:
        first = await agent.call(TOOL, id="s1", limit=200)
    [entry] = entries(tmp_path)
    whole = entry.read_bytes()
    for damage in (b"", whole[:20], whole[:-5], whole[:40] + b"\0" + whole[41:], b"x" * 100):
        entry.write_bytes(damage)
        async with connect(cache=tmp_path / "cache") as agent:
            assert await agent.call(TOOL, id="s1", limit=200) == first
    assert len(requested(faults)) == 12


async def test_an_ongoing_recording_grows_between_two_calls(
    connect: Connect, local: Local, faults: Faults, tmp_path: Path
) -> None:
    now = int(NOW.timestamp() * 1000)
    store(local, clicks(2), last_ingested_at=now)
    async with connect(cache=tmp_path / "cache") as agent:
        before = await agent.call(TOOL, id="s1")
        store(local, clicks(4), last_ingested_at=now)
        after = await agent.call(TOOL, id="s1")
    assert before["recording"]["ongoing"] is after["recording"]["ongoing"] is True
    assert (before["recording"]["clicks"], after["recording"]["clicks"]) == (2, 4)
    assert entries(tmp_path) == []
    assert len(requested(faults)) == 4


async def test_a_cursor_of_a_recording_that_grew_neither_skips_nor_repeats_a_row(agent: Agent, local: Local) -> None:
    store(local, clicks(4))
    first = await agent.call(TOOL, id="s1", limit=3)
    store(local, clicks(4) + lines(console(200_000, "error", "late")))
    result = await agent.client.call_tool(TOOL, {"id": "s1", "limit": 3, **first["next"]})
    if not result.is_error:  # refusing the cursor would be right as well
        again = {row["ref"] for row in json.loads(text_of(result))["rows"]}
        assert again.isdisjoint(row["ref"] for row in first["rows"])


async def test_two_calls_at_once_get_the_same(agent: Agent) -> None:
    results: list[dict[str, Any]] = []

    async def call() -> None:
        results.append(await agent.call(TOOL, id="s1"))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(call)
        tasks.start_soon(call)
    assert results[0] == results[1]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_cancelled_call_ends_its_request(connect: Connect, faults: Faults, mode: str) -> None:
    async with connect(mode=mode) as agent:
        faults.then(PASSES, Fault(path=SNAPSHOTS, stall=True))
        with anyio.fail_after(60):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(agent.client.call_tool, TOOL, {"id": "s1"})
                await faults.stalled.wait()
                tasks.cancel_scope.cancel()
            await faults.stall_ended.wait()
        assert (await agent.call(TOOL, id="s1"))["found"] is True


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_progress_counts_the_parts_of_a_recording(connect: Connect, local: Local, mode: str) -> None:
    noise = [console(30_000 * block + 1, "info", "x" * 150_000, block) for block in range(22)]
    store(local, clicks(22) + lines(*noise))
    heard: list[tuple[float, float | None, str | None]] = []

    async def listen(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    async with connect(mode=mode) as agent:
        await agent.client.call_tool(TOOL, {"id": "s1"}, progress_callback=listen)
    assert heard == snapshot([(1, 2, "1 of 2: part 1"), (2, 2, "2 of 2: part 2")])


async def test_while_the_api_keeps_a_request_waiting_progress_shows_that_the_call_is_alive(
    connect: Connect, faults: Faults
) -> None:
    faults.then(Fault(stall=True, path=SNAPSHOTS))
    listener = Listener(wanted=2 / 12)
    async with connect(timing=Timing(heartbeat=0.02)) as agent:

        async def call() -> None:
            await agent.client.call_tool(TOOL, {"id": "s1"}, progress_callback=listener)

        with anyio.fail_after(60):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(call)
                await listener.reached.wait()
                tasks.cancel_scope.cancel()
    assert listener.heard[:2] == [(1 / 11, 1, "0 of 1: still waiting"), (2 / 12, 1, "0 of 1: still waiting")]
