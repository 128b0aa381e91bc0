"""The bodies of posthog-js: JSON, as it is, gzipped, or base64 in a form."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs

import orjson

from replay_mcp import exact_json
from replay_mcp.inflate import CutOff, Damaged, TooLarge, inflate
from replay_mcp.local.errors import ApiFailure, invalid, parse_error
from replay_mcp.recording.rrweb.jsonl import BLANK, loads, too_large

_GZIP: Final = b"\x1f\x8b"
_FORM: Final = b"data="
_MAX_FIELDS: Final = 10
_NO_JSON: Final = "the body is no JSON object or list, no gzip and no base64"


def read_message(raw: bytes, query: Mapping[str, str], limit: int) -> Any:
    """The JSON value that a request carries.

    What it looks like counts, not what its headers say: posthog-js sends gzip with the type `text/plain`, so that
    browsers need not ask before.

    Args:
        raw: the body; of a request without one, `data` of the query counts.
        query: parameters of the URL.
        limit: most bytes, inflated.

    Raises:
        ApiFailure: 400 for what cannot be read, 413 for too much.
    """
    text = raw or query.get("data", "").encode()
    if text.startswith(_FORM):
        text = _of_form(text)
    if text[:1] in BLANK:
        text = text.lstrip(BLANK)
    if text[:1] not in b"{[" and not text.startswith(_GZIP):
        if query.get("compression") == "lz64":
            raise invalid("This server takes JSON, gzip and base64, but no lz64. Update posthog-js.")
        text = _from_base64(text)
        if text[:1] not in b"{[" and not text.startswith(_GZIP):
            raise parse_error(_NO_JSON)
    if text.startswith(_GZIP):
        text = _inflated(text, limit)
    if too_large(text, limit):
        raise _unpacked_too_much(limit)
    try:
        return loads(text, exact_json.loads)
    except orjson.JSONDecodeError as error:
        raise parse_error(str(error)) from error


def too_much(detail: str) -> ApiFailure:
    """413: posthog-js does not send it again."""
    return ApiFailure(413, {"type": "invalid_request", "code": "payload_too_large", "detail": detail, "attr": None})


def _unpacked_too_much(limit: int) -> ApiFailure:
    return too_much(f"The request has more than {limit} bytes, or too many values, when it is unpacked.")


def _of_form(text: bytes) -> bytes:
    try:
        fields = parse_qs(text.decode("latin-1"), max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise parse_error(f"the form has more than {_MAX_FIELDS} fields") from error
    return fields.get("data", [""])[0].encode("latin-1")


def _from_base64(text: bytes) -> bytes:
    try:
        return base64.b64decode(text.replace(b" ", b"+"), validate=True)  # a plus in a form is a blank
    except binascii.Error as error:
        raise parse_error(_NO_JSON) from error


def _inflated(packed: bytes, limit: int) -> bytes:
    try:
        return inflate(packed, limit)
    except Damaged as error:
        raise parse_error("the gzip body is damaged, or something follows it") from error
    except CutOff as error:
        raise parse_error("the gzip body is cut off") from error
    except TooLarge as error:
        raise _unpacked_too_much(limit) from error
