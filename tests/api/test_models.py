"""Documented and live answers parse, keep every field, and tolerate unknown ones."""

import json
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot
from pydantic import BaseModel

from replay_mcp.api import endpoints as e
from replay_mcp.api.models import Person, Playlist, Recording
from replay_mcp.client.responses import parse
from replay_mcp.errors import MalformedResponse
from tests.conftest import Local
from tests.seeding import add_playlist, add_recording

SAMPLES = Path(__file__).parent.parent / "samples"


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


PAIRS = [
    (e.PLAYLISTS_LIST, "playlist_page"),
    (e.PLAYLISTS_CREATE, "playlist"),
    (e.PLAYLISTS_RETRIEVE, "playlist"),
    (e.PLAYLISTS_UPDATE, "playlist"),
    (e.PLAYLIST_RECORDINGS_LIST, "live_recording_page"),
    (e.RECORDINGS_LIST, "recording_page"),
    (e.RECORDINGS_LIST, "live_recording_page"),
    (e.RECORDINGS_RETRIEVE, "recording"),
    (e.RECORDINGS_UPDATE, "recording"),
    (e.RECORDINGS_UPDATE, "live_success"),
    (e.PLAYLIST_RECORDINGS_ADD, "live_success"),
    (e.PLAYLIST_RECORDINGS_REMOVE, "live_success"),
    (e.SUMMARIES_CREATE, "live_summaries"),
]


@pytest.mark.parametrize(("endpoint", "name"), PAIRS)
def test_no_field_of_an_answer_is_lost(endpoint: Any, name: str) -> None:
    model: BaseModel = parse(endpoint, json.dumps(sample(name)).encode())
    assert model.model_dump(mode="json", exclude_unset=True) == sample(name)


def test_the_documented_summaries_shape_has_no_summary() -> None:
    assert parse(e.SUMMARIES_CREATE, json.dumps(sample("summaries")).encode()).root == {}


@pytest.mark.parametrize(
    "endpoint",
    [e.PLAYLIST_RECORDINGS_ADD, e.PLAYLIST_RECORDINGS_REMOVE, e.RECORDINGS_DESTROY, e.PLAYLIST_RECORDINGS_LIST],
)
def test_an_empty_body_is_valid_where_none_is_documented(endpoint: Any) -> None:
    assert parse(endpoint, b"") == endpoint.result()


def test_unknown_fields_are_kept() -> None:
    body = sample("recording") | {"surfacing_score": 0.5}
    assert parse(e.RECORDINGS_RETRIEVE, json.dumps(body).encode()).documented()["surfacing_score"] == 0.5


@pytest.mark.anyio
async def test_the_local_api_answers_with_the_documented_fields(local: Local) -> None:
    with local.store.connection() as db:
        add_playlist(db, "aaaaaaaa")
        add_recording(db, "s1")
    base = "/api/environments/1"
    playlist = (await local.http.get(f"{base}/session_recording_playlists/aaaaaaaa/")).json()
    recording = (await local.http.get(f"{base}/session_recordings/s1/")).json()
    page = (await local.http.get(f"{base}/session_recordings/?limit=1&offset=0")).json()
    documented = set(sample("playlist")) - {"_create_in_folder"}  # write-only (live behaviour)
    assert set(playlist) == documented
    assert set(playlist["created_by"]) == set(sample("playlist")["created_by"])
    assert set(recording) == set(sample("recording"))
    assert set(recording["person"]) == set(sample("recording")["person"])
    assert set(page) == set(sample("recording_page")) | {"has_next", "version"}


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        (None, None),
        ({"collection": {"count": None}, "saved_filters": {"count": None}}, None),
        ({"collection": {"count": 3}, "saved_filters": {"count": None}}, 3),
        ({"collection": {"count": None}, "saved_filters": {"count": 0}}, 0),
        ({"property1": {"property1": 1}}, None),
    ],
)
def test_a_playlist_s_count_is_unknown_where_the_api_gives_none(counts: Any, shown: int | None) -> None:
    assert Playlist(id=1, short_id="a", recordings_counts=counts).recording_count == shown


def test_a_person_is_named_by_email_then_name_then_distinct_id() -> None:
    assert Person(name="Ada", properties={"email": "ada@example.com"}, distinct_ids=["d"]).label == "ada@example.com"
    assert Person(name="Ada", properties={}, distinct_ids=["d"]).label == "Ada"
    assert Person(distinct_ids=["d"]).label == "d"
    assert Person().label is None
    assert Recording(id="s").documented() == {"id": "s"}


def events(columns: list[str], *rows: list[Any]) -> str:
    """The rows of an events query's response, or why it is refused."""
    body = {"columns": columns, "results": rows, "hasMore": False, "hogql": "SELECT event"}
    try:
        return str(parse(e.EVENTS_QUERY, json.dumps(body).encode()).rows())
    except MalformedResponse as error:
        return error.why


def test_rows_of_events_have_one_value_for_each_column() -> None:
    assert events(["event", "count()"], ["order placed", 2]) == snapshot("[{'event': 'order placed', 'count()': 2}]")
    assert events(["event", "count()"], ["order placed"]) == snapshot(
        "The API's response to query_create is not as documented, a row does not have one value for each of the 2 columns."
    )
    assert events(["event"], *([["order placed"]] * 10_001)) == snapshot(
        "The API's response to query_create is not as documented at 'results', it has 10001 rows; the limit is 10000."
    )
    assert events(["event"] * 101) == snapshot(
        "The API's response to query_create is not as documented, it has 101 columns; the limit is 100."
    )
