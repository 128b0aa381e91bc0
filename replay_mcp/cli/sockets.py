"""Listening sockets, bound before the greeting is printed, so that the greeting is true and errors come first."""

import errno
import os
import socket
from typing import Final

from replay_mcp.errors import SettingsError

_OTHER_PORT: Final = "Choose another port with --port; 0 takes any free one."


def listen(address: str, port: int) -> socket.socket:
    """Return a socket that accepts connections.

    Raises:
        SettingsError: the address is not one of this machine, or the port is in use or not permitted.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # asyncio turns off Nagle's delay, 40 ms per response, only for sockets that name their protocol.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # on Windows it would let two programs share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen()
    except (OSError, UnicodeError) as error:
        listener.close()
        known = isinstance(error, OSError)
        raise SettingsError(
            f"Cannot listen on {_authority(address, port)}: {(known and error.strerror) or 'it is no address'}.",
            next=_OTHER_PORT
            if known and error.errno in {errno.EADDRINUSE, errno.EACCES}
            else "Name an address of this machine.",
        ) from error
    return listener


def origin(listener: socket.socket) -> str:
    """Return the origin of the socket's address, such as `http://127.0.0.1:8123`."""
    address, bound = listener.getsockname()[:2]
    return f"http://{_authority(address, bound)}"


def reachable_origin(listener: socket.socket) -> str:
    """Return the origin by which other machines reach the socket: with the host name if it listens on all addresses."""
    address, bound = listener.getsockname()[:2]
    everywhere = address in {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound
    return f"http://{_authority(socket.gethostname() if everywhere else address, bound)}"


def _authority(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
