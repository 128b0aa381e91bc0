"""Parts of a page that a timer changes, whatever the visitor does: they answer no click, and say nothing about one."""

import pytest

from replay_mcp.recording.timeline.reader import read_timeline
from replay_mcp.recording.timeline.rows import Row
from replay_mcp.redaction import Redaction
from tests.recording.rrweb import Raw, addition, clicked, element, full, lines, meta, moves, mutation, text

NEWS, FIRST_TEXT = 60, 6_000
BUTTONS = range(61, 69)
NEW_TEXT = 100_000


def news(*times: int, words: str = "Line 9 runs") -> list[Raw]:
    """Mutations that replace the text of the news, as `textContent` does."""
    shown = [FIRST_TEXT, *(NEW_TEXT + at for at in times)]
    return [
        mutation(
            at,
            adds=[addition(NEWS, text(NEW_TEXT + at, f"{words} {at}"))],
            removes=[{"parentId": NEWS, "id": before}],
        )
        for before, at in zip(shown, times, strict=False)
    ]


def rows(*raws: Raw) -> list[Row]:
    page = [
        meta(0, "https://shop.example/"),
        full(10, element(NEWS, "p", text(FIRST_TEXT, "News")), *(element(node, "button", f"Go {node}") for node in BUTTONS)),
        *moves(1_500, 4_000, 7_000, 10_000, 13_000, 16_000, 19_000, 22_000, 26_000),
    ]  # fmt: skip
    events = sorted([*page, *raws], key=lambda raw: raw["timestamp"])
    return list(read_timeline([b"\n".join(lines(*events))], Redaction()).rows)


def flags(*raws: Raw) -> list[tuple[str, ...]]:
    return [row.flags for row in rows(*raws) if row.kind == "click"]


@pytest.mark.parametrize("late", [0, 30], ids=["exact", "a little late"])
def test_a_timer_goes_on_while_the_visitor_acts_and_answers_no_click(late: int):
    presses = [event for at in (3_900, 5_850, 9_800, 13_500) for event in clicked(at, BUTTONS[0])]
    ticks = news(*(at + late * (at // 2_000 % 2) for at in range(2_000, 25_000, 2_000)))
    assert flags(*presses, *ticks)[-1] == ("dead",)


def test_changes_that_follow_clicks_made_at_an_even_pace_are_answers():
    presses = [event for at in range(2_000, 16_000, 2_000) for event in clicked(at, BUTTONS[0])]
    assert flags(*presses, *news(*(at + 40 for at in range(2_000, 16_000, 2_000)))) == [()] * 7


def test_what_a_timer_shows_is_no_message():
    presses = [event for at in (5_850, 9_850, 13_850) for event in clicked(at, BUTTONS[0])]
    ticks = news(*range(2_000, 25_000, 2_000), words="Error: line closed")
    assert [row.texts for row in rows(*presses, *ticks) if row.seconds > 8 and row.kind in ("click", "text")] == [
        (),
        (),
    ]


def test_a_change_between_two_ticks_is_an_answer():
    ticks = news(*range(2_000, 13_000, 2_000), 13_600, 14_000, 16_000)
    assert flags(*clicked(13_500, BUTTONS[0]), *ticks) == [()]


AFTER_TWO_TICKS = [2_000, 4_000, *range(6_000, 25_000, 2_000)]


@pytest.mark.parametrize("each", [1, 3], ids=["one change a tick", "three changes a tick"])
def test_what_follows_shows_that_a_change_was_a_tick_of_a_timer_that_had_just_begun(each: int):
    ticks = news(*(at + 20 * place for at in AFTER_TWO_TICKS for place in range(each)))
    assert flags(*clicked(5_000, BUTTONS[0]), *ticks) == [("dead",)]


@pytest.mark.parametrize("at", [5_300, 6_700, 12_000])
def test_a_click_that_something_else_answers_as_well_is_answered(at: int):
    other = mutation(at, texts=[{"id": 100 * BUTTONS[1], "value": "Gone"}])
    assert flags(*clicked(5_000, BUTTONS[0]), other, *news(*AFTER_TWO_TICKS)) == [()]


def test_a_click_after_which_a_page_opens_is_answered():
    opened = meta(8_500, "https://shop.example/cart")
    assert flags(*clicked(5_000, BUTTONS[0]), opened, *news(*AFTER_TWO_TICKS)) == [()]


@pytest.mark.parametrize(
    "times",
    [[2_000, 4_000, 6_000], [2_000, 4_000, 6_000, 8_700, 9_100, 14_000], [2_000, 3_000, 6_000, 8_000], [6_000, 8_000]],
    ids=["no more", "unevenly", "not at this pace before", "not before"],
)
def test_a_change_that_nothing_shows_to_be_a_tick_answers(times: list[int]):
    assert flags(*clicked(5_000, BUTTONS[0]), *news(*times)) == [()]


def test_a_doubted_answer_is_judged_before_the_next_document_comes():
    page = full(20_500, element(10, "button", "Go"))
    assert flags(*clicked(5_000, BUTTONS[0]), *news(*AFTER_TWO_TICKS[:8]), page) == [("dead",)]


def test_a_doubted_click_beside_a_canvas_is_not_judged():
    raws = [
        meta(0, "https://shop.example/"),
        full(10, element(NEWS, "p", text(FIRST_TEXT, "News")), element(70, "div", element(61, "button", "Invert"), element(71, "canvas"))),
        *clicked(5_000, 61),
        *news(*AFTER_TWO_TICKS),
        *moves(*range(5_500, 25_000, 1_000)),
    ]  # fmt: skip
    events = sorted(raws, key=lambda raw: raw["timestamp"])
    found = read_timeline([b"\n".join(lines(*events))], Redaction()).rows
    assert [(row.flags, row.not_judged) for row in found if row.kind == "click"] == [((), "canvas")]
