"""Recordings are copied from PostHog whole or not at all, once, and within its rate limits; failures do not end a run."""

import sqlite3
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from replay_mcp.cli.import_posthog import CopyRequest, copy_all
from replay_mcp.client.client import open_client
from replay_mcp.client.in_process import InProcessTransport
from replay_mcp.local.app import LocalApi
from replay_mcp.local.demo.load import load_demo
from replay_mcp.local.store import accounts
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.database import Store
from replay_mcp.local.store.ingest import RecordingData, store_recording
from replay_mcp.local.store.persons import PersonData
from replay_mcp.redaction import Redaction
from replay_mcp.tools.session_recordings_list import ListRecordingsParams
from replay_mcp.transfer.copy_from_posthog import Copier
from replay_mcp.transfer.report import Report
from tests.conftest import BASE_URL, Local, http_client
from tests.faults import Fault, Faults
from tests.recording.rrweb import click, lines, meta
from tests.seeding import NOW, checkout, clicks, record

pytestmark = pytest.mark.anyio
SHOP = lines(meta(0, "https://shop.example/"), click(1_000))


@dataclass
class Time:
    """A clock that moves when a wait is requested."""

    now: float = 0.0
    waits: list[float] = field(default_factory=list[float])

    def __call__(self) -> float:
        return self.now

    async def wait(self, seconds: float) -> None:
        self.now += seconds
        self.waits.append(seconds)


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Store]:
    """The store that receives the copies."""
    with Store.open(tmp_path / "copy.sqlite") as store, store.connection() as db:
        accounts.ensure_first_account(db, to_ms(NOW))
        yield store


@asynccontextmanager
async def copier(
    local: Local, app: ASGIApp, db: sqlite3.Connection, *, limited: bool = False, time: Time | None = None
) -> AsyncGenerator[Copier]:
    key = local.http.headers["authorization"].removeprefix("Bearer ")
    time = time or Time()
    async with InProcessTransport(app) as transport:
        client = open_client(origin=BASE_URL, api_key=key, prefix="environments", environment="1", transport=transport)
        async with client as api:
            team = accounts.ensure_team(db, 1)
            yield Copier(api, db, team, limited=limited, clock=time, wait=time.wait, now=lambda: to_ms(NOW))


async def copied(
    local: Local, app: ASGIApp, copy: Store, *ids: str, limit: int = 100, time: Time | None = None, limited: bool = False, **filters: Any
) -> list[str]:  # fmt: skip
    """The report of one run, without its advice."""
    report = Report("recording")
    with copy.connection() as db:
        async with copier(local, app, db, time=time, limited=limited) as copying:
            await copy_all(copying, CopyRequest(ids, ListRecordingsParams(**filters), limit), report)
    return report.text(copy.path, 1).partition("\n\n")[0].splitlines()


def known(copy: Store) -> list[tuple[str, int]]:
    with copy.connection() as db:
        return [tuple(row) for row in db.execute("SELECT session_id, event_count FROM recording ORDER BY session_id")]


def seed(local: Local, *ids: str) -> None:
    with local.store.connection() as db:
        for id in ids:
            record(db, id, SHOP)


def requests(faults: Faults) -> list[str]:
    """The requests since the last call."""
    asked = [seen.path.removeprefix("/api/environments/1/session_recordings/") + (" blocks" if "source=" in seen.query else "") for seen in faults.seen]  # fmt: skip
    faults.seen.clear()
    return asked


@pytest.mark.slow
async def test_a_copy_is_answered_like_the_original(local: Local, faults: Faults, copy: Store):
    with local.store.connection() as db:
        load_demo(db, accounts.ensure_team(db, 1), to_ms(NOW))
    assert await copied(local, faults, copy, date_from="-30d") == snapshot(["25 recordings: 25 new."])
    with copy.connection() as db:
        async with http_client(LocalApi(copy, clock=lambda: to_ms(NOW)), accounts.first_key(db).value) as http:
            for id, _ in known(copy):
                url = f"/api/environments/1/session_recordings/{id}/"
                theirs, ours = (await local.http.get(url)).json(), (await http.get(url)).json()
                for shown in (theirs, ours):  # persons are numbered by each store; views and summaries stay there
                    person = shown.pop("person")
                    shown["person"] = {
                        name: person[name] for name in ("name", "properties", "created_at", "distinct_ids")
                    }
                    del shown["viewers"], shown["has_summary"]
                assert ours == theirs
                blocks = f"{url}snapshots/?source=blob_v2&start_blob_key=0&end_blob_key=0"
                assert (await http.get(blocks)).content == (await local.http.get(blocks)).content


async def test_a_copied_person_keeps_integers_beyond_64_bits(local: Local, faults: Faults, copy: Store):
    with local.store.connection() as db:
        person = PersonData((), {"account": 10**30})
        store_recording(db, accounts.ensure_team(db, 1), RecordingData("a", "ada", SHOP, person), to_ms(NOW))
    assert await copied(local, faults, copy) == snapshot(["1 recording: 1 new."])
    with copy.connection() as db:
        [properties] = [row["properties"] for row in db.execute("SELECT properties FROM person")]
        async with http_client(LocalApi(copy, clock=lambda: to_ms(NOW)), accounts.first_key(db).value) as http:
            shown = (await http.get("/api/environments/1/session_recordings/a/")).text
    assert '"account":1000000000000000000000000000000' in properties
    assert '"account":1000000000000000000000000000000' in shown


async def test_a_copied_recording_is_not_read_again_unless_it_grew(local: Local, faults: Faults, copy: Store):
    seed(local, "a", "b")
    first = await copied(local, faults, copy)
    asked = requests(faults)
    again = await copied(local, faults, copy)
    listed = requests(faults)
    by_id = await copied(local, faults, copy, "a")
    retrieved = requests(faults)
    with local.store.connection() as db:
        record(db, "a", [*SHOP, *lines(click(9_000))])
    grown = await copied(local, faults, copy)
    assert known(copy) == [("a", 3), ("b", 2)]
    assert [first, again, by_id, grown] == snapshot(
        [
            ["2 recordings: 2 new."],
            ["2 recordings: 2 there already."],
            ["1 recording: 1 there already."],
            ["2 recordings: 1 grew by what was new, 1 there already."],
        ]
    )
    assert [asked, listed, retrieved, requests(faults)] == snapshot(
        [
            ["", "b/", "b/snapshots/", "b/snapshots/ blocks", "a/", "a/snapshots/", "a/snapshots/ blocks"],
            [""],
            ["a/"],
            ["", "a/", "a/snapshots/", "a/snapshots/ blocks"],
        ]
    )


async def test_filters_and_a_limit_choose_the_newest(local: Local, faults: Faults, copy: Store):
    seed(local, "a", "b", "c")
    with local.store.connection() as db:
        db.execute("UPDATE recording SET start_time = start_time + 1000 WHERE session_id = 'b'")
        record(db, "other", lines(meta(5_000, "https://blog.example/"), click(6_000)))
    assert await copied(local, faults, copy, limit=1, visited_url="shop.example") == snapshot(["1 recording: 1 new."])
    assert [id for id, _ in known(copy)] == ["b"]
    assert await copied(local, faults, copy, visited_url="nowhere.example") == snapshot(
        [
            "0 recordings: nothing was imported.",
            "No recording matches. Widen date_from or leave out a filter.",
        ]
    )


async def test_more_recordings_than_a_page_holds_are_found(local: Local, faults: Faults, copy: Store):
    with local.store.connection() as db:
        for place in range(103):
            record(db, f"r{place:03}", SHOP, start_time=to_ms(NOW) - place * 1_000)
        async with copier(local, faults, db) as copying:
            found = await copying.find(ListRecordingsParams().requests(Redaction("off"))[0], 102)
            more = await copying.find(ListRecordingsParams().requests(Redaction("off"))[0], 1_000)
    assert [source.id for source in found] == [f"r{place:03}" for place in range(102)]
    assert len(more) == 103
    assert len(requests(faults)) == 4


async def test_a_rate_limit_is_waited_out(local: Local, faults: Faults, copy: Store):
    seed(local, "a")
    limited = Fault(429, b'{"type": "throttled", "code": "throttled", "detail": "slow down"}', {"Retry-After": "90"})
    faults.then(limited, Fault(passes=True), limited, Fault(passes=True), limited, Fault(passes=True))
    time = Time()
    assert await copied(local, faults, copy, time=time) == snapshot(["1 recording: 1 new."])
    assert (sum(time.waits), max(time.waits)) == snapshot((270.0, 1.0))
    seed(local, "b")
    faults.always(Fault(429, limited.body, {"Retry-After": "40000"}, path="/snapshots"))
    assert await copied(local, faults, copy) == snapshot(
        [
            "0 recordings: nothing was imported.",
            "Stopped with 2 of 2 recordings left: PostHog's rate limit for this key is reached, and allows more in 667 minutes.",
            "The same command again goes on from here.",
        ]
    )


async def test_the_budget_of_posthog_cloud_is_kept(local: Local, faults: Faults, copy: Store):
    seed(local, *(f"r{place:02}" for place in range(35)))
    time = Time()
    assert await copied(local, faults, copy, time=time, limited=True) == snapshot(["35 recordings: 35 new."])
    assert (len(time.waits), sum(time.waits)) == snapshot((60, 60.0))


class Breaking:
    """Breaks off the bodies of a number of answers to requests for blocks."""

    def __init__(self, app: ASGIApp, times: int) -> None:
        self._app = app
        self.left = times

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def half(message: Message) -> None:
            body = message.get("body", b"")
            if message["type"] == "http.response.body" and body:
                await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
                raise OSError("broken off")
            await send(message)

        breaks = b"source=" in scope["query_string"] and self.left > 0
        self.left -= breaks
        await self._app(scope, receive, half if breaks else send)


async def test_a_broken_connection_is_retried_and_nothing_is_stored_in_part(local: Local, copy: Store):
    seed(local, "a")
    with local.store.connection() as db:
        record(db, "b", clicks(30))
        record(db, "c", checkout())
    breaking = Breaking(local.app, 2)
    assert await copied(local, breaking, copy, "b") == snapshot(["1 recording: 1 new."])
    breaking.left = 3
    assert await copied(local, breaking, copy, "c", "a") == snapshot(
        [
            "2 recordings: 1 new, 1 not imported.",
            "Not imported (1):",
            "  c: The connection closed before the response was complete.",
        ]
    )
    assert known(copy) == snapshot([("a", 2), ("b", 62)])
    assert await copied(local, breaking, copy, "c", "a") == snapshot(["2 recordings: 1 new, 1 there already."])


async def test_a_recording_that_cannot_be_copied_is_reported_and_the_rest_is_copied(
    local: Local, faults: Faults, copy: Store
):
    seed(local, "a", "b", "c", "d", "e")
    with local.store.connection() as db:
        db.execute("DELETE FROM recording_block WHERE session_id = 'b'")
    faults.always(
        Fault(410, b'{"detail": "Recording has been deleted"}', path="/c/snapshots"),
        Fault(200, b'{"sources": [{"source": "blob_v2", "blob_key": "0"}]}', path="/d/snapshots"),
        Fault(500, path="/e"),
    )
    assert await copied(local, faults, copy, "unknown", "a", "b", "c", "d", "e") == snapshot(
        [
            "6 recordings: 1 new, 5 not imported.",
            "Not imported (5):",
            "  unknown: PostHog has no such recording: it was not captured, expired, was deleted, or is another project's.",
            "  b: PostHog has no snapshot data of it; it may have expired, or be on its way.",
            "  c: The recording was permanently deleted (410).",
            "  d: There is no rrweb event in it.",
            "  e: The API failed with 500 (Internal Server Error).",
        ]
    )
    assert known(copy) == [("a", 2)]


async def test_a_refused_key_ends_the_run(local: Local, faults: Faults, copy: Store):
    seed(local, "a", "b")
    faults.then(Fault(401, b'{"code": "authentication_failed", "detail": "no"}'))
    listing = await copied(local, faults, copy)
    faults.then(Fault(passes=True), Fault(403, b'{"code": "permission_denied", "detail": "no scope"}'))
    assert [listing, await copied(local, faults, copy, "a", "b")] == snapshot(
        [
            [
                "0 recordings: nothing was imported.",
                "The recordings could not be listed: The API does not accept the key (401). Check the key (POSTHOG_PERSONAL_API_KEY, or the caller's own), and that POSTHOG_HOST (us or eu) is the key's region: keys of the EU cloud are not valid in the US cloud, and vice versa.",
                "The same command again goes on from here.",
            ],
            [
                "0 recordings: nothing was imported.",
                "Stopped with 2 of 2 recordings left: The key does not have permission for this (403). Use a personal API key whose scopes and projects allow this; `replay-mcp doctor` lists what is missing.",
                "The same command again goes on from here.",
            ],
        ]
    )


async def test_a_recording_deleted_here_stays_deleted(local: Local, faults: Faults, copy: Store):
    seed(local, "a")
    await copied(local, faults, copy)
    with copy.connection() as db:
        db.execute("UPDATE recording SET deleted_at = 1")
    requests(faults)
    assert await copied(local, faults, copy) == snapshot(["1 recording: 1 deleted here before, and left so."])
    assert requests(faults) == [""]
