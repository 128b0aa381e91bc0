from dataclasses import replace
from typing import Any

from inline_snapshot import snapshot

from replay_mcp.recording.account import MAX_FACTS, Account, Click, FailedRequest, InputRun, read_account
from tests.recording.rrweb import (
    START,
    Raw,
    click,
    console,
    custom,
    event,
    incremental,
    meta,
    mouse,
    network,
    read,
    request,
    typed,
)  # fmt: skip


def account(*raws: Raw) -> Account:
    return read_account(read(*raws))


def relative(facts: tuple[Any, ...]) -> list[Any]:
    """Facts with times relative to the recording's usual start."""
    return [replace(fact, timestamp=fact.timestamp - START) for fact in facts]


def test_a_page_visit_is_a_change_of_url_not_a_repeated_snapshot():
    found = account(
        meta(0, "http://a/"),
        meta(10, "http://a/"),
        custom(20, "$pageview", href="http://a/"),
        custom(30, "$pageview", href="http://a/next"),
        custom(40, "$url_changed", href="http://a/"),
    )
    assert [(page.timestamp - START, page.url) for page in found.pages] == snapshot(
        [(0, "http://a/"), (30, "http://a/next"), (40, "http://a/")]
    )


def test_each_window_has_its_own_url():
    first, second = read(meta(0, "http://a/"), meta(2, "http://a/")), read(meta(1, "http://a/"), window="other")
    found = read_account([first[0], *second, first[1]])
    assert [(page.window_id, page.timestamp - START) for page in found.pages] == snapshot(
        [("window-1", 0), ("other", 1)]
    )


def test_changes_of_one_field_in_a_row_are_one_run_and_the_text_is_gone():
    found = account(typed(0, 9, "a"), typed(10, 9, "ab"), click(20), typed(30, 9, "abc"), typed(40, 5), typed(50, 9))
    assert relative(found.inputs) == snapshot(
        [
            InputRun(timestamp=0, window_id="window-1", count=3),
            InputRun(timestamp=40, window_id="window-1", count=1),
            InputRun(timestamp=50, window_id="window-1", count=1),
        ]
    )
    assert "abc" not in repr(found)


def test_clicks_are_kept_and_other_mouse_events_are_not():
    assert relative(account(mouse(0, 1), click(5), mouse(6, 0), mouse(9, 9)).clicks) == snapshot(
        [Click(timestamp=5, window_id="window-1"), Click(timestamp=9, window_id="window-1")]
    )


def test_failed_requests_keep_their_own_time_and_lose_their_query():
    found = account(
        network(
            5_000,
            request(4_000, "http://a/api/pay?card=4111#top", 500),
            request(4_100, "http://a/api/ok", 200),
            {"name": "http://a/old", "status": 404, "timeOrigin": START, "startTime": 1_200.6, "method": "get"},
            {"name": "http://a/opaque", "responseStatus": 0, "timestamp": START},
            {"name": "http://a/bare", "responseStatus": 503},
            {"name": "http://a/lie", "responseStatus": 500, "timestamp": 5},
        )
    )
    assert relative(found.failed_requests) == snapshot(
        [
            FailedRequest(
                timestamp=4000,
                window_id="window-1",
                method="POST",
                url="http://a/api/pay",
                status=500,
                attempts=1,
                recovered=False,
            ),
            FailedRequest(
                timestamp=1201,
                window_id="window-1",
                method="GET",
                url="http://a/old",
                status=404,
                attempts=1,
                recovered=False,
            ),
            FailedRequest(
                timestamp=5000,
                window_id="window-1",
                method="",
                url="http://a/bare",
                status=503,
                attempts=1,
                recovered=False,
            ),
            FailedRequest(
                timestamp=5000,
                window_id="window-1",
                method="",
                url="http://a/lie",
                status=500,
                attempts=1,
                recovered=False,
            ),
        ]
    )


def test_a_request_recovers_when_a_later_one_of_its_method_and_url_succeeds():
    found = account(
        network(0, request(0, "http://a/pay", 500), request(0, "http://a/pay", 500)),
        network(10, request(5, "http://a/pay", 500), request(10, "http://a/pay?again=1", 201)),
        network(20, request(20, "http://a/pay", 402, "PUT"), request(25, "http://a/pay", 402, "PUT")),
    )
    assert [(failure.method, failure.attempts, failure.recovered) for failure in found.failed_requests] == snapshot(
        [("POST", 2, True), ("POST", 2, True), ("PUT", 2, False), ("PUT", 2, False)]
    )


def test_console_errors_of_browser_extensions_are_not_the_page_s():
    found = account(
        console(0, "error", "of the page"),
        console(1, "error", "of an extension", trace=("moz-extension://abc/x.js",)),
        console(2, "warn", "a warning"),
    )
    assert [line.message for line in found.console_errors] == ["of the page"]


def test_custom_events_of_the_page_are_kept_and_posthog_s_are_not():
    found = account(
        custom(0, "level completed"),
        custom(1, "$session_options"),
        custom(2, "sessionIdle"),
        custom(3, "window hidden"),
    )
    assert [fact.tag for fact in found.custom] == ["level completed"]


def test_the_span_is_that_of_all_events():
    assert account(click(7), incremental(9_000, 0)).span == (START + 7, START + 9_000)
    assert account().span is None


def test_nonsense_in_payloads_is_passed_over():
    plugin = {"plugin": "rrweb/network@1"}
    found = account(
        event(0, 6, plugin | {"payload": None}),
        event(1, 6, plugin | {"payload": {"requests": "many"}}),
        event(2, 6, plugin | {"payload": {"requests": [None, 5, {"name": 7, "responseStatus": "500"}, {"name": {}}]}}),
        event(3, 6, {"plugin": ["rrweb/console@1"]}),
        event(4, 5, {"tag": {"no": "text"}}),
        event(5, 3, {"source": 5, "id": [1]}),
        event(6, 3, {"source": 2, "type": {"click": 2}}),
        event(7, 4, "packed"),
    )
    assert (found.pages, found.clicks, found.failed_requests, found.custom) == ((), (), (), ())


def test_what_a_hostile_recording_can_grow_is_bounded():
    clicks = [click(at) for at in range(MAX_FACTS + 5)]
    failures = [network(at, request(at, f"http://a/{at}", 500)) for at in range(MAX_FACTS + 5)]
    crowded = network(0, *(request(0, f"http://b/{number}", 500) for number in range(6_000)))
    assert len(account(*clicks).clicks) == MAX_FACTS
    assert len(account(*failures).failed_requests) == MAX_FACTS
    assert len(account(crowded).failed_requests) == 5_000
