"""What of a recorded text is known: masks, cuts and escapes of invisible characters hide the rest."""

import re
from typing import Final
from urllib.parse import urlsplit

from replay_mcp.redaction import MASKS

MAX_KNOWN: Final = 200
"""Maximum length of a text that a test looks for."""
FILL_IN: Final = "FILL_IN"
"""Stands for the masked value of a URL parameter."""
MIN_BEGINNING: Final = 3
"""A shorter beginning of a text fits too many others."""

_HIDDEN: Final = re.compile(
    "|".join(map(re.escape, MASKS)) + r"|\[redacted\]|…|[*•●]{2,}|\\[nrt]|\\u[0-9a-fA-F]{4}", re.IGNORECASE
)

_CAMPAIGN: Final = re.compile(r"utm_|gclid|fbclid|msclkid|mc_", re.IGNORECASE)


def known_beginning(text: str) -> tuple[str, bool]:
    """The beginning of a text that is known, and whether that is all of it."""
    found = _HIDDEN.search(text)
    end = min(found.start() if found else len(text), MAX_KNOWN)
    return (text, True) if end == len(text) else (text[:end].rstrip(), False)


def is_known(text: str) -> bool:
    """Whether all of a text is known."""
    return known_beginning(text)[1]


class PageUrl:
    """A recorded URL in parts.

    Attributes:
        origin: scheme, host and port; empty if a browser cannot open it.
        path: with a slash at the beginning.
        address: path, query and fragment, with `FILL_IN` for masked values, and without those of campaigns.
        masked: the names of the masked parameters that are left, and `path` if the path is masked.
    """

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
        except ValueError:
            parts = urlsplit("")
        is_web = parts.scheme in ("http", "https") and bool(parts.netloc) and is_known(parts.netloc)
        self.origin: Final = f"{parts.scheme}://{parts.netloc}" if is_web else ""
        self.path: Final = parts.path or "/"
        pairs = [pair.partition("=") for pair in parts.query.split("&")] if parts.query else []
        needed = [pair for pair in pairs if is_known(pair[2]) or not _CAMPAIGN.match(pair[0])]
        query = "&".join(f"{name}{equals}{value if is_known(value) else FILL_IN}" for name, equals, value in needed)
        fragment = parts.fragment if is_known(parts.fragment) else ""
        self.address: Final = self.path + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
        hidden = [name for name, _, value in needed if not is_known(value)]
        self.masked: Final = (*hidden, *(() if is_known(self.path) else ("path",)))
