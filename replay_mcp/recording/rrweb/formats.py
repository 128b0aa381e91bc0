"""Splits the bytes of a recording, in any form, into lines for `EventReader`.

The bytes are UTF-8 or UTF-16 text, or gzip or zlib data of it; see `text_lines` for the forms of the text.
"""

import codecs
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, Final

from replay_mcp.errors import UnreadableRecording
from replay_mcp.inflate import Unpacked

from .diagnosis import describe_other_file, describe_unreadable_events
from .jsonl import BLANK
from .text_lines import TextLines

_HEAD_BYTES: Final = 65_536
"""Number of bytes of text kept to describe a file without events."""
_CODEC_BYTES: Final = 2
_OPENINGS: Final = tuple(b'[{"')


class Lines:
    """Splits consecutive chunks of bytes into lines.

    Args:
        checkpoint: called regularly during long work; it may raise.
        limit: maximum number of bytes, decompressed.

    Raises:
        UnreadableRecording: from `feed` and `finish`: there are more than `limit` bytes.
    """

    def __init__(self, checkpoint: Callable[[], None] = lambda: None, *, limit: int | None = None) -> None:
        self._head = b""
        self._limit = limit
        self._size = 0
        self._unpacked = Unpacked()
        self._text = _Utf8()
        self._lines = TextLines(checkpoint)

    @property
    def cut_off(self) -> bool:
        """Whether compressed data ended early or is damaged; what came before was read."""
        return self._unpacked.cut_off

    @property
    def overlong(self) -> int:
        """Number of lines and events left out because they are too long."""
        return self._lines.overlong

    @property
    def broken(self) -> int:
        """Number of JSON documents that are broken or end early; what came before was read."""
        return self._lines.broken

    @property
    def lost(self) -> int:
        """Number of lines, events and ends of documents that could not be read."""
        return self.overlong + self.broken

    @property
    def envelope(self) -> dict[str, Any]:
        """The envelope of PostHog's export, without its events, as far as it was read; empty for other forms."""
        return self._lines.envelope

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the lines that end within `chunk`."""
        for piece in self._unpacked.feed(chunk):
            self._size += len(piece)
            if self._limit is not None and self._size > self._limit:
                raise UnreadableRecording(f"It has more than {self._limit // 2**20} MiB, decompressed.")
            yield from self._cut(self._text.feed(piece))

    def finish(self) -> Iterator[bytes]:
        """End the recording; yield the unfinished lines."""
        for piece in self._unpacked.finish():
            yield from self._cut(self._text.feed(piece))
        yield from self._cut(self._text.finish())
        yield from self._lines.finish()

    def describe_contents(self, lines: int) -> str:
        """Describe what the bytes hold instead of events; `lines` is the number of lines."""
        if self.cut_off:
            return "compressed data that is damaged or cut off"
        again = TextLines()
        found = describe_unreadable_events(chain(again.feed(self._head), again.finish()))
        return found or describe_other_file(self._head, lines + self.lost, is_document=self._lines.is_document)

    def _cut(self, text: bytes) -> Iterator[bytes]:
        if len(self._head) < _HEAD_BYTES:
            self._head = (self._head + text).lstrip(BLANK)[:_HEAD_BYTES]
        return self._lines.feed(text)


class _Utf8:
    """Converts consecutive chunks of text to UTF-8; recognises UTF-16 by its byte order mark or first character."""

    def __init__(self) -> None:
        self._held = b""
        self._begun = False
        self._decoder: codecs.IncrementalDecoder | None = None

    def feed(self, chunk: bytes) -> bytes:
        if not self._begun:
            chunk = self._held = self._held + chunk
            if len(chunk) < _CODEC_BYTES:
                return b""
            self._begun = True
            self._held = b""
            if encoding := _utf_16(chunk):
                self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        return chunk if self._decoder is None else self._decoder.decode(chunk).encode()

    def finish(self) -> bytes:
        return self._held if self._decoder is None else self._decoder.decode(b"", final=True).encode()


def _utf_16(head: bytes) -> str | None:
    if head.startswith(codecs.BOM_UTF16_LE) or (head[0] in _OPENINGS and head[1] == 0):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE) or (head[0] == 0 and head[1] in _OPENINGS):
        return "utf-16-be"
    return None
