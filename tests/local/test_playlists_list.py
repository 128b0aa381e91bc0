"""The playlists list: its rows, its filters and its pages."""

import tempfile
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from replay_mcp.local.http.pagination import Window
from replay_mcp.local.playlists.ordering import label, parse_order
from replay_mcp.local.playlists.query import PlaylistQuery
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import NewKey
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.database import Store, writing
from tests.conftest import Local
from tests.examples import examples
from tests.local.answers import PLAYLISTS, answer, error
from tests.seeding import NOW, add_item, add_playlist, ago

pytestmark = pytest.mark.anyio


async def names(http: httpx2.AsyncClient, **query: Any) -> list[str]:
    response = await http.get(PLAYLISTS, params=query)
    assert response.status_code == 200
    return [playlist["name"] or playlist["derived_name"] or "" for playlist in response.json()["results"]]


async def stored_names(http: httpx2.AsyncClient, **query: Any) -> list[str]:
    return await names(http, collection_type="custom", **query)


@pytest.fixture
def _library(local: Local) -> None:
    """Five playlists of two people, and a deleted one."""
    local.client(NewKey("bo@example.com", 1, ("*",)))
    with local.store.connection() as db:
        db.execute("UPDATE user SET uuid = 'user-' || id, distinct_id = 'distinct-' || id, first_name = 'First'")
        checkout = add_playlist(db, "checkout", name="Checkout", last_modified_at=ago(days=2), created_at=ago(days=9))
        add_playlist(db, "errors00", name="errors", type="filters", filters='{"a": 1}', last_modified_at=ago(days=1))
        add_playlist(db, "derived0", name="", derived_name="Übersicht", label="übersicht", last_modified_at=ago(days=3))
        add_playlist(db, "pinned00", name="Zoo", pinned=1, created_by=2, last_modified_at=ago(days=4))
        add_playlist(
            db, "legacy00", name=None, type=None, label="", last_modified_at=ago(days=5), created_at=ago(days=8)
        )
        add_playlist(db, "deleted0", name="Deleted", deleted=1)
        add_item(db, checkout, "session-1", 1)
        add_item(db, checkout, "session-2", 2)


@pytest.mark.usefixtures("_library")
async def test_a_page_has_the_count_the_links_and_every_field_of_each_playlist(local: Local):
    response = await local.http.get(PLAYLISTS, params={"limit": 2, "offset": 6})
    assert answer(response) == snapshot(
        (
            200,
            {
                "count": 12,
                "next": "http://replay.test/api/environments/1/session_recording_playlists?limit=2&offset=8",
                "previous": "http://replay.test/api/environments/1/session_recording_playlists?limit=2&offset=4",
                "results": [
                    {
                        "id": -7,
                        "short_id": "synthetic-frustrated",
                        "name": "Frustration signals",
                        "derived_name": None,
                        "description": "Sessions with rage clicks or errors in the last 7 days",
                        "pinned": False,
                        "created_at": None,
                        "created_by": None,
                        "deleted": False,
                        "filters": {},
                        "last_modified_at": None,
                        "last_modified_by": None,
                        "recordings_counts": {
                            "saved_filters": {
                                "count": None,
                                "has_more": None,
                                "watched_count": None,
                                "increased": None,
                                "last_refreshed_at": None,
                            },
                            "collection": {
                                "count": None,
                                "has_more": False,
                                "watched_count": 0,
                                "increased": None,
                                "last_refreshed_at": None,
                            },
                        },
                        "type": "collection",
                        "is_synthetic": True,
                    },
                    {
                        "id": 2,
                        "short_id": "errors00",
                        "name": "errors",
                        "derived_name": None,
                        "description": "",
                        "pinned": False,
                        "created_at": "2026-11-19T12:00:00Z",
                        "created_by": {
                            "id": 1,
                            "uuid": "user-1",
                            "distinct_id": "distinct-1",
                            "first_name": "First",
                            "last_name": "",
                            "email": "you@localhost.local",
                            "is_email_verified": True,
                            "hedgehog_config": None,
                            "role_at_organization": "",
                        },
                        "deleted": False,
                        "filters": {"a": 1},
                        "last_modified_at": "2026-11-19T12:00:00Z",
                        "last_modified_by": {
                            "id": 1,
                            "uuid": "user-1",
                            "distinct_id": "distinct-1",
                            "first_name": "First",
                            "last_name": "",
                            "email": "you@localhost.local",
                            "is_email_verified": True,
                            "hedgehog_config": None,
                            "role_at_organization": "",
                        },
                        "recordings_counts": {
                            "saved_filters": {
                                "count": 0,
                                "has_more": False,
                                "watched_count": 0,
                                "increased": False,
                                "last_refreshed_at": "2026-11-20T12:00:00Z",
                            },
                            "collection": {"count": None, "watched_count": 0},
                        },
                        "type": "filters",
                        "is_synthetic": False,
                    },
                ],
            },
        )
    )


@pytest.mark.usefixtures("_library")
async def test_the_computed_playlists_come_before_the_last_modified_one(local: Local):
    assert await names(local.http) == snapshot(
        [
            "Watch history",
            "Recordings with comments",
            "Shared recordings",
            "Exported recordings",
            "Summarised sessions",
            "Expiring soon",
            "Frustration signals",
            "errors",
            "Checkout",
            "Übersicht",
            "Zoo",
            "",
        ]
    )


async def test_an_empty_environment_has_the_computed_playlists(local: Local):
    response = await local.http.get(PLAYLISTS)
    page = response.json()
    assert [(playlist["id"], playlist["short_id"], playlist["name"]) for playlist in page["results"]] == snapshot(
        [
            (-1, "synthetic-watch-history", "Watch history"),
            (-2, "synthetic-commented", "Recordings with comments"),
            (-3, "synthetic-shared", "Shared recordings"),
            (-4, "synthetic-exported", "Exported recordings"),
            (-5, "synthetic-summarised", "Summarised sessions"),
            (-6, "synthetic-expiring", "Expiring soon"),
            (-7, "synthetic-frustrated", "Frustration signals"),
        ]
    )
    assert (page["count"], page["next"], page["previous"]) == (7, None, None)


@pytest.mark.usefixtures("_library")
@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("last_modified_at", snapshot(["", "Zoo", "Übersicht", "Checkout", "errors"])),
        ("-last_modified_at", snapshot(["errors", "Checkout", "Übersicht", "Zoo", ""])),
        ("created_at", snapshot(["Checkout", "", "errors", "Übersicht", "Zoo"])),
        ("-created_at", snapshot(["errors", "Übersicht", "Zoo", "", "Checkout"])),
        ("name", snapshot(["", "Checkout", "errors", "Zoo", "Übersicht"])),
        ("-name", snapshot(["Übersicht", "Zoo", "errors", "Checkout", ""])),
        ("duration", snapshot(["errors", "Checkout", "Übersicht", "Zoo", ""])),
    ],
)
async def test_stored_playlists_follow_the_order_and_tie_by_ascending_id(local: Local, order: str, expected: list[str]):
    assert await stored_names(local.http, order=order) == expected


@pytest.mark.usefixtures("_library")
@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (
            "last_modified_at",
            snapshot(
                [
                    "",
                    "Zoo",
                    "Übersicht",
                    "Checkout",
                    "errors",
                    "Watch history",
                    "Recordings with comments",
                    "Shared recordings",
                    "Exported recordings",
                    "Summarised sessions",
                    "Expiring soon",
                    "Frustration signals",
                ]
            ),
        ),
        (
            "name",
            snapshot(
                [
                    "",
                    "Checkout",
                    "errors",
                    "Expiring soon",
                    "Exported recordings",
                    "Frustration signals",
                    "Recordings with comments",
                    "Shared recordings",
                    "Summarised sessions",
                    "Watch history",
                    "Zoo",
                    "Übersicht",
                ]
            ),
        ),
        (
            "-name",
            snapshot(
                [
                    "Übersicht",
                    "Zoo",
                    "Watch history",
                    "Summarised sessions",
                    "Shared recordings",
                    "Recordings with comments",
                    "Frustration signals",
                    "Exported recordings",
                    "Expiring soon",
                    "errors",
                    "Checkout",
                    "",
                ]
            ),
        ),
    ],
)
async def test_computed_playlists_have_their_place_in_every_order(local: Local, order: str, expected: list[str]):
    assert await names(local.http, order=order) == expected


async def test_a_computed_playlist_comes_before_a_stored_one_of_the_same_name(local: Local):
    with local.store.connection() as db:
        add_playlist(db, "twin0001", name="watch HISTORY")
        add_playlist(db, "after001", name="watch history 2")
    for order in ("name", "-name"):
        listed = await names(local.http, order=order)
        assert listed.index("Watch history") == listed.index("watch HISTORY") - 1


@pytest.mark.parametrize(
    ("order", "first", "second"), [("-last_modified_at", (7, 23), (0, 27)), ("last_modified_at", (0, 30), (7, 20))]
)
async def test_every_page_is_full_but_the_last(
    local: Local, order: str, first: tuple[int, int], second: tuple[int, int]
):
    with local.store.connection() as db:
        for number in range(50):
            add_playlist(db, f"list{number:04}", last_modified_at=ago(minutes=number))
    pages = [
        (await local.http.get(PLAYLISTS, params={"limit": 30, "offset": offset, "order": order})).json()
        for offset in (0, 30)
    ]
    assert [page["count"] for page in pages] == [57, 57]
    synthetic = [sum(playlist["is_synthetic"] for playlist in page["results"]) for page in pages]
    assert list(zip(synthetic, (len(page["results"]) for page in pages), strict=True)) == [
        (first[0], sum(first)),
        (second[0], sum(second)),
    ]


async def test_following_next_shows_every_playlist_once(local: Local):
    with local.store.connection() as db:
        for number in range(20):
            add_playlist(db, f"list{number:04}", name=f"Same {number % 3}")
    whole = await names(local.http, order="name")
    url, walked = f"{PLAYLISTS}/?limit=4&order=name", list[str]()
    while url:
        page = (await local.http.get(url)).json()
        walked += [playlist["name"] for playlist in page["results"]]
        url = page["next"]
    assert (walked, len(walked)) == (whole, 27)


async def test_limit_and_offset_out_of_range_are_corrected(local: Local):
    with local.store.connection() as db, writing(db):
        for number in range(501):
            add_playlist(db, f"list{number:04}")
    sizes = [
        len(await names(local.http, limit=limit)) for limit in ("1", "0", "-3", "x", "100", "500", "501", "9" * 30)
    ]
    assert sizes == snapshot([1, 100, 100, 100, 100, 500, 500, 500])
    assert await names(local.http, offset="-1", limit=3) == await names(local.http, offset="x", limit=3)
    assert await names(local.http, offset="508") == await names(local.http, offset="9" * 30) == []


@pytest.mark.usefixtures("_library")
@pytest.mark.parametrize(
    ("query", "stored", "computed"),
    [
        ({"search": "CHECK"}, snapshot(["checkout"]), snapshot([])),
        ({"search": "ÜBER"}, snapshot(["derived0"]), snapshot([])),
        ({"search": "re"}, snapshot([]), snapshot([-1, -2, -3, -4, -6])),
        ({"search": "rage clicks"}, snapshot([]), snapshot([-7])),
        ({"search": "%"}, snapshot([]), snapshot([])),
        (
            {"search": ""},
            snapshot(["errors00", "checkout", "derived0", "pinned00"]),
            snapshot([-1, -2, -3, -4, -5, -6, -7]),
        ),
        ({"created_by": "2"}, snapshot(["pinned00"]), snapshot([])),
        ({"created_by": "99"}, snapshot([]), snapshot([])),
        ({"created_by": "9" * 30}, snapshot([]), snapshot([])),
        ({"user": "true"}, snapshot(["errors00", "checkout", "derived0", "legacy00"]), snapshot([])),
        ({"user": "false"}, snapshot(["errors00", "checkout", "derived0", "legacy00"]), snapshot([])),
        ({"type": "filters"}, snapshot(["errors00"]), snapshot([])),
        (
            {"type": "collection"},
            snapshot(["checkout", "derived0", "pinned00"]),
            snapshot([-1, -2, -3, -4, -5, -6, -7]),
        ),
        (
            {"type": "tomato"},
            snapshot(["errors00", "checkout", "derived0", "pinned00", "legacy00"]),
            snapshot([-1, -2, -3, -4, -5, -6, -7]),
        ),
        ({"collection_type": "synthetic"}, snapshot([]), snapshot([-1, -2, -3, -4, -5, -6, -7])),
        (
            {"collection_type": "custom"},
            snapshot(["errors00", "checkout", "derived0", "pinned00", "legacy00"]),
            snapshot([]),
        ),
        ({"pinned": "true"}, snapshot(["pinned00"]), snapshot([])),
        ({"pinned": "false"}, snapshot(["pinned00"]), snapshot([])),
        ({"date_from": "-3d"}, snapshot(["errors00", "checkout"]), snapshot([-1, -2, -3, -4, -5, -6, -7])),
        ({"date_to": "-3d"}, snapshot(["pinned00", "legacy00"]), snapshot([-1, -2, -3, -4, -5, -6, -7])),
        (
            {"date_from": "2026-11-16", "date_to": "2026-11-18T12:00:00Z"},
            snapshot(["derived0", "pinned00"]),
            snapshot([-1, -2, -3, -4, -5, -6, -7]),
        ),
        ({"date_from": "no date"}, snapshot([]), snapshot([-1, -2, -3, -4, -5, -6, -7])),
        ({"session_recording_id": "session-1"}, snapshot(["checkout"]), snapshot([-1, -2, -3, -4, -5, -6, -7])),
        ({"session_recording_id": "session-9"}, snapshot([]), snapshot([-1, -2, -3, -4, -5, -6, -7])),
        (
            {"short_id": "checkout"},
            snapshot(["errors00", "checkout", "derived0", "pinned00", "legacy00"]),
            snapshot([-1, -2, -3, -4, -5, -6, -7]),
        ),
        (
            {"unknown": "parameter"},
            snapshot(["errors00", "checkout", "derived0", "pinned00", "legacy00"]),
            snapshot([-1, -2, -3, -4, -5, -6, -7]),
        ),
        ({"search": "o", "type": "collection", "created_by": "1"}, snapshot(["checkout"]), snapshot([])),
    ],
    ids=str,
)
async def test_each_filter_works_as_on_the_live_server(
    local: Local, query: dict[str, str], stored: list[str], computed: list[int]
):
    page = (await local.http.get(PLAYLISTS, params=query)).json()
    results = page["results"]
    assert [playlist["short_id"] for playlist in results if not playlist["is_synthetic"]] == stored
    assert [playlist["id"] for playlist in results if playlist["is_synthetic"]] == computed
    assert page["count"] == len(results)


async def test_a_creator_that_is_not_a_number_crashes_the_list(local: Local):
    response = await local.http.get(PLAYLISTS, params={"created_by": "me"})
    assert error(response) == snapshot((500, "server_error", "error", "A server error occurred.", None))


async def test_another_environments_playlists_are_not_listed(local: Local):
    async with local.client(NewKey("you@localhost.local", 2, ("*",))):
        with local.store.connection() as db:
            add_playlist(db, "mine0001", name="Mine")
            add_playlist(db, "other001", name="Other", team_id=2)
    assert await stored_names(local.http) == ["Mine"]


KEYS = st.integers(0, 3)
MOMENTS = st.sampled_from([0, 1, 4095, 4096, 4097, 1 << 22, (1 << 22) + 1, 1 << 32, (1 << 32) + 4096, to_ms(NOW)])
ROWS = st.lists(st.tuples(MOMENTS, KEYS, st.sampled_from(["", "a", "B", "ä", "watch history", "zoo"])), max_size=25)


@examples(25)
@given(
    rows=ROWS,
    deleted=st.sets(st.integers(0, 24)),
    moved=st.dictionaries(st.integers(0, 24), MOMENTS, max_size=5),
    order=st.sampled_from(["last_modified_at", "-last_modified_at", "created_at", "-created_at", "name", "-name"]),
    limit=st.integers(1, 9),
)
def test_slices_of_any_store_concatenate_to_the_whole_sorted_list(
    rows: list[tuple[int, int, str]], deleted: set[int], moved: dict[int, int], order: str, limit: int
):
    parsed = parse_order(order)
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(Path(folder, "s.sqlite")) as store,
        store.connection() as db,
    ):
        accounts.ensure_first_account(db, to_ms(NOW))
        for number, (modified, created, name) in enumerate(rows):
            columns: dict[str, Any] = {"last_modified_at": modified, "created_at": created, "name": name}
            add_playlist(db, f"list{number:04}", label=label(name, None), **columns)
        for number, modified in moved.items():
            db.execute(
                "UPDATE session_recording_playlist SET last_modified_at = ? WHERE id = ?", (modified, number + 1)
            )
        for number in deleted:
            db.execute("UPDATE session_recording_playlist SET deleted = 1 WHERE id = ?", (number + 1,))
        kept = db.execute("SELECT * FROM session_recording_playlist WHERE deleted = 0 ORDER BY id").fetchall()
        expected = sorted(kept, key=lambda row: row[parsed.column], reverse=parsed.descending)
        query = PlaylistQuery(db, 1, parsed, "team_id = :team_id AND deleted = 0", {"team_id": 1}, whole=True)
        total = query.count()
        slices = [query.rows(Window(limit=limit, offset=offset), total) for offset in range(0, total + limit, limit)]
    assert total == len(expected)
    assert [row["id"] for rows in slices for row in rows] == [row["id"] for row in expected]
