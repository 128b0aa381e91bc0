"""A page is recorded in a real browser, and an agent reads it while the recording goes on."""

import json
import re
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from inline_snapshot import snapshot
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.subscriptions import Subscription

from tests.servers import clean_environment, serving

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]

HERE = Path(__file__).parent
POSTHOG_JS = HERE / "node_modules" / "posthog-js"
WITHIN_SECONDS = 20.0


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Visit:
    """A visit in the browser, step by step."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def step(self) -> dict[str, Any]:
        """Wait for the next step; return what the visitor did."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the visit broke off"
        return json.loads(line)

    def proceed(self) -> None:
        """Let the visitor take the next step."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()


@contextmanager
def start_visit(snippet: Path) -> Generator[Visit]:
    command = ["node", str(HERE / "visit.mjs"), str(snippet)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
    try:
        yield Visit(process)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.communicate(timeout=10)


@dataclass(frozen=True)
class Greeting:
    """The greeting that `replay-mcp local` prints."""

    origin: str
    key: str
    snippet: str


def read_greeting(process: subprocess.Popen[str]) -> Greeting:
    assert process.stdout is not None
    text = ""
    while "mcpServers" not in text:
        line = process.stdout.readline()
        assert line, f"the server ended: {text}"
        text += line
    [snippet] = re.findall(r"<script src=.*?</script>\n<script>.*?</script>", text, re.DOTALL)
    [origin] = re.findall(r"Local Replay API on (\S+),", text)
    [key] = re.findall(r"all scopes: (\S+)", text)
    return Greeting(origin, key, snippet)


class Agent:
    """Calls tools, and calls again whenever the server reports a change."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        result = await self.client.call_tool(tool, arguments)
        assert not result.is_error, result.content
        assert result.structured_content is not None
        return result.structured_content

    def listening(self, session: str) -> AbstractAsyncContextManager[Subscription]:
        """Subscribe to the list of recordings and to the timeline of this session."""
        uri = f"replay://recordings/{session}/timeline"
        return self.client.listen(resources_list_changed=True, resource_subscriptions=[uri])

    async def timeline_with(self, *texts: str, session: str, changes: Subscription) -> dict[str, Any]:
        """Wait for all texts in the session's timeline; return the timeline."""
        with anyio.fail_after(WITHIN_SECONDS):
            while True:
                timeline = await self.call("session-recording-timeline", id=session)
                if all(text in json.dumps(timeline) for text in texts):
                    return timeline
                await anext(changes)

    async def ids(self, count: int, changes: Subscription) -> list[str]:
        """Wait for `count` recordings; return the ids of all, newest first."""
        with anyio.fail_after(WITHIN_SECONDS):
            while len(rows := (await self.call("session-recordings-list"))["results"]) < count:
                await anext(changes)
        return [row["id"] for row in rows]


@asynccontextmanager
async def agent_on(store: Path) -> AsyncGenerator[Agent]:
    """An agent whose MCP client starts a server on the same store, as users of `replay-mcp --local` do."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "replay_mcp", "--local", str(store)],
        env=clean_environment(),
        cwd=HERE.parent,
    )

    async with Client(stdio_client(server)) as client:
        yield Agent(client)


def ago(step: dict[str, Any]) -> float:
    """Seconds since a step of the visit."""
    return time.time() - step["at"] / 1000


VISIT_KINDS = ("navigation", "click", "typing", "text")


def summarize_rows(timeline: dict[str, Any]) -> list[str]:
    """What the visitor did and saw, one short line per row, without values that differ from run to run."""
    lines: list[str] = []
    for row in timeline["rows"]:
        if row["kind"] in VISIT_KINDS:
            effect = re.sub(r" after \d+ ms", "", row.get("effect", "").partition("; followed by")[0])
            parts = (str(row["tab"]), row["kind"], row.get("target", ""), effect, *row.get("flags", []))
            lines.append(without_port(" | ".join(filter(None, parts))))
    return lines


def without_port(text: str) -> str:
    return re.sub(r"127\.0\.0\.1:\d+", "HOST", text)


async def test_a_failing_checkout_in_two_tabs_can_be_read_while_it_is_recorded(tmp_path: Path) -> None:
    store, page = tmp_path / "replay.sqlite", tmp_path / "snippet.html"
    flags = ("local", "--port", "0", "--local", str(store), "--posthog-js", str(POSTHOG_JS))
    with serving(flags, clean_environment(), tmp_path / "log") as process:
        greeting = read_greeting(process)
        page.write_text(greeting.snippet, encoding="utf-8")
        with start_visit(page) as visit:
            session = visit.step()["session"]
            async with agent_on(store) as agent, agent.listening(session) as changes:
                visit.proceed()

                paid = visit.step()
                await agent.timeline_with("Payment failed", session=session, changes=changes)
                print(f"\nthe failed payment was readable {ago(paid):.1f} s after it")
                visit.proceed()

                asked = visit.step()
                await agent.timeline_with("Contact us", session=session, changes=changes)
                print(f"the click in the second tab was readable {ago(asked):.1f} s after it")
                # Tabs send in turns, a hidden one once a second.
                timeline = await agent.timeline_with(
                    "We call you back", "opened tab 2", '"rage"', session=session, changes=changes
                )
                visit.proceed()

                later = visit.step()["session"]
                listed = await agent.ids(2, changes)
                visit.proceed()
                recording = await agent.call("session-recording-get", id=session)
                frustrated = await agent.call(
                    "session-recording-playlist-recordings-list", short_id="synthetic-frustrated"
                )
        async with httpx2.AsyncClient(base_url=greeting.origin) as http:
            headers = {"Authorization": f"Bearer {greeting.key}"}
            url = f"/api/environments/1/session_recordings/{session}/snapshots"
            query = {"source": "blob_v2", "start_blob_key": "0", "end_blob_key": "0"}
            block = await http.get(url, params=query, headers=headers)
            listed_sessions = await http.get("/player/1/sessions")
    assert asked["session"] == session != later
    assert listed == [later, session]
    assert [row["id"] for row in frustrated["results"]] == [session]
    assert len({json.loads(line)[0] for line in block.content.split(b"\n")}) == 2  # a window id for each tab
    assert session in listed_sessions.text
    assert {name: recording["recording"][name] for name in ("person", "ongoing")} == snapshot(
        {"person": "maya@shop.test", "ongoing": True}
    )
    assert summarize_rows(timeline) == snapshot(
        [
            '1 | navigation | http://HOST/checkout | titled "Checkout"',
            '1 | click | button "Sign in" [id=sign-in] | shows "Signed in"',
            '1 | text | alert [id=message] | shows "Signed in"',
            '1 | click | field "E-mail" [id=email]',
            '1 | typing | field "E-mail" [id=email] | 14 characters',
            '1 | click | button "Pay now" [id=pay] | shows "Payment failed. Try again" | error_after',
            '1 | text | alert [id=message] | shows "Payment failed. Try again" | error_shown',
            '1 | click | button "Pay now" [id=pay] | shows "Payment failed. Try again"; repeats e9 | rage | error_after | repeated_submit',
            '1 | text | alert [id=message] | shows "Payment failed. Try again" | error_shown',
            '1 | click | link "Help" [id=help] | opened tab 2',
            '2 | navigation | http://HOST/help | titled "Help"',
            '2 | click | button "Contact us" [id=contact] | shows "We call you back"',
            '2 | text | status [id=message] | shows "We call you back"',
        ]
    )
    other_rows = {without_port(row["target"]) for row in timeline["rows"] if row["kind"] not in VISIT_KINDS}
    assert other_rows == snapshot(
        {
            "$identify",
            "POST http://HOST/api/pay",
            "Uncaught (in promise) Error: payment failed",
            "payment failed with 500",
        }
    )
