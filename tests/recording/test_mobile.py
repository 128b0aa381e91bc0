"""Recordings of mobile apps give the same rows as recordings of web pages."""

from collections import Counter

import pytest
from inline_snapshot import snapshot

from replay_mcp.recording.timeline.reader import Timeline, read_timeline
from replay_mcp.recording.timeline.row_text import effect, target
from replay_mcp.redaction import Redaction
from tests.recording.rrweb import Raw, added, custom, element, event, full, incremental, lines, meta, moves, press
from tests.recording.test_wireframes import box, field, words

CART = box(
    101, 0, 0, 400, 800,
    words(102, "Your cart", 100), field(103, "button", 700, value="Pay now"), field(104, "toggle", 400, label="Gift wrap"),
    field(105, "email", 300, value="E-mail"),
)  # fmt: skip


def screen(at: int, name: str, *wireframes: Raw) -> list[Raw]:
    size = event(at, 4, {"href": name, "width": 400, "height": 800})
    return [size, event(at, 2, {"wireframes": list(wireframes), "initialOffset": {"top": 0, "left": 0}})]


def tap(at: int, x: float, y: float, finger: int = 0) -> list[Raw]:
    """A touch as mobile recorders write it: the id is that of the finger."""
    return [incremental(at + late, 2, type=kind, id=finger, x=x, y=y) for kind, late in ((7, 0), (9, 60))]


def swipe(at: int) -> list[Raw]:
    return [incremental(at, 2, type=7, id=0, x=200, y=700), incremental(at + 300, 2, type=9, id=0, x=200, y=300)]


def changes(at: int, **kinds: list[Raw]) -> Raw:
    placed = {
        kind: [each if kind == "removes" else {"parentId": 101, "wireframe": each} for each in given]
        for kind, given in kinds.items()
    }
    return incremental(at, 0, **placed)


def timeline_of(*raws: Raw) -> Timeline:
    end = incremental(20_000, 0, updates=[])
    return read_timeline([b"\n".join(lines(*screen(0, "Checkout", CART), *raws, end))], Redaction())


def rows(*raws: Raw) -> list[tuple[float, str, str, str, tuple[str, ...]]]:
    return [(row.seconds, row.kind, target(row), effect(row), row.flags) for row in timeline_of(*raws).rows[1:]]


def test_touches_find_their_elements_by_position_and_texts_that_appear_are_shown():
    wrapped = field(104, "toggle", 400, label="Gift wrap", checked=True)
    failed = words(110, "Payment failed, try again", 600)
    first = [*tap(1_000, 200, 420), changes(1_200, updates=[wrapped])]
    second = [*tap(3_000, 200, 720), changes(3_500, adds=[failed])]
    assert rows(*first, *second, *tap(9_000, 200, 720, finger=1)) == snapshot(
        [
            (1.0, "click", 'switch "Gift wrap"', "", ()),
            (3.0, "click", 'button "Pay now"', 'shows "Payment failed, try again" after 500 ms', ()),
            (3.5, "text", "text", 'shows "Payment failed, try again"', ("error_shown",)),
            (9.0, "click", 'button "Pay now"', "no response seen; not judged: silence", ()),
        ]
    )


def test_a_touch_on_the_background_is_a_click_on_the_page_and_a_swipe_is_not_a_click():
    assert rows(*tap(1_000, 200, 550), *swipe(5_000)) == snapshot(
        [(1.0, "click", "page", "no response seen; not judged: page background", ())]
    )


def test_boxes_scrolled_into_view_are_neither_shown_texts_nor_an_answer():
    far = [words(200 + place, f"Payment {place} failed", 500 + place) for place in range(3)]
    moved = changes(5_350, updates=[words(102, "Your cart", 20)], adds=far)
    assert rows(*tap(4_000, 200, 720), *swipe(5_000), moved, *tap(15_000, 200, 505)) == snapshot(
        [
            (4.0, "click", 'button "Pay now"', "no response in 2.5 s", ("dead",)),
            (15.0, "click", 'div "Payment 2 failed"', "no response seen; not judged: silence", ()),
        ]
    )
    assert next(flags for *_, flags in rows(*tap(4_000, 200, 720), moved)) == ()


def test_boxes_that_only_move_answer_a_touch_unless_a_finger_moved_them():
    moved = changes(1_500, updates=[words(102, "Your cart", 20)])
    assert [flags for *_, flags in rows(*tap(1_000, 200, 720), moved)] == [()]
    assert [flags for *_, flags in rows(*tap(600, 200, 720), *swipe(1_000), moved)] == [("dead",)]


def test_a_dialog_in_a_full_snapshot_is_a_shown_text():
    dialog = event(1_500, 2, {"wireframes": [box(300, 50, 200, 300, 200, words(301, "Payment failed", 220))]})
    same = event(9_500, 2, {"wireframes": [box(300, 50, 200, 300, 200, words(301, "Payment failed", 220))]})
    assert rows(*tap(1_000, 200, 720), dialog, *tap(9_000, 200, 225), same) == snapshot(
        [
            (1.0, "click", 'button "Pay now"', 'shows "Payment failed" after 500 ms', ()),
            (1.5, "text", "text", 'shows "Payment failed"', ("error_shown",)),
            (9.0, "click", 'div "Payment failed"', "no response in 2.5 s", ("dead",)),
        ]
    )


def test_another_screen_is_another_page():
    assert rows(
        *tap(1_000, 200, 720), *screen(1_400, "Thanks", box(400, 0, 0, 400, 800, words(401, "Thank you", 100)))
    ) == snapshot(
        [
            (1.0, "click", 'button "Pay now"', 'shows "Thank you" after 400 ms', ()),
            (1.4, "navigation", "Thanks", "", ()),
            (1.4, "text", "text", 'shows "Thank you"', ()),
        ]
    )


def test_the_keyboard_answers_a_touch_and_touches_on_it_are_typing():
    opened = custom(1_200, "keyboard", open=True, height=300)
    keys = [each for at in range(2_000, 3_000, 200) for each in tap(at, 200, 780)]
    closed = custom(5_000, "keyboard", open=False)
    assert rows(*tap(1_000, 200, 320), opened, *keys, closed, *tap(8_000, 200, 745)) == snapshot(
        [
            (1.0, "click", "field", "", ()),
            (8.0, "click", 'button "Pay now"', "no response seen; not judged: silence", ()),
        ]
    )


def test_typed_text_is_not_shown_where_the_screen_repeats_it():
    typed = changes(2_000, updates=[field(105, "email", 300, value="ann@shop.example")])
    echo = changes(4_000, adds=[words(120, "We wrote to ann@shop.example", 650)])
    shown = timeline_of(*tap(1_000, 200, 320), typed, *tap(3_800, 200, 720), echo)
    assert "ann@shop.example" not in repr(shown.rows)
    assert any("[typed]" in effect(row) for row in shown.rows)


def test_coverage_reports_screens_recorded_as_screenshots():
    picture = box(1, type="screenshot", base64="AAAA")
    other = incremental(1_400, 0, updates=[{"parentId": 0, "wireframe": {**picture, "base64": "BBBB"}}])
    recorded = [*screen(0, "Main", picture), *tap(1_000, 200, 720), other, *tap(5_000, 200, 720), *moves(9_000, 18_000)]
    timeline = read_timeline([b"\n".join(lines(*recorded))], Redaction())
    assert [
        (target(row), effect(row), row.flags, row.not_judged) for row in timeline.rows if row.kind == "click"
    ] == snapshot(
        [
            ('canvas "screenshot"', "the page changed after 400 ms", (), ""),
            ('canvas "screenshot"', "no response seen; not judged: media", (), "media"),
        ]
    )
    assert timeline.coverage.gaps == snapshot(
        ["1 windows have screens that are images: their texts and elements are not known"]
    )
    assert timeline_of().coverage.gaps == []


def test_long_mutations_are_read_like_short_ones():
    many = [words(500 + place, f"Item {place}", 600) for place in range(20)]
    shown = rows(*tap(1_000, 200, 720), changes(1_300, adds=[*many, words(600, "Payment failed", 600)]))
    assert [row for row in shown if row[1] == "text"] == snapshot(
        [(1.3, "text", "text", 'shows "Payment failed"', ("error_shown",))]
    )


def test_a_web_page_after_the_app_is_read_as_a_web_page():
    page = [meta(5_000, "https://shop.example/"), full(5_001, element(10, "button", "Pay"))]
    assert rows(*page, press(6_000, 10), added(6_100, 5, element(11, "p", "Thanks"))) == snapshot(
        [
            (5.0, "navigation", "https://shop.example/", 'titled "Shop"', ()),
            (5.0, "resize", "1280x800", "from 400x800", ()),
            (6.0, "click", 'button "Pay"', 'the page changed: "Thanks" after 100 ms', ()),
        ]
    )


@pytest.mark.parametrize(
    "odd",
    [
        changes(500), incremental(500, 0, adds=[{"wireframe": None}, {"node": {}}, None]), incremental(500, 0, removes="x", updates={}),
        incremental(500, 2, type="x", id={}, x="a", y=None), incremental(500, 2, type=7, id=None, x=1e300, y=-1e300),
        custom(500, "keyboard"), custom(500, "keyboard", open=True, height=1e9), event(500, 5, {"tag": "keyboard", "payload": []}),
        event(500, 2, {"wireframes": []}), event(500, 2, {"wireframes": "x"}), event(500, 2, {"wireframes": [None, 7]}),
        incremental(500, 3, id=101, x=0, y=5), incremental(500, 0, adds=[{"parentId": 101, "wireframe": {"id": 700, "type": "text", "text": "x" * 5_000}}]),
        event(500, 4, {"href": 7, "width": "x"}), event(500, 4, {}),
    ],
)  # fmt: skip
def test_malformed_events_do_no_harm(odd: Raw):
    shown = timeline_of(odd, *tap(1_000, 200, 720))
    assert [row.kind for row in shown.rows if row.kind == "click"] == ["click"]


@pytest.mark.slow
def test_on_a_huge_screen_only_a_bounded_number_of_touches_is_looked_up():
    wide = [box(1_000 + place) for place in range(6_000)]
    taps = [each for place in range(70) for each in tap(5_000 * place, 5, 5)]
    timeline = read_timeline([b"\n".join(lines(*screen(0, "Main", *wide), *taps))], Redaction())
    assert Counter(target(row) for row in timeline.rows if row.kind == "click") == snapshot(
        Counter({"page": 54, "element that the recording does not hold, at 5,5": 16})
    )
