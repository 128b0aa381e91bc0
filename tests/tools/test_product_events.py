"""Product events: how they are read for one or many recordings, and how a timeline shows them."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.api.endpoints import RECORDINGS_RETRIEVE
from replay_mcp.api.models import Recording
from replay_mcp.api.params import RecordingPath
from replay_mcp.client.client import open_client
from replay_mcp.client.in_process import InProcessTransport
from replay_mcp.context import AppLinks, ToolContext
from replay_mcp.errors import DeadlineExceeded
from replay_mcp.local.store.accounts import NewKey, add_key
from replay_mcp.local.store.clock import to_ms
from replay_mcp.reading.read_events import MAX_EVENTS, PAGE, SessionEvents, from_start, read_events
from replay_mcp.reading.read_session import read_session
from replay_mcp.recording.product_events import ProductEvent
from replay_mcp.redaction import MAX_TEXT, Redaction
from tests.agent import Agent, Connect
from tests.conftest import BASE_URL, Local
from tests.faults import Fault, Faults
from tests.recording.rrweb import START, console, element, full, lines, meta, moves, press
from tests.seeding import NOW, add_event, record

pytestmark = pytest.mark.anyio
TOOL = "session-recording-timeline"
QUERY = "/query"
PAGEVIEW = {
    "$browser": "Mobile Safari",
    "$browser_version": 17,
    "$os": "iOS",
    "$os_version": "17.4",
    "$device_type": "Mobile",
    "$browser_language": "de-DE",
    "$timezone": "Europe/Berlin",
    "$session_entry_url": "https://shop.example/sale?utm_source=mail&email=ada@b.example",
    "$referrer": "$direct",
    "utm_source": "mail",
    "utm_campaign": "autumn",
    "$set": {"email": "ada@b.example", "plan": "pro", "$browser": "Mobile Safari"},
}


def store(local: Local, id: str, *events: tuple[str, int, dict[str, Any]]) -> None:
    """A visit of 40 s that begins at `START`, with a click at 5 s and an error, and its product events."""
    blocked = element(20, "input", class_="ph-no-capture card")
    blocked["attributes"] |= {"rr_width": "120px", "rr_height": "40px"}
    body = element(10, "button", "Pay now"), element(30, "label", "Card number"), blocked
    raws = [
        meta(0, "https://shop.example/cart"),
        full(10, *body),
        press(5_000, 10),
        console(5_400, "error", "Uncaught TypeError: total is null"),
        *moves(20_000, 40_000),
    ]
    with local.store.connection() as db:
        record(db, id, lines(*raws))
        for name, at, properties in events:
            add_event(db, id, name, timestamp=START + at, properties=json.dumps(properties))


def rows_of(result: dict[str, Any]) -> list[Any]:
    return [(row["ref"], row["seconds"], row["target"], row.get("effect", "")) for row in result.get("rows", [])]


@pytest.fixture
async def replay(local: Local, faults: Faults) -> AsyncIterator[ToolContext]:
    """A tool context on the local API."""
    key = local.http.headers["authorization"].removeprefix("Bearer ")
    async with (
        InProcessTransport(faults) as transport,
        open_client(origin=BASE_URL, api_key=key, prefix="environments", environment="1", transport=transport) as api,
    ):
        yield ToolContext(api, AppLinks(BASE_URL, "1"), Redaction(), "curate")


async def found(replay: ToolContext, *ids: str) -> SessionEvents:
    recordings: list[Recording] = [await replay.api.call(RECORDINGS_RETRIEVE, RecordingPath(id=id)) for id in ids]
    return await read_events(recordings, replay)


def queries(faults: Faults) -> list[dict[str, Any]]:
    """The events queries so far."""
    return [json.loads(request.body)["query"] for request in faults.seen if request.path.rstrip("/").endswith(QUERY)]


# In a timeline


async def test_product_events_are_rows_in_their_place(agent: Agent, local: Local) -> None:
    frame = {"filename": "https://shop.example/cart.js", "function": "pay", "lineno": 7, "colno": 3}
    exceptions = [{"type": "TypeError", "value": "total is null", "stacktrace": {"frames": [frame]}}]
    store(
        local,
        "s1",
        ("$pageview", 20, PAGEVIEW),
        ("checkout started", 4_000, {"total": 18.5, "coupon": "autumn", "$browser": "Chrome"}),
        ("$autocapture", 5_000, {"$event_type": "click"}),
        ("$exception", 5_410, {"$exception_list": exceptions}),
        ("gave up", 30_000, {}),
    )
    result = await agent.call(TOOL, id="s1")
    assert rows_of(result) == snapshot(
        [
            ("e1", 0.0, "https://shop.example/cart", 'titled "Shop"'),
            ("p1", 4.0, "checkout started", 'total: 18.5, coupon: "autumn"'),
            (
                "e2",
                5.0,
                'button "Pay now"',
                "no response in 2.5 s; followed by console error: Uncaught TypeError: total is null (e3)",
            ),
            ("e3", 5.4, "Uncaught TypeError: total is null", "at pay (https://shop.example/cart.js:7:3)"),
            ("p2", 30.0, "gave up", ""),
        ]
    )
    header = result["recording"]
    assert (header["totals"], header["visitor"]) == snapshot(
        (
            {"click": 1, "console": 1, "navigation": 1, "event": 2},
            {
                "device": "Mobile",
                "os": "iOS 17.4",
                "browser": "Mobile Safari 17",
                "viewport": "1280x800",
                "language": "de-DE",
                "timezone": "Europe/Berlin",
                "entry": "https://shop.example/sale?utm_source=***&email=***",
                "referrer": "direct",
                "campaign": "source mail, campaign autumn",
                "person_set": {"email": "ada@b.example", "plan": "pro"},
                "not_recorded": ['"Card number" input.ph-no-capture.card on https://shop.example/cart'],
            },
        )
    )
    only_events = await agent.call(TOOL, id="s1", kinds=["event"])
    assert rows_of(only_events) == snapshot(
        [("p1", 4.0, "checkout started", 'total: 18.5, coupon: "autumn"'), ("p2", 30.0, "gave up", "")]
    )
    assert rows_of(await agent.call(TOOL, id="s1", around="p1", window=1.5)) == snapshot(
        [
            ("p1", 4.0, "checkout started", 'total: 18.5, coupon: "autumn"'),
            (
                "e2",
                5.0,
                'button "Pay now"',
                "no response in 2.5 s; followed by console error: Uncaught TypeError: total is null (e3)",
            ),
            ("e3", 5.4, "Uncaught TypeError: total is null", "at pay (https://shop.example/cart.js:7:3)"),
        ]
    )
    assert rows_of(await agent.call(TOOL, id="s1", contains="autumn")) == snapshot(
        [("p1", 4.0, "checkout started", 'total: 18.5, coupon: "autumn"')]
    )


async def test_a_ref_of_an_event_is_refused_where_only_the_recording_is_read(agent: Agent, local: Local) -> None:
    store(local, "s1", ("gave up", 30_000, {}))
    assert (await agent.fail("session-recording-screen", id="s1", at="p1"))["why"] == snapshot(
        "at: 'p1' is a product event; give its seconds instead."
    )


async def test_strict_redaction_hides_what_was_set_on_the_person(connect: Connect, local: Local) -> None:
    store(local, "s1", ("$pageview", 20, PAGEVIEW))
    async with connect(redact="strict") as agent:
        assert "person_set" not in (await agent.call(TOOL, id="s1"))["recording"]["visitor"]


async def test_without_the_scope_the_timeline_says_what_is_missing(connect: Connect, local: Local) -> None:
    store(local, "s1", ("gave up", 30_000, {}))
    with local.store.connection() as db:
        key = add_key(db, NewKey("bo@example.com", 1, ("session_recording:read",)), to_ms(NOW)).value
    async with connect(key=key) as agent:
        result = await agent.call(TOOL, id="s1")
        assert (len(result["rows"]), result["note"]) == snapshot(
            (
                3,
                "Product events are missing. The key lacks the scope 'query:read' (403). Create a personal API key with the scope 'query:read' (PostHog: Settings, Personal API keys) and restart.",
            )
        )
        assert "note" not in await agent.call(TOOL, id="s1", kinds=["click"])
        assert (await agent.call(TOOL, id="s1", kinds=["event"]))["note"] == snapshot(
            "Product events are missing. The key lacks the scope 'query:read' (403). Create a personal API key with the scope 'query:read' (PostHog: Settings, Personal API keys) and restart. No row matches; widen the filters."
        )


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (
            Fault(404, path=QUERY),
            snapshot("Product events are missing. This PostHog build has no query API (404)."),
        ),
        (
            Fault(400, b'{"detail": "No such table."}', path=QUERY),
            snapshot(
                "Product events are missing. The API rejected the input: 'No such table.'. Correct the value that the API names and call again."
            ),
        ),
        (
            Fault(200, b'{"columns": ["event"], "results": [[]]}', path=QUERY),
            snapshot(
                "Product events are missing. The API's response to query_create is not as documented, a row does not have one value for each of the 1 columns. It may come from an unsupported PostHog build; report it to Replay MCP with the build's version."
            ),
        ),
        (
            Fault(429, headers={"Retry-After": "600"}, path=QUERY),
            snapshot(
                "Product events are missing. The API's rate limit for this key is reached (429). Wait 600 seconds, then call again."
            ),
        ),
    ],
)
async def test_a_timeline_does_not_fail_with_its_events(
    agent: Agent, local: Local, faults: Faults, fault: Fault, why: str
) -> None:
    store(local, "s1")
    faults.always(fault)
    result = await agent.call(TOOL, id="s1")
    assert (result["found"], result["note"]) == (True, why)


async def test_the_events_of_a_recording_are_read_once_for_its_pages(
    agent: Agent, local: Local, faults: Faults
) -> None:
    store(local, "s1", *(("step", at * 6_000, {"number": at}) for at in range(5)))
    first = await agent.call(TOOL, id="s1", limit=3)
    second = await agent.call(TOOL, id="s1", limit=3, **first["next"])
    assert (len(queries(faults)), [row[0] for row in rows_of(first) + rows_of(second)]) == snapshot(
        (1, ["e1", "e2", "e3", "p1", "p2", "p3"])
    )


# For one or many recordings


async def test_events_of_many_recordings_take_one_query(replay: ToolContext, local: Local, faults: Faults) -> None:
    store(local, "s1", ("cart opened", 1_000, {"items": 2}), ("$web_vitals", 2_000, {}))
    store(local, "s2", ("signed up", 2_000, {"plan": "pro"}), ("cart opened", 500, {}))
    store(local, "s3")
    events = await found(replay, "s1", "s2", "s3")
    shown = {id: [(event.event, event.seconds) for event in events.of(id)] for id in ("s1", "s2", "s3", "unknown")}
    assert (shown, events.problem) == snapshot(
        ({"s1": [("cart opened", 1.0)], "s2": [("cart opened", 0.5), ("signed up", 2.0)], "s3": [], "unknown": []}, "")
    )
    assert queries(faults) == snapshot(
        [
            {
                "kind": "EventsQuery",
                "select": ["timestamp", "event", "properties.$session_id", "properties"],
                "after": "2026-11-19T10:00:00+00:00",
                "before": "2026-11-21T10:00:40+00:00",
                "properties": [
                    {"type": "event", "key": "$session_id", "operator": "exact", "value": ["s1", "s2", "s3"]},
                    {
                        "type": "event_metadata",
                        "key": "event",
                        "operator": "is_not",
                        "value": [
                            "$$heatmap",
                            "$autocapture",
                            "$copy_autocapture",
                            "$dead_click",
                            "$heatmap",
                            "$pageleave",
                            "$performance_event",
                            "$rageclick",
                            "$snapshot",
                            "$web_vitals",
                        ],
                    },
                ],
                "orderBy": ["timestamp ASC", "uuid ASC"],
                "limit": 1000,
                "offset": 0,
            }
        ]
    )
    again = await found(replay, "s3", "s2")
    assert (again.of("s2"), len(queries(faults))) == (events.of("s2"), 1)


async def test_the_visitor_s_clock_counts_where_it_is_the_recording_s(replay: ToolContext, local: Local) -> None:
    own, other = {"$time": (START + 7_250) / 1000}, {"$time": (START + 900_000) / 1000}
    store(
        local, "s1", ("own clock", 100_000, own), ("another clock", 9_000, other), ("no number", 11_000, {"$time": "x"})
    )
    assert [(event.event, event.seconds) for event in (await found(replay, "s1")).of("s1")] == snapshot(
        [("own clock", 7.25), ("another clock", 9.0), ("no number", 11.0)]
    )


async def test_pages_are_read_until_the_limit(replay: ToolContext, local: Local, faults: Faults) -> None:
    store(local, "s1")
    with local.store.connection() as db:
        rows = [(f"u{at}", 1, "s1", "d", "step", START + at, "{}") for at in range(MAX_EVENTS + 5)]
        db.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    events = await found(replay, "s1")
    assert (len(events.of("s1")), events.problem, len(queries(faults))) == snapshot(
        (10000, "There are too many; later ones were not read.", 10)
    )
    assert PAGE * len(queries(faults)) == MAX_EVENTS
    await found(replay, "s1")
    assert len(queries(faults)) == 2 * MAX_EVENTS / PAGE  # incomplete events are not cached


@pytest.mark.parametrize(
    "row",
    [
        ["soon", "e", "s1", "{}"],
        ["2026-11-20T10:00:00Z", "", "s1", "{}"],
        ["2026-11-20T10:00:00Z", "e", "s9", "{}"],
        [None, None, None, None],
    ],
)
async def test_a_row_that_is_no_event_of_the_session_is_left_out(
    replay: ToolContext, local: Local, faults: Faults, row: list[Any]
) -> None:
    store(local, "s1")
    columns = ["timestamp", "event", "properties.$session_id", "properties"]
    faults.then(Fault(200, json.dumps({"columns": columns, "results": [row]}).encode(), path=QUERY))
    assert await found(replay, "s1") == SessionEvents({"s1": ()})


@pytest.mark.parametrize(
    "properties", ["[]", "no JSON", '{"a": ' * 300 + "1" + "}" * 300, '{"a": "%s"}' % ("x" * 500_000), None, 5]
)
async def test_an_event_with_properties_that_cannot_be_read_has_none(
    replay: ToolContext, local: Local, faults: Faults, properties: Any
) -> None:
    store(local, "s1")
    body = {
        "columns": ["timestamp", "event", "properties.$session_id", "properties"],
        "results": [["2026-11-20T10:00:00Z", "e", "s1", properties]],
    }
    faults.then(Fault(200, json.dumps(body).encode(), path=QUERY))
    [event] = (await found(replay, "s1")).of("s1")
    assert (event.event, event.properties) == ("e", {})


async def test_a_recording_without_a_start_has_no_events(replay: ToolContext, faults: Faults) -> None:
    assert await read_events([Recording(id="s1")], replay) == SessionEvents({})
    assert queries(faults) == []


async def test_pages_that_never_end_are_not_read_for_ever(replay: ToolContext, local: Local, faults: Faults) -> None:
    store(local, "s1")
    columns = ["timestamp", "event", "properties.$session_id", "properties"]
    rows = [["2026-11-20T10:00:00Z", "e", "s1", "{}"]]
    faults.always(Fault(200, json.dumps({"columns": columns, "results": rows, "hasMore": True}).encode(), path=QUERY))
    events = await found(replay, "s1")
    assert (len(events.of("s1")), events.problem, len(queries(faults))) == snapshot(
        (1, "The API returned the same ones again; later ones may be missing.", 2)
    )


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        ("0001-01-01T00:00:00Z", None, None),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00", None),
        ("2026-11-20T10:00:00Z", "9999-12-31T23:59:59Z", None),
        ("9999-12-31T23:59:59-12:00", None, 60),
        ("2026-11-20T10:00:00Z", None, -(10**300)),
    ],
)
async def test_times_at_the_ends_of_the_calendar_are_read(
    replay: ToolContext, start: str, end: str | None, seconds: int | None
) -> None:
    fields = {"id": "s1", "start_time": start, "end_time": end, "recording_duration": seconds}
    assert await read_events([Recording.model_validate(fields)], replay) == SessionEvents({"s1": ()})


def test_events_count_from_the_start_of_the_timeline_unless_the_recording_was_moved() -> None:
    recording = Recording.model_validate(
        {"id": "s1", "start_time": "2026-11-20T10:00:00Z", "end_time": "2026-11-20T11:00:00Z"}
    )
    assert recording.start_time is not None
    begin = round(recording.start_time.timestamp() * 1000)
    shifted = [
        [event.seconds for event in from_start([ProductEvent("e", 130.0, {})], recording, begin + later)]
        for later in (0, 120_000, -86_400_000)
    ]
    assert shifted == snapshot([[130.0], [10.0], [130.0]])


async def test_pages_that_differ_and_never_end_are_not_read_for_ever(
    replay: ToolContext, local: Local, faults: Faults
) -> None:
    store(local, "s1")
    columns = ["timestamp", "event", "properties.$session_id", "properties"]
    pages = [{"columns": columns, "results": [[None, f"e{page}", "s1", "{}"]], "hasMore": True} for page in range(20)]
    faults.then(*(Fault(200, json.dumps(page).encode(), path=QUERY) for page in pages))
    assert ((await found(replay, "s1")).problem, len(queries(faults))) == snapshot(
        ("There are too many; later ones were not read.", 11)
    )


async def test_a_timeline_whose_events_take_too_long_to_show_has_none(replay: ToolContext, local: Local) -> None:
    store(local, "s1", ("gave up", 30_000, {}))

    class Slow(Redaction):
        def text(self, text: str, limit: int = MAX_TEXT) -> str:
            if text == "gave up":
                raise DeadlineExceeded("Showing them took too long.")
            return super().text(text, limit)

    session = await read_session("s1", replace(replay, redaction=Slow()), seconds=10)
    assert ([row.ref for row in session.rows], session.events, session.events_problem) == snapshot(
        (["e1", "e2", "e3"], (), "Showing them took too long.")
    )


async def test_names_of_what_was_set_on_the_person_are_masked(agent: Agent, local: Local) -> None:
    store(local, "s1", ("$pageview", 20, {"$set": {"plan": "pro", "of ada@b.example": 1, "api_key": "1234"}}))
    assert (await agent.call(TOOL, id="s1"))["recording"]["visitor"]["person_set"] == snapshot(
        {"plan": "pro", "of [email]": 1, "api_key": "***"}
    )
