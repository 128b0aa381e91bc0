"""Makes an MCP endpoint reachable with a trailing slash, and below a path prefix."""

from starlette.types import ASGIApp, Receive, Scope, Send


class ProxiedEndpoint:
    """ASGI middleware that serves `PATH/` as `PATH`, and gives SSE clients a relative URL to post to.

    A redirect would name the scheme, host and path that this server sees, which are not the client's behind a proxy.

    Args:
        app: serves the endpoint.
        path: the endpoint's path, `/mcp` or `/sse`.
    """

    def __init__(self, app: ASGIApp, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; other paths are passed through."""
        if scope["type"] == "http" and scope["path"].removesuffix("/") == self._path:
            # The SDK puts `root_path` before the path to post to: `./messages/` is relative to the endpoint's URL.
            root_path = ".." if scope["path"].endswith("/") else "."
            scope = {**scope, "path": self._path, "raw_path": self._path.encode(), "root_path": root_path}
        await self._app(scope, receive, send)


class PathPrefix:
    """ASGI middleware that serves `/prefix/PATH` as `/PATH`, for proxies that do not remove their prefix.

    Paths without the prefix are served as well.

    Args:
        app: serves the paths.
        prefix: such as `/prefix`, without characters that URLs encode.
    """

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] == "http" and scope["path"].startswith(f"{self._prefix}/"):
            path = scope["path"].removeprefix(self._prefix)
            scope = {**scope, "path": path, "raw_path": scope["raw_path"].removeprefix(self._prefix.encode())}
        await self._app(scope, receive, send)
