"""Comparing demo recordings, checked against what a person who watches them sees."""

from functools import cache

from inline_snapshot import snapshot

from replay_mcp.recording.across.aftermath import aftermath
from replay_mcp.recording.across.comparison import compare
from replay_mcp.recording.timeline.reader import Timeline
from tests.recording.test_summary_demo import timeline


@cache
def payments() -> dict[str, Timeline]:
    """Payments that fail for Maya, for Jonas, who then pays by transfer, and for Tomás; and Nora's, which works."""
    return {name: timeline(name) for name in ("01", "02", "03", "08")}


def test_fourteen_presses_in_seven_rows_are_one_problem_of_three_sessions() -> None:
    comparison = compare(payments())
    group = comparison.groups[0]
    assert (group.problems, group.target, group.error) == snapshot(
        (
            {"rage": 2, "error_after": 7, "error_shown": 7, "repeated_submit": 4},
            "button [data-testid=pay]",
            "500 POST shop.example/api/pay",
        )
    )
    assert (group.session_ids, group.concerned(comparison.sessions.values())) == (("01", "02", "08"), 4)
    assert (len(group.sightings), group.presses, group.requests) == (7, 14, 14)
    found = aftermath(group, comparison.sessions)
    assert (found.retried, found.ends) == (3, {"left": 2, "succeeded_after": 1})


def test_steps_show_who_did_not_get_an_order_and_what_they_did_last() -> None:
    *_, confirmation = compare(payments(), parts=(), steps=["cart", "Pay now", "/confirmation"]).steps
    assert confirmation.session_ids == ("02", "03")
    assert [(loss.session_id, loss.last and loss.last.key) for loss in confirmation.losses] == [
        ("01", "button [data-testid=pay]"),
        ("08", "button [data-testid=pay]"),
    ]


def test_searches_that_were_sent_again_did_not_take_as_long_as_they_were_waited_for() -> None:
    comparison = compare({"05": timeline("05")}, parts=("requests", "pages"))
    searches = [group for group in comparison.requests if group.path.endswith("/api/search")]
    assert [(group.status, len(group.requests), group.median_ms, group.aborted) for group in searches] == snapshot(
        [(200, 2, 3008, 0), (0, 2, None, 2)]
    )
    assert [(group.name, group.median_ms, len(group.ended), group.given_up) for group in comparison.waits] == snapshot(
        [('button "Search"', 3104, 2, 2)]
    )
