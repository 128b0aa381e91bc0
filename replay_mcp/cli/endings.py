"""How processes end: in time after SIGINT and SIGTERM, and silently when their output pipe is closed."""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from queue import SimpleQueue
from types import FrameType, TracebackType
from typing import Any, Final, Self

STDIO_SECONDS: Final = 1.2
"""Time for a server on stdio to end by itself; clients kill it after 2 s."""
NETWORK_SECONDS: Final = 4.0
"""Time for a server on a socket to end by itself, so that running requests can finish."""
_LOG_SECONDS: Final = 0.2
_CLOSED_PIPE: Final = 141
"""The exit code that shells give a program ended by SIGPIPE."""

_log: Final = logging.getLogger(__name__)


class Ending:
    """Stops a server in an orderly way at SIGINT and SIGTERM, then lets the signal take its usual effect.

    If the server takes longer than `seconds`, for example because a thread is at work, the process exits anyway. A
    second signal ends it at once. Both are safe for a local store, which survives a kill. After a signal, the process
    ends with the block.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._previous: dict[int, Any] = {}
        self._received: int | None = None
        self._signals: SimpleQueue[int] = SimpleQueue()  # `put` is safe in a signal handler
        self._overdue = threading.Event()
        self._reported = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._received is not None:
            logging.shutdown()
            self._restore()
            signal.raise_signal(self._received)

    @contextmanager
    def stopping(self, stop: Callable[[], object]) -> Generator[None]:
        """Call `stop` on signals within the block. Before, they act as usual, so that a start can be interrupted."""

        def handle(number: int, frame: FrameType | None) -> None:
            del frame
            if self._received is not None:
                os._exit(128 + number)
            self._received = number
            self._signals.put(number)
            stop()

        # Started in advance: a signal handler must not wait for the locks that starting a thread takes, and an
        # interpreter that is shutting down starts none (Python 3.12).
        for target in (self._watch, self._report):
            threading.Thread(target=target, name="ending", daemon=True).start()
        self._previous = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            if self._received is None:
                self._restore()

    def _restore(self) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def _watch(self) -> None:
        number = self._signals.get()
        time.sleep(self._seconds)
        self._overdue.set()
        self._reported.wait(_LOG_SECONDS)
        os._exit(128 + number)

    def _report(self) -> None:
        """Log that work is unfinished: in a thread of its own, because writing to stderr may block too."""
        self._overdue.wait()
        _log.warning(_UNFINISHED, self._seconds)
        logging.shutdown()
        self._reported.set()


_UNFINISHED: Final = "Ended by a signal, with work still running after %.1f seconds"


def exit_code(command: Callable[[], int]) -> int:
    """Run a command and return its exit code; 141 if its output pipe was closed.

    Raises:
        SystemExit: the command raised it.
    """
    try:
        try:
            return command()
        finally:
            print(end="", flush=True)
    except* BrokenPipeError:
        # Otherwise the interpreter would flush the buffer at exit, fail again, and print a message.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _CLOSED_PIPE
