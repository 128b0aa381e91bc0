"""Time on pages, and waits."""

from typing import Any

from inline_snapshot import snapshot

from replay_mcp.recording.across.pages import PageTime, page_times, wait_groups
from replay_mcp.recording.timeline.rows import SlowRequest

from .made import answered, requested, row, sessions, timeline, visited

SEARCH = "https://shop.example/api/search?q=***"


def test_the_time_on_a_page_leaves_out_other_tabs_hidden_and_idle_time() -> None:
    def at(place: float, kind: Any, tab: int, **fields: Any) -> Any:
        return row(1, kind, **{"ref": f"e{round(place * 10)}", "seconds": place, "tab": tab} | fields)

    visit = timeline(
        visited(0, "/products/1"),
        at(10, "navigation", 2, page="https://shop.example/products/2"),  # opened in the background
        at(20, "tab", 2, previous_tab=1),
        at(25, "hidden", 2, until=30.0),
        at(40, "tab", 1, previous_tab=2),
        at(45, "navigation", 1, page="https://shop.example/cart"),
        at(50, "idle", 1, until=400.0),
        seconds=410,
    )
    assert page_times(sessions(visit, timeline(visited(0, "/cart"), seconds=5))) == snapshot(
        [
            PageTime(page="shop.example/products/:id", sessions=1, visits=2, median_seconds=20.0, seconds=40.0, last=1),
            PageTime(page="shop.example/cart", sessions=2, visits=2, median_seconds=10.0, seconds=20.0, last=2),
        ]
    )


def test_waits_are_measured_to_the_response_and_given_up_ones_are_counted_apart() -> None:
    waits = timeline(
        visited(0, "/search"),
        row(1, flags=("slow",), weight=4, response=answered(3_100), slow_request=SlowRequest("e2", 3_000)),
        requested(2, SEARCH, duration_ms=3_000),
        row(12, flags=("slow",), weight=4, slow_request=SlowRequest("e13", 2_000)),
        requested(13, SEARCH, status=0, duration_ms=2_000),
        row(14, flags=("wait",), weight=4, waited_ms=5_000),
        requested(15, SEARCH, duration_ms=100),
    )
    load = timeline(
        row(1, "network", url="https://shop.example/search", status=200, duration_ms=4_000), visited(2, "/search")
    )
    assert [
        (group.page, group.target, len(group.waits), group.session_ids, group.median_ms, group.given_up)
        for group in wait_groups(sessions(waits, load))
    ] == snapshot(
        [
            ("shop.example/cart", "button [id=pay]", 3, ("s1",), 4050, 1),
            ("shop.example/search", "", 1, ("s2",), 4000, 0),
        ]
    )
