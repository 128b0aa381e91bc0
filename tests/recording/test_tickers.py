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
