"""Snappy encoding without a library: a stream of literals only is valid. PostHog serves compressed blocks in Snappy."""

from typing import Final

_LITERAL_WITH_FOUR_BYTE_LENGTH: Final = 63 << 2


def snappy_literal(data: bytes) -> bytes:
    """Encode the data as a raw Snappy stream of one literal, which is not compressed."""
    size, length = bytearray(), len(data)
    while length > 0x7F:
        size.append(length & 0x7F | 0x80)
        length >>= 7
    size.append(length)
    if not data:
        return bytes(size)
    return bytes([*size, _LITERAL_WITH_FOUR_BYTE_LENGTH]) + (len(data) - 1).to_bytes(4, "little") + data
