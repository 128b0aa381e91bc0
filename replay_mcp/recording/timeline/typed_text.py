"""What the person typed, as pages may repeat it: whole or in part, with another case, encoded, as a slug."""

import json
import re
from collections import Counter, OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, quote_plus

MIN_TYPED_LENGTH: Final = 4
"""Shorter typed texts cannot be told from other words when the page repeats them."""
MAX_FIELDS: Final = 200
"""Most fields whose text is remembered, those typed into last."""
MAX_VALUES: Final = 4
"""Most values of one field: pages repeat what was typed some letters ago."""
MAX_TYPED_LENGTH: Final = 10_000
"""Most characters of one value that are remembered."""
MAX_PARTS: Final = 4_000
"""Most spellings of parts of typed texts that are looked for, those typed last."""

_PIECE: Final = 40
"""Longer typed texts are remembered in pieces of this length, so that a part of one is recognised too."""
_WORD: Final = re.compile(r"[^\W_]+")


class Spellings:
    """Spellings of typed texts, found by what they begin with."""

    def __init__(self) -> None:
        self._by_start: dict[str, Counter[str]] = {}

    def add(self, spellings: Iterable[str]) -> None:
        """Look for these, too."""
        for spelling in spellings:
            self._by_start.setdefault(spelling[:MIN_TYPED_LENGTH], Counter())[spelling] += 1

    def discard(self, spellings: Iterable[str]) -> None:
        """Look no longer for these, as often as they were added."""
        for spelling in spellings:
            alike = self._by_start[spelling[:MIN_TYPED_LENGTH]]
            alike[spelling] -= 1
            if not alike[spelling]:
                del alike[spelling]
            if not alike:
                del self._by_start[spelling[:MIN_TYPED_LENGTH]]

    def near(self, text: str) -> list[str]:
        """Those whose beginning a folded text holds; the longest first, since one may be a part of another."""
        if not self._by_start:
            return []
        spaced = f" {' '.join(text.split())} "
        starts = {spaced[place : place + MIN_TYPED_LENGTH] for place in range(len(spaced))}
        found = [spelling for start in starts & self._by_start.keys() for spelling in self._by_start[start]]
        return sorted(found, key=lambda spelling: (-len(spelling), spelling))


@dataclass(slots=True, eq=False)
class _Value:
    """A typed text, and how it is spelt once somebody asks."""

    text: str
    whole: tuple[str, ...] | None = None
    parts: tuple[str, ...] = ()


class TypedText:
    """Remembers what fields hold. Each text is spelt once, and only if something is shown before the next letter."""

    def __init__(self) -> None:
        self._fields: OrderedDict[tuple[int, int], deque[_Value]] = OrderedDict()
        self._whole = Spellings()
        self._parts = Spellings()
        self._in_parts: deque[_Value] = deque()
        self._parts_count = 0
        self._is_spelt = True

    def remember(self, tab: int, field: int, text: str) -> None:
        """A field of a tab holds this."""
        values = self._fields.setdefault((tab, field), deque())
        self._fields.move_to_end((tab, field))
        values.append(_Value(text[:MAX_TYPED_LENGTH]))
        self._is_spelt = False
        if len(values) > MAX_VALUES:
            self._forget(values.popleft())
        if len(self._fields) > MAX_FIELDS:
            _, values = self._fields.popitem(last=False)
            for value in values:
                self._forget(value)

    def spellings(self) -> tuple[Spellings, Spellings]:
        """How pages may write what was typed: as a whole, and in parts."""
        if not self._is_spelt:
            self._is_spelt = True
            for values in self._fields.values():
                for value in values:
                    if value.whole is None:
                        self._spell(value)
        return self._whole, self._parts

    def _spell(self, value: _Value) -> None:
        value.whole = _spelt([value.text])
        value.parts = _spelt(value.text[start : start + _PIECE] for start in range(0, len(value.text), _PIECE))
        self._whole.add(value.whole)
        self._parts.add(value.parts)
        self._in_parts.append(value)
        self._parts_count += len(value.parts)
        while self._parts_count > MAX_PARTS and len(self._in_parts) > 1:
            self._forget_parts(self._in_parts.popleft())

    def _forget(self, value: _Value) -> None:
        self._whole.discard(value.whole or ())
        self._forget_parts(value)

    def _forget_parts(self, value: _Value) -> None:
        self._parts.discard(value.parts)
        self._parts_count -= len(value.parts)
        value.parts = ()


def folded(text: str) -> str:
    """A text without the differences of case, and of the two signs that join the words of a slug."""
    return text.lower().replace("_", "-")


def _spelt(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts as pages, URLs, slugs and JSON write them, folded, but for short ones."""
    spelt = {folded(spelling) for text in texts for spelling in _forms(text)}
    return tuple(spelling for spelling in spelt if len(spelling) >= MIN_TYPED_LENGTH)


def _forms(text: str) -> tuple[str, ...]:
    plain = " ".join(text.split())
    words = _WORD.findall(plain)
    slug = "-".join(words) if len(words) > 1 else plain  # one word of several would be taken out of other texts
    return plain, slug, quote(plain), quote_plus(plain), quote(slug), json.dumps(text, ensure_ascii=False)[1:-1]
