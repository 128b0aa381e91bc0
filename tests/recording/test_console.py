"""Console calls are read from rrweb's plugin and from rrweb 1.x."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.recording.rrweb.console import ConsoleLine, console_line
from replay_mcp.recording.rrweb.metadata import read_metadata
from replay_mcp.recording.timeline.reader import read_timeline
from replay_mcp.recording.timeline.row_text import target
from replay_mcp.redaction import Redaction
from tests.recording.rrweb import Raw, console, full, incremental, lines, meta, moves, press, read


def logged(at: int, level: Any, *arguments: Any, trace: Any = ("app.js:1:1",)) -> Raw:
    """A console call as rrweb 1.x records it."""
    return incremental(at, 11, level=level, payload=list(arguments), trace=list(trace))


def test_a_call_recorded_by_rrweb_1_is_read_like_one_of_the_plugin():
    (old, new) = read(logged(5, "error", '"boom: cart is gone"', "7"), console(5, "error", "boom: cart is gone", 7))
    assert (
        console_line(old)
        == console_line(new)
        == snapshot(
            ConsoleLine(
                timestamp=1795168800005,
                window_id="window-1",
                level="error",
                message="boom: cart is gone 7",
                from_extension=False,
            )
        )
    )


NONSENSE: list[Raw] = [{}, {"level": 7, "payload": "x", "trace": {}}, {"payload": [None, [], {}, 7]}]


@pytest.mark.parametrize("fields", NONSENSE)
def test_a_malformed_call_is_a_line_without_text(fields: Raw):
    (event,) = read(incremental(0, 11, **fields))
    line = console_line(event)
    assert line is not None
    assert (line.level, line.message.strip()) == ("info", "")


def test_another_event_is_not_a_console_call():
    assert [console_line(event) for event in read(press(0, 5), meta(0, "http://a/"), incremental(0, 12))] == [
        None,
        None,
        None,
    ]


def test_calls_of_rrweb_1_appear_as_rows_errors_and_counts():
    body = [
        meta(0, "https://shop.example/"), full(1), press(3_000, 5), logged(3_100, "error", '"boom"'),
        logged(3_200, "error", '"x"', trace=["chrome-extension://abc/x.js"]), logged(4_000, "warn", '"slow"'), *moves(9_000, 18_000),
    ]  # fmt: skip
    timeline = read_timeline([b"\n".join(lines(*body))], Redaction())
    assert [(row.seconds, target(row), row.level) for row in timeline.rows if row.kind == "console"] == [
        (3.1, "boom", "error"),
        (4.0, "slow", "warn"),
    ]
    assert [row.flags for row in timeline.rows if row.kind == "click"] == [("error_after",)]
    assert (timeline.coverage.extension_lines, timeline.coverage.unknown, timeline.coverage.unread_kinds) == (1, 0, 0)
    counted = read_metadata(read(*body))
    assert (counted.console_error_count, counted.console_warn_count, counted.click_count) == (2, 1, 1)
