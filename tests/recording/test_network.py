"""Requests of every plugin are read once each, with the time at which they began."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.recording.rrweb.metadata import read_metadata
from replay_mcp.recording.rrweb.network import RecentRequests, Request, requests
from replay_mcp.recording.timeline.reader import read_timeline
from replay_mcp.recording.timeline.row_text import effect, target
from replay_mcp.recording.timeline.rows import Row
from replay_mcp.redaction import Redaction
from tests.recording.rrweb import START, Raw, event, full, lines, meta, moves, network, press, read

API = "https://shop.example/api/pay"
SENTRY = {"initiatorType": "fetch", "entryType": "resource"}
LATE = moves(8_000, 16_000, 24_000)


def numbered(at: int, fields: Any) -> Raw:
    """A request as `posthog/network@1` records it."""
    return event(at, 6, {"plugin": "posthog/network@1", "payload": fields})


def listed(at: int, *found: Raw) -> Raw:
    """The browser's list of earlier requests, which a recorder sends when it starts."""
    payload = {"requests": [{**request, "isInitial": True} for request in found], "isInitial": True}
    return event(at, 6, {"plugin": "rrweb/network@1", "payload": payload})


def read_requests(*raws: Raw) -> list[Request]:
    return [request for recorded in read(*raws) for request in requests(recorded)]


def shown(*raws: Raw) -> tuple[Row, ...]:
    body = [meta(0, "https://shop.example/"), full(1), *raws, *LATE]
    return tuple(row for row in read_timeline([b"\n".join(lines(*body))], Redaction()).rows if row.kind == "network")


def test_a_request_with_numbered_fields_is_read():
    fields = {
        "0": "resource", "1": START, "2": API + "#top", "3": 2_990, "18": "fetch", "21": 500, "39": 250.4, "40": START + 3_000,
    }  # fmt: skip
    assert read_requests(numbered(3_300, fields)) == snapshot(
        [
            Request(
                timestamp=1795168803000,
                window_id="window-1",
                method="",
                url="https://shop.example/api/pay",
                status=500,
                by_code=True,
                for_page=False,
                duration_ms=250,
                initial=False,
            )
        ]
    )


def test_numbered_fields_without_a_timestamp_are_dated_from_the_start_of_the_page():
    assert [
        (request.timestamp - START, request.url, request.for_page)
        for request in read_requests(
            numbered(3_300, {"0": "navigation", "1": START, "2": API, "3": 1_250}), numbered(3_400, {"2": API})
        )
    ] == [(1_250, API, True), (3_400, API, False)]


NONSENSE: list[Any] = [None, [], "x", 7, {"2": None}, {"2": ["x"], "21": {}, "40": "x"}, {"1": 1e308, "3": 1e308}]


@pytest.mark.parametrize("payload", NONSENSE)
def test_numbered_fields_of_the_wrong_type_are_not_a_request(payload: Any):
    assert [request.url for request in read_requests(numbered(0, payload))] == [""]


def test_the_address_is_the_name_or_the_url():
    assert [
        (request.url, request.method) for request in read_requests(network(0, {"url": API, "method": "post"}, {"name": API, "url": "/other"}))
    ] == [(API, "POST"), (API, "")]  # fmt: skip


@pytest.mark.parametrize(
    ("recorded", "status"),
    [
        ({"status": 500, "responseStatus": 200}, 500),
        ({"status": 0, "responseStatus": 404}, 404),
        ({"status": None, "responseStatus": 503.0}, 503),
        ({"status": -1, "responseStatus": 1_000}, 0),
        ({"status": 1e300, "responseStatus": 200.5}, 0),
        ({"status": True, "responseStatus": "500"}, 0),
    ],
)
def test_the_status_of_the_wrapped_call_counts_before_the_browsers(recorded: Raw, status: int):
    assert [request.status for request in read_requests(network(0, {"name": API, **recorded}))] == [status]


@pytest.mark.parametrize("kind", ["serverTiming", "paint", "longtask", "largest-contentful-paint", "mark"])
def test_performance_entries_that_are_not_requests_are_left_out(kind: str):
    entries = [{"name": API, "entryType": "resource"}, {"name": "cache", "entryType": kind, "duration": 3}]
    assert [request.url for request in read_requests(network(0, *entries))] == [API]
    assert read_requests(numbered(0, {"0": kind, "2": "cache"})) == []


def test_a_request_that_the_restarted_recorder_lists_again_is_one_row_with_the_data_of_both_records():
    wrapped = {"name": API, "method": "POST", "status": 500, "timestamp": START + 3_010, "initiatorType": "fetch"}
    entry = {"name": API, "timestamp": START + 3_012, "duration": 240, **SENTRY}
    assert [
        (row.seconds, target(row), effect(row)) for row in shown(network(3_300, wrapped), listed(5_000, entry))
    ] == [(3.01, f"POST {API}", "500 after 240 ms")]
    assert [
        (row.seconds, target(row), effect(row)) for row in shown(listed(3_300, entry), network(3_400, wrapped))
    ] == [(3.01, f"POST {API}", "500 after 240 ms")]


def test_a_request_recorded_by_the_browser_and_by_the_wrapped_call_is_one_row():
    wrapped = {"name": API, "method": "POST", "status": 200, "timestamp": START + 3_010, "initiatorType": "fetch"}
    observed = {"name": API, "responseStatus": 200, "timestamp": START + 3_014, **SENTRY}
    assert [target(row) for row in shown(network(3_300, wrapped), network(3_310, observed))] == [f"POST {API}"]


def test_requests_that_the_page_made_twice_are_two_rows():
    call = {"name": API, "method": "POST", "status": 200, "initiatorType": "fetch"}
    twice = [{**call, "timestamp": START + at} for at in (3_000, 3_010)]
    assert len(shown(network(3_300, *twice))) == 2
    assert len(shown(network(3_300, twice[0]), network(3_310, twice[1]))) == 2
    entries = [{"name": API, "timestamp": START + at, **SENTRY} for at in (3_000, 3_010)]
    assert len(shown(network(3_300, *twice), listed(5_000, *entries))) == 2


def test_a_request_of_another_method_status_or_time_is_another_request():
    wrapped = {"name": API, "method": "POST", "status": 200, "timestamp": START + 3_000}
    others = [{**wrapped, "method": "GET"}, {**wrapped, "status": 500}, {**wrapped, "timestamp": START + 3_100}]
    assert (
        len(shown(network(3_300, wrapped), *(listed(5_000 + place, other) for place, other in enumerate(others)))) == 4
    )


def test_of_a_flood_of_requests_the_latest_are_remembered():
    recent = RecentRequests()
    recorded = read(network(0, {"name": API}))[0]
    flood = [Request(START + at, "w", "GET", API, 200, by_code=True, initial=True) for at in range(0, 10_000, 1)]
    for request in flood:
        recent.add(request)
    assert recent.earlier(flood[-1], recorded) == flood[-1]
    assert recent.earlier(flood[0], recorded) is None


def test_a_request_from_before_the_recording_is_a_row_at_its_start():
    before = {
        "name": "https://shop.example/",
        "entryType": "navigation",
        "timestamp": START - 1_500,
        "duration": 900,
        "status": 200,
    }
    assert [(row.seconds, row.until) for row in shown(network(10, before))] == [(0.0, 0.0)]


def test_a_failed_request_after_a_click_is_an_error_after_it_whatever_recorded_it():
    for failed in (
        numbered(3_300, {"0": "resource", "2": API, "18": "fetch", "21": 500, "40": START + 3_010}),
        network(3_300, {"url": API, "method": "POST", "status": 500, "timestamp": START + 3_010}),
    ):
        body = [meta(0, "https://shop.example/"), full(1), press(3_000, 5), failed, *LATE]
        timeline = read_timeline([b"\n".join(lines(*body))], Redaction())
        assert [row.flags for row in timeline.rows if row.kind == "click"] == [("error_after",)]
        assert timeline.coverage.unknown == 0
        assert read_metadata(read(*body)).failed_requests == {("shop.example", 500)}
