"""The focus area of a summary, and the rows that mention its words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from replay_mcp.recording.timeline.row_text import effect, short_target
from replay_mcp.recording.timeline.rows import Row

MIN_WORD_LENGTH: Final = 3
MAX_WORDS: Final = 30
MAX_QUOTED: Final = 4
"""Maximum number of matching rows that a segment quotes."""
MAX_QUOTED_LENGTH: Final = 120
MAX_REFS: Final = 100
"""Maximum number of refs of matching rows in `computed`."""
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
        """Whether a row mentions a search word."""
        return row.ref in self.refs

    def quotes(self, rows: Sequence[Row]) -> list[str]:
        """A sentence that quotes the matching rows among these; empty if there is none."""
        found = [row for row in rows if self.matches(row)]
        if not found:
            return []
        quoted = [f"{_cut(_quote(row))} ({row.ref})" for row in found[:MAX_QUOTED]]
        more = f" and {len(found) - MAX_QUOTED} more" if len(found) > MAX_QUOTED else ""
        return [f"Focus: {', '.join(quoted)}{more}."]

    def remark(self, total: int) -> list[str]:
        """A sentence on the effect of the focus; empty without a focus area."""
        if not self.area:
            return []
        if not self.words:
            return ["The focus area has no word to search for."]
        words = ", ".join(self.words)
        if not self.refs:
            return [f"No row mentions the focus area ({words})."]
        return [f"Focus ({words}): {len(self.refs)} of {total} rows mention it, and their segments quote them."]

    @property
    def computed(self) -> dict[str, Any]:
        """The focus as data, for the field `computed`."""
        refs = sorted(self.refs, key=lambda ref: int(ref[1:]))
        return {"words": list(self.words), "rows": len(refs), "refs": refs[:MAX_REFS]}


def _quote(row: Row) -> str:
    return effect(row) if row.kind == "text" else short_target(row) or effect(row) or row.kind


def _cut(text: str) -> str:
    return text if len(text) <= MAX_QUOTED_LENGTH else f"{text[: MAX_QUOTED_LENGTH - 1]}…"


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
        yield from (row.response.detail, *row.response.also)
    for error in row.errors:
        yield from (error.method, error.url, str(error.status or ""), error.message)
