"""Limits for SQL that requests can make arbitrarily slow."""

import sqlite3
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

from replay_mcp.local.errors import ApiFailure


@contextmanager
def time_limit(db: sqlite3.Connection, seconds: float) -> Generator[None]:
    """Interrupt the block's SQL after `seconds`.

    Raises:
        ApiFailure: 429 if the time is up, as in the live server.
    """
    deadline = time.monotonic() + seconds
    db.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
    try:
        yield
    except sqlite3.OperationalError as error:
        if time.monotonic() > deadline:
            detail = "Query timeout exceeded. Try again later."
            body = {"type": "throttled_error", "code": "throttled", "detail": detail, "attr": None}
            raise ApiFailure(429, body) from error
        raise
    finally:
        db.set_progress_handler(None, 0)


def value_within(db: sqlite3.Connection, steps: int, sql: str, parameters: Sequence[Any]) -> Any:
    """The only value that the query selects; None if it takes more than `steps` instructions of SQLite's machine.

    Unlike a time limit, the same query on the same data always gives the same result.
    """
    stopped = False

    def stop() -> bool:
        nonlocal stopped
        stopped = True
        return True

    db.set_progress_handler(stop, steps)
    try:
        return db.execute(sql, parameters).fetchone()[0]
    except sqlite3.OperationalError:
        if stopped:
            return None
        raise
    finally:
        db.set_progress_handler(None, 0)
