"""Notifies clients about new and extended recordings.

Clients of the 2026 protocol subscribe through a stream (`subscriptions/listen`). Clients of the handshake protocol are
notified if the server keeps a connection to them: when the list of resources changes, and when a resource changes to
which they subscribed. The handshake announces this. Stateless HTTP keeps no connection.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import anyio
import anyio.to_thread
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.session import ServerSession
from mcp.server.subscriptions import InMemorySubscriptionBus, ResourcesListChanged, ResourceUpdated
from mcp.shared.exceptions import MCPError
from mcp.types import INVALID_PARAMS, METHOD_NOT_FOUND, EmptyResult, SubscribeRequestParams, UnsubscribeRequestParams

from replay_mcp.errors import ReplayError
from replay_mcp.server.resources import RECORDING_URI, TIMELINE_URI

POLL_SECONDS: Final = 0.25
SEND_TIMEOUT_SECONDS: Final = 1.0
MAX_CLIENTS: Final = 1_000
"""Maximum number of handshake-protocol clients to notify; the one that has been silent longest is dropped first."""
MAX_URIS: Final = 100
"""Maximum number of resources to which such a client may subscribe."""
MAX_URI_LENGTH: Final = 1_000

RecordingChanges: TypeAlias = Callable[[], Iterable[tuple[str, bool]]]
"""Returns the recordings (id, whether it is new) that changed since the last call; called in a worker thread."""

_Context: TypeAlias = ServerRequestContext[Any, Any]

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Client:
    """A client of the handshake protocol, and the resources to which it subscribed."""

    session: ServerSession
    uris: set[str] = field(default_factory=set[str])


class ResourceNotifier:
    """Sends notifications; also the middleware that registers clients of the handshake protocol."""

    def __init__(self) -> None:
        self.bus = InMemorySubscriptionBus()
        self._clients: OrderedDict[int, _Client] = OrderedDict()

    async def __call__(self, ctx: _Context, call_next: CallNext) -> HandlerResult:
        """Handle a request; on a handshake, announce the capabilities and register the client."""
        result = await call_next(ctx)
        if ctx.method == "initialize" and isinstance(result, dict):
            result["capabilities"]["resources"] |= dict.fromkeys(
                ("listChanged", "subscribe"), ctx.session.can_send_request
            )
        elif (client := _key(ctx)) in self._clients:
            self._clients.move_to_end(client)
        elif ctx.method == "notifications/initialized" and ctx.session.client_params and ctx.session.can_send_request:
            self._clients[client] = _Client(ctx.session)
            if len(self._clients) > MAX_CLIENTS:
                self._clients.popitem(last=False)
        return result

    def serve_subscriptions(self, server: Server[Any]) -> None:
        """Serve `resources/subscribe` and `resources/unsubscribe` of the handshake protocol."""
        server.add_request_handler("resources/subscribe", SubscribeRequestParams, self._subscribe)
        server.add_request_handler("resources/unsubscribe", UnsubscribeRequestParams, self._unsubscribe)

    async def watch(self, recording_changes: RecordingChanges) -> None:
        """Poll for changes and send notifications, until cancelled."""
        while True:
            await anyio.sleep(POLL_SECONDS)
            try:
                changed = list(await anyio.to_thread.run_sync(recording_changes))
            except ReplayError as error:  # the store is busy: the next poll finds the same changes
                logger.warning("polling for recordings failed: %s", error.why)
                continue
            if changed:
                uris = [uri.replace("{id}", id) for id, _ in changed for uri in (RECORDING_URI, TIMELINE_URI)]
                await self._notify(uris, list_changed=any(new for _, new in changed))

    async def _subscribe(self, ctx: _Context, params: SubscribeRequestParams) -> EmptyResult:
        uris = self._uris(ctx)
        uri = str(params.uri)
        if len(uri) > MAX_URI_LENGTH or (len(uris) >= MAX_URIS and uri not in uris):
            raise MCPError(INVALID_PARAMS, f"Subscribe to at most {MAX_URIS} URIs of {MAX_URI_LENGTH} characters each.")
        uris.add(uri)
        return EmptyResult()

    async def _unsubscribe(self, ctx: _Context, params: UnsubscribeRequestParams) -> EmptyResult:
        self._uris(ctx).discard(str(params.uri))
        return EmptyResult()

    def _uris(self, ctx: _Context) -> set[str]:
        client = self._clients.get(_key(ctx))
        if client is None:
            raise MCPError(METHOD_NOT_FOUND, "This server is stateless and cannot notify; start it with --stateful.")
        return client.uris

    async def _notify(self, uris: list[str], *, list_changed: bool) -> None:
        if list_changed:
            await self.bus.publish(ResourcesListChanged())
        for uri in uris:
            await self.bus.publish(ResourceUpdated(uri))
        async with anyio.create_task_group() as tasks:
            for key, client in list(self._clients.items()):
                tasks.start_soon(self._notify_client, key, client, uris, list_changed)

    async def _notify_client(self, key: int, client: _Client, uris: list[str], list_changed: bool) -> None:
        try:
            with anyio.move_on_after(SEND_TIMEOUT_SECONDS):  # a slow reader must not delay the next poll
                if list_changed:
                    await client.session.send_resource_list_changed()
                for uri in client.uris.intersection(uris):
                    await client.session.send_resource_updated(uri)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            self._clients.pop(key, None)


def _key(ctx: _Context) -> int:
    """Identify the client by its handshake's parameters. A registered session keeps them alive, so the id is unique."""
    return id(ctx.session.client_params)
