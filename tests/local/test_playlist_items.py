"""Adding recordings to playlists and removing them."""

from typing import Any

import anyio
import httpx2
import pytest
from inline_snapshot import snapshot

from replay_mcp.local.store.accounts import NewKey
from tests.conftest import Local
from tests.local.answers import PLAYLISTS, answer, error
from tests.seeding import add_item, add_playlist, add_recording

pytestmark = pytest.mark.anyio

COLLECTION = f"{PLAYLISTS}/coll0001/recordings"
FILTER = f"{PLAYLISTS}/filt0001/recordings"
LEGACY = f"{PLAYLISTS}/legacy01/recordings"
SYNTHETIC = f"{PLAYLISTS}/synthetic-shared/recordings"
NO_IDS: list[dict[str, Any]] = [
    {},
    {"session_recording_ids": []},
    {"session_recording_ids": None},
    {"session_recording_ids": "session-1"},
    {"session_recording_ids": {"a": 1}},
    {"session_ids": ["session-1"]},
]


@pytest.fixture(autouse=True)
def _playlists(local: Local) -> None:
    with local.store.connection() as db:
        add_item(db, add_playlist(db, "coll0001"), "session-1", 1)
        add_playlist(db, "filt0001", type="filters", filters='{"a":1}')
        add_playlist(db, "legacy01", type=None)


def items(local: Local) -> list[tuple[str, str]]:
    """Items of all playlists, oldest first."""
    query = """
        SELECT short_id, session_id FROM session_recording_playlist_item
        JOIN session_recording_playlist ON id = playlist_id ORDER BY playlist_id, position
    """
    with local.store.connection() as db:
        return [(row["short_id"], row["session_id"]) for row in db.execute(query)]


async def bulk(local: Local, action: str, session_ids: Any, path: str = COLLECTION) -> httpx2.Response:
    return await local.http.post(f"{path}/bulk_{action}", json={"session_recording_ids": session_ids})


@pytest.fixture
def _foreign(local: Local) -> None:
    """`recorded-there` is recorded in environment 2, `listed-there` is in a playlist of it."""
    local.client(NewKey("you@localhost.local", 2, ("*",)))
    with local.store.connection() as db:
        add_recording(db, "recorded-there", team_id=2)
        add_item(db, add_playlist(db, "there001", team_id=2), "listed-there")


async def test_a_recording_is_added_whether_it_exists_or_not_and_only_once(local: Local):
    with local.store.connection() as db:
        add_recording(db, "session-2")
    answers = [
        answer(await local.http.post(f"{COLLECTION}/{id}")) for id in ("session-2", "session-missing", "session-2")
    ]
    assert answers == [(200, {"success": True})] * 3
    assert items(local) == snapshot(
        [("coll0001", "session-1"), ("coll0001", "session-2"), ("coll0001", "session-missing")]
    )


async def test_the_most_recently_added_recording_is_shown_first(local: Local):
    with local.store.connection() as db:
        for session_id in ("session-1", "session-2", "session-3"):
            add_recording(db, session_id)
    await local.http.post(f"{COLLECTION}/session-2")
    await local.http.delete(f"{COLLECTION}/session-1")
    await local.http.post(f"{COLLECTION}/session-3")
    await local.http.post(f"{COLLECTION}/session-1")
    page = (await local.http.get(COLLECTION)).json()
    assert [recording["id"] for recording in page["results"]] == ["session-1", "session-3", "session-2"]


async def test_adding_does_not_change_the_time_of_modification(local: Local):
    before = (await local.http.get(f"{PLAYLISTS}/coll0001")).json()
    await local.http.post(f"{COLLECTION}/session-2")
    after = (await local.http.get(f"{PLAYLISTS}/coll0001")).json()
    assert (after["last_modified_at"], after["recordings_counts"]["collection"]["count"]) == (
        before["last_modified_at"],
        2,
    )


async def test_a_legacy_playlist_without_a_type_takes_recordings(local: Local):
    assert answer(await local.http.post(f"{LEGACY}/session-2")) == (200, {"success": True})


async def test_a_saved_filter_takes_no_recordings(local: Local):
    assert error(await local.http.post(f"{FILTER}/session-2")) == snapshot(
        (400, "validation_error", "invalid_input", "Cannot add recordings to a playlist that is type 'filters'.", None)
    )
    assert error(await bulk(local, "add", ["session-2"], FILTER)) == snapshot(
        (400, "validation_error", "invalid_input", "Cannot add recordings to a playlist that is type 'filters'.", None)
    )


async def test_a_computed_playlist_fails_to_take_one_and_skips_several(local: Local):
    assert error(await local.http.post(f"{SYNTHETIC}/session-2")) == snapshot(
        (500, "server_error", "error", "A server error occurred.", None)
    )
    assert answer(await bulk(local, "add", ["session-2"], SYNTHETIC)) == snapshot(
        (200, {"success": True, "added_count": 0, "total_requested": 1})
    )
    assert answer(await bulk(local, "delete", ["session-2"], SYNTHETIC)) == snapshot(
        (200, {"success": True, "deleted_count": 0, "total_requested": 1})
    )


@pytest.mark.usefixtures("_foreign")
@pytest.mark.parametrize("session_id", ["recorded-there", "listed-there", "x" * 201])
async def test_another_environments_recording_and_an_overlong_id_fail(local: Local, session_id: str):
    response = await local.http.post(f"{COLLECTION}/{session_id}")
    assert error(response) == snapshot((500, "server_error", "error", "A server error occurred.", None))
    assert items(local) == snapshot([("coll0001", "session-1"), ("there001", "listed-there")])


async def test_concurrent_additions_lose_and_duplicate_nothing(local: Local):
    async def add(number: int) -> None:
        statuses.append((await local.http.post(f"{COLLECTION}/many-{number}")).status_code)

    statuses: list[int] = []
    async with anyio.create_task_group() as group:
        for number in [*range(20), *range(20)]:
            group.start_soon(add, number)
    with local.store.connection() as db:
        rows = db.execute("SELECT session_id, position FROM session_recording_playlist_item").fetchall()
    assert statuses == [200] * 40
    assert {row["session_id"] for row in rows} == {"session-1", *(f"many-{number}" for number in range(20))}
    assert sorted(row["position"] for row in rows) == list(range(1, 22))


async def test_a_recording_is_removed(local: Local):
    assert answer(await local.http.delete(f"{COLLECTION}/session-1")) == (200, {"success": True})
    assert items(local) == []


@pytest.mark.parametrize("path", [COLLECTION, FILTER, SYNTHETIC])
async def test_removing_an_absent_recording_crashes(local: Local, path: str):
    response = await local.http.delete(f"{path}/session-9")
    assert error(response) == snapshot((500, "server_error", "error", "A server error occurred.", None))


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize("short_id", ["unknown1", "there001", "synthetic-x"])
@pytest.mark.usefixtures("_foreign")
async def test_an_unknown_playlist_and_another_environments_are_not_found(local: Local, method: str, short_id: str):
    response = await local.http.request(method, f"{PLAYLISTS}/{short_id}/recordings/listed-there")
    assert error(response) == (404, "invalid_request", "not_found", "Not found.", None)


@pytest.mark.usefixtures("_foreign")
async def test_several_are_added_in_one_request_and_only_new_ones_are_counted(local: Local):
    wanted = ["session-1", "session-2", "session-2", "recorded-there", "", "x" * 201, 5, None, {"a": 1}, "session-3"]
    assert answer(await bulk(local, "add", wanted)) == snapshot(
        (200, {"success": True, "added_count": 2, "total_requested": 10})
    )
    assert items(local) == snapshot(
        [("coll0001", "session-1"), ("coll0001", "session-2"), ("coll0001", "session-3"), ("there001", "listed-there")]
    )


async def test_several_are_removed_in_one_request_and_unknown_ones_are_skipped(local: Local):
    await bulk(local, "add", ["session-2", "session-3"])
    assert answer(await bulk(local, "delete", ["session-1", "session-3", "session-3", "session-9", 5])) == snapshot(
        (200, {"success": True, "deleted_count": 2, "total_requested": 5})
    )
    assert items(local) == snapshot([("coll0001", "session-2")])


async def test_a_bulk_request_takes_at_most_twenty_ids(local: Local):
    most = [f"many-{number}" for number in range(20)]
    assert answer(await bulk(local, "add", most)) == snapshot(
        (200, {"success": True, "added_count": 20, "total_requested": 20})
    )
    assert answer(await bulk(local, "delete", most)) == snapshot(
        (200, {"success": True, "deleted_count": 20, "total_requested": 20})
    )
    refusals = [error(await bulk(local, action, [*most, "one-more"])) for action in ("add", "delete")]
    assert (
        refusals[0]
        == refusals[1]
        == snapshot((400, "validation_error", "invalid_input", "Cannot process more than 20 recordings at once", None))
    )


@pytest.mark.parametrize("action", ["add", "delete"])
@pytest.mark.parametrize("body", NO_IDS, ids=str)
async def test_without_a_list_of_ids_nothing_happens(local: Local, action: str, body: dict[str, Any]):
    response = await local.http.post(f"{COLLECTION}/bulk_{action}", json=body)
    assert error(response) == snapshot(
        (400, "validation_error", "invalid_input", "session_recording_ids must be provided as a non-empty array", None)
    )


async def test_a_saved_filter_has_nothing_to_remove(local: Local):
    assert answer(await bulk(local, "delete", ["session-1"], FILTER)) == snapshot(
        (200, {"success": True, "deleted_count": 0, "total_requested": 1})
    )


@pytest.mark.usefixtures("_foreign")
async def test_a_playlist_of_one_environment_cannot_be_reached_through_another(local: Local):
    path = "/api/environments/2/session_recording_playlists/coll0001/recordings"
    async with local.client(NewKey("you@localhost.local", 2, ("*",))) as other:
        statuses = [
            (await other.post(f"{path}/session-5")).status_code,
            (await other.delete(f"{path}/session-1")).status_code,
            (await other.post(f"{path}/bulk_add", json={"session_recording_ids": ["a"]})).status_code,
            (await other.post(f"{path}/bulk_delete", json={"session_recording_ids": ["session-1"]})).status_code,
            (await other.get(path)).status_code,
        ]
    assert statuses == [404] * 5
    assert ("coll0001", "session-1") in items(local)
