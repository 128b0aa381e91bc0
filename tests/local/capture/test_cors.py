"""Which requests of pages of other origins are allowed."""

from typing import Any

import httpx2
import pytest
from inline_snapshot import snapshot

from tests.local.answers import RECORDINGS
from tests.local.capture.conftest import Record, Recorder
from tests.local.capture.posthog_js import PAGE, SHOP, send, snapshot_event
from tests.recording.rrweb import meta

pytestmark = pytest.mark.anyio

PATHS = [
    "/array/phc_x/config",
    "/array/phc_x/config.js",
    "/array/phc_x/array.js",
    "/static/array.js",
    "/static/1.2.3/recorder.js",
    "/flags/?v=2",
    "/decide/?v=3",
    "/e/?compression=gzip-js",
    "/e",
    "/i/v0/e/",
    "/batch/",
    "/capture/",
    "/track/",
    "/engage/",
    "/s/",
    "/s",
]
OUTSIDE = [
    "/",
    RECORDINGS,
    "/api/projects/@current",
    "/nothing",
    "/static",
    "/i/v0/e/x",
    "/s/x",
    "/project/1/replay/s1",
]
ASKS = PAGE | {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type,x-posthog-session-id",
    "Access-Control-Request-Private-Network": "true",
}


def cors(response: httpx2.Response) -> dict[str, str]:
    """Headers that decide whether a browser lets a page continue."""
    return {name: value for name, value in response.headers.items() if name.startswith("access-control-")}


@pytest.mark.parametrize("path", PATHS)
async def test_a_preflight_allows_every_request_of_the_recorder(local: Recorder, path: str):
    response = await local.page.options(path, headers=ASKS)
    assert (response.status_code, response.content, cors(response)) == snapshot(
        (
            204,
            b"",
            {
                "access-control-allow-origin": "https://shop.example",
                "access-control-allow-methods": "GET, POST, OPTIONS",
                "access-control-max-age": "3600",
                "access-control-allow-private-network": "true",
                "access-control-allow-credentials": "true",
                "access-control-allow-headers": "content-type,x-posthog-session-id",
            },
        )
    )


async def test_a_preflight_without_headers_is_answered_without_any(local: Recorder):
    response = await local.page.options("/s/", headers=PAGE)
    assert (response.status_code, "access-control-allow-headers" in cors(response)) == (204, False)


ORIGINS = [SHOP, "http://localhost:3000", "http://127.0.0.1:5173", "https://xn--caf-dma.example", "file://", "null"]


@pytest.mark.parametrize("origin", ORIGINS)
async def test_a_page_of_any_origin_may_read_the_answer(local: Recorder, origin: str):
    sent = await local.page.post(
        "/s/", json=snapshot_event(meta(0, "x"), token=local.token), headers={"Origin": origin}
    )
    asked = await local.page.options("/s/", headers=ASKS | {"Origin": origin})
    for response in (sent, asked):
        assert response.headers["access-control-allow-origin"] == origin
        assert response.headers["access-control-allow-credentials"] == "true"
        assert "origin" in response.headers["vary"].lower()


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_may_be_read_whether_it_is_an_error_or_not(local: Recorder, path: str):
    for response in (
        await local.page.get(path, headers=PAGE),
        await local.page.post(path, content=b"<html>", headers=PAGE),
        await local.page.request("PUT", path, headers=PAGE),
    ):
        assert response.headers["access-control-allow-origin"] == SHOP
        assert response.headers["access-control-allow-credentials"] == "true"


async def test_each_kind_of_error_may_be_read(record: Record, local: Recorder):
    chunk: Any = snapshot_event(meta(0, "x"))
    responses = [
        await send(local.page, chunk),
        await send(local.page, snapshot_event(meta(0, "x"), session="../x", token=local.token)),
        await local.page.post("/s/", content=b" " * 30_000_000, headers=PAGE),
        await local.page.get("/static/array.js", headers=PAGE),
        await local.page.request("DELETE", "/s/", headers=PAGE),
    ]
    assert [(response.status_code, response.headers.get("access-control-allow-origin")) for response in responses] == [
        (401, SHOP),
        (400, SHOP),
        (413, SHOP),
        (404, SHOP),
        (405, SHOP),
    ]


async def test_without_an_origin_no_credentials_are_allowed(local: Recorder):
    response = await local.page.post("/s/", json=snapshot_event(meta(0, "x"), token=local.token))
    assert response.status_code == 200
    assert response.headers.get("access-control-allow-credentials") is None


@pytest.mark.parametrize("path", OUTSIDE)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
async def test_answers_outside_the_recorder_s_endpoints_may_not_be_read_by_another_page(
    local: Recorder, path: str, method: str
):
    response = await local.page.request(method, path, headers=ASKS)
    assert cors(response) == {}
    with_key = await local.http.request(method, path, headers=ASKS)
    assert cors(with_key) == {}


@pytest.mark.parametrize("headers", ["x\r\nset-cookie: a=b", "a" * 5_000, "é"])
async def test_requested_headers_add_no_others(local: Recorder, headers: str):
    raw = [(b"origin", SHOP.encode()), (b"access-control-request-headers", headers.encode("latin-1"))]
    response = await local.page.options("/s/", headers=httpx2.Headers(raw))
    assert (response.status_code, "set-cookie" in response.headers) == (204, False)
