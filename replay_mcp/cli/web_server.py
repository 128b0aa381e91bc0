"""uvicorn for the commands that listen on a socket: quiet, and stopped by our signal handlers."""

import asyncio
import logging
import signal
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

import uvicorn

_GRACE_SECONDS: Final = 2
"""How long running requests may continue after a signal."""


class WebServer(uvicorn.Server):
    """Serves an ASGI app until `stop` is called. `Ending` handles the signals."""

    def __init__(self, app: Any, **options: Any) -> None:
        logging.getLogger("uvicorn.error").addFilter(_is_worth_logging)
        # log_config None: uvicorn's own handlers would write to stdout.
        super().__init__(
            uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=_GRACE_SECONDS, **options)
        )

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave the signal handlers alone."""
        yield

    def stop(self) -> None:
        """Stop after a grace period for running requests. Safe in a signal handler."""
        # uvicorn's own signal handler, which sse-starlette wraps to close its streams.
        self.handle_exit(signal.SIGTERM, None)


def _is_worth_logging(record: logging.LogRecord) -> bool:
    """Drop the traceback of each request that is cancelled when the server stops."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))
