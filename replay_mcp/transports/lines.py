"""Splits a byte stream into lines, holding at most the limit of one."""

from collections.abc import Generator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line, without its newline.

    Attributes:
        data: the line, or as much of it as the limit allows.
        complete: False if the line is longer than the limit.
    """

    data: bytes
    complete: bool = True


class LineSplitter:
    """Turns chunks of a stream into lines of at most `limit` bytes.

    The start of a longer line is returned once, when the line exceeds the limit; the rest of it is discarded. Blank
    lines are skipped.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._partial = bytearray()
        self._discarding = False

    def feed(self, chunk: bytes) -> list[Line]:
        """The lines that this chunk ends."""
        *ended, rest = chunk.split(b"\n")
        lines: list[Line] = []
        for piece in ended:
            lines += self._append(piece)
            lines += self.finish()
        lines += self._append(rest)
        return lines

    def finish(self) -> Generator[Line]:
        """End the current line. At the end of the stream this is the line that has no newline."""
        data = bytes(self._partial)
        self._partial.clear()
        self._discarding = False
        if data.strip():
            yield Line(data)

    def _append(self, piece: bytes) -> Generator[Line]:
        if self._discarding:
            return
        self._partial += piece
        if len(self._partial) > self._limit:
            start = bytes(self._partial[: self._limit])
            self._partial = bytearray()
            self._discarding = True
            yield Line(start, complete=False)
