"""The page behind the link of a recording or playlist: where the data is, since nothing here plays it.

The page holds no recorded data: a browser has no key.
"""

from html import escape
from typing import Final

PAGE_HEADERS: Final = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


def link_page(environment: str, rest: str, origin: str) -> str:
    """HTML for a link of the app, `/project/ENVIRONMENT/replay/REST`.

    Args:
        environment: the environment's id.
        rest: `SESSION_ID`, or `playlists/SHORT_ID`.
        origin: where this server is reached.
    """
    rest = rest.strip("/")
    playlists, _, short_id = rest.partition("/")
    if playlists == "playlists":
        what, route = f"Playlist {short_id}", f"session_recording_playlists/{short_id}/recordings"
    else:
        what, route = f"Recording {rest}", f"session_recordings/{rest}"
    url = f"{origin}/api/environments/{environment}/{route}/"
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{escape(what)}</title>
<style>
body {{ font: 16px/1.5 system-ui; max-width: 45rem; margin: 3rem auto; padding: 0 1rem }}
code {{ word-break: break-all; white-space: pre-wrap }}
</style>
<h1>{escape(what)}</h1>
<p>This is Replay MCP's local Replay API. It keeps recordings and answers like PostHog's API, but it has no player.</p>
<p>Ask your agent about it, or read it with the key that <code>replay-mcp local</code> printed:</p>
<pre><code>curl -H "Authorization: Bearer $KEY" {escape(url)}</code></pre>
</html>
"""
