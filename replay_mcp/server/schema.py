"""JSON Schemas that any MCP client can load.

Some clients reject a whole tool list because of one `$ref`, one top-level `anyOf` or one missing `type: object`.
Schemas are therefore flat: references are inlined, titles dropped, and nullable fields become optional ones.
"""

from functools import cache
from typing import Any, cast

from pydantic import BaseModel

Schema = dict[str, Any]
_REDUNDANT = frozenset({"description", "examples"})


@cache
def flat_schema(model: type[BaseModel]) -> Schema:
    """The model's JSON Schema without `$ref`, `$defs`, `title` and null alternatives.

    Models must not be recursive, and must not use `anyOf` except for "or null". The schema is cached: callers must not
    modify it.
    """
    schema = model.model_json_schema(by_alias=True)
    definitions: dict[str, Schema] = schema.pop("$defs", {})
    flat = cast(Schema, _flat(schema, definitions))
    flat.pop("description", None)  # the tool has its own description
    return flat


def _flat(node: Any, definitions: dict[str, Schema]) -> Any:
    """Flatten a schema node. Recursion is bounded because our models are not recursive."""
    if isinstance(node, list):
        return [_flat(item, definitions) for item in cast(list[Any], node)]
    if not isinstance(node, dict):
        return node
    schema = dict(cast(Schema, node))
    if reference := schema.pop("$ref", None):
        return _flat(definitions[reference.rpartition("/")[2]] | schema, definitions)
    if alternatives := schema.pop("anyOf", None):
        [option] = [option for option in alternatives if option.get("type") != "null"]
        return _flat(option | schema, definitions)
    if schema.get("default", ...) is None:
        del schema["default"]
    if isinstance(schema.get("title"), str):
        del schema["title"]
    flat: Schema = {
        key: {name: _flat(value, definitions) for name, value in item.items()}
        if key == "properties"
        else _flat(item, definitions)
        for key, item in schema.items()
    }
    if "description" in flat and isinstance(flat.get("items"), dict):  # the list's description suffices
        flat["items"] = {name: value for name, value in flat["items"].items() if name not in _REDUNDANT}
    return flat
