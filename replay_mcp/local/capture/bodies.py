"""Parses the request bodies of posthog-js: JSON, plain, gzipped, or as base64 in a form."""

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
_NO_JSON: Final = "the body is neither a JSON object or list, nor gzip, nor base64"


def read_message(raw: bytes, query: Mapping[str, str], limit: int) -> Any:
    """Parse the JSON value in a request.

    The format is detected from the bytes, not the headers: posthog-js sends gzip as `text/plain`, so that browsers send
    no preflight.

    Args:
        raw: the body; if it is empty, the parameter `data` is used.
        query: parameters in the URL.
        limit: maximum bytes after inflation.

    Raises:
        ApiFailure: 400 if the body cannot be parsed, 413 if it is too large.
    """
    text = raw or query.get("data", "").encode()
    if text.startswith(_FORM):
        text = _of_form(text)
    if text[:1] in BLANK:
        text = text.lstrip(BLANK)
    if text[:1] not in b"{[" and not text.startswith(_GZIP):
        if query.get("compression") == "lz64":
            raise invalid("This server accepts JSON, gzip and base64, but not lz64. Update posthog-js.")
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
    """413, after which posthog-js does not repeat the request."""
    return ApiFailure(413, {"type": "invalid_request", "code": "payload_too_large", "detail": detail, "attr": None})


def _unpacked_too_much(limit: int) -> ApiFailure:
    return too_much(f"After decompression, the request has more than {limit} bytes or too many values.")


def _of_form(text: bytes) -> bytes:
    try:
        fields = parse_qs(text.decode("latin-1"), max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise parse_error(f"the form has more than {_MAX_FIELDS} fields") from error
    return fields.get("data", [""])[0].encode("latin-1")


def _from_base64(text: bytes) -> bytes:
    try:
        return base64.b64decode(text.replace(b" ", b"+"), validate=True)  # forms decode a plus as a space
    except binascii.Error as error:
        raise parse_error(_NO_JSON) from error


def _inflated(packed: bytes, limit: int) -> bytes:
    try:
        return inflate(packed, limit)
    except Damaged as error:
        raise parse_error("the gzip body is damaged, or followed by other data") from error
    except CutOff as error:
        raise parse_error("the gzip body is truncated") from error
    except TooLarge as error:
        raise _unpacked_too_much(limit) from error
