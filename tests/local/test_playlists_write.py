"""Creating, retrieving, updating, soft-deleting and restoring playlists."""

from typing import Any

import httpx2
import pytest
from inline_snapshot import Is, snapshot

from replay_mcp.local.app import LocalApi
from replay_mcp.local.store.accounts import NewKey
from replay_mcp.local.store.clock import to_ms
from tests.conftest import Local, http_client
from tests.local.answers import PLAYLISTS, answer, error
from tests.seeding import NOW, add_item, add_playlist

pytestmark = pytest.mark.anyio

LATER = to_ms(NOW) + 90_061_001


@pytest.fixture(autouse=True)
def _identity(local: Local) -> None:
    with local.store.connection() as db:
        db.execute("UPDATE user SET uuid = 'user-' || id, distinct_id = 'distinct-' || id")


@pytest.fixture
def _playlists(local: Local) -> None:
    """A collection and a saved filter, both a day old, and a deleted collection."""
    with local.store.connection() as db:
        add_item(db, add_playlist(db, "coll0001", name="Collection", description="Old"), "session-1")
        add_playlist(db, "filt0001", name="Filter", type="filters", filters='{"date_from":"-7d"}')
        add_playlist(db, "gone0001", name="Gone", deleted=1)
        add_playlist(db, "legacy01", name="Legacy", type=None)


def without_counts(playlist: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in playlist.items() if name != "recordings_counts"}


def later(local: Local) -> httpx2.AsyncClient:
    """The first key's client, with the clock a day, an hour, a minute and a second later."""
    return http_client(
        LocalApi(local.store, clock=lambda: LATER), local.http.headers["authorization"].removeprefix("Bearer ")
    )


async def test_a_new_playlist_is_answered_whole_and_can_be_retrieved(local: Local):
    body = {
        "type": "filters",
        "name": "  Rage at checkout ",
        "derived_name": "Sessions with rage clicks",
        "description": "",
        "pinned": True,
        "filters": {"foo": "bar"},
        "_create_in_folder": "Replay/Team",
    }
    response = await local.http.post(PLAYLISTS, json=body)
    short_id = response.json()["short_id"]
    assert len(short_id) == 8
    assert short_id.isalnum()
    assert answer(response) == snapshot(
        (
            201,
            {
                "id": 1,
                "short_id": Is(short_id),
                "name": "Rage at checkout",
                "derived_name": "Sessions with rage clicks",
                "description": "",
                "pinned": True,
                "created_at": "2026-11-20T12:00:00Z",
                "created_by": {
                    "id": 1,
                    "uuid": "user-1",
                    "distinct_id": "distinct-1",
                    "first_name": "you",
                    "last_name": "",
                    "email": "you@localhost.local",
                    "is_email_verified": True,
                    "hedgehog_config": None,
                    "role_at_organization": "",
                },
                "deleted": False,
                "filters": {"foo": "bar"},
                "last_modified_at": "2026-11-20T12:00:00Z",
                "last_modified_by": {
                    "id": 1,
                    "uuid": "user-1",
                    "distinct_id": "distinct-1",
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
                "type": "filters",
                "is_synthetic": False,
            },
        )
    )
    read = (await local.http.get(f"{PLAYLISTS}/{short_id}")).json()
    assert without_counts(read) == without_counts(response.json())  # reading evaluates the filter


async def test_a_collection_needs_nothing_but_its_type(local: Local):
    made = (await local.http.post(PLAYLISTS, json={"type": "collection"})).json()
    kept = {
        name: made[name] for name in ("name", "derived_name", "description", "pinned", "deleted", "filters", "type")
    }
    assert kept == snapshot(
        {
            "name": None,
            "derived_name": None,
            "description": "",
            "pinned": False,
            "deleted": False,
            "filters": {},
            "type": "collection",
        }
    )


async def test_read_only_fields_are_ignored(local: Local):
    read_only: dict[str, Any] = {
        "id": 99,
        "short_id": "mine",
        "created_at": "2020-01-01T00:00:00Z",
        "created_by": 5,
        "last_modified_at": "2020-01-01T00:00:00Z",
        "last_modified_by": 5,
        "recordings_counts": {},
        "is_synthetic": True,
        "unknown": "field",
    }
    made = (await local.http.post(PLAYLISTS, json={"type": "collection"} | read_only)).json()
    assert made | {"short_id": ""} == snapshot(
        {
            "id": 1,
            "short_id": "",
            "name": None,
            "derived_name": None,
            "description": "",
            "pinned": False,
            "created_at": "2026-11-20T12:00:00Z",
            "created_by": {
                "id": 1,
                "uuid": "user-1",
                "distinct_id": "distinct-1",
                "first_name": "you",
                "last_name": "",
                "email": "you@localhost.local",
                "is_email_verified": True,
                "hedgehog_config": None,
                "role_at_organization": "",
            },
            "deleted": False,
            "filters": {},
            "last_modified_at": "2026-11-20T12:00:00Z",
            "last_modified_by": {
                "id": 1,
                "uuid": "user-1",
                "distinct_id": "distinct-1",
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
        }
    )


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (
            {},
            snapshot(
                (
                    400,
                    "validation_error",
                    "invalid_input",
                    "Must provide a valid playlist type: either filters or collection",
                    None,
                )
            ),
        ),
        (
            {"type": None},
            snapshot(
                (
                    400,
                    "validation_error",
                    "invalid_input",
                    "Must provide a valid playlist type: either filters or collection",
                    None,
                )
            ),
        ),
        (
            {"type": "tomato"},
            snapshot((400, "validation_error", "invalid_choice", '"tomato" is not a valid choice.', "type")),
        ),
        (
            {"type": "collection", "filters": {"a": 1}},
            snapshot((400, "validation_error", "invalid_input", "You cannot create a collection with filters", None)),
        ),
        (
            {"type": "filters"},
            snapshot(
                (
                    400,
                    "validation_error",
                    "invalid_input",
                    "You must provide a valid filters when creating a saved filter",
                    None,
                )
            ),
        ),
        (
            {"type": "filters", "filters": {}},
            snapshot(
                (
                    400,
                    "validation_error",
                    "invalid_input",
                    "You must provide a valid filters when creating a saved filter",
                    None,
                )
            ),
        ),
        (
            {"type": "filters", "filters": None},
            snapshot((400, "validation_error", "null", "This field may not be null.", "filters")),
        ),
        (
            {"filters": {"a": 1}},
            snapshot(
                (
                    400,
                    "validation_error",
                    "invalid_input",
                    "Must provide a valid playlist type: either filters or collection",
                    None,
                )
            ),
        ),
        (
            {"type": "collection", "name": "x" * 401},
            snapshot(
                (400, "validation_error", "max_length", "Ensure this field has no more than 400 characters.", "name")
            ),
        ),
        (
            {"type": "collection", "derived_name": "x" * 401},
            snapshot(
                (
                    400,
                    "validation_error",
                    "max_length",
                    "Ensure this field has no more than 400 characters.",
                    "derived_name",
                )
            ),
        ),
        (
            {"type": "collection", "name": {}},
            snapshot((400, "validation_error", "invalid_input", "Not a valid string.", "name")),
        ),
        (
            {"type": "collection", "description": None},
            snapshot((400, "validation_error", "null", "This field may not be null.", "description")),
        ),
        (
            {"type": "collection", "pinned": "maybe"},
            snapshot((400, "validation_error", "invalid_input", "Must be a valid boolean.", "pinned")),
        ),
        (
            {"type": "collection", "deleted": None},
            snapshot((400, "validation_error", "null", "This field may not be null.", "deleted")),
        ),
        (
            {"type": "collection", "_create_in_folder": None},
            snapshot((400, "validation_error", "null", "This field may not be null.", "_create_in_folder")),
        ),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_an_invalid_playlist_is_refused(local: Local, body: dict[str, Any], refusal: Any):
    assert error(await local.http.post(PLAYLISTS, json=body)) == refusal


async def test_names_of_400_characters_null_and_empty_names_are_accepted(local: Local):
    for name in ("x" * 400, None, ""):
        body = {"type": "collection", "name": name, "derived_name": name, "_create_in_folder": ""}
        response = await local.http.post(PLAYLISTS, json=body)
        assert (response.status_code, response.json()["name"], response.json()["derived_name"]) == (201, name, name)


async def test_a_playlist_may_be_created_as_deleted(local: Local):
    made = await local.http.post(PLAYLISTS, json={"type": "collection", "deleted": "true"})
    found = await local.http.get(f"{PLAYLISTS}/{made.json()['short_id']}")
    assert (made.status_code, made.json()["deleted"], found.status_code) == (201, True, 404)


@pytest.mark.usefixtures("_playlists")
@pytest.mark.parametrize("short_id", ["unknown1", "gone0001", "synthetic-x", "synthetic-new-url-1", "bulk_add"])
async def test_an_unknown_or_deleted_playlist_is_not_found(local: Local, short_id: str):
    response = await local.http.get(f"{PLAYLISTS}/{short_id}")
    assert error(response) == snapshot((404, "invalid_request", "not_found", "Not found.", None))


@pytest.mark.usefixtures("_playlists")
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"short_id": "coll0001"}, 200),
        ({"short_id": "filt0001"}, 404),
        ({"created_by": "1"}, 200),
        ({"created_by": "2"}, 404),
        ({"created_by": "", "short_id": ""}, 200),
        ({"search": "nothing"}, 200),
    ],
    ids=str,
)
async def test_short_id_and_created_by_also_filter_a_single_playlist(local: Local, query: dict[str, str], status: int):
    assert (await local.http.get(f"{PLAYLISTS}/coll0001", params=query)).status_code == status


@pytest.mark.usefixtures("_playlists")
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_an_update_changes_what_it_names_and_is_answered_whole(local: Local, method: str):
    async with local.client(NewKey("bo@example.com", 1, ("*",))) as bo, later(local) as http:
        with local.store.connection() as db:
            db.execute("UPDATE user SET uuid = 'user-' || id, distinct_id = 'distinct-' || id")
        body = {"name": "New", "derived_name": "derived", "description": "New", "pinned": True}
        await http.request(method, f"{PLAYLISTS}/coll0001", json=body)
        response = await bo.request(method, f"{PLAYLISTS}/coll0001", json={"description": "Newer"})
    assert answer(response) == snapshot(
        (
            200,
            {
                "id": 1,
                "short_id": "coll0001",
                "name": "New",
                "derived_name": "derived",
                "description": "Newer",
                "pinned": True,
                "created_at": "2026-11-19T12:00:00Z",
                "created_by": {
                    "id": 1,
                    "uuid": "user-1",
                    "distinct_id": "distinct-1",
                    "first_name": "you",
                    "last_name": "",
                    "email": "you@localhost.local",
                    "is_email_verified": True,
                    "hedgehog_config": None,
                    "role_at_organization": "",
                },
                "deleted": False,
                "filters": {},
                "last_modified_at": "2026-11-20T12:00:00Z",
                "last_modified_by": {
                    "id": 2,
                    "uuid": "user-2",
                    "distinct_id": "distinct-2",
                    "first_name": "bo",
                    "last_name": "",
                    "email": "bo@example.com",
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
                    "collection": {"count": 1, "watched_count": 0},
                },
                "type": "collection",
                "is_synthetic": False,
            },
        )
    )


@pytest.mark.usefixtures("_playlists")
@pytest.mark.parametrize(
    ("body", "moves"),
    [
        ({"name": "Collection"}, True),
        ({"description": "Old"}, True),
        ({"filters": {}}, True),
        ({"pinned": True}, False),
        ({"derived_name": "New"}, False),
        ({"deleted": False}, False),
        ({"type": "filters"}, False),
        ({}, False),
    ],
    ids=str,
)
async def test_sending_a_material_field_updates_the_time_of_modification(
    local: Local, body: dict[str, Any], moves: bool
):
    async with later(local) as http:
        updated = (await http.patch(f"{PLAYLISTS}/coll0001", json=body)).json()
    assert updated["last_modified_at"] == ("2026-11-21T13:01:01.001000Z" if moves else "2026-11-19T12:00:00Z")


@pytest.mark.usefixtures("_playlists")
async def test_the_type_never_changes_but_must_be_valid(local: Local):
    updated = await local.http.patch(f"{PLAYLISTS}/coll0001", json={"type": "filters"})
    refused = await local.http.patch(f"{PLAYLISTS}/coll0001", json={"type": "tomato"})
    assert (updated.status_code, updated.json()["type"]) == (200, "collection")
    assert error(refused) == snapshot(
        (400, "validation_error", "invalid_choice", '"tomato" is not a valid choice.', "type")
    )


@pytest.mark.usefixtures("_playlists")
@pytest.mark.parametrize(
    ("short_id", "body", "refusal"),
    [
        (
            "coll0001",
            {"filters": {"a": 1}},
            snapshot((400, "validation_error", "invalid_input", "You cannot update a collection to add filters", None)),
        ),
        (
            "filt0001",
            {},
            snapshot(
                (
                    400,
                    "validation_error",
                    "invalid_input",
                    "You cannot remove all filters when updating a saved filter",
                    None,
                )
            ),
        ),
        (
            "filt0001",
            {"name": "New"},
            snapshot(
                (
                    400,
                    "validation_error",
                    "invalid_input",
                    "You cannot remove all filters when updating a saved filter",
                    None,
                )
            ),
        ),
        (
            "filt0001",
            {"deleted": True},
            snapshot(
                (
                    400,
                    "validation_error",
                    "invalid_input",
                    "You cannot remove all filters when updating a saved filter",
                    None,
                )
            ),
        ),
        (
            "filt0001",
            {"filters": {}},
            snapshot(
                (
                    400,
                    "validation_error",
                    "invalid_input",
                    "You cannot remove all filters when updating a saved filter",
                    None,
                )
            ),
        ),
        (
            "filt0001",
            {"filters": None},
            snapshot((400, "validation_error", "null", "This field may not be null.", "filters")),
        ),
        (
            "coll0001",
            {"name": "x" * 401},
            snapshot(
                (400, "validation_error", "max_length", "Ensure this field has no more than 400 characters.", "name")
            ),
        ),
        (
            "coll0001",
            {"pinned": "maybe"},
            snapshot((400, "validation_error", "invalid_input", "Must be a valid boolean.", "pinned")),
        ),
        (
            "synthetic-expiring",
            {"name": "Mine"},
            snapshot((400, "validation_error", "invalid_input", "Cannot update synthetic playlists", None)),
        ),
        (
            "synthetic-expiring",
            {"pinned": "maybe"},
            snapshot((400, "validation_error", "invalid_input", "Must be a valid boolean.", "pinned")),
        ),
        ("synthetic-x", {"name": "Mine"}, snapshot((404, "invalid_request", "not_found", "Not found.", None))),
        ("unknown1", {"name": "x" * 401}, snapshot((404, "invalid_request", "not_found", "Not found.", None))),
    ],
    ids=lambda value: str(value)[:50],
)
async def test_an_invalid_update_is_refused(local: Local, short_id: str, body: dict[str, Any], refusal: Any):
    before = (await local.http.get(f"{PLAYLISTS}/{short_id}")).json()
    assert error(await local.http.patch(f"{PLAYLISTS}/{short_id}", json=body)) == refusal
    assert (await local.http.get(f"{PLAYLISTS}/{short_id}")).json() == before


@pytest.mark.usefixtures("_playlists")
@pytest.mark.parametrize(
    ("short_id", "body"),
    [
        ("coll0001", {"filters": {}}),
        ("filt0001", {"name": "New", "filters": {"date_from": "-1d", "nested": [1, {"a": None}]}}),
        ("legacy01", {"filters": {"a": 1}}),
        ("legacy01", {"name": None}),
    ],
    ids=str,
)
async def test_a_valid_update_is_stored(local: Local, short_id: str, body: dict[str, Any]):
    updated = await local.http.patch(f"{PLAYLISTS}/{short_id}", json=body)
    kept = (await local.http.get(f"{PLAYLISTS}/{short_id}")).json()
    assert (updated.status_code, without_counts(updated.json())) == (200, without_counts(kept))
    assert kept | body == kept


@pytest.mark.usefixtures("_playlists")
async def test_a_renamed_playlist_moves_to_its_new_place_in_the_list(local: Local):
    async def order() -> list[str]:
        query = {"order": "name", "collection_type": "custom"}
        page = (await local.http.get(PLAYLISTS, params=query)).json()
        return [playlist["short_id"] for playlist in page["results"]]

    before = await order()
    await local.http.patch(f"{PLAYLISTS}/coll0001", json={"name": "", "derived_name": "ZZ"})
    assert (before, await order()) == snapshot(
        (["coll0001", "filt0001", "legacy01"], ["filt0001", "legacy01", "coll0001"])
    )


@pytest.mark.usefixtures("_playlists")
async def test_a_deleted_playlist_is_gone_until_it_is_restored(local: Local):
    path = f"{PLAYLISTS}/coll0001"
    deleted = await local.http.patch(path, json={"deleted": True})
    while_deleted = [
        (await local.http.get(path)).status_code,
        (await local.http.get(f"{path}/recordings")).status_code,
        (await local.http.post(f"{path}/recordings/session-2")).status_code,
        (await local.http.delete(f"{path}/recordings/session-1")).status_code,
        (await local.http.post(f"{path}/recordings/bulk_add", json={"session_recording_ids": ["a"]})).status_code,
        (await local.http.post(f"{path}/recordings/bulk_delete", json={"session_recording_ids": ["a"]})).status_code,
        (await local.http.get(PLAYLISTS)).json()["count"],
    ]
    restored = await local.http.patch(path, json={"deleted": False})
    listed = (await local.http.get(PLAYLISTS)).json()["count"]
    assert (deleted.status_code, deleted.json()["deleted"]) == (200, True)
    assert while_deleted == snapshot([404, 404, 404, 404, 404, 404, 9])
    assert (restored.status_code, restored.json()["deleted"], listed) == (200, False, 10)
    assert restored.json()["recordings_counts"]["collection"]["count"] == 1


@pytest.mark.usefixtures("_playlists")
@pytest.mark.parametrize("short_id", ["coll0001", "gone0001", "unknown1", "synthetic-watch-history", "synthetic-x"])
async def test_delete_is_refused_with_an_empty_body_whatever_the_playlist(local: Local, short_id: str):
    response = await local.http.delete(f"{PLAYLISTS}/{short_id}")
    assert (response.status_code, response.content, response.headers["allow"]) == (405, b"", "GET, PUT, PATCH")


async def test_filters_nested_too_deeply_to_be_shown_again_are_refused(local: Local):
    filters: Any = {}
    for _ in range(101):
        filters = {"values": filters}
    response = await local.http.post(PLAYLISTS, json={"type": "filters", "filters": filters})
    assert error(response) == snapshot(
        (
            400,
            "validation_error",
            "invalid_input",
            "Ensure this value has no more than 100 levels of nesting.",
            "filters",
        )
    )
    assert (await local.http.get(PLAYLISTS)).status_code == 200


async def test_a_new_playlist_has_the_time_and_the_user_of_its_request(local: Local):
    async with local.client(NewKey("bo@example.com", 1, ("*",))) as bo:
        made = (await bo.post(PLAYLISTS, json={"type": "collection"})).json()
    assert (made["created_by"]["email"], made["last_modified_by"]["email"]) == ("bo@example.com", "bo@example.com")
    assert (made["created_at"], made["last_modified_at"]) == ("2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z")


async def test_integers_in_filters_keep_all_their_digits(local: Local):
    filters = '{"a":[123456789012345678901234567890,-9223372036854775809],"b":{"c":18446744073709551616}}'
    json = {"Content-Type": "application/json"}
    made = await local.http.post(PLAYLISTS, content=f'{{"type":"filters","filters":{filters}}}', headers=json)
    from_form = await local.http.post(PLAYLISTS, data={"type": "filters", "filters": filters})
    path = f"{PLAYLISTS}/{made.json()['short_id']}"
    read = await local.http.get(path)
    larger = filters.replace("18446744073709551616", "1" * 400)
    changed = await local.http.patch(path, content=f'{{"filters":{larger}}}', headers=json)
    listed = await local.http.get(PLAYLISTS, params={"type": "filters", "order": "created_at"})
    assert [filters in each.text for each in (made, from_form, read)] == [True, True, True]
    assert [larger in each.text for each in (changed, listed)] == [True, True]


async def test_a_number_beyond_a_double_is_no_filter(local: Local):
    body = '{"type": "filters", "filters": {"a": 1e400, "b": 18446744073709551616}}'
    response = await local.http.post(PLAYLISTS, content=body, headers={"Content-Type": "application/json"})
    assert error(response) == snapshot(
        (400, "validation_error", "invalid_input", "Value must be valid JSON.", "filters")
    )
