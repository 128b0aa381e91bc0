"""Rows of product events: what they show, where they belong among the rows of a recording, and exceptions."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.errors import DeadlineExceeded
from replay_mcp.recording.product_events import ProductEvent
from replay_mcp.recording.timeline.event_rows import with_events
from replay_mcp.recording.timeline.row_text import effect, target
from replay_mcp.recording.timeline.rows import Row
from replay_mcp.redaction import Redaction

REDACTION = Redaction()
WINDOW = "01975f7e-6c3a-7d2e-9d63-1f0a3c5b7e90"
CLICK = Row("e1", 2.0, 1, "click")
ERROR = Row("e2", 3.0, 1, "console", message="Uncaught TypeError: x is undefined", level="error", until=6.0, count=2)


def event(name: str, seconds: float, **properties: Any) -> ProductEvent:
    return ProductEvent(name, seconds, properties)


def exception(seconds: float, message: str, *frames: dict[str, Any]) -> ProductEvent:
    caught = {"type": "TypeError", "value": message, "stacktrace": {"type": "raw", "frames": list(frames)}}
    return ProductEvent("$exception", seconds, {"$exception_list": [caught]})


def shown(*events: ProductEvent, rows: tuple[Row, ...] = (CLICK, ERROR), windows: tuple[str, ...] = ("",)) -> list[Any]:
    """Ref, seconds, target and effect of the rows of a recording with these events."""
    merged = with_events(rows, events, windows, REDACTION)
    return [(row.ref, row.seconds, target(row), effect(row)) for row in merged if row is not CLICK]


def test_an_event_has_its_place_in_time_after_the_rows_of_its_moment():
    merged = with_events(
        (CLICK, ERROR), [event("early", -1.5), event("at once", 2.0), event("late", 60.0)], [""], REDACTION
    )
    assert [row.ref for row in merged] == ["p1", "e1", "p2", "e2", "p3"]


def test_without_events_the_rows_are_the_recording_s():
    assert with_events((CLICK, ERROR), [], [""], REDACTION) == (CLICK, ERROR)


def test_page_views_and_what_the_sdk_adds_to_every_event_are_left_out():
    common = {"$browser": "Chrome", "$current_url": "https://shop.example/?a=b", "utm_source": "mail", "gclid": "1"}
    events = [event("$pageview", 1.0, **common), event("$set", 1.0), event("order placed", 2.5, total=18.5, **common)]
    assert shown(*events, rows=()) == snapshot([("p1", 2.5, "order placed", "total: 18.5")])


def test_flags_and_surveys_show_their_name():
    flag = {"$feature_flag": "new-checkout", "$feature_flag_response": "test", "$feature/new-checkout": "test"}
    assert shown(event("$feature_flag_called", 1.0, **flag), rows=()) == snapshot(
        [("p1", 1.0, "$feature_flag_called", '$feature_flag: "new-checkout", $feature_flag_response: "test"')]
    )


def test_values_are_masked_and_escaped():
    properties = {
        "email": "ada@b.example",
        "api_key": "1234",
        "note": "line\nbreak\u200b",
        "link": "https://b.example/?q=kettle",
        "cart": {"password": "hunter2", "items": [1, "to ada@b.example"]},
        "card": 4111111111111111,
        "ok": True,
        "none": None,
    }
    assert shown(event("paid ada@b.example", 1.0, **properties), rows=()) == snapshot(
        [
            (
                "p1",
                1.0,
                "paid [email]",
                'email: "[email]", api_key: "***", note: "line\\nbreak\\u200b", link: "https://b.example/?q=***", cart: {"password":"***","items":[1,"to [email]"]}, card: [card], ok: true',
            )
        ]
    )


def test_strict_redaction_shows_no_texts_of_properties():
    properties = {"query": "what I typed", "total": 5, "ok": True, "cart": {"note": "typed", "items": [1, "typed"]}}
    [row] = with_events((), [event("searched", 1.0, **properties)], [""], Redaction("strict"))
    assert effect(row) == snapshot('query: "***", total: 5, ok: true, cart: {"note":"***","items":[1,"***"]}')


def test_properties_are_bounded():
    many = {f"p{place}": place for place in range(30)}
    [(_, _, _, text)] = shown(event("many", 1.0, **many), rows=())
    assert text == snapshot("p0: 0, p1: 1, p2: 2, p3: 3, p4: 4, p5: 5, p6: 6, p7: 7, p8: 8, p9: 9 and 20 more")
    [(_, _, name, text)] = shown(
        event("n" * 1_000, 1.0, long="x" * 1_000, nested=["y" * 5_000], **{"k" * 500: 10**400}), rows=()
    )
    assert (len(name), text) == snapshot(
        (
            120,
            'long: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…", nested: "(5004 characters)", …: 100000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000…',
        )
    )


def test_equal_events_close_together_are_one_row():
    events = [event("saved", at, draft=1) for at in (1.0, 4.0, 20.0)] + [event("saved", 21.0, draft=2)]
    merged = with_events((), events, [""], REDACTION)
    assert [(row.ref, row.seconds, row.count, row.until) for row in merged] == snapshot(
        [("p1", 1.0, 2, 4.0), ("p2", 20.0, 1, None), ("p3", 21.0, 1, None)]
    )


@pytest.mark.parametrize(
    ("windows", "window", "tab"),
    [(("", WINDOW), WINDOW, 2), (("", WINDOW), "other", 0), ((WINDOW,), "other", 0), (("",), "other", 1)],
)
def test_the_tab_is_that_of_the_window_or_not_known(windows: tuple[str, ...], window: str, tab: int):
    [row] = with_events((), [event("saved", 1.0, **{"$window_id": window})], windows, REDACTION)
    assert row.tab == tab


# Exceptions


def test_an_exception_has_its_type_message_and_three_top_frames():
    frames = [{"filename": f"https://shop.example/{name}.js", "function": name, "lineno": 7} for name in "abcd"]
    assert shown(exception(2.5, "total is null", *frames), rows=()) == snapshot(
        [
            (
                "p1",
                2.5,
                "TypeError: total is null",
                "at d (https://shop.example/d.js:7), c (https://shop.example/c.js:7), b (https://shop.example/b.js:7)",
            )
        ]
    )


def test_resolved_frames_and_older_forms_of_exceptions_are_read():
    resolved = {"resolved_name": "pay", "mangled_name": "t", "source": "src/pay.ts", "line": 12, "column": 4}
    older = event("$exception", 3.0, **{"$exception_types": ["RangeError"], "$exception_values": ["too far"]})
    oldest = event("$exception", 9.0, **{"$exception_type": "Error", "$exception_message": "no"})
    events = [exception(1.0, "total is null", resolved, {}, {"function": "only a name"}), older, oldest]
    assert shown(*events, rows=()) == snapshot(
        [
            ("p1", 1.0, "TypeError: total is null", "at only a name, pay (src/pay.ts:12:4)"),
            ("p2", 3.0, "RangeError: too far", ""),
            ("p3", 9.0, "Error: no", ""),
        ]
    )


def test_an_exception_joins_the_console_error_that_reports_it():
    frame = {"filename": "https://shop.example/app.js", "function": "run", "lineno": 3}
    assert shown(exception(3.1, "x is undefined", frame), exception(5.9, "x is undefined", frame)) == snapshot(
        [("e2", 3.0, "Uncaught TypeError: x is undefined", "at run (https://shop.example/app.js:3)")]
    )


@pytest.mark.parametrize(
    "other", [exception(9.0, "x is undefined"), exception(3.0, "y is undefined"), exception(3.0, "x")]
)
def test_an_exception_that_may_be_another_one_has_a_row_of_its_own(other: ProductEvent):
    assert [row.ref for row in with_events((ERROR,), [other], [""], REDACTION)] == ["e2", "p1"]


MALFORMED: list[dict[str, Any]] = [
    {"$exception_list": {}},
    {"$exception_list": [[]]},
    {"$exception_list": [{"type": 5, "value": {}, "stacktrace": {"frames": "abc"}}]},
    {"$exception_list": [{"stacktrace": {"frames": [1, {"lineno": "x"}, {"filename": ["a"]}]}}]},
    {"$exception_types": [{}], "$exception_message": ["a"]},
]


@pytest.mark.parametrize("properties", MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_exception_is_named_without_details(properties: dict[str, Any]):
    [row] = with_events((), [ProductEvent("$exception", 1.0, properties)], [""], REDACTION)
    assert (row.weight, row.stack, row.message in ("$exception", "a")) == (4, (), True)


@pytest.mark.parametrize("line", [pytest.param(10**5_000, id="long"), 10**7, -1, True, "7"])
def test_a_line_that_is_not_one_is_left_out(line: Any):
    frame = {"filename": "https://shop.example/a.js", "function": "pay", "lineno": line, "colno": 3}
    [row] = with_events((), [exception(1.0, "total is null", frame)], [""], REDACTION)
    assert row.stack == ("pay (https://shop.example/a.js:3)",)


def test_a_name_cannot_pass_for_another_property():
    names = {'total: 5, paid: "yes"': 1, " padded": 2, "": 3, "plain name": 4}
    assert shown(event("saved", 1.0, **names), rows=()) == snapshot(
        [("p1", 1.0, "saved", '"total: 5, paid: \\"yes\\"": 1, " padded": 2, "": 3, plain name: 4')]
    )


@pytest.mark.parametrize("level", ["standard", "strict"])
def test_names_are_masked(level: Any):
    names = {"ada@b.example": 1, "sk_live_abcdefghijklmnopqrstuvwx": 2}
    [row] = with_events((), [event("saved", 1.0, **names)], [""], Redaction(level))
    assert [name for name, _ in row.properties] == ["[email]", "[token]"]


def test_nothing_is_masked_that_has_no_room_in_the_row():
    asked: list[str] = []

    class Watched(Redaction):
        def text(self, text: str, limit: int = 1) -> str:
            asked.append(text)
            return super().text(text, limit)

    properties = {f"p{place}": [f"{place}"] * 90 for place in range(10)}
    [row] = with_events((), [event("saved", 1.0, **properties)], [""], Watched())
    assert (len(row.properties), row.properties_left_out, len([text for text in asked if text == "9"])) == (3, 7, 0)


def test_rows_of_events_end_at_the_deadline():
    with pytest.raises(DeadlineExceeded):
        with_events((), [event("saved", 1.0)], [""], REDACTION, lambda: True)
