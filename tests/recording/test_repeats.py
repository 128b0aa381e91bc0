"""Events that two recorders recorded are kept once; different events are all kept."""

import json
from collections import Counter
from typing import Any

import msgspec
import pytest
from inline_snapshot import snapshot

from replay_mcp.recording.rrweb.copies import without_delay
from replay_mcp.recording.rrweb.duplicate_windows import ACROSS_MS, MAX_KEPT_BYTES, DuplicateWindows
from replay_mcp.recording.rrweb.events import Event, EventReader
from replay_mcp.recording.rrweb.repeats import WITHIN_MS, Repeats
from replay_mcp.recording.timeline.reader import Timeline, read_timeline
from replay_mcp.recording.timeline.row_text import effect, target
from replay_mcp.redaction import Redaction
from tests.recording.rrweb import (
    START,
    Raw,
    console,
    custom,
    element,
    fetched,
    focus,
    full,
    incremental,
    line,
    lines,
    meta,
    moves,
    press,
    read,
    retexted,
    scrolled,
)  # fmt: skip

A, B, C = "window-a", "window-b", "window-c"
PAGE = [meta(0, "https://shop.example/"), full(10, element(10, "button", "Pay now"), element(11, "p", "Total 10"))]


def mouse(at: int, kind: int, node: int = 10, x: float = 100) -> Raw:
    return incremental(at, 2, type=kind, id=node, x=x, y=100)


def clicked(at: int, node: int = 10, held: int = 60) -> list[Raw]:
    """Press, release and click."""
    return [mouse(at, 1, node), mouse(at + held, 0, node), press(at + held, node)]


def typing(at: int, node: int, value: str) -> Raw:
    return incremental(at, 5, id=node, text=value, isChecked=False)


def later(by: int, *raws: Raw) -> list[Raw]:
    return [{**raw, "timestamp": raw["timestamp"] + by} for raw in raws]


def merged(**windows: list[Raw]) -> list[bytes]:
    """The lines of several windows, in time order."""
    every = [(raw["timestamp"], f"window-{window}", raw) for window, raws in windows.items() for raw in raws]
    return [line(raw, window) for _, window, raw in sorted(every, key=lambda each: each[:2])]


def passed(*recorded: bytes) -> tuple[list[Event], int]:
    repeats = Repeats()
    events = [each for event in EventReader(recorded) for each in repeats.take(event)]
    return events + repeats.finish(), repeats.repeated


def kept(*raws: Raw) -> int:
    """The number of events of a window that are passed on."""
    events, repeated = passed(*lines(*raws))
    assert len(events) + repeated == len(raws)
    return len(events)


def timeline_of(*recorded: bytes) -> Timeline:
    return read_timeline([b"\n".join(recorded)], Redaction())


def rows(*recorded: bytes) -> list[tuple[float, int, str, str, int]]:
    return [(row.seconds, row.tab, row.kind, target(row), row.count) for row in timeline_of(*recorded).rows]


# Two recorders in one window


@pytest.mark.parametrize("by", [0, 1, 4, WITHIN_MS])
def test_events_of_two_recorders_in_one_window_are_kept_once(by: int):
    actions = [*clicked(1_000), scrolled(2_000, 300), typing(3_000, 12, "a"), press(5_000, 10), *clicked(6_000)]
    copies = later(by, *PAGE, *actions)
    assert rows(*merged(a=[*PAGE, *actions, *copies, *moves(9_000, 18_000)])) == rows(
        *merged(a=[*PAGE, *actions, *moves(9_000, 18_000)])
    )


def test_events_of_three_recorders_in_one_window_are_kept_once():
    act = clicked(1_000)
    assert kept(*sorted([*act, *later(2, *act), *later(4, *act)], key=lambda raw: raw["timestamp"])) == len(act)


@pytest.mark.parametrize("gap", [WITHIN_MS + 1, 30, 80, 500])
def test_quick_clicks_of_a_person_are_all_kept(gap: int):
    assert kept(*(press(1_000 + gap * place, 10) for place in range(6))) == 6
    assert kept(*(each for place in range(6) for each in clicked(1_000 + gap * place, held=gap // 2))) == 18


def test_rage_clicks_recorded_twice_are_counted_once():
    actions = [press(1_000 + 80 * place, 10) for place in range(5)]
    (row,) = (
        row
        for row in timeline_of(*merged(a=[*PAGE, *actions, *later(3, *actions), *moves(9_000)])).rows
        if row.kind == "click"
    )
    assert (row.count, row.flags) == (5, ("rage", "dead"))


def test_a_double_click_that_a_script_made_at_once_is_two_clicks():
    double = [*clicked(1_000, held=1), *clicked(1_003, held=1), mouse(1_004, 4)]
    events, repeated = passed(*lines(*double))
    assert [event.data["type"] for event in events].count(2) == 2
    assert repeated == 2
    person = [*clicked(1_000), *clicked(1_150), mouse(1_211, 4)]
    events, _ = passed(*merged(a=[*person, *later(3, *person)]))
    assert Counter(event.data["type"] for event in events) == {0: 2, 1: 2, 2: 2, 4: 1}


def test_clicks_on_other_elements_of_other_kinds_or_at_other_places_are_not_copies():
    assert kept(press(1_000, 10), press(1_001, 11), press(1_002, 10, x=101), mouse(1_003, 1), mouse(1_003, 0)) == 5


def test_a_field_that_is_cleared_and_filled_at_once_has_its_last_value():
    assert kept(typing(1_000, 12, "a"), typing(1_001, 12, ""), typing(1_002, 12, "a")) == 3
    assert kept(typing(1_000, 12, "a"), typing(1_001, 12, "a"), typing(1_002, 13, "a")) == 2


def test_equal_console_lines_requests_and_focus_events_are_all_kept():
    same = [console(1_000, "error", "x"), console(1_001, "error", "x"), focus(1_002, 10), focus(1_003, 10)]
    assert (
        kept(*same, fetched(1_004, "/a", 200), fetched(1_005, "/a", 200), custom(1_006, "x"), custom(1_007, "x")) == 8
    )


def test_lines_and_requests_of_a_window_with_two_recorders_count_once():
    actions = [
        *clicked(1_000),
        console(2_000, "error", "x"),
        fetched(3_000, "https://shop.example/a", 500),
        custom(4_000, "paid"),
    ]
    twice = [console(5_000, "error", "y"), console(5_001, "error", "y")]
    recorded = merged(a=[*PAGE, *actions, *later(2, *actions), *twice, *later(3, *twice), *moves(9_000)])
    assert [row for row in rows(*recorded) if row[2] != "navigation"] == snapshot(
        [
            (1.0, 1, "click", 'button "Pay now"', 1),
            (2.0, 1, "console", "x", 1),
            (3.0, 1, "network", "POST https://shop.example/a", 1),
            (4.0, 1, "custom", "paid", 1),
            (5.0, 1, "console", "y", 2),
        ]
    )


# One page under several window ids


@pytest.mark.parametrize("by", [1, 5, 40])
def test_one_page_under_three_window_ids_is_one_tab(by: int):
    actions = [
        *moves(0, 500), *clicked(1_000), retexted(1_100, 1_100, "Total 12"), console(1_200, "error", "boom"),
        fetched(1_300, "https://shop.example/pay", 500), *moves(2_000), *clicked(6_000), scrolled(7_000, 300), custom(8_000, "paid"), *moves(9_000, 18_000),
    ]  # fmt: skip
    one = [*PAGE, *actions]
    alone = timeline_of(*merged(a=one))
    timeline = timeline_of(*merged(a=one, b=later(by, *one), c=later(2 * by, *one)))
    assert [(row.kind, target(row), effect(row), row.flags, row.count) for row in timeline.rows] == [
        (row.kind, target(row), effect(row), row.flags, row.count) for row in alone.rows
    ]
    assert (timeline.tabs, timeline.coverage.repeated, timeline.coverage.gaps) == (1, 2 * len(one), [])


def test_events_that_only_the_other_window_id_recorded_belong_to_the_page():
    one = [*PAGE, *clicked(1_000), *moves(2_000)]
    other = [
        *later(2, *PAGE),
        custom(500, "only here"),
        *later(2, *clicked(1_000)),
        press(5_000, 10),
        *moves(9_000, 18_000),
    ]
    assert rows(*merged(a=one, b=other)) == snapshot(
        [
            (0.0, 1, "navigation", "https://shop.example/", 1),
            (0.5, 1, "custom", "only here", 1),
            (1.0, 1, "click", 'button "Pay now"', 1),
            (5.0, 1, "click", 'button "Pay now"', 1),
        ]
    )


def test_the_window_that_is_first_to_show_another_page_does_not_become_another_tab():
    second = [
        meta(5_000, "https://shop.example/2"),
        full(5_010, element(10, "button", "Thanks"), element(11, "p", "b")),
    ]
    one = [*PAGE, *clicked(1_000), *later(3, *second), *clicked(6_000), *moves(9_000, 18_000)]
    other = [*later(2, *PAGE), *later(2, *clicked(1_000)), *second, *later(2, *clicked(6_000))]
    assert rows(*merged(a=one, b=other)) == snapshot(
        [
            (0.0, 1, "navigation", "https://shop.example/", 1),
            (1.0, 1, "click", 'button "Pay now"', 1),
            (5.0, 1, "navigation", "https://shop.example/2", 1),
            (6.0, 1, "click", 'button "Thanks"', 1),
        ]
    )


def test_pages_with_different_node_ids_are_matched_by_the_place_of_clicks():
    one = [*PAGE, *clicked(1_000), *moves(2_000, 3_000), *clicked(6_000), typing(7_000, 12, "a"), *moves(9_000, 18_000)]
    other = [
        meta(300, "https://shop.example/"), full(310, element(30, "button", "Pay now")), *later(2, *clicked(1_000, 30)),
        *moves(2_030, 3_030), *later(2, *clicked(6_000, 30)), typing(7_003, 32, "a"), *moves(9_030),
    ]  # fmt: skip
    actions = [row[:4] for row in rows(*merged(a=one, b=other)) if row[2] in ("click", "typing", "tab")]
    assert actions == snapshot(
        [
            (1.0, 1, "click", 'button "Pay now"'),
            (6.0, 1, "click", 'button "Pay now"'),
            (7.0, 1, "typing", "element that the recording does not hold"),
        ]
    )


def test_two_tabs_of_one_site_stay_two():
    one = [*PAGE, *moves(500), *clicked(1_000), console(2_000, "log", "x"), *moves(8_000)]
    other = [
        *later(60, *PAGE[:1]),
        *later(400, PAGE[1]),
        console(2_002, "log", "x"),
        *clicked(10_000),
        *moves(12_000, 18_000),
    ]
    timeline = timeline_of(*merged(a=one, b=other))
    assert (timeline.tabs, timeline.coverage.repeated, timeline.coverage.tabs_without_snapshot) == (2, 0, 0)
    assert [(row.seconds, row.tab, row.kind) for row in timeline.rows] == snapshot(
        [
            (0.0, 1, "navigation"),
            (0.06, 2, "navigation"),
            (1.0, 1, "click"),
            (2.0, 1, "console"),
            (2.0, 2, "console"),
            (10.0, 2, "tab"),
            (10.0, 2, "click"),
        ]
    )


def test_pages_that_load_together_and_differ_stay_two():
    other = [
        meta(1, "https://shop.example/"),
        full(11, element(10, "button", "Something else altogether, and longer than the other page is")),
    ]
    timeline = timeline_of(*merged(a=[*PAGE, *moves(9_000)], b=[*other, *moves(9_500)]))
    assert (timeline.tabs, timeline.coverage.repeated) == (2, 0)


def test_two_tabs_that_began_alike_are_separated_when_the_person_uses_one_of_them():
    one = [*PAGE, press(1_000, 10), press(1_400, 10), *moves(9_000)]
    other = [*PAGE, press(1_200, 10), press(5_000, 10), *moves(9_500, 18_000)]
    timeline = timeline_of(*merged(a=one, b=other))
    assert [(row.seconds, row.tab, row.kind, target(row)) for row in timeline.rows] == snapshot(
        [
            (0.0, 1, "navigation", "https://shop.example/"),
            (0.0, 2, "navigation", "https://shop.example/"),
            (1.0, 1, "click", 'button "Pay now"'),
            (1.2, 2, "tab", "tab 2"),
            (1.2, 2, "click", 'button "Pay now"'),
            (1.4, 1, "tab", "tab 1"),
            (1.4, 1, "click", 'button "Pay now"'),
            (5.0, 2, "tab", "tab 2"),
            (5.0, 2, "click", 'button "Pay now"'),
            (9.0, 1, "tab", "tab 1"),
            (9.5, 2, "tab", "tab 2"),
        ]
    )
    assert (timeline.coverage.repeated, timeline.coverage.unknown_targets) == (0, 0)


def test_the_first_events_of_uncertain_duplicates_are_kept_within_bounds():
    duplicates = DuplicateWindows()
    start = read(*PAGE)
    large = [
        Event(each.window_id, each.timestamp, each.type, msgspec.Raw(), b"x" * (MAX_KEPT_BYTES // 4)) for each in start
    ]
    for window in ("b", "c", "d"):
        assert duplicates.join(window, "a", same_ids=True, start=large)
    assert not duplicates.join("b", "c", same_ids=True, start=large)
    duplicates.confirm("b", "a")
    lone, later_on = read(press(1_000, 10), press(1_000 + ACROSS_MS + 1, 10), window="a")
    assert duplicates.separate(lone) == []
    assert (duplicates.separate(later_on), "b" in duplicates, "c" in duplicates, "d" in duplicates) == (
        large,
        True,
        False,
        False,
    )


def test_clicks_in_two_windows_one_after_the_other_are_two_clicks():
    one, other = [*PAGE, press(1_000, 10)], [*later(200, *PAGE), press(1_000 + ACROSS_MS + 1, 10)]
    assert [row[2] for row in rows(*merged(a=one, b=other, c=[])) if row[2] == "click"] == ["click", "click"]


def test_clicks_by_scripts_in_two_tabs_at_once_do_not_make_the_tabs_one():
    scripted = incremental(1_000, 2, type=2, id=10, x=0, y=0)
    timeline = timeline_of(
        *merged(a=[*PAGE, scripted, *moves(9_000)], b=[*later(300, *PAGE), *later(1, scripted), *moves(9_500)])
    )
    assert (timeline.tabs, timeline.coverage.repeated) == (2, 0)


# Copies that differ in their delay


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ('["w",{"type":3,"data":{"source":3},"timestamp":1,"delay":5}]', '["w",{"type":3,"data":{"source":3},"timestamp":1,"delay":-7.5}]', True),
        ('["w",{"data":{"source":3},"delay":5,"timestamp":1,"type":3}]', '["w",{"data":{"source":3},"timestamp":1,"type":3}]', True),
        ('["w", {"data": {}, "timestamp": 1, "delay": 1e3 } ]', '["w", {"data": {}, "timestamp": 1 } ]', True),
        ('["w",{"type":5,"timestamp":1,"data":{"delay":5}}]', '["w",{"type":5,"timestamp":1,"data":{"delay":6}}]', False),
        ('["w",{"type":5,"data":{"a":1,"delay":5},"timestamp":1}]', '["w",{"type":5,"data":{"a":1,"delay":6},"timestamp":1}]', False),
        ('["w",{"type":5,"data":{"tag":",\\"delay\\":5}]"},"timestamp":1}]', '["w",{"type":5,"data":{"tag":",\\"delay\\":6}]"},"timestamp":1}]', False),
    ],
)  # fmt: skip
def test_a_delay_of_the_event_itself_makes_no_difference(one: str, other: str, same: bool):
    assert (without_delay(one.encode()).replace(b" ", b"") == without_delay(other.encode()).replace(b" ", b"")) == same


def test_events_that_differ_in_their_delay_are_one():
    actions = [*PAGE, press(1_000, 10), console(2_000, "error", "x"), custom(3_000, "paid"), *moves(9_000)]
    delayed = [{**raw, "delay": place} for place, raw in enumerate(actions)]
    assert rows(*merged(a=[*actions, *delayed])) == rows(*merged(a=actions))
    assert timeline_of(*merged(a=[*actions, *delayed])).coverage.repeated == len(actions)


# Hostile recordings


@pytest.mark.parametrize(
    "data",
    [None, 5, [], {"source": 2}, {"source": 2, "type": "x", "id": [], "x": {}, "y": None}, {"source": 5, "text": 7, "id": "x"}, {"source": []}],
)  # fmt: skip
@pytest.mark.parametrize("kind", [2, 3, 4, 5, 6, 9])
def test_malformed_events_do_no_harm(kind: int, data: Any):
    recorded = [
        json.dumps([window, {"type": kind, "data": data, "timestamp": START + at}]).encode()
        for at in (0, 1)
        for window in (A, B)
    ]
    events, repeated = passed(*recorded, *recorded)
    assert 0 < len(events) == 8 - repeated


def test_a_flood_of_equal_events_takes_no_longer_than_one_of_different_events():
    flood = [press(1_000, 10, x=place % 3) for place in range(3_000)]
    events, repeated = passed(*merged(a=flood, b=flood, c=flood))
    assert len(events) + repeated == 9_000
    assert len(events) <= 9


def test_events_of_windows_beyond_the_limit_are_all_passed_on():
    recorded = [line(press(place, 10, x=place + 1), f"window-{place}") for place in range(1_200)]
    assert len(passed(*recorded)[0]) == 1_200
