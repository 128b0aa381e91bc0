"""Recorded text is truncated, masked and escaped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from replay_mcp.redaction import MAX_TEXT, Redaction, RedactionLevel, map_strings, visible
from replay_mcp.redaction.secrets import SecretMask

STANDARD = Redaction("standard")


def test_urls_keep_their_path_and_lose_their_values() -> None:
    urls = [
        "https://shop.example/pay?email=a@b.example&card=4111111111111111&debug",
        "https://user:secret@shop.example:8443/a",
        "https://shop.example/#access_token=abc&state=1",
        "https://shop.example/?justatoken",
        "https://shop.example/reset/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdef",
        "https://shop.example/u/maya%40example.com/orders",
        "https://[broken?token=abc",
        "/relative?x=1;y=2",
        "https://shop.example/a;jsessionid=SECRET/b%3Fq=SECRET",
        "data:text/html,<b>SECRET</b>",
        "javascript:alert('SECRET')",
        "",
    ]
    assert [STANDARD.url(url) for url in urls] == snapshot(
        [
            "https://shop.example/pay?email=***&card=***&***",
            "https://shop.example:8443/a",
            "https://shop.example/#access_token=***&state=***",
            "https://shop.example/?***",
            "https://shop.example/reset/[token]",
            "https://shop.example/u/[email]/orders",
            "https://[broken?token=***",
            "/relative?x=***;y=***",
            "https://shop.example/a;jsessionid=***",
            "data:***",
            "javascript:***",
            "",
        ]
    )


def test_only_mails_cards_keys_and_tokens_are_masked_in_text() -> None:
    texts = [
        "Mail maya.okafor+shop@example.co.uk now",
        "Card 4111 1111 1111 1111 and 4111-1111-1111-1111, order 1234567890123456",
        "key phx_abcdefghijklmnopqrst and sk_live_abcdefghijklmnop1234",
        "Authorization: Bearer abc.def-ghi_jkl",
        "session 01975f7e-6c3a-7d2e-9d63-1f0a3c5b7e90 at 12:30",
        "sha d41d8cd98f00b204e9800998ecf8427e",
        "see https://shop.example/a?email=a@b.example&x=1.",
        "Payment failed with 500",
        "GET /api/search?q=hunter2secret&x and shop.example/login?password=SECRET",
        "//cdn.example/a?tok=SECRET",
        "https://shop.example/?a=" + "SECRET" * 500,
    ]
    assert [STANDARD.text(text) for text in texts] == snapshot(
        [
            "Mail [email] now",
            "Card [card] and [card], order 1234567890123456",
            "key [token] and [token]",
            "Authorization: Bearer [token]",
            "session 01975f7e-6c3a-7d2e-9d63-1f0a3c5b7e90 at 12:30",
            "sha [token]",
            "see https://shop.example/a?email=***&x=***",
            "Payment failed with 500",
            "GET /api/search?q=***&x and shop.example/login?password=***",
            "//cdn.example/a?tok=***",
            "https://shop.example/?a=***",
        ]
    )


def test_a_secret_that_crosses_the_limit_is_masked_before_truncation() -> None:
    assert STANDARD.text("x" * 8 + " maya@example.com", limit=14) == "xxxxxxxx [ema…"


def test_off_masks_nothing_but_still_escapes() -> None:
    assert Redaction("off").text("a@b.example\u200b") == "a@b.example\\u200b"
    assert Redaction("off").url("http://x/?a=b") == "http://x/?a=b"


def test_identity_is_shown_unless_strict() -> None:
    assert [Redaction(level).identity("a@b.example\n") for level in ("off", "standard", "strict")] == snapshot(
        ["a@b.example\\n", "a@b.example\\n", None]
    )  # pyright: ignore[reportArgumentType]


def test_invisible_and_control_characters_are_escaped() -> None:
    assert visible("a\u202eb\u200bc\x1b[0m\r\n\tz\u2028\U000e0041é…") == snapshot(
        "a\\u202eb\\u200bc\\u001b[0m\\u000d\\n\\tz\\u2028\\ue0041é…"
    )


def test_strings_are_mapped_at_any_depth_without_recursion() -> None:
    deep: dict[str, object] = {"leaf": "x"}
    for _ in range(5_000):
        deep = {"next": [deep, 1, None, "x"]}
    map_strings(deep, str.upper)
    assert deep["next"][3] == "X"  # pyright: ignore[reportIndexIssue]


@given(st.text(max_size=2_000))
def test_any_text_is_bounded_and_on_one_line(text: str) -> None:
    shown = STANDARD.text(text)
    assert len(shown) <= MAX_TEXT * 10  # an escape has at most ten characters
    assert shown.isprintable()


@given(st.from_regex(r"[a-z]{3,9}@[a-z]{3,9}\.(com|org)", fullmatch=True), st.text(" .,;:()<>\"'", max_size=5))
def test_an_e_mail_address_is_masked_between_any_characters(mail: str, around: str) -> None:
    assert mail not in STANDARD.text(f"{around}{mail}{around}")
    assert mail not in STANDARD.url(f"https://shop.example/{mail}?m={mail}#m={mail}")


@pytest.mark.parametrize(
    "text",
    [
        *("a@" * 5_000, "1 " * 5_000, "eyJ" * 3_000, "http://" * 2_000, "?=" * 5_000, "%25" * 5_000, "&amp;" * 3_000),
        *("token: " * 3_000, 'password="' * 2_000, "cookie: a=" * 2_000, "-----BEGIN PRIVATE KEY-----" * 500),
        *("+1 " * 3_000, "DE89 " * 3_000, "4111 " * 3_000, "sk-" * 3_000),
    ],
)
@pytest.mark.parametrize("redaction", [STANDARD, Redaction("strict")], ids=["standard", "strict"])
def test_repetitive_text_is_masked_in_reasonable_time(redaction: Redaction, text: str) -> None:
    assert len(redaction.text(text, 10_000)) <= 10_000
    assert len(redaction.url(text, 10_000)) <= 10_000


@pytest.mark.parametrize("level", ["off", "standard", "strict"])
def test_the_process_s_own_secrets_are_masked_at_every_level_before_truncation(level: RedactionLevel) -> None:
    key = "an-old-key-4111111111111111-of-a-self-hosted-PostHog"
    redaction = Redaction(level, SecretMask([key]))
    text = "x" * (MAX_TEXT - 20) + key
    shown = [redaction.text(text), redaction.url(f"https://a.example/{text}"), redaction.metadata(text)]
    shown.append(redaction.identity(text) or "")
    assert [part for part in ("an-old", "[card]", "PostHog") for one in shown if part in one] == []
