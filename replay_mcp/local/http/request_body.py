"""Request bodies: JSON or a form, URL-encoded or multipart."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final, cast
from urllib.parse import parse_qsl

import orjson

from replay_mcp import exact_json
from replay_mcp.local.errors import invalid, parse_error, unsupported_media_type

from .fields import Form

_FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class Body:
    """A request's body, parsed on first access, so that an invalid body does not fail an operation that ignores it.

    Args:
        raw: the bytes as sent.
        content_type: the `Content-Type` header, or an empty string.
    """

    def __init__(self, raw: bytes, content_type: str) -> None:
        self._raw = raw
        self._content_type = content_type

    @cached_property
    def value(self) -> Any:
        """The JSON value or form; for an empty body, `{}` or an empty form.

        Raises:
            ApiFailure: 400 if the body does not match its media type, 415 if that is neither JSON nor a form.
        """
        media_type = self._content_type.partition(";")[0].strip().lower()
        if not self._raw:
            return Form([]) if media_type in _FORMS else {}
        match media_type:
            case "application/json":
                try:
                    return exact_json.loads(self._raw)
                except orjson.JSONDecodeError as error:
                    raise parse_error(str(error)) from error
            case "application/x-www-form-urlencoded":
                return Form(parse_qsl(self._raw.decode("utf-8", "replace"), keep_blank_values=True))
            case "multipart/form-data":
                return Form(_multipart_fields(self._raw, self._content_type))
            case _:
                raise unsupported_media_type(self._content_type)

    @property
    def fields(self) -> Mapping[str, Any]:
        """The fields of an object or a form.

        Raises:
            ApiFailure: as for `value`; also 400 for JSON that is not an object.
        """
        if isinstance(self.value, Mapping):
            return cast(Mapping[str, Any], self.value)
        if self.value is None:
            raise invalid("No data provided", code="null")
        raise invalid(f"Invalid data. Expected a dictionary, but got {type(self.value).__name__}.")


def _multipart_fields(raw: bytes, content_type: str) -> Iterator[tuple[str, str]]:
    """Names and values of a multipart form, without files, which no operation accepts.

    Raises:
        ApiFailure: 400 if there is no boundary, or the body does not begin with it.
    """
    from email.parser import BytesParser  # noqa: PLC0415 - hardly ever needed
    from email.policy import HTTP  # noqa: PLC0415 - as above

    form = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n" + raw)
    if not form.is_multipart():
        raise parse_error(f"Invalid boundary in multipart: {form.get_boundary()}", form="Multipart form")
    for part in form.iter_parts():
        name, value = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(value, bytes) and part.get_filename() is None:
            yield name, value.decode("utf-8", "replace")
