"""Recorded text, made fit to show: what the person typed taken out, then masked and escaped. The one place for rows."""

import itertools
import json
import re
from collections import OrderedDict, deque
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, Literal, TypeAlias
from urllib.parse import quote, quote_plus

from .redaction import Redaction

MIN_TYPED_LENGTH: Final = 4
"""Shorter typed texts cannot be told from other words when the page repeats them."""
MAX_FIELDS: Final = 200
"""Most fields whose text is remembered, those typed into last."""
MAX_VALUES: Final = 4
"""Most values of one field: pages repeat what was typed some letters ago."""
MAX_TYPED_LENGTH: Final = 10_000
"""Most characters of one value that are remembered."""
MAX_SEARCHED: Final = 10_000
"""Most characters of a recorded text that are looked at; more is never shown."""
MAX_PIECES: Final = 1_000
"""Most pieces of typed texts that are looked for, those of the fields typed into last."""

_Pieces: TypeAlias = list[tuple[str, str]]
_PIECE: Final = 40
"""Longer typed texts are remembered in pieces of this length, so that a part of one is recognised too."""
_SHOWN_LENGTH: Final = 16
"""So many first characters of a typed text are recognised, whatever follows them."""
_MASK: Final = re.compile(r"[*•·.\s]*")
_HOST: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#]*", re.IGNORECASE)
_TYPED: Final = "[typed]"
_MAX_REPEATED: Final = 4_096
_MAX_REPEATED_LENGTH: Final = 500


class Wording:
    """Makes recorded text fit to show, knowing what was typed so far."""

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self._fields: OrderedDict[tuple[int, int], deque[str]] = OrderedDict()
        self._pieces: tuple[_Pieces, _Pieces] | None = [], []
        self._remembered: dict[tuple[str, str, int], str] = {}

    def typed(self, tab: int, field: int, value: str) -> None:
        """Remember what a field of a tab holds, unless the recorder masked it: a page may repeat it anywhere."""
        if self._redaction.level == "off" or _MASK.fullmatch(value):
            return
        self._fields.setdefault((tab, field), deque(maxlen=MAX_VALUES)).append(value[:MAX_TYPED_LENGTH])
        self._fields.move_to_end((tab, field))
        if len(self._fields) > MAX_FIELDS:
            self._fields.popitem(last=False)
        self._pieces = None
        self._remembered.clear()

    def text(self, text: str, limit: int) -> str:
        """Text of a page, a label or a console line, at most `limit` characters of it."""
        return self._told("text", text, limit)

    def url(self, url: str, limit: int = 300) -> str:
        """A URL, at most `limit` characters of it."""
        return self._told("url", url, limit)

    def _told(self, kind: Literal["text", "url"], recorded: str, limit: int) -> str:
        """Pages repeat their labels and URLs, hence a memory of what was told of them."""
        key = kind, recorded[:MAX_SEARCHED], limit
        told = self._remembered.get(key)
        if told is None:
            host = _HOST.match(recorded) if kind == "url" else None  # of the site, not of what was typed
            end = host.end() if host else 0
            mask = self._redaction.url if kind == "url" else self._redaction.text
            told = mask(recorded[:end] + self._without_typed(recorded[end:MAX_SEARCHED]), limit)
            if len(recorded) <= _MAX_REPEATED_LENGTH:
                if len(self._remembered) >= _MAX_REPEATED:
                    self._remembered.clear()
                self._remembered[key] = told
        return told

    def _without_typed(self, text: str) -> str:
        for known in self._known():
            lowered = text.lower()
            for piece, word in known:
                if word in lowered:
                    text = _pattern(piece).sub(_TYPED, text)
                    lowered = text.lower()
                    if piece in lowered:  # letters that change their length with their case
                        return _TYPED
            for piece, _ in known:
                if (span := _beginning(piece, lowered)) is not None:
                    text = text[: span[0]] + _TYPED + text[span[1] :]
                    lowered = text.lower()
        return text

    def _known(self) -> tuple[_Pieces, _Pieces]:
        """What was typed as a whole, and in pieces; of each the longest first, since one may be a part of another."""
        if self._pieces is None:
            values = [value.lower() for values in reversed(self._fields.values()) for value in reversed(values)]
            cut = (value[start : start + _PIECE] for value in values for start in range(0, len(value), _PIECE))
            self._pieces = _longest_first(values), _longest_first(itertools.islice(cut, MAX_PIECES))
        return self._pieces


def _longest_first(typed: Iterable[str]) -> _Pieces:
    """The spellings of typed texts, each with its longest word."""
    spelt = {spelling for text in typed for spelling in _spellings(text) if len(spelling) >= MIN_TYPED_LENGTH}
    return [(spelling, max(spelling.split(" "), key=len)) for spelling in sorted(spelt, key=len, reverse=True)]


def _spellings(piece: str) -> tuple[str, ...]:
    """A piece as pages, URLs and JSON write it."""
    plain = " ".join(piece.split())
    return plain, quote(plain).lower(), quote_plus(plain).lower(), json.dumps(piece, ensure_ascii=False)[1:-1]


@lru_cache(maxsize=1024)
def _pattern(piece: str) -> re.Pattern[str]:
    """Finds a piece, whatever its case and its white space."""
    return re.compile(r"\s+".join(map(re.escape, piece.split(" "))), re.IGNORECASE)


def _beginning(piece: str, lowered: str) -> tuple[int, int] | None:
    """Where a text holds the beginning of a piece: as much as pages show of what is long, or up to where it was cut."""
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
