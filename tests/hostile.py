"""Values that no caller should send, and strategies for arguments that a flat JSON Schema describes."""

import json
from pathlib import Path
from typing import Any

import orjson
from hypothesis import strategies as st

from replay_mcp.local.demo import load

SESSIONS: list[str] = [
    session["session_id"]
    for session in orjson.loads((Path(load.__file__).parent / "data" / "sessions.json").read_bytes())
]
"""The recordings of the demo."""
OWN_SHAPE = "phx_" + "Planted0Key" * 4
OTHER_SHAPE = "sk-ant-" + "planted0key" * 4
KEYS = [OWN_SHAPE, OTHER_SHAPE, f"Bearer {OWN_SHAPE}", f"/mcp/{OWN_SHAPE}?key={OTHER_SHAPE}"]
"""Keys that a person pasted into the wrong place; no error may repeat them."""


def deep(levels: int) -> Any:
    """Build lists and objects nested in one another."""
    value: Any = 1
    for level in range(levels):
        value = {"a": value} if level % 2 else [value]
    return value


NUMBERS: list[Any] = [
    0, -1, 1, -0.0, 1.5, 2**53 - 1, 2**53, -(2**53), 2**63, 2**64, -(2**64), 10**30, 10**400, 1e19, 1e300,
    float("inf"), float("-inf"), float("nan"),
]  # fmt: skip
TEXTS: list[Any] = [
    "", " ", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\u202e\u2066", "\u200b\ufeff", "\U000e0041", "٣", "é" * 300,
    "NaN", "1e999", str(2**64), "9" * 5_000, "-" + "9" * 400, "true", "null", "x" * 20_000,
    "'; DROP TABLE recording; --", '" OR 1=1 --', "%", "_", "*", "(", "[a-", "%00%2f..", "../../etc/passwd", "a/b", ".", "..",
    "file:///etc/passwd", "-99999d", "-1d", "-7d", "9999-12-31T23:59:59.999999+23:59", "0001-01-01", "2026-02-30",
    "2026-11-20T12:00:00Z", "5xx", "404", "e1", "e" + "9" * 30, "e-1", "synthetic-" + "x" * 180, "synthetic-frustrated",
    "https://us.posthog.com/project/1/replay/01975f7e-6c3a-7d2e-9d63-1f0a3c5b7e90?t=12", "[" * 400 + "]" * 400,
    '{"a":' * 400 + "1" + "}" * 400, "<script>alert(1)</script>", "{{7*7}}", "{id}", "%s%n", *KEYS,
]  # fmt: skip
OTHERS: list[Any] = [
    True, False, None, [], [[]], [None], [2**64], ["x"] * 1_000, ["\ud800"], [""], [{}], {}, {"a": 2**64},
    {"a": float("nan")}, {"\x00": "\x00"}, {"": ""}, {"a": "x" * 20_000}, deep(99), deep(150), deep(240),
    [OWN_SHAPE], {OWN_SHAPE: OWN_SHAPE},
]  # fmt: skip
VALUES = [*NUMBERS, *TEXTS, *OTHERS]

LARGE: list[Any] = ["x" * 100_000, "ä" * 1_000_000, ["x"] * 100_000, {"a": "x" * 1_000_000}, "[" * 1_000_000]
"""Too large for hypothesis to show."""

hostile_values = st.sampled_from(VALUES)
any_text = st.text(st.characters(), max_size=300) | st.sampled_from(TEXTS)
sendable_text = any_text.filter(lambda text: text == text.encode(errors="ignore").decode())
"""Without lone surrogates, which MCP clients cannot send everywhere."""
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


def described(schema: dict[str, Any], known: list[str]) -> st.SearchStrategy[Any]:
    """Generate values that a flat schema allows; texts are often one of `known`.

    hypothesis-jsonschema does not run with hypothesis 6.170, and these schemas have no references or alternatives.
    """
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    low, high = schema.get("minimum", schema.get("exclusiveMinimum")), schema.get("maximum")
    match schema["type"]:
        case "string":
            shortest, longest = schema.get("minLength", 0), schema.get("maxLength")
            fitting = [text for text in [*known, *TEXTS] if shortest <= len(text) <= (longest or len(text))]
            return st.sampled_from(fitting) | st.text(min_size=shortest, max_size=min(longest or 300, 300))
        case "integer":
            return st.integers(low, high)
        case "number":
            exclusive = "exclusiveMinimum" in schema
            return st.floats(low, high, exclude_min=exclusive, allow_nan=False, allow_infinity=False)
        case "boolean":
            return st.booleans()
        case "array":
            return st.lists(
                described(schema["items"], known),
                min_size=schema.get("minItems", 0),
                max_size=min(schema.get("maxItems", 30), 30),
            )
        case _ if "properties" in schema:
            return described_arguments(schema, known)
        case _:
            return st.dictionaries(st.text(max_size=10), any_json, max_size=4)


def described_arguments(schema: dict[str, Any], known: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Generate objects that a flat schema allows."""
    values = {name: described(field, known) for name, field in schema["properties"].items()}
    required = schema.get("required", [])
    return st.fixed_dictionaries(
        {name: values[name] for name in required},
        optional={name: value for name, value in values.items() if name not in required},
    )


def spoiled(arguments: st.SearchStrategy[dict[str, Any]], names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Put hostile values, or JSON text of them, in one to three places of the objects, or under unknown names."""
    values = hostile_values | any_json
    values |= values.filter(_is_json).map(json.dumps)
    places = st.sampled_from(names) | st.sampled_from(["x", "", "\x00", "limits", OWN_SHAPE, "x" * 1_000])
    spoiling: st.SearchStrategy[dict[str, Any]] = st.dictionaries(places, values, min_size=1, max_size=3)
    return st.builds(_merged, arguments, spoiling)


def _merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    return first | second


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value)
    except ValueError:  # an integer that Python does not print
        return False
    return True
