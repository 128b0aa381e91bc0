"""Whether rows hold a text that somebody claims: in whole words, in any case, where people or code find it."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from replay_mcp.recording.timeline.row_text import element_text, target
from replay_mcp.recording.timeline.rows import Row
from replay_mcp.redaction import undivided

_VALUE: Final = re.compile(r"\[[^=\]]*=(.*)\]")
"""The value in a selector."""
_SPACE: Final = re.compile(r"(?:\s|\\[nt])+")
_ESCAPED: Final = re.compile(r"\\u[0-9a-f]{4,6}")
_METHOD: Final = re.compile(r"^([a-z]{3,10}) (?=\S)")
_SAME: Final = str.maketrans(dict.fromkeys('\u2018\u2019\u201c\u201d\u00ab\u00bb"', "'"))
_MARKS: Final = ("…", "[email]", "[card]", "[token]", "[typed]", "***")
_UNSPACED: Final = 0xE00
"""From here on scripts put no space between words."""


def folded(text: str) -> str:
    """A text without what readers do not distinguish: case, white space, quotation marks, invisible characters."""
    seen = _ESCAPED.sub("", undivided(unicodedata.normalize("NFC", text)))
    return _SPACE.sub(" ", seen.translate(_SAME)).strip().casefold()


def is_called(row: Row, sought: str) -> bool:
    """Whether what a row that holds the text is about is called exactly so: by its label, an address by its end."""
    if row.kind in ("network", "navigation"):
        address = folded((row.url or row.page).partition("?")[0]).removesuffix("/")
        return bool(sought) and address.endswith(_METHOD.sub("", sought, count=1).removesuffix("/"))
    return row.kind == "click" and bool(sought) and row.element is not None and folded(row.element.name) == sought


def holds(row: Row, sought: str) -> bool:
    """Whether what a row is about holds a folded text."""
    match row.kind:
        case "click":
            return _names(row, sought)
        case "network":
            return _requests(row, sought)
        case "navigation":
            return any(_in(sought, folded(text)) for text in (row.page, row.title))
        case _:
            return _in(sought, folded(row.message))


def shows(row: Row, sought: str) -> bool:
    """Whether a row reports a text of the page, shown or gone, that contains a folded one."""
    return any(_in(sought, folded(shown)) for shown in _shown(row))


def is_veiled(row: Row, sought: str) -> bool:
    """Whether a row may hold the text where its own text is masked or was cut."""
    if row.kind in ("network", "navigation") and "/" in sought and not set("?=&#") & set(sought):
        return "…" in (row.url or row.page)
    return any(mark in text for text in (target(row), *_shown(row)) for mark in _MARKS)


def _shown(row: Row) -> Iterable[str]:
    """The texts of the page that a row reports."""
    if row.kind == "navigation":
        return (row.title,)
    if row.kind == "click" and not row.texts and row.response and row.response.kind == "mutation":
        return (row.response.detail,)
    return row.texts


def _names(row: Row, sought: str) -> bool:
    """By its name; else by how code finds it, if that is what is written, or it has no name."""
    if not sought:
        return True
    if row.element is None or row.element.sort in ("unknown", "unread"):
        return False
    if _in(sought, folded(row.element.name)):
        return True
    written = folded(element_text(row.element))
    if not row.element.name:
        return _in(sought, written)
    value = _VALUE.fullmatch(row.element.selector)
    by_code = any(char in sought for char in "[]='")
    return sought == folded(value[1] if value else "") or (by_code and _in(sought, written))


def _requests(row: Row, sought: str) -> bool:
    """By its URL, with the method before it or without; a request of the browser without a method is a GET."""
    url = folded(row.url)
    if _in(sought, f"{row.method.lower()} {url}"):
        return True
    claimed = _METHOD.match(sought)
    return claimed is not None and claimed[1] == (row.method.lower() or "get") and _in(sought[claimed.end() :], url)


def _in(sought: str, text: str) -> bool:
    """Whether a text stands in another as whole words: "paid" not in "unpaid", nor "1 result" in "11 results"."""
    at = text.find(sought)
    while at >= 0:
        end = at + len(sought)
        if not (_joined(text[at - 1 : at], text[at : at + 1]) or _joined(text[end - 1 : end], text[end : end + 1])):
            return True
        at = text.find(sought, at + 1)
    return False


def _joined(left: str, right: str) -> bool:
    return all(char.isalnum() and ord(char) < _UNSPACED for char in (left, right)) if left and right else False
