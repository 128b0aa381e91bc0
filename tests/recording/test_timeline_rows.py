"""What each kind of row reports, and how its text is masked."""

import gzip
import json
import random
from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.errors import UnreadableRecording
from replay_mcp.recording.rrweb.metadata import MAX_WINDOWS
from replay_mcp.recording.timeline.reader import Coverage, Timeline, read_timeline
from replay_mcp.recording.timeline.row_text import effect, target
from replay_mcp.recording.timeline.rows import KINDS, Row
from replay_mcp.redaction import Redaction, RedactionLevel
from tests.recording.rrweb import (
    BODY,
    HEAD,
    HTML,
    TITLE,
    Raw,
    added,
    addition,
    blur,
    changed,
    console,
    custom,
    element,
    event,
    fetched,
    focus,
    full,
    incremental,
    line,
    lines,
    meta,
    mouse,
    move,
    moves,
    mutation,
    network,
    press,
    removed,
    request,
    retexted,
    scrolled,
    text,
    typed,
)

SHOP = "https://shop.example/"
LATE = moves(20_000, 29_000)


def read(*recorded: bytes, level: RedactionLevel = "standard") -> Timeline:
    return read_timeline([b"\n".join(recorded)], Redaction(level))


def rows(*raws: Raw, level: RedactionLevel = "standard") -> tuple[Row, ...]:
    return read(*lines(*raws), level=level).rows


def rendered(*raws: Raw, level: RedactionLevel = "standard", kind: str = "") -> list[tuple[str, str, str]]:
    """Kind, target and effect of the rows, without their times."""
    return [(row.kind, target(row), effect(row)) for row in rows(*raws, level=level) if kind in ("", row.kind)]


def page(*body: Raw | str, title: str = "Shop") -> list[Raw]:
    return [meta(0, SHOP), full(10, *body, title=title)]


BUTTON = element(10, "button", "Buy", id="buy")


# Navigation


def test_a_page_visit_has_the_title_of_the_page():
    assert rows(*page(BUTTON, title="Good things"), *LATE) == snapshot(
        (
            Row(
                ref="e1",
                seconds=0.0,
                tab=1,
                kind="navigation",
                page="https://shop.example/",
                key="https://shop.example/",
                weight=3,
                title="Good things",
            ),
        )
    )


def test_another_url_is_a_page_visit_and_the_same_url_is_none():
    made = rendered(
        *page(title="Shop"), move(500),
        meta(1_000, SHOP), full(1_010, title="Shop"), move(1_500),
        meta(2_000, SHOP + "cart"), full(2_010, title="Cart"), move(2_500),
        meta(3_000, SHOP), full(3_010, title="Shop"), move(4_000),
    )  # fmt: skip
    assert made == snapshot(
        [
            ("navigation", "https://shop.example/", 'titled "Shop"'),
            ("navigation", "https://shop.example/cart", 'titled "Cart", left by going back after 1.0 s'),
            ("navigation", "https://shop.example/", 'titled "Shop"'),
        ]
    )


def test_a_url_that_the_page_changes_is_one_page_visit():
    made = rendered(
        *page(), move(500),
        custom(1_000, "$url_changed", href=SHOP + "cart"), custom(1_010, "$pageview", href=SHOP + "cart"), move(1_500),
        custom(2_000, "$pageview", href=SHOP + "cart#total"), move(4_000),
    )  # fmt: skip
    assert made == snapshot(
        [
            ("navigation", "https://shop.example/", 'titled "Shop"'),
            ("navigation", "https://shop.example/cart", 'titled "Shop"'),
            ("navigation", "https://shop.example/cart#total", 'titled "Shop"'),
        ]
    )


def test_the_first_pageview_event_is_no_further_visit():
    assert rendered(*page(), custom(40, "$pageview", href=SHOP), move(500)) == snapshot(
        [("navigation", "https://shop.example/", 'titled "Shop"')]
    )


def test_a_page_that_a_script_shows_has_its_latest_title():
    made = rendered(
        *page(BUTTON), press(1_000, 10), custom(1_050, "$pageview", href=SHOP + "cart"), retexted(1_100, TITLE * 100, "Your cart"),
        *LATE,
    )  # fmt: skip
    assert made == snapshot(
        [
            ("navigation", "https://shop.example/", 'titled "Shop"'),
            ("click", 'button "Buy" [id=buy]', "went to https://shop.example/cart"),
            ("navigation", "https://shop.example/cart", 'titled "Your cart"'),
        ]
    )


def test_a_page_without_a_snapshot_is_reported():
    assert rendered(meta(0, SHOP), press(1_000, 10), move(9_000), *LATE) == snapshot(
        [
            ("navigation", "https://shop.example/", ""),
            (
                "click",
                "element that is not in the recording, at 100,100",
                "no response seen; not judged: unknown element",
            ),
        ]
    )


# Clicked elements

SVG = element(80, "svg", element(81, "path", d="M0 0"))
TARGETS: dict[str, tuple[list[Raw], int]] = {
    "the nearest button around what was hit": ([element(20, "button", element(21, "span", element(22, "b", "Buy")))], 22),
    "text node": ([element(20, "button", "Buy")], 2000),
    "link": ([element(20, "a", "Terms", href="/terms")], 20),
    "role": ([element(20, "div", element(21, "span", "Large"), role="radio")], 21),
    "role tab": ([element(20, "li", "Reviews", role="tab")], 20),
    "menu item": ([element(20, "div", "Log out", role="menuitem")], 20),
    "summary": ([element(19, "details", element(20, "summary", "More"))], 20),
    "aria-label before text": ([element(20, "button", "X", aria_label="Close")], 20),
    "icon button": ([element(20, "button", SVG, aria_label="Add to favourites")], 81),
    "icon button without a name": ([element(20, "button", SVG)], 81),
    "icon titled": ([element(20, "button", SVG, title="Add to favourites")], 81),
    "picture in a link": ([element(20, "a", element(21, "img", alt="Copper kettle"), href="/k")], 21),
    "picture": ([element(20, "img", alt="Copper kettle")], 20),
    "label for": ([element(19, "label", "E-mail", for_="mail"), element(20, "input", id="mail")], 20),
    "wrapping label": ([element(19, "label", "E-mail", element(20, "input"))], 20),
    "placeholder": ([element(20, "input", placeholder="Search")], 20),
    "name only": ([element(20, "input", name="q")], 20),
    "submit": ([element(20, "input", type="submit", value="Send")], 20),
    "checkbox": ([element(19, "label", element(20, "input", type="checkbox"), "News")], 20),
    "the label itself": ([element(19, "label", "News", for_="n"), element(20, "input", type="checkbox", id="n")], 19),
    "list": ([element(20, "select", element(21, "option", "Oslo"), name="city")], 20),
    "data-attr first": ([element(20, "button", "Buy", data_attr="buy", data_testid="t", id="i", name="n")], 20),
    "data-testid next": ([element(20, "button", "Buy", data_testid="t", id="i", name="n")], 20),
    "id next": ([element(20, "button", "Buy", id="i", name="n")], 20),
    "name last": ([element(20, "button", "Buy", name="n")], 20),
    "no button around": ([element(20, "div", element(21, "p", "We use each thing for a month."))], 21),
    "a long text": ([element(20, "button", "word " * 60)], 20),
    "white space": ([element(20, "button", "\n   Add \n  to cart\t")], 20),
    "hidden text": ([element(20, "button", "Cart", element(21, "script", "let a = 1"), element(22, "style", ".a{}"))], 20),
    "text in parts": ([element(20, "a", element(21, "span", "Copper kettle"), element(22, "span", "$89.00"), href="/k")], 22),
    "the page": ([element(20, "p", "Text")], HTML),
    "heading": ([element(20, "h2", "Reviews")], 20),
    "video": ([element(20, "video", src="film.mp4")], 20),
    "editable": ([element(20, "div", "my secret", contenteditable="true", aria_label="Note")], 20),
    "masked": ([element(20, "button", "****")], 20),
}  # fmt: skip


def test_clicked_elements_have_the_names_that_a_person_would_use():
    found: dict[str, str] = {}
    for name, (body, node) in TARGETS.items():
        (row,) = [row for row in rows(*page(*body), press(1_000, node), *LATE) if row.kind == "click"]
        found[name] = target(row)
    assert found == snapshot(
        {
            "the nearest button around what was hit": 'button "Buy"',
            "text node": 'button "Buy"',
            "link": 'link "Terms"',
            "role": 'radio "Large"',
            "role tab": 'tab "Reviews"',
            "menu item": 'menuitem "Log out"',
            "summary": 'summary "More"',
            "aria-label before text": 'button "Close"',
            "icon button": 'button "Add to favourites"',
            "icon button without a name": "button",
            "icon titled": 'button "Add to favourites"',
            "picture in a link": 'link "Copper kettle"',
            "picture": 'img "Copper kettle"',
            "label for": 'field "E-mail" [id=mail]',
            "wrapping label": 'field "E-mail"',
            "placeholder": 'field "Search"',
            "name only": "field [name=q]",
            "submit": 'button "Send"',
            "checkbox": 'checkbox "News"',
            "the label itself": 'label "News"',
            "list": "choice [name=city]",
            "data-attr first": 'button "Buy" [data-attr=buy]',
            "data-testid next": 'button "Buy" [data-testid=t]',
            "id next": 'button "Buy" [id=i]',
            "name last": 'button "Buy" [name=n]',
            "no button around": 'p "We use each thing for a month."',
            "a long text": 'button "word word word word word word word word word word word word word word word word…"',
            "white space": 'button "Add to cart"',
            "hidden text": 'button "Cart"',
            "text in parts": 'link "Copper kettle $89.00"',
            "the page": "page",
            "heading": 'h2 "Reviews"',
            "video": "video",
            "editable": 'field "Note"',
            "masked": 'button "****"',
        }
    )


def test_the_key_of_an_element_is_the_same_for_any_price_and_any_session():
    cheap, dear = element(20, "a", "Kettle $8", data_attr="kettle"), element(77, "a", "Kettle $9", data_attr="kettle")
    keys = {rows(*page(each), press(1_000, each["id"]), *LATE)[1].key for each in (cheap, dear)}
    assert keys == snapshot({"link [data-attr=kettle]"})


# The document at the time of a click


def clicked(*raws: Raw) -> str:
    return next(target(row) for row in rows(*raws, *LATE) if row.kind == "click")


def test_clicks_find_elements_that_the_page_added_or_moved_and_none_that_it_removed():
    assert clicked(*page(), added(100, BODY, element(20, "button", "New")), press(1_000, 20)) == snapshot(
        'button "New"'
    )
    children_first = mutation(
        100, adds=[addition(21, text(22, "New")), addition(20, element(21, "b")), addition(BODY, element(20, "button"))]
    )
    assert clicked(*page(), children_first, press(1_000, 22)) == snapshot('button "New"')
    wrap = mutation(100, removes=[{"parentId": BODY, "id": 21}], adds=[addition(20, element(21, "b", "Moved"))])
    assert clicked(*page(element(20, "button"), element(21, "b", "Moved")), wrap, press(1_000, 21)) == snapshot(
        'button "Moved"'
    )
    assert clicked(*page(BUTTON), removed(100, BODY, 10), press(1_000, 10)) == snapshot(
        "element that is not in the recording, at 100,100"
    )
    assert clicked(
        *page(element(20, "button", element(21, "b", "Inner"))), removed(100, 20, 21), press(1_000, 20)
    ) == snapshot("button")


def test_the_order_of_added_texts_is_that_of_the_page():
    body = element(20, "button", element(21, "i", "two"))
    before = mutation(100, adds=[addition(20, text(22, "one "), next_id=21), addition(20, text(23, " three"))])
    assert clicked(*page(body), before, press(1_000, 20)) == snapshot('button "one two three"')


def test_texts_and_attributes_are_those_at_the_time_of_the_click():
    assert clicked(*page(BUTTON), retexted(100, 1000, "Buy now"), press(1_000, 10)) == snapshot(
        'button "Buy now" [id=buy]'
    )
    assert clicked(*page(BUTTON), press(1_000, 10), retexted(1_100, 1000, "Sold out")) == snapshot(
        'button "Buy" [id=buy]'
    )
    assert clicked(*page(BUTTON), changed(100, 10, id="sell", aria_label="Sell"), press(1_000, 10)) == snapshot(
        'button "Sell" [id=sell]'
    )
    assert clicked(*page(BUTTON), changed(100, 10, id=None), press(1_000, 10)) == snapshot('button "Buy"')


def test_a_new_snapshot_forgets_the_old_document():
    assert clicked(*page(BUTTON), meta(500, SHOP), full(510, element(10, "a", "Home")), press(1_000, 10)) == snapshot(
        'link "Home"'
    )


def test_clicks_find_elements_in_shadow_roots_and_frames():
    inner = element(21, "button", "Pay", data_attr="pay")
    inner["isShadow"] = True
    host = element(20, "pay-box", inner)
    host["isShadowHost"] = True
    assert clicked(*page(host), press(1_000, 21)) == snapshot('button "Pay" [data-attr=pay]')
    body = element(303, "body", element(200, "button", "Accept"))
    frame = {"type": 0, "childNodes": [element(301, "html", element(302, "head"), body)], "id": 300}
    attached = mutation(100, adds=[addition(20, frame)], isAttachIframe=True)
    assert clicked(*page(element(20, "iframe", title="Consent")), attached, press(1_000, 200)) == snapshot(
        'button "Accept"'
    )


@pytest.mark.parametrize(
    "odd",
    [
        mutation(100, adds=[addition(12_345, element(20, "button", "Lost"))]),
        mutation(100, removes=[{"parentId": 12_345, "id": 54_321}]),
        mutation(100, texts=[{"id": 54_321, "value": "x"}]),
        mutation(100, attributes=[{"id": 54_321, "attributes": {"id": "x"}}]),
        mutation(100, adds=[{"nonsense": True}, 7, None]),
        mutation(100, adds="nonsense", removes=7, texts=None, attributes={}),
        event(100, 3, None),
        event(100, 5, {}),
        event(100, 6, {"plugin": "rrweb/console@1", "payload": 7}),
        event(100, 6, {"plugin": "rrweb/network@1", "payload": {"requests": [7, {}]}}),
        event(100, 77, {}),
        incremental(100, 2),
        incremental(100, 5),
        incremental(100, 3),
        incremental(100, 99),
    ],
)  # fmt: skip
def test_a_nonsensical_event_is_ignored(odd: Raw):
    made = rows(*page(BUTTON), odd, press(1_000, 10), retexted(1_050, 1000, "Bought"), *LATE)
    assert (effect(made[0]), target(made[-1]), effect(made[-1])) == (
        'titled "Shop"',
        'button "Buy" [id=buy]',
        'the page changed: "Bought"',
    )


def test_a_snapshot_with_broken_nodes_is_read_as_far_as_it_goes():
    broken = full(10, element(20, "div", BUTTON))
    broken["data"]["node"]["childNodes"] += [
        7,
        {"tagName": "p"},
        {"id": "x"},
        element(21, "p") | {"childNodes": "none"},
    ]
    assert clicked(meta(0, SHOP), broken, press(1_000, 10)) == 'button "Buy" [id=buy]'


def test_each_of_hundreds_of_added_nodes_is_found_until_it_is_removed():
    batches = [
        added(100 + batch, BODY, *(element(1_000 * batch + n, "button", f"{batch}/{n}") for n in range(100, 300)))
        for batch in range(1, 6)
    ]
    for node in (1_100, 3_200, 5_299):
        assert clicked(*page(), *batches, press(1_000, node)) == f'button "{node // 1_000}/{node % 1_000}"'
    assert "not in the recording" in clicked(*page(), *batches, removed(200, BODY, 3_200), press(1_000, 3_200))
    renamed = [retexted(200, 320_000, "new"), changed(210, 3_200, id="last")]
    assert clicked(*page(), *batches, *renamed, press(1_000, 3_200)) == 'button "new" [id=last]'


def test_a_page_built_by_a_script_has_the_title_and_heading_that_the_script_adds():
    built = [
        removed(100, HEAD, TITLE),
        added(110, HEAD, element(40, "title", "Cart")),
        added(120, BODY, element(41, "h1", "Your cart")),
    ]
    assert rendered(*page(), *built, *LATE) == snapshot(
        [("navigation", "https://shop.example/", 'titled "Cart / Your cart"')]
    )


def test_a_node_added_inside_itself_does_not_loop():
    cycle = mutation(100, adds=[addition(10, element(BODY, "body"))])
    assert rows(*page(BUTTON), cycle, press(1_000, 10), *LATE)[1].kind == "click"


# Taps and double clicks


def touch(at: int, node: int, *, clicks: bool) -> list[Raw]:
    made = [mouse(at, 7, node), mouse(at + 80, 9, node)]
    return [*made, press(at + 90, node)] if clicks else made


@pytest.mark.parametrize("clicks", [True, False])
def test_a_tap_is_one_click_with_or_without_a_click_event(clicks: bool):
    made = rows(*page(BUTTON), *touch(1_000, 10, clicks=clicks), retexted(1_200, 1000, "Bought"), *LATE)
    assert [(row.kind, target(row), effect(row), row.count) for row in made[1:]] == snapshot(
        [("click", 'button "Buy" [id=buy]', 'the page changed: "Bought" after 200 ms', 1)]
    )


def test_a_moving_finger_scrolls_and_does_not_tap():
    swipe = [
        incremental(1_000, 2, type=7, id=10, x=100, y=600),
        incremental(1_030, 6, positions=[{"x": 100, "y": 400, "id": 10, "timeOffset": -20}]),
        scrolled(1_060, 300),
        incremental(1_100, 2, type=9, id=10, x=100, y=300),
    ]
    assert [row.kind for row in rows(*page(BUTTON), *swipe, *LATE)] == ["navigation", "scroll"]


def test_a_whole_gesture_is_one_click():
    gesture = [mouse(1_000, 1, 10), focus(1_005, 10), mouse(1_080, 0, 10), press(1_081, 10)]
    assert [row.kind for row in rows(*page(BUTTON), *gesture, retexted(1_200, 1000, "Bought"), *LATE)] == snapshot(
        ["navigation", "click"]
    )


def test_the_third_event_of_a_double_click_is_no_click():
    double = [press(1_000, 10), press(1_180, 10), mouse(1_181, 4, 10)]
    made = rows(*page(BUTTON), *double, retexted(1_200, 1000, "Bought"), *LATE)
    assert [(row.kind, target(row), row.flags) for row in made[1:]] == snapshot(
        [("click", 'button "Buy" [id=buy]', ()), ("click", 'button "Buy" [id=buy]', ())]
    )


def test_a_right_click_is_no_click():
    assert rendered(*page(BUTTON), mouse(1_000, 1, 10), mouse(1_050, 3, 10), *LATE) == snapshot(
        [("navigation", "https://shop.example/", 'titled "Shop"')]
    )


# Typing and choices

FORM = page(
    element(20, "label", "Card", for_="card"),
    element(21, "input", id="card"),
    element(22, "input", type="password", name="secret"),
    element(23, "textarea", placeholder="Note"),
    element(24, "label", element(25, "input", type="radio", name="pay", value="transfer"), "Bank transfer"),
    element(26, "label", element(27, "input", type="checkbox", name="news"), "News"),
    element(
        28, "select", element(29, "option", "Oslo"), element(30, "option", "Bergen"), name="city", aria_label="City"
    ),
    element(31, "input", type="range", name="amount"),
    element(32, "input", type="file", name="cv"),
)


def keys(at: int, node: int, word: str) -> list[Raw]:
    return [typed(at + 100 * count, node, word[: count + 1]) for count in range(len(word))]


def test_typing_into_a_field_is_one_row_with_the_length_only():
    made = rows(*FORM, focus(1_000, 21), *keys(1_100, 21, "4111 secret"), blur(3_000, 21), *LATE)
    assert [(row.seconds, row.until, row.kind, target(row), effect(row), row.count) for row in made[1:]] == snapshot(
        [(1.1, 2.1, "typing", 'field "Card" [id=card]', "11 characters", 11)]
    )
    assert "secret" not in repr(made)


def test_each_edited_field_has_a_row_in_time_order():
    made = rendered(
        *FORM, focus(1_000, 21), *keys(1_100, 21, "41"), blur(1_500, 21), focus(1_510, 22), *keys(1_600, 22, "hunter2"),
        blur(2_500, 22), focus(2_510, 23), *keys(2_600, 23, "Hello there"), *LATE,
    )  # fmt: skip
    assert made == snapshot(
        [
            ("navigation", "https://shop.example/", 'titled "Shop"'),
            ("typing", 'field "Card" [id=card]', "2 characters"),
            ("typing", "field [name=secret]", "7 characters"),
            ("typing", 'field "Note"', "11 characters"),
        ]
    )


def test_emptied_fields_and_masked_values_are_reported_by_length():
    erased = [*keys(1_100, 21, "abc"), typed(1_500, 21, "ab"), typed(1_600, 21, "a"), typed(1_700, 21, "")]
    assert rendered(*FORM, focus(1_000, 21), *erased, *LATE, kind="typing") == snapshot(
        [("typing", 'field "Card" [id=card]', "emptied")]
    )
    assert rendered(*FORM, focus(1_000, 21), typed(1_100, 21, "********"), *LATE, kind="typing") == snapshot(
        [("typing", 'field "Card" [id=card]', "8 characters")]
    )


def test_fields_filled_without_focus_are_no_edits_of_the_person():
    assert rendered(*FORM, typed(1_000, 21, "maya"), typed(1_001, 22, "secret"), *LATE) == snapshot(
        [("navigation", "https://shop.example/", 'titled "Shop"')]
    )


def check(at: int, node: int, *, on: bool, text: str = "on") -> Raw:
    return incremental(at, 5, id=node, text=text, isChecked=on)


def test_choices_are_rows_of_kind_change():
    made = rendered(
        *FORM,
        press(1_000, 25), check(1_001, 25, on=True, text="transfer"),
        press(5_000, 27), check(5_001, 27, on=True),
        press(9_000, 27), check(9_001, 27, on=False),
        press(13_000, 28), check(13_500, 28, on=False, text="Bergen"),
        *LATE,
    )  # fmt: skip
    assert made == snapshot(
        [
            ("navigation", "https://shop.example/", 'titled "Shop"'),
            ("click", 'radio "Bank transfer" [name=pay]', ""),
            ("change", 'radio "Bank transfer" [name=pay]', "checked"),
            ("click", 'checkbox "News" [name=news]', ""),
            ("change", 'checkbox "News" [name=news]', "checked"),
            ("click", 'checkbox "News" [name=news]', ""),
            ("change", 'checkbox "News" [name=news]', "unchecked"),
            ("click", 'choice "City" [name=city]', ""),
            ("change", 'choice "City" [name=city]', "another option"),
        ]
    )


def test_a_slider_is_reported_without_its_value():
    made = rows(*FORM, focus(1_000, 31), typed(1_100, 31, "7"), typed(1_200, 31, "73"), *LATE)
    assert [(row.kind, target(row), row.count) for row in made[1:]] == [("change", "slider [name=amount]", 2)]
    assert "73" not in repr(made)


# Scrolling, size


def test_scrolling_back_and_forth_is_one_row_until_a_pause():
    down = [scrolled(1_000 + 100 * count, 150 * count) for count in range(1, 7)]
    up = [scrolled(1_700 + 100 * count, 900 - 150 * count) for count in range(1, 4)]
    made = rows(*page(), *down, *up, scrolled(9_000, 500), *LATE)
    assert [(row.seconds, row.until, row.kind, target(row), effect(row)) for row in made[1:]] == snapshot(
        [(1.1, 2.0, "scroll", "page", "down 450 px"), (9.0, None, "scroll", "page", "down 50 px")]
    )


def test_scrolling_a_part_of_the_page_is_not_scrolling_the_page():
    (row,) = rows(*page(element(20, "div", id="list")), scrolled(1_000, 500, node=20), *LATE)[1:]
    assert (row.kind, target(row), effect(row)) == ("scroll", "div [id=list]", "down 500 px")


def test_scrolling_sideways_is_reported_as_no_distance():
    made = rows(*page(element(20, "div", id="list")), scrolled(1_000, 0, node=20, x=400), *LATE)
    assert [(row.kind, effect(row)) for row in made[1:]] == snapshot([("scroll", "0 px up or down")])


def test_a_resized_window_is_reported():
    made = rendered(
        *page(),
        *(incremental(1_000 + 50 * count, 4, width=1_280 - 100 * count, height=800) for count in range(5)),
        *LATE,
    )
    assert made == snapshot(
        [("navigation", "https://shop.example/", 'titled "Shop"'), ("resize", "880x800", "from 1280x800")]
    )


# Console


def test_console_lines_have_their_level():
    made = rows(
        *page(), console(1_000, "log", "started", {"id": 7}), console(2_000, "info", "i"), console(3_000, "warn", "slow"),
        console(4_000, "error", "broken", 7, None), console(5_000, "debug", "d"), console(6_000, "assert", "Assertion failed"), *LATE,
    )  # fmt: skip
    assert [(row.level, target(row), row.weight) for row in made[1:]] == snapshot(
        [
            ("info", 'started {"id": 7}', 1),
            ("info", "i", 1),
            ("warn", "slow", 2),
            ("error", "broken 7 null", 4),
            ("info", "d", 1),
            ("error", "Assertion failed", 4),
        ]
    )


def test_a_line_that_repeats_is_one_row_and_another_line_ends_it():
    made = rows(
        *page(),
        *(console(1_000 + 300 * count, "error", "broken") for count in range(4)),
        console(3_000, "log", "x"),
        console(3_500, "error", "broken"),
        *LATE,
    )
    assert [(row.seconds, row.until, target(row), row.count) for row in made[1:]] == snapshot(
        [(1.0, 1.9, "broken", 4), (3.0, None, "x", 1), (3.5, None, "broken", 1)]
    )


@pytest.mark.parametrize("scheme", ["chrome-extension", "moz-extension", "safari-web-extension"])
def test_lines_of_browser_extensions_are_left_out_and_counted(scheme: str):
    made = read(
        *lines(
            *page(),
            console(1_000, "error", "x", trace=(f"{scheme}://abc/x.js:1:1",)),
            console(2_000, "error", "ours"),
            *LATE,
        )
    )
    assert ([target(row) for row in made.rows[1:]], made.coverage.extension_lines) == (["ours"], 1)


# Network


def test_requests_are_in_the_order_of_their_start():
    made = rows(
        *page(),
        network(3_000, request(2_900, SHOP + "api/b", 201), request(1_000, SHOP + "api/a", 200, "GET")),
        network(3_100, request(1_000, SHOP + "api/a", 200, "GET")),
        fetched(4_000, SHOP + "api/c", 503, took=1_250),
        fetched(5_000, SHOP + "api/d", 0),
        fetched(6_000, SHOP + "img/mug.png", 404, initiatorType="img", method=None),
        *LATE,
    )  # fmt: skip
    assert [(row.ref, row.seconds, target(row), effect(row), row.status, row.weight) for row in made[1:]] == snapshot(
        [
            ("e2", 1.0, "GET https://shop.example/api/a", "200 after 12 ms", 200, 2),
            ("e3", 2.9, "POST https://shop.example/api/b", "201 after 12 ms", 201, 2),
            ("e4", 4.0, "POST https://shop.example/api/c", "503 after 1.2 s", 503, 4),
            ("e5", 5.0, "POST https://shop.example/api/d", "status unknown after 50 ms", 0, 2),
            ("e6", 6.0, "https://shop.example/img/mug.png", "404 after 50 ms", 404, 2),
        ]
    )


def test_times_and_statuses_are_read_in_every_spelling():
    made = rows(
        *page(),
        network(3_000, {"name": SHOP + "a", "timeOrigin": request(0, "", 0)["timestamp"], "startTime": 1_500.4, "status": 200, "method": "put", "duration": 40.6}),
        network(3_000, {"name": SHOP + "b", "responseStatus": 404, "method": "DELETE"}),
        network(3_000, {"name": SHOP + "c", "responseStatus": "x", "duration": None, "timestamp": "y"}),
        *LATE,
    )  # fmt: skip
    assert [(row.seconds, target(row), effect(row), row.status) for row in made[1:]] == snapshot(
        [
            (1.5, "PUT https://shop.example/a", "200 after 41 ms", 200),
            (3.0, "DELETE https://shop.example/b", "404", 404),
            (3.0, "https://shop.example/c", "status unknown", 0),
        ]
    )


# Custom events, tabs, idle times


def test_custom_events_of_the_page_are_reported_and_posthogs_own_are_not():
    made = rendered(
        *page(), custom(100, "$session_options", a=1), custom(110, "$posthog_config", a=1), custom(120, "$remote_config_received"),
        custom(1_000, "order placed", total=103), custom(2_000, "$session_starting"), custom(3_000, "$session_id_change"),
        custom(4_000, "feedback"), *LATE,
    )  # fmt: skip
    assert made == snapshot(
        [
            ("navigation", "https://shop.example/", 'titled "Shop"'),
            ("custom", "order placed", ""),
            ("custom", "feedback", ""),
        ]
    )


def tabs(*parts: tuple[str, list[Raw]]) -> tuple[Row, ...]:
    stamped = [(raw["timestamp"], window, raw) for window, raws in parts for raw in raws]
    stamped.sort(key=lambda each: each[0])
    return read(*(line(raw, window) for _, window, raw in stamped)).rows


def test_each_tab_has_its_own_document_and_switching_tabs_is_reported():
    first = [
        *page(BUTTON), press(1_000, 10), retexted(1_050, 1000, "Bought"), press(9_000, 10), retexted(9_050, 1000, "Again"), *LATE,
    ]  # fmt: skip
    second = [
        meta(3_000, SHOP + "help"),
        full(3_010, element(10, "a", "Contact", id="contact"), title="Help"),
        press(5_000, 10),
    ]
    made = tabs(("one", first), ("two", second))
    assert [(row.tab, row.kind, target(row), effect(row)) for row in made] == snapshot(
        [
            (1, "navigation", "https://shop.example/", 'titled "Shop"'),
            (1, "click", 'button "Buy" [id=buy]', 'the page changed: "Bought"'),
            (2, "navigation", "https://shop.example/help", 'titled "Help"'),
            (2, "tab", "tab 2", "from tab 1"),
            (2, "click", 'link "Contact" [id=contact]', "no response seen; not judged: end"),
            (1, "tab", "tab 1", "from tab 2"),
            (1, "click", 'button "Bought" [id=buy]', 'the page changed: "Again"'),
        ]
    )


def test_a_link_that_opens_a_tab_is_answered_by_it():
    first = [
        *page(element(10, "a", "Help", href="/help", target="_blank")),
        press(1_000, 10),
        custom(1_300, "window hidden"),
    ]
    second = [meta(1_400, SHOP + "help"), full(1_410, title="Help"), *moves(2_000, 3_000), *LATE]
    made = tabs(("one", first), ("two", second))
    assert [(row.tab, row.kind, target(row), effect(row), row.flags) for row in made] == snapshot(
        [
            (1, "navigation", "https://shop.example/", 'titled "Shop"', ()),
            (1, "click", 'link "Help"', "opened tab 2 after 400 ms", ()),
            (1, "hidden", "", "end not recorded", ()),
            (2, "navigation", "https://shop.example/help", 'titled "Help"', ()),
            (2, "tab", "tab 2", "from tab 1", ()),
        ]
    )


@pytest.mark.slow
def test_events_of_tabs_beyond_the_maximum_are_counted_and_not_read():
    stored = [
        line(raw, f"window-{number}")
        for number in range(MAX_WINDOWS + 2)
        for raw in (meta(number, f"{SHOP}{number}"), move(9_000))
    ]
    made = read(*stored)
    assert (made.tabs, made.coverage.unread_tabs, made.totals["navigation"]) == (MAX_WINDOWS, 4, MAX_WINDOWS)


def test_five_minutes_without_activity_are_idle():
    made = rows(
        *page(BUTTON),
        press(1_000, 10),
        retexted(1_050, 1000, "Bought"),
        *(retexted(10_000 * n, 1000, str(n)) for n in range(1, 32)),
        move(310_000),
        move(312_000),
    )
    assert [(row.seconds, row.until, row.kind, target(row), effect(row)) for row in made[1:]] == snapshot(
        [
            (1.0, None, "click", 'button "Buy" [id=buy]', 'the page changed: "Bought"'),
            (1.0, 310.0, "idle", "", "for 5 min 9 s"),
        ]
    )
    less = [*page(BUTTON), press(1_000, 10), retexted(1_050, 1000, "Bought"), move(300_900), move(302_000)]
    assert [row.kind for row in rows(*less)] == ["navigation", "click"]


def test_a_recording_that_ends_without_activity_ends_idle():
    made = rows(*page(BUTTON), press(1_000, 10), retexted(1_050, 1000, "Bought"), retexted(400_000, 1000, "Sold out"))
    assert [row.kind for row in made] == ["navigation", "click", "idle"]


def test_idle_times_and_pauses_of_the_recorder_are_reported():
    made = read(*lines(
        *page(), move(1_000), custom(300_000, "sessionIdle"), custom(900_000, "sessionNoLongerIdle"), move(900_010),
        custom(901_000, "recording paused"), custom(902_000, "recording resumed"), move(904_000),
    ))  # fmt: skip
    assert (
        [(row.seconds, row.until, row.kind, target(row), effect(row)) for row in made.rows[1:]],
        made.coverage.pauses,
    ) == snapshot(([(1.0, 900.01, "idle", "", "for 14 min 59 s")], 1))


def test_a_tab_in_the_background_is_hidden_until_it_is_seen_again():
    made = rows(
        *page(),
        move(500),
        custom(1_000, "window hidden"),
        custom(8_000, "window visible"),
        move(8_100),
        custom(9_000, "window hidden"),
    )
    assert [(row.seconds, row.until, row.kind, target(row), effect(row)) for row in made[1:]] == snapshot(
        [(1.0, 8.0, "hidden", "", "for 7.0 s"), (9.0, None, "hidden", "", "end not recorded")]
    )


# One recording, however it is stored

STORY = [
    *page(BUTTON, element(20, "p", role="alert"), element(21, "input", id="q")),
    focus(900, 21), *keys(1_000, 21, "tea"), blur(1_400, 21),
    added(1_500, BODY, element(30, "button", "More", data_attr="more")),
    press(2_000, 10), fetched(2_010, SHOP + "api/buy?card=4111111111111111", 500),
    console(2_070, "error", "broken"), added(2_080, 20, text(90, "Payment failed")),
    press(6_000, 30), retexted(6_050, 3000, "Less"), scrolled(7_000, 700),
    meta(9_000, SHOP + "cart"), full(9_010, BUTTON, title="Cart"), press(11_000, 10),
    *LATE,
]  # fmt: skip


def test_the_whole_story_of_a_small_recording():
    made = read(*lines(*STORY))
    assert [
        (row.ref, row.seconds, row.kind, target(row), effect(row), row.flags, row.count) for row in made.rows
    ] == snapshot(
        [
            ("e1", 0.0, "navigation", "https://shop.example/", 'titled "Shop"', (), 1),
            ("e2", 1.0, "typing", "field [id=q]", "3 characters", (), 3),
            (
                "e3",
                2.0,
                "click",
                'button "Buy" [id=buy]',
                'shows "Payment failed"; followed by 500 POST https://shop.example/api/buy?card=*** (e4), console error: broken (e5)',
                ("error_after",),
                1,
            ),
            ("e4", 2.01, "network", "POST https://shop.example/api/buy?card=***", "500 after 50 ms", (), 1),
            ("e5", 2.07, "console", "broken", "", (), 1),
            ("e6", 2.08, "text", "alert", 'shows "Payment failed"', ("error_shown",), 1),
            ("e7", 6.0, "click", 'button "More" [data-attr=more]', 'the page changed: "Less"', (), 1),
            ("e8", 7.0, "scroll", "page", "down 700 px", (), 1),
            ("e9", 9.0, "navigation", "https://shop.example/cart", 'titled "Cart"', (), 1),
            ("e10", 11.0, "click", 'button "Buy" [id=buy]', "no response seen; not judged: silence", (), 1),
        ]
    )
    assert (made.tabs, made.end - made.start, made.totals, made.coverage) == snapshot(
        (
            1,
            29000,
            {"click": 3, "console": 1, "navigation": 2, "network": 1, "scroll": 1, "text": 1, "typing": 1},
            Coverage(events=20),
        )
    )


def squeezed(raw: Raw, separators: tuple[str, str]) -> Raw:
    """The event as newer recorders store it: compressed."""

    def squeeze(value: Any) -> str:
        return gzip.compress(json.dumps(value, separators=separators).encode()).decode("latin-1")

    data = raw["data"]
    if raw["type"] == 2:
        return {**raw, "data": squeeze(data), "cv": "2024-10"}
    if raw["type"] == 3 and data["source"] == 0:
        fields = ("adds", "removes", "texts", "attributes")
        return {**raw, "data": {**data, **{name: squeeze(data[name]) for name in fields}}, "cv": "2024-10"}
    return raw


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")], ids=["as JavaScript writes it", "with spaces"])
def test_compressed_events_give_the_same_rows(separators: tuple[str, str]):
    assert read(*lines(*(squeezed(raw, separators) for raw in STORY))) == read(*lines(*STORY))


def test_lines_written_without_spaces_give_the_same_rows():
    tight = [json.dumps(["window-1", raw], separators=(",", ":")).encode() for raw in STORY]
    assert read(*tight) == read(*lines(*STORY))


def test_lines_out_of_order_give_the_same_rows():
    shuffled = list(STORY)
    random.Random(7).shuffle(shuffled)
    assert rows(*shuffled) == rows(*STORY)


def test_repeated_lines_change_nothing_and_are_counted():
    made, once = read(*lines(*STORY, *STORY)), read(*lines(*STORY))
    assert (made.rows, made.totals, made.coverage.repeated) == (once.rows, once.totals, len(STORY))


def test_any_container_and_any_cut_into_chunks_give_the_same_rows():
    plain = b"\n".join(lines(*STORY))
    grouped = json.dumps({"window_id": "window-1", "data": STORY}).encode()
    expected = rows(*STORY)
    members = gzip.compress(plain[:3_000]) + gzip.compress(plain[3_000:])
    documents = (json.dumps(STORY).encode(), json.dumps(STORY, indent=2).encode())
    for stored in (plain, gzip.compress(plain), members, grouped, *documents):
        for size in (1_000, 997):
            chunks = [stored[start : start + size] for start in range(0, len(stored), size)]
            assert read_timeline(chunks, Redaction()).rows == expected


def test_refs_count_the_rows_in_order_and_are_the_same_each_time():
    made = rows(*STORY)
    assert [row.ref for row in made] == [f"e{place}" for place in range(1, len(made) + 1)]
    assert [row.seconds for row in made] == sorted(row.seconds for row in made)
    assert made == rows(*STORY)
    assert {row.kind for row in made} <= set(KINDS)


def test_a_timeline_survives_being_packed():
    made = read(*lines(*STORY))
    assert Timeline.unpacked(made.packed()) == made


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"\n\n",
        b"PK\x03\x04zip",
        b"<!doctype html><p>no</p>",
        b'{"detail":"Not found"}',
        b"once upon a time",
        gzip.compress(b"x" * 4_000)[:15],
    ],
    ids=["nothing", "empty lines", "zip", "page", "json", "prose", "cut gzip"],
)
def test_bytes_that_are_no_recording_raise_an_error_that_names_what_they_are(stored: bytes):
    with pytest.raises(UnreadableRecording) as refused:
        read(stored)
    assert "There is no rrweb event in it, but" in str(refused.value)
    assert stored.decode("latin-1") not in str(refused.value) or not stored.strip()


def test_what_could_not_be_read_is_counted():
    unreadable = {**full(500), "data": "not gzip", "cv": "2024-10"}
    stored = [
        *lines(*page(BUTTON)),
        b"{broken",
        b"[1,2",
        line(unreadable),
        *lines(press(1_000, 10), press(4_000, 777), *LATE),
    ]
    assert read(*stored).coverage == snapshot(Coverage(events=7, broken=2, unreadable_documents=1, unknown_targets=2))


def test_a_truncated_gzip_is_read_as_far_as_it_goes_and_reported():
    whole = gzip.compress(b"\n".join(lines(*STORY * 20)), compresslevel=0)
    made = read_timeline([whole[: len(whole) // 2]], Redaction())
    assert (made.coverage.cut_off, len(made.rows) > 3) == (True, True)


# Masking

SECRETS = [
    meta(0, SHOP + "pay?email=maya@example.com&card=4111111111111111#token=abc"),
    full(
        10,
        element(20, "button", "Mail maya@example.com", id="u-maya@example.com"),
        element(21, "p", role="alert"),
        element(22, "button", "Card 4111 1111 1111 1111", data_attr="card"),
        element(23, "input", placeholder="maya@example.com"),
        title="Inbox of maya@example.com",
    ),
    press(1_000, 20), added(1_050, 21, text(90, "Failed for maya@example.com, card 4111 1111 1111 1111, phx_abcdefghijklmnopqrst")),
    press(4_000, 22), fetched(4_010, SHOP + "api/maya@example.com?q=hunter2", 500), retexted(4_060, 2200, "Paid"),
    console(4_100, "error", "no card for maya@example.com", {"url": SHOP + "x?q=hunter2"}),
    custom(5_000, "mailed maya@example.com", to="maya@example.com"),
    press(8_000, 23), focus(8_001, 23), typed(8_100, 23, "hunter2"),
    custom(12_000, "$pageview", href=SHOP + "u/maya@example.com"),
    *LATE,
]  # fmt: skip


def everything(made: tuple[Row, ...]) -> list[tuple[str, str, str]]:
    return [(target(row), effect(row), row.page) for row in made]


def test_secrets_in_labels_urls_lines_and_texts_are_masked():
    assert everything(rows(*SECRETS)) == snapshot(
        [
            (
                "https://shop.example/pay?email=***&card=***#token=***",
                'titled "Inbox of [email]"',
                "https://shop.example/pay?email=***&card=***#token=***",
            ),
            (
                'button "Mail [email]" [id=[email]]',
                'shows "Failed for [email], card [card], [token]"',
                "https://shop.example/pay?email=***&card=***#token=***",
            ),
            (
                "alert",
                'shows "Failed for [email], card [card], [token]"',
                "https://shop.example/pay?email=***&card=***#token=***",
            ),
            (
                'button "Card [card]" [data-attr=card]',
                'the page changed: "Paid"; followed by 500 POST https://shop.example/api/[email]?q=*** (e5), console error: no card for [email] {"url": "https://shop.example/x?q=***"} (e6)',
                "https://shop.example/pay?email=***&card=***#token=***",
            ),
            (
                "POST https://shop.example/api/[email]?q=***",
                "500 after 50 ms",
                "https://shop.example/pay?email=***&card=***#token=***",
            ),
            (
                'no card for [email] {"url": "https://shop.example/x?q=***"}',
                "",
                "https://shop.example/pay?email=***&card=***#token=***",
            ),
            ("mailed [email]", "", "https://shop.example/pay?email=***&card=***#token=***"),
            (
                'field "[email]"',
                "",
                "https://shop.example/pay?email=***&card=***#token=***",
            ),
            ('field "[email]"', "7 characters", "https://shop.example/pay?email=***&card=***#token=***"),
            ("https://shop.example/u/[email]", 'titled "Inbox of [email]"', "https://shop.example/u/[email]"),
        ]
    )


@pytest.mark.parametrize("level", ["standard", "strict"])
def test_no_secret_is_in_any_field_of_any_row(level: RedactionLevel):
    shown = repr(read(*lines(*SECRETS), level=level))
    assert [secret for secret in ("maya", "4111", "hunter2", "phx_", "abc") if secret in shown] == []


def test_without_redaction_everything_but_typed_text_is_shown():
    shown = repr(read(*lines(*SECRETS), level="off"))
    assert [
        secret for secret in ("maya@example.com", "4111 1111", "?q=hunter2", "phx_", "token=abc") if secret not in shown
    ] == []
    typing = [row for row in rows(*SECRETS, level="off") if row.kind == "typing"]
    assert [(target(row), effect(row)) for row in typing] == snapshot([('field "maya@example.com"', "7 characters")])


WORD = "Wolfsmilch"


def repeats(*typing: Raw) -> tuple[Row, ...]:
    """A page that repeats typed text wherever it can."""
    body = [
        element(20, "input", id="q", aria_label="Search"),
        element(21, "button", "Go"),
        element(22, "p", role="status"),
    ]
    return rows(
        *page(*body), focus(900, 20), *typing, press(3_000, 21),
        fetched(3_010, f"{SHOP}api/find/{WORD}", 404), console(3_070, "error", f"nothing for {WORD}"),
        added(3_080, 22, text(90, f"No results for {WORD}")), retexted(3_090, 2100, f"Find {WORD} again"),
        press(8_000, 21), retexted(8_100, 2100, "Go"), custom(9_000, f"searched {WORD}"),
        custom(12_000, "$pageview", href=f"{SHOP}find/{WORD}"), *LATE,
    )  # fmt: skip


def test_what_was_typed_stays_hidden_where_the_page_repeats_it():
    made = repeats(typed(1_000, 20, WORD))
    assert [(row.kind, target(row), effect(row)) for row in made] == snapshot(
        [
            ("navigation", "https://shop.example/", 'titled "Shop"'),
            ("typing", 'field "Search" [id=q]', "10 characters"),
            (
                "click",
                'button "Go"',
                'shows "No results for [typed]"; followed by 404 POST https://shop.example/api/find/[typed] (e4), console error: nothing for [typed] (e5)',
            ),
            ("network", "POST https://shop.example/api/find/[typed]", "404 after 50 ms"),
            ("console", "nothing for [typed]", ""),
            ("text", "status", 'shows "No results for [typed]"'),
            ("click", 'button "Find [typed] again"', 'the page changed: "Go" after 100 ms'),
            ("custom", "searched [typed]", ""),
            ("navigation", "https://shop.example/find/[typed]", 'titled "Shop"'),
        ]
    )
    assert WORD not in repr(made)


def test_what_was_typed_letter_by_letter_stays_hidden_to_the_last_letter():
    by_letters, at_once = repeats(*keys(1_000, 20, WORD)), repeats(typed(1_000, 20, WORD))
    assert [(target(row), effect(row)) for row in by_letters] == [(target(row), effect(row)) for row in at_once]


def test_a_typed_word_stays_in_the_host_of_urls():
    made = rows(
        *page(BUTTON, element(20, "input", id="q")),
        focus(900, 20),
        *keys(1_000, 20, "shop"),
        meta(3_000, SHOP + "find"),
        full(3_010),
        *LATE,
    )
    assert target(made[-1]) == SHOP + "find"


def test_text_written_into_an_editable_element_is_not_shown():
    editor = element(
        20, "div", element(21, "p", "Dear diary"), contenteditable="true", role="textbox", aria_label="Message"
    )
    made = rows(
        *page(editor, element(22, "button", "Send")), press(1_000, 21), focus(1_001, 20), retexted(1_500, 2100, "Dear diary, help"),
        added(2_000, 20, element(23, "p", "secret lines")), press(5_000, 22), *LATE,
    )  # fmt: skip
    assert [(row.kind, target(row)) for row in made] == snapshot(
        [
            ("navigation", "https://shop.example/"),
            ("click", 'textbox "Message"'),
            ("typing", 'textbox "Message"'),
            ("click", 'button "Send"'),
        ]
    )
    assert "diary" not in repr(made)
    assert "secret" not in repr(made)


def test_control_and_invisible_characters_are_made_visible():
    made = rendered(
        *page(element(20, "button", "Ig\u202enore\x00 all\u200b")),
        press(1_000, 20),
        console(2_000, "error", "a\nb\x1b[31m"),
        *LATE,
    )
    assert made == snapshot(
        [
            ("navigation", "https://shop.example/", 'titled "Shop"'),
            (
                "click",
                'button "Ig\\u202enore\\u0000 all\\u200b"',
                "no response in 2.5 s; followed by console error: a\\nb\\u001b[31m (e3)",
            ),
            ("console", "a\\nb\\u001b[31m", ""),
        ]
    )


@pytest.mark.parametrize(
    "unseen",
    [element(60, "style", ".css-1{color:red}"), element(60, "p", "not yet", hidden=""), element(60, "script", "go()")],
)
def test_invisible_text_is_no_response_to_a_click(unseen: Raw):
    made = rows(*page(element(20, "button", "Pay")), press(5_000, 20), added(5_100, 5, unseen), *moves(6_900), *LATE)
    assert [effect(row) for row in made if row.kind == "click"] == ["no response in 2.5 s"]
