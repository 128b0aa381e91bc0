"""Texts that are equal for equal pages, requests, elements and errors, whatever ids and numbers they contain."""

import re
from functools import lru_cache
from typing import Final

from replay_mcp.recording.timeline.row_text import target
from replay_mcp.recording.timeline.rows import Row

MAX_FINGERPRINT_LENGTH: Final = 120
_MAX_KEPT: Final = 8_192

_UUID: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_VARIABLE: Final = re.compile(
    rf"""
      {_UUID}
    | (?<![\w-])(?P<dashes>-*+)(?=[\w-]*\d)\w[\w-]{{15,}}\b         # ids and tokens, one match per run of characters
    | \b[0-9a-f]{{8,}}\b
    | (?<![A-Za-z\d])\d+(?:\.\d+)*
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_QUOTED: Final = re.compile(r"\"[^\"]{1,200}\"|'[^']{1,200}'")
_SCHEME: Final = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)

_WHOLE_IDS: Final = re.compile(rf"{_UUID}|\d{{4}}-\d\d-\d\d", re.IGNORECASE | re.ASCII)
"""UUIDs and dates."""
_PART: Final = re.compile(r"[A-Za-z\d]+")
_HEX_ID: Final = re.compile(r"(?=.*\d)[0-9a-f]{8,}", re.IGNORECASE | re.ASCII)
_NUMBERED: Final = re.compile(r"(?P<word>[a-z]+)?(?P<number>\d+)", re.IGNORECASE | re.ASCII)
_ALTERNATIONS: Final = re.compile(r"\d+|[A-Za-z]+")
_WORD: Final = re.compile(r"[a-z]{3,}")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_STEPS: Final = frozenset({"step", "steps", "stage", "question", "slide", "screen", "part", "chapter", "level"})
"""Parts of a path after which a short number names a page of its own."""
_MIN_TOKEN: Final = 16
_MIN_ALTERNATIONS: Final = 4
_MIN_DIGITS: Final = 3
_MIN_DIGITS_AFTER_WORD: Final = 4
_MAX_STEP_DIGITS: Final = 2


@lru_cache(_MAX_KEPT)
def page_pattern(url: str) -> str:
    """Host and path of a URL, with the route of an app, and with ids as `:id`.

    An id is a number that is a whole part of the path, a UUID, a date, a token, or a number of three digits or more
    within a part. Words remain: `/blog/10-tips-for-sleep` and `/checkout/step-2` are pages of their own.
    """
    address, _, fragment = url.partition("#")
    host, slash, path = _SCHEME.sub("", address.partition("?")[0]).partition("/")
    route = f"#{fragment.partition('?')[0]}" if fragment.startswith(("/", "!/")) else ""  # a route of the app
    return host + slash + _without_ids(path + route)


@lru_cache(_MAX_KEPT)
def generalised(text: str) -> str:
    """A text with ids and numbers as `N`, at most `MAX_FINGERPRINT_LENGTH` characters."""
    return _VARIABLE.sub(r"\g<dashes>N", text)[:MAX_FINGERPRINT_LENGTH]


def fingerprint(row: Row) -> str:
    """A text equal for equal errors: status, method and path of a request, or a message with numbers as `N`."""
    return error_fingerprint(row.method, row.url, row.status, row.message)


def error_fingerprint(method: str, url: str, status: int | None, message: str) -> str:
    """The fingerprint of a failed request, with status 0 if the browser was offline; with None, of a console error."""
    if status is not None:
        return f"{status or 'no connection'} {method} {page_pattern(url)}".replace("  ", " ")
    return generalised(_QUOTED.sub('"…"', message))


def element_pattern(row: Row) -> str:
    """The element of a row, equal in all sessions; of a request or message, its fingerprint."""
    if row.kind in ("network", "console"):
        return fingerprint(row)
    if row.kind == "navigation":
        return ""
    return generalised(row.key or target(row))


def _without_ids(path: str) -> str:
    segments: list[str] = []
    before = ""
    for segment in path.split("/"):
        segments.append(_segment(segment, before))
        before = segment
    return "/".join(segments)


def _segment(segment: str, before: str) -> str:
    """A part of a path, as `:id` if it is nothing else."""
    if segment.isdigit():
        return segment if before.lower() in _STEPS and len(segment) <= _MAX_STEP_DIGITS else ":id"
    replaced = _PART.sub(lambda match: _part(match[0]), _WHOLE_IDS.sub(":id", segment))
    if replaced == segment:
        return segment
    rest = replaced.replace(":id", "")
    return replaced if any(map(_WORD.fullmatch, _PART.findall(rest))) else ":id"


def _part(part: str) -> str:
    """A run of letters and digits, as `:id` if it is one."""
    if part.isalpha() or _YEAR.fullmatch(part):
        return part
    if numbered := _NUMBERED.fullmatch(part):
        word, number = numbered["word"] or "", numbered["number"]
        if len(number) >= (_MIN_DIGITS_AFTER_WORD if word else _MIN_DIGITS) and not _YEAR.fullmatch(number):
            return f"{word}:id"
    is_token = len(part) >= _MIN_TOKEN or len(_ALTERNATIONS.findall(part)) >= _MIN_ALTERNATIONS
    return ":id" if is_token or _HEX_ID.fullmatch(part) else part
