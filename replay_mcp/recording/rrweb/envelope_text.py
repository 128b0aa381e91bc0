"""The first envelope of a document without its events: PostHog's export names the person there."""

from typing import Any, Final

import orjson

from .jsonl import loads
from .tokens import CLOSING
from .untrusted import obj

MAX_ENVELOPE_BYTES: Final = 8 * 1024 * 1024
"""Maximum number of bytes, including the person's properties; a longer envelope is dropped."""


class EnvelopeText:
    """Collects the text of an envelope without the elements of its arrays."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self._open = False

    def begin(self, text: bytes | bytearray | None) -> None:
        """Begin the envelope; `text` is None if it is too long to be kept."""
        self._open = True
        if text is None:
            self._size = MAX_ENVELOPE_BYTES + 1
        else:
            self.keep(text)

    def keep(self, text: bytes | bytearray) -> None:
        """Add the next text, if the envelope is open."""
        if not self._open:
            return
        self._size += len(text)
        if self._size > MAX_ENVELOPE_BYTES:
            self._parts.clear()
        else:
            self._parts.append(bytes(text))

    def end(self) -> None:
        """End the envelope; later ones are ignored."""
        self._open = False

    def value(self, open_brackets: bytes) -> dict[str, Any]:
        """The envelope with empty arrays; an empty object if there is none, or it cannot be read.

        Args:
            open_brackets: the brackets still open around the elements, outermost first.
        """
        closing = bytes(CLOSING[bracket] for bracket in reversed(open_brackets)) if self._open else b""
        try:
            return obj(loads(b"".join(self._parts) + closing))
        except orjson.JSONDecodeError:
            return {}
