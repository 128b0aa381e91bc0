"""Summaries have the shape of the live API, and their sentences are facts of the timeline."""

from itertools import chain
from typing import Any, get_args

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from replay_mcp.api.summaries import SummaryEntry
from replay_mcp.recording.summary.segments import MAX_NAME_LENGTH, MAX_SEGMENTS
from replay_mcp.recording.summary.summary import (
    MAX_DESCRIPTION_LENGTH,
    MAX_KEY_ACTIONS,
    VERSION,
    summarize,
)
from replay_mcp.recording.timeline.coverage import Coverage
from replay_mcp.recording.timeline.reader import Timeline, read_timeline
from replay_mcp.recording.timeline.rows import FollowingError, Response, ResponseKind, Row, RowElement, SlowRequest
from replay_mcp.redaction import Redaction
from tests.examples import examples
from tests.recording.rrweb import Raw, console, custom, fetched, full, lines, meta, move, press, typed
from tests.recording.summaries import (
    FIELD,
    FORM,
    HELP,
    LINK,
    PAY,
    PAY_URL,
    SHOP,
    alert,
    filled,
    recorded,
    status,
    summary,
    timeline,
    visit,
)


def made(*raws: Raw, other: tuple[Raw, ...] = (), focus: str = "") -> dict[str, Any]:
    found = summary(timeline(*raws, other=other), focus)
    assert SummaryEntry.model_validate(found).model_dump(mode="json", exclude_unset=True)
    return found


def actions(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [event for group in found["key_actions"] for event in group["events"]]


def descriptions(*raws: Raw) -> list[str]:
    return [event["description"] for event in actions(made(*raws))]


def description(*raws: Raw) -> str:
    return made(*raws)["session_outcome"]["description"]


def row(place: int, **more: Any) -> Row:
    """A made-up row of a timeline."""
    named: dict[str, Any] = {
        "seconds": float(place),
        "tab": 1,
        "kind": "click",
        "element": RowElement("button"),
        "page": SHOP,
    }
    return Row(ref=f"e{place}", **(named | more))


def of(*rows: Row, windows: tuple[str, ...] = ("w",), end: int = 100_000) -> Timeline:
    return Timeline(0, end, windows, rows, {}, Coverage(events=len(rows)))


def refused(at: int) -> list[Raw]:
    return [press(at, PAY), fetched(at + 60, PAY_URL, 500), alert(at + 200, "Payment failed."), alert(at + 3_000, "-")]


def test_a_summary_has_the_shape_of_the_live_api():
    assert made(*filled(1_000), *refused(4_000), *refused(9_000)) == snapshot(
        {
            "segments": [
                {
                    "index": 0,
                    "name": "Shop (shop.example/checkout)",
                    "start_event_id": "2c2abaa1",
                    "end_event_id": "5db78ac6",
                    "meta": {
                        "duration": 12,
                        "duration_percentage": 0.2,
                        "events_count": 11,
                        "events_percentage": 1.0,
                        "key_action_count": 4,
                        "failure_count": 2,
                        "abandonment_count": 1,
                        "confusion_count": 1,
                        "exception_count": 2,
                    },
                }
            ],
            "key_actions": [
                {
                    "segment_index": 0,
                    "events": [
                        {
                            "description": 'Opened https://shop.example/checkout (e1): titled "Shop"',
                            "abandonment": False,
                            "confusion": False,
                            "exception": None,
                            "event_id": "2c2abaa1",
                            "timestamp": "2026-11-20T10:00:00.000Z",
                            "milliseconds_since_start": 0,
                            "window_id": "",
                            "current_url": "https://shop.example/checkout",
                            "event": "$pageview",
                            "event_type": None,
                            "event_index": 0,
                            "session_id": "session-1",
                            "event_uuid": "b2872ab4-2fb8-591f-a139-28ce25cc6405",
                        },
                        {
                            "description": "Filled in field [id=mail] (e3): 5 characters",
                            "abandonment": False,
                            "confusion": False,
                            "exception": None,
                            "event_id": "8e2763b1",
                            "timestamp": "2026-11-20T10:00:01.100Z",
                            "milliseconds_since_start": 1100,
                            "window_id": "",
                            "current_url": "https://shop.example/checkout",
                            "event": "$autocapture",
                            "event_type": "change",
                            "event_index": 2,
                            "session_id": "session-1",
                            "event_uuid": "908a4cef-ee7a-58af-860b-f873f50736e2",
                        },
                        {
                            "description": 'Clicked button "Pay now" [id=pay] (e4, error_after): shows "Payment failed.", "-" after 200 ms; followed by 500 POST https://shop.example/api/pay (e5)',
                            "abandonment": False,
                            "confusion": False,
                            "exception": "blocking",
                            "event_id": "1570d891",
                            "timestamp": "2026-11-20T10:00:04.000Z",
                            "milliseconds_since_start": 4000,
                            "window_id": "",
                            "current_url": "https://shop.example/checkout",
                            "event": "$autocapture",
                            "event_type": "click",
                            "event_index": 3,
                            "session_id": "session-1",
                            "event_uuid": "d2438d1e-3007-5f1c-858c-25df58e9b0dd",
                        },
                        {
                            "description": 'Clicked button "Pay now" [id=pay] (e8, error_after, repeated_submit): shows "Payment failed.", "-" after 200 ms; repeats e4; followed by 500 POST https://shop.example/api/pay (e9)',
                            "abandonment": True,
                            "confusion": True,
                            "exception": "blocking",
                            "event_id": "19780f51",
                            "timestamp": "2026-11-20T10:00:09.000Z",
                            "milliseconds_since_start": 9000,
                            "window_id": "",
                            "current_url": "https://shop.example/checkout",
                            "event": "$autocapture",
                            "event_type": "click",
                            "event_index": 7,
                            "session_id": "session-1",
                            "event_uuid": "218d1d0e-c918-58be-bd13-a1d58804d46f",
                        },
                    ],
                }
            ],
            "segment_outcomes": [
                {
                    "segment_index": 0,
                    "summary": 'Failed: button "Pay now" was clicked 2 times (e4, e8) without success: 500 POST https://shop.example/api/pay (e5, e9); the page showed "Payment failed". Nothing else was clicked, filled in or opened after that. 3 clicks, 1 field filled in.',
                    "success": False,
                }
            ],
            "session_outcome": {
                "description": 'Failed: button "Pay now" was clicked 2 times (e4, e8) without success: 500 POST https://shop.example/api/pay (e5, e9); the page showed "Payment failed". Nothing else was clicked, filled in or opened after that. 60 s: 1 page visit, 3 clicks, 1 field filled in. The recording ends on shop.example/checkout.',
                "success": False,
            },
            "computed": {
                "by": "Replay MCP",
                "version": "11.0",
                "seconds": 60.0,
                "events": 13,
                "rows": 11,
                "complete": True,
                "outcome": "failed",
                "failed_refs": ["e4", "e8"],
                "clicks": 3,
                "fields": 1,
                "segment_seconds": [[0.0, 12.0]],
            },
        }
    )


def test_key_actions_are_in_time_order_with_refs():
    session = [
        press(1_000, HELP),
        status(1_200, "How can we help?"),
        *filled(3_000),
        custom(4_000, "cart opened", items=2),
        press(5_000, LINK),
        *visit(5_300, "/terms", "Terms"),
        console(20_000, "error", "Printer on fire"),
        fetched(21_000, "https://shop.example/api/ads", 404),
        console(22_000, "log", "All is well"),
    ]
    assert descriptions(*session) == snapshot(
        [
            'Opened https://shop.example/checkout (e1): titled "Shop"',
            'Clicked button "Help" [id=help] (e2): shows "How can we help?" after 200 ms',
            "Filled in field [id=mail] (e5): 5 characters",
            "Page event: cart opened (e6)",
            'Clicked link "Terms" (e7): went to https://shop.example/terms after 300 ms',
            'Opened https://shop.example/terms (e8): titled "Terms"',
            "Console error: Printer on fire (e9)",
            "Request failed: POST https://shop.example/api/ads (e10): 404 after 50 ms",
        ]
    )
    assert description(*session) == snapshot(
        "Outcome not shown. 60 s: 2 page visits, 3 clicks, 1 field filled in. Problems: console error: Printer on fire (e9); 404 POST https://shop.example/api/ads (e10). The recording ends on shop.example/terms."
    )


def test_a_summary_names_its_version_and_how_much_was_read():
    assert made(press(1_000, HELP), status(1_100, "Hi"))["computed"] == snapshot(
        {
            "by": "Replay MCP",
            "version": "11.0",
            "seconds": 60.0,
            "events": 5,
            "rows": 3,
            "complete": True,
            "outcome": "not shown",
            "failed_refs": [],
            "clicks": 1,
            "fields": 0,
            "segment_seconds": [[0.0, 1.1]],
        }
    )
    assert snapshot("11.0") == VERSION


def test_missing_parts_are_reported():
    cut = read_timeline([recorded(press(1_000, HELP)) + b'\n["window-1", {"ty'], Redaction())
    found = summary(cut)
    assert (found["computed"]["complete"], found["computed"]["missing"]) == snapshot(
        (False, ["1 lines or events could not be read"])
    )
    assert found["session_outcome"]["description"] == snapshot(
        "Outcome not shown. 60 s: 1 page visit, 1 click. The recording ends on shop.example/checkout. Parts of the recording are missing: see computed."
    )


def test_each_page_visit_of_each_tab_is_a_segment():
    second = (meta(3_000, "https://shop.example/help"), full(3_010, *FORM, title="Help"), press(6_000, HELP))
    found = made(press(1_000, HELP), status(1_100, "Hi"), *visit(9_000, "/cart", "Cart"), *filled(10_000), other=second)
    assert [
        (segment["name"], segment["meta"]["duration"], segment["meta"]["events_count"]) for segment in found["segments"]
    ] == snapshot(
        [
            ("Shop (shop.example/checkout)", 1, 3),
            ("Help (shop.example/help)", 3, 3),
            ("Cart (shop.example/cart)", 1, 4),
        ]
    )
    assert found["session_outcome"]["description"] == snapshot(
        "Outcome not shown. 60 s in 2 tabs: 3 page visits, 3 clicks, 1 field filled in. The recording ends on shop.example/cart."
    )


def test_a_page_without_title_or_url_is_named_by_the_other():
    titleless = summary(of(row(1, kind="navigation", page="https://shop.example/a?b=***"), row(2)))
    nameless = summary(of(row(1, page=""), row(2, page="")))
    titled = summary(of(row(1, kind="navigation", page="", title="Cart"), row(2)))
    assert [each["segments"][0]["name"] for each in (titleless, nameless, titled)] == [
        "shop.example/a",
        "Session",
        "Cart",
    ]


def test_only_failed_tries_are_blocking_and_the_last_one_is_the_abandonment():
    found = made(*filled(1_000), *refused(4_000), *refused(9_000))
    assert [(event["exception"], event["abandonment"]) for event in actions(found)] == snapshot(
        [(None, False), (None, False), ("blocking", False), ("blocking", True)]
    )
    again = made(*filled(1_000), *refused(4_000), *refused(9_000), press(15_000, PAY), status(15_200, "Order placed."))
    assert [(event["exception"], event["abandonment"]) for event in actions(again)] == snapshot(
        [(None, False), (None, False), ("non-blocking", False), ("non-blocking", False), (None, False)]
    )


def test_a_failure_is_reported_on_its_last_page_and_earlier_tries_as_problems_of_theirs():
    found = made(*refused(2_000), *visit(8_000, "/help", "Help"), *visit(9_000, "/checkout", "Shop"), *refused(11_000))
    assert [(each["success"], each["summary"]) for each in found["segment_outcomes"]] == snapshot(
        [
            (
                None,
                '1 click. Problems: button "Pay now" failed (e2): shows "Payment failed.", "-" after 200 ms; followed by 500 POST https://shop.example/api/pay (e3).',
            ),
            (None, "No clicks."),
            (
                False,
                'Failed: button "Pay now" was clicked 2 times (e2, e8) without success: 500 POST https://shop.example/api/pay (e3, e9); the page showed "Payment failed". Nothing else was clicked, filled in or opened after that. 1 click.',
            ),
        ]
    )


def test_dead_and_rage_are_confusion():
    rage = [press(at, HELP) for at in (8_000, 8_300, 8_600)]
    found = made(press(2_000, PAY), move(3_000), move(5_000), *rage, move(9_000), move(12_000))
    assert [(event["event"], event["confusion"], event["exception"]) for event in actions(found)] == snapshot(
        [("$pageview", False, None), ("$dead_click", True, None), ("$rageclick", True, None)]
    )


def test_errors_are_reported_with_the_action_that_they_followed_or_by_themselves():
    assert descriptions(
        press(1_000, PAY), console(1_100, "error", "Boom"), console(30_000, "error", "Late")
    ) == snapshot(
        [
            'Opened https://shop.example/checkout (e1): titled "Shop"',
            'Clicked button "Pay now" [id=pay] (e2, dead, error_after): no response in 2.5 s; followed by console error: Boom (e3)',
            "Console error: Late (e4)",
        ]
    )


def test_equal_problems_are_reported_together_with_the_effect_of_the_first():
    made = description(
        *chain.from_iterable([press(at, HELP), move(at + 1_500), move(at + 3_000)] for at in (2_000, 8_000, 14_000))
    )
    assert made == snapshot(
        'Outcome not shown. 60 s: 1 page visit, 3 clicks. Problems: button "Help", dead (e2, e3, e4), first: no response in 2.5 s. The recording ends on shop.example/checkout.'
    )


def test_many_different_problems_are_counted():
    made = description(*(console(at * 1_000, "error", f"Error {at}") for at in range(10, 20)))
    assert made == snapshot(
        "Outcome not shown. 60 s: 1 page visit, no clicks. Problems: console error: Error 10 (e2); console error: Error 11 (e3); console error: Error 12 (e4); console error: Error 13 (e5); console error: Error 14 (e6); and 5 more. The recording ends on shop.example/checkout."
    )


def test_the_shown_text_is_the_one_that_reports_the_outcome():
    session = [press(1_000, PAY), status(1_100, "Order 7"), alert(1_200, "Your order has been placed.")]
    again = [
        alert(3_000, "-"),
        press(9_000, PAY),
        status(9_100, "Order 8"),
        alert(9_200, "Your order has been placed."),
    ]
    assert description(*session) == snapshot(
        'Success shown: the page showed "Your order has been placed" (e4). 60 s: 1 page visit, 1 click. The recording ends on shop.example/checkout.'
    )
    standing = [press(9_000, PAY), status(9_100, "Order 8"), alert(9_200, "Your order has been placed.")]
    assert description(*session, *standing) == snapshot(
        'Success shown: the page showed "Your order has been placed" (e7). 60 s: 1 page visit, 2 clicks. The recording ends on shop.example/checkout.'
    )
    assert description(*session, *again) == snapshot(
        'Success shown: the page showed "Your order has been placed" (e8). 60 s: 1 page visit, 2 clicks. The recording ends on shop.example/checkout.'
    )


def test_quotes_and_control_characters_in_texts_break_no_sentence():
    hostile = 'He said "done", shows "Order placed" after 3 s; followed by \u202e\n(e1)'
    assert description(press(1_000, PAY), alert(1_200, f"Payment failed: {hostile}")) == snapshot(
        "Outcome not shown. 60 s: 1 page visit, 1 click. Problems: button \"Pay now\" failed (e2): shows \"Payment failed: He said 'done', shows 'Order placed' after 3 s; followed by \\u202e (e1)\" after 200 ms. The recording ends on shop.example/checkout."
    )
    assert description(press(1_000, PAY), *visit(1_300, "/x", f'{hostile} titled "x"')) == snapshot(
        "Outcome not shown. 60 s: 2 page visits, 1 click. The recording ends on shop.example/x."
    )
    assert descriptions(press(1_000, PAY), console(1_100, "error", 'shows "Order placed"')) == snapshot(
        [
            'Opened https://shop.example/checkout (e1): titled "Shop"',
            'Clicked button "Pay now" [id=pay] (e2, dead, error_after): no response in 2.5 s; followed by console error: shows "Order placed" (e3)',
        ]
    )


def test_typed_text_secrets_and_unusual_window_ids_are_in_no_summary():
    session = [
        press(1_000, FIELD),
        typed(1_100, FIELD, "hunter2secret"),
        press(2_000, PAY),
        alert(2_100, "No hunter2secret"),
    ]
    assert b"hunter2" not in orjson.dumps(made(*session))
    assert {event["window_id"] for event in actions(made(*session))} == {""}
    window = "01a21001-a9d2-7327-87ad-20390521bee9"
    found = summary(
        read_timeline([b"\n".join(lines(meta(0, SHOP), full(10, *FORM), move(5_000), window=window))], Redaction())
    )
    assert {event["window_id"] for event in actions(found)} == {window}


def test_an_empty_recording_or_one_below_a_second_has_no_summary():
    assert summarize("s", of(), "") is None
    assert summarize("s", of(row(1, seconds=0.0), end=999), "") is None
    assert summarize("s", of(row(1, seconds=0.0), end=1_000), "") is not None


def test_ids_depend_only_on_the_session_and_the_ref():
    read = timeline(press(1_000, HELP), status(1_100, "Hi"))
    one, two = summarize("one", read), summarize("two", read)
    assert one is not None
    assert two is not None
    ids = [{(event["event_id"], event["event_uuid"]) for event in actions(each)} for each in (one, two)]
    assert len(ids[0] | ids[1]) == 2 * len(ids[0])
    longer = timeline(press(1_000, HELP), status(1_100, "Hi"), move(70_000))
    assert [event["event_id"] for event in actions(summarize("one", longer) or {})] == [
        event["event_id"] for event in actions(one)
    ]


# Limits


def test_visits_beyond_the_maximum_share_the_last_segment():
    visits = [raw for number in range(60) for raw in visit(1_000 + number * 500, f"/{number}", f"Page {number}")]
    found = made(*visits)
    counts = [segment["meta"]["events_count"] for segment in found["segments"]]
    assert (len(counts), sum(counts), found["computed"]["rows"]) == (MAX_SEGMENTS, 61, 61)
    assert [segment["name"] for segment in found["segments"]][-2:] == snapshot(
        ["Page 37 (shop.example/37)", "Page 38 (shop.example/38) and later pages"]
    )


def test_problems_are_kept_among_many_key_actions():
    rows = [row(place) for place in range(1, 100)] + [row(100, flags=("dead",))]
    made = [event["event_index"] for event in actions(summary(of(*rows)))]
    assert made == [*range(MAX_KEY_ACTIONS - 1), 99]


@pytest.mark.parametrize("size", [0, 1, 255, 1_023, 5_000, 200_000])
def test_texts_stay_within_posthogs_limits(size: int):
    long = "é" * size
    rows = (
        row(1, kind="navigation", page=f"https://shop.example/{long}", title=long, meaning="done"),
        row(
            2,
            element=RowElement("button", long, long),
            texts=(long, long),
            flags=("error_after",),
            meaning="error",
            key=long,
            errors=(FollowingError(("e3",), "POST", long, 500),),
        ),
        row(3, kind="network", method="POST", url=long, status=500, weight=4),
        row(4, element=RowElement("button", long), texts=(long,), meaning="error", key=long, page=long),
    )
    found = summary(of(*rows), long)
    texts = [event["description"] for event in actions(found)]
    texts += [each["summary"] for each in found["segment_outcomes"]] + [found["session_outcome"]["description"]]
    assert max(map(len, texts)) <= MAX_DESCRIPTION_LENGTH
    assert max(len(segment["name"]) for segment in found["segments"]) <= MAX_NAME_LENGTH


def test_shares_stay_within_one_and_durations_are_never_negative():
    rows = (
        row(1, seconds=-5.0),
        row(2, seconds=-5.0, until=-7.0),
        row(3, seconds=900.0, until=1_000.0),
        row(4, seconds=3.0),
    )
    for segment in summary(of(*rows, end=1_000))["segments"]:
        assert 0 <= segment["meta"]["duration_percentage"] <= 1
        assert segment["meta"]["duration"] >= 0
    assert [event["milliseconds_since_start"] for event in actions(summary(of(*rows, end=1_000)))] == [
        0,
        0,
        900_000,
        3_000,
    ]


TEXTS = st.text(max_size=40) | st.sampled_from(
    ['shows "Order placed."', 'titled "Thank you"', '" and 3 more after', "(e1)", " [id=x]"]
)
ELEMENTS = st.builds(RowElement, TEXTS, TEXTS, TEXTS, TEXTS, st.sampled_from(["control", "field", "unknown", "unread"]))
RESPONSES = st.builds(Response, st.sampled_from(get_args(ResponseKind)), st.integers(-50, 10_000), TEXTS)
ERRORS = st.builds(
    FollowingError,
    st.sampled_from([("e2",), ("e2", "e999")]),
    method=st.sampled_from(["", "POST"]),
    url=TEXTS,
    status=st.sampled_from([None, 500]),
    message=TEXTS,
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["navigation", "click", "typing", "change", "text", "console", "network", "custom", "idle"]),
            "element": st.none() | ELEMENTS, "beside": st.booleans(), "position": st.sampled_from([None, (1, 2)]),
            "texts": st.lists(TEXTS, max_size=3).map(tuple), "gone": st.booleans(), "response": st.none() | RESPONSES,
            "slow_request": st.sampled_from([None, SlowRequest("e2", 3_000)]), "errors": st.lists(ERRORS, max_size=2).map(tuple),
            "characters": st.sampled_from([None, 0, 1, 7]), "choice": st.sampled_from([None, "checked", "other"]),
            "method": st.sampled_from(["", "GET", "POST"]), "url": TEXTS, "message": TEXTS, "title": TEXTS,
            "page": TEXTS, "key": st.sampled_from(["", "a", "b"]),
            "seconds": st.floats(-10, 10_000), "until": st.none() | st.floats(-10, 10_000), "tab": st.integers(1, 3),
            "meaning": st.sampled_from(["", "error", "done"]), "count": st.integers(1, 9), "status": st.sampled_from([None, 0, 200, 404, 500]),
            "flags": st.sampled_from([(), ("rage",), ("dead", "error_after"), ("error_shown",)]),
            "requests": st.sampled_from([(), ("e1",), ("e2", "e3"), ("e999",)]),
            "weight": st.integers(1, 4),
        }
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


@examples(80)
@given(ROWS, st.text(max_size=20))
def test_any_timeline_gives_the_same_summary_again_in_the_apis_shape(rows: list[dict[str, Any]], focus: str):
    read = of(*(row(place, **fields) for place, fields in enumerate(rows, 1)), windows=("a", "b", "c"))
    found = summary(read, focus)
    assert SummaryEntry.model_validate(found).segments is not None
    assert Timeline.unpacked(read.packed()) == read
    assert sum(segment["meta"]["events_count"] for segment in found["segments"]) == len(rows)
    assert len({event["event_id"] for event in actions(found)}) == len(actions(found))


@pytest.mark.slow
def test_a_timeline_as_large_as_any_gives_a_bounded_summary():
    kinds = ["click", "typing", "change", "network", "console", "text", "navigation", "custom"]
    rows = [
        row(
            place,
            kind=kinds[place % 8],
            method="POST",
            url=f"https://shop.example/{place % 50}",
            message=f"message {place % 50}",
            element=RowElement("button", f"Button {place % 50}"),
            key=f"k{place % 7}",
            meaning=("", "done", "error")[place % 3],
            status=500 if place % 2 else 200,
            texts=("Order placed. " * 10,),
            requests=(f"e{place + 3}",),
            flags=("error_after",) if place % 5 == 0 else (),
            errors=(FollowingError((f"e{place + 1}",), "POST", "https://shop.example", 500),),
            weight=4,
        )
        for place in range(1, 40_001)
    ]
    found = summary(of(*rows), "order payment refund " * 20)
    assert len(orjson.dumps(found)) < 2_000_000
