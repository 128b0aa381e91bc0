"""Whether rows hold a text that somebody claims: in whole words, in any case, where people or code find it."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from .redaction import undivided
from .rows import Row

BESIDE: Final = " and elements beside it"
"""Ends the name of what was clicked in rage where the clicks were not all on one element."""
GONE: Final = "no longer shows"
"""Begins the effect of a row that tells that a text was taken away."""

_NAME: Final = re.compile(r'[^"\[]*?(?: ?"(?P<label>[^"]*)")?(?: ?\[[^=\]]*=(?P<value>.*)\])?')
_UNKNOWN: Final = "element that "
_QUOTES: Final = re.compile(r'"([^"]*)"')
_SPACE: Final = re.compile(r"(?:\s|\\[nt])+")
_ESCAPED: Final = re.compile(r"\\u[0-9a-f]{4,6}")
_METHOD: Final = re.compile(r"^([a-z]{3,10}) (?=\S)")
_SAME: Final = str.maketrans(dict.fromkeys('\u2018\u2019\u201c\u201d\u00ab\u00bb"', "'"))
_MARKS: Final = ("…", "[email]", "[card]", "[token]", "[typed]", "***")
_UNSPACED: Final = 0xE00
"""From here on scripts put no space between words."""


def folded(text: str) -> str:
    """A text without what readers do not tell apart: case, white space, quotation marks, what is not seen."""
    seen = _ESCAPED.sub("", undivided(unicodedata.normalize("NFC", text)))
    return _SPACE.sub(" ", seen.translate(_SAME)).strip().casefold()


def is_called(row: Row, sought: str) -> bool:
    """Whether what a row that holds the text is about is called exactly so: by its label, an address by its end."""
    if row.kind in ("network", "navigation"):
        address = folded(row.target.partition("?")[0]).removesuffix("/")
        return bool(sought) and address.endswith(_METHOD.sub("", sought, count=1).removesuffix("/"))
    return row.kind == "click" and bool(sought) and _label(row) == sought


def holds(row: Row, sought: str) -> bool:
    """Whether what a row is about holds a folded text."""
    match row.kind:
        case "click":
            return _names(row, sought)
        case "network":
            return _requests(row.target, sought)
        case "navigation":
            return any(_in(sought, folded(told)) for told in (row.target, *_QUOTES.findall(row.effect)))
        case _:
            return _in(sought, folded(row.target))


def shows(row: Row, sought: str) -> bool:
    """Whether a row tells of a text of the page, shown or taken away, that holds a folded one."""
    return any(_in(sought, folded(shown)) for shown in _shown(row))


def is_veiled(row: Row, sought: str) -> bool:
    """Whether a row may hold the text where its own text is masked or was cut."""
    if row.kind in ("network", "navigation") and "/" in sought and not set("?=&#") & set(sought):
        return "…" in row.target
    return any(mark in told for told in (row.target, *_shown(row)) for mark in _MARKS)


def _shown(row: Row) -> Iterable[str]:
    """The texts of the page that a row quotes; what is quoted of errors is none."""
    return _QUOTES.findall(row.effect if row.kind == "navigation" else row.effect.partition("; followed by ")[0])


def _label(row: Row) -> str:
    found = _NAME.fullmatch(row.target.removesuffix(BESIDE))
    return folded(found["label"] or "") if found else ""


def _names(row: Row, sought: str) -> bool:
    """By its label; else by how code finds it, if that is what is written, or it has no label."""
    name = row.target.removesuffix(BESIDE)
    found = _NAME.fullmatch(name)
    label = folded(found["label"] or "") if found else ""
    if not sought or _in(sought, label):
        return True
    if not label:
        return not name.startswith(_UNKNOWN) and _in(sought, folded(name))
    by_code = any(char in sought for char in "[]='")
    return sought == folded((found and found["value"]) or "") or (by_code and _in(sought, folded(name)))


def _requests(target: str, sought: str) -> bool:
    """By its URL, with the method before it or without; of what the browser itself asks for no method is told."""
    told = folded(target)
    if _in(sought, told):
        return True
    claimed, own = _METHOD.match(sought), _METHOD.match(told)
    if claimed is None or claimed[1] != (own[1] if own else "get"):
        return False
    return _in(sought[claimed.end() :], told[own.end() :] if own else told)


def _in(sought: str, told: str) -> bool:
    """Whether a text stands in another as whole words: "paid" not in "unpaid", nor "1 result" in "11 results"."""
    at = told.find(sought)
    while at >= 0:
        end = at + len(sought)
        if not (_joined(told[at - 1 : at], told[at : at + 1]) or _joined(told[end - 1 : end], told[end : end + 1])):
            return True
        at = told.find(sought, at + 1)
    return False


def _joined(left: str, right: str) -> bool:
    return all(char.isalnum() and ord(char) < _UNSPACED for char in (left, right)) if left and right else False
