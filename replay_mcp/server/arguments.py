"""Arguments as clients send them."""

from typing import Any, cast

import orjson

from replay_mcp import exact_json


def normalized(arguments: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Work around deviations of some clients.

    They send null, or an invalid "", for arguments that the model left out, or lists and objects as JSON text.
    """
    fields: dict[str, dict[str, Any]] = schema["properties"]
    required: list[str] = schema.get("required", [])
    normalized: dict[str, Any] = {}
    for name, value in arguments.items():
        field = fields.get(name, {})
        absent = value is None or (value == "" and field.get("minLength", 0) > 0)
        if not (absent and name in fields and name not in required):
            normalized[name] = _decode_json(value, field.get("type")) if isinstance(value, str) else value
    return normalized


def _decode_json(text: str, expected: str | None) -> Any:
    if expected not in {"array", "object"}:
        return text
    try:
        value = exact_json.loads(text)
    except orjson.JSONDecodeError:
        value = text
    if isinstance(value, list if expected == "array" else dict):
        return cast(Any, value)
    return [text] if expected == "array" else text  # a single id instead of a list
