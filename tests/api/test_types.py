"""Free-form JSON in requests."""

from typing import Any

import pytest

from replay_mcp.api.types import MAX_JSON_DEPTH, check_json
from tests.hostile import deep


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (float("nan"), "numbers must be finite"),
        ({"a": [10**4_300]}, "an integer must have at most 4300 digits"),
        ({"a": ["\ud800"]}, "a text must not contain a lone surrogate"),
        ({"a": {"\udfff": 1}}, "a text must not contain a lone surrogate"),
        (deep(MAX_JSON_DEPTH), "it is nested more than 100 levels deep"),
    ],
)
def test_json_that_no_encoder_writes_is_refused(value: Any, why: str) -> None:
    with pytest.raises(ValueError, match="^" + why):
        check_json(value)


@pytest.mark.parametrize("value", [{"a": ["é", 10**4_299, 1.5, None], "": {}}, deep(MAX_JSON_DEPTH - 1)])
def test_other_json_passes(value: Any) -> None:
    assert check_json(value) is value
