"""Files that hold a recording, in any form and of any size: their lines, and the envelope around them."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

from replay_mcp.errors import UnreadableRecording
from replay_mcp.inflate import Unpacked

from .formats import Lines

MAX_FILE_BYTES: Final = 2 * 1024**3
"""Maximum size of a file in bytes, decompressed."""


class RecordedLines:
    """The lines of a file, given in chunks, for `EventReader`; to be iterated once.

    Raises:
        UnreadableRecording: on iteration: the file has more than `limit` bytes, decompressed.
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
        """The envelope of PostHog's export, without its events, as far as it was read; empty for other forms."""
        return self._lines.envelope

    @property
    def flaws(self) -> list[str]:
        """What could not be read of the file, in words; complete after the iteration."""
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
        """Describe what the file holds instead of events; `lines` is the number of its lines."""
        return self._lines.describe_contents(lines)


def unpacked(chunks: Iterable[bytes], *, limit: int = MAX_FILE_BYTES) -> Iterator[bytes]:
    """Yield the content of chunks, decompressed if necessary.

    Raises:
        UnreadableRecording: the content has more than `limit` bytes.
    """
    stream = Unpacked()
    size = 0
    for piece in chain(chain.from_iterable(map(stream.feed, chunks)), stream.finish()):
        size += len(piece)
        if size > limit:
            raise UnreadableRecording(f"It has more than {limit // 2**20} MiB, decompressed.")
        yield piece
