"""JSON documents of any size, cut while they stream into the texts of the events in them."""

import re
from collections.abc import Iterator
from typing import Any, Final

import orjson

from .jsonl import MAX_LINE_BYTES, loads
from .tokens import (
    BLANKS,
    BRACKET,
    CLOSING,
    CURLY,
    ENCODED,
    INNER_BRACKET,
    QUOTE,
    SCALAR,
    SKIPPED,
    SQUARE,
    STRING_REST,
    VALUE,
)
from .untrusted import obj

MAX_ENVELOPE_BYTES: Final = 8 * 1024 * 1024
"""Most bytes around the events: a person's properties, and what else PostHog's export says of a recording."""
_LONG: Final = 65_536
_MAX_DEPTH: Final = 1_024
"""What the decoder reads."""
_MAX_KEY_DEPTH: Final = 2
"""An envelope has its events in the outermost object or in one directly within it."""

_KEY = re.compile(rb'(?<!\\)"(?:snapshots|events|batch)"\s*:\s*\Z')
_BY_WINDOW = re.compile(rb'(?<!\\)"(?:snapshotsByWindowId|snapshot_data_by_window_id)"\s*:\s*\Z')
_ANY_KEY = re.compile(rb'("[^"\\]*+(?:\\.[^"\\]*+)*+")\s*+:\s*+\Z', re.DOTALL)
_KEY_BYTES: Final = 1_300
"""Most bytes from the beginning of a key to the bracket after it: a window id, even if all of it is escaped."""
_EVENT = re.compile(rb'\{\s*"type"\s*:\s*\d')
_PEEK: Final = 16
"""So many bytes from the first value in an array tell whether it is a pair."""


class Elements:
    """Cuts JSON documents that follow one another, given in consecutive chunks, into JSON texts that hold events.

    Arrays and envelopes (objects with an array under `snapshots`, `events` or `batch`, or arrays under
    `snapshotsByWindowId`) are cut into their elements, strings among them; each array by window id gives
    `[windowId,event]`. Any other object, and a pair of a scalar and something else, is one text. Scalars are left out.
    At most one text is in memory.

    Attributes:
        count: texts given so far.
        enveloped: whether the array was found within an object, as in PostHog's export.
        broken: whether it is no JSON from some point on; what comes then is left out.
        overlong: texts that were left out because they have more than `MAX_LINE_BYTES`.
    """

    def __init__(self) -> None:
        self.count = 0
        self.enveloped = False
        self.broken = False
        self.overlong = 0
        self._held = bytearray()
        self._at: int = 0
        """In `_held`, how far it was scanned."""
        self._string: int | None = None
        """In `_held`, how far a long string was scanned that is still open, so that it is not scanned again."""
        self._open = bytearray()
        """The brackets that are open, outermost first."""
        self._array: int = 0
        """How many brackets are open directly within the array; 0 outside of it."""
        self._by_window: int = 0
        """How many brackets are open directly within the object of arrays by window id; 0 outside of it."""
        self._window = b""
        """The key of the array, as JSON, if it is one by window id."""
        self._element: int | None = None
        """Where the element begins that is open."""
        self._outer: int = 0
        """How many brackets were open where the element began."""
        self._candidate = False
        """Whether the element is an object that may turn out to be an envelope."""
        self._left_out = False
        self._around: list[bytes] = []
        self._around_size = 0
        self._envelope_open = False
        self._ended = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The elements that end within `chunk`."""
        if self.broken:
            return
        self._held += chunk
        if self._in_string():
            self._forget()
            return
        while token := self._pattern().match(self._held, self._at):
            start, self._at = self._at, token.end()
            if self._undecided():
                self._at = start
                break
            found = self._read(start)
            if found is not None:
                self.count += 1
                yield b"[%b,%b]" % (self._window, found) if self._window else found
            if self.broken:
                return
        if len(self._held) - self._at > _LONG:
            self._step_over()
        self._forget()

    def finish(self) -> list[bytes]:
        """The elements of a last short document; find out whether it is complete."""
        self._ended = True
        found = list(self.feed(b""))
        self.broken = self.broken or bool(self._open)
        return found

    @property
    def envelope(self) -> dict[str, Any]:
        """What stands around the array so far, with the array empty; an empty object if it cannot be read."""
        is_open = self._open[: self._array or None] if self._envelope_open else b""
        closing = bytes(CLOSING[bracket] for bracket in reversed(is_open))
        try:
            return obj(loads(b"".join(self._around) + closing))
        except orjson.JSONDecodeError:
            return {}

    def _pattern(self) -> re.Pattern[bytes]:
        """What ends the next token."""
        if self._element is None:
            return VALUE if self._array else BRACKET
        return BRACKET if self._candidate and len(self._open) <= _MAX_KEY_DEPTH else INNER_BRACKET

    def _read(self, start: int) -> bytes | None:
        """Take the token from `start` on; the element that it completes."""
        last = self._held[self._at - 1]
        if last == QUOTE:
            return bytes(self._held[self._held.index(QUOTE, start) : self._at])
        if last in CLOSING:
            self._opened(start)
            return None
        return self._closed(start)

    def _undecided(self) -> bool:
        """Whether a document begins, and too little is there to tell an array from a pair."""
        begins = not self._ended and not self._open and self._held[self._at - 1] == SQUARE
        return begins and len(self._held) - self._first_value() < _PEEK

    def _first_value(self) -> int:
        blanks = BLANKS.match(self._held, self._at)
        return blanks.end() if blanks else self._at

    def _step_over(self) -> None:
        """Scan no second time what comes before the next bracket."""
        skipped = SKIPPED.match(self._held, self._at)
        end = skipped.end() if skipped else self._at
        self._string = end + 1 if self._held[end : end + 1].startswith(b'"') else None
        self._in_string()
        if not self._array:
            self._keep_around(self._at, end)
        self._at = end

    def _in_string(self) -> bool:
        """Whether all there is belongs to one string that has not ended yet."""
        if self._string is None:
            return False
        rest = STRING_REST.match(self._held, self._string)
        self._string = rest.end() if rest else self._string
        if not self._held[self._string : self._string + 1].startswith(b'"'):
            return True
        self._string = None
        return False

    def _opened(self, start: int) -> None:
        if self._element is None:
            self._begin()
        if self._candidate and 0 < len(self._open) <= _MAX_KEY_DEPTH:
            self._open_envelope()
        elif self._element is None and self._open:
            self._find_array()
            self._keep_around(start, self._at)
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
        """The object turns out to be an envelope if the bracket begins what holds its events."""
        begin = self._element or 0
        if _EVENT.match(self._held, begin) or not self._find_array():
            return
        self._element, self._candidate = None, False
        if not self.enveloped:
            self.enveloped = self._envelope_open = True
            if self._left_out:
                self._around_size = MAX_ENVELOPE_BYTES
            self._keep_around(begin, self._at)
        self._left_out = False

    def _find_array(self) -> bool:
        """Whether the bracket begins an array of events, or the object of arrays by window id."""
        depth, at = len(self._open), self._at - 1
        begin = max(0, at - _KEY_BYTES)
        if self._held[at] == CURLY:
            if depth > _MAX_KEY_DEPTH or not _BY_WINDOW.search(self._held, begin, at):
                return False
            self._by_window = depth + 1
        elif self._by_window:
            if depth != self._by_window:
                return False
            key = _ANY_KEY.search(self._held, begin, at)
            self._window = key[1] if key else b'""'
            self._array = depth + 1
        else:
            if depth > _MAX_KEY_DEPTH or not _KEY.search(self._held, begin, at):
                return False
            self._array = depth + 1
        return True

    def _closed(self, start: int) -> bytes | None:
        if not self._open:
            self.broken = True
            return None
        self._open.pop()
        depth = len(self._open)
        if self._element is not None:
            return self._end_element() if depth == self._outer else None
        if depth < self._array:
            self._array, self._window = 0, b""
            start = self._at - 1
        if depth < self._by_window:
            self._by_window = 0
        self._keep_around(start, self._at)
        self._envelope_open = self._envelope_open and depth > 0
        return None

    def _end_element(self) -> bytes | None:
        element = bytes(self._held[self._element : self._at])
        left_out = self._left_out or len(element) > MAX_LINE_BYTES
        self._element, self._candidate, self._left_out = None, False, False
        if not left_out:
            return element
        self.overlong += 1
        return None

    def _keep_around(self, start: int, end: int) -> None:
        if not self._envelope_open or self._element is not None:
            return
        self._around_size += end - start
        if self._around_size > MAX_ENVELOPE_BYTES:
            self._around.clear()
        else:
            self._around.append(bytes(self._held[start:end]))

    def _forget(self) -> None:
        """Let go of what was scanned and is not needed any more."""
        kept = self._element is not None and not self._left_out
        begin: int = self._element if kept and self._element is not None else max(0, self._at - _KEY_BYTES)
        if len(self._held) - begin > MAX_LINE_BYTES + _KEY_BYTES:
            if not kept or self._at == begin + 1:
                self.broken = True  # one string is longer than that
                begin = len(self._held)
            else:
                self._left_out = True
                begin = max(0, self._at - _KEY_BYTES)
        del self._held[:begin]
        self._at -= begin
        self._string = None if self._string is None else self._string - begin
        if self._element is not None:
            self._element = max(0, self._element - begin)
