"""Corner cases of intake, each of which was once handled wrongly."""

import gzip
import json
from typing import Any

import pytest

from replay_mcp.local.store.limits import Limits
from tests.local.answers import RECORDINGS, answer, error
from tests.local.capture.conftest import Record, Recorder
from tests.local.capture.html import Page
from tests.local.capture.posthog_js import dump, ids, listed, product_event, send, snapshot_event
from tests.local.capture.test_events_in import stored
from tests.local.capture.test_persons_in import identify, persons, send_events, set_properties
from tests.recording.rrweb import click, meta
from tests.seeding import DAY_MS

pytestmark = pytest.mark.anyio

OK = 200, {"status": 1}
UUID = "0199a4c7-0000-7000-8000-000000000001"


@pytest.mark.parametrize("days", [31, 40, 400])
async def test_an_event_older_than_the_retention_does_not_take_a_recording_away(local: Recorder, days: int):
    raws = meta(0, "https://shop.example/"), click(1_000)
    assert answer(await send(local.page, snapshot_event(*raws, token=local.token))) == OK
    await send(local.page, snapshot_event(click(-days * DAY_MS), token=local.token))
    assert (await local.http.get(f"{RECORDINGS}/s1")).status_code == 200
    assert await ids(local) == ["s1"]


@pytest.mark.parametrize("shape", ["alone", "in a list", "in a batch"])
async def test_two_different_tokens_within_an_event_are_refused(local: Recorder, shape: str):
    other = local.other_environment()
    event = snapshot_event(click(0), token=local.token) | {"api_key": other}
    before = dump(local)
    message: Any = {"alone": event, "in a list": [event], "in a batch": {"batch": [event]}}[shape]
    assert (await send(local.page, message)).status_code == 401
    assert dump(local) == before


async def test_two_different_tokens_beside_an_event_of_a_list_are_refused(local: Recorder):
    other = local.other_environment()
    before = dump(local)
    event = snapshot_event(click(0)) | {"api_key": other, "token": local.token}
    assert (await send(local.page, [event])).status_code == 401
    assert dump(local) == before


async def test_newer_properties_win_when_two_persons_are_merged(local: Recorder):
    await send_events(local, set_properties("anon-1", 0, plan="free"))
    await send_events(local, set_properties("maya", 1_000, plan="pro"))
    await send_events(local, identify("maya", "anon-1", at=2_000))
    assert [person["properties"] for person in persons(local)] == [{"plan": "pro"}]


async def test_a_property_set_once_does_not_win_when_two_persons_are_merged(local: Recorder):
    await send_events(local, set_properties("anon-1", 0, once={"source": "ad"}))
    await send_events(local, set_properties("maya", 0, source="shop"))
    await send_events(local, identify("maya", "anon-1", at=2_000))
    assert [person["properties"] for person in persons(local)] == [{"source": "shop"}]


async def test_a_late_update_replaces_an_older_value_of_the_same_property(local: Recorder):
    await send_events(local, set_properties("maya", 0, a=1))
    await send_events(local, set_properties("maya", 5_000, b=1))
    await send_events(local, set_properties("maya", 1_000, a=2))
    assert [person["properties"] for person in persons(local)] == [{"a": 2, "b": 1}]


@pytest.mark.parametrize("nobody", [" ", "\t", '"null"', "'undefined'"])
async def test_blank_and_quoted_ids_never_merge_persons(local: Recorder, nobody: str):
    await send_events(local, identify("maya", "anon-1"), identify("bo", "anon-2"))
    await send_events(local, identify("maya", nobody, at=10), identify("bo", nobody, at=10))
    assert len(persons(local)) == 2


async def test_two_environments_may_have_events_with_the_same_uuid(local: Recorder):
    other = local.other_environment()
    assert answer(await send(local.page, product_event("theirs", UUID, session="s2", token=other, at=0), "/e/")) == OK
    await send_events(local, product_event("paid", UUID, at=1_500))
    assert [row[0] for row in stored(local)] == ["theirs", "paid"]


async def test_a_name_that_no_file_can_have_answers_404(record: Record, tmp_path: Any):
    (tmp_path / "array.js").write_text("array()")
    async with record(posthog_js=tmp_path) as local:
        assert error(await local.page.get(f"/static/{'a' * 300}.js"))[0] == 404


@pytest.mark.parametrize("asked", [False, True])
async def test_the_page_for_other_computers_does_not_reveal_another_environment_s_site(record: Record, asked: bool):
    async with record(public=True) as local:
        other, headers = local.other_environment(), {"Origin": "https://secret.example"}
        if asked:
            await local.page.get(f"/array/{other}/config", headers=headers)
        else:
            await local.page.post("/s/", json=snapshot_event(click(0), token=other), headers=headers)
        assert "secret.example" not in (await local.page.get("/", params={"token": local.token})).text


async def test_the_page_that_sent_data_is_named(local: Recorder):
    chunk = snapshot_event(click(0), token=local.token)
    await local.page.post("/s/", json=chunk, headers={"Origin": "https://recorded.example"})
    await local.page.get(f"/array/{local.token}/config", headers={"Origin": "https://asked.example"})
    text = " ".join(Page((await local.page.get("/")).text).text)
    assert "a page of https://asked.example sent data" not in text


async def test_two_tokens_or_none_are_answered_with_the_problem(local: Recorder):
    other = local.other_environment()
    parts = [snapshot_event(click(0), token=local.token), snapshot_event(click(0), token=other)]
    wrong = "This server has no project with this token"
    assert wrong not in (await send(local.page, parts)).text
    assert wrong not in (await send(local.page, snapshot_event(click(0)))).text


async def test_a_session_of_another_environment_is_refused_without_naming_it(local: Recorder):
    other = local.other_environment()
    await send(local.page, snapshot_event(click(0), token=local.token))
    response = await send(local.page, snapshot_event(click(1), token=other))
    assert (response.status_code, "environment 1" in response.text) == (400, False)


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (b"5", "neither JSON"),
        (b'"paid"', "neither JSON"),
        (b"null", "unexpected character"),
        (b"true", "unexpected character"),
        (b"[]", "An event has no name"),
        (b'{"api_key": "TOKEN", "batch": []}', "An event has no name"),
    ],
)
async def test_the_problem_with_a_body_is_named(local: Recorder, body: bytes, wrong: str):
    response = await local.page.post("/e/", content=body.replace(b"TOKEN", local.token.encode()))
    assert (response.status_code, wrong in response.text) == (400, False)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_the_page_is_read_only(local: Recorder, method: str):
    assert (await local.page.request(method, "/")).status_code == 405


async def test_files_are_read_only(record: Record, tmp_path: Any):
    (tmp_path / "array.js").write_text("array()")
    async with record(posthog_js=tmp_path) as local:
        assert (await local.page.post("/static/array.js", content=b"x")).status_code == 405


async def test_data_after_the_gzip_stream_is_not_dropped_silently(local: Recorder):
    body = gzip.compress(json.dumps(snapshot_event(click(0), token=local.token)).encode())
    response = await local.page.post("/s/", content=body + b"rubbish")
    assert response.status_code == 400


async def test_an_event_far_in_the_future_is_left_out(local: Recorder):
    raws = click(0), click(1_000), click(400 * DAY_MS)
    await send(local.page, snapshot_event(*raws, token=local.token))
    assert [recording["recording_duration"] for recording in await listed(local)] == [1]


async def test_set_once_gives_way_to_a_set_that_arrives_late(local: Recorder):
    await send_events(local, set_properties("maya", 1_000, once={"plan": "once"}))
    await send_events(local, set_properties("maya", 0, plan="set"))
    assert [person["properties"] for person in persons(local)] == [{"plan": "set"}]


async def test_a_form_of_many_fields_is_refused(local: Recorder):
    assert error(await local.page.post("/e/", content=b"data=" + b"a&" * 12))[0] == 400


@pytest.mark.parametrize("place", ["properties", "$set"])
async def test_an_event_nested_too_deeply_is_left_out_and_the_others_are_stored(local: Recorder, place: str):
    deep: Any = 1
    for _ in range(150):
        deep = {"a": deep}
    properties: dict[str, Any] = {"$set": {"a": deep}} if place == "$set" else {"a": deep}
    bad = product_event("deep", at=10)
    bad["properties"] |= properties
    batch = [product_event("good", at=0), bad, snapshot_event(click(0))]
    status, body = answer(await send(local.page, {"api_key": local.token, "batch": batch}))
    assert (status, len(body.get("left_out", []))) == (200, 1)
    assert [row[0] for row in stored(local)] == ["good"]
    assert await ids(local) == ["s1"]


@pytest.mark.parametrize("events", [[0, 1, 2], [0, 0, 0, 0]])
async def test_product_events_that_are_there_already_are_never_too_much(record: Record, events: list[int]):
    async with record(limits=Limits(session_events=3)) as local:
        message = {"api_key": local.token, "batch": [product_event("paid", at=at) for at in events]}
        for _ in range(2):
            assert answer(await send(local.page, message, "/e/")) == OK


async def test_two_different_tokens_in_the_url_are_refused(local: Recorder):
    url = f"/e/?token={local.other_environment()}&token={local.token}"
    assert (await local.page.post(url, json=product_event("paid", at=0))).status_code == 401
    assert stored(local) == []


@pytest.mark.parametrize("before", [b"\n", b" ", b"\r\n\t", b"\xef\xbb\xbf"])
async def test_white_space_before_json_makes_no_difference(local: Recorder, before: bytes):
    body = before + json.dumps(product_event("paid", at=0, token=local.token)).encode()
    assert answer(await local.page.post("/e/", content=body)) == OK


async def test_a_null_distinct_id_beside_the_properties_leaves_the_one_in_them(local: Recorder):
    event = product_event("paid", at=0, token=local.token) | {"distinct_id": None}
    assert answer(await send(local.page, event, "/e/")) == OK


async def test_an_event_from_the_future_does_not_freeze_a_person(local: Recorder):
    await send_events(local, set_properties("maya", 0, plan="free"))
    await send_events(local, product_event("$pageview", at=20_000 * DAY_MS, distinct_id="maya"))
    await send_events(local, set_properties("maya", 1_000, plan="pro"))
    assert [person["properties"] for person in persons(local)] == [{"plan": "pro"}]
