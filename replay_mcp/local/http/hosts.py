"""The host name under which a browser opened a page."""

from urllib.parse import urlsplit

from starlette.requests import Request

from replay_mcp.loopback import is_loopback


def is_opened_on_loopback(request: Request) -> bool:
    """Whether the `Host` of a request is this machine's own.

    Another site can direct a browser here under its own host name (DNS rebinding), and would then read the response.
    """
    try:
        return is_loopback(urlsplit(f"//{request.headers.get('host', '')}").hostname or "")
    except ValueError:
        return False
