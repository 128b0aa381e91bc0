"""Problems of two windows, and the whole comparison."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.errors import DeadlineExceeded
from replay_mcp.recording.across.comparison import SessionCounts, compare
from replay_mcp.recording.across.sessions import Known
from replay_mcp.recording.timeline.reader import Timeline

from .made import pressed, row, timeline, visited


def dead(name: str) -> Timeline:
    return timeline(pressed(1, name, flags=("dead",), weight=4))


def fine(*names: str) -> Timeline:
    return timeline(*(pressed(place, name) for place, name in enumerate(names, 1)))


def numbered(prefix: str, *timelines: Timeline) -> dict[str, Timeline]:
    return {f"{prefix}{place}": each for place, each in enumerate(timelines, 1)}


def test_problems_are_compared_by_their_share_of_the_sessions_read() -> None:
    now = numbered(
        "n",
        dead("New"),
        dead("More"),
        dead("More"),
        dead("Same"),
        dead("Fewer"),
        dead("Unused"),
        fine("Gone"),
        fine("x"),
    )
    before = numbered(
        "b",
        fine("New"),
        dead("More"),
        dead("Same"),
        dead("Fewer"),
        dead("Fewer"),
        dead("Gone"),
        dead("Removed"),
        fine("x"),
    )
    comparison = compare(now, earlier=before)
    windows = comparison.windows
    assert windows is not None
    found: dict[str, Any] = {
        group.target: windows.compared(group).change for group in [*comparison.groups, *windows.gone]
    }
    assert found == {
        "button New": "new",
        "button More": "more",
        "button Same": "same",
        "button Fewer": "fewer",
        "button Unused": "not_known",  # nobody used it before
        "button Gone": "gone",
        "button Removed": "not_known",  # nobody uses it any more
    }


def test_an_empty_earlier_window_proves_nothing() -> None:
    comparison = compare({"s1": dead("Pay")}, earlier={})
    assert comparison.windows is not None
    assert comparison.windows.compared(comparison.groups[0]).change == "not_known"


def test_both_sides_of_a_split_are_counted() -> None:
    comparison = compare(
        numbered("s", dead("Pay"), fine("Pay"), timeline(row(1, meaning="done", requests=()))),
        {"s1": Known("ada"), "s2": Known("ada")},
        matching={"s1", "s2", "other"},
    )
    assert [SessionCounts.of(side) for side in comparison.sides()] == snapshot(
        [
            SessionCounts(sessions=2, persons=1, outcomes={"success": 0, "failed": 0, "not shown": 2}),
            SessionCounts(sessions=1, persons=1, outcomes={"success": 0, "failed": 0, "not shown": 1}),
        ]
    )


def test_only_what_was_asked_for_is_compared() -> None:
    comparison = compare({"s1": timeline(visited(1, "/"), *dead("Pay").rows)}, parts=("pages",))
    assert (comparison.groups, len(comparison.pages), comparison.requests, comparison.windows) == ([], 1, [], None)


def test_a_comparison_ends_at_its_deadline() -> None:
    with pytest.raises(DeadlineExceeded, match="took too long"):
        compare({"s1": dead("Pay")}, expired=lambda: True)
