"""Compressed data is read up to its limit, across any number of members, up to its end or the first damage."""

import gzip
import itertools
import zlib
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from replay_mcp.inflate import Format, InflateError, Inflater, TooLarge, Unpacked, inflate

TEXT = b"".join(b'{"line": %d}\n' % number**3 for number in range(2_000))


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def gzipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


PACKERS: dict[Format, Callable[[bytes], bytes]] = {"gzip": gzipped, "zlib": zlib.compress, "deflate": raw_deflate}


def outcome(data: bytes, limit: int = 100_000, format: Format = "gzip") -> int | type[InflateError]:
    try:
        return len(inflate(data, limit, format))
    except InflateError as error:
        return type(error)


def stream(chunks: Iterable[bytes], format: Format = "gzip", **options: int) -> tuple[bytes, bool, bool]:
    """The data read from a stream, whether it is damaged, and whether it is complete."""
    inflater = Inflater(format, **options)
    read = b"".join(piece for chunk in chunks for piece in inflater.feed(chunk))
    return read, inflater.damaged, inflater.complete


@pytest.mark.parametrize("format", PACKERS)
def test_every_format_can_be_read_whole_and_in_chunks(format: Format):
    packed = PACKERS[format](TEXT)
    assert inflate(packed, len(TEXT), format) == TEXT
    assert stream([packed[at : at + 7] for at in range(0, len(packed), 7)], format) == (TEXT, False, True)


@pytest.mark.parametrize("format", PACKERS)
def test_the_limit_is_exact(format: Format):
    packed = PACKERS[format](TEXT)
    assert outcome(packed, len(TEXT), format) == len(TEXT)
    assert outcome(packed, len(TEXT) - 1, format) == TooLarge


def test_data_that_cannot_be_read_whole_is_called_damaged_or_incomplete():
    packed = gzipped(TEXT)
    found = {
        "nothing": outcome(b""),
        "no gzip": outcome(b"plain text"),
        "header only": outcome(packed[:2]),
        "cut off": outcome(packed[:-12]),
        "checksum cut off": outcome(packed[:-1]),
        "wrong checksum": outcome(packed[:-8] + bytes(8)),
        "damaged": outcome(packed[:100] + b"\xff" * 50 + packed[150:]),
        "something behind": outcome(packed + b"more"),
        "padding behind": outcome(packed + bytes(600)),
        "two members": outcome(packed + packed),
        "two members with padding": outcome(packed + bytes(3) + packed),
        "second member cut off": outcome(packed + packed[:-3]),
        "two members beyond the limit": outcome(packed + packed, len(TEXT) + 1),
        "a bomb": outcome(gzipped(bytes(10_000_000)), 1_000),
        "something behind zlib": outcome(zlib.compress(TEXT) + b"more", format="zlib"),
        "something behind deflate": outcome(raw_deflate(TEXT) + b"more", format="deflate"),
    }
    assert {name: kind if isinstance(kind, int) else kind.__name__ for name, kind in found.items()} == snapshot(
        {
            "nothing": "CutOff",
            "no gzip": "Damaged",
            "header only": "CutOff",
            "cut off": "CutOff",
            "checksum cut off": "CutOff",
            "wrong checksum": "Damaged",
            "damaged": "Damaged",
            "something behind": "Damaged",
            "padding behind": 40132,
            "two members": 80264,
            "two members with padding": 80264,
            "second member cut off": "CutOff",
            "two members beyond the limit": "TooLarge",
            "a bomb": "TooLarge",
            "something behind zlib": "Damaged",
            "something behind deflate": "Damaged",
        }
    )


@given(
    st.lists(st.binary(max_size=50), min_size=1, max_size=6),
    st.integers(0, 40),
    st.lists(st.integers(0, 600), max_size=12),
    st.integers(1, 70),
)
def test_extra_members_padding_and_chunk_boundaries_do_not_matter(
    members: list[bytes], padding: int, cuts: list[int], step: int
):
    packed = b"".join(gzipped(member) + bytes(padding) for member in members)
    ends = [0, *sorted(cuts), len(packed)]
    chunks = [packed[start:end] for start, end in itertools.pairwise(ends)]
    assert stream(chunks, step=step) == (b"".join(members), False, True)


@pytest.mark.parametrize("size", [1, 64, 65_536, 10_000_000])
def test_no_chunk_of_a_stream_is_larger_than_the_step(size: int):
    inflater = Inflater(step=size)
    pieces = list(inflater.feed(gzipped(bytes(size * 3))))
    assert (max(map(len, pieces)), sum(map(len, pieces)), inflater.complete) == (size, size * 3, True)


@pytest.mark.parametrize("chunk", [10, 1_000, 1_000_000])
def test_data_before_the_damage_is_returned(chunk: int):
    packed = gzipped(TEXT)
    half = len(packed) // 2
    damaged = packed[:half] + b"\xff" * 200 + packed[half + 200 :]
    read, is_damaged, complete = stream(damaged[at : at + chunk] for at in range(0, len(damaged), chunk))
    before = zlib.decompressobj(wbits=31).decompress(packed[:half])
    assert (is_damaged, complete, read[: len(before)] == before) == (True, False, True)
    assert len(before) > 10_000


def test_twenty_thousand_members_take_time_in_proportion_to_their_bytes():
    packed = gzipped(b"x") * 20_000
    assert stream([packed]) == (b"x" * 20_000, False, True)
    assert len(inflate(packed, 20_000)) == 20_000


@pytest.mark.parametrize("data", [b"", b"\x1f", b"[1]", TEXT, b"xylophone", b"\x1f\x8a"])
def test_an_uncompressed_stream_is_passed_through(data: bytes):
    stream = Unpacked()
    read = b"".join(piece for byte in data for piece in stream.feed(bytes([byte])))
    assert (read + b"".join(stream.finish()), stream.packed, stream.cut_off) == (data, False, False)


@pytest.mark.parametrize(
    ("data", "expected", "cut_off"),
    [
        (gzipped(TEXT), TEXT, False),
        (zlib.compress(TEXT), TEXT, False),
        (gzipped(TEXT)[:-1], TEXT, True),
        (gzipped(TEXT) + b"no member", TEXT, True),
        (zlib.compress(TEXT) + b"no member", TEXT, True),
        (b"\x1f\x8b", b"", True),
    ],
)
def test_compression_is_detected_from_the_first_bytes(data: bytes, expected: bytes, cut_off: bool):
    stream = Unpacked()
    read = b"".join(piece for at in range(0, len(data), 100) for piece in stream.feed(data[at : at + 100]))
    assert (read + b"".join(stream.finish()), stream.packed, stream.cut_off) == (expected, True, cut_off)
