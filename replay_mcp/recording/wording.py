"""Recorded text, made fit to show: what the person typed taken out, then masked and escaped. The one place for rows."""

import re
from collections import OrderedDict
from typing import Final

from .redaction import Redaction

MIN_TYPED_LENGTH: Final = 4
"""Shorter typed texts cannot be told from other words when the page repeats them."""
MAX_TYPED: Final = 500
"""Most typed texts that are remembered, the latest."""
_PIECE: Final = 100
"""Longer typed texts are remembered in pieces of this length, so that a part of one is recognised too."""
_MAX_PIECES: Final = 100
_HOST: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#]*", re.IGNORECASE)
_MASK: Final = re.compile(r"^[*•·.\s]*$")


class Wording:
    """Makes recorded text fit to show, knowing what was typed so far."""

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self._typed: OrderedDict[str, None] = OrderedDict()
        self._longest_first: list[str] = []

    def typed(self, value: str) -> None:
        """Remember what a field holds, unless the recorder masked it: a page may repeat it anywhere."""
        if self._redaction.level == "off" or _MASK.match(value):
            return
        pieces = [value[start : start + _PIECE].strip().lower() for start in range(0, len(value), _PIECE)]
        for piece in pieces[:_MAX_PIECES]:
            if len(piece) >= MIN_TYPED_LENGTH:
                self._typed[piece] = None
                self._typed.move_to_end(piece)
        while len(self._typed) > MAX_TYPED:
            self._typed.popitem(last=False)
        # Fields tell each letter: "secre" must not be taken out of "secret" first.
        self._longest_first = sorted(self._typed, key=len, reverse=True)

    def text(self, text: str, limit: int) -> str:
        """Text of a page, a label or a console line, at most `limit` characters of it."""
        return self._redaction.text(self._without_typed(text[: 4 * limit]), limit)

    def url(self, url: str, limit: int = 300) -> str:
        """A URL, at most `limit` characters of it."""
        host = _HOST.match(url)  # of the site, not of what was typed
        end = host.end() if host else 0
        return self._redaction.url(url[:end] + self._without_typed(url[end : 4 * limit]), limit)

    def _without_typed(self, text: str) -> str:
        lowered = text.lower()
        for piece in self._longest_first:
            if piece in lowered:
                text = re.sub(re.escape(piece), "[typed]", text, flags=re.IGNORECASE)
                lowered = text.lower()
                if piece in lowered:  # letters that change their length with their case
                    return "[typed]"
        return text
