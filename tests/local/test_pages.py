"""Links to recordings open the player; links to playlists open a page that shows their address as plain text."""

import pytest
from inline_snapshot import snapshot

from tests.conftest import Local

pytestmark = pytest.mark.anyio


async def test_a_recording_link_opens_the_player_whose_page_holds_no_recorded_data(local: Local) -> None:
    page = await local.http.get("/project/1/replay/s1?t=12")
    policy = page.headers["content-security-policy"]
    assert (page.status_code, page.headers["content-type"], policy) == snapshot(
        (
            200,
            "text/html; charset=utf-8",
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        )
    )
    assert page.text == snapshot("""\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Recording</title>
<link rel="stylesheet" href="/player/player.css">
<script type="module" src="/player/player.js"></script>
<main id="player"><noscript>The player needs JavaScript.</noscript></main>
</html>\
""")


async def test_a_playlist_link_opens_a_page_too(local: Local) -> None:
    page = await local.http.get("/project/1/replay/playlists/aB3dE6gH")
    assert "<h1>Playlist aB3dE6gH</h1>" in page.text
    assert "http://replay.test/api/environments/1/session_recording_playlists/aB3dE6gH/recordings/" in page.text


async def test_an_address_is_never_markup(local: Local) -> None:
    page = await local.http.get("/project/1/replay/playlists/%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text
