"""Stretches of time in which a person looked at a tab."""

from replay_mcp.recording.across.visits import Visits

from .made import row, timeline, visited


def test_absences_that_overlap_are_taken_out_once() -> None:
    absences = [row(0, "hidden", until=10.0), *(row(place, "idle", until=place + 1.5) for place in (2, 3, 4, 12, 13))]
    [visit] = Visits(timeline(visited(0, "/cart"), *absences, seconds=20))
    assert visit.seconds == 20 - 10 - 2.5


def test_many_absences_within_a_long_one_are_compared_once() -> None:
    switches = [row(place, "tab", tab=1 + place % 2, previous_tab=2 - place % 2) for place in range(1, 5_000)]
    idle = [row(place + 0.3, "idle", until=place + 0.5, tab=1 + place % 2) for place in range(5_000)]
    hidden = [row(0, "hidden", tab=tab, until=4_000.0) for tab in (1, 2)]
    rows = [visited(0, "/cart"), visited(0, "/cart", tab=2), *hidden, *switches, *idle]
    assert [round(visit.seconds) for visit in Visits(timeline(*rows, seconds=5_000))] == [400, 400]
