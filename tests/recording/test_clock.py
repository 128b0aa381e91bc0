"""A few events far away from all others are left out as strays; a long session is kept whole."""

from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from msgspec import Raw

from replay_mcp.recording.rrweb.clock import HELD_BYTES, MAX_PERIODS, STRAY_MS, StrayFilter
from replay_mcp.recording.rrweb.events import Event
from replay_mcp.recording.timeline.reader import Timeline, TimelineReader, read_timeline
from replay_mcp.redaction import Redaction
from tests.recording.rrweb import START, custom, element, full, lines, meta, moves, press, read

DAY = 24 * 3_600_000
YEAR = 365 * DAY


def at(*times: int) -> list[Event]:
    return read(*(custom(time, "x") for time in times))


def accepted(*times: int) -> tuple[list[int], int]:
    """The accepted times, in the order in which they are passed on, and the number of strays."""
    clock = StrayFilter()
    passed = [event for recorded in at(*times) for event in clock.add(recorded)] + clock.finish()
    return [event.timestamp - START for event in passed], clock.strays


def test_an_event_far_from_all_others_is_left_out_at_any_position():
    near = [0, 1, 2, 3, 4, 5]
    for far in (YEAR, -YEAR):
        for place in range(len(near) + 1):
            assert accepted(*near[:place], far, *near[place:]) == (near, 1)


def test_all_events_of_a_session_of_many_weeks_are_accepted():
    visits = [week * 14 * DAY + second for week in range(6) for second in range(5)]
    assert accepted(*visits) == (visits, 0)
    every_six_days = [day * 6 * DAY for day in range(20)]
    assert accepted(*every_six_days) == (every_six_days, 0)


def test_the_first_events_of_a_later_visit_are_not_lost():
    times = [*range(20), *(20 * DAY + second for second in range(7))]
    assert accepted(*times) == (times, 0)


def test_of_few_events_the_largest_group_is_accepted():
    assert accepted(0, YEAR, 1, 2) == ([0, 1, 2], 1)
    assert accepted(0, 1, 20 * DAY, 20 * DAY + 1, 20 * DAY + 2) == ([0, 1, 20 * DAY, 20 * DAY + 1, 20 * DAY + 2], 0)
    assert accepted(YEAR) == ([YEAR], 0)
    assert accepted() == ([], 0)


@given(st.lists(st.integers(0, STRAY_MS), max_size=40))
def test_events_within_one_week_are_all_accepted(times: list[int]):
    passed, strays = accepted(*times)
    assert (sorted(passed), strays) == (sorted(times), 0)


@given(st.lists(st.integers(0, 60 * 365), max_size=60))
def test_every_event_is_passed_on_or_counted(days: list[int]):
    times = [day * DAY for day in days]
    passed, strays = accepted(*times)
    assert len(passed) + strays == len(times)
    assert set(passed) <= set(times)


def test_held_events_are_bounded():
    clock = StrayFilter()
    for place in range(MAX_PERIODS * 3):
        (event,) = at(place * 3 * STRAY_MS // 2)
        clock.add(Event("w", event.timestamp, event.type, Raw(), b"x" * 1_000))
    assert clock.strays == MAX_PERIODS * 2
    large = Event("w", START, 5, Raw(), b"x" * (HELD_BYTES + 1))
    assert StrayFilter().add(large) == [large]


def visit(at: int) -> list[bytes]:
    page = [meta(at, f"https://shop.example/{at}"), full(at + 10, element(10, "button", "Pay now"))]
    return lines(*page, *moves(at + 100, at + 2_000), press(at + 3_000, 10), *moves(at + 4_000, at + 8_000))


def rows_of(timeline: Timeline) -> list[tuple[float, str]]:
    return [(row.seconds, row.kind) for row in timeline.rows]


def test_a_session_id_reused_after_two_weeks_loses_no_events():
    recorded = b"\n".join([*visit(0), *visit(14 * DAY)])
    for blocks in ([], [START], [START, START + 14 * DAY]):
        reader = TimelineReader(Redaction(), blocks)
        reader.feed(recorded)
        timeline = reader.finish()
        assert rows_of(timeline) == snapshot(
            [
                (0.0, "navigation"),
                (3.0, "click"),
                (8.0, "idle"),
                (1209600.0, "navigation"),
                (1209603.0, "click"),
            ]
        )
        assert (timeline.coverage.strays, timeline.coverage.gaps) == (0, [])


def test_a_wrong_clock_is_reported():
    recorded = b"\n".join([*lines(custom(-YEAR, "early")), *visit(0), *lines(custom(YEAR, "late"))])
    timeline = read_timeline([recorded], Redaction())
    assert rows_of(timeline) == [(0.0, "navigation"), (3.0, "click")]
    assert timeline.coverage.gaps == snapshot(
        ["2 events were more than a week from all others, by a clock that was set wrongly, and are left out"]
    )
