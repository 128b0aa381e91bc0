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
    return " ".join([text[begin + 1], *text[3:begin]])


# ---- what is shown --------------------------------------------------------------------------------------------------


async def test_at_first_the_page_explains_how_to_begin(local: Recorder):
    page = await shown(local)
    texts = [text.replace(local.token, "TOKEN") for text in page.text]
    assert (texts, page.lists) == snapshot(
        (
            [
                "Replay MCP, local",
                "Replay MCP, local",
                "with problems only",
                "Environment 1",
                "Waiting: no page has loaded the recorder since this server started.",
                "The list of sessions needs JavaScript.",
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
            ["1"],
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


async def test_no_recorded_text_is_in_the_page_whose_script_asks_for_it(local: Recorder):
    before = await shown(local)
    await visit(local, SECRETS, session="s-recorded", distinct_id="maya")
    response = await local.page.get("/")
    assert Page(response.text).tags == before.tags
    assert [word for word in ("s-recorded", "hunter2", "maya", "alert") if word in response.text] == []


async def test_how_to_record_is_open_until_something_is_recorded(local: Recorder):
    found = ["<details open>" in (await local.page.get("/")).text]
    await visit(local)
    found.append("<details open>" in (await local.page.get("/")).text)
    assert found == [True, False]


async def test_every_environment_has_a_list_of_sessions(local: Recorder):
    other = local.other_environment()
    await visit(local)
    await visit(local, session="s2", token=other)
    page = await shown(local)
    assert [text for text in page.text if text.startswith("Environment")] == ["Environment 1", "Environment 2"]
    assert page.lists == ["1", "2"]
    for token in (local.token, other):
        assert any(token in code for code in page.code)


async def test_the_page_loads_only_its_own_files_cannot_be_framed_and_is_not_cached(local: Recorder):
    response = await local.page.get("/")
    names = "content-security-policy", "cache-control", "referrer-policy", "x-content-type-options"
    assert {name: response.headers[name] for name in names} == snapshot(
        {
            "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
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
    assert Page(response.text).tags == usual.tags
    assert len(response.text) < 6_000


async def test_the_script_gets_the_state_of_each_recorder_and_the_last_refusal(local: Recorder):
    local.other_environment()
    await visit(local)
    local.time.ms += 1_000
    await send(local.page, snapshot_event(click(0), session="../../x", token=local.token))
    local.time.ms += 3_000
    before = answer(await local.page.get("/recorders"))
    local.time.ms += 3_000
    await visit(local)
    after = answer(await local.page.get("/recorders"))
    assert (before, after) == snapshot(
        (
            (
                200,
                {
                    "refusal": "Refused 3 s ago: 400: A snapshot's $session_id must have 1 to 70 letters, digits and hyphens.",
                    "recorders": [
                        {
                            "environment": 1,
                            "state": "recording",
                            "sentence": "Recording: a page of https://shop.example sent data 4 s ago.",
                        },
                        {
                            "environment": 2,
                            "state": "waiting",
                            "sentence": "Waiting: no page has loaded the recorder since this server started.",
                        },
                    ],
                },
            ),
            (
                200,
                {
                    "refusal": "",
                    "recorders": [
                        {
                            "environment": 1,
                            "state": "recording",
                            "sentence": "Recording: a page of https://shop.example sent data 0 s ago.",
                        },
                        {
                            "environment": 2,
                            "state": "waiting",
                            "sentence": "Waiting: no page has loaded the recorder since this server started.",
                        },
                    ],
                },
            ),
        )
    )


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_the_state_of_recorders_is_only_read(local: Recorder, method: str):
    response = await local.page.request(method, "/recorders")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")


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
    page, recorders = [await from_host(local, host, path) for path in ("/", "/recorders")]
    assert (page.status_code, local.token in page.text) == (200, True)
    assert (recorders.status_code, SHOP in recorders.text) == (200, True)


@pytest.mark.parametrize("host", FOREIGN)
async def test_a_foreign_host_name_for_this_computer_gets_no_data(local: Recorder, host: str):
    await visit(local, "https://secret.example/", session="secret-session")
    response = await from_host(local, host)
    assert response.status_code == 403
    for word in ("secret", local.token, SHOP):
        assert word not in response.text
    with_token = await from_host(local, host, f"/?token={local.token}")
    assert (with_token.status_code, "secret-session" in with_token.text) == (403, False)
    recorders = await from_host(local, host, f"/recorders?token={local.token}")
    assert (recorders.status_code, "secret" in recorders.text) == (401, False)


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
            assert "-session" not in response.text  # every recorded page contains the token
            assert f"{theirs}.example" not in response.text
            assert ({local.token, other} - {token}).pop() not in response.text
            assert any(token in code for code in page.code)
            recorders = (await from_host(local, "replay.example", f"/recorders?token={token}")).json()["recorders"]
            assert [each["environment"] for each in recorders] == [1 if token == local.token else 2]


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
        assert (await from_host(local, host, f"/recorders{query}")).status_code == 401


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
