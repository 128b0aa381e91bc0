"""The API's error responses, as exceptions that handlers raise and endpoints turn into responses.

Bodies are like the live server's: four keys, only the first error, and the code `invalid_input` for invalid values.
"""

from collections.abc import Iterable
from typing import Any


class ApiFailure(Exception):
    """An error response. `body` is None for an empty body (DELETE of a playlist)."""

    def __init__(self, status: int, body: dict[str, Any] | None, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = headers or {}


def _envelope(type: str, code: str, detail: str, attr: str | None = None) -> dict[str, Any]:
    return {"type": type, "code": code, "detail": detail, "attr": attr}


def invalid(detail: str, *, code: str = "invalid_input", attr: str | None = None) -> ApiFailure:
    """400 of type `validation_error`."""
    return ApiFailure(400, _envelope("validation_error", code, detail, attr))


def parse_error(detail: str, *, form: str = "JSON") -> ApiFailure:
    """400: the body cannot be parsed; `form` is the expected format."""
    return ApiFailure(400, _envelope("invalid_request", "parse_error", f"{form} parse error - {detail}"))


def unauthenticated(detail: str = "Authentication credentials were not provided.") -> ApiFailure:
    """401 for missing credentials, or with another `detail` for wrong ones."""
    missing = detail.startswith("Authentication credentials")
    code = "not_authenticated" if missing else "authentication_failed"
    return ApiFailure(401, _envelope("authentication_error", code, detail), {"WWW-Authenticate": "Bearer"})


def forbidden(detail: str) -> ApiFailure:
    """403."""
    return ApiFailure(403, _envelope("authentication_error", "permission_denied", detail))


def not_found(detail: str = "Not found.") -> ApiFailure:
    """404."""
    return ApiFailure(404, _envelope("invalid_request", "not_found", detail))


def method_not_allowed(method: str, allowed: Iterable[str]) -> ApiFailure:
    """405 with the standard body; `allowed` are the methods that the path supports."""
    body = _envelope("invalid_request", "method_not_allowed", f'Method "{method}" not allowed.')
    return ApiFailure(405, body, {"Allow": ", ".join(allowed)})


def unsupported_media_type(media_type: str) -> ApiFailure:
    """415."""
    detail = f'Unsupported media type "{media_type}" in request.'
    return ApiFailure(415, _envelope("invalid_request", "unsupported_media_type", detail))


def throttled(seconds: int) -> ApiFailure:
    """429 with `Retry-After`."""
    detail = f"Request was throttled. Expected available in {seconds} second{'' if seconds == 1 else 's'}."
    return ApiFailure(429, _envelope("throttled_error", "throttled", detail), {"Retry-After": str(seconds)})


def server_error(detail: str = "A server error occurred.") -> ApiFailure:
    """500 with the standard body."""
    return ApiFailure(500, _envelope("server_error", "error", detail))
