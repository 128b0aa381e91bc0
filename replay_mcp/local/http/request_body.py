"""Request bodies: JSON or a form."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, cast

import orjson

from replay_mcp.local.errors import invalid, parse_error, unsupported_media_type

from .fields import Form


class Body:
    """A request's body, parsed when it is first looked at: an operation that ignores its body never fails on it.

    Args:
        raw: the bytes as sent.
        content_type: the `Content-Type` header, "" when there is none.
    """

    def __init__(self, raw: bytes, content_type: str) -> None:
        self._raw = raw
        self._content_type = content_type

    @cached_property
    def value(self) -> Any:
        """The JSON value or the form; an empty body is `{}`.

        Raises:
            ApiFailure: 400 when it is not JSON, 415 when it is neither JSON nor a form.
        """
        if not self._raw:
            return {}
        match self._content_type.partition(";")[0].strip().lower():
            case "application/json":
                try:
                    return orjson.loads(self._raw)
                except orjson.JSONDecodeError as error:
                    raise parse_error(str(error)) from error
            case "application/x-www-form-urlencoded":
                return Form(self._raw.decode("utf-8", "replace"))
            case _:
                raise unsupported_media_type(self._content_type)

    @property
    def fields(self) -> Mapping[str, Any]:
        """The fields of an object or a form.

        Raises:
            ApiFailure: as `value`, and 400 for JSON that is not an object.
        """
        if isinstance(self.value, Mapping):
            return cast(Mapping[str, Any], self.value)
        raise invalid(f"Invalid data. Expected a dictionary, but got {type(self.value).__name__}.")
