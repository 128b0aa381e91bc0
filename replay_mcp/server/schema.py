"""JSON Schemas that any MCP client can load.

Clients are known to refuse a whole tool list for one `$ref`, one top-level `anyOf` or one missing `type: object`, so
schemas are flat: references are put in place, titles dropped, "or null" becomes "may be absent".
"""

from functools import cache
from typing import Any, cast

from pydantic import BaseModel

Schema = dict[str, Any]


@cache
def flat_schema(model: type[BaseModel]) -> Schema:
    """The model's JSON Schema without `$ref`, `$defs`, `title` and null alternatives.

    Models must not refer to themselves, and offer no alternatives (`anyOf`) but "or null". Built once for each model:
    callers must not change it.
    """
    schema = model.model_json_schema(by_alias=True)
    definitions: dict[str, Schema] = schema.pop("$defs", {})
    flat = cast(Schema, _flat(schema, definitions))
    flat.pop("description", None)  # the tool's own description says it
    return flat


def _flat(node: Any, definitions: dict[str, Schema]) -> Any:
    """Recursion is bounded: schemas come from our own models, which do not refer to themselves."""
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
    if "description" in schema and isinstance(items := schema.get("items"), dict):  # the list's own says it
        told = {"description", "examples"}
        schema["items"] = {name: value for name, value in cast(Schema, items).items() if name not in told}
    return {
        key: {name: _flat(value, definitions) for name, value in item.items()}
        if key == "properties"
        else _flat(item, definitions)
        for key, item in schema.items()
    }
