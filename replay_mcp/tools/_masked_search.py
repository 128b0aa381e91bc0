"""Searches in recorded text that find only what results show: not the values of parameters, e-mails and secrets.

Otherwise, trying one value after another would reveal what the mask hides.
"""

import re
from typing import Final

from replay_mcp.redaction import Redaction, visible

_WITH_VALUE: Final = re.compile(r"[^\s=/?&#;]=[^&#;\s]")
"""A parameter with the beginning of its value."""
_NO_VALUE: Final = re.compile(r"=(?=[&#;]|\Z)")
_EMAIL: Final = re.compile(r"[\w.+-](?:@|%40)", re.IGNORECASE)
_PATH: Final = "(?:[^/?#]*//[^/?#@]*@)?[^?#;=@]*"
"""The beginning of a URL before its query, without parameters of the path. Credentials are skipped as a whole."""
_NO_EMAIL: Final = "[^@/?#]*(?:[/?#]|$)"
"""The rest of a part that is neither an e-mail nor the credentials before a host."""
_PARAMETERS: Final = re.compile(r"[?&;=]")


def masked_in_urls(text: str, redaction: Redaction) -> bool:
    """Whether results mask what `text` would match in a URL: the value of a parameter, an e-mail, a secret."""
    names = _NO_VALUE.sub("", text)
    return masked_in_text(names, redaction) or (redaction.level != "off" and bool(_WITH_VALUE.search(names)))


def masked_in_text(text: str, redaction: Redaction) -> bool:
    """Whether results mask what `text` would match in recorded text: the beginning of an e-mail, a secret."""
    if redaction.level == "off":
        return False
    return bool(_EMAIL.search(text)) or redaction.text(text) != visible(text)


def shown_url_pattern(text: str) -> str:
    """An RE2 pattern for URLs with `text`, in any case, in a part that results show.

    These parts are host, path, the route of a fragment, and names of parameters.

    Args:
        text: not `masked_in_urls`.
    """
    if "#" in text:
        return f"(?i)^{_PATH}{re.escape(text)}"
    if not _PARAMETERS.search(text):
        return f"(?i)^(?:{_PATH}|[^#]*#[^?=&;@]*){re.escape(text)}{_NO_EMAIL}"
    name = re.escape(text.removesuffix("=").lstrip("&;")) + "[^&=#]*="
    if "?" in text:
        return f"(?i)^{_PATH}{name}"
    begins = text.startswith(("&", ";"))
    return f"(?i)^[^?#]*\\?(?:[^&#]*&)*{'' if begins else '[^&=#]*'}{name}"
