"""Truncates, masks and escapes untrusted recorded text: URLs, page text, console lines, properties.

Masking is best effort: it reduces leaks but cannot rule them out. Escaping makes control and invisible characters
visible, so that text cannot carry hidden instructions.
"""

import re
from collections.abc import Callable, Iterable
from functools import partial
from html import unescape
from typing import Any, Final, Literal
from urllib.parse import unquote, urlsplit, urlunsplit

from .names import MASK, is_secret_name, mask_named
from .secrets import KeyMask, SecretMask
from .shapes import BETWEEN_DIGITS, MARKS, mask_emails, mask_numbers, mask_personal_numbers, mask_tokens

RedactionLevel = Literal["off", "standard", "strict"]

MAX_TEXT: Final = 500
"""Maximum length of a recorded string in characters, before escaping."""

MASKS: Final = (MASK, "[typed]", *MARKS)
"""What stands in place of masked text."""

MAX_LONG_TEXT: Final = 2_000
"""Maximum length of a text in a summary."""

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
_FULL_WIDTH = {0xFF10 + digit: 0x30 + digit for digit in range(10)}
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|quot|amp|lt|gt|apos|nbsp|equals|colon|commat|period);")
_JSON_ESCAPE = re.compile(r"\\{1,4}u(?!d[89a-fA-F])([0-9a-fA-F]{4})", re.IGNORECASE)
_MAX_QUOTED = 80
_LONGEST_QUOTED = 8_192
"""Longest part of a text to mask before it is cut, so that a key at the cut is masked too."""
_KEYS = KeyMask()
_MAX_DECODINGS = 3
_LONGEST_WORD = 250
_CUT_WORD = re.compile(rf"(?:\d[\d.{BETWEEN_DIGITS}]*|(?<!\S))\S*\Z")
_ESCAPES = {"\n": "\\n", "\t": "\\t"}


def visible(text: str, limit: int = MAX_TEXT) -> str:
    """Truncate `text` to `limit` characters and escape invisible ones (line breaks, control, format …) as in JSON."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    if cut.isascii() and cut.isprintable():
        return cut
    return "".join(char if char.isprintable() and ord(char) not in _UNSEEN else _escaped(char) for char in cut)


def quoted(text: str, limit: int = _MAX_QUOTED) -> str:
    """Truncate and escape a caller's text for an error, with keys masked."""
    return visible(_KEYS.text(text[:_LONGEST_QUOTED]), limit)


def _escaped(char: str) -> str:
    return _ESCAPES.get(char) or f"\\u{ord(char):04x}"


def map_strings(tree: dict[str, Any], show: Callable[[str], str], *, hide_named: bool = False) -> None:
    """Replace every string in a JSON object, at any depth, by `show(string)`, and every key by `visible(key)`.

    With `hide_named`, texts and numbers under the name of a secret are replaced by `***`.
    """
    pending: list[dict[str, Any] | list[Any]] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            shown: dict[str, Any] = {}
            for key, value in node.items():
                hidden = hide_named and _is_scalar(value) and is_secret_name(key)
                shown[visible(key)] = MASK if hidden else show(value) if isinstance(value, str) else value
            node.clear()
            node.update(shown)
        else:
            node[:] = [show(value) if isinstance(value, str) else value for value in node]
        children: Iterable[Any] = node.values() if isinstance(node, dict) else node
        pending += [child for child in children if isinstance(child, dict | list)]


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def undivided(text: str) -> str:
    """`text` without the invisible characters that divide words."""
    return text if text.isascii() else _DIVIDERS.sub("", text)


def mask_beginning(text: str, length: int, mask: Callable[[str], str]) -> str:
    """Mask the first `length` characters; drop the last word if truncation could hide a secret in it from `mask`."""
    masked = mask(whole := undivided(text[:length]))
    if masked == whole:  # nothing to mask: keep the original characters
        masked = text[:length]
    if len(text) <= length or masked.endswith(MASKS):
        return masked
    return masked[:-_LONGEST_WORD] + _CUT_WORD.sub("…", masked[-_LONGEST_WORD:], count=1)


class Redaction:
    """Masks recorded text.

    Levels: `off` masks nothing; `standard` masks e-mails, card and account numbers, keys, tokens, what is named as a
    secret, and the values of URL query parameters in recorded text; `strict` also masks phone numbers and national ids,
    and hides the identity of the visitor (see `identity`). The process's own `secrets` are masked at every level.
    """

    def __init__(self, level: RedactionLevel = "standard", secrets: SecretMask | None = None) -> None:
        self.level: Final = level
        self._secrets: Final = secrets or SecretMask()

    def url(self, url: str, limit: int = MAX_TEXT) -> str:
        """Mask a recorded URL: query and fragment values, credentials, and secrets in the rest."""
        return self._shown(url, limit, _mask_url)

    def text(self, text: str, limit: int = MAX_TEXT) -> str:
        """Mask recorded text: URLs as `url` does, then e-mails, numbers, keys, tokens and named secrets."""
        return self._shown(text, limit, _mask_text)

    def metadata(self, text: str, limit: int = MAX_TEXT) -> str:
        """Mask a person property or other metadata like `text`, but keep e-mails, by which teams search."""
        return self._shown(text, limit, _mask_metadata)

    def properties(self, tree: dict[str, Any]) -> None:
        """Mask metadata in place, at any depth, and values under the name of a secret."""
        map_strings(tree, self.metadata, hide_named=self.level != "off")

    def identity(self, value: str) -> str | None:
        """The visitor's name, e-mail or distinct id; None under `strict`."""
        return None if self.level == "strict" else visible(self._secrets.text(value))

    def _shown(self, text: str, limit: int, mask: Callable[[str], str]) -> str:
        # Mask more than is shown, so that a secret truncated by the limit is masked too.
        text = self._secrets.text(text)
        if self.level != "off":
            text = mask_beginning(text, 4 * limit, partial(self._masked, mask))
        return visible(text, limit)

    def _masked(self, mask: Callable[[str], str], text: str) -> str:
        masked = mask(text)
        decoded = _decoded(masked)
        if decoded != masked and (secrets := mask(decoded)) != decoded:
            masked = secrets
        return mask_personal_numbers(masked) if self.level == "strict" else masked


def _decoded(text: str) -> str:
    """The text without percent-encoding, HTML entities, JSON's escapes of characters, and full-width digits."""
    for _ in range(_MAX_DECODINGS):
        decoded = unquote(text) if "%" in text else text
        decoded = _ENTITY.sub(lambda match: unescape(match[0]), decoded) if "&" in decoded else decoded
        decoded = _JSON_ESCAPE.sub(lambda match: chr(int(match[1], 16)), decoded) if "\\u" in decoded else decoded
        if decoded == text:
            break
        text = decoded
    return text if text.isascii() else text.translate(_FULL_WIDTH)


def _mask_text(text: str) -> str:
    if "=" in text:
        text = _PARAMETER_IN_TEXT.sub(r"\1***", text)
    if "/" in text:
        text = _URL_IN_TEXT.sub(lambda match: _mask_url(match[0]), _CREDENTIALS.sub(r"\1", text))
    return _mask_secrets(text)


def _mask_metadata(text: str) -> str:
    if "://" in text or ("?" in text and "=" in text):
        return _mask_url(text)
    return mask_numbers(mask_named(mask_tokens(text)))


def _mask_secrets(text: str) -> str:
    return mask_numbers(mask_emails(mask_named(mask_tokens(text))))


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
