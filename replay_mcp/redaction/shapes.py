"""Masks secrets by their shape: e-mail addresses, payment cards, bank accounts, keys and tokens, phone numbers.

Masking is best effort. Numbers count only with a valid checksum where their kind has one.
"""

import re
from functools import cache
from typing import Final

BETWEEN_DIGITS: Final = r"\ \u00a0\u2007\u2009\u202f\u2010-\u2015-"
MARKS: Final = "[card]", "[email]", "[iban]", "[id]", "[phone]", "[token]"
"""What stands in place of a masked secret."""

_LETTERS = r"\w\u00c0-\u0dff\u1e00-\u1fff"
_UNSPACED = r"\u0e00-\u1dff\u3040-\ud7ff"
"""Letters of scripts without spaces between words: next to other letters they do not belong to an address."""
_CARD = re.compile(
    r"""
    (?<![0-9])(?<![0-9][.\u2010-\u2015-])
    (?=[3-6]|2[2-7])      # no card begins with a year
    (?: [0-9]{13,19}(?![0-9])
      | [0-9]{4}([^0-9A-Za-z]{1,2})(?:[0-9]{4}\1[0-9]{4}\1[0-9]{4}|[0-9]{6}\1[0-9]{4,5})
        (?![0-9])(?![.\u2010-\u2015-][0-9])
    )
    """,
    re.VERBOSE,
)
_NUMBER = re.compile("[0-9]{2}")
_DIGITS = re.compile(rf"\d(?<![\w-]\d)(?:[{BETWEEN_DIGITS}]?\d){{12,18}}(?![\w-])", re.ASCII)
_BETWEEN_WORDS = re.compile(r"[^0-9A-Za-z]")
_HEX = re.compile(r"[0-9A-Fa-f]+")
_IBAN = re.compile(rf"(?<![A-Za-z0-9])[A-Z]{{2}}[0-9]{{2}}(?:[{BETWEEN_DIGITS}]?[A-Z0-9]){{11,30}}(?![A-Za-z0-9])")
_IBAN_LENGTHS = range(15, 35)
_VENDORS: Final = r"""
          # prefixes that vendors publish, so that leaked keys are found
          (?:ph[acsx]|gh[oprsu]|github_pat|xox[abcdeprs]|xapp|gl(?:pat|dt|ft|rt|soat|ptt)|[prs]k_(?:live|test)|whsec
            |hf|dop_v1|doo_v1|dor_v1|shp(?:at|ca|pa|ss)|lin_api|ntn|sbp|gsk|xai|pplx|figd|sntry[su]|dckr_pat|rnd|r8
            |sk-(?:ant|proj|svcacct|or)|PMAK|NRAK|NRJS|CFPAT|xkeysib|sq0(?:atp|csp)|secret_live)[_-][A-Za-z0-9_-]{16,200}
        | sk-[A-Za-z0-9]{20,200}
        | (?:AKIA|ASIA|AIza|ATATT3|ATCTT3|EAAC|dapi|pypi-AgE)[A-Za-z0-9_=-]{16,300}
        | AGE-SECRET-KEY-1[A-Z0-9]{20,100}
        | (?:ya29|SG|hvs|hvb|glsa|1//0)[._][A-Za-z0-9_.-]{16,300}
        | (?<!_)(?:[prs]k|npm)[_-][A-Za-z0-9_-]{16,200}       # after an underscore: `is_pk_column_of_the_table`
        | eyJ[A-Za-z0-9_-]{8,4000}+(?:\.[A-Za-z0-9_-]{4,4000}(?:\.[A-Za-z0-9_-]{0,4000})?|\Z)     # JSON Web Token
"""
_HEX_KEY: Final = "[0-9a-fA-F]{32,200}(?![A-Za-z0-9])"
_AUTHORIZATION: Final = r"""
      (?<=\ )(?:
          (?<=(?i:bearer)\ )[A-Za-z0-9._~+/-]{8,4000}=*
        | (?<=(?i:basic)\ )(?=[A-Za-z+/]*[0-9=])(?=[a-z0-9+/=]*[A-Z])[A-Za-z0-9+/]{6,4000}={0,2}      # not a plain word
        | (?<=(?i:authorization:\ basic)\ )[A-Za-z0-9+/]{4,4000}={0,2}
      )
"""
_WORD_START: Final = r"(?<![A-Za-z0-9])"
_ENCODED_START: Final = rf"(?:{_WORD_START}|(?<=%[0-9A-Fa-f]{{2}})|(?<=%25[0-9A-Fa-f]{{2}}))"
_TOKENS: Final = f"(?:{_VENDORS} | {_HEX_KEY} ) | {_AUTHORIZATION}"
_TOKEN = re.compile(_WORD_START + _TOKENS, re.VERBOSE | re.ASCII)
_PRIVATE_KEY = re.compile(
    r"-----BEGIN[A-Z ]{0,40} PRIVATE KEY(?: BLOCK)?-----"
    r".{0,20000}?(?:-----END[A-Z ]{0,40} PRIVATE KEY(?: BLOCK)?-----|\Z)",
    re.DOTALL,
)
_PHONE = re.compile(
    r"""
    (?<![\w.:/-])
    (?![0-9]{1,4}[.-][0-9]{1,2}[.-][0-9]{1,4}(?![0-9-]))       # a date
    (?![0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9]))                 # an IP address
    (?: \+[0-9]{1,15}(?:[\ \u00a0.()\u2010-\u2015-]{1,2}[0-9]{1,8}){0,6}
      | (?:\([0-9]{1,5}\)|0[0-9]{1,4}|[0-9]{2,3})(?:[\ \u00a0.()\u2010-\u2015-]{1,2}[0-9]{2,5}){2,5}
    )
    (?![\w-])
    """,
    re.VERBOSE,
)
_PHONE_DIGITS = range(8, 16)
_NATIONAL_ID = re.compile(
    r"""
    (?<![\w-])(?:
        [0-9]{3}-[0-9]{2}-[0-9]{4}                                # United States
      | [A-Z]{2}\ ?[0-9]{2}\ ?[0-9]{2}\ ?[0-9]{2}\ ?[A-D]        # United Kingdom
      | [0-9]{8}-?[A-Z] | [XYZ]-?[0-9]{7}-?[A-Z]                  # Spain
      | [A-Z]{6}[0-9]{2}[A-Z][0-9]{2}[A-Z][0-9]{3}[A-Z]          # Italy
      | [12]\ ?[0-9]{2}\ ?[01][0-9]\ ?[0-9AB]{2}\ ?[0-9]{3}\ ?[0-9]{3}\ ?[0-9]{2}      # France
    )(?![\w-])
    """,
    re.VERBOSE,
)


def mask_emails(text: str) -> str:
    """Mask e-mail addresses, also percent-encoded ones."""
    return _email().sub("[email]", text) if "@" in text or "40" in text else text


@cache
def _email() -> re.Pattern[str]:
    """Match an e-mail address in any script. Compiled at first use, for a faster start."""
    return re.compile(
        rf"(?:(?<![{_LETTERS}.+%-])[{_LETTERS}.+%-]+|(?<![{_UNSPACED}])[{_UNSPACED}]+)(?:@|%(?:25){{0,5}}40)"
        rf"(?:[{_LETTERS}{_UNSPACED}-]{{1,63}}\.){{1,126}}(?:[{_LETTERS}-]{{1,63}}|[{_UNSPACED}]{{1,63}})",
        re.ASCII,
    )


def mask_tokens(text: str) -> str:
    """Mask private keys and tokens."""
    if "-----BEGIN" in text:
        text = _PRIVATE_KEY.sub("[token]", text)
    return (_encoded_token() if "%" in text else _TOKEN).sub("[token]", text)


@cache
def _encoded_token() -> re.Pattern[str]:
    """Match a token also right after a percent-encoded character. Compiled at first use, for a faster start."""
    return re.compile(_ENCODED_START + _TOKENS, re.VERBOSE | re.ASCII)


def mask_keys(text: str, mask: str) -> str:
    """Replace private keys and tokens by `mask`, but not hexadecimal ones, which look like ids."""
    if "-----BEGIN" in text:
        text = _PRIVATE_KEY.sub(mask, text)
    return _key().sub(mask, text)


@cache
def _key() -> re.Pattern[str]:
    """Match tokens that do not look like ids. Compiled at first use, for a faster start."""
    tokens = rf"(?:ph[a-z]_[A-Za-z0-9_-]{{6,200}} | {_VENDORS}) | {_AUTHORIZATION}"
    return re.compile(_ENCODED_START + tokens, re.VERBOSE | re.ASCII)


def mask_numbers(text: str) -> str:
    """Mask numbers of payment cards and bank accounts that have a valid checksum."""
    if not _NUMBER.search(text):
        return text
    return _DIGITS.sub(_mask_card, _CARD.sub(_mask_card, _IBAN.sub(_mask_iban, text)))


def mask_personal_numbers(text: str) -> str:
    """Mask phone numbers and national ids, which have too little shape to be masked at every level."""
    return _PHONE.sub(_mask_phone, _NATIONAL_ID.sub("[id]", text))


def _mask_card(match: re.Match[str]) -> str:
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


def _mask_iban(match: re.Match[str]) -> str:
    """Mask the account number at the beginning of a match, which may include capitalised words after it."""
    groups = re.split(rf"([{BETWEEN_DIGITS}])", match[0])
    for end in range(len(groups), 0, -2):
        if _is_iban("".join(groups[:end:2])):
            return "[iban]" + "".join(groups[end:])
    return match[0]


def _is_iban(account: str) -> bool:
    """Whether the remainder is right (ISO 13616)."""
    if len(account) not in _IBAN_LENGTHS:
        return False
    return int("".join(str(int(char, 36)) for char in account[4:] + account[:4])) % 97 == 1


def _mask_phone(match: re.Match[str]) -> str:
    return "[phone]" if sum(char.isdigit() for char in match[0]) in _PHONE_DIGITS else match[0]
