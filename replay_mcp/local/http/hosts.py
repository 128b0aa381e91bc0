"""The host name under which a browser opened a page."""

import re
from typing import Final

from starlette.requests import Request

from replay_mcp.loopback import is_loopback

_HOST: Final = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9.-]+))(?::[0-9]{1,5})?", re.ASCII)
"""A `Host` as browsers send it."""


def is_opened_on_loopback(request: Request) -> bool:
    """Whether the `Host` of a request is this machine's own.

    Another site can direct a browser here under its own host name (DNS rebinding), and would then read the response.
    """
    host = _HOST.fullmatch(request.headers.get("host", ""))
    return host is not None and is_loopback(host["address"] or host["name"])
