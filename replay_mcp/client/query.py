"""Values of query parameters as the API reads them."""

from typing import Any

import orjson


def json_text(value: Any) -> str:
    """The value for an endpoint that decodes each parameter as JSON, if it can be read as JSON."""
    return value if isinstance(value, str) and not _looks_like_json(value) else orjson.dumps(value).decode()


def plain_text(value: Any) -> str:
    """The value for all other endpoints: lists, objects and booleans as JSON, the rest as it is."""
    return orjson.dumps(value).decode() if isinstance(value, bool | list | dict) else str(value)


def _looks_like_json(value: str) -> bool:
    """Whether the recordings list, which decodes each value as JSON, would misread this string (live behaviour)."""
    try:
        orjson.loads(value)
    except orjson.JSONDecodeError:
        return False
    return True
