"""From the bytes of a recording, in any form that it is handed around in, to the lines that `EventReader` takes.

JSONL (PostHog's `blob_v2`, its older form, or bare rrweb events) has its lines; a JSON document that is spread over
lines (an array of rrweb events, PostHog's JSON export) becomes one. Each may be gzipped.
"""

from collections.abc import Callable, Iterator
from typing import Final

from replay_mcp.inflate import Unpacked

from .jsonl import MAX_LINE_BYTES

HEAD_BYTES: Final = 64
"""So many bytes tell what a file is that holds no recording."""
_MANY: Final = 10_000
BLANK: Final = b" \t\r\n\xef\xbb\xbf"
"""White space, and what some editors put before a file's first letter."""


class Cutter:
    """Cuts consecutive chunks of text into lines, without their line feeds; blank ones are left out.

    Args:
        ask: called again and again while this takes time; it may raise.

    Attributes:
        overlong: lines that were left out because they have more than `MAX_LINE_BYTES`.
    """

    def __init__(self, ask: Callable[[], None] = lambda: None) -> None:
        self._ask = ask
        self.overlong = 0
        self._parts: list[bytes] = []
        self._length = 0
        self._document: bool | None = None

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The lines that end within `chunk`."""
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

    def finish(self) -> Iterator[bytes]:
        """The line that was still open."""
        yield from self._end(b"")

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


class Lines:
    """Cuts consecutive chunks of bytes, which may be gzip, into lines as `Cutter` does.

    Args:
        ask: called again and again while this takes time; it may raise.

    Attributes:
        head: the first bytes, to say what was found where nothing could be read.
    """

    def __init__(self, ask: Callable[[], None] = lambda: None) -> None:
        self.head = b""
        self._inflating = Unpacked()
        self._cutter = Cutter(ask)

    @property
    def cut_off(self) -> bool:
        """Whether a gzip stream ended early or is damaged: what came before was read."""
        return self._inflating.cut_off

    @property
    def overlong(self) -> int:
        """Lines that were left out because they have more than `MAX_LINE_BYTES`."""
        return self._cutter.overlong

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The lines that end within `chunk`."""
        if len(self.head) < HEAD_BYTES:
            self.head = (self.head + chunk)[:HEAD_BYTES]
        for piece in self._inflating.feed(chunk):
            yield from self._cutter.feed(piece)

    def finish(self) -> Iterator[bytes]:
        """The line that was still open."""
        for piece in self._inflating.finish():
            yield from self._cutter.feed(piece)
        yield from self._cutter.finish()


def other_than_recording(head: bytes, *, cut_off: bool, lines: int) -> str:
    """What bytes are that hold no event; nothing of them is quoted.

    Args:
        head: the first of them.
        cut_off: they are gzip that is damaged or ends early.
        lines: how many there were, none of them readable.
    """
    head = head.lstrip(BLANK)
    if not head:
        return "nothing at all"
    if head.startswith(b"PK"):
        return "a zip archive"
    if cut_off:
        return "a gzip file that is damaged or cut off"
    if head[:1] == b"<":
        return "markup, as of a web page"
    if head[:1] in (b"{", b"["):
        return f"JSON of another kind, or broken ({lines} lines)"
    return f"{lines} lines of something else"


def _is_opening(line: bytes) -> bool:
    """Whether this is the first line of a document that is spread over several, and no cut off line of JSONL."""
    return line[0] in b"[{" and line[-1] in b"[{," and not line.startswith(b'["')
