"""`replay-mcp local` on all addresses: nothing recorded can be read without a key or a project token."""

import gzip
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest
from inline_snapshot import snapshot

from replay_mcp.api.endpoints import ENDPOINTS
from replay_mcp.local.routes import SESSION_ONLY_PATHS
from replay_mcp.local.store.clock import now_ms
from tests.recording.rrweb import START, Raw, click, console, meta
from tests.seeding import message
from tests.servers import clean_environment, listening_port, serving

SESSION = "0193f000-0000-7000-8000-00000000abcd"
MARKER = "only-for-the-team"
SHIFT = now_ms() - 60_000 - START
OTHERS = [
    "/",
    "/?token=phc_nobodys",
    f"/?token={SESSION}",
    "/index.html",
    "/api/",
    "/api/schema/",
    "/api/users/@me/",
    "/array/phc_nobodys/config",
    "/array/phc_nobodys/config.js",
    "/array/phc_nobodys/array.js",
    "/static/",
    "/static/array.full.no-external.js",
    "/static/missing.js",
    "/static/%2e%2e/s.sqlite",
    f"/project/1/replay/{SESSION}",
    "/player/player.js",
    "/player/status.css",
    "/player/1/sessions",
    f"/player/1/{SESSION}/recording",
    f"/player/1/{SESSION}/frame?tab=1&at=0",
    f"/player/1/{SESSION}/problems",
    "/recorders",
    "/recorders?token=phc_nobodys",
    "/flags/",
    "/decide/?v=3",
    "/e/",
    "/s/",
    "/i/v0/e/",
    "/batch/",
    "/mcp",
    "/nothing",
]
METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"]


@dataclass(frozen=True)
class Server:
    """A running server, with the secrets of its greeting."""

    origin: str
    key: str
    token: str


@contextmanager
def on_all_addresses(directory: Path) -> Generator[Server]:
    package = directory / "posthog-js"
    package.mkdir()
    (package / "array.full.no-external.js").write_text("full()", encoding="utf-8")
    flags = ["--bind", "0.0.0.0", "--port", "0", "--local", str(directory / "s.sqlite"), "--posthog-js", str(package)]
    with serving(["local", *flags], clean_environment(), directory / "log") as process:
        assert process.stdout is not None
        greeting = ""
        for line in process.stdout:
            greeting += line
            if token := re.search(r"phc_[\w-]{32}", greeting):
                break
        else:
            raise AssertionError(greeting)
        key = re.search(r"phx_[\w-]{43}", greeting)
        assert key
        yield Server(f"http://127.0.0.1:{listening_port(directory / 'log')}", key[0], token[0])


def shifted(raw: Raw) -> Raw:
    return {**raw, "timestamp": raw["timestamp"] + SHIFT}


def record(server: Server, http: httpx2.Client) -> None:
    raws = meta(0, f"https://{MARKER}.example/"), click(100), console(200, "error", MARKER)
    body = message(server.token, SESSION, *map(shifted, raws), distinct_id=MARKER)
    page = {"Origin": f"https://{MARKER}.example"}
    assert http.post("/s/", content=gzip.compress(orjson.dumps(body)), headers=page).json() == {"status": 1}
    read = http.get(
        f"/api/environments/1/session_recordings/{SESSION}/", headers={"Authorization": f"Bearer {server.key}"}
    )
    assert MARKER in read.text


def api_paths() -> list[str]:
    paths = dict.fromkeys([*(endpoint.path for endpoint in ENDPOINTS), *SESSION_ONLY_PATHS])
    return [f"/api/environments/1{re.sub('{[^}]+}', SESSION, path)}/" for path in paths]


@pytest.mark.slow
def test_nothing_recorded_is_readable_without_a_key_by_any_route_method_or_host(tmp_path: Path) -> None:
    leaks: list[tuple[Any, ...]] = []
    answered: dict[str, set[str]] = {}
    with on_all_addresses(tmp_path) as server, httpx2.Client(base_url=server.origin, timeout=60) as http:
        record(server, http)
        secrets = [MARKER, server.key, server.token, str(tmp_path)]
        paths = [*api_paths(), *OTHERS]
        for path, method, host in [*product(paths, METHODS, ["evil.example"]), *product(paths, ["GET"], ["localhost"])]:
            response = http.request(method, path, headers={"Host": host})
            whole = f"{response.headers}{response.text}"
            seen = [secret for secret in (*secrets, *([] if SESSION in path else [SESSION])) if secret in whole]
            leaks += [(method, path, host, response.status_code, seen)] if seen else []
            if response.is_success and method != "OPTIONS":
                answered.setdefault(path, set()).add(method)
    assert leaks == []
    assert {path: " ".join(sorted(methods)) for path, methods in answered.items()} == snapshot(
        {
            "/api/schema/": "DELETE GET HEAD PATCH POST PUT TRACE",
            "/array/phc_nobodys/config": "GET HEAD POST",
            "/array/phc_nobodys/config.js": "GET HEAD POST",
            "/static/array.full.no-external.js": "GET HEAD",
            "/project/1/replay/0193f000-0000-7000-8000-00000000abcd": "DELETE GET HEAD PATCH POST PUT TRACE",
            "/player/player.js": "GET HEAD",
            "/player/status.css": "GET HEAD",
            "/flags/": "GET HEAD POST",
            "/decide/?v=3": "GET HEAD POST",
        }
    )


@pytest.mark.slow
def test_a_project_token_which_every_recorded_page_shows_reads_no_recording(tmp_path: Path) -> None:
    leaks: list[tuple[Any, ...]] = []
    with on_all_addresses(tmp_path) as server, httpx2.Client(base_url=server.origin, timeout=60) as http:
        record(server, http)
        carriers: dict[str, dict[str, Any]] = {
            "header": {"headers": {"Authorization": f"Bearer {server.token}"}},
            "query": {"params": {"personal_api_key": server.token, "token": server.token}},
            "body": {"json": {"personal_api_key": server.token, "token": server.token}},
        }
        for path, method, (name, carrier) in product(api_paths(), ["GET", "POST", "PATCH", "DELETE"], carriers.items()):
            response = http.request(method, path, **carrier)
            if response.status_code != 401 or MARKER in response.text:
                leaks.append((method, path, name, response.status_code))
        page = http.get("/", params={"token": server.token})
        config = http.get(f"/array/{server.token}/config")
    assert leaks == []
    assert (page.status_code, SESSION in page.text, server.key in page.text) == (200, False, False)
    assert (config.status_code, MARKER in config.text) == (200, False)
