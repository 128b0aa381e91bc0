"""A JSON document of any size, cut while it streams into the elements of the array that holds a recording's events."""

import re
from collections.abc import Iterator
from typing import Any, Final

import orjson

from .formats import BLANK
from .jsonl import MAX_LINE_BYTES, loads
from .untrusted import obj

MAX_ENVELOPE_BYTES: Final = 8 * 1024 * 1024
"""Most bytes around the array: a person's properties, and what else PostHog's export says of a recording."""
_LONG: Final = 65_536
_MAX_DEPTH: Final = 1_024
"""What the decoder reads."""

_ARRAY = re.compile(rb"\[\s*[\[{]")
_KEY = re.compile(rb'"snapshots"\s*:\s*\Z')
_BETWEEN = rb'[^"\[\]{}]*+'
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'


def _skipping(*values: bytes) -> bytes:
    # Atomic, since possessive groups within one another go wrong in Python 3.11.2, which Debian 12 has.
    return rb"(?>" + _BETWEEN + rb"(?:(?:" + rb"|".join(values) + rb")" + _BETWEEN + rb")*)"


def _closed(inside: bytes) -> bytes:
    return rb"[\[{]" + inside + rb"[\]}]"


_SKIPPED = re.compile(_skipping(_STRING), re.DOTALL)
_STRING_REST = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_BRACKET = re.compile(_skipping(_STRING) + rb"[\[\]{}]", re.DOTALL)
_NESTED = _closed(_skipping(_STRING, _closed(_skipping(_STRING, _closed(_skipping(_STRING))))))
# Within an element, what is nested no deeper than this is stepped over at once: in a third of the time.
_INNER_BRACKET = re.compile(_skipping(_STRING, _NESTED) + rb"[\[\]{}]", re.DOTALL)


def is_document(head: bytes) -> bool:
    """Whether a text that begins so is to be cut by `Elements`: arrays of events, or PostHog's JSON export."""
    head = head.lstrip(BLANK)
    if head.startswith(b"{"):
        trial = Elements()
        for _ in trial.feed(head):
            break
        return trial.exported
    return _ARRAY.match(head) is not None


class Elements:
    """Cuts a document, given in consecutive chunks, into the texts of its array's elements.

    The array is the document itself, or the one under `snapshots` of PostHog's export. Several documents may follow
    one another. At most one element is in memory.

    Attributes:
        exported: whether the array was found within an object, as PostHog's export has it.
        broken: whether it is no JSON from some point on; what comes then is left out.
        overlong: elements that were left out because they have more than `MAX_LINE_BYTES`.
    """

    def __init__(self) -> None:
        self.exported = False
        self.broken = False
        self.overlong = 0
        self._held = b""
        self._at = 0
        """In `_held`, how far it was looked at."""
        self._string: int | None = None
        """In `_held`, how far a long string was looked at that is still open, so that it is not searched again."""
        self._open: list[int] = []
        """The brackets that are open, outermost first."""
        self._array = 0
        """How many brackets are open directly within the array; 0 outside of it."""
        self._element: int | None = None
        """Where the element begins that is open."""
        self._left_out = False
        self._around: list[bytes] = []
        self._around_size = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The elements that end within `chunk`."""
        if self.broken:
            return
        self._held += chunk
        if self._in_string():
            self._forget()
            return
        while token := (_BRACKET if self._element is None else _INNER_BRACKET).match(self._held, self._at):
            start, self._at = self._at, token.end()
            if self._held[self._at - 1] in b"[{":
                self._opened(start)
            elif (element := self._closed(start)) is not None:
                yield element
            if self.broken:
                return
        if len(self._held) - self._at > _LONG:
            self._step_over()
        self._forget()

    def finish(self) -> None:
        """Find out whether the document is complete."""
        self.broken = self.broken or bool(self._open)

    @property
    def envelope(self) -> dict[str, Any]:
        """What stands around the array so far, with the array empty; an empty object if it cannot be read."""
        closing = bytes(_CLOSING[bracket] for bracket in reversed(self._open[: self._array or None]))
        try:
            return obj(loads(b"".join(self._around) + closing))
        except orjson.JSONDecodeError:
            return {}

    def _step_over(self) -> None:
        """Look no second time at what comes before the next bracket."""
        skipped = _SKIPPED.match(self._held, self._at)
        end = skipped.end() if skipped else self._at
        self._string = end + 1 if self._held[end : end + 1] == b'"' else None
        self._in_string()
        if self._array:  # else it is kept, with the bracket
            self._at = end

    def _in_string(self) -> bool:
        """Whether all there is belongs to one string that has not ended yet."""
        if self._string is None:
            return False
        rest = _STRING_REST.match(self._held, self._string)
        self._string = rest.end() if rest else self._string
        if self._held[self._string : self._string + 1] != b'"':
            return True
        self._string = None
        return False

    def _opened(self, start: int) -> None:
        at = self._at - 1
        if self._element is None and not self._array:
            self._keep_around(start)
            if self._is_array(start):
                self._array = len(self._open) + 1
                self.exported = bool(self._open)
        elif self._element is None:
            self._element = at
        self._open.append(self._held[at])
        self.broken = self.broken or len(self._open) > _MAX_DEPTH

    def _closed(self, start: int) -> bytes | None:
        if not self._open:
            self.broken = True
            return None
        self._open.pop()
        if self._element is None:
            if len(self._open) < self._array:
                self._array = 0
                start = self._at - 1
            self._keep_around(start)
        elif len(self._open) == self._array:
            element = self._held[self._element : self._at]
            self._element = None
            left_out, self._left_out = self._left_out, False
            if not left_out and len(element) <= MAX_LINE_BYTES:
                return element
            self.overlong += 1
        return None

    def _is_array(self, start: int) -> bool:
        depth = len(self._open)
        if self._held[self._at - 1] != _CLOSED_BY_SQUARE or depth > 2:
            return False
        return depth == 0 or _KEY.search(self._held, start, self._at - 1) is not None

    def _keep_around(self, start: int) -> None:
        self._around_size += self._at - start
        if self._around_size > MAX_ENVELOPE_BYTES:
            self._around.clear()
        elif self._open or self._around:
            self._around.append(self._held[start : self._at])
        else:
            self._around = [self._held[start : self._at].lstrip(BLANK)]

    def _forget(self) -> None:
        """Let go of what was looked at and is not needed any more."""
        begin = self._at if self._element is None or self._left_out else self._element
        if len(self._held) - begin > MAX_LINE_BYTES:
            if self._element is None or self._left_out or self._at == self._element + 1:
                self.broken = True  # one string is longer than that
                begin = len(self._held)
            else:
                self._left_out = True
                begin = self._at
        self._held = self._held[begin:]
        self._at -= begin
        self._string = None if self._string is None else self._string - begin
        if self._element is not None:
            self._element = max(0, self._element - begin)


_CLOSED_BY_SQUARE: Final = ord("[")
_CLOSING: Final = {ord("["): ord("]"), ord("{"): ord("}")}
