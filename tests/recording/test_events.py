import json
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from replay_mcp.local.store.clock import from_ms, to_ms
from replay_mcp.recording.rrweb.events import Event, EventReader
from tests.recording.rrweb import START, WINDOW, click, event, incremental, line, meta, read


def reader(*lines: bytes) -> tuple[list[Event], int]:
    """The events of lines, and the number of broken ones."""
    reading = EventReader(lines)
    return list(reading), reading.broken


def test_a_line_yields_its_window_time_type_and_data():
    (found,) = read(click(250))
    assert (found.window_id, found.timestamp - START, found.type, found.source, found.data, found.line) == snapshot(
        (
            "window-1",
            250,
            3,
            2,
            {"source": 2, "type": 2, "id": 7, "x": 1, "y": 2},
            b'["window-1", {"type": 3, "data": {"source": 2, "type": 2, "id": 7, "x": 1, "y": 2}, "timestamp": 1795168800250}]',
        )
    )


def test_an_older_line_holds_several_events_of_one_window():
    older = orjson.dumps({"window_id": "w", "data": [meta(0, "http://a/"), click(5), "no event"]})
    events, broken = reader(older)
    assert ([(event.window_id, event.type, orjson.loads(event.line)[0]) for event in events], broken) == snapshot(
        ([("w", 4, "w"), ("w", 3, "w")], 1)
    )


def test_an_older_line_nested_too_deeply_to_be_rewritten_is_broken():
    deep = b'{"data":' * 300 + b"1" + b"}" * 300
    older = b'{"window_id": "w", "data": [{"type": 2, "timestamp": 1795168800000, "data": ' + deep + b"}]}"
    assert reader(older) == ([], 1)
    newer = b'["w", {"type": 2, "timestamp": 1795168800000, "data": ' + deep + b"}]"
    assert [event.line for event in reader(newer)[0]] == [newer]  # unchanged


def test_blank_lines_are_ignored():
    assert reader(b"", b"  \n", b"\r\n") == ([], 0)


@pytest.mark.parametrize(
    "broken",
    [
        b"{",
        b"null",
        b"[]",
        b"17",
        b'"text"',
        b'["w"]',
        b'["w", 5]',
        b'["w", []]',
        b'["w", {}, 3]',
        b'{"windowId": {}, "type": 3, "timestamp": 1795168800000}',
        b'["w", {"type": "3", "timestamp": 1795168800000}]',
        b'["w", {"type": true, "timestamp": 1795168800000}]',
        b'["w", {"type": 3}]',
        b'["w", {"type": 3, "timestamp": "soon"}]',
        b'["w", {"type": 3, "timestamp": -1}]',
        b'["w", {"type": 3, "timestamp": 1}]',
        b'["w", {"type": 3, "timestamp": 1262303999999}]',
        b'["w", {"type": 3, "timestamp": 4102444800001}]',
        b'["w", {"type": 3, "timestamp": 253402300799000}]',
        b'{"window_id": "w", "data": [{"type": 3, "timestamp": 1795168800}]}',
        b'["w", {"type": 3, "timestamp": 1e300}]',
        b'["w", {"type": 3, "timestamp": true}]',
        b'["w", {"type": 3, "timestamp": NaN}]',
        b'{"window_id": "w"}',
        b'{"window_id": "w", "data": []}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        orjson.dumps(["w" * 201, click(0)]),
    ],
)
def test_a_broken_line_is_counted_and_the_rest_is_read(broken: bytes):
    events, count = reader(line(click(0)), broken, line(click(9)))
    assert ([event.timestamp - START for event in events], count) == ([0, 9], 1)


def test_fractions_of_a_millisecond_are_rounded():
    (found,) = read(incremental(0, 2) | {"timestamp": START + 0.75})
    assert found.timestamp == START + 1


def test_events_outside_2010_to_2099_are_broken():
    bounds = [datetime(2010, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)]
    events, broken = reader(*(line({"type": 3, "timestamp": to_ms(bound)}) for bound in bounds))
    assert ([from_ms(event.timestamp) for event in events], broken) == (bounds, 0)


def test_events_of_unknown_types_are_read():
    events = read(event(0, 7, {"url": "asset"}), event(1, 99, None), event(2, 3, "packed"), event(3, 3, {"source": []}))
    assert [(event.type, event.source, event.data) for event in events] == snapshot(
        [(7, None, {"url": "asset"}), (99, None, {}), (3, None, {}), (3, None, {"source": []})]
    )


def test_half_surrogate_pairs_and_control_characters_are_repaired():
    broken_text = (
        rb'["w", {"type": 5, "timestamp": 1795168800000, "data": {"tag": "\ud83d cut", "pair": "\ud83d\ude00",'
    )
    events, broken = reader(broken_text + b' "literal": "\\\\ud800", "raw": "a\tb"}}]')
    assert ([event.data for event in events], broken) == snapshot(
        ([{"tag": "� cut", "pair": "😀", "literal": "\\ud800", "raw": "a b"}], 0)
    )
    assert orjson.loads(events[0].line)[1]["data"] == events[0].data


def test_a_line_that_is_not_utf_8_keeps_what_is_readable():
    events, broken = reader(b'["w", {"type": 5, "timestamp": 1795168800000, "data": {"tag": "caf\xe9"}}]')
    assert ([event.data for event in events], broken) == ([{"tag": "caf\ufffd"}], 0)


def test_additions_in_an_array_of_events_stay_with_their_event():
    adds = [{"parentId": 5, "nextId": None, "node": {"type": 3, "id": 20, "textContent": "x" * 1_000}}]
    events, broken = reader(orjson.dumps([incremental(0, 0, adds=adds), incremental(1, 0, adds=adds)]))
    assert ([event.data["adds"] for event in events], broken) == ([adds, adds], 0)


def test_elements_of_an_array_with_too_many_values_are_left_out():
    large = incremental(1, 0, adds=[0] * 1_000_000)
    events, broken = reader(orjson.dumps([click(0), large, click(2)]))
    assert ([event.timestamp - START for event in events], broken) == ([0, 2], 1)


@pytest.mark.parametrize(
    "rest",
    [
        b'{"type": 3, "timestamp": 17951688',
        b'{"type": 3, "text": "cut \\"',
        b'{"type": 3}}, {"type": 3}]',
        b'{"data": ' + b"[" * 100_000,
        b"{]",
    ],
)
def test_the_events_of_an_array_are_read_up_to_the_break(rest: bytes):
    intact = orjson.dumps([click(0), click(2)])[:-1]
    events, broken = reader(intact + b", " + rest)
    assert ([event.timestamp - START for event in events], broken > 0) == ([0, 2], True)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["type", "data", "timestamp", "window_id", "cv", "source", "href"]) | st.text(), inner), max_leaves=20))  # fmt: skip
def test_no_json_breaks_the_reader(value: object):
    text = json.dumps([WINDOW, value]).encode()
    events, broken = reader(text, json.dumps(value).encode())
    assert len(events) + broken >= 2
    for found in events:
        assert found.source is None or isinstance(found.source, int)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes):
    events, broken = reader(*data.split(b"\n"))
    assert len(events) + broken <= data.count(b"\n") + 1
