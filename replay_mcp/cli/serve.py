"""`replay-mcp serve`: the MCP server over stdio, SSE or streamable HTTP."""

import argparse
import logging
import signal
import sys
from collections.abc import Sequence
from socket import socket
from typing import Any, Final

import anyio
from pydantic import SecretStr

from replay_mcp.app import ReplayServer, open_server
from replay_mcp.bearer import BearerAuth
from replay_mcp.settings import Settings

from . import load_settings, logs, sockets
from .backend import open_backend
from .network_access import auth_token, transport_security

_PATHS: Final = {"sse": "/sse", "http": "/mcp"}
_log: Final = logging.getLogger(__name__)


def run(options: argparse.Namespace) -> int:
    """Serve until the client leaves (stdio) or the process is stopped."""
    settings = load_settings(options)
    token = auth_token(options, settings)
    secrets = settings.secrets if token is None else (*settings.secrets, token.get_secret_value())
    logs.configure(logging.INFO if options.transport != "stdio" else logging.WARNING, secrets=secrets)
    listener = None if options.transport == "stdio" else sockets.listen(options.bind, options.port)
    anyio.run(_serve, settings, options, listener, token)
    return 0


async def _serve(
    settings: Settings, options: argparse.Namespace, listener: socket | None, token: SecretStr | None
) -> None:
    with open_backend(settings) as backend:
        async with open_server(
            settings, api_key=backend.api_key, transport=backend.transport, arrived=backend.arrived
        ) as server:
            if listener is None:
                if sys.stdin.isatty():
                    # Python's own handler would wait for the thread that reads stdin, which nothing can interrupt.
                    signal.signal(signal.SIGINT, signal.SIG_DFL)
                    print("replay-mcp waits for an MCP client on stdin; Ctrl+C ends it.", file=sys.stderr)
                await server.run_stdio_async()
            else:
                await _serve_http(server, options, listener, token)


async def _serve_http(
    server: ReplayServer, options: argparse.Namespace, listener: socket, token: SecretStr | None
) -> None:
    import uvicorn  # noqa: PLC0415 - stdio does not need it

    app = http_app(server, options.transport, options.bind, options.allowed_host, token)
    # log_config None: uvicorn's own handlers would write to stdout.
    config = uvicorn.Config(app, log_config=None, access_log=False)
    _log.info("Listening on %s%s", sockets.origin(listener), _PATHS[options.transport])
    await uvicorn.Server(config).serve(sockets=[listener])


def http_app(
    server: ReplayServer, transport: str, bind: str, allowed_hosts: Sequence[str], token: SecretStr | None
) -> Any:
    """The ASGI app of a network transport, with Host and Origin checks, and behind the token if there is one.

    Streamable HTTP is stateless and answers as a stream: plain JSON answers would lose progress notifications, and a
    client that leaves would not stop its call.
    """
    security = transport_security(bind, allowed_hosts)
    if transport == "sse":
        app = server.sse_app(host=bind, transport_security=security)
    else:
        app = server.streamable_http_app(
            host=bind, stateless_http=True, json_response=False, transport_security=security
        )
    return app if token is None else BearerAuth(app, token)
