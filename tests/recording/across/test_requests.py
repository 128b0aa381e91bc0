"""Requests of several sessions."""

from typing import Any

from inline_snapshot import snapshot

from replay_mcp.recording.across.requests import request_groups
from replay_mcp.recording.timeline.reader import Timeline

from .made import failed, requested, row, sessions, timeline, visited

SEARCH = "https://shop.example/api/search?q=***"


def outline(*timelines: Timeline) -> list[tuple[Any, ...]]:
    return [
        (
            group.method,
            group.path,
            group.status,
            group.page,
            len(group.requests),
            group.session_ids,
            group.median_ms,
            group.p95_ms,
            group.aborted,
        )
        for group in request_groups(sessions(*timelines))
    ]


def test_failed_requests_come_first_and_then_those_that_took_most_time() -> None:
    one = timeline(
        visited(1, "/cart"),
        requested(2, "https://shop.example/api/cart/17", duration_ms=20),
        requested(3, "https://shop.example/api/cart/18", duration_ms=30),
        requested(4, SEARCH, duration_ms=3_000),
        failed(5, "https://shop.example/api/pay", duration_ms=400),
        row(6, "network", url="https://shop.example/logo.svg", status=200, duration_ms=9_000),
    )
    assert outline(one, timeline(visited(1, "/cart"), failed(5, "https://shop.example/api/pay"))) == snapshot(
        [
            ("POST", "shop.example/api/pay", 500, "shop.example/cart", 2, ("s1", "s2"), 400, 400, 0),
            ("GET", "shop.example/api/search", 200, "shop.example/cart", 1, ("s1",), 3000, 3000, 0),
            ("GET", "shop.example/api/cart/:id", 200, "shop.example/cart", 2, ("s1",), 25, 30, 0),
        ]
    )


def test_a_request_that_the_next_one_replaced_was_aborted_and_is_not_timed() -> None:
    waits = timeline(
        visited(0, "/search"),
        requested(1, SEARCH, duration_ms=3_010),
        requested(12, SEARCH, status=0, duration_ms=2_840),
        requested(14.8, SEARCH, status=0, duration_ms=2_500, ref="e13"),
        requested(17.3, SEARCH, duration_ms=3_000, ref="e14"),
    )
    assert outline(waits) == snapshot(
        [
            ("GET", "shop.example/api/search", 200, "shop.example/search", 2, ("s1",), 3005, 3010, 0),
            ("GET", "shop.example/api/search", 0, "shop.example/search", 2, ("s1",), None, None, 2),
        ]
    )


def test_a_request_without_a_status_is_not_taken_as_aborted_without_evidence() -> None:
    other = "https://cdn.example/feed"
    unrelated = timeline(
        visited(0, "/search"),
        requested(1, other, status=0, duration_ms=500),  # no status of this path is ever recorded
        requested(1.5, other, status=0, duration_ms=500, ref="e2"),
        requested(3, SEARCH, status=0, duration_ms=2_000),  # it ended long before the next one
        requested(9, SEARCH, duration_ms=100),
        requested(10, SEARCH, status=0, duration_ms=5_000),  # it went on while the next one was sent
        requested(11, SEARCH, duration_ms=100),
    )
    assert [group.aborted for group in request_groups(sessions(unrelated))] == [0, 0, 0]


def test_the_95th_percentile_is_a_time_that_was_measured() -> None:
    many = timeline(*(requested(place, SEARCH, duration_ms=place * 10) for place in range(1, 41)))
    [group] = request_groups(sessions(many))
    assert (group.median_ms, group.p95_ms) == (205, 380)


def test_a_request_belongs_to_the_page_that_was_loading_when_it_was_sent() -> None:
    loading = timeline(
        visited(1, "/cart"),
        row(5, "network", url="https://shop.example/checkout", status=200, duration_ms=700),
        requested(5.4, "https://shop.example/api/total", ref="e6", page="https://shop.example/checkout"),
        visited(6, "/checkout", ref="e7"),
        requested(8, "https://shop.example/api/late", ref="e8", page="https://shop.example/done"),
        visited(9, "/done"),
    )
    assert {group.path: group.page for group in request_groups(sessions(loading))} == snapshot(
        {"shop.example/api/late": "shop.example/checkout", "shop.example/api/total": "shop.example/checkout"}
    )
