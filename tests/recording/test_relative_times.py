"""Times that count from 0 are recognised and dated, and stay recognisable as relative."""

import json
from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.recording.rrweb.relative_times import MAX_RELATIVE_MS, Span, dated, holds_relative, measure, zero_of
from replay_mcp.recording.timeline.reader import read_timeline
from replay_mcp.redaction import Redaction
from tests.recording.rrweb import START, custom, element, full, meta, press

EVENTS = [meta(0, "http://shop/"), full(1, element(10, "button", "Pay")), press(900, 10), custom(2_000, "end")]


def relative(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event | {"timestamp": event["timestamp"] - START} for event in events]


def lines(*values: Any) -> list[bytes]:
    return [json.dumps(value).encode() for value in values]


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (0, True),
        (0.5, True),
        ("1500", True),
        (MAX_RELATIVE_MS, True),
        (MAX_RELATIVE_MS + 1, False),
        (-1, False),
        (START, False),
        (START // 1_000, False),
        (None, False),
        (True, False),
    ],
)
def test_times_of_at_most_two_weeks_count_from_0(time: Any, expected: bool):
    assert holds_relative(lines(["w", {"type": 3, "timestamp": time}])[0]) == expected


def test_the_span_covers_all_relative_times_in_any_form():
    span = measure(
        lines({"window_id": 7, "data": [{"type": 3, "timestamp": 400}]}, [{"type": 3, "timestamp": 20}], "x", START)
    )
    assert span == Span(20, 400, "7")
    assert measure(lines(EVENTS, [], "x")) is None


def test_a_dated_recording_begins_with_the_date_of_0():
    values = [["w", {"type": 3, "timestamp": 5}], [{"type": 3, "timestamp": 7.5}, {"type": 3, "timestamp": START}, 17]]
    found = [json.loads(line) for line in dated(lines(*values), START, Span(5, 8, "w"))]
    assert found == snapshot(
        [
            [
                "w",
                {
                    "type": 5,
                    "timestamp": 1795168800005,
                    "data": {"tag": "replay-mcp/relative-times", "payload": {"zero": 1795168800000}},
                },
            ],
            ["w", {"type": 3, "timestamp": 1795168800005}],
            ["", {"type": 3, "timestamp": 1795168800007.5}],
            ["", {"type": 3, "timestamp": 1795168800000}],
            ["", {}],
        ]
    )
    assert [zero_of(line) for line in dated(lines(*values), START, Span(5, 8, "w"))] == [START, None, None, None, None]


@pytest.mark.parametrize(
    "line",
    [b"", b"replay-mcp/relative-times", b'["w","replay-mcp/relative-times"]', b'["w",{"data":{"tag":"replay-mcp/relative-times"}}]',
     b'["w",{"data":{"tag":"replay-mcp/relative-times","payload":{"zero":"1"}}}]', b'["w",{"data":{"tag":"x","payload":{"zero":1},"y":"replay-mcp/relative-times"}}]'],
)  # fmt: skip
def test_no_other_line_holds_the_date_of_0(line: bytes):
    assert zero_of(line) is None


def test_a_dated_recording_is_read_like_any_other_and_its_coverage_reports_the_dating():
    span = measure(lines(*relative(EVENTS)))
    assert span
    timeline = read_timeline([b"\n".join(dated(lines(*relative(EVENTS)), START, span))], Redaction())
    usual = read_timeline([b"\n".join(lines(*EVENTS))], Redaction())
    assert (timeline.rows, timeline.start, timeline.end) == (usual.rows, usual.start, usual.end)
    assert (timeline.coverage.relative_times, usual.coverage.relative_times) == (True, False)
    assert (timeline.coverage.gaps, timeline.coverage.remarks) == snapshot(
        ([], ["its times counted from 0, so its dates were chosen when it was imported"])
    )
