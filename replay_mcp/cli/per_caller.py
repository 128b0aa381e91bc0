"""`replay-mcp serve --per-caller-key`: each caller sends their own PostHog key and gets a server of their own."""

import hashlib
import logging
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from socket import socket
from typing import Final

import httpx2

from replay_mcp.api.endpoints import RECORDINGS_RETRIEVE
from replay_mcp.api.params import RecordingPath
from replay_mcp.caches.screens import ScreenMemory
from replay_mcp.client.client import ApiClient
from replay_mcp.context import LEVELS
from replay_mcp.errors import (
    EnvironmentNotFound,
    Forbidden,
    NotFound,
    RateLimited,
    ReplayError,
    Unauthenticated,
)
from replay_mcp.redaction.secrets import SecretMask
from replay_mcp.server.app import open_server
from replay_mcp.settings import Settings
from replay_mcp.tools import tool_definitions
from replay_mcp.transports.callers import IDLE_SECONDS, CallerApp, Refused, open_callers
from replay_mcp.transports.challenges import Challenges, MetadataEndpoint, ProtectedResource
from replay_mcp.transports.probes import Ready
from replay_mcp.workload import Workload

from . import sockets
from .endings import Ending
from .http_app import SESSION_IDLE_SECONDS, mcp_endpoint, mcp_routes, with_probes, without_malformed
from .network_access import transport_security, with_cors
from .readiness import ApiReadiness, StoreReadiness
from .serve_options import ServeOptions
from .web_server import WebServer

CLOUD_AUTHORIZATION: Final = "https://oauth.posthog.com"
"""PostHog Cloud's authorization server, which is the same for both regions."""

_NOBODY: Final = "replay-mcp-key-check"
_CHECK_SECONDS: Final = 10.0
_log: Final = logging.getLogger(__name__)

NewTransport = Callable[[], httpx2.AsyncBaseTransport | None]


async def serve_callers(
    settings: Settings,
    options: ServeOptions,
    audit: Callable[[bytes], object],
    *,
    listener: socket,
    ending: Ending,
    masks: list[SecretMask],
) -> None:
    """Serve on the socket until the process is stopped.

    Args:
        settings: the configuration, without a key.
        options: how clients connect.
        audit: writes the audit lines of all callers.
        listener: the socket.
        ending: stops the server.
        masks: masks of the log; those of the current callers are added and removed here.
    """
    url = (options.public_url or sockets.origin(listener) + options.root_path) + options.path
    resource = ProtectedResource(url, authorization_servers(settings), needed_scopes(settings))
    with _backend(settings) as (new_transport, ready):
        servers = CallerServers(settings, options, Challenges(resource), new_transport, audit=audit, masks=masks)
        idle = SESSION_IDLE_SECONDS if options.stateful else IDLE_SECONDS
        async with open_callers(servers.open, servers.challenges, idle_seconds=idle) as callers:
            app = MetadataEndpoint(mcp_endpoint(callers, options), resource, options.path)
            security = transport_security(options.bind, options.allowed_hosts)
            app = with_cors(app, security, options.allowed_hosts, has_token=True)
            app = with_probes(app, ready or ApiReadiness(servers.workload), options)
            web = WebServer(app, lifespan="off")
            _log.info("Listening on %s%s%s", sockets.origin(listener), options.root_path, options.path)
            with ending.stopping(web.stop):
                await web.serve(sockets=[listener])


class CallerServers:
    """Opens a server for each caller.

    Callers share only the configuration, the local store, the audit log and the limits on running calls.
    """

    def __init__(
        self,
        settings: Settings,
        options: ServeOptions,
        challenges: Challenges,
        new_transport: NewTransport,
        *,
        audit: Callable[[bytes], object],
        masks: list[SecretMask],
    ) -> None:
        self._settings = settings
        self._options = options
        self._new_transport = new_transport
        self._audit = audit
        self._masks = masks
        self.workload = Workload()
        self._screen_memory = ScreenMemory()
        self.challenges = challenges

    @asynccontextmanager
    async def open(self, key: str) -> AsyncGenerator[CallerApp]:
        """Open the server for a key, after the API has accepted it.

        Raises:
            Refused: the API does not accept the key, or cannot be reached.
        """
        mask = SecretMask([key])
        self._masks.append(mask)
        try:
            async with open_server(
                self._settings,
                api_key=key,
                transport=self._new_transport(),
                workload=self.workload,
                audit=self._audit,
                caller=fingerprint(self._settings, key),
                screen_memory=self._screen_memory,
            ) as server:
                await self._check(server.api)
                routes = mcp_routes(server, self._options)
                async with routes.router.lifespan_context(routes):
                    yield CallerApp(without_malformed(routes, self._options), partial(self._check_again, server.api))
        finally:
            self._masks.remove(mask)

    async def _check_again(self, api: ApiClient) -> None:
        """Check a key again after the API refused it, so that the client gets a 401 and can renew its token."""
        if api.key_refused:
            await self._check(api)

    async def _check(self, api: ApiClient) -> None:
        try:
            await api.call(RECORDINGS_RETRIEVE, RecordingPath(id=_NOBODY), deadline=_CHECK_SECONDS)
        except (NotFound, RateLimited):  # sent only after the key and its scopes were accepted
            return
        except Unauthenticated as error:
            raise Refused(self.challenges.invalid()) from error
        except Forbidden as error:
            scope = RECORDINGS_RETRIEVE.scope
            lacks_scope = f"'{scope}'" in (error.detail or "")
            response = (
                self.challenges.insufficient_scope(scope) if lacks_scope else self.challenges.forbidden(error.why)
            )
            raise Refused(response) from error
        except EnvironmentNotFound as error:
            raise Refused(self.challenges.forbidden(error.why)) from error
        except ReplayError as error:
            raise Refused(self.challenges.unverified(error.why), passing=True) from error


def authorization_servers(settings: Settings) -> list[str]:
    """Return who issues tokens for the API: PostHog Cloud, the self-hosted PostHog, or nobody for a local store."""
    if settings.local is not None:
        return []
    return [CLOUD_AUTHORIZATION if settings.hosted else settings.origin]


def needed_scopes(settings: Settings) -> Sequence[str]:
    """Return the scopes that the tools of the permission level use, including those that they work without."""
    allowed = LEVELS[: LEVELS.index(settings.permission) + 1]
    tools = [tool for tool in tool_definitions() if tool.level in allowed]
    return sorted({endpoint.scope for tool in tools for endpoint in (*tool.uses, *tool.optional)})


def fingerprint(settings: Settings, key: str) -> str:
    """Return what identifies the caller in audit lines: a short hash, from which the key cannot be computed."""
    text = "\0".join((settings.origin, settings.environment, key))
    return hashlib.blake2b(text.encode(), digest_size=6, person=b"replay-mcp call").hexdigest()


@contextmanager
def _backend(settings: Settings) -> Generator[tuple[NewTransport, Ready | None]]:
    """Yield a function that returns a caller's transport, and the readiness check of a local store.

    For PostHog, the transport is None: each caller has their own connections.
    """
    if settings.local is None:
        yield (lambda: None), None
        return
    from replay_mcp.client.in_process import InProcessTransport  # noqa: PLC0415 - servers on PostHog do not need them

    from .local_store import open_local  # noqa: PLC0415

    with open_local(settings.local, demo_recordings=settings.demo) as local:
        yield partial(InProcessTransport, local.app()), StoreReadiness(local.store)
