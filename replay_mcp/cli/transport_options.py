"""Options of `replay-mcp serve` that say how clients connect, and which ones may."""

import argparse
from pathlib import Path
from typing import Final

from .numbers import port

SERVE_PORT: Final = 8000


def add_transport_options(parser: argparse.ArgumentParser) -> None:
    """Add `--transport` and what goes with it."""
    parser.add_argument("--transport", choices=("stdio", "sse", "http"), default="stdio")
    network = parser.add_argument_group("with --transport sse or http")
    network.add_argument("--port", type=port, default=SERVE_PORT, help="0: any free one (default %(default)s)")
    network.add_argument(
        "--bind",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="address to listen on (default %(default)s); any but a loopback address needs --auth-token-file",
    )
    network.add_argument(
        "--auth-token-file",
        type=Path,
        metavar="FILE",
        help="answer only requests that carry the token in this file, as `Authorization: Bearer TOKEN`",
    )
    network.add_argument(
        "--allowed-host",
        action="append",
        default=[],
        metavar="HOST",
        help="accept this Host header besides loopback names, as host or host:port; repeatable. Without it, a server "
        "on a public address accepts any",
    )
