"""Listening sockets, bound before anything is said: what is printed then is true, and a taken port is told in words."""

import errno
import os
import socket
from typing import Final

from replay_mcp.errors import SettingsError

_OTHER_PORT: Final = "Choose another port with --port; 0 takes any free one."


def listen(address: str, port: int) -> socket.socket:
    """A socket that takes connections from now on.

    Raises:
        SettingsError: the address is not this machine's, or the port is taken or closed to this user.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # asyncio turns off Nagle's delay, 40 ms an answer, only for sockets that name their protocol.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would let two programs share the port
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
    """Where the socket listens, as a URL without a path."""
    address, bound = listener.getsockname()[:2]
    return f"http://{_authority(address, bound)}"


def reachable_origin(listener: socket.socket) -> str:
    """The same as others reach it: by this machine's name where it listens on all addresses."""
    address, bound = listener.getsockname()[:2]
    everywhere = address in {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound
    return f"http://{_authority(socket.gethostname() if everywhere else address, bound)}"


def _authority(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
