"""Texts that are content in spite of their words, and texts that are errors only after a failed request."""

from typing import Any

import pytest

from replay_mcp.recording import read_timeline
from replay_mcp.recording.timeline.row_text import effect
from replay_mcp.recording.timeline.rows import Row
from replay_mcp.redaction import Redaction

from .rrweb import (
    Raw,
    added,
    changed,
    custom,
    element,
    fetched,
    focus,
    full,
    lines,
    meta,
    mouse_down,
    mouse_up,
    press,
    removed,
    text,
    typed,
)

SITE = "http://shop.example/"
PAY, FIELD, ROOT = 10, 11, 12
PAGE = [element(PAY, "button", "Pay now"), element(FIELD, "input", type="text"), element(ROOT, "div")]


def rows_of(*events: Raw, page: list[Raw] | None = None) -> tuple[Row, ...]:
    """The rows of a page after its first visit and snapshot."""
    all_events = [meta(0, SITE), full(1, *(PAGE if page is None else page)), *events]
    return read_timeline([b"\n".join(lines(*all_events))], Redaction()).rows


def shown(*events: Raw, page: list[Raw] | None = None) -> list[tuple[str, bool]]:
    """The text rows, and whether each is flagged as an error."""
    rows = rows_of(*events, page=page)
    return [(effect(row), "error_shown" in row.flags) for row in rows if row.kind == "text" and not row.gone]


@pytest.mark.parametrize(
    "control",
    [
        element(20, "button", "What if my payment failed?", aria_expanded="false"),
        element(20, "button", "Problems", role="tab"),
        element(20, "a", "Problems", href="#problems"),
        element(20, "div", "What if it fails?", class_="accordion title"),
        element(20, "details", element(21, "summary", "Problems")),
    ],
)
def test_texts_behind_a_tab_a_question_or_a_link_are_no_errors(control: Raw):
    pressed = 21 if control["tagName"] == "details" else 20
    answer = added(1_100, ROOT, element(40, "p", "Your payment failed. Try again later."))
    assert shown(press(1_000, pressed), answer, page=[control, element(ROOT, "div")]) == [
        ('shows "Your payment failed. Try again later."', False)
    ]
    assert shown(press(1_000, PAY), answer) == [('shows "Your payment failed. Try again later."', True)]


def test_texts_written_by_other_users_are_no_messages():
    line = element(40, "p", "Nora: I could not attend, sorry.", class_="comment")
    assert shown(press(1_000, PAY), added(1_200, ROOT, line)) == []


@pytest.mark.parametrize("status", [409, 200])
def test_a_sentence_right_after_a_failed_request_of_the_click_is_an_error(status: int):
    failed = fetched(1_050, f"{SITE}api/pay", status, took=100)
    answer = added(1_200, ROOT, element(40, "p", "Two others are away then."))
    assert shown(press(1_000, PAY), failed, answer) == [('shows "Two others are away then."', status == 409)]


def test_requests_of_analytics_explain_no_text():
    failed = fetched(1_050, "https://metrics.example/collect", 500, took=100)
    answer = added(1_200, ROOT, element(40, "p", "Two others are away then."))
    assert shown(press(1_000, PAY), failed, answer) == [('shows "Two others are away then."', False)]


def test_a_message_after_a_refused_drag_is_an_error():
    drag = [mouse_down(1_000, ROOT, 10, 10), mouse_up(1_300, ROOT, 300, 10)]
    failed = fetched(1_310, f"{SITE}api/move", 403, took=80)
    answer = added(1_400, 13, text(41, "The owner moves that card"))
    page = [*PAGE, element(13, "p", role="status")]
    assert shown(*drag, failed, answer, page=page) == [('shows "The owner moves that card"', True)]


@pytest.mark.parametrize(
    ("node", "error"),
    [
        (element(40, "div", "The moon is full", class_="ui negative message"), True),
        (element(40, "p", "The moon is full", class_="errornote"), True),
        (element(40, "p", "How many moons?", class_="field-error"), True),
        (element(40, "p", "How many moons?", class_="notice"), False),
        (element(40, "p", "Nothing is wrong with it."), False),
    ],
)
def test_marks_of_further_libraries_are_recognised(node: Raw, error: bool):
    page = [element(PAY, "button", "Pay now"), element(ROOT, "div", element(FIELD, "input", type="text"))]
    found = shown(press(1_000, PAY), added(1_200, ROOT, node), page=page)
    assert [flagged for _, flagged in found] == ([True] if error else [False])


def test_a_text_in_details_is_new_when_they_open():
    page = [element(20, "details", element(21, "summary", "Rules"), element(22, "p", "Receipts are required here"))]
    rows = rows_of(press(1_000, 21), changed(1_050, 20, open=""), page=page)
    assert [effect(row) for row in rows if row.kind == "click"] == ['shows "Receipts are required here"']


def test_a_dialog_of_a_custom_element_is_shown_when_it_opens():
    page = [element(PAY, "button", "Roll back"), element(20, "cds-modal", element(21, "p", "Visitors wait a minute."))]
    assert shown(press(1_000, PAY), changed(1_050, 20, open=""), page=page) == [
        ('shows "Visitors wait a minute."', False)
    ]


def loaded(*body: Raw, before: Any = ()) -> list[tuple[str, bool]]:
    """The texts reported of a page that a click on a button led to."""
    return shown(
        press(1_000, PAY), meta(1_500, f"{SITE}done"), full(1_510, *body), press(3_000, 60), page=[*PAGE, *before]
    )


def test_a_flash_message_is_reported_with_or_without_marks():
    other = element(60, "button", "Next")
    assert loaded(element(40, "ul", element(41, "li", "Your loan is confirmed.", class_="success")), other) == [
        ('shows "Your loan is confirmed."', False)
    ]
    assert loaded(element(40, "p", "Topic was successfully created.", style="color: green"), other) == [
        ('shows "Topic was successfully created."', False)
    ]
    assert loaded(element(40, "ul", element(41, "li", "Your loan is confirmed.")), other) == []


def test_a_neutral_flash_message_is_reported_unless_it_was_there_before():
    flash, other = element(40, "div", "Totals of May", class_="alert alert-info"), element(60, "button", "Next")
    assert loaded(flash, other) == [('shows "Totals of May"', False)]
    assert loaded(flash, other, before=[element(30, "div", "Totals of May", class_="alert alert-info")]) == []


def answered_form(*body: Raw, before: Any = (), url: str = SITE, status: int = 200) -> list[tuple[str, bool]]:
    """The texts reported of a page that answers a form."""
    load = fetched(1_100, url, status, initiatorType="navigation", entryType="navigation")
    page = [meta(1_500, url), full(1_510, *body), load, press(4_000, 60)]
    return shown(press(1_000, PAY), custom(1_400, "DomContentLoaded"), *page, page=[*PAGE, *before])


FORM = [element(50, "h2", "Choose a time"), element(51, "form", element(60, "button", "Hold it"))]


@pytest.mark.parametrize(
    ("message", "error"),
    [("The dome is shut tonight, choose again", False), ("The slot has just gone, the others are free", True)],
)
def test_a_sentence_that_a_form_gained_when_it_was_shown_again_is_reported(message: str, error: bool):
    note = element(40, "p", message, class_="note")
    assert answered_form(note, *FORM, before=FORM, url=f"{SITE}times") == [(f'shows "{message}"', error)]


def test_a_sentence_of_another_page_that_answers_a_form_is_reported_unless_it_sounds_like_an_error():
    other = [element(50, "h2", "My account"), element(60, "button", "Renew")]
    neutral, sounding = "Your seat is next to the door.", "Fines: none. Reminders that failed: 0."
    assert answered_form(element(40, "p", neutral), *other, before=FORM, url=f"{SITE}me") == [
        (f'shows "{neutral}"', False)
    ]
    assert answered_form(element(40, "p", sounding), *other, before=FORM, url=f"{SITE}me") == []


def test_another_page_with_many_sentences_is_content():
    body = [element(40 + number, "p", f"Chapter {number} of the long book") for number in range(4)]
    assert answered_form(*body, element(60, "button", "Next"), url=f"{SITE}book") == []


@pytest.mark.parametrize("tag", ["a", "button"])
@pytest.mark.parametrize("status", [404, 200])
def test_the_heading_of_a_page_that_was_answered_with_an_error_is_an_error(tag: str, status: int):
    page = [element(PAY, tag, "Getting there", href="/there")]
    load = fetched(1_100, f"{SITE}there", status, initiatorType="navigation", entryType="navigation")
    body = [element(50, "h1", "The lane ends here"), element(60, "button", "Back")]
    events = [press(1_000, PAY), meta(1_500, f"{SITE}there"), full(1_510, *body), load, press(4_000, 60)]
    assert shown(*events, page=page) == ([('shows "The lane ends here"', True)] if status == 404 else [])


@pytest.mark.parametrize("echo", ["You: ****************", "\u201c****************\u201d was added"])
def test_typed_text_is_not_repeated_after_a_name_or_in_quotes(echo: str):
    entered = [focus(500, FIELD), typed(600, FIELD, "*" * 16)]
    answer = added(1_200, ROOT, element(40, "p", echo.replace("*" * 16, "Correct item 4!!")))
    all_events = [effect(row) for row in rows_of(*entered, press(1_000, PAY), answer)]
    assert not any("Correct" in each for each in all_events)
    assert any("[typed]" in each for each in all_events)


def test_a_green_message_is_no_error_whatever_its_words():
    node = element(
        40, "div", element(41, "span", "error-reports was revoked", role="alert"), class_="toast intent-success"
    )
    rows = rows_of(press(1_000, PAY), added(1_200, ROOT, node))
    assert [(row.meaning, row.flags) for row in rows if row.kind == "text"] == [("done", ())]


@pytest.mark.parametrize(("gone", "flagged"), [(1_270, False), (1_600, True)])
def test_an_error_that_disappears_at_once_is_not_flagged(gone: int, flagged: bool):
    node = element(40, "div", "Title is missing", class_="form-error")
    found = shown(press(1_000, PAY), added(1_200, ROOT, node), removed(gone, ROOT, 40))
    assert found == [('shows "Title is missing"', flagged)]


def test_a_question_in_an_alert_beside_an_invalid_field_is_an_error():
    field = element(30, "div", element(FIELD, "input", type="text", aria_invalid="true"), element(31, "div"))
    found = shown(
        press(1_000, PAY),
        added(1_200, 31, element(40, "div", "How many days?", role="alert")),
        page=[element(PAY, "button", "Next"), field],
    )
    assert found == [('shows "How many days?"', True)]


def test_a_custom_element_that_is_a_button_is_no_message():
    page = [
        element(PAY, "button", "Roll back"),
        element(20, "cds-modal", element(21, "cds-modal-footer-button", "Yes, roll back", kind="danger")),
    ]
    assert [flagged for _, flagged in shown(press(1_000, PAY), changed(1_050, 20, open=""), page=page)] == [False]


@pytest.mark.parametrize("class_", ["wide", "is-loading"])
def test_a_message_that_disappeared_unobserved_is_gone_at_the_next_change(class_: str):
    rows = rows_of(
        press(1_000, PAY),
        added(1_100, ROOT, element(40, "p", "Payment failed", role="alert")),
        removed(20_000, ROOT, 40),
        press(30_000, PAY),
        changed(30_100, PAY, class_=class_),
    )
    assert [(row.seconds, row.texts) for row in rows if row.gone] == [(30.1, ("Payment failed",))]
