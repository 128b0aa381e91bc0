"""Which requests concern the person's actions: those to the page's own site other than analytics and polling."""

import re
from typing import Final
from urllib.parse import urlsplit

from .rows import CAUSED_MS

MAX_OWN_REQUESTS: Final = 20
OWN_REQUESTS: Final = (
    f"requests by the page's code to the page's own site (the same last two parts of the host) that started within"
    f" {CAUSED_MS} ms after the click, except to paths that analytics libraries or polling use"
)
"""The published rule of which requests a click on a control has started."""
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
"""Paths of polling requests, which a server answers when it has news."""


def is_of_site(url: str, page: str) -> bool:
    """Whether a URL is on the site of a page (the same last two parts of the host) and has a path."""
    site = _site(page)
    return bool(site) and _site(url) == site and bool(urlsplit(url).path)


def background_part(url: str) -> str:
    """The part of a URL's path that marks it as analytics or polling; empty if none does."""
    path = _path(url)
    found = _TELEMETRY.match(path) or _POLL.search(path)
    return found[0] if found else ""


def is_telemetry(url: str) -> bool:
    """Whether a URL's path is one that analytics libraries use."""
    return _TELEMETRY.match(_path(url)) is not None


def is_poll(url: str) -> bool:
    """Whether a URL's path is one of polling requests."""
    return _POLL.search(_path(url)) is not None


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _site(url: str) -> str:
    """The last two parts of a URL's host; empty if it has none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return ".".join(host.split(".")[-2:])
