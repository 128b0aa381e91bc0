"""Few events far away from all others were recorded by a clock that was set wrongly; a long session is read whole."""

from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from msgspec import Raw

from replay_mcp.recording.rrweb.clock import HELD_BYTES, MAX_PERIODS, STRAY_MS, Clock
from replay_mcp.recording.rrweb.events import Event
from replay_mcp.recording.timeline.reader import Timeline, TimelineReader, read_timeline
from replay_mcp.redaction import Redaction
from tests.recording.rrweb import START, custom, element, full, lines, meta, moves, press, read

DAY = 24 * 3_600_000
YEAR = 365 * DAY


def at(*times: int) -> list[Event]:
    return read(*(custom(time, "x") for time in times))


def believed(*times: int) -> tuple[list[int], int]:
    """The times that are believed, in the order in which they are passed on, and how many are not."""
    clock = Clock()
    passed = [event for recorded in at(*times) for event in clock.add(recorded)] + clock.finish()
    return [event.timestamp - START for event in passed], clock.strays


def test_an_event_far_from_all_others_is_left_out_wherever_it_comes():
    near = [0, 1, 2, 3, 4, 5]
    for far in (YEAR, -YEAR):
        for place in range(len(near) + 1):
            assert believed(*near[:place], far, *near[place:]) == (near, 1)


def test_a_session_of_many_weeks_is_believed_whole():
    visits = [week * 14 * DAY + second for week in range(6) for second in range(5)]
    assert believed(*visits) == (visits, 0)
    every_six_days = [day * 6 * DAY for day in range(20)]
    assert believed(*every_six_days) == (every_six_days, 0)


def test_the_first_events_of_a_later_visit_are_not_lost():
    times = [*range(20), *(20 * DAY + second for second in range(7))]
    assert believed(*times) == (times, 0)


def test_where_there_are_few_events_the_most_that_agree_are_right():
    assert believed(0, YEAR, 1, 2) == ([0, 1, 2], 1)
    assert believed(0, 1, 20 * DAY, 20 * DAY + 1, 20 * DAY + 2) == ([0, 1, 20 * DAY, 20 * DAY + 1, 20 * DAY + 2], 0)
    assert believed(YEAR) == ([YEAR], 0)
    assert believed() == ([], 0)


@given(st.lists(st.integers(0, STRAY_MS), max_size=40))
def test_events_of_one_week_are_all_believed(times: list[int]):
    passed, strays = believed(*times)
    assert (sorted(passed), strays) == (sorted(times), 0)


@given(st.lists(st.integers(0, 60 * 365), max_size=60))
def test_every_event_is_passed_on_or_counted(days: list[int]):
    times = [day * DAY for day in days]
    passed, strays = believed(*times)
    assert len(passed) + strays == len(times)
    assert set(passed) <= set(times)


def test_what_is_held_is_bounded():
    clock = Clock()
    for place in range(MAX_PERIODS * 3):
        (event,) = at(place * 3 * STRAY_MS // 2)
        clock.add(Event("w", event.timestamp, event.type, Raw(), b"x" * 1_000))
    assert clock.strays == MAX_PERIODS * 2
    large = Event("w", START, 5, Raw(), b"x" * (HELD_BYTES + 1))
    assert Clock().add(large) == [large]


def visit(at: int) -> list[bytes]:
    page = [meta(at, f"https://shop.example/{at}"), full(at + 10, element(10, "button", "Pay now"))]
    return lines(*page, *moves(at + 100, at + 2_000), press(at + 3_000, 10), *moves(at + 4_000, at + 8_000))


def told(timeline: Timeline) -> list[tuple[float, str]]:
    return [(row.seconds, row.kind) for row in timeline.rows]


def test_a_session_id_that_is_used_again_after_two_weeks_loses_nothing():
    recorded = b"\n".join([*visit(0), *visit(14 * DAY)])
    for blocks in ([], [START], [START, START + 14 * DAY]):
        reader = TimelineReader(Redaction(), blocks)
        reader.feed(recorded)
        timeline = reader.finish()
        assert told(timeline) == snapshot(
            [
                (0.0, "navigation"),
                (3.0, "click"),
                (8.0, "idle"),
                (1209600.0, "navigation"),
                (1209603.0, "click"),
            ]
        )
        assert (timeline.coverage.strays, timeline.coverage.gaps) == (0, [])


def test_a_clock_that_was_set_wrongly_is_reported():
    recorded = b"\n".join([*lines(custom(-YEAR, "early")), *visit(0), *lines(custom(YEAR, "late"))])
    timeline = read_timeline([recorded], Redaction())
    assert told(timeline) == [(0.0, "navigation"), (3.0, "click")]
    assert timeline.coverage.gaps == snapshot(
        ["2 events were left out: their times are more than a week from all others (wrong clock)"]
    )
