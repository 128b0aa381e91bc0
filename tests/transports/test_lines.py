"""Chunks of a stream become lines, none longer than the limit."""

from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from replay_mcp.transports.lines import Line, LineSplitter

LIMIT = 8


def split(*chunks: bytes) -> list[Line]:
    splitter = LineSplitter(LIMIT)
    return [line for chunk in chunks for line in splitter.feed(chunk)] + list(splitter.finish())


def test_a_line_over_the_limit_yields_its_start_once_and_the_next_line_is_whole() -> None:
    assert split(
        b"1234", b"5678", b"9" * 100, b"9" * 100, b"9\nnext\n", b"12345678\n123456789", b"0\n\n \t\r\nlast"
    ) == (
        snapshot(
            [
                Line(data=b"12345678", complete=False),
                Line(data=b"next"),
                Line(data=b"12345678"),
                Line(data=b"12345678", complete=False),
                Line(data=b"last"),
            ]
        )
    )


@given(data=st.lists(st.sampled_from([b"a", b"bc", b"\n", b" ", b"12345678"])).map(b"".join), cuts=st.data())
def test_chunk_boundaries_make_no_difference(data: bytes, cuts: st.DataObject) -> None:
    expected = [
        Line(line[:LIMIT], complete=len(line) <= LIMIT)
        for line in data.split(b"\n")
        if line.strip() or len(line) > LIMIT
    ]
    chunks: list[bytes] = []
    while data:
        size = cuts.draw(st.integers(1, len(data)))
        chunks.append(data[:size])
        data = data[size:]
    assert split(*chunks) == expected
