"""Secrets of many shapes and names, in every place where recordings hold text."""

import json
from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import quote

import pytest

from replay_mcp.redaction import Redaction

STANDARD = Redaction("standard")
STRICT = Redaction("strict")
BODY = "A1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5r6"  # made up, as every secret here

PREFIXES = [
    *("phx_", "phc_", "phs_", "ghp_", "gho_", "ghr_", "ghu_", "ghs_", "github_pat_", "glpat-", "glrt-", "gldt-"),
    *("xoxb-", "xoxp-", "xoxe-", "xapp-", "sk_live_", "pk_live_", "rk_test_", "whsec_", "sk-", "sk-ant-", "sk-proj-"),
    *("hf_", "gsk_", "xai-", "pplx-", "r8_", "npm_", "dckr_pat_", "dop_v1_", "shpat_", "shpss_", "lin_api_", "ntn_"),
    *("sbp_", "figd_", "sntrys_", "PMAK-", "NRAK-", "CFPAT-", "xkeysib-", "sq0atp-", "AKIA", "ASIA", "AIza", "dapi"),
    *("ATATT3", "pypi-AgE", "ya29.", "SG.", "hvs.", "glsa_"),
]
SHAPES = (
    {prefix: prefix + BODY for prefix in PREFIXES}
    | {
        "hexadecimal key": "0123456789abcdef" * 2,
        "JSON Web Token": f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.{BODY}",
        "age key": "AGE-SECRET-KEY-1" + BODY.upper(),
        "e-mail address": "maya.okafor+shop@example.co.uk",
        "e-mail address in another script": "ada@bücher.example",
        "IBAN": "DE89370400440532013000",
        "IBAN in groups": "GB29 NWBK 6016 1331 9268 19",
        "IBAN of France": "FR14 2004 1010 0505 0001 3M02 606",
        "IBAN with hyphens": "NL91-ABNA-0417-1643-00",
        "card": "4111111111111111",
        "card of 15 digits": "378282246310005",
        "card of 19 digits": "6304000000000000000",
        "card of the 2 series": "2223003122003222",
    }
    | {f"card with {separator!r}": separator.join(["5555", "5555", "5555", "4444"]) for separator in " -._/|:,·•*"}
)
PLACES: dict[str, Callable[[str], str]] = {
    "alone": STANDARD.text,
    "in a sentence": lambda secret: STANDARD.text(f"You entered {secret} here."),
    "in parentheses": lambda secret: STANDARD.text(f"failed ({secret})"),
    "in JSON": lambda secret: STANDARD.text(json.dumps({"message": secret}, ensure_ascii=False)),
    "in JSON in JSON": lambda secret: STANDARD.text(
        json.dumps({"body": json.dumps({"v": secret}, ensure_ascii=False)})
    ),
    "in a query": lambda secret: STANDARD.url(f"https://shop.test/a?v={quote(secret)}"),
    "in a path": lambda secret: STANDARD.url(f"https://shop.test/a/{quote(secret, safe='')}/b"),
    "in a fragment": lambda secret: STANDARD.url(f"https://shop.test/#{quote(secret, safe='')}"),
    "in HTML": lambda secret: STANDARD.text(f"&lt;b title=&quot;{escape(secret)}&quot;&gt;"),
    "percent-encoded twice": lambda secret: STANDARD.text(quote(quote(f"v {secret} w", safe=""), safe="")),
    "in full-width digits": lambda secret: STANDARD.text(secret.translate({0x30 + d: 0xFF10 + d for d in range(10)})),
}
ALSO_IN_METADATA = [name for name in SHAPES if not name.startswith("e-mail")]
"""Teams search people by e-mail address."""

NAMES = [
    *("password", "passwd", "PASSWORD", "db_password", "userPassword", "pwd", "passphrase", "secret", "client_secret"),
    *("secretKey", "aws_secret_access_key", "token", "accessToken", "refresh_token", "csrf-token", "api_key", "apiKey"),
    *("api-key", "x-api-key", "private_key", "access_key", "Authorization", "X-Auth-Token", "cookie", "encryptionKey"),
]
WEAK_NAMES = [
    "session",
    "session_id",
    "sessionid",
    "sid",
    "otp",
    "pin",
    "PIN code",
    "one-time code",
    "verification code",
]
NAMED_PLACES: dict[str, Callable[[str, str], str]] = {
    "assigned": lambda name, value: STANDARD.text(f"{name}={value}"),
    "assigned with spaces": lambda name, value: STANDARD.text(f"set {name} = {value} now"),
    "after a colon": lambda name, value: STANDARD.text(f"{name}: {value}"),
    "in JSON": lambda name, value: STANDARD.text(json.dumps({name: value, "a": 1})),
    "in JSON without spaces": lambda name, value: STANDARD.text(f'{{"{name}":"{value}"}}'),
    "in JSON in JSON": lambda name, value: STANDARD.text(json.dumps({"body": json.dumps({name: value})})),
    "in an object of JavaScript": lambda name, value: STANDARD.text(f"{{'{name}': '{value}'}}"),
    "in a hash of Ruby": lambda name, value: STANDARD.text(f'"{name}" => "{value}"'),
    "in a query": lambda name, value: STANDARD.url(f"https://shop.test/a?{name}={value}"),
    "in an encoded path": lambda name, value: STANDARD.url(f"https://shop.test/a/{quote(f'{name}={value}', safe='')}"),
    "in HTML": lambda name, value: STANDARD.text(escape(json.dumps({name: value}))),
}
VALUE = "hunter2x"

HARMLESS = [
    "Password: required",
    "Password: must contain 8 characters",
    "Your password is too short",
    "The token is invalid, so the session is closed",
    "Unexpected token: '}'",
    "SyntaxError: Unexpected token = in JSON at position 4",
    '{"token":null,"has_token":true}',
    "max_tokens: 4096, tokens: 12",
    "Session 2: 14:30",
    "session: morning",
    "The PIN is wrong",
    "Pin: Berlin",
    "Secret: Santa",
    "Cookie: accept all",
    "keyboard: qwerty1",
    "Years 2019 2020 2021 2022",
    "Order 1234 5678 9012 3456",
    "Total 1.234.567,89 of 12,345,678.90",
    "From 2026-11-30 08:12:44 to 30.11.2026",
    "01975f7e-6c3a-7d2e-9d63-1f0a3c5b7e90",
    "GB12 is no account number, nor is DE00 1234 5678 9012 3456 78",
    "50% off &amp; more",
]
PERSONAL = {
    "phone": "+49 30 901820",
    "phone without spaces": "+4930901820",
    "phone of the United States": "(555) 867-5309",
    "phone with hyphens": "555-867-5309",
    "phone of the United Kingdom": "020 7946 0958",
    "phone of France": "01 23 45 67 89",
    "social security number": "078-05-1120",
    "national insurance number": "QQ 12 34 56 C",
    "DNI": "12345678Z",
    "codice fiscale": "RSSMRA85T10A562S",
}


@pytest.mark.parametrize("place", PLACES)
def test_a_secret_is_masked_by_its_shape_in_every_place(place: str) -> None:
    shown = {name: PLACES[place](secret) for name, secret in SHAPES.items()}
    assert {name: text for name, text in shown.items() if shows_secret(text, SHAPES[name])} == {}


def test_a_secret_in_metadata_is_masked_by_its_shape() -> None:
    shown = {name: STANDARD.metadata(SHAPES[name]) for name in ALSO_IN_METADATA}
    assert {name: text for name, text in shown.items() if shows_secret(text, SHAPES[name])} == {}


@pytest.mark.parametrize("place", NAMED_PLACES)
def test_a_secret_is_masked_by_its_name_in_every_place(place: str) -> None:
    shown = {name: NAMED_PLACES[place](name, VALUE) for name in [*NAMES, *WEAK_NAMES]}
    assert {name: text for name, text in shown.items() if VALUE in text} == {}


def test_a_header_with_a_scheme_or_several_cookies_is_masked_whole() -> None:
    headers = ["Authorization: Digest abcdefgh", "Cookie: a=hunter2x; theme=dark2", "set-cookie: id=hunter2x; Secure"]
    assert [STANDARD.text(header) for header in headers] == ["Authorization: ***", "Cookie: ***", "set-cookie: ***"]


def test_a_property_is_masked_by_its_name() -> None:
    properties: dict[str, Any] = {
        "plan": "free",
        "nested": [{name: VALUE} for name in NAMES],
        "cvv": 123,
        "token": True,
    }
    STANDARD.properties(properties)
    masked = [{name: "***"} for name in NAMES]
    assert properties == {"plan": "free", "nested": masked, "cvv": "***", "token": True}
    kept = {"password": VALUE}
    Redaction("off").properties(kept)
    assert kept == {"password": VALUE}


def test_a_private_key_is_masked_whole() -> None:
    begin, end = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"
    assert STANDARD.text(f"key {begin}\n{BODY}\n{BODY}\n{end} used") == "key [token] used"
    assert STANDARD.text(f"key {begin}\n{BODY}") == "key [token]"


@pytest.mark.parametrize("redaction", [STANDARD, STRICT], ids=["standard", "strict"])
def test_ordinary_text_stays(redaction: Redaction) -> None:
    assert [redaction.text(text) for text in HARMLESS] == HARMLESS


def test_phone_numbers_and_national_ids_are_masked_at_strict_only() -> None:
    assert {name: STANDARD.text(f"call {text} now") for name, text in PERSONAL.items()} == {
        name: f"call {text} now" for name, text in PERSONAL.items()
    }
    shown = {name: STRICT.text(f"call {text} now") for name, text in PERSONAL.items()}
    assert {name: text for name, text in shown.items() if text not in ("call [phone] now", "call [id] now")} == {}


def shows_secret(shown: str, secret: str) -> bool:
    """Whether a good part of a secret, in some encoding, is left."""
    plain = "".join(char for char in secret if char.isalnum())
    left = "".join(char for char in shown.translate({0xFF10 + d: 0x30 + d for d in range(10)}) if char.isalnum())
    return any(plain[start : start + 10] in left for start in range(len(plain) - 9))
