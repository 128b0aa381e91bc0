"""The page behind the link of a recording or playlist: where the data is, since nothing here plays it.

The page holds no recorded data: a browser has no key.
"""

import re
from html import escape
from typing import Final

LINK: Final = re.compile(r"/project/(?P<environment>\d+)/replay(?P<rest>/.*)?")
"""The app's links (`/project/1/replay/SESSION?t=12`, `/project/1/replay/playlists/SHORT_ID`)."""
PAGE_HEADERS: Final = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


def link_page(link: re.Match[str], origin: str) -> str:
    """HTML for a link that matched `LINK`."""
    rest = (link["rest"] or "").strip("/")
    playlists, _, short_id = rest.partition("/")
    if playlists == "playlists":
        what, route = f"Playlist {short_id}", f"session_recording_playlists/{short_id}/recordings"
    else:
        what, route = f"Recording {rest}", f"session_recordings/{rest}"
    url = f"{origin}/api/environments/{link['environment']}/{route}/"
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
