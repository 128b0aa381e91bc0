"""What the person typed, in the spellings that a page may repeat: whole or in part, encoded, as a slug."""

import json
import re
from collections import Counter, OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, quote_plus

MIN_TYPED_LENGTH: Final = 4
"""Shorter typed texts cannot be distinguished from other words of the page."""
MAX_FIELDS: Final = 200
"""Maximum fields whose text is remembered: the latest ones."""
MAX_VALUES: Final = 4
"""Maximum values of one field: pages lag a few letters behind the typing."""
MAX_TYPED_LENGTH: Final = 10_000
"""Maximum characters remembered of one value."""
MAX_PARTS: Final = 4_000
"""Maximum spellings of parts of typed texts that are searched for: the latest ones."""

_PIECE: Final = 40
"""Longer texts are also remembered in pieces of this length, so that a part is recognised."""
_WORD: Final = re.compile(r"[^\W_]+")


class Spellings:
    """Spellings of typed texts, indexed by their first characters."""

    def __init__(self) -> None:
        self._by_start: dict[str, Counter[str]] = {}

    def add(self, spellings: Iterable[str]) -> None:
        """Add spellings to search for."""
        for spelling in spellings:
            self._by_start.setdefault(spelling[:MIN_TYPED_LENGTH], Counter())[spelling] += 1

    def discard(self, spellings: Iterable[str]) -> None:
        """Remove spellings. One that was added several times must be removed as often."""
        for spelling in spellings:
            alike = self._by_start[spelling[:MIN_TYPED_LENGTH]]
            alike[spelling] -= 1
            if not alike[spelling]:
                del alike[spelling]
            if not alike:
                del self._by_start[spelling[:MIN_TYPED_LENGTH]]

    def near(self, text: str) -> list[str]:
        """Spellings whose beginning is in a folded text; the longest first, since one may be part of another."""
        if not self._by_start:
            return []
        spaced = f" {' '.join(text.split())} "
        starts = {spaced[place : place + MIN_TYPED_LENGTH] for place in range(len(spaced))}
        found = [spelling for start in starts & self._by_start.keys() for spelling in self._by_start[start]]
        return sorted(found, key=lambda spelling: (-len(spelling), spelling))


@dataclass(slots=True, eq=False)
class _Value:
    """A typed text with its spellings, which are computed when first needed."""

    text: str
    whole: tuple[str, ...] | None = None
    parts: tuple[str, ...] = ()


class TypedText:
    """Remembers the values of fields. Spellings are computed only for texts that are compared."""

    def __init__(self) -> None:
        self._fields: OrderedDict[tuple[int, int], deque[_Value]] = OrderedDict()
        self._whole = Spellings()
        self._parts = Spellings()
        self._in_parts: deque[_Value] = deque()
        self._parts_count = 0
        self._is_spelt = True

    def remember(self, tab: int, field: int, text: str) -> None:
        """Remember the value of a field."""
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
        """The spellings of what was typed: of whole texts, and of their parts."""
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
    """A text in lower case with `-` for `_`, as both join the words of slugs."""
    return text.lower().replace("_", "-")


def _spelt(texts: Iterable[str]) -> tuple[str, ...]:
    """The folded spellings of texts in pages, URLs, slugs and JSON, without those too short to recognise."""
    spelt = {folded(spelling) for text in texts for spelling in _forms(text)}
    return tuple(spelling for spelling in spelt if len(spelling) >= MIN_TYPED_LENGTH)


def _forms(text: str) -> tuple[str, ...]:
    plain = " ".join(text.split())
    words = _WORD.findall(plain)
    slug = "-".join(words) if len(words) > 1 else plain  # a single word of several would match in other texts
    return plain, slug, quote(plain), quote_plus(plain), quote(slug), json.dumps(text, ensure_ascii=False)[1:-1]
