"""What stands for typed text, of which a recording has only the length."""

import re
from typing import Final

from replay_mcp.recording.dom.types import RowElement

from .spec import PlaceholderKind

EMAIL_HOST: Final = "@example.com"
URL_START: Final = "https://example.com/"
DATE: Final = "2000-01-01"
MAX_CHARACTERS: Final = 10_000
"""Longer placeholders are cut."""

_WORDS: Final[tuple[tuple[PlaceholderKind, re.Pattern[str]], ...]] = (
    ("email", re.compile(r"e-?mail|courriel|correo|メール|邮箱|이메일|بريد", re.IGNORECASE)),
    ("date", re.compile(r"date|birth|geburt|datum|fecha|data de|naissance", re.IGNORECASE)),
    ("url", re.compile(r"\burl\b|website|webseite|site web", re.IGNORECASE)),
    (
        "digits",
        re.compile(
            r"phone|mobile|\btel|telefon|teléfono|number|nummer|numéro|número|\bzip\b|postal|postcode|\bplz\b"
            r"|quantity|\bqty\b|amount|betrag|menge|montant|\bage\b|year|\bcvc\b|\bcvv\b|security.?code|\bpin\b|\botp\b",
            re.IGNORECASE,
        ),
    ),
)
"""Rows do not have the type of a field, so its name and selector must tell what it takes."""


def placeholder_kind(element: RowElement, characters: int) -> PlaceholderKind:
    """What a field most likely takes. Digits are valid in every field that may be meant by these words."""
    words = f"{element.name} {element.selector}"
    for kind, pattern in _WORDS:
        if pattern.search(words) and (kind != "date" or characters == len(DATE)):
            return kind
    return "text"
