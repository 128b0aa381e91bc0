"""`replay-mcp serve`: the MCP server over stdio, SSE or streamable HTTP."""

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING, Any, Final

import anyio
from pydantic import SecretStr

from replay_mcp.bearer import BearerAuth
from replay_mcp.errors import SettingsError
from replay_mcp.redaction.secrets import SecretMask
from replay_mcp.server.app import ReplayServer, open_server
from replay_mcp.settings import Settings
from replay_mcp.transports.pipes import claim_stdio
from replay_mcp.transports.stdio import serve_stdio

from . import logs, sockets
from .backend import open_backend
from .endings import NETWORK_SECONDS, STDIO_SECONDS, Ending
from .network_access import auth_token, check_per_caller, check_stateful, transport_security, with_cors

if TYPE_CHECKING:
    from mcp.server.transport_security import TransportSecuritySettings
    from starlette.applications import Starlette

SESSION_IDLE_SECONDS: Final = 30 * 60
"""Time after which a session ends that has no request and no open stream."""
MAX_SESSIONS: Final = 1_000

PATHS: Final = {"sse": "/sse", "http": "/mcp"}
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How clients connect, and which ones may.

    Attributes:
        transport: `stdio`, `sse` or `http`; the others are for `sse` and `http` only.
        port: 0 for any free one.
        bind: the address to listen on.
        auth_token_file: contains the token that requests must carry; None for no token.
        allowed_hosts: Host headers accepted besides loopback names.
        stateful: with `http`: keep a session for each client of the handshake protocol.
        per_caller_key: callers send their own PostHog keys.
        public_url: with `per_caller_key`: the server's URL for clients, without `/mcp` or `/sse`.
    """

    transport: str
    port: int
    bind: str
    auth_token_file: Path | None
    allowed_hosts: Sequence[str]
    stateful: bool = False
    per_caller_key: bool = False
    public_url: str | None = None


def run(settings: Settings, options: ServeOptions) -> int:
    """Serve until the client leaves (stdio) or the process is stopped."""
    check_stateful(options.transport, stateful=options.stateful)
    if options.per_caller_key:
        return _run_per_caller(settings, options)
    if options.public_url is not None:
        raise SettingsError("--public-url has no effect without --per-caller-key.")
    token = auth_token(settings, options.transport, options.bind, options.auth_token_file)
    secrets = settings.secrets if token is None else (*settings.secrets, token.get_secret_value())
    logs.configure(logging.INFO if options.transport != "stdio" else logging.WARNING, secrets=secrets)
    if options.transport == "stdio":
        with Ending(STDIO_SECONDS) as ending, claim_stdio() as pipes:
            anyio.run(_serve, settings, partial(_serve_stdio, pipes=pipes, ending=ending))
    else:
        listener = sockets.listen(options.bind, options.port)
        with Ending(NETWORK_SECONDS) as ending:
            serve = partial(_serve_http, options=options, listener=listener, token=token, ending=ending)
            anyio.run(_serve, settings, serve)
    return 0


def _run_per_caller(settings: Settings, options: ServeOptions) -> int:
    from .per_caller import serve_callers  # noqa: PLC0415 - it imports this module

    check_per_caller(options.transport, options.bind, options.auth_token_file, options.public_url)
    masks: list[SecretMask] = []
    logs.configure(logging.INFO, masks=masks)
    listener = sockets.listen(options.bind, options.port)
    with Ending(NETWORK_SECONDS) as ending:
        anyio.run(partial(serve_callers, settings, options, listener=listener, ending=ending, masks=masks))
    return 0


async def _serve(settings: Settings, serve: Callable[[ReplayServer], Awaitable[None]]) -> None:
    with open_backend(settings) as backend:
        async with open_server(
            settings, api_key=backend.api_key, transport=backend.transport, recording_changes=backend.arrived
        ) as server:
            await serve(server)


async def _serve_stdio(server: ReplayServer, *, pipes: tuple[int, int], ending: Ending) -> None:
    stdin, stdout = pipes
    if os.isatty(stdin):
        print("replay-mcp waits for an MCP client on stdin; Ctrl+C ends it.", file=sys.stderr)
    loop = asyncio.get_running_loop()
    with anyio.CancelScope() as scope, ending.stopping(lambda: loop.call_soon_threadsafe(scope.cancel)):
        await serve_stdio(server.serve, stdin, stdout)


async def _serve_http(
    server: ReplayServer, *, options: ServeOptions, listener: socket, token: SecretStr | None, ending: Ending
) -> None:
    from .web_server import WebServer  # noqa: PLC0415 - stdio does not need it

    web = WebServer(http_app(server, options, token))
    _log.info("Listening on %s%s", sockets.origin(listener), PATHS[options.transport])
    with ending.stopping(web.stop):
        await web.serve(sockets=[listener])


def http_app(server: ReplayServer, options: ServeOptions, token: SecretStr | None) -> Any:
    """Return the ASGI app of a network transport, with Host and Origin checks, and behind the token if there is one."""
    security = transport_security(options.bind, options.allowed_hosts)
    app = mcp_endpoint(mcp_routes(server, options, security), options)
    # Outermost, since browsers send preflights without a token.
    guarded = app if token is None else BearerAuth(app, token)
    return with_cors(guarded, security, options.allowed_hosts, has_token=token is not None)


def mcp_routes(server: ReplayServer, options: ServeOptions, security: "TransportSecuritySettings") -> "Starlette":
    """Return the SDK's app for one server, with Host and Origin checks.

    Streamable HTTP responds with a stream: plain JSON responses would lose progress notifications, and a client that
    disconnects would not stop its call.
    """
    if options.transport == "sse":
        return server.sse_app(host=options.bind, transport_security=security)
    return server.streamable_http_app(
        host=options.bind,
        stateless_http=not options.stateful,
        json_response=False,
        transport_security=security,
        session_idle_timeout=SESSION_IDLE_SECONDS,
        max_sessions=MAX_SESSIONS,
    )


def mcp_endpoint(routes: "Starlette", options: ServeOptions) -> Any:
    """Return the SDK's app behind the middleware that its transport needs."""
    from replay_mcp.transports.posted import PostedMessages  # noqa: PLC0415 - stdio does not need them
    from replay_mcp.transports.proxied import ProxiedEndpoint  # noqa: PLC0415

    routes.router.redirect_slashes = False
    return ProxiedEndpoint(PostedMessages(routes) if options.transport == "sse" else routes, PATHS[options.transport])
