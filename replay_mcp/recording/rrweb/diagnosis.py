"""Explains in words why a file holds no readable events: what it is instead, or what is wrong with its events."""

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

from .envelopes import events_in_text
from .events import MAX_TIMESTAMP, MIN_TIMESTAMP
from .relative_times import is_relative
from .untrusted import number

_EXAMINED: Final = 100
_MILLI: Final = 1_000
_UNITS: Final = ((1 / _MILLI, "seconds"), (_MILLI, "microseconds"), (_MILLI * _MILLI, "nanoseconds"))
_CHUNKED: Final = (b'"chunk_id"', b'"chunk_count"')


_KINDS: Final = (
    (rb"PK\x03\x04|PK\x05\x06", "a zip archive: unpack it first"),
    (rb"\x1f\x8b", "gzip data within gzip data: decompress it once"),
    (rb"\x28\xb5\x2f\xfd", "a Zstandard file: decompress it first"),
    (rb"BZh", "a bzip2 file: decompress it first"),
    (rb"\xfd7zXZ", "an xz file: decompress it first"),
    (rb"7z\xbc\xaf", "a 7-Zip archive: unpack it first"),
    (rb"SQLite format 3", "a SQLite database: open a store of Replay MCP with --local"),
    (rb"\x1aE\xdf\xa3|.{4}ftyp", "a video: recordings are rrweb events"),
    (rb"\x89PNG|GIF8|\xff\xd8\xff|RIFF", "an image: recordings are rrweb events"),
    (rb"<", "markup, such as a web page"),
    (rb'\{\s*"log"\s*:', "a HAR file: it has requests, but no snapshots"),
    (rb'\{\s*"sources"\s*:', "PostHog's list of snapshot sources, without the snapshots"),
    (rb'\{\s*"(?:detail|error|errors)"\s*:|\{\s*"type"\s*:\s*"\w*error"', "an error response of an API"),
    (rb'\{\s*(?:"(?:count|next|has_next|previous)"\s*:\s*[\w."]+\s*,\s*)*"results"\s*:', "a page of API results"),
    (rb'\{.*"recording_duration"\s*:', "the metadata of a recording without its snapshots"),
)


def describe_other_file(head: bytes, lines: int, *, is_document: bool) -> str:
    """Describe a file without events; nothing in it is quoted.

    Args:
        head: its first bytes, without blanks.
        lines: how many lines it has, none of them readable.
        is_document: whether it is an array, an export or similar.
    """
    if not head:
        return "nothing at all"
    for pattern, kind in _KINDS:
        if re.match(pattern, head, re.DOTALL):
            return kind
    if head[:1] in b"{[":
        if is_document and not lines:
            return "an empty array or export"
        return f"other or broken JSON ({lines} lines)"
    return f"{lines} lines of something else"


def describe_unreadable_events(lines: Iterable[bytes]) -> str | None:
    """Describe why the events in lines cannot be read; None if there are no events."""
    for line in islice(lines, _EXAMINED):
        if all(mark in line for mark in _CHUNKED):
            return "snapshots that an old posthog-js compressed and cut into chunks"
        for _, raw in events_in_text(line):
            if reason := _reason(raw):
                return f"rrweb events {reason}"
    return None


def _reason(raw: dict[str, Any]) -> str:
    if not {"type", "timestamp"} <= raw.keys():
        return ""
    if type(raw["type"]) is not int:
        return "whose types are not numbers"
    time = number(raw["timestamp"])
    if time is None:
        return "whose times are neither numbers nor dates"
    if is_relative(raw):
        return "whose times count from 0: `replay-mcp import` gives them dates"
    return "whose window id is too long" if MIN_TIMESTAMP <= time <= MAX_TIMESTAMP else f"whose times are {_unit(time)}"


def _unit(time: float) -> str:
    for factor, unit in _UNITS:
        if MIN_TIMESTAMP <= time / factor <= MAX_TIMESTAMP:
            return f"{unit} rather than milliseconds since 1970"
    return "before 2010 or after 2099"
