"""`session-recording-screen`."""

import json
import re
from typing import Any

import anyio
import pytest
from inline_snapshot import snapshot

from replay_mcp.timing import Timing
from tests.agent import Agent, Connect, text_of
from tests.conftest import Local
from tests.faults import Fault, Faults
from tests.recording.rrweb import (
    BODY,
    added,
    changed,
    clicked,
    custom,
    element,
    focus,
    full,
    incremental,
    lines,
    meta,
    moves,
    press,
    removed,
    retexted,
    scrolled,
    typed,
)
from tests.recording.test_mobile import CART, changes, screen, tap
from tests.recording.test_wireframes import words
from tests.seeding import add_recording, checkout, clicks, record
from tests.tools.test_reading import PASSES, SNAPSHOTS, requested

pytestmark = pytest.mark.anyio
TOOL = "session-recording-screen"
TIMELINE = "session-recording-timeline"
MAX_RESULT = 8_000
LINK = "https://us.posthog.com/project/1/replay/s1"


@pytest.fixture
def local(local: Local) -> Local:
    """The local API with one recording."""
    store(local, checkout())
    return local


def store(local: Local, recorded: list[bytes], id: str = "s1", **columns: Any) -> None:
    with local.store.connection() as db:
        record(db, id, recorded, **columns)


async def outline(agent: Agent, at: float | str, id: str = "s1", **arguments: Any) -> list[str]:
    """The lines of an outline."""
    return (await agent.call(TOOL, id=id, at=at, **arguments)).get("outline", "").split("\n")


async def ref_of(agent: Agent, kind: str, seconds: float) -> str:
    """The ref of the row of this kind at this time."""
    rows = (await agent.call(TIMELINE, id="s1", kinds=[kind], limit=200))["rows"]
    [ref] = [row["ref"] for row in rows if row["seconds"] == seconds]
    return ref


# Contents of a result


async def test_a_result_describes_the_page_and_shows_its_visible_elements(reader: Agent) -> None:
    assert await reader.call(TOOL, id="s1", at="e7") == snapshot(
        {
            "found": True,
            "seconds": 5.5,
            "tab": 1,
            "page": "https://shop.example/cart?email=***",
            "title": "Your cart",
            "viewport": "1280x800",
            "focus": "textbox [name=card] [length=19] [active]",
            "action": 'clicked at 5.00 s: button "Pay now"',
            "outline": """\
- button "Pay now" [clicked]
- button "Apply coupon"
- textbox [name=card] [length=19] [active]
- alert: Payment failed. Try again\
""",
            "link": "https://us.posthog.com/project/1/replay/s1?t=5",
        }
    )


async def test_an_edited_field_has_the_length_of_its_text_and_the_focus(reader: Agent) -> None:
    assert await reader.call(TOOL, id="s1", at=2.4) == snapshot(
        {
            "found": True,
            "seconds": 2.4,
            "tab": 1,
            "page": "https://shop.example/cart?email=***",
            "title": "Your cart",
            "viewport": "1280x800",
            "focus": "textbox [name=card] [length=19] [active]",
            "action": "edited at 2.40 s: textbox [name=card] [length=19] [active]",
            "outline": """\
- button "Pay now"
- button "Apply coupon"
- textbox [name=card] [length=19] [active] [edited]\
""",
            "link": "https://us.posthog.com/project/1/replay/s1?t=2",
        }
    )


async def test_a_screen_of_a_single_tab_does_not_name_it(agent: Agent, local: Local) -> None:
    store(local, clicks(1))
    assert await agent.call(TOOL, id="s1", at=0.05) == snapshot(
        {
            "found": True,
            "seconds": 0.05,
            "page": "https://shop.example/",
            "title": "Shop",
            "viewport": "1280x800",
            "outline": '- button "Go"',
            "link": "https://us.posthog.com/project/1/replay/s1?t=0",
        }
    )


async def test_the_page_is_scrolled_as_the_visitor_had_it(reader: Agent) -> None:
    shown = [(await reader.call(TOOL, id="s1", at=at)).get("scrolled", "") for at in (25.5, 26, 26.4, 26.5, 40)]
    assert shown == snapshot(["", "0,400", "0,400", "0,900", "0,900"])


async def test_a_page_at_its_top_and_a_scrolled_element_are_not_reported(agent: Agent, local: Local) -> None:
    store(
        local,
        lines(
            meta(0, "https://shop.example/"),
            full(1, element(10, "p", "Hi")),
            scrolled(1_000, 700, x=40),
            scrolled(2_000, 0),
            scrolled(3_000, 50, node=10),
        ),
    )
    shown = [(await agent.call(TOOL, id="s1", at=at)).get("scrolled", "") for at in (1, 2, 3)]
    assert shown == snapshot(["40,700", "", ""])


async def test_the_viewport_is_that_of_the_moment(agent: Agent, local: Local) -> None:
    resize = incremental(2_000, 4, width=400, height=900)
    store(local, lines(meta(0, "https://shop.example/"), full(1, element(10, "p", "Hi")), resize, *moves(3_000)))
    assert [(await agent.call(TOOL, id="s1", at=at))["viewport"] for at in (1, 1.99, 2, 3)] == snapshot(
        ["1280x800", "1280x800", "400x900", "400x900"]
    )


async def test_the_address_and_title_are_those_of_the_moment(agent: Agent, local: Local) -> None:
    store(
        local,
        lines(
            meta(0, "https://shop.example/a?token=1"),
            full(1, element(10, "p", "Hi"), title="First"),
            custom(2_000, "$url_changed", href="https://shop.example/b?token=2"),
            retexted(2_500, 400, "Second"),
            *moves(3_000),
        ),
    )
    shown = [await agent.call(TOOL, id="s1", at=at) for at in (1, 2, 3)]
    assert [(each["page"], each["title"]) for each in shown] == snapshot(
        [
            ("https://shop.example/a?token=***", "First"),
            ("https://shop.example/b?token=***", "First"),
            ("https://shop.example/b?token=***", "Second"),
        ]
    )


async def test_a_screen_shows_what_its_last_event_changed(agent: Agent, local: Local) -> None:
    name, terms = element(10, "input", type="text", aria_label="Name"), element(11, "input", type="checkbox", id="t")
    store(
        local,
        lines(
            meta(0, "https://shop.example/"),
            full(
                1, name, terms, element(12, "label", "I agree", for_="t"), element(13, "button", "Order", disabled="")
            ),
            focus(1_000, 10),
            typed(1_100, 10, "Ada"),
            *clicked(2_000, 11),
            incremental(2_005, 5, id=11, text="on", isChecked=True),
            changed(2_100, 13, disabled=None),
            press(3_000, 13),
            added(3_200, BODY, element(14, "p", "Thank you", role="status")),
            removed(3_400, BODY, 13),
        ),
    )
    assert ["\n".join(await outline(agent, at)) for at in (0.5, 1.1, 2.05, 2.1, 3, 3.2, 3.4)] == snapshot(
        [
            """\
- textbox "Name" [length=0]
- checkbox "I agree"
- text: I agree
- button "Order" [disabled]\
""",
            """\
- textbox "Name" [length=3] [active] [edited]
- checkbox "I agree"
- text: I agree
- button "Order" [disabled]\
""",
            """\
- textbox "Name" [length=3] [active]
- checkbox "I agree" [checked] [clicked]
- text: I agree
- button "Order" [disabled]\
""",
            """\
- textbox "Name" [length=3] [active]
- checkbox "I agree" [checked] [clicked]
- text: I agree
- button "Order"\
""",
            """\
- textbox "Name" [length=3] [active]
- checkbox "I agree" [checked]
- text: I agree
- button "Order" [clicked]\
""",
            """\
- textbox "Name" [length=3] [active]
- checkbox "I agree" [checked]
- text: I agree
- button "Order" [clicked]
- status: Thank you\
""",
            """\
- textbox "Name" [length=3] [active]
- checkbox "I agree" [checked]
- text: I agree
- status: Thank you\
""",
        ]
    )


async def test_the_last_action_on_another_page_is_not_reported(reader: Agent) -> None:
    assert "action" not in await reader.call(TOOL, id="s1", at=26)


async def test_mobile_screens_are_shown_as_pages(agent: Agent, local: Local) -> None:
    failed = words(110, "Payment failed, try again", 600)
    recorded = [*screen(0, "Checkout", CART), *tap(3_000, 200, 720), changes(3_500, adds=[failed]), *moves(9_000)]
    store(local, lines(*recorded))
    assert await agent.call(TOOL, id="s1", at=4) == snapshot(
        {
            "found": True,
            "seconds": 4.0,
            "page": "Checkout",
            "viewport": "400x800",
            "action": 'touched at 3.06 s: button "Pay now"',
            "outline": """\
- text: Your cart
- button "Pay now" [touched]
- switch "Gift wrap"
- textbox [length=0]
- text: Payment failed, try again\
""",
            "link": "https://us.posthog.com/project/1/replay/s1?t=4",
        }
    )


async def test_links_play_from_the_second_of_the_moment(reader: Agent) -> None:
    assert (await reader.call(TOOL, id="s1", at="10.9"))["link"] == f"{LINK}?t=10"


# The moment


@pytest.mark.parametrize("at", ["e4", "5", 5, 5.0, "5.0", "5.00", "0:05", "0:00:05", "00:05"])
async def test_a_moment_is_a_ref_seconds_or_a_time(reader: Agent, at: float | str) -> None:
    assert await reader.call(TOOL, id="s1", at=at) == await reader.call(TOOL, id="s1", at="5")


async def test_hours_and_minutes_are_counted(agent: Agent, local: Local) -> None:
    page = [meta(0, "https://shop.example/"), full(1, element(10, "p", "Hi"))]
    late = retexted(3_723_000, 1000, "An hour later")
    store(local, lines(*page, *moves(*range(10_000, 3_723_000, 60_000)), late, *moves(3_724_000)))
    shown = [await agent.call(TOOL, id="s1", at=at) for at in ("1:02:02", "1:02:03", "62:03")]
    assert [(each["seconds"], each["outline"]) for each in shown] == snapshot(
        [(3722.0, "- paragraph: Hi"), (3723.0, "- paragraph: An hour later"), (3723.0, "- paragraph: An hour later")]
    )


@pytest.mark.parametrize(
    ("id", "arguments"),
    [
        pytest.param(f"{LINK}?t=5", {}, id="time in the link"),
        pytest.param(f"{LINK}?t=37", {"at": "5"}, id="at goes before"),
        pytest.param(LINK, {"at": "5"}, id="no time in the link"),
        pytest.param(f"{LINK}?x=1&t=5#top", {}, id="more in the link"),
    ],
)
async def test_a_playback_link_gives_the_recording_and_the_moment(
    reader: Agent, id: str, arguments: dict[str, Any]
) -> None:
    result = await reader.call(TOOL, id=id, **arguments)
    assert (result["seconds"], result["link"]) == (5.0, f"{LINK}?t=5")
    assert result["outline"] == (await reader.call(TOOL, id="s1", at="5"))["outline"]


@pytest.mark.parametrize("name", ["id", "session_id", "session_recording_id"])
async def test_all_three_names_of_the_id_are_accepted(reader: Agent, name: str) -> None:
    assert (await reader.call(TOOL, **{name: "s1"}, at="5"))["found"] is True


async def test_a_moment_includes_the_events_that_are_rounded_to_it(agent: Agent, local: Local) -> None:
    page = [meta(0, "https://shop.example/"), full(1, element(10, "p", "Hi"))]
    store(local, lines(*page, retexted(2_004, 1000, "Now"), retexted(2_016, 1000, "Later"), *moves(3_000)))
    assert [await outline(agent, at) for at in (1.99, 2, 2.01, 2.02)] == snapshot(
        [["- paragraph: Hi"], ["- paragraph: Now"], ["- paragraph: Now"], ["- paragraph: Later"]]
    )


async def test_the_moment_of_a_row_is_its_time_and_shows_what_it_reports(reader: Agent) -> None:
    rows = (await reader.call(TIMELINE, id="s1", limit=200))["rows"]
    shown = {row["ref"]: await reader.call(TOOL, id="s1", at=row["ref"]) for row in rows}
    drawn = [row for row in rows if row["kind"] != "navigation"]
    assert [(shown[row["ref"]]["seconds"], shown[row["ref"]]["tab"]) for row in drawn] == [
        (row["seconds"], row["tab"]) for row in drawn
    ]
    assert "alert: Payment failed. Try again" in shown["e7"]["outline"]


async def test_a_ref_shows_its_tab_and_seconds_show_the_tab_used_last(reader: Agent) -> None:
    moments = (29.9, 30.1, 32, 40, 60, 70, "e12", "e13", "e15", "e17", "e18", "e20")
    assert {str(at): (await reader.call(TOOL, id="s1", at=at))["tab"] for at in moments} == snapshot(
        {
            "29.9": 1,
            "30.1": 2,
            "32": 2,
            "40": 1,
            "60": 2,
            "70": 1,
            "e12": 1,
            "e13": 2,
            "e15": 2,
            "e17": 1,
            "e18": 2,
            "e20": 1,
        }
    )


async def test_before_the_first_snapshot_the_first_page_is_shown_with_a_note(agent: Agent, local: Local) -> None:
    late = full(4_000, element(10, "p", "Hi"))
    store(local, lines(meta(0, "https://shop.example/"), *moves(100, 3_000), late, *moves(5_000)))
    assert await agent.call(TOOL, id="s1", at=1) == snapshot(
        {
            "found": True,
            "seconds": 4.0,
            "page": "https://shop.example/",
            "title": "Shop",
            "viewport": "1280x800",
            "outline": "- paragraph: Hi",
            "link": "https://us.posthog.com/project/1/replay/s1?t=4",
            "note": "No page of this tab is recorded before 4.00 s; this is the first one.",
        }
    )
    assert "note" not in await agent.call(TOOL, id="s1", at=4)


@pytest.mark.parametrize("at", ["71", "71.0", "1:11"])
async def test_the_last_moment_can_be_shown(reader: Agent, at: str) -> None:
    assert (await reader.call(TOOL, id="s1", at=at))["seconds"] == 71.0


# Parts


@pytest.mark.parametrize(
    ("within", "lines"),
    [
        ("[data-testid=pay]", snapshot(['- button "Pay now" [clicked]'])),
        ('[data-testid="pay"]', snapshot(['- button "Pay now" [clicked]'])),
        ("#coupon", snapshot(['- button "Apply coupon"'])),
        ("button#coupon", snapshot(['- button "Apply coupon"'])),
        ("input[name=card]", snapshot(["- textbox [name=card] [length=19] [active]"])),
        ("[role=alert]", snapshot(["- alert: Payment failed. Try again"])),
        ("e4", snapshot(['- button "Pay now" [clicked]'])),
        ("e8", snapshot(['- button "Apply coupon"'])),
        ("e3", snapshot(["- textbox [name=card] [length=19] [active]"])),
        ("e7", snapshot(["- alert: Payment failed. Try again"])),
        ("n11", snapshot(['- button "Apply coupon"'])),
        (
            "n11+",
            snapshot(
                [
                    '- button "Apply coupon"',
                    "- textbox [name=card] [length=19] [active]",
                    "- alert: Payment failed. Try again",
                ]
            ),
        ),
        ("n13+", snapshot(["- alert: Payment failed. Try again"])),
        (
            "body",
            snapshot(
                [
                    '- button "Pay now" [clicked]',
                    '- button "Apply coupon"',
                    "- textbox [name=card] [length=19] [active]",
                    "- alert: Payment failed. Try again",
                ]
            ),
        ),
    ],
)
async def test_a_part_is_chosen_by_a_selector_or_a_ref(reader: Agent, within: str, lines: list[str]) -> None:
    assert await outline(reader, "5.5", within=within) == lines


async def test_the_first_visible_of_several_elements_is_shown_and_the_number_told(agent: Agent, local: Local) -> None:
    body = [element(10, "p", "Hidden", hidden=""), element(11, "p", "One"), element(12, "p", "Two")]
    store(local, lines(meta(0, "https://shop.example/"), full(1, *body), *moves(1_000)))
    result = await agent.call(TOOL, id="s1", at=1, within="p")
    assert (result["outline"], result["note"]) == snapshot(
        ("- paragraph: One", "3 elements match; this is the first that is visible.")
    )


async def test_a_row_in_another_document_does_not_name_an_element_with_the_same_number(reader: Agent) -> None:
    assert await reader.fail(TOOL, id="s1", at="31", within="e4") == snapshot(
        {
            "kind": "invalid_arguments",
            "what": "session-recording-screen 's1' failed",
            "why": "within 'e4': there is no such element on this screen.",
            "next": "Give a ref of an outline (n12), of a row (e17), or a selector such as [data-testid=cart].",
        }
    )


# Changes


async def test_changes_are_those_since_the_previous_action(reader: Agent) -> None:
    assert await reader.call(TOOL, id="s1", at="e7", changes=True) == snapshot(
        {
            "found": True,
            "seconds": 5.5,
            "tab": 1,
            "page": "https://shop.example/cart?email=***",
            "title": "Your cart",
            "viewport": "1280x800",
            "focus": "textbox [name=card] [length=19] [active]",
            "action": 'clicked at 5.00 s: button "Pay now"',
            "since": "e4",
            "appeared": ["alert: Payment failed. Try again"],
            "link": "https://us.posthog.com/project/1/replay/s1?t=5",
        }
    )


async def test_changes_are_elements_that_appeared_left_or_changed(agent: Agent, local: Local) -> None:
    body = [
        element(10, "button", "Order"),
        element(11, "p", "Total: 10"),
        element(12, "p", "Free shipping"),
        element(13, "input", type="checkbox", aria_label="Gift"),
        element(14, "nav", element(15, "a", "Home", href="/")),
    ]
    store(
        local,
        lines(
            meta(0, "https://shop.example/"),
            full(1, *body),
            press(1_000, 10),
            changed(1_200, 10, disabled=""),
            retexted(1_300, 1100, "Total: 12"),
            removed(1_400, BODY, 12),
            added(1_500, BODY, element(20, "ul", element(21, "li", "Saved"), element(22, "li", "Sent"))),
            *moves(2_000),
        ),
    )
    assert await agent.call(TOOL, id="s1", at=2, changes=True) == snapshot(
        {
            "found": True,
            "seconds": 2.0,
            "page": "https://shop.example/",
            "title": "Shop",
            "viewport": "1280x800",
            "action": 'clicked at 1.00 s: button "Order" [disabled]',
            "since": "e2",
            "appeared": ["list", "listitem: Saved", "listitem: Sent"],
            "left": ["paragraph: Free shipping"],
            "changed": [
                {"before": 'button "Order"', "after": 'button "Order" [disabled]'},
                {"before": "paragraph: Total: 10", "after": "paragraph: Total: 12"},
            ],
            "link": "https://us.posthog.com/project/1/replay/s1?t=2",
        }
    )


async def test_at_an_action_the_changes_are_those_since_the_one_before(reader: Agent) -> None:
    assert await reader.call(TOOL, id="s1", at="e4", changes=True) == snapshot(
        {
            "found": True,
            "seconds": 5.0,
            "tab": 1,
            "page": "https://shop.example/cart?email=***",
            "title": "Your cart",
            "viewport": "1280x800",
            "focus": "textbox [name=card] [length=19] [active]",
            "action": 'clicked at 5.00 s: button "Pay now"',
            "since": "e3",
            "changed": [
                {
                    "before": "textbox [name=card] [length=0] [active]",
                    "after": "textbox [name=card] [length=19] [active]",
                }
            ],
            "link": "https://us.posthog.com/project/1/replay/s1?t=5",
        }
    )


async def test_all_changes_are_shown_or_counted(agent: Agent, local: Local) -> None:
    body = [element(10 + at, "p", f"word {at}") for at in range(150)]
    new = [element(50_000 + at, "p", f"new {at}") for at in range(100)]
    changing = [retexted(600 + at, (10 + at) * 100, f"now {at}") for at in range(50)]
    leaving = [removed(700 + at, BODY, 60 + at) for at in range(90)]
    page = [meta(0, "https://shop.example/"), full(1, *body), press(500, 10), *changing, *leaving]
    store(local, lines(*page, added(900, BODY, *new), *moves(1_000)))
    result = await agent.call(TOOL, id="s1", at="1", changes=True)
    counts: dict[str, int] = {}
    for field in ("appeared", "left", "changed"):
        assert result[field]
        counts[field] = len(result[field]) + result[f"more_{field}"]
    assert counts == {"appeared": 100, "left": 90, "changed": 50}


async def test_without_an_earlier_action_the_whole_screen_is_shown(reader: Agent) -> None:
    assert await reader.call(TOOL, id="s1", at=0.5, changes=True) == snapshot(
        {
            "found": True,
            "seconds": 0.5,
            "tab": 1,
            "page": "https://shop.example/cart?email=***",
            "title": "Your cart",
            "viewport": "1280x800",
            "outline": """\
- button "Pay now"
- button "Apply coupon"
- textbox [name=card] [length=0]\
""",
            "link": "https://us.posthog.com/project/1/replay/s1?t=0",
            "note": "There is no earlier action in this tab; this is the whole screen.",
        }
    )


async def test_changes_of_a_part_leave_out_the_others(reader: Agent) -> None:
    part = await reader.call(TOOL, id="s1", at="e7", changes=True, within="[data-testid=pay]")
    assert (part.get("appeared"), part["note"]) == snapshot((None, "Nothing visible changed."))
    part = await reader.call(TOOL, id="s1", at="e7", changes=True, within="[role=alert]")
    assert part["appeared"] == snapshot(["alert: Payment failed. Try again"])


async def test_changes_across_pages_say_so(reader: Agent) -> None:
    assert await reader.call(TOOL, id="s1", at=26, changes=True) == snapshot(
        {
            "found": True,
            "seconds": 26.0,
            "tab": 1,
            "page": "https://shop.example/cart/help",
            "title": "Help",
            "viewport": "1280x800",
            "scrolled": "0,400",
            "since": "e8",
            "appeared": ['heading "Help" [level=1]'],
            "left": [
                'button "Pay now"',
                'button "Apply coupon"',
                "textbox [name=card] [length=19] [active]",
                "alert: Payment failed. Try again",
            ],
            "link": "https://us.posthog.com/project/1/replay/s1?t=26",
            "note": "The page changed: it was https://shop.example/cart?email=***.",
        }
    )


# Refusals


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"at": "e99"}, snapshot("at: this recording has no row 'e99'; its last row is e20.")),
        ({"at": "E4"}, snapshot("at: give a ref such as 'e17', seconds or a time such as '0:37', not 'E4'.")),
        ({"at": "1:2:3:4"}, snapshot("at: give a ref such as 'e17', seconds or a time such as '0:37', not '1:2:3:4'.")),
        ({"at": "0:5x"}, snapshot("at: give a ref such as 'e17', seconds or a time such as '0:37', not '0:5x'.")),
        ({"at": True}, snapshot("at: give a ref such as 'e17', seconds or a time such as '0:37', not 'True'.")),
        ({"at": 100}, snapshot("at: the recording lasts 71.00 s.")),
        ({"at": "2:00"}, snapshot("at: the recording lasts 71.00 s.")),
        ({}, snapshot("at: name the moment, such as 12.5, 'e17' or '0:37'.")),
        ({"at": "5", "within": "#nope"}, snapshot("within '#nope': there is no such element on this screen.")),
        ({"at": "5", "within": "[role=alert]"}, snapshot("within '[role=alert]': the element is not visible.")),
        ({"at": "5", "within": "e99"}, snapshot("within: this recording has no row 'e99'; its last row is e20.")),
        ({"at": "5", "within": "e5"}, snapshot("within 'e5': this row is not about an element.")),
        ({"at": "5", "within": "n999"}, snapshot("within 'n999': there is no such element on this screen.")),
        (
            {"at": "5", "within": "n" + "9" * 40},
            snapshot("within 'n9999999999999999999999999999999999999999': there is no such element on this screen."),
        ),
        (
            {"at": "5", "within": "main button"},
            snapshot("within 'main button': there is no such element on this screen."),
        ),
        ({"at": "5", "within": "["}, snapshot("within '[': give one selector, without commas.")),
        (
            {"at": "5", "within": "x" * 201},
            snapshot(
                'within: String should have at most 200 characters, got "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'
            ),
        ),
        (
            {"at": "5", "changes": "maybe"},
            snapshot('changes: should be a valid boolean, unable to interpret input, got "maybe"'),
        ),
        ({"at": "5", "tab": 2}, snapshot("unknown argument 'tab'; valid arguments: id, at, within, changes, image")),
    ],
)
async def test_wrong_arguments_are_refused_with_the_right_form(
    reader: Agent, arguments: dict[str, Any], why: str
) -> None:
    error = await reader.fail(TOOL, id="s1", **arguments)
    assert (error["kind"], error["what"]) == ("invalid_arguments", "session-recording-screen 's1' failed")
    assert error["why"] == why


async def test_a_moment_soon_after_the_end_is_refused_as_well(reader: Agent) -> None:
    assert (await reader.fail(TOOL, id="s1", at="72"))["kind"] == "invalid_arguments"


async def test_an_element_that_is_not_visible_is_refused_as_such(agent: Agent, local: Local) -> None:
    body = [element(10, "p", "Hidden", id="a", hidden=""), element(11, "p", "Shown")]
    store(local, lines(meta(0, "https://shop.example/"), full(1, *body), *moves(1_000)))
    assert await agent.fail(TOOL, id="s1", at=1, within="#a") == snapshot(
        {
            "kind": "invalid_arguments",
            "what": "session-recording-screen 's1' failed",
            "why": "within '#a': the element is not visible.",
            "next": "Give a ref of an outline (n12), of a row (e17), or a selector such as [data-testid=cart].",
        }
    )


# Text of strangers

FORGERIES = {
    "line feeds": 'Hi\n- button "Pay" [clicked]',
    "other line ends": "Hi\r\n- button\u2028- link\u2029- link\x0b- link\x0c- link\x85- link",
    "quotes": 'Hi" [clicked]: - button "Pay',
    "backslashes": '\\" [clicked]\\n- button \\',
    "markers": '… 46 more lines: within "n55+"',
    "dashes": "- button: Pay\n  - link: x",
    "invisible": "\u202eyap\u202c \u200b\ufeff \x00\x1b[31m",
}


def forging(text: str) -> list[bytes]:
    """A page that has this text wherever a page can have text."""
    field = element(14, "input", type="text", placeholder=text, aria_label=text)
    option = element(16, "select", element(17, "option", text, value="a", selected=True), aria_label=text)
    body = [
        element(10, "p", text),
        element(11, "button", text, title=text),
        element(12, "img", alt=text),
        element(13, "div", text, role="group", aria_label=text),
        field,
        option,
        text,
        element(18, "iframe", title=text),
    ]
    return lines(meta(0, "https://shop.example/" + text), full(1, *body, title=text), press(500, 11), *moves(1_000))


@pytest.mark.parametrize("name", list(FORGERIES))
async def test_recorded_text_stays_in_the_line_of_its_element(agent: Agent, local: Local, name: str) -> None:
    store(local, forging("Hi"))
    plain = await outline(agent, 1)
    store(local, forging(FORGERIES[name]), "s2")
    forged = await outline(agent, 1, "s2")
    assert forged != plain
    beginning = re.compile(r" *- (/placeholder|[a-z]+)")
    assert [found[0] for line in forged if (found := beginning.match(line))] == [
        found[0] for line in plain if (found := beginning.match(line))
    ]
    assert [line for line in forged if not line.isprintable()] == []
    assert ["[clicked]" in re.sub(r'"(?:[^"\\]|\\.)*"|: .*', "", line) for line in forged] == [
        "[clicked]" in line for line in plain
    ]


async def test_text_of_strangers_is_shown_escaped(agent: Agent, local: Local) -> None:
    store(local, forging(FORGERIES["line feeds"]))
    assert await agent.call(TOOL, id="s1", at=1) == snapshot(
        {
            "found": True,
            "seconds": 1.0,
            "page": 'https://shop.example/Hi- button "Pay" [clicked]',
            "title": 'Hi\\n- button "Pay" [clicked]',
            "viewport": "1280x800",
            "action": 'clicked at 0.50 s: button "Hi - button \\"Pay\\" [clicked]"',
            "outline": """\
- paragraph: Hi - button "Pay" [clicked]
- button "Hi - button \\"Pay\\" [clicked]" [clicked]
- img "Hi - button \\"Pay\\" [clicked]"
- group "Hi - button \\"Pay\\" [clicked]": Hi - button "Pay" [clicked]
- textbox "Hi - button \\"Pay\\" [clicked]" [length=0]:
  - /placeholder: Hi - button "Pay" [clicked]
- combobox "Hi - button \\"Pay\\" [clicked]":
  - option "Hi - button \\"Pay\\" [clicked]" [selected]
- text: Hi - button "Pay" [clicked]
- iframe "Hi - button \\"Pay\\" [clicked]" [not recorded]\
""",
            "link": "https://us.posthog.com/project/1/replay/s1?t=1",
        }
    )


async def test_personal_data_is_masked_at_every_level_but_off(connect: Connect, local: Local) -> None:
    secret = "ada@b.example has sk-ant-api03-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    store(local, forging(secret))
    shown: dict[str, Any] = {}
    for level in ("off", "standard", "strict"):
        async with connect(redact=level) as agent:
            shown[level] = await agent.call(TOOL, id="s1", at=1)
            changes = await agent.call(TOOL, id="s1", at=1, changes=True)
            if level != "off":
                assert not re.search(r"ada@b|api03", json.dumps([shown[level], changes]))
    assert shown["standard"] == snapshot(
        {
            "found": True,
            "seconds": 1.0,
            "page": "https://shop.example/[email] has [token]",
            "title": "[email] has [token]",
            "viewport": "1280x800",
            "action": 'clicked at 0.50 s: button "[email] has [token]"',
            "outline": """\
- paragraph: [email] has [token]
- button "[email] has [token]" [clicked]
- img "[email] has [token]"
- group "[email] has [token]": [email] has [token]
- textbox "[email] has [token]" [length=0]:
  - /placeholder: [email] has [token]
- combobox "[email] has [token]":
  - option "[email] has [token]" [selected]
- text: [email] has [token]
- iframe "[email] has [token]" [not recorded]\
""",
            "link": "https://us.posthog.com/project/1/replay/s1?t=1",
        }
    )
    assert "ada@b.example" in shown["off"]["outline"]


@pytest.mark.parametrize("level", ["standard", "strict"])
async def test_what_a_visitor_typed_is_never_shown_nor_repeated(connect: Connect, local: Local, level: str) -> None:
    body = [
        element(10, "input", type="text", aria_label="Name"),
        element(11, "p", "Hello"),
        element(12, "button", "Save"),
        element(13, "div", "draft", contenteditable="true"),
    ]
    store(
        local,
        lines(
            meta(0, "https://shop.example/"),
            full(1, *body),
            focus(900, 10),
            typed(1_000, 10, "Adalovelace"),
            retexted(1_100, 1100, "Hello Adalovelace, welcome"),
            changed(1_200, 12, aria_label="Save Adalovelace"),
            changed(1_250, 10, value="Adalovelace"),
            retexted(1_300, 400, "Adalovelace's page"),
            press(1_400, 12),
            added(1_500, BODY, element(20, "p", "Saved: Adalovelace", role="status")),
            *moves(2_000),
        ),
    )
    async with connect(redact=level) as agent:
        results = [await agent.call(TOOL, id="s1", at=at, changes=how) for at in (1, 1.3, 2) for how in (False, True)]
        results.append(await agent.call(TOOL, id="s1", at=2, within="p"))
    assert "lovelace" not in json.dumps(results).lower()


@pytest.mark.parametrize("level", ["off", "standard", "strict"])
async def test_the_value_of_a_field_is_never_shown(connect: Connect, local: Local, level: str) -> None:
    body = [
        element(10, "input", type="text", aria_label="Name", value="Adalovelace"),
        element(11, "textarea", "Adalovelace"),
        element(12, "div", "Adalovelace", contenteditable="true"),
        element(13, "input", type="password", value="Adalovelace"),
        element(14, "div", "Adalovelace", role="textbox"),
    ]
    page = [meta(0, "https://shop.example/"), full(1, *body)]
    late = [
        focus(1_000, 13),
        typed(1_100, 13, "Adalovelace!"),
        press(1_500, 10),
        changed(1_600, 10, value="Adalovelace2"),
    ]
    store(local, lines(*page, *late, *moves(2_000)))
    async with connect(redact=level) as agent:
        results = [await agent.call(TOOL, id="s1", at=at, changes=how) for at in (1, 1.5, 2) for how in (False, True)]
    assert "lovelace" not in json.dumps(results).lower()


async def test_a_page_that_repeats_what_was_typed_shows_that_it_was(agent: Agent, local: Local) -> None:
    body = [element(10, "input", type="text", aria_label="Name"), element(11, "p", "Hello")]
    repeated = retexted(1_100, 1100, "Hello Adalovelace, welcome")
    page = [meta(0, "https://shop.example/"), full(1, *body), focus(900, 10), typed(1_000, 10, "Adalovelace")]
    store(local, lines(*page, repeated, *moves(2_000)))
    assert await outline(agent, 2) == snapshot(
        ['- textbox "Name" [length=11] [active] [edited]', "- paragraph: Hello [typed], welcome"]
    )


# Size


def large(rows: int, text: str = "word ") -> list[bytes]:
    """A page with a table of so many rows, all in one list of another."""
    table = element(
        9_000, "table", *(element(10_000 + at, "tr", element(20_000 + at, "td", f"{text}{at}")) for at in range(rows))
    )
    items = element(
        30_000, "ul", *(element(31_000 + at, "li", element(40_000 + at, "button", f"{text}{at}")) for at in range(rows))
    )
    page = element(8_000, "main", element(8_001, "h1", "All"), table, items)
    return lines(meta(0, "https://shop.example/"), full(1, page, title=text * 20), press(500, 40_000), *moves(1_000))


TEXTS = {
    "plain": "word ",
    "long": "x" * 500,
    "quotes": '"' * 100,
    "backslashes": "\\" * 100,
    "invisible": "\u202e" * 100,
    "wide": "漢" * 300,
    "emoji": "🤷" * 300,
}
EVERY_TEXT = [pytest.param(name, marks=() if name in ("quotes", "invisible") else pytest.mark.full) for name in TEXTS]
"""In most runs only those that become longest in JSON, by a little and by much."""


@pytest.mark.parametrize("name", EVERY_TEXT)
async def test_no_result_is_longer_than_the_limit(agent: Agent, local: Local, name: str) -> None:
    store(local, large(200, TEXTS[name]))
    asked: list[dict[str, Any]] = [{}, {"within": "main"}, {"within": "table"}, {"within": "ul"}, {"changes": True}]
    for arguments in asked:
        result = await agent.client.call_tool(TOOL, {"id": "s1", "at": "1", **arguments})
        assert not result.is_error, text_of(result)
        assert 0 < len(text_of(result)) <= MAX_RESULT


@pytest.mark.parametrize("name", EVERY_TEXT)
async def test_no_list_of_changes_is_longer_than_the_limit(agent: Agent, local: Local, name: str) -> None:
    text = TEXTS[name]
    body = [element(10 + at, "p", f"{text}{at}") for at in range(150)]
    new = [element(50_000 + at, "p", f"{at}{text}") for at in range(100)]
    changing = [retexted(600 + at, (10 + at) * 100, f"{text} now {at}") for at in range(50)]
    leaving = [removed(700 + at, BODY, 60 + at) for at in range(90)]
    page = [meta(0, "https://shop.example/"), full(1, *body), press(500, 10), *changing, *leaving]
    store(local, lines(*page, added(900, BODY, *new), *moves(1_000)))
    result = await agent.client.call_tool(TOOL, {"id": "s1", "at": "1", "changes": True})
    assert not result.is_error, text_of(result)
    assert len(text_of(result)) <= MAX_RESULT


@pytest.mark.parametrize("changes", [False, True])
@pytest.mark.parametrize("name", ["quotes", "invisible"])
async def test_long_addresses_titles_and_names_count_towards_the_limit(
    agent: Agent, local: Local, name: str, changes: bool
) -> None:
    text = TEXTS[name] * 30
    items = [element(10_000 + at, "p", f"{at} {text}") for at in range(100)]
    later = [element(60_000 + at, "p", f"{at} {text}") for at in range(100)]
    field = element(21, "input", type="text", aria_label=text)
    page = [
        meta(0, "https://shop.example/" + text),
        full(1, element(10, "button", text), *items, title=text),
        press(400, 10),
        meta(600, "https://shop.example/b" + text),
        full(601, element(20, "button", aria_label=text), field, *later, title=f"{text}."),
        focus(620, 21),
    ]
    store(local, lines(*page, *([] if changes else [press(650, 20)]), *moves(1_000)))
    result = await agent.client.call_tool(TOOL, {"id": "s1", "at": "0.7", "changes": changes})
    assert not result.is_error, text_of(result)
    assert len(text_of(result)) <= MAX_RESULT


async def test_what_does_not_fit_is_counted(agent: Agent, local: Local) -> None:
    store(local, large(300))
    shown = await outline(agent, 1)
    assert [line for line in shown if "…" in line or "[clicked]" in line] == snapshot(
        [
            '    - … 418 more lines: within "n10091+"',
            '      - button "word 0" [clicked]',
            '      - … 1 more line: within "n40071"',
            '    - … 456 more lines: within "n31072+"',
        ]
    )


MARKER = re.compile(r' *- … (\d+) more lines?: within "(n\d+\+?)"')


@pytest.mark.parametrize("rows", [10, 100, 300])
async def test_following_the_markers_reaches_every_line(agent: Agent, local: Local, rows: int) -> None:
    store(local, large(rows))
    reached: list[str] = []
    pending: list[str | None] = [None]
    calls = 0
    while pending:
        within = pending.pop()
        calls += 1
        assert calls < 200
        for line in await outline(agent, 1, **({"within": within} if within else {})):
            if found := MARKER.fullmatch(line):
                pending.append(found[2])
            else:
                reached.append(line.strip())
    expected = {f'- button "word {at}"' for at in range(1, rows)} | {f"- cell: word {at}" for at in range(rows)}
    assert expected - set(reached) == set()
    assert [text for text in expected if reached.count(text) > 1] == []


# Missing recordings and failures


async def test_an_unknown_id_is_not_found_rather_than_a_failure(agent: Agent, faults: Faults) -> None:
    assert await agent.call(TOOL, id="nope", at="5") == snapshot(
        {
            "found": False,
            "note": "No recording has this id: it was not captured, expired, was deleted, or is in another environment.",
        }
    )
    assert requested(faults) == []


async def test_a_tab_without_a_full_snapshot_is_not_found(agent: Agent, local: Local) -> None:
    store(local, lines(meta(0, "https://shop.example/"), *moves(100, 3_000)))
    assert await agent.call(TOOL, id="s1", at=1) == snapshot(
        {"found": False, "note": "No page was recorded in this tab: there is no full snapshot that could be read."}
    )


async def test_another_tab_without_a_full_snapshot_is_not_found(agent: Agent, local: Local) -> None:
    first = lines(meta(0, "https://shop.example/"), full(1, element(10, "p", "Hi")), *moves(1_000, 9_000))
    second = lines(meta(2_000, "https://shop.example/b"), press(3_000, 10), *moves(4_000), window="window-2")
    store(local, first + second)
    assert await agent.call(TOOL, id="s1", at=3.5) == snapshot(
        {"found": False, "note": "No page was recorded in this tab: there is no full snapshot that could be read."}
    )
    assert (await agent.call(TOOL, id="s1", at=1))["found"] is True


async def test_a_recording_without_data_is_a_failure_that_says_so(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_recording(db, "bare")
    assert await agent.fail(TOOL, id="bare", at="1") == snapshot(
        {
            "kind": "unreadable_recording",
            "what": "session-recording-screen 'bare' failed",
            "why": "PostHog has no snapshot data for this recording.",
            "next": "It may have expired, or not be ingested yet; session-recording-get shows when it was recorded.",
        }
    )


async def test_a_deleted_recording_is_forgotten(connect: Connect, local: Local, faults: Faults) -> None:
    async with connect(permission="delete") as agent:
        assert (await agent.call(TOOL, id="s1", at="5"))["found"] is True
        await local.http.delete("/api/environments/1/session_recordings/s1")
        assert await agent.call(TOOL, id="s1", at="5") == snapshot(
            {
                "found": False,
                "note": "No recording has this id: it was not captured, expired, was deleted, or is in another environment.",
            }
        )
        assert len(requested(faults)) == 2


async def test_a_recording_deleted_while_it_is_read_is_gone(agent: Agent, faults: Faults) -> None:
    gone = b'{"error": "recording_deleted", "message": "This recording has been permanently deleted"}'
    faults.then(Fault(status=410, path=SNAPSHOTS, body=gone))
    assert await agent.call(TOOL, id="s1", at="5") == snapshot(
        {"found": False, "note": "This recording was permanently deleted."}
    )


@pytest.mark.parametrize(("status", "kind"), [(500, "server_error"), (403, "forbidden"), (429, "rate_limited")])
async def test_a_failing_api_is_reported(agent: Agent, faults: Faults, status: int, kind: str) -> None:
    faults.always(Fault(status=status, path=SNAPSHOTS, headers={"Retry-After": "120"}))
    assert (await agent.fail(TOOL, id="s1", at="5"))["kind"] == kind


async def test_a_moment_in_a_part_that_failed_is_refused_as_unread(agent: Agent, local: Local, faults: Faults) -> None:
    store(local, clicks(22))
    faults.then(PASSES, PASSES, Fault(status=500, path=SNAPSHOTS))
    error = await agent.fail(TOOL, id="s1", at=640)
    assert "only part of the recording was read" in json.dumps(error).lower()


async def test_a_screen_within_a_block_that_the_api_leaves_out_says_so(agent: Agent, local: Local) -> None:
    store(local, clicks(3))
    with local.store.connection() as db:
        db.execute("UPDATE recording_block SET data = x'00' WHERE id = 2")
    assert "missing" in (await agent.call(TOOL, id="s1", at=59)).get("note", "")


# From one call to the next


async def test_another_moment_requests_the_recording_but_not_its_snapshots(agent: Agent, faults: Faults) -> None:
    await agent.call(TOOL, id="s1", at="5")
    before = len(faults.seen)
    for at, arguments in (("31", {}), ("e7", {"changes": True}), ("10", {"within": "#coupon"})):
        await agent.call(TOOL, id="s1", at=at, **arguments)
    assert requested(faults) == snapshot(["sources", "start_blob_key=0&end_blob_key=2"])
    assert len(faults.seen) == before + 3


async def test_the_timeline_after_a_screen_reads_nothing_again(agent: Agent, faults: Faults) -> None:
    await agent.call(TOOL, id="s1", at="5")
    await agent.call(TIMELINE, id="s1")
    assert len(requested(faults)) == 2


async def test_the_refs_are_those_of_the_timeline_whichever_is_read_first(agent: Agent, local: Local) -> None:
    store(local, checkout(), "s2")
    first = await agent.call(TOOL, id="s1", at="e15")
    await agent.call(TIMELINE, id="s2")
    assert first | {"link": ""} == await agent.call(TOOL, id="s2", at="e15") | {"link": ""}


async def test_an_ongoing_recording_grows_between_two_calls(agent: Agent, local: Local) -> None:
    store(local, clicks(2), last_ingested_at=1_795_176_000_000)
    await agent.call(TOOL, id="s1", at="30")
    store(local, clicks(4), last_ingested_at=1_795_176_000_000)
    assert await outline(agent, "90.12") == ['- button "Go 3 0" [clicked]']


async def test_two_calls_at_once_get_the_same(agent: Agent) -> None:
    results: list[dict[str, Any]] = []

    async def call() -> None:
        results.append(await agent.call(TOOL, id="s1", at="e7"))

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
                tasks.start_soon(agent.client.call_tool, TOOL, {"id": "s1", "at": "5"})
                await faults.stalled.wait()
                tasks.cancel_scope.cancel()
            await faults.stall_ended.wait()
        assert (await agent.call(TOOL, id="s1", at="5"))["found"] is True


async def test_without_time_for_the_screen_the_call_fails_cleanly(connect: Connect) -> None:
    async with connect(timing=Timing(deadline=0)) as agent:
        assert await agent.fail(TOOL, id="s1", at="5") == snapshot(
            {
                "kind": "timeout",
                "what": "session-recording-screen 's1' failed",
                "why": "Reading the recording timed out.",
                "next": "Ask for less (a smaller limit, a shorter date window, fewer ids) or try again in a minute.",
            }
        )


async def test_progress_counts_the_parts_of_a_recording(connect: Connect, local: Local) -> None:
    store(local, clicks(22))
    heard: list[tuple[float, float | None, str | None]] = []

    async def listen(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    async with connect() as agent:
        await agent.client.call_tool(TOOL, {"id": "s1", "at": "5"}, progress_callback=listen)
    assert heard == snapshot([(1, 2, "1 of 2: part 1"), (2, 2, "2 of 2: part 2")])
