"""Pending requests in both directions of a connection."""

from typing import Final

import anyio
from mcp.shared.dispatcher import as_request_id, coerce_request_id
from mcp.types import JSONRPCError, JSONRPCMessage, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse, RequestId

from .messages import Malformed

_NEVER_ANSWERED: Final = "subscriptions/listen"  # it stays open while the client is subscribed


class OpenRequests:
    """Tracks the pending requests of a connection by its messages."""

    def __init__(self) -> None:
        self._from_client: set[RequestId] = set()
        self._to_client: set[RequestId] = set()
        self._changed = anyio.Event()

    def received(self, message: JSONRPCMessage) -> None:
        """Record a message from the client."""
        match message:
            case JSONRPCRequest() if message.method != _NEVER_ANSWERED:
                self._from_client.add(coerce_request_id(message.id))
            case JSONRPCNotification(method="notifications/cancelled"):
                self._end(self._from_client, as_request_id((message.params or {}).get("requestId")))
            case JSONRPCResponse() | JSONRPCError():
                self._end(self._to_client, message.id)
            case _:
                pass

    def sending(self, message: JSONRPCMessage) -> None:
        """Record a message before it is written to the client."""
        match message:
            case JSONRPCRequest():
                self._to_client.add(coerce_request_id(message.id))
            case JSONRPCNotification(method="notifications/cancelled"):
                self._end(self._to_client, as_request_id((message.params or {}).get("requestId")))
            case _:
                pass

    def sent(self, message: JSONRPCMessage) -> None:
        """Record a message after it was written to the client."""
        if isinstance(message, JSONRPCResponse | JSONRPCError):
            self._end(self._from_client, message.id)

    def answered_by(self, malformed: Malformed) -> list[RequestId]:
        """Our requests to which malformed input responds; a response without an id may belong to any of them."""
        id = malformed.error.id
        if malformed.role == "request":
            return []
        if id is None:
            return self.to_client() if malformed.role == "response" else []
        return [id] if coerce_request_id(id) in self._to_client else []

    def to_client(self) -> list[RequestId]:
        """Our requests that the client has not answered."""
        return list(self._to_client)

    def forget(self) -> None:
        """Drop the client's requests, because it started a new session."""
        self._from_client.clear()

    async def wait_until_answered(self) -> None:
        """Wait until all requests of the client have a response."""
        while self._from_client:
            self._changed = anyio.Event()
            await self._changed.wait()

    def _end(self, requests: set[RequestId], id: RequestId | None) -> None:
        if id is not None:
            requests.discard(coerce_request_id(id))
            self._changed.set()
