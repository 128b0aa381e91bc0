"""Links to recordings and playlists open a page, which shows their address as plain text."""

import pytest
from inline_snapshot import snapshot

from tests.conftest import Local

pytestmark = pytest.mark.anyio


async def test_a_recording_link_opens_a_page_that_explains_how_to_read_it(local: Local) -> None:
    page = await local.http.get("/project/1/replay/s1?t=12")
    assert (page.status_code, page.headers["content-type"], page.headers["content-security-policy"]) == snapshot(
        (200, "text/html; charset=utf-8", "default-src 'none'; style-src 'unsafe-inline'")
    )
    assert "<h1>Recording s1</h1>" in page.text
    assert "http://replay.test/api/environments/1/session_recordings/s1/" in page.text


async def test_a_playlist_link_opens_a_page_too(local: Local) -> None:
    page = await local.http.get("/project/1/replay/playlists/aB3dE6gH")
    assert "<h1>Playlist aB3dE6gH</h1>" in page.text
    assert "http://replay.test/api/environments/1/session_recording_playlists/aB3dE6gH/recordings/" in page.text


async def test_an_address_is_never_markup(local: Local) -> None:
    page = await local.http.get("/project/1/replay/%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text
