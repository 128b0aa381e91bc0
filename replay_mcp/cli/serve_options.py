"""The options of `replay-mcp serve`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PATHS: Final = {"sse": "/sse", "http": "/mcp"}
"""The endpoint of each network transport."""


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How clients connect, and which ones may.

    Attributes:
        transport: `stdio`, `sse` or `http`; the other options apply to `sse` and `http` only.
        port: 0 for any free one.
        bind: the address to listen on.
        auth_token_file: contains the token that requests must carry; None for no token.
        allowed_hosts: Host headers accepted besides loopback names.
        root_path: a path prefix below which everything is also served, such as `/replay`; or empty.
        stateful: with `http`: keep a session for each client of the handshake protocol.
        per_caller_key: callers send their own PostHog keys.
        public_url: with `per_caller_key`: the server's URL for clients, without `/mcp` or `/sse`.
    """

    transport: str
    port: int
    bind: str
    auth_token_file: Path | None
    allowed_hosts: Sequence[str]
    root_path: str = ""
    stateful: bool = False
    per_caller_key: bool = False
    public_url: str | None = None

    @property
    def path(self) -> str:
        """The endpoint's path."""
        return PATHS[self.transport]
