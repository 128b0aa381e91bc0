"""Which requests are about what a person does: those of the page's own site that report and poll nothing."""

import re
from typing import Final
from urllib.parse import urlsplit

from .rows import CAUSE_MS

MAX_OWN_REQUESTS: Final = 20
OWN_REQUESTS: Final = (
    f"requests by the page's code, to the page's own site (the same last two parts of the host), that began within"
    f" {CAUSE_MS} ms after the click, and not to a path as analytics libraries or polls use them"
)
"""Which requests a click on a button or the like is taken to have started: what is published."""
_TELEMETRY: Final = re.compile(
    r"(?:/[^/]+)*/(?:e|s|batch|beacon|capture|collect|decide|envelope|events?|flags|hit|impressions?|insights|logs?|metrics"
    r"|pixel|rum|stats?|telemetry|track(?:ing)?|analytics|vitals)/?$",
    re.IGNORECASE,
)
_POLL: Final = re.compile(
    r"(?:^|[/_.-])(?:long-?)?(?:poll(?:ing)?|stream|sse|subscribe|socket(?:\.io)?|websocket|longpoll|listen|heartbeat|ping|"
    r"keep-?alive|presence|sync|signalr|wait)(?:$|[/_.-])",
    re.IGNORECASE,
)
"""Paths of requests that a server answers when it has something to say."""


def is_of_site(url: str, page: str) -> bool:
    """Whether a URL has a path on the site of a page: the same last two parts of the host."""
    site = _site(page)
    return bool(site) and _site(url) == site and bool(urlsplit(url).path)


def background_part(url: str) -> str:
    """The part of a path by which a request is one of an analytics library or a poll; empty where it is neither."""
    path = _path(url)
    found = _TELEMETRY.match(path) or _POLL.search(path)
    return found[0] if found else ""


def is_telemetry(url: str) -> bool:
    """Whether analytics libraries use such a path."""
    return _TELEMETRY.match(_path(url)) is not None


def is_poll(url: str) -> bool:
    """Whether the path is one that a server answers when it has something to say."""
    return _POLL.search(_path(url)) is not None


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _site(url: str) -> str:
    """The last two parts of a URL's host; empty where there is none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return ".".join(host.split(".")[-2:])
