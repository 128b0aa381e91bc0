"""Masking of this process's own secrets in text and data that leave it.

Recorded text is masked by what it looks like (`recording.redaction`); this module masks the secrets that the process
itself holds, such as the PostHog key, wherever an upstream server echoes them.
"""

import json
import re
from collections.abc import Iterable
from html import escape
from typing import Any, Final, cast
from urllib.parse import quote

MASK: Final = "***"
MIN_SECRET_LENGTH: Final = 5
"""A shorter secret is not masked: it would also match ordinary text. PostHog's keys have 40 characters and more."""

_POSTHOG_KEY: Final = re.compile(r"\bph[a-z]_[A-Za-z0-9_-]{6,}")


class SecretMask:
    """Replaces secrets by `MASK`, in any case and in the encodings of JSON, URLs and HTML.

    Args:
        secrets: keys and tokens that must not be shown; duplicates and short ones are ignored.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets if len(secret) >= MIN_SECRET_LENGTH for form in _forms(secret)}
        # The longest first: a form may begin with another one.
        ordered = sorted(forms, key=len, reverse=True)
        self._lowered: Final = tuple(form.lower() for form in ordered)
        self._text: Final = re.compile("|".join(map(re.escape, ordered)) or r"(?!)", re.IGNORECASE)
        encoded = (re.escape(form.encode()) for form in ordered)
        self._bytes: Final = re.compile(b"|".join(encoded) or rb"(?!)", re.IGNORECASE)

    def text(self, text: str) -> str:
        """`text` with every secret replaced."""
        lowered = (
            text.lower()
        )  # substring search is many times faster than the pattern, and nearly always finds nothing
        if not any(form in lowered for form in self._lowered):
            return text
        return self._text.sub(MASK, text)

    def body(self, body: bytes) -> bytes:
        """A UTF-8 body with every secret replaced."""
        lowered = body.lower()
        if not any(form.encode() in lowered for form in self._lowered):
            return body
        return self._bytes.sub(MASK.encode(), body)

    def json(self, value: Any) -> Any:
        """A JSON value with the secrets in its strings and keys replaced; lists and objects are changed in place."""
        if not self._lowered:
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
    """Masks besides whatever looks like a PostHog key: for logs and terminals, where no data is shown."""

    def text(self, text: str) -> str:
        """`text` with every secret and every PostHog key replaced."""
        return _POSTHOG_KEY.sub(MASK, super().text(text))


def _forms(secret: str) -> set[str]:
    """The secret as it may be written in plain text, JSON, JSON in JSON, a URL, HTML and Python."""
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
