"""Snappy framing without a library, as PostHog serves compressed blocks: literals alone are a valid stream."""

from typing import Final

_LITERAL_WITH_FOUR_BYTE_LENGTH: Final = 63 << 2


def snappy_literal(data: bytes) -> bytes:
    """The data as a raw snappy stream of one literal: what a snappy decoder reads, without making it any smaller."""
    size, length = bytearray(), len(data)
    while length > 0x7F:
        size.append(length & 0x7F | 0x80)
        length >>= 7
    size.append(length)
    if not data:
        return bytes(size)
    return bytes([*size, _LITERAL_WITH_FOUR_BYTE_LENGTH]) + (len(data) - 1).to_bytes(4, "little") + data
