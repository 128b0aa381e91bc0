"""Masks secrets by the name before them: `password=…`, `"api_key": "…"`, `Cookie: …`."""

import re
from typing import Final

MASK: Final = "***"

_STRONG: Final = (
    r"passw(?:or)?d|passphrase|pwd|secret(?:[-_ ]?(?:access[-_ ]?)?key)?"
    r"|(?:api|access|private|auth|account|encryption)[-_ ]?key|token|authorization|cookie"
)
"""Names of values that are secret whatever they look like."""
_CARD_CODE: Final = r"cvv2?|cvc2?|security[-_ ]code"
_WEAK: Final = (
    r"session(?:[-_ ]?id)?|sessid|sid|t?otp|pin(?:[-_ ]?code)?"
    r"|(?:one[-_ ]time|verification|authentication|login|sms)[-_ ](?:pass)?code"
)
"""Names that are also ordinary words: a secret after them has four characters and a digit."""
_PARTS: Final = (
    *("passw", "passphrase", "pwd", "secret", "key", "token", "authorization", "cookie"),
    *("cvv", "cvc", "code", "session", "sid", "otp", "pin"),
)
"""Every name contains one of these. Looking for them first is many times faster than the pattern."""
_NAMED: Final = re.compile(
    rf"""
    (?:(?P<strong>{_STRONG})|(?P<card>{_CARD_CODE})|(?<![A-Za-z])(?P<weak>{_WEAK}))(?![A-Za-z0-9_])
    (?P<between>\\{{0,4}}["'`]?\s{{0,3}}(?:=>|[:=]|(?<=\s)(?P<verb>is)(?=\s))(?P<space>\s{{0,3}}))
    (?:
        (?P<quote>\\{{0,4}}["'`])(?P<quoted>(?:(?!(?P=quote))(?:\\.|[^\\])){{0,4000}})
      | (?P<scheme>(?:(?:bearer|basic|digest|token|apikey)\s+)?)(?P<plain>[^\s,;&"'`<>(){{}}\[\]]{{1,4000}})
    )
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_COOKIES: Final = re.compile(
    r"""((?:set-)?cookie["'`]?\s{0,3}[:=]\s{0,3})[^\s=;"'`]{1,200}=[^"'`\n]{0,4000}""", re.IGNORECASE
)
"""Matches the header, whose value has several parts."""
_SECRET_NAME: Final = re.compile(rf"(?:{_STRONG}|{_CARD_CODE})", re.IGNORECASE)
_NO_SECRET: Final = re.compile(r"null|none|nil|undefined|true|false|nan|\[\w+\]", re.IGNORECASE)
_MIN_CARD_CODE: Final = 3
_MIN_LENGTH: Final = 4
_WORD_END: Final = ".!?:\u2026"


def mask_named(text: str) -> str:
    """Mask the value after each name of a secret. Messages such as "Password: required" stay."""
    if not (":" in text or "=" in text or " is " in text):
        return text
    lowered = text.lower()
    for part in _PARTS:
        if part in lowered:
            return _NAMED.sub(_mask_value, _COOKIES.sub(rf"\1{MASK}", text))
    return text


def is_secret_name(name: str) -> bool:
    """Whether a property's name ends with the name of a secret: `userPassword`, `x-api-key`."""
    return any(match.end() == len(name) for match in _SECRET_NAME.finditer(name))


def _mask_value(match: re.Match[str]) -> str:
    quoted = match["quoted"]
    value = match["plain"] if quoted is None else quoted
    if _NO_SECRET.fullmatch(value) or not any(char.isalnum() for char in value) or not _is_secret(match, value):
        return match[0]
    return match.string[match.start() : match.end("between")] + (match["quote"] or "") + MASK


def _is_secret(match: re.Match[str], value: str) -> bool:
    """Whether a value can be the secret that the name before it promises."""
    has_digit = any(char.isdigit() for char in value)
    if match["card"] is not None:
        return has_digit and len(value) >= _MIN_CARD_CODE
    if match["weak"] is not None or match["verb"] is not None:
        return has_digit and len(value) >= _MIN_LENGTH
    if match["quoted"] is not None or not match["space"]:
        return True
    is_word = value.rstrip(_WORD_END).isalpha() and not match["scheme"]
    return len(value) >= _MIN_LENGTH and not is_word
