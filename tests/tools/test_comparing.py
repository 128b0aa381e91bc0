"""Steps, splits, earlier windows, requests and pages in `session-recordings-compare`."""

from typing import Any

import orjson
import pytest
from inline_snapshot import snapshot

from tests.agent import Agent
from tests.conftest import Local
from tests.faults import Fault, Faults
from tests.recording.rrweb import START, added, element, fetched, full, lines, meta, moves, press, text
from tests.seeding import add_event, ago, record

pytestmark = pytest.mark.anyio
TOOL = "session-recordings-compare"
LIST = "/session_recordings"
SHOP = "https://shop.example"


def visit(*, pays: bool = True, status: int = 500) -> list[bytes]:
    """A visit to the cart and perhaps to the checkout, whose payment fails or works."""
    cart = full(10, element(10, "button", "To checkout", id="go"))
    checkout = full(5_010, element(20, "button", "Pay", id="pay"), element(23, "div", role="alert"))
    paid = [
        press(4_000, 10),
        meta(5_000, f"{SHOP}/checkout"),
        checkout,
        press(9_000, 20),
        fetched(9_100, f"{SHOP}/api/pay", status, took=300),
        *([added(9_500, 23, text(500, "Card refused"))] if status >= 400 else []),
        *moves(10_000, 13_000, 20_000),
    ]
    return lines(meta(0, f"{SHOP}/cart"), cart, *(paid if pays else moves(1_000, 8_000)))


@pytest.fixture
def visits(local: Local) -> None:
    """This week two failed payments, one of a phone, a successful one and a visit that ends in the cart.

    A payment that worked and a visit to the cart nine days ago.
    """
    with local.store.connection() as db:
        for id, recorded, days in (
            ("failed", visit(), 1),
            ("phone", visit(), 2),
            ("paid", visit(status=200), 2),
            ("browsed", visit(pays=False), 3),
            ("before", visit(status=200), 9),
            ("early", visit(pays=False), 9),
        ):
            record(db, id, recorded, start_time=ago(days=days), end_time=ago(days=days) + 20_000)
        for id in ("failed", "phone", "paid"):
            device = "Mobile" if id == "phone" else "Desktop"
            add_event(db, id, "$pageview", timestamp=ago(days=1), properties=f'{{"$device_type": "{device}"}}')


@pytest.mark.usefixtures("visits")
async def test_steps_and_both_sides_of_a_split_are_counted(agent: Agent) -> None:
    condition = {"key": "$device_type", "value": "Mobile"}
    result = await agent.call(
        TOOL, date_from="-7d", steps=["/cart", "/checkout", "Pay"], split=[condition], show=["problems"]
    )
    assert {name: result[name] for name in ("outcomes", "split", "steps")} == snapshot(
        {
            "outcomes": {"not shown": 4},
            "split": {
                "matching": {"sessions": 1, "persons": 1, "outcomes": {"success": 0, "failed": 0, "not shown": 1}},
                "others": {"sessions": 3, "persons": 3, "outcomes": {"success": 0, "failed": 0, "not shown": 3}},
            },
            "steps": [
                {"step": "/cart", "matched": "url", "sessions": 4, "matching": 1, "others": 3},
                {
                    "step": "/checkout",
                    "matched": "url",
                    "sessions": 3,
                    "seconds": [5.0, 5.0, 5.0],
                    "matching": 1,
                    "others": 2,
                    "lost": [{"did": "nothing clicked or edited", "sessions": 1, "session_ids": ["browsed"]}],
                },
                {
                    "step": "Pay",
                    "matched": "element",
                    "sessions": 3,
                    "seconds": [4.0, 4.0, 4.0],
                    "matching": 1,
                    "others": 2,
                    "session_ids": ["failed", "phone", "paid"],
                },
            ],
        }
    )
    assert result["groups"][0]["split"] == {"matching": 1, "matching_of": 1, "others": 1, "others_of": 2}


@pytest.mark.usefixtures("visits")
async def test_problems_are_new_since_the_earlier_window(agent: Agent) -> None:
    result = await agent.call(TOOL, date_from="-7d", versus="-14d", steps=["/cart", "/checkout"], show=["problems"])
    assert (result["earlier"], result["steps"], [group["since"] for group in result["groups"]]) == snapshot(
        (
            {
                "sessions": 2,
                "persons": 2,
                "outcomes": {"success": 0, "failed": 0, "not shown": 2},
                "date_from": "-14d",
                "date_to": "-7d",
            },
            [
                {"step": "/cart", "matched": "url", "sessions": 4, "earlier": 2},
                {
                    "step": "/checkout",
                    "matched": "url",
                    "sessions": 3,
                    "seconds": [5.0, 5.0, 5.0],
                    "earlier": 1,
                    "session_ids": ["failed", "phone", "paid"],
                    "lost": [{"did": "nothing clicked or edited", "sessions": 1, "session_ids": ["browsed"]}],
                },
            ],
            [{"change": "new", "earlier": 0, "earlier_of": 1}, {"change": "fewer", "earlier": 1, "earlier_of": 1}],
        )
    )


async def test_at_most_twenty_lost_sessions_are_named_and_the_rest_is_counted(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        record(db, "paid", visit(status=200), start_time=ago(hours=1))
        for number in range(25):
            record(db, f"0192f7a8-6c3a-7d2e-9d63-{number:012}", visit(pays=False), start_time=ago(hours=2))
    result = await agent.call(TOOL, limit=100, steps=["/cart", "/checkout"])
    [lost] = result["steps"][1]["lost"]
    assert (lost["sessions"], len(lost["session_ids"]), result["steps"][1]["lost_left_out"]) == (25, 20, 5)


async def test_pages_that_differ_by_ids_are_one_with_their_titles(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        for number, title in ((1, "Kettle"), (2, "Teapot")):
            save = full(10, element(10, "button", "Save", id="save"), title=title)
            dead = lines(meta(0, f"{SHOP}/products/{number}"), save, press(4_000, 10), *moves(4_500, 7_000, 15_000))
            record(db, f"s{number}", dead, start_time=ago(hours=number))
    [group] = (await agent.call(TOOL))["groups"]
    assert {name: group[name] for name in ("problems", "page", "titles", "sessions", "of", "followed")} == snapshot(
        {
            "problems": {"dead": 2},
            "page": "shop.example/products/:id",
            "titles": ["Kettle", "Teapot"],
            "sessions": 2,
            "of": 2,
            "followed": {"left": 2},
        }
    )


@pytest.mark.usefixtures("visits")
async def test_a_step_that_nothing_matches_is_named(agent: Agent) -> None:
    result = await agent.call(TOOL, date_from="-7d", steps=["/cart", "receipt opened"])
    assert (result["steps"][1], result["note"]) == snapshot(
        (
            {"step": "receipt opened", "sessions": 0},
            "No session has a URL, event or element named 'receipt opened'.",
        )
    )


@pytest.mark.usefixtures("visits")
async def test_a_window_that_begins_with_a_date_follows_one_that_ends_with_the_day_before(agent: Agent) -> None:
    result = await agent.call(TOOL, date_from="2026-11-18", versus="2026-11-10")
    counted = result["compared"], result["earlier"]["sessions"], result["earlier"]["date_to"]
    assert counted == (3, 3, "2026-11-17")


@pytest.mark.usefixtures("visits")
async def test_requests_and_pages_are_shown_on_request(agent: Agent) -> None:
    result = await agent.call(TOOL, date_from="-7d", show=["requests", "pages"])
    assert "groups" not in result
    assert {name: result[name] for name in ("requests", "pages")} == snapshot(
        {
            "requests": [
                {
                    "request": "POST shop.example/api/pay",
                    "status": 500,
                    "page": "shop.example/checkout",
                    "times": 2,
                    "sessions": 2,
                    "median_ms": 300,
                    "p95_ms": 300,
                    "session_ids": ["failed", "phone"],
                    "slowest": {
                        "id": "failed",
                        "ref": "e5",
                        "seconds": 9.1,
                        "effect": "500 after 300 ms",
                        "link": "https://us.posthog.com/project/1/replay/failed?t=9",
                    },
                },
                {
                    "request": "POST shop.example/api/pay",
                    "status": 200,
                    "page": "shop.example/checkout",
                    "times": 1,
                    "sessions": 1,
                    "median_ms": 300,
                    "p95_ms": 300,
                    "session_ids": ["paid"],
                },
            ],
            "pages": [
                {
                    "page": "shop.example/checkout",
                    "sessions": 3,
                    "visits": 3,
                    "median_seconds": 15.0,
                    "total_seconds": 45.0,
                    "last": 3,
                },
                {
                    "page": "shop.example/cart",
                    "sessions": 4,
                    "visits": 4,
                    "median_seconds": 5.0,
                    "total_seconds": 23.0,
                    "last": 1,
                },
            ],
        }
    )


@pytest.mark.usefixtures("visits")
async def test_an_earlier_window_without_recordings_proves_nothing(agent: Agent) -> None:
    result = await agent.call(TOOL, date_from="-7d", versus="-8d")
    assert (result["groups"][0]["since"], result["note"]) == snapshot(
        (
            {"change": "not_known", "earlier": 0, "earlier_of": 0},
            "No recording of the earlier window matches: nothing can be new or gone.",
        )
    )


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (
            {"versus": "-7d", "session_ids": ["s1"]},
            snapshot("versus compares two windows of time: leave out session_ids, or versus"),
        ),
        ({"versus": "-1d"}, snapshot("versus must be earlier than date_from, where the earlier window ends")),
        (
            {"date_from": "2026-11-01", "versus": "2026-11-01"},
            snapshot("versus must be earlier than date_from, where the earlier window ends"),
        ),
        (
            {"date_from": "0001-01-01", "versus": "-99999y"},
            snapshot("no window can end before date_from: use a later date"),
        ),
        ({"steps": ["/cart"]}, snapshot('steps: List should have at least 2 items, got ["/cart"]')),
        ({"show": ["everything"]}, snapshot("show.0: should be 'problems', 'requests' or 'pages', got \"everything\"")),
        (
            {"split": [{"key": "$os", "op": "gt", "value": "x"}]},
            snapshot('split.0: gt needs one number, got {"key":"$os","op":"gt","value":"x"}'),
        ),
    ],
)
async def test_wrong_arguments_are_refused(reader: Agent, arguments: dict[str, Any], why: str) -> None:
    error = await reader.fail(TOOL, **arguments)
    assert (error["kind"], error["why"]) == ("invalid_arguments", why)


@pytest.mark.usefixtures("visits")
async def test_steps_come_alone_unless_other_parts_are_wanted(agent: Agent) -> None:
    alone = await agent.call(TOOL, date_from="-7d", steps=["/cart", "/checkout"])
    assert set(alone) == {"date_from", "compared", "persons", "outcomes", "steps"}
    both = await agent.call(TOOL, date_from="-7d", steps=["/cart", "/checkout"], show=["problems"])
    assert both["groups"]


@pytest.mark.usefixtures("visits")
async def test_an_earlier_window_without_problems_or_steps_says_that_nothing_is_compared(agent: Agent) -> None:
    result = await agent.call(TOOL, date_from="-7d", versus="-14d", show=["requests"])
    assert result["note"] == snapshot("versus compares problems and steps only: leave out show, or add problems to it.")


@pytest.mark.usefixtures("visits")
async def test_a_split_that_nobody_meets_names_what_does_not_exist(agent: Agent) -> None:
    device = {"key": "device", "value": "phone"}
    plan = {"on": "person", "key": "plan", "value": "pro"}
    result = await agent.call(TOOL, date_from="-7d", split=[device, plan])
    assert (result["split"]["matching"]["sessions"], result["note"]) == snapshot(
        (
            0,
            "No event in this window has '$device_type' 'phone'; seen: 'Desktop' 2, 'Mobile' 1. No recorded person has the property 'plan'.",
        )
    )


@pytest.mark.usefixtures("visits")
async def test_groups_name_some_of_the_persons(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        row = ("uuid-1", '{"email": "ada@b.example"}', ago(days=9))
        db.execute("INSERT INTO person (id, team_id, uuid, properties, created_at) VALUES (1, 1, ?, ?, ?)", row)
        db.execute("INSERT INTO person_distinct_id VALUES (1, 'person-of-phone', 1)")
    result = await agent.call(TOOL, date_from="-7d")
    assert [(group["target"], group["persons"], group.get("people")) for group in result["groups"]] == snapshot(
        [("button [id=pay]", 2, ["ada@b.example"]), ("button [id=pay]", 1, None)]
    )


@pytest.mark.usefixtures("visits")
async def test_a_split_by_masked_text_is_refused_instead_of_matching_nobody(agent: Agent) -> None:
    condition = {"on": "recording", "key": "visited_page", "op": "icontains", "value": "ada@shop.example"}
    error = await agent.fail(TOOL, date_from="-7d", split=[condition])
    assert (error["kind"], error["why"]) == snapshot(
        (
            "invalid_arguments",
            "split finds nothing here: e-mails and the values of parameters are masked in URLs; search a part of the path with icontains, or use the property of a parameter, such as utm_source.",
        )
    )


@pytest.mark.usefixtures("visits")
async def test_a_split_whose_recordings_cannot_all_be_read_counts_none_as_others(agent: Agent, faults: Faults) -> None:
    split = [{"key": "device", "value": "Desktop"}]
    for body in (
        {"results": [{"id": "paid"}, {"id": 5}], "has_next": False},
        {"results": [{"id": "paid"}], "has_next": True},
    ):
        faults.then(Fault(passes=True, path=LIST), Fault(200, orjson.dumps(body), path=LIST))
        error = await agent.fail(TOOL, session_ids=["failed", "paid"], split=split)
        assert error["why"] == "The API's response does not list all recordings that meet the conditions of split."


@pytest.mark.usefixtures("visits")
async def test_a_masked_search_among_ids_says_that_it_finds_nothing(agent: Agent, faults: Faults) -> None:
    result = await agent.call(TOOL, session_ids=["failed"], visited_url="email=a")
    assert result == snapshot(
        {
            "compared": 0,
            "note": "visited_url finds nothing here: e-mails and the values of parameters are masked in URLs, and cannot be searched either. Search a part of the path; for a campaign, use where with the event property.",
        }
    )
    assert not faults.seen


@pytest.mark.usefixtures("visits")
async def test_a_product_event_is_a_step(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        add_event(db, "paid", "order placed", timestamp=ago(days=2) + 9_500)
    result = await agent.call(TOOL, date_from="-7d", steps=["/checkout", "Order placed"])
    step = result["steps"][1]
    assert (step["matched"], step["sessions"], step["seconds"]) == ("event", 1, [4.5, 4.5, 4.5])
    assert [lost["session_ids"] for lost in step["lost"]] == [["failed", "phone"]]


async def test_steps_count_from_the_start_of_the_timeline(agent: Agent, local: Local) -> None:
    with local.store.connection() as db:
        record(db, "v", visit(), start_time=START - 30_000, end_time=START + 20_000)
        add_event(db, "v", "checkout viewed", timestamp=START + 5_100, properties="{}")
    result = await agent.call(TOOL, session_ids=["v"], steps=["/checkout", "checkout viewed", "Pay"])
    assert [(step["sessions"], step.get("seconds")) for step in result["steps"]] == snapshot(
        [(1, None), (1, [0.1, 0.1, 0.1]), (1, [3.9, 3.9, 3.9])]
    )
