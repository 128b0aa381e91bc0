"""Logs of a server whose stderr nobody may read."""

import logging
import os
import threading
from contextlib import suppress
from logging.handlers import QueueHandler
from queue import Full, Queue
from typing import Final

MAX_WAITING: Final = 1000
"""Lines that wait while a pipe is full."""
FLUSH_SECONDS: Final = 0.2
_DROPPED: Final = "Dropped %d log lines, because nobody read stderr"

_log: Final = logging.getLogger(__name__)


class UnreadStderr(QueueHandler):
    """Writes lines from a thread, so that no call waits for the reader of a full pipe.

    Lines are dropped while `MAX_WAITING` others wait; a later line says how many.

    Args:
        descriptor: of stderr; None to write nothing. The thread does not use `sys.stderr`, because the interpreter
            aborts at exit while another thread writes to it.
    """

    def __init__(self, descriptor: int | None) -> None:
        self._lines: Queue[bytes | threading.Event] = Queue(MAX_WAITING)
        super().__init__(self._lines)
        self._descriptor = descriptor
        self._dropped = 0
        threading.Thread(target=self._run, name="stderr", daemon=True).start()

    def enqueue(self, record: logging.LogRecord) -> None:
        """Write the formatted record."""
        self.write(f"{record.message}\n".encode())

    def write(self, line: bytes) -> None:
        """Write a line as soon as there is room."""
        try:
            self._lines.put_nowait(line)
        except Full:
            self._dropped += 1

    def flush(self) -> None:
        """Wait until all lines are written, but at most `FLUSH_SECONDS`."""
        written = threading.Event()
        with suppress(Full):
            self._lines.put_nowait(written)
            written.wait(FLUSH_SECONDS)

    def _run(self) -> None:
        while True:
            item = self._lines.get()
            if isinstance(item, threading.Event):
                item.set()
                continue
            self._write(item)
            if dropped := self._dropped:
                self._dropped = 0
                self._write(self._line(_DROPPED, dropped))

    def _line(self, message: str, *arguments: object) -> bytes:
        """A log line that is not queued, because there may be no room."""
        record = _log.makeRecord(_log.name, logging.WARNING, __file__, 0, message, arguments, None)
        return f"{self.format(record)}\n".encode()

    def _write(self, line: bytes) -> None:
        with suppress(OSError):  # nobody reads it any more
            while line and self._descriptor is not None:
                line = line[os.write(self._descriptor, line) :]
