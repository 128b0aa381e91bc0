"""The focus area of a summary, and the rows that mention its words."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from replay_mcp.recording.timeline.rows import Row

MIN_WORD_LENGTH: Final = 3
MAX_WORDS: Final = 30
_WORD: Final = re.compile(r"\w+(?:[-'/.]\w+)*")
_STOP_WORDS: Final = frozenset(
    {
        "about",
        "all",
        "and",
        "any",
        "are",
        "because",
        "but",
        "can",
        "did",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "into",
        "its",
        "not",
        "off",
        "our",
        "out",
        "page",
        "pages",
        "session",
        "sessions",
        "she",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "they",
        "this",
        "user",
        "users",
        "visitor",
        "was",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "you",
        "your",
        "look",
        "happened",
    }
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Focus:
    """The words of a focus area and the rows that mention them.

    Attributes:
        area: the focus area as given, or an empty string.
        words: the search words, in lower case and without the s of a plural.
        refs: refs of the rows with a search word in recorded text.
    """

    area: str
    words: tuple[str, ...]
    refs: frozenset[str]

    @classmethod
    def for_area(cls, area: str, rows: Sequence[Row]) -> "Focus":
        """Find the rows that mention a word of the focus area."""
        words = dict.fromkeys(
            _singular(word)
            for word in _WORD.findall(area.casefold())
            if (len(word) >= MIN_WORD_LENGTH or not word.isascii()) and word not in _STOP_WORDS
        )
        searched = tuple(list(words)[:MAX_WORDS])
        found = (row.ref for row in rows if _mentions(row, searched)) if searched else ()
        return cls(area.strip(), searched, frozenset(found))

    def matches(self, row: Row) -> bool:
        """Whether a row mentions a search word; true for all rows if none does."""
        return not self.refs or row.ref in self.refs

    def matching_first(self, things: Sequence[T], rows: Callable[[T], Sequence[Row]]) -> list[T]:
        """Move things with a matching row to the front; the order is stable otherwise."""
        return sorted(things, key=lambda thing: not any(map(self.matches, rows(thing))))

    def remark(self, total: int) -> list[str]:
        """A sentence on the effect of the focus; empty without a focus area."""
        if not self.area:
            return []
        if not self.words:
            return ["The focus area has no word to search for, so everything is reported."]
        words = ", ".join(self.words)
        if not self.refs:
            return [f"No row mentions the focus area ({words}), so everything is reported."]
        return [
            f"Focus ({words}): {len(self.refs)} of {total} rows mention it and come first; others are no key actions."
        ]

    @property
    def computed(self) -> dict[str, Any]:
        """The focus as data, for the field `computed`."""
        return {"words": list(self.words), "rows": len(self.refs)}


def _singular(word: str) -> str:
    """A word without the s of a plural or genitive."""
    if word.endswith("'s"):
        return word[:-2]
    return word[:-1] if len(word) > MIN_WORD_LENGTH and word.endswith("s") and not word.endswith("ss") else word


def _mentions(row: Row, words: Sequence[str]) -> bool:
    recorded = "\n".join(_recorded(row)).casefold()
    return any(
        re.search(rf"(?<!\w){re.escape(word)}" if word.isascii() else re.escape(word), recorded) for word in words
    )


def _recorded(row: Row) -> Iterator[str]:
    """The recorded texts of a row, which are searched for words."""
    if row.element is not None:
        yield from (row.element.role, row.element.name, row.element.selector)
    yield from (row.page, row.method, row.url, str(row.status or ""), row.message, *row.texts, *row.flags)
    if row.kind == "navigation":
        yield row.title
    if row.kind == "click" and row.response is not None:
        yield row.response.detail
    for error in row.errors:
        yield from (error.method, error.url, str(error.status or ""), error.message)
