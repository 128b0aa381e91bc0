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
    times = [
        {name: getattr(fact, name) - START for name in ("timestamp", "until") if hasattr(fact, name)} for fact in facts
    ]
    return [replace(fact, **changed) for fact, changed in zip(facts, times, strict=True)]


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
            InputRun(timestamp=0, window_id="window-1", count=3, until=30),
            InputRun(timestamp=40, window_id="window-1", count=1, until=40),
            InputRun(timestamp=50, window_id="window-1", count=1, until=50),
        ]
    )
    assert "abc" not in repr(found)


def test_the_next_page_s_fields_are_others_even_with_the_same_ids():
    found = account(typed(0, 9), meta(10, "http://a/next"), typed(20, 9))
    assert [run.timestamp - START for run in found.inputs] == [0, 20]


def test_choosing_a_radio_button_is_one_change():
    def radio(at: int, node: int, *, checked: bool) -> Raw:
        return incremental(at, 5, id=node, text="*", isChecked=checked)

    chosen = account(radio(0, 1, checked=True), radio(1, 2, checked=False), radio(2, 3, checked=False))
    assert relative(chosen.inputs) == snapshot([InputRun(timestamp=0, window_id="window-1", count=1, until=0)])
    a_checkbox_later = account(radio(0, 1, checked=True), radio(11, 2, checked=False))
    fields_filled_at_once = account(typed(0, 1), typed(0, 2))
    assert [len(found.inputs) for found in (a_checkbox_later, fields_filled_at_once)] == [2, 2]


def test_a_click_is_one_click_however_many_events_tell_of_it():
    tap = mouse(0, 7), mouse(80, 9), mouse(85, 2)
    double = click(0), click(150), mouse(151, 4)
    double_tap = mouse(0, 9), mouse(10, 2), mouse(200, 9), mouse(210, 2), mouse(211, 4)
    taps_before_clicks = mouse(0, 9), mouse(100, 9), mouse(300, 2), mouse(310, 2)
    tap_without_click = mouse(0, 7), mouse(80, 9)
    menu = mouse(0, 1), mouse(1, 3), mouse(2, 0)
    elsewhere = mouse(0, 9, node=1), mouse(5, 2, node=2)
    slow, much_later = (mouse(0, 9), mouse(1_000, 2)), (mouse(0, 9), mouse(1_001, 2))
    gestures = (tap, double, double_tap, taps_before_clicks, tap_without_click, menu, elsewhere, slow, much_later)
    assert [[click.timestamp - START for click in account(*gesture).clicks] for gesture in gestures] == snapshot(
        [[80], [0, 150], [0, 200], [0, 100], [80], [], [0, 5], [0], [0, 1001]]
    )
    assert relative(account(*tap).clicks) == snapshot([Click(timestamp=80, window_id="window-1", node=7)])


def test_taps_in_one_tab_say_nothing_of_clicks_in_another():
    tap, clicked = read(mouse(0, 9)), read(mouse(5, 2), window="other")
    assert [click.window_id for click in read_account([*tap, *clicked]).clicks] == ["window-1", "other"]


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
                by_code=True,
                attempts=1,
                recovered=False,
            ),
            FailedRequest(
                timestamp=1201,
                window_id="window-1",
                method="GET",
                url="http://a/old",
                status=404,
                by_code=True,
                attempts=1,
                recovered=False,
            ),
            FailedRequest(
                timestamp=5000,
                window_id="window-1",
                method="",
                url="http://a/bare",
                status=503,
                by_code=False,
                attempts=1,
                recovered=False,
            ),
            FailedRequest(
                timestamp=5000,
                window_id="window-1",
                method="",
                url="http://a/lie",
                status=500,
                by_code=False,
                attempts=1,
                recovered=False,
            ),
        ]
    )


def test_a_request_recovers_when_a_later_one_of_its_method_and_url_succeeds():
    found = account(
        network(0, request(0, "http://a/pay", 500), request(0, "http://a/pay", 500)),
        network(10, request(5, "http://a/pay", 500), request(10, "http://a/pay#again", 201)),
        network(20, request(20, "http://a/pay", 402, "PUT"), request(25, "http://a/pay", 402, "PUT")),
    )
    assert [(failure.method, failure.attempts, failure.recovered) for failure in found.failed_requests] == snapshot(
        [("POST", 2, True), ("POST", 2, True), ("PUT", 2, False), ("PUT", 2, False)]
    )


def test_a_success_before_a_failure_or_at_its_moment_recovers_nothing():
    found = account(
        network(0, request(0, "http://a/pay", 200), request(5, "http://a/pay", 200)),
        network(9, request(5, "http://a/pay", 500)),
        network(10, request(10, "http://a/pay", 500)),
    )
    assert [failure.recovered for failure in found.failed_requests] == [False, False]


def test_requests_with_different_queries_are_different_requests():
    found = account(
        network(0, request(0, "http://a/user?id=1", 500), request(1, "http://a/user?id=2", 500)),
        network(9, request(9, "http://a/user?id=2", 200), request(10, "http://a/user?id=1", 500)),
    )
    assert [(failure.url, failure.attempts, failure.recovered) for failure in found.failed_requests] == snapshot(
        [("http://a/user", 2, False), ("http://a/user", 1, True), ("http://a/user", 2, False)]
    )


def test_what_the_page_s_code_asked_for_is_told_from_what_the_browser_loaded():
    kinds = ("fetch", "xmlhttprequest", "img", "navigation", "beacon", None)
    asked = [{"name": f"http://a/{kind}", "initiatorType": kind, "responseStatus": 404} for kind in kinds]
    found = account(network(0, *asked, request(1, "http://a/patched", 404)))
    assert [failure.url for failure in found.failed_requests if failure.by_code] == snapshot(
        ["http://a/fetch", "http://a/xmlhttprequest", "http://a/patched"]
    )


def test_the_last_success_is_the_latest_of_the_page_s_code():
    image = {"name": "http://a/i.png", "initiatorType": "img", "responseStatus": 200, "timestamp": START + 900}
    unknown = {"name": "http://a/x", "method": "GET", "responseStatus": 0, "timestamp": START + 950}
    found = account(network(999, request(300, "http://a/", 204), request(200, "http://a/", 200), image, unknown))
    assert found.last_success == START + 300
    assert account(network(999, image, unknown, request(1, "http://a/", 500))).last_success is None


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
