"""What a shown text says: that something failed, or that it is done. By words, in the `LANGUAGES`."""

import re
from functools import lru_cache
from typing import Final

from .done_words import DONE_PARTS, DONE_WORDS, MINOR, NOT_DONE
from .error_words import COUNTS, HARMLESS, NOT_ERROR, PLACED, PLAIN, PLAIN_PARTS
from .types import Meaning
from .unspaced_words import DONE, ERRORS, REQUESTS, SCRIPTS

MAX_EXAMINED: Final = 400
"""So many first characters of a text are looked at."""
_MAX_BEFORE: Final = 80
_LETTERS: Final = re.compile(r"[^\W\d_]{2}")
_SENTENCE_END: Final = re.compile(r"[.!?](?:\s|$)")
_WORD: Final = re.compile(r"\s*\w+\s*")


@lru_cache(maxsize=8_192)
def meaning_of(found: str, *, bare: bool = False) -> Meaning:
    """What a text says; a question says neither, nor does one that says there was no error, or that is not done yet.

    A `bare` text, which stands in no place made for messages, must say plainly that something failed. In such a place
    more words do: see `error_words`.
    """
    examined = found[:MAX_EXAMINED].replace("\u2019", "'")
    if not _LETTERS.search(examined):
        return ""
    if SCRIPTS.search(examined) and (unspaced := _meaning_of_unspaced_text(examined, bare=bare)):
        return unspaced
    lowered = examined.lower()
    if _contains_any(lowered, PLAIN_PARTS) and _reports_error(PLAIN, examined):
        return "error"
    if _contains_any(lowered, DONE_PARTS) and _reports_done(examined) and not (bare and _WORD.fullmatch(examined)):
        return "done"
    return "error" if not bare and _reports_error(PLACED, examined) else ""


def _meaning_of_unspaced_text(examined: str, *, bare: bool) -> Meaning:
    if examined.rstrip().endswith(("?", "\uff1f", "\u061f")):
        return ""
    if ERRORS.search(examined):
        return "error"
    if DONE.search(examined):
        return "done"
    return "error" if not bare and REQUESTS.search(examined) else ""


def is_harmless(found: str) -> bool:
    """Whether a text says that there is nothing wrong, or only counts: no mark makes it an error."""
    examined = found[:MAX_EXAMINED].replace("\u2019", "'")
    return (
        not _LETTERS.search(examined)
        or HARMLESS.match(examined) is not None
        or COUNTS.match(examined) is not None
        or (meaning_of(examined) == "done")
    )


def _contains_any(lowered: str, parts: tuple[str, ...]) -> bool:
    for part in parts:  # noqa: SIM110 - a generator takes twice as long
        if part in lowered:
            return True
    return False


def _reports_error(words: re.Pattern[str], examined: str) -> bool:
    """Whether a text has one of the words that nothing takes back."""
    if HARMLESS.match(examined) or COUNTS.match(examined):
        return False
    for word in words.finditer(examined):
        if _is_in_question(examined, word.end()) or "undo" in examined[word.end() : word.end() + 12]:
            continue
        if not NOT_ERROR.search(examined, *_span_before(word)):
            return True
    return False


def _reports_done(examined: str) -> bool:
    if MINOR.search(examined):
        return False
    for word in DONE_WORDS.finditer(examined):
        if not _is_in_question(examined, word.end()) and not NOT_DONE.search(examined, *_span_before(word)):
            return True
    return False


def _span_before(word: "re.Match[str]") -> tuple[int, int]:
    return max(0, word.start() - _MAX_BEFORE), word.start()


def _is_in_question(examined: str, end: int) -> bool:
    sentence_end = _SENTENCE_END.search(examined, max(0, end - 1))
    return sentence_end is not None and sentence_end[0][0] == "?"
