"""Bearer authentication for the MCP server on a network: every request must carry one shared token."""

import hmac
import logging
import re
from pathlib import Path
from typing import Final

from pydantic import SecretStr
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from replay_mcp.errors import SettingsError

from .refusals import mcp_error, refusal

MAKE_TOKEN: Final = 'python -c "import secrets; print(secrets.token_urlsafe(32))"'  # noqa: S105 - it makes one
"""A command that prints a strong token; it works in every shell."""
MIN_LENGTH: Final = 16
MAX_LENGTH: Final = 500
MAX_FILE_BYTES: Final = 4096
_REALM: Final = 'Bearer realm="replay-mcp"'
_log: Final = logging.getLogger(__name__)


def read_token(file: Path) -> SecretStr:
    """Read the token from `file` and strip surrounding white space.

    Raises:
        SettingsError: the file cannot be read, or is not a token of 16 to 500 printable ASCII characters.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise _unusable(file, f"cannot be read: {error.strerror}") from error
    if len(content) > MAX_FILE_BYTES:
        raise _unusable(file, f"has more than {MAX_FILE_BYTES} bytes")
    try:
        token = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        # Not chained: the error contains the content.
        raise _unusable(file, "is not UTF-8 text (older versions of PowerShell write UTF-16)") from None
    if not token:
        raise _unusable(file, "is empty")
    if not re.fullmatch(r"[\x21-\x7e]+", token):
        raise _unusable(file, "has a token with spaces, line breaks or non-ASCII characters")
    if not MIN_LENGTH <= len(token) <= MAX_LENGTH:
        raise _unusable(file, f"has a token of {len(token)} characters; use {MIN_LENGTH} to {MAX_LENGTH}")
    return SecretStr(token)


class BearerAuth:
    """ASGI middleware that forwards only requests with the right `Authorization: Bearer` header.

    Other requests get a 401 regardless of their method, path, Host or Origin. Wrap the whole app in it: anything
    outside is unprotected. WebSockets are rejected.
    """

    def __init__(self, app: ASGIApp, token: SecretStr) -> None:
        self._app = app
        self._token = token.get_secret_value().encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the lifespan."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await (self._refusal(scope) or self._app)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _refusal(self, scope: Scope) -> Response | None:
        token = bearer_token(scope)
        if token is None:
            log_refusal(_log, scope, "no bearer token")
            return _MISSING
        if hmac.compare_digest(token, self._token):
            return None
        log_refusal(_log, scope, "wrong bearer token")
        return _WRONG


def log_refusal(logger: logging.Logger, scope: Scope, reason: str) -> None:
    """Log that a request was refused, with its client's address but nothing that the client sent."""
    logger.warning("Refused a request from %.60s: %s", (scope.get("client") or ["?"])[0], reason)


def bearer_token(scope: Scope) -> bytes | None:
    """The bearer token of a request; None without one, empty if there are several Authorization headers."""
    credentials = [value.partition(b" ") for name, value in scope["headers"] if name == b"authorization"]
    match credentials:
        case [(scheme, _, token)] if scheme.lower() == b"bearer":
            return token.strip(b" ")
        case [] | [_]:  # another scheme counts as no token (RFC 6750, section 3.1)
            return None
        case _:
            return b""


def _unusable(file: Path, problem: str) -> SettingsError:
    return SettingsError(
        f"The file{f' {str(file)!r}' if len(file.parts) > 1 else ''} of --auth-token-file {problem}.",
        next=f"Create a token file: {MAKE_TOKEN} > replay-token",
    )


def _unauthorized(challenge: str, message: str) -> Response:
    how = "Send the header `Authorization: Bearer TOKEN`, with the token from the server's --auth-token-file."
    response = refusal(401, mcp_error(f"{message} {how}"))
    response.headers["WWW-Authenticate"] = challenge
    return response


_MISSING: Final = _unauthorized(_REALM, "This server needs a bearer token.")
_WRONG: Final = _unauthorized(
    f'{_REALM}, error="invalid_token", error_description="The bearer token is wrong, or was sent more than once."',
    "The bearer token is wrong, or was sent more than once.",
)
