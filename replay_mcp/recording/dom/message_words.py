"""Whether the words of a text report a failure or success, in the `LANGUAGES`."""

import re
from functools import lru_cache
from typing import Final

from .done_words import DONE_PARTS, DONE_WORDS, MINOR, NOT_DONE
from .error_words import COUNTS, HARMLESS, NOT_ERROR, PLACED, PLAIN, PLAIN_PARTS, REFUSAL, SHARE
from .types import Meaning
from .unspaced_words import DONE, ERRORS, REQUESTS, SCRIPTS

MAX_EXAMINED: Final = 400
"""Only this many characters, from the beginning of a text, are examined."""
_MAX_BEFORE: Final = 80
_LETTERS: Final = re.compile(r"[^\W\d_]{2}")
_SENTENCE_END: Final = re.compile(r"[.!?](?:\s|$)")
_WORD: Final = re.compile(r"\s*\w+\s*")


@lru_cache(maxsize=8_192)
def meaning_of(text: str, *, bare: bool = False) -> Meaning:
    """What a text reports. A question reports nothing, nor does "no errors found" or "not saved yet".

    Args:
        text: the text.
        bare: whether it is outside the places made for messages. There, only `PLAIN` words report an error (see
            `error_words`).
    """
    examined = text[:MAX_EXAMINED].replace("\u2019", "'")
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


def is_harmless(text: str) -> bool:
    """Whether a text denies an error, counts errors or reports success: no class or colour makes it an error."""
    examined = text[:MAX_EXAMINED].replace("\u2019", "'")
    return (
        not _LETTERS.search(examined)
        or HARMLESS.match(examined) is not None
        or COUNTS.match(examined) is not None
        or (meaning_of(examined) == "done")
    )


def _contains_any(lowered: str, parts: tuple[str, ...]) -> bool:
    for part in parts:  # noqa: SIM110 - `any` takes twice as long
        if part in lowered:
            return True
    return False


def _reports_error(words: re.Pattern[str], examined: str) -> bool:
    """Whether a text contains one of the words, not negated, and not in a question."""
    if HARMLESS.match(examined) or COUNTS.match(examined):
        return False
    for word in words.finditer(examined):
        if _is_in_question(examined, word.end()) or "undo" in examined[word.end() : word.end() + 12]:
            continue
        if NOT_ERROR.search(examined, *_span_before(word)):
            continue
        if REFUSAL.match(word[0]) or not SHARE.search(examined, *_span_before(word)):
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
