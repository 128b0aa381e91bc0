"""Matches rows with the text of a claim: in whole words and any case, by label or by selector."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from replay_mcp.recording.timeline.row_text import element_text, target
from replay_mcp.recording.timeline.rows import Row
from replay_mcp.redaction import MASKS, undivided

_SPACE: Final = re.compile(r"(?:\s|\\[nt])+")
_ESCAPED: Final = re.compile(r"\\u[0-9a-f]{4,6}")
_METHOD: Final = re.compile(r"^([a-z]{3,10}) (?=\S)")
_QUOTATION_MARKS: Final = str.maketrans(dict.fromkeys('\u2018\u2019\u201c\u201d\u00ab\u00bb"', "'"))
_HIDDEN: Final = ("…", *MASKS)
_UNSPACED: Final = 0xE00
"""Scripts from this code point on put no space between words."""


def folded(text: str) -> str:
    """A text without differences in case, white space, quotation marks and invisible characters."""
    seen = _ESCAPED.sub("", undivided(unicodedata.normalize("NFC", text)))
    return _SPACE.sub(" ", seen.translate(_QUOTATION_MARKS)).strip().casefold()


def is_named_exactly(row: Row, searched: str) -> bool:
    """Whether the label of a row that contains the text is exactly the text, or its URL ends with it."""
    if row.kind in ("network", "navigation"):
        address = folded((row.url or row.page).partition("?")[0]).removesuffix("/")
        return bool(searched) and address.endswith(_METHOD.sub("", searched, count=1).removesuffix("/"))
    return row.kind == "click" and bool(searched) and row.element is not None and folded(row.element.name) == searched


def contains(row: Row, searched: str) -> bool:
    """Whether the element, request, page or message of a row contains a folded text."""
    match row.kind:
        case "click":
            return _matches_element(row, searched)
        case "network":
            return _matches_request(row, searched)
        case "navigation":
            return any(contains_words(searched, folded(text)) for text in (row.page, row.title))
        case _:
            return contains_words(searched, folded(row.message))


def shows_text(row: Row, searched: str) -> bool:
    """Whether a row reports a text of the page, shown or removed, that contains a folded text."""
    return any(contains_words(searched, folded(shown)) for shown in _shown_texts(row))


def may_be_hidden(row: Row, searched: str) -> bool:
    """Whether a row may contain the text in a part that is masked or cut."""
    if row.kind in ("network", "navigation") and "/" in searched and not set("?=&#") & set(searched):
        return "…" in (row.url or row.page)
    return any(mark in text for text in (target(row), *_shown_texts(row)) for mark in _HIDDEN)


def _shown_texts(row: Row) -> Iterable[str]:
    """The texts of the page that a row reports."""
    if row.kind == "navigation":
        return (row.title,)
    if row.kind == "click" and not row.texts and row.response and row.response.kind == "mutation":
        return (row.response.detail, *row.response.also)
    return row.texts


def _matches_element(row: Row, searched: str) -> bool:
    """Match the element's name or, if it has none or the text is a selector, its selector."""
    if not searched:
        return True
    if row.element is None or row.element.sort in ("unknown", "unread"):
        return False
    if contains_words(searched, folded(row.element.name)):
        return True
    written = folded(element_text(row.element))
    if not row.element.name:
        return contains_words(searched, written)
    if folded(row.element.selector).endswith(f"={searched}]"):
        return True
    return any(char in searched for char in "[]='") and contains_words(searched, written)


def _matches_request(row: Row, searched: str) -> bool:
    """Match the URL, with the method before it or without; a request without a recorded method is a GET."""
    url = folded(row.url)
    if contains_words(searched, f"{row.method.lower()} {url}"):
        return True
    claimed = _METHOD.match(searched)
    return (
        claimed is not None
        and claimed[1] == (row.method.lower() or "get")
        and contains_words(searched[claimed.end() :], url)
    )


def contains_words(searched: str, text: str) -> bool:
    """Whether a text contains another as whole words: not "paid" in "unpaid", nor "1 result" in "11 results"."""
    at = text.find(searched)
    while at >= 0:
        end = at + len(searched)
        if not (
            _is_within_word(text[at - 1 : at], text[at : at + 1])
            or _is_within_word(text[end - 1 : end], text[end : end + 1])
        ):
            return True
        at = text.find(searched, at + 1)
    return False


def _is_within_word(left: str, right: str) -> bool:
    return all(char.isalnum() and ord(char) < _UNSPACED for char in (left, right)) if left and right else False
