"""The screen of a tab at any moment of a recording, read from the events before it."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from replay_mcp.errors import DeadlineExceeded
from replay_mcp.recording.screen.log import ScreenLog
from replay_mcp.recording.screen.screen import screen_at
from replay_mcp.recording.timeline.reader import TimelineReader
from replay_mcp.redaction import Redaction
from tests.examples import examples
from tests.recording.rrweb import (
    BODY,
    START,
    Raw,
    added,
    addition,
    blur,
    changed,
    custom,
    element,
    event,
    focus,
    full,
    incremental,
    lines,
    meta,
    mouse_down,
    moves,
    mutation,
    press,
    removed,
    retexted,
    scrolled,
    text,
    typed,
)
from tests.recording.screen.screens import PAGE, outline, screen_of, screens_of, shown

PADDING, FIELD, BOX, BUTTON, LIST, NOTE, MENU, SHEET = range(20, 28)
OTHER = "https://shop.example/thanks"
LARGE = "x" * 1_100_000
"""So much text in an event that the next one begins a segment with a checkpoint."""


def page(at: int, word: str = "Hello") -> Raw:
    return full(
        at,
        {**element(SHEET, "style"), "attributes": {"_cssText": ".off { display: none }"}},
        element(PADDING, "p", "", hidden=""),
        element(FIELD, "input", type="text", placeholder="Search"),
        element(BOX, "input", type="checkbox", aria_label="Gift"),
        element(BUTTON, "button", "Pay"),
        element(LIST, "ul", element(40, "li", "one"), element(41, "li", "two")),
        element(NOTE, "p", word),
        element(MENU, "select", element(44, "option", "A", value="a"), element(45, "option", "B", value="b")),
        title=word,
    )


def padding(at: int) -> Raw:
    return retexted(at, PADDING * 100, LARGE)


def moved(at: int, node: int, tag: str, parent: int) -> Raw:
    adds = [addition(parent, element(node, tag)), addition(node, text(node * 100, "moved"))]
    return mutation(at, removes=[{"parentId": LIST, "id": node}], adds=adds)


def rule(at: int, css: str) -> Raw:
    return incremental(at, 8, id=SHEET, adds=[{"rule": css, "index": 0}])


def state(raws: Sequence[Raw], at: int, log: ScreenLog | None = None) -> tuple[Any, ...] | None:
    """Everything that a screen shows; None without a document."""
    if not raws:
        return None
    screen = screen_at(screens_of(*raws, log=log), 1, START + at, Redaction())
    return screen and (shown(screen), screen.url, screen.title, screen.scroll)


Happening = Callable[[int], Raw]


def it(make: Callable[..., Raw], *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Happening]:
    """An event of this kind; the time is given later."""
    return st.tuples(*arguments).map(lambda drawn: lambda at: make(at, *drawn))


nodes = st.sampled_from([FIELD, BOX, BUTTON, LIST, NOTE, MENU, 40, 41, 60, 61, 999])
words = st.sampled_from(["Saved", "3 items", "", "Try again"])


def item(at: int, node: int, parent: int, word: str) -> Raw:
    return added(at, parent, element(node, "li", word))


def removal(at: int, node: int) -> Raw:
    return removed(at, LIST, node)


def moving(at: int, node: int, parent: int) -> Raw:
    return moved(at, node, "li", parent)


def attributes(at: int, node: int, given: dict[str, Any]) -> Raw:
    return changed(at, node, **given)


def typing(at: int, value: str) -> Raw:
    return typed(at, FIELD, value)


def check(at: int, on: bool) -> Raw:
    return incremental(at, 5, id=BOX, text="on", isChecked=on)


def choice(at: int, value: str) -> Raw:
    return incremental(at, 5, id=MENU, text=value, isChecked=False)


def resize(at: int, width: int) -> Raw:
    return incremental(at, 4, width=width, height=700)


def visit(at: int, word: str) -> Raw:
    return meta(at, f"https://shop.example/{word}")


def url(at: int, word: str) -> Raw:
    return custom(at, "$url_changed", href=f"https://shop.example/{word}")


ATTRIBUTES: list[dict[str, Any]] = [
    {"hidden": ""}, {"hidden": None}, {"class": "off"}, {"class": ""}, {"style": "display:none"},
    {"style": {"display": "none"}}, {"style": {"display": False}}, {"aria-label": "Named"}, {"disabled": ""},
]  # fmt: skip
HAPPENINGS: st.SearchStrategy[Happening] = st.one_of(
    it(retexted, st.sampled_from([BUTTON * 100, NOTE * 100, 4_000, 400]), words),
    it(item, st.sampled_from([60, 61, 40]), st.sampled_from([LIST, BODY, 41]), words),
    it(removal, st.sampled_from([40, 41, 60, BUTTON])),
    it(moving, st.sampled_from([40, 41]), st.sampled_from([BODY, LIST, NOTE])),
    it(attributes, nodes, st.sampled_from(ATTRIBUTES)),
    it(typing, st.sampled_from(["qqqqqq", "qq", ""])),
    it(check, st.booleans()),
    it(choice, st.sampled_from("ab")),
    it(focus, nodes),
    it(blur, nodes),
    it(press, nodes),
    it(mouse_down, nodes),
    it(scrolled, st.integers(0, 900)),
    it(resize, st.sampled_from([400, 1_200])),
    it(visit, words),
    it(url, words),
    it(page, words),
    it(rule, st.sampled_from(["li { display: none }", "p { visibility: hidden }"])),
)


@given(st.lists(st.tuples(HAPPENINGS, st.integers(0, 2)), min_size=1, max_size=14))
@examples(20)
def test_the_screen_at_a_moment_is_that_of_all_events_up_to_it(happenings: list[tuple[Happening, int]]):
    at, raws = 100, [meta(0, PAGE), page(1)]
    for happening, gap in happenings:
        at += gap * 20
        raws += [happening(at), *([padding(at + 1)] if gap == 2 else [])]
    screens = screens_of(*raws)
    assert len(screens.tabs[1].segments) >= sum(gap == 2 for _, gap in happenings[:-1])
    for moment in sorted({raw["timestamp"] - START for raw in raws} | {50, at + 1}):
        screen = screen_at(screens, 1, START + moment, Redaction())
        found = screen and (shown(screen), screen.url, screen.title, screen.scroll)
        assert found == state([raw for raw in raws if raw["timestamp"] <= START + moment], moment)


def test_the_screen_is_the_same_whatever_moments_are_read_before():
    raws = [
        meta(0, PAGE),
        page(1),
        *(each for at in range(100, 900, 100) for each in (retexted(at, NOTE * 100, f"at {at}"), padding(at + 1))),
    ]
    screens = screens_of(*raws)
    assert len(screens.tabs[1].segments) > 3
    moments = [850, 100, 450, 99, 800, 100, 850]
    found = [screen_at(screens, 1, START + at, Redaction()) for at in moments]
    assert [
        screen is not None and shown(screen).split("paragraph: ")[1].split("\n")[0] for screen in found
    ] == snapshot(["at 800", "at 100", "at 400", "Hello", "at 800", "at 100", "at 800"])


@pytest.mark.parametrize("checkpoint", [False, True], ids=["in one segment", "after a checkpoint"])
@pytest.mark.parametrize(
    ("before", "after", "difference"),
    [
        ([], [retexted(600, NOTE * 100, "Changed")], snapshot((['- paragraph: Hello'], ['- paragraph: Changed']))),
        ([], [added(600, LIST, element(60, "li", "three"))], snapshot(([], ['  - listitem: three']))),
        ([], [removed(600, LIST, 40)], snapshot((['  - listitem: one'], []))),
        ([], [moved(600, 41, "li", BODY)], snapshot((['  - listitem: two'], ['- listitem: moved']))),
        ([], [changed(600, BUTTON, disabled="")], snapshot((['- button "Pay"'], ['- button "Pay" [disabled]']))),
        ([], [focus(550, FIELD), typed(600, FIELD, "secret")], snapshot((['- textbox "Search" [length=0]:', '  - /placeholder: Search'], ['- textbox "Search" [length=6] [active] [edited]']))),
        ([focus(100, FIELD), typed(110, FIELD, "secret")], [typed(600, FIELD, "secr")], snapshot((['- textbox "Search" [length=6] [active] [edited]'], ['- textbox "Search" [length=4] [active] [edited]']))),
        ([], [incremental(600, 5, id=BOX, text="on", isChecked=True)], snapshot((['- checkbox "Gift"'], ['- checkbox "Gift" [checked]']))),
        ([incremental(100, 5, id=BOX, text="on", isChecked=True)], [changed(600, BOX, class_="x")], snapshot(([], []))),
        ([incremental(100, 5, id=MENU, text="b", isChecked=False)], [changed(600, MENU, class_="x")], snapshot(([], []))),
        ([focus(100, BUTTON)], [blur(600, BUTTON)], snapshot((['- button "Pay" [active]'], ['- button "Pay"']))),
        ([press(100, BUTTON)], [press(600, BOX)], snapshot((['- checkbox "Gift"', '- button "Pay" [clicked]'], ['- checkbox "Gift" [clicked]', '- button "Pay"']))),
        ([], [page(600, "New")], snapshot((['- paragraph: Hello'], ['- paragraph: New']))),
        ([], [rule(600, "li { display: none }")], snapshot((['- list:', '  - listitem: one', '  - listitem: two'], []))),
        ([rule(100, "li { display: none }")], [retexted(600, NOTE * 100, "Changed")], snapshot((['- paragraph: Hello'], ['- paragraph: Changed']))),
        ([changed(100, NOTE, style={"display": "none"})], [changed(600, NOTE, style={"display": False})], snapshot(([], ['- paragraph: Hello']))),
        ([changed(100, BUTTON, class_="off")], [changed(600, BUTTON, class_="")], snapshot(([], ['- button "Pay"']))),
    ],
)  # fmt: skip
def test_each_kind_of_event_changes_the_screen(
    checkpoint: bool, before: list[Raw], after: list[Raw], difference: tuple[list[str], list[str]]
):
    pad = [padding(300), padding(301)] if checkpoint else []
    raws = [meta(0, PAGE), page(1), *before, *pad, *after]
    assert (len(screens_of(*raws).tabs[1].segments) > 1) is checkpoint
    first, second = (outline(*raws, at=at).split("\n") for at in (250, 650))
    assert (
        [line for line in first if line not in second],
        [line for line in second if line not in first],
    ) == difference


def test_the_address_title_and_scroll_position_outlive_a_checkpoint():
    raws = [
        meta(0, PAGE),
        page(1),
        custom(100, "$url_changed", href="https://shop.example/b"),
        scrolled(150, 300),
        padding(200),
        padding(201),
        *moves(400),
    ]
    screen = screen_of(*raws)
    assert (screen.url, screen.title, screen.scroll) == snapshot(("https://shop.example/b", "Hello", (0, 300)))


def test_the_actions_and_values_of_a_page_end_with_it():
    raws = [
        meta(0, PAGE),
        page(1),
        focus(50, FIELD),
        typed(60, FIELD, "secret"),
        press(100, BUTTON),
        scrolled(150, 300),
        meta(200, OTHER),
        page(201),
    ]
    before, after = (screen_of(*raws, at=at) for at in (199, 201))
    assert (shown(before).split("\n")[0], before.scroll) == snapshot(
        ('- textbox "Search" [length=6] [active]', (0, 300))
    )
    assert shown(after) == outline(meta(0, OTHER), page(1))


def test_typed_text_is_masked_on_the_next_page_as_well():
    raws = [
        meta(0, PAGE),
        page(1),
        focus(50, FIELD),
        typed(60, FIELD, "Lovelace"),
        meta(200, PAGE),
        page(201, "Hello Lovelace"),
    ]
    assert "Lovelace" not in outline(*raws)
    assert "Lovelace" not in screen_of(*raws).title


def test_events_of_other_tabs_change_nothing():
    log = ScreenLog()
    screens = screens_of(meta(0, PAGE), page(1), log=log)
    assert screen_at(screens, 2, START + 10, Redaction()) is None


def test_before_its_first_document_a_tab_has_no_screen():
    screens = screens_of(meta(0, PAGE), *moves(100), page(400), *moves(500))
    assert [screen_at(screens, 1, START + at, Redaction()) is None for at in (-5, 0, 399, 400)] == [
        True,
        True,
        True,
        False,
    ]
    assert screens.tabs[1].drawn == START + 400


def test_a_recording_without_a_document_has_no_screen():
    screens = screens_of(meta(0, PAGE), press(100, 7), retexted(200, 8, "x"))
    assert screen_at(screens, 1, START + 500, Redaction()) is None


def test_after_the_deadline_no_screen_is_built():
    screens = screens_of(meta(0, PAGE), page(1), *(retexted(at, NOTE * 100, f"{at}") for at in range(100, 600)))
    with pytest.raises(DeadlineExceeded):
        screen_at(screens, 1, START + 10_000, Redaction(), lambda: True)


@pytest.mark.parametrize("limit", [20_000, 200_000])
def test_a_log_keeps_the_beginning_within_its_limit_and_says_how_far(limit: int):
    words = [f"{at * 7_919 % 100_003:x}" * 500 for at in range(400)]
    raws = [
        meta(0, PAGE),
        page(1),
        *(retexted(100 + at, NOTE * 100, f"{at} {word}") for at, word in enumerate(words)),
        padding(600),
        padding(700),
        retexted(800, NOTE * 100, "end"),
    ]
    screens = screens_of(*raws, log=ScreenLog(limit))
    assert screens.size <= limit + 100_000
    if screens.until is not None:
        screen = screen_at(screens, 1, screens.until, Redaction())
        assert screen is not None
        assert shown(screen) == outline(*raws, at=screens.until - START)


def test_events_out_of_order_are_read_in_order():
    raws = [
        meta(0, PAGE),
        page(1),
        retexted(300, NOTE * 100, "later"),
        retexted(200, NOTE * 100, "earlier"),
        *moves(400),
    ]
    assert "paragraph: later" in outline(*raws)
    assert "paragraph: earlier" in outline(*raws, at=250)


def test_a_repeated_event_changes_nothing():
    late = added(200, LIST, element(60, "li", "three", text(70, "!")))
    assert outline(meta(0, PAGE), page(1), late, late) == outline(meta(0, PAGE), page(1), late)


def test_events_of_unknown_kinds_are_skipped():
    odd = [
        event(100, 99, {}),
        event(110, 3, None),
        incremental(120, 77, id=1),
        incremental(130, 2, type=99, id=BUTTON),
        incremental(140, 5, id="x", text=None),
        incremental(150, 3, id=1, y="far"),
    ]
    assert outline(meta(0, PAGE), page(1), *odd) == outline(meta(0, PAGE), page(1))


def test_what_was_typed_first_stays_masked_after_very_much_typing():
    first = typed(100, 10, "Ada Lovelace Secret")
    flood = [typed(200 + at, 11, f"{at} " + "x" * 9_000) for at in range(1_200)]
    fields = [element(10, "input", type="text"), element(11, "input", type="text"), element(12, "p", "none")]
    screen = screen_of(meta(0, PAGE), full(1, *fields), first, *flood, retexted(5_000, 1_200, "Ada Lovelace Secret"))
    assert "Lovelace" not in shown(screen)


def test_every_beginning_of_a_typed_text_is_masked_at_its_time():
    letters = [typed(100 + at, 10, "Ada Lovelace"[:at]) for at in range(1, 13)]
    page = [meta(0, PAGE), full(1, element(10, "input", type="text"), element(12, "p", "Hello Ada Love again"))]
    screens = screens_of(*page, *letters)
    found: list[str] = []
    for at in (50, 108, 112):
        screen = screen_at(screens, 1, START + at, Redaction("standard"))
        assert screen is not None
        found.append(shown(screen).split("\n")[-1])
    assert found == snapshot(
        ["- paragraph: Hello Ada Love again", "- paragraph: Hello [typed] again", "- paragraph: Hello Ada Love again"]
    )


def test_many_tabs_take_little_memory_while_they_wait_for_a_checkpoint():
    log = ScreenLog()
    text = "word " * 10_000
    pages = [element(10, "p", text)]
    reader = TimelineReader(Redaction("standard"), observer=log)
    for tab in range(100):
        reader.feed(b"\n".join(lines(full(tab, *pages), window=f"tab-{tab}")) + b"\n")
    reader.finish()
    assert log.finish().size < 1_000_000
