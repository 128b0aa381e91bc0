"""Arguments as clients send them."""

from typing import Any, Final, cast

import orjson

from replay_mcp import exact_json
from replay_mcp.tools import ID_NAMES

_OF_PLAYLIST: Final = "short_id"


def normalized(arguments: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Work around deviations of some clients and models.

    They send null, or an invalid "", for arguments that the model left out, lists and objects as JSON text, one id
    instead of a list, or recording ids under the name that another tool has for them.
    """
    fields: dict[str, dict[str, Any]] = schema["properties"]
    required: list[str] = schema.get("required", [])
    normalized: dict[str, Any] = {}
    for name, value in _with_listed_name(arguments, fields).items():
        field = fields.get(name, {})
        absent = value is None or (value == "" and field.get("minLength", 0) > 0)
        if not (absent and name in fields and name not in required):
            normalized[name] = _decode_json(value, field.get("type")) if isinstance(value, str) else value
    return normalized


def _with_listed_name(arguments: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    """The arguments with recording ids under the name that this tool lists for them."""
    listed = [name for name in ID_NAMES if name in fields]
    # Beside a playlist's `short_id`, `id` may mean either.
    others = [name for name in ID_NAMES if name not in fields and not (name == "id" and _OF_PLAYLIST in fields)]
    given = [name for name in others if name in arguments]
    if len(listed) != 1 or len(given) != 1 or arguments.get(listed[0]) is not None:
        return arguments
    return {name: value for name, value in arguments.items() if name not in {*listed, *given}} | {
        listed[0]: arguments[given[0]]
    }


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
