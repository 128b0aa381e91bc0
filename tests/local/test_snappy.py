from hypothesis import example, given
from hypothesis import strategies as st

from replay_mcp.local.recordings.snappy import snappy_literal


def unsnap(data: bytes) -> bytes:
    """Decode a raw snappy stream of literals, following the format's description."""
    size, place, shift = 0, 0, 0
    while True:
        byte = data[place]
        place += 1
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    found = b""
    while place < len(data):
        tag = data[place]
        assert tag & 3 == 0, "not a literal"
        extra = max(0, (tag >> 2) - 59)
        length = int.from_bytes(data[place + 1 : place + 1 + extra], "little") + 1 if extra else (tag >> 2) + 1
        found += data[place + 1 + extra : place + 1 + extra + length]
        place += 1 + extra + length
    assert len(found) == size
    return found


@given(st.binary(max_size=40_000))
@example(b"")
@example(b"x" * 127)
@example(b"x" * 128)
@example(b"x" * 3_000_000)
def test_a_snappy_literal_decodes_to_what_it_was(data: bytes):
    assert unsnap(snappy_literal(data)) == data
