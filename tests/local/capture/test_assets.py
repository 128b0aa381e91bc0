"""The files of posthog-js, served from a directory of the user's."""

import os
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from inline_snapshot import snapshot

from tests.cli.test_local_intake import local_server
from tests.local.answers import answer
from tests.local.capture.conftest import Record, Recorder
from tests.local.capture.posthog_js import PAGE

pytestmark = pytest.mark.anyio

FILES = {
    "array.js": "array()",
    "array.full.no-external.js": "full()",
    "recorder.js": "record()",
    "recorder.js.map": "{}",
}
JAVASCRIPT = "text/javascript; charset=utf-8"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """`node_modules/posthog-js`, with private files beside those of the package."""
    package = tmp_path / "node_modules" / "posthog-js"
    (package / "dist" / "deep").mkdir(parents=True)
    for name, text in FILES.items():
        (package / "dist" / name).write_text(text)
    (package / "dist" / "deep" / "inner.js").write_text("inner()")
    (package / "dist" / "secret.env").write_text("SECRET")
    (package / "dist" / "folder.js").mkdir()
    (package / "outside.js").write_text("SECRET")
    (package / "package.json").write_text("SECRET")
    (tmp_path / "node_modules" / "outside.js").write_text("SECRET")
    (tmp_path / "outside.js").write_text("SECRET")
    return package


PATHS = {
    "/static/array.js": "array()",
    "/static/recorder.js?v=1.449.2": "record()",
    "/static/1.2.3/recorder.js": "record()",
    "/static/1.449.2/array.full.no-external.js": "full()",
    "/array/phc_x/array.js": "array()",
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("part", ["", "dist"], ids=["package", "dist"])
async def test_a_file_is_served_from_the_package_or_its_dist(record: Record, package: Path, part: str, path: str):
    async with record(posthog_js=package / part) as local:
        response = await local.page.get(path, headers=PAGE)
        found = response.status_code, response.text, response.headers["content-type"]
        assert found == (200, PATHS[path], JAVASCRIPT)


async def test_a_source_map_is_json(record: Record, package: Path):
    async with record(posthog_js=package) as local:
        assert answer(await local.page.get("/static/recorder.js.map")) == (200, {})


async def test_a_replaced_file_is_served_in_its_new_version(record: Record, package: Path):
    async with record(posthog_js=package) as local:
        await local.page.get("/static/array.js")
        (package / "dist" / "array.js").write_text("newer version()")
        assert (await local.page.get("/static/array.js")).text == "newer version()"


@pytest.mark.parametrize("part", ["", "dist"], ids=["package", "dist"])
async def test_a_link_within_the_directory_is_followed(record: Record, package: Path, part: str):
    (package / "dist" / "linked.js").symlink_to("array.js")
    (package / "dist" / "deep" / "back.js").symlink_to("../recorder.js")
    (package / "dist" / "twice.js").symlink_to(package / "dist" / "deep" / "back.js")
    async with record(posthog_js=package / part) as local:
        served = [(await local.page.get(f"/static/{name}")).text for name in ("linked.js", "twice.js")]
        assert served == ["array()", "record()"]


@pytest.mark.parametrize("part", ["", "dist"], ids=["package", "dist"])
async def test_a_link_that_leads_out_of_the_directory_is_not_found(
    record: Record, package: Path, tmp_path: Path, part: str
):
    dist = package / "dist"
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "outside.js").write_text("SECRET")
    (dist / "relative.js").symlink_to("../outside.js")
    (dist / "absolute.js").symlink_to(tmp_path / "outside.js")
    (dist / "twice.js").symlink_to("absolute.js")
    (dist / "folder").symlink_to(tmp_path / "elsewhere")
    (dist / "over-a-folder.js").symlink_to("folder/outside.js")
    (dist / "circle.js").symlink_to("circle.js")
    (dist / "nowhere.js").symlink_to("missing.js")
    names = ["relative.js", "absolute.js", "twice.js", "over-a-folder.js", "circle.js", "nowhere.js"]
    async with record(posthog_js=package / part) as local:
        served = {name: await local.page.get(f"/static/{name}") for name in names}
        assert {name: response.status_code for name, response in served.items()} == dict.fromkeys(names, 404)
        assert not any("SECRET" in response.text for response in served.values())


async def test_a_dist_that_leads_out_of_the_package_is_not_used(record: Record, package: Path, tmp_path: Path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "dist").symlink_to(package / "dist")
    async with record(posthog_js=other) as local:
        assert (await local.page.get("/static/array.js")).status_code == 404


@pytest.fixture
def pnpm_package(package: Path) -> Path:
    """The package as pnpm lays it out: a link into its own store."""
    real = package.parent / ".pnpm" / "posthog-js@1.449.2" / "node_modules"
    real.mkdir(parents=True)
    package.rename(real / "posthog-js")
    package.symlink_to(".pnpm/posthog-js@1.449.2/node_modules/posthog-js")
    return package


async def test_the_directory_itself_may_be_a_link_as_in_pnpm_s_layout(record: Record, pnpm_package: Path):
    for named in (pnpm_package, pnpm_package / "dist"):
        async with record(posthog_js=named) as local:
            assert (await local.page.get("/static/array.js")).text == "array()"


async def test_a_pipe_is_not_read(record: Record, package: Path):
    os.mkfifo(package / "dist" / "pipe.js")  # opening it for reading waits for a writer
    async with record(posthog_js=package) as local:
        with anyio.fail_after(60):
            assert (await local.page.get("/static/pipe.js")).status_code == 404


async def test_a_path_that_is_no_longer_a_file_is_not_found(record: Record, package: Path):
    async with record(posthog_js=package) as local:
        (package / "dist" / "array.js").unlink()
        assert (await local.page.get("/static/array.js")).status_code == 404


@pytest.mark.slow
def test_over_a_socket_links_that_lead_out_are_not_found(package: Path, tmp_path: Path):
    (package / "dist" / "linked.js").symlink_to(tmp_path / "outside.js")
    with local_server(tmp_path, "--posthog-js", str(package)) as server, httpx2.Client(timeout=30) as http:
        answers = [http.get(f"{server.origin}/static/{name}") for name in ("array.js", "linked.js")]
        head = http.head(f"{server.origin}/static/array.js")
    assert [answer.status_code for answer in answers] == [200, 404]
    assert (answers[0].text, answers[0].headers["content-type"]) == ("array()", JAVASCRIPT)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, "7", b"")


async def raw_get(local: Recorder, path: str, raw: bytes = b"") -> tuple[int, bytes]:
    """Request a path as it is; a client would normalise it."""
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": raw or path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost:8765")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8765),
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await local.capture(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent)
    return next(message["status"] for message in sent if message["type"] == "http.response.start"), body


WAYS_OUT = [
    "/static/../outside.js",
    "/static/1.2.3/../../outside.js",
    "/static/1.2.3/../outside.js",
    "/static//../outside.js",
    "/static/..",
    "/static/.",
    "/static/...js",
    "/static/..js",
    "/static/.js",
    "/static/../../../../../../../../../etc/passwd",
    "/static//etc/passwd",
    "/static/deep/inner.js",
    "/static/deep/../array.js",
    "/static/..\\outside.js",
    "/static/\\outside.js",
    "/static/array.js\0",
    "/static/\0array.js",
    "/static/array.js\n",
    "/static/array.js/",
    "/static/array.js/../../outside.js",
    "/static/secret.env",
    "/static/package.json",
    "/static/folder.js",
    "/static/",
    "/static/C:outside.js",
    "/static/~/outside.js",
    "/static/%2e%2e/outside.js",
    "/static/..%2foutside.js",
    "/static/ARRAY.JS",
    "/static/" + "a" * 200 + ".js",
    "/static/1.2.3/1.2.3/array.js",
    "/static/../static/array.js",
    "/array/../outside.js",
    "/array/phc_x/outside.js",
    "/array/phc_x/../array.js",
    "/array/phc_x/../../outside.js",
    "/array/../array.js/..",
    "//static/array.js",
]


@pytest.mark.parametrize("part", ["", "dist"], ids=["package", "dist"])
async def test_no_path_leads_out_of_the_directory(record: Record, package: Path, part: str):
    async with record(posthog_js=package / part) as local:
        for path in WAYS_OUT:
            status, body = await raw_get(local, path)
            assert (status, b"SECRET" in body, b"()" in body) == (404, False, False), path


@pytest.mark.parametrize("absolute", [False, True])
@pytest.mark.parametrize("version", ["", "1.2.3/"])
async def test_no_absolute_or_encoded_path_leads_out_of_the_directory(
    record: Record, package: Path, version: str, absolute: bool
):
    outside = package / "outside.js"
    name = str(outside) if absolute else "../outside.js"
    async with record(posthog_js=package) as local:
        for way in (name, name.replace("/", "%2f"), name.replace("/", "%2F").replace(".", "%2e")):
            response = await local.page.get(f"/static/{version}{way}")
            assert response.status_code == 404
            assert "SECRET" not in response.text
            assert (await raw_get(local, f"/static/{version}{way}"))[0] == 404


async def test_a_missing_file_is_answered_with_advice(record: Record, package: Path):
    async with record(posthog_js=package) as local:
        response = await local.page.get("/static/surveys.js", headers=PAGE)
        status, body = answer(response)
        assert list(body) == ["type", "code", "detail", "attr"]
        detail = body["detail"].replace(str(package), "PACKAGE")
        assert (status, body["type"], body["code"], detail) == snapshot(
            (
                404,
                "invalid_request",
                "not_found",
                "/static/surveys.js is not in the directory of posthog-js that this server was started with (--posthog-js).",
            )
        )


async def test_without_a_directory_the_answer_gives_advice(local: Recorder):
    answers = {path: answer(await local.page.get(path)) for path in ("/static/array.js", "/array/phc_x/array.js")}
    assert answers == snapshot(
        {
            "/static/array.js": (
                404,
                {
                    "type": "invalid_request",
                    "code": "not_found",
                    "detail": "/static/array.js is a file of posthog-js, and this server has no directory to serve it from. Install posthog-js (npm install posthog-js) and start `replay-mcp local --posthog-js node_modules/posthog-js`.",
                    "attr": None,
                },
            ),
            "/array/phc_x/array.js": (
                404,
                {
                    "type": "invalid_request",
                    "code": "not_found",
                    "detail": "/array/phc_x/array.js is a file of posthog-js, and this server has no directory to serve it from. Install posthog-js (npm install posthog-js) and start `replay-mcp local --posthog-js node_modules/posthog-js`.",
                    "attr": None,
                },
            ),
        }
    )


@pytest.mark.parametrize("given", ["missing", "file", "empty"])
async def test_a_missing_or_empty_directory_serves_nothing(record: Record, tmp_path: Path, given: str):
    directory = tmp_path / "given"
    if given == "file":
        directory.write_text("array()")
    if given == "empty":
        directory.mkdir()
    async with record(posthog_js=directory) as local:
        status, body = answer(await local.page.get("/static/array.js", headers=PAGE))
        assert (status, body["code"]) == (404, "not_found")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_files_are_read_only(record: Record, package: Path, method: str):
    async with record(posthog_js=package) as local:
        response = await local.page.request(method, "/static/array.js", content=b"evil()", headers=PAGE)
        assert (response.status_code, "array()" in response.text) == (405, False)
        assert (package / "dist" / "array.js").read_text() == "array()"
