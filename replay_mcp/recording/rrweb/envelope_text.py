"""What stands around the events in the first envelope of a document: PostHog's export names the person there."""

from typing import Any, Final

import orjson

from .jsonl import loads
from .tokens import CLOSING
from .untrusted import obj

MAX_ENVELOPE_BYTES: Final = 8 * 1024 * 1024
"""Most bytes that are kept, a person's properties among them; of more nothing is known."""


class EnvelopeText:
    """The text of an envelope without the elements of its arrays, as far as it was read."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self._open = False

    def begin(self, text: bytes | bytearray | None) -> None:
        """The envelope begins; None if its first text is too long to be kept."""
        self._open = True
        if text is None:
            self._size = MAX_ENVELOPE_BYTES + 1
        else:
            self.keep(text)

    def keep(self, text: bytes | bytearray) -> None:
        """Keep the next text, if the envelope is open."""
        if not self._open:
            return
        self._size += len(text)
        if self._size > MAX_ENVELOPE_BYTES:
            self._parts.clear()
        else:
            self._parts.append(bytes(text))

    def end(self) -> None:
        """The envelope ends. Later ones are of no interest."""
        self._open = False

    def value(self, open_brackets: bytes) -> dict[str, Any]:
        """The envelope with its arrays empty; an empty object if there is none, or it cannot be read.

        Args:
            open_brackets: those that are still open around the elements, outermost first.
        """
        closing = bytes(CLOSING[bracket] for bracket in reversed(open_brackets)) if self._open else b""
        try:
            return obj(loads(b"".join(self._parts) + closing))
        except orjson.JSONDecodeError:
            return {}
