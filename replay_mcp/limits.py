"""Limits of a server under load: how much it does at the same time, and how long clients may take."""

from dataclasses import dataclass
from typing import Final

CALLS: Final = 64
"""Tool calls, and other requests that use the API, at the same time. More get an error at once."""
RECORDINGS_READ: Final = 4
"""Recordings that are read at the same time, each with its document in memory. Calls that need another one wait."""
READING_THREADS: Final = 2
"""Threads that parse recordings. More would not be faster, and would delay light calls (Python runs one at a time)."""
WRITING_THREADS: Final = 4
"""Threads of the local API that write. SQLite has one writer at a time; waiting writers must not block readers."""

SWITCH_SECONDS: Final = 0.001
"""How long a thread may compute while others wait. Python's default of 5 ms would delay each step of a light call."""


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """Limits of a server on a socket.

    Attributes:
        connections: open connections. For another, the one that has waited longest for a request is closed.
        requests: requests that have arrived and are being served, without streams.
        streams: open SSE sessions, subscriptions, and GET requests of sessions.
        unread_messages: messages that wait until the client of an SSE session reads.
        waiting_messages: messages of an SSE client that wait for the server.
        body_bytes: bytes of all requests together, besides small ones and one of any permitted size.
        request_seconds: how long a request may take to arrive.
        unread_seconds: how long a client may read nothing of what the server sent.
        retry_seconds: `Retry-After` of refusals.
    """

    connections: int = 500
    requests: int = 200
    streams: int = 100
    unread_messages: int = 200
    waiting_messages: int = 32
    body_bytes: int = 16 * 1024 * 1024
    request_seconds: float = 30.0
    unread_seconds: float = 30.0
    retry_seconds: int = 5


DEFAULT_LIMITS: Final = SocketLimits()
