"""Rows are data: each fact has its own field, and `row_text` renders them."""

from typing import get_args

import pytest
from inline_snapshot import snapshot
from msgspec.structs import replace

from replay_mcp.recording.claims.check import check
from replay_mcp.recording.claims.claim import Claim
from replay_mcp.recording.timeline.reader import Timeline, read_timeline
from replay_mcp.recording.timeline.row_text import effect, short_target, target
from replay_mcp.recording.timeline.rows import (
    FollowingError,
    Kind,
    Response,
    ResponseKind,
    Row,
    RowElement,
    SlowRequest,
)
from replay_mcp.redaction import Redaction
from tests.recording.rrweb import (
    BODY,
    Raw,
    added,
    console,
    custom,
    element,
    fetched,
    focus,
    full,
    lines,
    meta,
    moves,
    press,
    removed,
    retexted,
    scrolled,
    typed,
)

SHOP = "https://shop.example/"
PAY, FIELD, BOX, LIST, ALERT, NOTE = 10, 11, 12, 13, 14, 15
PAGE = [
    meta(0, SHOP),
    full(
        10,
        element(PAY, "button", 'Pay "now"', id="pay"),
        element(FIELD, "input", type="text", name="mail", placeholder="E-mail"),
        element(BOX, "input", type="checkbox", id="news"),
        element(LIST, "div", "A list", id="list"),
        element(ALERT, "div", "-", role="alert", id="alert"),
        element(NOTE, "p", "-", id="note"),
    ),
]
BUTTON = RowElement(role="button", name='Pay "now"', selector="[id=pay]", tag="button", sort="control")


def timeline(*raws: Raw) -> Timeline:
    ordered = sorted([*PAGE, *raws, *moves(40_000, 49_000)], key=lambda raw: raw["timestamp"])
    return read_timeline([b"\n".join(lines(*ordered))], Redaction())


def rows(*raws: Raw, kind: Kind) -> list[Row]:
    return [row for row in timeline(*raws).rows if row.kind == kind]


def click(**fields: object) -> Row:
    return replace(Row("e1", 1.0, 1, "click", element=BUTTON), **fields)


# Fields


def test_a_click_has_its_element_the_shown_texts_and_the_errors_that_followed():
    refused = fetched(1_060, f"{SHOP}pay", 500, took=200), console(1_300, "error", "Payment failed")
    again = console(1_400, "error", "Card declined"), console(7_000, "error", "Much later")
    shown = retexted(1_350, ALERT * 100, 'Payment "failed"')
    assert rows(press(1_000, PAY), *refused, shown, *again, kind="click") == snapshot(
        [
            Row(
                ref="e2",
                seconds=1.0,
                tab=1,
                kind="click",
                weight=4,
                flags=("error_after",),
                key="button [id=pay]",
                page="https://shop.example/",
                title="Shop",
                element=RowElement(role="button", name='Pay "now"', selector="[id=pay]", tag="button", sort="control"),
                position=(100, 100),
                texts=('Payment "failed"',),
                meaning="error",
                response=Response(kind="mutation", ms=350),
                requests=("e3",),
                errors=(
                    FollowingError(refs=("e3",), method="POST", url="https://shop.example/pay", status=500),
                    FollowingError(refs=("e4",), message="Payment failed"),
                    FollowingError(refs=("e6",), message="Card declined"),
                ),
            )
        ]
    )


def test_a_click_has_the_first_response_and_what_changed():
    assert [
        row.response
        for raw in (
            [retexted(2_340, NOTE * 100, "2 items")],
            [focus(2_100, FIELD)],
            [typed(2_100, FIELD, "abc")],
            [scrolled(2_050, 300)],
            [meta(2_400, f"{SHOP}cart"), full(2_410)],
            [custom(2_500, "window hidden")],
            [],
        )
        for row in rows(press(2_000, PAY), *raw, kind="click")
    ] == snapshot(
        [
            Response(kind="mutation", ms=340, detail="2 items"),
            Response(kind="focus", ms=100),
            Response(kind="input", ms=100),
            Response(kind="scroll", ms=50),
            Response(kind="navigation", ms=400, detail="https://shop.example/cart"),
            Response(kind="hidden", ms=500),
            None,
        ]
    )


def test_a_click_that_waited_for_its_request_has_that_request():
    slow = fetched(1_060, f"{SHOP}report", 200, took=3_200)
    assert [
        (row.flags, row.requests, row.slow_request) for row in rows(press(1_000, PAY), slow, kind="click")
    ] == snapshot([(("slow",), ("e3",), SlowRequest(ref="e3", ms=3200))])


def test_typing_has_the_number_of_characters_and_never_the_text():
    edits = focus(900, FIELD), typed(1_000, FIELD, "maya"), typed(1_100, FIELD, "maya w")
    assert rows(*edits, kind="typing") == snapshot(
        [
            Row(
                ref="e2",
                seconds=1.0,
                tab=1,
                kind="typing",
                until=1.1,
                count=2,
                weight=3,
                key="field [name=mail]",
                page="https://shop.example/",
                title="Shop",
                element=RowElement(role="field", name="E-mail", selector="[name=mail]", tag="input", sort="field"),
                characters=6,
                response=Response(kind="input", ms=100),
            )
        ]
    )
    emptied = rows(focus(900, FIELD), typed(1_000, FIELD, ""), kind="typing")
    assert [(row.characters, effect(row)) for row in emptied] == snapshot([(0, "emptied")])


def test_each_other_kind_of_row_has_its_own_fields():
    happened = timeline(
        press(1_000, PAY),
        retexted(1_100, ALERT * 100, "No card"),
        removed(1_900, BODY, ALERT),
        focus(2_990, BOX), {**typed(3_000, BOX, "on"), "data": {"source": 5, "id": BOX, "text": "on", "isChecked": True}},
        scrolled(5_000, 800, LIST), scrolled(5_500, 300, LIST),
        fetched(9_000, f"{SHOP}api/cart?id=7", 404, took=120),
        console(12_000, "warn", "Deprecated"),
        custom(13_000, "Checkout reached"),
        {**meta(15_000, SHOP), "data": {"href": SHOP, "width": 400, "height": 300}},
        custom(17_000, "window hidden"), custom(19_000, "window visible"),
    )  # fmt: skip
    assert list(happened.rows) == snapshot(
        [
            Row(
                ref="e1",
                seconds=0.0,
                tab=1,
                kind="navigation",
                weight=3,
                key="https://shop.example/",
                page="https://shop.example/",
                title="Shop",
            ),
            Row(
                ref="e2",
                seconds=1.0,
                tab=1,
                kind="click",
                weight=3,
                key="button [id=pay]",
                page="https://shop.example/",
                title="Shop",
                element=RowElement(role="button", name='Pay "now"', selector="[id=pay]", tag="button", sort="control"),
                position=(100, 100),
                texts=("No card",),
                meaning="error",
                response=Response(kind="mutation", ms=100),
            ),
            Row(
                ref="e3",
                seconds=1.1,
                tab=1,
                kind="text",
                weight=4,
                flags=("error_shown",),
                key="alert [id=alert]",
                page="https://shop.example/",
                title="Shop",
                element=RowElement(role="alert", selector="[id=alert]"),
                texts=("No card",),
                meaning="error",
            ),
            Row(
                ref="e4",
                seconds=1.9,
                tab=1,
                kind="text",
                weight=3,
                page="https://shop.example/",
                title="Shop",
                element=RowElement(role="alert", selector="[id=alert]"),
                texts=("No card",),
                gone=True,
            ),
            Row(
                ref="e5",
                seconds=3.0,
                tab=1,
                kind="change",
                weight=3,
                key="checkbox [id=news]",
                page="https://shop.example/",
                title="Shop",
                element=RowElement(role="checkbox", selector="[id=news]", tag="input", sort="field"),
                choice="checked",
            ),
            Row(
                ref="e6",
                seconds=5.0,
                tab=1,
                kind="scroll",
                until=5.5,
                page="https://shop.example/",
                title="Shop",
                element=RowElement(role="div", selector="[id=list]", tag="div"),
                scrolled=300,
            ),
            Row(
                ref="e7",
                seconds=9.0,
                tab=1,
                kind="network",
                until=9.12,
                weight=4,
                key="POST https://shop.example/api/cart?id=***",
                page="https://shop.example/",
                title="Shop",
                method="POST",
                url="https://shop.example/api/cart?id=***",
                status=404,
                duration_ms=120,
            ),
            Row(
                ref="e8",
                seconds=12.0,
                tab=1,
                kind="console",
                weight=2,
                key="Deprecated",
                page="https://shop.example/",
                title="Shop",
                message="Deprecated",
                level="warn",
            ),
            Row(
                ref="e9",
                seconds=13.0,
                tab=1,
                kind="custom",
                weight=3,
                page="https://shop.example/",
                title="Shop",
                message="Checkout reached",
            ),
            Row(
                ref="e10",
                seconds=15.0,
                tab=1,
                kind="resize",
                page="https://shop.example/",
                title="Shop",
                size=(400, 300),
                size_before=(1280, 800),
            ),
            Row(
                ref="e11",
                seconds=17.0,
                tab=1,
                kind="hidden",
                until=19.0,
                weight=2,
                page="https://shop.example/",
                title="Shop",
                duration_ms=2000,
            ),
        ]
    )


# Reading the fields


def test_a_text_beyond_those_rendered_is_still_in_the_row():
    texts = [
        added(1_100 + 10 * place, BODY, element(20 + place, "div", f"Line {place}", role="status"))
        for place in range(4)
    ]
    read = timeline(press(1_000, PAY), *texts)
    [row] = [row for row in read.rows if row.kind == "click"]
    assert (row.texts, effect(row)) == snapshot(
        (("Line 0", "Line 1", "Line 2", "Line 3"), 'shows "Line 0", "Line 1" and 2 more after 100 ms')
    )
    assert check(Claim("saw_text", refs=(row.ref,), text="Line 3"), read).verdict == "supported"


@pytest.mark.parametrize("name", ['Pay "now"', "Pay [now]", 'x [a=1] "[', 'followed by 500 POST "x"'])
def test_a_name_of_any_characters_is_found_by_a_claim(name: str):
    read = timeline(added(100, BODY, element(30, "button", name)), press(1_000, 30))
    assert check(Claim("clicked", text=name, count=1), read).verdict == "supported"
    assert check(Claim("clicked", text="followed"), read).verdict == (
        "supported" if name.startswith("followed") else "not_shown"
    )


# Rendered text


@pytest.mark.parametrize("kind", get_args(ResponseKind))
def test_every_kind_of_response_is_rendered(kind: ResponseKind):
    assert effect(click(response=Response(kind, 40, "2")))
    assert effect(click(response=Response(kind, 340, "2"))).endswith(" after 340 ms")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (click(), snapshot(("button \"Pay 'now'\" [id=pay]", "button \"Pay 'now'\""))),
        (click(element=replace(BUTTON, name="")), snapshot(("button [id=pay]", "button"))),
        (
            click(beside=True),
            snapshot(
                (
                    "button \"Pay 'now'\" [id=pay] and elements next to it",
                    "button \"Pay 'now'\" [id=pay] and elements next to it",
                )
            ),
        ),
        (
            click(element=RowElement(sort="unknown"), position=(3, 4)),
            snapshot(("element that is not in the recording, at 3,4", "element that is not in the recording, at 3,4")),
        ),
        (
            click(element=RowElement(sort="unread")),
            snapshot(("element that was not examined", "element that was not examined")),
        ),
        (click(element=RowElement("page", sort="page")), snapshot(("page", "page"))),
    ],
)
def test_an_element_is_rendered_as_role_name_and_selector(row: Row, words: tuple[str, str]):
    assert (target(row), short_target(row)) == words


def test_errors_with_equal_text_are_named_once():
    long = "Payment failed because of a reason that is told at great length: "
    errors = (
        FollowingError(("e2", "e4"), message=long + "one"),
        FollowingError(("e3",), message=long + "two"),
        FollowingError(("e5",), "POST", f"{SHOP}pay", 500),
        FollowingError(("e6",), "", SHOP, 404),
    )
    row = click(flags=("error_after",), errors=errors)
    assert (effect(row), row.followed_by) == snapshot(
        (
            "no response seen; followed by console error: Payment failed because of a reason that is told at great len… (e2 and 2 more), 500 POST https://shop.example/pay (e5) and 1 more",
            ("e2", "e3", "e4", "e5", "e6"),
        )
    )
