"""JSON with integers beyond 64 bits."""

from typing import Any

import orjson
import pytest

from replay_mcp import exact_json


@pytest.mark.parametrize("value", [2**63, 2**64, -(2**63) - 1, 10**30, -(10**400), {"a": [10**4299, 1.5, "1" * 30]}])
def test_integers_of_any_size_keep_their_digits(value: Any):
    text = exact_json.dumps(value)
    assert text == repr(value).replace("'", '"').replace(" ", "").encode()
    assert exact_json.loads(text) == exact_json.loads(text.decode()) == value


def test_other_json_is_as_orjson_makes_it():
    value = {"a": [1, 2.5, None, True, "é"], "b": float("inf")}
    assert exact_json.dumps(value) == orjson.dumps(value)
    assert exact_json.dumps([2**64, float("inf")]) == b"[18446744073709551616,null]"


def test_deep_nesting_costs_precision_and_nothing_else():
    text = b"[" * 300 + b"18446744073709551617" + b"]" * 300
    value = exact_json.loads(text)
    for _ in range(300):
        [value] = value
    assert value == float(2**64)


@pytest.mark.parametrize("text", [b"{", b"", b"NaN", b'["18446744073709551616", "\\ud800"]', b"1" * 5_000])
def test_invalid_json_is_refused(text: bytes):
    with pytest.raises(orjson.JSONDecodeError):
        exact_json.loads(text)


@pytest.mark.parametrize("value", ["\ud800", [2**64, "\ud800"]])
def test_a_value_that_json_cannot_represent_is_refused(value: Any):
    with pytest.raises(orjson.JSONEncodeError):
        exact_json.dumps(value)
