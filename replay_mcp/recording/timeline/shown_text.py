"""Prepares recorded text for rows: removes what the person typed, and masks and escapes the rest."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Literal

from replay_mcp.redaction import Redaction, mask_beginning, undivided

from .typed_text import MAX_TYPED_LENGTH, MIN_TYPED_LENGTH, TypedText, folded

MAX_SEARCHED: Final = 10_000
"""Maximum characters of a recorded text that are searched; the rest is never shown."""

MAX_MASKED_FIELDS: Final = 20
"""Maximum fields with a masked value whose length is remembered: the latest ones."""

MIN_ECHO_LENGTH: Final = 8
"""Shorter typed texts have the length of too many other texts."""
_QUOTED: Final = re.compile(r"[\"\u201c\u201e\u00ab]([^\"\u201c-\u201e\u00ab\u00bb]+)[\"\u201c\u201d\u00bb]")
_SHOWN_LENGTH: Final = 16
"""The first characters of a longer typed text are recognised whatever follows them."""
_MASK: Final = re.compile(r"[*•·.\s]*")
_HOST: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#]*", re.IGNORECASE)
TYPED: Final = "[typed]"
_MAX_REPEATED: Final = 4_096
_MAX_REPEATED_LENGTH: Final = 500


def parts_that_may_repeat(found: str, *, whole: bool) -> list[str]:
    """The parts of a text that may repeat typed text: what is quoted and, if `whole`, all of it or all after `: `."""
    parts = [found, found.partition(": ")[2]] if whole else []
    parts += [quoted[1] for quoted in _QUOTED.finditer(found)]
    return [part for part in parts if len(part) >= MIN_ECHO_LENGTH]


class ShownText:
    """Prepares recorded text for rows. It remembers what was typed so far, and passes it on to `on_typed`."""

    def __init__(self, redaction: Redaction, on_typed: Callable[[int, int, str], None] | None = None) -> None:
        self._redaction = redaction
        self._on_typed = on_typed
        self._typed = TypedText()
        self._remembered: dict[tuple[str, str, int], str] = {}
        self._masked: dict[tuple[int, int], int] = {}
        """By tab and field: the length of a value that the recorder masked."""

    def is_masked(self, tab: int, length: int) -> bool:
        """Whether a field of a tab had a masked value of this length."""
        return any(at == tab and length == known for (at, _), known in self._masked.items())

    def remember_typed(self, tab: int, field: int, value: str) -> None:
        """Remember the value of a field, since a page may repeat it anywhere; of a masked value, the length."""
        if self._on_typed is not None:
            self._on_typed(tab, field, value[:MAX_TYPED_LENGTH])
        if self._redaction.level == "off":
            return
        if _MASK.fullmatch(value):
            self._masked.pop((tab, field), None)
            self._masked[tab, field] = len(value)
            if len(self._masked) > MAX_MASKED_FIELDS:
                del self._masked[next(iter(self._masked))]
            return
        self._typed.remember(tab, field, undivided(value[:MAX_TYPED_LENGTH]))
        self._remembered.clear()

    def text(self, text: str, limit: int) -> str:
        """Prepare a page's text, a label or a console line for a row, in at most `limit` characters."""
        return self._masked_text("text", text, limit)

    def url(self, url: str, limit: int = 300) -> str:
        """Prepare a URL for a row, in at most `limit` characters."""
        return self._masked_text("url", url, limit)

    def _masked_text(self, kind: Literal["text", "url"], recorded: str, limit: int) -> str:
        """Mask and shorten a text. Results are remembered, since labels and URLs recur."""
        key = kind, recorded[:MAX_SEARCHED], limit
        masked = self._remembered.get(key)
        if masked is None:
            host = _HOST.match(recorded) if kind == "url" else None  # the host is never typed text
            end = host.end() if host else 0
            mask = self._redaction.url if kind == "url" else self._redaction.text
            masked = mask(recorded[:end] + mask_beginning(recorded[end:], MAX_SEARCHED, self._without_typed), limit)
            if len(recorded) <= _MAX_REPEATED_LENGTH:
                if len(self._remembered) >= _MAX_REPEATED:
                    self._remembered.clear()
                self._remembered[key] = masked
        return masked

    def _without_typed(self, text: str) -> str:
        for spellings in self._typed.spellings():
            lowered = folded(text)
            near = spellings.near(lowered)
            for piece in near:
                if max(piece.split(" "), key=len) in lowered:
                    text = _pattern(piece).sub(TYPED, text)
                    lowered = folded(text)
                    if piece in lowered:  # some letters change their length with their case
                        return TYPED
            for piece in near:
                if (span := _find_beginning(piece, lowered)) is not None:
                    text = text[: span[0]] + TYPED + text[span[1] :]
                    lowered = folded(text)
        return text


@lru_cache(maxsize=1024)
def _pattern(piece: str) -> re.Pattern[str]:
    """A pattern that finds a folded piece in any case and with any white space."""
    return re.compile(re.escape(piece).replace(r"\ ", r"\s+").replace(r"\-", "[-_]"), re.IGNORECASE)


def _find_beginning(piece: str, lowered: str) -> tuple[int, int] | None:
    """Start and end of the beginning of a piece in a text: of a shortened piece, or at the end of a cut text."""
    at = lowered.find(piece[:_SHOWN_LENGTH]) if len(piece) > _SHOWN_LENGTH else -1
    if at >= 0:
        end = at + _SHOWN_LENGTH
        while lowered[end : end + 1] == piece[end - at : end - at + 1] != "":
            end += 1
        return at, end
    at = lowered.find(piece[:MIN_TYPED_LENGTH], max(0, len(lowered) - len(piece)))
    while at >= 0 and not piece.startswith(lowered[at:]):
        at = lowered.find(piece[:MIN_TYPED_LENGTH], at + 1)
    return (at, len(lowered)) if at >= 0 else None
