"""Events are found in every envelope, with window ids as text and times as numbers."""

import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from replay_mcp.recording.rrweb.envelopes import MAX_LEVELS, Allowance, epoch_ms, events_in, events_in_text, window_text
from replay_mcp.recording.rrweb.events import EventReader
from tests.examples import examples
from tests.recording.rrweb import START

EVENT: dict[str, Any] = {"type": 4, "timestamp": START}


def windows(value: Any) -> list[str]:
    """The window ids of the events in a value; "?" for a value in place of an event."""
    return [window_id if raw else "?" for window_id, raw in events_in(value)]


def packed(value: Any) -> str:
    return zlib.compress(value if isinstance(value, bytes) else json.dumps(value).encode()).decode("latin-1")


@pytest.mark.parametrize(
    ("window_id", "text"),
    [
        ("w", "w"),
        ("", ""),
        (None, ""),
        (7, "7"),
        (-1, "-1"),
        (7.0, "7"),
        (1.5, "1.5"),
        (True, "true"),
        (False, "false"),
    ],
)
def test_a_window_id_may_be_any_scalar(window_id: Any, text: str):
    assert window_text(window_id) == text
    assert windows({**EVENT, "windowId": window_id}) == [text]
    assert windows([window_id, EVENT]) == [text]
    assert windows({"window_id": window_id, "data": [EVENT]}) == [text]
    assert windows({"windowId": window_id, "data": [EVENT]}) == [text]
    assert windows({"event": "$snapshot", "properties": {"$window_id": window_id, "$snapshot_data": [EVENT]}}) == [text]


@pytest.mark.parametrize("window_id", [[], {}, ["w"], {"id": "w"}])
def test_a_window_id_that_is_not_a_scalar_makes_an_event_unreadable(window_id: Any):
    assert windows({**EVENT, "windowId": window_id}) == ["?"]
    assert windows({"window_id": window_id, "data": [EVENT, EVENT]}) == ["?"]


def test_an_event_inherits_a_window_id_unless_it_has_its_own():
    own = {**EVENT, "windowId": "own"}
    assert windows({"window_id": "w", "data": [EVENT, own, {**EVENT, "windowId": None}]}) == ["w", "own", "w"]
    assert windows({"snapshotsByWindowId": {"1": [EVENT], "2": [EVENT, own]}}) == ["1", "2", "own"]
    assert windows({"snapshots": [{"window_id": 3, "data": [EVENT]}, {"window_id": 4, "data": [EVENT]}]}) == ["3", "4"]


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("1795168800000", START),
        (" 1795168800000 ", START),
        ("1795168800000.5", START + 0.5),
        ("2026-11-20T10:00:00Z", START),
        ("2026-11-20T11:00:00+01:00", START),
        ("2026-11-20 10:00:00.250", START + 250),
        ("0", 0),
        ("soon", None),
        ("", None),
        ("-1", None),
        ("1e3", None),
        ("9" * 400, None),
        ("0001-01-01T00:00:00+14:00", -62135647200000),
    ],
)
def test_times_as_text_become_milliseconds(time: str, expected: float | None):
    assert epoch_ms(time) == expected
    [(_, raw)] = events_in({**EVENT, "timestamp": time})
    assert raw["timestamp"] == (time if expected is None else expected)


def test_other_fields_of_an_event_stay_unchanged():
    event = {"type": 3, "timestamp": 5, "windowId": 1, "data": {"data": '{"type": 1}', "events": [EVENT]}, "x": [1]}
    assert list(events_in([event])) == [("1", event)]


def test_headers_and_product_events_do_not_count_as_unreadable():
    pageview = {"event": "$pageview", "properties": {"$snapshot_data": [EVENT]}}
    assert windows([{"segment_id": 0}, pageview, EVENT, {"api_key": "k", "batch": [pageview]}]) == [""]
    assert windows({"segment_id": 0}) == windows(pageview) == []
    assert windows({"segment_id": 0, "x": 1}) == ["?"]


def test_each_value_in_place_of_an_event_counts_as_unreadable():
    values: list[Any] = [
            None, 17, "text", "", "{", "[1", {}, [], {"data": []}, {"data": "text"}, {"type": 3}, {"type": "3", "timestamp": 1},
            {"type": True, "timestamp": 1}, ["w"], ["w", 5], ["w", []], ["w", EVENT, 3], [EVENT, 5, "x", None, [], EVENT],
            {"snapshotsByWindowId": {}}, {"snapshotsByWindowId": {"1": 5, "2": [EVENT]}}, {"events": {"a": EVENT}},
            packed(b"no JSON"), packed(EVENT)[:-4], packed(EVENT) + "\u2603",
    ]  # fmt: skip
    assert {json.dumps(value): windows(value) for value in values} == snapshot(
        {
            "null": ["?"],
            "17": ["?"],
            '"text"': ["?"],
            '""': ["?"],
            '"{"': ["?"],
            '"[1"': ["?"],
            "{}": ["?"],
            "[]": ["?"],
            '{"data": []}': ["?"],
            '{"data": "text"}': ["?"],
            '{"type": 3}': ["?"],
            '{"type": "3", "timestamp": 1}': ["?"],
            '{"type": true, "timestamp": 1}': ["?"],
            '["w"]': ["?"],
            '["w", 5]': ["?"],
            '["w", []]': ["?"],
            '["w", {"type": 4, "timestamp": 1795168800000}, 3]': ["?"],
            '[{"type": 4, "timestamp": 1795168800000}, 5, "x", null, [], {"type": 4, "timestamp": 1795168800000}]': [
                "",
                "?",
                "?",
                "?",
                "?",
                "",
            ],
            '{"snapshotsByWindowId": {}}': ["?"],
            '{"snapshotsByWindowId": {"1": 5, "2": [{"type": 4, "timestamp": 1795168800000}]}}': ["?", "2"],
            '{"events": {"a": {"type": 4, "timestamp": 1795168800000}}}': ["?"],
            '"x\\u009c\\u00cb\\u00cbW\\u00f0\\n\\u00f6\\u00f7\\u0003\\u0000\\tP\\u00028"': ["?"],
            '"x\\u009c\\u00abV*\\u00a9,HU\\u00b2R0\\u00d1QP*\\u00c9\\u00ccM-.I\\u00cc-\\u0000\\u00f2\\r\\u00cd-M\\r\\u00cd,,\\f@\\u00a0\\u0016\\u0000"': [
                "?"
            ],
            '"x\\u009c\\u00abV*\\u00a9,HU\\u00b2R0\\u00d1QP*\\u00c9\\u00ccM-.I\\u00cc-\\u0000\\u00f2\\r\\u00cd-M\\r\\u00cd,,\\f@\\u00a0\\u0016\\u0000\\u00e9\\u00e6\\n\\u00e8\\u2603"': [
                "?"
            ],
        }
    )


def test_nested_strings_are_read_up_to_the_limit():
    value: Any = [EVENT]
    depth = 0
    while windows(value) == [""]:
        value, depth = json.dumps(value), depth + 1
    assert (windows(value), depth) == (["?"], MAX_LEVELS - 1)


def test_nested_lists_and_objects_are_read_up_to_the_limit():
    value: Any = EVENT
    for depth in range(40):
        assert windows(value) == ([""] if depth < MAX_LEVELS else ["?"])
        value = {"data": value} if depth % 2 else [value]


@pytest.mark.slow
def test_packed_strings_unpack_to_no_more_than_their_allowance():
    bomb = packed(b"[" + b"0," * 10_000_000 + b"0]")
    assert windows([bomb, packed(EVENT)]) == ["?", ""]
    allowance = Allowance()
    strings = [packed([{**EVENT, "filler": "x" * 20_000_000}])] * 6
    found = [bool(raw) for string in strings for _, raw in events_in(string, allowance)]
    assert found == [True, True, True, False, False, False]
    reader = EventReader(json.dumps(string).encode() for string in strings)
    assert (sum(1 for _ in reader), reader.broken) == (3, 3)


@pytest.mark.slow
def test_a_text_too_large_to_decode_at_once_is_split_into_its_events():
    large = {**EVENT, "filler": [0] * 300_000}
    forms: list[Any] = [
        [large] * 4,
        {"window_id": "w", "data": [large] * 4},
        {"data": {"snapshots": [large] * 4}},
        {"snapshotsByWindowId": {"w": [large] * 4}},
    ]
    found = [
        [(window_id, raw == large) for window_id, raw in events_in_text(json.dumps(form).encode())] for form in forms
    ]
    assert found == [[("", True)] * 4, [("w", True)] * 4, [("", True)] * 4, [("w", True)] * 4]
    assert [window_id for window_id, _ in events_in({"events": json.dumps([large] * 4)})] == [""] * 4


@examples(60)
@given(st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5) | st.just(packed(EVENT)) | st.just(EVENT),
    lambda inner: st.lists(inner, max_size=4) | st.builds(json.dumps, inner) | st.dictionaries(
        st.sampled_from(["type", "data", "timestamp", "window_id", "windowId", "events", "snapshots", "event", "properties",
                         "snapshotsByWindowId", "$snapshot_data", "batch", "segment_id"]), inner, max_size=4),
    max_leaves=15))  # fmt: skip
def test_any_value_yields_window_ids_as_text_and_events_as_objects(value: Any):
    for window_id, raw in events_in(value):
        assert isinstance(window_id, str)
        assert raw == {} or type(raw["type"]) is int
