"""A recording gives the same rows in every form; a file that is not a recording is described."""

import codecs
import gzip
import io
import itertools
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from replay_mcp.errors import UnreadableRecording
from replay_mcp.local.store.clock import from_ms
from replay_mcp.recording.timeline.reader import Timeline, read_timeline
from replay_mcp.recording.timeline.row_text import target
from replay_mcp.redaction import Redaction
from tests.examples import examples
from tests.recording.rrweb import Raw, custom, element, full, lines, meta, press

BOM = b"\xef\xbb\xbf"
EVENTS = [meta(0, "http://shop/"), full(1, element(10, "button", "Pay")), press(10, 10), custom(20, "döne")]
HALF = custom(30, "half a pair \ud83d")


def read(*chunks: bytes) -> Timeline:
    return read_timeline(chunks, Redaction())


def rows_of(timeline: Timeline) -> list[tuple[str, str]]:
    return [(row.kind, target(row)) for row in timeline.rows]


def refused(*chunks: bytes) -> str:
    with pytest.raises(UnreadableRecording) as caught:
        read(*chunks)
    return caught.value.why


def text(value: Any, indent: int | None = None) -> bytes:
    return json.dumps(value, indent=indent).encode()


def raw_text(value: Any) -> bytes:
    """JSON as PostHog writes it: only quotes and control characters are escaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def named(events: Iterable[Raw], window: Any = "window-1") -> list[Raw]:
    return [{"windowId": window, **event} for event in events]


def pack(event: Raw) -> str:
    """Pack an event like rrweb's packer: zlib bytes as characters."""
    return zlib.compress(text({**event, "v": "v1"})).decode("latin-1")


PAGEVIEW: Raw = {
    "event": "$pageview",
    "properties": {"$current_url": "http://shop/"},
    "timestamp": "2026-11-20T10:00:00Z",
}


def captured(events: list[Raw]) -> Raw:
    properties = {"$session_id": "s", "$window_id": "window-1", "distinct_id": "d", "$snapshot_bytes": 5}
    return {"event": "$snapshot", "properties": {**properties, "$snapshot_data": events, "$snapshot_items": None}}


FORMS: dict[str, bytes] = {
    "blob_v2": b"\n".join(lines(*EVENTS)),
    "blob_v2, raw characters": b"\n".join(raw_text(["window-1", event]) for event in EVENTS),
    "{window_id, data}": b"\n".join(text({"window_id": "window-1", "data": part}) for part in (EVENTS[:2], EVENTS[2:])),
    "{window_id, data}, one line": text({"window_id": "window-1", "data": EVENTS}),
    "an array of them": text([{"window_id": "window-1", "data": EVENTS[:1]}, {"window_id": "window-1", "data": EVENTS[1:]}]),
    "array on one line": text(EVENTS),
    "array, pretty": text(EVENTS, 2),
    "array, an event a line": b"[\n" + b",\n".join(map(text, EVENTS)) + b"\n]\n",
    "array, pretty with tabs": json.dumps(EVENTS, indent="\t").encode(),
    "arrays, one a line": text(EVENTS[:2]) + b"\n" + text(EVENTS[2:]),
    "array of pairs": text([["window-1", event] for event in EVENTS]),
    "array of pairs, pretty": text([["window-1", event] for event in EVENTS], 2),
    "array of two pairs": text([["window-1", EVENTS[0]], ["window-1", EVENTS[2]]]),
    "bare events": b"\n".join(map(text, EVENTS)),
    "export": text({"data": {"id": "x", "snapshots": named(EVENTS)}}),
    "export, pretty": text({"version": "1", "data": {"id": "x", "person": {}, "snapshots": named(EVENTS)}}, 4),
    "export without data": text({"snapshots": named(EVENTS)}),
    "export, numbered windows": text({"version": "2023-04-28", "data": {"id": "x", "snapshots": named(EVENTS, 1)}}),
    "export, no windows": text({"version": "2023-04-28", "data": {"id": "x", "snapshots": named(EVENTS, None)}}),
    "export of 2022": text({"version": "2022-12-02", "data": {"person": None, "snapshotsByWindowId": {"window-1": EVENTS}}}),
    "export of 2022, pretty": text({"version": "2022-12-02", "data": {"person": None, "snapshotsByWindowId": {"window-1": EVENTS}}}, 2),
    "export before 2022": text({"metadata": {"segments": [{"windowId": "window-1"}]}, "snapshotsByWindowId": {"window-1": EVENTS}}),
    "API answer of 2022": text({"next": None, "snapshot_data_by_window_id": {"window-1": EVENTS}}),
    "API answer of 2023": text({"source": "realtime", "snapshots": [{"window_id": "window-1", "data": EVENTS}]}),
    "{events}": text({"events": EVENTS}),
    "{events}, pretty": text({"title": "Cart", "events": EVENTS}, 2),
    "{recording: {events}}": text({"recording": {"id": 1, "events": EVENTS}}),
    "{events}, one a line": b"\n".join(text({"events": part}) for part in (EVENTS[:2], EVENTS[2:])),
    "an array of {events}": text([{"events": EVENTS[:2]}, {"events": EVENTS[2:]}]),
    "jq of bare events": b"\n".join(text(event, 2) for event in EVENTS),
    "jq --tab of bare events": b"\n".join(json.dumps(event, indent="\t").encode() for event in EVENTS),
    "jq of blob_v2": b"\n".join(text(["window-1", event], 2) for event in EVENTS),
    "jq of {window_id, data}": b"\n".join(text({"window_id": "w", "data": part}, 2) for part in (EVENTS[:2], EVENTS[2:])),
    "objects without line feeds": b"".join(map(text, EVENTS)),
    "string of an array": text(text(EVENTS).decode()),
    "string of a pretty array": text(text(EVENTS, 2).decode()),
    "string of a string of an export": text(text(text({"data": {"snapshots": named(EVENTS)}}).decode()).decode()),
    "string of blob_v2": text(b"\n".join(lines(*EVENTS)).decode()),
    "strings, one a line": b"\n".join(text(text(event).decode()) for event in EVENTS),
    "array of strings": text([text(event).decode() for event in EVENTS]),
    "array of strings, pretty": text([text(event).decode() for event in EVENTS], 2),
    "{events: string}": text({"session_id": "s", "events": text(EVENTS).decode()}),
    "{window_id, data: string}": text({"window_id": "w", "data": text(EVENTS).decode()}),
    "pairs with strings": b"\n".join(text(["w", text(event).decode()]) for event in EVENTS),
    "packed, array": text(list(map(pack, EVENTS))),
    "packed, array, raw characters": raw_text(list(map(pack, EVENTS))),
    "packed, pretty": text(list(map(pack, EVENTS)), 2),
    "packed, one a line": b"\n".join(text(pack(event)) for event in EVENTS),
    "packed, {events}": text({"events": list(map(pack, EVENTS))}),
    "packed, pairs": b"\n".join(text(["w", pack(event)]) for event in EVENTS),
    "capture body": text({"api_key": "phc_x", **captured(EVENTS)}),
    "capture body, pretty": text({"api_key": "phc_x", **captured(EVENTS)}, 2),
    "capture body with a batch": text({"api_key": "phc_x", "batch": [PAGEVIEW, captured(EVENTS[:2]), captured(EVENTS[2:])]}),
    "capture events in an array": text([captured(EVENTS[:2]), PAGEVIEW, captured(EVENTS[2:])]),
    "capture bodies, one a line": b"\n".join(text(captured(part)) for part in (EVENTS[:2], EVENTS[2:])),
    "captured messages": text({"token": "phc_x", "data": text(captured(EVENTS) | {"event": "$snapshot_items"}).decode()}),
    "Sentry segment": b'{"segment_id":0}\n' + text(EVENTS),
    "Sentry segments": b"\n".join(b'{"segment_id": %d}\n%b' % (place, text([event])) for place, event in enumerate(EVENTS)),
    "Sentry segment, pretty": b'{"segment_id":0}\n' + text(EVENTS, 2),
    "pairs, numbered windows": b"\n".join(text([7, event]) for event in EVENTS),
    "pairs, no window": b"\n".join(text([None, event]) for event in EVENTS),
    "pairs, no window, array": text([[None, event] for event in EVENTS]),
    "{window_id: null}": text({"window_id": None, "data": EVENTS}),
    "{windowId: number}": text({"windowId": 3.0, "data": EVENTS}),
    "times as text": text([event | {"timestamp": str(event["timestamp"])} for event in EVENTS]),
    "times as dates": text([event | {"timestamp": from_ms(event["timestamp"]).isoformat()} for event in EVENTS]),
    "times with fractions": text([event | {"timestamp": event["timestamp"] + 0.25} for event in EVENTS]),
}  # fmt: skip
WRAPPINGS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": bytes,
    "with a byte order mark": lambda form: BOM + form,
    "with CRLF": lambda form: form.replace(b"\n", b"\r\n") + b"\r\n",
    "with blank lines": lambda form: b"\n \r\n\n" + form + b"\n\n  \n",
    "gzipped": gzip.compress,
    "zlib": zlib.compress,
    "gzipped in members": lambda form: b"".join(gzip.compress(form[at : at + 700]) for at in range(0, len(form), 700)),
    "UTF-16, little": lambda form: codecs.BOM_UTF16_LE + form.decode().encode("utf-16-le"),
    "UTF-16, big": lambda form: codecs.BOM_UTF16_BE + form.decode().encode("utf-16-be"),
    "UTF-16 without a mark": lambda form: form.decode().encode("utf-16-le"),
    "UTF-16, gzipped": lambda form: gzip.compress(form.decode().encode("utf-16")),
    "gzipped with a byte order mark": lambda form: gzip.compress(BOM + form),
}


@pytest.mark.parametrize("wrapping", ["as it is", "UTF-16, gzipped"])
@pytest.mark.parametrize("form", FORMS)
def test_a_recording_reads_the_same_in_every_form(form: str, wrapping: str):
    timeline = read(WRAPPINGS[wrapping](FORMS[form]))
    expected = [("navigation", "http://shop/"), ("click", 'button "Pay"'), ("custom", "döne")]
    if form == "array of two pairs":
        expected = [("navigation", "http://shop/"), ("click", "element that the recording does not hold, at 100,100")]
    assert rows_of(timeline) == expected
    assert (timeline.coverage.broken, timeline.coverage.cut_off, timeline.tabs) == (0, False, 1)


@examples(60)
@given(st.sampled_from(sorted(FORMS)), st.sampled_from(sorted(WRAPPINGS)), st.lists(st.integers(0, 3_000), max_size=12))
def test_the_chunks_of_a_recording_do_not_matter(form: str, wrapping: str, cuts: list[int]):
    data = WRAPPINGS[wrapping](FORMS[form])
    ends = [0, *sorted(cuts), len(data)]
    chunks = [data[start:end] for start, end in itertools.pairwise(ends)]
    assert read(*chunks) == read(data)


def test_a_recording_is_read_byte_by_byte():
    for form in (FORMS["blob_v2"], FORMS["array, pretty"], WRAPPINGS["gzipped in members"](FORMS["export"])):
        assert rows_of(read(*(bytes([byte]) for byte in form))) == rows_of(read(form))


def test_tabs_are_distinguished_in_every_form_that_names_them():
    later = [{**event, "timestamp": event["timestamp"] + 200} for event in EVENTS]
    tabs = {"window-1": EVENTS, "window-2": later}
    forms = [
        b"\n".join(line for tab, events in tabs.items() for line in lines(*events, window=tab)),
        text([{"window_id": tab, "data": events} for tab, events in tabs.items()]),
        text({"data": {"snapshots": [{"windowId": tab, **event} for tab, events in tabs.items() for event in events]}}),
    ]
    assert [read(form).tabs for form in forms] == [2, 2, 2]


def test_half_surrogate_pairs_and_invalid_numbers_are_handled_line_by_line():
    timeline = read(b"\n".join(lines(*EVENTS, HALF)))
    assert rows_of(timeline)[-1] == ("custom", "half a pair \ufffd")
    assert rows_of(read(text([*EVENTS, HALF]))) == rows_of(timeline)


@pytest.mark.parametrize(
    "form",
    [
        text([*EVENTS, HALF], 2),
        json.dumps([*EVENTS, HALF], indent="\t").encode(),
        text({"data": {"snapshots": named([*EVENTS, HALF])}}, 2),
    ],
)
def test_half_surrogate_pairs_are_repaired_in_documents_over_several_lines(form: bytes):
    assert rows_of(read(form))[-1] == ("custom", "half a pair \ufffd")


@pytest.mark.parametrize(
    "form",
    [
        b"[" + b",\n".join(map(text, EVENTS)) + b"]",
        b'{"data":{"snapshots":[\n' + b",\n".join(map(text, EVENTS)) + b"\n]}}",
    ],
)
def test_documents_that_are_broken_after_each_event_are_read(form: bytes):
    assert len(rows_of(read(form))) == 3


def test_a_truncated_file_is_read_up_to_its_end():
    packed = gzip.compress(FORMS["blob_v2"] + b"\n")
    found = {
        "half a line": read(FORMS["blob_v2"][:-9]),
        "gzip cut off": read(packed[:-40]),
        "gzip without its checksum": read(packed[:-3]),
        "second member cut off": read(packed + gzip.compress(lines(custom(40, "more"))[0])[:15]),
        "second member damaged": read(packed + b"no gzip"),
        "array cut off": read(FORMS["array on one line"][:-40]),
        "array, pretty, cut off": read(FORMS["array, pretty"][:-40]),
        "array of pairs cut off": read(FORMS["array of pairs"][:-40]),
        "export cut off": read(FORMS["export"][:-4]),
        "export, pretty, cut off": read(FORMS["export, pretty"][:-40]),
    }
    assert {
        name: (len(timeline.rows), timeline.coverage.broken, timeline.coverage.cut_off)
        for name, timeline in found.items()
    } == snapshot(
        {
            "half a line": (2, 1, False),
            "gzip cut off": (1, 1, True),
            "gzip without its checksum": (3, 0, True),
            "second member cut off": (3, 1, True),
            "second member damaged": (3, 0, True),
            "array cut off": (2, 1, False),
            "array, pretty, cut off": (2, 1, False),
            "array of pairs cut off": (2, 1, False),
            "export cut off": (2, 1, False),
            "export, pretty, cut off": (2, 1, False),
        }
    )


def test_a_damaged_gzip_file_is_read_up_to_the_damage():
    timeline = read(gzip.compress(FORMS["blob_v2"])[:-8] + bytes(8))
    assert (len(timeline.rows), timeline.coverage.cut_off) == (3, True)


@pytest.mark.parametrize("step", [1_000, 1_000_000])
def test_damage_in_the_middle_of_a_gzip_file_costs_no_line_before_it(step: int):
    blob = b"\n".join(lines(meta(0, "http://shop/"), *(custom(place, f"{place**9:x}") for place in range(4_000))))
    packed = gzip.compress(blob)
    half = len(packed) // 2
    damaged = packed[:half] + b"\xff" * 200 + packed[half + 200 :]
    timeline = read(*(damaged[at : at + step] for at in range(0, len(damaged), step)))
    before = zlib.decompressobj(wbits=31).decompress(packed[:half])
    assert timeline.coverage.cut_off
    assert timeline.totals["custom"] >= before.count(b"\n") - 1 > 1_000


def test_padding_after_a_gzip_file_is_not_damage():
    assert not read(gzip.compress(FORMS["blob_v2"]) + bytes(512)).coverage.cut_off


def test_a_file_that_is_not_a_recording_is_described():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("recording.json", FORMS["array on one line"])
    found = {
        "empty": b"",
        "blank": b"\n \r\n",
        "page": b"<!DOCTYPE html>\n<html><body>SECRET</body></html>",
        "page after blanks": b"\n  <html>",
        "zip": archive.getvalue(),
        "text": b"SECRET\nnotes",
        "object": b'{"error": "SECRET"}',
        "numbers": b"[1, 2, 3]",
        "relative times": text([event | {"timestamp": 5} for event in EVENTS]),
        "nothing in it": b"[]",
        "null": b"null",
        "one bracket": b"[",
        "gzip, cut off": gzip.compress(FORMS["blob_v2"])[:30],
        "gzip, damaged": gzip.compress(FORMS["blob_v2"])[:15] + b"\xff" * 40,
        "gzip's first bytes": b"\x1f\x8b",
        "gzip of a page": gzip.compress(b"<html>SECRET</html>"),
        "gzip of nothing": gzip.compress(b""),
        "gzip twice": gzip.compress(
            gzip.compress(FORMS["blob_v2"], mtime=0)
        ),  # the time in the gzip header may hold a line feed
    }
    why = {name: refused(data) for name, data in found.items()}
    assert not [name for name, reason in why.items() if "SECRET" in reason]
    assert {
        name: reason.removeprefix("There is no rrweb event in it, but ") for name, reason in why.items()
    } == snapshot(
        {
            "empty": "nothing at all.",
            "blank": "nothing at all.",
            "page": "markup, such as a web page.",
            "page after blanks": "markup, such as a web page.",
            "zip": "a zip archive: unpack it first.",
            "text": "2 lines of something else.",
            "object": "an error response of an API.",
            "numbers": "other or broken JSON (1 lines).",
            "relative times": "rrweb events whose times count from 0: `replay-mcp import` gives them dates.",
            "nothing in it": "an empty array or export.",
            "null": "1 lines of something else.",
            "one bracket": "other or broken JSON (1 lines).",
            "gzip, cut off": "compressed data that is damaged or cut off.",
            "gzip, damaged": "compressed data that is damaged or cut off.",
            "gzip's first bytes": "compressed data that is damaged or cut off.",
            "gzip of a page": "markup, such as a web page.",
            "gzip of nothing": "nothing at all.",
            "gzip twice": "gzip data within gzip data: decompress it once.",
        }
    )


@pytest.mark.parametrize("chunks", [(BOM + b"<html>",), (b"  ", b"<html>")])
def test_a_web_page_is_recognised_after_blanks_and_byte_order_marks(chunks: tuple[bytes, ...]):
    assert "markup" in refused(*chunks)


def test_a_line_beyond_the_limit_is_left_out_and_the_rest_is_read():
    half = b"x" * (17 * 1024 * 1024)
    long = b'["window-1", {"type": 5, "timestamp": 1795168800050, "data": {"tag": "', half, half, b'"}}]\n'
    timeline = read(lines(*EVENTS)[0], b"\n", *long, lines(EVENTS[-1])[0])
    assert (rows_of(timeline), timeline.coverage.broken) == ([("navigation", "http://shop/"), ("custom", "döne")], 1)
