"""A file without readable events is described, or the fault of its events; nothing in it is quoted."""

import gzip
import json
from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.recording.rrweb.diagnosis import describe_unreadable_events
from replay_mcp.recording.rrweb.files import RecordedLines
from tests.recording.rrweb import START

FILES: dict[str, bytes] = {
    "zip": b"PK\x03\x04SECRET",
    "gzip twice": gzip.compress(gzip.compress(b"[]")),
    "zstd": b"\x28\xb5\x2f\xfdSECRET",
    "bzip2": b"BZh91AY",
    "xz": b"\xfd7zXZ\0",
    "7z": b"7z\xbc\xaf\x27\x1c",
    "sqlite": b"SQLite format 3\0",
    "webm": b"\x1aE\xdf\xa3",
    "mp4": b"\0\0\0 ftypisom",
    "png": b"\x89PNG\r\n",
    "page": b"\n <html>SECRET",
    "HAR": b'{"log": {"version": "1.2", "entries": []}}',
    "sources": b'{"sources": [{"source": "blob_v2", "blob_key": "0"}]}',
    "error": b'{"type": "authentication_error", "code": "invalid", "detail": "SECRET"}',
    "error, pretty": b'{\n  "detail": "Not found."\n}',
    "list": b'{"count": 2, "next": null, "previous": null, "results": [{"id": "SECRET"}]}',
    "list, newest": b'{"has_next": false, "results": []}',
    "metadata": b'{"id": "SECRET", "distinct_id": "d", "recording_duration": 5}',
    "empty array": b"[]",
    "empty export": b'{"version": "2023-04-28", "data": {"id": "x", "snapshots": []}}',
    "empty export of 2022": b'{"version": "2022-12-02", "data": {"snapshotsByWindowId": {}}}',
    "object": b'{"a": 1}',
    "objects": b'{"a": 1}\n{"a": 2}',
    "broken": b'[{"a": 1',
    "text": b"one\ntwo",
    "string": b'"SECRET"',
    "nothing": b"\xef\xbb\xbf \n",
    "gzip cut off": gzip.compress(b"SECRET")[:-9],
}


def test_a_file_without_events_is_described():
    descriptions: dict[str, str] = {}
    for name, content in FILES.items():
        file = RecordedLines([content])
        descriptions[name] = file.describe_contents(sum(1 for _ in file))
    assert "SECRET" not in str(descriptions)
    assert descriptions == snapshot(
        {
            "zip": "a zip archive: unpack it first",
            "gzip twice": "gzip data within gzip data: decompress it once",
            "zstd": "a Zstandard file: decompress it first",
            "bzip2": "a bzip2 file: decompress it first",
            "xz": "an xz file: decompress it first",
            "7z": "a 7-Zip archive: unpack it first",
            "sqlite": "a SQLite database: open a store of Replay MCP with --local",
            "webm": "a video: recordings are rrweb events",
            "mp4": "a video: recordings are rrweb events",
            "png": "an image: recordings are rrweb events",
            "page": "markup, such as a web page",
            "HAR": "a HAR file: it has requests, but no snapshots",
            "sources": "PostHog's list of snapshot sources, without the snapshots",
            "error": "an error response of an API",
            "error, pretty": "an error response of an API",
            "list": "a page of API results",
            "list, newest": "a page of API results",
            "metadata": "the metadata of a recording without its snapshots",
            "empty array": "an empty array or export",
            "empty export": "an empty array or export",
            "empty export of 2022": "an empty array or export",
            "object": "other or broken JSON (1 lines)",
            "objects": "other or broken JSON (2 lines)",
            "broken": "other or broken JSON (1 lines)",
            "text": "2 lines of something else",
            "string": "1 lines of something else",
            "nothing": "nothing at all",
            "gzip cut off": "compressed data that is damaged or cut off",
        }
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"timestamp": START / 1_000}, "rrweb events whose times are seconds rather than milliseconds since 1970"),
        ({"timestamp": START * 1_000}, "rrweb events whose times are microseconds rather than milliseconds since 1970"),
        ({"timestamp": START * 1_000_000}, "rrweb events whose times are nanoseconds rather than milliseconds since 1970"),
        ({"timestamp": 5}, "rrweb events whose times count from 0: `replay-mcp import` gives them dates"),
        ({"timestamp": -5}, "rrweb events whose times are before 2010 or after 2099"),
        ({"timestamp": 10**14}, "rrweb events whose times are before 2010 or after 2099"),
        ({"timestamp": "soon"}, "rrweb events whose times are neither numbers nor dates"),
        ({"timestamp": None}, "rrweb events whose times are neither numbers nor dates"),
        ({"windowId": "w" * 300}, "rrweb events whose window id is too long"),
    ],
)  # fmt: skip
def test_the_fault_of_unreadable_events_is_described(fields: dict[str, Any], expected: str):
    event = {"type": 3, "timestamp": START, **fields}
    for value in (event, ["w", event], {"window_id": "w", "data": [event]}, {"events": json.dumps([event])}):
        window = value[0] if isinstance(value, list) else None
        if window is None or "windowId" not in fields:
            assert describe_unreadable_events([b"[]", json.dumps(value).encode()]) == expected


def test_chunks_of_an_old_recorder_are_recognised():
    chunk = {"chunk_id": "c", "chunk_index": 0, "chunk_count": 2, "data": "H4sI", "compression": "gzip-base64"}
    body = {"event": "$snapshot", "properties": {"$session_id": "s", "$snapshot_data": chunk}}
    assert describe_unreadable_events([json.dumps(body).encode()]) == snapshot(
        "snapshots that an old posthog-js compressed and cut into chunks"
    )


def test_lines_without_events_get_no_description_of_events():
    assert describe_unreadable_events([b"", b"[]", b"text", b'{"a": 1}', b'{"type": "x"}']) is None
