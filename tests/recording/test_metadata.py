from dataclasses import asdict
from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.errors import UnreadableRecording
from replay_mcp.recording.rrweb.events import Event
from replay_mcp.recording.rrweb.metadata import MAX_CONSOLE_LINES, MAX_URLS, Metadata, read_metadata
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
    move,
    network,
    read,
    request,
    typed,
)  # fmt: skip


def metadata(*raws: Raw) -> Metadata:
    return read_metadata(read(*raws))


def relative(found: Metadata) -> dict[str, Any]:
    """The metadata, with times relative to `START`."""
    console = [asdict(line) | {"timestamp": line.timestamp - START} for line in found.console]
    times = {"start_time": found.start_time - START, "end_time": found.end_time - START}
    return asdict(found) | times | {"console": console}


def test_a_session_is_counted_as_posthog_counts_it():
    found = metadata(
        meta(0, "http://shop.example/"),
        event(1, 2, "packed"),
        move(1_000),
        mouse(1_500, 1),
        click(1_600),
        typed(2_000),
        typed(2_100),
        console(2_200, "log", "added", {"id": 7}),
        console(2_300, "warn", "slow"),
        console(2_400, "error", "failed"),
        network(2_500, request(2_450, "http://shop.example/api", 500)),
        incremental(3_000, 0, adds=[], removes=[]),
        meta(4_200, "http://shop.example/cart"),
    )
    assert relative(found) == snapshot(
        {
            "start_time": 0,
            "end_time": 4200,
            "active_ms": 3200,
            "event_count": 13,
            "click_count": 1,
            "keypress_count": 2,
            "mouse_activity_count": 3,
            "console_log_count": 1,
            "console_warn_count": 1,
            "console_error_count": 1,
            "urls": {"http://shop.example/": 1795168800000, "http://shop.example/cart": 1795168804200},
            "console": [
                {
                    "timestamp": 2200,
                    "window_id": "window-1",
                    "level": "info",
                    "message": 'added {"id": 7}',
                    "from_extension": False,
                },
                {
                    "timestamp": 2300,
                    "window_id": "window-1",
                    "level": "warn",
                    "message": "slow",
                    "from_extension": False,
                },
                {
                    "timestamp": 2400,
                    "window_id": "window-1",
                    "level": "error",
                    "message": "failed",
                    "from_extension": False,
                },
            ],
            "failed_requests": frozenset({("shop.example", 500)}),
            "window_ids": ("window-1",),
        }
    )
    assert (found.duration, found.active_seconds, found.start_url, found.activity_score) == snapshot(
        (4, 3, "http://shop.example/", 72.0)
    )


def test_clicks_double_clicks_touches_and_context_menus_count_as_clicks():
    kinds = {kind: metadata(mouse(0, kind)).click_count for kind in range(11)}
    assert kinds == snapshot({0: 0, 1: 0, 2: 1, 3: 1, 4: 1, 5: 0, 6: 0, 7: 0, 8: 0, 9: 1, 10: 0})


def test_moves_interactions_and_touch_moves_count_as_mouse_activity():
    sources = {source: metadata(incremental(0, source)).mouse_activity_count for source in range(17)}
    assert [source for source, count in sources.items() if count] == snapshot([1, 2, 6])


def test_activity_lasts_five_seconds_beyond_the_last_active_event():
    quiet = incremental(0, 0)
    assert {
        "none": metadata(quiet, quiet).active_ms,
        "one": metadata(move(0)).active_ms,
        "within five seconds": metadata(move(0), move(5_000)).active_ms,
        "beyond five seconds": metadata(move(0), move(5_001)).active_ms,
        "others count while it lasts": metadata(move(0), incremental(4_000, 0), incremental(9_000, 0)).active_ms,
        "two stretches": metadata(move(0), move(3_000), move(60_000), move(61_000)).active_ms,
    } == snapshot(
        {
            "none": 0,
            "one": 1,
            "within five seconds": 5000,
            "beyond five seconds": 2,
            "others count while it lasts": 4000,
            "two stretches": 4000,
        }
    )


def test_every_active_source_counts():
    assert [source for source in range(17) if metadata(incremental(0, source)).active_ms] == snapshot(
        [1, 2, 3, 4, 5, 6, 7, 12]
    )


def test_console_methods_count_as_errors_warnings_or_information():
    methods = ["log", "info", "debug", "trace", "dir", "count", "countReset", "warn", "error", "assert", "new", ""]
    assert {method: metadata(console(0, method, "x")).console[0].level for method in methods} == snapshot(
        {
            "log": "info",
            "info": "info",
            "debug": "info",
            "trace": "info",
            "dir": "info",
            "count": "info",
            "countReset": "warn",
            "warn": "warn",
            "error": "error",
            "assert": "error",
            "new": "info",
            "": "info",
        }
    )


def test_console_messages_join_their_arguments():
    found = metadata(
        console(0, "log", "plain", {"a": 1}, [2], None, 3.5),
        event(1, 6, {"plugin": "rrweb/console@1", "payload": {"level": "log", "payload": ['"cut off', 5, None, "x"]}}),
        event(2, 6, {"plugin": "rrweb/console@1", "payload": "nonsense"}),
        console(3, "error", "noise", trace=("chrome-extension://abc/content.js:1:1",)),
        console(4, "error", "y" * 5_000),
    )
    assert [(line.message[:20], len(line.message), line.from_extension) for line in found.console] == snapshot(
        [
            ('plain {"a": 1} [2] n', 27, False),
            ('"cut off   x', 12, False),
            ("", 0, False),
            ("noise", 5, True),
            ("yyyyyyyyyyyyyyyyyyyy", 3000, False),
        ]
    )


def test_each_url_of_navigation_events_is_listed_once_in_order():
    found = metadata(
        meta(0, " http://a/ "),
        custom(1, "$pageview", href="http://b/"),
        custom(2, "$url_changed", href="http://a/"),
        incremental(3, 0, href="http://mutation/"),
        meta(4, ""),
        event(5, 4, {"href": ["no text"]}),
        meta(6, "http://c/" + "x" * 5_000),
    )
    assert [(url[:12], len(url)) for url in found.urls] == snapshot(
        [("http://a/", 9), ("http://b/", 9), ("http://c/xxx", 4096)]
    )


def test_windows_are_listed_in_order_of_appearance():
    events = read(click(0), window="b") + read(click(1), window="a") + read(click(2), window="b")
    assert read_metadata(events).window_ids == ("b", "a")


def test_a_hostile_recording_cannot_grow_the_metadata_without_bound():
    many = [meta(at, f"http://a/{at}") for at in range(MAX_URLS + 5)]
    logs = [console(at, "log", "x") for at in range(MAX_CONSOLE_LINES + 5)]
    found = metadata(*many, *logs)
    assert (len(found.urls), len(found.console), found.console_log_count) == snapshot((500, 10000, 10005))


def test_a_start_url_is_truncated_to_512_characters():
    start_url = metadata(meta(0, "http://a/" + "x" * 600)).start_url
    assert start_url is not None
    assert len(start_url) == 512


def test_events_out_of_order_still_give_first_and_last_time():
    found = metadata(move(5_000), move(0), move(2_000))
    assert (found.start_time - START, found.end_time - START, found.duration) == (0, 5_000, 5)


def test_activity_score_of_a_silent_recording_is_zero():
    assert metadata(event(0, 0, {})).activity_score == 0.0


def test_a_recording_without_events_is_unreadable():
    nothing: list[Event] = []
    with pytest.raises(UnreadableRecording, match="no rrweb event"):
        read_metadata(nothing)
