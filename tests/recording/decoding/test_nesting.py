"""The nesting of JSON text equals that of a scan by character, within tolerance."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from replay_mcp.recording.rrweb.nesting import DEEP, nesting
from tests.examples import examples

MANY = examples(300)
SLACK = 8
"""The nesting found may be too high by this much."""
LONG = b" " * 65_537
"""Makes a text long enough that its brackets are not only counted."""


def depth(text: bytes) -> int:
    """The maximum number of open brackets outside strings."""
    most = open_ = 0
    inside = escaped = False
    for byte in text:
        character = chr(byte)
        if inside:
            inside = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            inside = True
        elif character in "[{":
            open_ += 1
            most = max(most, open_)
        elif character in "]}":
            open_ -= 1
    return most


NASTY = st.text(alphabet='"\\[]{}a\u00e9\ud7ff,: \n/u')
VALUES = st.recursive(
    NASTY | st.none() | st.integers(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(NASTY, inner, max_size=5),
    max_leaves=20,
)


def wrapped(value: Any, levels: int, brackets: str) -> Any:
    for level in range(levels):
        value = [value] if brackets[level % len(brackets)] == "[" else {"k": value}
    return value


def check(text: bytes) -> None:
    true = depth(text)
    assert true <= nesting(text + LONG) <= true + SLACK
    assert true <= nesting(text) <= max(DEEP, true + SLACK)


@given(value=VALUES, levels=st.integers(0, 300), brackets=st.text("[{", min_size=1, max_size=4), ascii=st.booleans())
@MANY
def test_the_nesting_found_is_an_upper_bound_and_nearly_exact(value: Any, levels: int, brackets: str, *, ascii: bool):
    check(json.dumps(wrapped(value, levels, brackets), ensure_ascii=ascii).encode())


@given(st.lists(st.tuples(st.integers(0, 60), VALUES, st.integers(0, 60)), max_size=6))
@MANY
def test_lists_of_deep_and_shallow_values_are_as_deep_as_the_deepest(parts: list[tuple[int, Any, int]]):
    check(
        json.dumps([[wrapped(value, left, "["), wrapped(value, right, "{[")] for left, value, right in parts]).encode()
    )


@given(st.text('"\\[]{}a ', max_size=200))
@example('"' * 15)
@example('\\\\"[[[[')
@example('"\\\\\\"[[["[')
@MANY
def test_brackets_inside_a_string_do_not_count(inside: str):
    """The string is placed inside real brackets, with a string before and after them."""
    quoted = json.dumps(inside)
    check(f"[{quoted},{{{quoted}:[[{quoted},{{}}]]}},{quoted}]".encode())


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


@given(st.text('"\\[]{},:1', max_size=60))
@examples(200)
def test_json_in_any_text_is_never_deeper_than_found(text: str):
    found = nesting(text.encode() + LONG)
    assert found >= 0
    if _is_json(text):
        check(text.encode())


@pytest.mark.parametrize(
    "text", [b"", b"]]]]", b"]" * 999 + b"[" * 9, b'"' * 99, b"\\" * 99, b'"[' * 99, b"\xff\x00[", b'[\\"["]']
)
def test_text_that_is_not_json_is_scanned_too(text: bytes):
    assert 0 <= nesting(text + LONG) <= text.count(b"[") + SLACK


def test_long_rows_of_empty_brackets_do_not_count_as_depth():
    assert nesting(b"[" + b"{}," * 50_000 + b"[]]") <= 2 + SLACK
    assert nesting(b"[" + b'{"a":[{"b":[{"c":[]}]}]},' * 9_000 + b"1]") <= 8 + SLACK
