"""Bounded decompression of gzip, zlib and raw deflate data, whole or in chunks.

Every caller that decompresses data from elsewhere does it here, so that limits, several gzip members, padding and
damage are handled once.
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
"""Compressed bytes given to zlib at a time: a new member gets few, since zlib copies what follows its end."""


class InflateError(ValueError):
    """Compressed data that cannot be decompressed."""


class Damaged(InflateError):
    """The data is not in this format, is damaged, or something else follows it."""


class CutOff(InflateError):
    """The data ends before its end mark."""


class TooLarge(InflateError):
    """The data holds more bytes than the limit."""


def inflate(data: bytes, limit: int, format: Format = "gzip") -> bytes:
    """Decompress data that is complete; gzip may have several members and zeros after them.

    Raises:
        Damaged: it is not of this format, is damaged, or something else follows it.
        CutOff: it ends early.
        TooLarge: it holds more than `limit` bytes.
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
        raise Damaged("a later member is damaged, or no member")
    if not inflater.complete:
        raise CutOff("the end of a later member is missing")
    return bytes(inflated)


class Inflater:
    """Decompresses a stream that is given in consecutive chunks. Work and memory are in proportion to the bytes.

    Args:
        format: gzip may have several members, with zeros between and after them.
        step: most bytes of a decompressed piece.

    Attributes:
        damaged: whether the data is damaged at some point, or something else follows it: what came before was given,
            what comes after is left out.
    """

    def __init__(self, format: Format = "gzip", *, step: int = _STEP) -> None:
        self.damaged = False
        self._format: Format = format
        self._step = step
        self._decoder: Any = zlib.decompressobj(_WINDOW_BITS[format])
        self._piece = _FIRST_PIECE

    @property
    def complete(self) -> bool:
        """Whether the data may end here."""
        return self._decoder.eof and not self.damaged

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what the next compressed bytes hold, in pieces of at most `step` bytes."""
        at = 0
        while at < len(data) and not self.damaged:
            if self._decoder.eof:
                at += self._begin_member(data, at)
            else:
                piece = data[at : at + self._piece]
                yield from self._inflate(piece)
                at += len(piece) - len(self._decoder.unused_data)

    def _begin_member(self, data: bytes, at: int) -> int:
        """Begin the member that follows the padding; return how many bytes are padding."""
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
    """A stream in consecutive chunks: decompressed if it begins like gzip or zlib data, else passed on as it is.

    Attributes:
        packed: whether it is compressed.
    """

    def __init__(self) -> None:
        self.packed = False
        self._held = b""
        self._begun = False
        self._ended = False
        self._inflater: Inflater | None = None

    @property
    def cut_off(self) -> bool:
        """Whether compressed data is damaged, or the stream has ended before it was complete."""
        inflater = self._inflater
        return inflater is not None and (inflater.damaged or (self._ended and not inflater.complete))

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what the next bytes hold."""
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
        """End the stream; yield what was held back until its kind was known."""
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
