"""uvicorn as the commands that listen on a socket use it: quiet, and ended by our signal handlers."""

import asyncio
import logging
import signal
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

import uvicorn

_GRACE_SECONDS: Final = 2
"""How long requests may go on after a signal."""


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
        """Let requests end, for a moment. May be called from a signal handler."""
        # What uvicorn does at a signal; sse-starlette wraps it, to close its streams.
        self.handle_exit(signal.SIGTERM, None)


def _is_worth_logging(record: logging.LogRecord) -> bool:
    """All but the traceback of each request that the end of the server cancels."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))
