"""The request that a handler of the local API receives, and the reply that it returns."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pydantic import BaseModel

from replay_mcp.local.store.accounts import Key, Team, UserRow

from .request_body import Body


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated and authorised request.

    Attributes:
        db: a connection of this request's own; reads see one state, writes go in `store.writing`.
        method: in capitals.
        path: the path's ids, decoded (`short_id`, `session_recording_id`, `id`).
        query: query parameters; of a repeated one the last.
        content: the body as sent; handlers read `body`.
        url: the absolute request URL, which pagination links repeat.
        now: epoch milliseconds; the same throughout the request.
        connect: lends another connection, for what a request that reads has to store.
    """

    db: sqlite3.Connection
    team: Team
    user: UserRow
    key: Key
    method: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    content: Body
    url: str
    now: int
    connect: "Connect"

    @property
    def body(self) -> Mapping[str, Any]:
        """The fields of the JSON or form body, `{}` when there is none.

        Raises:
            ApiFailure: 400 or 415: the body is something else.
        """
        return self.content.fields


Connect: TypeAlias = Callable[[], AbstractContextManager[sqlite3.Connection]]
"""A context manager that lends a connection."""
Streamed: TypeAlias = Callable[[Connect], Iterator[bytes]]
"""Makes a long body's parts, one at a time.

Each part is made in a worker thread when the one before was sent. The request's own connection is back in the pool by
then: a part borrows another, and not for longer than it needs, since sending takes as long as the reader likes. An
error breaks the connection, so that the reader cannot take the body for a whole one.
"""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: a model or JSON value, ready bytes, a body to stream, or None for an empty one."""

    content: BaseModel | dict[str, Any] | bytes | Streamed | None
    status: int = 200
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Handler: TypeAlias = Callable[[Call], Reply]
"""Synchronous: the app runs it in a worker thread, off the event loop."""
