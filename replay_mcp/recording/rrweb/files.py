"""A file that holds a recording, in any form and of any size: its lines, and what the file says around them."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

from replay_mcp.errors import UnreadableRecording
from replay_mcp.inflate import Unpacked

from .formats import Lines

MAX_FILE_BYTES: Final = 2 * 1024**3
"""Most bytes that a file may have, decompressed."""


class RecordedLines:
    """The lines of a file that is given in chunks, in any form that `EventReader` takes; to be iterated once.

    Raises:
        UnreadableRecording: while iterated: the file has more than `limit` bytes, decompressed.
    """

    def __init__(self, chunks: Iterable[bytes], *, limit: int = MAX_FILE_BYTES) -> None:
        self._chunks = chunks
        self._lines = Lines(limit=limit)

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            yield from self._lines.feed(chunk)
        yield from self._lines.finish()

    @property
    def envelope(self) -> dict[str, Any]:
        """What PostHog's export says around its events, as far as it was read; empty for other forms."""
        return self._lines.envelope

    @property
    def flaws(self) -> list[str]:
        """What could not be read of the file itself, in words; complete once all lines were taken."""
        lines = self._lines
        flaws: list[str] = []
        if lines.cut_off:
            flaws.append("its compressed data is damaged or ends early")
        elif lines.broken:
            flaws.append("its JSON is broken or ends early")
        if lines.overlong:
            flaws.append(f"{lines.overlong} of its lines or events have more than 32 MiB")
        return flaws

    def describe_contents(self, lines: int) -> str:
        """What the file holds instead of events, after so many lines without any."""
        return self._lines.describe_contents(lines)


def unpacked(chunks: Iterable[bytes], *, limit: int = MAX_FILE_BYTES) -> Iterator[bytes]:
    """What chunks hold together, decompressed if they are compressed.

    Raises:
        UnreadableRecording: it is more than `limit` bytes.
    """
    stream = Unpacked()
    size = 0
    for piece in chain(chain.from_iterable(map(stream.feed, chunks)), stream.finish()):
        size += len(piece)
        if size > limit:
            raise UnreadableRecording(f"It has more than {limit // 2**20} MiB, decompressed.")
        yield piece
