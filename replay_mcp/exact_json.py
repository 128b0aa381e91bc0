"""JSON with exact integers of up to 4,300 digits; orjson alone turns those beyond 64 bits into floats."""

import re
from contextlib import suppress
from typing import Any, Final

import orjson
from pydantic_core import from_json, to_json

_LONG_NUMBER: Final = re.compile(rb"[0-9]{19}")
"""Occurs in every text with an integer beyond 64 bits; all other texts are left to orjson, which is faster."""


def loads(text: bytes | str) -> Any:
    """Parse JSON text. A float beyond the range of doubles may become infinite.

    Values nested too deeply for the exact parser, at about 200 levels, have their long integers rounded.

    Raises:
        orjson.JSONDecodeError: it is not JSON.
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if _LONG_NUMBER.search(data):
        with suppress(ValueError):
            return from_json(data, allow_inf_nan=False)
    return orjson.loads(data)


def dumps(value: Any) -> bytes:
    """Encode a JSON value compactly.

    Raises:
        orjson.JSONEncodeError: a string contains a lone surrogate, or the nesting is too deep.
    """
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError as error:
        try:
            return to_json(value, inf_nan_mode="null")
        except ValueError:
            raise error from None
