"""A file that holds a recording, in any form and of any size: its lines, and what the file says around them."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

from replay_mcp.errors import UnreadableRecording
from replay_mcp.inflate import Unpacked

from .documents import Elements, is_document
from .formats import HEAD_BYTES, Cutter, other_than_recording

MAX_FILE_BYTES: Final = 2 * 1024**3
"""Most bytes that a file may have, inflated."""
_TOLD_BY: Final = 1024 * 1024
"""So many bytes tell what form a file has."""


class RecordedLines:
    """The lines of a file that is given in chunks, in any form that `EventReader` takes; to be iterated once.

    A JSON document is cut into its events while it streams; what else is on lines of its own is bounded by
    `MAX_LINE_BYTES`.

    Raises:
        UnreadableRecording: while iterated: the file has more than `limit` bytes, inflated.
    """

    def __init__(self, chunks: Iterable[bytes], *, limit: int = MAX_FILE_BYTES) -> None:
        self._chunks = chunks
        self._limit = limit
        self._inflating = Unpacked()
        self._cutter = Cutter()
        self._elements: Elements | None = None
        self._head = b""

    def __iter__(self) -> Iterator[bytes]:
        pieces = inflated(self._noted(), self._inflating, limit=self._limit)
        begin = b""
        for piece in pieces:
            begin += piece
            if len(begin) >= _TOLD_BY:
                break
        if is_document(begin):
            self._elements = Elements()
        yield from self._cut(begin)
        for piece in pieces:
            yield from self._cut(piece)
        if self._elements is None:
            yield from self._cutter.finish()
        else:
            self._elements.finish()

    @property
    def envelope(self) -> dict[str, Any]:
        """What PostHog's export says around its events, as far as it was read; empty for other forms."""
        return {} if self._elements is None else self._elements.envelope

    @property
    def flaws(self) -> list[str]:
        """What could not be read of the file itself, in words; complete once all lines were taken."""
        elements = self._elements
        overlong = self._cutter.overlong + (elements.overlong if elements else 0)
        flaws: list[str] = []
        if self._inflating.cut_off:
            flaws.append("its gzip data is damaged or ends early")
        elif elements and elements.broken:
            flaws.append("its JSON is broken or ends early")
        if overlong:
            flaws.append(f"{overlong} of its lines or events have more than 32 MiB")
        return flaws

    def what_else(self, lines: int) -> str:
        """What the file holds instead of events, after so many lines without any."""
        if self._elements is not None and not lines:
            return "an array or export that is empty"
        return other_than_recording(self._head, cut_off=self._inflating.cut_off, lines=lines + self._cutter.overlong)

    def _cut(self, piece: bytes) -> Iterator[bytes]:
        return self._cutter.feed(piece) if self._elements is None else self._elements.feed(piece)

    def _noted(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            if len(self._head) < HEAD_BYTES:
                self._head = (self._head + chunk)[:HEAD_BYTES]
            yield chunk


def inflated(chunks: Iterable[bytes], inflating: Unpacked, *, limit: int = MAX_FILE_BYTES) -> Iterator[bytes]:
    """What chunks hold together.

    Raises:
        UnreadableRecording: it is more than `limit` bytes.
    """
    size = 0
    for piece in chain(chain.from_iterable(map(inflating.feed, chunks)), inflating.finish()):
        size += len(piece)
        if size > limit:
            raise UnreadableRecording(f"It has more than {limit // 2**20} MiB, inflated.")
        yield piece
