"""`session-recording-playlists-list`."""

import orjson
import pytest
from inline_snapshot import snapshot

from tests.agent import Agent
from tests.conftest import Local
from tests.faults import Fault, Faults
from tests.seeding import add_item, add_playlist

pytestmark = pytest.mark.anyio
TOOL = "session-recording-playlists-list"


async def test_a_page_is_compact_with_links_and_names_the_next(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        first = add_playlist(db, "aaaaaaaa", name="Checkout", description="For\u200b the team", pinned=1)
        add_item(db, first, "s1")
        add_playlist(db, "bbbbbbbb", type="filters", filters='{"a": 1}', name=None, derived_name="Saved")
    assert await agent.call(TOOL, kind="custom", limit=1) == snapshot(
        {
            "count": 2,
            "results": [
                {
                    "short_id": "aaaaaaaa",
                    "name": "Checkout",
                    "description": "For\\u200b the team",
                    "type": "collection",
                    "recordings": 1,
                    "pinned": True,
                    "created_by": "you@localhost.local",
                    "last_modified_at": "2026-11-19T12:00:00Z",
                    "link": "https://us.posthog.com/project/1/replay/playlists/aaaaaaaa",
                }
            ],
            "next": {"offset": 1},
        }
    )
    assert await agent.call(TOOL, kind="custom", limit=1, offset=1, type="filters") == snapshot(
        {"count": 1, "note": "offset 1 is beyond the last of 1 playlists."}
    )


async def test_synthetic_playlists_come_first_and_pages_do_not_overlap(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_playlist(db, "aaaaaaaa")
    short_ids: list[str] = []
    page = {"next": {"offset": 0}}
    while "next" in page:
        page = await agent.call(TOOL, limit=3, **page["next"])
        short_ids += [row["short_id"] for row in page["results"]]
    assert short_ids == snapshot(
        [
            "synthetic-watch-history",
            "synthetic-commented",
            "synthetic-shared",
            "synthetic-exported",
            "synthetic-summarised",
            "synthetic-expiring",
            "synthetic-frustrated",
            "aaaaaaaa",
        ]
    )


async def test_filters_reach_the_api(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        one = add_playlist(db, "aaaaaaaa", name="Alpha", pinned=1)
        add_item(db, one, "wanted")
        add_playlist(db, "bbbbbbbb", name="Beta")

    async def found(**filters: object) -> list[str]:
        return [row["short_id"] for row in (await agent.call(TOOL, **filters)).get("results", [])]

    assert await found(search="alph") == ["aaaaaaaa"]
    assert await found(pinned=True) == ["aaaaaaaa"]
    assert await found(session_recording_id="wanted") == ["aaaaaaaa"]
    assert await found(session_id="https://us.posthog.com/project/1/replay/wanted?t=3") == ["aaaaaaaa"]


async def test_a_creator_is_an_email_a_user_id_or_me(agent: Agent, local: Local, faults: Faults) -> None:
    with local.store.connection() as db:
        db.execute("INSERT INTO user (id, uuid, distinct_id, email) VALUES (7, 'u', 'd', 'Ann@shop.example')")
        add_playlist(db, "aaaaaaaa", created_by=7, last_modified_by=1)
        add_playlist(db, "bbbbbbbb")

    async def found(creator: object) -> list[str]:
        return [row["short_id"] for row in (await agent.call(TOOL, created_by=creator)).get("results", [])]

    assert await found("ann@SHOP.example") == ["aaaaaaaa"]
    assert [seen.query for seen in faults.seen] == snapshot(
        ["limit=100&offset=0&collection_type=custom", "limit=20&offset=0&created_by=7&order=-last_modified_at"]
    )
    assert await found(7) == await found("7") == ["aaaaaaaa"]
    assert await found("me") == ["bbbbbbbb"]
    assert await found(99) == []
    [row] = (await agent.call(TOOL, created_by=7))["results"]
    assert {name: row[name] for name in ("created_by", "last_modified_by")} == snapshot(
        {"created_by": "Ann@shop.example", "last_modified_by": "you@localhost.local"}
    )


async def test_a_creator_who_cannot_be_found_is_reported(agent: Agent, local: Local, faults: Faults) -> None:
    with local.store.connection() as db:
        add_playlist(db, "aaaaaaaa")
    assert await agent.fail(TOOL, created_by="bob@shop.example") == snapshot(
        {
            "kind": "invalid_arguments",
            "what": "session-recording-playlists-list failed",
            "why": "created_by: 'bob@shop.example' is not the e-mail of the creator of any playlist of this environment. Creators: you@localhost.local.",
            "next": "Give one of these, or the user's id: session-recording-playlist-get with detail: full shows it.",
        }
    )
    assert (await agent.fail(TOOL, created_by="bob"))["why"] == snapshot(
        'created_by: give an e-mail, a user id, or me for the owner of the server\'s key, got "bob"'
    )
    page = await local.http.get("/api/environments/1/session_recording_playlists/?collection_type=custom")
    faults.always(Fault(status=200, body=orjson.dumps(page.json() | {"count": 900, "next": "https://next.example/"})))
    before = len(faults.seen)
    assert (await agent.fail(TOOL, created_by="bob@shop.example"))["why"] == snapshot(
        "created_by: 'bob@shop.example' is not the e-mail of the creator of one of the 500 playlists modified last. Creators: you@localhost.local."
    )
    assert len(faults.seen) - before == 5


async def test_an_empty_result_says_why(agent: Agent) -> None:
    assert await agent.call(TOOL, search="no such playlist") == snapshot(
        {"count": 0, "note": "No playlist matches; deleted ones are not listed. Drop a filter, or create a playlist."}
    )
    assert await agent.call(TOOL, offset=50) == snapshot(
        {"count": 7, "note": "offset 50 is beyond the last of 7 playlists."}
    )


@pytest.mark.parametrize(
    "arguments",
    [
        {"limit": 0},
        {"limit": 101},
        {"offset": -1},
        {"order": "-id"},
        {"session_recording_id": "s1", "kind": "synthetic"},
        {"type": "x"},
        {"serch": "a"},
    ],
)
async def test_arguments_that_the_schema_refuses_are_named(agent: Agent, arguments: dict[str, object]) -> None:
    error = await agent.fail(TOOL, **arguments)
    assert error["kind"] == "invalid_arguments"
    assert error["why"].startswith(next(iter(arguments)) if "serch" not in arguments else "unknown argument 'serch'")
