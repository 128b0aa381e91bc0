"""The process's own secrets are masked in every form, and nothing else is changed."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.redaction.secrets import SecretMask

KEY = 'own/Key"with&odd+characters'
MASK = SecretMask([KEY, "second-secret"])


@pytest.mark.parametrize(
    "form",
    [
        KEY,
        KEY.lower(),
        KEY.upper(),
        r"own/Key\"with&odd+characters",
        "own%2FKey%22with%26odd%2Bcharacters",
        "own%2fkey%22with%26odd%2bcharacters",
        "own/Key&quot;with&amp;odd+characters",
        "second-secret",
    ],
)
def test_a_secret_is_masked_in_every_form_in_which_servers_echo_it(form: str) -> None:
    assert MASK.text(f"before {form}, after") == "before ***, after"
    assert MASK.body(f"before {form}, after".encode()) == b"before ***, after"


def test_text_without_a_secret_stays_the_same_object() -> None:
    text, body = "own/Key and second", b"second secret"
    assert MASK.text(text) is text
    assert MASK.body(body) is body


def test_strings_and_keys_of_json_are_masked_at_any_depth() -> None:
    deep: list[Any] | str = "second-secret"
    for _ in range(10_000):
        deep = [deep]
    value = {"a": KEY, KEY: [1, None, True, {"b": f"x{KEY}y"}], "deep": deep}
    masked = MASK.json(value)
    while isinstance(deep, list):
        deep = deep[0]
    assert deep == "***"
    del masked["deep"]
    assert masked == snapshot({"a": "***", "***": [1, None, True, {"b": "x***y"}]})


def test_a_single_string_is_masked_as_a_json_value() -> None:
    assert MASK.json(KEY) == "***"


def test_a_text_too_short_to_be_a_secret_is_not_masked() -> None:
    assert SecretMask(["", "ab", "abcd"]).text("ab abcd") == "ab abcd"
    assert SecretMask().json({"a": "b"}) == {"a": "b"}
    assert SecretMask().text("") == ""


def test_a_secret_that_begins_with_another_is_masked_whole() -> None:
    assert SecretMask(["secret", "secret-and-more"]).text("secret-and-more secret") == "*** ***"
