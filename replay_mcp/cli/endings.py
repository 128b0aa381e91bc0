"""How processes end: in time after SIGINT and SIGTERM, and without complaint when nobody reads their output."""

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
"""How long a server on stdio takes to end before it is ended; clients kill it after 2 s."""
NETWORK_SECONDS: Final = 4.0
"""The same for servers on a socket, whose clients get a moment to finish."""
_LOG_SECONDS: Final = 0.2
_CLOSED_PIPE: Final = 141
"""The exit code of a program that SIGPIPE ended, in a shell."""

_log: Final = logging.getLogger(__name__)


class Ending:
    """Lets a server stop in an orderly way at SIGINT and SIGTERM, and have the signal take its usual effect then.

    A server that takes longer than `seconds`, such as for work in a thread, is ended hard. A second signal ends it at
    once. Either is safe for a local store, which survives a kill. When the block ends, so does the process, if there
    was a signal.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._previous: dict[int, Any] = {}
        self._received: int | None = None
        self._signals: SimpleQueue[int] = SimpleQueue()  # may be put to from within a signal handler

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._received is not None:
            self._restore()
            signal.raise_signal(self._received)

    @contextmanager
    def stopping(self, stop: Callable[[], object]) -> Generator[None]:
        """As long as the block, signals call this. Before, they act as usual: a start may be interrupted anywhere."""

        def handle(number: int, frame: FrameType | None) -> None:
            del frame
            if self._received is not None:
                os._exit(128 + number)
            self._received = number
            self._signals.put(number)
            stop()

        # The thread is started before it is needed: a handler must not wait for the locks that starting one takes.
        threading.Thread(target=self._watch, name="ending", daemon=True).start()
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
        # In a thread of its own, because stderr may block too.
        report = threading.Thread(target=_log.warning, args=(_UNFINISHED, self._seconds), daemon=True)
        report.start()
        report.join(_LOG_SECONDS)
        os._exit(128 + number)


_UNFINISHED: Final = "Ended by a signal, with work still running after %.1f seconds"


def exit_code(command: Callable[[], int]) -> int:
    """Run a command and return its exit code; 141 if nobody reads its output any more.

    Raises:
        SystemExit: the command raised it.
    """
    try:
        try:
            return command()
        finally:
            print(end="", flush=True)
    except* BrokenPipeError:
        # What is still in the buffer would fail again at the interpreter's exit, with a message.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _CLOSED_PIPE
