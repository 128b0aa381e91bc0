"""Tracks keep a bounded number of moments; the pointer's positions come from events that a stranger wrote."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from replay_mcp.recording.rrweb.events import MAX_TIMESTAMP
from replay_mcp.recording.screen.pointer import MAX_POSITIONS, Position, positions
from replay_mcp.recording.screen.track import Track
from tests.examples import examples
from tests.hostile import hostile_values
from tests.recording.rrweb import START, Raw, click, element, event, full, incremental, meta, mouse, read, retexted
from tests.recording.screen.screens import PAGE, screens_of

MOUSE_UP, CLICK, CONTEXT_MENU, DOUBLE_CLICK, FOCUS, BLUR, TOUCH_START, TOUCH_CANCEL = 0, 2, 3, 4, 5, 6, 7, 10


def track(*moments: int, step: int = 100, most: int = 20_000) -> list[int]:
    made = Track[int](step, most)
    for place, moment in enumerate(moments):
        made.put(moment, place)
    return [moment for moment, _ in made.moments()]


def moved(at: int, *offsets: int, source: int = 1) -> Raw:
    return incremental(
        at, source, positions=[{"x": 10 + place, "y": 20, "timeOffset": each} for place, each in enumerate(offsets)]
    )


def read_positions(*raws: Raw) -> list[tuple[int, Position]]:
    return [(at - START, position) for each in read(*raws) for at, position in positions(each)]


def test_the_latest_moment_of_each_step_is_kept():
    assert track(100, 130, 199, 200, 350) == [199, 200, 350]


def test_moments_of_a_step_may_come_in_any_order():
    assert track(350, 199, 100, 260, 250) == [199, 260, 350]


def test_of_values_at_the_same_time_the_last_is_kept():
    made = Track[str](100)
    made.put(5, "first")
    made.put(5, "second")
    assert made.moments() == [(5, "second")]


def test_steps_become_longer_when_there_are_too_many_moments():
    made = Track[None](100, most=4)
    for moment in range(0, 1_000, 100):
        made.put(moment, None)
    assert (made.step, [moment for moment, _ in made.moments()]) == snapshot((400, [300, 700, 900]))


def test_a_moment_that_comes_late_finds_its_place_after_steps_became_longer():
    assert track(0, 100, 200, 300, 400, 50, 250, most=4) == [100, 300, 400]


@given(st.lists(st.integers(0, MAX_TIMESTAMP), max_size=40), st.integers(1, 8))
@examples(40)
def test_a_track_never_holds_more_than_it_may_and_ends_with_the_latest_moment(moments: list[int], most: int):
    made = Track[None](40, most)
    for moment in moments:
        made.put(moment, None)
        assert len(made) <= most
    kept = [moment for moment, _ in made.moments()]
    assert kept == sorted(set(kept) & set(moments))
    assert kept[-1:] == sorted(moments)[-1:]


def test_moves_have_the_times_at_which_they_were_made():
    assert read_positions(moved(1_000, -500, -250, 0)) == snapshot([(500, (10, 20)), (750, (11, 20)), (1000, (12, 20))])


@pytest.mark.parametrize("source", [1, 6, 12], ids=["mouse", "touch", "drag"])
def test_mouse_finger_and_drag_move_the_pointer(source: int):
    assert read_positions(moved(1_000, 0, source=source)) == [(1_000, (10, 20))]


def test_presses_are_positions_and_what_has_none_of_its_own_is_not():
    kinds = MOUSE_UP, CLICK, CONTEXT_MENU, DOUBLE_CLICK, FOCUS, BLUR, TOUCH_START, TOUCH_CANCEL
    found = [kind for kind in kinds if read_positions(mouse(10, kind))]
    assert found == [MOUSE_UP, CLICK, CONTEXT_MENU, DOUBLE_CLICK, TOUCH_START]


@pytest.mark.parametrize(
    "broken",
    [
        {"x": 1, "y": 2, "timeOffset": 1},
        {"x": 1, "y": 2, "timeOffset": -60_001},
        {"x": 1, "y": 2, "timeOffset": -(2**63)},
        {"x": 1},
        {"x": "1", "y": 2},
        {"x": True, "y": 2},
        {"x": 100_001, "y": 2},
        {"x": 1, "y": -1e300},
        {"x": None, "y": {}},
        [1, 2],
        "1,2",
        None,
    ],
)
def test_a_position_that_cannot_be_is_ignored_and_others_of_its_event_are_not(broken: Any):
    good = {"x": 1.6, "y": 2.4, "timeOffset": 0}
    assert read_positions(incremental(50, 1, positions=[broken, good])) == [(50, (2, 2))]


@given(hostile_values, hostile_values, hostile_values)
@examples(60)
def test_no_value_breaks_the_pointer(x: Any, y: Any, offset: Any):
    raws = [
        event(10, 3, {"source": 1, "positions": [{"x": x, "y": y, "timeOffset": offset}]}),
        event(20, 3, {"source": 1, "positions": x}),
        event(30, 3, {"source": 2, "type": CLICK, "x": x, "y": y}),
        event(40, 3, {"source": 2, "type": offset, "x": x, "y": y}),
    ]
    for moment, (left, top) in read_positions(*[raw for raw in raws if _is_sent(raw)]):
        assert -60_000 <= moment <= 40
        assert max(abs(left), abs(top)) <= 100_000


def _is_sent(raw: Raw) -> bool:
    """Whether the value can be written as JSON."""
    try:
        read(raw)
    except ValueError:
        return False
    return True


def test_an_event_with_very_many_positions_is_read_to_a_limit():
    assert len(read_positions(moved(1_000, *[0] * 5_000))) == MAX_POSITIONS


def test_a_tab_has_the_times_of_its_changes_and_of_its_pointer():
    raws = [
        meta(0, PAGE),
        full(1, element(10, "p", "Hello")),
        retexted(300, 1_000, "a"),
        retexted(340, 1_000, "b"),
        moved(900, -500, -480, -450),
        click(1_000),
        event(2_000, 3, {"source": 5, "id": 99, "text": "x"}),
    ]
    tab = screens_of(*raws).tabs[1]
    assert tab.drawn == START + 1
    assert [at - START for at in tab.changes] == snapshot([1, 340, 1000, 2000])
    assert [(at - START, position) for at, position in tab.pointer] == snapshot(
        [(420, (11, 20)), (450, (12, 20)), (1000, (1, 2))]
    )
