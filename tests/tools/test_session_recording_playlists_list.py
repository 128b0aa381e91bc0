"""`session-recording-playlists-list`."""

import pytest
from inline_snapshot import snapshot

from tests.agent import Agent
from tests.conftest import Local
from tests.seeding import add_item, add_playlist, ago

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


async def test_the_full_detail_is_the_documented_object_with_a_link(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_playlist(db, "aaaaaaaa", created_at=ago(days=2))
        db.execute("UPDATE user SET uuid = 'u', distinct_id = 'd'")
    assert await agent.call(TOOL, kind="custom", detail="full") == snapshot(
        {
            "count": 1,
            "results": [
                {
                    "short_id": "aaaaaaaa",
                    "name": "Playlist aaaaaaaa",
                    "created_by": "you@localhost.local",
                    "recordings": 0,
                    "last_modified_at": "2026-11-19T12:00:00Z",
                    "type": "collection",
                    "link": "https://us.posthog.com/project/1/replay/playlists/aaaaaaaa",
                    "documented": {
                        "id": 1,
                        "short_id": "aaaaaaaa",
                        "name": "Playlist aaaaaaaa",
                        "derived_name": None,
                        "description": "",
                        "pinned": False,
                        "created_at": "2026-11-18T12:00:00Z",
                        "created_by": {
                            "id": 1,
                            "uuid": "u",
                            "distinct_id": "d",
                            "first_name": "you",
                            "last_name": "",
                            "email": "you@localhost.local",
                            "is_email_verified": True,
                            "hedgehog_config": None,
                            "role_at_organization": "",
                        },
                        "deleted": False,
                        "filters": {},
                        "last_modified_at": "2026-11-19T12:00:00Z",
                        "last_modified_by": {
                            "id": 1,
                            "uuid": "u",
                            "distinct_id": "d",
                            "first_name": "you",
                            "last_name": "",
                            "email": "you@localhost.local",
                            "is_email_verified": True,
                            "hedgehog_config": None,
                            "role_at_organization": "",
                        },
                        "recordings_counts": {
                            "saved_filters": {
                                "count": None,
                                "has_more": None,
                                "watched_count": None,
                                "increased": None,
                                "last_refreshed_at": None,
                            },
                            "collection": {"count": None, "watched_count": 0},
                        },
                        "type": "collection",
                        "is_synthetic": False,
                    },
                }
            ],
        }
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
    assert await found(created_by=1, order="name") == ["aaaaaaaa", "bbbbbbbb"]
    assert await found(created_by=99) == []


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
