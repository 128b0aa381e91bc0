"""Checks the messages that clients of the SSE transport post, before the SDK sees them.

The SDK drops a malformed message after logging its content, and a call that waits for the answer would wait on.
"""

from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .messages import MESSAGE_LIMIT, Malformed, parse_message, reject_long_message, serialize_message

_CONTENT_LENGTH: Final = b"content-length"


class PostedMessages:
    """ASGI app around the SDK's: a malformed request is refused, a malformed response becomes an error response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; all but POST go to the app as they are."""
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
                refusal = Response(body, 413 if too_long else 400, media_type="application/json")
                await refusal(scope, receive, send)
                return
            # It may answer a request of ours. As an error response it ends the call that waits.
            headers = [(name, value) for name, value in scope["headers"] if name != _CONTENT_LENGTH]
            scope = {**scope, "headers": [*headers, (_CONTENT_LENGTH, str(len(body)).encode())]}
        await self._app(scope, _replay(body, receive), send)


async def _read(receive: Receive) -> bytes | None:
    """The body, or as much of it as shows that it is too long. None if the client disconnects."""
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
    """Yield the body as one message, then what the server sends."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay
