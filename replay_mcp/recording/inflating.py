"""Undoing gzip in bounded steps, as far as a stream is intact."""

import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

_GZIP: Final = b"\x1f\x8b"
_STEP: Final = 1024 * 1024
"""Bytes that are inflated at a time."""
_PIECE: Final = 64 * 1024
"""Compressed bytes that are inflated together; what is damaged among them is told apart byte by byte."""


class Inflating:
    """Consecutive chunks of bytes, inflated where they begin as gzip does, else as they are.

    Attributes:
        cut_off: whether a gzip stream ended early or is damaged: what came before was given.
    """

    def __init__(self) -> None:
        self.cut_off = False
        self._held = b""
        self._begun = False
        self._inflater: Any = None

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """What `chunk` holds."""
        if not self._begun:
            self._held += chunk
            if len(self._held) < len(_GZIP):
                return
            self._begun = True
            chunk, self._held = self._held, b""
            if chunk.startswith(_GZIP):
                self._inflater = zlib.decompressobj(wbits=31)
        if self._inflater is None:
            yield chunk
        else:
            for at in range(0, len(chunk), _PIECE):
                yield from self._inflate(chunk[at : at + _PIECE])

    def finish(self) -> Iterator[bytes]:
        """What was held back until its kind would be known."""
        if self._inflater is not None and not self._inflater.eof:
            self.cut_off = True
        yield self._held

    def _inflate(self, packed: bytes) -> Iterator[bytes]:
        while packed and not self.cut_off:
            if self._inflater.eof and not packed.strip(b"\0"):
                return  # padding
            if self._inflater.eof:  # a gzip file may be several, one after the other
                self._inflater = zlib.decompressobj(wbits=31)
            before = self._inflater.copy()
            try:
                inflated = self._inflater.decompress(packed, _STEP)
                packed = self._inflater.unconsumed_tail or self._inflater.unused_data
            except zlib.error:
                self.cut_off = True
                inflated = b"".join(_before_damage(before, packed))
            yield inflated


def _before_damage(inflater: Any, packed: bytes) -> Iterator[bytes]:
    """What a stream holds up to the damage among these bytes."""
    with suppress(zlib.error):
        for byte in packed:
            yield inflater.decompress(bytes((byte,)))
