"""Splits the text of a recording, in any form, into lines for `EventReader`.

JSONL is split at line feeds. A JSON document (an array of events, PostHog's export, consecutive pretty-printed objects)
is split into its events. A JSON string is decoded; its text may have any of these forms again.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, Literal

from .json_documents import JsonSplitter
from .json_strings import StringText
from .jsonl import BLANK, MAX_LINE_BYTES
from .tokens import BLANKS, ENCODED, SCALAR

MAX_STRINGS: Final = 4
"""Maximum nesting of JSON strings that are decoded while they stream in."""
_MANY: Final = 10_000
_LONG: Final = 65_536
_PEEK: Final = 16
"""Bytes of a value that suffice to recognise its form, if its first line does not matter."""
_SEGMENT = re.compile(rb'\{\s{0,9}"segment_id"\s{0,9}:\s{0,9}\d{1,18}\s{0,9}\}\s{0,9}')
"""The header of a Sentry segment."""
_UNFINISHED: Final = b"[{,:"
"""The last character of the first line of a pretty-printed document."""


class JsonlSplitter:
    """Splits consecutive chunks of text into lines, without line feeds and blank lines.

    Args:
        checkpoint: called regularly during long work; it may raise.

    Attributes:
        broken: always false: broken lines are found by whoever parses them.
        overlong: number of lines left out because they have more than `MAX_LINE_BYTES`.
    """

    broken: Final = False

    def __init__(self, checkpoint: Callable[[], None] = lambda: None) -> None:
        self._checkpoint = checkpoint
        self.overlong = 0
        self._parts: list[bytes] = []
        self._length = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the lines that end within `chunk`."""
        *ends, rest = chunk.split(b"\n")
        if len(ends) > _MANY:  # line feeds inflate to a thousand times their compressed size
            ends = [*ends[:1], *filter(None, ends[1:])]
        for end in ends:
            self._checkpoint()
            if line := self._end(end):
                yield line
        self._keep(rest)

    def finish(self) -> Iterator[bytes]:
        """Yield the unfinished line."""
        if line := self._end(b""):
            yield line

    def _keep(self, part: bytes) -> None:
        self._length += len(part)
        if self._length > MAX_LINE_BYTES:
            self._parts.clear()
        elif part:
            self._parts.append(part)

    def _end(self, end: bytes) -> bytes:
        if self._length or len(end) > MAX_LINE_BYTES:
            self._keep(end)
            end = b"".join(self._parts)
            self.overlong += self._length > MAX_LINE_BYTES
            self._parts.clear()
            self._length = 0
        return end.strip(BLANK)


class TextLines:
    """Splits consecutive chunks of UTF-8 text of any form into lines.

    Args:
        checkpoint: called regularly during long work; it may raise.
        strings: number of JSON strings around the text.

    Attributes:
        overlong: number of lines and elements left out because they have more than `MAX_LINE_BYTES`.
        broken: number of documents and strings that are not valid JSON to the end.
    """

    def __init__(self, checkpoint: Callable[[], None] = lambda: None, strings: int = 0) -> None:
        self.overlong = 0
        self.broken: int = 0
        self._checkpoint = checkpoint
        self._strings = strings
        self._detector = _FormDetector(checkpoint)
        self._reader: JsonlSplitter | JsonSplitter | _StringLines | None = None
        self._last: JsonSplitter | _StringLines | None = None

    @property
    def envelope(self) -> dict[str, Any]:
        """The envelope of PostHog's export, without its events, as far as it was read; empty for other forms."""
        return self._last.envelope if self._last else {}

    @property
    def is_document(self) -> bool:
        """Whether the text is a JSON document or string rather than JSONL."""
        return self._last is not None

    def feed(self, text: bytes) -> Iterator[bytes]:
        """Yield the lines that end within `text`."""
        self._checkpoint()
        while text:
            if self._reader is None:
                form = self._detector.form(text)
                if form is None:
                    return
                text = self._open(form)
            yield from self._reader.feed(text) if self._reader else ()
            text = self._after_string()

    def finish(self) -> Iterator[bytes]:
        """Yield the unfinished line."""
        while self._reader is None and (form := self._detector.form(b"", ended=True)):
            text = self._open(form)
            yield from self._reader.feed(text) if self._reader else ()
            self._detector.form(self._after_string())
        if self._reader is not None:
            yield from self._reader.finish()
            self._close(self._reader)

    def _open(self, form: "Form") -> bytes:
        """Choose the reader for a form; return the text that was held back."""
        if form == "lines" or (form == "string" and self._strings == MAX_STRINGS):
            self._reader = JsonlSplitter(self._checkpoint)
        else:
            self._last = (
                JsonSplitter(self._checkpoint)
                if form == "document"
                else _StringLines(self._checkpoint, self._strings + 1)
            )
            self._reader = self._last
        text = self._detector.text
        self._detector = _FormDetector(self._checkpoint)
        return text

    def _after_string(self) -> bytes:
        """Close a string that ended; return the text after it, which may have another form."""
        reader = self._reader
        if not isinstance(reader, _StringLines) or not reader.ended:
            return b""
        self._close(reader)
        self._reader = None
        return reader.rest

    def _close(self, reader: "JsonlSplitter | JsonSplitter | _StringLines") -> None:
        self.overlong += reader.overlong
        self.broken += reader.broken


class _StringLines:
    """Splits the text in one JSON string into lines."""

    def __init__(self, checkpoint: Callable[[], None], strings: int) -> None:
        self._string = StringText()
        self._lines = TextLines(checkpoint, strings)

    @property
    def ended(self) -> bool:
        return self._string.ended

    @property
    def rest(self) -> bytes:
        return self._string.rest

    @property
    def overlong(self) -> int:
        return self._lines.overlong

    @property
    def broken(self) -> int:
        return int(self._lines.broken or not self._string.ended or self._string.broken)

    @property
    def envelope(self) -> dict[str, Any]:
        return self._lines.envelope

    def feed(self, text: bytes) -> Iterator[bytes]:
        if self._string.broken:
            return
        yield from self._lines.feed(self._string.feed(text))
        if self._string.ended:
            yield from self._lines.finish()

    def finish(self) -> Iterator[bytes]:
        yield from self._lines.finish()


Form = Literal["lines", "document", "string"]


class _FormDetector:
    """Holds back the beginning of a text until its form is clear."""

    def __init__(self, checkpoint: Callable[[], None]) -> None:
        self._checkpoint = checkpoint
        self._held = bytearray()
        self._trial: JsonSplitter | None = None

    @property
    def text(self) -> bytes:
        """The text that was held back."""
        return bytes(self._held)

    def form(self, text: bytes, *, ended: bool = False) -> Form | None:
        """Add the next bytes; return the form, or None while it is not clear or there are only blanks."""
        self._held += text
        if self._held[:1] and self._held[0] in BLANK:
            self._held = self._held.lstrip(BLANK)
        header = _SEGMENT.match(self._held)
        begin = header.end() if header else 0
        match bytes(self._held[begin : begin + 1]):
            case b"":
                return "lines" if ended and self._held else None
            case b"{":
                return self._of_object(begin, text, ended)
            case b"[":
                return self._of_list(begin, ended)
            case b'"':
                return self._of_string(begin, ended)
            case _:
                return "lines"

    def _of_string(self, begin: int, ended: bool) -> Form | None:
        if b"\n" in self._held or self._held[begin + 1 : begin + 2].startswith(b"x"):
            return "lines"
        if not ended and len(self._held) < _LONG:
            return None
        return "string" if ENCODED.match(self._held, begin) else "lines"

    def _of_list(self, begin: int, ended: bool) -> Form | None:
        blanks = BLANKS.match(self._held, begin + 1)
        first = blanks.end() if blanks else begin
        if first - begin > _PEEK or b"\n" in self._held[begin:first]:
            return "document"
        if not ended and len(self._held) - first < _PEEK:
            return None
        return "lines" if SCALAR.match(self._held, first) and not ENCODED.match(self._held, first) else "document"

    def _of_object(self, begin: int, text: bytes, ended: bool) -> Form | None:
        """JSONL if the first line is a complete value, and not an envelope, which must be split while it streams in."""
        new = max(begin, len(self._held) - len(text))
        if self._trial is None:
            self._trial, text = JsonSplitter(self._checkpoint), bytes(self._held[begin:])
        line_end = text.find(b"\n") + 1
        whole = any([*self._trial.feed(text[:line_end])]) if line_end else False
        if whole and not self._trial.enveloped:
            return "lines"
        for _ in self._trial.feed(text[line_end:]):
            pass
        if self._trial.enveloped:
            return "document"
        newline = self._held.find(b"\n", new)
        if newline < 0 and not ended and len(self._held) < MAX_LINE_BYTES:
            return None
        line = self._held[begin : newline if newline >= 0 else None].rstrip()
        return "document" if line[-1:] in _UNFINISHED else "lines"
