"""SIGKILL while clients write: nothing acknowledged is lost, nothing is left half done, and the store opens again."""

import json
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

import anyio
import httpx2

from replay_mcp.cli.local_store import open_local
from replay_mcp.local.store.accounts import FIRST_ENVIRONMENT, find_team
from replay_mcp.local.store.blocks import read_lines
from replay_mcp.local.store.clock import now_ms
from replay_mcp.local.store.database import Store
from tests.servers import clean_environment

from .figures import Figure

_ROUNDS: Final = 50
_SHORT_ROUNDS: Final = 3
_WRITERS: Final = 3
_SESSION: Final = "0192f7a8-6c3a-7d2e-9d63-{:012d}"
_CLICKS: Final = 10
_SEED: Final = 20_261_130


@dataclass(slots=True)
class Acknowledged:
    """The short ids of playlists and the ids of sessions whose creation the API acknowledged."""

    playlists: set[str] = field(default_factory=set[str])
    sessions: set[str] = field(default_factory=set[str])


def run(short: bool) -> Figure:
    """Run the trial: 50 rounds, or 3 in the short form."""
    rounds = _SHORT_ROUNDS if short else _ROUNDS
    acknowledged, violations = Acknowledged(), list[str]()
    chance = random.Random(_SEED)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "kills.sqlite"
        with open_local(path) as local:
            key = local.key.value
        clients = _Clients(key, _project_token(path), acknowledged)
        for number in range(rounds):
            with _local_api(path) as api:
                seconds = chance.uniform(0.05, 0.5)
                anyio.run(_write_until_killed, api, clients, seconds)
            violations += [f"round {number}: {problem}" for problem in _problems(path, acknowledged)]
    return Figure(
        f"{rounds} rounds of kill -9 while {_WRITERS} clients created playlists and {_WRITERS} recorded sessions",
        f"{len(acknowledged.playlists)} playlists and {len(acknowledged.sessions)} sessions acknowledged",
        tuple(violations),
    )


@dataclass(frozen=True, slots=True)
class _Clients:
    key: str
    token: str
    acknowledged: Acknowledged
    numbers: "count[int]" = field(default_factory=lambda: count(1))


@dataclass(frozen=True, slots=True)
class _LocalApi:
    process: subprocess.Popen[str]
    origin: str


@contextmanager
def _local_api(path: Path) -> Generator[_LocalApi]:
    command = [sys.executable, "-m", "replay_mcp", "local", "--port", "0", "--local", str(path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, env=clean_environment(), text=True, bufsize=1) as process:
        assert process.stdout is not None
        greeting = next(line for line in process.stdout if "Local Replay API on" in line)
        found = re.search(r"http://[\d.:]+", greeting)
        assert found
        try:
            yield _LocalApi(process, found[0])
        finally:
            process.kill()
            process.stdout.read()


async def _write_until_killed(api: _LocalApi, clients: _Clients, seconds: float) -> None:
    async def create(http: httpx2.AsyncClient) -> None:
        url = "/api/environments/1/session_recording_playlists/"
        while True:
            response = await http.post(url, json={"name": f"Number {next(clients.numbers)}", "type": "collection"})
            clients.acknowledged.playlists.add(response.raise_for_status().json()["short_id"])

    async def record(http: httpx2.AsyncClient) -> None:
        while True:
            id = _SESSION.format(next(clients.numbers))
            (await http.post("/s/", json=_chunk(id, clients.token))).raise_for_status()
            clients.acknowledged.sessions.add(id)

    async def write(work: Callable[[httpx2.AsyncClient], Awaitable[None]]) -> None:
        with suppress(httpx2.TransportError, httpx2.StreamError, json.JSONDecodeError):  # the process was killed
            await work(http)

    headers = {"Authorization": f"Bearer {clients.key}"}
    async with (
        httpx2.AsyncClient(base_url=api.origin, headers=headers) as http,
        anyio.create_task_group() as tasks,
    ):
        for _ in range(_WRITERS):
            tasks.start_soon(write, create)
            tasks.start_soon(write, record)
        await anyio.sleep(seconds)
        api.process.kill()


def _chunk(session_id: str, token: str) -> dict[str, Any]:
    """Build a capture request with a page and ten clicks."""
    now = now_ms()
    page: dict[str, Any] = {"type": 0, "id": 1, "childNodes": []}
    events: list[dict[str, Any]] = [
        {"type": 4, "timestamp": now, "data": {"href": "https://shop.example/", "width": 800, "height": 600}},
        {"type": 2, "timestamp": now, "data": {"node": page, "initialOffset": {"top": 0, "left": 0}}},
    ]
    events += [
        {"type": 3, "timestamp": now + place, "data": {"source": 2, "type": 2, "id": 1, "x": 1, "y": 1}}
        for place in range(1, _CLICKS + 1)
    ]
    properties = {"distinct_id": "visitor", "$session_id": session_id, "$window_id": "w", "$snapshot_data": events}
    return {"event": "$snapshot", "api_key": token, "properties": properties}


def _problems(path: Path, acknowledged: Acknowledged) -> Iterator[str]:
    with Store.open(path) as store, store.connection() as db:
        check = db.execute("PRAGMA integrity_check").fetchone()[0]
        if check != "ok":
            yield f"integrity_check: {check}"
        playlists = {row[0] for row in db.execute("SELECT short_id FROM session_recording_playlist")}
        if lost := acknowledged.playlists - playlists:
            yield f"{len(lost)} playlists are lost"
        clicks = dict(db.execute("SELECT session_id, click_count FROM recording").fetchall())
        if lost := acknowledged.sessions - clicks.keys():
            yield f"{len(lost)} sessions are lost"
        if partial := [id for id, count in clicks.items() if count != _CLICKS]:
            yield f"{len(partial)} sessions are stored in part"
        for id in clicks:
            if sum(1 for _ in read_lines(db, id)) != _CLICKS + 2:
                yield f"events of {id} are missing"


def _project_token(path: Path) -> str:
    with Store.open(path) as store, store.connection() as db:
        team = find_team(db, FIRST_ENVIRONMENT)
        assert team is not None
        return team.api_token
