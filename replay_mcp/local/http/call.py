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
        db: the request's own connection. A GET request reads one state of the store; changes use `writing`.
        method: in upper case.
        path: the decoded ids in the path (`short_id`, `session_recording_id`, `id`).
        query: the query parameters; the last value of a repeated one.
        content: the body as sent; handlers read `body`.
        url: the absolute URL of the request, for pagination links.
        now: epoch milliseconds, the same throughout the request.
        connect: lends another connection, with which GET requests can store something.
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
        """The fields of the JSON or form body; empty without a body.

        Raises:
            ApiFailure: 400 or 415 for any other body.
        """
        return self.content.fields


Connect: TypeAlias = Callable[[], AbstractContextManager[sqlite3.Connection]]
"""A context manager that lends a connection."""
Streamed: TypeAlias = Callable[[Connect], Iterator[bytes]]
"""Yields the parts of a long body.

Each part is produced in a worker thread after the previous one was sent. The request's own connection is back in the
pool by then, so each part borrows another for a short time: sending takes as long as the client takes to read. An error
breaks the HTTP connection, so that the client notices that the body is incomplete.
"""


@dataclass(frozen=True, slots=True)
class Reply:
    """A response; its content is a model, a JSON value, bytes, a streamed body, or None for an empty body."""

    content: BaseModel | dict[str, Any] | bytes | Streamed | None
    status: int = 200
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Handler: TypeAlias = Callable[[Call], Reply]
"""Synchronous; the app runs it in a worker thread."""
