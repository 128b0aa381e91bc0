"""From the bytes of a recording, in any form that it is handed around in, to the lines that `EventReader` takes.

JSONL (PostHog's `blob_v2`, its older form, or bare rrweb events) has its lines; a JSON document that is spread over
lines (an array of rrweb events, PostHog's JSON export) becomes one. Each may be gzipped.
"""

import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final

from .jsonl import MAX_LINE_BYTES

_GZIP: Final = b"\x1f\x8b"
_HEAD_BYTES: Final = 64
_MANY: Final = 10_000
_STEP: Final = 1024 * 1024
"""Bytes that are inflated at a time."""
BLANK: Final = b" \t\r\n\xef\xbb\xbf"
"""White space, and what some editors put before a file's first letter."""
_PIECE: Final = 64 * 1024
"""Compressed bytes that are inflated together; what is damaged among them is told apart byte by byte."""


class Lines:
    """Cuts consecutive chunks of bytes into lines, without their line feeds; blank ones are left out.

    Args:
        ask: called again and again while this takes time; it may raise.

    Attributes:
        cut_off: whether a gzip stream ended early or is damaged: what came before was read.
        overlong: lines that were left out because they have more than `MAX_LINE_BYTES`.
        size: bytes so far, inflated.
        head: the first bytes, to say what was found where nothing could be read.
    """

    def __init__(self, ask: Callable[[], None] = lambda: None) -> None:
        self._ask = ask
        self.cut_off = False
        self.overlong = 0
        self.size = 0
        self.head = b""
        self._held = b""
        self._begun = False
        self._inflater: Any = None
        self._parts: list[bytes] = []
        self._length = 0
        self._document: bool | None = None

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The lines that end within `chunk`."""
        if len(self.head) < _HEAD_BYTES:
            self.head = (self.head + chunk)[:_HEAD_BYTES]
        if not self._begun:
            self._held += chunk
            if len(self._held) < len(_GZIP):
                return
            self._begun = True
            chunk, self._held = self._held, b""
            if chunk.startswith(_GZIP):
                self._inflater = zlib.decompressobj(wbits=31)
        if self._inflater is None:
            yield from self._split(chunk)
        else:
            for at in range(0, len(chunk), _PIECE):
                yield from self._inflate(chunk[at : at + _PIECE])

    def finish(self) -> Iterator[bytes]:
        """The line that was still open."""
        yield from self._split(self._held)
        if self._inflater is not None and not self._inflater.eof:
            self.cut_off = True
        yield from self._end(b"")

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
            yield from self._split(inflated)

    def _split(self, chunk: bytes) -> Iterator[bytes]:
        self.size += len(chunk)
        *ends, rest = [chunk] if self._document else chunk.split(b"\n")
        if len(ends) > _MANY:  # a gzip of nothing but line feeds holds a thousand times its size
            ends = [*ends[:1], *filter(None, ends[1:])]
        for place, end in enumerate(ends, 1):
            self._ask()
            yield from self._end(end)
            if self._document:
                rest = b"\n".join([*ends[place:], rest])
                break
        self._keep(rest)

    def _keep(self, part: bytes) -> None:
        self._length += len(part)
        if self._length > MAX_LINE_BYTES:
            self._parts.clear()
        elif part:
            self._parts.append(part)

    def _end(self, end: bytes) -> Iterator[bytes]:
        self._keep(end)
        line = b"".join(self._parts).strip(BLANK)
        if self._document is None and line:
            self._document = _is_opening(line)
            if self._document:
                return
        if self._length > MAX_LINE_BYTES:
            self.overlong += 1
        elif line:
            yield line
        self._parts.clear()
        self._length = 0


def _is_opening(line: bytes) -> bool:
    """Whether this is the first line of a document that is spread over several, and no cut off line of JSONL."""
    return line[0] in b"[{" and line[-1] in b"[{," and not line.startswith(b'["')


def _before_damage(inflater: Any, packed: bytes) -> Iterator[bytes]:
    """What a stream holds up to the damage among these bytes."""
    with suppress(zlib.error):
        for byte in packed:
            yield inflater.decompress(bytes((byte,)))
