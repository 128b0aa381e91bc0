"""HTTP answers into values or errors: the only place where a status or an upstream body becomes our words."""

import math
import re
import time
from email.utils import parsedate_to_datetime
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
    ReplayError,
    ServerFault,
    error_class,
)

from .endpoints import Endpoint
from .models import ErrorBody

MAX_RESPONSE_BYTES: Final = 64 * 1024 * 1024
"""A larger answer is refused while it is read."""

_MAX_ERROR_BYTES: Final = 100_000
_MAX_DETAIL: Final = 300
_LONGEST_WAIT: Final = 31 * 86_400.0

R = TypeVar("R", bound=BaseModel | bytes)


async def read_body(response: httpx2.Response) -> bytes:
    """The body, bounded.

    Raises:
        MalformedResponse: it has more than `MAX_RESPONSE_BYTES`.
    """
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > MAX_RESPONSE_BYTES:
            raise MalformedResponse(
                f"The API's answer has more than {MAX_RESPONSE_BYTES // 2**20} MiB.", next="Ask for less per call."
            )
    return bytes(body)


def parse(endpoint: Endpoint[Any, R], body: bytes) -> R:
    """The body of a success as the endpoint's result.

    Raises:
        MalformedResponse: truncated, not JSON, or of another shape.
    """
    if endpoint.result is bytes:
        return cast(R, body)
    model = cast(type[BaseModel], endpoint.result)
    try:
        if not body.strip() and getattr(model, "empty_ok", False):
            return cast(R, model())
        # orjson takes deeper nesting than the model's own decoder, so that one deep value costs one row.
        return cast(R, model.model_validate(orjson.loads(body)))
    except orjson.JSONDecodeError as error:
        raise MalformedResponse("The API's answer is not JSON, or not all of it.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:100]
        raise MalformedResponse(
            f"The API's answer to {endpoint.name} is not as documented{f' at {where!r}' if where else ''}.",
            next="Another build of PostHog may answer so; report it to Replay MCP with the build's version.",
        ) from error


def to_error(response: httpx2.Response, body: bytes) -> ReplayError:
    """The error that an answer other than a success means."""
    status = response.status_code
    if response.is_redirect:
        return MalformedResponse(_redirect(response), next="Set POSTHOG_HOST to the origin that PostHog really has.")
    parsed = _error_body(body)
    detail = _clean(parsed.detail or parsed.error)
    if status == 429:
        return RateLimited(
            "The API's rate limit for this key is reached (429).", retry_after=_retry_after(response), detail=detail
        )
    if status == 404 and detail in {None, "Endpoint not found."}:
        return NoSuchRoute("The host has no such address (404).")
    kind = error_class(status)
    why = {
        401: "The API does not accept the key (401).",
        403: "The key may not do this (403).",
        404: "The API has no such object (404).",
        405: "The API does not allow this operation (405).",
        410: "The recording was permanently deleted (410).",
    }.get(status, f"The API answered {status}.")
    if kind is ServerFault:
        why = f"The API failed with {status} ({response.reason_phrase or 'no reason given'})."
    elif kind is Forbidden and detail:
        return _forbidden(why, detail, code=parsed.code)
    elif kind is NotFound and detail == "Project not found.":
        kind, why = EnvironmentNotFound, "The API has no such environment (404)."
    elif status in {400, 422} and detail:
        why = f"The API refused the input: {detail!r}" + (f" (field {_clean(parsed.attr)!r})." if parsed.attr else ".")
    return kind(why, status=status, code=parsed.code, attr=parsed.attr, detail=detail)


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


def _clean(text: str | None) -> str | None:
    if text is None:
        return None
    printable = "".join(char if char.isprintable() else " " for char in text[: _MAX_DETAIL + 1])
    return printable if len(text) <= _MAX_DETAIL else printable[:_MAX_DETAIL] + "…"


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
    """Seconds from `Retry-After`, which is a number or an HTTP date."""
    value = response.headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except ValueError:
            return None
    return min(max(0.0, seconds), _LONGEST_WAIT) if math.isfinite(seconds) else None
