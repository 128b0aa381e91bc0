"""Splits JSON documents of any size into the JSON texts of their events, while they stream in."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from .envelope_text import EnvelopeText
from .jsonl import MAX_LINE_BYTES
from .tokens import (
    BLANKS,
    BRACKET,
    CLOSING,
    CURLY,
    ENCODED,
    INNER_BRACKET,
    KEY_BYTES,
    QUOTE,
    SCALAR,
    SKIPPED,
    SQUARE,
    STRING_REST,
    VALUE,
    WINDOW,
    key_before,
)

_LONG: Final = 65_536
_SLICE: Final = 262_144
"""Bytes scanned at a time: regular expressions take memory for every backtracking step."""
_MAX_DEPTH: Final = 1_024
"""The maximum depth that the decoder reads."""
_MAX_KEY_DEPTH: Final = 2
"""An envelope has its events in the outermost object, or in one directly inside it."""

_ARRAY_KEYS: Final = frozenset({b'"snapshots"', b'"events"', b'"batch"'})
_BY_WINDOW_KEYS: Final = frozenset({b'"snapshotsByWindowId"', b'"snapshot_data_by_window_id"'})
_EVENT = re.compile(rb'\{\s*"type"\s*:\s*\d')
_PEEK: Final = 16
"""Bytes from the first value of an array that suffice to recognise a pair."""


class JsonSplitter:
    """Splits consecutive JSON documents, given in chunks, into JSON texts that hold events.

    Arrays and envelopes (objects with an array under `snapshots`, `events` or `batch`, or arrays under
    `snapshotsByWindowId`) are split into their elements, including strings. Elements of arrays by window id, and of
    `data` in an object that begins with a window id, become `[windowId,event]`. Any other object, and a pair of a
    scalar and another value, is one text. Scalars are left out. At most one text is in memory.

    Args:
        checkpoint: called regularly during long work; it may raise.

    Attributes:
        enveloped: whether the array was inside an object, as in PostHog's export.
        broken: whether the text is not JSON from some point on; the rest is left out.
        overlong: number of texts left out because they have more than `MAX_LINE_BYTES`.
    """

    def __init__(self, checkpoint: Callable[[], None] = lambda: None) -> None:
        self._checkpoint = checkpoint
        self.enveloped = False
        self.broken = False
        self.overlong = 0
        self._held = bytearray()
        self._at: int = 0
        """Position in `_held` up to which it was scanned."""
        self._string: int | None = None
        """Position in `_held` up to which a long, unfinished string was scanned; None outside of one."""
        self._open = bytearray()
        """The open brackets, outermost first."""
        self._array: int = 0
        """Number of open brackets directly inside the array; 0 outside it."""
        self._by_window: int = 0
        """Number of open brackets directly inside the object of arrays by window id; 0 outside it."""
        self._window = b""
        """The key of the current array by window id, as JSON; empty for other arrays."""
        self._element: int | None = None
        """Position in `_held` where the current element begins; None outside of one."""
        self._outer: int = 0
        """Number of open brackets where the element began."""
        self._candidate = False
        """Whether the element may turn out to be an envelope."""
        self._left_out = False
        self._found: bytes | None = None
        """The element that just ended."""
        self._envelope_text = EnvelopeText()
        self._ended = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the elements that end within `chunk`."""
        for at in range(0, len(chunk) or 1, _SLICE):
            if not self.broken:
                self._held += chunk[at : at + _SLICE]
                yield from self._split()

    def _split(self) -> Iterator[bytes]:
        if self._in_string():
            self._drop_scanned()
            return
        while not self.broken and self._advance():
            self._checkpoint()
            if self._found is not None:
                found, self._found = self._found, None
                yield b"[%b,%b]" % (self._window, found) if self._window else found
        if len(self._held) - self._at > _LONG:
            self._skip_string()
        self._drop_scanned()

    def finish(self) -> Iterator[bytes]:
        """Yield the elements of a last short document, and determine whether it is complete."""
        self._ended = True
        yield from self.feed(b"")
        self.broken = self.broken or bool(self._open)

    @property
    def envelope(self) -> dict[str, Any]:
        """The envelope so far, with its arrays empty; an empty object if it cannot be read."""
        return self._envelope_text.value(bytes(self._open[: self._array or None]))

    def _advance(self) -> bool:
        """Scan to the next bracket that matters, or the end of an element; False if more bytes are needed."""
        if self._element is not None and not (self._candidate and len(self._open) <= _MAX_KEY_DEPTH):
            if not self._scan_element(_MAX_KEY_DEPTH if self._candidate else self._outer):
                return False
            if not self._candidate:
                self._end_element()
            return True
        in_array = self._array and self._element is None
        token = (VALUE if in_array else BRACKET).match(self._held, self._at)
        if token is None:
            return False
        start, self._at = self._at, token.end()
        if self._is_undecided():
            self._at = start
            return False
        last = self._held[self._at - 1]
        if last in CLOSING:
            self._opened(start)
        elif last == QUOTE:
            self._found = bytes(self._held[self._held.index(QUOTE, start) : self._at])
        else:
            self._closed(start)
        return True

    def _scan_element(self, depth: int) -> bool:
        """Scan until `depth` brackets are open; False if more bytes are needed."""
        held, is_open, match, at = self._held, self._open, INNER_BRACKET.match, self._at
        while (token := match(held, at)) and len(is_open) <= _MAX_DEPTH:
            at = token.end()
            bracket = token[1]
            if not bracket:
                break
            if bracket in b"[{":
                is_open += bracket
                continue
            is_open.pop()
            if len(is_open) == depth:
                self._at = at
                return True
        self._at = at
        self.broken = len(is_open) > _MAX_DEPTH
        return False

    def _is_undecided(self) -> bool:
        """Whether a document begins with too few bytes to distinguish an array from a pair."""
        if self._ended or self._open or self._held[self._at - 1] != SQUARE:
            return False
        first = self._first_value()
        return len(self._held) - first < _PEEK and first - self._at < _LONG

    def _first_value(self) -> int:
        blanks = BLANKS.match(self._held, self._at)
        return blanks.end() if blanks else self._at

    def _skip_string(self) -> None:
        """Move past everything before the next bracket, so that it is not scanned again."""
        skipped = SKIPPED.match(self._held, self._at)
        end = skipped.end() if skipped else self._at
        self._string = end + 1 if self._held[end : end + 1].startswith(b'"') else None
        self._in_string()
        if not self._array and self._element is None:
            self._envelope_text.keep(self._held[self._at : end])
        self._at = end

    def _in_string(self) -> bool:
        """Whether all remaining bytes belong to one unfinished string."""
        if self._string is not None:
            rest = STRING_REST.match(self._held, self._string)
            self._string = rest.end() if rest else self._string
            if self._held[self._string : self._string + 1].startswith(b'"'):
                self._string = None
        return self._string is not None

    def _opened(self, start: int) -> None:
        if self._element is None:
            self._begin()
        if self._candidate and 0 < len(self._open) <= _MAX_KEY_DEPTH:
            self._open_envelope()
        elif self._element is None and self._open:
            self._find_array()
            self._envelope_text.keep(self._held[start : self._at])
        self._open.append(self._held[self._at - 1])
        self.broken = self.broken or len(self._open) > _MAX_DEPTH

    def _begin(self) -> None:
        """Begin an element or a document."""
        if self._array:
            self._begin_element()
        elif not self._open and self._held[self._at - 1] == CURLY:
            self._begin_element()
            self._candidate = True
        elif not self._open:
            first = self._first_value()
            if SCALAR.match(self._held, first) and not ENCODED.match(self._held, first):
                self._begin_element()
            else:
                self._array = 1

    def _begin_element(self) -> None:
        self._element = self._at - 1
        self._outer = len(self._open)

    def _open_envelope(self) -> None:
        """Turn the object into an envelope if the bracket opens the container of its events."""
        begin = self._element or 0
        if _EVENT.match(self._held, begin) or not (self._find_array() or self._find_group(begin)):
            return
        self._element, self._candidate = None, False
        if not self._window and not self.enveloped:
            self.enveloped = True
            self._envelope_text.begin(None if self._left_out else self._held[begin : self._at])
        self._left_out = False

    def _find_group(self, begin: int) -> bool:
        """Whether the bracket opens the events of a window that the object named before."""
        if len(self._open) != 1 or key_before(self._held, self._at - 1) != b'"data"':
            return False
        window = WINDOW.search(self._held, begin, min(self._at, begin + KEY_BYTES))
        if window and self._held[self._at - 1] == SQUARE:
            self._window, self._array = window[1], len(self._open) + 1
        return bool(self._window)

    def _find_array(self) -> bool:
        """Whether the bracket opens an array of events, or the object of arrays by window id."""
        depth = len(self._open)
        key = key_before(self._held, self._at - 1)
        if self._held[self._at - 1] == CURLY:
            if depth > _MAX_KEY_DEPTH or key not in _BY_WINDOW_KEYS:
                return False
            self._by_window = depth + 1
        elif self._by_window and depth == self._by_window:
            self._window, self._array = key or b'""', depth + 1
        elif not self._by_window and depth <= _MAX_KEY_DEPTH and key in _ARRAY_KEYS:
            self._array = depth + 1
        else:
            return False
        return True

    def _closed(self, start: int) -> None:
        if not self._open:
            self.broken = True
            return
        self._open.pop()
        depth = len(self._open)
        if self._element is not None:
            if depth == self._outer:
                self._end_element()
            return
        if depth < self._array:
            self._array, self._window = 0, b""
            start = self._at - 1
        if depth < self._by_window:
            self._by_window = 0
        self._envelope_text.keep(self._held[start : self._at])
        if not self._open:
            self._envelope_text.end()

    def _end_element(self) -> None:
        element = bytes(self._held[self._element : self._at])
        left_out = self._left_out or len(element) > MAX_LINE_BYTES
        self._element, self._candidate, self._left_out = None, False, False
        self._found = None if left_out else element
        self.overlong += left_out

    def _drop_scanned(self) -> None:
        """Drop scanned bytes that are no longer needed."""
        kept = self._element is not None and not self._left_out
        begin: int = self._element if kept and self._element is not None else max(0, self._at - KEY_BYTES)
        if len(self._held) - begin > MAX_LINE_BYTES + KEY_BYTES:
            if not kept or self._at == begin + 1:
                self.broken = True  # one string exceeds the limit
                begin = len(self._held)
            else:
                self._left_out = True
                begin = max(0, self._at - KEY_BYTES)
        del self._held[:begin]
        self._at -= begin
        self._string = None if self._string is None else self._string - begin
        if self._element is not None:
            self._element = max(0, self._element - begin)
