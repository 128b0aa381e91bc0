"""The ASGI apps of the network transports. From the outside in: path prefix, probes, CORS, token, limits, MCP."""

from typing import TYPE_CHECKING, Final

from pydantic import SecretStr
from starlette.types import ASGIApp

from replay_mcp.limits import DEFAULT_LIMITS, SocketLimits
from replay_mcp.server.app import ReplayServer
from replay_mcp.transports.bearer import BearerAuth
from replay_mcp.transports.capacity import Capacity, is_mcp_stream
from replay_mcp.transports.posted import PostedMessages
from replay_mcp.transports.probes import Probes, Ready
from replay_mcp.transports.proxied import PathPrefix, ProxiedEndpoint
from replay_mcp.transports.refusals import mcp_error
from replay_mcp.transports.sse import sse_app
from replay_mcp.transports.stateless import WithoutStreams

from .network_access import transport_security, with_cors
from .serve_options import ServeOptions

if TYPE_CHECKING:
    from starlette.applications import Starlette

SESSION_IDLE_SECONDS: Final = 30 * 60
"""Time after which a session without a request or an open stream ends."""
MAX_SESSIONS: Final = 1_000


def http_app(
    server: ReplayServer, options: ServeOptions, token: SecretStr | None, *, limits: SocketLimits = DEFAULT_LIMITS
) -> ASGIApp:
    """Return the app of a server that all clients share, behind the token if there is one."""
    security = transport_security(options.bind, options.allowed_hosts)
    app = mcp_endpoint(without_malformed(mcp_routes(server, options, limits), options), options, limits)
    guarded = app if token is None else BearerAuth(app, token)
    # Outside of the token, since browsers send preflights without it.
    return with_cors(guarded, security, options.allowed_hosts, has_token=token is not None)


def mcp_routes(server: ReplayServer, options: ServeOptions, limits: SocketLimits = DEFAULT_LIMITS) -> "Starlette":
    """Return the app that serves MCP, with Host and Origin checks.

    Streamable HTTP responds with a stream: plain JSON responses would lose progress notifications, and a client that
    disconnects would not stop its call.
    """
    security = transport_security(options.bind, options.allowed_hosts)
    if options.transport == "sse":
        routes = sse_app(server.serve, security, limits)
    else:
        routes = server.streamable_http_app(
            host=options.bind,
            stateless_http=not options.stateful,
            json_response=False,
            transport_security=security,
            session_idle_timeout=SESSION_IDLE_SECONDS,
            max_sessions=MAX_SESSIONS,
        )
    routes.router.redirect_slashes = False
    return routes


def without_malformed(routes: ASGIApp, options: ServeOptions) -> ASGIApp:
    """Return the app behind middleware that refuses malformed messages, and GET requests if there are no sessions."""
    has_streams = options.transport == "sse" or options.stateful
    return PostedMessages(routes if has_streams else WithoutStreams(routes, options.path))


def mcp_endpoint(app: ASGIApp, options: ServeOptions, limits: SocketLimits = DEFAULT_LIMITS) -> ASGIApp:
    """Return the app with limits on requests and streams, served with and without a trailing slash."""
    return ProxiedEndpoint(Capacity(app, limits, is_mcp_stream, mcp_error), options.path)


def with_probes(app: ASGIApp, ready: Ready, options: ServeOptions) -> ASGIApp:
    """Return the app with `/health` and `/ready`, also below the path prefix if there is one."""
    probed = Probes(app, ready)
    return PathPrefix(probed, options.root_path) if options.root_path else probed
