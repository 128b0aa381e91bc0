"""A file of any size is read in bounded memory, as far as it is intact; what could not be read is reported."""

import gzip
import itertools
import json
import tracemalloc
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from replay_mcp.errors import UnreadableRecording
from replay_mcp.recording.rrweb.events import EventReader
from replay_mcp.recording.rrweb.files import RecordedLines
from replay_mcp.recording.rrweb.json_documents import JsonSplitter
from replay_mcp.recording.rrweb.jsonl import MAX_LINE_BYTES
from tests.examples import examples
from tests.recording.rrweb import START, custom, press
from tests.recording.test_formats import EVENTS, FORMS, WRAPPINGS

MB = 1_000_000


def times(file: RecordedLines) -> list[int]:
    return [event.timestamp - START for event in EventReader(file)]


def read(*chunks: bytes, **limits: int) -> tuple[list[int], list[str]]:
    """The times of the events, and the flaws of the file."""
    file = RecordedLines(chunks, **limits)
    return times(file), file.flaws


@pytest.mark.parametrize("form", FORMS)
def test_a_file_reads_the_same_in_every_form(form: str):
    expected = [0, 10] if form == "array of two pairs" else [0, 1, 10, 20]
    found = {name: read(wrap(FORMS[form])) for name, wrap in WRAPPINGS.items()}
    assert found == {name: (expected, []) for name in WRAPPINGS}


@examples(60)
@given(st.sampled_from(sorted(FORMS)), st.sampled_from(sorted(WRAPPINGS)), st.lists(st.integers(0, 3_000), max_size=12))
def test_the_chunks_of_a_file_do_not_matter(form: str, wrapping: str, cuts: list[int]):
    data = WRAPPINGS[wrapping](FORMS[form])
    ends = [0, *sorted(cuts), len(data)]
    assert read(*(data[start:end] for start, end in itertools.pairwise(ends))) == read(data)


@examples(40)
@given(
    st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(alphabet='a"\\{}[],: \n\u00e9', max_size=8),
            lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(alphabet='a"\\{[', max_size=3), inner, max_size=4),
            max_leaves=20,
        ),
        max_size=6,
    ),
    st.sampled_from([None, 1]),
    st.booleans(),
    st.integers(1, 40),
)  # fmt: skip
def test_a_document_is_split_into_the_values_that_a_decoder_finds(
    values: list[Any], indent: int | None, export: bool, step: int
):
    assume(export or not values or isinstance(values[0], dict | list))  # otherwise it is a pair
    array: list[Any] = [value for value in values if isinstance(value, dict | list | str)]
    after: list[Any] = [{}]
    document: Any = {"version": "1", "data": {"id": 'x"]}', "snapshots": values, "after": after}} if export else values
    text = json.dumps(document, indent=indent, ensure_ascii=False).encode()
    splitter = JsonSplitter()
    parts = [part for at in range(0, len(text), step) for part in splitter.feed(text[at : at + step])]
    cut = [json.loads(part) for part in [*parts, *splitter.finish()]]
    assert (cut, splitter.broken, splitter.overlong) == (array, False, 0)
    if export:
        rest = [value for value in values if not isinstance(value, dict | list | str)]
        around: Any = {"version": "1", "data": {"id": 'x"]}', "snapshots": [], "after": after}}
        assert rest or splitter.envelope == around


def test_the_envelope_is_known_once_the_first_event_is_read():
    file = RecordedLines([FORMS["export, pretty"]])
    next(iter(file))
    assert file.envelope == snapshot({"version": "1", "data": {"id": "x", "person": {}, "snapshots": []}})


@pytest.mark.parametrize("form", ["blob_v2", "array on one line", "array, pretty", "export, pretty"])
def test_a_file_that_ends_early_yields_the_events_before(form: str):
    whole = FORMS[form]
    events, flaws = read(whole[: whole.rindex(b"timestamp")])
    assert events == [0, 1, 10]
    assert flaws == ([] if form == "blob_v2" else ["its JSON is broken or ends early"])
    packed = gzip.compress(whole, mtime=0)
    assert read(packed[:-12])[1] == ["its compressed data is damaged or ends early"]


@pytest.mark.slow
def test_limits_hold_for_bytes_lines_events_and_depth():
    big = json.dumps(custom(5, "x" * (MAX_LINE_BYTES + 3 * MB))).encode()
    array = b"[" + json.dumps(EVENTS[0]).encode() + b"," + big + b"," + json.dumps(EVENTS[2]).encode() + b"]"
    pieces = [array[at : at + MB] for at in range(0, len(array), MB)]
    assert read(*pieces) == snapshot(([0], ["its JSON is broken or ends early"]))
    many = json.dumps(custom(5, "t", parts=["x" * 1_000] * (MAX_LINE_BYTES // 1_000))).encode()
    array = b"[" + json.dumps(EVENTS[0]).encode() + b"," + many + b"," + json.dumps(EVENTS[2]).encode() + b"]"
    pieces = [array[at : at + MB] for at in range(0, len(array), MB)]
    assert read(*pieces) == snapshot(([0, 10], ["1 of its lines or events have more than 32 MiB"]))
    assert read(b"\n".join([*FORMS["blob_v2"].split(b"\n"), b'["w",' + big + b"]"])) == snapshot(
        ([0, 1, 10, 20], ["1 of its lines or events have more than 32 MiB"])
    )
    assert read(b"[" + b"[" * 100_000) == snapshot(([], ["its JSON is broken or ends early"]))
    with pytest.raises(UnreadableRecording) as caught:
        read(gzip.compress(b" " * 10 * MB), limit=MB)
    assert caught.value.why == snapshot("It has more than 0 MiB, decompressed.")


@pytest.mark.slow
def test_a_large_document_takes_little_memory():
    def chunks(export: bool) -> Iterator[bytes]:
        event = json.dumps(press(10, 10) | {"filler": ["x" * 50] * 200}).encode()
        yield b'{"data": {"snapshots": [' if export else b"["
        yield from itertools.chain.from_iterable((event, b",") for _ in range(8_000))
        yield event + (b"]}}" if export else b"]")

    for export in (False, True):
        file = RecordedLines(chunks(export))
        tracemalloc.start()
        try:
            count = sum(1 for _ in file)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert (count, file.flaws) == (8_001, [])
        assert peak < 8 * MB


def describe_contents(chunks: Iterable[bytes]) -> str:
    file = RecordedLines(chunks)
    return file.describe_contents(sum(1 for _ in file))


def test_a_file_without_events_is_described():
    descriptions = {
        "empty": describe_contents([]),
        "blank": describe_contents([b" \n \n"]),
        "page": describe_contents([b"<!doctype html>"]),
        "zip": describe_contents([b"PK\x03\x04abc"]),
        "text": describe_contents([b"one\ntwo"]),
        "json": describe_contents([b'{"a": 1}']),
        "gzip cut off": describe_contents([gzip.compress(b"some text", mtime=0)[:14]]),
    }
    assert descriptions == snapshot(
        {
            "empty": "nothing at all",
            "blank": "nothing at all",
            "page": "markup, such as a web page",
            "zip": "a zip archive: unpack it first",
            "text": "2 lines of something else",
            "json": "other or broken JSON (1 lines)",
            "gzip cut off": "compressed data that is damaged or cut off",
        }
    )


def test_a_document_of_another_shape_is_not_a_recording():
    shapes: list[Any] = [
        [1, 2],
        [[]],
        {"snapshots": 1},
        {"snapshots": [1]},
        {"data": {"snapshots": []}},
        {"a": {"b": {"snapshots": [{}]}}},
    ]
    assert [read(json.dumps(shape).encode())[0] for shape in shapes] == [[]] * 6
