"""Text of any form is split into lines; JSON strings are decoded while they stream in."""

import itertools
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from replay_mcp.recording.rrweb.json_strings import StringText
from replay_mcp.recording.rrweb.text_lines import TextLines
from tests.examples import examples
from tests.recording.rrweb import press
from tests.recording.test_formats import EVENTS, pack

MB = 1_000_000


def string_text(chunks: list[bytes]) -> tuple[bytes, bytes, bool, bool]:
    """The text of a JSON string, the bytes after it, whether it ended, and whether it is broken."""
    string = StringText()
    found = b""
    rest = b""
    for chunk in chunks:
        if string.ended or string.broken:
            rest += chunk
        else:
            found += string.feed(chunk)
    return found, string.rest + rest, string.ended, string.broken


@examples(300)
@given(
    st.text(alphabet=st.sampled_from('a"\\/\n\t\x00\u00e9\u2603\U0001f600u0041d83'), max_size=30),
    st.booleans(),
    st.lists(st.integers(0, 200), max_size=8),
)
def test_a_string_is_decoded_from_any_chunks(text: str, ascii_only: bool, cuts: list[int]):
    data = json.dumps(text, ensure_ascii=ascii_only).encode()
    ends = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    chunks = [data[start:end] for start, end in itertools.pairwise(ends)]
    assert string_text(chunks) == (text.encode(), b"", True, False)
    assert string_text([data[at : at + 1] for at in range(len(data))]) == (text.encode(), b"", True, False)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (rb'"a\ud83d b" rest', ("a\ufffd b".encode(), b" rest", True, False)),
        (rb'"a\ude00" ', ("a\ufffd".encode(), b" ", True, False)),
        (rb'"\ud83d\ud83d\ude00"', ("\ufffd\U0001f600".encode(), b"", True, False)),
        (rb'"open', (b"open", b"", False, False)),
        (b'"\\', (b"", b"", False, False)),
        (rb'"wrong \x escape that goes on"', (b"wrong ", b"", False, True)),
        (rb'"wrong \u00zz escape that goes on"', (b"wrong ", b"", False, True)),
        (b'"caf\xe9 cut"', ("caf\ufffd cut".encode(), b"", True, False)),
    ],
)  # fmt: skip
def test_a_string_is_repaired_or_broken(data: bytes, expected: tuple[bytes, bytes, bool, bool]):
    assert string_text([data]) == expected


def form(text: bytes) -> tuple[bool, int]:
    """Whether a text is read as a document, and the number of its lines."""
    lines = TextLines()
    count = sum(1 for _ in itertools.chain(lines.feed(text), lines.finish()))
    return lines.is_document, count


def test_only_text_that_cannot_be_split_into_lines_is_a_document():
    event, pair = json.dumps(EVENTS[0]).encode(), json.dumps(["w", EVENTS[0]]).encode()
    found = {
        "array": form(json.dumps(EVENTS).encode()),
        "array of pairs": form(b"[" + pair + b"]"),
        "export": form(json.dumps({"data": {"snapshots": EVENTS}}).encode()),
        "jq": form(json.dumps(EVENTS[0], indent=1).encode()),
        "jq of pairs": form(json.dumps(["w", EVENTS[0]], indent=1).encode()),
        "string": form(json.dumps(event.decode()).encode()),
        "empty array": form(b"[]"),
        "bracket": form(b"[{"),
        "pairs": form(pair + b"\n" + pair),
        "events": form(event + b"\n" + event),
        "{window_id, data}": form(json.dumps({"window_id": "w", "data": EVENTS}).encode()),
        "event cut off": form(event[:-9] + b"\n" + event),
        "strings": form(2 * (json.dumps(event.decode()).encode() + b"\n")),
        "packed": form(json.dumps(pack(EVENTS[0])).encode()),
        "words": form(b"one\n\ntwo"),
        "nothing": form(b" \n"),
    }
    assert found == snapshot(
        {
            "array": (True, 4),
            "array of pairs": (True, 1),
            "export": (True, 4),
            "jq": (True, 1),
            "jq of pairs": (True, 1),
            "string": (True, 1),
            "empty array": (True, 0),
            "bracket": (True, 0),
            "pairs": (False, 2),
            "events": (False, 2),
            "{window_id, data}": (False, 1),
            "event cut off": (False, 2),
            "strings": (False, 2),
            "packed": (False, 1),
            "words": (False, 2),
            "nothing": (False, 0),
        }
    )


def test_text_after_a_string_is_read():
    text = json.dumps(json.dumps(EVENTS)).encode()
    assert form(text + text + b" " + json.dumps(EVENTS).encode()) == (True, 12)


def test_a_truncated_or_broken_string_is_counted_and_read_up_to_there():
    text = json.dumps(json.dumps(EVENTS, indent=2)).encode()
    for data in (text[:-1], text[:-2] + rb'\x "'):
        lines = TextLines()
        count = sum(1 for part in (data[:900], data[900:]) for _ in lines.feed(part)) + sum(1 for _ in lines.finish())
        assert (count >= 3, lines.broken) == (True, 1)


@pytest.mark.parametrize("strings", [1, 2])
def test_a_large_string_takes_little_memory(strings: int):
    event = json.dumps(press(10, 10) | {"filler": ["x" * 50] * 100})
    for _ in range(strings):
        event = json.dumps(event)[1:-1]

    def chunks() -> Iterator[bytes]:
        quote = b'"' if strings == 1 else rb'"\"'
        yield quote + b"["
        yield from itertools.chain.from_iterable((event.encode(), b",") for _ in range(1_500))
        yield event.encode() + b"]" + (b'"' if strings == 1 else rb'\""')

    lines = TextLines()
    tracemalloc.start()
    try:
        count = sum(1 for chunk in chunks() for _ in lines.feed(chunk)) + sum(1 for _ in lines.finish())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (count, lines.broken, lines.overlong) == (1_501, 0, 0)
    assert peak < 4 * MB


def nested(value: Any, times: int) -> bytes:
    for _ in range(times):
        value = json.dumps(value)
    return str(value).encode()


@pytest.mark.parametrize("times", range(1, 9))
def test_nested_strings_are_decoded_up_to_the_limit(times: int):
    is_document, count = form(nested(EVENTS, times) + b" " * 70_000)
    assert (is_document, count) == ((True, 4) if times < 6 else (True, 1))


HOSTILE: dict[str, bytes] = {
    "open brackets": b"[" * 2 * MB,
    "open objects": b'{"a":' * MB,
    "blanks": b" " * 4 * MB,
    "blank lines": b" \n" * 2 * MB,
    "a bracket and blanks": b"[" + b" " * 8 * MB,
    "an object and blanks": b"{" + b" " * 8 * MB,
    "a header and blanks": b'{"segment_id":1}' + b" " * 8 * MB,
    "quotes": b'"' * 2 * MB,
    "backslashes": b'"' + b"\\" * 2 * MB,
    "an open string of an open array": b'"[{' + b"a" * 8 * MB,
    "scalars": b"[{}," + b"1," * 2 * MB,
    "a long key": b'{"snapshotsByWindowId":{"' + b"k" * 9 * MB + b'":[' + b"{}," * 1_000 + b"{}]}}",
    "long properties": b'{"data":{"a":"' + b"x" * 25 * MB + b'","snapshots":[{}]}}',
    "many properties": b'{"data":{' + b'"a":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",' * 200_000 + b'"snapshots":[{}]}}',
    "half pairs": b'"[' + rb"\ud83d" * 200_000 + b'"',
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.timeout(30)
def test_hostile_texts_take_proportional_time_and_yield_no_more_than_they_hold(name: str):
    data = HOSTILE[name]
    lines = TextLines()
    chunks = (data[at : at + 65_536] for at in range(0, len(data), 65_536))
    size = sum(len(line) for chunk in chunks for line in lines.feed(chunk)) + sum(map(len, lines.finish()))
    assert size <= 2 * len(data)
