"""Bounded decompression of gzip, zlib and raw deflate data, whole or in chunks.

All untrusted compressed data is decompressed here, so that limits, multi-member gzip, padding and corruption are
handled in one place.
"""

import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final, Literal

Format = Literal["gzip", "zlib", "deflate"]
"""`deflate` is a raw stream without a header."""

_WINDOW_BITS: Final[dict[Format, int]] = {"gzip": 31, "zlib": 15, "deflate": -15}
_GZIP: Final = b"\x1f\x8b"
_ZLIB: Final = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_STEP: Final = 1024 * 1024
_FIRST_PIECE: Final = 512
_PIECE: Final = 64 * 1024
"""Compressed bytes per zlib call. A new member starts with few, because zlib copies all input after its end."""


class InflateError(ValueError):
    """Compressed data that cannot be decompressed."""


class Damaged(InflateError):
    """The data is not in this format, is corrupt, or has trailing data."""


class CutOff(InflateError):
    """The data is truncated."""


class TooLarge(InflateError):
    """The decompressed data exceeds the limit."""


def inflate(data: bytes, limit: int, format: Format = "gzip") -> bytes:
    """Decompress complete data; gzip data may have several members and zero padding.

    Raises:
        Damaged: the data is not in this format, is corrupt, or has trailing data.
        CutOff: the data is truncated.
        TooLarge: the decompressed data exceeds `limit` bytes.
    """
    decoder = zlib.decompressobj(_WINDOW_BITS[format])
    try:
        inflated = decoder.decompress(data, limit + 1)
    except zlib.error as error:
        raise Damaged(str(error)) from error
    if len(inflated) > limit:
        raise TooLarge(f"more than {limit} bytes")
    if decoder.unused_data:
        return _members(data, limit, format)
    if not decoder.eof:
        raise CutOff("the end is missing")
    return inflated


def _members(data: bytes, limit: int, format: Format) -> bytes:
    inflater = Inflater(format)
    inflated = bytearray()
    for piece in inflater.feed(data):
        inflated += piece
        if len(inflated) > limit:
            raise TooLarge(f"more than {limit} bytes")
    if inflater.damaged:
        raise Damaged("a later member is corrupt, or trailing data is not a member")
    if not inflater.complete:
        raise CutOff("the end of a later member is missing")
    return bytes(inflated)


class Inflater:
    """Decompresses a stream chunk by chunk, in linear time and bounded memory.

    Args:
        format: gzip streams may have several members, with zero padding between and after them.
        step: maximum number of bytes in a decompressed piece.

    Attributes:
        damaged: whether corrupt or trailing data was found. Data before that point was yielded, the rest is ignored.
    """

    def __init__(self, format: Format = "gzip", *, step: int = _STEP) -> None:
        self.damaged = False
        self._format: Format = format
        self._step = step
        self._decoder: Any = zlib.decompressobj(_WINDOW_BITS[format])
        self._piece = _FIRST_PIECE

    @property
    def complete(self) -> bool:
        """Whether the stream is complete if it ends here."""
        return self._decoder.eof and not self.damaged

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Decompress the next bytes and yield pieces of at most `step` bytes."""
        at = 0
        while at < len(data) and not self.damaged:
            if self._decoder.eof:
                at += self._begin_member(data, at)
            else:
                piece = data[at : at + self._piece]
                yield from self._inflate(piece)
                at += len(piece) - len(self._decoder.unused_data)

    def _begin_member(self, data: bytes, at: int) -> int:
        """Begin the member after the padding; return the number of padding bytes."""
        rest = data[at : at + _PIECE]
        padding = len(rest) - len(rest.lstrip(b"\0"))
        if padding < len(rest):
            self.damaged = self._format != "gzip"
            self._decoder = zlib.decompressobj(_WINDOW_BITS[self._format])
            self._piece = _FIRST_PIECE
        return padding

    def _inflate(self, piece: bytes) -> Iterator[bytes]:
        self._piece = min(2 * self._piece, _PIECE)
        while not self.damaged:
            before = self._decoder.copy()
            try:
                inflated = self._decoder.decompress(piece, self._step)
            except zlib.error:
                self.damaged = True
                inflated = b"".join(_before_damage(before, piece))
            if inflated:
                yield inflated
            piece = self._decoder.unconsumed_tail
            waiting = piece or len(inflated) == self._step  # with a full step, more may wait inside the decoder
            if self._decoder.eof or not waiting:
                return


def _before_damage(decoder: Any, piece: bytes) -> Iterator[bytes]:
    with suppress(zlib.error):
        for byte in piece:
            yield decoder.decompress(bytes((byte,)))


class Unpacked:
    """Decompresses a stream that starts like gzip or zlib data, chunk by chunk, and passes any other through.

    Attributes:
        packed: whether the stream is compressed.
    """

    def __init__(self) -> None:
        self.packed = False
        self._held = b""
        self._begun = False
        self._ended = False
        self._inflater: Inflater | None = None

    @property
    def cut_off(self) -> bool:
        """Whether compressed data is corrupt, or the stream ended early."""
        inflater = self._inflater
        return inflater is not None and (inflater.damaged or (self._ended and not inflater.complete))

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the content of the next bytes."""
        if not self._begun:
            chunk = self._held = self._held + chunk
            if len(chunk) < len(_GZIP):
                return
            self._begin(chunk)
        if self._inflater is None:
            yield chunk
        else:
            yield from self._inflater.feed(chunk)

    def finish(self) -> Iterator[bytes]:
        """End the stream and yield bytes that were held back for format detection."""
        self._ended = True
        if not self._begun:
            yield self._held

    def _begin(self, head: bytes) -> None:
        self._begun = True
        self._held = b""
        if head.startswith(_GZIP):
            self._inflater = Inflater("gzip")
        elif head.startswith(_ZLIB):
            self._inflater = Inflater("zlib")
        self.packed = self._inflater is not None
