"""Truncates, masks and escapes untrusted recorded text: URLs, page text, console lines, properties.

Masking is best effort: it reduces leaks but cannot rule them out. Escaping makes control and invisible characters
visible, so that text cannot carry hidden instructions.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final, Literal
from urllib.parse import urlsplit, urlunsplit

from .secrets import SecretMask

RedactionLevel = Literal["off", "standard", "strict"]

MAX_TEXT: Final = 500
"""Maximum length of a recorded string in characters, before escaping."""

MAX_LONG_TEXT: Final = 2_000
"""Maximum length of a text in a summary."""

_LETTERS = r"\w\u00c0-\u0dff\u1e00-\u1fff"
_UNSPACED = r"\u0e00-\u1dff\u3040-\ud7ff"
"""Letters of scripts without spaces between words: next to other letters they do not belong to an address."""
_EMAIL = re.compile(
    rf"(?:(?<![{_LETTERS}.+%-])[{_LETTERS}.+%-]+|(?<![{_UNSPACED}])[{_UNSPACED}]+)(?:@|%(?:25){{0,5}}40)"
    rf"(?:[{_LETTERS}{_UNSPACED}-]{{1,63}}\.){{1,126}}(?:[{_LETTERS}-]{{1,63}}|[{_UNSPACED}]{{1,63}})",
    re.ASCII,
)
_BETWEEN_DIGITS = r"\ \u00a0\u2007\u2009\u202f\u2010-\u2015-"
_CARD = re.compile(
    rf"""
    [2-6](?<!\d[2-6])(?<!\d[.\u2010-\u2015-][2-6])      # first digit of a card, not inside a longer number
    (?: \d{{12,18}}(?!\d)
      | \d{{3}}([.{_BETWEEN_DIGITS}])(?:\d{{4}}\1\d{{4}}\1\d{{4}}|\d{{6}}\1\d{{4,5}})(?!\d)(?![.\u2010-\u2015-]\d)
    )
    """,
    re.VERBOSE | re.ASCII,
)
_DIGITS = re.compile(rf"\d(?<![\w-]\d)(?:[{_BETWEEN_DIGITS}]?\d){{12,18}}(?![\w-])", re.ASCII)
_BETWEEN_WORDS = re.compile(r"[^0-9A-Za-z]")
_HEX = re.compile(r"[0-9A-Fa-f]+")
_TOKEN = re.compile(
    r"""
      (?<![A-Za-z0-9])(?:
          (?:ph[acsx]|gh[opsu]|github_pat|xox[abprs]|glpat|[prs]k_(?:live|test))[_-][A-Za-z0-9_-]{16,200}
        | (?:AKIA|ASIA|AIza)[A-Za-z0-9_-]{16,200}
        | (?<!_)(?:[prs]k|npm)[_-][A-Za-z0-9_-]{16,200}       # after an underscore: `is_pk_column_of_the_table`
        | eyJ[A-Za-z0-9_-]{8,4000}+(?:\.[A-Za-z0-9_-]{4,4000}(?:\.[A-Za-z0-9_-]{0,4000})?|\Z)     # JSON Web Token
        | [0-9a-fA-F]{32,200}(?![A-Za-z0-9])
      )
    | (?<=\ )(?:
          (?<=(?i:bearer)\ )[A-Za-z0-9._~+/-]{8,4000}=*
        | (?<=(?i:basic)\ )(?=[A-Za-z+/]*[0-9=])(?=[a-z0-9+/=]*[A-Z])[A-Za-z0-9+/]{6,4000}={0,2}      # not a plain word
        | (?<=(?i:authorization:\ basic)\ )[A-Za-z0-9+/]{4,4000}={0,2}
      )
    """,
    re.VERBOSE | re.ASCII,
)
_PARAMETER = re.compile(r"[^&;]+")
_CREDENTIALS = re.compile(r"(//|\\/\\/)[^\s/?#@\"'<>][^\s/?#\"'<>]{0,4000}@")
_URL_IN_TEXT = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s\"'<>]+", re.IGNORECASE)
# A query or path parameter anywhere in the text: URLs in console lines may lack a scheme. A quote after the equals sign
# starts a quoted value, unless the characters after it show that it ends the URL.
_AFTER_URL = r"""(?![\s"'\\,;:.+&|)\]}>]|/>|\Z)"""
_PARAMETER_IN_TEXT = re.compile(
    rf"""([?&;][^\s=&?#;"'<>]{{1,200}}=)"""
    rf"""(?:\\{{0,4}}(?:"{_AFTER_URL}[^"\n]*"?|'{_AFTER_URL}[^'\n]*'?)|[^\s&;"'<>]*)"""
)
_ENCODED_QUERY = re.compile(r"%3[Ff].*", re.DOTALL)
_OPAQUE_SCHEMES = frozenset({"data", "javascript", "blob", "about"})
# Characters that Python counts as printable although they are invisible: joiners, fillers, variation selectors.
_UNSEEN = frozenset(
    {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x3164, 0xFFA0}
    | set(range(0xFE00, 0xFE10))
    | set(range(0xE0100, 0xE01F0))
)
# Invisible characters that pages insert to break or join words.
_DIVIDERS = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u2060-\u2064\ufeff]")
_MARKS = "***", "[card]", "[email]", "[token]", "[typed]"
_LONGEST_WORD = 250
_CUT_WORD = re.compile(rf"(?:\d[\d.{_BETWEEN_DIGITS}]*|(?<!\S))\S*\Z")
_ESCAPES = {"\n": "\\n", "\t": "\\t"}


def visible(text: str, limit: int = MAX_TEXT) -> str:
    """Truncate `text` to `limit` characters and escape invisible ones (line breaks, control, format …) as in JSON."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    if cut.isascii() and cut.isprintable():
        return cut
    return "".join(char if char.isprintable() and ord(char) not in _UNSEEN else _escaped(char) for char in cut)


def _escaped(char: str) -> str:
    return _ESCAPES.get(char) or f"\\u{ord(char):04x}"


def map_strings(tree: dict[str, Any], show: Callable[[str], str]) -> None:
    """Replace every string in a JSON object, at any depth, by `show(string)`, and every key by `visible(key)`."""
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


def undivided(text: str) -> str:
    """`text` without the invisible characters that divide words."""
    return text if text.isascii() else _DIVIDERS.sub("", text)


def mask_beginning(text: str, length: int, mask: Callable[[str], str]) -> str:
    """Mask the first `length` characters; drop the last word if truncation could hide a secret in it from `mask`."""
    masked = mask(whole := undivided(text[:length]))
    if masked == whole:  # nothing to mask: keep the original characters
        masked = text[:length]
    if len(text) <= length or masked.endswith(_MARKS):
        return masked
    return masked[:-_LONGEST_WORD] + _CUT_WORD.sub("…", masked[-_LONGEST_WORD:], count=1)


class Redaction:
    """Masks recorded text.

    Levels: `off` masks nothing; `standard` masks e-mails, card numbers, keys, tokens and the values of URL query
    parameters in recorded text; `strict` also hides the identity of the visitor (see `identity`). The process's own
    `secrets` are masked at every level.
    """

    def __init__(self, level: RedactionLevel = "standard", secrets: SecretMask | None = None) -> None:
        self.level: Final = level
        self._secrets: Final = secrets or SecretMask()

    def url(self, url: str, limit: int = MAX_TEXT) -> str:
        """Mask a recorded URL: query and fragment values, credentials, and secrets in the rest."""
        return self._shown(url, limit, _mask_url)

    def text(self, text: str, limit: int = MAX_TEXT) -> str:
        """Mask recorded text: URLs as `url` does, then e-mails, cards, keys and tokens."""
        return self._shown(text, limit, _mask_text)

    def metadata(self, text: str, limit: int = MAX_TEXT) -> str:
        """Mask a person property or other metadata like `text`, but keep e-mails, by which teams search."""
        return self._shown(text, limit, _mask_metadata)

    def _shown(self, text: str, limit: int, mask: Callable[[str], str]) -> str:
        # Mask more than is shown, so that a secret truncated by the limit is masked too.
        text = self._secrets.text(text)
        return visible(text if self.level == "off" else mask_beginning(text, 4 * limit, mask), limit)

    def identity(self, value: str) -> str | None:
        """The visitor's name, e-mail or distinct id; None under `strict`."""
        return None if self.level == "strict" else visible(self._secrets.text(value))


def _mask_text(text: str) -> str:
    if "=" in text:
        text = _PARAMETER_IN_TEXT.sub(r"\1***", text)
    if "/" in text:
        text = _URL_IN_TEXT.sub(lambda match: _mask_url(match[0]), _CREDENTIALS.sub(r"\1", text))
    return _mask_secrets(text)


def _mask_metadata(text: str) -> str:
    if "://" in text or ("?" in text and "=" in text):
        return _mask_url(text)
    return _mask_numbers(_TOKEN.sub("[token]", text))


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
    """`a=1&secret` becomes `a=***&***`: a parameter without `=` is masked whole."""
    return _PARAMETER.sub(_mask_parameter, query)


def _mask_parameter(match: re.Match[str]) -> str:
    name, equals, _ = match[0].partition("=")
    return f"{name}=***" if equals else "***"


def _mask_secrets(text: str) -> str:
    text = _TOKEN.sub("[token]", text)
    return _mask_numbers(_EMAIL.sub("[email]", text) if "@" in text or "40" in text else text)


def _mask_numbers(text: str) -> str:
    return _DIGITS.sub(_mask_number, _CARD.sub(_mask_number, text))


def _mask_number(match: re.Match[str]) -> str:
    return "[card]" if _luhn(match[0]) and not _in_hex(match) else match[0]


def _in_hex(match: re.Match[str]) -> bool:
    """Whether the digits are part of a hexadecimal number."""
    text, (start, end) = match.string, match.span()
    before, after = text[max(0, start - 40) : start], text[end : end + 40]
    around = _BETWEEN_WORDS.split(before)[-1] + _BETWEEN_WORDS.split(after, maxsplit=1)[0]
    return _HEX.fullmatch(around) is not None


def _luhn(candidate: str) -> bool:
    digits = [int(char) for char in candidate if char.isdigit()]
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
