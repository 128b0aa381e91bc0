"""Persons of recordings, as events identify them."""

import json
from typing import Any

import pytest
from inline_snapshot import snapshot

from tests.local.answers import RECORDINGS, answer
from tests.local.capture.conftest import Recorder
from tests.local.capture.posthog_js import ids, listed, product_event, send, snapshot_event
from tests.recording.rrweb import click, meta

pytestmark = pytest.mark.anyio

OK = 200, {"status": 1}
MAYA = "maya@shop.example"


async def visit(local: Recorder, session_id: str, distinct_id: str) -> None:
    """Send a recording under a distinct id."""
    raws = meta(0, "https://shop.example/"), click(1_000)
    message = snapshot_event(*raws, session=session_id, distinct_id=distinct_id, token=local.token)
    assert answer(await send(local.page, message)) == OK


async def send_events(local: Recorder, *events: Any) -> None:
    message = {"api_key": local.token, "batch": list(events)}
    assert answer(await send(local.page, message, "/e/")) == OK


def identify(
    distinct_id: Any,
    anonymous: Any = None,
    at: int = 0,
    once: dict[str, Any] | None = None,
    **properties: Any,
) -> dict[str, Any]:
    """`posthog.identify(distinct_id, properties, once)`."""
    event = product_event(
        "$identify",
        f"identify-{distinct_id}-{anonymous}-{at}",
        at=at,
        distinct_id=distinct_id,
        **{"$anon_distinct_id": anonymous},
    )
    return event | {"$set": properties, "$set_once": once or {}}


def set_properties(distinct_id: str, at: int, once: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    """`posthog.setPersonProperties(properties, once)`."""
    more = {"$set": properties, "$set_once": once or {}}
    return product_event("$set", f"set-{distinct_id}-{at}", at=at, distinct_id=distinct_id, **more)


def persons(local: Recorder) -> list[dict[str, Any]]:
    """The ids and properties of every person, without the properties that posthog-js sets."""
    with local.store.connection() as db:
        found: list[dict[str, Any]] = []
        for row in db.execute("SELECT id, properties FROM person ORDER BY id").fetchall():
            query = "SELECT distinct_id FROM person_distinct_id WHERE person_id = ? ORDER BY distinct_id"
            properties = json.loads(row["properties"])
            found.append(
                {
                    "ids": [each["distinct_id"] for each in db.execute(query, (row["id"],))],
                    "properties": {name: value for name, value in properties.items() if not name.startswith("$")},
                }
            )
        return found


async def names(local: Recorder) -> dict[str, str | None]:
    """The person shown for each recording."""
    return {recording["id"]: recording["person"]["name"] for recording in await listed(local)}


async def test_a_person_recorded_before_signing_in_is_known_afterwards(local: Recorder):
    await visit(local, "s1", "anon-1")
    assert await names(local) == {"s1": None}
    await send_events(local, identify("maya", "anon-1", email=MAYA))
    await visit(local, "s2", "maya")
    assert await names(local) == {"s1": MAYA, "s2": MAYA}
    (first, second) = await listed(local)
    assert first["person"] == second["person"] | {"distinct_ids": first["person"]["distinct_ids"]}


async def test_a_person_who_signed_in_before_being_recorded_is_known(local: Recorder):
    await send_events(local, identify("maya", "anon-1", email=MAYA))
    await visit(local, "s1", "anon-1")
    assert await names(local) == {"s1": MAYA}


async def test_a_person_is_shown_with_their_known_properties(local: Recorder):
    await visit(local, "s1", "anon-1")
    await send_events(local, identify("maya", "anon-1", at=500, email=MAYA, plan="pro", once={"source": "ad"}))
    person = (await local.http.get(f"{RECORDINGS}/s1")).json()["person"]
    del person["id"], person["uuid"]
    assert person == snapshot(
        {
            "name": "maya@shop.example",
            "distinct_ids": ["anon-1"],
            "properties": {"source": "ad", "email": "maya@shop.example", "plan": "pro"},
            "created_at": "2026-11-20T10:00:00.500000Z",
            "last_seen_at": "2026-11-20T10:00:00.500000Z",
        }
    )


@pytest.mark.parametrize("of_event", [True, False], ids=["beside the properties", "in the properties"])
async def test_person_properties_may_be_in_either_place(local: Recorder, of_event: bool):
    event = product_event("$identify", "u1", distinct_id="maya", **{"$anon_distinct_id": "anon-1"})
    more = {"$set": {"email": MAYA}, "$set_once": {"source": "ad"}}
    await send_events(local, event | more if of_event else event | {"properties": event["properties"] | more})
    assert persons(local) == [{"ids": ["anon-1", "maya"], "properties": {"source": "ad", "email": MAYA}}]


async def test_any_event_may_set_properties(local: Recorder):
    await send_events(local, product_event("paid", "u1", distinct_id="maya", **{"$set": {"email": MAYA}}))
    assert persons(local) == [{"ids": ["maya"], "properties": {"email": MAYA}}]


async def test_a_recording_under_an_unidentified_id_creates_no_person(local: Recorder):
    await visit(local, "s1", "anon-1")
    assert persons(local) == []


# ---- set and set once -----------------------------------------------------------------------------------------------


async def test_a_later_set_replaces_an_earlier_one(local: Recorder):
    await send_events(
        local, set_properties("maya", 0, plan="free", city="Lagos"), set_properties("maya", 1_000, plan="pro")
    )
    assert persons(local) == [{"ids": ["maya"], "properties": {"plan": "pro", "city": "Lagos"}}]


async def test_a_later_set_replaces_an_earlier_one_from_another_request(local: Recorder):
    await send_events(local, set_properties("maya", 0, plan="free"))
    await send_events(local, set_properties("maya", 1_000, plan="pro"))
    assert persons(local) == [{"ids": ["maya"], "properties": {"plan": "pro"}}]


async def test_the_set_that_arrives_last_wins_whatever_its_time(local: Recorder):
    await send_events(local, set_properties("maya", 60_000, plan="pro"))
    await send_events(local, set_properties("maya", 0, plan="free", city="Lagos"))
    assert persons(local) == [{"ids": ["maya"], "properties": {"plan": "free", "city": "Lagos"}}]


async def test_a_property_that_was_set_once_stays(local: Recorder):
    await send_events(local, set_properties("maya", 0, once={"source": "ad"}))
    await send_events(local, set_properties("maya", 1_000, once={"source": "mail", "first": "cart"}))
    assert persons(local) == [{"ids": ["maya"], "properties": {"source": "ad", "first": "cart"}}]


async def test_set_once_never_replaces_a_set_property(local: Recorder):
    await send_events(local, set_properties("maya", 0, source="shop"))
    await send_events(local, set_properties("maya", 1_000, once={"source": "mail"}))
    assert persons(local) == [{"ids": ["maya"], "properties": {"source": "shop"}}]


async def test_set_replaces_a_property_that_was_set_once(local: Recorder):
    await send_events(local, set_properties("maya", 0, once={"source": "ad"}))
    await send_events(local, set_properties("maya", 1_000, source="shop"))
    assert persons(local) == [{"ids": ["maya"], "properties": {"source": "shop"}}]


async def test_set_wins_over_set_once_in_the_same_event(local: Recorder):
    await send_events(local, set_properties("maya", 0, once={"source": "ad"}, source="shop"))
    assert persons(local) == [{"ids": ["maya"], "properties": {"source": "shop"}}]


async def test_the_same_event_again_changes_nothing(local: Recorder):
    first, second = set_properties("maya", 0, plan="free"), set_properties("maya", 1_000, plan="pro")
    await send_events(local, first)
    await send_events(local, second)
    await send_events(local, first)
    assert persons(local) == [{"ids": ["maya"], "properties": {"plan": "pro"}}]


STRANGE: list[Any] = [None, 5, "text", ["a"], True, {}]


@pytest.mark.parametrize("value", STRANGE, ids=ascii)
async def test_odd_properties_break_nothing(local: Recorder, value: Any):
    await send_events(local, set_properties("maya", 0, plan="pro"))
    event = product_event("paid", "u1", at=10, distinct_id="maya", **{"$set": value, "$set_once": value})
    await send_events(local, event | {"$set": value, "$set_once": value})
    assert persons(local) == [{"ids": ["maya"], "properties": {"plan": "pro"}}]


# ---- merging --------------------------------------------------------------------------------------------------------


async def test_two_merged_persons_keep_the_properties_of_both(local: Recorder):
    await visit(local, "s1", "anon-1")
    await visit(local, "s2", "maya")
    await send_events(local, set_properties("anon-1", 0, cart="3"))
    await send_events(local, set_properties("maya", 1_000, plan="pro", email=MAYA))
    assert len(persons(local)) == 2
    await send_events(local, identify("maya", "anon-1", at=2_000))
    assert persons(local) == [{"ids": ["anon-1", "maya"], "properties": {"cart": "3", "plan": "pro", "email": MAYA}}]
    assert await names(local) == {"s1": MAYA, "s2": MAYA}


async def test_several_anonymous_ids_become_one_person(local: Recorder):
    for number in range(3):
        await visit(local, f"s{number}", f"anon-{number}")
        await send_events(local, identify("maya", f"anon-{number}", at=number, email=MAYA))
    assert persons(local) == [{"ids": ["anon-0", "anon-1", "anon-2", "maya"], "properties": {"email": MAYA}}]
    assert await names(local) == {"s0": MAYA, "s1": MAYA, "s2": MAYA}


async def test_a_person_s_recordings_are_found_by_the_person(local: Recorder):
    await visit(local, "s1", "anon-1")
    await visit(local, "s2", "maya")
    await visit(local, "s3", "bo")
    await send_events(local, identify("maya", "anon-1", email=MAYA), set_properties("bo", 0, email="bo@shop.example"))
    on_email = [{"type": "person", "key": "email", "operator": "exact", "value": [MAYA]}]
    assert set(await ids(local, properties=on_email)) == {"s1", "s2"}
    uuid = next(recording["person"]["uuid"] for recording in await listed(local) if recording["id"] == "s1")
    assert set(await ids(local, person_uuid=str(uuid))) == {"s1", "s2"}


async def test_an_alias_is_another_id_of_the_person(local: Recorder):
    await visit(local, "s1", "maya-phone")
    await send_events(local, identify("maya", email=MAYA))
    await send_events(local, product_event("$create_alias", "u1", distinct_id="maya", alias="maya-phone"))
    assert persons(local) == [{"ids": ["maya", "maya-phone"], "properties": {"email": MAYA}}]
    assert await names(local) == {"s1": MAYA}


NOBODY = ["null", "undefined", "anonymous", "NULL", "Undefined", "none", "0", "[object Object]", ""]


@pytest.mark.parametrize("nobody", NOBODY)
async def test_placeholder_ids_never_merge_persons(local: Recorder, nobody: str):
    await send_events(local, identify("maya", "anon-1", email=MAYA), identify("bo", "anon-2", email="bo@shop.example"))
    before = persons(local)
    for number, distinct_id in enumerate(("maya", "bo")):
        await send_events(
            local,
            identify(distinct_id, nobody, at=10),
            product_event("$create_alias", f"alias-{number}", distinct_id=distinct_id, alias=nobody),
        )
    assert persons(local) == before


@pytest.mark.parametrize("nobody", [each for each in NOBODY if each])
async def test_an_event_under_a_placeholder_id_merges_nobody(local: Recorder, nobody: str):
    await send_events(local, identify("maya", "anon-1", email=MAYA), identify("bo", "anon-2"))
    for number, anonymous in enumerate(("anon-1", "anon-2")):
        await send_events(
            local,
            identify(nobody, anonymous, at=10),
            product_event("$create_alias", f"alias-{number}", distinct_id=nobody, alias=anonymous),
        )
    kept = [person["ids"] for person in persons(local) if "maya" in person["ids"] or "bo" in person["ids"]]
    assert kept == [["anon-1", "maya"], ["anon-2", "bo"]]


@pytest.mark.parametrize(
    "anonymous", [5, True, ["anon"], {"a": 1}, "a" * 201, "maya"], ids=lambda value: ascii(value)[:9]
)
async def test_an_odd_anonymous_id_breaks_nothing(local: Recorder, anonymous: Any):
    await send_events(local, identify("maya", anonymous, email=MAYA))
    (person,) = persons(local)
    assert person["properties"] == {"email": MAYA}
    assert set(person["ids"]) <= {"maya", "5"}


async def test_the_same_ids_in_another_environment_are_other_persons(local: Recorder):
    other = local.other_environment()
    await visit(local, "s1", "anon-1")
    event = identify("maya", "anon-1", email="other@shop.example")
    assert answer(await send(local.page, {"api_key": other, "batch": [event]}, "/e/")) == OK
    assert await names(local) == {"s1": None}
    await send_events(local, identify("maya", "anon-1", at=7, email=MAYA))
    assert await names(local) == {"s1": MAYA}
    assert [person["properties"] for person in persons(local)] == [{"email": "other@shop.example"}, {"email": MAYA}]


# ---- nobody's profile -----------------------------------------------------------------------------------------------


async def test_an_event_that_must_not_create_a_person_creates_none(local: Recorder):
    await visit(local, "s1", "anon-1")
    more = {"$process_person_profile": False, "$set": {"email": MAYA}, "$set_once": {"source": "ad"}}
    await send_events(local, product_event("paid", "u1", **more))
    assert persons(local) == []
    assert await names(local) == {"s1": None}
    assert await ids(local, events=[{"id": "paid"}]) == ["s1"]


async def test_an_event_that_may_create_a_person_does(local: Recorder):
    await send_events(local, product_event("paid", "u1", **{"$process_person_profile": True}))
    assert persons(local) == [{"ids": ["anon-1"], "properties": {}}]


async def test_an_event_without_a_profile_leaves_an_existing_person_unchanged(local: Recorder):
    await send_events(local, identify("maya", email=MAYA))
    event = product_event("paid", "u1", at=9_000, distinct_id="maya", **{"$process_person_profile": False})
    await send_events(local, event | {"$set": {"email": "wrong@shop.example"}})
    assert persons(local) == [{"ids": ["maya"], "properties": {"email": MAYA}}]
