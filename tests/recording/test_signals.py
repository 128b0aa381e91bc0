"""Flags about difficulties with pages and forms: each within its rule, and cases that only resemble it."""

import pytest
from inline_snapshot import snapshot

from replay_mcp.recording.timeline.reader import read_timeline
from replay_mcp.recording.timeline.row_text import effect, target
from replay_mcp.recording.timeline.rows import Row
from replay_mcp.redaction import Redaction
from tests.recording.rrweb import (
    BODY,
    Raw,
    added,
    blur,
    changed,
    clicked,
    custom,
    element,
    event,
    fetched,
    focus,
    full,
    lines,
    meta,
    moves,
    network,
    removed,
    retexted,
    typed,
)

SHOP = "https://shop.example/"
CART = SHOP + "cart"
API = SHOP + "api/order"
LINK, SEARCH, COUNT, OUT, HELP = 10, 11, 12, 13, 14
FORM, NAME, MAIL, CITY, SEND, NOTE, ERROR = 20, 21, 22, 23, 24, 25, 26
PLAIN, LONE = 30, 31
AT = 5_000

BODIES = (
    element(LINK, "a", "Cart", href="/cart"),
    element(SEARCH, "input", type="text", placeholder="Search products"),
    element(COUNT, "input", type="number", id="count"),
    element(HELP, "button", "Help", type="button"),
    element(
        FORM,
        "form",
        element(NAME, "input", id="name"),
        element(MAIL, "input", id="mail"),
        element(CITY, "input", id="city", role="combobox"),
        element(NOTE, "textarea", name="q"),
        element(ERROR, "p", id="error", class_="form-error"),
        element(SEND, "button", "Order"),
        novalidate="",
    ),
    element(PLAIN, "form", element(LONE, "input", id="sum")),
    element(OUT, "div", id="out"),
)
PAGE = [meta(0, SHOP), full(10, *BODIES)]
WATCHED = moves(20_000, 21_000, 30_000, 40_000)


def rows(*raws: Raw) -> tuple[Row, ...]:
    recorded = sorted((*PAGE, *raws, *WATCHED), key=lambda raw: raw["timestamp"])
    return read_timeline([b"\n".join(lines(*recorded))], Redaction()).rows


def flagged(flag: str, *raws: Raw) -> list[tuple[str, str]]:
    """Target and effect of the rows with a flag."""
    return [(target(row), effect(row)) for row in rows(*raws) if flag in row.flags]


def write(at: int, node: int, value: str, kept: str = "") -> list[Raw]:
    """A click into a field, then letters 60 ms apart after those that are kept."""
    lengths = range(len(kept) + 1, len(kept + value) + 1)
    letters = [typed(at + 300 + 60 * place, node, "*" * length) for place, length in enumerate(lengths)]
    return [*clicked(at, node), focus(at - 75, node), *letters]


def send(at: int) -> list[Raw]:
    return clicked(at, SEND)


def fail(at: int, status: int = 500) -> list[Raw]:
    return [fetched(at + 20, API, status, took=80)]


def error(at: int, text: str = "The order failed, try again") -> list[Raw]:
    return [added(at, ERROR, {"type": 3, "textContent": text, "id": 9_000 + at})]


def load(at: int, url: str, kind: str, *, took: int = 300) -> list[Raw]:
    """Another document, with the navigation type that the browser recorded."""
    entry = {"name": url, "entryType": "navigation", "initiatorType": "navigation", "responseStatus": 200}
    came = [event(at + took, 0, {}), meta(at + took + 5, url), full(at + took + 10, *BODIES)]
    timed = {"timestamp": START_MS + at, "duration": took}
    return [*came, network(at + took + 200, {**entry, **timed, "type": kind})]


START_MS = meta(0, SHOP)["timestamp"]


# repeated_submit


def test_an_unanswered_submit_that_is_pressed_again_is_repeated():
    assert flagged("repeated_submit", *send(AT), *moves(AT + 1_500), *send(AT + 3_000)) == snapshot(
        [('button "Order"', "no response seen; not judged: silence; repeats e2")]
    )


@pytest.mark.parametrize(("gap", "count"), [(1_000, 0), (1_200, 1), (60_000, 1), (60_200, 0)])
def test_a_submit_is_repeated_after_quick_clicks_end_and_within_a_minute(gap: int, count: int):
    later = [*moves(AT + 1_500), *send(AT + gap), *moves(AT + gap + 1_500, AT + gap + 9_000)]
    assert len(flagged("repeated_submit", *send(AT), *later)) == count


def test_the_same_error_again_makes_a_submit_repeated_and_another_error_does_not():
    first = [*send(AT), *fail(AT), *error(AT + 150)]
    cleared = removed(AT + 3_020, ERROR, 9_000 + AT + 150)
    same = [*send(AT + 3_000), cleared, *fail(AT + 3_000), *error(AT + 3_150)]
    other = [*send(AT + 3_000), cleared, *fail(AT + 3_000, 400), *error(AT + 3_150, "This card was declined")]
    assert [flagged("repeated_submit", *first, *again) for again in (same, other)] == snapshot(
        [
            [
                (
                    'button "Order"',
                    'shows "The order failed, try again" after 100 ms; repeats e2; followed by 500 POST https://shop.example/api/order (e7)',
                )
            ],
            [],
        ]
    )


def test_closing_the_error_message_is_nothing_in_between():
    dialog = element(90, "div", element(91, "p", "Card declined"), element(92, "button", "OK"), role="alertdialog")
    first = [*send(AT), *fail(AT, 402), added(AT + 150, OUT, dialog)]
    again = [*send(AT + 6_000), *fail(AT + 6_000, 402), added(AT + 6_150, OUT, dialog)]
    closed = [*clicked(AT + 3_000, 92), removed(AT + 3_050, OUT, 90)]
    helped = [*clicked(AT + 3_000, HELP), added(AT + 3_050, OUT, element(93, "p", "Call us on weekdays"))]
    found = [len(flagged("repeated_submit", *first, *between, *again)) for between in (closed, helped)]
    assert found == [1, 0]


def test_a_button_outside_of_forms_is_a_submit_if_it_sends_something():
    wrote = [*clicked(AT, HELP), *fail(AT), *moves(AT + 1_000), *moves(AT + 1_800), *clicked(AT + 3_000, HELP)]
    read_only = [
        fetched(AT + 20, API, 200, method="GET"),
        *clicked(AT, HELP),
        *moves(AT + 1_500),
        *clicked(AT + 3_000, HELP),
    ]
    assert [len(flagged("repeated_submit", *raws)) for raws in (wrote, read_only)] == [1, 0]


@pytest.mark.parametrize(
    "between",
    [
        [retexted(AT + 300, 2_400, "Ordered")],
        write(AT + 1_500, NAME, "Kim"),
        [custom(AT + 1_500, "$pageview", href=CART), custom(AT + 2_000, "$pageview", href=SHOP)],
        [changed(AT + 100, SEND, disabled="")],
    ],
    ids=["it was answered", "something was corrected", "another page", "it says that it is at work"],
)
def test_a_submit_after_an_answer_or_a_correction_is_not_repeated(between: list[Raw]):
    assert flagged("repeated_submit", *send(AT), *moves(AT + 1_400), *between, *send(AT + 4_000)) == []


# retyped


def test_a_field_that_is_cleared_later_and_typed_again_is_retyped():
    first, other = write(AT, MAIL, "kim@x.test"), write(AT + 2_000, NAME, "Kim")
    again = [*write(AT + 4_000, MAIL, "k@y.test"), *send(AT + 8_000)]
    assert flagged("retyped", *first, *other, *again) == snapshot(
        [("field [id=mail]", "8 characters; typed again in place of 10")]
    )


def test_a_field_that_the_page_refused_is_retyped():
    refused = [*send(AT + 2_000), *fail(AT + 2_000), *error(AT + 2_150)]
    assert len(flagged("retyped", *write(AT, MAIL, "kim@x"), *refused, *write(AT + 4_000, MAIL, "k@y.test"))) == 1


REFUSED = [*write(AT, MAIL, "kim@x"), *send(AT + 2_000), *fail(AT + 2_000), *error(AT + 2_150)]


def test_a_refused_field_is_retyped_whatever_else_worked_meanwhile():
    helped = [*clicked(AT + 3_000, HELP), added(AT + 3_050, OUT, element(90, "p", "A new code is on its way"))]
    again = write(AT + 5_000, MAIL, "k@y.test")
    accepted = [*send(AT + 3_500), fetched(AT + 3_520, API, 200), added(AT + 3_600, OUT, element(91, "p", "Added"))]
    found = [len(flagged("retyped", *REFUSED, *between, *again)) for between in (helped, accepted)]
    assert found == [1, 0]


def test_a_field_that_shows_results_at_once_is_retyped_only_if_it_was_refused():
    live = [*write(AT, LONE, "sun"), retexted(AT + 900, 4_200, "Nothing like that"), *write(AT + 4_000, LONE, "nebula")]
    shown = added(10, OUT, element(42, "p", "All objects"))
    shown["timestamp"] += 5
    assert flagged("retyped", shown, *live) == []
    refused = [*clicked(AT + 2_000, HELP), *fail(AT + 2_000), *error(AT + 2_150)]
    assert len(flagged("retyped", shown, *live, *refused)) == 1


@pytest.mark.parametrize(
    "raws",
    [
        [*write(AT, MAIL, "kim@x"), *write(AT + 2_000, NAME, "Kim"), *write(AT + 4_000, MAIL, ".test", "kim@x")],
        [*write(AT, MAIL, "ki"), *write(AT + 2_000, NAME, "Kim"), *write(AT + 4_000, MAIL, "kim@x.test")],
        [*write(AT, MAIL, "kim@x"), *write(AT + 2_000, NAME, "Kim"), *clicked(AT + 4_000, MAIL), typed(AT + 4_200, MAIL, "*" * 9)],
        [*write(AT, MAIL, "kim@x"), typed(AT + 1_000, MAIL, ""), *(typed(AT + 1_100 + n * 60, MAIL, "*" * n) for n in range(1, 6))],
        [*write(AT, SEARCH, "kettle"), *write(AT + 3_000, NAME, "Kim"), *write(AT + 5_000, SEARCH, "teapot")],
        [*write(AT, CITY, "Oslo"), *write(AT + 3_000, NAME, "Kim"), *write(AT + 5_000, CITY, "Bergen")],
        [*write(AT, COUNT, "1200"), *write(AT + 3_000, NAME, "Kim"), *write(AT + 5_000, COUNT, "1500")],
        [*write(AT, LONE, "10115"), fetched(AT + 900, API, 200, method="GET"), *write(AT + 5_000, LONE, "80331")],
    ],
    ids=["appended", "too short before", "pasted", "at once", "search", "completed", "number", "looked up"],
)  # fmt: skip
def test_other_ways_to_edit_a_field_again_are_not_retyped(raws: list[Raw]):
    assert flagged("retyped", *raws) == []


def test_the_next_entry_after_one_that_worked_is_not_retyped():
    worked = [*send(AT + 2_000), fetched(AT + 2_020, API, 200), added(AT + 2_100, OUT, element(90, "p", "Added"))]
    emptied = typed(AT + 1_200, MAIL, "")  # the page empties the field itself
    entry, second = write(AT, MAIL, "first@x"), write(AT + 4_000, MAIL, "second@x")
    assert flagged("retyped", *entry, *worked, *second) == []
    assert flagged("retyped", *entry, blur(AT + 1_100, MAIL), emptied, *second) == []


def sent_back(at: int, value: str, *, message: str = "") -> list[Raw]:
    """The page of the form again, as the server answers with it: a field holds a value, perhaps below a message."""
    field = element(MAIL, "input", id="mail", value="*" * len(value)) if value else element(MAIL, "input", id="mail")
    note = element(ERROR, "p", message, class_="form-error") if message else element(ERROR, "p")
    body = element(FORM, "form", field, note, element(SEND, "button", "Order"), novalidate="")
    return [event(at, 0, {}), meta(at + 5, SHOP), full(at + 10, body)]


def test_a_field_that_a_server_sent_back_with_an_error_is_retyped():
    entry, again = [*write(AT, MAIL, "kim@x"), *send(AT + 1_500)], write(AT + 5_000, MAIL, "k@y.test")
    message = "Enter a valid e-mail address"
    kept, emptied = (sent_back(AT + 1_800, value, message=message) for value in ("kim@x", ""))
    assert [len(flagged("retyped", *entry, *back, *again)) for back in (kept, emptied)] == [1, 0]


def test_a_form_that_came_back_was_refused_if_it_led_on_once_it_was_corrected():
    entry, again = [*write(AT, MAIL, "kim@x"), *send(AT + 1_500)], write(AT + 5_000, MAIL, "k@y.test")
    back = sent_back(AT + 1_800, "kim@x")
    led_on = [*send(AT + 8_000), *load(AT + 8_050, CART, "navigate")]
    saved = [*send(AT + 8_000), *sent_back(AT + 8_300, "k@y.test")]
    assert [len(flagged("retyped", *entry, *back, *again, *end)) for end in (led_on, saved)] == [1, 0]


# abandoned_form


FILLED = [*write(AT, NAME, "Kim"), *write(AT + 2_000, MAIL, "kim@x")]
LEFT = [*clicked(AT + 6_000, LINK), custom(AT + 6_100, "$pageview", href=CART), *moves(AT + 8_000)]


@pytest.mark.parametrize("end", [[], LEFT], ids=["the visit ends", "the page is left"])
def test_a_form_that_is_filled_in_and_never_sent_is_abandoned(end: list[Raw]):
    assert flagged("abandoned_form", *FILLED, *end) == snapshot(
        [("field [id=mail]", "5 characters; form never sent, 2 fields filled in")]
    )


@pytest.mark.parametrize(
    ("leaving", "count"),
    [
        ([*clicked(AT + 6_000, LINK), *load(AT + 6_050, CART, "navigate")], 1),
        (load(AT + 6_050, CART, "back_forward"), 1),
        (load(AT + 6_050, CART, "navigate"), 0),
    ],
    ids=["by a link", "by going back", "by a key that was lost with the page, perhaps"],
)
def test_a_form_is_abandoned_only_if_it_cannot_have_been_sent_on_leaving(leaving: list[Raw], count: int):
    assert len(flagged("abandoned_form", *FILLED, *leaving)) == count


@pytest.mark.parametrize(
    "raws",
    [
        [*FILLED, *send(AT + 5_000)],
        [*send(AT - 2_000), *FILLED],
        [*FILLED, fetched(AT + 5_000, API, 200, method="PUT")],
        [*FILLED, *clicked(AT + 9_000, HELP), fetched(AT + 9_050, API, 200)],
        [*FILLED, *LEFT, custom(AT + 9_000, "$pageview", href=SHOP), *send(AT + 11_000)],
        [*FILLED, typed(AT + 4_000, NAME, ""), typed(AT + 4_010, MAIL, "")],
        [*FILLED, custom(AT + 3_000, "$pageview", href=SHOP + "?name=kim")],
        write(AT, SEARCH, "kettle"),
        write(AT, CITY, "Oslo"),
        write(AT, LONE, "120"),
        write(AT, COUNT, "120"),
    ],
    ids=[
        "sent", "sent before", "saves itself", "saved by another button", "sent after coming back", "emptied again", "applied",
        "search", "only completed", "a form that cannot be sent", "no form",
    ],
)  # fmt: skip
def test_forms_that_were_sent_or_cannot_be_sent_are_not_abandoned(raws: list[Raw]):
    assert flagged("abandoned_form", *raws) == []


def test_another_field_that_saves_by_itself_does_not_send_the_form():
    saved = [*write(AT + 8_000, LONE, "Sol"), fetched(AT + 8_800, API, 200, method="PATCH")]
    assert len(flagged("abandoned_form", *FILLED, *saved)) == 1


def test_a_question_named_like_a_search_is_a_part_of_its_form():
    assert len(flagged("abandoned_form", *write(AT, NOTE, "When do you open"))) == 1


def test_a_form_typed_into_when_the_recording_stops_is_not_judged():
    recorded = [*PAGE, *write(AT, NAME, "Kim"), *moves(AT + 2_000)]
    found = read_timeline([b"\n".join(lines(*sorted(recorded, key=lambda raw: raw["timestamp"])))], Redaction()).rows
    assert [row.flags for row in found if row.kind == "typing"] == [()]


# quick_back


def visit(at: int, url: str) -> list[Raw]:
    """A page that the application's router shows after a click on a link."""
    return [*clicked(at, LINK), custom(at + 100, "$pageview", href=url), retexted(at + 110, 1_000, f"at {at}")]


def test_a_page_that_is_left_by_going_back_within_five_seconds_is_flagged():
    assert flagged("quick_back", *visit(AT, CART), custom(AT + 3_100, "$pageview", href=SHOP)) == snapshot(
        [("https://shop.example/cart", 'titled "Shop", left by going back after 3.0 s')]
    )


@pytest.mark.parametrize(("stay", "count"), [(399, 0), (400, 1), (5_000, 1), (5_001, 0)])
def test_quick_back_has_a_minimum_and_a_maximum_stay(stay: int, count: int):
    assert len(flagged("quick_back", *visit(AT, CART), custom(AT + 100 + stay, "$pageview", href=SHOP))) == count


@pytest.mark.parametrize(
    ("kind", "expected"), [("back_forward", ["https://shop.example/cart"]), ("navigate", []), ("reload", [])]
)
def test_leaving_a_loaded_page_is_going_back_only_if_the_browser_recorded_it(kind: str, expected: list[str]):
    first = [*clicked(AT, LINK), *load(AT + 50, CART, "navigate")]
    found = flagged("quick_back", *first, *load(AT + 3_000, SHOP, kind))
    assert [page for page, _ in found] == expected


@pytest.mark.parametrize(
    "raws",
    [
        [*visit(AT, CART), *visit(AT + 2_000, SHOP)],
        [*visit(AT, CART), *write(AT + 500, NAME, "Kim"), custom(AT + 4_000, "$pageview", href=SHOP)],
        [*visit(AT, CART), custom(AT + 3_000, "$pageview", href=SHOP + "else")],
        [*visit(AT, SHOP + "?photo=1"), custom(AT + 3_000, "$pageview", href=SHOP)],
        [*visit(AT, SHOP + "#photo"), custom(AT + 3_000, "$pageview", href=SHOP)],
        [*visit(AT, CART), *clicked(AT + 500, SEND), fetched(AT + 520, API, 200), custom(AT + 4_000, "$pageview", href=SHOP)],
    ],
    ids=["by a link", "after typing", "on to another page", "another query", "another place", "after sending"],
)  # fmt: skip
def test_other_ways_to_leave_a_page_are_not_going_back(raws: list[Raw]):
    assert flagged("quick_back", *raws) == []


def test_going_back_is_no_response_of_the_page():
    going = load(AT + 4_000, CART, "back_forward")
    found = [row for row in rows(*clicked(AT, HELP), *moves(AT + 1_500), *going) if row.kind == "click"]
    assert [(row.flags, row.response) for row in found] == [(("dead",), None)]


# wait


def spin(at: int, node: Raw, until: int | None, parent: int = OUT) -> list[Raw]:
    """A click that shows an element, which disappears after a while."""
    shown = [*clicked(at, HELP), added(at + 100, parent, node)]
    return shown if until is None else [*shown, removed(at + 100 + until, parent, node["id"])]


@pytest.mark.parametrize(
    "node",
    [
        element(90, "div", class_="spinner-border"),
        element(90, "span", "Loading…", class_="MuiSkeleton-root"),
        element(90, "div", element(91, "div", class_="inner"), "Bitte warten", class_="page-loader"),
        element(90, "svg", class_="animate-spin h-5"),
        element(90, "ion-spinner", class_="ion-spinner-dots"),
        element(90, "div", role="progressbar"),
        element(90, "progress"),
        element(90, "span", class_="spinner", style="backface-visibility: hidden; opacity: 1"),
        element(90, "section", aria_busy="true"),
        element(90, "div", element(91, "p", "Fetching your parcels"), class_="loading-overlay"),
    ],
)
def test_a_spinner_visible_for_more_than_three_seconds_is_a_wait(node: Raw):
    assert [page for page, _ in flagged("wait", *spin(AT, node, 3_001))] == ['button "Help"']
    assert flagged("wait", *spin(AT, node, 3_000)) == []


def test_a_wait_reports_its_duration():
    [row] = [row for row in rows(*spin(AT, element(90, "div", class_="spinner"), 4_200)) if row.kind == "click"]
    assert (row.waited_ms, effect(row)) == snapshot((4200, "the page changed after 180 ms; waited 4.2 s"))


def test_a_loading_button_and_a_revealed_spinner_are_waits():
    busy = [
        *clicked(AT, HELP),
        changed(AT + 50, HELP, class_="btn is-loading"),
        changed(AT + 4_000, HELP, class_="btn"),
    ]
    hidden = added(1_000, OUT, element(90, "div", class_="spinner", hidden=""))
    revealed = [hidden, *clicked(AT, HELP), changed(AT + 50, 90, hidden=None), changed(AT + 4_000, 90, hidden="")]
    assert [len(flagged("wait", *raws)) for raws in (busy, revealed)] == [1, 1]


def test_spinners_that_follow_one_another_are_one_wait():
    first, second = element(90, "div", class_="spinner"), element(91, "div", class_="skeleton-line")
    handed_over = [*spin(AT, first, None), added(AT + 1_500, OUT, second), removed(AT + 1_600, OUT, 90)]
    assert len(flagged("wait", *handed_over, removed(AT + 4_000, OUT, 91))) == 1


@pytest.mark.parametrize(
    "node",
    [
        element(90, "div", role="progressbar", aria_valuenow="40"),
        element(90, "progress", value="4"),
        element(90, "span", element(91, "input", class_="ui-spinner-input"), class_="ui-spinner"),
        element(90, "input", class_="ui-spinner-input"),
        element(90, "li", "Front loader, 2 t", class_="front-loader-card"),
        element(90, "p", "Gate 4", class_="loading-dock"),
        element(90, "div", class_="lazy-loading"),
        element(90, "div", class_="spinner", style="display:none"),
        element(90, "div", element(91, "div", class_="spinner"), class_="d-none"),
        element(90, "p", "Working"),
        element(90, "section", "Numbers", aria_busy="true"),
        element(90, "div", class_="spinner", data_visible="false"),
    ],
    ids=[
        "progress that is known", "progress with a value", "number spinner", "field of it", "a machine", "a dock", "lazy", "hidden",
        "hidden around", "words", "a busy part that shows what it held", "invisible by its state",
    ],
)  # fmt: skip
def test_elements_that_only_resemble_spinners_are_no_wait(node: Raw):
    assert flagged("wait", *spin(AT, node, 5_000)) == []


def test_a_spinner_that_appears_by_itself_stays_or_goes_with_its_view_is_no_wait():
    spinner = element(90, "div", class_="spinner")
    by_itself = [*clicked(AT, HELP), added(AT + 1_001, OUT, spinner), removed(AT + 6_000, OUT, 90)]
    stays = spin(AT, spinner, None)
    with_the_view = [*stays, *clicked(AT + 5_000, LINK), removed(AT + 5_100, BODY, OUT)]
    assert [flagged("wait", *raws) for raws in (by_itself, stays, with_the_view)] == [[], [], []]
