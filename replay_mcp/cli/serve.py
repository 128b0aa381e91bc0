"""`replay-mcp serve`: the MCP server over stdio, SSE or streamable HTTP."""

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from socket import socket
from typing import Final

import anyio
from pydantic import SecretStr

from replay_mcp.errors import SettingsError
from replay_mcp.redaction.secrets import SecretMask
from replay_mcp.server.app import ReplayServer, open_server
from replay_mcp.server.audit import audit_writer
from replay_mcp.settings import Settings
from replay_mcp.transports.pipes import claim_stdio
from replay_mcp.transports.stdio import serve_stdio

from . import logs, sockets
from .backend import Backend, open_backend
from .endings import NETWORK_SECONDS, STDIO_SECONDS, Ending
from .network_access import auth_token, check_per_caller, check_stateful
from .serve_options import ServeOptions

_log: Final = logging.getLogger(__name__)


def run(settings: Settings, options: ServeOptions) -> int:
    """Serve until the client leaves (stdio) or the process is stopped."""
    check_stateful(options.transport, stateful=options.stateful)
    if options.per_caller_key:
        return _run_per_caller(settings, options)
    if options.public_url is not None:
        raise SettingsError("--public-url has no effect without --per-caller-key.")
    token = auth_token(settings, options.transport, options.bind, options.auth_token_file)
    secrets = settings.secrets if token is None else (*settings.secrets, token.get_secret_value())
    level = logging.INFO if options.transport != "stdio" else logging.WARNING
    audit = audit_writer(settings.audit, logs.configure_server(level, secrets=secrets).write)
    if options.transport == "stdio":
        with Ending(STDIO_SECONDS) as ending, claim_stdio() as pipes:
            anyio.run(_serve, settings, audit, partial(_serve_stdio, pipes=pipes, ending=ending))
    else:
        listener = sockets.listen(options.bind, options.port)
        with Ending(NETWORK_SECONDS) as ending:
            serve = partial(_serve_http, options=options, listener=listener, token=token, ending=ending)
            anyio.run(_serve, settings, audit, serve)
    return 0


def _run_per_caller(settings: Settings, options: ServeOptions) -> int:
    from .per_caller import serve_callers  # noqa: PLC0415 - other servers do not need it

    check_per_caller(options.transport, options.bind, options.auth_token_file, options.public_url)
    masks: list[SecretMask] = []
    audit = audit_writer(settings.audit, logs.configure_server(logging.INFO, masks=masks).write)
    listener = sockets.listen(options.bind, options.port)
    with Ending(NETWORK_SECONDS) as ending:
        serve = partial(serve_callers, settings, options, audit, listener=listener, ending=ending, masks=masks)
        anyio.run(_with_browser, serve)
    return 0


async def _with_browser(serve: Callable[[], Awaitable[None]]) -> None:
    """Serve, and end the browser that took pictures, if it was started."""
    try:
        await serve()
    finally:
        if "replay_mcp.screenshots" in sys.modules:
            from replay_mcp.screenshots import close_browser  # noqa: PLC0415 - most servers never take a picture

            await close_browser()


async def _serve(
    settings: Settings, audit: Callable[[bytes], object], serve: Callable[[ReplayServer, Backend], Awaitable[None]]
) -> None:
    with open_backend(settings) as backend:
        async with open_server(
            settings,
            api_key=backend.api_key,
            transport=backend.transport,
            recording_changes=backend.recording_changes,
            audit=audit,
        ) as server:
            await _with_browser(partial(serve, server, backend))


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
    from .http_app import http_app, with_probes  # noqa: PLC0415 - stdio does not need them
    from .readiness import ApiReadiness  # noqa: PLC0415
    from .web_server import WebServer  # noqa: PLC0415

    app = http_app(server, options, token)
    web = WebServer(with_probes(app, backend.ready or ApiReadiness(server.workload), options))
    _log.info("Listening on %s%s%s", sockets.origin(listener), options.root_path, options.path)
    with ending.stopping(web.stop):
        await web.serve(sockets=[listener])
