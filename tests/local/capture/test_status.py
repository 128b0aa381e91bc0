"""The page at `/`."""

from typing import Any

import httpx2
import pytest
from inline_snapshot import snapshot

from replay_mcp.local.store.accounts import NewKey
from tests.local.answers import answer
from tests.local.capture.conftest import Record, Recorder
from tests.local.capture.html import Page
from tests.local.capture.posthog_js import PAGE, SHOP, product_event, send, snapshot_event
from tests.recording.rrweb import click, console, meta
from tests.seeding import add_recording, ago

pytestmark = pytest.mark.anyio

SECRETS = "https://shop.example/<script>alert(1)</script>?password=hunter2&q=1#token=abc123def"


async def visit(local: Recorder, url: str = "https://shop.example/", *, token: str = "", **more: Any) -> None:
    raws = meta(0, url), click(1_000), console(61_000, "error", "failed")
    response = await send(local.page, snapshot_event(*raws, token=token or local.token, **more))
    assert response.status_code == 200, response.text


async def shown(local: Recorder, **query: str) -> Page:
    response = await local.page.get("/", params=query)
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return Page(response.text)


async def connected(local: Recorder, **query: str) -> str:
    """The recorder's status on the page."""
    text = (await shown(local, **query)).text
    begin = text.index("Environment 1")
    return " ".join([text[begin + 1], *text[2:begin]])


# ---- what is shown --------------------------------------------------------------------------------------------------


async def test_at_first_the_page_explains_how_to_begin(local: Recorder):
    page = await shown(local)
    texts = [text.replace(local.token, "TOKEN") for text in page.text]
    assert (texts, page.cells) == snapshot(
        (
            [
                "Replay MCP, local",
                "Replay MCP, local",
                "Environment 1",
                "Waiting: no page has loaded the recorder since this server started.",
                "No recordings yet.",
                "Record a page",
                "First:",
                "The script is a file of posthog-js, and this server has no directory to serve it from. Install posthog-js (npm install posthog-js) and start `replay-mcp local --posthog-js node_modules/posthog-js`.",
                "Paste into its",
                "<head>",
                ", before other scripts:",
                "Or, in an app with a bundler and posthog-js:",
                "Ask an agent",
                "Then ask:",
                "What happened in my last session?",
            ],
            [],
        )
    )


async def test_the_snippet_contains_the_token_and_the_address(local: Recorder):
    page = await shown(local)
    assert [code.replace(local.token, "TOKEN") for code in page.code] == snapshot(
        [
            """\
<script src="http://localhost:8765/static/array.full.no-external.js"></script>
<script>posthog.init('TOKEN', {api_host: 'http://localhost:8765', defaults: '2025-05-24', opt_out_useragent_filter: true, request_batching: false, disable_session_recording: true,
  loaded: (ph) => { const recorder = ph.sessionRecording; recorder._forceAllowLocalhostNetworkCapture = true; ph.startSessionRecording(); setInterval(() => recorder._lazyLoadedSessionRecording?._flushBuffer?.(), 500) }})</script>\
""",
            """\
import posthog from 'posthog-js/dist/module.full.no-external'
posthog.init('TOKEN', {api_host: 'http://localhost:8765', defaults: '2025-05-24', opt_out_useragent_filter: true, request_batching: false, disable_session_recording: true,
  loaded: (ph) => { const recorder = ph.sessionRecording; recorder._forceAllowLocalhostNetworkCapture = true; ph.startSessionRecording(); setInterval(() => recorder._lazyLoadedSessionRecording?._flushBuffer?.(), 500) }})\
""",
            "claude mcp add <replay>",
        ]
    )


async def test_the_last_sessions_are_shown(local: Recorder):
    await visit(local)
    await visit(local, session="s2", distinct_id="maya")
    page = await shown(local)
    assert (sorted(page.cells), sorted(page.links)) == snapshot(
        (
            [
                ["s1", "2026-11-20 10:00:00 UTC", "61 s, ongoing", "1", "1", "https://shop.example/"],
                ["s2", "2026-11-20 10:00:00 UTC", "61 s, ongoing", "1", "1", "https://shop.example/"],
                ["session", "started", "length", "clicks", "errors", "first page"],
            ],
            ["/project/1/replay/s1", "/project/1/replay/s2"],
        )
    )


async def test_urls_are_masked_and_escaped(local: Recorder):
    await visit(local, SECRETS)
    response = await local.page.get("/")
    page = Page(response.text)
    assert "script" not in page.tags
    assert "hunter2" not in response.text
    assert "abc123def" not in response.text
    assert page.cells[1][-1] == snapshot("https://shop.example/<script>alert(1)</script>?password=***&q=***#token=***")


STRANGE_URLS = [
    "javascript:alert(1)",
    '"><img src=x onerror=alert(1)>',
    "</td></tr></table><h1>Pay here</h1>",
    "https://shop.example/" + "a" * 100_000,
    "https://ada:hunter2@shop.example/",
    "https://shop.example/\u202e\0\x1b[31m\ud800",
    "&lt;script&gt;",
    "https://shop.example/?email=ada%40b.example&card=4111111111111111&api_key=phx_hunter2hunter2hunter2hunter2",
]


@pytest.mark.parametrize("url", STRANGE_URLS, ids=lambda url: ascii(url)[:30])
async def test_no_url_changes_the_page(local: Recorder, url: str):
    await visit(local, "https://shop.example/")
    usual = await shown(local)
    await visit(local, url, session="s2")
    response = await local.page.get("/")
    page = Page(response.text)
    assert page.tags == usual.tags
    assert page.text == usual.text
    assert sorted(page.links) == sorted([*usual.links, "/project/1/replay/s2"])
    assert len(response.text) < 6_000
    assert "hunter2" not in response.text
    assert "4111111111111111" not in response.text
    assert "ada%40b.example" not in response.text


async def test_a_url_that_looks_like_html_entities_is_shown_as_it_is(local: Recorder):
    await visit(local, "https://shop.example/&lt;b&gt;")
    assert (await shown(local)).cells[1][-1] == "https://shop.example/&lt;b&gt;"


async def test_at_most_ten_sessions_are_shown_newest_first(local: Recorder):
    with local.store.connection() as db:
        for number in range(12):
            add_recording(db, f"s{number:02}", start_time=ago(hours=1 + number))
    page = await shown(local)
    assert [cells[0] for cells in page.cells[1:]] == [f"s{number:02}" for number in range(10)]


async def test_a_recording_without_a_url_is_shown(local: Recorder):
    response = await send(local.page, snapshot_event(click(0), token=local.token))
    assert response.status_code == 200
    assert (await shown(local)).cells[1] == snapshot(["s1", "2026-11-20 10:00:00 UTC", "0 s, ongoing", "1", "0", ""])


async def test_deleted_and_expired_recordings_are_not_shown(local: Recorder):
    await visit(local, "https://deleted.example/")
    await local.http.delete("/api/environments/1/session_recordings/s1")
    with local.store.connection() as db:
        add_recording(db, "old", start_time=ago(days=40), start_url="https://expired.example/")
    response = await local.page.get("/")
    assert "deleted.example" not in response.text
    assert "expired.example" not in response.text


async def test_every_environment_is_shown_to_its_owner(local: Recorder):
    other = local.other_environment()
    await visit(local)
    await visit(local, session="s2", token=other)
    page = await shown(local)
    assert [text for text in page.text if text.startswith("Environment")] == ["Environment 1", "Environment 2"]
    assert {cells[0] for cells in page.cells} == {"session", "s1", "s2"}
    for token in (local.token, other):
        assert any(token in code for code in page.code)


async def test_the_page_loads_nothing_cannot_be_framed_and_is_not_cached(local: Recorder):
    response = await local.page.get("/")
    names = "content-security-policy", "cache-control", "referrer-policy", "x-content-type-options"
    assert {name: response.headers[name] for name in names} == snapshot(
        {
            "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
            "cache-control": "no-store",
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
        }
    )


async def test_the_page_shows_no_key_of_the_api(local: Recorder):
    local.client(NewKey("bo@shop.example", 1, ("*",)))
    await visit(local)
    response = await local.http.get("/")
    with local.store.connection() as db:
        keys = [row["value"] for row in db.execute("SELECT value FROM personal_api_key")]
    assert len(keys) == 2
    assert not [key for key in keys if key in response.text]


# ---- recorder status ------------------------------------------------------------------------------------------------


async def test_the_status_is_waiting_until_a_page_loads_the_recorder(local: Recorder):
    assert await connected(local) == snapshot("Waiting: no page has loaded the recorder since this server started.")


@pytest.mark.parametrize("path", ["/array/{token}/config", "/array/{token}/config.js"])
async def test_a_page_that_loaded_the_configuration_is_reported(local: Recorder, path: str):
    await local.page.get(path.format(token=local.token), headers=PAGE)
    local.time.ms += 3_000
    assert await connected(local) == snapshot(
        "The recorder is connected: a page of https://shop.example loaded its configuration 3 s ago. Nothing is recorded yet; click somewhere in the page. If that does not help, look for a blocked request in its console."
    )


async def test_a_page_that_records_is_reported(local: Recorder):
    await visit(local)
    local.time.ms += 3_000
    assert await connected(local) == snapshot("Recording: a page of https://shop.example sent data 3 s ago.")


async def test_a_page_that_stopped_recording_is_reported(local: Recorder):
    await visit(local)
    local.time.ms += 120_000
    assert await connected(local) == snapshot(
        "The recorder was connected; a page of https://shop.example last sent data 2 min ago."
    )


async def test_events_alone_do_not_count_as_a_recording(local: Recorder):
    assert answer(await send(local.page, product_event("paid", token=local.token), "/e/"))[0] == 200
    assert await connected(local) == snapshot("Waiting: no page has loaded the recorder since this server started.")


async def test_a_refusal_is_shown_with_its_reason(local: Recorder):
    await send(local.page, snapshot_event(click(0), session="../../x", token=local.token))
    local.time.ms += 3_000
    assert await connected(local) == snapshot(
        "Waiting: no page has loaded the recorder since this server started. Refused 3 s ago: 400: A snapshot's $session_id must have 1 to 70 letters, digits and hyphens."
    )


async def test_the_last_refusal_is_shown(local: Recorder):
    await send(local.page, snapshot_event(click(0), token="phc_nobodys"))
    await send(local.page, snapshot_event(click(0), session="../../x", token=local.token))
    shown_now = await connected(local)
    assert ("$session_id" in shown_now, "project token" in shown_now) == (True, False)


async def test_a_refusal_is_forgotten_when_a_recording_arrives(local: Recorder):
    await send(local.page, snapshot_event(click(0), token="phc_nobodys"))
    local.time.ms += 3_000
    await visit(local)
    assert await connected(local) == snapshot("Recording: a page of https://shop.example sent data 0 s ago.")


@pytest.mark.parametrize("origin", ["<script>alert(1)</script>", '"><b>', "https://shop.example/" + "a" * 5_000])
async def test_no_origin_changes_the_page(local: Recorder, origin: str):
    headers = {"Origin": origin}
    usual = await shown(local)
    await local.page.get(f"/array/{local.token}/config", headers=headers)
    assert (await shown(local)).tags == usual.tags
    await local.page.post("/s/", json=snapshot_event(click(0), token="<script>"), headers=headers)
    assert (await shown(local)).tags == usual.tags
    await local.page.post("/s/", json=snapshot_event(click(0), token=local.token), headers=headers)
    response = await local.page.get("/")
    assert "script" not in Page(response.text).tags
    assert len(response.text) < 6_000


# ---- access ---------------------------------------------------------------------------------------------------------

LOOPBACK = ["localhost", "localhost:8765", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8765", "LOCALHOST:80"]
FOREIGN = [
    "evil.example",
    "evil.example:8765",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "127.0.0.1.nip.io:8765",
    "evil-localhost",
    "localhost@evil.example",
    "evil.example#localhost",
    "evil.example/localhost",
    "192.168.1.5",
    "0.0.0.0",
    "[::]",
    "[fe80::1]",
    "::1.evil.example",
    "localhost:80@evil.example:8765",
    "",
]


async def from_host(local: Recorder, host: str, url: str = "/") -> httpx2.Response:
    return await local.page.get(url, headers={"Host": host})


@pytest.mark.parametrize("host", LOOPBACK)
async def test_the_page_is_shown_to_this_computer(local: Recorder, host: str):
    await visit(local)
    response = await from_host(local, host)
    assert (response.status_code, "s1" in response.text) == (200, True)


@pytest.mark.parametrize("host", FOREIGN)
async def test_a_foreign_host_name_for_this_computer_gets_no_data(local: Recorder, host: str):
    await visit(local, "https://secret.example/", session="secret-session")
    response = await from_host(local, host)
    assert response.status_code == 403
    for word in ("secret", local.token, SHOP):
        assert word not in response.text
    with_token = await from_host(local, host, f"/?token={local.token}")
    assert (with_token.status_code, "secret-session" in with_token.text) == (403, False)


async def test_a_foreign_host_name_for_this_computer_is_refused_with_the_reason(local: Recorder):
    page = Page((await from_host(local, "evil.example")).text)
    assert page.text == snapshot(["Replay MCP, local", "Not here", "Open this page by the address of this machine."])


async def test_no_host_name_is_shown_as_html(local: Recorder):
    response = await from_host(local, "<script>alert(1)</script>")
    assert (response.status_code, "script" in Page(response.text).tags) == (403, False)


async def test_other_computers_see_only_the_environment_of_their_token(record: Record):
    async with record(public=True) as local:
        other = local.other_environment()
        await visit(local, "https://first.example/", session="first-session")
        await visit(local, "https://other.example/", session="other-session", token=other)
        for token, theirs in ((local.token, "other"), (other, "first")):
            response = await from_host(local, "replay.example", f"/?token={token}")
            assert response.status_code == 200
            page = Page(response.text)
            assert (page.cells, "-session" in response.text) == ([], False)  # every recorded page contains the token
            assert f"{theirs}.example" not in response.text
            assert ({local.token, other} - {token}).pop() not in response.text
            assert any(token in code for code in page.code)


@pytest.mark.parametrize(
    "query", ["", "?token=", "?token=phc_nobodys", "?token=%00", "?token=' OR 1=1 --", "?api_key=x"]
)
@pytest.mark.parametrize("host", ["replay.example", "localhost:8765"])
async def test_other_computers_see_nothing_without_a_token(record: Record, query: str, host: str):
    async with record(public=True) as local:
        await visit(local, "https://secret.example/", session="secret-session")
        response = await from_host(local, host, f"/{query}")
        assert response.status_code == 401
        for word in ("secret", local.token, SHOP):
            assert word not in response.text
        Page(response.text)


async def test_other_computers_are_asked_for_the_token(record: Record):
    async with record(public=True) as local:
        assert Page((await local.page.get("/")).text).text == snapshot(
            ["Replay MCP, local", "Which project?", "Add", "?token=", "and a project's token to the address."]
        )


async def test_the_api_key_does_not_open_the_page(record: Record):
    async with record(public=True) as local:
        key = local.http.headers["authorization"].removeprefix("Bearer ")
        response = await local.page.get("/", params={"token": key})
        assert (response.status_code, key in response.text) == (401, False)


async def test_requests_that_are_not_the_recorder_s_go_to_the_api(local: Recorder):
    """Check that the answer is the same with and without the capture app in front."""
    direct = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=local.app), base_url="http://localhost:8765", headers=local.http.headers
    )
    paths = (
        "/nothing",
        "/api/environments/1/session_recordings",
        "/project/1/replay/s1",
        "/static",
        "/array/x/y",
        "/s/x",
    )
    async with direct:
        for path in paths:
            behind, alone = await local.http.get(path), await direct.get(path)
            assert answer(behind) == answer(alone)
            assert sorted(set(behind.headers) - {"server-timing"}) == sorted(set(alone.headers) - {"server-timing"})
