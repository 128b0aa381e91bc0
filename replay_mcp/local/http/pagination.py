"""Limit/offset pagination with links, like Django REST Framework's (live behaviour)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 500


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a list on one page: entries `offset` to `offset + limit - 1`, counted from 0."""

    limit: int
    offset: int


class Links(NamedTuple):
    """Absolute URLs of the neighbouring pages, or None."""

    next: str | None
    previous: str | None


def parse_window(query: Mapping[str, str]) -> Window:
    """Parse `limit` and `offset`; invalid values are not errors.

    `limit` defaults to 100 and is at most 500; `offset` defaults to 0. Anything but a positive number is ignored.
    """
    limit = _number(query.get("limit"))
    return Window(
        limit=min(limit, MAX_LIMIT) if limit > 0 else DEFAULT_LIMIT, offset=max(0, _number(query.get("offset")))
    )


def links(url: str, window: Window, count: int) -> Links:
    """Build the links to the neighbouring pages.

    Args:
        url: the absolute URL of the request. Links repeat it with `limit` and `offset` set and its parameters in
            alphabetical order. A link to the first page has no `offset`.
        window: the page.
        count: number of entries in the whole list.
    """
    following = window.offset + window.limit
    preceding = window.offset - window.limit
    return Links(
        next=_link(url, window.limit, following) if following < count else None,
        previous=_link(url, window.limit, max(0, preceding)) if window.offset > 0 else None,
    )


def _link(url: str, limit: int, offset: int) -> str:
    parts = urlsplit(url)
    query = parse_qs(parts.query, keep_blank_values=True) | {"limit": [str(limit)], "offset": [str(offset)]}
    if offset == 0:
        del query["offset"]
    return parts._replace(query=urlencode(sorted(query.items()), doseq=True)).geturl()


def _number(text: str | None) -> int:
    try:
        return int(text or 0)
    except ValueError:
        return 0
