"""A time limit for SQL that requests can make arbitrarily slow."""

import sqlite3
import time
from collections.abc import Generator
from contextlib import contextmanager

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
