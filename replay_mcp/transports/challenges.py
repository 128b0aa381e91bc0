"""Where clients get a token: the metadata of RFC 9728, and the responses that refer to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from replay_mcp.limits import DEFAULT_LIMITS

from .refusals import mcp_error, refusal

METADATA_PATH: Final = "/.well-known/oauth-protected-resource"


@dataclass(frozen=True, slots=True)
class ProtectedResource:
    """An MCP endpoint that needs a token from an external authorization server.

    Attributes:
        url: the endpoint's URL, as clients know it.
        authorization_servers: the servers that issue tokens; empty if people create tokens by hand.
        scopes: the scopes that a token needs for everything that the server offers.
    """

    url: str
    authorization_servers: Sequence[str]
    scopes: Sequence[str]

    @property
    def metadata(self) -> dict[str, Any]:
        """The document of RFC 9728, section 2."""
        optional = {"authorization_servers": list(self.authorization_servers)} if self.authorization_servers else {}
        return {
            "resource": self.url,
            **optional,
            "scopes_supported": list(self.scopes),
            "bearer_methods_supported": ["header"],
            "resource_name": "Replay MCP",
        }

    @property
    def metadata_url(self) -> str:
        """The document's URL: the endpoint's path is appended to the well-known one (RFC 9728, section 3.1)."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}{METADATA_PATH}{parts.path}"


class MetadataEndpoint:
    """ASGI middleware that serves the metadata to everybody.

    Args:
        path: where this process serves the endpoint; a proxy may serve it below another path.
    """

    def __init__(self, app: ASGIApp, resource: ProtectedResource, path: str) -> None:
        self._app = app
        self._metadata = resource.metadata
        self._paths = {METADATA_PATH, METADATA_PATH + path, urlsplit(resource.metadata_url).path}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].removesuffix("/") not in self._paths:
            await self._app(scope, receive, send)
        elif scope["method"] in {"GET", "HEAD"}:
            await JSONResponse(self._metadata, headers={"Cache-Control": "max-age=3600"})(scope, receive, send)
        else:
            await Response(status_code=405, headers={"Allow": "GET, HEAD"})(scope, receive, send)


class Challenges:
    """The responses to requests that are not served. Their bodies are JSON-RPC errors, which MCP clients show."""

    def __init__(self, resource: ProtectedResource) -> None:
        self._metadata = f'resource_metadata="{resource.metadata_url}"'
        self._scopes = " ".join(resource.scopes)

    def missing(self) -> Response:
        """Build the response if there is no token."""
        how = "Send your own PostHog personal API key or OAuth access token as `Authorization: Bearer KEY`."
        return self._challenge(401, how, f'scope="{self._scopes}"')

    def invalid(self) -> Response:
        """Build the response if the token is malformed, or PostHog does not accept it."""
        message = "The API does not accept this key. It may have expired, or belong to another region."
        return self._challenge(401, message, 'error="invalid_token"', f'error_description="{message}"')

    def insufficient_scope(self, scope: str) -> Response:
        """Build the response if the token lacks a scope without which no recording can be read."""
        message = f"The key lacks the scope {scope}."
        return self._challenge(403, message, 'error="insufficient_scope"', f'scope="{self._scopes}"')

    def forbidden(self, why: str) -> Response:
        """Build the response if the token is valid, but not for this server's environment."""
        return _error(403, why)

    def busy(self) -> Response:
        """Build the response if there are too many callers."""
        return _error(503, "This server has too many callers. Try again later.")

    def unverified(self, why: str) -> Response:
        """Build the response if PostHog could not be asked whether it accepts the token."""
        return _error(503, f"The key could not be checked. {why}")

    def _challenge(self, status: int, message: str, *parameters: str) -> Response:
        response = _error(status, message)
        challenge = f"Bearer {', '.join((self._metadata, *parameters))}"
        # Some clients find the header only in title case, which Starlette would change.
        response.raw_headers.append((b"WWW-Authenticate", challenge.encode()))
        return response


def _error(status: int, message: str) -> Response:
    retry_seconds = DEFAULT_LIMITS.retry_seconds if status == 503 else None
    return refusal(status, mcp_error(message), retry_seconds)
