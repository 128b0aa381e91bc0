"""One app for each caller: opened once, closed when idle or refused, and never shared."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx2
import pytest
from inline_snapshot import snapshot
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from replay_mcp.transports.callers import CallerApp, Refused, open_callers
from replay_mcp.transports.challenges import Challenges, MetadataEndpoint, ProtectedResource

pytestmark = pytest.mark.anyio
WAIT_SECONDS = 30
RESOURCE = ProtectedResource("https://example.com/replay/mcp", ["https://oauth.example.com"], ["a:read", "b:write"])


class Apps:
    """Opens apps that answer with their token.

    Attributes:
        opened: the tokens of all apps that were opened.
        refused: tokens that are not accepted; `unknown`: tokens that cannot be checked at the moment.
        closed: set when an app is closed.
    """

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.refused: set[str] = {"wrong"}
        self.unknown: set[str] = set()
        self.crash = anyio.Event()
        self.closed = anyio.Event()

    @asynccontextmanager
    async def open(self, token: str) -> AsyncGenerator[CallerApp]:
        async def check() -> None:
            if token in self.refused:
                raise Refused(Challenges(RESOURCE).invalid())
            if token in self.unknown:
                raise Refused(Challenges(RESOURCE).unverified("No response."), passing=True)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await PlainTextResponse(token)(scope, receive, send)

        async def crash() -> None:
            await self.crash.wait()
            raise OSError(token)

        self.opened.append(token)
        await anyio.lowlevel.checkpoint()  # other requests arrive in the meantime
        await check()
        try:
            async with anyio.create_task_group() as tasks:
                if token == "crashing":
                    tasks.start_soon(crash)
                yield CallerApp(app, check)
                tasks.cancel_scope.cancel()
        finally:
            self.closed.set()


@asynccontextmanager
async def serving(apps: Apps, **limits: Any) -> AsyncGenerator[httpx2.AsyncClient]:
    async with open_callers(apps.open, Challenges(RESOURCE), **limits) as callers:
        app = MetadataEndpoint(callers, RESOURCE, "/mcp")
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test") as http:
            yield http


async def ask(http: httpx2.AsyncClient, token: str) -> tuple[int, str]:
    answer = await http.post("/mcp", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code, answer.text if answer.is_success else ""


async def test_concurrent_requests_of_many_callers_open_one_app_each() -> None:
    apps = Apps()
    answers: list[tuple[str, tuple[int, str]]] = []

    async def call(token: str) -> None:
        answers.append((token, await ask(http, token)))

    async with serving(apps) as http, anyio.create_task_group() as tasks:
        for number in range(200):
            tasks.start_soon(call, f"token{number % 20}")
    assert sorted(apps.opened) == sorted(f"token{number}" for number in range(20))
    assert [got for _, got in answers] == [(200, token) for token, _ in answers]


async def test_requests_that_wait_for_a_refused_key_are_refused_with_it() -> None:
    apps = Apps()
    statuses: list[int] = []

    async def call() -> None:
        statuses.append((await ask(http, "wrong"))[0])

    async with serving(apps) as http, anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(call)
    assert (statuses, apps.opened) == ([401] * 5, ["wrong"])


async def test_an_idle_app_is_closed_and_opened_again() -> None:
    apps = Apps()
    with anyio.fail_after(WAIT_SECONDS):
        async with serving(apps, idle_seconds=0.01) as http:
            await ask(http, "token")
            await apps.closed.wait()
            assert await ask(http, "token") == (200, "token")
    assert apps.opened == ["token", "token"]


async def test_a_caller_whose_key_is_refused_later_loses_their_app() -> None:
    apps = Apps()
    with anyio.fail_after(WAIT_SECONDS):
        async with serving(apps) as http:
            first = await ask(http, "token")
            apps.refused.add("token")
            refused = [await ask(http, "token")]
            await apps.closed.wait()
            refused.append(await ask(http, "token"))
            apps.refused.remove("token")
            again = await ask(http, "token")
    assert (first, refused, again) == ((200, "token"), [(401, ""), (401, "")], (200, "token"))
    assert apps.opened == ["token", "token", "token"]


async def test_a_caller_whose_key_cannot_be_checked_keeps_their_app() -> None:
    apps = Apps()
    async with serving(apps) as http:
        await ask(http, "token")
        apps.unknown.add("token")
        assert await ask(http, "token") == (503, "")
        apps.unknown.clear()
        assert await ask(http, "token") == (200, "token")
    assert apps.opened == ["token"]


async def test_further_callers_are_turned_away_when_there_are_too_many() -> None:
    apps = Apps()
    async with serving(apps, max_callers=2) as http:
        assert [await ask(http, token) for token in ("a", "wrong", "b", "c", "a")] == snapshot(
            [(200, "a"), (401, ""), (200, "b"), (503, ""), (200, "a")]
        )


async def test_a_crash_ends_only_the_app_in_which_it_happens() -> None:
    apps = Apps()
    with anyio.fail_after(WAIT_SECONDS):
        async with serving(apps) as http:
            await ask(http, "other")
            await ask(http, "crashing")
            apps.crash.set()
            await apps.closed.wait()
            apps.crash = anyio.Event()
            assert [await ask(http, token) for token in ("other", "crashing")] == [(200, "other"), (200, "crashing")]
    assert apps.opened == ["other", "crashing", "crashing"]


@pytest.mark.parametrize("header", [None, "Basic abc", "Bearer", "Bearer a b", "Bearer ä", "Bearer " + "x" * 5000])
async def test_requests_without_a_usable_token_open_nothing(header: str | None) -> None:
    apps = Apps()
    async with serving(apps) as http:
        headers = [] if header is None else [(b"Authorization", header.encode())]
        answer = await http.post("/mcp", headers=headers)
    assert (answer.status_code, apps.opened) == (401, [])


async def test_refusals_lead_to_the_metadata() -> None:
    async with serving(Apps()) as http:
        missing = await http.post("/mcp")
        invalid = await http.post("/mcp", headers={"Authorization": "Bearer wrong"})
        paths = ["", "/mcp", "/replay/mcp", "/other"]
        documents = [await http.get(f"/.well-known/oauth-protected-resource{path}") for path in paths]
        posted = await http.post("/.well-known/oauth-protected-resource")
    assert (missing.headers.raw[-1][0], invalid.headers.raw[-1][0]) == (b"WWW-Authenticate", b"WWW-Authenticate")
    assert [answer.headers["www-authenticate"] for answer in (missing, invalid)] == snapshot(
        [
            'Bearer resource_metadata="https://example.com/.well-known/oauth-protected-resource/replay/mcp", scope="a:read b:write"',
            'Bearer resource_metadata="https://example.com/.well-known/oauth-protected-resource/replay/mcp", error="invalid_token", error_description="The API does not accept this key. It may have expired, or belong to another region."',
        ]
    )
    assert [document.status_code for document in documents] == [200, 200, 200, 401]
    assert posted.status_code == 405
    assert documents[2].json() == snapshot(
        {
            "resource": "https://example.com/replay/mcp",
            "authorization_servers": ["https://oauth.example.com"],
            "scopes_supported": ["a:read", "b:write"],
            "bearer_methods_supported": ["header"],
            "resource_name": "Replay MCP",
        }
    )
