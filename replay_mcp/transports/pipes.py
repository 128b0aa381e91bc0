"""Standard input and output as message streams, on daemon threads, which do not delay the exit when they block."""

import asyncio
import os
import select
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from typing import Final, TypeAlias

from mcp.types import JSONRPCMessage

from replay_mcp.errors import SettingsError

from .lines import Line, LineSplitter
from .messages import MESSAGE_LIMIT, Malformed, parse_message, reject_long_message, serialize_message

_CHUNK: Final = 64 * 1024

Batch: TypeAlias = list[JSONRPCMessage | Malformed]
"""The messages that one read completes."""


class ClientLeft(Exception):
    """The client closed its end of the pipe."""


@contextmanager
def claim_stdio() -> Generator[tuple[int, int]]:
    """Yield private descriptors of stdin and stdout.

    In the block, descriptor 0 is empty and descriptor 1 is stderr, so that no other code reads the client's input or
    prints into the protocol. The private descriptors stay open, because a thread may be blocked on one.

    Raises:
        SettingsError: stdin or stdout is closed.
    """
    if sys.stdin is None or sys.stdout is None:
        raise SettingsError(
            "Serving over stdio needs an open stdin and stdout.",
            next="Let an MCP client start this server, or choose another --transport.",
        )
    sys.stdout.flush()
    stdin, stdout = _duplicate(0), _duplicate(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    try:
        os.dup2(2, 1)
    except OSError:  # stderr is closed
        os.dup2(nothing, 1)
    os.close(nothing)
    try:
        yield stdin, stdout
    finally:
        with suppress(OSError):  # stderr is closed as well
            sys.stdout.flush()
        os.dup2(stdin, 0)
        os.dup2(stdout, 1)


class PipeReader:
    """Reads messages from a descriptor until its end.

    At most one batch is queued before reading pauses, so that a client cannot exhaust memory.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._loop = asyncio.get_running_loop()
        self._batches: asyncio.Queue[Batch | None] = asyncio.Queue()
        self._room = threading.Semaphore(1)
        threading.Thread(target=self._run, name="stdin", daemon=True).start()

    async def batches(self) -> AsyncGenerator[Batch]:
        """Yield the messages of each read, in order."""
        while (batch := await self._batches.get()) is not None:
            self._room.release()
            yield batch

    def _run(self) -> None:
        splitter = LineSplitter(MESSAGE_LIMIT)
        try:
            while chunk := _read(self._descriptor):
                self._pass_on(splitter.feed(chunk))
            self._pass_on(splitter.finish())
        finally:
            _call(self._loop, self._batches.put_nowait, None)

    def _pass_on(self, lines: Iterable[Line]) -> None:
        if batch := [_parse(line) for line in lines]:
            self._room.acquire()
            _call(self._loop, self._batches.put_nowait, batch)


class PipeWriter:
    """Writes complete messages to a descriptor, in order."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._loop = asyncio.get_running_loop()
        self._lines: SimpleQueue[tuple[bytes, asyncio.Future[OSError | None]]] = SimpleQueue()
        threading.Thread(target=self._run, name="stdout", daemon=True).start()

    async def write(self, message: JSONRPCMessage) -> None:
        """Return when the client's pipe has taken the message.

        Raises:
            ClientLeft: the pipe is closed, or broken.
        """
        written: asyncio.Future[OSError | None] = self._loop.create_future()
        self._lines.put((serialize_message(message), written))
        if error := await written:
            raise ClientLeft from error

    def _run(self) -> None:
        while True:
            line, written = self._lines.get()
            _call(self._loop, _settle, written, _write(self._descriptor, line))


def _parse(line: Line) -> JSONRPCMessage | Malformed:
    return parse_message(line.data) if line.complete else reject_long_message(line.data)


def _settle(written: "asyncio.Future[OSError | None]", error: OSError | None) -> None:
    if not written.done():  # not cancelled
        written.set_result(error)


def _call(loop: asyncio.AbstractEventLoop, function: Callable[..., object], *arguments: object) -> None:
    with suppress(RuntimeError):  # the loop is closed: the process is about to end
        loop.call_soon_threadsafe(function, *arguments)


def _duplicate(descriptor: int) -> int:
    if sys.platform == "win32":
        return os.dup(descriptor)
    import fcntl  # noqa: PLC0415 - Windows has none

    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3)


def _read(descriptor: int) -> bytes:
    """Read the next bytes; empty at the end, which includes a broken pipe and a closed terminal."""
    while True:
        try:
            return os.read(descriptor, _CHUNK)
        except BlockingIOError:  # the client made the pipe non-blocking
            select.select([descriptor], [], [])
        except OSError:
            return b""


def _write(descriptor: int, data: bytes) -> OSError | None:
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(descriptor, rest) :]
        except BlockingIOError:
            select.select([], [descriptor], [])
        except OSError as error:
            return error
    return None
