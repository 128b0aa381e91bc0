"""HTTP answers into values or errors: the only place where a status or an upstream body becomes our words."""

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

from .body_budget import Body
from .chunks import Chunks
from .endpoints import Endpoint
from .models import ErrorBody

MAX_RESPONSE_BYTES: Final = 64 * 1024 * 1024
"""A larger answer is refused while it is read."""
MAX_VALUES: Final = 500_000
"""Most values in one answer, estimated by its commas and brackets: each takes up to 100 times its bytes in memory."""

_MAX_ERROR_BYTES: Final = 100_000
_MAX_DETAIL: Final = 300
_LONGEST_WAIT: Final = 86_400.0

# The API writes sentences on one line. What else stands in its place is a traceback, a proxy's page or a dump.
_BEGINS_NO_SENTENCE: Final = re.compile(r"[^\w\"'`(]")
_NO_SENTENCE: Final = re.compile(
    r"""
      </?[a-z!] | &(?:[a-z]+|\#\d+);                                         # markup
    | traceback | stack\ ?trace | \bFile\ " | \bline\ \d+,\ in\ | \bat\ 0x | \b\w*(?:Error|Exception)\b(?:[:(]|\ at\ )
    | ::\w | ://[^\s/]*@ | \bselect\b.*\bfrom\b                        # code, credentials, queries
    | (?:^|[\s"'(])(?:/[\w-][\w.-]*){2,}\.\w | \b[a-z]:\\                 # paths of files
    """,
    re.IGNORECASE | re.VERBOSE,
)
_FIELD: Final = re.compile(r"[A-Za-z_][\w.\[\]-]{0,99}", re.ASCII)

R = TypeVar("R", bound=BaseModel | bytes)


async def read_body(response: httpx2.Response, body: Body) -> bytes:
    """Read the answer into `body`, unpacked in bounded steps, and return it.

    Raises:
        MalformedResponse: it has more than `MAX_RESPONSE_BYTES`, or cannot be unpacked.
    """
    chunks = Chunks(response.headers.get("content-encoding", ""), limit=MAX_RESPONSE_BYTES)
    async for piece in response.aiter_raw():
        for chunk in chunks.cut(piece):
            await body.add(chunk)
    chunks.end()
    return bytes(body.content)


def parse(endpoint: Endpoint[Any, R], body: bytes, mask: SecretMask = SecretMask()) -> R:  # noqa: B008 - it is never changed
    """The body of a success as the endpoint's result, with the secrets of `mask` replaced.

    Raises:
        MalformedResponse: truncated, not JSON, of another shape, or of more values than fit into memory.
    """
    if endpoint.result is bytes:
        return cast(R, mask.body(body))
    model = cast(type[BaseModel], endpoint.result)
    if sum(map(body.count, (b",", b"[", b"{"))) > MAX_VALUES:
        raise MalformedResponse(f"The API's answer to {endpoint.name} has more than {MAX_VALUES} values.")
    try:
        if not body.strip() and getattr(model, "empty_ok", False):
            return cast(R, model())
        # orjson takes deeper nesting than the model's own decoder, so that one deep value costs one row.
        value = orjson.loads(body)
        if b"\\" in body or mask.body(body) is not body:  # only escapes can hide a secret from this quick look
            value = mask.json(value)
        return cast(R, model.model_validate(value))
    except orjson.JSONDecodeError as error:
        raise MalformedResponse("The API's answer is not JSON, or not all of it.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:100]
        # The only sentences that are ours; others may name what was sent.
        why = first["msg"].removeprefix("Value error") if first["type"] == "value_error" else ""
        raise MalformedResponse(
            f"The API's answer to {endpoint.name} is not as documented{f' at {where!r}' if where else ''}{why}.",
            next="Another build of PostHog may answer so; report it to Replay MCP with the build's version.",
        ) from error


def to_error(response: httpx2.Response, body: bytes, mask: SecretMask) -> ReplayError:
    """The error that an answer other than a success means; no secret of `mask` is in it."""
    status = response.status_code
    if response.is_redirect and status != 303:  # "See Other" may follow what was carried out
        return Redirected(mask.text(_redirect(response)))
    parsed = _error_body(body)
    said = mask.text(parsed.detail or parsed.error or "")
    detail = _clean(said) or None
    if status == 429:
        return RateLimited(
            "The API's rate limit for this key is reached (429).", retry_after=_retry_after(response), detail=detail
        )
    if status == 404 and detail in {None, "Endpoint not found."}:
        return NoSuchRoute("The host has no such address (404).")
    kind = error_class(status)
    attr = parsed.attr if parsed.attr and _FIELD.fullmatch(parsed.attr) else None
    why = {
        401: "The API does not accept the key (401).",
        403: "The key may not do this (403).",
        404: "The API has no such object (404).",
        405: "The API does not allow this operation (405).",
        410: "The recording was permanently deleted (410).",
        400: "The API refused the input (400); its answer holds no sentence that can be quoted.",
        422: "The API refused the input (422); its answer holds no sentence that can be quoted.",
    }.get(status, f"The API answered {status}.")
    if kind is ServerFault:
        why = f"The API failed with {status}{_phrase(status)}."
    elif kind is Forbidden and detail:
        return _forbidden(why, detail, code=parsed.code)
    elif kind is NotFound and detail == "Project not found.":
        kind, why = EnvironmentNotFound, "The API has no such environment (404)."
    elif status in {400, 422} and _is_sentence(said):
        why = f"The API refused the input: {detail!r}" + (f" (field {mask.text(attr)!r})." if attr else ".")
    return kind(why, status=status, code=parsed.code, attr=attr, detail=detail)


def _phrase(status: int) -> str:
    """The standard's name of the status; the server's own reason phrase may hold anything."""
    with suppress(ValueError):
        return f" ({HTTPStatus(status).phrase})"
    return ""


def _forbidden(why: str, detail: str, *, code: str | None) -> Forbidden:
    scope = re.search(r"required scope '([a-z_]+:[a-z]+)'", detail)
    if scope:
        why = f"The key lacks the scope {scope[1]!r} (403)."
        next = (
            f"Make a personal API key with the scope {scope[1]!r} (PostHog: Settings, Personal API keys) and restart."
        )
    elif "personal api key access" in detail.lower():
        why = "This PostHog build does not open this operation to personal API keys, whatever their scopes (403)."
        next = "Update PostHog (keys may do this since August 2026), or do it in the PostHog app."
    elif "requested project" in detail or "requested organization" in detail or "access to the project" in detail:
        why = "The key, or its owner, has no access to this environment (403)."
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
    """Whether the API itself can have written `text` for its users, so that it may be quoted."""
    quoted = text[:_MAX_DETAIL]
    return (
        bool(quoted) and quoted.isprintable() and not (_BEGINS_NO_SENTENCE.match(quoted) or _NO_SENTENCE.search(quoted))
    )


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
    return f"The host redirects{where} ({response.status_code}); the key is not sent on."


def _retry_after(response: httpx2.Response) -> float | None:
    """Seconds from `Retry-After`, which is a number or an HTTP date; at most a day.

    None if it is neither, or names no wait: a value of 0 or less would have the request repeated at once.
    """
    value = response.headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
    return min(seconds, _LONGEST_WAIT) if seconds > 0 else None
