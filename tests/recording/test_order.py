"""Events are sorted by time and deduplicated, while few of them are held."""

import json
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from replay_mcp.recording.rrweb.events import Event
from replay_mcp.recording.rrweb.order import HOLD_BYTES, HOLD_MS, EventSorter
from tests.recording.rrweb import START, custom, read

AN_HOUR = 3_600_000


def put(*events: Event) -> tuple[list[Event], EventSorter]:
    order = EventSorter()
    return [ready for event in events for ready in order.add(event)] + order.finish(), order


def at(*times: int) -> list[Event]:
    """Different events at these times."""
    return read(*(custom(time, f"event {place}") for place, time in enumerate(times)))


def times(events: list[Event]) -> list[int]:
    return [event.timestamp - START for event in events]


@given(st.lists(st.tuples(st.integers(0, AN_HOUR), st.integers(0, HOLD_MS)), max_size=60))
def test_an_event_that_is_late_by_no_more_than_the_hold_is_sorted(delayed: list[tuple[int, int]]):
    sent = [time for time, _ in sorted(delayed, key=sum)]  # each event is sent some time after it happened
    ready, order = put(*at(*sent))
    assert times(ready) == sorted(sent)
    assert (order.late, order.repeated) == (0, 0)


@given(st.lists(st.integers(0, AN_HOUR), max_size=60))
def test_no_event_is_lost_whatever_its_time(sent: list[int]):
    events = at(*sent)
    ready, order = put(*events)
    assert sorted(ready, key=events.index) == events
    kept = times(ready)
    assert order.late == sum(time < max(kept[:place], default=0) for place, time in enumerate(kept))


def test_events_with_one_timestamp_keep_the_order_in_which_they_came():
    events = at(5, 3, 5, 3, 5)
    assert put(*events)[0] == [events[place] for place in (1, 3, 0, 2, 4)]


def test_a_line_that_is_sent_again_long_after_is_dropped():
    events = at(0, 10, 20)
    ready, order = put(*events, *events, *at(25_000), *events)
    assert (times(ready), order.repeated, order.late) == ([0, 10, 20, 25_000], 6, 0)


def test_a_line_that_is_sent_again_too_late_is_passed_on():
    events = at(0, 1, HOLD_MS + 1)
    ready, order = put(*events, events[0])
    assert (times(ready), order.repeated, order.late) == ([0, 1, 0, HOLD_MS + 1], 0, 1)


def test_equal_events_at_different_times_or_in_different_tabs_are_not_repeats():
    same = [event for window in ("a", "b") for event in read(custom(0, "x"), window=window)]
    ready, order = put(*same, *read(custom(1, "x")))
    assert (len(ready), order.repeated) == (3, 0)


def test_a_time_far_ahead_holds_nothing_back():
    ready, order = put(*at(0, 10, 50 * 365 * 24 * AN_HOUR, 20, 30))
    assert (times(ready), order.late) == ([0, 10, 20, 30, 50 * 365 * 24 * AN_HOUR], 0)


def test_no_more_bytes_are_held_than_the_bound_allows():
    order, waiting = EventSorter(), 0
    for place in range(80):
        (event,) = read(custom(place, "x" * 100_000))
        waiting += len(event.line) - sum(len(ready.line) for ready in order.add(event))
        assert waiting <= HOLD_BYTES
    assert waiting > HOLD_BYTES // 2


def test_an_event_larger_than_the_bound_passes_at_once():
    (large,) = read(custom(5, "x" * (HOLD_BYTES + 1)))
    order = EventSorter()
    assert order.add(large) == [large]
    assert times(order.add(at(1)[0])) == []
    assert (times(order.finish()), order.late) == ([1], 1)


def test_large_events_with_one_timestamp_do_not_pile_up():
    order = EventSorter()
    tracemalloc.start()
    try:
        for place in range(60):
            line = json.dumps(["window-1", custom(0, f"{place}" + "x" * 1_000_000)]).encode()
            order.add(Event("window-1", START, 5, Raw(), line))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16 * 1024 * 1024
