"""Failed connections are explained in words, without the libraries' class names, texts and error numbers."""

import errno
import socket
import ssl

import httpx2
import pytest
from inline_snapshot import snapshot

from replay_mcp.client.exchange import http_errors
from replay_mcp.errors import ReplayError

REQUEST = httpx2.Request("GET", "https://replay.example/api/")
REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed ('192.0.2.1', 443)")
CAUSES: dict[str, BaseException] = {
    "name": socket.gaierror(-2, "Name or service not known"),
    "refused": REFUSED,
    "several addresses": ExceptionGroup("attempts", [REFUSED, OSError("no")]),
    "no route": OSError(errno.EHOSTUNREACH, "No route to host"),
    "certificate": ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] self-signed (_ssl.c:1006)"),
    "no TLS": ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)"),
    "unknown": RuntimeError("inside"),
}


def explained(error: httpx2.RequestError, cause: BaseException | None = None) -> str:
    with pytest.raises(ReplayError) as raised, http_errors(REQUEST):
        raise error from cause
    return raised.value.why


def test_the_cause_of_a_failed_connection_is_given_in_words() -> None:
    found = {name: explained(httpx2.ConnectError("All connection attempts failed"), CAUSES[name]) for name in CAUSES}
    assert found == snapshot(
        {
            "name": "https://replay.example could not be reached: its name cannot be resolved.",
            "refused": "https://replay.example could not be reached: the connection was refused.",
            "several addresses": "https://replay.example could not be reached: the connection was refused.",
            "no route": "https://replay.example could not be reached: there is no network route to it.",
            "certificate": "https://replay.example could not be reached: its certificate cannot be verified.",
            "no TLS": "https://replay.example could not be reached: it does not speak TLS, or no version that this client supports.",
            "unknown": "https://replay.example could not be reached: the connection failed.",
        }
    )


def test_other_failures_are_given_in_words() -> None:
    kinds = (
        httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ReadTimeout, httpx2.WriteTimeout, httpx2.ProxyError,
        httpx2.UnsupportedProtocol, httpx2.DecodingError, httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError,
    )  # fmt: skip
    assert {kind.__name__: explained(kind("raw text")) for kind in kinds} == snapshot(
        {
            "ConnectTimeout": "https://replay.example did not accept a connection in time.",
            "PoolTimeout": "https://replay.example did not accept a connection in time.",
            "ReadTimeout": "The API's connection stalled.",
            "WriteTimeout": "The API's connection stalled.",
            "ProxyError": "https://replay.example could not be reached: the proxy refused to connect.",
            "UnsupportedProtocol": "https://replay.example could not be reached: the connection failed.",
            "DecodingError": "The API's response cannot be decompressed.",
            "RemoteProtocolError": "The connection closed before the response was complete.",
            "ReadError": "The connection closed before the response was complete.",
            "WriteError": "The connection closed before the response was complete.",
        }
    )
