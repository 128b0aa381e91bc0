"""Actions begin at their press: which presses are clicks or gestures, and which clicks no person made."""

from typing import Any

import pytest

from replay_mcp.recording.timeline.reader import read_timeline
from replay_mcp.recording.timeline.row_text import effect, target
from replay_mcp.recording.timeline.rows import Row
from replay_mcp.redaction import Redaction
from tests.recording.rrweb import (
    BODY,
    Raw,
    added,
    changed,
    clicked,
    element,
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
    retexted,
    typed,
)

SHOP = "https://shop.example/"
PAY, HELP, MENU, LABEL, BOX, FORM, MAIL, SEND, ROLE, ITEM, FILE, PICK, CARD = range(20, 33)
PAGE = [
    meta(0, SHOP),
    full(
        10,
        element(PAY, "button", "Pay now"),
        element(HELP, "button", "Help"),
        element(LABEL, "label", "News", for_="news"),
        element(BOX, "input", id="news", type="checkbox"),
        element(FORM, "form", element(MAIL, "input", type="text", aria_label="Mail"), element(SEND, "button", "Send")),
        element(ROLE, "div", role="combobox", aria_label="Role"),
        element(PICK, "button", "Attach"),
        element(FILE, "input", type="file", hidden=""),
        element(CARD, "div", "Blue mug"),
    ),
]
AFTER = moves(10_400, 11_900, 16_000, 22_000)


def rows(*raws: Raw) -> list[Row]:
    events = sorted([*PAGE, *raws, *AFTER], key=lambda raw: raw["timestamp"])
    return list(read_timeline([b"\n".join(lines(*events))], Redaction()).rows)


def actions(*raws: Raw) -> list[tuple[str, float, str, str]]:
    return [
        (row.kind, row.seconds, target(row), effect(row))
        for row in rows(*raws)
        if row.kind in ("click", "typing", "change")
    ]


def names(*raws: Raw) -> list[str]:
    return [target(row) for row in rows(*raws) if row.kind == "click"]


def touch(at: int, kind: int, node: int, x: float = 100, y: float = 100) -> Raw:
    return incremental(at, 2, type=kind, id=node, x=x, y=y, pointerType=2)


def made_by_code(at: int, node: int) -> Raw:
    return press(at, node, 0, 0)


def test_a_change_at_the_press_answers_the_click():
    opened = added(9_940, BODY, element(80, "ul", element(81, "li", "Copy", role="menuitem"), role="menu"))
    assert actions(*clicked(10_000, HELP), opened) == [("click", 9.92, 'button "Help"', 'the page changed: "Copy"')]


def test_a_change_after_the_next_press_is_no_response_to_the_click_before():
    late = [*clicked(10_000, PAY), *moves(10_700, 12_900), *clicked(14_000, HELP), retexted(13_950, HELP * 100, "Menu")]
    assert [(row.flags, row.response is None) for row in rows(*late) if row.kind == "click"] == [
        (("dead",), True), ((), False),
    ]  # fmt: skip


def test_a_click_that_the_next_action_may_have_answered_is_not_judged():
    both = [*clicked(10_000, PAY), *moves(10_500), *clicked(11_000, HELP), retexted(11_100, HELP * 100, "Menu")]
    assert [row.not_judged for row in rows(*both) if row.kind == "click"] == ["unclear", ""]


def test_a_click_is_on_the_pressed_element_when_a_menu_opened_in_between():
    opened = added(9_930, BODY, element(80, "div", element(81, "p", "Editor", role="option"), role="listbox"))
    assert names(*clicked(10_000, ROLE, to=BODY), opened) == ['combobox "Role"']


def test_a_press_that_removes_its_element_is_a_click_without_a_click_event():
    option = added(5_000, BODY, element(80, "div", "Oslo", role="option"))
    chosen = [mouse_down(9_900, 80), removed(9_910, BODY, 80), retexted(9_911, PAY * 100, "Pay"), mouse_up(9_980, BODY)]
    assert names(option, *chosen) == ['option "Oslo"']


@pytest.mark.parametrize(
    "gesture",
    [
        [mouse_down(9_000, CARD), mouse_up(9_800, BODY, 300, 300), press(9_801, BODY, 300, 300)],
        [touch(9_000, 7, CARD), touch(9_020, 7, CARD, 300, 500), touch(9_500, 9, CARD, 60, 260), touch(9_520, 9, CARD, 340, 540)],
        [touch(9_000, 7, CARD), touch(9_200, 9, CARD, 100, 180)],
        [touch(9_000, 7, CARD), touch(9_800, 9, CARD)],
        [touch(9_000, 7, CARD), touch(9_010, 10, CARD), touch(9_100, 9, CARD)],
        [mouse_down(9_000, CARD), mouse_up(9_050, CARD), incremental(9_052, 2, type=3, id=CARD, x=100, y=100)],
    ],
    ids=["drag", "pinch", "swipe", "long press", "cancelled", "context menu"],
)  # fmt: skip
def test_gestures_are_no_clicks(gesture: list[Raw]):
    assert names(*gesture) == []


def test_a_pointer_that_moves_within_a_button_clicks_it():
    assert names(mouse_down(9_900, PAY), mouse_up(9_980, PAY, 140, 100), press(9_990, PAY, 140, 100)) == [
        'button "Pay now"'
    ]


def test_a_tap_is_one_click_and_begins_when_the_finger_comes_down():
    tapped = [touch(10_000, 7, PAY), touch(10_060, 9, PAY), touch(10_080, 2, PAY)]
    assert [(row.seconds, row.count, row.touch) for row in rows(*tapped) if row.kind == "click"] == [(10.0, 1, True)]


@pytest.mark.parametrize("later", [1, 15, 45])
@pytest.mark.parametrize("node", [BOX, FILE, HELP])
def test_clicks_without_a_press_right_after_a_click_belong_to_it(node: int, later: int):
    assert names(*clicked(10_000, PAY), made_by_code(10_000 + later, node)) == ['button "Pay now"']


def test_a_click_on_a_label_counts_once_with_that_of_its_field():
    chosen = {**typed(10_011, BOX, "on"), "data": {"source": 5, "id": BOX, "text": "on", "isChecked": True}}
    assert actions(*clicked(10_000, LABEL), made_by_code(10_010, BOX), chosen) == [
        ("click", 9.92, 'label "News"', ""), ("change", 10.01, 'checkbox "News" [id=news]', "checked"),
    ]  # fmt: skip


def test_a_click_that_opens_the_file_chooser_is_not_judged():
    made = rows(*clicked(10_000, PICK), made_by_code(10_012, FILE))
    assert [row.not_judged for row in made if row.kind == "click"] == ["file chooser"]


def test_a_file_that_was_dropped_on_its_field_is_a_choice_of_the_person():
    dropped = typed(10_000, FILE, "C:\\fakepath\\cat.jpg")
    assert [kind for kind, *_ in actions(*clicked(2_000, PAY), dropped)] == ["click", "change"]
    emptied = typed(10_100, FILE, "")
    assert [kind for kind, *_ in actions(*clicked(2_000, PAY), emptied)] == ["click"]


def test_clicks_of_the_pages_own_code_are_not_the_persons():
    assert names(*clicked(5_000, PAY), made_by_code(9_000, HELP), made_by_code(9_200, HELP)) == ['button "Pay now"']


@pytest.mark.parametrize(
    ("focused", "node"), [(HELP, HELP), (MAIL, SEND)], ids=["Enter on a button", "Enter in a field of the form"]
)
def test_clicks_by_keys_are_the_persons(focused: int, node: int):
    made = names(*clicked(5_000, PAY), focus(8_000, focused), made_by_code(10_000, node))
    assert made == ['button "Pay now"', {HELP: 'button "Help"', SEND: 'button "Send"'}[node]]


def test_every_click_is_the_persons_if_the_recorder_sends_no_presses():
    assert names(made_by_code(5_000, PAY), press(9_000, HELP)) == ['button "Pay now"', 'button "Help"']


def test_a_second_click_with_its_own_press_counts():
    assert names(*clicked(10_000, PAY), *clicked(10_180, PAY)) == ['button "Pay now"', 'button "Pay now"']


# decoration and what a page does by itself


def verdict(*raws: Raw) -> tuple[Any, ...]:
    [row] = [row for row in rows(*clicked(10_000, PAY), *raws) if row.kind == "click"]
    return row.flags, row.not_judged


RIPPLE = element(90, "span", element(91, "span", class_="ripple-child"), class_="MuiTouchRipple-root")


@pytest.mark.parametrize(
    "decoration",
    [
        [added(9_930, PAY, RIPPLE), changed(10_010, 91, class_="ripple-leaving"), removed(10_500, PAY, 90)],
        [added(10_005, PAY, element(90, "div", style="left: 0px")), removed(12_000, PAY, 90)],
        [changed(9_930, PAY, data_pressed="true"), changed(9_995, PAY, data_pressed=None)],
        [changed(9_930, PAY, data_focused="true"), changed(9_931, PAY, class_="is-focused")],
        [changed(9_930, PAY, class_="down"), changed(10_050, PAY, class_=None)],
        [changed(9_930, PAY, style="transform: scale(0.97)"), changed(10_100, PAY, style=None)],
        [changed(9_930, BODY, style={"user-select": "none"}), changed(9_995, BODY, style={"user-select": False})],
        [added(9_930, 3, element(90, "style", ".css-1{color:red}"))],
        [changed(10_020, BOX, name=None)],
        [incremental(9_932, 8, id=90, adds=[{"rule": "@keyframes r{}", "index": 0}]), added(9_935, PAY, RIPPLE)],
    ],
    ids=[
        "ripple", "wave", "pressed", "focus ring", "a class for a moment", "scaled for a moment", "no selecting",
        "a style sheet", "nothing new", "style rules of a ripple",
    ],
)  # fmt: skip
def test_decoration_of_the_control_is_no_response(decoration: list[Raw]):
    assert verdict(*decoration) == (("dead",), "")


@pytest.mark.parametrize(
    "answer",
    [
        changed(10_020, PAY, class_="active"),
        changed(10_020, PAY, aria_pressed="true"),
        changed(10_020, PAY, disabled=""),
        added(10_020, PAY, element(90, "span", role="progressbar")),
        added(10_020, PAY, element(90, "span", class_="spinner")),
        added(10_020, BODY, element(90, "div", class_="backdrop")),
        retexted(10_020, PAY * 100, "Paying"),
        changed(10_020, CARD, style="display: none"),
        incremental(10_020, 8, id=90, adds=[{"rule": "body{background:#000}", "index": 0}]),
    ],
    ids=[
        "class",
        "pressed",
        "disabled",
        "progress bar",
        "spinner",
        "backdrop",
        "text",
        "style elsewhere",
        "style rule",
    ],
)
def test_a_visible_change_is_a_response(answer: Raw):
    assert verdict(answer) == ((), "")


def ticks(every: int) -> list[Raw]:
    return [retexted(at, CARD * 100, f"Mug {at}") for at in range(4_000, 20_000, every)]


@pytest.mark.parametrize("every", [250, 1_000, 2_000])
def test_a_change_at_its_earlier_pace_is_no_response(every: int):
    assert verdict(*ticks(every)) == (("dead",), "")


def test_a_change_off_the_pace_of_a_ticker_is_a_response():
    assert verdict(*ticks(2_000), retexted(10_700, CARD * 100, "Red mug")) == ((), "")


def test_a_message_that_disappears_by_itself_is_no_response():
    shown = added(8_000, BODY, element(90, "div", element(91, "div", "Saved", role="status")))
    assert verdict(shown, removed(10_600, BODY, 90)) == (("dead",), "")


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ([element(40, "button", "More", popovertarget="pop")], "popover"),
        ([element(40, "button", "More", aria_disabled="true")], "disabled"),
        ([element(40, "div", "Prices", role="tab", aria_selected="true")], "selected"),
        ([element(41, "form", element(42, "input", required=""), element(40, "button", "Go"))], "validation"),
        ([element(41, "form", element(42, "input", required=""), element(40, "button", "Go"), novalidate="")], ""),
        ([element(43, "canvas"), element(41, "p", element(40, "button", "Clear"))], "canvas"),
        ([element(41, "style", ".menu:focus-within .list{display:block}"), element(42, "div", element(40, "button", "Go"), element(43, "p", "One", class_="list"), class_="menu")], "styles"),
        ([element(41, "style", ".menu:focus-within .glow{opacity:1}"), element(42, "div", element(40, "button", "Go"), element(43, "p", class_="glow"), class_="menu")], ""),
        ([element(41, "style", ".card:focus-within .list{display:block}"), element(42, "div", element(40, "button", "Go"), class_="menu")], ""),
        ([element(40, "a", "Go", href="javascript:void(0)")], ""),
        ([element(40, "a", "Go", href="/cart")], "link"),
    ],
    ids=[
        "popover", "disabled", "selected", "validated form", "form without validation", "canvas", "focus style", "glow",
        "style of others", "javascript link", "link",
    ],
)  # fmt: skip
def test_clicks_that_the_browser_itself_answers_are_not_judged(page: list[Raw], reason: str):
    events = [meta(0, SHOP), full(10, *page), *clicked(10_000, 40), *AFTER]
    made = read_timeline([b"\n".join(lines(*events))], Redaction()).rows
    expected = ((), reason) if reason else (("dead",), "")
    assert [(row.flags, row.not_judged) for row in made if row.kind == "click"] == [expected]


# edits


@pytest.mark.parametrize(
    "set_by_page",
    [
        [typed(9_000, MAIL, "maya@shop.example")],
        [focus(8_000, MAIL), *clicked(9_000, CARD), typed(9_100, MAIL, "Oslo")],
        [focus(8_000, MAIL), typed(9_000, -1, "*")],
    ],
    ids=["filled by the page", "completed by a press on a suggestion", "a copy of the field"],
)
def test_values_that_a_page_sets_are_no_edits(set_by_page: list[Raw]):
    assert [row.kind for row in rows(*set_by_page) if row.kind in ("typing", "change")] == []


@pytest.mark.parametrize(
    "by_hand",
    [
        [focus(8_000, MAIL), typed(9_000, MAIL, "maya@shop.example")],
        [*clicked(8_500, MAIL), typed(9_000, MAIL, "m")],
        [typed(9_000, MAIL, "m"), typed(9_100, MAIL, "ma")],
    ],
    ids=["focus", "press", "letter by letter"],
)
def test_typing_of_the_person_is_an_edit(by_hand: list[Raw]):
    assert [row.kind for row in rows(*by_hand) if row.kind in ("typing", "change")] == ["typing"]


def test_writing_into_an_editable_part_is_typing_without_its_text():
    page = full(20, element(60, "div", element(61, "p", "D"), contenteditable="true", aria_label="Note"))
    letters = [retexted(9_000 + 100 * count, 6_100, "Dear all"[: count + 1]) for count in range(1, 8)]
    made = rows(page, *clicked(8_000, 60), focus(8_001, 60), *letters)
    assert [(target(row), row.characters, row.count) for row in made if row.kind == "typing"] == [
        ('field "Note"', 8, 7)
    ]
    assert not any("Dear" in f"{target(row)}{effect(row)}" for row in made)


def test_the_same_error_after_each_of_quick_clicks_answers_none_of_them():
    page = [element(40, "button", "Pay"), element(41, "p", "-", role="alert")]
    error = "Payment failed. Try again."
    failing = [raw for at in (10_000, 10_300, 10_600) for raw in (*clicked(at, 40), retexted(at + 40, 4_100, error))]
    made = read_timeline([b"\n".join(lines(meta(0, SHOP), full(10, *page), *failing, *AFTER))], Redaction()).rows
    assert [row.flags for row in made if row.kind == "click"] == [("rage",)]


def test_a_field_that_is_masked_changes_although_its_value_looks_the_same():
    page = [element(40, "button", "+"), element(41, "input", value="**")]
    stepped = [raw for at in (10_000, 10_300, 10_600) for raw in (*clicked(at, 40), changed(at + 20, 41, value="**"))]
    made = read_timeline([b"\n".join(lines(meta(0, SHOP), full(10, *page), *stepped, *AFTER))], Redaction()).rows
    assert [row.flags for row in made if row.kind == "click"] == [(), (), ()]
