"""Every fault of the API, for every tool: at the first request, at the second, and at all of them."""

import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

import anyio
import httpx2
import stamina
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp.types import CallToolResult, ElicitRequestParams, ElicitResult, TextContent

from replay_mcp import exact_json
from replay_mcp.client.in_process import InProcessTransport
from replay_mcp.local.app import LocalApi
from replay_mcp.local.store import accounts
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.database import Store
from replay_mcp.server.app import open_server
from replay_mcp.settings import Settings
from replay_mcp.timing import Timing
from tests.faults import Fault, Faults
from tests.lossy import Loss, lossy_server
from tests.seeding import NOW, add_playlist, checkout, record
from tests.test_own_key import CALLS

from .figures import Figure
from .upstream_faults import ANSWERS, KEY, LOSSES, LOST

_SHORT_STEP: Final = 19
_TIMING: Final = Timing(call=0.5, deadline=1.0, recheck=0.5, posthog=0.5)
_LONGEST_SECONDS: Final = 10.0
"""Longest time that a call with a deadline of 1 s may take, on a busy machine."""
_HANGS_AFTER_SECONDS: Final = 60.0
_CLASS_NAME: Final = re.compile(r"\b[A-Z][A-Za-z]*(?:Error|Exception|Timeout|Warning)\b|\bTraceback\b|0x[0-9a-f]{6,}")
_CREATE: Final = "POST /api/environments/1/session_recording_playlists/"


@dataclass(slots=True)
class Tally:
    """Results of the calls."""

    calls: int = 0
    longest: float = 0.0
    kinds: Counter[str] = field(default_factory=Counter[str])
    violations: list[str] = field(default_factory=list[str])


def run(short: bool) -> Figure:
    """Run the trial; the short form uses a few of the faults."""
    step = _SHORT_STEP if short else 1
    answers = dict(list((ANSWERS | LOST).items())[::step])
    losses = LOSSES[:2] if short else LOSSES
    tally = Tally()
    with tempfile.TemporaryDirectory() as directory, stamina.set_testing(True, attempts=100, cap=True):
        template = Path(directory) / "template.sqlite"
        _make_store(template)
        anyio.run(_all, template, answers, losses, tally)
    kinds = ", ".join(f"{kind} {count}" for kind, count in tally.kinds.most_common())
    return Figure(
        f"{len(answers)} responses at the first, the second and all requests, and {len(losses)} ways of losing a "
        f"connection, x {len(CALLS)} tools, {tally.calls} calls",
        f"longest call {tally.longest:.1f} s of a deadline of {_TIMING.deadline:g} s; {kinds}",
        tuple(tally.violations),
    )


async def _all(template: Path, answers: dict[str, Fault], losses: tuple[Loss, ...], tally: Tally) -> None:
    for tool, arguments in CALLS:
        for name, fault in answers.items():
            for position, prepare in _POSITIONS.items():
                async with _faulty_api(template) as (faults, client):
                    prepare(faults, fault)
                    await _call(client, tool, arguments, f"{name} ({position})", tally)
                creates = faults.lines.count(_CREATE)
                if fault.after and creates > 1:
                    tally.violations.append(f"{tool}: {name} ({position}): {creates} creates were sent")
        for loss in losses:
            for handled in (True, False):
                await _lose(template, loss, handled, (tool, arguments), tally)


def _at_first(faults: Faults, fault: Fault) -> None:
    faults.then(fault)


def _at_second(faults: Faults, fault: Fault) -> None:
    faults.then(Fault(passes=True), fault)


def _at_all(faults: Faults, fault: Fault) -> None:
    faults.always(fault)


_POSITIONS: Final = {"first request": _at_first, "second request": _at_second, "all requests": _at_all}


@asynccontextmanager
async def _faulty_api(template: Path) -> AsyncGenerator[tuple[Faults, Client]]:
    """Open a copy of the store with faults in front of its API, and a client of a server on that API."""
    with _copy(template) as store:
        faults = Faults(LocalApi(store, clock=lambda: to_ms(NOW)))
        async with InProcessTransport(faults) as transport, _client("http://127.0.0.1:8123", transport) as client:
            yield faults, client


async def _lose(template: Path, loss: Loss, handled: bool, call: tuple[str, dict[str, Any]], tally: Tally) -> None:
    with _copy(template) as store:
        async with lossy_server(LocalApi(store, clock=lambda: to_ms(NOW))) as api, _client(api.origin, None) as client:
            api.loss, api.handled, api.methods = loss, handled, frozenset({"GET", "POST", "PATCH", "DELETE"})
            await _call(client, *call, f"connection lost: {loss}, {handled=}", tally)
        if handled and api.writes.count(_CREATE) > 1:
            tally.violations.append(f"{call[0]}: connection lost: {loss}: several creates were sent")


@asynccontextmanager
async def _client(origin: str, transport: httpx2.AsyncBaseTransport | None) -> AsyncGenerator[Client]:
    settings = Settings(api_key=None, origin=origin, environment="1", permission="delete")
    async with (
        open_server(settings, api_key=KEY, transport=transport, timing=_TIMING, audit=len) as server,
        Client(server, elicitation_callback=_agree) as client,
    ):
        yield client


async def _agree(context: object, params: ElicitRequestParams) -> ElicitResult:
    del context, params
    return ElicitResult(action="accept", content={"confirm": True})


async def _call(client: Client, tool: str, arguments: dict[str, Any], fault: str, tally: Tally) -> None:
    started = time.perf_counter()
    try:
        with anyio.fail_after(_HANGS_AFTER_SECONDS):
            result = await client.call_tool(tool, arguments)
    except (MCPError, RuntimeError, TimeoutError) as error:  # RuntimeError: the result does not fit its schema
        tally.violations.append(f"{tool}: {fault}: the call raised {error!r}")
        return
    seconds = time.perf_counter() - started
    tally.calls += 1
    tally.longest = max(tally.longest, seconds)
    tally.violations += [f"{tool}: {fault}: {problem}" for problem in problems(result, seconds, tally.kinds)]


def problems(result: CallToolResult, seconds: float, kinds: Counter[str]) -> Iterator[str]:
    """Yield what is wrong with a result, and count its kind."""
    [block] = result.content
    text = cast(TextContent, block).text
    value = exact_json.loads(text)
    kind = value["error"]["kind"] if result.is_error else "result"
    kinds[kind] += 1
    if kind == "error":
        yield f"the tool crashed: {text}"
    if result.is_error and set(value["error"]) != {"kind", "what", "why", "next"}:
        yield f"the error is incomplete: {text}"
    if not result.is_error and value != result.structured_content:
        yield "the text differs from the structured content"
    if KEY.lower() in text.lower():
        yield f"the key is shown: {text}"
    if result.is_error and (found := _CLASS_NAME.search(text)):
        yield f"{found[0]!r} is shown: {text}"
    if seconds > _LONGEST_SECONDS:
        yield f"the call took {seconds:.1f} s"


def _make_store(path: Path) -> None:
    with Store.open(path) as store, store.connection() as db:
        now = to_ms(NOW)
        accounts.ensure_first_account(db, now)
        db.execute("UPDATE personal_api_key SET value = ?", (KEY,))
        record(db, "s1", checkout())
        record(db, "s2", checkout())
        add_playlist(db, "aaaaaaaa")


def _copy(template: Path) -> Store:
    """Open a fresh copy of the template."""
    fresh = template.with_name("fresh.sqlite")
    for name in ("fresh.sqlite", "fresh.sqlite-wal", "fresh.sqlite-shm"):
        template.with_name(name).unlink(missing_ok=True)
    shutil.copyfile(template, fresh)
    return Store.open(fresh)
