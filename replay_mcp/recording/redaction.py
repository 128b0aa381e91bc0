"""Text that strangers wrote (URLs, page text, console lines, properties), made fit to show: capped, masked, escaped.

Masking lowers what leaks; it is no promise that nothing does. Escaping makes control and invisible characters
visible, so that hidden instructions cannot hide.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final, Literal
from urllib.parse import urlsplit, urlunsplit

RedactionLevel = Literal["off", "standard", "strict"]

MAX_TEXT: Final = 500
"""Longest stranger's string shown, in characters, before escaping."""

MAX_LONG_TEXT: Final = 2_000
"""The same for prose that a summary writes."""

_EMAIL = re.compile(r"[\w.+%-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.ASCII)
_CARD = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])", re.ASCII)
_TOKEN = re.compile(
    r"""
      \b(?:phx|phc|phs|pha|sk|pk|rk|ghp|gho|ghs|ghu|github_pat|xox[abprs]|glpat|AKIA|ASIA|AIza|npm)[_-]?[A-Za-z0-9_-]{16,200}
    | \beyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{4,4000}(?:\.[A-Za-z0-9_-]{0,4000})?   # JSON Web Token
    | (?<=(?i:bearer)\ )[A-Za-z0-9._~+/-]{8,4000}=*
    | \b[0-9a-fA-F]{32,200}\b
    """,
    re.VERBOSE | re.ASCII,
)
_PARAMETER = re.compile(r"[^&;]+")
_URL_IN_TEXT = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s\"'<>]+", re.IGNORECASE)
# A query or path parameter wherever it stands: not every URL in a console line has a scheme.
_PARAMETER_IN_TEXT = re.compile(r"([?&;][^\s=&?#;\"'<>]{1,200}=)[^\s&;\"'<>]*")
_ENCODED_QUERY = re.compile(r"%3[Ff].*", re.DOTALL)
_OPAQUE_SCHEMES = frozenset({"data", "javascript", "blob", "about"})
# Characters that Python counts as printable and that a reader does not see: joiners, fillers, variation selectors.
_UNSEEN = frozenset(
    {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x3164, 0xFFA0}
    | set(range(0xFE00, 0xFE10))
    | set(range(0xE0100, 0xE01F0))
)
_ESCAPES = {"\n": "\\n", "\t": "\\t"}


def visible(text: str, limit: int = MAX_TEXT) -> str:
    """`text` cut to `limit` characters; what cannot be seen (line breaks, control, format …) is escaped as in JSON."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(char if char.isprintable() and ord(char) not in _UNSEEN else _escaped(char) for char in cut)


def _escaped(char: str) -> str:
    return _ESCAPES.get(char) or f"\\u{ord(char):04x}"


def map_strings(tree: dict[str, Any], show: Callable[[str], str]) -> None:
    """Replace every string inside a JSON object, however deep, by `show` of it, and make every key visible."""
    pending: list[dict[str, Any] | list[Any]] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            shown = {visible(key): show(value) if isinstance(value, str) else value for key, value in node.items()}
            node.clear()
            node.update(shown)
        else:
            node[:] = [show(value) if isinstance(value, str) else value for value in node]
        children: Iterable[Any] = node.values() if isinstance(node, dict) else node
        pending += [child for child in children if isinstance(child, dict | list)]


class Redaction:
    """The one place where recorded text is masked.

    Levels: `off` masks nothing; `standard` masks e-mails, card numbers, keys, tokens and the values of URL query
    parameters in recorded text; `strict` hides, besides, who was recorded (see `identity`).
    """

    def __init__(self, level: RedactionLevel = "standard") -> None:
        self.level: Final = level

    def url(self, url: str, limit: int = MAX_TEXT) -> str:
        """A recorded URL: query and fragment values masked, credentials gone, the rest as text."""
        return visible(url if self.level == "off" else _mask_url(url[: 4 * limit]), limit)

    def text(self, text: str, limit: int = MAX_TEXT) -> str:
        """Recorded text: URLs in it masked like `url`, then e-mails, cards, keys and tokens."""
        if self.level == "off":
            return visible(text, limit)
        # Masks see more than is shown, so that a secret cut by the limit is masked too.
        masked = _URL_IN_TEXT.sub(lambda match: _mask_url(match[0]), text[: 4 * limit])
        masked = _PARAMETER_IN_TEXT.sub(r"\1***", masked)
        return visible(_mask_secrets(masked), limit)

    def metadata(self, text: str, limit: int = MAX_TEXT) -> str:
        """A person's property or another value of metadata: like `text`, but e-mails stay: teams search by them."""
        if self.level == "off":
            return visible(text, limit)
        cut = text[: 4 * limit]
        if "://" in cut or ("?" in cut and "=" in cut):
            return visible(_mask_url(cut), limit)
        return visible(_mask_numbers(_TOKEN.sub("[token]", cut)), limit)

    def identity(self, value: str) -> str | None:
        """Who was recorded (person name, e-mail, distinct id): shown as is, None under `strict`."""
        return None if self.level == "strict" else visible(value)


def _mask_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:  # e.g. an unclosed IPv6 bracket: still a string that may hold secrets
        return _mask_secrets(_PARAMETER_IN_TEXT.sub(r"\1***", url))
    if parts.scheme in _OPAQUE_SCHEMES:
        return f"{parts.scheme}:***"
    path = _ENCODED_QUERY.sub("%3F***", _PARAMETER_IN_TEXT.sub(r"\1***", parts.path))
    fragment = _mask_parameters(parts.fragment) if "=" in parts.fragment else parts.fragment
    return urlunsplit((parts.scheme, host, _mask_secrets(path), _mask_parameters(parts.query), _mask_secrets(fragment)))


def _mask_parameters(query: str) -> str:
    """`a=1&secret` as `a=***&***`: a parameter without a name is all value."""
    return _PARAMETER.sub(_mask_parameter, query)


def _mask_parameter(match: re.Match[str]) -> str:
    name, equals, _ = match[0].partition("=")
    return f"{name}=***" if equals else "***"


def _mask_secrets(text: str) -> str:
    return _mask_numbers(_EMAIL.sub("[email]", _TOKEN.sub("[token]", text)))


def _mask_numbers(text: str) -> str:
    return _CARD.sub(lambda match: "[card]" if _luhn(match[0]) else match[0], text)


def _luhn(candidate: str) -> bool:
    digits = [int(char) for char in candidate if char.isdigit()]
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
