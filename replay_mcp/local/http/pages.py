"""HTML pages, rendered from `local/templates`. All values are escaped, because some are recorded text."""

from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from jinja2 import Environment

LINK_HEADERS: Final = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}

APP_HEADERS: Final = {
    # Frames inherit this policy and have a stricter one of their own; their styles are inline.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
        " connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Of the pages with a script: the player and the status page."""


def render_page(template: str, **values: Any) -> str:
    """Render a template."""
    return _environment().get_template(f"{template}.html.jinja").render(values)


def link_page(environment: str, rest: str, origin: str) -> str:
    """Render the page at `/project/ENVIRONMENT/replay/REST`, where PostHog has its player.

    It explains how to get the data. It contains no recorded data, because browsers send no key.

    Args:
        environment: the environment's id.
        rest: `SESSION_ID` or `playlists/SHORT_ID`.
        origin: the server's origin.
    """
    rest = rest.strip("/")
    playlists, _, short_id = rest.partition("/")
    if playlists == "playlists":
        name, route = f"Playlist {short_id}", f"session_recording_playlists/{short_id}/recordings"
    else:
        name, route = f"Recording {rest}", f"session_recordings/{rest}"
    return render_page("link", name=name, url=f"{origin}/api/environments/{environment}/{route}/")


@cache
def _environment() -> "Environment":
    # Imported here, because the local API renders no page in a stdio server.
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    return Environment(
        loader=PackageLoader("replay_mcp.local"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
