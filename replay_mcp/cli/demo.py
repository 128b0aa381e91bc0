"""`replay-mcp demo`: an agent's session, played by a real MCP client against a real server process, and checked.

The server runs over stdio on a fresh local store with the demo recordings. Every result is checked; a wrong one ends
the demo with exit code 1.
"""

import json
import re
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import anyio
from mcp import Client, StdioServerParameters
from mcp.types import TextContent

from . import logs
from .snippets import client_configuration

_WIDTH: Final = 110
_SHOWN_CHARACTERS: Final = 700


class WrongAnswer(Exception):
    """A tool's result was not what the story expects."""


def run() -> int:
    """Play the story in a temporary directory and print its transcript."""
    logs.configure()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="replay-mcp-demo-") as directory:
        calls, wrong = anyio.run(_play, Path(directory) / "demo.sqlite")
    if wrong:
        print(f"\nWRONG: {wrong}", file=sys.stderr)
        return 1
    print(f"\nAll {calls} answers were right, in {time.perf_counter() - started:.1f} s.\n")
    print(client_configuration())
    return 0


@dataclass
class Agent:
    """A connected client that prints its calls and what a model would see of the results."""

    client: Client
    calls: int = field(default=0)

    async def ask(self, why: str, tool: str, *, fails: str | None = None, **arguments: Any) -> dict[str, Any]:
        """Call a tool; `fails` names the kind of error that the story expects.

        Raises:
            WrongAnswer: it failed otherwise, or did not fail.
        """
        started = time.perf_counter()
        result = await self.client.call_tool(tool, arguments)
        took = (time.perf_counter() - started) * 1000
        text = "".join(block.text for block in result.content if isinstance(block, TextContent))
        self.calls += 1
        print(f"\n{self.calls}. {why}\n   > {tool} {json.dumps(arguments)}")
        shown = text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}… ({len(text)} characters)"
        for start in range(0, len(shown), _WIDTH):
            print(f"   {'<' if start == 0 else ' '} {shown[start : start + _WIDTH]}")
        print(f"   {took:.0f} ms")
        answer: dict[str, Any] = json.loads(text)
        kind = answer["error"]["kind"] if result.is_error else None
        expect(kind == fails, f"{tool} answered {kind or 'a result'}, not {fails or 'a result'}")
        return answer


def expect(condition: object, otherwise: str) -> None:
    """Check one fact of the story.

    Raises:
        WrongAnswer: it does not hold.
    """
    if not condition:
        raise WrongAnswer(otherwise)


async def _play(path: Path) -> tuple[int, str]:
    """Play all steps; return the number of calls, and what was wrong with the last one (empty: nothing)."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "replay_mcp", "--local", str(path), "--demo"],
        env={"REPLAY_MCP_AUDIT": str(path.with_suffix(".audit.jsonl"))},  # stderr is the person's terminal
    )
    async with Client(server) as client:
        tools = (await client.list_tools()).tools
        print(f"Connected over stdio to replay-mcp on a fresh local store; it lists {len(tools)} tools.")
        agent = Agent(client)
        try:  # inside: the client's task group would wrap what leaves it
            failing = await _find(agent)
            await _read(agent, failing)
            await _sum_up(agent, failing)
            await _curate(agent, failing)
        except WrongAnswer as wrong:
            return agent.calls, str(wrong)
        return agent.calls, ""


async def _find(agent: Agent) -> list[str]:
    playlists = await agent.ask("Which playlists are there?", "session-recording-playlists-list", limit=7)
    names = [row["short_id"] for row in playlists["results"]]
    expect("synthetic-frustrated" in names, f"the frustration playlist is not among {names}")
    found = await agent.ask(
        "Which sessions of the last week logged errors?", "session-recordings-list",
        date_from="-7d", min_console_errors=1, visited_url="checkout", order="console_error_count", limit=3,
    )  # fmt: skip
    ids = [row["id"] for row in found["results"]]
    counts = [row["console_error_count"] for row in found["results"]]
    expect(len(ids) == 3 and counts == sorted(counts, reverse=True), f"three sessions, worst first, not {counts}")
    details = await agent.ask("Look at the worst one.", "session-recording-get", id=ids[0])
    expect(details["found"] and details["recording"]["console_error_count"] == counts[0], "its errors are the list's")
    unknown = await agent.ask(
        "An id that an event had, but no recording.", "session-recording-get", id="no-such-session"
    )
    expect(unknown["found"] is False, "an unknown id is not found, and no failure")
    return ids


async def _read(agent: Agent, ids: list[str]) -> None:
    """Read what the visitor tried, saw and did next, and which request failed: each with a ref and a link."""
    timeline = await agent.ask("What happened in it?", "session-recording-timeline", id=ids[0])
    expect(timeline["recording"]["coverage"]["complete"], "all of it could be read")
    flagged: list[dict[str, Any]] = [row for row in timeline["rows"] if row.get("flags")]
    for row in flagged:
        times = f" x{row['count']}" if "count" in row else ""
        print(
            f"     {row['ref']} at {row['seconds']} s, {', '.join(row['flags'])}: {row['kind']}{times} {row['target']}"
        )
    [rage] = [row for row in flagged if "rage" in row["flags"]] or [dict[str, Any]()]
    expect("Pay now" in rage.get("target", "") and rage.get("count", 0) >= 3, "they clicked Pay now again and again")
    expect(
        "Payment failed" in rage["effect"] and "500 POST" in rage["effect"], "the page said so; the request got a 500"
    )
    expect(rage["link"].endswith(f"?t={int(rage['seconds'])}"), "the link plays that moment")
    around = await agent.ask(
        "What happened right around that?", "session-recording-timeline", id=ids[0], around=rage["ref"], window=3
    )
    expect(rage["ref"] in [row["ref"] for row in around["rows"]], "the row is there under the same ref")
    failed = await agent.ask(
        "Which requests failed?", "session-recording-timeline", id=ids[0], kinds=["network"], min_status=400
    )
    expect(all("api/pay" in row["target"] for row in failed["rows"]), "only the payment failed")
    alike = await agent.ask(
        "Do others have the same trouble?", "session-recordings-compare", date_from="-7d", visited_url="checkout"
    )
    worst = alike["groups"][0]
    expect(
        worst["sessions"] >= 3 and worst["error"] == "500 POST shop.example/api/pay", "the same 500 in three sessions"
    )
    expect(set(ids) == set(worst["session_ids"]), "in these three")


async def _sum_up(agent: Agent, ids: list[str]) -> None:
    """Summarize with citations, and check the claims that the agent is going to make against the timeline."""
    summed = await agent.ask("Sum up the three.", "create-session-summaries", session_ids=ids, focus_area="payment")
    rows: list[dict[str, Any]] = summed["results"]
    expect([row["session_id"] for row in rows] == ids, "one summary each, in order")
    for row in rows:
        print(f"     {row['session_id'][-4:]}: {row['outcome']}")
    maya, bank = rows[0], next(row for row in rows if row.get("success"))
    expect(maya["success"] is False and maya["source"] == "local", "the first one failed, as its recording shows")
    expect('"Pay now" was clicked 7 times' in maya["outcome"], "it says what was tried, and how often")
    expect("Thank you, your order is placed" in bank["outcome"], "the one who paid by transfer got the confirmation")
    timeline = await agent.ask(
        "Read the failure again, by the summary's refs.", "session-recording-timeline", id=ids[0]
    )
    by_ref = {row["ref"]: row for row in timeline["rows"]}
    cited = re.findall(r"\be\d+\b", maya["outcome"].partition(" without success")[0])
    clicked = [by_ref[ref] for ref in cited]
    expect(all("Pay now" in row["target"] for row in clicked), "each ref cited is a click on Pay now")
    expect(sum(row.get("count", 1) for row in clicked) == 7, "together they are those seven")
    again = await agent.ask("The same once more.", "create-session-summaries", session_ids=ids, focus_area="payment")
    expect(again == summed, "it is the same")
    checked = await agent.ask(
        "Check what I am going to report.", "session-claims-check",
        claims=[
            {"kind": "clicked", "id": ids[0], "text": "Pay now", "count": 7},
            {"kind": "saw_text", "id": ids[0], "text": "Payment failed"},
            {"kind": "request_failed", "id": ids[0], "text": "/api/pay", "status": 500, "count": 7},
            {"kind": "order", "id": ids[0], "refs": cited},
            {"kind": "visited", "id": bank["session_id"], "text": "confirmation.html"},
            {"kind": "clicked", "id": ids[0], "text": "Pay now", "count": 12},
            {"kind": "visited", "id": ids[0], "text": "confirmation.html"},
        ],
    )  # fmt: skip
    verdicts = [result["verdict"] for result in checked["results"]]
    expect(verdicts == ["supported"] * 5 + ["contradicted", "not_shown"], f"what is wrong is caught, not {verdicts}")


async def _curate(agent: Agent, ids: list[str]) -> None:
    created = await agent.ask(
        "Make a playlist for the team.", "session-recording-playlist-create",
        name="Checkout fails", description="Paying fails with an error",
    )  # fmt: skip
    short_id = created["playlist"]["short_id"]
    added = await agent.ask(
        "Put the three into it.", "session-recording-playlist-recordings-add",
        short_id=short_id, session_recording_ids=ids,
    )  # fmt: skip
    expect(added["complete"] and added["done"] == ids, "all three are in")
    listed = await agent.ask("What is in it now?", "session-recording-playlist-recordings-list", short_id=short_id)
    expect({row["id"] for row in listed["results"]} == set(ids), "the three are listed")
    await agent.ask("Mark the worst as viewed.", "session-recording-update", id=ids[0], viewed=True)
    seen = await agent.ask("Is it?", "session-recording-get", id=ids[0])
    expect(seen["recording"].get("viewed") is True, "the mark is set")
    await agent.ask(
        "Delete a recording for good? Not without a person's consent.", "session-recording-delete",
        ids=[ids[0]], fails="not_confirmed",
    )  # fmt: skip
    await agent.ask("A mistyped argument.", "session-recordings-list", date_form="-7d", fails="invalid_arguments")
    gone = await agent.ask("Delete the playlist…", "session-recording-playlist-delete", short_id=short_id)
    expect(gone["deleted"] and gone["undo"], "it is deleted, and the result says how to undo it")
    back = await agent.ask("…and bring it back.", "session-recording-playlist-delete", **gone["undo"])
    expect(back["deleted"] is False, "it is back")
    again = await agent.ask("Nothing was lost.", "session-recording-playlist-get", short_id=short_id)
    expect(again["playlist"]["recordings"] == len(ids), "the three are still in it")
