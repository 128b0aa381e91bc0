"""Every tool that changes something, for every way in which the API's answer can be lost, compared with the store."""

import json
import sqlite3
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from typing import Any, get_args

import pytest
from inline_snapshot import snapshot
from mcp import Client

from replay_mcp.local.app import LocalApi
from replay_mcp.local.store import accounts
from replay_mcp.local.store.clock import now_ms
from replay_mcp.local.store.database import Store
from replay_mcp.server.app import open_server
from replay_mcp.settings import Settings
from replay_mcp.timing import Timing
from tests.agent import text_of
from tests.lossy import Loss, LossyServer, lossy_server
from tests.seeding import add_item, add_playlist, add_recording

pytestmark = pytest.mark.anyio

IDS = ["s0", "s1", "s2", "s3"]
State = dict[str, Any]


@dataclass
class Case:
    """A call that changes something, and the state of the store that shows it."""

    tool: str
    arguments: dict[str, Any]
    state: Callable[[State], Any]
    before: Any
    after: Any


def named(state: State) -> list[str]:
    return sorted(row["name"] for row in state["playlists"] if row["name"] == "New")


CASES = {
    "create": Case("session-recording-playlist-create", {"name": "New"}, named, [], ["New"]),
    "update": Case(
        "session-recording-playlist-update",
        {"short_id": "aaaaaaaa", "name": "Renamed", "pinned": True},
        lambda state: state["playlists"][0]["name"],
        "Playlist aaaaaaaa",
        "Renamed",
    ),
    "delete playlist": Case(
        "session-recording-playlist-delete",
        {"short_id": "aaaaaaaa"},
        lambda state: state["playlists"][0]["deleted"],
        0,
        1,
    ),
    "restore playlist": Case(
        "session-recording-playlist-delete",
        {"short_id": "dddddddd", "restore": True},
        lambda state: state["playlists"][1]["deleted"],
        1,
        0,
    ),
    "add one": Case(
        "session-recording-playlist-recordings-add",
        {"short_id": "aaaaaaaa", "session_recording_ids": ["s2"]},
        lambda state: state["items"],
        ["s0", "s1", "unrecorded"],
        ["s0", "s1", "s2", "unrecorded"],
    ),
    "add many": Case(
        "session-recording-playlist-recordings-add",
        {"short_id": "aaaaaaaa", "session_recording_ids": ["s2", "s3"]},
        lambda state: state["items"],
        ["s0", "s1", "unrecorded"],
        ["s0", "s1", "s2", "s3", "unrecorded"],
    ),
    "remove one": Case(
        "session-recording-playlist-recordings-remove",
        {"short_id": "aaaaaaaa", "session_recording_ids": ["s0"]},
        lambda state: state["items"],
        ["s0", "s1", "unrecorded"],
        ["s1", "unrecorded"],
    ),
    "remove many": Case(
        "session-recording-playlist-recordings-remove",
        {"short_id": "aaaaaaaa", "session_recording_ids": ["s0", "unrecorded"]},
        lambda state: state["items"],
        ["s0", "s1", "unrecorded"],
        ["s1"],
    ),
    "mark": Case(
        "session-recording-update", {"ids": ["s0"], "viewed": True}, lambda state: state["viewed"], [], ["s0"]
    ),
    "delete one": Case(
        "session-recording-delete", {"ids": ["s0"]}, lambda state: state["recordings"], IDS, ["s1", "s2", "s3"]
    ),
    "delete many": Case(
        "session-recording-delete", {"ids": ["s0", "s1"]}, lambda state: state["recordings"], IDS, ["s2", "s3"]
    ),
}
# "500" is an answer of the API itself; waiting for one that stalls takes a second.
AT_ONCE: list[Loss] = [loss for loss in get_args(Loss) if loss not in {"500", "stall"}]
LOSSES = pytest.mark.parametrize(
    "losses", [pytest.param(AT_ONCE, id="at once"), pytest.param(["stall"], id="stall", marks=pytest.mark.slow)]
)


def read(store: Store) -> State:
    with store.connection() as db:

        def column(query: str) -> list[str]:
            return [row[0] for row in db.execute(query)]

        return {
            "playlists": [dict(row) for row in db.execute("SELECT * FROM session_recording_playlist ORDER BY id")],
            "items": column("SELECT session_id FROM session_recording_playlist_item ORDER BY session_id"),
            "viewed": column("SELECT session_id FROM session_recording_viewed"),
            "recordings": column("SELECT session_id FROM recording WHERE deleted_at IS NULL ORDER BY session_id"),
        }


def _fill(db: sqlite3.Connection) -> None:
    for table in (
        "session_recording_playlist_item",
        "saved_filter_count",
        "session_recording_playlist",
        "session_recording_viewed",
        "recording",
    ):
        db.execute(f"DELETE FROM {table}")
    for id in IDS:
        add_recording(db, id, start_time=now_ms() - 3_600_000)
    playlist = add_playlist(db, "aaaaaaaa")
    add_playlist(db, "dddddddd", deleted=1)
    for position, id in enumerate(["s0", "s1", "unrecorded"], 1):
        add_item(db, playlist, id, position)


@dataclass
class Upstream:
    """A server on an API whose answers get lost, and its store."""

    store: Store
    server: LossyServer
    client: Client

    def start_over(self, loss: Loss | None, *, handled: bool = True, and_reads: bool = False) -> None:
        """Reset the store, and lose the answers to changes from now on."""
        with self.store.connection() as db:
            _fill(db)
        self.server.read_body = None
        self.server.loss, self.server.handled, self.server.and_reads = loss, handled, and_reads
        self.server.requests.clear()

    async def call(self, case: Case) -> dict[str, Any]:
        result = await self.client.call_tool(case.tool, case.arguments)
        return json.loads(text_of(result))


@pytest.fixture(scope="module")
async def api(new_store: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Upstream]:
    with Store(copyfile(new_store, tmp_path_factory.mktemp("lossy") / "replay.sqlite")) as store:
        with store.connection() as db:
            key = accounts.first_key(db).value
        async with lossy_server(LocalApi(store)) as server:
            settings = Settings(api_key=None, origin=server.origin, environment="1", permission="delete")
            async with open_server(settings, api_key=key, timing=Timing(call=1.0)) as mcp, Client(mcp) as client:
                yield Upstream(store, server, client)


@LOSSES
@pytest.mark.parametrize("name", CASES)
async def test_a_change_that_was_made_is_reported_as_done_although_its_answer_was_lost(
    api: Upstream, name: str, losses: list[Loss]
) -> None:
    case = CASES[name]
    seen: dict[str, Any] = {}
    for loss in losses:
        api.start_over(loss, handled=True)
        answer = await api.call(case)
        complete = "error" not in answer and answer.get("complete", True)
        seen[loss] = (complete, case.state(read(api.store)), len(api.server.writes))
    assert seen == dict.fromkeys(losses, (True, case.after, 1))


@LOSSES
@pytest.mark.parametrize("name", CASES)
async def test_a_change_that_was_not_made_is_unknown_and_never_failed_or_done(
    api: Upstream, name: str, losses: list[Loss]
) -> None:
    case = CASES[name]
    ids = case.arguments.get("session_recording_ids", case.arguments.get("ids"))
    seen: dict[str, Any] = {}
    for loss in losses:
        api.start_over(loss, handled=False)
        answer = await api.call(case)
        assert "ask for" not in json.dumps(answer).lower()
        unknown = answer["error"]["kind"] if "error" in answer else (sorted(answer), answer.get("unknown"))
        seen[loss] = (unknown, case.state(read(api.store)), len(api.server.writes))
    expected = "outcome_unknown" if ids is None else (["check", "complete", "stopped_by", "unknown"], ids)
    assert seen == dict.fromkeys(losses, (expected, case.before, 1))


@pytest.mark.parametrize("name", CASES)
async def test_when_nothing_can_be_read_back_the_outcome_is_always_unknown(api: Upstream, name: str) -> None:
    case = CASES[name]
    for handled in (True, False):
        api.start_over("reset", handled=handled, and_reads=True)
        answer = await api.call(case)
        assert answer.get("unknown") or answer["error"]["kind"] == "outcome_unknown"
        assert case.state(read(api.store)) == (case.after if handled else case.before)
        assert len(api.server.writes) == 1


@pytest.mark.parametrize("name", CASES)
async def test_an_unusable_read_back_confirms_nothing(api: Upstream, name: str) -> None:
    case = CASES[name]
    for body in (b"", b"{}", b'{"detail": "upstream timed out"}', b'{"results": [], "has_next": true}', b"[]"):
        api.start_over("close", handled=False)
        api.server.read_body = body
        answer = await api.call(case)
        assert answer.get("unknown") or answer["error"]["kind"] == "outcome_unknown"
        assert "done" not in answer
        assert len(api.server.writes) == 1


@pytest.mark.parametrize("handled", [True, False])
async def test_a_creation_that_crashed_the_api_is_looked_up(api: Upstream, handled: bool) -> None:
    api.start_over("500", handled=handled)
    answer = await api.call(CASES["create"])
    assert ("note" in answer, named(read(api.store))) == (handled, ["New"] if handled else [])
    assert handled or answer["error"]["next"].startswith("Search for it")


async def test_a_creation_without_an_answer_is_not_confused_with_another_of_the_same_name(api: Upstream) -> None:
    api.start_over(None)
    await api.call(CASES["create"])
    api.server.loss, api.server.handled = "close", False
    other = {"name": "New", "type": "filters", "filters": {"date_from": "-7d"}}
    answer = await api.call(Case("session-recording-playlist-create", other, named, [], []))
    assert answer["error"]["kind"] == "outcome_unknown"


async def test_the_way_back_from_an_unknown_deletion_of_a_saved_filter_is_named(api: Upstream) -> None:
    api.start_over("close", handled=False)
    with api.store.connection() as db:
        add_playlist(db, "ffffffff", type="filters", filters='{"a": 1}')
    case = Case("session-recording-playlist-delete", {"short_id": "ffffffff"}, named, [], [])
    answer = await api.call(case)
    assert answer["error"]["next"] == snapshot(
        'In a minute, check whether session-recording-playlist-get finds it. Repeating the same call is safe. These arguments restore it: {"short_id":"ffffffff","restore":true,"filters":{"a":1}}'
    )


async def test_an_unknown_outcome_is_explained_to_the_model(api: Upstream) -> None:
    answers: dict[str, Any] = {}
    api.start_over("504", handled=False)
    for name, case in CASES.items():
        answers[name] = await api.call(case)
    assert answers == snapshot(
        {
            "create": {
                "error": {
                    "kind": "outcome_unknown",
                    "what": "session-recording-playlist-create has an unknown outcome",
                    "why": "The API failed with 504 (Gateway Timeout). The request was sent, so it may have been carried out. No playlist has this name yet.",
                    "next": "Search for it with session-recording-playlists-list (search: its name) in a minute, and create it again only if it does not exist: a second call may create a second playlist.",
                }
            },
            "update": {
                "error": {
                    "kind": "outcome_unknown",
                    "what": "session-recording-playlist-update 'aaaaaaaa' has an unknown outcome",
                    "why": "The API failed with 504 (Gateway Timeout). The request was sent, so it may have been carried out. The change is not visible yet; it may still take effect.",
                    "next": "Check it with session-recording-playlist-get in a minute. Repeating the same update is safe.",
                }
            },
            "delete playlist": {
                "error": {
                    "kind": "outcome_unknown",
                    "what": "session-recording-playlist-delete 'aaaaaaaa' has an unknown outcome",
                    "why": "The API failed with 504 (Gateway Timeout). The request was sent, so it may have been carried out. The change is not visible yet; it may still take effect.",
                    "next": "In a minute, check whether session-recording-playlist-get finds it. Repeating the same call is safe.",
                }
            },
            "restore playlist": {
                "error": {
                    "kind": "outcome_unknown",
                    "what": "session-recording-playlist-delete 'dddddddd' has an unknown outcome",
                    "why": "The API failed with 504 (Gateway Timeout). The request was sent, so it may have been carried out. The change is not visible yet; it may still take effect.",
                    "next": "In a minute, check whether session-recording-playlist-get finds it. Repeating the same call is safe.",
                }
            },
            "add one": {
                "complete": False,
                "unknown": ["s2"],
                "check": "List its recordings with session-recording-playlist-recordings-list. Adding them again is safe: a playlist has each recording once.",
                "stopped_by": "The API failed with 504 (Gateway Timeout). The request was sent, so it may have been carried out.",
            },
            "add many": {
                "complete": False,
                "unknown": ["s2", "s3"],
                "check": "List its recordings with session-recording-playlist-recordings-list. Adding them again is safe: a playlist has each recording once.",
                "stopped_by": "The API failed with 504 (Gateway Timeout). The request was sent, so it may have been carried out.",
            },
            "remove one": {
                "complete": False,
                "unknown": ["s0"],
                "check": "List its recordings with session-recording-playlist-recordings-list and remove those that are still there.",
                "stopped_by": "The API failed with 504 (Gateway Timeout). The request was sent, so it may have been carried out.",
            },
            "remove many": {
                "complete": False,
                "unknown": ["s0", "unrecorded"],
                "check": "List its recordings with session-recording-playlist-recordings-list and remove those that are still there.",
                "stopped_by": "The API failed with 504 (Gateway Timeout). The request was sent, so it may have been carried out.",
            },
            "mark": {
                "complete": False,
                "unknown": ["s0"],
                "check": "session-recording-get shows whether a recording is viewed; nothing shows whether it is analyzed. Setting a mark again is safe: call again with these ids in a minute.",
                "stopped_by": "The API failed with 504 (Gateway Timeout). The request was sent, so it may have been carried out.",
            },
            "delete one": {
                "complete": False,
                "unknown": ["s0"],
                "check": "They may be deleted: call this tool again with them in a minute. Deleted ones are reported as not_found.",
                "stopped_by": "The API failed with 504 (Gateway Timeout). The request was sent, so it may have been carried out.",
            },
            "delete many": {
                "complete": False,
                "unknown": ["s0", "s1"],
                "check": "They may be deleted: call this tool again with them in a minute. Deleted ones are reported as not_found.",
                "stopped_by": "The API failed with 504 (Gateway Timeout). The request was sent, so it may have been carried out.",
            },
        }
    )


async def test_an_outcome_that_cannot_be_read_back_is_explained_to_the_model(api: Upstream) -> None:
    answers: dict[str, Any] = {}
    for name in ("create", "update", "delete playlist", "mark", "add many"):
        api.start_over("cut off", and_reads=True)
        answers[name] = await api.call(CASES[name])
    assert answers == snapshot(
        {
            "create": {
                "error": {
                    "kind": "outcome_unknown",
                    "what": "session-recording-playlist-create has an unknown outcome",
                    "why": "The connection closed before the response was complete. The request was sent, so it may have been carried out. Searching for it failed: The API failed with 503 (Service Unavailable).",
                    "next": "Search for it with session-recording-playlists-list (search: its name) in a minute, and create it again only if it does not exist: a second call may create a second playlist.",
                }
            },
            "update": {
                "error": {
                    "kind": "outcome_unknown",
                    "what": "session-recording-playlist-update 'aaaaaaaa' has an unknown outcome",
                    "why": "The connection closed before the response was complete. The request was sent, so it may have been carried out. Reading it back failed: The API failed with 503 (Service Unavailable).",
                    "next": "Check it with session-recording-playlist-get in a minute. Repeating the same update is safe.",
                }
            },
            "delete playlist": {
                "error": {
                    "kind": "outcome_unknown",
                    "what": "session-recording-playlist-delete 'aaaaaaaa' has an unknown outcome",
                    "why": "The connection closed before the response was complete. The request was sent, so it may have been carried out. Reading it back failed: The API failed with 503 (Service Unavailable).",
                    "next": "In a minute, check whether session-recording-playlist-get finds it. Repeating the same call is safe.",
                }
            },
            "mark": {
                "complete": False,
                "unknown": ["s0"],
                "check": "session-recording-get shows whether a recording is viewed; nothing shows whether it is analyzed. Setting a mark again is safe: call again with these ids in a minute.",
                "stopped_by": "The connection closed before the response was complete. The request was sent, so it may have been carried out.",
            },
            "add many": {
                "complete": False,
                "unknown": ["s2", "s3"],
                "check": "List its recordings with session-recording-playlist-recordings-list. Adding them again is safe: a playlist has each recording once.",
                "stopped_by": "The connection closed before the response was complete. The request was sent, so it may have been carried out.",
            },
        }
    )


async def test_a_creation_without_an_answer_returns_the_playlist_that_it_made(api: Upstream) -> None:
    api.start_over("close")
    answer = await api.call(CASES["create"])
    [row] = [row for row in read(api.store)["playlists"] if row["name"] == "New"]
    assert (answer["playlist"]["short_id"], answer["note"]) == (
        row["short_id"],
        snapshot("The API's response was lost; this playlist of the same name was created at that time."),
    )


async def test_a_creation_without_an_answer_names_the_candidates_of_the_same_name(api: Upstream) -> None:
    api.start_over(None)
    await api.call(CASES["create"])
    api.server.loss = "close"
    answer = await api.call(CASES["create"])
    short_ids = [row["short_id"] for row in read(api.store)["playlists"] if row["name"] == "New"]
    assert [short_id in answer["error"]["why"] for short_id in short_ids] == [True, True]
    assert answer["error"]["next"] == snapshot(
        "Read them with session-recording-playlist-get and keep one; do not create another."
    )


async def test_an_older_playlist_of_the_same_name_is_not_mistaken_for_the_new_one(api: Upstream) -> None:
    api.start_over("reset", handled=False)
    with api.store.connection() as db:
        add_playlist(db, "oldoldol", name="New", created_at=now_ms() - 120_000)
    answer = await api.call(CASES["create"])
    assert answer["error"]["kind"] == "outcome_unknown"


async def test_a_lost_mark_that_cannot_be_read_back_is_unknown(api: Upstream) -> None:
    api.start_over("502")
    answer = await api.call(Case("session-recording-update", {"ids": ["s0"], "analyzed": True}, named, [], []))
    assert answer == snapshot(
        {
            "complete": False,
            "unknown": ["s0"],
            "check": "session-recording-get shows whether a recording is viewed; nothing shows whether it is analyzed. Setting a mark again is safe: call again with these ids in a minute.",
            "stopped_by": "The API failed with 502 (Bad Gateway). The request was sent, so it may have been carried out.",
        }
    )


async def test_a_request_that_was_never_sent_failed(closed_port: int) -> None:
    settings = Settings(api_key=None, origin=f"http://127.0.0.1:{closed_port}", environment="1")
    async with open_server(settings, api_key="phx_test") as mcp, Client(mcp) as client:
        result = await client.call_tool("session-recording-playlist-create", {"name": "New"})
    assert json.loads(text_of(result))["error"]["kind"] == "unreachable"
