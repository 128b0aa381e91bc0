"""Converts HTTP responses to results or errors. Only this module interprets statuses and upstream bodies."""

import re
import time
from contextlib import suppress
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final, TypeVar, cast
from urllib.parse import urlsplit

import httpx2
import orjson
from pydantic import BaseModel, ValidationError

from replay_mcp import exact_json
from replay_mcp.api.endpoints import Endpoint
from replay_mcp.api.models import ErrorBody
from replay_mcp.errors import (
    EnvironmentNotFound,
    Forbidden,
    MalformedResponse,
    NoSuchRoute,
    NotFound,
    RateLimited,
    Redirected,
    ReplayError,
    ServerFault,
    error_class,
)
from replay_mcp.redaction.secrets import SecretMask

from .body_budget import BufferedBody
from .chunks import ChunkDecoder

MAX_RESPONSE_BYTES: Final = 64 * 1024 * 1024
"""Maximum size of a response; a larger one is rejected while it is read."""
MAX_VALUES: Final = 500_000
"""Maximum number of values in a response, estimated by its commas and brackets: in memory, a value may need 100 times
its encoded size."""

_MAX_ERROR_BYTES: Final = 100_000
_MAX_DETAIL: Final = 300
_MAX_RETRY_AFTER: Final = 86_400.0

# The API's messages are sentences on one line. Anything else is a traceback, a proxy page or a dump.
_NOT_A_START: Final = re.compile(r"[^\w\"'`(]")
_NOT_A_SENTENCE: Final = re.compile(
    r"""
      </?[a-z!] | &(?:[a-z]+|\#\d+);                                         # markup
    | traceback | stack\ ?trace | \bFile\ " | \bline\ \d+,\ in\ | \bat\ 0x | \b\w*(?:Error|Exception)\b(?:[:(]|\ at\ )
    | ::\w | ://[^\s/]*@ | \bselect\b.*\bfrom\b                        # code, credentials, queries
    | (?:^|[\s"'(])(?:/[\w-][\w.-]*){2,}\.\w | \b[a-z]:\\                 # file paths
    """,
    re.IGNORECASE | re.VERBOSE,
)
_FIELD: Final = re.compile(r"[A-Za-z_][\w.\[\]-]{0,99}", re.ASCII)

R = TypeVar("R", bound=BaseModel | bytes)


async def read_body(response: httpx2.Response, body: BufferedBody) -> bytes:
    """Read and decompress the response into `body`, in bounded steps, and return its content.

    Raises:
        MalformedResponse: it has more than `MAX_RESPONSE_BYTES`, or cannot be decompressed.
    """
    decoder = ChunkDecoder(response.headers.get("content-encoding", ""), limit=MAX_RESPONSE_BYTES)
    async for piece in response.aiter_raw():
        for chunk in decoder.decode(piece):
            await body.add(chunk)
    decoder.finish()
    return bytes(body.content)


def parse(endpoint: Endpoint[Any, R], body: bytes, mask: SecretMask = SecretMask()) -> R:  # noqa: B008 - it is immutable
    """Parse the body of a success into the endpoint's result, with the secrets of `mask` replaced.

    Raises:
        MalformedResponse: the body is truncated, not JSON, of the wrong shape, or has more than `MAX_VALUES` values.
    """
    if endpoint.result is bytes:
        return cast(R, mask.body(body))
    model = cast(type[BaseModel], endpoint.result)
    if sum(map(body.count, (b",", b"[", b"{"))) > MAX_VALUES:
        raise MalformedResponse(f"The API's response to {endpoint.name} has more than {MAX_VALUES} values.")
    try:
        if not body.strip() and getattr(model, "empty_ok", False):
            return cast(R, model())
        # Deeper nesting is accepted than by Pydantic's decoder, so a deeply nested value costs one row, not the page.
        value = exact_json.loads(body)
        if b"\\" in body or mask.body(body) is not body:  # only escapes can hide a secret from this fast check
            value = mask.json(value)
        return cast(R, model.model_validate(value))
    except orjson.JSONDecodeError as error:
        raise MalformedResponse("The API's response is not valid JSON, or is truncated.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:100]
        # Only these messages are our own; others may quote the input.
        why = first["msg"].removeprefix("Value error") if first["type"] == "value_error" else ""
        raise MalformedResponse(
            f"The API's response to {endpoint.name} is not as documented{f' at {where!r}' if where else ''}{why}.",
            next="It may come from an unsupported PostHog build; report it to Replay MCP with the build's version.",
        ) from error


_DAMAGED: Final = "The local store is damaged, and a part of it cannot be read."
_ASK_FOR_RESTORING: Final = (
    "Ask the person who runs this server to stop it, run `replay-mcp doctor`, and restore the store from a backup."
)


def to_error(response: httpx2.Response, body: bytes, mask: SecretMask) -> ReplayError:
    """Convert a response other than a success to an error, with the secrets of `mask` replaced."""
    status = response.status_code
    if response.is_redirect and status != 303:  # "See Other" may follow a request that was carried out
        return Redirected(mask.text(_redirect(response)))
    parsed = _error_body(body)
    message = mask.text(parsed.detail or parsed.error or "")
    detail = _clean(message) or None
    if status == 429:
        return RateLimited(
            "The API's rate limit for this key is reached (429).", retry_after=_retry_after(response), detail=detail
        )
    if status == 404 and detail in {None, "Endpoint not found."}:
        return NoSuchRoute("The host has no such route (404).")
    kind = error_class(status)
    attr = parsed.attr if parsed.attr and _FIELD.fullmatch(parsed.attr) else None
    why = {
        401: "The API does not accept the key (401).",
        403: "The key does not have permission for this (403).",
        404: "The API has no such object (404).",
        405: "The API does not allow this operation (405).",
        410: "The recording was permanently deleted (410).",
        400: "The API rejected the input (400) without a readable message.",
        422: "The API rejected the input (422) without a readable message.",
    }.get(status, f"The API responded with status {status}.")
    if parsed.code == "store_damaged":  # the local API's own
        return ServerFault(_DAMAGED, status=status, code=parsed.code, next=_ASK_FOR_RESTORING)
    if kind is ServerFault:
        why = f"The API failed with {status}{_reason(status)}."
    elif kind is Forbidden and detail:
        return _forbidden(why, detail, code=parsed.code)
    elif kind is NotFound and detail == "Project not found.":
        kind, why = EnvironmentNotFound, "The API has no such environment (404)."
    elif status in {400, 422} and _is_sentence(message):
        why = f"The API rejected the input: {detail!r}" + (f" (field {mask.text(attr)!r})." if attr else ".")
    return kind(why, status=status, code=parsed.code, attr=attr, detail=detail)


def _reason(status: int) -> str:
    """The standard reason phrase of the status; the server's own phrase is untrusted."""
    with suppress(ValueError):
        return f" ({HTTPStatus(status).phrase})"
    return ""


def _forbidden(why: str, detail: str, *, code: str | None) -> Forbidden:
    scope = re.search(r"required scope '([a-z_]+:[a-z]+)'", detail)
    if scope:
        why = f"The key lacks the scope {scope[1]!r} (403)."
        next = (
            f"Create a personal API key with the scope {scope[1]!r} (PostHog: Settings, Personal API keys) and restart."
        )
    elif "personal api key access" in detail.lower():
        why = "This PostHog build does not allow this operation with a personal API key, whatever its scopes (403)."
        next = "Update PostHog (keys are allowed since August 2026), or do it in the PostHog app."
    elif "requested project" in detail or "requested organization" in detail or "access to the project" in detail:
        why = "The key or its owner has no access to this environment (403)."
        next = "Check POSTHOG_ENVIRONMENT_ID, and the projects that the key is restricted to."
    else:
        return Forbidden(why, status=403, code=code, detail=detail)
    return Forbidden(why, status=403, code=code, detail=detail, next=next)


def _error_body(body: bytes) -> ErrorBody:
    try:
        return ErrorBody.model_validate_json(body[:_MAX_ERROR_BYTES])
    except ValidationError:
        return ErrorBody()


def _is_sentence(text: str) -> bool:
    """Whether `text` looks like a message of the API for its users, which may be quoted."""
    quoted = text[:_MAX_DETAIL]
    return bool(quoted) and quoted.isprintable() and not (_NOT_A_START.match(quoted) or _NOT_A_SENTENCE.search(quoted))


def _clean(text: str) -> str:
    printable = "".join(char if char.isprintable() else " " for char in text[:_MAX_DETAIL])
    return printable if len(text) <= _MAX_DETAIL else printable + "…"


def _redirect(response: httpx2.Response) -> str:
    try:
        target = urlsplit(response.headers.get("location", ""))
        known = target.scheme in {"http", "https"} and re.fullmatch(r"[a-z0-9.-]{1,253}", target.hostname or "")
        where = (
            f" to '{target.scheme}://{target.netloc.rpartition('@')[2].lower()}'" if known and target.port != 0 else ""
        )
    except ValueError:
        where = ""
    return f"The host redirects{where} ({response.status_code}); the key is not sent there."


def _retry_after(response: httpx2.Response) -> float | None:
    """Seconds from `Retry-After`, which is a number or an HTTP date; at most a day.

    None if it is neither, or not positive: such a value would cause an immediate retry.
    """
    value = response.headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
    return min(seconds, _MAX_RETRY_AFTER) if seconds > 0 else None
