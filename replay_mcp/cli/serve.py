"""`replay-mcp serve`: the MCP server over stdio, SSE or streamable HTTP."""

import argparse
import logging
import signal
import sys
from socket import socket
from typing import Any, Final

import anyio

from replay_mcp.app import ReplayServer, open_server
from replay_mcp.errors import SettingsError
from replay_mcp.loopback import is_loopback
from replay_mcp.settings import Settings

from . import load_settings, logs, sockets
from .backend import open_backend

_PATHS: Final = {"sse": "/sse", "http": "/mcp"}
_log: Final = logging.getLogger(__name__)


def run(options: argparse.Namespace) -> int:
    """Serve until the client leaves (stdio) or the process is stopped."""
    settings = load_settings(options)
    logs.configure(logging.INFO if options.transport != "stdio" else logging.WARNING, secrets=settings.secrets)
    if options.transport != "stdio" and not is_loopback(options.bind) and not options.allowed_host:
        raise SettingsError(
            f"--bind {options.bind} opens this server, and the key it holds, to the network without a login.",
            next="Put a proxy that authenticates in front and name its host with --allowed-host, or bind to 127.0.0.1.",
        )
    listener = None if options.transport == "stdio" else sockets.listen(options.bind, options.port)
    anyio.run(_serve, settings, options, listener)
    return 0


async def _serve(settings: Settings, options: argparse.Namespace, listener: socket | None) -> None:
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
                await _serve_http(server, options, listener)


async def _serve_http(server: ReplayServer, options: argparse.Namespace, listener: socket) -> None:
    import uvicorn  # noqa: PLC0415 - stdio does not need it

    app = http_app(server, options.transport, options.bind, options.allowed_host)
    # log_config None: uvicorn's own handlers would write to stdout.
    config = uvicorn.Config(app, log_config=None, access_log=False)
    _log.info("Listening on %s%s", sockets.origin(listener), _PATHS[options.transport])
    await uvicorn.Server(config).serve(sockets=[listener])


def http_app(server: ReplayServer, transport: str, bind: str, allowed_hosts: list[str]) -> Any:
    """The ASGI app of a network transport, with Host and Origin checks.

    Loopback names are always accepted, `allowed_hosts` besides. Streamable HTTP is stateless and answers as a stream:
    plain JSON answers would lose progress notifications, and a client that leaves would not stop its call.
    """
    from mcp.server.transport_security import TransportSecuritySettings  # noqa: PLC0415 - stdio does not need it

    hosts = ["127.0.0.1:*", "localhost:*", "[::1]:*"]
    origins = [f"http://{host}" for host in hosts]
    for host in allowed_hosts:
        hosts += [host] if ":" in host else [host, f"{host}:*"]
        origins += [f"{scheme}://{name}" for scheme in ("http", "https") for name in ([host, f"{host}:*"])]
    security = TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins)
    if transport == "sse":
        return server.sse_app(host=bind, transport_security=security)
    return server.streamable_http_app(host=bind, stateless_http=True, json_response=False, transport_security=security)
