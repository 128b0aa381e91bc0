"""The deadline of an API call, and the translation of the HTTP library's exceptions."""

import errno
import socket
import ssl
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Final, cast

import anyio
import httpx2

from replay_mcp.errors import DeadlineExceeded, MalformedResponse, NotConnected, Unreachable


class Deadline:
    """The point in time, `seconds` from now, by which a call must end; shared by all of its steps."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._at = time.monotonic() + seconds
        self._sending = False

    def remaining(self) -> float:
        """Seconds left; negative after the deadline."""
        return self._at - time.monotonic()

    @contextmanager
    def enforce(self) -> Generator[None]:
        """Cancel the block at the deadline and raise `DeadlineExceeded`."""
        try:
            with anyio.fail_after(self.remaining()):
                yield
        except TimeoutError as error:
            raise DeadlineExceeded(
                f"The API did not respond within {self._seconds:.0f} seconds.", sent=self._sending
            ) from error

    @contextmanager
    def sending(self) -> Generator[None]:
        """Mark a request as in flight until the block returns or raises; the mark stays if the block is cancelled."""
        self._sending = True
        try:
            yield
        except Exception:
            self._sending = False
            raise
        self._sending = False


@contextmanager
def http_errors(request: httpx2.Request) -> Generator[None]:
    """Translate the HTTP library's exceptions to our own.

    Raises:
        NotConnected: the request was not sent.
        DeadlineExceeded: a read or write timed out.
        Unreachable: the connection broke after the request was sent.
        MalformedResponse: the body cannot be decompressed.
    """
    try:
        yield
    except (httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
        raise NotConnected(f"{_origin(request)} did not accept a connection in time.") from error
    except httpx2.TimeoutException as error:
        raise DeadlineExceeded("The API's connection stalled.", sent=True) from error
    except (httpx2.ConnectError, httpx2.ProxyError) as error:
        raise NotConnected(f"{_origin(request)} could not be reached: {_cause(error)}.") from error
    except httpx2.DecodingError as error:
        raise MalformedResponse("The API's response cannot be decompressed.") from error
    except (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError) as error:
        raise Unreachable("The connection closed before the response was complete.", next="Try again.") from error
    except httpx2.RequestError as error:
        raise Unreachable(f"{_origin(request)} could not be reached: {_cause(error)}.") from error


def _cause(error: BaseException) -> str:
    """Why a connection failed, in words: the library's own texts contain class names, addresses and error numbers."""
    if isinstance(error, httpx2.ProxyError):
        return "the proxy refused to connect"
    for cause in _causes(error):
        for kind, words in _CAUSES:
            if isinstance(cause, kind):
                return words
        if isinstance(cause, OSError) and cause.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
            return "there is no network route to it"
    return "the connection failed"


_CAUSES: Final = (
    (ssl.SSLCertVerificationError, "its certificate cannot be verified"),
    (ssl.SSLError, "it does not speak TLS, or no version that this client supports"),
    (socket.gaierror, "its name cannot be resolved"),
    (ConnectionRefusedError, "the connection was refused"),
)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error and its causes; if several addresses failed, only the first counts."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
        else:
            error = error.__cause__ or error.__context__


def _origin(request: httpx2.Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc.decode()}"
