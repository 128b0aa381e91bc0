"""Clicks by keys and touch, where no mouse moves; removed options; frames with a recorder."""

import pytest

from replay_mcp.recording import read_timeline
from replay_mcp.recording.timeline.reader import Timeline
from replay_mcp.recording.timeline.row_text import effect, target
from replay_mcp.redaction import Redaction

from .rrweb import (
    Raw,
    click,
    element,
    event,
    fetched,
    focus,
    full,
    incremental,
    lines,
    meta,
    mouse_down,
    mouse_up,
    moves,
    press,
    removed,
)

SITE = "http://shop.example/"
PAY, OTHER, LIST, OPTION = 10, 11, 12, 13
PAGE = [
    element(PAY, "button", "Pay now"),
    element(OTHER, "button", "Sync calendar"),
    element(LIST, "ul", element(OPTION, "li", "Oslo", role="option"), role="listbox"),
]
LATER = moves(20_000, 26_000)


def timeline(*events: Raw) -> Timeline:
    all_events = [meta(0, SITE), full(1, *PAGE), *events, *LATER]
    return read_timeline([b"\n".join(lines(*sorted(all_events, key=lambda each: each["timestamp"])))], Redaction())


def judged(*events: Raw) -> list[tuple[tuple[str, ...], str]]:
    """Flags of the clicks, and why they were not judged."""
    return [(row.flags, row.not_judged) for row in timeline(*events).rows if row.kind == "click"]


def tap(at: int, node: int) -> list[Raw]:
    """A tap as recorded in mobile browsers."""
    places = {"id": node, "x": 50, "y": 50}
    return [
        incremental(at, 2, type=7, **places),
        incremental(at + 60, 2, type=9, **places),
        incremental(at + 70, 2, type=2, pointerType=2, **places),
    ]


def by_keys(at: int, node: int) -> list[Raw]:
    return [focus(at - 500, node), incremental(at, 2, type=2, id=node, x=0, y=0)]


def test_unanswered_keys_and_taps_are_dead_although_no_mouse_moves():
    assert judged(*by_keys(5_000, PAY)) == [(("dead",), "")]
    assert judged(*tap(5_000, PAY)) == [(("dead",), "")]
    assert judged(press(5_000, PAY)) == [((), "silence")]


@pytest.mark.parametrize(("still", "expected"), [(6_600, [((), "silence")]), (5_900, [(("dead",), "")])])
def test_silence_right_after_a_request_was_answered_may_be_a_dialog_of_the_browser(
    still: int, expected: list[tuple[tuple[str, ...], str]]
):
    answered = fetched(5_050, f"{SITE}api/pay", 200, took=100, recorded=5_160)
    assert judged(press(5_000, PAY), answered, *moves(still, *range(still + 500, 9_000, 500))) == expected


def test_a_request_named_like_a_poll_belongs_to_a_click_on_an_element_of_that_name():
    answered = fetched(5_050, f"{SITE}sync", 200, took=3_000)
    assert judged(press(5_000, OTHER), answered, *moves(5_500, 6_500))[0][0] == ("slow",)
    assert judged(press(5_000, PAY), answered, *moves(5_500, 6_500))[0][0] == ("dead",)


@pytest.mark.parametrize("gone", [5_030, 5_080])
def test_an_option_removed_before_its_click_event_was_clicked(gone: int):
    chosen = [mouse_down(5_000, OPTION), mouse_up(5_060, OPTION)]
    later = press(8_000, PAY)
    rows = timeline(*chosen, removed(gone, 4, LIST), later).rows
    assert [target(row) for row in rows if row.kind == "click"] == ['option "Oslo"', 'button "Pay now"']


def test_a_list_without_a_name_is_named_by_its_text():
    page = [
        element(20, "div", element(21, "div", "Start"), element(22, "div", "At once", role="option"), role="listbox")
    ]
    rows = read_timeline([b"\n".join(lines(meta(0, SITE), full(1, *page), click(1_000, 21)))], Redaction()).rows
    assert [target(row) for row in rows if row.kind == "click"] == ['listbox "Start"']


def frame(at: int, width: int, height: int) -> list[Raw]:
    return [
        event(at, 4, {"href": f"{SITE}frame", "width": width, "height": height}),
        full(at + 5, element(10, "p", "Map")),
    ]


@pytest.mark.parametrize(("size", "visits"), [((400, 160), 1), ((1100, 800), 2)])
def test_a_frame_that_loads_the_recorder_is_no_page_visit(size: tuple[int, int], visits: int):
    page = lines(event(0, 4, {"href": SITE, "width": 1100, "height": 800}), full(1, *PAGE))
    other = lines(*frame(200, *size), window="window-2")
    rest = lines(press(4_000, PAY), *moves(4_500, 9_000))
    rows = read_timeline([b"\n".join([*page, *other, *rest])], Redaction()).rows
    assert [row.kind for row in rows if row.kind in ("navigation", "tab")] == ["navigation"] * visits
    assert [effect(row) for row in rows if row.kind == "click"]
