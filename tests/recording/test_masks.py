"""Secrets are masked in all notations of pages, logs and URLs; text that only looks like a secret is not."""

import pytest
from inline_snapshot import snapshot

from replay_mcp.recording.timeline.shown_text import ShownText
from replay_mcp.redaction import Redaction


def masked(*recorded: str) -> list[str]:
    return [Redaction().text(text, 120) for text in recorded]


def test_credentials_are_masked_however_they_are_sent():
    assert masked(
        "Authorization: Basic dXNlcjpwYXNz",
        "basic dXNlcjpwYXNzd29yZA==",
        "//user:pw@host/path",
        "see https://user:pw@host/x?a=1",
        "x_phc_abcdefghijklmnopqrstuvwxyz",
        'GET /x?token="secret"&b=1',
        "?q='a b' end",
    ) == snapshot(
        [
            "Authorization: Basic [token]",
            "basic [token]",
            "//host/path",
            "see https://host/x?a=***",
            "x_[token]",
            "GET /x?token=***&b=***",
            "?q=*** end",
        ]
    )


@pytest.mark.parametrize("between", [".", "-", " ", "\u00a0", "\u202f", "\u2013", ""])
def test_card_numbers_are_masked_with_any_separator_between_their_digits(between: str):
    card = between.join(["4242"] * 4)
    assert masked(card, f"card{card}", f"{card}USD") == ["[card]", "card[card]", "[card]USD"]


def test_addresses_are_masked_in_every_script_and_encoding():
    assert masked(
        "jürgen@bücher.example wrote",
        "張三@例子.公司 你好",
        "a@b.c.d.e.f.g.example",
        "to a%40b.example",
        "to a%2540b.example",
    ) == snapshot(["[email] wrote", "[email] 你好", "[email]", "to [email]", "to [email]"])


def test_text_that_only_looks_like_a_secret_is_shown():
    harmless = [
        "Basic information about BASIC AUTHENTICATION",
        "basic JavaScript, Basic 2024/2025",
        "id 550e8400-e29b-41d4-a716-446655440000 ok",
        "order 123456789012345678901234",
        "at 2026-11-25T10:00:00.123Z",
        "is_pk_column_of_the_table_name",
        "version 1.2.3.4 build 20261125",
        "price 1.234.567,89",
        "user@localhost and @mention",
    ]
    assert masked(*harmless) == harmless


@pytest.mark.parametrize("secret", ["eyJ" + "a" * 3_000, "bob@example.com", "4242 4242 4242 4242"])
def test_a_truncated_text_does_not_show_part_of_a_secret(secret: str):
    for before in range(90, 125):
        shown = Redaction().text(" " * before + secret + " and more" * 10, 120)
        assert "eyJ" not in shown
        assert "bob" not in shown
        assert "4242" not in shown


def test_typed_text_is_masked_in_slugs_and_in_words_with_invisible_characters():
    wording = ShownText(Redaction())
    wording.typed(1, 1, "my secret plan")
    wording.typed(1, 2, "hunter2secret")
    texts = ["your my-secret-plan", "/my_secret_plan/x", "hun\u200bter2\u00adsecret", "My  Secret\nPlan", "a plan"]
    assert [wording.text(text, 100) for text in texts] == snapshot(
        ["your [typed]", "/[typed]/x", "[typed]", "[typed]", "a plan"]
    )


def test_of_very_many_typed_texts_the_latest_are_masked():
    wording = ShownText(Redaction())
    for place in range(300):
        for letters in range(6):
            wording.typed(1, place, f"word {place:03}"[: 3 + letters])
        assert wording.text(f"word {place:03}!", 100) == "[typed]!"
    assert wording.text("word 299, word 101, word 099", 100) == snapshot("[typed], [typed], [typed]099")
