"""What a shown text says: that something failed, or that it is done. By words, in the `LANGUAGES`."""

import re
from functools import lru_cache
from typing import Final

from .done_words import DONE_PARTS, DONE_WORDS, MINOR, NOT_DONE
from .error_words import BEFORE, CALM, COUNTED, PLACED, PLAIN, PLAIN_PARTS
from .types import Says
from .unspaced_words import DONE, ERRORS, REQUESTS, SCRIPTS

MAX_LOOKED_AT: Final = 400
"""So many first characters of a text are looked at."""
_MAX_BEFORE: Final = 80
_LETTERS: Final = re.compile(r"[^\W\d_]{2}")
_SENTENCE_END: Final = re.compile(r"[.!?](?:\s|$)")
_WORD: Final = re.compile(r"\s*\w+\s*")


@lru_cache(maxsize=8_192)
def says(found: str, *, bare: bool = False) -> Says:
    """What a text says; a question says neither, nor does one that says there was no error, or that is not done yet.

    A `bare` text, which stands in no place made for messages, must say plainly that something failed. In such a place
    more words do: see `error_words`.
    """
    looked_at = found[:MAX_LOOKED_AT].replace("\u2019", "'")
    if not _LETTERS.search(looked_at):
        return ""
    if SCRIPTS.search(looked_at) and (unspaced := _says_unspaced(looked_at, bare=bare)):
        return unspaced
    lowered = looked_at.lower()
    if _holds(lowered, PLAIN_PARTS) and _speaks(PLAIN, looked_at):
        return "error"
    if _holds(lowered, DONE_PARTS) and _confirms(looked_at) and not (bare and _WORD.fullmatch(looked_at)):
        return "done"
    return "error" if not bare and _speaks(PLACED, looked_at) else ""


def _says_unspaced(looked_at: str, *, bare: bool) -> Says:
    if looked_at.rstrip().endswith(("?", "\uff1f", "\u061f")):
        return ""
    if ERRORS.search(looked_at):
        return "error"
    if DONE.search(looked_at):
        return "done"
    return "error" if not bare and REQUESTS.search(looked_at) else ""


def is_calm(found: str) -> bool:
    """Whether a text says that there is nothing wrong, or only counts: no mark makes it an error."""
    looked_at = found[:MAX_LOOKED_AT].replace("\u2019", "'")
    return (
        not _LETTERS.search(looked_at)
        or CALM.match(looked_at) is not None
        or COUNTED.match(looked_at) is not None
        or (says(looked_at) == "done")
    )


def _holds(lowered: str, parts: tuple[str, ...]) -> bool:
    for part in parts:  # noqa: SIM110 - a generator takes twice as long
        if part in lowered:
            return True
    return False


def _speaks(words: re.Pattern[str], looked_at: str) -> bool:
    """Whether a text has one of the words that nothing takes back."""
    if CALM.match(looked_at) or COUNTED.match(looked_at):
        return False
    for word in words.finditer(looked_at):
        if _is_asked(looked_at, word.end()) or "undo" in looked_at[word.end() : word.end() + 12]:
            continue
        if not BEFORE.search(looked_at, *_before(word)):
            return True
    return False


def _confirms(looked_at: str) -> bool:
    if MINOR.search(looked_at):
        return False
    for word in DONE_WORDS.finditer(looked_at):
        if not _is_asked(looked_at, word.end()) and not NOT_DONE.search(looked_at, *_before(word)):
            return True
    return False


def _before(word: "re.Match[str]") -> tuple[int, int]:
    return max(0, word.start() - _MAX_BEFORE), word.start()


def _is_asked(looked_at: str, end: int) -> bool:
    sentence_end = _SENTENCE_END.search(looked_at, max(0, end - 1))
    return sentence_end is not None and sentence_end[0][0] == "?"
