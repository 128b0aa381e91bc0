"""HTML pages, rendered from `local/templates`, where every value is escaped: some are strangers' text."""

from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from jinja2 import Environment

LINK_HEADERS: Final = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


def render_page(template: str, **values: Any) -> str:
    """The HTML of a template."""
    return _environment().get_template(f"{template}.html.jinja").render(values)


def link_page(environment: str, rest: str, origin: str) -> str:
    """The page for a link of the app, `/project/ENVIRONMENT/replay/REST`: where the data is, since there is no player.

    It contains no recorded data, since a browser has no key.

    Args:
        environment: the environment's id.
        rest: `SESSION_ID`, or `playlists/SHORT_ID`.
        origin: where this server is reached.
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
    # Imported here: the local API within a stdio server renders no page.
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    return Environment(
        loader=PackageLoader("replay_mcp.local"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
