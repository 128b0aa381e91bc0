"""Validates the messages that clients post, before the SDK receives them.

The SDK quotes malformed messages in its errors and logs. On SSE it drops malformed responses, so a call that waits for
one would never end.
"""

from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .messages import MESSAGE_LIMIT, Malformed, parse_message, reject_long_message, serialize_message
from .refusals import refusal

_CONTENT_LENGTH: Final = b"content-length"


class PostedMessages:
    """ASGI middleware that rejects malformed requests and replaces malformed responses by error responses."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; all methods except POST are passed through."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        if body is None:
            return
        too_long = len(body) > MESSAGE_LIMIT
        message = reject_long_message(body) if too_long else parse_message(body)
        if isinstance(message, Malformed):
            body = serialize_message(message.error)
            if message.role == "request" or message.error.id is None:
                rejection = refusal(413, body) if too_long else Response(body, 400, media_type="application/json")
                await rejection(scope, receive, send)
                return
            # It may be the response to a request of ours. An error response ends the waiting call.
            headers = [(name, value) for name, value in scope["headers"] if name != _CONTENT_LENGTH]
            scope = {**scope, "headers": [*headers, (_CONTENT_LENGTH, str(len(body)).encode())]}
        await self._app(scope, _replay(body, receive), send)


async def _read(receive: Receive) -> bytes | None:
    """Read the body, up to just over the limit. None if the client disconnects."""
    body = bytearray()
    while len(body) <= MESSAGE_LIMIT:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a receive function that yields the body as one message, then further messages of the server."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay
