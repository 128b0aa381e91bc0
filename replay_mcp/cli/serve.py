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
from typing import Any, Final

import anyio
from pydantic import SecretStr

from replay_mcp.bearer import BearerAuth
from replay_mcp.limits import DEFAULT_LIMITS, SWITCH_SECONDS, SocketLimits
from replay_mcp.server.app import ReplayServer, open_server
from replay_mcp.settings import Settings
from replay_mcp.transports.pipes import claim_stdio
from replay_mcp.transports.stdio import serve_stdio

from . import logs, sockets
from .backend import Backend, open_backend
from .endings import NETWORK_SECONDS, STDIO_SECONDS, Ending
from .network_access import auth_token, transport_security, with_cors

_PATHS: Final = {"sse": "/sse", "http": "/mcp"}
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
        root_path: a path prefix below which everything is served as well, such as `/replay`; or empty.
    """

    transport: str
    port: int
    bind: str
    auth_token_file: Path | None
    allowed_hosts: Sequence[str]
    root_path: str = ""


def run(settings: Settings, options: ServeOptions) -> int:
    """Serve until the client leaves (stdio) or the process is stopped."""
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


async def _serve(settings: Settings, serve: Callable[[ReplayServer, Backend], Awaitable[None]]) -> None:
    with open_backend(settings) as backend:
        async with open_server(
            settings, api_key=backend.api_key, transport=backend.transport, recording_changes=backend.arrived
        ) as server:
            await serve(server, backend)


async def _serve_stdio(server: ReplayServer, backend: Backend, *, pipes: tuple[int, int], ending: Ending) -> None:
    del backend  # it is open while the server runs
    stdin, stdout = pipes
    if os.isatty(stdin):
        print("replay-mcp waits for an MCP client on stdin; Ctrl+C ends it.", file=sys.stderr)
    loop = asyncio.get_running_loop()
    with anyio.CancelScope() as scope, ending.stopping(lambda: loop.call_soon_threadsafe(scope.cancel)):
        await serve_stdio(server.serve, stdin, stdout)


async def _serve_http(
    server: ReplayServer,
    backend: Backend,
    *,
    options: ServeOptions,
    listener: socket,
    token: SecretStr | None,
    ending: Ending,
) -> None:
    from replay_mcp.transports.probes import Probes  # noqa: PLC0415 - stdio does not need them
    from replay_mcp.transports.proxied import PathPrefix  # noqa: PLC0415

    from .readiness import ApiReadiness  # noqa: PLC0415
    from .web_server import WebServer  # noqa: PLC0415

    sys.setswitchinterval(SWITCH_SECONDS)
    app = http_app(server, options.transport, options.bind, options.allowed_hosts, token)
    app = Probes(app, backend.ready or ApiReadiness(server.workload))
    web = WebServer(PathPrefix(app, options.root_path) if options.root_path else app)
    _log.info("Listening on %s%s%s", sockets.origin(listener), options.root_path, _PATHS[options.transport])
    with ending.stopping(web.stop):
        await web.serve(sockets=[listener])


def http_app(
    server: ReplayServer,
    transport: str,
    bind: str,
    allowed_hosts: Sequence[str],
    token: SecretStr | None,
    *,
    limits: SocketLimits = DEFAULT_LIMITS,
) -> Any:
    """Return the ASGI app of a network transport, with Host and Origin checks, and behind the token if there is one.

    Streamable HTTP is stateless and responds with a stream: plain JSON responses would lose progress notifications,
    and a client that disconnects would not stop its call.
    """
    from replay_mcp.transports.capacity import Capacity, is_mcp_stream  # noqa: PLC0415 - stdio does not need them
    from replay_mcp.transports.posted import PostedMessages  # noqa: PLC0415
    from replay_mcp.transports.proxied import ProxiedEndpoint  # noqa: PLC0415
    from replay_mcp.transports.refusals import mcp_error  # noqa: PLC0415
    from replay_mcp.transports.sse import sse_app  # noqa: PLC0415
    from replay_mcp.transports.stateless import WithoutStreams  # noqa: PLC0415

    security = transport_security(bind, allowed_hosts)
    if transport == "sse":
        routes = sse_app(server.serve, security, limits)
    else:
        routes = server.streamable_http_app(
            host=bind, stateless_http=True, json_response=False, transport_security=security
        )
    routes.router.redirect_slashes = False
    endpoint = PostedMessages(routes if transport == "sse" else WithoutStreams(routes, _PATHS[transport]))
    app = ProxiedEndpoint(Capacity(endpoint, limits, is_mcp_stream, mcp_error), _PATHS[transport])
    # Outermost, since browsers send preflights without a token.
    guarded = app if token is None else BearerAuth(app, token)
    return with_cors(guarded, security, allowed_hosts, has_token=token is not None)
