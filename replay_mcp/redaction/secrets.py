"""Masks the process's own secrets in its output.

`recorded_text` masks anything that looks like a secret; this module masks the known secrets of this process, such as
the PostHog key, which an upstream server may echo.
"""

import json
import re
from collections.abc import Iterable
from html import escape
from typing import Any, ClassVar, Final, cast
from urllib.parse import quote

from .shapes import mask_keys

MASK: Final = "***"
MIN_SECRET_LENGTH: Final = 5
"""Shorter secrets are not masked because they would match ordinary text. PostHog's keys have at least 40 characters."""


class SecretMask:
    """Replaces secrets by `MASK`, ignoring case, also in their JSON, URL and HTML encodings.

    Args:
        secrets: keys and tokens to mask; duplicates and short ones are ignored.
    """

    _masks_shapes: ClassVar = False

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets if len(secret) >= MIN_SECRET_LENGTH for form in _forms(secret)}
        # Longest first: one form may be a prefix of another.
        ordered = sorted(forms, key=len, reverse=True)
        self._lowered: Final = tuple(form.lower() for form in ordered)
        self._text: Final = re.compile("|".join(map(re.escape, ordered)) or r"(?!)", re.IGNORECASE)
        encoded = (re.escape(form.encode()) for form in ordered)
        self._bytes: Final = re.compile(b"|".join(encoded) or rb"(?!)", re.IGNORECASE)

    def text(self, text: str) -> str:
        """`text` with all secrets replaced."""
        # Substring search is many times faster than the pattern, and text rarely contains a secret.
        lowered = text.lower()
        if not any(form in lowered for form in self._lowered):
            return text
        return self._text.sub(MASK, text)

    def body(self, body: bytes) -> bytes:
        """A UTF-8 body with all secrets replaced."""
        lowered = body.lower()
        if not any(form.encode() in lowered for form in self._lowered):
            return body
        return self._bytes.sub(MASK.encode(), body)

    def json(self, value: Any) -> Any:
        """A JSON value with all secrets in strings and keys replaced; lists and objects are modified in place."""
        if not self._lowered and not self._masks_shapes:
            return value
        root: list[Any] = [value]
        pending: list[list[Any] | dict[str, Any]] = [root]
        while pending:
            node = pending.pop()
            for key, child in list(node.items() if isinstance(node, dict) else enumerate(node)):
                if isinstance(child, str):
                    if (masked := self.text(child)) is not child:
                        cast(Any, node)[key] = masked
                elif isinstance(child, dict | list):
                    pending.append(cast(Any, child))
            if isinstance(node, dict) and any(self.text(key) is not key for key in node):
                renamed = {self.text(key): child for key, child in node.items()}
                node.clear()
                node.update(renamed)
        return root[0]


class KeyMask(SecretMask):
    """Also masks what looks like a key of PostHog or another vendor; for logs, terminals and errors.

    They show no recorded data, but may quote a key that was pasted into the wrong place.
    """

    _masks_shapes: ClassVar = True

    def text(self, text: str) -> str:
        """`text` with all secrets and keys replaced."""
        return mask_keys(super().text(text), MASK)


def _forms(secret: str) -> set[str]:
    """The secret as written in plain text, JSON, nested JSON, URLs, HTML and Python."""
    in_json = json.dumps(secret)[1:-1]
    in_html = escape(secret)
    encoded = quote(secret, safe="")
    return {
        secret,
        in_json,
        json.dumps(in_json)[1:-1],
        in_json.replace("/", r"\/"),
        encoded,
        quote(encoded, safe=""),
        quote(secret),
        quote(secret, safe="!'()*~"),  # encodeURIComponent
        in_html,
        in_html.replace("&quot;", "&#34;").replace("&#x27;", "&#39;"),
        repr(secret)[1:-1],
    }
