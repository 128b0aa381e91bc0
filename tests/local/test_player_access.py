"""Who may see recordings in the player and on the status page, and the headers of its answers."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from inline_snapshot import snapshot

from replay_mcp.local.app import LocalApi
from replay_mcp.local.store.accounts import NewKey
from replay_mcp.local.store.clock import to_ms
from tests.conftest import Local
from tests.local.answers import error
from tests.recording.rrweb import element, full, lines, meta, press
from tests.seeding import NOW, record

pytestmark = pytest.mark.anyio

RECORDING = "/player/1/s1/recording"
FRAME = "/player/1/s1/frame?tab=1&at=600"
SESSIONS = "/player/1/sessions"
DATA = [RECORDING, FRAME, SESSIONS, "/player/1/s1/problems"]
FILES = ["/player/player.js", "/player/player.css", "/player/status.js", "/player/status.css"]
UNAUTHENTICATED = (
    401,
    "authentication_error",
    "not_authenticated",
    "Authentication credentials were not provided.",
    None,
)


@pytest.fixture(autouse=True)
async def _opened(local: Local) -> None:
    with local.store.connection() as db:
        page = full(10, element(10, "button", "Pay"), title="Cart")
        record(db, "s1", lines(meta(0, "https://shop.example/"), page, press(500, 10)))
    assert (await local.http.get(RECORDING)).status_code == 200


@pytest.fixture
async def browser(local: Local) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser of this machine, without a key, on a server of this machine only."""
    app = LocalApi(local.store, clock=lambda: to_ms(NOW), keyless_player=True)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8123") as client:
        assert (await client.get(RECORDING)).status_code == 200
        yield client


@pytest.mark.parametrize("path", DATA)
async def test_without_a_key_nothing_is_shown(local: Local, path: str):
    async with local.client(None) as nobody:
        refused = await nobody.get(path)
        assert error(refused) == UNAUTHENTICATED
        assert refused.headers["www-authenticate"] == "Bearer"
        assert (await nobody.get(path, headers={"Host": "127.0.0.1:8123"})).status_code == 401


@pytest.mark.parametrize("path", DATA)
@pytest.mark.parametrize("key", ["phx_wrong", "", "phc_token", "\x00", "ü".encode().decode("latin-1")])
async def test_a_wrong_key_is_refused_even_where_none_is_needed(
    local: Local, browser: httpx2.AsyncClient, path: str, key: str
):
    headers = {b"Authorization": f"Bearer {key}".encode("latin-1")}
    found = [(await client.get(path, headers=headers)).status_code for client in (local.http, browser)]
    assert found == [401, 401]


@pytest.mark.parametrize("path", DATA)
async def test_a_key_needs_the_scope_for_recordings(local: Local, path: str):
    scopes = "session_recording:read", "session_recording:write", "session_recording_playlist:read", "*"
    found: list[int] = []
    for place, scope in enumerate(scopes):
        async with local.client(NewKey(f"bo{place}@example.com", 1, (scope,))) as reader:
            found.append((await reader.get(path)).status_code)
    assert found == snapshot([200, 200, 403, 200])


@pytest.mark.parametrize("path", DATA)
async def test_a_key_of_another_organization_is_refused(local: Local, path: str):
    async with local.client(NewKey("bo@example.com", 2, ("*",), organization="Other")) as stranger:
        assert error(await stranger.get(path))[:3] == snapshot((403, "authentication_error", "permission_denied"))
        own = await stranger.get(path.replace("/1/", "/2/"))
        assert (own.status_code, "s1" in own.text) == (200 if path == SESSIONS else 404, False)


@pytest.mark.parametrize("path", DATA)
@pytest.mark.parametrize("host", ["127.0.0.1:8123", "localhost:8123", "LOCALHOST", "[::1]:8123", "127.0.0.9"])
async def test_a_browser_of_this_machine_needs_no_key(browser: httpx2.AsyncClient, path: str, host: str):
    assert (await browser.get(path, headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("path", DATA)
@pytest.mark.parametrize(
    "host",
    [
        "evil.test", "evil.test:8123", "127.0.0.1.evil.test", "localhost.evil.test", "192.168.1.5:8123", "0.0.0.0:8123",
        "evil.test@127.0.0.1", "127.0.0.1@evil.test", "127.0.0.1,evil.test", "127.0.0.1 evil.test", "[::1", "[::1]x",
        "2130706433", "0x7f.1", "", ":", "127.0.0.1/evil.test", "evil.test#127.0.0.1", "[::ffff:192.168.1.5]", "127.0.0.1:80:80",
    ],
)  # fmt: skip
async def test_under_another_host_name_a_key_is_needed(browser: httpx2.AsyncClient, path: str, host: str):
    assert (await browser.get(path, headers={"Host": host})).status_code == 401


@pytest.mark.parametrize("path", DATA)
@pytest.mark.parametrize(
    ("site", "status"),
    [("same-origin", 200), ("none", 200), ("cross-site", 403), ("same-site", 403), ("", 403), ("Same-Origin", 403)],
)
async def test_pages_of_other_sites_get_nothing_without_a_key(
    browser: httpx2.AsyncClient, path: str, site: str, status: int
):
    assert (await browser.get(path, headers={"Sec-Fetch-Site": site})).status_code == status


async def test_an_unknown_environment_is_not_found_without_a_key(browser: httpx2.AsyncClient):
    found = [
        (await browser.get(RECORDING.replace("/1/", f"/{each}/"))).status_code for each in ("2", "9" * 18, "9" * 40)
    ]
    assert found == [404, 404, 404]


@pytest.mark.parametrize("path", [*DATA, *FILES])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_the_player_is_only_read(browser: httpx2.AsyncClient, path: str, method: str):
    refused = await browser.request(method, path)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


async def test_no_other_site_may_read_or_embed_an_answer(browser: httpx2.AsyncClient):
    found = {
        path.partition("?")[0]: dict((await browser.get(path, headers={"Origin": "https://evil.test"})).headers)
        for path in ("/project/1/replay/s1", *DATA, *FILES)
    }
    for headers in found.values():
        del headers["content-length"]
    assert found == snapshot(
        {
            "/project/1/replay/s1": {
                "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
                "cache-control": "no-store",
                "referrer-policy": "no-referrer",
                "x-content-type-options": "nosniff",
                "content-type": "text/html; charset=utf-8",
            },
            "/player/1/s1/recording": {
                "cache-control": "no-store",
                "cross-origin-resource-policy": "same-origin",
                "x-content-type-options": "nosniff",
                "content-type": "application/json",
            },
            "/player/1/s1/frame": {
                "cache-control": "no-store",
                "cross-origin-resource-policy": "same-origin",
                "x-content-type-options": "nosniff",
                "content-type": "application/json",
            },
            "/player/1/sessions": {
                "cache-control": "no-store",
                "cross-origin-resource-policy": "same-origin",
                "x-content-type-options": "nosniff",
                "content-type": "application/json",
            },
            "/player/1/s1/problems": {
                "cache-control": "no-store",
                "cross-origin-resource-policy": "same-origin",
                "x-content-type-options": "nosniff",
                "content-type": "application/json",
            },
            "/player/player.js": {
                "cache-control": "no-cache",
                "x-content-type-options": "nosniff",
                "content-type": "text/javascript; charset=utf-8",
            },
            "/player/player.css": {
                "cache-control": "no-cache",
                "x-content-type-options": "nosniff",
                "content-type": "text/css; charset=utf-8",
            },
            "/player/status.js": {
                "cache-control": "no-cache",
                "x-content-type-options": "nosniff",
                "content-type": "text/javascript; charset=utf-8",
            },
            "/player/status.css": {
                "cache-control": "no-cache",
                "x-content-type-options": "nosniff",
                "content-type": "text/css; charset=utf-8",
            },
        }
    )


async def test_refusals_have_no_recorded_text_and_are_not_kept(browser: httpx2.AsyncClient):
    refused = [await browser.get(path, headers={"Host": "evil.test"}) for path in DATA]
    assert [dict(each.headers) for each in refused] == snapshot(
        [
            {"www-authenticate": "Bearer", "content-length": "127", "content-type": "application/json"},
            {"www-authenticate": "Bearer", "content-length": "127", "content-type": "application/json"},
            {"www-authenticate": "Bearer", "content-length": "127", "content-type": "application/json"},
            {"www-authenticate": "Bearer", "content-length": "127", "content-type": "application/json"},
        ]
    )
    assert [each.text for each in refused if "Pay" in each.text] == []
