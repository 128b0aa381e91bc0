"""Finding recordings by properties and by person, what is masked in searches, and why a search found nothing."""

import json
import sqlite3
from typing import Any

import pytest
from inline_snapshot import snapshot

from tests.agent import Agent, Connect
from tests.conftest import Local
from tests.faults import Fault, Faults
from tests.seeding import add_event, add_recording, ago

pytestmark = pytest.mark.anyio
TOOL = "session-recordings-list"
UUID = "0192f7a8-0000-7000-8000-00000000000a"


def seed(db: sqlite3.Connection) -> None:
    """Three sessions: Ada on a phone in Germany, Bob at a desk in France, and somebody without a person."""
    devices = [("s1", "Mobile", "DE", "Germany"), ("s2", "Desktop", "FR", "France"), ("s3", "Desktop", "DE", "Germany")]
    for hours, (session_id, device, code, country) in enumerate(devices, start=1):
        add_recording(db, session_id, distinct_id=f"d-{session_id}", start_time=ago(hours=hours))
        properties = {"$device_type": device, "$geoip_country_code": code, "$geoip_country_name": country}
        add_event(db, session_id, "$pageview", properties=json.dumps(properties | {"$pathname": f"/{device.lower()}"}))
    add_event(db, "s1", "order placed", properties=json.dumps({"total": 120, "gift": True}))
    add_event(db, "s2", "order placed", properties=json.dumps({"total": 20, "gift": False}))
    urls = [("s1", "http://shop.example/order?email=ada@b.example&step=2"), ("s2", "http://shop.example/#/basket")]
    db.executemany("INSERT INTO recording_url VALUES (?, ?, 0)", urls)
    people = [
        (1, UUID, "d-s1", {"email": "Ada.Lovelace@b.example", "name": "Ada Lovelace", "plan": "pro"}),
        (2, "0192f7a8-0000-7000-8000-00000000000b", "d-s2", {"email": "bob@b.example", "name": "Bob", "plan": "free"}),
    ]
    for number, uuid, distinct_id, properties in people:
        row = (number, uuid, json.dumps(properties), ago(days=9))
        db.execute("INSERT INTO person (id, team_id, uuid, properties, created_at) VALUES (?, 1, ?, ?, ?)", row)
        db.execute("INSERT INTO person_distinct_id VALUES (1, ?, ?)", (distinct_id, number))


@pytest.fixture
def seeded(local: Local) -> Local:
    """The local API with the three sessions."""
    with local.store.connection() as db:
        seed(db)
    return local


async def found(agent: Agent, **filters: Any) -> list[str]:
    """Ids of the recordings that a list finds, sorted."""
    return sorted(row["id"] for row in (await agent.call(TOOL, **filters)).get("results", []))


async def note(agent: Agent, **filters: Any) -> str:
    """The note of a list that finds nothing."""
    result = await agent.call(TOOL, **filters)
    assert "results" not in result
    return result["note"]


@pytest.mark.usefixtures("seeded")
async def test_conditions_choose_sessions_by_properties_of_events_and_persons(agent: Agent) -> None:
    assert await found(agent, where=[{"key": "device", "value": "Mobile"}]) == ["s1"]
    assert await found(agent, where={"key": "country", "value": "de"}) == ["s1", "s3"]
    assert await found(agent, where={"key": "country", "value": ["Germany", "France"]}) == ["s1", "s2", "s3"]
    assert await found(agent, where={"key": "device", "op": "is_not", "value": "Mobile"}) == ["s2", "s3"]
    assert await found(agent, where={"key": "total", "op": "gt", "value": 100}) == ["s1"]
    assert await found(agent, where={"key": "gift", "value": True}) == ["s1"]
    assert await found(agent, where={"key": "gift", "op": "is_set"}) == ["s1", "s2"]
    assert await found(agent, where={"on": "person", "key": "plan", "value": "pro"}) == ["s1"]
    assert await found(agent, where={"key": "event", "value": "order placed"}) == ["s1", "s2"]
    assert await found(agent, event="$pageview", where=[{"key": "event", "value": "order placed"}]) == ["s1", "s2"]
    both = [{"key": "country", "value": "DE"}, {"key": "device", "value": "Desktop"}]
    assert await found(agent, where=both) == ["s3"]


@pytest.mark.usefixtures("seeded")
async def test_conditions_on_events_are_on_the_properties_of_the_wanted_event(agent: Agent) -> None:
    assert await found(agent, event="order placed", where={"key": "total", "op": "lt", "value": 100}) == ["s2"]
    assert await found(agent, event="$pageview", where={"key": "total", "op": "lt", "value": 100}) == []


@pytest.mark.usefixtures("seeded")
async def test_a_person_is_found_by_email_name_distinct_id_or_uuid(agent: Agent) -> None:
    people = ["ada.lovelace@B.example", "ada lovelace", "d-s1", UUID, UUID.upper(), " d-s1 "]
    assert [await found(agent, person=person) for person in people] == [["s1"]] * len(people)


async def test_a_distinct_id_that_looks_like_a_uuid_is_found_and_paged(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        for number in range(3):
            add_recording(db, f"s{number}", distinct_id=UUID, start_time=ago(hours=number + 1))
    first = await agent.call(TOOL, person=UUID, limit=2)
    assert [row["id"] for row in first["results"]] == ["s0", "s1"]
    second = await agent.call(TOOL, person=UUID, limit=2, **first["next"])
    assert [row["id"] for row in second["results"]] == ["s2"]


@pytest.mark.usefixtures("seeded")
async def test_a_condition_that_cannot_hold_is_refused_with_the_reason(agent: Agent) -> None:
    conditions: list[dict[str, Any]] = [
        {"on": "recording", "key": "durations", "value": 3},
        {"on": "recording", "key": "shoe size", "value": 3},
        {"on": "recording", "key": "duration", "op": "icontains", "value": 3},
        {"on": "recording", "key": "start_url", "op": "gt", "value": 3},
        {"key": "total", "op": "gt", "value": "much"},
        {"key": "total", "op": "gt", "value": [1, 2]},
        {"key": "total", "op": "gt", "value": "NaN"},
        {"key": "total"},
        {"key": "total", "op": "is_set", "value": "x"},
        {"key": "total", "op": "equals", "value": "x"},
        {"key": "total", "value": {"a": 1}},
        {"key": "event", "op": "is_not", "value": "order placed"},
    ]
    refused = {json.dumps(each): (await agent.fail(TOOL, where=[each]))["why"] for each in conditions}
    assert refused == snapshot(
        {
            '{"on": "recording", "key": "durations", "value": 3}': 'where.0: a recording has no \'durations\'; did you mean \'duration\', got {"on":"recording","key":"durations","value":3}',
            '{"on": "recording", "key": "shoe size", "value": 3}': 'where.0: a recording has no \'shoe size\'; the keys are active_seconds, activity_score, click_count, comment_text, console_error_count, console_log_count, console_warn_count, duration, failed_request_host, inactive_seconds, keypress_count, mouse_activity_count, snapshot_source, start_url, visited_page, got {"on":"recording","key":"shoe size","value":3}',
            '{"on": "recording", "key": "duration", "op": "icontains", "value": 3}': 'where.0: duration is a number: use exact, is_not, gt, gte, lt or lte with a number, got {"on":"recording","key":"duration","op":"icontains","value":3}',
            '{"on": "recording", "key": "start_url", "op": "gt", "value": 3}': 'where.0: start_url is a text: use exact, is_not, icontains, not_icontains or regex, got {"on":"recording","key":"start_url","op":"gt","value":3}',
            '{"key": "total", "op": "gt", "value": "much"}': 'where.0: gt needs one number, got {"key":"total","op":"gt","value":"much"}',
            '{"key": "total", "op": "gt", "value": [1, 2]}': 'where.0: gt needs one number, got {"key":"total","op":"gt","value":[1,2]}',
            '{"key": "total", "op": "gt", "value": "NaN"}': 'where.0: gt needs one number, got {"key":"total","op":"gt","value":"NaN"}',
            '{"key": "total"}': 'where.0: exact needs a value, got {"key":"total"}',
            '{"key": "total", "op": "is_set", "value": "x"}': 'where.0: is_set takes no value, got {"key":"total","op":"is_set","value":"x"}',
            '{"key": "total", "op": "equals", "value": "x"}': "where.0.op: should be 'exact', 'is_not', 'icontains', 'not_icontains', 'regex', 'gt', 'gte', 'lt', 'lte', 'is_set' or 'is_not_set', got \"equals\"",
            '{"key": "total", "value": {"a": 1}}': 'where.0.value.0: should be a valid string, got {"a":1}',
            '{"key": "event", "op": "is_not", "value": "order placed"}': 'where.0: the name of an event is compared with exact, and with one value, got {"key":"event","op":"is_not","value":"order placed"}',
        }
    )


@pytest.mark.usefixtures("seeded")
async def test_a_search_finds_only_what_results_show_of_a_url(agent: Agent) -> None:
    assert await found(agent, visited_url="ORDER") == ["s1"]
    assert await found(agent, visited_url="shop.example/order?email=") == ["s1"]
    assert await found(agent, visited_url="step=") == ["s1"]
    assert await found(agent, visited_url="?em") == ["s1"]
    assert await found(agent, visited_url="#/basket") == ["s2"]
    assert await found(agent, visited_url="basket") == ["s2"]
    assert await found(agent, visited_url="ada") == []
    assert await found(agent, where={"on": "recording", "key": "visited_page", "op": "icontains", "value": "ada"}) == []
    assert await found(
        agent, where={"on": "recording", "key": "visited_page", "op": "icontains", "value": "order"}
    ) == ["s1"]


@pytest.mark.usefixtures("seeded")
async def test_what_is_masked_cannot_be_searched_and_the_note_says_so(agent: Agent) -> None:
    searches: list[dict[str, Any]] = [
        {"visited_url": "email=a"},
        {"visited_url": "?email=ada@b.example"},
        {"visited_url": "ada@b"},
        {"visited_url": "ada%40"},
        {"console_text": "ada@"},
        {"console_text": "password=hunter2"},
        {"where": [{"on": "recording", "key": "visited_page", "op": "regex", "value": "email=a.*"}]},
        {"where": [{"key": "$current_url", "op": "icontains", "value": "email=a"}]},
        {"where": [{"key": "api_key", "value": "x"}]},
    ]
    assert {json.dumps(each): await note(agent, **each) for each in searches} == snapshot(
        {
            '{"visited_url": "email=a"}': "visited_url finds nothing here: e-mails and the values of parameters are masked in URLs, and cannot be searched either. Search a part of the path; for a campaign, use where with the event property.",
            '{"visited_url": "?email=ada@b.example"}': "visited_url finds nothing here: e-mails and the values of parameters are masked in URLs, and cannot be searched either. Search a part of the path; for a campaign, use where with the event property.",
            '{"visited_url": "ada@b"}': "visited_url finds nothing here: e-mails and the values of parameters are masked in URLs, and cannot be searched either. Search a part of the path; for a campaign, use where with the event property.",
            '{"visited_url": "ada%40"}': "visited_url finds nothing here: e-mails and the values of parameters are masked in URLs, and cannot be searched either. Search a part of the path; for a campaign, use where with the event property.",
            '{"console_text": "ada@"}': "console_text finds nothing here: e-mails and secrets are masked, and cannot be searched either.",
            '{"console_text": "password=hunter2"}': "console_text finds nothing here: e-mails and secrets are masked, and cannot be searched either.",
            '{"where": [{"on": "recording", "key": "visited_page", "op": "regex", "value": "email=a.*"}]}': "where finds nothing here: e-mails and the values of parameters are masked in URLs; search a part of the path with icontains, or use the property of a parameter, such as utm_source.",
            '{"where": [{"key": "$current_url", "op": "icontains", "value": "email=a"}]}': "where finds nothing here: e-mails and the values of parameters are masked in URLs; search a part of the path with icontains, or use the property of a parameter, such as utm_source.",
            '{"where": [{"key": "api_key", "value": "x"}]}': "where finds nothing here: 'api_key' has the name of a secret, whose values are masked.",
        }
    )


@pytest.mark.usefixtures("seeded")
async def test_without_redaction_everything_can_be_searched(connect: Connect) -> None:
    async with connect(redact="off") as agent:
        assert await found(agent, visited_url="email=ada@b") == ["s1"]
        assert await found(agent, where={"on": "recording", "key": "visited_page", "op": "regex", "value": "ada"}) == [
            "s1"
        ]


def masked_properties(local: Local) -> None:
    """Product events whose properties hold what results mask."""
    secrets = {
        "contact": "maria@b.example",
        "card": "4111111111111111",
        "payment": {"password": "hunter22"},
        "msg": "token=abcdef123456",
        "note": "my husband Bob",
        "$user_id": "maria-lopez-77",
        "size": 10.0,
        "colour": "Red",
    }
    with local.store.connection() as db:
        add_event(db, "s1", "'it' paid\n9", properties=json.dumps(secrets))
        db.execute(
            "INSERT INTO recording_url VALUES ('s3', 'http://u:pazz@shop.example/b;jsessionid=QQ77?code=abc123&n=/x?tab=1#top', 0)"
        )


@pytest.mark.usefixtures("seeded")
async def test_parts_of_masked_values_cannot_be_tried(agent: Agent, local: Local) -> None:
    masked_properties(local)
    tries = [("contact", "regex", "^mar"), ("card", "gt", "4111111111111110"), ("payment", "icontains", "hunt")]
    tries += [("msg", "icontains", "abcd")]
    notes = {key: await note(agent, where={"key": key, "op": op, "value": value}) for key, op, value in tries}
    assert notes == snapshot(
        {
            "contact": "where finds nothing here: some values of 'contact' are masked; compare whole values with exact.",
            "card": "where finds nothing here: some values of 'card' are masked; compare whole values with exact.",
            "payment": "where finds nothing here: some values of 'payment' are masked; compare whole values with exact.",
            "msg": "where finds nothing here: some values of 'msg' are masked; compare whole values with exact.",
        }
    )
    assert await found(agent, where={"key": "colour", "op": "icontains", "value": "re"}) == ["s1"]
    assert await found(agent, where={"key": "size", "op": "gt", "value": 9}) == ["s1"]


@pytest.mark.usefixtures("seeded")
async def test_a_comparison_refuses_a_split_by_parts_of_masked_values_and_says_why(agent: Agent, local: Local) -> None:
    masked_properties(local)
    contact = {"key": "contact", "op": "icontains", "value": "maria"}
    compare = "session-recordings-compare"
    assert (await agent.fail(compare, session_ids=["s1"], split=[contact]))["why"] == snapshot(
        "split finds nothing here: some values of 'contact' are masked; compare whole values with exact."
    )
    assert await agent.call(compare, session_ids=["s1"], where=[contact]) == snapshot(
        {
            "compared": 0,
            "note": "where finds nothing here: some values of 'contact' are masked; compare whole values with exact.",
        }
    )


@pytest.mark.usefixtures("seeded")
async def test_numbers_too_short_for_cards_are_compared_without_looking_up_their_values(
    agent: Agent, faults: Faults
) -> None:
    faults.always(Fault(status=403, path="/query", body=b"{}"))
    assert await found(agent, where={"key": "total", "op": "gt", "value": 100}) == ["s1"]
    assert await note(agent, where={"key": "total", "op": "gt", "value": 10**15}) == snapshot(
        "where finds nothing here: whether values of 'total' are masked is not known; compare whole values with exact."
    )


@pytest.mark.usefixtures("seeded")
async def test_masked_parts_of_urls_cannot_be_tried(agent: Agent, local: Local) -> None:
    masked_properties(local)
    parts = ["3#", "123#top", "qq77", "paz", "/x?tab", "tab=", "abc"]
    assert {part: await found(agent, visited_url=part) for part in parts} == {part: [] for part in parts}
    shown = ["example/b", "code=", "&n="]
    assert {part: await found(agent, visited_url=part) for part in shown} == {part: ["s3"] for part in shown}


@pytest.mark.usefixtures("seeded")
async def test_hidden_visitors_are_not_described_by_notes(connect: Connect, local: Local) -> None:
    masked_properties(local)
    async with connect(redact="strict") as agent:
        keys = ["note", "$user_id", "contact", "device"]
        assert {key: await note(agent, where={"key": key, "value": "zzz"}) for key in keys} == snapshot(
            {
                "note": "No event in this window has 'note' 'zzz'.",
                "$user_id": "where finds nothing here: '$user_id' identifies the visitor, who is hidden on this server.",
                "contact": "No event in this window has 'contact' 'zzz'.",
                "device": "No event in this window has '$device_type' 'zzz'; seen: 'Desktop' 2, 'Mobile' 1.",
            }
        )
        assert await note(agent, where={"key": "note", "op": "regex", "value": "^my h"}) == snapshot(
            "where finds nothing here: texts of properties are hidden on this server, so only exact and is_not may compare them."
        )


@pytest.mark.usefixtures("seeded")
async def test_notes_quote_names_and_claim_only_what_does_not_exist(agent: Agent, local: Local) -> None:
    masked_properties(local)
    searches: list[dict[str, Any]] = [
        {"event": "refund"},
        {"where": [{"key": "size", "value": 10}], "min_console_errors": 1},
        {"where": [{"key": "country", "value": "de"}], "min_console_errors": 1},
        {"where": [{"key": "gift", "value": True}], "min_console_errors": 1},
        {"visited_url": "/basket", "min_console_errors": 1},
        {"session_ids": ["s1"], "event": "refund"},
    ]
    assert {json.dumps(each): await note(agent, **each) for each in searches} == snapshot(
        {
            '{"event": "refund"}': "No event 'refund' in this window; seen: 'order placed' 2, \"'it' paid\\\\n9\" 1.",
            '{"where": [{"key": "size", "value": 10}], "min_console_errors": 1}': "Recordings from -3d to now: 3; none of them matches. Drop a filter, or widen date_from.",
            '{"where": [{"key": "country", "value": "de"}], "min_console_errors": 1}': "Recordings from -3d to now: 3; none of them matches. Drop a filter, or widen date_from.",
            '{"where": [{"key": "gift", "value": true}], "min_console_errors": 1}': "Recordings from -3d to now: 3; none of them matches. Drop a filter, or widen date_from.",
            '{"visited_url": "/basket", "min_console_errors": 1}': "Recordings from -3d to now: 3; none of them matches. Drop a filter, or widen date_from.",
            '{"session_ids": ["s1"], "event": "refund"}': "No event 'refund' in this window; seen: 'order placed' 1, \"'it' paid\\\\n9\" 1.",
        }
    )


@pytest.mark.usefixtures("seeded")
async def test_hidden_persons_are_compared_by_whole_values_only(connect: Connect) -> None:
    async with connect(redact="strict") as agent:
        assert await found(agent, where={"on": "person", "key": "plan", "value": "pro"}) == ["s1"]
        assert await note(agent, where={"on": "person", "key": "email", "op": "icontains", "value": "a"}) == snapshot(
            "where finds nothing here: texts of properties are hidden on this server, so only exact and is_not may compare them."
        )


@pytest.mark.usefixtures("seeded")
async def test_an_empty_list_names_what_does_not_exist_and_what_does(agent: Agent) -> None:
    searches: list[dict[str, Any]] = [
        {"event": "purchase"},
        {"event": "purchase", "where": [{"key": "total", "value": 3}]},
        {"where": [{"key": "device", "value": "phone"}]},
        {"where": [{"key": "shoe size", "value": "43"}]},
        {"visited_url": "/checkout"},
        {"person": "carol@b.example"},
        {"person": "ada"},
        {"where": [{"key": "event", "value": "purchase"}]},
        {"where": [{"on": "person", "key": "shoe size", "value": "43"}]},
        {"date_from": "-30d", "date_to": "2026-11-18"},
        {"event": "order placed", "where": [{"key": "colour", "op": "is_set"}]},
        {"person": "Bob", "date_to": "2026-11-20T09:30:00"},
        {"event": "order placed", "min_console_errors": 1},
        {"min_console_errors": 1},
        {"session_ids": ["s1"], "min_console_errors": 1},
        {"date_from": "2026-11-20T11:30:00"},
        {"date_from": "2026-11-20T11:30:00", "min_clicks": 1},
    ]
    assert {json.dumps(each): await note(agent, **each) for each in searches} == snapshot(
        {
            '{"event": "purchase"}': "No event 'purchase' in this window; seen: 'order placed' 2.",
            '{"event": "purchase", "where": [{"key": "total", "value": 3}]}': "No event 'purchase' in this window; seen: 'order placed' 2.",
            '{"where": [{"key": "device", "value": "phone"}]}': "No event in this window has '$device_type' 'phone'; seen: 'Desktop' 2, 'Mobile' 1.",
            '{"where": [{"key": "shoe size", "value": "43"}]}': "No event in this window has the property 'shoe size'.",
            '{"visited_url": "/checkout"}': "No visited URL has '/checkout'; paths seen: '/desktop' 2, '/mobile' 1.",
            '{"person": "carol@b.example"}': "No recording is of a person whose whole e-mail, name or id is 'carol@b.example'.",
            '{"person": "ada"}': "No recording is of a person whose whole e-mail, name or id is 'ada'. Similar: Ada.Lovelace@b.example.",
            '{"where": [{"key": "event", "value": "purchase"}]}': "No event 'purchase' in this window; seen: 'order placed' 2.",
            '{"where": [{"on": "person", "key": "shoe size", "value": "43"}]}': "No recorded person has the property 'shoe size'.",
            '{"date_from": "-30d", "date_to": "2026-11-18"}': "No recording from -30d to 2026-11-18 matches; the oldest recording starts at 2026-11-20T09:00:00Z.",
            '{"event": "order placed", "where": [{"key": "colour", "op": "is_set"}]}': "No 'order placed' event in this window has the property 'colour'.",
            '{"person": "Bob", "date_to": "2026-11-20T09:30:00"}': "The latest recording of this person started at 2026-11-20T10:00:00Z; widen date_from or drop another filter.",
            '{"event": "order placed", "min_console_errors": 1}': "Recordings from -3d to now: 3; none of them matches. Drop a filter, or widen date_from.",
            '{"min_console_errors": 1}': "Recordings from -3d to now: 3; none of them matches. Drop a filter, or widen date_from.",
            '{"session_ids": ["s1"], "min_console_errors": 1}': "Recordings among these ids: 1; none of them matches. Drop a filter, or widen date_from.",
            '{"date_from": "2026-11-20T11:30:00"}': "There is no recording from 2026-11-20T11:30:00 to now. Widen date_from; some sessions are not recorded (sampling, triggers, replay disabled).",
            '{"date_from": "2026-11-20T11:30:00", "min_clicks": 1}': "There is no recording from 2026-11-20T11:30:00 to now at all, with or without these filters. Widen date_from.",
        }
    )


@pytest.mark.usefixtures("seeded")
async def test_an_empty_list_is_explained_as_far_as_a_narrow_key_allows(agent: Agent, faults: Faults) -> None:
    denied = {"type": "authentication_error", "code": "permission_denied", "detail": "API key missing required scope"}
    faults.always(Fault(status=403, path="/query", body=json.dumps(denied).encode()))
    assert await note(agent, event="purchase") == snapshot(
        "No session with the event 'purchase' matches; the API does not say which events exist (a key needs the scope query:read)."
    )


@pytest.mark.usefixtures("seeded")
async def test_a_list_says_how_many_there_are_and_where_data_begins(agent: Agent) -> None:
    first = await agent.call(TOOL, limit=2)
    assert (first["total"], first["data_from"]) == (3, "2026-11-20T09:00:00Z")
    second = await agent.call(TOOL, limit=2, **first["next"])
    assert ("total" in second, "data_from" in second) == (False, False)
    assert "data_from" not in await agent.call(TOOL, date_from="2026-11-20T10:30:00")
